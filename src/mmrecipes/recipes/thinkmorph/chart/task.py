"""The chart task step by step: a chart, a question that some of its elements answer, these marked, thoughts.

Sources: ThinkMorph (arXiv 2510.27492), chart refocus; ReFocus (arXiv 2501.05452) for the ways of marking. Covered: six
kinds of charts drawn here. Not covered: tables, photographed charts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from mmrecipes.canvas.encode import encode_drawing
from mmrecipes.core.boxes import Box, box_of, quad_of, union
from mmrecipes.core.identity import seed_from, turn
from mmrecipes.core.sample import Region, Sample
from mmrecipes.flow.step import Drop, StepContext, step
from mmrecipes.recipes.thinkmorph.chart.asking import MOST_ELEMENTS, Asked, ask
from mmrecipes.recipes.thinkmorph.chart.elements import KINDS, Element, bounds, column, elements_of
from mmrecipes.recipes.thinkmorph.chart.thoughts import Said
from mmrecipes.recipes.thinkmorph.overlay import (
    Polygon,
    Style,
    around,
    contrast,
    covered,
    faded,
    outlined,
    overlaid,
    rectangle,
)
from mmrecipes.recipes.thinkmorph.trace import Trace, share_at
from mmrecipes.render.charts.answers import Refused
from mmrecipes.render.charts.content import random_chart
from mmrecipes.render.charts.drawn import Drawn, LayoutRefusal
from mmrecipes.render.charts.operations import evaluate
from mmrecipes.render.charts.precision import problems
from mmrecipes.render.charts.reading import AsDrawn, resolutions
from mmrecipes.render.charts.skia_draw import draw
from mmrecipes.render.charts.style import style_for
from mmrecipes.render.charts.summary import Chart, chart_from_json
from mmrecipes.render.charts.tracks import View

PUBLIC = "Chart_Refocus"
STYLES: dict[str, float] = {"box": 40.0, "overlay": 40.0, "mask_rest": 20.0}
LEAST_COVERED, MOST_OTHER = 0.95, 0.10
"""Share of every evidence element that a mark must cover, and of any other that it may."""
LEAST_CONTRAST = 3.0
"""Of texts under a mark."""
LEAST_DIFFERENCE = 20.0
"""Mean change of the changed pixels' colours, 0 to 255, below which red on red is lost."""


@step(reads=("draft.index",), writes=("draft.chart", "draft.drawn", "draft.elements"))
def chart_content(sample: Sample, context: StepContext) -> Sample | Drop:
    """A chart drawn from invented data; every mark and text has its place."""
    index, rng = sample.draft["index"], context.rng
    chart = random_chart(rng, index, kind=KINDS[turn(index, len(KINDS), "thinkmorph.chart.kind")])
    try:
        drawn = draw(chart, style_for(chart, index, rng))
    except LayoutRefusal as e:
        return Drop(e.reason, e.detail)
    if wrong := problems(chart, drawn):
        return Drop(*wrong[0])
    elements = elements_of(chart, drawn)
    if not 3 <= len(elements) <= MOST_ELEMENTS:
        return Drop("unsuitable_number_of_elements", str(len(elements)))
    return sample.drafting(chart=chart, drawn=drawn, elements=elements)


@step(reads=("draft.index", "draft.chart", "draft.drawn", "draft.elements"), writes=("draft.asked",))
def chart_ask(sample: Sample, context: StepContext) -> Sample | Drop:
    """A question with its answer as it can be read off the picture, and the elements it rests on."""
    chart: Chart = sample.draft["chart"]
    reader = AsDrawn(chart, resolutions(chart, sample.draft["drawn"]))
    asked = ask(View(chart), reader, sample.draft["elements"], sample.draft["index"], context.rng)
    return Drop("no_question", chart.type) if asked is None else sample.drafting(asked=asked)


