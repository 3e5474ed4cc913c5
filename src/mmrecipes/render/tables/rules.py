"""Fills and rules of a laid-out table, by the theme's border set.

A rule stands on an edge between two different cells; neighbouring pieces of one style are drawn as one. Not covered:
text.
"""

from __future__ import annotations

from mmrecipes.canvas.surface import Surface
from mmrecipes.render.tables.grid import Cell, Grid
from mmrecipes.render.tables.layout import Layout

Piece = tuple[float, str, bool]
"""Width, colour, dashed."""


def covering(layout: Layout) -> list[list[Cell]]:
    """The cell at every grid position."""
    grid = layout.grid
    covers: list[list[Cell]] = [[grid.cells[0]] * grid.cols for _ in range(grid.rows)]
    for cell in grid.cells:
        for row in range(cell.row, cell.row + cell.rows):
            covers[row][cell.col : cell.col + cell.cols] = [cell] * cell.cols
    return covers


def has_stub(grid: Grid) -> bool:
    """Whether the first column names or numbers the rows, so that it may be set off."""
    first = grid.columns[0]
    return bool(grid.row_header_cols) or first.kind in ("name", "text", "city", "code") or first.name == "No."


def draw_fills(surface: Surface, layout: Layout) -> None:
    """Head, stripes, label column, section titles and totals."""
    grid, theme, xs, ys = layout.grid, layout.theme, layout.xs, layout.ys
    palette, rules = theme.colours, theme.rules
    if theme.header in ("filled", "inverted"):
        fill = palette.accent if theme.header == "inverted" else palette.fill
        surface.rect((xs[0], ys[0], xs[-1], ys[grid.header_rows]), fill)
    if rules.striped:
        for row in range(grid.header_rows + 1, grid.rows, 2):
            surface.rect((xs[0], ys[row], xs[-1], ys[row + 1]), palette.stripe)
    if rules.label and has_stub(grid):
        surface.rect((xs[0], ys[grid.header_rows], xs[1], ys[-1]), palette.fill)
    for cell in grid.cells:
        box = (xs[cell.col], ys[cell.row], xs[cell.col + cell.cols], ys[cell.row + cell.rows])
        titled = cell.role == "section" and cell.cols > 1 and theme.header not in ("plain", "italic")
        if titled or (cell.role == "total" and (rules.label or rules.striped)):
            surface.rect(box, palette.fill)
        elif rules.striped and cell.rows > 1 and cell.role != "header":
            surface.rect(box, palette.page)


def draw_rules(surface: Surface, layout: Layout) -> None:
    """All rules, then the second lines of frames and double sums."""
    covers = covering(layout)
    _horizontal(surface, layout, covers)
    _vertical(surface, layout, covers)
    _parents(surface, layout)
    _merged(surface, layout)
    palette, rules = layout.theme.colours, layout.theme.rules
    x0, y0, x1, y1 = layout.xs[0], layout.ys[0], layout.xs[-1], layout.ys[-1]
    if rules.frame:
        surface.rect((x0 - 3.5, y0 - 3.5, x1 + 3.5, y1 + 3.5), stroke=palette.rule)
    if rules.sums == "double" and covers[-1][0].role == "total" and not rules.bottom:
        surface.rect((x0, y1, x1, y1 + 1), palette.rule)
        surface.rect((x0, y1 + 3, x1, y1 + 4), palette.rule)


def _horizontal(surface: Surface, layout: Layout, covers: list[list[Cell]]) -> None:
    cols = layout.grid.cols
    for k in range(layout.grid.rows + 1):
        piece_at = [_edge_below(layout, covers, k, c) for c in range(cols)]
        start = 0
        for c in range(1, cols + 1):
            if c == cols or piece_at[c] != piece_at[start]:
                piece = piece_at[start]
                if piece is not None:
                    _rule(surface, layout, piece, (layout.xs[start], layout.ys[k]), (layout.xs[c], layout.ys[k]))
                start = c


def _edge_below(layout: Layout, covers: list[list[Cell]], k: int, c: int) -> Piece | None:
    """The rule on the edge above row k at column c."""
    grid, rules, palette = layout.grid, layout.theme.rules, layout.theme.colours
    if k == 0:
        return _piece(rules.top, palette.rule)
    if k == grid.rows:
        return _piece(rules.bottom, palette.rule)
    above, below = covers[k - 1][c], covers[k][c]
    if above is below:
        return None
    if k == grid.header_rows:
        return _piece(rules.head, palette.rule)
    if k < grid.header_rows:
        return _piece(rules.rows if rules.cols else 0, _inside(layout, True))
    if (covers[k][0].role == "total") != (covers[k - 1][0].role == "total") and rules.sums != "none":
        return _piece(1, palette.rule)
    side_titles = (covers[k - 1][0], covers[k][0])
    if not rules.rows and side_titles[0] is not side_titles[1] and any(c.rows > 1 for c in side_titles):
        return _piece(1, palette.faint)
    return _piece(rules.rows, palette.faint, rules.dash != "solid")


