"""The recipe step by step: figure, deduction, questions, descriptions, picture, one sample per question, the filters.

Source: R-CoT (arXiv 2410.17885), sections on GeoChain and Reverse A&Q; the engine is the project's own (`geometry/`).
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

from mmrecipes.canvas.encode import encode
from mmrecipes.core.boxes import quad_of
from mmrecipes.core.identity import largest_remainder, seed_from, turn
from mmrecipes.core.sample import Region, Sample, assistant, user
from mmrecipes.flow.step import Drop, StepContext, step
from mmrecipes.geometry.canonical import construction_hash
from mmrecipes.geometry.construct import construct
from mmrecipes.geometry.deduction import deduce, minimal_givens, prove
from mmrecipes.geometry.deduction.proof import with_givens
from mmrecipes.geometry.determine import System
from mmrecipes.geometry.drawing.draw import Picture, draw
from mmrecipes.geometry.drawing.marks import marks
from mmrecipes.geometry.facts import Fact
from mmrecipes.geometry.figure import Degenerate, Figure
from mmrecipes.geometry.properties import Properties, properties
from mmrecipes.recipes.r_cot.asking import KINDS, Question, ask, opening, together
from mmrecipes.recipes.r_cot.chain import Chain, chain
from mmrecipes.recipes.r_cot.checks import determined, forward, mismatch
from mmrecipes.recipes.r_cot.clauses import describe
from mmrecipes.recipes.r_cot.themes import Theme, themed

Text = Literal["lite", "full"]
SEEN = ("between", "on_circle", "triangle", "quad", "same_side", "opposite", "inside", "circumcentre")
"""What a drawing shows without a label or mark."""
_SCARCE = {"relation": 4.0, "ratio": 3.0, "angle": 2.0, "area": 1.5, "length": 1.3}
"""Kinds of question that fewer figures allow are preferred where they are allowed; the caps even out the rest."""
_POINT = 7.0
"""Half the side of a point's region, in pixels."""


def level_of(sample: Sample) -> int:
    """The difficulty that a stratum stands for."""
    return int(sample.draft["stratum"].rpartition("-")[2])


@dataclass(frozen=True, slots=True)
class Construct:
    """The figure. `substrates`, `operations`: weights, empty for the engine's own; `guided`: by a theme of theorems."""

    substrates: tuple[tuple[str, float], ...] = ()
    operations: tuple[tuple[str, float], ...] = ()
    guided: bool = True
    reads: ClassVar = ("draft.stratum", "draft.index")
    writes: ClassVar = ("draft.figure", "draft.theme")
    name: ClassVar[str] = "construct"

    def __call__(self, sample: Sample, context: StepContext) -> Sample:
        shapes, moves = dict(self.substrates), dict(self.operations)
        theme: Theme | None = None
        if self.guided:
            theme, shapes, moves = themed(sample.draft["index"], sample.draft["stratum"], shapes, moves)
        figure = construct(context.rng, level_of(sample), substrates=shapes or None, operations=moves or None)
        return sample.drafting(figure=figure, theme=theme.name if theme else "")


@step(reads=("draft.figure",), writes=("draft.deduction", "draft.truth"))
def reason(sample: Sample) -> Sample:
    """All that follows in as many steps as are asked for, and the truth from coordinates."""
    figure: Figure = sample.draft["figure"]
    return sample.drafting(deduction=deduce(figure, depth=level_of(sample)), truth=properties(figure))


@dataclass(frozen=True, slots=True)
class Ask:
    """Questions about conclusions as deep as the level; `kinds`: wanted shares; `most`: per figure."""

    kinds: tuple[tuple[str, float], ...]
    most: int
    reads: ClassVar = ("draft.stratum", "draft.index", "draft.deduction", "draft.truth")
    writes: ClassVar = ("draft.questions",)
    name: ClassVar[str] = "ask"

    def __call__(self, sample: Sample, context: StepContext) -> Sample | Drop:
        rng = context.rng
        weights = {k: w * _SCARCE.get(k, 1.0) for k, w in self.kinds if w > 0}
        order = sorted(weights, key=lambda k: rng.random() ** (1 / weights[k]), reverse=True)
        deduction, truth = sample.draft["deduction"], sample.draft["truth"]
        index = sample.draft["index"] * len(KINDS)
        made = ask(deduction, truth, level_of(sample), order, self.most, index, rng)
        if not made:
            return Drop("nothing_to_ask", f"no conclusion {level_of(sample)} theorems deep that may be asked")
        return sample.drafting(questions=tuple(made))


