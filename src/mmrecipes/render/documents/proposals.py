"""Which questions a document offers: one or a few of every operation that fits, drawn at random.

Covered: `proposals`. Not covered: what they ask and its answers (see `queries`), their words (see the recipe).
"""

from __future__ import annotations

import random
from collections.abc import Container

from mmrecipes.render.documents.queries import (
    Query,
    QueryError,
    Truth,
    elements_of,
    evaluate,
    headings,
    only_table,
    paragraphs_under,
)
from mmrecipes.render.tables.grid import NUMERIC


def proposals(truth: Truth, askable: Container[str], rng: random.Random) -> list[Query]:
    """Queries this document answers, in random order; of its facts only those that are `askable` by name."""
    found = [
        *_lookups(truth, askable, rng),
        *_counts(truth, rng),
        *_spans(truth, rng),
        *_pages(truth, rng),
        *_amounts(truth, askable, rng),
        *_dishes(truth, rng),
    ]
    found = [q for q in found if _answers(truth, q)]
    rng.shuffle(found)
    return found


def _lookups(truth: Truth, askable: Container[str], rng: random.Random) -> list[Query]:
    names = [f["name"] for f in truth["facts"] if f["text"] and not f["name"].startswith("dish:")]
    known = [n for n in names if n not in {e.get("name") for e in elements_of(truth, "field")}]
    found = [Query("lookup", {"name": n}) for n in rng.sample(known, min(2, len(known))) if n in askable]
    labels = [e["label"] for e in elements_of(truth, "field")]
    once = [x for x in labels if labels.count(x) == 1]
    found += [Query("field", {"label": x}) for x in rng.sample(once, min(2, len(once)))]
    if len(elements_of(truth, "title")) == 1 and truth["doc_kind"] != "invoice":
        found = [q for q in found if q.args.get("name") != "title"]  # the same question
        found.append(Query("title", {}))
    return found


def _counts(truth: Truth, rng: random.Random) -> list[Query]:
    kinds = [k for k in ("heading", "table", "figure", "formula", "field") if elements_of(truth, k)]
    if any(e["type"] == "list" for e in truth["elements"]):
        kinds.append("item")
    if any(e["value"] == "" for e in elements_of(truth, "field")):
        kinds.append("empty")
    if len(truth["tables"]) == 1:
        kinds += ["row", "column"]
    if len(truth["pages"]) > 1:
        kinds.append("page")
    if truth["doc_kind"] in ("receipt", "card", "menu", "certificate", "slide"):
        kinds = [k for k in kinds if k != "heading"]
    return [Query("count", {"what": k}) for k in rng.sample(kinds, min(2, len(kinds)))]


def _spans(truth: Truth, rng: random.Random) -> list[Query]:
    every = headings(truth)
    once = [h for h in every if every.count(h) == 1]
    found = [
        Query("next_heading", {"heading": h})
        for h in rng.sample(once[:-1], min(1, max(0, len(once) - 1)))
        if h != every[-1]
    ]
    if not truth.keys().isdisjoint(("own_text", "prose", "language")):  # where its sentences end is not known
        return found
    with_text = [h for h in once if paragraphs_under(truth, h)]
    for h in rng.sample(with_text, min(2, len(with_text))):
        found.append(Query("sentence", {"heading": h, "which": rng.choice(("first", "last"))}))
    return found


def _pages(truth: Truth, rng: random.Random) -> list[Query]:
    if len(truth["pages"]) < 2:
        return []
    found: list[Query] = []
    every = headings(truth)
    if once := [h for h in every if every.count(h) == 1]:
        found.append(Query("page_of", {"what": "heading", "text": rng.choice(once)}))
    found += [Query("page_of", {"what": k}) for k in ("table", "figure") if len(elements_of(truth, k)) == 1]
    pages = sorted(rng.sample(range(1, len(truth["pages"]) + 1), 2))
    return found + [Query("more", {"what": what, "pages": pages}) for what in ("paragraph", "heading")]


_DIFFERENCES = (("total", "subtotal"), ("subtotal", "tax"), ("total", "tax"), ("total", "shipping"), ("cash", "total"))


def _amounts(truth: Truth, askable: Container[str], rng: random.Random) -> list[Query]:
    names = [f["name"] for f in truth["facts"] if f["kind"] == "money"]
    pairs = [(a, b) for a, b in _DIFFERENCES if a in names and b in names]
    found = [Query("difference", {"a": a, "b": b}) for a, b in rng.sample(pairs, min(1, len(pairs)))]
    days = [f["name"] for f in truth["facts"] if f.get("day") and f["name"] in askable]
    if len(days) > 1 and truth["doc_kind"] not in ("card", "form"):
        at = rng.randrange(len(days) - 1)
        found.append(Query("days_between", {"a": days[at], "b": days[at + 1]}))
    if len(truth["tables"]) == 1:
        found += _columns(truth, rng)
    return found


def _columns(truth: Truth, rng: random.Random) -> list[Query]:
    table = only_table(truth)
    numeric = [
        c
        for c, kind in enumerate(table["kinds"])
        if kind in NUMERIC and c != table["name_column"] and table["header"][c] not in ("Pos.", "No.", "#", "Line")
    ]
    if not numeric:
        return []
    column = rng.choice(numeric)
    found = [Query("largest", {"column": column, "smallest": rng.random() < 0.4})]
    if table["kinds"][-1] == "money":
        found.append(Query("sum_column", {"column": len(table["kinds"]) - 1}))
    names = [
        c["text"] for c in table["cells"] if c["c"] == table["name_column"] and c["role"] in ("body", "row_header")
    ]
    found.append(Query("cell", {"row": rng.choice(names), "column": column}))
    return found


def _answers(truth: Truth, query: Query) -> bool:
    try:
        evaluate(truth, query)
    except QueryError:
        return False
    return True


def _dishes(truth: Truth, rng: random.Random) -> list[Query]:
    dishes = [f["name"].removeprefix("dish:") for f in truth["facts"] if f["name"].startswith("dish:")]
    return [Query("dish", {"dish": d}) for d in rng.sample(dishes, min(2, len(dishes)))]
