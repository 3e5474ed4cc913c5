"""The formula task step by step: content, drawing, wear, turns, verification, the finished sample.

Source: Qianfan-VL report (arXiv 2509.18189), section 3.2, formula recognition. Covered: invented formulas and sympy's
identities in three bands, four looks, turns that write LaTeX, name symbols and concepts, read one part or ask for the
structure. Not covered: formulas of the user's, model votes.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from mmrecipes.canvas.encode import encode
from mmrecipes.core.boxes import Quad
from mmrecipes.core.identity import seed_from, turn
from mmrecipes.core.image import Image
from mmrecipes.core.sample import Message, Region, Sample, assistant, user
from mmrecipes.flow.step import Drop, StepContext, step
from mmrecipes.recipes.qianfan_vl.checks import check_contrast, check_places, check_x_height
from mmrecipes.recipes.qianfan_vl.formula import checks
from mmrecipes.recipes.qianfan_vl.formula.questions import Question, ask
from mmrecipes.recipes.qianfan_vl.formula.wording import Turn, word_concept, word_latex, word_question, word_symbols
from mmrecipes.render.degradation import Worn, degrade, local_scale
from mmrecipes.render.formulas.draw import FormulaError
from mmrecipes.render.formulas.grammar import Formula, random_formula
from mmrecipes.render.formulas.hand import can_write
from mmrecipes.render.formulas.layout import Layout, latex, tokens
from mmrecipes.render.formulas.looks import HANDWRITING, LOOKS, PRINTS, Looking, dress
from mmrecipes.render.formulas.semantics import semantics
from mmrecipes.render.formulas.surface import surface

_SHARES = {"latex": 9, "symbols": 3, "concept": 3, "part": 4, "structure": 4, "dialogue": 3}
CYCLE = tuple(kind for kind, share in _SHARES.items() for _ in range(share))
"""Shares of the turn kinds; one round of this length has exactly these."""
_LEVELS = {
    "simple print": (1, 0, 0, 0),
    "complex print": (1, 3, 4, 4),
    "screen capture": (4, 4, 2, 0),
    "handwriting": (3, 3, 2, 2),
}
"""Weights of the levels of wear 0..3 by look."""
_PARTWISE = {"part": 2, "structure": 3, "dialogue": 3, "symbols": 3, "concept": 2, "latex": 0}
"""What a turn kind adds to half the formula's own level."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """What a sample says: its turns, and for each question of part or structure the question itself."""

    kind: str
    turns: tuple[Turn, ...]
    asked: tuple[Question, ...] = ()


def turn_kind(index: int) -> str:
    """The kind of the sample at this index."""
    return CYCLE[turn(index, len(CYCLE), "formula-turn")]


def look(index: int, layout: Layout) -> str:
    """The look of the sample at this index: each of the four once before any again, but print where no pen can write
    the formula."""
    seen = LOOKS[turn(index, len(LOOKS), "formula-look")]
    if seen != HANDWRITING or can_write(layout):
        return seen
    return PRINTS[turn(index, len(PRINTS), "formula-print")]


@step(reads=("draft.index",), writes=("draft.formula", "draft.latex", "draft.surface", "draft.semantics"))
def formula_content(sample: Sample, context: StepContext) -> Sample:
    """A formula, its canonical LaTeX and another spelling, and what it is about."""
    rng = context.rng
    formula = random_formula(sample.draft["index"], rng)
    return sample.drafting(
        formula=formula,
        latex=latex(formula.layout),
        surface=surface(formula.layout, rng),
        semantics=semantics(formula.node),
    )


@step(reads=("draft.index", "draft.formula"), writes=("draft.looking",))
def formula_draw(sample: Sample, context: StepContext) -> Sample | Drop:
    """The clean print, and the look of this index with a quad per token."""
    layout = sample.draft["formula"].layout
    try:
        looking = dress(layout, look(sample.draft["index"], layout), context.rng)
    except FormulaError as e:
        return Drop("not_drawable", str(e))
    return sample.drafting(looking=looking)


@step(reads=("draft.looking",), writes=("draft.worn", "draft.level"))
def formula_augment(sample: Sample, context: StepContext) -> Sample:
    """Wear that suits the look, applied to the picture and to all quads."""
    rng = context.rng
    looking: Looking = sample.draft["looking"]
    level = rng.choices(range(4), _LEVELS[looking.look])[0]
    profile = "screen" if looking.look == "screen capture" else "table"
    return sample.drafting(worn=degrade(looking.pixels, looking.quads, level, rng, profile), level=level)


@step(reads=("draft.index", "draft.formula", "draft.latex", "draft.semantics"), writes=("draft.exchange",))
def formula_ask(sample: Sample, context: StepContext) -> Sample | Drop:
    """The turn of this index with its answer."""
    formula: Formula = sample.draft["formula"]
    meaning = sample.draft["semantics"]
    rng, kind = context.rng, turn_kind(sample.draft["index"])
    if kind == "latex":
        return sample.drafting(exchange=Exchange(kind, (word_latex(sample.draft["latex"], rng),)))
    if kind == "symbols":
        if len(meaning["symbols"]) < 2:
            return Drop("no_question", "too few symbols to name")
        return sample.drafting(exchange=Exchange(kind, (word_symbols(meaning["symbols"], rng),)))
    if kind == "concept":
        if not meaning["concepts"]:
            return Drop("no_question", "no concept to name")
        return sample.drafting(exchange=Exchange(kind, (word_concept(meaning["domain"], meaning["concepts"], rng),)))
    asked = _asked(formula, kind, rng)
    if not asked:
        return Drop("no_question", f"the formula offers no {kind} question")
    turns = tuple(word_question(q, rng, first=i == 0) for i, q in enumerate(asked))
    return sample.drafting(exchange=Exchange(kind, turns, asked))