@step(reads=("draft.figure", "draft.questions"), writes=("draft.fixed", "draft.solutions"))
def determine(sample: Sample, context: StepContext) -> Sample:
    """Per question whether the givens fix its answer: at the figure, and in all other figures with these givens that
    are found from 20 random starts (two at least, else this shows nothing)."""
    figure: Figure = sample.draft["figure"]
    questions: Sequence[Question] = sample.draft["questions"]
    givens = figure.givens()
    fixed = determined(figure, givens, [q.goal for q in questions])
    system = System(figure, givens)
    found = system.solutions(seed_from(context.run_seed, sample.id, "solutions") % 2**32)
    if len(found) > 1:
        fixed = [ok and (q.goal.value is None or system.agree(q.goal.kind, q.goal.args, found))
                 for ok, q in zip(fixed, questions, strict=True)]  # fmt: skip
    return sample.drafting(fixed=tuple(fixed), solutions=len(found))


@step(reads=("draft.figure",), writes=("draft.patches",))
def tell_patches(sample: Sample, context: StepContext) -> Sample:
    """One description per round of the construction."""
    figure: Figure = sample.draft["figure"]
    rng = context.rng
    return sample.drafting(patches=tuple(describe(s, s.givens, rng) for s in figure.steps))


@dataclass(frozen=True, slots=True)
class DrawFigure:
    """The picture, `size` pixels a side, in one of the styles by their shares; a figure whose labels find no place is
    dropped."""

    styles: tuple[tuple[str, float], ...]
    size: int
    reads: ClassVar = ("draft.figure", "draft.index")
    writes: ClassVar = ("draft.picture", "draft.image")
    name: ClassVar[str] = "draw_figure"

    def __call__(self, sample: Sample, context: StepContext) -> Sample | Drop:
        style = _share_at(sample.draft["index"], dict(self.styles), sample.draft["stratum"])
        rng = random.Random(seed_from(context.run_seed, sample.group or sample.id, "drawing", context.attempt))
        try:
            picture = draw(sample.draft["figure"], rng, style, width=self.size, height=self.size)
        except Degenerate as e:
            return Drop("label_has_no_place", str(e))
        return sample.drafting(picture=picture, image=encode(picture.pixels))


def _share_at(index: int, shares: Mapping[str, float], *names: str) -> str:
    """The name at this index when names come in these shares: exact in every hundred."""
    parts = largest_remainder(100, {k: w for k, w in shares.items() if w > 0})
    at = turn(index, 100, "share", *names)
    for name, part in parts.items():
        at -= part
        if at < 0:
            return name
    raise AssertionError("the parts add up to a hundred")


@step(reads=("draft.questions", "draft.fixed"), writes=("draft.question", "draft.determined"))
def split(sample: Sample) -> list[Sample]:
    """One sample per question; the figure is shared."""
    questions, fixed = sample.draft["questions"], sample.draft["fixed"]
    return [sample.drafting(question=q, determined=ok) for q, ok in zip(questions, fixed, strict=True)]


