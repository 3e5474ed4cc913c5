from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mmrecipes.canvas.bidi import base_level, has_right_to_left, levels, visual_order

bidi = pytest.importorskip("bidi")

SIGNS = "abcאבגدمصش129٣٤۵ ().,-+%/$€:[]{}«»،؛\u0301\u064eé中ก\t\u00a0"


@given(st.text(alphabet=SIGNS, max_size=40), st.sampled_from([0, 1]))
def test_a_mixed_line_is_ordered_as_another_implementation_orders_it(text: str, base: int) -> None:
    order = visual_order(levels(text, base))
    assert sorted(order) == list(range(len(text)))
    # the other one returns a line without letters to the left as it is, before rule L1 has set its tabs
    assume(base == 0 or "\t" not in text or set(text) & set("אבגدمصش"))
    assert "".join(text[i] for i in order) == bidi.get_display(text, base_dir="LR"[base])


@given(st.text(alphabet=SIGNS, min_size=1, max_size=20))
def test_the_direction_of_a_paragraph_is_that_of_its_first_strong_character(text: str) -> None:
    assert base_level(text) == bidi.get_base_level(text)


def test_a_tab_divides_a_line_to_the_left_even_where_no_letter_runs_to_the_left() -> None:
    assert visual_order(levels("a\t1", 1)) == [2, 1, 0]


def test_brackets_go_with_what_they_hold() -> None:
    text = "سعر USD (EUR)"
    order = visual_order(levels(text, 1))
    assert "".join(text[i] for i in order) == "USD (EUR) رعس"


def test_lines_without_right_to_left_scripts_are_told_at_once() -> None:
    assert not has_right_to_left("Price 東京 12%") and has_right_to_left("a ש") and has_right_to_left("٣")


def test_direction_controls_are_refused() -> None:
    with pytest.raises(ValueError, match="direction controls"):
        levels("a\u202eb", 0)
