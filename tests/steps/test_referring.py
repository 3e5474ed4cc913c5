"""Claims about geometric attributes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mmrecipes.core.boxes import Box
from mmrecipes.steps.referring import attributes

SIZE = (100, 80)
boxes = st.lists(
    st.tuples(st.integers(0, 80), st.integers(0, 60), st.integers(5, 20), st.integers(5, 20)).map(
        lambda b: (float(b[0]), float(b[1]), float(b[0] + b[2]), float(b[1] + b[3]))
    ),
    min_size=1,
    max_size=6,
    unique=True,
)


def centres(given_boxes: list[Box], axis: int) -> list[float]:
    return [(b[axis] + b[axis + 2]) / 2 for b in given_boxes]


@given(boxes)
def test_every_attribute_denotes_exactly_one_box_with_its_margin(given_boxes: list[Box]) -> None:
    found = attributes(given_boxes, SIZE)
    for index, name in found:
        assert sum(n == name for _, n in found) == 1
        others = [b for i, b in enumerate(given_boxes) if i != index]
        own = given_boxes[index]
        if name in ("largest", "smallest"):
            areas = [(b[2] - b[0]) * (b[3] - b[1]) for b in others]
            mine = (own[2] - own[0]) * (own[3] - own[1])
            assert mine >= 1.3 * max(areas) if name == "largest" else mine * 1.3 <= min(areas)
            continue
        axis = 0 if name in ("leftmost", "rightmost", "second_left", "second_right", "middle_across") else 1
        mine, rest = centres([own], axis)[0], centres(others, axis)
        assert all(abs(mine - c) >= 0.1 * SIZE[axis] for c in rest)
        before = sum(c < mine for c in rest)
        wanted = {
            "leftmost": 0, "topmost": 0, "rightmost": len(rest), "bottommost": len(rest), "second_left": 1,
            "second_top": 1, "second_right": len(rest) - 1, "second_bottom": len(rest) - 1, "middle_across": 1,
            "middle_down": 1,
        }  # fmt: skip
        assert before == wanted[name]
        assert name[:6] != "middle" or len(rest) == 2


def test_nothing_is_said_of_a_single_box_or_of_a_near_tie() -> None:
    assert attributes([(0, 0, 10, 10)], SIZE) == []
    assert attributes([(0, 0, 10, 10), (5, 0, 15, 10)], SIZE) == []


def test_leftmost_by_centre_but_not_by_edge_is_not_leftmost() -> None:
    wide, narrow = (0.0, 0.0, 90.0, 10.0), (10.0, 40.0, 20.0, 50.0)
    assert all(name not in ("leftmost", "rightmost") for _, name in attributes([wide, narrow], SIZE))
