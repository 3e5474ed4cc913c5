"""Claims about the probe: the first way that works, or an error that says what to do; a wrong prefix is found out."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from mmrecipes.core.errors import CallError, PlanError
from mmrecipes.flow.service import PlanModels
from mmrecipes.models.standin import StandInCall
from mmrecipes.recipes.oasis import probing, recipe
from mmrecipes.recipes.oasis.probing import COLOUR, probe_images, trial
from mmrecipes.recipes.oasis.prompts import PLAY_THE_USER
from mmrecipes.recipes.oasis.standin import stand_in
from mmrecipes.steps.chat_families import FAMILIES
from mmrecipes.steps.hook import MODES, Way
from mmrecipes.steps.hook_probe import tried
from mmrecipes.steps.hook_stand_in import takes_user_turn
from mmrecipes.steps.prefix import override_template
from mmrecipes_tests.recipes.oasis.desk import Desk, run, way


def test_four_different_images_are_sent_always_the_same() -> None:
    first, again = probe_images(), probe_images()
    assert len({im.sha256 for im in first}) == 4
    assert first == again


@pytest.mark.parametrize("family", FAMILIES)
def test_a_server_that_takes_raw_prompts_is_asked_that_way(family: str) -> None:
    settled = Desk().probe(chat_template=family)
    assert settled["hook"]["mode"] == "completion_raw"
    assert settled["hook"]["prefix"]["text"] == way(family=family).prefix.text
    assert settled["hook"]["refused"] == {}


def without(*kinds: str, status: int = 400) -> Desk:
    """A server that refuses requests of these kinds."""

    def answer(asked: StandInCall) -> Any:
        call = asked.call
        if ("raw" in kinds and call.kind == "completion") or any(k in call.extra for k in kinds):
            raise CallError(f"http_{status}", "chat templates are not trusted here", status)
        return stand_in(asked)

    return Desk(answer)


def ignoring(*fields: str) -> Desk:
    """A server that takes requests with these fields and ignores them."""

    def answer(asked: StandInCall) -> Any:
        left = {k: v for k, v in asked.call.extra.items() if k not in fields}
        return stand_in(replace(asked, call=asked.call.having(extra=left)))

    return Desk(answer)


def test_the_ways_are_tried_in_the_order_of_preference_and_what_refused_is_kept() -> None:
    assert without("raw").probe()["hook"]["mode"] == "chat_template_override"
    settled = without("raw", "chat_template").probe()["hook"]
    assert settled["mode"] == "continue_final_message"
    assert list(settled["refused"]) == ["completion_raw", "chat_template_override"]
    assert "HTTP 400" in settled["refused"]["chat_template_override"]


def without_raw_ignoring(*fields: str) -> Desk:
    def answer(asked: StandInCall) -> Any:
        if asked.call.kind == "completion":
            raise CallError("http_404", "no such route", 404)
        return ignoring(*fields).answering(asked)

    return Desk(answer)


def test_a_server_that_ignores_the_template_is_recognised_by_its_outputs() -> None:
    settled = without_raw_ignoring("chat_template").probe()["hook"]
    assert settled["mode"] == "continue_final_message"
    assert "an assistant's" in settled["refused"]["chat_template_override"]


def test_where_nothing_works_the_error_names_role_endpoint_and_the_three_ways() -> None:
    for desk in (
        without("raw", "chat_template", "continue_final_message"),
        without_raw_ignoring("chat_template", "continue_final_message"),
    ):
        with pytest.raises(PlanError) as refused:
            desk.probe()
        said = str(refused.value)
        assert "role hook (stand-in)" in said
        for way_out in (
            "raw_prompt =",
            "--trust-request-chat-template",
            "continue_final_message",
            "allow_prompted_fallback",
        ):
            assert way_out in said
        for mode in MODES[:3]:
            assert f"  {mode}: " in said


def started_with_the_template(family: str = "qwen-vl", blind: bool = False) -> Desk:
    """A server whose own template is the hook's: it takes no other and shows its model no text."""

    def answer(asked: StandInCall) -> Any:
        if asked.call.kind == "completion" or "chat_template" in asked.call.extra:
            raise CallError("http_400", "not here", 400)
        own = {"chat_template": override_template(way(family=family).prefix), "add_generation_prompt": False}
        seen = asked.call.having(extra={**asked.call.extra, **own})
        if blind and asked.call.name.startswith("probe/sees"):
            return "What is this about?"
        return stand_in(replace(asked, call=seen))

    return Desk(answer)


def test_a_server_that_was_started_with_the_hooks_template_works_when_its_owner_says_so() -> None:
    settled = started_with_the_template().probe(hook_mode="server_template")["hook"]
    assert settled["mode"] == "server_template"
    with pytest.raises(PlanError, match="images do not reach"):
        started_with_the_template(blind=True).probe(hook_mode="server_template")
    with pytest.raises(PlanError, match=r"server_template: .* an assistant's"):
        Desk().probe(hook_mode="server_template")


def test_an_image_without_a_word_is_never_tried_unasked() -> None:
    with pytest.raises(PlanError) as refused:
        started_with_the_template().probe(allow_prompted_fallback=False, hook_mode="chat_template_override")
    assert "hook_mode=server_template" in str(refused.value)
    assert str(refused.value).endswith(override_template(way().prefix))
    desk = started_with_the_template()
    desk.probe()  # a text-free template makes a turn of anything, so another way may work
    assert all(any(m.text for m in c.messages) or "chat_template" in c.extra or c.text for _, c in desk.calls)


