from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmrecipes.core.sample import Alternative, Sample, assistant, user
from mmrecipes.steps.decontaminate import wording
from mmrecipes_tests.steps.decontaminate.making import benchmark, chat, check, noise, tiers

LONG = "Which of the two lanterns that hang above the granite staircase throws the longer shadow at dusk in winter"
WORDS = tuple(dict.fromkeys(LONG.split()))


def made_up(seed: int, count: int) -> str:
    rng = random.Random(seed)
    return " ".join("".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=6)) for _ in range(count))


def test_a_long_question_is_found_whatever_its_case_and_punctuation_and_with_other_text_around():
    own = benchmark("own", chat("q1", LONG + "?", "the left one"))
    said = f"Look closely. {LONG.upper()}!!! {made_up(1, 30)}"
    found = check(chat("t", said), own)
    assert found.action == "remove_sample" and found.tier == "text_long" and found.evidence[0].item == "q1"
    assert check(chat("t", made_up(2, 40)), own).action == "keep"


def test_a_run_of_thirteen_words_over_the_border_of_question_and_answer_is_found():
    question, answer = (
        "How many of the seven copper saddles were ever sold",
        "exactly four were sold to the quartz merchant",
    )
    own = benchmark("own", chat("q1", question, answer))
    found = check(chat("t", question + "?", answer.capitalize() + "."), own)
    assert tiers(found) == {"text_long"}
    assert len(question.split()) < 13 and len(answer.split()) < 13


def test_twelve_words_in_common_are_no_evidence_and_thirteen_are():
    own = benchmark("own", chat("q1", " ".join(made_up(3, 20).split()), "x"))
    words = made_up(3, 20).split()
    for count, action in ((12, "keep"), (13, "remove_sample")):
        said = f"{made_up(4, 5)} {' '.join(words[:count])} {made_up(5, 5)}"
        found = check(chat("t", said), benchmark("own", chat("q1", " ".join(words[:20]), "x")))
        assert found.action == action, count
    assert own.registry.coverage.items == 1


def test_strict_looks_for_eight_words_and_too_little_of_the_question_is_for_review():
    words = made_up(6, 40).split()
    own = benchmark("own", chat("q1", " ".join(words), "x"))
    said = f"{made_up(7, 9)} {' '.join(words[:9])} {made_up(8, 9)}"
    assert check(chat("t", said), own).action == "keep"
    assert check(chat("t", said), own, strict=True).action == "review"


def test_a_short_common_question_is_never_evidence_alone():
    question, answer = "What colour is the car?", "Red"
    for name in ("VQAv2", "own", "MMBench", "MathVista"):
        found = check(chat("t", question, answer, noise(2)), benchmark(name, chat("q1", question, answer, noise(1))))
        assert found.evidence == (), name


def test_a_short_question_with_its_answer_counts_together_with_the_picture():
    vqa = benchmark("VQAv2", chat("q1", "What colour is the car?", "Red", noise(1)))
    same = check(chat("t", "what colour is the car", "red.", noise(1)), vqa, image_reuse="allow")
    assert same.action == "remove_sample" and tiers(same) == {"joint"}
    other_answer = check(chat("t", "What colour is the car?", "Blue", noise(1)), vqa, image_reuse="allow")
    other_question = check(chat("t", "Where is the car?", "Red", noise(1)), vqa, image_reuse="allow")
    assert other_answer.action == other_question.action == "review"


def test_an_answer_is_compared_whole_and_not_as_a_part_of_a_word():
    vqa = benchmark("VQAv2", chat("q1", "What animal is it?", "cat", noise(1)))
    found = check(chat("t", "What animal is it?", "a caterpillar", noise(1)), vqa, image_reuse="allow")
    assert tiers(found) == set()


NUMBERS = (
    "A train leaves the harbour at {} km per hour and the falcon follows it after {} minutes flying at {} km per hour"
)


def test_digits_matter_for_a_copy_and_not_for_a_template():
    own = benchmark("own", chat("q1", NUMBERS.format(60, 25, 90), "x"))
    assert check(chat("t", NUMBERS.format(60, 25, 90)), own).tier == "text_long"
    twin = check(chat("t", NUMBERS.format(45, 10, 70)), own)
    assert twin.action == "review" and {e.tier for e in twin.evidence} == {"template"}


def test_a_template_whose_long_runs_have_no_number_is_for_review_too():
    stem = f"{made_up(9, 16)} with {{}} apples"
    found = check(chat("t", stem.format(7)), benchmark("own", chat("q1", stem.format(5), "x")))
    assert found.action == "review" and {e.tier for e in found.evidence} == {"template"}


def test_letters_of_options_are_no_words():
    own = benchmark("MMBench", chat("q1", "Which one?\nA. \nB. \nC. \nD. \n" + "A\nB\nC\nD\n" * 6, "A"))
    assert check(chat("t", "Pick.\n" + "A\nB\nC\nD\n" * 6, "A"), own).evidence == ()
    assert wording.word_list("(A) a copper pot (B) a saddle") == ["a", "copper", "pot", "a", "saddle"]


def test_instructions_about_the_form_are_not_compared():
    form = "Answer with the option's letter from the given choices directly."
    assert wording.word_list(f"What is it? {form}") == wording.word_list("<image>\nQuestion: What is it?")


