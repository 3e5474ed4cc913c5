"""Claims about drawing: what a turn is, where role words end it, what the rules drop, what the probe finds out."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from mmrecipes.core.errors import CallError, PlanError
from mmrecipes.core.sample import Sample
from mmrecipes.flow.service import PlanModels
from mmrecipes.models.call import Choice
from mmrecipes.models.standin import StandInCall
from mmrecipes.recipes.magpie import recipe
from mmrecipes.recipes.magpie.drawing import ROLE_STOPS, before_any_role, drop_cut_turn, drop_trailing_colon, trial
from mmrecipes.recipes.magpie.prompts import PLAY_THE_USER, SYSTEMS
from mmrecipes.recipes.magpie.standin import DRAW_FAULTS, stand_in
from mmrecipes.steps.chat_families import TEXT_FAMILIES
from mmrecipes.steps.hook import MODES, SEED_WORDS
from mmrecipes.steps.hook_probe import tried
from mmrecipes_tests.recipes.magpie.drawing import draw, probe
from mmrecipes_tests.recipes.oasis.desk import Desk


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("What is a tide?assistant\n\nA tide is", "What is a tide?"),
        ("Name three rivers.assistant", "Name three rivers."),
        ("Name three rivers.\nassistant\nThe Rhine", "Name three rivers."),
        ("Name three rivers.\nAssistant: The Rhine", "Name three rivers."),
        ("Explain it!model\nSure", "Explain it!"),
        ("Explain it.\nmodel\nSure", "Explain it."),
        ("为什么？assistant\n因为", "为什么？"),
        ("Human: How are you?", ""),
        ("user\nHow are you?", ""),
        ("Who is a fair user of a shared model?", "Who is a fair user of a shared model?"),
        ("Write to my assistant: the meeting is moved.", "Write to my assistant: the meeting is moved."),
        ("Explain self.user and self.model", "Explain self.user and self.model"),
        ("Which system\nis faster?", "Which system\nis faster?"),
        ("Train a model.\nUse this data.", "Train a model.\nUse this data."),
    ],
)
def test_a_turn_ends_before_a_role_word_in_the_place_of_a_role_and_only_there(text: str, kept: str) -> None:
    assert before_any_role(text) == kept


def test_one_call_draws_many_turns_that_differ_and_have_ids_of_their_own() -> None:
    desk = Desk(stand_in)
    outcome = draw(desk, draws=30)
    ((role, call),) = desk.calls
    assert (role, call.n, call.kind) == ("hook", 30, "completion")
    assert [s.id for s in outcome.kept] == [f"magpie/general/000003.{k}" for k in range(30)]
    assert len({s.draft["instruction"] for s in outcome.kept}) == 30
    assert [s.meta["hook"]["draw"] for s in outcome.kept] == list(range(30))
    again = draw(Desk(stand_in), draws=30)
    assert [s.messages for s in again.kept] == [s.messages for s in outcome.kept]


def test_the_request_has_the_published_sampling_and_stops_at_turn_role_and_line() -> None:
    desk = Desk(stand_in)
    draw(desk)
    sampling = desk.calls[0][1].sampling
    assert (sampling.temperature, sampling.top_p, sampling.top_k, sampling.min_tokens) == (1.0, 1.0, None, None)
    assert sampling.stop == ("<|im_end|>", "<|im_start|>assistant", "\n", *ROLE_STOPS)
    draw(desk, stop_at_newline=False)
    assert "\n" not in desk.calls[1][1].sampling.stop


@pytest.mark.parametrize("task", SYSTEMS)
@pytest.mark.parametrize("family", TEXT_FAMILIES)
def test_every_task_is_drawn_behind_its_own_system_prompt(task: str, family: str) -> None:
    desk = Desk(stand_in)
    draw(desk, task=task, tasks={"general": 1, task: 1}, chat_template=family)
    text = desk.calls[0][1].text
    assert (SYSTEMS[task] in text) and all(s not in text for t, s in SYSTEMS.items() if s and t != task)


def test_a_system_prompt_of_ones_own_stands_in_the_prefix_of_the_general_task() -> None:
    desk = Desk(stand_in)
    draw(desk, system="You know all about bees.")
    assert "You know all about bees." in desk.calls[0][1].text


def test_a_role_word_that_the_server_left_is_never_inside_an_instruction() -> None:
    outcome = draw(Desk(stand_in, {"role_word": 1.0}), draws=20)
    assert len(outcome.kept) == 20
    for sample in outcome.kept:
        assert "assistant" not in sample.draft["instruction"] and "\n" not in sample.draft["instruction"]
        assert "assistant\n\n" in sample.meta["raw_generation"]


@pytest.mark.parametrize("reply", ["", " \n", "<|im_end|>", "...", "assistant\n\nHello! How can I help you?"])
def test_a_turn_without_a_word_is_dropped_and_counted(reply: str) -> None:
    assert draw(Desk(lambda asked: [reply] * asked.call.n), draws=3).reasons() == {"empty_turn": 3}


def test_a_turn_cut_at_the_longest_length_is_no_instruction() -> None:
    assert draw(Desk(stand_in, {"cut": 1.0}), draws=4).reasons() == {"cut_turn": 4}


@pytest.mark.parametrize(
    ("text", "kept"),
    [("Sort these:", False), ("翻译下面的句子：", False), ("What is 3:4 as a fraction?", True), ("Time: 12:30", True)],
)
def test_an_instruction_that_announces_what_never_comes_is_dropped(text: str, kept: bool) -> None:
    made = drop_trailing_colon(Sample(id="a", draft={"instruction": text}))
    assert isinstance(made, Sample) == kept


def test_a_whole_turn_passes_the_rule_against_cut_ones() -> None:
    sample = Sample(id="a", meta={"hook": {"truncated": False}})
    assert drop_cut_turn(sample) is sample


def test_provenance_says_mode_prefix_and_draw_and_nothing_that_was_not_sent() -> None:
    (sample, *_) = draw(Desk(stand_in)).kept
    made = sample.meta["hook"]
    assert (made["mode"], made["model"], made["draws"], made["finish"]) == ("completion_raw", "stand-in", 2, "stop")
    assert "top_k" not in made and "min_tokens" not in made
    assert len(made["prefix_sha"]) == 64


@pytest.mark.parametrize("family", TEXT_FAMILIES)
def test_the_probe_settles_the_way_and_the_prefix_of_every_task(family: str) -> None:
    settled = probe(Desk(stand_in), chat_template=family, tasks={"math": 1, "general": 1})
    assert settled["hook"]["mode"] == "completion_raw" and list(settled["prefixes"]) == ["math", "general"]
    assert SYSTEMS["math"] in settled["prefixes"]["math"]["text"]


@pytest.mark.parametrize("family", TEXT_FAMILIES)
def test_with_the_full_template_an_assistant_speaks_and_the_probe_finds_out(family: str) -> None:
    models = PlanModels(Desk(stand_in).models())
    cut = recipe.ways(recipe.Params(chat_template=family), TEXT_FAMILIES[family])[0]
    full = replace(cut, prefix=replace(cut.prefix, text=cut.prefix.text + cut.prefix.after))
    assert asyncio.run(tried(trial, models, cut)).works
    assert "the prefix is wrong" in asyncio.run(tried(trial, models, full)).why


def test_a_server_whose_draws_are_all_the_same_is_found_out() -> None:
    with pytest.raises(PlanError, match="the temperature is ignored"):
        probe(Desk(lambda asked: ["How are tides made?"] * asked.call.n))


def test_a_model_that_ends_the_empty_turn_at_once_is_found_out() -> None:
    with pytest.raises(PlanError, match="turns are empty"):
        probe(Desk(stand_in, {"empty_turn": 1.0}))


def refusing(*kinds: str) -> Desk:
    def answer(asked: StandInCall) -> Any:
        if (asked.call.kind == "completion" and "raw" in kinds) or any(k in asked.call.extra for k in kinds):
            raise CallError("http_400", "not here", 400)
        return stand_in(asked)

    return Desk(answer)


def test_the_ways_are_tried_in_order_and_a_server_without_any_is_told_what_to_do() -> None:
    assert probe(refusing("raw"))["hook"]["mode"] == "chat_template_override"
    assert probe(refusing("raw", "chat_template"))["hook"]["mode"] == "continue_final_message"
    nothing = refusing("raw", "chat_template", "continue_final_message")
    with pytest.raises(PlanError, match=r"(?s)role hook \(stand-in\).*--trust-request-chat-template.*not Magpie"):
        probe(nothing)
    assert probe(nothing, allow_prompted_fallback=True)["hook"]["mode"] == "prompted"


def test_prompted_turns_are_marked_and_have_no_prefix() -> None:
    desk = Desk(stand_in)
    outcome = draw(desk, mode="prompted", allow_prompted_fallback=True)
    assert desk.calls[0][1].messages[-1].text == PLAY_THE_USER
    assert {(s.meta["hook_mode"], s.meta["hook"]["prefix_sha"]) for s in outcome.kept} == {("prompted", "")}


def test_a_seed_word_stands_before_what_the_server_wrote() -> None:
    outcome = draw(Desk(lambda asked: [" are tides made?", ""]), mode="continue_final_message")
    (sample,) = outcome.kept
    seed = sample.meta["hook"]["seed_text"]
    assert seed in SEED_WORDS and sample.draft["instruction"] == f"{seed} are tides made?"
    assert outcome.reasons() == {"empty_turn": 1}


@pytest.mark.parametrize("mode", MODES)
def test_every_way_draws_turns_of_a_user(mode: Any) -> None:
    more = {"prompted": {"allow_prompted_fallback": True}, "server_template": {"answered_by": "responder"}}
    outcome = draw(Desk(stand_in), mode=mode, **more.get(mode, {}))
    spoken = [s.draft["instruction"] for s in outcome.kept]
    # a server that has the template of its own is not told so by the request
    assert mode == "server_template" or (len(spoken) == 2 and not any("help you" in s for s in spoken))


@pytest.mark.parametrize(
    ("params", "why"),
    [
        ({"hook_mode": "prompted"}, "allow_prompted_fallback"),
        ({"hook_mode": "server_template"}, "answered_by=responder"),
        ({"hook_mode": "server_template", "tasks": {"math": 1, "code": 1}}, "one task"),
        ({"tasks": {"poetry": 1}}, "of general, math"),
        ({"tasks": {}}, "share above 0"),
        ({"tasks": {"math": 0}}, "share above 0"),
    ],
)
def test_parameters_that_cannot_work_are_refused_with_the_remedy(params: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        recipe.Params(**params)


def test_every_fault_of_a_draw_is_documented() -> None:
    assert set(DRAW_FAULTS) <= set(recipe.stand_in_faults)
    assert Choice("x").finish == "stop"
