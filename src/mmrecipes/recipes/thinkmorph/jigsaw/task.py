"""The jigsaw task step by step: a picture cut and shuffled, question and thoughts, verification.

Source: ThinkMorph (arXiv 2510.27492), jigsaw assembly: pieces with gaps and numbers, the edited picture is the whole.
Covered: five layouts, the user's pictures or drawn scenes. Not covered: turned pieces.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

import numpy as np

from mmrecipes.canvas.encode import encode
from mmrecipes.core.boxes import quad_of
from mmrecipes.core.errors import InputError
from mmrecipes.core.sample import Region, Sample
from mmrecipes.flow.step import Drop, StepContext, step
from mmrecipes.recipes.thinkmorph.jigsaw.puzzle import Jigsaw, NoPuzzle, make_jigsaw
from mmrecipes.recipes.thinkmorph.jigsaw.thoughts import option_text, question, thoughts
from mmrecipes.recipes.thinkmorph.trace import LETTERS, Trace
from mmrecipes.render.jigsaws.cut import assembled, cut, in_order, laid_out, place_box
from mmrecipes.render.jigsaws.seams import best_fit
from mmrecipes.render.scene_text.photos import photo_files

PUBLIC = "Jigsaw_Assembly"
INPUT = "image"


@dataclass(frozen=True, slots=True)
class JigsawContent:
    """The jigsaw of this index, from the folder given as `image` or from a drawn scene; with `identity` the pieces may
    lie in their true order, as often as any other."""

    identity: bool
    reads: ClassVar = ("draft.index",)
    writes: ClassVar = ("draft.jigsaw",)
    name: ClassVar[str] = "jigsaw_content"

    def __call__(self, sample: Sample, context: StepContext) -> Sample | Drop:
        photos = _files(context.inputs[INPUT]) if INPUT in context.inputs else ()
        try:
            made = make_jigsaw(context.rng, sample.draft["index"], context.run_seed, photos, self.identity)
        except NoPuzzle as e:
            return Drop(e.reason, str(e))
        except InputError as e:
            return Drop("unreadable_picture", str(e))
        return sample.drafting(jigsaw=made)


@functools.lru_cache(maxsize=2)
def _files(folder: Path) -> tuple[Path, ...]:
    """The pictures of the user's folder, listed once per process."""
    return tuple(photo_files(folder))


@step(reads=("draft.jigsaw",), writes=("draft.pictures",))
def jigsaw_draw(sample: Sample) -> Sample:
    """The shuffled pieces with gaps and numbers, and the whole."""
    jigsaw: Jigsaw = sample.draft["jigsaw"]
    return sample.drafting(pictures=(encode(laid_out(jigsaw.shown, jigsaw.grid)), encode(jigsaw.whole)))


@step(reads=("draft.jigsaw", "draft.pictures"), writes=("draft.trace", "draft.secret"))
def jigsaw_think(sample: Sample, context: StepContext) -> Sample:
    """Question with options, answer and thoughts."""
    jigsaw: Jigsaw = sample.draft["jigsaw"]
    problem, reasoning = sample.draft["pictures"]
    rng = context.rng
    asked = question(jigsaw, rng)
    first, second, alone = thoughts(jigsaw, rng)
    letter, right = jigsaw.letter, option_text(jigsaw, jigsaw.order)
    trace = Trace(
        task=PUBLIC,
        question=asked,
        answer=letter,
        thoughts=(first, second),
        text_only=alone,
        problem=problem,
        reasoning=reasoning,
        ground_truth={
            "grid": [jigsaw.grid.rows, jigsaw.grid.columns],
            "order": list(jigsaw.order),
            "options": {LETTERS[i]: list(o) for i, o in enumerate(jigsaw.options)},
            "source": jigsaw.source,
            "crop": list(jigsaw.crop),
        },
        generator="user picture" if INPUT in context.inputs else "drawn scene",
        solver="seams",
        manipulation={"op": "assemble", "order": list(jigsaw.order)},
        split_key=jigsaw.source,
        difficulty=min(10, 2 * jigsaw.grid.count - 2 + (jigsaw.margin < 1)),
        regions=tuple(
            Region(problem.sha256, "piece", quad_of(place_box(jigsaw.grid, jigsaw.pieces[0].shape[:2], n)), str(n))
            for n in range(1, jigsaw.grid.count + 1)
        ),
        meta={"kind": jigsaw.grid.name, "seam_margin": jigsaw.margin},
    )
    return sample.drafting(trace=trace, secret=(f"({letter})", f"option {letter}", f"{letter}.", right))


@step(reads=("draft.jigsaw", "draft.trace"), writes=("draft.trace",))
def jigsaw_verify(sample: Sample) -> Sample | Drop:
    """The right option puts the shown pieces together to the stored whole, pixel for pixel; no other does; the seams
    say the same."""
    jigsaw: Jigsaw = sample.draft["jigsaw"]
    trace: Trace = sample.draft["trace"]
    whole, shown = trace.reasoning.decode(), jigsaw.shown
    right = [
        letter for letter, order in trace.ground_truth["options"].items()
        if np.array_equal(assembled(in_order(shown, order), jigsaw.grid), whole)
    ]  # fmt: skip
    if right != [trace.answer]:
        return Drop("options_wrong", f"{right} give the picture")
    if best_fit(cut(whole, jigsaw.grid), jigsaw.grid).best != tuple(range(jigsaw.grid.count)):
        return Drop("seams_disagree", jigsaw.source)
    return sample.drafting(trace=replace(trace, checks={"whole_exact": True, "seam_margin": jigsaw.margin}))
