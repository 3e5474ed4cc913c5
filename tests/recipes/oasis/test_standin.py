"""Claims about the stand-in: every controlled fault has exactly the effect its label says, on hundreds of scenes."""

from __future__ import annotations

import functools
import re
from collections import Counter
from random import Random

import pytest

from mmrecipes.core.sample import user
from mmrecipes.models.call import Call, Choice, Reply, Sampling, Usage
from mmrecipes.models.standin import StandInCall
from mmrecipes.recipes.oasis.extraction import CAPTION, parse_extraction
from mmrecipes.recipes.oasis.judging import Thresholds
from mmrecipes.recipes.oasis.prompts import DIMENSIONS, PLAY_THE_USER, check, clean_up, extraction, judgement
from mmrecipes.recipes.oasis.recipe import stand_in_faults
from mmrecipes.recipes.oasis.recycling import FEWEST, MOST, parse_check
from mmrecipes.recipes.oasis.standin import HOOK_FAULTS, stand_in
from mmrecipes.recipes.oasis.standin_scene import Known
from mmrecipes.recipes.oasis.standin_words import CHATTER
from mmrecipes.steps.hook_probe import contains_request, sounds_like_assistant
from mmrecipes.steps.hook_stand_in import ends_in_user_turn, takes_user_turn
from mmrecipes.steps.languages import language_of
from mmrecipes.steps.scores import score_of
from mmrecipes.world.scene import invent
from mmrecipes_tests.recipes.oasis.desk import picture, way

NOTHING: dict[str, dict[str, object]] = {}
LOW = {"garbled": "nonsense", "absent_object": "hallucination", "unanswerable": "solvability", "ambiguous": "clarity"}
INSTRUCTIONS = tuple(k for k in HOOK_FAULTS if k not in ("assistant_turn", "empty_turn", "caption", "wrong_caption"))


@functools.cache
def scenes() -> list[dict[str, object]]:
    return [{"scene": invent(seed).to_json()} for seed in range(150)]


def said(role: str, call: Call, truth: object, sample: str = "s", **faults: float) -> str:
    reply = stand_in(StandInCall(role, call, truth, sample, 0, faults))  # type: ignore[arg-type]
    return reply if isinstance(reply, str) else reply.text


def hooked(truth: object, sample: str, **faults: float) -> str:
    return said("hook", way().call("hook/0", picture()), truth, sample, **faults)


def extracted(raw: str, truth: object) -> str:
    return parse_extraction(said("extractor", Call(name="extract", messages=(user(extraction(raw)),)), truth), raw, 1.0)


def scored(instruction: str, truth: object) -> dict[str, int]:
    calls = {d: Call(name=f"judge/{d}", messages=(user(judgement(d, instruction)),)) for d in DIMENSIONS}
    return {d: score_of(said("text_judge", call, truth)) for d, call in calls.items()}


@pytest.mark.parametrize("fault", ["", *INSTRUCTIONS])
def test_an_instruction_with_a_fault_is_scored_low_in_its_dimension_and_in_no_other(fault: str) -> None:
    for number, truth in enumerate(scenes()):
        raw = hooked(truth, f"s{number}", **({fault: 1.0} if fault else {}))
        instruction = extracted(raw, truth)
        assert instruction != CAPTION, raw
        low = {d for d, score in scored(instruction, truth).items() if score < 5}
        assert low == ({LOW[fault]} if fault in LOW else set()), (fault, raw)
        verdict = Thresholds().verdict(scored(instruction, truth))
        assert (verdict is None) == (fault not in LOW)


@pytest.mark.parametrize("fault", ["", "several_questions", "own_answer", "garbled", "unanswerable", "ambiguous"])
def test_the_faults_of_texts_work_without_any_truth(fault: str) -> None:
    for number in range(60):
        raw = hooked(NOTHING, f"s{number}", **({fault: 1.0} if fault else {}))
        low = {d for d, score in scored(extracted(raw, NOTHING), NOTHING).items() if score < 5}
        assert low == ({LOW[fault]} if fault in LOW else set()), raw


