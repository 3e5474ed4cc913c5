"""Which texts a finished sample shows and where; a task has one line in `PRINTED`.

Formulas have none: engines read words. Nor has what is written by hand, or in lines that run downwards, which they do
not read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import get_args

from mmrecipes.core.boxes import Quad
from mmrecipes.core.sample import Sample
from mmrecipes.render.charts.drawn import TextRole
from mmrecipes.steps.ocr_vote import Printed


def printed_texts(sample: Sample) -> Sequence[Printed]:
    """(quad, text) in the sample's first picture."""
    return PRINTED[sample.task](sample)


def _labelled(sample: Sample, *labels: str) -> list[Printed]:
    first = sample.images[0].sha256
    return [(r.quad, r.text) for r in sample.regions if r.ref == first and r.label in labels and r.text]


def _words(sample: Sample) -> list[Printed]:
    return _labelled(sample, "word")


def _of_table(sample: Sample) -> list[Printed]:
    """Cells without a footnote's mark, which is set smaller and higher."""
    cells = (c for c in sample.truth["cells"] if c["text_quad"] and not c.get("mark"))
    return [(_quad(c["text_quad"]), c["text"]) for c in cells]


def _quad(points: Sequence[Sequence[float]]) -> Quad:
    a, b, c, d = ((x, y) for x, y in points)
    return (a, b, c, d)


def _of_document(sample: Sample) -> list[Printed]:
    return [] if sample.truth.get("direction") == "ttb" else _words(sample)


def _of_scene(sample: Sample) -> list[Printed]:
    truth = sample.truth
    signs = (truth["signs"][n] for n in truth["reading"])
    return [(_quad(w["quad"]), w["text"]) for sign in signs if sign["direction"] != "ttb" for w in sign["words"]]


def _of_word(sample: Sample) -> list[Printed]:
    return [] if sample.meta["direction"] == "ttb" else _words(sample)


def _of_mathematics(sample: Sample) -> list[Printed]:
    return [] if sample.meta["style"]["look"] == "hand" else _words(sample)


PRINTED: Mapping[str, Callable[[Sample], Sequence[Printed]]] = {
    "table": _of_table,
    "chart": lambda sample: _labelled(sample, *get_args(TextRole)),
    "formula": lambda sample: [],
    "document": _of_document,
    "mathematics": _of_mathematics,
    "scene": _of_scene,
    "word": _of_word,
}
