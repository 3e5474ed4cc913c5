"""Claims about the stand-in and the invented pool: bound to what is known, wrong only where an error strikes."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import pytest

from mmrecipes.core.sample import Sample, user
from mmrecipes.models.call import Call, Choice
from mmrecipes.models.standin import StandInCall
from mmrecipes.recipes.honeypipe.invented import SOURCES, InventedPool
from mmrecipes.recipes.honeypipe.prompts import FAITHFUL, LONG_REQUEST, SUITABLE
from mmrecipes.recipes.honeypipe.standin import stand_in, stand_in_faults
from mmrecipes.recipes.honeypipe.standin_words import another_answer
from mmrecipes.steps.brevity import strip_brevity
from mmrecipes.steps.compare_answers import compare
from mmrecipes.steps.judge import judgement
from mmrecipes.steps.reasoning import Thought, parted
from mmrecipes_tests.recipes.honeypipe.desk import enriched

EACH = 6


@cache
def pool() -> tuple[Sample, ...]:
    made = InventedPool("honeypipe")
    return tuple(made.sample(source, i) for source in SOURCES for i in range(EACH))


def asked(role: str, text: str, truth: Any, name: str = "x", **faults: float) -> str | Choice:
    call = Call(name=name, messages=(user(text),))
    return stand_in(StandInCall(role, call, truth, "honeypipe/pool/000001", faults=faults))  # type: ignore[return-value]


KNOWN = {"known": [{"question": "How many cats are there? Answer with one word.", "answer": "3", "kind": "counting"}]}


def test_the_filter_goes_by_what_is_known_about_the_picture_and_misses_by_rate() -> None:
    def related(question: str, **faults: float) -> bool:
        text = judgement(SUITABLE, {"question": question})
        return json.loads(str(asked("filter", text, KNOWN, **faults)))["related"]

    assert related("How many cats are there? Answer with one word.") and related("How many cats are there?")
    assert not related("How many dogs are there?") and not related("How many")
    assert related("How many dogs are there?", filter_miss=1) and not related(
        "How many cats are there?", filter_false_alarm=1
    )


def test_teacher_and_reasoner_arrive_at_the_known_answer_and_by_rate_at_another_one() -> None:
    question = "How many cats are there?"
    short = str(asked("teacher", question, KNOWN))
    assert compare(short, "3").match and not compare(str(asked("teacher", question, KNOWN, short_wrong=1)), "3").match
    for faults, right in (({}, True), ({"long_wrong": 1.0}, False)):
        said = parted(str(asked("reasoner", f"{question} \n\n{LONG_REQUEST}", KNOWN, **faults)))
        assert isinstance(said, Thought) and bool(compare(said.answer, "3").match) is right


def test_the_judge_compares_words_and_errs_by_rate() -> None:
    def match(reference: str, text: str, **faults: float) -> bool:
        blocks = {"question": "How many?", "reference": reference, "text": text}
        return json.loads(str(asked("judge", judgement(FAITHFUL, blocks), {}, **faults)))["match"]

    assert match("3", "Two and one. So the answer is 3.") and not match("3", "There are 3. So the answer is 4.")
    assert not match("A", "As a result, the answer is B.")
    assert match("- Letter\n  - Account", "What stands there:\n- Letter\n  - Account.")
    assert not match("- Letter\n  - Account", "What stands there:\n- Account.")
    assert match("3", "The answer is 4.", judge_error=1) and not match("3", "The answer is 3.", judge_error=1)


@pytest.mark.parametrize("kind", ["malformed", "cut", "empty", "think_broken", "apart"])
def test_every_other_kind_of_error_shows_in_the_reply(kind: str) -> None:
    fine = asked("reasoner", "How many cats are there?", KNOWN)
    if kind == "malformed":
        with pytest.raises((ValueError, AssertionError)):
            value = json.loads(str(asked("judge", judgement(FAITHFUL, {"question": "q", "reference": "3", "text": "3"}),
                                         {}, malformed=1)))  # fmt: skip
            assert isinstance(value.get("match"), bool)
        return
    said = asked("reasoner", "How many cats are there?", KNOWN, **{kind: 1})
    if isinstance(said, Choice):
        assert said.finish == "length" if kind == "cut" else said.reasoning
    else:
        assert said == "" if kind == "empty" else not isinstance(parted(said), Thought)
    assert isinstance(parted(str(fine)), Thought) and kind in stand_in_faults


@pytest.mark.parametrize(
    ("answer", "question"),
    [("yes", ""), ("3", ""), ("12 cm", ""), ("B. dog", "Which?\nA. cat\nB. dog\nC. cow"), ("red", ""), ("1,250", ""),
     ("a very long answer " * 6, ""), ("Paris", "")],
)  # fmt: skip
def test_a_wrong_answer_is_another_answer(answer: str, question: str) -> None:
    from random import Random

    for seed in range(20):
        other = another_answer(answer, question, Random(seed))
        assert not compare(f"The answer is {other}.", answer).match and other != answer


def test_without_errors_every_row_of_the_invented_pool_is_kept_and_verified_by_rules_alone() -> None:
    outcome = enriched(*pool())
    assert not outcome.dropped and not outcome.errors
    verdicts = [v for s in outcome.kept for v in s.meta.get("verdicts", ())]
    assert {v["method"] for v in verdicts} == {"exact"}
    assert {s.meta["cot"] for s in outcome.kept} == {"bypass", "short", "long"}
    said = [m.text for s in outcome.kept if s.meta["cot"] != "bypass" for m in s.messages if m.role == "assistant"]
    assert len(set(said)) == len(said)


def test_sums_are_what_they_say() -> None:
    for sample in pool():
        if sample.source == "sums":
            calculation = sample.truth["known"][0]["how"].replace(" x ", " * ")
            sides = calculation.split(" = ")
            assert re.fullmatch(r"[\d+*() -]+", "".join(sides))
            assert {eval(side) for side in sides} == {int(sample.messages[1].text)}  # noqa: S307 - digits and signs only


def test_every_request_for_brevity_that_is_invented_is_stripped() -> None:
    from mmrecipes.recipes.honeypipe.invented_words import BREVITY, OPTION_REQUESTS

    for request in (*BREVITY, *filter(None, OPTION_REQUESTS)):
        text = (
            "Which year had the lowest output?\nA. 2018\nB. 2019"
            if "option" in request or "etter" in request
            else ("Which year had the lowest output?")
        )
        assert strip_brevity(text + request).text == text, request


def test_a_row_is_a_function_of_its_source_and_index() -> None:
    one, other = (InventedPool("honeypipe").sample("choices", 3) for _ in range(2))
    assert one == other
    assert one != InventedPool("honeypipe").sample("choices", 4)


@pytest.mark.parametrize("answer", ["It is 14.", "He wrote “Enough.”", "the U.S.", "What?", "blue"])
def test_an_answer_that_is_a_sentence_is_concluded_with_one_full_stop_and_found_again(answer: str) -> None:
    from random import Random

    from mmrecipes.recipes.honeypipe.standin_words import Telling

    for seed in range(40):
        telling = Telling((), 100.0, {}, Random(seed))
        for said in (telling.short("What is it?", answer), telling.long("What is it?", answer), telling.final(answer)):
            assert answer in said and not re.search(r"[.!?][”\"]?\.", said)
        assert compare(telling.final(answer), answer).match
