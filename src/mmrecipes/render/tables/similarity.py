"""TEDS: tree-edit-distance similarity of two tables, 1.0 for equal ones.

Source: Zhong, ShafieiBavani, Jimeno Yepes 2020, "Image-based table recognition: data, model, and evaluation",
section 5. TEDS = 1 - distance / max(nodes); insert and delete cost 1; renaming costs 1 when tag or spans differ,
else the edit distance of the cell texts over the longer one. The tree is table / thead, tbody / tr / td.
Distances by Zhang & Shasha 1989. Covered: tables as `SpanTable`. Not covered: the structure-only variant.

The general case costs the product of the node counts; the equal case, which every sample takes, is one comparison.
"""

from __future__ import annotations

from dataclasses import dataclass

from mmrecipes.core.text import edits
from mmrecipes.render.tables.read_targets import Span, SpanTable


def teds(a: SpanTable, b: SpanTable) -> float:
    """Similarity of two tables, 0..1. Where one side does not tell its head rows, neither is asked."""
    if a.head is None or b.head is None:
        a, b = _headless(a), _headless(b)
    if a == b:
        return 1.0
    left, right = _tree(a), _tree(b)
    return 1.0 - _distance(left, right) / max(len(left.labels), len(right.labels))


def _headless(table: SpanTable) -> SpanTable:
    return SpanTable(table.rows, table.cols, None, table.spans)


Label = tuple[str, int, int, str]
"""Tag, row span, column span, content."""


@dataclass(frozen=True, slots=True)
class _Tree:
    """Nodes in postorder: their labels, the leftmost leaf below each, and the key roots."""

    labels: tuple[Label, ...]
    leftmost: tuple[int, ...]
    roots: tuple[int, ...]


def _tree(table: SpanTable) -> _Tree:
    labels: list[Label] = []
    leftmost: list[int] = []

    def close(tag: str, first: int) -> None:
        labels.append((tag, 1, 1, ""))
        leftmost.append(first)

    head = table.head or 0
    for part, start, stop in (("thead", 0, head), ("tbody", head, table.rows)):
        first_of_part = len(labels)
        for row in range(start, stop):
            first_of_row = len(labels)
            for span in _in_row(table, row):
                leftmost.append(len(labels))
                labels.append(("td", span.rows, span.cols, f"{span.text}\x00{span.mark}"))
            close("tr", first_of_row)
        if stop > start:
            close(part, first_of_part)
    close("table", 0)
    last_with = {first: node for node, first in enumerate(leftmost)}
    return _Tree(tuple(labels), tuple(leftmost), tuple(sorted(last_with.values())))


def _in_row(table: SpanTable, row: int) -> list[Span]:
    return sorted((s for s in table.spans if s.row == row), key=lambda s: s.col)


def _distance(a: _Tree, b: _Tree) -> float:
    """Zhang-Shasha tree edit distance between two ordered trees."""
    between = [[0.0] * len(b.labels) for _ in a.labels]
    for i in a.roots:
        for j in b.roots:
            _forests(a, b, i, j, between)
    return between[-1][-1]


def _forests(a: _Tree, b: _Tree, i: int, j: int, between: list[list[float]]) -> None:
    """Fill `between` for all subtree pairs whose leftmost leaves are those of the key roots i and j."""
    first_a, first_b = a.leftmost[i], b.leftmost[j]
    above = [float(y) for y in range(j - first_b + 2)]
    table = [above]
    for x in range(first_a, i + 1):
        row = [table[-1][0] + 1.0]
        whole_a = a.leftmost[x] == first_a
        back_a = a.leftmost[x] - first_a
        for y in range(first_b, j + 1):
            at = y - first_b
            cost = min(table[-1][at + 1], row[at]) + 1.0
            if whole_a and b.leftmost[y] == first_b:
                cost = min(cost, table[-1][at] + rename_cost(a.labels[x], b.labels[y]))
                between[x][y] = cost
            else:
                cost = min(cost, table[back_a][b.leftmost[y] - first_b] + between[x][y])
            row.append(cost)
        table.append(row)


def rename_cost(a: Label, b: Label) -> float:
    """0 for equal nodes, 1 when tag or spans differ, else the normalised edit distance of the contents."""
    if a[:3] != b[:3]:
        return 1.0
    if a[3] == b[3]:
        return 0.0
    return edits(a[3], b[3]) / max(len(a[3]) - 1, len(b[3]) - 1)
