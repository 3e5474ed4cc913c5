"""A user's own table, from delimited text or Parquet, as typed columns.

Covered: CSV, TSV and other delimited text (`,` `;` tab `|` blank), gzip of these, UTF-8, UTF-16 with a byte order
mark and Latin-1, headers that are missing, repeated, empty or preceded by a title, scikit-learn's first line of
counts and class names, ragged rows (left out and recorded); Parquet with flat columns. Not covered: spreadsheets
(save them as CSV), fixed-width text, nested Parquet columns (left out and recorded). No cell is ever evaluated.
"""

# The functions of pyarrow.compute are made when it is imported; the type checker cannot see them.
# pyright: reportAttributeAccessIssue=false

from __future__ import annotations

import codecs
import gzip
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from mmrecipes.core.errors import InputError
from mmrecipes.formats.columns import (
    Column,
    ColumnKind,
    bare_numbers,
    printed_decimals,
    typed_column,
    uses_decimal_comma,
    written_out,
)
from mmrecipes.formats.delimited import MOST_PROBLEMS, Layout, Notes, Problem, layout_of, unique_names


@dataclass(frozen=True, slots=True)
class DataTable:
    """Columns by index. `decimals[c]` is the most decimals printed in column c; `units[c]` the currency, `%` or unit
    that each of its numbers prints, else empty."""

    names: list[str]
    kinds: list[ColumnKind]
    decimals: list[int]
    problems: list[Problem]
    left_out: dict[str, int]
    units: list[str]
    _columns: list[pa.Array] = field(repr=False)
    _printed: list[pa.Array | None] = field(repr=False)

    @property
    def rows(self) -> int:
        return len(self._columns[0])

    def values(self, start: int, stop: int, columns: list[int]) -> list[list[Any]]:
        """Rows start..stop-1 of these columns: int, float, str, date, bool, or None where nothing stands."""
        picked = [self._columns[c].slice(start, max(0, stop - start)).to_pylist() for c in columns]
        return [list(row) for row in zip(*picked, strict=True)]

    def printed(self, start: int, stop: int, columns: list[int]) -> list[list[str | None]]:
        """The same cells as `values` in print: numbers with their own decimals, unit and sign as in the file; None for
        missing ones and in columns of other kinds."""
        size = max(0, min(stop, self.rows) - start)
        picked = [[None] * size if p is None else p.slice(start, size).to_pylist()
                  for p in (self._printed[c] for c in columns)]  # fmt: skip
        return [list(row) for row in zip(*picked, strict=True)]


def read_table(path: Path) -> DataTable:
    """Read a table. Raises `InputError` when the file is missing, empty, binary, or holds no row of data."""
    data = _file_bytes(path)
    if data[:4] == b"PAR1":
        return _read_parquet(path)
    notes = Notes()
    text = _decoded(data, path, notes)
    layout = layout_of(text, path, notes)
    cells = _parsed(text, layout, path, notes)
    if cells.num_rows == 0:
        lost = "".join(f" (line {p.line} was left out: {p.reason})" for p in notes.problems[:1] if notes.left_out)
        raise InputError(f"{path}: there is a header but no complete row under it{lost}; add at least one row of data")
    return _typed(cells, layout, notes)


MOST_REMARKS = 8
_LEFT_OUT = {
    "ragged": "ragged, with another number of cells than the header",
    "undecodable": "with bytes that are not UTF-8",
    "open_quote": "with a quote that is never closed",
}
_CHANGED = ("unsupported_column", "latin1", "no_header", "title_line", "counts_line", "renamed_column", "long_header",
            "ambiguous_comma", "mixed_column")  # fmt: skip


def remarks(table: DataTable) -> list[str]:
    """What was left out or read otherwise than it stands, in at most `MOST_REMARKS` short lines; rows left out first.

    Empty when the file was read just as it is.
    """
    rows = table.rows + sum(table.left_out.values())
    lines = []
    for reason, count in table.left_out.items():
        places = [str(p.line) for p in table.problems if p.reason == reason and p.line]
        of = "row" if rows == 1 else "rows"
        lines.append(f"{count} of {rows} {of} left out: {_LEFT_OUT.get(reason, reason)}{_places(places, count)}")
    for reason in _CHANGED:
        texts = [_said(p) for p in table.problems if p.reason == reason]
        if texts:
            lines.append("; ".join(texts[:3]) + (f"; and {len(texts) - 3} more like this" if len(texts) > 3 else ""))
    return lines[:MOST_REMARKS]


def _places(lines: list[str], count: int) -> str:
    if not lines:
        return ""
    more = ", …" if count > len(lines[:5]) else ""
    return f" (line{'' if count == 1 else 's'} {', '.join(lines[:5])}{more})"


