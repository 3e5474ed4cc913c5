"""Choosing questions that have exactly one answer on a table, and make sense.

Covered: a sampler of arguments per operation; what a sampler proposes is kept only if `evaluate` accepts it. Sums are
asked of additive columns only, differences of comparable columns only. Not covered: wording.
"""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mmrecipes.render.tables.answers import Query, QueryError, row_ref
from mmrecipes.render.tables.numbers import Number, print_like, rounded
from mmrecipes.render.tables.queries import evaluate, number_heads, reference_form
from mmrecipes.render.tables.targets import cell_text
from mmrecipes.render.tables.view import Path, TableView

TRIES = 6
Args = dict[str, Any]


def propose(view: TableView, rng: random.Random, op: str) -> Query | None:
    """A query of this operation with exactly one answer, or None when the table offers none in a few tries."""
    for _ in range(TRIES):
        args = _SAMPLERS[op](view, rng)
        if args is None:
            return None
        query = Query(op, args)
        try:
            evaluate(view, query)
        except QueryError:
            continue
        return query
    return None


# --- candidates


def _pick(rng: random.Random, items: Sequence[Any]) -> Any:
    return items[rng.randrange(len(items))]


def _data_row(view: TableView, rng: random.Random) -> int | None:
    rows = view.row_names or (view.data_rows if view.key_column is None else ())
    return _pick(rng, tuple(rows)) if rows else None


def _other_columns(view: TableView) -> list[int]:
    return [c for c in view.paths if c != view.key_column]


_NOT_MEASURED = re.compile(
    r"\b(years?|rank|ranking|ids?|no|nr|number|key(?! figures)|codes?|position|place|zip|postcode|phone|index|idx|"
    r"serial|sku|isbn|month|day)\b",
    re.I,
)
_NOT_ADDITIVE = re.compile(
    r"\b(age|rate|ratio|price|fare|fee|temperature|score|rating|grade|latitude|longitude|density|speed|height|length|"
    r"width|depth|percent|share|change|growth|margin|average|avg|mean|median|index|per|unit|ph|yield|efficiency|size|"
    r"accuracy|elevation|altitude|level|pressure|humidity|max|min|std|limit|duration|time|distance|range|power|latency|"
    r"strength|voltage|current|point|concentration|radius|area|thickness|perimeter|texture)\b|%|°",
    re.I,
)


def _is_measure(view: TableView, col: int) -> bool:
    heads = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", " ".join(view.paths[col]).replace("_", " "))
    return not _NOT_MEASURED.search(heads) and not _counts_off(view, col)


def _counts_off(view: TableView, col: int) -> bool:
    """Whether bare whole numbers of a column nobody described are years (1900-2100) or number the rows one by one."""
    column = view.grid.columns[col]
    if column.kind != "integer" or column.additive is not None or column.unit:
        return False
    values = [n.value for r in view.data_rows if (n := view.number(r, col)) and not n.separator]
    if len(values) < len(view.data_rows):
        return bool(values) and all(1900 <= v <= 2100 for v in values)
    steps = {b - a for a, b in itertools.pairwise(values)}
    return all(1900 <= v <= 2100 for v in values) or (len(values) > 4 and steps == {1})


def _measured(view: TableView) -> list[int]:
    """Complete numeric columns that count or measure something."""
    return [
        c for c, numbers in view.complete_columns.items()
        if len(numbers) > 1 and c != view.key_column and _is_measure(view, c)
    ]  # fmt: skip


def _additive(view: TableView) -> list[int]:
    """Complete numeric columns whose numbers may be added up over rows."""
    return [c for c in _measured(view) if _adds_up(view, c)]


_COUNTED = re.compile(
    r"\b(amounts?|area|budgets?|cases|costs?|counts?|deaths|deliver\w*|exports?|expenses?|hours|imports?|income|orders|"
    r"output|passengers|population|production|profits?|qty|quantity|revenues?|sales|spend(ing)?|tons|tonnes|totals?|"
    r"turnover|units|visits|visitors|volume|votes|weight)\b",
    re.I,
)