def test_an_endpoint_that_sets_the_template_for_all_requests_is_refused() -> None:
    class Bound:
        name, model, extra = "m@u", "qwen2-vl", {"chat_template": "x"}

    class Models(PlanModels):
        def binding(self, role: str) -> Any:
            return Bound()

    with pytest.raises(PlanError, match=r"role hook \(m@u\): take chat_template out of `extra`"):
        asyncio.run(recipe.probe(recipe.Params(), Models(Desk().models())))


def test_the_prompted_fallback_needs_leave_and_is_then_the_last_resort() -> None:
    desk = without_raw_ignoring("chat_template", "continue_final_message")
    settled = desk.probe(allow_prompted_fallback=True)["hook"]
    assert settled["mode"] == "prompted" and len(settled["refused"]) == 3
    assert Desk().probe(allow_prompted_fallback=True)["hook"]["mode"] == "completion_raw"
    with pytest.raises(ValueError, match="allow_prompted_fallback"):
        recipe.Params(hook_mode="prompted")


def test_a_mode_that_was_asked_for_is_the_only_one_tried() -> None:
    assert Desk().probe(hook_mode="continue_final_message")["hook"]["mode"] == "continue_final_message"
    with pytest.raises(PlanError, match="chat_template_override: the server refuses it"):
        without("chat_template").probe(hook_mode="chat_template_override")


@pytest.mark.parametrize("status", [0, 401, 429, 500])
def test_a_server_that_fails_for_another_reason_is_an_error_and_not_a_verdict(status: int) -> None:
    with pytest.raises(CallError):
        without("raw", status=status).probe()


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("mode", MODES[:2])
def test_with_the_full_template_the_stand_in_returns_captions_and_the_probe_fails(family: str, mode: Any) -> None:
    cut = way(mode, family)
    full = FAMILIES[family].render([{"role": "user", "content": [{"type": "image"}]}], True)
    uncut = replace(cut, prefix=replace(cut.prefix, text=full))
    assert asyncio.run(tried(trial, PlanModels(Desk().models()), cut)).works
    verdict = asyncio.run(tried(trial, PlanModels(Desk().models()), uncut))
    assert "the prefix is wrong" in verdict.why


def test_with_the_full_template_a_run_would_yield_captions_only(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = Way.call
    prompt = FAMILIES["qwen-vl"].render([{"role": "user", "content": [{"type": "image"}]}], True)
    monkeypatch.setattr(
        Way, "call", lambda self, *a: honest(replace(self, prefix=replace(self.prefix, text=prompt)), *a)
    )
    monkeypatch.setattr("mmrecipes.steps.hook.mode_of", lambda call, prefix: "completion_raw")
    outcome = run(10)
    assert outcome.reasons() == {"caption": 10} and not outcome.kept


def test_an_assistant_behind_the_right_prefix_is_found_out_too() -> None:
    with pytest.raises(PlanError, match="an assistant's"):
        Desk(faults={"assistant_turn": 1.0}).probe()


def test_a_server_that_ignores_min_tokens_is_refused_by_the_probe() -> None:
    def forgetful(asked: StandInCall) -> Any:
        sampling = replace(asked.call.sampling, min_tokens=None)
        return stand_in(replace(asked, call=asked.call.having(sampling=sampling)))

    with pytest.raises(PlanError, match="min_tokens is ignored"):
        Desk(forgetful).probe(hook_mode="completion_raw")


def test_a_recipe_that_forgets_min_tokens_is_refused_by_the_probe() -> None:
    """The toy fault at the other end."""
    with pytest.raises(PlanError, match="turns are empty"):
        Desk().probe(min_tokens=0)


def test_a_text_only_model_is_refused_with_the_reason() -> None:
    def refusing(asked: StandInCall) -> Any:
        if asked.call.images:
            raise CallError("http_400", "this is not a multimodal model", 400)
        return "How many are there?"

    with pytest.raises(PlanError, match="this is not a multimodal model"):
        Desk(refusing).probe()


def test_a_server_that_drops_the_images_in_silence_is_refused() -> None:
    def blind(asked: StandInCall) -> Any:
        seen = COLOUR in asked.call.text or COLOUR in " ".join(m.text for m in asked.call.messages)
        return "Red" if seen else stand_in(asked)

    with pytest.raises(PlanError, match="images do not reach the model"):
        Desk(blind).probe()


def test_the_question_that_tests_sight_is_a_whole_conversation_in_the_models_own_form() -> None:
    desk = Desk()
    desk.probe(chat_template="gemma-3")
    raw = [c for _, c in desk.calls if c.name.startswith("probe/sees")]
    assert len(raw) == 2 and raw[0].images != raw[1].images
    assert raw[0].text == (f"<bos><start_of_turn>user\n<start_of_image>{COLOUR}<end_of_turn>\n<start_of_turn>model\n")
    assert not takes_user_turn(raw[0], PLAY_THE_USER)


def test_a_template_of_a_text_only_model_is_refused(tmp_path: Any) -> None:
    file = tmp_path / "chat.jinja"
    file.write_text("{% for m in messages %}[U]{{ m.content }}[/U]{% endfor %}")
    with pytest.raises(PlanError, match="text-only model"):
        Desk().probe(chat_template=str(file))


def test_a_probe_asks_every_call_under_its_own_name() -> None:
    desk = without("raw")
    desk.probe()
    names = [c.name for _, c in desk.calls]
    assert len(set(names)) == len(names)
    assert sum(name.startswith("probe/chat_template_override/") for name in names) == probing.IMAGES
