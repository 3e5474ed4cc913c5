"""Claims about the stand-in: it knows the request alone, varies its words, and repeats itself exactly."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import pytest

from mmrecipes.models.call import Call
from mmrecipes.models.standin import StandInCall, answer_in_process, call_from_body
from mmrecipes.recipes.llava.instruct import TYPES, WriteContext, prompt
from mmrecipes.recipes.llava.looking import Look
from mmrecipes.recipes.llava.standin import stand_in
from mmrecipes.world.catalogue import CATALOGUE

KNOWN = "A dog and two cars stand in a street.\nTwo cars and a dog."
BOXES = ("dog: [0.100, 0.500, 0.300, 0.900]", "car: [0.600, 0.400, 0.900, 0.800]", "car: [0.400, 0.100, 0.500, 0.200]")
BOXED = "\n".join((KNOWN, "", *BOXES))


def asked(kind: str, context: str, sample: str = "s", truth: dict | None = None, **faults: float) -> StandInCall:
    call = Call(name=kind, messages=prompt(kind, context, ": [" in context))
    return StandInCall("teacher", call, truth or {}, sample, 0, faults)


def test_it_reads_the_request_and_not_the_truth() -> None:
    for kind in TYPES:
        context = KNOWN if kind == "conversation" else BOXED
        said = stand_in(asked(kind, context))
        assert said == stand_in(asked(kind, context, truth={"scene": {"objects": ["zebra"] * 9}}))
        assert "dog" in str(said) and "two cars" in str(said).lower()


def test_the_same_call_has_the_same_reply_and_another_attempt_another_one() -> None:
    call = asked("detail", BOXED)
    assert stand_in(call) == stand_in(call)
    assert stand_in(call) != stand_in(replace(call, attempt=1))
    assert stand_in(call) != stand_in(replace(call, sample="t"))


def test_asked_again_it_answers_the_same_context() -> None:
    call = asked("complex", BOXED)
    again = replace(call, call=call.call.asked_again("nothing", "it is empty"))
    assert "two cars" in str(stand_in(again)).lower() or "dog" in str(stand_in(again))


@pytest.mark.parametrize(
    "context", ["Nothing to count here.", "It is.", "A few of a lot.", "dog: [0.1, 0.2, 0.3, 0.4]"]
)
def test_any_context_has_an_answer(context: str) -> None:
    for kind in TYPES:
        assert str(stand_in(asked(kind, context)))
        assert str(stand_in(asked(kind, context, wrong_count=1, wrong_side=1, disclosing_question=1)))


def test_it_answers_over_http_as_in_process() -> None:
    call = asked("detail", BOXED)
    assert answer_in_process(stand_in, call).status == 200
    body = {"messages": [{"role": m.role, "content": m.text} for m in call.call.messages], "temperature": 0.7,
            "max_tokens": 9, "mmrecipes_stand_in": {"role": "teacher", "name": "detail", "sample": "s", "attempt": 0,
            "truth": {}}}  # fmt: skip
    assert stand_in(call_from_body("v1/chat/completions", body, {})) == stand_in(call)


WORDS = sorted({w for c in CATALOGUE.values() for w in (*c.name.split(), *c.plural.split())}, key=len, reverse=True)
NAMES = re.compile(rf"\b({'|'.join(map(re.escape, WORDS))})(?:e?s)?\b")
NUMBERS = re.compile(r"\b(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|\d+)\b")
COLOURS = re.compile(
    r"\b(?:red|orange|yellow|green|turquoise|blue|purple|pink|brown|black|white|grey|striped|dotted|checked|spotted|"
    r"chequered|wooden|metal|stone|fabric|speckled)\b"
)


def skeletons(text: str) -> list[str]:
    """Sentences with names, numbers and colours masked."""
    bare = re.sub(r"(?m)^(?:Question|Answer|===).*$", "", text.lower().replace("question:", "").replace("answer:", ""))
    found = (s.strip() for s in re.split(r"(?<=[.?!])\s+|\n", bare))
    masked = (NUMBERS.sub("#", COLOURS.sub("", NAMES.sub("@", s))) for s in found if s and s != "===")
    return [re.sub(r"[#@, ]*(?:and)?[#@, ]*@", " @", " ".join(s.split())) for s in masked]


@pytest.mark.parametrize("kind", TYPES)
def test_no_sentence_pattern_makes_up_more_than_three_percent(scenes, kind: str, capsys) -> None:
    counted: Counter[str] = Counter()
    for sample in scenes(kind, 24):
        looked = Look(True)(sample)
        ready = WriteContext("captions", 9999)(looked)
        for number in range(12):
            call = asked(kind, ready.draft["context"], f"{sample.id}/{number}")
            counted.update(skeletons(str(stand_in(call))))
    (worst, often), *_ = counted.most_common(1)
    with capsys.disabled():
        share = often / counted.total()
        print(f"\n{kind}: {len(counted)} patterns in {counted.total()} sentences; most frequent {share:.4f}: {worst}")
    assert often / counted.total() <= 0.03
