r"""Readers of table targets: HTML, LaTeX `tabular` and structure tokens back to a grid of spans.

Written without the printers (`targets`): they are the other half of the round trip that verifies every sample.
Covered: what HTML's table model says about spans (positions filled left to right, row spans reserve cells below),
`\multirow`, `\multicolumn`, rules, escapes, superscript marks. Not covered: nested tables, LaTeX macros beyond these.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html.parser import HTMLParser


class TargetError(ValueError):
    """A target that does not describe a table; the message says where."""


@dataclass(frozen=True, slots=True)
class Span:
    """One cell as a target says it: position, extent, text without blanks at its ends, footnote mark."""

    row: int
    col: int
    rows: int
    cols: int
    text: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class SpanTable:
    """A table as a target says it. `head` counts header rows, None where the target does not tell."""

    rows: int
    cols: int
    head: int | None
    spans: tuple[Span, ...]


LARGEST_SPAN = 10_000
"""Positions that one cell may cover: a text of a model may say anything."""


def _extent(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,4}", text.strip()):
        raise TargetError(f"a span of {text[:40]!r}")
    return int(text)


class _Filler:
    """HTML's table-forming rule: a cell goes to the first free column of its row."""

    def __init__(self) -> None:
        self.row = -1
        self.taken: dict[int, set[int]] = {}
        self.spans: list[Span] = []
        self.column = 0

    def next_row(self) -> None:
        self.row += 1
        self.column = 0
        self.taken.setdefault(self.row, set())

    def place(self, rows: int, cols: int, text: str, mark: str) -> None:
        if self.row < 0:
            raise TargetError("a cell stands outside every row")
        if rows < 1 or cols < 1 or rows * cols > LARGEST_SPAN:
            raise TargetError(f"a span of {rows}x{cols} in row {self.row}")
        taken = self.taken[self.row]
        while self.column in taken:
            self.column += 1
        for r in range(self.row, self.row + rows):
            below = self.taken.setdefault(r, set())
            for c in range(self.column, self.column + cols):
                if c in below:
                    raise TargetError(f"two cells cover row {r}, column {c}")
                below.add(c)
        self.spans.append(Span(self.row, self.column, rows, cols, text, mark))
        self.column += cols

    def table(self, head: int | None) -> SpanTable:
        rows = self.row + 1
        width = max((len(t) for t in self.taken.values()), default=0)
        for r, taken in self.taken.items():
            if r >= rows:
                raise TargetError(f"a cell reaches into row {r} of {rows}")
            if len(taken) != width or max(taken, default=-1) != width - 1:
                raise TargetError(f"row {r} covers {len(taken)} of {width} columns")
        return SpanTable(rows, width, head, tuple(self.spans))


class _HtmlReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.filler = _Filler()
        self.head = 0
        self.part = ""
        self.cell: tuple[int, int] | None = None
        self.text: list[str] = []
        self.mark: list[str] | None = None
        self.in_mark = False
        self.seen_table = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "td" or tag == "th":
            if self.cell is not None:
                raise TargetError("a cell inside a cell")
            spans = dict(attrs)
            self.cell = (_extent(spans.get("rowspan") or "1"), _extent(spans.get("colspan") or "1"))
            self.text, self.mark = [], None
        elif tag == "tr":
            self.filler.next_row()
            self.head += self.part == "thead"
        elif tag == "sup" and self.cell is not None:
            self.in_mark, self.mark = True, []
        elif tag in ("thead", "tbody"):
            self.part = tag
        elif tag == "table":
            self.seen_table += 1
        else:
            raise TargetError(f"unexpected <{tag}>")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            if self.cell is None:
                raise TargetError(f"</{tag}> without a cell")
            self.filler.place(*self.cell, "".join(self.text), "".join(self.mark or ()))
            self.cell = None
        elif tag == "sup":
            self.in_mark = False
        elif tag in ("thead", "tbody"):
            self.part = ""

    def handle_data(self, data: str) -> None:
        if self.cell is not None:
            (self.mark if self.in_mark and self.mark is not None else self.text).append(data)
        elif data.strip():
            raise TargetError(f"text outside a cell: {data[:40]!r}")


def read_html(source: str) -> SpanTable:
    """The spans of one HTML table. Raises `TargetError` when cells overlap, leave holes or are not closed."""
    reader = _HtmlReader()
    try:
        reader.feed(source)
        reader.close()
    except AssertionError as e:  # how the standard library refuses a declaration
        raise TargetError(str(e)) from e
    if reader.seen_table != 1 or reader.cell is not None:
        raise TargetError(f"{reader.seen_table} tables, or an open cell")
    return reader.filler.table(reader.head)


_SPAN = re.compile(r' (rowspan|colspan)="(\d+)"')


def read_tokens(tokens: Sequence[str]) -> SpanTable:
    """The spans of PubTabNet structure tokens; texts are empty. Raises `TargetError`."""
    filler, head, part = _Filler(), 0, ""
    rows = cols = 1
    for token in tokens:
        if token == "<td>" or token == "<td":
            rows = cols = 1
        elif token == "</td>":
            filler.place(rows, cols, "", "")
        elif token == "<tr>":
            filler.next_row()
            head += part == "thead"
        elif token in ("<thead>", "<tbody>"):
            part = token[1:-1]
        elif (span := _SPAN.fullmatch(token)) is not None:
            rows, cols = (int(span[2]), cols) if span[1] == "rowspan" else (rows, int(span[2]))
        elif token not in (">", "</tr>", "</thead>", "</tbody>"):
            raise TargetError(f"unknown token {token!r}")
    return filler.table(head)


