"""Printers of a grid: HTML, LaTeX and PubTabNet structure tokens, the targets a model learns to write.

Covered: row and column spans, head and body, footnote marks as superscripts, full escaping of both languages.
Not covered: caption and footnote texts, which stand outside the grid; styling; reading the targets back (see
`read_targets`).

Runs of blanks inside a cell are printed as one blank (both languages collapse them); no-break spaces stay.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from mmrecipes.canvas.scripts import LANGUAGES
from mmrecipes.render.tables.grid import NUMERIC, Cell, Grid

_BLANKS = re.compile(r"[ \t\r\n\f\v]+")


def cell_text(cell: Cell) -> str:
    """The text of a cell as every target shows it: outer blanks off, inner runs of ASCII blanks made one."""
    return _squeezed(cell.text)


@functools.lru_cache(maxsize=4_000)
def _squeezed(text: str) -> str:
    return _BLANKS.sub(" ", text).strip(" ")


def rows_of(grid: Grid) -> list[list[Cell]]:
    """Cells grouped by the row they start in, left to right; a row wholly covered from above is empty."""
    rows: list[list[Cell]] = [[] for _ in range(grid.rows)]
    for cell in grid.cells:
        rows[cell.row].append(cell)
    for row in rows:
        row.sort(key=lambda c: c.col)
    return rows


def html(grid: Grid) -> str:
    """`<table>` with `thead` and `tbody`; all cells are `td`, as in PubTabNet, so that TEDS scores every one.

    (PubTabNet's scorer ignores text and spans of `th`.) Cells stand in reading order; a table of a right-to-left
    language says so with `dir`, so that its first column is shown at the right.
    """
    out = [table_tag(grid)]
    for tag, rows in _parts(grid):
        out.append(f"<{tag}>")
        for row in rows:
            out.append("<tr>")
            out += [f"<td{''.join(_span_attributes(c))}>{_html_content(c)}</td>" for c in row]
            out.append("</tr>")
        out.append(f"</{tag}>")
    out.append("</table>")
    return "".join(out)


def table_tag(grid: Grid) -> str:
    """The opening tag of the table."""
    return '<table dir="rtl">' if LANGUAGES[grid.language].direction == "rtl" else "<table>"


def structure_tokens(grid: Grid) -> list[str]:
    """PubTabNet structure tokens: `<td>`, or `<td`, ` rowspan="2"`, ` colspan="3"`, `>`, then `</td>`; no text.

    Zhong et al. 2020, "Image-based table recognition: data, model, and evaluation", section 3.
    """
    out: list[str] = []
    for tag, rows in _parts(grid):
        out.append(f"<{tag}>")
        for row in rows:
            out.append("<tr>")
            for cell in row:
                spans = _span_attributes(cell)
                out += ["<td", *spans, ">", "</td>"] if spans else ["<td>", "</td>"]
            out.append("</tr>")
        out.append(f"</{tag}>")
    return out


def _parts(grid: Grid) -> Iterator[tuple[str, list[list[Cell]]]]:
    rows = rows_of(grid)
    if grid.header_rows:
        yield "thead", rows[: grid.header_rows]
    if grid.header_rows < grid.rows:
        yield "tbody", rows[grid.header_rows :]


def _span_attributes(cell: Cell) -> list[str]:
    spans = [f' rowspan="{cell.rows}"'] if cell.rows > 1 else []
    return [*spans, f' colspan="{cell.cols}"'] if cell.cols > 1 else spans


def _html_content(cell: Cell) -> str:
    text = html_escape(cell_text(cell))
    return f"{text}<sup>{html_escape(cell.footnote)}</sup>" if cell.footnote else text


_HTML_SPECIAL = re.compile("[&<>]")
_HTML_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def html_escape(text: str) -> str:
    """Text as HTML content."""
    return text.translate(_HTML_ESCAPES) if _HTML_SPECIAL.search(text) else text


def latex(grid: Grid) -> str:
    r"""A `tabular` with `\multirow`, `\multicolumn` and rules (packages: multirow).

    Rules: `\hline` at the top, below the head, around section titles and at the bottom; between header rows
    `\cline` under every merged parent. Columns are in reading order, as right-to-left environments of LaTeX (bidi,
    babel) expect them. A rule never crosses a cell that spans rows: it becomes `\cline` there.
    """
    lines = [f"\\begin{{tabular}}{{{''.join(_alignment(grid, c) for c in range(grid.cols))}}}", "\\hline"]
    covers = _covering(grid)
    ruled = _ruled_after(grid)
    for row in range(grid.rows):
        lines.append(_latex_row(grid, covers[row], row) + " \\\\")
        if row + 1 == grid.rows:
            lines.append("\\hline")
        elif row + 1 < grid.header_rows:
            lines += _rules(_under_parents(covers, row), grid.cols, full=False)
        elif row in ruled:
            lines += _rules(_uncrossed(covers, row), grid.cols, full=True)
    return "\n".join([*lines, "\\end{tabular}"])


def _alignment(grid: Grid, col: int) -> str:
    return "r" if col < len(grid.columns) and grid.columns[col].kind in NUMERIC else "l"


def _covering(grid: Grid) -> list[list[Cell]]:
    """The cell at every grid position."""
    covers: list[list[Cell | None]] = [[None] * grid.cols for _ in range(grid.rows)]
    for cell in grid.cells:
        for r in range(cell.row, cell.row + cell.rows):
            covers[r][cell.col : cell.col + cell.cols] = [cell] * cell.cols
    complete = [[c for c in row if c is not None] for row in covers]
    if any(len(row) != grid.cols for row in complete):
        raise ValueError("the cells leave a grid position uncovered")
    return complete


def _ruled_after(grid: Grid) -> set[int]:
    """Rows followed by a rule: the last header row, and the rows before and of a section title or total."""
    ruled = {grid.header_rows - 1} if grid.header_rows else set()
    for cell in grid.cells:
        if cell.role == "section" and cell.cols == grid.cols:
            ruled |= {cell.row - 1, cell.row + cell.rows - 1}
    return ruled


def _latex_row(grid: Grid, covering: list[Cell], row: int) -> str:
    parts = []
    for col, cell in enumerate(covering):
        if col != cell.col:
            continue
        content = _latex_content(cell) if row == cell.row else ""
        if row == cell.row and cell.rows > 1:
            content = f"\\multirow{{{cell.rows}}}{{*}}{{{content}}}"
        elif not parts and content[:1] in ("[", "*"):
            content = f"{{{content[0]}}}{content[1:]}"
        if cell.cols > 1:
            side = "c" if cell.role == "header" else _alignment(grid, col)
            content = f"\\multicolumn{{{cell.cols}}}{{{side}}}{{{content}}}"
        parts.append(content)
    return " & ".join(parts)


def _under_parents(covers: list[list[Cell]], row: int) -> list[int]:
    """Columns ruled between two header rows: below a merged parent that ends here."""
    return [
        c
        for c, cell in enumerate(covers[row])
        if cell.cols > 1 and cell.text and covers[row + 1][c] is not cell and len(covers[row]) > cell.cols
    ]


def _uncrossed(covers: list[list[Cell]], row: int) -> list[int]:
    return [c for c, cell in enumerate(covers[row]) if covers[row + 1][c] is not cell]


def _rules(columns: list[int], width: int, *, full: bool) -> list[str]:
    r"""`\hline` when every column is ruled (and `full`), else one `\cline` per run of columns."""
    if full and len(columns) == width:
        return ["\\hline"]
    runs: list[list[int]] = []
    for col in columns:
        if runs and runs[-1][1] == col - 1:
            runs[-1][1] = col
        else:
            runs.append([col, col])
    return [" ".join(f"\\cline{{{a + 1}-{b + 1}}}" for a, b in runs)] if runs else []


def _latex_content(cell: Cell) -> str:
    text = latex_escape(cell_text(cell))
    return f"{text}\\textsuperscript{{{latex_escape(cell.footnote)}}}" if cell.footnote else text


_LATEX_ESCAPES = {
    "&": "\\&", "%": "\\%", "$": "\\$", "#": "\\#", "_": "\\_", "{": "\\{", "}": "\\}",
    "~": "\\textasciitilde{}", "^": "\\textasciicircum{}", "\\": "\\textbackslash{}", "<": "\\textless{}",
    ">": "\\textgreater{}", "|": "\\textbar{}", '"': "\\textquotedbl{}", "`": "\\textasciigrave{}",
    "\u00a0": "~",
}  # fmt: skip
_LATEX_SPECIAL = re.compile(r"[&%$#_{}~^\\<>|\"`\u00a0]|--+|''+|,,+")


@functools.lru_cache(maxsize=4_000)
def latex_escape(text: str) -> str:
    """Text as LaTeX (T1 encoding, UTF-8 source) that prints the same characters; ligatures are broken."""
    return _LATEX_SPECIAL.sub(_latex_character, text)


def _latex_character(match: re.Match[str]) -> str:
    found = match.group()
    return _LATEX_ESCAPES.get(found) or "{}".join(found)
