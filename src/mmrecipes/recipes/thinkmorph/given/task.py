"""Searches and charts that users bring: the picture opened, the evidence marked, question, thoughts.

Source: ThinkMorph (arXiv 2510.27492), visual search (candidates with a target box) and chart refocus. Covered: boxes in
pixels, options of the line or of the pool of its kind, red boxes and areas. What is true is what the lines say. Not
covered: judging the lines by a model.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from mmrecipes.canvas.encode import encode
from mmrecipes.core.boxes import Box, area, quad_of
from mmrecipes.core.identity import turn
from mmrecipes.core.image import Image, ImageError, image_from_file
from mmrecipes.core.sample import Region, Sample
from mmrecipes.flow.step import Drop, StepContext, step
from mmrecipes.recipes.thinkmorph.given.rows import INPUT, Row, answers_of_kind, read_rows
from mmrecipes.recipes.thinkmorph.overlay import overlaid, rectangle
from mmrecipes.recipes.thinkmorph.search.asking import Limits
from mmrecipes.recipes.thinkmorph.search.task import boxed
from mmrecipes.recipes.thinkmorph.trace import LETTERS, Trace
from mmrecipes.recipes.thinkmorph.wording import say
from mmrecipes.world.wording import listed

PUBLIC = {"search": "Visual_Search", "chart": "Chart_Refocus"}


@dataclass(frozen=True, slots=True)
class GivenOpen:
    """The picture and the boxes of a line; what is wrong with them is named with the line's number."""

    limits: Limits
    reads: ClassVar = ("draft.row", "draft.stratum")
    writes: ClassVar = ("draft.image", "draft.boxes")
    name: ClassVar[str] = "given_open"

    def __call__(self, sample: Sample, context: StepContext) -> Sample | Drop:
        row: Row = sample.draft["row"]
        if row.wrong:
            return Drop("unusable_line", f"line {row.number}: {row.wrong}")
        path = context.inputs[INPUT].resolve().parent / str(row.value["image"])
        try:
            image = image_from_file(path)
        except ImageError as e:
            return Drop(e.reason, f"line {row.number}: {e}")
        boxes = _boxes(row.value.get("boxes"))
        if not boxes:
            return Drop("no_boxes", f"line {row.number}: boxes must be a list of [x0, y0, x1, y1] in pixels")
        limits = self.limits if sample.draft["stratum"] == "search" else Limits(0.0, 1.0, 2.0)
        for box in boxes:
            if problem := limits.problem(box, image.size):
                return Drop(problem, f"line {row.number}: {list(box)} in {image.width}x{image.height}")
        return sample.drafting(image=image, boxes=boxes)


def _boxes(value: Any) -> tuple[Box, ...]:
    """The boxes of a line; none when they cannot be understood."""
    if not isinstance(value, list):
        return ()
    good = [b for b in value if isinstance(b, list) and len(b) == 4 and all(isinstance(v, (int, float)) for v in b)]
    return tuple((float(b[0]), float(b[1]), float(b[2]), float(b[3])) for b in good) if len(good) == len(value) else ()


@step(reads=("draft.row", "draft.index", "draft.stratum"), writes=("draft.options",))
def given_options(sample: Sample, context: StepContext) -> Sample | Drop:
    """Four options of a search, the right one at the letter of the index; a chart has none."""
    row: Row = sample.draft["row"]
    if sample.draft["stratum"] != "search":
        return sample.drafting(options=())
    answer, own = str(row.value["answer"]), row.value.get("options")
    pool = [str(o) for o in own] if isinstance(own, list) else list(_pool(context, row))
    wrong = [o for o in dict.fromkeys(pool) if o != answer]
    if isinstance(own, list) and answer not in pool:
        return Drop("right_option_missing", f"line {row.number}: {answer!r} is none of {pool}")
    if len(wrong) < 3:
        kind = row.value.get("kind", "")
        return Drop(
            "too_few_options", f"line {row.number}: {len(wrong) + 1} different answers of kind {kind!r}, 4 needed"
        )
    others = context.rng.sample(wrong, 3)
    place = turn(sample.draft["index"], 4, "given.letter")
    return sample.drafting(options=(*others[:place], answer, *others[place:]))


def _pool(context: StepContext, row: Row) -> Sequence[str]:
    return answers_of_kind(read_rows(context.inputs[INPUT])["search"], str(row.value.get("kind", "")))


