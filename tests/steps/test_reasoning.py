"""Claims about reasoning: exactly one think block before the answer, and faults of a generated text by name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmrecipes.steps.reasoning import Thought, after_thinking, generation_faults, parted, too_short, with_tags
from mmrecipes.steps.rules import Finding

SOUND = {
    "<think>a</think>b": Thought("a", "b"),
    " <think>\na\n\nc\n</think>\n\nb ": Thought("a\n\nc", "b"),
    "<THINK> a < b </Think> c": Thought("a < b", "c"),
    "<thinking>a</thinking>b": Thought("a", "b"),
}
WRONG = {
    "b": "no_think_block", "": "no_think_block", "<think><think>a</think></think>b": "nested_think_block",
    "<think>a<think>c</think>b": "nested_think_block", "<think>a": "unclosed_think_block",
    "a</think>b": "unopened_think_block", "<think>a</think>b</think>": "unopened_think_block",
    "<think>a</think><think>c</think>b": "several_think_blocks",
    "<think>a</think>b<think>c</think>": "several_think_blocks",
    "b <think>a</think>": "late_think_block", "So: <think>a</think>b": "late_think_block",
    "<think> \n</think>b": "empty_reasoning", "<think>a</think> \n": "no_answer",
    "<think>a</think>b<think>": "unclosed_think_block",
}  # fmt: skip


@pytest.mark.parametrize(("text", "thought"), SOUND.items())
def test_one_block_before_the_answer_is_parted(text: str, thought: Thought) -> None:
    assert parted(text) == thought


@pytest.mark.parametrize(("text", "reason"), WRONG.items())
def test_any_other_structure_is_refused_by_name(text: str, reason: str) -> None:
    found = parted(text)
    assert isinstance(found, Finding) and found.reason == reason


TAGS = st.lists(st.sampled_from(["<think>", "</think>", "a", "b c", "\n", " "]), max_size=8).map("".join)


@given(TAGS)
def test_only_texts_of_the_one_form_are_parted(text: str) -> None:
    opens, closes = text.count("<think>"), text.count("</think>")
    before, _, rest = text.partition("<think>")
    inside, _, answer = rest.partition("</think>")
    sound = (
        opens == closes == 1 and not before.strip() and inside.strip() and answer.strip() and "<" not in inside + answer
    )
    assert isinstance(parted(text), Thought) == bool(sound)


PLAIN = st.text(alphabet="ab \n.", min_size=1).filter(str.strip)


@given(PLAIN, PLAIN)
def test_reasoning_that_was_sent_apart_is_wrapped_and_comes_back(reasoning: str, answer: str) -> None:
    assert parted(with_tags(reasoning, answer)) == Thought(reasoning.strip(), answer.strip())


@given(PLAIN, PLAIN)
def test_wrapping_again_changes_nothing(reasoning: str, answer: str) -> None:
    once = with_tags(reasoning, answer)
    assert with_tags("", once) == once


JOINED = {
    ("", "<think>a</think>b"): Thought("a", "b"),
    ("a", "<think>a</think>b"): Thought("a", "b"),
    ("a", "<think>c</think>b"): Thought("a\n\nc", "b"),
    ("<think>a</think>", "b"): Thought("a", "b"),
    ("", "a</think>b"): Thought("a", "b"),
}


@pytest.mark.parametrize(("parts", "thought"), JOINED.items())
def test_one_pair_of_tags_is_kept_whichever_way_the_endpoint_wrote_them(
    parts: tuple[str, str], thought: Thought
) -> None:
    assert parted(with_tags(*parts)) == thought


def test_blocks_elsewhere_and_missing_ones_are_not_mended() -> None:
    for parts, reason in (
        (("", "b"), "no_think_block"), (("", "<think>a"), "unclosed_think_block"), (("a", ""), "no_answer"),
        (("", "<think>a</think><think>c</think>b"), "several_think_blocks"),
        (("a", "b <think>c</think>"), "several_think_blocks"),
    ):  # fmt: skip
        found = parted(with_tags(*parts))
        assert isinstance(found, Finding) and found.reason == reason


@pytest.mark.parametrize(("words", "short"), [(29, True), (30, False)])
def test_reasoning_is_too_short_below_one_and_a_half_times_the_typical_length(words: int, short: bool) -> None:
    found = too_short(Thought("word " * words, "x"), typical=20)
    assert (found is not None) == short and (found is None or found.reason == "too_short")


QUESTION = "What is shown in the picture?"
ANSWER = "The picture shows a man who walks two dogs along a river, so the answer is two."
LOOP = " ".join(["and then the man walks on"] * 6)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (ANSWER + "<|im_end|>", "template_token"), ("[INST] " + ANSWER, "template_token"),
        (ANSWER + "</s>", "template_token"),
        ("Assistant: " + ANSWER, "template_token"), (ANSWER + "\nUSER: And now?", "template_token"),
        (ANSWER + "<end_of_turn>", "template_token"), ("<｜Assistant｜>" + ANSWER, "template_token"),
        (LOOP, "repetition"),
        ("图片里有一个男人，他在河边遛两只狗，所以答案是两只。", "language_switch"),
        (ANSWER * 3 + "因此，图片里有一个男人，他在河边遛两只狗。" * 15, "language_switch"),
        ("Das Bild zeigt einen Mann, der mit zwei Hunden an einem Fluss spazieren geht.", "language_switch"),
    ],
)  # fmt: skip
def test_a_fault_of_a_generated_text_is_named(text: str, reason: str) -> None:
    assert reason in {fault.reason for fault in generation_faults(text, QUESTION)}


@pytest.mark.parametrize(
    ("text", "question"),
    [
        (ANSWER, QUESTION), ("12", QUESTION), ("`a < b` and <s>old</s> price", QUESTION), ("两只狗。", "图中有什么？"),
        ("Das Bild zeigt einen Mann, der mit zwei Hunden geht.", "What is shown? Answer in German."),
        ("The user asks; the assistant: a robot, answers.", QUESTION), ("", QUESTION), ("图中有狗", "???"),
    ],
)  # fmt: skip
def test_a_sound_text_has_no_fault(text: str, question: str) -> None:
    assert generation_faults(text, question) == []


def test_a_reply_that_was_cut_off_is_a_fault_of_its_own_and_all_are_told() -> None:
    faults = [fault.reason for fault in generation_faults(LOOP + "<|im_end|>", QUESTION, truncated=True)]
    assert faults == ["truncated", "template_token", "repetition"]


def test_repetition_is_a_fault_above_a_share_of_0_3() -> None:
    words = [f"w{n % 7}" for n in range(15)]
    exact, more = " ".join(words[:14]), " ".join(words)  # 3 of 10 runs are old, 4 of 11
    assert generation_faults(exact, "") == []
    assert [fault.reason for fault in generation_faults(more, "")] == ["repetition"]


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("<think>\nhm\n</think>\n\nRed.", "Red."),
        ("<think>\n\n</think>\n\nRed.", "Red."),
        ("hm, so\n</think>\nRed.", "Red."),
        ("<think>never closed", "<think>never closed"),
        ("Red. <think>late</think>", "Red. <think>late</think>"),
        (" Red. ", "Red."),
    ],
)
def test_what_stands_behind_thinking_is_the_answer(text: str, spoken: str) -> None:
    assert after_thinking(text) == spoken


def test_a_think_tag_that_is_left_is_a_fault() -> None:
    assert "template_token" in [f.reason for f in generation_faults("<think>never closed", "What colour?")]
