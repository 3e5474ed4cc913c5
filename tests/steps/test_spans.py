"""Claims about choosing caption phrases."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from mmrecipes.steps.spans import Span, best_cover, greedy_cover, with_markers

spans = st.lists(
    st.tuples(st.integers(0, 30), st.integers(1, 12), st.integers(0, 4)).map(lambda t: Span(t[0], t[0] + t[1], t[2])),
    max_size=9,
)


def overlap(a: Span, b: Span) -> bool:
    return a.start < b.end and b.start < a.end


def total(chosen: list[Span]) -> int:
    return sum(s.boxes for s in chosen)


@given(spans)
def test_the_exact_choice_is_the_best_of_all_subsets_and_never_worse_than_greedy(given_spans: list[Span]) -> None:
    useful = [s for s in given_spans if s.boxes]
    best = 0
    for size in range(len(useful) + 1):
        for subset in combinations(useful, size):
            if not any(overlap(a, b) for a, b in combinations(subset, 2)):
                best = max(best, total(list(subset)))
    assert total(best_cover(given_spans)) == best
    assert total(greedy_cover(given_spans)) <= best


@given(spans)
def test_chosen_spans_never_nest_or_overlap_and_each_has_a_box(given_spans: list[Span]) -> None:
    for chosen in (best_cover(given_spans), greedy_cover(given_spans)):
        assert not any(overlap(a, b) for a, b in combinations(chosen, 2))
        assert all(s.boxes > 0 for s in chosen)
        assert chosen == sorted(chosen, key=lambda s: s.start)


def test_two_inner_phrases_win_over_the_one_that_holds_them() -> None:
    outer, man, hat = Span(0, 14, 1, 0), Span(0, 5, 1, 1), Span(9, 14, 1, 2)
    assert best_cover([outer, man, hat]) == [man, hat]


def test_greedy_can_be_worse_than_the_exact_choice() -> None:
    middle, left, right = Span(4, 8, 3), Span(0, 5, 2), Span(7, 12, 2)
    assert total(greedy_cover([middle, left, right])) == 3
    assert total(best_cover([middle, left, right])) == 4


def test_markers_inserted_from_the_right_keep_every_offset_valid() -> None:
    text = "un café près du Mont-Blanc ☕ 咖啡"
    marked = with_markers(text, [(0, 7, "<", ">"), (16, 26, "[", "]"), (29, 31, "{", "}")])
    assert marked == "<un café> près du [Mont-Blanc] ☕ {咖啡}"