def _adds_up(view: TableView, col: int) -> bool:
    """What the column says of itself; else whole numbers add up unless their name forbids it, and decimals only if
    their name says that something is counted."""
    column = view.grid.columns[col]
    if column.kind == "percent" or column.additive is not None:
        return bool(column.additive) and column.kind != "percent"
    heads = " ".join((*view.paths[col], column.unit)).replace("_", " ")
    if _NOT_ADDITIVE.search(heads) or "/" in heads:
        return False
    return column.kind == "integer" or _COUNTED.search(heads) is not None


def _measure(view: TableView, rng: random.Random) -> int | None:
    columns = _measured(view)
    return _pick(rng, columns) if columns else None


def _section(view: TableView, rng: random.Random, share: float = 0.4) -> Args:
    titles = [t for t, rows in view.sections.items() if len(rows) > 1]
    return {"section": _pick(rng, titles)} if titles and rng.random() < share else {}


def _groups(view: TableView) -> list[tuple[int, str, int]]:
    """Text columns with a text that several, but not all, data rows share: (column, text, how many)."""
    found = []
    for col in _other_columns(view):
        if view.kind(col) not in ("text", "city", "yes_no", "name"):
            continue
        texts = [cell_text(view.covers[r][col]) for r in view.data_rows]
        found += [(col, t, texts.count(t)) for t in sorted(set(texts)) if t and 1 < texts.count(t) < len(texts)]
    return found


# --- one sampler per operation


def _cell(view: TableView, rng: random.Random) -> Args | None:
    first = 0 if rng.random() < 0.2 else view.grid.header_rows
    if first >= view.grid.rows:
        return None
    return {"row": rng.randrange(first, view.grid.rows) + 1, "column": rng.randrange(view.grid.cols) + 1}


def _lookup(view: TableView, rng: random.Random) -> Args | None:
    row, columns = _data_row(view, rng), _other_columns(view)
    if row is None or not columns:
        return None
    return {"row": row_ref(view, row), "column": list(view.paths[_pick(rng, columns)])}


def _find_row(view: TableView, rng: random.Random) -> Args | None:
    row, columns = _data_row(view, rng), _other_columns(view)
    if row is None or not columns:
        return None
    col = _pick(rng, columns)
    text = cell_text(view.covers[row][col])
    return {"column": list(view.paths[col]), "equals": text} if view.covers[row][col].value is not None else None


def _header_of(view: TableView, rng: random.Random) -> Args | None:
    columns = _other_columns(view)
    if not columns or not view.data_rows:
        return None
    text = cell_text(view.covers[_pick(rng, view.data_rows)][_pick(rng, columns)])
    return {"text": text} if len(text) > 1 else {"text": ""}


def _children(view: TableView, rng: random.Random) -> Args | None:
    return {"header": list(_pick(rng, list(view.parents)))} if view.parents else None


def _footnote(view: TableView, rng: random.Random) -> Args | None:
    mark = _mark(view, rng)
    row, columns = _data_row(view, rng), _other_columns(view)
    if mark is None or row is None or not columns:
        return None
    col = _pick(rng, columns)
    marked = [c for c in view.grid.cells if c.footnote == mark and c.row in view.row_names and c.col in view.paths]
    if marked:
        cell = _pick(rng, marked)
        if rng.random() < 0.5:
            row, col = cell.row, cell.col
        elif rng.random() < 0.5:
            col = cell.col
    return {"row": row_ref(view, row), "column": list(view.paths[col]), "mark": mark}


def _footnoted(view: TableView, rng: random.Random) -> Args | None:
    mark = _mark(view, rng)
    return None if mark is None else {"mark": mark}


def _mark(view: TableView, rng: random.Random) -> str | None:
    return _pick(rng, sorted(view.grid.footnotes)) if view.grid.footnotes else None