_TOKEN = re.compile(
    r"(?P<word>\\[A-Za-z]+)[ \n]*|(?P<symbol>\\[^A-Za-z])|(?P<open>\{)|(?P<close>\})|(?P<tab>&)|(?P<tie>~)"
    r"|(?P<text>[^\\{}&~%$#_^]+)|(?P<bare>[%$#_^])"
)
_CHARACTERS = {
    "\\textasciitilde": "~", "\\textasciicircum": "^", "\\textbackslash": "\\", "\\textless": "<",
    "\\textgreater": ">", "\\textbar": "|", "\\textquotedbl": '"', "\\textasciigrave": "`",
}  # fmt: skip
_TABULAR = re.compile(r"\\begin\{tabular\}\{([lcr|]+)\}(.*)\\end\{tabular\}", re.DOTALL)
_RULE = re.compile(r"\\cline\{\d+-\d+\}")


def read_latex(source: str) -> SpanTable:
    r"""The spans of a LaTeX `tabular`. `head` is None: rules do not say where the head ends.

    A position below a `\multirow` must hold an empty entry of the same width. Raises `TargetError`.
    """
    found = _TABULAR.fullmatch(source.strip())
    if found is None:
        raise TargetError("no single tabular environment")
    width = sum(found[1].count(letter) for letter in "lcr")
    body = _LatexBody(_RULE.sub("", found[2]))
    return body.table(width)


class _LatexBody:
    """Entries of a tabular's body, by a tokenizer and a reader of groups."""

    def __init__(self, body: str) -> None:
        self.tokens = [(m.lastgroup or "", m[m.lastgroup or 0]) for m in _TOKEN.finditer(body)]
        self.at = 0

    def table(self, width: int) -> SpanTable:
        spans: list[Span] = []
        reserved: dict[tuple[int, int], int] = {}
        row = col = 0
        while self.at < len(self.tokens):
            rows, cols, text, mark = self._entry()
            if (row, col) in reserved:
                if text or mark or rows != 1 or cols != reserved[row, col]:
                    raise TargetError(f"row {row}, column {col} is covered from above but holds {text!r}")
            elif text or self.at < len(self.tokens) or col:
                self._reserve(reserved, row, col, rows, cols)
                spans.append(Span(row, col, rows, cols, text, mark))
            else:
                break
            col += cols
            if self._ends_row():
                if col != width:
                    raise TargetError(f"row {row} has {col} of {width} columns")
                row, col = row + 1, 0
        if any(r >= row for r, _ in reserved):
            raise TargetError("a row span reaches below the last row")
        return SpanTable(row, width, None, tuple(spans))

    @staticmethod
    def _reserve(reserved: dict[tuple[int, int], int], row: int, col: int, rows: int, cols: int) -> None:
        for c in range(col, col + cols):
            if (row, c) in reserved:
                raise TargetError(f"two cells cover row {row}, column {c}")
        for r in range(row + 1, row + rows):
            reserved[r, col] = cols

    def _ends_row(self) -> bool:
        """Step over the separator: True for a row end, False for a column end."""
        if self.at >= len(self.tokens):
            raise TargetError("the last row is not ended")
        kind, token = self.tokens[self.at]
        self.at += 1
        return kind != "tab" and token == "\\\\"

    def _entry(self) -> tuple[int, int, str, str]:
        """One entry up to `&` or `\\\\`: (rows, cols, text, mark)."""
        rows, cols, text, mark = 1, 1, "", ""
        while self.at < len(self.tokens):
            kind, token = self.tokens[self.at]
            if kind == "tab" or token == "\\\\":
                break
            self.at += 1
            if token == "\\hline":
                continue
            if token == "\\multicolumn":
                cols = _extent(self._group())
                self._group()
                self._open()
            elif token == "\\multirow":
                rows = _extent(self._group())
                self._group()
                self._open()
            elif token == "\\textsuperscript":
                mark = self._group()
            elif kind not in ("open", "close"):
                text += _character(kind, token)
        return rows, cols, text.strip(" \n"), mark

    def _open(self) -> None:
        if self.at >= len(self.tokens) or self.tokens[self.at][0] != "open":
            raise TargetError("an argument is missing")

    def _group(self) -> str:
        self._open()
        depth, text = 0, ""
        while self.at < len(self.tokens):
            kind, token = self.tokens[self.at]
            self.at += 1
            depth += (kind == "open") - (kind == "close")
            if depth == 0:
                return text
            if kind not in ("open", "close"):
                text += _character(kind, token)
        raise TargetError("a group is not closed")


def _character(kind: str, token: str) -> str:
    if kind == "text":
        return token
    if kind == "tie":
        return "\u00a0"
    if kind == "word":
        if token not in _CHARACTERS:
            raise TargetError(f"unknown command {token}")
        return _CHARACTERS[token]
    if kind == "symbol" and token[1] in "&%$#_{}":
        return token[1]
    raise TargetError(f"unexpected {token!r}")
