"""Questions about a document that have exactly one answer, computed from its stored truth.

Covered: field lookup, text spans, counts of elements, places on pages, sums and differences of printed amounts, days
between dates, order of sections, ticked and empty fields. The truth is the JSON form (`elements`, `facts`, `relations`,
`tables`), so that a stored sample can be asked again. Not covered: words of questions (see the recipe).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from mmrecipes.render.corpora.texts import texts
from mmrecipes.render.tables.numbers import Number, print_like, printed_number

Truth = Mapping[str, Any]


class QueryError(ValueError):
    """A question with no answer, or more than one."""


@dataclass(frozen=True, slots=True)
class Query:
    op: str
    args: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """`value` is the JSON value, `text` what a reply must contain."""

    value: Any
    text: str


def evaluate(truth: Truth, query: Query) -> Answer:
    """The answer of a query. Raises `QueryError`."""
    return OPERATIONS[query.op](truth, **query.args)


# --- looking up


def _fact(truth: Truth, name: str) -> Mapping[str, Any]:
    found = [f for f in truth["facts"] if f["name"] == name]
    if len(found) != 1:
        raise QueryError(f"{len(found)} facts are called {name!r}")
    return found[0]


def _lookup(truth: Truth, name: str) -> Answer:
    text = _fact(truth, name)["text"]
    return Answer(text, text)


def _field(truth: Truth, label: str) -> Answer:
    found = [e for e in elements_of(truth, "field") if e["label"] == label]
    if len(found) != 1:
        raise QueryError(f"{len(found)} fields are labelled {label!r}")
    return Answer(found[0]["value"], found[0]["value"])


def elements_of(truth: Truth, kind: str) -> list[Mapping[str, Any]]:
    """Elements of a type, each once however many parts it has."""
    seen: dict[int, Mapping[str, Any]] = {}
    for e in truth["elements"]:
        if e["type"] == kind:
            seen.setdefault(e["element"], e)
    return list(seen.values())


def _title(truth: Truth) -> Answer:
    found = elements_of(truth, "title")
    if len(found) != 1:
        raise QueryError(f"{len(found)} titles")
    return Answer(found[0]["text"], found[0]["text"])


# --- counting


def _count(truth: Truth, what: str) -> Answer:
    if what == "page":
        number = len(truth["pages"])
    elif what == "item":
        number = sum(len(e["text"].split("\n")) for e in truth["elements"] if e["type"] == "list")
    elif what == "empty":
        number = sum(e["value"] == "" for e in elements_of(truth, "field"))
    elif what == "row":
        number = only_table(truth)["rows"] - only_table(truth)["header_rows"]
    elif what == "column":
        number = only_table(truth)["cols"]
    else:
        number = len(elements_of(truth, what))
    return Answer(number, str(number))


def only_table(truth: Truth) -> Mapping[str, Any]:
    if len(truth["tables"]) != 1:
        raise QueryError(f"{len(truth['tables'])} tables")
    return truth["tables"][0]


# --- spans


def headings(truth: Truth) -> list[str]:
    return [e["text"] for e in elements_of(truth, "heading")]


def _next_heading(truth: Truth, heading: str) -> Answer:
    all_of = headings(truth)
    if all_of.count(heading) != 1 or all_of[-1] == heading:
        raise QueryError(f"{heading!r} has no one successor")
    text = all_of[all_of.index(heading) + 1]
    return Answer(text, text)


def paragraphs_under(truth: Truth, heading: str) -> list[str]:
    """Texts of the paragraphs from a heading to the next one, parts of one paragraph joined."""
    starts = [e["element"] for e in elements_of(truth, "heading") if e["text"] == heading]
    if len(starts) != 1:
        raise QueryError(f"{len(starts)} headings read {heading!r}")
    later = [e["element"] for e in elements_of(truth, "heading") if e["element"] > starts[0]]
    stop = min(later, default=10**9)
    said: dict[int, str] = {}
    for e in truth["elements"]:
        if (
            e["type"] == "paragraph"
            and starts[0] < e["element"] < stop
            and e.get("role", "") in ("", "lead", "numbered")
        ):
            said[e["element"]] = f"{said.get(e['element'], '')} {e['text']}".strip()
    return [said[k] for k in sorted(said)]


_STOP = re.compile(
    r"(?<=[.!?])(?<!\bInc\.)(?<!\bCo\.)(?<!\bCorp\.)(?<!\bS\.A\.)(?<!\bMr\.)(?<!\bNo\.)(?<!\b[A-Z]\.)\s+(?=[A-Z“\"])"
)


def sentences(text: str) -> list[str]:
    """The sentences of a paragraph."""
    return _STOP.split(" ".join(text.split()))


def _sentence(truth: Truth, heading: str, which: str) -> Answer:
    found = paragraphs_under(truth, heading)
    if not found:
        raise QueryError(f"no paragraph under {heading!r}")
    text = sentences(found[0])[0] if which == "first" else sentences(found[-1])[-1]
    return Answer(text, text)


# --- pages


def _page_of(truth: Truth, what: str, text: str = "") -> Answer:
    found = {e["page"] for e in truth["elements"] if e["type"] == what and (not text or e["text"] == text)}
    if len(found) != 1:
        raise QueryError(f"{what} {text!r} is on {len(found)} pages")
    page = found.pop()
    return Answer(page, str(page))


def _more(truth: Truth, what: str, pages: Sequence[int]) -> Answer:
    counts = {p: sum(e["type"] == what and e["page"] == p for e in truth["elements"]) for p in pages}
    best = max(counts.values())
    winners = [p for p, n in counts.items() if n == best]
    if len(winners) != 1:
        raise QueryError("a tie")
    return Answer(winners[0], str(winners[0]))


# --- amounts and days


def _amount(truth: Truth, text: str) -> Number:
    found = printed_number(text, texts(truth.get("language", "en")).decimal)
    if found is None:
        raise QueryError(f"{text!r} is not one amount")
    return found


def _difference(truth: Truth, a: str, b: str) -> Answer:
    first, second = (_amount(truth, _fact(truth, name)["text"]) for name in (a, b))
    if first.unit != second.unit or first.value < second.value:
        raise QueryError(f"{a} - {b} makes no sense")
    text = print_like(first.value - second.value, [first, second])
    return Answer(text, text)


def _column(truth: Truth, column: int) -> list[tuple[str, Number]]:
    """(row name, number) of the body rows of a numeric column of the only table."""
    table = only_table(truth)
    name = table["name_column"]
    rows: dict[int, dict[int, str]] = {}
    for cell in table["cells"]:
        if cell["role"] in ("body", "row_header") and cell["cs"] == 1:
            rows.setdefault(cell["r"], {})[cell["c"]] = cell["text"]
    found = [
        (row[name], _amount(truth, row[column])) for _, row in sorted(rows.items()) if name in row and column in row
    ]
    if len(found) < 2 or len({n.unit for _, n in found}) != 1:
        raise QueryError("too few comparable numbers")
    return found


def _sum_column(truth: Truth, column: int) -> Answer:
    numbers = [n for _, n in _column(truth, column)]
    text = print_like(sum((n.value for n in numbers), Decimal()), numbers)
    return Answer(text, text)


def _largest(truth: Truth, column: int, smallest: bool = False) -> Answer:
    found = _column(truth, column)
    best = (min if smallest else max)(n.value for _, n in found)
    names = [name for name, n in found if n.value == best]
    if len(names) != 1:
        raise QueryError("a tie")
    return Answer(names[0], names[0])


def _cell(truth: Truth, row: str, column: int) -> Answer:
    table = only_table(truth)
    rows = [
        c["r"] for c in table["cells"] if c["c"] == table["name_column"] and c["text"] == row and c["role"] != "total"
    ]
    found = [c["text"] for c in table["cells"] if c["c"] == column and c["r"] in rows and c["cs"] == 1]
    if len(found) != 1:
        raise QueryError(f"{len(found)} rows are called {row!r}")
    return Answer(found[0], found[0])


def _days_between(truth: Truth, a: str, b: str) -> Answer:
    first, second = (date.fromisoformat(_fact(truth, n)["day"]) for n in (a, b))
    days = (second - first).days
    if days <= 0:
        raise QueryError(f"{b} is not after {a}")
    return Answer(days, str(days))


def _dish(truth: Truth, dish: str) -> Answer:
    text = _fact(truth, f"dish:{dish}")["text"]
    return Answer(text, text)


OPERATIONS: dict[str, Callable[..., Answer]] = {
    "lookup": _lookup,
    "field": _field,
    "title": _title,
    "count": _count,
    "next_heading": _next_heading,
    "sentence": _sentence,
    "page_of": _page_of,
    "more": _more,
    "difference": _difference,
    "sum_column": _sum_column,
    "largest": _largest,
    "cell": _cell,
    "days_between": _days_between,
    "dish": _dish,
}
