"""Geometric attributes that single out one instance among several of its kind.

Covered: leftmost, rightmost, topmost, bottommost, second from each side, middle of three, largest, smallest, each
with a margin, so that nobody looking at the picture can disagree. Not covered: colours, relations to others.
"""

from __future__ import annotations

from collections.abc import Sequence

from mmrecipes.core.boxes import Box, area

SIDE_MARGIN = 0.10
"""By how much of the picture's side neighbours in a row must differ."""
AREA_MARGIN = 1.3
"""How many times larger the largest must be than the next."""

ATTRIBUTES = (
    "leftmost", "rightmost", "topmost", "bottommost", "second_left", "second_right", "second_top", "second_bottom",
    "middle_across", "middle_down", "largest", "smallest",
)  # fmt: skip


def attributes(boxes: Sequence[Box], size: tuple[int, int]) -> list[tuple[int, str]]:
    """(index, attribute) for every attribute that holds for exactly one box with its margin.

    Places are compared by box centres; the margin is `SIDE_MARGIN` of the picture's width or height between the
    named box and each neighbour in the row, and the edges must be in the same order as the centres.
    """
    if len(boxes) < 2:
        return []
    across = _ranked(boxes, 0, SIDE_MARGIN * size[0])
    down = _ranked(boxes, 1, SIDE_MARGIN * size[1])
    found = []
    for (order, clear), names in ((across, _across), (down, _down)):
        for position, name in names(len(boxes)):
            if clear[position]:
                found.append((order[position], name))
    return found + _by_area(boxes)


def _across(count: int) -> list[tuple[int, str]]:
    places = [(0, "leftmost"), (count - 1, "rightmost")]
    return places + _inner(count, "second_left", "second_right", "middle_across")


def _down(count: int) -> list[tuple[int, str]]:
    places = [(0, "topmost"), (count - 1, "bottommost")]
    return places + _inner(count, "second_top", "second_bottom", "middle_down")


def _inner(count: int, second: str, second_last: str, middle: str) -> list[tuple[int, str]]:
    if count == 3:
        return [(1, middle), (1, second)]
    return [(1, second), (count - 2, second_last)] if count > 3 else []


def _ranked(boxes: Sequence[Box], axis: int, margin: float) -> tuple[list[int], list[bool]]:
    """Indices in the order of their centres along an axis, and whether each stands clear of all others."""
    order = sorted(range(len(boxes)), key=lambda i: (boxes[i][axis] + boxes[i][axis + 2], i))

    def apart(a: Box, b: Box) -> bool:
        gap = (b[axis] + b[axis + 2] - a[axis] - a[axis + 2]) / 2
        return gap >= margin and a[axis] < b[axis] and a[axis + 2] < b[axis + 2]

    clear = [
        all(apart(boxes[other], boxes[one]) for other in order[:position])
        and all(apart(boxes[one], boxes[other]) for other in order[position + 1 :])
        for position, one in enumerate(order)
    ]
    return order, clear


def _by_area(boxes: Sequence[Box]) -> list[tuple[int, str]]:
    order = sorted(range(len(boxes)), key=lambda i: (area(boxes[i]), i))
    found = []
    if area(boxes[order[-1]]) >= AREA_MARGIN * area(boxes[order[-2]]):
        found.append((order[-1], "largest"))
    if area(boxes[order[1]]) >= AREA_MARGIN * area(boxes[order[0]]):
        found.append((order[0], "smallest"))
    return found
