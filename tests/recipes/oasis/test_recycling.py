"""Claims about captions: counted and kept with their text, or recycled only when every paragraph holds."""

from __future__ import annotations

from typing import Any

import pytest

from mmrecipes.core.sample import Sample
from mmrecipes.models.call import Choice, Malformed, Reply, Usage
from mmrecipes.models.standin import StandInCall
from mmrecipes.recipes.oasis.prompts import DESCRIBE
from mmrecipes.recipes.oasis.recycling import (
    CleanUp,
    VerifyParagraphs,
    clean_by_rule,
    emit_caption,
    paragraphs,
    parse_check,
    parse_clean_up,
)
from mmrecipes.recipes.oasis.standin_words import CHATTER
from mmrecipes.steps.hook_stand_in import material
from mmrecipes.steps.languages import language_of
from mmrecipes_tests.recipes.oasis.desk import Desk, bare, replying, run, step

CAPTION = (
    "The picture shows a narrow street in the evening, with two parked cars and a row of lamps along the pavement.\n\n"
    "A dog sits beside the first lamp. The windows of the houses are dark, and the sky above them is purple."
)


def test_captions_are_never_lost_silently() -> None:
    """The toy fault: a caption branch that drops without counting."""
    outcome = run(30, Desk(faults={"caption": 0.5}))
    captions = [(s, detail) for s, reason, detail in outcome.dropped if reason == "caption"]
    assert len(captions) + len(outcome.kept) == 30 and 5 < len(captions) < 25
    for sample, detail in captions:
        assert detail and detail in sample.meta["raw_generation"]


def rule(text: str) -> Any:
    outcome = step(clean_by_rule, bare(text), Desk())
    return outcome.reasons() or outcome.kept[0].draft["caption"]


def test_rules_keep_a_plain_caption_as_it_is() -> None:
    assert rule(CAPTION) == CAPTION


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Two cars on a street.", "caption_length"),
        (" ".join(["A long street with cars."] * 90), "caption_length"),
        (f"I'm sorry, but I can't see any image here. {CAPTION}", "caption_refusal"),
        (f"As an AI I cannot look at pictures. {CAPTION}", "caption_refusal"),
        ("\n".join(f"- a thing of some colour on the street number {i}" for i in range(6)), "caption_list"),
        ("\n".join(f"{i}. the house and the tree stand here" for i in range(6)), "caption_list"),
        ("\n".join(["Lisbon, Alfama", "Porto, Ribeira", "Coimbra", "Faro, old harbour"] * 4), "caption_list"),
    ],
)
def test_rules_drop_what_is_no_caption_with_its_text(text: str, reason: str) -> None:
    outcome = step(clean_by_rule, bare(text), Desk())
    assert outcome.reasons() == {reason: 1}
    assert text[:40] in outcome.dropped[0][2]


def reply(text: str) -> Reply:
    return Reply((Choice(text),), "m", Usage(1, 1))


def test_a_clean_up_may_leave_out_and_nothing_else() -> None:
    kept = CAPTION.replace("A dog sits beside the first lamp. ", "")
    assert parse_clean_up(reply(kept), CAPTION, 0.9) == kept
    assert parse_clean_up(reply("NOTHING."), CAPTION, 0.9) == ""
    for invented in (f"{CAPTION} A cat watches from a roof nearby.", "Eine schmale Straße am Abend mit zwei Autos."):
        with pytest.raises(Malformed, match="invented_caption"):
            parse_clean_up(reply(invented), CAPTION, 0.9)


def cleaned(desk: Desk, text: str = CAPTION) -> Any:
    outcome = step(CleanUp(0.9), bare(caption=text), desk)
    return outcome.reasons() or outcome.kept[0].draft["caption"]


