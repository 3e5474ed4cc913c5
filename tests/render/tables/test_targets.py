"""Targets say exactly what the grid says, whatever its spans and texts; damaged targets are noticed."""

from __future__ import annotations

import re
from collections import Counter
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmrecipes.render.tables.grid import Cell, Column, Grid
from mmrecipes.render.tables.read_targets import SpanTable, TargetError, read_html, read_latex, read_tokens
from mmrecipes.render.tables.targets import html, latex, structure_tokens
from mmrecipes_tests.render.tables.odd_grids import odd_grid


def _squeezed(text: str) -> str:
    return re.sub("[ \t\r\n\f\v]+", " ", text).strip(" ")


def _said(table: SpanTable) -> Counter[tuple[int, int, int, int, str, str]]:
    return Counter((s.row, s.col, s.rows, s.cols, s.text, s.mark) for s in table.spans)


def _meant(grid: Grid) -> Counter[tuple[int, int, int, int, str, str]]:
    return Counter((c.row, c.col, c.rows, c.cols, _squeezed(c.text), c.footnote) for c in grid.cells)


def _one_cell(text: str) -> Grid:
    return Grid(1, 1, 0, 0, (Column("c", "text"),), (Cell(0, 0, 1, 1, text, text, "body"),))


def test_a_thousand_odd_grids_come_back_from_html_latex_and_tokens() -> None:
    for seed in range(1000):
        grid = odd_grid(seed, largest=20 if seed % 10 == 0 else 8)
        meant = _meant(grid)
        from_html, from_latex = read_html(html(grid)), read_latex(latex(grid))
        assert _said(from_html) == meant and from_html.head == grid.header_rows, seed
        assert _said(from_latex) == meant, seed
        assert (from_html.rows, from_html.cols) == (from_latex.rows, from_latex.cols) == (grid.rows, grid.cols)
        from_tokens = read_tokens(structure_tokens(grid))
        assert [(s.row, s.col, s.rows, s.cols) for s in from_tokens.spans] == [
            (s.row, s.col, s.rows, s.cols) for s in from_html.spans
        ]


@settings(max_examples=400)
@given(st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=30))
def test_any_text_survives_html_and_latex(text: str) -> None:
    grid = _one_cell(text)
    assert read_html(html(grid)).spans[0].text == _squeezed(text)
    assert read_latex(latex(grid)).spans[0].text == _squeezed(text)


def test_an_xml_parser_reads_the_same_html() -> None:
    """A second reader that shares nothing with ours: rows, spans and texts in document order."""
    for seed in range(150):
        grid = odd_grid(seed, largest=9)
        root = ElementTree.fromstring(html(grid))
        found = [(int(td.get("rowspan", 1)), int(td.get("colspan", 1)), td.text or "", td.findtext("sup", ""))
                 for td in root.iter("td")]  # fmt: skip
        assert found == [(c.rows, c.cols, _squeezed(c.text), c.footnote) for c in grid.cells]
        assert len(root.findall("thead/tr")) == grid.header_rows


def test_tokens_joined_with_the_texts_are_the_html() -> None:
    for seed in range(100):
        grid = odd_grid(seed, largest=8)
        tokens = structure_tokens(grid)
        assert "".join(tokens) == re.sub(r">[^<>]*(<sup>[^<>]*</sup>)?</td>", "></td>", html(grid))[7:-8]
        assert tokens.count("</td>") == len(grid.cells)
        assert all(re.fullmatch(r'</?[a-z]+>|<td|>| (row|col)span="\d+"', t) for t in tokens)


def test_latex_rules_do_not_cross_a_cell_that_spans_rows() -> None:
    cells = (
        Cell(0, 0, 2, 1, "Name", "Name", "header"), Cell(0, 1, 1, 2, "2020", "2020", "header"),
        Cell(1, 1, 1, 1, "A", "A", "header"), Cell(1, 2, 1, 1, "B", "B", "header"),
        Cell(2, 0, 1, 1, "x", "x", "row_header"), Cell(2, 1, 1, 1, "1", 1, "body"), Cell(2, 2, 1, 1, "2", 2, "body"),
    )  # fmt: skip
    columns = (Column("Name", "name"), Column("A", "integer"), Column("B", "integer"))
    lines = latex(Grid(3, 3, 2, 1, columns, cells)).split("\n")
    assert lines == [
        r"\begin{tabular}{lrr}", r"\hline", r"\multirow{2}{*}{Name} & \multicolumn{2}{c}{2020} \\", r"\cline{2-3}",
        r" & A & B \\", r"\hline", r"x & 1 & 2 \\", r"\hline", r"\end{tabular}",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "damaged",
    [
        '<table><tr><td colspan="2">a</td></tr><tr><td>b</td></tr></table>',
        '<table><tr><td rowspan="2">a</td></tr></table>',
        "<table><tr><td>a</td></tr></table><table></table>",
        "<table><tr><td>a</tr></table>",
        "<table><tr>text<td>a</td></tr></table>",
        "<table><tr><td>a<div></div></td></tr></table>",
    ],
)
def test_damaged_html_is_an_error(damaged: str) -> None:
    with pytest.raises(TargetError):
        read_html(damaged)


@pytest.mark.parametrize(
    "damaged",
    [
        r"\begin{tabular}{ll} a & b & c \\ \end{tabular}",
        r"\begin{tabular}{ll} a & b \end{tabular}",
        r"\begin{tabular}{ll} \multirow{2}{*}{a} & b \\ x & c \\ \end{tabular}",
        r"\begin{tabular}{ll} \multirow{3}{*}{a} & b \\ & c \\ \end{tabular}",
        r"\begin{tabular}{l} \unknown{a} \\ \end{tabular}",
        r"\begin{tabular}{l} a % b \\ \end{tabular} x",
    ],
)
def test_damaged_latex_is_an_error(damaged: str) -> None:
    with pytest.raises(TargetError):
        read_latex(damaged)


def test_unescaped_specials_are_not_read_as_text() -> None:
    for source in ("50 % off", "a_b", "x^2", "$5$", "no # 3", "free \\@ home"):
        with pytest.raises(TargetError):
            read_latex(f"\\begin{{tabular}}{{l}}\n{source} \\\\\n\\end{{tabular}}")


def test_damaged_tokens_are_an_error() -> None:
    with pytest.raises(TargetError):
        read_tokens(["<tbody>", "<tr>", "<td", ' colspan="2"', ">", "</td>", "</tr>", "<tr>", "<td>", "</td>", "</tr>"])
    with pytest.raises(TargetError):
        read_tokens(["<tr>", "<th>", "</tr>"])
