"""Claims about reading replies: what is accepted, what is cut off, and what is nothing."""

from __future__ import annotations

import pytest

from mmrecipes.models.call import Choice, Malformed
from mmrecipes.recipes.llava.reply import description, dialogue, one_question
from mmrecipes_tests.recipes.llava.harness import as_reply

PAIR = "Question:\nWhat is it?\n===\nAnswer:\nA dog."


def pairs(text: str) -> list[tuple[str, str]]:
    return [(t.question, t.answer) for t in dialogue(as_reply(text)).turns]


@pytest.mark.parametrize(
    "text",
    [PAIR, "question: What is it?\n===\nANSWER: A dog.", "Q: What is it?\n===\nA: A dog.",
     "**Question:**\nWhat is it?\n===\n**Answer:** A dog.", "### Question:\nWhat is it?\n=====\n### Answer:\nA dog.",
     "**Q**: What is it?\n\n  ===  \n\n**A**:\n\nA dog.\n", "Question 1: What is it?\n===\nAnswer 1: A dog.",
     f"===\n{PAIR}\n===\n"],
)  # fmt: skip
def test_headings_may_be_written_in_many_ways(text: str) -> None:
    assert pairs(text) == [("What is it?", "A dog.")]


def test_a_leading_answer_and_a_trailing_question_are_cut_off() -> None:
    assert pairs(f"Answer:\nYes.\n===\n{PAIR}\n===\nQuestion:\nAnd?") == [("What is it?", "A dog.")]
    assert dialogue(as_reply(f"Answer:\nYes.\n===\n{PAIR}\n===\nQuestion:\nAnd?")).cut == 2


@pytest.mark.parametrize(
    "broken", ["Answer:\nTwice.", "just a remark", "Question:\n\n===\nAnswer:\nB.", "Question: a\nAnswer: b"]
)  # fmt: skip
def test_from_the_first_block_that_is_not_due_the_rest_is_cut_off(broken: str) -> None:
    later = "\n===\nQuestion:\nMore?\n===\nAnswer:\nMore."
    assert pairs(f"{PAIR}\n===\n{broken}{later}") == [("What is it?", "A dog.")]


@pytest.mark.parametrize(
    "text",
    ["", "   \n", "A dog.", "Question:\nWhat is it?\nAnswer:\nA dog.", "Question:\nWhat is it?", "Answer:\nA dog.",
     "Question:\n===\nAnswer:\nA dog.", "Question:\nWhat is it?\n===\nAnswer:\n  ", f"{PAIR} <image>",
     "Question:\nA?\n===\nQuestion:\nB?\n===\nAnswer:\nC.", f"{PAIR}\nQuestion:\nMore?",
     "Question:\nA?\nAnswer:\nB.\n===\nAnswer:\nC."],
)  # fmt: skip
def test_what_holds_no_pair_is_unparsable_and_says_why(text: str) -> None:
    with pytest.raises(Malformed) as caught:
        dialogue(as_reply(text))
    assert caught.value.reason == ("unparsable" if text.strip() else "empty")
    assert caught.value.why


def test_the_last_block_of_a_reply_that_was_cut_off_is_not_trusted() -> None:
    text = f"{PAIR}\n===\nQuestion:\nWhere?\n===\nAnswer:\nOn the"
    assert len(dialogue(as_reply(text)).turns) == 2
    assert len(dialogue(as_reply(Choice(text, "length"))).turns) == 1
    with pytest.raises(Malformed, match="cut off"):
        dialogue(as_reply(Choice(PAIR, "length")))


def test_the_complex_type_wants_exactly_one_whole_pair() -> None:
    assert len(one_question(as_reply(PAIR)).turns) == 1
    with pytest.raises(Malformed, match="not 2"):
        one_question(as_reply(f"{PAIR}\n===\n{PAIR}"))
    with pytest.raises(Malformed, match="cut off"):
        one_question(as_reply(Choice(PAIR, "length")))


def test_a_description_is_text_alone() -> None:
    assert description(as_reply(" A dog sits.\n\nIt waits. ")) == "A dog sits.\n\nIt waits."
    for text in ("", PAIR, "Answer: A dog.", "A dog.\n===\nA cat.", "See <image>."):
        with pytest.raises(Malformed):
            description(as_reply(text))
    with pytest.raises(Malformed, match="cut off"):
        description(as_reply(Choice("A dog", "length")))


def test_reasoning_before_the_reply_is_no_part_of_it() -> None:
    thought = "<think>\nQuestion:\nWhat?\n===\nAnswer:\nNo.\n</think>\n"
    assert pairs(thought + PAIR) == [("What is it?", "A dog.")]
    assert description(as_reply(thought + "A dog sits.")) == "A dog sits."
    for text in (thought, "<think> Question:\nWhat?\n===\nAnswer:\nNo."):
        with pytest.raises(Malformed, match="reasoning"):
            dialogue(as_reply(text))
        with pytest.raises(Malformed, match="reasoning"):
            description(as_reply(text))