def test_the_clean_up_takes_chatter_away_and_is_asked_again_before_a_drop() -> None:
    assert cleaned(Desk(), f"{CAPTION}\n\n{CHATTER}") == CAPTION
    assert cleaned(replying(f"{CAPTION} And a cat.", CAPTION)) == CAPTION
    assert cleaned(Desk(faults={"invented": 1.0})) == {"invented_caption": 1}
    assert cleaned(replying("NOTHING")) == {"caption_length": 1}


@pytest.mark.parametrize(
    ("text", "correct"),
    [("CORRECT", True), ("No error.\nCORRECT", True), ("**CORRECT**.", True), ("The dog is a cat.\nWRONG", False),
     ("Verdict: wrong", False), ("INCORRECT", False)],
)  # fmt: skip
def test_a_verdict_is_read_from_the_last_line(text: str, correct: bool) -> None:
    assert parse_check(reply(text)) is correct


@pytest.mark.parametrize(
    "text", ["CORRECT or WRONG", "NOT CORRECT", "CORRECT\nI think", "maybe", "CORRECT\nhard to say"]
)
def test_a_reply_without_one_verdict_is_malformed(text: str) -> None:
    with pytest.raises(Malformed, match="no_verdict"):
        parse_check(reply(text))


@pytest.mark.parametrize("wrong", [None, 0, 1, 2])
def test_a_caption_is_kept_only_if_every_paragraph_is_correct(wrong: int | None) -> None:
    text = "First one.\n\nSecond one.\n \nThird one."
    assert len(paragraphs(text)) == 3

    def judging(asked: StandInCall) -> str:
        return "WRONG" if wrong is not None and material(asked.call) == paragraphs(text)[wrong] else "CORRECT"

    desk = Desk(judging)
    outcome = step(VerifyParagraphs(), bare(caption=text), desk)
    assert bool(outcome.kept) == (wrong is None)
    assert len(desk.calls) == (3 if wrong is None else wrong + 1)
    assert all(call.images for _, call in desk.calls)
    assert len({call.name for _, call in desk.calls}) == len(desk.calls)
    if wrong is not None:
        assert outcome.reasons() == {"caption_wrong": 1} and outcome.dropped[0][2] == paragraphs(text)[wrong]


def emitted(text: str) -> Sample | dict[str, int]:
    outcome = step(emit_caption, bare(caption=text), Desk())
    return outcome.kept[0] if outcome.kept else outcome.reasons()


def test_a_recycled_caption_answers_a_request_of_the_fixed_list_in_its_language() -> None:
    for text in (CAPTION, "图中有两只猫和一把红色的椅子，背景是一面白色的墙。"):
        sample = emitted(text)
        assert isinstance(sample, Sample)
        assert sample.messages[0].text in DESCRIBE[sample.language]
        assert sample.messages[1].text == text and sample.task == sample.meta["kind"] == "caption"
        assert sample.draft == {}
    assert emitted("Qwx zrt blp.") == {"caption_language": 1}


def test_requests_are_varied_and_in_the_language_they_stand_under() -> None:
    assert len(set(DESCRIBE["en"])) == len(DESCRIBE["en"]) >= 40
    for language, requests in DESCRIBE.items():
        assert len(requests) >= 3
        for request in requests:
            assert language_of(request) == language, request


def test_with_recycling_true_captions_become_samples_and_false_ones_do_not() -> None:
    faults = {"caption": 0.5, "wrong_caption": 0.5}
    outcome = run(40, Desk(faults=faults), recycle_captions=True)
    assert {s.task for s in outcome.kept} == {"instruction", "caption"}
    captions = [s for s in outcome.kept if s.task == "caption"]
    assert outcome.reasons().keys() <= {"caption_wrong", "caption_length"}
    assert outcome.reasons()["caption_wrong"] > 3 and len(captions) > 8
    assert len(outcome.kept) + len(outcome.dropped) == 40
    for sample in captions:
        assert CHATTER not in sample.messages[1].text
        assert sample.meta["paragraphs"] >= 2 and sample.meta["caption_judge"] == "stand-in"