def _follow(view: TableView, rng: random.Random) -> Args | None:
    form = reference_form(view.grid.language)
    places = [(r, c) for r in view.row_names for c in view.paths if form.fullmatch(cell_text(view.covers[r][c]))]
    if not places:
        return None
    row, col = _pick(rng, places)
    return {"row": row_ref(view, row), "column": list(view.paths[col])}


def _count(view: TableView, rng: random.Random) -> Args | None:
    groups = _groups(view)
    if groups and rng.random() < 0.35:
        col, text, _ = _pick(rng, groups)
        return {"column": list(view.paths[col]), "test": "equals", "than": text}
    col = _measure(view, rng)
    if col is None:
        return None
    numbers = [n for _, n in view.complete_columns[col]]
    test = _pick(rng, ("above", "below", "at_least", "at_most"))
    scope = _section(view, rng, 0.25)
    return {"column": list(view.paths[col]), "test": test, "than": _threshold(numbers, test, rng), **scope}


def _threshold(numbers: Sequence[Number], test: str, rng: random.Random) -> str:
    """A bound inside the range: an entry itself for inclusive tests, else a round number between two entries."""
    values = sorted({n.value for n in numbers})
    at = rng.randrange(len(values) // 4, max(len(values) // 4 + 1, 3 * len(values) // 4))
    places = max(n.decimals for n in numbers)
    if test in ("at_least", "at_most") or at + 1 >= len(values):
        return print_like(values[at], [n for n in numbers if n.value == values[at]])
    low, high = values[at], values[at + 1]
    for digits in range(-6, places + 1):
        middle = rounded((low + high) / 2, digits)
        if low < middle < high:
            return print_like(middle, numbers, max(0, digits) if digits <= 0 else places)
    return print_like(low, numbers)


def _extreme(view: TableView, rng: random.Random) -> Args | None:
    col = _measure(view, rng)
    if col is None:
        return None
    return {"column": list(view.paths[col]), "which": _pick(rng, ("max", "min")), **_section(view, rng)}


def _compare(view: TableView, rng: random.Random) -> Args | None:
    a, b, columns = _data_row(view, rng), _data_row(view, rng), _measured(view)
    if a is None or b is None or a == b or not columns:
        return None if not columns else {"column": [], "rows": [], "which": "larger"}
    col = _pick(rng, columns)
    rows = [row_ref(view, a), row_ref(view, b)]
    return {"column": list(view.paths[col]), "rows": rows, "which": _pick(rng, ("larger", "smaller"))}


def _rank(view: TableView, rng: random.Random) -> Args | None:
    row, col = _data_row(view, rng), _measure(view, rng)
    if row is None or col is None:
        return None
    order = _pick(rng, ("descending", "descending", "ascending"))
    return {"row": row_ref(view, row), "column": list(view.paths[col]), "order": order}


def _kth(view: TableView, rng: random.Random) -> Args | None:
    col = _measure(view, rng)
    if col is None or len(view.data_rows) < 4:
        return None
    k = rng.randint(2, min(5, len(view.data_rows) - 1))
    return {"column": list(view.paths[col]), "k": k, "order": _pick(rng, ("descending", "ascending"))}


def _lookup_at_extreme(view: TableView, rng: random.Random) -> Args | None:
    col, columns = _measure(view, rng), _other_columns(view)
    if col is None or len(columns) < 2:
        return None
    others = [c for c in columns if c != col and not number_heads(view.grid.language).fullmatch(view.paths[c][-1])]
    if not others:
        return None
    ask = _pick(rng, others)
    return {"column": list(view.paths[col]), "which": _pick(rng, ("max", "min")), "ask": list(view.paths[ask])}


def _sum(view: TableView, rng: random.Random) -> Args | None:
    columns = _additive(view)
    return {"column": list(view.paths[_pick(rng, columns)]), **_section(view, rng, 0.7)} if columns else None


def _mean(view: TableView, rng: random.Random) -> Args | None:
    col = _measure(view, rng)
    return None if col is None else {"column": list(view.paths[col]), **_section(view, rng, 0.7)}


def _sum_where(view: TableView, rng: random.Random) -> Args | None:
    groups, columns = _groups(view), _additive(view)
    if not groups or not columns:
        return None
    where, text, _ = _pick(rng, groups)
    return {"column": list(view.paths[_pick(rng, columns)]), "where": list(view.paths[where]), "equals": text}


def _sum_under(view: TableView, rng: random.Random) -> Args | None:
    row = _data_row(view, rng)
    additive = set(_additive(view))
    parents = [
        p for p, columns in view.parents.items() if additive.issuperset(columns) and _adds_across(view, p, columns)
    ]
    return None if row is None or not parents else {"row": row_ref(view, row), "header": list(_pick(rng, parents))}


_LEVEL = re.compile(r"\b(population|households|beds|teachers|pupils|staff|employees|members|stores|stock|assets|"
                    r"inhabitants|vehicles|fleet|customers|subscribers|employed)\b", re.I)  # fmt: skip
"""Measures of a state: adding them up over periods counts the same things again."""


def _adds_across(view: TableView, parent: Path, columns: Sequence[int]) -> bool:
    """Columns of one kind and unit, known to be additive, not computed from each other, not measures of a state."""
    described = [view.grid.columns[c] for c in columns]
    alike = len({(c.kind, c.unit, c.currency) for c in described}) == 1
    return alike and all(c.additive and not c.computed for c in described) and not _LEVEL.search(" ".join(parent))


def _difference(view: TableView, rng: random.Random) -> Args | None:
    row = _data_row(view, rng)
    columns = [c for c in view.numeric_columns if _is_measure(view, c)]
    pairs = [(a, b) for a in columns for b in columns if a != b and _comparable(view, a, b)]
    if row is None or not pairs:
        return None
    a, b = _pick(rng, pairs)
    if (x := view.number(row, a)) and (y := view.number(row, b)) and x.value < y.value and rng.random() < 0.7:
        a, b = b, a
    return {"row": row_ref(view, row), "minuend": list(view.paths[a]), "subtrahend": list(view.paths[b])}


def _comparable(view: TableView, a: int, b: int) -> bool:
    """Same kind and unit, and either siblings under one header, a shared unit, or a word in common."""
    first, second = view.grid.columns[a], view.grid.columns[b]
    if (first.kind, first.unit, first.currency) != (second.kind, second.unit, second.currency):
        return False
    if first.computed.startswith(("share", "change")) != second.computed.startswith(("share", "change")):
        return False
    siblings = len(view.paths[a]) > 1 and view.paths[a][:-1] == view.paths[b][:-1]
    words = [set(re.findall(r"[^\W\d_]{4,}", " ".join(view.paths[c]).lower())) for c in (a, b)]
    return siblings or bool(first.unit) or first.kind == "money" or bool(words[0] & words[1])


def _spread(view: TableView, rng: random.Random) -> Args | None:
    col = _measure(view, rng)
    return None if col is None else {"column": list(view.paths[col]), **_section(view, rng)}


_SAMPLERS: Mapping[str, Callable[[TableView, random.Random], Args | None]] = {
    "cell": _cell, "lookup": _lookup, "find_row": _find_row, "header_of": _header_of, "children": _children,
    "footnote": _footnote, "footnoted": _footnoted,
    "follow": _follow, "count": _count, "extreme": _extreme, "extreme_value": _extreme,
    "compare": _compare, "rank": _rank, "kth": _kth, "lookup_at_extreme": _lookup_at_extreme, "sum": _sum,
    "mean": _mean, "sum_where": _sum_where, "sum_under": _sum_under, "difference": _difference, "spread": _spread,
}  # fmt: skip