def test_words_that_many_items_share_are_an_instruction_and_no_evidence():
    shared = made_up(10, 15)
    own = benchmark("own", *(chat(f"q{i}", f"{shared} {made_up(100 + i, 4)}", "x") for i in range(20)))
    assert check(chat("t", f"{shared} {made_up(99, 4)}"), own).evidence == ()
    assert check(chat("t", f"{shared} {made_up(103, 4)}"), own).evidence[0].item == "q3"


OPTIONS = ("a copper kettle", "an old saddle", "the glacier lake", "two willow chairs")


def lettered(options, question="Which of these is it?"):
    return question + "".join(f"\n{letter}. {text}" for letter, text in zip("ABCD", options, strict=True))


def test_a_question_with_its_options_counts_in_any_order_and_not_with_other_options():
    own = benchmark("MMBench", chat("q1", lettered(OPTIONS, "Which is shown?"), "A"))
    assert tiers(check(chat("t", lettered(OPTIONS[::-1], "Which is shown?"), "D"), own)) == {"text_long"}
    others = ("a tin kettle", "a new saddle", "the salt lake", "two oak chairs")
    assert check(chat("t", lettered(others, "Which is shown?"), "A"), own).evidence == ()


def test_a_set_of_four_long_options_counts_alone_for_knowledge_benchmarks_only():
    said = lettered(OPTIONS[::-1], "Choose one.")
    mmmu = benchmark("MMMU", chat("q1", "Quite another question", "x", meta={"options": str(list(OPTIONS))}))
    assert tiers(check(chat("t", said), mmmu)) == {"text_long"}
    short = ("yes", "no", "maybe", "never")
    mmmu = benchmark("MMMU", chat("q1", "Quite another question", "x", meta={"options": list(short)}))
    assert check(chat("t", lettered(short, "Choose one.")), mmmu).evidence == ()


def test_a_caption_of_six_words_counts_wherever_it_stands_and_a_shorter_one_only_with_its_pair():
    long, short, other = "a falcon above the granite harbour", "the dog bites a man", "a man bites the dog"
    sugar = benchmark("SugarCrepe", Sample(id="c1", meta={"caption": long, "negative_caption": "a bramble"}))
    assert tiers(check(chat("t", "Caption it.", f"We see {long} at night."), sugar)) == {"text_long"}
    wino = benchmark("Winoground", Sample(id="w1", meta={"caption_0": short, "caption_1": other}))
    assert check(chat("t", "Caption it.", f"Look: {short}."), wino).evidence == ()
    assert tiers(check(chat("t", f"{short} or {other}?", "The first."), wino)) == {"text_long"}


def test_an_expression_counts_together_with_the_picture():
    said = "the second lantern from the left"
    ref = benchmark("RefCOCO", chat("r1", said, "[1,2,3,4]", noise(1)))
    assert check(chat("t", f"Find {said}.", "x", noise(2)), ref).evidence == ()
    assert "joint" in tiers(check(chat("t", f"Find {said}.", "x", noise(1)), ref))


def test_a_gold_answer_near_a_partly_repeated_question_settles_it():
    words = made_up(11, 40).split()
    own = benchmark("own", chat("q1", " ".join(words), "crimson granite"))
    part = " ".join(words[:14])
    assert check(chat("t", part, "I do not know"), own).action == "review"
    assert check(chat("t", part, "It is crimson granite."), own).action == "remove_sample"


def test_questions_in_rejected_answers_are_seen():
    own = benchmark("own", chat("q1", LONG, "x"))
    sample = chat("t", "Ask something.", "No.").having(alternatives=(Alternative("rejected", (assistant(LONG),)),))
    assert check(sample, own).action == "remove_sample"


def test_an_empty_question_is_neither_found_nor_finds_anything():
    own = benchmark("own", chat("q1", " ", "yes", noise(1)), chat("q2", LONG, "x", noise(3)))
    assert check(chat("t", "", "yes"), own).evidence == ()
    assert own.registry.coverage.with_text == 1


def test_without_the_rows_a_covered_question_is_settled_and_one_with_other_numbers_is_not():
    own = benchmark("own", chat("q1", LONG, "x"), chat("q2", NUMBERS.format(60, 25, 90), "x"), with_rows=False)
    assert check(chat("t", LONG), own).action == "remove_sample"
    assert check(chat("t", NUMBERS.format(60, 25, 95)), own).action == "review"


@pytest.mark.parametrize("mode", ["remove_turn", "remove_sample"])
def test_remove_turn_drops_only_the_question_that_was_found(mode):
    own = benchmark("own", chat("q1", LONG, "x"))
    sample = Sample(
        id="t", messages=(user("Hello"), assistant("Hi"), user(LONG), assistant("x"), user("Bye"), assistant("!"))
    )
    assert check(sample, own, mode=mode).action == mode


@given(st.permutations(WORDS), st.integers(1, len(WORDS)))
def test_a_run_has_the_same_digest_wherever_it_stands(words, length):
    runs = wording.runs(wording.digests(words), length).tolist()
    assert runs == [wording.digest(words[i : i + length]) for i in range(len(words) - length + 1)]
    assert len(set(runs)) == len(runs)
