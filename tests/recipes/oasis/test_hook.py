"""Claims about the hook: what is asked, what comes back, and that nobody can pass a prompt off as a hook."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mmrecipes.core.sample import user
from mmrecipes.flow.pipeline import Pipeline
from mmrecipes.models.call import Call, Sampling
from mmrecipes.recipes.oasis import recipe
from mmrecipes.recipes.oasis.hook import EMOJI, QWEN25_FORBIDDEN, Hook, penalties
from mmrecipes.recipes.oasis.prompts import PLAY_THE_USER
from mmrecipes.steps.chat_families import FAMILIES
from mmrecipes.steps.chat_template import ChatTemplate
from mmrecipes.steps.hook import (
    MODES,
    SEED_WORDS,
    HookSettings,
    Mode,
    Way,
    drop_empty_turn,
    mode_of,
    settle,
    settled_way,
    turn_of,
)
from mmrecipes.steps.hook_stand_in import takes_user_turn
from mmrecipes.steps.prefix import prefix_of
from mmrecipes_tests.recipes.oasis.desk import Desk, bare, picture, run, step, way

EXACT: tuple[Mode, ...] = ("completion_raw", "chat_template_override")
HOOKS = tuple(mode for mode in MODES if mode != "prompted")


def asked(mode: Mode, family: str = "qwen-vl", seed_text: str = "") -> Call:
    return way(mode, family).call("hook/0", picture(), seed_text)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_raw_prompt_is_the_prefix_and_begins_with_one_first_token(family: str) -> None:
    call, prefix = asked("completion_raw", family), prefix_of(FAMILIES[family])
    assert (call.kind, call.text, call.messages) == ("completion", prefix.text, ())
    assert call.extra.get("add_special_tokens", True) is not prefix.bos


@pytest.mark.parametrize("family", FAMILIES)
def test_a_server_that_renders_the_override_request_gets_the_prefix(family: str) -> None:
    call = asked("chat_template_override", family)
    (message,) = call.messages
    assert [p.text for p in message.parts] == [None]
    assert call.extra["add_generation_prompt"] is False
    rendered = ChatTemplate("request", call.extra["chat_template"]).render(
        [{"role": "user", "content": [{"type": "image_url"}]}], False
    )
    assert rendered == prefix_of(FAMILIES[family]).text


def test_continuing_a_message_sends_one_seed_word_after_the_image_and_no_generation_prompt() -> None:
    call = asked("continue_final_message", seed_text="What")
    assert [p.text for p in call.messages[0].parts] == [None, "What"]
    assert (call.extra["continue_final_message"], call.extra["add_generation_prompt"]) == (True, False)


@pytest.mark.parametrize("mode", HOOKS)
def test_every_hook_draws_with_the_published_sampling(mode: Mode) -> None:
    call = asked(mode, seed_text="What")
    s = call.sampling
    assert (s.temperature, s.top_k, s.top_p, s.max_tokens, s.min_tokens) == (1.0, 20, 1.0, 512, 50)
    assert call.extra["repetition_penalty"] == 1.0
    assert s.stop == ("<|im_end|>",)


def test_a_prompted_request_has_no_field_that_a_hosted_api_would_refuse() -> None:
    call = way("prompted", extra=penalties("on", "")).call("hook/0", picture())
    assert call.extra == {}
    assert call.sampling == Sampling(temperature=1.0, max_tokens=512, top_p=1.0)
    (sample,) = run(1, mode="prompted", allow_prompted_fallback=True).kept
    assert not {"top_k", "min_tokens", "repetition_penalty"} & set(sample.meta["hook"])


def test_a_server_started_with_the_template_gets_the_image_and_nothing_else() -> None:
    call = asked("server_template")
    assert [[p.text for p in m.parts] for m in call.messages] == [[None]]
    assert set(call.extra) == {"repetition_penalty"}


def test_qwen25_gets_penalties_and_forbidden_tokens_and_other_models_do_not() -> None:
    extra = penalties("auto", "Qwen/Qwen2.5-VL-7B-Instruct")
    assert (extra["frequency_penalty"], extra["presence_penalty"]) == (1.0, 1.0)
    assert {"<|im_start|>", "<|vision_start|>", "<|image_pad|>", "😀"} <= set(extra["bad_words"])
    assert "<|im_end|>" not in extra["bad_words"]  # without it the model could not end its turn
    assert penalties("auto", "Qwen/Qwen2-VL-7B-Instruct") == penalties("off", "Qwen2.5-VL") == {}
    assert penalties("on", "anything") == extra
    assert len(set(QWEN25_FORBIDDEN)) == len(QWEN25_FORBIDDEN) and len(set(EMOJI)) == len(EMOJI)
    call = replace(way(), settings=HookSettings(extra=extra)).call("hook/0", picture())
    assert call.extra["bad_words"] == extra["bad_words"]


@pytest.mark.parametrize("mode", MODES)
def test_the_recorded_mode_is_read_off_the_request(mode: Mode) -> None:
    assert mode_of(asked(mode, seed_text="What"), prefix_of(FAMILIES["qwen-vl"])) == mode


@pytest.mark.parametrize("mode", HOOKS)
@pytest.mark.parametrize("telling", [PLAY_THE_USER, "please write a question about this image", "How many dogs"])
def test_a_request_that_tells_the_model_what_to_write_is_prompted_whatever_else_it_says(
    mode: Mode, telling: str
) -> None:
    prefix = prefix_of(FAMILIES["qwen-vl"])
    call = asked(mode, seed_text="What")
    told = call.having(messages=(user(picture(), telling),))
    assert mode_of(told, prefix) == "prompted"
    if mode == "completion_raw":
        assert mode_of(call.having(text=prefix.text + telling), prefix) == "prompted"


def test_a_prompt_labelled_as_a_hook_becomes_an_error_and_no_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = Way.call

    def lying(self: Way, name: str, image: Any, seed_text: str = "") -> Call:
        return honest(replace(self, mode="prompted"), name, image, seed_text)

    monkeypatch.setattr(Way, "call", lying)
    outcome = run(3)
    assert not outcome.kept and not outcome.dropped
    assert {e.message for e in outcome.errors} == {"the request of hook mode completion_raw is in truth prompted"}


def test_prompted_samples_say_so_and_have_no_prefix() -> None:
    for sample in run(5, mode="prompted", allow_prompted_fallback=True).kept:
        assert sample.meta["hook_mode"] == sample.meta["hook"]["mode"] == "prompted"
        assert sample.meta["hook"]["prefix_sha"] == ""


def test_several_turns_per_image_differ_and_have_the_same_ids_when_run_again() -> None:
    first, again = (run(4, n_per_image=3) for _ in range(2))
    assert [s.id for s in first.kept] == [f"oasis/scenes/{i:06d}.{k}" for i in range(4) for k in range(3)]
    for i in range(0, 12, 3):
        siblings = first.kept[i : i + 3]
        assert len({s.meta["raw_generation"] for s in siblings}) == 3
        assert len({s.images[0].sha256 for s in siblings}) == 1
        assert [s.meta["hook"]["draw"] for s in siblings] == [0, 1, 2]
    assert [(s.id, s.messages) for s in again.kept] == [(s.id, s.messages) for s in first.kept]
    single = run(2)
    assert [s.id for s in single.kept] == ["oasis/scenes/000000", "oasis/scenes/000001"]


def test_provenance_names_mode_model_prefix_sampling_and_finish() -> None:
    (sample,) = run(1).kept
    made = sample.meta["hook"]
    assert made == {
        "mode": "completion_raw", "model": "stand-in", "prefix_sha": way().prefix.sha256, "draw": 0, "seed_text": "",
        "temperature": 1.0, "top_k": 20, "top_p": 1.0, "repetition_penalty": 1.0, "min_tokens": 50, "max_tokens": 512,
        "finish": "stop", "truncated": False,
    }  # fmt: skip
    assert {"raw_generation", "extractor", "judges", "responder"} <= set(sample.meta)
    assert len(sample.meta["judges"]) == 4 and sample.stand_in and sample.truth_source == "model"


def test_a_seed_word_is_recorded_and_stands_before_what_the_server_wrote() -> None:
    outcome = run(12, mode="continue_final_message", containment=0)
    words = {s.meta["hook"]["seed_text"] for s in outcome.kept}
    assert len(words) > 4 and words <= set(SEED_WORDS)
    made = step(Hook(HookSettings(), 1), bare(), Desk(lambda asked: " many dogs are there?"), "continue_final_message")
    (sample,) = made.kept
    assert sample.draft["turn"] == f"{sample.meta['hook']['seed_text']} many dogs are there?"
    assert sample.meta["raw_generation"] == " many dogs are there?"


def test_seed_words_are_openers_of_several_languages() -> None:
    assert len(set(SEED_WORDS)) == len(SEED_WORDS) >= 40
    assert sum(not word.isascii() for word in SEED_WORDS) >= 12


def test_a_turn_cut_at_the_longest_length_is_kept_and_marked() -> None:
    outcome = run(6, Desk(faults={"cut": 1.0}))
    assert len(outcome.kept) == 6
    for sample in outcome.kept:
        assert sample.meta["truncated"] and sample.meta["hook"]["truncated"]
        assert sample.meta["hook"]["finish"] == "length"


def test_an_empty_turn_is_counted_and_not_passed_on() -> None:
    desk = Desk(faults={"empty_turn": 1.0})
    assert run(5, desk).reasons() == {"empty_turn": 5}
    assert {role for role, _ in desk.calls} == {"hook"}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("reply", ["", " \n", "<|im_end|>", "...", "<|im_end|>\n<|im_start|>assistant\nA dog."])
def test_a_turn_without_a_word_is_empty_in_every_mode_also_after_a_seed_word(mode: Mode, reply: str) -> None:
    desk = Desk(lambda asked: reply)
    outcome = step(Pipeline(Hook(HookSettings(), 1), drop_empty_turn), bare(), desk, mode)
    assert outcome.reasons() == {"empty_turn": 1} and not outcome.errors and len(desk.calls) == 1
    ((sample, _, detail),) = outcome.dropped
    assert sample.messages == () and detail == f"{mode}, finish: stop, {reply!r}"


def test_a_turn_is_shown_as_the_message_until_it_is_sorted() -> None:
    (sample,) = step(Hook(HookSettings(), 1), bare(), Desk(lambda asked: "A dog on a hill.")).kept
    assert [m.text for m in sample.messages] == [sample.draft["turn"]] == ["A dog on a hill."]


def test_without_min_tokens_empty_turns_dominate_and_are_counted() -> None:
    """The toy fault: a recipe that forgets the least length."""
    reasons = run(40, min_tokens=0).reasons()
    assert reasons["empty_turn"] > 24


def test_a_turn_ends_at_its_end_mark_even_if_the_server_goes_on() -> None:
    prefix = prefix_of(FAMILIES["qwen-vl"])
    assert turn_of("How many?<|im_end|>\n<|im_start|>assistant\nTwo.", prefix) == "How many?"
    assert turn_of(" How<|box_start|> many? ", prefix) == "How many?"
    assert turn_of(" is it?", prefix, "What") == "What is it?"
    vicuna = prefix_of(FAMILIES["llava-vicuna"])
    assert turn_of("How many? ASSISTANT: Two.", vicuna) == "How many?"


def test_what_the_probe_settles_comes_back_as_it_was() -> None:
    for mode in MODES:
        settled = settle(way(mode, "gemma-3", extra={"bad_words": ["x"]}), "gemma-3", {"completion_raw": "no"})
        assert settled_way(settled, recipe.Params().hook_settings, PLAY_THE_USER) == way(
            mode, "gemma-3", extra={"bad_words": ["x"]}
        )
        assert settled["hook"]["prefix_sha"] == prefix_of(FAMILIES["gemma-3"]).sha256


def test_without_a_probe_nothing_is_asked() -> None:
    with pytest.raises(Exception, match="was not probed"):
        settled_way({}, HookSettings(), PLAY_THE_USER)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("mode", EXACT)
def test_after_the_cut_prefix_it_is_the_users_turn_and_after_the_full_one_the_assistants(
    family: str, mode: Mode
) -> None:
    template = FAMILIES[family]
    cut = way(mode, family)
    assert takes_user_turn(cut.call("hook/0", picture()), PLAY_THE_USER)
    full = template.render([{"role": "user", "content": [{"type": "image"}]}], True)
    uncut = replace(cut, prefix=replace(cut.prefix, text=full))
    assert not takes_user_turn(uncut.call("hook/0", picture()), PLAY_THE_USER)
