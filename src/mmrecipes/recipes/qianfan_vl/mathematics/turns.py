"""Requests and replies of the mathematics task, composed from `phrases`; every choice is recorded in a template id.

Covered: solve with steps, final answer, choice among options, find the error, explain a step, transcribe. The words
come from the problem, never from the picture. Not covered: other languages.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from mmrecipes.core.identity import turn
from mmrecipes.recipes.qianfan_vl.mathematics import phrases as bank
from mmrecipes.render.mathematics.notation import latex
from mmrecipes.render.mathematics.phrases import Words
from mmrecipes.render.mathematics.problem import Answer, Problem, Step
from mmrecipes.render.mathematics.sheet import LETTERS, Line, inline, worked_markdown
from mmrecipes.render.mathematics.work import ARITHMETIC

TurnKind = Literal["solve", "answer", "choice", "error", "explain", "transcribe"]
_SHARES: dict[TurnKind, int] = {"solve": 6, "answer": 4, "choice": 4, "error": 4, "explain": 3, "transcribe": 3}
CYCLE: tuple[TurnKind, ...] = tuple(kind for kind, share in _SHARES.items() for _ in range(share))
_LONGEST = 64
"""Characters of an equation that still stands on one line."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a sample asks: `options` with the mistake that leads to each (empty for the key), the `key`'s place; the
    `slip` whose solution is shown and its first wrong step; the step to be explained."""

    kind: TurnKind
    options: tuple[Answer, ...] = ()
    mistakes: tuple[str, ...] = ()
    key: int = -1
    slip: str = ""
    wrong_step: int = -1
    explained: int = -1
    bare: bool = False
    """Worked lines show formulas only."""


@dataclass(frozen=True, slots=True)
class Turn:
    question: str
    answer: str
    template: str


def plan(problem: Problem, index: int, rng: random.Random) -> Plan:
    """The turn of this index; where the problem offers no mistakes, those kinds become a solution."""
    kind = CYCLE[turn(index, len(CYCLE), "mathematics-turn")]
    if kind == "choice":
        return _choice(problem, index, rng)
    if kind == "error" and problem.wrong:
        slip = rng.choice(sorted(problem.wrong))
        first = _first_difference(problem.derivation.steps, problem.wrong[slip].steps)
        return Plan("error", slip=slip, wrong_step=first, bare=rng.random() < 0.5)
    if kind == "explain":
        return Plan("explain", explained=rng.randrange(len(problem.derivation.steps)), bare=True)
    return Plan("solve" if kind == "error" else kind)


def _first_difference(right: Sequence[Step], wrong: Sequence[Step]) -> int:
    for i, (a, b) in enumerate(zip(right, wrong, strict=False)):
        if (a.before, a.after) != (b.before, b.after):
            return i
    return min(len(right), len(wrong))


def _choice(problem: Problem, index: int, rng: random.Random) -> Plan:
    right = problem.derivation.answer
    if right.kind == "word":
        pair = (Answer("word", "linearly independent"), Answer("word", "linearly dependent"))
        key = turn(index // len(CYCLE), 2, "mathematics-key", 2)
        ordered = tuple(sorted(pair, key=lambda a: (a.value != right.value) == (key == 0)))
        return Plan("choice", ordered, tuple("" if a.value == right.value else "opposite" for a in ordered), key)
    found: dict[str, tuple[Answer, str]] = {}
    for slip in rng.sample(sorted(problem.wrong), len(problem.wrong)):
        answer = problem.wrong[slip].answer
        if answer.value != right.value:
            found.setdefault(answer.value, (answer, slip))
    wrong = list(found.values())[:3]
    if len(wrong) < 2:
        return Plan("solve")
    key = turn(index // len(CYCLE), len(wrong) + 1, "mathematics-key", len(wrong))
    wrong.insert(key, (right, ""))
    return Plan("choice", tuple(a for a, _ in wrong), tuple(m for _, m in wrong), key)


# --- lines of a solution


def lines_of(steps: Sequence[Step], *, bare: bool = False, why: bool = False) -> tuple[Line, ...]:
    """Steps as lines. Where a step does not go on from the line before, its own left side is shown first."""
    found, last = [], ""
    for step in steps:
        formulas: tuple[str, ...]
        whole = f"{step.before} == {step.after}"
        if step.relation == "equal" and len(whole) <= _LONGEST:
            formulas = (whole,)
        else:
            formulas = (step.after,) if step.before == last else (step.before, step.after)
        text = f"{step.text} ({step.why})" if why and step.why != ARITHMETIC else step.text
        found.append(Line("" if bare else f"{text}:", formulas))
        last = step.after
    return tuple(found)


def shown(answer: Answer, *, named: bool = True) -> str:
    """An answer as text with an expression: `$x == 4$`, `$12$ cm`, `linearly dependent`."""
    if answer.kind == "word":
        return answer.value
    value = answer.value
    if named and answer.name and answer.kind not in ("set", "interval"):
        value = f"{answer.name} == {value}"
    blank = "" if answer.unit in ("", "°") else " "
    return f"${value}${blank}{answer.unit}"


# --- the words


def word(problem: Problem, plan: Plan, markdown: str, mark: str, rng: random.Random) -> Turn:
    """The request with its reply. `markdown` is the text of the sheet, `mark` how its lines are counted."""
    say = Words(rng)
    opening = say.of("o", bank.OPENINGS)
    core = say.of("c", bank.CORES[plan.kind]).format(k=plan.explained + 1)
    letter_only = plan.kind == "choice" and say.of("l", (True, False))
    asked = plan.kind if plan.kind != "choice" else "choice.letter" if letter_only else "choice.reason"
    closing = say.of("e", bank.CLOSINGS[asked])
    question = " ".join(t for t in (opening, core, closing) if t)
    answer = _reply(problem, plan, markdown, letter_only, "rule" in closing, say)
    return Turn(question, answer, f"{plan.kind}/{say.id}")


def _reply(problem: Problem, plan: Plan, markdown: str, letter_only: bool, rules: bool, say: Words) -> str:
    if plan.kind == "transcribe":
        return markdown
    if plan.kind == "answer":
        return inline(shown(problem.derivation.answer, named=say.of("n", (True, False))))
    if plan.kind == "choice":
        letter = LETTERS[plan.key]
        if letter_only:
            return letter
        return f"{_solution(problem, say)}\n\n{say.of('f', bank.CHOSEN).format(l=letter)}"
    if plan.kind == "explain":
        return _explanation(problem.derivation.steps[plan.explained], plan.explained + 1, say)
    return _found(problem, plan, say) if plan.kind == "error" else _solution(problem, say, final=True, rules=rules)


def _solution(problem: Problem, say: Words, *, final: bool = False, rules: bool = False) -> str:
    head = say.of("h", bank.SOLUTION_HEADS)
    lines = worked_markdown(
        lines_of(problem.derivation.steps, why=rules or say.of("w", (True, False))), say.of("m", bank.STEP_MARKS)
    )
    end = say.of("f", bank.FINALS).format(a=inline(shown(problem.derivation.answer))) if final else ""
    return "\n\n".join(t for t in (head, lines, end) if t)


def _explanation(step: Step, k: int, say: Words) -> str:
    reasons = bank.SIMPLE_REASONS if step.why == ARITHMETIC else bank.REASONS
    reason = say.of("r", reasons).format(w=step.why)
    done = inline(step.text)
    text = say.of("x", bank.EXPLAINED).format(k=k, t=done[:1].lower() + done[1:], T=done, w=reason)
    sign = {"equal": "=", "equivalent": "\\iff", "rows": "\\sim"}[step.relation]
    return f"{text}\n\n$${latex(step.before)} {sign} {latex(step.after)}$$"


def _found(problem: Problem, plan: Plan, say: Words) -> str:
    wrong, right = problem.wrong[plan.slip].steps, problem.derivation.steps
    k = plan.wrong_step
    text = say.of("x", bank.FOUND).format(k=k + 1, m=plan.slip.replace("_", " "))
    if k < len(right) and right[k].before == wrong[k].before:
        text = f"{text} {say.of('i', bank.INSTEAD).format(r=f'${latex(right[k].after)}$')}"
    return text