@step(
    reads=("draft.index", "draft.chart", "draft.drawn", "draft.elements", "draft.asked"),
    writes=("draft.style", "draft.shapes", "draft.pictures"),
)
def chart_mark(sample: Sample) -> Sample | Drop:
    """The evidence marked in the style of the index: element by element, no hull around several."""
    draft = sample.draft
    drawn: Drawn = draft["drawn"]
    style: Any = share_at(draft["index"], STYLES, "chart.style")
    if style == "mask_rest" and "line" in draft["chart"].panels[0].type:
        style = "box"  # a line whose points are faded is torn to pieces
    shapes = shapes_of(draft["chart"], drawn, draft["elements"], draft["asked"], style)
    marked = _marked(drawn.pixels, shapes, style)
    if style != "mask_rest" and difference(drawn.pixels, marked) < LEAST_DIFFERENCE:
        return Drop("mark_not_visible", f"{style} on {draft['chart'].type}")
    if style == "overlay" and (hidden := _hidden_text(marked, draft["asked"].evidence)):
        return Drop("mark_hides_text", hidden)
    if wrong := mark_problem(drawn.pixels.shape[:2], shapes, draft["elements"], draft["asked"].evidence, style):
        return Drop(*wrong)
    return sample.drafting(style=style, shapes=shapes, pictures=(encode_drawing(drawn.pixels), encode_drawing(marked)))


def difference(before: npt.NDArray[np.uint8], after: npt.NDArray[np.uint8]) -> float:
    """Mean change of the pixels that changed, 0 to 255."""
    change = cv2.absdiff(before, after)
    changed = np.bitwise_or(np.bitwise_or(change[:, :, 0], change[:, :, 1]), change[:, :, 2])
    return float(np.mean(cv2.mean(change, changed)[:3]))


def _hidden_text(marked: npt.NDArray[np.uint8], evidence: Sequence[Element]) -> str:
    """The evidence whose label or value is hard to read under the mark; empty when there is none."""
    for element in evidence:
        for box in _texts(element):
            x0, y0, x1, y1 = (max(0, round(v)) for v in box)
            if contrast(marked[y0:y1, x0:x1]) < LEAST_CONTRAST:
                return str(element.key)
    return ""


def _texts(element: Element) -> list[Box]:
    """The boxes of the texts that belong to an element."""
    label = [box_of(element.label)] if element.label is not None else []
    return [*label, *([element.printed] if element.printed is not None else [])]


def shapes_of(
    chart: Chart, drawn: Drawn, elements: Sequence[Element], asked: Asked, style: Style
) -> tuple[Polygon, ...]:
    """What is outlined, overlaid or (for `mask_rest`) faded."""
    evidence, kind = asked.evidence, chart.panels[0].type
    if style == "mask_rest":
        rest = [e for e in elements if e not in evidence]
        kept = {e.label for e in evidence}
        labels = dict.fromkeys(e.label for e in rest if e.label is not None and e.label not in kept)
        values = {e.printed for e in evidence}
        printed = dict.fromkeys(e.printed for e in rest if e.printed is not None and e.printed not in values)
        return (*(e.shape for e in rest), *(around(q, 2) for q in labels), *(rectangle(b, 2) for b in printed))
    if style == "overlay" and kind in ("bar", "horizontal_bar") and len({e.series for e in elements}) == 1:
        return tuple(column(e, elements, drawn.areas[0], kind == "bar") for e in evidence)
    shapes = [s for e in evidence for s in _with_value(e, kind == "pie")]
    return (*shapes, *dict.fromkeys(around(e.label, 3) for e in evidence if e.label is not None))


def _with_value(element: Element, round_: bool) -> list[Polygon]:
    """An element and its printed value: one box where the value stands beside it, so that no line runs through it."""
    if round_:
        return [element.shape, *([rectangle(element.printed, 3)] if element.printed else [])]
    box = bounds(element.shape)
    if element.printed is None:
        return [rectangle(box, 3)]
    x0, y0, x1, y1 = element.printed
    near = x0 < box[2] + 12 and x1 > box[0] - 12 and y0 < box[3] + 12 and y1 > box[1] - 12
    return [rectangle(union(box, element.printed), 3)] if near else [rectangle(box, 3), rectangle(element.printed, 3)]


def _marked(pixels: npt.NDArray[np.uint8], shapes: Sequence[Polygon], style: Style) -> npt.NDArray[np.uint8]:
    if style == "box":
        return outlined(pixels, shapes, max(3.0, 0.004 * pixels.shape[1]))
    if style == "overlay":
        return overlaid(pixels, shapes)
    return faded(pixels, shapes, pixels[2, 2])