def test_captions_are_captions_to_extractor_probe_cleaner_and_checker() -> None:
    for number, truth in enumerate([*scenes(), *[NOTHING] * 30]):
        for fault in ("caption", "wrong_caption"):
            raw = hooked(truth, f"s{number}", **{fault: 1.0})
            assert extracted(raw, truth) == CAPTION
            assert not contains_request(raw)
            clean = said("cleaner", Call(name="clean", messages=(user(clean_up(raw)),)), truth)
            assert CHATTER not in clean and FEWEST <= len(clean.split()) <= MOST
            verdicts = []
            for paragraph in clean.split("\n\n"):
                text = said("caption_judge", Call(name="check/0", messages=(user(check(paragraph)),)), truth)
                verdicts.append(parse_check(Reply((Choice(text),), "m", Usage(1, 1))))
            assert all(verdicts) == (fault == "caption" or truth is NOTHING)


def test_after_an_assistants_marker_a_caption_comes_and_sounds_like_one() -> None:
    full = way().prefix.text + way().prefix.after
    call = Call(name="hook/0", kind="completion", text=full, images=(picture(),), sampling=Sampling(1.0, min_tokens=50))
    texts = [said("hook", call, truth, f"s{n}") for n, truth in enumerate(scenes())]
    assert all(map(sounds_like_assistant, texts))


@pytest.mark.parametrize(
    ("text", "user_turn"),
    [
        ("<|im_start|>user\n<|image_pad|>", True),
        ("<|im_start|>user\n<|image_pad|><|im_end|>\n", False),
        ("<|im_start|>user\n<|image_pad|><|im_end|>\n<|im_start|>assistant\n", False),
        ("<|im_start|>system\nx<|im_end|>\n<|im_start|>user\n", True),
        ("USER: <image>\n", True),
        ("USER: <image>\n ASSISTANT:", False),
        ("<s>[INST][IMG]", True),
        ("<s>[INST][IMG][/INST]", False),
        ("no marker at all", False),
    ],
)
def test_whose_turn_it_is_is_read_off_the_prompt(text: str, user_turn: bool) -> None:
    assert ends_in_user_turn(text) == user_turn


def test_an_ordinary_chat_request_is_the_assistants_turn_and_a_prompted_one_the_users() -> None:
    image = picture()
    assert not takes_user_turn(Call(name="x", messages=(user(image, "What is this?"),)), PLAY_THE_USER)
    assert not takes_user_turn(Call(name="x", messages=(user(image),)), PLAY_THE_USER)
    assert takes_user_turn(Call(name="x", messages=(user(image, PLAY_THE_USER),)), PLAY_THE_USER)
    going_on = {"continue_final_message": True, "add_generation_prompt": False}
    assert takes_user_turn(Call(name="x", messages=(user(image, "What"),), extra=going_on), PLAY_THE_USER)
    assert not takes_user_turn(Call(name="x", messages=(user(image),), extra=going_on), PLAY_THE_USER)


def test_every_fault_is_documented_and_every_documented_one_exists() -> None:
    assert set(HOOK_FAULTS) <= set(stand_in_faults)
    assert all(stand_in_faults.values())


def test_no_frame_makes_up_much_of_what_is_asked() -> None:
    frames: Counter[str] = Counter()
    known = [Known.of(truth) for truth in scenes()]
    names = re.compile(r"\b(" + "|".join(sorted({c for k in known for _, c in k.things})) + r")(s|es)?\b")
    for number in range(3000):
        text = known[number % len(known)].question(Random(number))
        frames[names.sub("X", text.partition("\n")[0])] += 1
    assert frames.most_common(1)[0][1] <= 0.03 * frames.total(), frames.most_common(3)
    assert len(frames) > 300


def test_questions_are_in_english_and_foreign_ones_in_their_language() -> None:
    texts = [Known.of(truth).question(Random(n)) for n, truth in enumerate(scenes())]
    assert {language_of(t) for t in texts} <= {"en", ""}
    assert sum(language_of(t) == "" for t in texts) < 0.1 * len(texts)
