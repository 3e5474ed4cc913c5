"""The mathematics task step by step: problem, sheet, wear, turns, verification, the finished sample.

Source: Qianfan-VL report (arXiv 2509.18189), section 3.2, mathematical problem solving. Covered: problems of five
fields with proved steps, printed or hand-written, scanned or photographed; solutions, answers, choices, explanations,
mistakes to be found, transcriptions; lengths moved by what a solver could do in an earlier run (see `solver`). Not
covered: other languages.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import numpy.typing as npt

from mmrecipes.canvas.encode import encode
from mmrecipes.core.boxes import Quad, quad_of
from mmrecipes.core.identity import seed_from, turn
from mmrecipes.core.image import Image
from mmrecipes.core.sample import Region, Sample, assistant, user
from mmrecipes.flow.step import Drop, StepContext, step
from mmrecipes.recipes.qianfan_vl.checks import check_places
from mmrecipes.recipes.qianfan_vl.mathematics import checks
from mmrecipes.recipes.qianfan_vl.mathematics.solver import moves_of
from mmrecipes.recipes.qianfan_vl.mathematics.turns import Plan, Turn, lines_of, plan, shown, word
from mmrecipes.render.degradation import Worn, degrade, draw_level, local_scale
from mmrecipes.render.mathematics.hand import PAPERS, on_paper, written
from mmrecipes.render.mathematics.notation import latex
from mmrecipes.render.mathematics.problem import Derivation, Problem, Refused
from mmrecipes.render.mathematics.sheet import HAND, Drawn, Look, Sheet, SheetError, draw_sheet, inline, markdown
from mmrecipes.render.mathematics.template import band
from mmrecipes.render.mathematics.templates import random_problem

LOOKS = ("print",) * 5 + ("photo",) * 3 + ("hand",) * 4
"""Printed and perhaps scanned; printed and photographed; written by hand and photographed. Shares of one round."""
_FACES = (
    ("New Computer Modern", 1.0), ("Libertinus Serif", 1.0), ("Source Serif Pro", 0.95), ("Caladea", 0.95),
    ("Source Sans Pro", 0.98), ("DejaVu Serif", 0.86), ("Hanken Grotesk", 0.93), ("STIXGeneral", 1.0),
)  # fmt: skip
"""Text faces with the size that makes them look equally large."""


@step(reads=("draft.index",), writes=("draft.problem", "draft.plan", "draft.move"))
def mathematics_content(sample: Sample, context: StepContext) -> Sample | Drop:
    """The problem of this index and what will be asked about it."""
    index, rng, moves = sample.draft["index"], context.rng, moves_of(context)
    try:
        problem = random_problem(rng, index, moves)
    except Refused as e:
        return Drop(e.reason, str(e))
    return sample.drafting(problem=problem, plan=plan(problem, index, rng), move=moves.get(problem.template, 0))


@step(
    reads=("draft.index", "draft.problem", "draft.plan"),
    writes=("draft.sheet", "draft.look", "draft.drawn", "draft.style"),
)
def mathematics_draw(sample: Sample, context: StepContext) -> Sample | Drop:
    """The sheet with the place of every word and token; by hand where this index asks for it."""
    rng = context.rng
    style = LOOKS[turn(sample.draft["index"], len(LOOKS), "mathematics-look")]
    sheet, look = _sheet(sample.draft["problem"], sample.draft["plan"], rng), _look(style, rng)
    try:
        drawn = draw_sheet(sheet, look)
        checks.check_labels(drawn)
        words = checks.check_text(markdown(sheet, look), drawn.tokens)
    except (SheetError, checks.CheckError) as e:
        return Drop(e.reason, str(e))
    if style == "hand":
        drawn = written(drawn, rng)
    return sample.drafting(
        sheet=sheet, look=look, drawn=drawn, style={"look": style, "font": look.font, "words": words}
    )


def _sheet(problem: Problem, plan: Plan, rng: random.Random) -> Sheet:
    number = rng.choice(("", "", f"{rng.randint(1, 60)}.", f"{rng.randint(1, 30)})", f"Exercise {rng.randint(1, 40)}.",
                         f"Problem {rng.randint(1, 12)}:"))  # fmt: skip
    options = tuple(shown(o, named=False) for o in plan.options)
    worked = ()
    if plan.kind in ("error", "explain"):
        steps = (problem.wrong[plan.slip] if plan.kind == "error" else problem.derivation).steps
        worked = lines_of(steps, bare=plan.bare)
    return Sheet(problem.statement, number, problem.table, problem.figure, options, worked)


def _look(style: str, rng: random.Random) -> Look:
    """A face and size, so that an em is 20 to 27 pixels; a width of 30 to 44 em."""
    face, k = (HAND, 1.0) if style == "hand" else rng.choice(_FACES)
    em, size = rng.uniform(20, 27), 12.0
    marks = rng.choice((("{})", "{}."), ("({})", "({})"), ("{}.", "{})"), ("({})", "{}.")))
    return Look(face, round(size * k, 2), round(size * rng.uniform(30, 44)), em / size * 72,
                margin=rng.choice((14.0, 18.0, 24.0)),
                hand=style == "hand", beside=rng.random() < 0.35, option_mark=marks[0], line_mark=marks[1],
                leading=rng.choice((0.65, 0.75, 0.9)))  # fmt: skip


@step(reads=("draft.drawn", "draft.style"), writes=("draft.worn", "draft.level", "draft.style"))
def mathematics_augment(sample: Sample, context: StepContext) -> Sample:
    """Ink, paper and wear, applied to the picture and to all quads; 40 % of the printed ones stay clean."""
    drawn: Drawn = sample.draft["drawn"]
    style, rng = sample.draft["style"], context.rng
    look = style["look"]
    level = draw_level(rng) if look == "print" else rng.choices((1, 2, 3), (4, 3, 3))[0]
    pixels, paper = drawn.pixels, {}
    if look != "print":
        pixels, paper = on_paper(drawn, rng.choice(PAPERS) if look == "hand" else "plain", look == "hand", rng)
    worn = degrade(pixels, _quads(drawn), level, rng, "page" if look == "print" else "photo")
    return sample.drafting(worn=worn, level=level, style={**style, **paper})


def _quads(drawn: Drawn) -> npt.NDArray[np.float64]:
    """All quads, (N, 4, 2): the tokens, then the figure if there is one."""
    boxes = [t.box for t in drawn.tokens] + ([drawn.figure[1]] if drawn.figure else [])
    return np.array([quad_of(b) for b in boxes], np.float64)


@step(reads=("draft.problem", "draft.plan", "draft.sheet", "draft.look"), writes=("draft.turn",))
def mathematics_ask(sample: Sample, context: StepContext) -> Sample:
    """The request of this index with its reply."""
    look: Look = sample.draft["look"]
    text = markdown(sample.draft["sheet"], look)
    return sample.drafting(turn=word(sample.draft["problem"], sample.draft["plan"], text, look.line_mark, context.rng))


@step(
    reads=("draft.problem", "draft.plan", "draft.sheet", "draft.look", "draft.drawn", "draft.worn", "draft.turn"),
    writes=("draft.truth", "draft.checks"),
)
def mathematics_verify(sample: Sample) -> Sample | Drop:
    """Steps and answer are proved from the truth as it will be stored; the picture is legible, its quads are right."""
    from mmrecipes.recipes.qianfan_vl.mathematics.proof import check_problem  # sympy takes a second to load

    draft = sample.draft
    drawn: Drawn = draft["drawn"]
    worn: Worn = draft["worn"]
    truth = _truth(draft)
    try:
        found = check_problem(truth, draft["problem"].figure)
        checks.check_reply(truth, draft["plan"].kind, draft["turn"].answer)
        clean = _quads(drawn)
        check_places(clean, worn)
        count = len(drawn.tokens)
        scale = local_scale(clean[:count].mean(axis=1), worn.log)
        x_height, contrast = checks.check_letters(drawn, worn, scale)
    except checks.CheckError as e:
        return Drop(e.reason, str(e))
    found |= {
        "x_height": round(x_height, 2),
        "contrast": round(contrast, 3),
        "transcription": "equal",
        "ocr": "not_run",
    }
    return sample.drafting(truth=truth, checks=found)


def _truth(draft: Mapping[str, Any]) -> dict[str, Any]:
    problem: Problem = draft["problem"]
    plan_: Plan = draft["plan"]
    worn: Worn = draft["worn"]
    answer = problem.derivation.answer
    truth: dict[str, Any] = {
        "kind": "mathematics", "field": problem.field, "template": problem.template, "concepts": list(problem.concepts),
        "level": problem.level, "band": band(problem.level), "params": problem.params,
        "statement": list(problem.statement), "markdown": markdown(draft["sheet"], draft["look"]),
        "steps": _steps(problem.derivation), "answer": asdict(answer),
        "answer_latex": answer.value if answer.kind == "word" else latex(answer.value),
        "answer_text": inline(shown(answer)),
        "claims": [asdict(c) for c in problem.claims],
        "image_size": [worn.pixels.shape[1], worn.pixels.shape[0]],
    }  # fmt: skip
    if problem.figure:
        truth["figure"] = problem.figure.to_json()
    if problem.table:
        truth["table"] = [list(r) for r in problem.table.rows]
    if plan_.options:
        truth["options"] = [
            {"answer": asdict(a), "mistake": m} for a, m in zip(plan_.options, plan_.mistakes, strict=True)
        ]
        truth["key"] = plan_.key
    if plan_.slip:
        truth["mistake"] = {"name": plan_.slip, "step": plan_.wrong_step, "steps": _steps(problem.wrong[plan_.slip])}
    if plan_.explained >= 0:
        truth["explained"] = plan_.explained
    return truth


def _steps(derivation: Derivation) -> list[dict[str, str]]:
    return [asdict(s) for s in derivation.steps]


@step(
    reads=("draft.problem", "draft.plan", "draft.drawn", "draft.worn", "draft.level", "draft.style", "draft.turn",
           "draft.truth", "draft.checks", "draft.move"),
    writes=("images", "messages", "regions", "truth", "scores", "meta", "difficulty", "language", "task", "group"),
)  # fmt: skip
def mathematics_finish(sample: Sample, context: StepContext) -> Sample:
    """The sample as it is stored: one encoded picture, request and reply, a region per word and token, the truth."""
    draft = sample.draft
    worn: Worn = draft["worn"]
    said: Turn = draft["turn"]
    image = encode(worn.pixels, worn.form, worn.quality or 90)
    return sample.having(
        images=(image,),
        messages=(user(image, said.question), assistant(said.answer)),
        regions=_regions(draft["drawn"], worn, image),
        truth=draft["truth"],
        scores={"contrast": draft["checks"]["contrast"], "x_height": draft["checks"]["x_height"]},
        meta=_meta(sample, context),
        difficulty=draft["problem"].level,
        language="en",
        task="mathematics",
        group=sample.id,
        truth_source="engine",
        source="invented",
        draft={},
    )


def _regions(drawn: Drawn, worn: Worn, image: Image) -> tuple[Region, ...]:
    """A region per word (label `word`) and token of mathematics (`token`, LaTeX as text), and one for the figure."""
    quads: list[Quad] = [_quad(q) for q in worn.quads.round(2).tolist()]
    found = [Region(image.sha256, t.role, q, t.text) for t, q in zip(drawn.tokens, quads, strict=False)]
    return (*found, Region(image.sha256, "figure", quads[-1])) if drawn.figure else tuple(found)


def _quad(points: list[list[float]]) -> Quad:
    a, b, c, d = ((x, y) for x, y in points)
    return (a, b, c, d)


def _meta(sample: Sample, context: StepContext) -> dict[str, Any]:
    draft = sample.draft
    problem: Problem = draft["problem"]
    return {
        "pipeline": "mathematics", "turn_kind": draft["plan"].kind,
        "templates": [problem.wording, draft["turn"].template], "field": problem.field, "band": band(problem.level),
        "steps": len(problem.derivation.steps), "move": draft["move"], "style": draft["style"],
        "augment_level": draft["level"], "augment": [[name, parameters] for name, parameters in draft["worn"].log],
        "checks": draft["checks"], "votes": None, "seed": seed_from(context.run_seed, sample.id),
    }  # fmt: skip
