"""Tables in typst's language: cells with spans, column widths, seven styles of rules and fills."""

from __future__ import annotations

from mmrecipes.render.documents.looks import SMALL, TableStyle
from mmrecipes.render.documents.markup_pen import Pen
from mmrecipes.render.documents.tree import TableBlock
from mmrecipes.render.tables.grid import NUMERIC, Cell, Grid
from mmrecipes.render.typeset import literal


def table(pen: Pen, b: TableBlock) -> str:
    """A table with its caption."""
    above = pen.caption(b.caption) if b.caption and pen.look.caption_above else ""
    inner = _grid(pen, b.grid, b.role)
    below = pen.caption(b.caption) if b.caption and not above else ""
    return f"#block(width: 100%, breakable: false)[{above}{inner}{below}]\n"


def _grid(pen: Pen, grid: Grid, role: str) -> str:
    k = pen.look
    style = "bare" if role == "receipt" else k.table
    cells = ", ".join(_cell(pen, grid, cell, style) for cell in grid.cells)
    points = k.size * (SMALL if grid.cols > 4 else 1.0)
    inset = f"(x: {_inset(pen):.1f}pt, y: {k.table_inset:.1f}pt)" if role != "receipt" else "(x: 2pt, y: 2.6pt)"
    return (
        f"#[#set text(size: {points:.2f}pt)\n#set par(justify: false, leading: 0.45em)\n"
        f"#align({'center' if role == 'narrow' else 'start'})[#table(columns: {_columns(pen, grid, points, role)}, "
        f"inset: {inset}{_rules(pen, style, grid)}, {cells})]]\n"
    )


def _inset(pen: Pen) -> float:
    return max(pen.look.table_inset, 4.0)


def _cell(pen: Pen, grid: Grid, cell: Cell, style: TableStyle) -> str:
    """A cell; where it is filled, its tag lies under the text only."""
    fill = _fill(pen, style, cell)
    colour = pen.said((cell.row, cell.col), cell.text.split(), filled=bool(fill))
    right = cell.role == "total" or grid.columns[cell.col + cell.cols - 1].kind in NUMERIC
    options = f"align: {'end' if right else 'start'} + horizon"
    if cell.cols > 1:
        options += f", colspan: {cell.cols}"
    if cell.rows > 1:
        options += f", rowspan: {cell.rows}"
    bold = cell.role == "total" or (cell.role == "header" and style != "bare")
    weight = ', weight: "bold"' if bold else ""
    white = ", fill: white" if fill == pen.look.accent else ""
    content = f"text({literal(cell.text)}{weight}{white})"
    if fill:
        inner = content if cell.text else "h(1em)"
        content = f"block(fill: {colour}, outset: (y: 2.5pt), {inner})"
        colour = f'rgb("{fill}")'
    return f"table.cell({options}, fill: {colour}, {content})"


def _fill(pen: Pen, style: TableStyle, cell: Cell) -> str:
    header = cell.role == "header"
    if style == "filled_header" and header:
        return pen.look.accent
    if style == "zebra":
        return pen.look.tint if header or cell.row % 2 == 0 else ""
    return pen.look.tint if style == "grid" and header else ""


def _columns(pen: Pen, grid: Grid, size: float, role: str) -> str:
    """Column widths: as wide as the text needs; where room is left, one column of text takes it."""
    k, columns = pen.look, pen.document.columns
    longest = [
        max((len(x.text) for x in grid.cells if x.col == c and x.cols == 1), default=0) for c in range(grid.cols)
    ]
    room = (k.width - k.margins[0] - k.margins[2]) / columns - k.gutter * (columns > 1)
    needed = sum(longest) * size * 0.56 + grid.cols * 2 * _inset(pen)
    if role == "narrow" or needed > 0.85 * room or (role == "" and needed < 0.5 * room):
        return f"({'auto, ' * grid.cols})"
    widest = longest.index(max(longest))
    return f"({''.join('1fr, ' if c == widest else 'auto, ' for c in range(grid.cols))})"


def _rules(pen: Pen, style: TableStyle, grid: Grid) -> str:
    k, head = pen.look, grid.header_rows
    line = f'0.5pt + rgb("{k.ink}")'
    if style == "grid":
        return f", stroke: {line}"
    if style == "outer":
        return (
            f", stroke: (x, y) => (bottom: if y == {head - 1} {{ {line} }} else {{ 0.3pt + luma(170) }}, "
            f"top: if y == 0 {{ {line} }})"
        )
    if style == "lines":
        return f', stroke: (x, y) => (bottom: 0.5pt + rgb("{k.accent}"))'
    if style == "bare":
        dash = '(thickness: 0.6pt, dash: "dashed")'
        return (
            f", stroke: (x, y) => (bottom: if y == {head - 1} or y == {grid.rows - 1} {{ {dash} }}, top: "
            f"if y == 0 {{ {dash} }})"
        )
    thick = f'1pt + rgb("{k.ink}")'
    return (
        f", stroke: (x, y) => (top: if y == 0 {{ {thick} }} else if y == {head} {{ {line} }}, "
        f"bottom: if y == {grid.rows - 1} {{ {thick} }})"
    )