def mark_problem(
    size: tuple[int, ...], shapes: Sequence[Polygon], elements: Sequence[Element], evidence: Sequence[Element],
    style: Style,
) -> tuple[str, str] | None:  # fmt: skip
    """Whether the mark misses evidence or covers something else, as (reason, detail)."""
    mask = covered(size, shapes)
    if style == "mask_rest":
        mask = ~mask
    for element in elements:
        share = _share(mask, element.shape)
        if element in evidence and share < LEAST_COVERED:
            return "mark_off_target", f"{share:.2f} of {element.key} in {element.series}"
        if element not in evidence and share >= MOST_OTHER:
            return "mark_covers_others", f"{share:.2f} of {element.key} in {element.series}"
    return None


def _share(mask: npt.NDArray[np.bool_], shape: Polygon) -> float:
    """Share of a shape's pixels that lie in the mask."""
    x0, y0, x1, y1 = (round(v) for v in bounds(shape))
    part = mask[max(0, y0) : y1 + 1, max(0, x0) : x1 + 1]
    moved = tuple((x - max(0, x0), y - max(0, y0)) for x, y in shape)
    own = covered(part.shape, [moved])
    return float((part & own).sum() / max(1, own.sum()))


@step(
    reads=("draft.chart", "draft.elements", "draft.asked", "draft.style", "draft.shapes", "draft.pictures"),
    writes=("draft.trace", "draft.secret"),
)
def chart_think(sample: Sample, context: StepContext) -> Sample:
    """Question and thoughts."""
    draft = sample.draft
    chart: Chart = draft["chart"]
    asked: Asked = draft["asked"]
    said = Said(chart, draft["elements"], asked, draft["style"], context.rng)
    problem, reasoning = draft["pictures"]
    answer = asked.answer
    trace = Trace(
        task=PUBLIC,
        question=said.question(),
        answer=answer.text,
        thoughts=(" ".join(said.first()), " ".join(said.second())),
        text_only=" ".join(said.alone()),
        problem=problem,
        reasoning=reasoning,
        ground_truth={
            "chart": chart.to_json(),
            "query": asked.query.to_json(),
            "value": answer.value,
            "tolerance": answer.tolerance,
            "evidence": [
                {
                    "series": e.series,
                    "key": e.key,
                    "box": _rounded(bounds(e.shape)),
                    "texts": [_rounded(b) for b in _texts(e)],
                }
                for e in asked.evidence
            ],
        },
        generator="drawn chart",
        solver="evaluate",
        manipulation={
            "op": draft["style"],
            "shapes": [[[round(x, 2), round(y, 2)] for x, y in shape] for shape in draft["shapes"]],
        },
        split_key=f"{seed_from(context.run_seed, sample.id):x}",
        difficulty={"value": 2, "extreme": 3, "count": 5, "difference": 5, "gap": 5, "ratio": 6}[asked.operation],
        regions=tuple(
            Region(problem.sha256, e.series, quad_of(bounds(e.shape)), str(e.key)) for e in draft["elements"]
        ),
        meta={"kind": chart.type, "operation": asked.operation, "mark": draft["style"]},
    )
    return sample.drafting(trace=trace, secret=(trace.answer,))


def _rounded(box: Box) -> list[float]:
    return [round(v, 2) for v in box]


@step(reads=("draft.trace",), writes=("draft.trace",))
def chart_verify(sample: Sample) -> Sample | Drop:
    """The stored query is executed again on the stored data, without the picture's limits."""
    trace: Trace = sample.draft["trace"]
    truth = trace.ground_truth
    try:
        again = evaluate(View(chart_from_json(truth["chart"])), truth["query"])
    except Refused as e:
        return Drop("query_ambiguous", str(e))
    stated = truth["value"]
    same = abs(again.raw - stated) <= truth["tolerance"] + 1e-9 * abs(stated) if again.kind == "number" else (
        again.value == stated
    )  # fmt: skip
    if not same:
        return Drop("answer_differs", f"{stated!r} is stated, {again.value!r} is right")
    return sample.drafting(trace=replace(trace, checks={"answer_recomputed": True, "evidence_covered": True}))