@step(
    reads=("draft.row", "draft.index", "draft.stratum", "draft.image", "draft.boxes", "draft.options"),
    writes=("draft.trace", "draft.secret"),
)
def given_think(sample: Sample, context: StepContext) -> Sample | Drop:
    """The evidence marked, question and thoughts: where to look, then what the line says is there."""
    draft, rng = sample.draft, context.rng
    row: Row = draft["row"]
    problem: Image = draft["image"]
    boxes: tuple[Box, ...] = draft["boxes"]
    overlay = draft["stratum"] == "chart" and turn(draft["index"], 2, "given.mark") == 1
    pixels = problem.decode()
    marked = overlaid(pixels, [rectangle(b) for b in boxes]) if overlay else boxed(pixels, boxes)
    reasoning = encode(marked)
    if not overlay and not all(_same_inside(pixels, marked, b) for b in boxes):
        return Drop("box_off_target", f"line {row.number}: the line around one box crosses another")
    answer, options = str(row.value["answer"]), draft["options"]
    final = LETTERS[options.index(answer)] if options else answer
    first, second, alone = _thoughts(problem.size, boxes, answer, final, overlay, bool(options), rng)
    trace = Trace(
        task=PUBLIC[draft["stratum"]],
        question=_question(row.value, options, rng),
        answer=final,
        thoughts=(first, second),
        text_only=alone,
        problem=problem,
        reasoning=reasoning,
        ground_truth={
            "answer": answer,
            "boxes": [list(b) for b in boxes],
            "options": {LETTERS[i]: o for i, o in enumerate(options)},
            "line": row.number,
        },
        generator=Path(context.inputs[INPUT]).name,
        solver="annotated",
        manipulation={"op": "overlay" if overlay else "box", "boxes": [list(b) for b in boxes]},
        split_key=problem.sha256,
        difficulty=min(10, 2 + len(boxes)),
        regions=tuple(Region(problem.sha256, "target", quad_of(b)) for b in boxes),
        checks={"boxes_inside": True},
        meta={"kind": str(row.value.get("kind", "")), "mark": "overlay" if overlay else "box"},
        truth_source="annotated",
    )
    return sample.drafting(trace=trace, secret=(f"({final})", f"option {final}") if options else (answer,))


def _same_inside(before: np.ndarray, after: np.ndarray, box: Box) -> bool:
    x0, y0, x1, y1 = (round(v) for v in box)
    return bool(np.array_equal(before[y0 + 1 : y1 - 1, x0 + 1 : x1 - 1], after[y0 + 1 : y1 - 1, x0 + 1 : x1 - 1]))


def _question(row: Mapping[str, Any], options: Sequence[str], rng: random.Random) -> str:
    if not options:
        return str(row["question"])
    listed_options = "\n".join(f"{LETTERS[i]}. {o}" for i, o in enumerate(options))
    return f"{row['question']}\n{listed_options}\n{say('given', 'form', rng)}"


def _thoughts(size: tuple[int, int], boxes: Sequence[Box], answer: str, final: str, overlay: bool, choice: bool,
              rng: random.Random) -> tuple[str, str, str]:  # fmt: skip
    def middle(b: Box) -> tuple[str, str]:
        return f"{50 * (b[0] + b[2]) / size[0]:.0f}", f"{50 * (b[1] + b[3]) / size[1]:.0f}"

    def found() -> str:
        need = say("given", "need", rng)
        if len(boxes) > 1:
            spots = listed([f"({x}, {y})" for x, y in map(middle, boxes)])
            return f"{need} {say('given', 'places', rng, n=str(len(boxes)), list=spots)}"
        (x, y), b = middle(boxes[0]), boxes[0]
        share = f"{100 * area(b) / (size[0] * size[1]):.0f}"
        slots = {"x": x, "y": y, "share": share, "w": f"{b[2] - b[0]:.0f}", "h": f"{b[3] - b[1]:.0f}"}
        return f"{need} {say('given', 'place', rng, **slots)}"

    it = "each of them" if len(boxes) > 1 else "it"
    plan = say("given", "plan_overlay" if overlay else "plan_box", rng, it=it)
    close = "option" if choice else "answer"
    ends = [f"{say('given', w, rng, answer=answer)} {say('given', close, rng, answer=final)}" for w in ("see", "alone")]
    first = found()
    if not choice and answer in first:  # a position that reads like the answer
        first = say("given", "need", rng)
    return f"{first} {plan}", ends[0], f"{found()} {ends[1]}"
