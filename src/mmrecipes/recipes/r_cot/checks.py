"""The error filter on a finished record, with the paper's four classes: theorem violation, metric discrepancy,
diagram-text mismatch, ambiguous answerability.

Forward: every conclusion of the chain, and the answer, against the coordinates; a false step takes with it all that
rests on it. Reverse: the text says what the construction stated and nothing that is not in the figure, and the givens
determine what is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mmrecipes.geometry.determine import System
from mmrecipes.geometry.facts import Fact, parse_fact
from mmrecipes.geometry.figure import Figure
from mmrecipes.recipes.r_cot.asking import drawn
from mmrecipes.recipes.r_cot.clauses import NAME, NotRead, read

CLASSES = ("theorem_violation", "metric_discrepancy", "diagram_text_mismatch", "ambiguous_answerability")
_NAMED = re.compile(rf"(?<![\w√])(?:{NAME})+(?![\w'])")
_NO_NAMES = {"A"}
"""At the start of a sentence, an article."""

Fault = tuple[str, str]
"""(class, detail)."""


def false_steps(figure: Figure, steps: Sequence[Mapping[str, Any]]) -> dict[int, str]:
    """Numbers of the steps whose conclusion is false (metric discrepancy if it is a value, else theorem violation), and
    of all that rest on them (the class of what they rest on)."""
    wrong: dict[int, str] = {}
    for step in steps:
        statement = parse_fact(step["concl"])
        if not figure.holds(statement):
            wrong[step["r"]] = CLASSES[0] if statement.value is None else CLASSES[1]
        else:
            below = [int(u[1:]) for u in step["uses"] if isinstance(u, str) and u.startswith("r")]
            rests = next((wrong[r] for r in below if r in wrong), None)
            if rests is not None:
                wrong[step["r"]] = rests
    return wrong


def forward(figure: Figure, steps: Sequence[Mapping[str, Any]], goal: Fact) -> Fault | None:
    wrong = false_steps(figure, steps)
    if wrong:
        number = min(wrong)
        return wrong[number], next(s["concl"] for s in steps if s["r"] == number)
    if not steps or parse_fact(steps[-1]["concl"]) != goal or not figure.holds(goal):
        return CLASSES[1] if goal.value is not None else CLASSES[0], f"the chain does not end in {goal}"
    return None


def names_in(text: str) -> set[str]:
    """Point names of runs of capital letters."""
    found: set[str] = set()
    for match in _NAMED.finditer(text):
        start = match.start() == 0 or text[: match.start()].rstrip()[-1:] in ".:\n" or match.start() == 0
        if start and match[0] in _NO_NAMES and text[match.end() : match.end() + 1] == " ":
            continue
        found.update(re.findall(NAME, match[0]))
    return found


def mismatch(figure: Figure, patches: Sequence[str], question: str, goal: Fact) -> Fault | None:
    """The patches read back are what their steps state; the question names only what is there."""
    for step, text in zip(figure.steps, patches, strict=True):
        try:
            reading = read(text)
        except NotRead as e:
            return CLASSES[2], str(e)
        if reading.facts != set(step.givens):
            odd = reading.facts ^ set(step.givens)
            return CLASSES[2], f"{step.name}: {min(map(str, odd))} is read or stated only"
    if strange := names_in(question) - set(figure.points):
        return CLASSES[2], f"{min(strange)} is not in the figure"
    return None if drawn(figure, goal) else (CLASSES[2], f"{goal} speaks of what is not drawn")


def determined(figure: Figure, givens: Sequence[Fact], goals: Iterable[Fact]) -> list[bool]:
    """Whether these givens fix each value or relation at the drawn figure (null space of their Jacobian)."""
    system = System(figure, givens)
    goals = list(goals)
    valued = [g for g in goals if g.value is not None]
    fixed = dict(zip(valued, system.determined_all([(g.kind, g.args) for g in valued]), strict=True)) if valued else {}
    return [fixed[g] if g.value is not None else _follows(figure, system, givens, g) for g in goals]


def _follows(figure: Figure, system: System, givens: Sequence[Fact], goal: Fact) -> bool:
    """A relation follows at the drawn figure if its equations add nothing to those of the givens."""
    rows = len(system.jacobian([goal]))
    return System(figure, [*givens, goal]).redundant - system.redundant == rows
