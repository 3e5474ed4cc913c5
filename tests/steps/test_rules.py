"""Claims about rules: exact boundaries, all reasons reported, flags that drop nothing."""

from __future__ import annotations

import random
import time
from typing import Any

import numpy as np
import pytest

from mmrecipes.canvas.encode import encode
from mmrecipes.core.image import Image
from mmrecipes.core.sample import Message, Part, Sample, assistant, user
from mmrecipes.flow.step import Drop
from mmrecipes.steps.image_rules import MaxAspect, MinSide
from mmrecipes.steps.refusals import refusal
from mmrecipes.steps.rules import Finding, Rule, Rules, findings
from mmrecipes.steps.text_rules import (
    ControlCharacters,
    InstructionWords,
    Languages,
    RepeatedSentence,
    RepeatedWords,
    echo,
    empty_response,
    repeated_option,
    truncated_response,
    unbalanced_placeholder,
)


def picture(width: int, height: int) -> Image:
    return encode(np.zeros((height, width, 3), np.uint8))


def asking(*turns: str, images: tuple[Image, ...] = (), **fields: Any) -> Sample:
    """Turns in alternation, the images before the first."""
    messages = [
        (user(*(images if number == 0 else ()), text) if number % 2 == 0 else assistant(text))
        for number, text in enumerate(turns)
    ]
    return Sample(id="s", images=images, messages=tuple(messages), **fields)


def sized(width: int, height: int, domain: str = "General") -> Sample:
    return asking("What is it?", "A line.", images=(picture(width, height),), meta={"domain": domain})


def reason(rule: Rule, sample: Sample) -> str:
    found = rule(sample)
    return found.reason if found else ""


@pytest.mark.parametrize(
    ("width", "height", "expected"), [(31, 80, "small_image"), (80, 31, "small_image"), (32, 80, "")]
)
def test_a_side_of_31_pixels_is_too_small_and_one_of_32_is_not(width: int, height: int, expected: str) -> None:
    assert reason(MinSide(), sized(width, height)) == expected


@pytest.mark.parametrize(
    ("width", "height", "expected"),
    [(500, 100, ""), (100, 500, ""), (501, 100, "long_image"), (100, 501, "long_image")],
)
def test_a_ratio_of_5_is_allowed_and_one_of_5_01_is_not(width: int, height: int, expected: str) -> None:
    assert reason(MaxAspect(), sized(width, height)) == expected


def test_a_domain_may_have_its_own_limit() -> None:
    rule = MaxAspect(5.0, {"OCR": 10.0, "Document": 10.0})
    assert reason(rule, sized(600, 100)) == "long_image"
    assert reason(rule, sized(600, 100, "OCR")) == reason(rule, sized(1000, 100, "Document")) == ""
    assert reason(rule, sized(1001, 100, "OCR")) == "long_image"


def test_every_image_is_looked_at() -> None:
    sample = asking("Compare.", "Same.", images=(picture(64, 64), picture(64, 20)))
    assert reason(MinSide(), sample) == "small_image"


@pytest.mark.parametrize(
    ("words", "expected"), [(1, "short_instruction"), (2, ""), (4000, ""), (4001, "long_instruction")]
)
def test_an_instruction_has_2_to_4000_words(words: int, expected: str) -> None:
    assert reason(InstructionWords(), asking("word " * words, "Yes.")) == expected


def test_the_words_of_all_user_turns_count_and_chinese_characters_are_words() -> None:
    assert reason(InstructionWords(), asking("Why?", "Because.", "How?", "So.")) == ""
    assert reason(InstructionWords(), asking("为何？", "因为。")) == ""
    assert reason(InstructionWords(), asking("?!", "Yes.")) == "short_instruction"


@pytest.mark.parametrize("turns", [("What?",), ("What?", ""), ("What?", " \n"), ("What?", "This.", "And?", "")])
def test_a_response_that_is_missing_or_blank_is_found(turns: tuple[str, ...]) -> None:
    assert reason(empty_response, asking(*turns)) == "empty_response"


def test_a_response_that_shows_an_image_is_not_empty() -> None:
    made = picture(40, 40)
    sample = Sample(id="s", images=(made,), messages=(user("Draw."), assistant(made)))
    assert reason(empty_response, sample) == ""


def test_a_sentence_said_three_times_is_found_and_one_said_twice_is_not() -> None:
    assert reason(RepeatedSentence(), asking("What is this? " * 3, "A.")) == "repeated_sentence"
    assert reason(RepeatedSentence(), asking("What is this? " * 2, "A.")) == ""


def test_a_request_that_recurs_in_every_turn_is_no_repetition() -> None:
    turns = [t for number in range(6) for t in (f"What is item {number}? Answer with one single word.", "A.")]
    assert findings([RepeatedSentence(), RepeatedWords()], asking(*turns)) == []


@pytest.mark.parametrize(("length", "expected"), [(14, ""), (15, "repeated_words")])
def test_a_share_of_repeated_runs_of_0_6_is_allowed_and_more_is_not(length: int, expected: str) -> None:
    """Four words in turn have four runs of five; 14 words make 10 runs, 15 make 11."""
    text = " ".join(("red", "blue", "green", "grey")[n % 4] for n in range(length))
    assert reason(RepeatedWords(), asking(text, "A.")) == expected


def test_two_options_with_the_same_text_are_found_whatever_their_case() -> None:
    assert reason(repeated_option, asking("Which?\nA. A cat\nB. dog\nC. a  CAT", "A")) == "repeated_option"
    assert reason(repeated_option, asking("Which?\nA. a cat\nB. a dog", "A")) == ""
    assert reason(repeated_option, asking("Is a cat a cat?", "Yes.")) == ""