@step(
    reads=("draft.figure", "draft.question", "draft.determined", "draft.stratum"),
    writes=("draft.figure", "draft.deduction", "draft.question", "draft.determined"),
)
def keep_needed(sample: Sample) -> Sample | Drop:
    """Only givens without which the answer does not follow are stated and shown; what is drawn stays."""
    figure: Figure = sample.draft["figure"]
    question: Question = sample.draft["question"]
    goals = question.parts or (question.goal,)
    needed = {f for goal in goals for f in minimal_givens(figure, goal)}
    kept = [f for f in figure.givens() if f in needed or f.kind in SEEN]
    lean = with_givens(figure, kept)
    lean = replace(lean, steps=tuple(replace(s, givens=tuple(f for f in s.givens if f in lean.facts))
                                     for s in figure.steps))  # fmt: skip
    deduction = deduce(lean)
    proofs = [prove(deduction, goal) for goal in goals]
    proof = together(question.goal, *proofs) if question.parts else proofs[0]
    if proof.hops != level_of(sample):
        return Drop("chain_of_other_length", f"{proof.hops} theorems without the other givens")
    fixed = sample.draft["determined"] and determined(lean, kept, [question.goal])[0]
    return sample.drafting(figure=lean, deduction=deduction, question=replace(question, proof=proof), determined=fixed)


def unseen(figure: Figure, picture: Picture, facts: Iterable[Fact]) -> list[Fact]:
    """Those of the stated facts that the picture shows neither by a number, nor by a mark, nor by what is drawn."""
    shown = set(picture.shown)
    return [f for f in facts if f not in shown and f.kind not in SEEN and not _marked(figure, f)]


def _marked(figure: Figure, known: Fact) -> bool:
    """Whether the marks of a drawing say the whole of it."""
    found = marks(figure, [known])
    ticks, arrows = sorted(len(c) for c in found.ticks), [len(c) for c in found.arrows]
    match known.kind:
        case "mid" | "isosceles" | "len_eq":
            return ticks == [2]
        case "equilateral":
            return ticks == [3]
        case "rhombus":
            return ticks == [4]
        case "kite":
            return ticks == [2, 2]
        case "parallelogram":
            return arrows == [2, 2]
        case "para":
            return arrows == [2]
        case "bisects" | "ang_eq":
            return [len(c) for c in found.arcs] == [2]
        case "foot" | "perp":
            return bool(found.rights)
    return known.kind == "ang" and known.value == 90


@dataclass(frozen=True, slots=True)
class Compose:
    """Question text and chain. `text`: lite says only what the figure does not show of what the answer rests on, full
    repeats all descriptions."""

    text: Text
    reads: ClassVar = ("draft.figure", "draft.deduction", "draft.question", "draft.patches", "draft.picture")
    writes: ClassVar = ("draft.asked", "draft.chain", "draft.stated")
    name: ClassVar[str] = "compose"

    def __call__(self, sample: Sample, context: StepContext) -> Sample:
        rng = context.rng
        figure: Figure = sample.draft["figure"]
        question: Question = sample.draft["question"]
        if self.text == "full":
            stated, before = figure.givens(), " ".join(p for p in sample.draft["patches"] if p)
        else:
            stated = unseen(figure, sample.draft["picture"], question.proof.given)
            parts = [(s, [f for f in stated if figure.facts[f].step == i]) for i, s in enumerate(figure.steps)]
            before = " ".join(describe(s, facts, rng, joins=False) for s, facts in parts if facts)
        asked = f"{before} {question.text}" if before else opening(question.text, rng)
        return sample.drafting(asked=asked, chain=chain(sample.draft["deduction"], question, rng), stated=stated)


@step(reads=("draft.figure", "draft.question", "draft.chain"), writes=())
def check_forward(sample: Sample) -> Sample | Drop:
    """Every step and the answer hold in the coordinates; a chain of one short step says too little."""
    found: Chain = sample.draft["chain"]
    if len(found.steps) < 2 and len(found.text) < 80:
        return Drop("chain_too_short", found.text)
    fault = forward(sample.draft["figure"], found.steps, sample.draft["question"].goal)
    return Drop(*fault) if fault else sample


@step(reads=("draft.figure", "draft.question", "draft.patches", "draft.asked", "draft.determined"), writes=())
def check_reverse(sample: Sample) -> Sample | Drop:
    """The text says what was built and names what is there; what is asked is fixed by what is given."""
    draft = sample.draft
    fault = mismatch(draft["figure"], draft["patches"], draft["asked"].split("\n")[0], draft["question"].goal)
    if fault:
        return Drop(*fault)
    if not draft["determined"]:
        return Drop("ambiguous_answerability", str(draft["question"].goal))
    return sample


