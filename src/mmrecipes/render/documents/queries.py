"""Questions about a document that have exactly one answer, computed from its stored truth.

Covered: field lookup, text spans, counts of elements, places on pages, sums and differences of printed amounts, days
between dates, order of sections, ticked and empty fields. The truth is the JSON form (`elements`, `facts`, `relations`,
`tables`), so that a stored sample can be asked again. Not covered: words of questions (see the recipe).
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

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
    return _OPERATIONS[query.op](truth, **query.args)


def proposals(truth: Truth, rng: random.Random) -> list[Query]:
    """Queries this document answers, one or a few of every operation that fits, in random order."""
    found: list[Query] = []
    for propose in _PROPOSERS:
        found += propose(truth, rng)
    rng.shuffle(found)
    return found


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
    found = [e for e in _of(truth, "field") if e["label"] == label]
    if len(found) != 1:
        raise QueryError(f"{len(found)} fields are labelled {label!r}")
    return Answer(found[0]["value"], found[0]["value"])


def _of(truth: Truth, kind: str) -> list[Mapping[str, Any]]:
    """Elements of a type, each once however many parts it has."""
    seen: dict[int, Mapping[str, Any]] = {}
    for e in truth["elements"]:
        if e["type"] == kind:
            seen.setdefault(e["element"], e)
    return list(seen.values())


def _title(truth: Truth) -> Answer:
    found = _of(truth, "title")
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
        number = sum(e["value"] == "" for e in _of(truth, "field"))
    elif what == "row":
        number = _table(truth)["rows"] - _table(truth)["header_rows"]
    elif what == "column":
        number = _table(truth)["cols"]
    else:
        number = len(_of(truth, what))
    return Answer(number, str(number))


def _table(truth: Truth) -> Mapping[str, Any]:
    if len(truth["tables"]) != 1:
        raise QueryError(f"{len(truth['tables'])} tables")
    return truth["tables"][0]


def _propose_counts(truth: Truth, rng: random.Random) -> list[Query]:
    kinds = [k for k in ("heading", "table", "figure", "formula", "field") if _of(truth, k)]
    if any(e["type"] == "list" for e in truth["elements"]):
        kinds.append("item")
    if any(e["value"] == "" for e in _of(truth, "field")):
        kinds.append("empty")
    if len(truth["tables"]) == 1:
        kinds += ["row", "column"]
    if len(truth["pages"]) > 1:
        kinds.append("page")
    if truth["doc_kind"] in ("receipt", "card", "menu", "certificate", "slide"):
        kinds = [k for k in kinds if k != "heading"]
    return [Query("count", {"what": k}) for k in rng.sample(kinds, min(2, len(kinds)))]


def _propose_lookups(truth: Truth, rng: random.Random) -> list[Query]:
    names = [f["name"] for f in truth["facts"] if f["text"] and not f["name"].startswith("dish:")]
    known = [n for n in names if n not in {e.get("name") for e in _of(truth, "field")}]
    found = [Query("lookup", {"name": n}) for n in rng.sample(known, min(2, len(known))) if n in SPOKEN]
    labels = [e["label"] for e in _of(truth, "field")]
    once = [x for x in labels if labels.count(x) == 1]
    found += [Query("field", {"label": x}) for x in rng.sample(once, min(2, len(once)))]
    if len(_of(truth, "title")) == 1 and truth["doc_kind"] not in ("invoice",):
        found.append(Query("title", {}))
    return found


# --- spans


def _headings(truth: Truth) -> list[str]:
    return [e["text"] for e in _of(truth, "heading")]


def _next_heading(truth: Truth, heading: str) -> Answer:
    all_of = _headings(truth)
    if all_of.count(heading) != 1 or all_of[-1] == heading:
        raise QueryError(f"{heading!r} has no one successor")
    text = all_of[all_of.index(heading) + 1]
    return Answer(text, text)


def _paragraphs_under(truth: Truth, heading: str) -> list[str]:
    """Texts of the paragraphs from a heading to the next one, parts of one paragraph joined."""
    starts = [e["element"] for e in _of(truth, "heading") if e["text"] == heading]
    if len(starts) != 1:
        raise QueryError(f"{len(starts)} headings read {heading!r}")
    later = [e["element"] for e in _of(truth, "heading") if e["element"] > starts[0]]
    stop = min(later, default=10**9)
    texts: dict[int, str] = {}
    for e in truth["elements"]:
        if (
            e["type"] == "paragraph"
            and starts[0] < e["element"] < stop
            and e.get("role", "") in ("", "lead", "numbered")
        ):
            texts[e["element"]] = f"{texts.get(e['element'], '')} {e['text']}".strip()
    return [texts[k] for k in sorted(texts)]


_STOP = re.compile(
    r"(?<=[.!?])(?<!\bInc\.)(?<!\bCo\.)(?<!\bCorp\.)(?<!\bS\.A\.)(?<!\bMr\.)(?<!\bNo\.)(?<!\b[A-Z]\.)\s+(?=[A-Z“\"])"
)


def sentences(text: str) -> list[str]:
    """The sentences of a paragraph."""
    return _STOP.split(" ".join(text.split()))


def _sentence(truth: Truth, heading: str, which: str) -> Answer:
    texts = _paragraphs_under(truth, heading)
    if not texts:
        raise QueryError(f"no paragraph under {heading!r}")
    text = sentences(texts[0])[0] if which == "first" else sentences(texts[-1])[-1]
    return Answer(text, text)


def _propose_spans(truth: Truth, rng: random.Random) -> list[Query]:
    headings = _headings(truth)
    once = [h for h in headings if headings.count(h) == 1]
    found = [
        Query("next_heading", {"heading": h})
        for h in rng.sample(once[:-1], min(1, max(0, len(once) - 1)))
        if h != headings[-1]
    ]
    with_text = [h for h in once if _paragraphs_under(truth, h)]
    for h in rng.sample(with_text, min(2, len(with_text))):
        found.append(Query("sentence", {"heading": h, "which": rng.choice(("first", "last"))}))
    return found


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


def _propose_pages(truth: Truth, rng: random.Random) -> list[Query]:
    if len(truth["pages"]) < 2:
        return []
    found: list[Query] = []
    headings = [h for h in _headings(truth) if _headings(truth).count(h) == 1]
    if headings:
        found.append(Query("page_of", {"what": "heading", "text": rng.choice(headings)}))
    found += [Query("page_of", {"what": k}) for k in ("table", "figure") if len(_of(truth, k)) == 1]
    pages = sorted(rng.sample(range(1, len(truth["pages"]) + 1), 2))
    for what in ("paragraph", "heading"):
        try:
            _more(truth, what, pages)
        except QueryError:
            continue
        found.append(Query("more", {"what": what, "pages": pages}))
    return found


# --- amounts and days


def _amount(text: str) -> Number:
    found = printed_number(text)
    if found is None:
        raise QueryError(f"{text!r} is not one amount")
    return found


def _difference(truth: Truth, a: str, b: str) -> Answer:
    first, second = _amount(_fact(truth, a)["text"]), _amount(_fact(truth, b)["text"])
    if first.unit != second.unit or first.value < second.value:
        raise QueryError(f"{a} - {b} makes no sense")
    text = print_like(first.value - second.value, [first, second])
    return Answer(text, text)


def _column(truth: Truth, column: int) -> list[tuple[str, Number]]:
    """(row name, number) of the body rows of a numeric column of the only table."""
    table = _table(truth)
    name = table["name_column"]
    rows: dict[int, dict[int, str]] = {}
    for cell in table["cells"]:
        if cell["role"] in ("body", "row_header") and cell["cs"] == 1:
            rows.setdefault(cell["r"], {})[cell["c"]] = cell["text"]
    found = [(row[name], _amount(row[column])) for _, row in sorted(rows.items()) if name in row and column in row]
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
    table = _table(truth)
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


def _propose_amounts(truth: Truth, rng: random.Random) -> list[Query]:
    found: list[Query] = []
    names = [f["name"] for f in truth["facts"] if f["kind"] == "money"]
    for a, b in (
        ("total", "subtotal"),
        ("subtotal", "tax"),
        ("total", "tax"),
        ("total", "shipping"),
        ("cash", "total"),
    ):
        if a in names and b in names:
            found.append(Query("difference", {"a": a, "b": b}))
    found = rng.sample(found, min(1, len(found)))
    days = [f["name"] for f in truth["facts"] if f.get("day") and f["name"] in SPOKEN]
    if len(days) > 1 and truth["doc_kind"] not in ("card", "form"):
        at = rng.randrange(len(days) - 1)
        found.append(Query("days_between", {"a": days[at], "b": days[at + 1]}))
    if len(truth["tables"]) == 1:
        found += _propose_columns(truth, rng)
    return [q for q in found if _answers(truth, q)]


def _propose_columns(truth: Truth, rng: random.Random) -> list[Query]:
    table = _table(truth)
    numeric = [
        c
        for c, kind in enumerate(table["kinds"])
        if kind in ("integer", "decimal", "money", "percent")
        and c != table["name_column"]
        and table["header"][c] not in ("Pos.", "No.", "#", "Line")
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


def _dish(truth: Truth, dish: str) -> Answer:
    text = _fact(truth, f"dish:{dish}")["text"]
    return Answer(text, text)


def _propose_dishes(truth: Truth, rng: random.Random) -> list[Query]:
    dishes = [f["name"].removeprefix("dish:") for f in truth["facts"] if f["name"].startswith("dish:")]
    return [Query("dish", {"dish": d}) for d in rng.sample(dishes, min(2, len(dishes)))]


_OPERATIONS: dict[str, Callable[..., Answer]] = {
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
OPERATIONS = tuple(_OPERATIONS)
_PROPOSERS = (_propose_lookups, _propose_counts, _propose_spans, _propose_pages, _propose_amounts, _propose_dishes)

SPOKEN: dict[str, str] = {
    "invoice_number": "invoice number",
    "invoice_date": "invoice date",
    "due_date": "due date",
    "order_date": "order date",
    "delivery_date": "delivery date",
    "customer_number": "customer number",
    "subtotal": "net total",
    "tax": "amount of tax",
    "tax_rate": "tax rate",
    "total": "total amount",
    "discount": "discount",
    "shipping": "charge for carriage",
    "seller": "name of the seller",
    "buyer": "name of the customer",
    "account": "account number for the payment",
    "sender": "name of the sender",
    "sender_company": "organisation that sent the letter",
    "recipient": "name of the recipient",
    "letter_date": "date of the letter",
    "subject": "subject line",
    "signatory_role": "position of the person who signed",
    "reference": "reference",
    "direct_line": "telephone extension",
    "cash": "cash given",
    "change": "change returned",
    "receipt_number": "receipt number",
    "receipt_date": "date of the purchase",
    "time": "time of the purchase",
    "cashier": "name of the cashier",
    "party_a": "name of the first party",
    "party_b": "name of the second party",
    "contract_date": "date of the contract",
    "start_date": "date on which it begins",
    "end_date": "date on which it ends",
    "contract_amount": "agreed payment",
    "place": "place of performance",
    "title": "title",
    "author": "name of the author",
    "report_date": "date of the report",
    "top": "entry with the highest value",
    "low": "entry with the lowest value",
    "top_value": "highest value",
    "low_value": "lowest value",
    "first_author": "first author",
    "paper": "name of the newspaper",
    "issue_date": "date of issue",
    "price": "price of the paper",
    "issue": "number of the issue",
    "holder": "name of the holder",
    "issuer": "name of the issuer",
    "course": "subject of the course",
    "hours": "number of hours",
    "signatory": "name of the person who signed",
    "second_signatory": "name of the second person who signed",
    "certificate_number": "certificate number",
    "restaurant": "name of the restaurant",
    "birth_date": "date of birth",
    "expiry_date": "date of expiry",
    "card_number": "card number",
    "surname": "surname",
    "first_name": "first name",
}
"""How questions call facts."""
