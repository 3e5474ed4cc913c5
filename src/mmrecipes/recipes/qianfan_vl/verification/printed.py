"""Which texts a finished sample shows and where, task by task; a task has one line in `PRINTED`.

One without has the texts of its regions with the labels `word`, `line` or `text`.
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
    return PRINTED.get(sample.task, lambda s: _labelled(s, ("word", "line", "text")))(sample)


def _labelled(sample: Sample, labels: Sequence[str]) -> list[Printed]:
    first = sample.images[0].sha256
    return [(r.quad, r.text) for r in sample.regions if r.ref == first and r.label in labels and r.text]


def _of_table(sample: Sample) -> list[Printed]:
    """Cells without a footnote's mark, which is set smaller and higher."""
    cells = (c for c in sample.truth["cells"] if c["text_quad"] and not c.get("mark"))
    return [(_quad(c["text_quad"]), c["text"]) for c in cells]


def _quad(points: Sequence[Sequence[float]]) -> Quad:
    a, b, c, d = ((x, y) for x, y in points)
    return (a, b, c, d)


PRINTED: Mapping[str, Callable[[Sample], Sequence[Printed]]] = {
    "table": _of_table,
    "chart": lambda sample: _labelled(sample, get_args(TextRole)),
}
