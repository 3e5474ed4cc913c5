"""Questions in reverse: from a conclusion of the deduction to a question whose answer it is.

Covered: lengths (perimeters among them), angles (sines, cosines and tangents among them), areas, ratios, relations,
true or false with a planted falsehood, choice among four. A conclusion is asked only if its value can be shown, is not
stated or labelled, and speaks of what is drawn. Not covered: sums of angles, points that are centres.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise
from pathlib import Path
from random import Random

from mmrecipes.geometry.deduction import Deduction, Proof, prove, say
from mmrecipes.geometry.facts import Fact, fact
from mmrecipes.geometry.figure import Figure
from mmrecipes.geometry.numbers import Surd
from mmrecipes.geometry.properties import Properties, presentable
from mmrecipes.world.wording import expand

KINDS = ("length", "angle", "area", "ratio", "relation", "true_false", "choice")
LETTERS = "ABCD"
OF_KIND = {
    "length": ("len", "radius", "perimeter", "circumference"),
    "angle": ("ang", "cos", "sin", "tan"),
    "area": ("area", "disc_area"),
    "ratio": ("len_ratio", "area_ratio"),
    "relation": ("perp", "para", "congruent", "similar", "len_eq", "ang_eq", "isosceles", "mid", "bisects", "tangent"),
}
_VALUED = (*OF_KIND["length"], *OF_KIND["angle"], *OF_KIND["area"], *OF_KIND["ratio"])
_STATED_ONLY = ("concyclic", "parallelogram", "rectangle", "rhombus", "square", "equilateral")
"""Relations that are asked as statements only, since no one question has them as its one answer."""
_MOST = 4
"""How many conclusions of one kind are looked at before one is taken."""


@dataclass(frozen=True)
class Question:
    """`goal`: what the chain proves; `statement`: what a true-or-false question says; `answer`: as it is to be given;
    `about`: the kind of what is asked, for a statement or choice the kind behind it; `parts`: two lengths whose
    ratio the goal is, where no theorem gave that ratio."""

    qtype: str
    about: str
    goal: Fact
    proof: Proof
    text: str
    answer: str
    ending: str
    statement: Fact | None = None
    options: tuple[str, ...] = ()
    parts: tuple[Fact, ...] = ()


@functools.cache
def _wordings() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(Path(__file__).with_name("questions.toml").read_text(encoding="utf-8"))


def worded(part: str, name: str, rng: Random, **slots: str) -> str:
    """A wording, drawn; slots are put in as they are."""
    text = expand(_wordings()[part][name], rng, **{slot: f"{{{slot}}}" for slot in slots})
    for slot, filling in slots.items():
        text = text.replace(f"{{{slot}}}", filling)
    return text[:1].upper() + text[1:]


def opening(text: str, rng: Random) -> str:
    """The question with a word about the figure before it."""
    lead = worded("frames", "opening", rng)
    if lead.endswith((",", ":")):
        return f"{lead} {text[0].lower()}{text[1:]}" if not text[1:2].isupper() else f"{lead} {text}"
    return f"{lead} {text}".strip()


def candidates(deduction: Deduction, depth: int) -> dict[str, list[Fact]]:
    """The conclusions at this depth that may be asked, by kind of question."""
    figure = deduction.figure
    known = [k.fact for k in deduction.facts if k.status == "derived" and k.depth == depth]
    shown = _shown_values(figure)
    found: dict[str, list[Fact]] = {}
    for kind, kinds in (*OF_KIND.items(), ("statement", _STATED_ONLY)):
        fit = [f for f in known if f.kind in kinds and drawn(figure, f) and not _leaks(f, shown)]
        if fit:
            found[kind] = fit
    return found


def _shown_values(figure: Figure) -> set[tuple[str, Surd]]:
    """Values that are stated, with the unit they are read in."""
    return {(_unit(f.kind), f.value) for f in figure.givens() if f.value is not None}


def _unit(kind: str) -> str:
    return "length" if kind in ("len", "radius", "perimeter") else "ratio" if kind.endswith("ratio") else kind


def _leaks(goal: Fact, shown: set[tuple[str, Surd]]) -> bool:
    """Whether the value is stated somewhere, or not fit to be asked."""
    if goal.value is None:
        return False
    if not presentable(goal.value) or (_unit(goal.kind), goal.value) in shown:
        return True
    if goal.kind.endswith("ratio"):
        return goal.value == 1 or ("ratio", goal.value.inverse()) in shown
    return False


def drawn(figure: Figure, goal: Fact) -> bool:
    """Whether everything that the fact speaks of is in the drawing."""
    if not set(goal.args) <= set(figure.points):
        return False
    return all(figure.drawn(a, b) for a, b in _strokes(goal))


def _strokes(goal: Fact) -> Iterator[tuple[str, str]]:
    a, kind = goal.args, goal.kind
    if kind in ("len", "len_eq", "len_ratio", "para", "perp"):
        yield from zip(a[::2], a[1::2], strict=True)
    elif kind in ("ang", "cos", "sin", "tan", "ang_eq"):
        for i in range(0, len(a), 3):
            yield from pairwise(a[i : i + 3])
    elif kind == "bisects":
        yield from ((a[2], a[0]), (a[2], a[1]), (a[2], a[3]))
    elif kind in ("congruent", "similar", "area_ratio"):
        yield from combinations(a[:3], 2)
        yield from combinations(a[3:], 2)
    elif kind in ("radius", "circumference", "disc_area", "concyclic"):
        return
    elif kind == "tangent":
        yield a[0], a[1]
    else:
        yield from pairwise([*a, a[0]])


def answer_text(goal: Fact) -> str:
    """The value as it is to be answered."""
    value = goal.value
    assert value is not None
    if goal.kind == "ang":
        return f"{value}°"
    if goal.kind in ("circumference", "disc_area"):
        return say(goal).rsplit(" is ", 1)[1]
    if goal.kind.endswith("ratio"):
        return f"{value.fraction.numerator} : {value.fraction.denominator}" if value.is_rational else f"{value} : 1"
    return str(value)


def subject(goal: Fact) -> str:
    """What a question about the fact names."""
    a = goal.args
    if goal.kind in ("len_ratio", "perp", "para"):
        first, second = "".join(a[:2]), "".join(a[2:])
        return f"{first} : {second}" if goal.kind == "len_ratio" else f"{first} and {second}"
    if goal.kind in ("congruent", "similar"):
        return f"{''.join(a[:3])} and {''.join(a[3:])}"
    if goal.kind == "area_ratio":
        return f"of triangles {''.join(a[:3])} : {''.join(a[3:])}"
    if goal.kind == "area":
        return ("triangle " if len(a) == 3 else "polygon ") + "".join(a)
    if goal.kind == "perimeter":
        return ("triangle " if len(a) == 3 else "polygon ") + "".join(a)
    if goal.kind == "isosceles":
        return "".join(sorted(a))
    return "".join(a)


def plain(qtype: str, deduction: Deduction, goal: Fact, truth: Properties, rng: Random) -> Question | None:
    """A question for the value or relation; None if the fact has no one answer."""
    ask = {"para": "perp", "similar": "congruent"}.get(goal.kind, goal.kind)
    if goal.value is not None:
        about, answer = subject(goal), answer_text(goal)
    else:
        named = _relation(goal, truth, rng)
        if named is None:
            return None
        about, answer = named
    text = worded("ask", ask, rng, s=about)
    ending = worded("endings", "chain", rng, answer=answer)
    return Question(qtype, goal.kind, goal, prove(deduction, goal), text, answer, ending)


def _relation(goal: Fact, truth: Properties, rng: Random) -> tuple[str, str] | None:
    """What is asked and the answer; None where another answer would be right as well."""
    a = goal.args
    if goal.kind in ("para", "perp"):
        return subject(goal), "parallel" if goal.kind == "para" else "perpendicular"
    if goal.kind in ("congruent", "similar"):
        if goal.kind == "similar" and fact("congruent", *a) in truth.relations:
            return None
        return subject(goal), "congruent" if goal.kind == "congruent" else "similar but not congruent"
    if goal.kind == "isosceles":
        sides = [truth.lengths.get((min(p, q), max(p, q))) for p, q in combinations(a, 2)]
        return None if len(set(sides)) < 2 else (subject(goal), f"{a[0]}{a[1]} and {a[0]}{a[2]}")
    if goal.kind == "mid":
        return f"{a[1]}{a[2]}", a[0]
    if goal.kind == "bisects":
        return "".join(a[1:]), f"{a[2]}{a[0]}"
    if goal.kind == "tangent":
        return f"{a[0]}{a[1]} and the circle about {a[2]}", "tangent"
    half = len(a) // 2
    classes = truth.equal_lengths if goal.kind == "len_eq" else truth.equal_angles
    parts = [a[:half], a[half:]]
    same = next((c for c in classes if parts[0] in c and parts[1] in c), ())
    if len(same) != 2:
        return None
    rng.shuffle(parts)
    sign = "∠" if half == 3 else ""
    return "".join(parts[0]), sign + "".join(parts[1])


def statement(deduction: Deduction, goal: Fact, truth: Properties, true: bool, rng: Random) -> Question | None:
    """True or false; a false one is planted and checked to be false."""
    said = goal if true else _falsehood(deduction, goal, truth, rng)
    if said is None:
        return None
    text = worded("frames", "true_false", rng, s=say(said))
    ending = worded("endings", "statement_true" if true else "statement_false", rng)
    return Question("true_false", goal.kind, goal, prove(deduction, goal), text, str(true), ending, said)


def _falsehood(deduction: Deduction, goal: Fact, truth: Properties, rng: Random) -> Fact | None:
    if goal.value is not None:
        wrong = wrong_values(deduction, goal, prove(deduction, goal), truth)
        options = [Fact(goal.kind, goal.args, v) for v in wrong]
    elif goal.kind in ("para", "perp"):
        options = [fact("perp" if goal.kind == "para" else "para", *goal.args)]
    elif goal.kind in ("len_eq", "ang_eq"):
        half = len(goal.args) // 2
        classes = truth.lengths if half == 2 else truth.angles
        others = [part for part in classes if part not in (goal.args[:half], goal.args[half:])]
        options = [fact(goal.kind, *goal.args[:half], *part) for part in others]
    elif goal.kind in ("congruent", "similar"):
        a = goal.args
        options = [fact(goal.kind, *a[:3], *order) for order in ((a[4], a[3], a[5]), (a[3], a[5], a[4]))]
    elif goal.kind == "isosceles":
        a = goal.args
        options = [fact("isosceles", a[1], a[0], a[2]), fact("isosceles", a[2], a[0], a[1])]
    else:
        return None
    false = [f for f in options if not deduction.figure.holds(f)]
    return rng.choice(false) if false else None


def wrong_values(deduction: Deduction, goal: Fact, proof: Proof, truth: Properties) -> list[Surd]:
    """Values that a mistake would give: a step left out (an earlier value of the chain), a neighbouring quantity, a
    theorem misused (halved, doubled, not rooted, the other part of 90 or 180 degrees). All distinct, none right."""
    value = goal.value
    assert value is not None
    unit = _unit(goal.kind)
    dropped = [deduction.facts[n].fact for n in proof.steps[:-1]] + list(proof.given)
    near: list[Surd | Fraction] = []
    if goal.kind == "len":
        near = [v for s, v in truth.lengths.items() if set(s) & set(goal.args)]
    elif goal.kind == "ang":
        near = [Surd(v) for s, v in truth.angles.items() if s[1] == goal.args[1]]
    elif goal.kind == "area":
        near = list(truth.areas.values())
    misused = [value / 2, value * 2, value * value, value * Surd.of({2: 1}), value * Fraction(2, 3), value + 1,
               value * 3]  # fmt: skip
    if goal.kind == "ang":
        misused = [Surd(180) - value, Surd(90) - value, value / 2, value * 2, value + 10, value - 10, value + 15]
    elif goal.kind in ("cos", "sin", "tan"):
        misused = [value / 2, value.inverse(), value * Surd.of({2: 1}), value * Surd.of({3: 1}), value * Fraction(2, 3),
                   Surd(1) - value]  # fmt: skip
    elif unit == "ratio":
        misused = [value.inverse(), value * value, value + 1, value / 2, value * 2, value * Fraction(3, 2)]
    groups: list[Sequence[Surd | Fraction | None]] = [
        [f.value for f in dropped if _unit(f.kind) == unit], near, misused]  # fmt: skip
    mixed = [g[i] for i in range(max(map(len, groups))) for g in groups if i < len(g)]
    exact = [v if isinstance(v, Surd) else Surd(v) for v in mixed if v is not None]
    most = {"ang": 180, "cos": 1, "sin": 1}.get(goal.kind, 10**6)
    return [v for v in dict.fromkeys(exact) if v != value and 0 < v < most and presentable(v)]


def choice(deduction: Deduction, goal: Fact, truth: Properties, place: int, rng: Random) -> Question | None:
    """Four options, the right one at this place."""
    if goal.value is None:
        return None
    proof = prove(deduction, goal)
    wrong = wrong_values(deduction, goal, proof, truth)[:3]
    if len(wrong) < 3:
        return None
    rng.shuffle(wrong)
    wrong.insert(place, goal.value)
    options = tuple(f"{letter}. {answer_text(Fact(goal.kind, goal.args, v))}"
                    for letter, v in zip(LETTERS, wrong, strict=True))  # fmt: skip
    asked = worded("ask", goal.kind, rng, s=subject(goal))
    text = f"{asked} {worded('frames', 'choice', rng)}\n" + "\n".join(options)
    ending = worded("endings", "option", rng, letter=LETTERS[place])
    return Question("choice", goal.kind, goal, proof, text, LETTERS[place], ending, options=options)


def compared(deduction: Deduction, goal: Fact, rng: Random) -> Question | None:
    """The ratio of a length to another one that is known as well, with the proofs of both."""
    others = [k.fact for k in deduction.facts if k.fact.kind == "len" and k.fact.args != goal.args]
    rng.shuffle(others)
    shown = _shown_values(deduction.figure)
    for other in others:
        assert goal.value is not None and other.value is not None
        ratio = fact("len_ratio", *goal.args, *other.args, value=goal.value / other.value)
        if drawn(deduction.figure, ratio) and not _leaks(ratio, shown):
            proof = together(ratio, prove(deduction, goal), prove(deduction, other))
            answer = answer_text(ratio)
            text = worded("ask", "len_ratio", rng, s=subject(ratio))
            ending = worded("endings", "chain", rng, answer=answer)
            parts = (goal, other) if ratio.args[:2] == goal.args else (other, goal)
            return Question("ratio", "len_ratio", ratio, proof, text, answer, ending, parts=parts)
    return None


def together(goal: Fact, first: Proof, second: Proof) -> Proof:
    """One proof of what two conclusions give when they are compared."""
    return Proof(
        goal,
        tuple(sorted({*first.steps, *second.steps})),
        tuple(dict.fromkeys(first.given + second.given)),
        tuple(dict.fromkeys(first.seen + second.seen)),
        max(first.hops, second.hops),
        tuple(dict.fromkeys(first.theorems + second.theorems)),
    )


def ask(deduction: Deduction, truth: Properties, depth: int, order: Sequence[str], most: int, index: int,
        rng: Random) -> list[Question]:  # fmt: skip
    """At most `most` questions, one of each kind in this order of preference, each about another conclusion."""
    found = candidates(deduction, depth)
    taken: set[Fact] = set()
    questions: list[Question] = []
    for kind in order:
        if len(questions) == most:
            break
        made = _one(kind, deduction, truth, found, taken, index + len(questions), rng)
        if made is not None:
            taken.add(made.goal)
            questions.append(made)
    return questions


def _one(kind: str, deduction: Deduction, truth: Properties, found: Mapping[str, list[Fact]], taken: set[Fact],
         index: int, rng: Random) -> Question | None:  # fmt: skip
    if kind in OF_KIND:
        pool = list(found.get(kind, ()))
    else:
        kinds = (*OF_KIND, "statement") if kind == "true_false" else ("length", "angle", "area", "ratio")
        present = [k for k in kinds if k in found]
        pool = list(found[rng.choice(present)]) if present else []
    pool = [f for f in pool if f not in taken]
    for goal in rng.sample(pool, min(_MOST, len(pool))):
        if kind == "true_false":
            made = statement(deduction, goal, truth, index % 2 == 0, rng)
        elif kind == "choice":
            made = choice(deduction, goal, truth, index % 4, rng)
        else:
            made = plain(kind, deduction, goal, truth, rng)
        if made is not None:
            return made
    if kind == "ratio":
        lengths = [f for f in found.get("length", ()) if f.kind == "len" and f not in taken]
        for goal in rng.sample(lengths, min(_MOST, len(lengths))):
            made = compared(deduction, goal, rng)
            if made is not None:
                return made
    return None
