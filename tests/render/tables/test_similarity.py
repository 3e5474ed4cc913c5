"""TEDS agrees with the definition worked by brute force, and is 1.0 for equal tables only."""

from __future__ import annotations

import functools
import random
from dataclasses import replace

import pytest

from mmrecipes.render.tables.read_targets import Span, SpanTable, read_html
from mmrecipes.render.tables.similarity import teds

Tree = tuple[tuple[str, int, int, str], tuple["Tree", ...]]


def _tree(table: SpanTable) -> Tree:
    rows = [
        (("tr", 1, 1, ""), tuple((("td", s.rows, s.cols, s.text), ()) for s in table.spans if s.row == r))
        for r in range(table.rows)
    ]
    head = table.head or 0
    parts = [(("thead", 1, 1, ""), tuple(rows[:head]))] if head else []
    parts += [(("tbody", 1, 1, ""), tuple(rows[head:]))] if head < table.rows else []
    return (("table", 1, 1, ""), tuple(parts))


@functools.cache
def _forest_distance(a: tuple[Tree, ...], b: tuple[Tree, ...]) -> float:
    """Tree edit distance by its recursive definition on forests (rightmost roots first)."""
    if not a or not b:
        return float(sum(_size(t) for t in a + b))
    (x, below_x), (y, below_y) = a[-1], b[-1]
    return min(
        _forest_distance(a[:-1] + below_x, b) + 1,
        _forest_distance(a, b[:-1] + below_y) + 1,
        _forest_distance(a[:-1], b[:-1]) + _forest_distance(below_x, below_y) + _rename(x, y),
    )


def _size(tree: Tree) -> int:
    return 1 + sum(_size(t) for t in tree[1])


def _rename(x: tuple[str, int, int, str], y: tuple[str, int, int, str]) -> float:
    if x[:3] != y[:3]:
        return 1.0
    longest = max(len(x[3]), len(y[3]))
    return _letters(x[3], y[3]) / longest if longest else 0.0


@functools.cache
def _letters(a: str, b: str) -> int:
    if not a or not b:
        return len(a) + len(b)
    return min(_letters(a[1:], b) + 1, _letters(a, b[1:]) + 1, _letters(a[1:], b[1:]) + (a[0] != b[0]))


def _small(seed: int) -> SpanTable:
    rng = random.Random(seed)
    rows, cols = rng.randint(1, 3), rng.randint(1, 2)
    spans = tuple(Span(r, c, 1, 1, rng.choice(("", "a", "ab", "abc", "x"))) for r in range(rows) for c in range(cols))
    if cols == 2 and rng.random() < 0.5:
        spans = (replace(spans[0], cols=2), *spans[2:])
    return SpanTable(rows, cols, rng.randint(0, rows), spans)


def test_similarity_equals_the_brute_force_definition() -> None:
    different = 0
    for seed in range(300):
        a, b = _small(seed), _small(seed + 1000)
        expected = 1 - _forest_distance((_tree(a),), (_tree(b),)) / max(_size(_tree(a)), _size(_tree(b)))
        assert teds(a, b) == pytest.approx(expected, abs=1e-12)
        assert teds(a, b) == pytest.approx(teds(b, a))
        different += expected < 1
    assert different > 250


def test_one_wrong_letter_or_span_lowers_the_similarity() -> None:
    table = read_html(
        "<table><thead><tr><td>a</td><td>b</td></tr></thead><tbody><tr><td>10</td><td>20</td></tr></tbody></table>"
    )
    assert teds(table, table) == 1.0
    letter = replace(table, spans=(*table.spans[:3], replace(table.spans[3], text="21")))
    assert teds(table, letter) == pytest.approx(1 - 0.5 / 9)
    merged = SpanTable(2, 2, 1, (*table.spans[:2], replace(table.spans[2], cols=2)))
    assert teds(table, merged) == pytest.approx(1 - 2 / 9)
    marked = replace(table, spans=(replace(table.spans[0], mark="a"), *table.spans[1:]))
    assert teds(table, marked) < 1.0


def test_a_head_moved_into_the_body_lowers_the_similarity_unless_one_side_cannot_tell() -> None:
    table = read_html("<table><thead><tr><td>a</td></tr></thead><tbody><tr><td>1</td></tr></tbody></table>")
    flat = read_html("<table><tbody><tr><td>a</td></tr><tr><td>1</td></tr></tbody></table>")
    assert teds(table, flat) < 1.0
    assert teds(table, replace(flat, head=None)) == 1.0
