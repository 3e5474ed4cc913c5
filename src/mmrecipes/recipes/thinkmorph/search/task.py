"""The search task step by step: a scene, a question about one thing in it, the thing boxed, thoughts, verification.

Source: ThinkMorph (arXiv 2510.27492), visual search: a red box around the target. Covered: drawn scenes, whose
boxes are exact. Not covered: photographs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from mmrecipes.canvas.encode import encode
from mmrecipes.core.boxes import Box, area, quad_of
from mmrecipes.core.identity import seed_from
from mmrecipes.core.sample import Region, Sample
from mmrecipes.flow.step import Drop, StepContext, step
from mmrecipes.recipes.thinkmorph.overlay import Pixels, outlined, rectangle
from mmrecipes.recipes.thinkmorph.scenes import Drawn, draw_scene
from mmrecipes.recipes.thinkmorph.search.asking import Asked, Limits, ask
from mmrecipes.recipes.thinkmorph.search.thoughts import Said
from mmrecipes.recipes.thinkmorph.trace import LETTERS, Trace
from mmrecipes.world.denote import denote

PUBLIC = "Visual_Search"


@dataclass(frozen=True, slots=True)
class SearchContent:
    """A scene and a question about it; `limits` are those of the target's box."""

    limits: Limits
    reads: ClassVar = ("draft.index",)
    writes: ClassVar = ("draft.scene", "draft.asked")
    name: ClassVar[str] = "search_content"

    def __call__(self, sample: Sample, context: StepContext) -> Sample | Drop:
        drawn = draw_scene(context.rng.getrandbits(47), (6, 10))
        asked = ask(drawn, self.limits, sample.draft["index"], context.rng)
        return Drop("no_target") if asked is None else sample.drafting(scene=drawn, asked=asked)


def boxed(pixels: Pixels, boxes: tuple[Box, ...]) -> Pixels:
    """A red line around each box: 3 pixels or 0.4 % of the width, a little away, so that nothing inside changes."""
    width = line_width(pixels.shape[1])
    return outlined(pixels, [rectangle(b, width / 2 + gap(b)) for b in boxes], width)


def line_width(picture_width: int) -> float:
    return max(3.0, float(round(0.004 * picture_width)))


def gap(box: Box) -> float:
    """Pixels between a box and its line: 1 % of its shorter side, at least one."""
    return max(1.0, round(0.01 * min(box[2] - box[0], box[3] - box[1])))


@step(reads=("draft.scene", "draft.asked"), writes=("draft.pictures",))
def search_mark(sample: Sample) -> Sample:
    """The scene, and the same pixels with the evidence boxed."""
    drawn: Drawn = sample.draft["scene"]
    return sample.drafting(pictures=(encode(drawn.pixels), encode(boxed(drawn.pixels, sample.draft["asked"].boxes))))


@step(reads=("draft.scene", "draft.asked", "draft.pictures"), writes=("draft.trace", "draft.secret"))
def search_think(sample: Sample, context: StepContext) -> Sample:
    """Question with options, answer and thoughts."""
    drawn: Drawn = sample.draft["scene"]
    asked: Asked = sample.draft["asked"]
    said = Said(drawn, asked, context.rng)
    problem, reasoning = sample.draft["pictures"]
    letter = asked.letter
    largest = max(map(area, asked.boxes)) / (drawn.scene.size[0] * drawn.scene.size[1])
    trace = Trace(
        task=PUBLIC,
        question=said.question(),
        answer=letter,
        thoughts=(" ".join(said.first()), " ".join(said.second())),
        text_only=" ".join(said.alone()),
        problem=problem,
        reasoning=reasoning,
        ground_truth={
            "scene": drawn.scene.to_json(),
            "kind": asked.kind,
            "form": dict(asked.form),
            "targets": list(asked.ids),
            "boxes": [list(b) for b in asked.boxes],
            "options": {LETTERS[i]: o for i, o in enumerate(asked.options)},
            "said": asked.said,
        },
        generator="drawn scene",
        solver="scene graph",
        manipulation={"op": "box", "boxes": [list(b) for b in asked.boxes]},
        split_key=f"{seed_from(context.run_seed, sample.id):x}",
        difficulty=min(10, 1 + len(drawn.boxes) // 2 + (len(asked.boxes) > 1) + (largest < 0.03)),
        regions=tuple(
            Region(problem.sha256, "target", quad_of(b), i) for i, b in zip(asked.ids, asked.boxes, strict=True)
        ),
        meta={"kind": asked.kind, "background": drawn.scene.background.kind},
    )
    hidden = () if asked.kind in ("yes_no", "count") else (asked.answer,)
    return sample.drafting(trace=trace, secret=(f"({letter})", f"option {letter}", f"{letter}.", *hidden))


@step(reads=("draft.scene", "draft.asked", "draft.trace"), writes=("draft.trace",))
def search_verify(sample: Sample) -> Sample | Drop:
    """The description is evaluated again on the drawn picture: it means the boxed things and nothing else. Inside the
    boxes no pixel changed."""
    drawn: Drawn = sample.draft["scene"]
    asked: Asked = sample.draft["asked"]
    trace: Trace = sample.draft["trace"]
    meant = {o.id for o in drawn.scene.objects if o.colour == asked.form["colour"]} if asked.kind == "object" else (
        {o.id for o in drawn.scene.objects if o.category == asked.form["noun"]} if asked.kind == "count" else
        denote(asked.form, drawn.scene)
    )  # fmt: skip
    if meant != set(asked.ids):
        return Drop("not_unique", f"{asked.about} means {sorted(meant)}")
    before, after = trace.problem.decode(), trace.reasoning.decode()
    for box in asked.boxes:
        x0, y0, x1, y1 = (round(v) for v in box)
        if not np.array_equal(before[y0:y1, x0:x1], after[y0:y1, x0:x1]):
            return Drop("box_off_target", str(box))
    return sample.drafting(trace=replace(trace, checks={"unique": True, "inside_unchanged": True}))
