"""What is verified about every table sample, each check written against the maker's side of the fence.

Covered: spans tile the grid; HTML, LaTeX and structure tokens read back to it (TEDS 1.0); numbers mean what they
print; queries re-execute to the stored answers and the replies say them; text stays legible. Not covered: OCR.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from mmrecipes.recipes.qianfan_vl.checks import CheckError, says_number
from mmrecipes.recipes.qianfan_vl.table.wording import ordinal
from mmrecipes.recipes.qianfan_vl.table.wording_zh import told
from mmrecipes.render.tables.answers import Answer, Query, QueryError
from mmrecipes.render.tables.grid import NUMERIC, Grid
from mmrecipes.render.tables.numbers import printed_number
from mmrecipes.render.tables.queries import evaluate
from mmrecipes.render.tables.read_targets import Span, SpanTable, TargetError, read_html, read_latex, read_tokens
from mmrecipes.render.tables.similarity import teds
from mmrecipes.render.tables.targets import cell_text
from mmrecipes.render.tables.view import TableView


def span_table(grid: Grid) -> SpanTable:
    """The grid as a target has to say it. Raises `CheckError` unless the cells tile the grid."""
    covered: set[tuple[int, int]] = set()
    area = 0
    for c in grid.cells:
        if c.rows < 1 or c.cols < 1 or c.row + c.rows > grid.rows or c.col + c.cols > grid.cols:
            raise CheckError("grid_not_covered", f"the cell at {c.row}, {c.col} reaches outside")
        covered.update((r, k) for r in range(c.row, c.row + c.rows) for k in range(c.col, c.col + c.cols))
        area += c.rows * c.cols
    if not len(covered) == area == grid.rows * grid.cols:
        raise CheckError("grid_not_covered", f"{area} places of cells cover {len(covered)} of {grid.rows}x{grid.cols}")
    spans = tuple(Span(c.row, c.col, c.rows, c.cols, cell_text(c), c.footnote) for c in grid.cells)
    return SpanTable(grid.rows, grid.cols, grid.header_rows, spans)


def check_targets(grid: Grid, html: str, latex: str, tokens: Sequence[str]) -> float:
    """Read all three targets back; the lowest similarity, which must be 1.0."""
    expected = span_table(grid)
    try:
        from_html, from_latex, from_tokens = read_html(html), read_latex(latex), read_tokens(tokens)
    except TargetError as e:
        raise CheckError("target_unreadable", str(e)) from e
    bare = SpanTable(grid.rows, grid.cols, grid.header_rows, tuple(_bare(s) for s in expected.spans))
    if from_tokens != bare:
        raise CheckError("tokens_differ", f"similarity {teds(bare, from_tokens):.4f}")
    for name, found in (("html", from_html), ("latex", from_latex)):
        similarity = teds(expected, found)
        if similarity < 1.0:
            raise CheckError(f"{name}_differs", f"similarity {similarity:.4f}")
    return 1.0


def _bare(span: Span) -> Span:
    return Span(span.row, span.col, span.rows, span.cols, "")


def check_numbers(grid: Grid) -> int:
    """Every number of a numeric column means what it prints; returns how many were compared."""
    compared = 0
    for cell in grid.cells:
        value = cell.value
        if cell.role not in ("body", "total") or not isinstance(value, (int, float)) or isinstance(value, bool):
            continue
        if grid.columns[cell.col].kind not in NUMERIC:
            continue
        printed = printed_number(cell_text(cell), grid.decimal)
        if printed is None or (printed.value != Decimal(str(value)) and float(printed.value) != value):
            raise CheckError("number_misprinted", f"{cell.text!r} is printed for {value!r}")
        compared += 1
    return compared


def check_answers(view: TableView, asked: Sequence[tuple[Query, Answer]], replies: Sequence[str]) -> None:
    """Run every query again; the stored answer must be the same, and the reply must say it."""
    for (query, answer), reply in zip(asked, replies, strict=True):
        try:
            again = evaluate(view, query)
        except QueryError as e:
            raise CheckError("query_ambiguous", f"{query.op}: {e}") from e
        if (again.text, again.value, again.kind) != (answer.text, answer.value, answer.kind):
            raise CheckError("answer_differs", f"{query.op}: {answer.text!r} is stored, {again.text!r} is right")
        spoken = replace(again, text=told(again.text)) if view.grid.language == "zh" else again
        if not says(reply, spoken, query.op):
            raise CheckError("reply_differs", f"{query.op}: {reply!r} does not say {again.text!r}")


def says(reply: str, answer: Answer, op: str) -> bool:
    """Whether a reply says the answer: each part of a set, a number as a whole, a count or rank also as a word."""
    if isinstance(answer.value, tuple):
        return all(text in reply for text in answer.value)
    if says_number(reply, answer.text) if answer.kind in ("integer", "number") else answer.text in reply:
        return True
    if answer.kind == "integer" and op in ("count", "rank"):
        number = int(answer.text)
        return ordinal(number) in reply or (number == 0 and reply.lower().startswith(("no row", "there are no rows")))
    return False


def check_written(reply: str, target: str) -> None:
    """The reply of a structure turn, out of its code block if it has one, is the verified target itself."""
    if re.sub(r"\A```\w+\n|\n```\Z", "", reply) != target:
        raise CheckError("reply_differs", "the reply is not the target that was verified")