@step(
    reads=("draft.figure", "draft.deduction", "draft.truth", "draft.question", "draft.patches", "draft.picture",
           "draft.image", "draft.asked", "draft.chain", "draft.stated", "draft.solutions", "draft.theme"),
    writes=("images", "messages", "regions", "truth", "meta", "difficulty", "language", "task", "source", "scores"),
)  # fmt: skip
def finish(sample: Sample, context: StepContext) -> Sample:
    draft = sample.draft
    figure: Figure = draft["figure"]
    question: Question = draft["question"]
    picture: Picture = draft["picture"]
    found: Chain = draft["chain"]
    image = draft["image"]
    truth = record(sample, context)
    marked = [Region(image.sha256, "point", quad_of((x - _POINT, y - _POINT, x + _POINT, y + _POINT)), name)
              for name, (x, y) in picture.points.items()]  # fmt: skip
    marked += [Region(image.sha256, "name" if label.fact is None else "number", quad_of(label.box), label.text)
               for label in picture.labels]  # fmt: skip
    used = {n for s in found.patches for n in (*figure.steps[s - 1].made, *figure.steps[s - 1].args)}
    return sample.having(
        images=(image,),
        messages=(user(image, draft["asked"]), assistant(found.text)),
        regions=tuple(marked),
        truth=truth,
        scores={"hops": question.proof.hops, "theorems": len(question.proof.theorems),
                "distractors": len(set(figure.points) - used)},
        meta={
            "kind": question.qtype,
            "about": question.about,
            "style": picture.style,
            "theme": draft["theme"],
            "key": duplicate_key(figure, question),
            "figure": construction_hash(figure),
        },
        difficulty=level_of(sample),
        language="en",
        task=question.qtype,
        source="drawn",
        truth_source="engine",
        draft={},
    )  # fmt: skip


def record(sample: Sample, context: StepContext) -> dict[str, Any]:
    """The public record of one question, without its picture."""
    draft = sample.draft
    figure: Figure = draft["figure"]
    question: Question = draft["question"]
    picture: Picture = draft["picture"]
    found: Chain = draft["chain"]
    stated: set[Fact] = set(draft["stated"])
    truth: Properties = draft["truth"]
    return {
        "kind": "geometry",
        "id": sample.id,
        "figure_id": sample.group,
        "substrates": [s.name for s in figure.steps if s.kind == "substrate"],
        "ops": [s.name for s in figure.steps if s.kind == "operation"],
        "patches": [{"i": i, "text": text} for i, text in enumerate(draft["patches"], 1)],
        "givens": [str(f) for f in figure.givens()],
        "shown": [str(f) for f in picture.shown],
        "properties": truth.as_json(),
        "steps": found.steps,
        "patches_used": found.patches,
        "question": draft["asked"],
        "qtype": question.qtype,
        "statement": str(question.statement) if question.statement else "",
        "options": list(question.options),
        "answer": question.answer,
        "answer_expr": str(question.goal.value) if question.goal.value is not None else str(question.goal),
        "goal": str(question.goal),
        "cot": found.text,
        "hops": question.proof.hops,
        "theorems": list(question.proof.theorems),
        "needs_image": bool(question.proof.seen or set(question.proof.given) - stated),
        "points_px": {name: [round(x, 1), round(y, 1)] for name, (x, y) in picture.points.items()},
        "provenance": {
            "seed": seed_from(context.run_seed, sample.group),
            "question_by": "template",
            "checks": {"determined": True, "forward": "pass", "reverse": "pass", "re_solved": draft["solutions"]},
        },
    }


def duplicate_key(figure: Figure, question: Question) -> str:
    """The same for questions that ask the same of the same givens, up to the letters."""
    goal = Fact(question.goal.kind, question.goal.args)
    used = with_givens(figure, [*question.proof.given, goal])
    return f"{question.qtype}/{question.goal.kind}/{construction_hash(replace(used, lines=(), circles={}))}"