@pytest.mark.parametrize("text", ["What is <image>?", "<|image_pad|> What?", "<ImageHere> What?", "<img> What?"])
def test_a_placeholder_in_a_text_is_found(text: str) -> None:
    assert reason(unbalanced_placeholder, asking(text, "A.")) == "unbalanced_placeholder"


def test_an_image_that_is_never_shown_is_found_and_html_is_no_placeholder() -> None:
    hidden = asking("What?", "A.").having(images=(picture(40, 40),))
    assert reason(unbalanced_placeholder, hidden) == "unbalanced_placeholder"
    assert reason(unbalanced_placeholder, asking("Write <img src='a'>", "<image href='b'/>")) == ""
    assert reason(unbalanced_placeholder, sized(40, 40)) == ""


def test_more_than_one_control_character_in_a_hundred_is_found() -> None:
    rule = ControlCharacters()
    assert reason(rule, asking("a" * 99 + "\x00", "A.")) == ""
    assert reason(rule, asking("a" * 98 + "\x00", "A.")) == "control_characters"
    assert reason(rule, asking("What?", "\x07")) == "control_characters"
    assert reason(rule, asking("a\tb\nc\r\n" * 20, "A.")) == ""


def test_a_response_equal_to_its_own_instruction_is_found() -> None:
    assert reason(echo, asking("What is  this?", "what is this?")) == "echo"
    assert reason(echo, asking("One", "Two", "What", "One")) == ""


CUT = ("Here:\n```python\nprint(1)", "1. First\n2. Second\n3.", "Steps:\n- a\n- ", "甲\n1、第一\n2、")
WHOLE = (
    "```\na\n```", "1. First\n2. Second", "The answer is 3.", "3.", "It is 5 -", "a\n- b", "~~~\nx\n~~~\nDone.",
)  # fmt: skip


def test_a_response_that_ends_in_a_fence_or_on_a_bare_number_is_cut_off() -> None:
    assert [reason(truncated_response, asking("What?", text)) for text in CUT] == ["truncated_response"] * len(CUT)
    assert [reason(truncated_response, asking("What?", text)) for text in WHOLE] == [""] * len(WHOLE)


def test_only_languages_that_are_known_and_not_allowed_are_found() -> None:
    rule = Languages({"en", "zh"})
    assert reason(rule, asking("What is shown in the picture?", "这是一只猫。")) == ""
    assert reason(rule, asking("Was ist auf dem Bild zu sehen?", "A cat.")) == "language"
    assert reason(rule, asking("What is shown in the picture?", "Das ist eine Katze auf dem Dach.")) == "language"
    assert reason(rule, asking("???", "42")) == ""


ALL: tuple[Rule, ...] = (
    MinSide(), MaxAspect(), InstructionWords(), empty_response, RepeatedSentence(), RepeatedWords(), repeated_option,
    unbalanced_placeholder, ControlCharacters(), echo, refusal, truncated_response, Languages({"en"}),
)  # fmt: skip


def test_a_sample_is_dropped_with_its_first_reason_and_the_detail_lists_all() -> None:
    sample = asking("Hm", "hm", images=(picture(20, 400),))
    dropped = Rules(*ALL)(sample)
    assert isinstance(dropped, Drop) and dropped.reason == "small_image"
    for each in ("small_image (20x400", "long_image (20x400", "short_instruction (1 words", "echo ('hm')"):
        assert each in dropped.detail


def test_a_sound_sample_passes_every_rule_as_it_is() -> None:
    sample = sized(640, 480)
    kept = Rules(*ALL)(sample)
    assert isinstance(kept, Sample) and kept.having(draft={}) == sample


def test_flags_drop_nothing_and_are_put_into_the_draft() -> None:
    sample = asking("What?", CUT[0])
    kept = Rules(InstructionWords(1), flags=(truncated_response,))(sample)
    assert isinstance(kept, Sample) and kept.draft["flags"] == {"truncated_response": "ends inside a fence"}
    assert isinstance(Rules(truncated_response)(sample), Drop)


def test_a_rule_of_ones_own_is_a_function() -> None:
    def no_question(sample: Sample) -> Finding | None:
        return None if "?" in sample.messages[0].text else Finding("no_question")

    assert Rules(no_question)(asking("Describe.", "A.")) == Drop("no_question", "no_question")


def test_every_rule_costs_well_under_a_tenth_of_a_millisecond_on_rows_of_usual_length() -> None:
    rng = random.Random(5)
    usual = "the picture shows what is on the left of a red house and how many people are near it"
    words = usual.split()
    rows = [
        asking(" ".join(rng.choices(words, k=25)) + "?", " ".join(rng.choices(words, k=40)) + ".") for _ in range(300)
    ]
    for rule in ALL:
        best = min(_seconds(rule, rows) for _ in range(3)) / len(rows)
        assert best < 4e-4, f"{rule}: {best * 1e3:.3f} ms"


def _seconds(rule: Rule, rows: list[Sample]) -> float:
    start = time.process_time()
    for row in rows:
        rule(row)
    return time.process_time() - start


def test_a_message_of_several_parts_is_one_text() -> None:
    made = picture(40, 40)
    split = Message("user", (Part(text="What"), Part(image=made.sha256), Part(text="is it?")))
    assert reason(InstructionWords(3), Sample(id="s", images=(made,), messages=(split, assistant("A.")))) == ""