def _inside(layout: Layout, head: bool) -> str:
    palette = layout.theme.colours
    if head and layout.theme.header == "inverted":
        return palette.page if palette.page > "#888888" else palette.faint
    return palette.faint


def _piece(width: float, colour: str, dashed: bool = False) -> Piece | None:
    return (width, colour, dashed) if width else None


def _vertical(surface: Surface, layout: Layout, covers: list[list[Cell]]) -> None:
    rows = layout.grid.rows
    for k in range(layout.grid.cols + 1):
        piece_at = [_edge_left(layout, covers, r, k) for r in range(rows)]
        start = 0
        for r in range(1, rows + 1):
            if r == rows or piece_at[r] != piece_at[start]:
                piece = piece_at[start]
                if piece is not None:
                    _rule(surface, layout, piece, (layout.xs[k], layout.ys[start]), (layout.xs[k], layout.ys[r]))
                start = r


def _edge_left(layout: Layout, covers: list[list[Cell]], r: int, k: int) -> Piece | None:
    """The rule on the edge left of column k at row r."""
    grid, rules, palette = layout.grid, layout.theme.rules, layout.theme.colours
    if k == 0:
        return _piece(rules.left, palette.accent if rules.left > 2 else palette.rule)
    if k == grid.cols:
        return _piece(rules.right, palette.accent if rules.right > 2 else palette.rule)
    if covers[r][k - 1] is covers[r][k]:
        return None
    if k == 1 and rules.stub and has_stub(grid):
        return _piece(rules.stub, palette.rule if r >= grid.header_rows else _inside(layout, True))
    return _piece(rules.cols, _inside(layout, r < grid.header_rows))


def _rule(surface: Surface, layout: Layout, piece: Piece, a: tuple[int, int], b: tuple[int, int]) -> None:
    """A horizontal or vertical rule on whole pixels; dashed ones are drawn as a stroke."""
    width, colour, dashed = piece
    if dashed:
        dash = (1.0, 3.0) if layout.theme.rules.dash == "dotted" else (6.0, 4.0)
        surface.line((a[0], a[1] + 0.5), (b[0], b[1] + 0.5), colour, width, dash)
        return
    before = int(width) // 2
    if a[1] == b[1]:
        surface.rect(
            (a[0] - (before if a[0] == layout.xs[0] else 0), a[1] - before, b[0] + 1, a[1] - before + width), colour
        )
    else:
        surface.rect((a[0] - before, a[1], a[0] - before + width, b[1] + 1), colour)


def _parents(surface: Surface, layout: Layout) -> None:
    """Trimmed rules below merged header cells, as scientific tables have."""
    grid, rules, palette = layout.grid, layout.theme.rules, layout.theme.colours
    if not rules.parents or rules.cols:
        return
    colour = palette.on_accent if layout.theme.header == "inverted" else palette.rule
    for cell in grid.cells:
        if cell.role == "header" and cell.cols > 1 and cell.row + cell.rows < grid.header_rows:
            y = layout.ys[cell.row + cell.rows]
            x0, x1 = layout.xs[cell.col] + 3, layout.xs[cell.col + cell.cols] - 3
            surface.rect((x0, y, x1, y + rules.parents), colour)


def _merged(surface: Surface, layout: Layout) -> None:
    """Hairlines that show how far a merged body cell reaches where the theme's own rules would not."""
    rules, colour = layout.theme.rules, layout.theme.colours.faint
    for cell in layout.grid.cells:
        if cell.role != "body" or (cell.rows == 1 and cell.cols == 1):
            continue
        x0, x1 = layout.xs[cell.col] + 2, layout.xs[cell.col + cell.cols] - 2
        y0, y1 = layout.ys[cell.row], layout.ys[cell.row + cell.rows]
        if not rules.rows:
            surface.rect((x0, y0, x1, y0 + 1), colour)
            surface.rect((x0, y1 - 1, x1, y1), colour)
        elif not rules.cols and cell.cols > 1:
            surface.rect((x0 - 2, y0 + 2, x0 - 1, y1 - 2), colour)
            surface.rect((x1 + 1, y0 + 2, x1 + 2, y1 - 2), colour)
