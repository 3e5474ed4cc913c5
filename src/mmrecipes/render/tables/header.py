"""Header trees: from a forest of header texts to header cells whose spans follow from the tree.

A parent spans exactly its children; a leaf reaches down to the last header row. Covered: depth 1 to 3. Not covered:
row headers (a leaf like any other here).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mmrecipes.render.tables.grid import Cell


@dataclass(slots=True)
class Node:
    """A header text with the texts below it; a leaf heads one column."""

    text: str
    children: tuple[Node, ...] = ()

    @property
    def depth(self) -> int:
        """Rows it needs: 1 for a leaf."""
        return 1 + max((c.depth for c in self.children), default=0)

    @property
    def width(self) -> int:
        """Columns it spans."""
        return sum(c.width for c in self.children) or 1

    def leaves(self) -> Iterator[Node]:
        """The leaves under it (itself, if it is one), left to right."""
        if not self.children:
            yield self
        for child in self.children:
            yield from child.leaves()


def header_depth(forest: Sequence[Node]) -> int:
    """Header rows the forest needs."""
    return max(node.depth for node in forest)


def header_cells(forest: Sequence[Node], first_col: int = 0) -> list[Cell]:
    """Cells of the header rows in reading order; they tile header_depth(forest) rows exactly."""
    depth = header_depth(forest)
    cells: list[Cell] = []
    col = first_col
    for node in forest:
        _place(node, 0, col, depth, cells)
        col += node.width
    return sorted(cells, key=lambda c: (c.row, c.col))


def _place(node: Node, row: int, col: int, depth: int, cells: list[Cell]) -> None:
    rows = 1 if node.children else depth - row
    cells.append(Cell(row, col, rows, node.width, node.text, node.text or None, "header"))
    for child in node.children:
        _place(child, row + 1, col, depth, cells)
        col += child.width
