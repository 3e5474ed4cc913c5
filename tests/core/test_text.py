"""Claims about plain text: one normal form, words of every script."""

from __future__ import annotations

import functools
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmrecipes.core.text import edits, is_unspaced, normalised, one_stop, put, squeezed, unspaced_share, words

FORMS = {
    "a\r\nb\rc\n": "a\nb\nc\n",
    "a\u2028b\u2029c\u0085d": "a\nb\nc\nd",
    "e\u0301te\u0301": "été",
    "zero\u200bwidth\ufeff, so\u00adft\u2060": "zerowidth, soft",
    "e\u200b\u0301": "é",
    "👩\u200d🚀 می\u200cخواهم": "👩\u200d🚀 می\u200cخواهم",
    "ｆｕｌｌ ½ m²": "ｆｕｌｌ ½ m²",
    "  blanks \t stay ": "  blanks \t stay ",
}


@pytest.mark.parametrize(("text", "form"), FORMS.items())
def test_the_normal_form_keeps_what_can_be_seen_and_nothing_else(text: str, form: str) -> None:
    assert normalised(text) == form


@given(st.text())
def test_normalising_twice_changes_nothing_and_the_result_is_composed(text: str) -> None:
    once = normalised(text)
    assert normalised(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert not set(once) & set("\r\u2028\u2029\u0085\u200b\ufeff\u2060\u00ad")


@given(st.text(alphabet=st.characters(codec="ascii"), max_size=80))
def test_plain_text_takes_the_fast_way_to_the_same_form(text: str) -> None:
    assert normalised(text) + "é" == normalised(text + "é") or text.endswith("\r")


WORDS = {
    "Don't wear a T-shirt, it’s 3.5 °C!": ["Don't", "wear", "a", "T-shirt", "it’s", "3", "5", "C"],
    "snake_case and l'été": ["snake", "case", "and", "l'été"],
    "这是 test 一下": ["这", "是", "test", "一", "下"],
    "カメラ ภาพ 그림": ["カ", "メ", "ラ", "ภ", "า", "พ", "그", "림"],
    "--- ... !": [],
    "": [],
}


@pytest.mark.parametrize(("text", "said"), WORDS.items())
def test_words_are_split_at_blanks_and_punctuation_and_of_chinese_every_character_is_one(
    text: str, said: list[str]
) -> None:
    assert words(text) == said


@given(st.text())
def test_words_stand_in_the_text_in_order_and_every_letter_belongs_to_one(text: str) -> None:
    at = 0
    for word in words(text):
        at = text.index(word, at) + len(word)
    letters = sum(c.isalnum() for c in text)
    assert sum(c.isalnum() for word in words(text) for c in word) == letters


def test_squeezing_joins_white_space_of_every_kind() -> None:
    assert squeezed(" a\t\n b\u3000c\u00a0d ") == "a b c d"


def test_the_share_of_unspaced_scripts_ignores_white_space() -> None:
    assert unspaced_share("图 a 片 b") == 0.5
    assert unspaced_share("") == 0
    assert is_unspaced("图") and is_unspaced("か") and is_unspaced("한") and not is_unspaced("é")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("blue", "It is blue. And blue."),
        ("It is 14.", "It is It is 14. And It is 14."),
        ("“Stop.”", "It is “Stop.” And “Stop.”"),
        ("the U.S.", "It is the U.S. And the U.S."),
        ("What?", "It is What? And What?"),
        ("3.5", "It is 3.5. And 3.5."),
        ("{x}.", "It is {x}. And {x}."),
    ],
)
def test_a_value_that_ends_a_sentence_takes_the_place_of_the_frames_full_stop(value: str, said: str) -> None:
    assert put("It is {x}. And {x}.", "{x}", value) == said


@pytest.mark.parametrize("text", ["Wait...", "and so on... .. [..]", "v1..v2", "It is St. Ives."])
def test_only_a_second_full_stop_behind_a_word_is_left_out(text: str) -> None:
    assert one_stop(text) == text
    assert one_stop(f"{text} It is Acme Corp.. So") == f"{text} It is Acme Corp. So"


def slow_edits(a: str, b: str) -> int:
    """By its recursive definition."""

    @functools.cache
    def between(i: int, j: int) -> int:
        if i == 0 or j == 0:
            return i + j
        return min(between(i - 1, j) + 1, between(i, j - 1) + 1, between(i - 1, j - 1) + (a[i - 1] != b[j - 1]))

    return between(len(a), len(b))


@given(st.text("abc", max_size=12), st.text("abc", max_size=12), st.integers(0, 12))
def test_the_edit_distance_is_exact_up_to_the_most_that_is_asked_for(a: str, b: str, most: int) -> None:
    assert edits(a, b) == slow_edits(a, b) and edits(a, b, most) == min(slow_edits(a, b), most + 1)
