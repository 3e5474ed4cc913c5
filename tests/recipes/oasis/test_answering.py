"""Claims about answers: image and instruction alone, in the instruction's language, or flagged."""

from __future__ import annotations

from mmrecipes.models.call import Choice
from mmrecipes.recipes.oasis.answering import Respond
from mmrecipes.recipes.oasis.standin_words import FOREIGN
from mmrecipes_tests.recipes.oasis.desk import Desk, bare, replying, run, step


def test_the_responder_gets_the_image_and_the_instruction_and_nothing_else() -> None:
    desk = Desk(faults={"own_answer": 1.0})
    (sample,) = run(1, desk).kept
    assert sample.messages[0].text != sample.meta["raw_generation"]  # the hook had answered itself
    role, call = desk.calls[-1]
    assert role == "responder"
    (message,) = call.messages
    assert (message.role, [p.text for p in message.parts]) == ("user", [None, sample.messages[0].text])
    assert (call.sampling.temperature, call.sampling.max_tokens) == (0.0, 1024)
    assert sample.messages[0] == message and sample.messages[1].role == "assistant"


def test_a_finished_sample_has_no_working_values_and_says_what_it_is() -> None:
    for sample in run(8).kept:
        assert sample.draft == {} and sample.task == sample.meta["kind"] == "instruction"
        assert sample.language == "en" and sample.meta["language_kept"]
        assert set(sample.scores) == {"solvability", "hallucination", "clarity", "nonsense"}
        assert sample.meta["instruction_length"] and sample.meta["answer_length"]
        assert sample.truth["scene"]["objects"]


def test_a_non_english_instruction_is_answered_in_its_language_and_kept() -> None:
    kept = run(40, Desk(faults={"non_english": 1.0})).kept
    assert len(kept) == 40 and {s.language for s in kept} == set(FOREIGN)
    for sample in kept:
        assert sample.messages[0].text in FOREIGN[sample.language]
        assert sample.meta["answer_language"] == sample.language and sample.meta["language_kept"]


def test_an_answer_in_another_language_is_flagged() -> None:
    kept = run(20, Desk(faults={"non_english": 1.0, "wrong_language": 1.0})).kept
    assert len(kept) == 20
    assert not any(s.meta["language_kept"] for s in kept)
    assert {s.meta["answer_language"] for s in kept} == {"en"}


def test_an_answer_whose_language_cannot_be_told_is_not_flagged() -> None:
    (sample,) = step(Respond(64), bare(instruction="How many are there in the picture?"), replying("42")).kept
    assert sample.meta["answer_language"] == "" and sample.meta["language_kept"]


def test_an_answer_that_was_cut_is_marked_and_a_refused_one_is_dropped() -> None:
    sample = bare(instruction="How many?")
    cut = Desk(lambda asked: Choice("There are", finish="length"))
    (kept,) = step(Respond(64), sample, cut).kept
    assert kept.meta["answer_truncated"]
    withheld = Desk(lambda asked: Choice("No.", finish="content_filter"))
    assert step(Respond(64), sample, withheld).reasons() == {"answer_refused": 1}


def test_answers_of_the_stand_in_are_executed_on_the_scene() -> None:
    import re

    from mmrecipes.recipes.oasis.standin_scene import Known
    from mmrecipes.world.catalogue import CATALOGUE
    from mmrecipes.world.wording import NUMBERS

    counted = 0
    for sample in run(70).kept:
        question, answer = (m.text for m in sample.messages)
        known = Known.of(sample.truth)
        many = [c for c in CATALOGUE.values() if re.search(rf"(how many|count) {c.plural}\b", question, re.IGNORECASE)]
        if many:
            number = sum(o["category"] == many[0].name for o in sample.truth["scene"]["objects"])
            assert number == known.counts[many[0].name]
            assert re.search(rf"\b{NUMBERS[number]}\b", answer), (question, answer)
            counted += 1
    assert counted > 5