def _said(problem: Problem) -> str:
    text = " ".join(problem.text.split())
    if problem.reason == "title_line":
        return f"line {problem.line} is taken for a title above the header: {text[:60]!r}"
    if problem.reason == "counts_line":
        return f"line {problem.line}: {text[:100]}"
    return text[:140]


def _file_bytes(path: Path) -> bytes:
    try:
        data = path.read_bytes()
        data = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    except FileNotFoundError:
        raise InputError(f"{path} does not exist; check the path given with --input") from None
    except IsADirectoryError:
        raise InputError(f"{path} is a folder; name one CSV or Parquet file in it") from None
    except (OSError, EOFError) as e:
        raise InputError(f"{path} cannot be read: {e}") from e
    if not data.strip():
        raise InputError(f"{path} is empty; it needs a header line and rows of data")
    return data


def _decoded(data: bytes, path: Path, notes: Notes) -> str:
    if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError as e:
            raise InputError(f"{path} starts as UTF-16 but is broken at byte {e.start}; save it as UTF-8") from e
    if b"\0" in data[: 1 << 20]:
        raise InputError(f"{path} is binary, not a table in text; save it as CSV (UTF-8) or Parquet")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _repaired(data.removeprefix(codecs.BOM_UTF8), notes)


def _repaired(data: bytes, notes: Notes) -> str:
    """Text that is not all UTF-8: a few bad lines of a UTF-8 file are left out; otherwise it is read as Latin-1."""
    lines = data.splitlines(keepends=True)
    bad = [i for i, line in enumerate(lines) if not line.isascii() and not _is_utf8(line)]
    beyond_ascii = sum(not line.isascii() for line in lines)
    if len(bad) == beyond_ascii:
        notes.remark(bad[0] + 1, "latin1", "the file is not UTF-8; it was read as Latin-1 (Windows-1252)")
        return data.decode("cp1252", errors="replace")
    for i in bad:
        notes.leave_out(i + 1, "undecodable", lines[i].decode("ascii", errors="backslashreplace").strip())
        lines[i] = b"\n"
    return b"".join(lines).decode()


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _parsed(text: str, layout: Layout, path: Path, notes: Notes) -> pa.Table:
    """All cells as text; rows with another number of cells are left out."""
    width = len(layout.names)
    columns = [f"c{i}" for i in range(width)]
    body = text[layout.body :]
    first_line = 1 + len(re.findall(r"\r\n|\r|\n", text[: layout.body]))
    locate = _Lines(body, first_line)
    encoded = body.encode()
    if not body.strip():
        return pa.table({c: pa.array([], pa.string()) for c in columns})

    def ragged(row: pa_csv.InvalidRow) -> str:
        line = locate.line_of(row.text) if len(notes.problems) < MOST_PROBLEMS else 0
        notes.leave_out(line, "open_quote" if "\n" in row.text else "ragged", row.text)
        return "skip"

    try:
        cells = pa_csv.read_csv(
            pa.py_buffer(encoded),
            pa_csv.ReadOptions(use_threads=False, column_names=columns, block_size=len(encoded) + 1),
            pa_csv.ParseOptions(delimiter=layout.delimiter, newlines_in_values=True, invalid_row_handler=ragged),
            pa_csv.ConvertOptions(column_types=dict.fromkeys(columns, pa.string()), strings_can_be_null=False),
        )
    except (pa.ArrowInvalid, OverflowError) as e:
        raise InputError(
            f"{path} cannot be read as delimited text: {e}; check its quotes, or save it as Parquet"
        ) from e
    return _without_open_end(cells, body, first_line, notes)


class _Lines:
    """Finds the line of one row after the other."""

    def __init__(self, text: str, line: int) -> None:
        self.text, self.at, self.line = text, 0, line

    def line_of(self, row: str) -> int:
        found = re.compile(rf"(?:^|(?<=[\r\n])){re.escape(row)}(?=[\r\n]|$)").search(self.text, self.at)
        if found is None:
            return 0
        self.line += len(re.findall(r"\r\n|\r|\n", self.text[self.at : found.start()]))
        self.at = found.start()
        return self.line


def _without_open_end(cells: pa.Table, body: str, first_line: int, notes: Notes) -> pa.Table:
    """A quote that nobody closes swallows the rest of the file into its last cell: that row is left out."""
    if body.count('"') % 2 == 0 or cells.num_rows == 0:
        return cells
    last = cells.column(cells.num_columns - 1)[-1].as_py()
    if "\n" not in last:
        return cells
    line = first_line + body.count("\n") - last.count("\n")
    notes.leave_out(line, "open_quote", last)
    return cells.slice(0, cells.num_rows - 1)


