"""How delimited text is laid out: the delimiter, where the data begins, what the columns are called.

Covered: `,` `;` tab `|` blank; titles above the header; headers that are missing, repeated or empty; row names
without a header; scikit-learn's first line of counts and class names. Not covered: fixed-width text, comments.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mmrecipes.core.errors import InputError

MOST_PROBLEMS = 1000
"""Problems kept with their text; beyond these only `left_out` goes on counting."""

_DELIMITERS = "\t;|, "
_SAMPLE_CHARACTERS, _SAMPLE_RECORDS, _PREAMBLE = 100_000, 200, 10


@dataclass(frozen=True, slots=True)
class Problem:
    """Something read otherwise than it stands. `line` is the line of the file, from 1; 0 for a whole column or file.

    Reasons for rows left out: `ragged`, `undecodable`, `open_quote`. For whole columns: `unsupported_column`.
    Remarks on what was kept: `latin1`, `no_header`, `renamed_column`, `long_header`, `title_line`, `counts_line`,
    `mixed_column`, `ambiguous_comma`.
    """

    line: int
    reason: str
    text: str


class Notes:
    """Problems as they turn up."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.left_out: Counter[str] = Counter()

    def remark(self, line: int, reason: str, text: str) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(line, reason, text[:200]))

    def leave_out(self, line: int, reason: str, text: str) -> None:
        self.left_out[reason] += 1
        self.remark(line, reason, text)


@dataclass(frozen=True, slots=True)
class Layout:
    """How the text is cut up: `body` is the offset of the first row of data, `classes` the names of the numbers in
    the last column (scikit-learn's files)."""

    delimiter: str
    names: list[str]
    body: int
    classes: list[str]


def layout_of(text: str, path: Path, notes: Notes) -> Layout:
    """How `text` is cut up. Raises `InputError` when no header fits the rows below."""
    delimiter = _delimiter(text)
    records = _first_records(text, delimiter)
    width = _usual_width(records)
    first, _, line = records[0]
    classes = _class_names(first, width, text)
    if classes:
        notes.remark(line, "counts_line", f"{delimiter.join(first)}: counts and class names, no header")
        return Layout(delimiter, [*(f"feature_{i + 1}" for i in range(width - 1)), "class"], records[0][1], classes)
    for i, (cells, _, line) in enumerate(records[:_PREAMBLE]):
        short_by_row_names = len(cells) == width - 1 > 1 and i + 1 < len(records) and len(records[i + 1][0]) == width
        if len(cells) == width or short_by_row_names:
            return _with_header(["row", *cells] if len(cells) < width else cells, records, i, delimiter, notes)
        notes.remark(line, "title_line", delimiter.join(cells))
    raise InputError(f"{path}: no header among the first {_PREAMBLE} lines has the {width} columns of the rows below")


def _with_header(cells: list[str], records: list[Record], at: int, delimiter: str, notes: Notes) -> Layout:
    below = [r[0] for r in records[at + 1 :] if len(r[0]) == len(cells)]
    if _is_header(cells, below):
        return Layout(delimiter, unique_names(cells, records[at][2], notes), records[at][1], [])
    notes.remark(records[at][2], "no_header", "the first line is data; columns are named column_1, column_2, …")
    start = records[at - 1][1] if at else 0
    return Layout(delimiter, [f"column_{i + 1}" for i in range(len(cells))], start, [])


Record = tuple[list[str], int, int]
"""Cells, offset of the character after the record, line of its start from 1."""


def _first_records(text: str, delimiter: str) -> list[Record]:
    """The first records that are not blank."""
    sample = text[:_SAMPLE_CHARACTERS]
    lines = re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$", sample)
    if len(sample) < len(text) and len(lines) > 1:
        lines.pop()
    read = 0

    def feed() -> Iterator[str]:
        nonlocal read
        for line in lines:
            read += 1
            yield line

    records: list[Record] = []
    before = offset = 0
    for cells in csv.reader(feed(), delimiter=delimiter):
        offset += sum(map(len, lines[before:read]))
        if any(cells):
            records.append((cells, offset, before + 1))
        before = read
        if len(records) == _SAMPLE_RECORDS:
            break
    return records


