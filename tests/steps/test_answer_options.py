"""Claims about options: every usual way to list them is read, and text that only looks like a list is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmrecipes.steps.answer_options import options_of, options_start

CAT, YEARS = {"A": "cat", "B": "dog", "C": "red bird"}, {"A": "2018", "B": "2019"}
LISTS = {
    "Which?\nA. cat\nB. dog\nC. red bird": CAT,
    "Which?\nA) cat\nB) dog\nC) red bird": CAT,
    "Which? (A) cat (B) dog (C) red bird": CAT,
    "Which? (a) cat; (b) dog; (c) red bird": CAT,
    "Which?\nA: cat\nB: dog\nC: red  bird": CAT,
    "Which?\n[A] cat [B] dog [C] red bird": CAT,
    "**A.** cat\n**B.** dog\n**C.** red bird\nAnswer with the letter.": CAT,
    "Choices: A. cat, B. dog, C. red bird": CAT,
    "Which?\nA.\ncat\nB.\ndog\nC.\nred bird": CAT,
    "哪个？A、猫 B、狗": {"A": "猫", "B": "狗"},
    "哪个？Ａ．猫Ｂ．狗": {"A": "猫", "B": "狗"},
    "哪个？（A）猫（B）狗": {"A": "猫", "B": "狗"},
    "When? A. 2018 B. 2019": YEARS,
    "Options: 1. cat 2. dog": {"1": "cat", "2": "dog"},
    "选项：1、猫 2、狗": {"1": "猫", "2": "狗"},
    "A. 3.5 B. 4.5": {"A": "3.5", "B": "4.5"},
    "A. Vitamin A. B. Vitamin B": {"A": "Vitamin A.", "B": "Vitamin B"},
    "As in A. or B. above.\nWhich?\nA. cat\nB. dog\nC. red bird": CAT,
}
NONE = (
    "", "What?", "See A. Smith in the picture.", "A. only one", "B. x\nC. y", "1. Describe. 2. Explain.", "e.g. a dog",
    "A.\nB.\nC.", "I have a cat, b. and c.", "Is Vitamin B. good?",
)  # fmt: skip


@pytest.mark.parametrize(("question", "options"), LISTS.items())
def test_a_list_of_options_is_read_in_each_usual_spelling(question: str, options: dict[str, str]) -> None:
    assert options_of(question) == options


@pytest.mark.parametrize("question", NONE)
def test_a_text_without_a_list_has_no_options(question: str) -> None:
    assert options_of(question) == {} and options_start(question) == len(question)


TEXT = st.text(alphabet="defghklmnopqrstuvwxyz 0123456789", min_size=1, max_size=12).map(str.strip).filter(bool)


@given(st.lists(TEXT, min_size=2, max_size=10), st.sampled_from(["{}. ", "({}) ", "{}) ", "{}: ", "{}、"]))
def test_what_is_written_as_a_list_is_read_back(texts: list[str], style: str) -> None:
    listed = {"ABCDEFGHIJ"[n]: " ".join(text.split()) for n, text in enumerate(texts)}
    lines = "\n".join(style.format(mark) + text for mark, text in listed.items())
    assert options_of(f"Which one?\n{lines}") == listed
    assert options_start(f"Which one?\n{lines}") == len("Which one?\n")


def test_a_list_begins_at_its_head() -> None:
    assert options_start("Which?\nOptions:\nA. cat\nB. dog") == len("Which?\n")


@given(st.text(max_size=60))
def test_any_text_is_read_without_an_exception(text: str) -> None:
    options_of(text)
    options_of(f"A. {text} B. {text}")
