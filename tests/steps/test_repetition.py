"""Claims about repetition: sentences said again, words said again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmrecipes.steps.repetition import most_repeated, repeated_ngrams, sentences

SAID = "the cat sat on a mat and saw red birds near old trees by day"
WORD = st.sampled_from(SAID.split())
SENTENCE = st.lists(WORD, min_size=5, max_size=12).map(lambda said: " ".join(said).capitalize() + ".")
SPLIT = {
    "One. Two! Three? Four": ["One.", "Two!", "Three?", "Four"],
    "It is 3.5 m. Next": ["It is 3.5 m.", "Next"],
    "B. 2019": ["B. 2019"],
    "J. Smith paints. He sits.": ["J. Smith paints.", "He sits."],
    "第一句。第二句！第三句": ["第一句。", "第二句！", "第三句"],
    "a\n\nb": ["a", "b"],
    'He said "no." Then': ['He said "no."', "Then"],
    " \n ": [],
}


@pytest.mark.parametrize(("text", "parts"), SPLIT.items())
def test_sentences_end_at_marks_and_lines_but_not_within_numbers_and_initials(text: str, parts: list[str]) -> None:
    found = sentences(text)
    assert [p.strip('"') for p in found] == [p.strip('"') for p in parts]


def test_a_sentence_said_again_counts_whatever_its_case_and_punctuation() -> None:
    assert most_repeated("What is this? what is  this!\nWhat is this. Is it red?") == ("What is this?", 3)


def test_short_sentences_do_not_count_as_repeated() -> None:
    assert most_repeated("Yes.\nYes.\nYes.\n0 0\n0 0\n0 0") == ("", 0)


def test_chinese_sentences_are_counted_by_characters() -> None:
    assert most_repeated("图里有什么？图里有什么？图里有什么？")[1] == 3


def counted(text: str, n: int) -> float:
    """The definition, spelled out."""
    said = text.lower().replace(".", "").split()
    grams = [tuple(said[i : i + n]) for i in range(len(said) - n + 1)]
    seen: list[tuple[str, ...]] = []
    again = 0
    for gram in grams:
        again += gram in seen
        seen.append(gram)
    return again / len(grams) if grams else 0.0


@given(st.lists(SENTENCE, max_size=8), st.integers(1, 6))
def test_the_share_is_that_of_runs_of_words_that_occurred_before(said: list[str], n: int) -> None:
    text = " ".join(said)
    assert repeated_ngrams(text, n) == pytest.approx(counted(text, n))


@given(st.lists(SENTENCE, max_size=5), SENTENCE, st.integers(2, 6))
def test_the_share_never_falls_when_a_sentence_is_said_once_more(before: list[str], again: str, times: int) -> None:
    text = " ".join([*before, *[again] * times])
    assert repeated_ngrams(f"{text} {again}") >= repeated_ngrams(text)


@given(st.lists(WORD, min_size=5, max_size=12, unique=True), st.integers(1, 30))
def test_a_text_said_k_times_approaches_one_minus_one_over_k(said: list[str], times: int) -> None:
    runs = len(said) * times - 4
    assert repeated_ngrams(" ".join(said * times)) == pytest.approx(1 - min(len(said), runs) / runs)


def test_texts_shorter_than_a_run_repeat_nothing() -> None:
    assert repeated_ngrams("") == repeated_ngrams("the the the the") == 0.0
    assert repeated_ngrams("the the the the the the") == 0.5