def _delimiter(text: str) -> str:
    """The delimiter that cuts most of the first records into the same number (over 1) of cells."""

    def share(delimiter: str) -> float:
        widths = Counter(len(cells) for cells, _, _ in _first_records(text, delimiter))
        width, count = widths.most_common(1)[0]
        return count / widths.total() if width > 1 else 0.0

    shares = {d: share(d) for d in _DELIMITERS}
    best = max(_DELIMITERS, key=lambda d: (shares[d], -_DELIMITERS.index(d)))
    if best == " " and not _all_but_the_first_alike(_first_records(text, " ")):
        best = max("\t;|,", key=lambda d: shares[d])
    return best if shares[best] >= 0.5 else ","


def _all_but_the_first_alike(records: list[Record]) -> bool:
    return len(records) > 2 and len({len(cells) for cells, _, _ in records[1:]}) == 1


def _usual_width(records: list[Record]) -> int:
    return Counter(len(cells) for cells, _, _ in records).most_common(1)[0][0]


def _class_names(first: list[str], width: int, text: str) -> list[str]:
    """The class names of a first line like `150,4,setosa,versicolor,virginica` (rows, features, classes)."""
    if len(first) < 3 or width < 2 or not (first[0].isdigit() and first[1] == str(width - 1)):
        return []
    if any(_looks_numeric(name) for name in first[2:]):
        return []
    rows = sum(bool(line.strip()) for line in text.splitlines()) - 1
    return first[2:] if int(first[0]) == rows else []


def _is_header(cells: list[str], below: list[list[str]]) -> bool:
    """A header has a name over some column of numbers; a row of years over numbers is one too."""
    columns = list(zip(*below, strict=True)) or [() for _ in cells]
    numeric = [any(map(_looks_numeric, c)) and all(_looks_numeric(v) or not v.strip() for v in c) for c in columns]
    over_numbers = [c for c, n in zip(cells, numeric, strict=True) if n]
    years = {c for c in over_numbers if re.fullmatch(r"1[5-9]\d\d|20\d\d", c.strip())}
    if not over_numbers:
        return not any(_looks_numeric(c) for c in cells)
    if years and len(years) == len(over_numbers) < len(cells):
        return True
    return any(c.strip() and not _looks_numeric(c) for c in over_numbers)


def _looks_numeric(cell: str) -> bool:
    return re.fullmatch(r"\(?[+-]?[$€£¥₹]?[\d.,]*\d[\d.,]*([eE][+-]?\d+)?\s?[%$€£¥₹]?\)?", cell.strip()) is not None


def unique_names(cells: list[str], line: int, notes: Notes) -> list[str]:
    """Column names with blanks tidied, empty ones named `column_k`, repeated ones `name_2` and long ones shortened;
    changes are noted."""
    names: list[str] = []
    for i, cell in enumerate(cells):
        tidy = " ".join(cell.split())
        wanted = _shortened(tidy) or f"column_{i + 1}"
        name, k = wanted, 1
        while name in names:
            k += 1
            name = f"{wanted}_{k}"
        if wanted != tidy and tidy:
            notes.remark(line, "long_header", f"column {i + 1} has a long header, shortened to {name!r}")
        elif name != tidy:
            notes.remark(line, "renamed_column", f"column {i + 1} {cell!r} is read as {name!r}")
        names.append(name)
    return names


MOST_NAME, MOST_WORD = 80, 30
"""Characters of a column's name, and of a word in it, that tables and charts have room for."""


def _shortened(name: str) -> str:
    """The first words of a long name and an ellipsis; long words are parted at underscores, else cut."""
    if len(name) <= MOST_NAME and max(map(len, name.split()), default=0) <= MOST_WORD:
        return name
    words = [part for word in name.split() for part in (word.split("_") if len(word) > MOST_WORD else [word]) if part]
    words = [word if len(word) <= MOST_WORD else word[: MOST_WORD - 1] + "…" for word in words]
    kept = ""
    for word in words:
        if len(kept) + len(word) + 3 > MOST_NAME:
            return f"{kept.rstrip(',;:')} …"
        kept = f"{kept} {word}".strip()
    return kept
