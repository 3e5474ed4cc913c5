"""Documents of all kinds, drawn once for the tests of this folder."""

from __future__ import annotations

import functools

from mmrecipes.core.identity import rng_from
from mmrecipes.render.documents.content import KINDS, random_document
from mmrecipes.render.documents.draw import DrawnDocument, draw_document, fitted
from mmrecipes.render.documents.geometry import LayoutRefusal
from mmrecipes.render.documents.looks import Look, look_for
from mmrecipes.render.documents.tree import Document

Made = tuple[Document, Look, DrawnDocument]


def make(index: int, *, kind: str | None = None, complexity: int | None = None) -> Made:
    """The document at an index. Raises `LayoutRefusal`."""
    rng = rng_from("documents", index, kind or "")
    document = random_document(rng, index, kind=kind, complexity=complexity)
    look = look_for(document, rng)
    document = fitted(document, look)
    return document, look, draw_document(document, look, rng)


@functools.cache
def made() -> tuple[Made, ...]:
    """Documents of every kind and complexity that could be laid out."""
    found = []
    for index in range(len(KINDS) * 4):
        try:
            found.append(make(index))
        except LayoutRefusal:
            continue
    return tuple(found)