def _asked(formula: Formula, kind: str, rng: random.Random) -> tuple[Question, ...]:
    """One question of the kind, or two or three different ones for a dialogue."""
    families = (
        (kind == "part",) if kind != "dialogue" else rng.choice(((True, False), (False, True), (True, False, True)))
    )
    found: list[Question] = []
    for part in families:
        question = ask(formula.node, formula.layout, part, rng)
        if question is not None and question.op not in {q.op for q in found}:
            found.append(question)
    return tuple(found) if kind != "dialogue" or len(found) > 1 else ()


@step(reads=("draft.looking", "draft.worn", "draft.latex", "draft.surface", "draft.exchange"), writes=("draft.checks",))
def formula_verify(sample: Sample) -> Sample | Drop:
    """Everything is checked again from the written target, by the second engine, and in the picture."""
    draft = sample.draft
    looking: Looking = draft["looking"]
    worn: Worn = draft["worn"]
    said: Exchange = draft["exchange"]
    tex = draft["latex"]
    try:
        checks.check_target(tex, draft["surface"])
        checks.check_all(said.asked, [t.answer for t in said.turns] if said.asked else [], tex)
        if said.kind == "latex":
            checks.check_written(said.turns[0].answer, tex)
        check_places(looking.quads, worn, beyond=1.0)
        x_height = float(_x_heights(looking, worn).min())
        check_x_height(x_height)
        contrast = check_contrast(worn.pixels, worn.quads, ends=50)
        agreement = checks.check_engines(looking.drawn, tex)
    except checks.CheckError as e:
        return Drop(e.reason, str(e))
    return sample.drafting(checks={"round_trip": True, "engines": round(agreement, 4), "contrast": round(contrast, 3),
                                   "x_height": round(x_height, 2), "ocr": "not_run"})  # fmt: skip


def _x_heights(looking: Looking, worn: Worn) -> npt.NDArray[np.float64]:
    """x-heights of the tokens in the worn picture, in pixels."""
    printed = np.array([t.x_height for t in looking.drawn.tokens])
    return printed * local_scale(looking.quads.mean(axis=1), worn.log)


@step(
    reads=("draft.formula", "draft.latex", "draft.surface", "draft.semantics", "draft.looking", "draft.worn",
           "draft.level", "draft.exchange", "draft.checks"),
    writes=("images", "messages", "regions", "truth", "scores", "meta", "difficulty", "language", "task", "group"),
)  # fmt: skip
def formula_finish(sample: Sample, context: StepContext) -> Sample:
    """The sample as it is stored: one encoded picture, the messages, a region per token, the truth."""
    draft = sample.draft
    worn: Worn = draft["worn"]
    said: Exchange = draft["exchange"]
    image = encode(worn.pixels, worn.form, worn.quality or 90)
    quads = [_quad(q) for q in worn.quads.round(2).tolist()]
    names = [t.tex for t in draft["looking"].drawn.tokens]
    return sample.having(
        images=(image,),
        messages=_messages(image, said.turns),
        regions=tuple(Region(image.sha256, "token", q, name) for q, name in zip(quads, names, strict=True)),
        truth=_truth(draft, image, names, quads),
        scores={"contrast": draft["checks"]["contrast"], "engines": draft["checks"]["engines"]},
        meta=_meta(sample, context),
        difficulty=difficulty(said.kind, draft["semantics"]["level"]),
        language="en",
        task="formula",
        group=sample.id,
        truth_source="engine",
        source="invented",
        draft={},
    )


def difficulty(kind: str, level: int) -> int:
    """1..10: writing a formula down is as hard as the formula; other turns half of that and what they add."""
    return level if kind == "latex" else max(1, min(10, level // 2 + _PARTWISE[kind]))


def _quad(points: Sequence[Sequence[float]]) -> Quad:
    a, b, c, d = ((x, y) for x, y in points)
    return (a, b, c, d)


def _messages(image: Image, turns: Sequence[Turn]) -> tuple[Message, ...]:
    messages: list[Message] = []
    for i, t in enumerate(turns):
        messages += [user(image, t.question) if i == 0 else user(t.question), assistant(t.answer)]
    return tuple(messages)


def _truth(draft: Any, image: Image, names: Sequence[str], quads: Sequence[Quad]) -> dict[str, Any]:
    formula: Formula = draft["formula"]
    return {
        "kind": "formula", "latex": draft["latex"], "surface": draft["surface"],
        "tokens": [{"latex": name, "quad": quad} for name, quad in zip(names, quads, strict=True)],
        "image_size": [image.width, image.height], **draft["semantics"],
        "queries": [{"op": q.op, "args": dict(q.args), "answer": q.answer} for q in draft["exchange"].asked],
        "spec": {"band": formula.band, "form": formula.form, "wanted": formula.wanted, "depth": formula.node.depth,
                 "canonical_tokens": len(tokens(draft["latex"]))},
    }  # fmt: skip


def _meta(sample: Sample, context: StepContext) -> dict[str, Any]:
    draft = sample.draft
    said: Exchange = draft["exchange"]
    return {
        "pipeline": "formula", "turn_kind": said.kind, "templates": [t.template for t in said.turns],
        "styles": [t.style for t in said.turns], "ops": [q.op for q in said.asked], "look": draft["looking"].look,
        "look_style": draft["looking"].style, "augment_level": draft["level"],
        "augment": [[name, parameters] for name, parameters in draft["worn"].log], "checks": draft["checks"],
        "seed": seed_from(context.run_seed, sample.id),
    }  # fmt: skip
