"""Breaking texts into lines loses nothing and never breaks what must stay whole."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from mmrecipes.canvas.fonts import face
from mmrecipes.render.tables.typeset import Words

WORD = st.sampled_from(
    ["total", "(USD", "thousand)", "(a", "b)", "b),", "(", ")", "(x)", "of", "certificates", "1,200", "–"]
)


@settings(max_examples=200)
@given(st.lists(WORD, min_size=1, max_size=12).map(" ".join), st.floats(0, 1), st.sampled_from(["", "a", "***"]))
def test_the_lines_of_a_text_are_the_text_and_fit(text: str, share: float, mark: str) -> None:
    words = Words(text, face("Caladea"), 16.0, mark)
    width = words.least + share * (words.natural - words.least)
    words.set_within(width)
    assert " ".join(run.text for run in words.lines) == text
    assert all(run.width <= width + 0.6 for run in words.lines)
    assert words.lines[-1].width + words.mark_width <= width + 0.6


def test_a_short_unit_in_brackets_stays_on_one_line() -> None:
    words = Words("Household waste (thousand t)", face("Caladea"), 16.0)
    words.set_within(words.least)
    assert words.lines[-1].text == "(thousand t)"


def test_numbers_and_dates_are_never_broken() -> None:
    words = Words("12 Mar 2024", face("Caladea"), 16.0, rigid=True)
    words.set_within(words.least)
    assert [run.text for run in words.lines] == ["12 Mar 2024"]
