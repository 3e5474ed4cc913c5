"""Claims about containment: 1 for copies, low for inventions, exact in between."""

from __future__ import annotations

import random
import time

from hypothesis import given, settings
from hypothesis import strategies as st

from mmrecipes.steps.containment import LONGEST, containment, folded

RAW = "I am at the museum.\n\nHow much would two adult tickets\n  and one child ticket cost here? Answer: 31 euros."


def test_a_copy_is_contained_whatever_the_white_space() -> None:
    assert containment("How much would two adult tickets and one\tchild ticket cost here?", RAW) == 1.0
    assert containment(RAW, RAW) == 1.0


def test_a_copy_with_a_small_slip_is_contained_to_nine_tenths() -> None:
    assert 0.9 <= containment("How much would two adult tickets and one child ticket cost there?", RAW) < 1


def test_an_invented_or_translated_or_rephrased_text_is_not_contained() -> None:
    for other in (
        "What is the opening time of the museum on Sundays?",
        "Combien coûteraient deux billets adultes et un billet enfant ici ?",
        "What is the price of two adult tickets and a child ticket?",
    ):
        assert containment(other, RAW) < 0.8


def test_letters_scattered_over_a_long_text_are_no_copy() -> None:
    rng = random.Random(5)
    words = ["green", "harbour", "opens", "market", "window", "seven", "under", "the", "a", "is", "of", "small"]
    source = " ".join(rng.choices(words, k=400))
    assert containment("Is the seventh window of the green market open under a small harbour?", source) < 0.75


def test_nothing_is_contained_nowhere_and_oversized_texts_are_refused() -> None:
    assert containment("", RAW) == containment(" \n", RAW) == containment("x", "") == 0.0
    assert containment("a", "a" * (LONGEST + 1)) == 0.0


def edits(needle: str, hay: str) -> int:
    """The slow way: edit distance of the needle to every stretch of the hay, cell by cell."""
    row = [0] * (len(hay) + 1)
    for i, letter in enumerate(needle, 1):
        new = [i]
        for j, other in enumerate(hay, 1):
            new.append(min(row[j] + 1, new[j - 1] + 1, row[j - 1] + (letter != other)))
        row = new
    return min(row)


@given(st.text("abc ", min_size=1, max_size=12), st.text("abc ", max_size=30))
@settings(max_examples=300)
def test_the_share_is_the_exact_edit_distance_to_the_best_stretch(needle: str, hay: str) -> None:
    needle, hay = folded(needle), folded(hay)
    expected = max(0.0, 1 - edits(needle, hay) / len(needle)) if needle else 0.0
    assert abs(containment(needle, hay) - expected) < 1e-9


@given(st.text("abcdefgh ", min_size=4, max_size=20), st.data())
def test_letters_added_left_out_or_changed_count_one_each(needle: str, data: st.DataObject) -> None:
    hay = list(folded(needle))
    for _ in range(data.draw(st.integers(0, 4))):
        at = data.draw(st.integers(0, len(hay)))
        hay[at : at + data.draw(st.integers(0, 1))] = data.draw(st.sampled_from([["x"], ["y"], []]))
    source = folded("zz" + "".join(hay) + "zz")
    if folded(needle):
        expected = max(0.0, 1 - edits(folded(needle), source) / len(folded(needle)))
        assert abs(containment(needle, source) - expected) < 1e-9


def test_a_letter_too_many_in_the_source_costs_one() -> None:
    assert containment("abcdefgh", "zz abcdXefgh zz") == 1 - 1 / 8
    assert containment("abcdefgh", "zz abcdefXXgh zz") == 1 - 2 / 8


@given(st.text(max_size=80), st.text(min_size=1, max_size=40), st.text(max_size=80))
def test_every_stretch_of_a_text_is_contained_in_it(before: str, middle: str, after: str) -> None:
    expected = 1.0 if folded(middle) else 0.0
    if folded(middle) in folded(before + middle + after):  # composing characters may join over the border
        assert containment(middle, before + middle + after) == expected


@given(st.text(min_size=1, max_size=60), st.text(max_size=60))
def test_the_share_lies_between_0_and_1(text: str, source: str) -> None:
    assert 0.0 <= containment(text, source) <= 1.0


def test_the_longest_turn_is_checked_in_a_tenth_of_a_second() -> None:
    rng = random.Random(1)
    source = "".join(rng.choices("abcdefgh ", k=2500))
    text = "".join(rng.choices("abcdefgh ", k=1500))
    start = time.perf_counter()
    containment(text, source)
    assert time.perf_counter() - start < 0.5
