"""What companion stage C1 gives instructions over: the records that a finished sample shows, by task (`RECORDS`).

Covered: tables with plain bodies, charts with a printed label at every mark, documents with one such table. Not
covered: several header rows, merged cells, sections, marks that have to be estimated, several panels.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mmrecipes.core.sample import Sample
from mmrecipes.recipes.qianfan_vl.chart import nouns
from mmrecipes.recipes.qianfan_vl.chart.checks import rebuilt
from mmrecipes.recipes.qianfan_vl.chart.phrases_summary_zh import HEADINGS
from mmrecipes.recipes.qianfan_vl.chart.tables import read_markdown, write
from mmrecipes.render.charts.reading import Exact
from mmrecipes.render.charts.summary import ChartType
from mmrecipes.render.corpora.texts import texts
from mmrecipes.render.tables.numbers import Number, printed_number

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Records:
    """Names of the fields and the printed texts of each row; what the picture, a row and several rows are called
    (`whole`, `item`, `items`), what separates decimals, and whether the first field is the name of a row, which every
    reply gives and nothing is ordered by."""

    fields: Sequence[str]
    rows: Sequence[Row]
    whole: str = "table"
    item: str = "row"
    items: str = "rows"
    language: str = "en"
    decimal: str = "."
    named: bool = False

    def numeric(self) -> list[str]:
        """The fields that order the rows: numbers of one unit, all of them different."""
        able = self.fields[1:] if self.named else self.fields
        return [f for f in able if self._orders([printed_number(r[f], self.decimal) for r in self.rows])]

    def number(self, row: Row, field: str) -> float:
        """The number that a row of a numeric field prints."""
        number = printed_number(row[field], self.decimal)
        assert number is not None  # `numeric` has looked
        return float(number.value)

    @staticmethod
    def _orders(numbers: Sequence[Number | None]) -> bool:
        known = [n for n in numbers if n is not None]
        return len({n.value for n in known}) == len(numbers) and len({n.unit for n in known}) == 1


def records_of(sample: Sample) -> Records | None:
    """The records of a finished sample; None where it shows none that can be told apart."""
    found = RECORDS[sample.task](sample) if sample.task in RECORDS else None
    if found is None or "" in found.fields or len(set(found.fields)) < len(found.fields):
        return None
    printed = [*found.fields, *(v for row in found.rows for v in row.values())]
    return None if any("|" in t or "\n" in t for t in printed) else found


def _of_table(sample: Sample) -> Records | None:
    truth, spec = sample.truth, sample.truth["spec"]
    if spec["merges"] or spec["sections"] or any(c.get("mark") for c in truth["cells"]):
        return None
    grid = _plain_grid(truth["cells"], spec["header_rows"], spec["rows"], spec["cols"])
    if grid is None:
        return None
    return _of_grid(grid, ("表格", "table"), sample.language, truth["decimal"])


def _of_grid(grid: tuple[list[str], list[Row]], whole: tuple[str, str], language: str, decimal: str) -> Records:
    """What holds the rows is named in Chinese and in English."""
    names = (whole[0], "条", "记录") if language == "zh" else (whole[1], "row", "rows")
    return Records(*grid, *names, language, decimal)


def _of_document(sample: Sample) -> Records | None:
    """The rows of the only table of a document; lines with totals are none of them."""
    tables = sample.truth["tables"]
    if len(tables) != 1:
        return None
    (table,) = tables
    grid = _plain_grid(table["cells"], table["header_rows"], table["rows"], table["cols"])
    if grid is None:
        return None
    return _of_grid(grid, ("文档表格", "document's table"), sample.language, texts(sample.language).decimal)


def _plain_grid(
    cells: Sequence[Mapping[str, Any]], header_rows: int, rows: int, cols: int
) -> tuple[list[str], list[Row]] | None:
    """Names of the columns and the rows without totals; None with several header rows or a cell over several places."""
    at = {(c["r"], c["c"]): c for c in cells}
    totals = {c["r"] for c in cells if c["role"] == "total"}
    body = [r for r in range(header_rows, rows) if r not in totals]
    shown = [at.get((r, c)) for r in (0, *body) for c in range(cols)]
    if header_rows != 1 or any(c is None or (c.get("rs", 1), c.get("cs", 1)) != (1, 1) for c in shown):
        return None
    fields = [at[0, c]["text"] for c in range(cols)]
    return fields, [{f: at[r, c]["text"] for c, f in enumerate(fields)} for r in body]


_LABELLED: tuple[ChartType, ...] = (
    "bar", "grouped_bar", "stacked_bar", "horizontal_bar", "line", "multi_line", "area", "stacked_area", "pie", "donut",
    "heatmap", "error_bar",
)  # fmt: skip
"""Types with named items and a label that prints the value itself."""


def _of_chart(sample: Sample) -> Records | None:
    """A row per item of a chart with one panel whose every mark has its label; all entries are printed as they are."""
    view = rebuilt(sample.truth)
    panel, chinese = view.chart.panels[0], sample.language == "zh"
    labels = [point.label for series in panel.series for point in series.points]
    if len(view.chart.panels) > 1 or panel.type not in _LABELLED or None in labels:
        return None
    header, *body = read_markdown(write(view, Exact(), "markdown", HEADINGS if chinese else {}).text)[0]
    printed = {" ".join(r.text.split()) for r in sample.regions}
    if len(set(header)) < len(header) or not all(" ".join(e.split()) in printed for row in body for e in row):
        return None
    rows = [dict(zip(header, row, strict=True)) for row in body]
    if chinese:
        return Records(header, rows, "图表", "项", "项目", "zh", named=True)
    decimal = texts(sample.language).decimal
    item = nouns.category(panel) if sample.language == "en" else "item"
    return Records(header, rows, "chart", item, nouns.plural(item), sample.language, decimal, named=True)


RECORDS: Mapping[str, Callable[[Sample], Records | None]] = {
    "table": _of_table, "chart": _of_chart, "document": _of_document,
}  # fmt: skip
"""A task has one line."""
