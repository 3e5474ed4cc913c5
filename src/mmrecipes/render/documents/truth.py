"""The stored truth of a document as JSON: elements, words and lines, tables, facts and how amounts hang together.

Covered: `truth_of`, with places in the pixels of the clean pages. Not covered: questions.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mmrecipes.render.documents.draw import DrawnDocument
from mmrecipes.render.documents.looks import Look
from mmrecipes.render.documents.slots import prose_elements
from mmrecipes.render.documents.targets import Written, elements, markdown, outline
from mmrecipes.render.documents.tree import Document, TableBlock, leaves
from mmrecipes.render.tables.grid import NUMERIC, Grid


def truth_of(document: Document, drawn: DrawnDocument, look: Look, blocks: Sequence[Written]) -> dict[str, Any]:
    """Everything known about a document, written down in `blocks`, but the places of words (those are regions)."""
    found = elements(document, drawn)
    return {
        "kind": "document",
        "doc_kind": document.kind,
        "complexity": document.complexity,
        "columns": document.columns,
        "markdown": markdown(blocks),
        "outline": outline(document, look),
        "elements": found,
        "tables": [
            _table(n, leaf.grid) for n, leaf in enumerate(leaves(document.blocks)) if isinstance(leaf, TableBlock)
        ],
        "facts": [
            {"name": f.name, "text": f.text, "kind": f.kind, **({"day": f.day.isoformat()} if f.day else {})}
            for f in document.facts
        ],
        "relations": [{"kind": r.kind, "parts": list(r.parts), "result": r.result} for r in document.relations],
        "chronology": list(document.chronology),
        "fields": {e["label"].rstrip(":"): e["value"] for e in found if e["type"] == "field"},
        "pages": [[p.shape[1], p.shape[0]] for p in drawn.pages],
        **({"language": document.language} if document.language != "en" else {}),
        **({"direction": "ttb"} if document.vertical else {}),
        **({"own_text": [list(place) for place in document.own]} if document.own else {}),
        **({"prose": {"by": document.prose_by, "elements": prose_elements(document)}} if document.prose_by else {}),
    }


def _table(element: int, grid: Grid) -> dict[str, Any]:
    """A table: its cells without places, kinds of columns, and the column that names the rows (the first of text)."""
    kinds = [c.kind for c in grid.columns]
    return {
        "element": element,
        "rows": grid.rows,
        "cols": grid.cols,
        "header_rows": grid.header_rows,
        "kinds": kinds,
        "header": [c.name for c in grid.columns],
        "name_column": next((c for c, kind in enumerate(kinds) if kind not in NUMERIC), 0),
        "cells": [
            {"r": c.row, "c": c.col, "rs": c.rows, "cs": c.cols, "text": c.text, "role": c.role} for c in grid.cells
        ],
    }