def _typed(cells: pa.Table, layout: Layout, notes: Notes) -> DataTable:
    arrays = [c.combine_chunks() if c.num_chunks != 1 else c.chunk(0) for c in cells.columns]
    habits = [h for h in map(uses_decimal_comma, arrays) if h is not None]
    decimal_comma = bool(habits) and all(habits)
    columns: list[Column] = []
    for name, array in zip(layout.names, arrays, strict=True):
        column = typed_column(array, decimal_comma)
        if not habits and layout.delimiter != "," and _only_one_comma(array):
            column = Column("text", array)
            notes.remark(0, "ambiguous_comma", f"{name}: 1,234 may be 1234 or 1.234; read as text")
        if column.remark:
            notes.remark(0, "mixed_column", f"{name}: {column.remark}")
        columns.append(column)
    if layout.classes:
        columns[-1] = _named_classes(columns[-1], layout.classes)
    return _data_table(layout.names, columns, notes)


def _only_one_comma(cells: pa.Array) -> bool:
    """Whether every number is of the form 1,234: thousands to some, a decimal comma to others."""
    present, _ = bare_numbers(pc.utf8_trim_whitespace(cells).filter(pc.not_equal(pc.utf8_trim_whitespace(cells), "")))
    return len(present) > 0 and bool(
        pc.all(pc.match_substring_regex(present, r"^\s*[+-]?[1-9]\d{0,2},\d{3}\s*$")).as_py()
    )


def _named_classes(column: Column, classes: list[str]) -> Column:
    numbers = column.values.to_pylist()
    if column.kind != "integer" or any(v is None or not 0 <= v < len(classes) for v in numbers):
        return column
    return Column("text", pa.array([classes[v] for v in numbers], pa.string()))


def _data_table(names: list[str], columns: list[Column], notes: Notes) -> DataTable:
    return DataTable(
        names=names,
        kinds=[c.kind for c in columns],
        decimals=[c.decimals for c in columns],
        problems=notes.problems,
        left_out=dict(notes.left_out),
        units=[c.unit for c in columns],
        _columns=[c.values for c in columns],
        _printed=[c.printed for c in columns],
    )


def _read_parquet(path: Path) -> DataTable:
    try:
        table = pq.read_table(path)
    except (pa.ArrowInvalid, OSError) as e:
        raise InputError(f"{path} starts as Parquet but cannot be read: {e}; write it again") from e
    notes = Notes()
    names, columns = [], []
    for name, chunks in zip(table.column_names, table.columns, strict=True):
        column = _parquet_column(chunks.combine_chunks())
        if column is None:
            notes.remark(0, "unsupported_column", f"{name}: {chunks.type} is left out")
            continue
        names.append(name)
        columns.append(column)
    if table.num_rows == 0 or not columns:
        raise InputError(f"{path} has {table.num_rows} rows and {len(columns)} usable columns; it needs one of each")
    return _data_table(unique_names(names, 0, notes), columns, notes)


def _parquet_column(array: pa.Array) -> Column | None:
    kind = array.type
    if isinstance(array, pa.DictionaryArray):
        return _parquet_column(array.dictionary_decode())
    if pa.types.is_boolean(kind):
        return Column("boolean", array)
    if pa.types.is_integer(kind):
        whole = pc.cast(array, pa.int64()) if kind != pa.uint64() else None
        return (
            _parquet_uint64(array) if whole is None else Column("integer", whole, printed=pc.cast(whole, pa.string()))
        )
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        printed = pc.cast(array, pa.string())
        number = pc.match_substring_regex(printed, r"^[+-]?[\d.]+([eE][+-]?\d+)?$")
        printed = pc.if_else(number, printed, pa.scalar(None, pa.string()))
        shortest = pc.replace_substring_regex(printed, r"\.0$", "")
        whole = pc.all(pc.match_substring_regex(shortest, r"^[+-]?\d+$")).as_py()
        shown = written_out(
            shortest if whole else pc.replace_substring_regex(printed, r"^([+-]?\d+)$", r"\1.0"), printed
        )
        return Column("number", pc.cast(printed, pa.float64()), printed_decimals(shortest), printed=shown)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return Column("text", pc.cast(array, pa.string()))
    if pa.types.is_date(kind):
        return Column("date", pc.cast(array, pa.date32()))
    if pa.types.is_timestamp(kind):
        days = pc.cast(array, pa.date32(), safe=False)
        midnight = pc.all(pc.equal(pc.cast(days, kind), array)).as_py() if kind.tz is None else False
        return Column("date", days) if midnight else Column("text", pc.cast(array, pa.string()))
    return None


def _parquet_uint64(array: pa.Array) -> Column:
    fits = pc.all(pc.less_equal(array, pa.scalar(2**63 - 1, pa.uint64()))).as_py()
    return Column("integer", pc.cast(array, pa.int64())) if fits else Column("text", pc.cast(array, pa.string()))
