"""Claims about the hook without images: the prefix of every family of text models, and what each way sends."""

from __future__ import annotations

from typing import Any

import pytest

from mmrecipes.core.sample import Message, user
from mmrecipes.models.call import Call, Choice, Reply, Usage
from mmrecipes.steps.chat_families import TEXT_FAMILIES
from mmrecipes.steps.chat_template import ChatTemplate
from mmrecipes.steps.hook import (
    MODES,
    SEED_WORDS,
    HookSettings,
    Mode,
    Way,
    checked,
    mode_of,
    modes_to_try,
    provenance,
    turn_of,
)
from mmrecipes.steps.hook_stand_in import takes_user_turn
from mmrecipes.steps.prefix import override_template, prefix_of

PLAY = "Write what a person would ask."
SYSTEM = "You do sums."
EXPECTED = {
    "qwen": (
        "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\n",
        "<|im_start|>system\nYou do sums.<|im_end|>\n<|im_start|>user\n",
        "<|im_end|>", "<|im_start|>assistant",
    ),
    "chatml": (
        "<|im_start|>user\n", "<|im_start|>system\nYou do sums.<|im_end|>\n<|im_start|>user\n",
        "<|im_end|>", "<|im_start|>assistant",
    ),
    "llama-3": (
        "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\n",
        "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nYou do sums.<|eot_id|>"
        "<|start_header_id|>user<|end_header_id|>\n\n",
        "<|eot_id|>", "<|start_header_id|>assistant<|end_header_id|>",
    ),
    "vicuna": ("USER: ", "You do sums. USER: ", "ASSISTANT:", "ASSISTANT:"),
    "mistral": ("<s>[INST] ", "<s>[INST] You do sums.\n\n", "[/INST]", "[/INST]"),
    "gemma": (
        "<bos><start_of_turn>user\n", "<bos><start_of_turn>user\nYou do sums.\n\n", "<end_of_turn>",
        "<start_of_turn>model",
    ),
    "phi-3": ("<|user|>\n", "<|system|>\nYou do sums.<|end|>\n<|user|>\n", "<|end|>", "<|assistant|>"),
}  # fmt: skip
"""Written by hand: the prefix without and with a system turn, the end of the turn, the reply's opening."""


def way(mode: Mode = "completion_raw", family: str = "chatml", system: str = "", **settings: Any) -> Way:
    prefix = prefix_of(TEXT_FAMILIES[family], 0, system)
    return Way(mode, prefix, HookSettings(**settings), PLAY, system)


def test_every_family_has_an_expectation_written_by_hand() -> None:
    assert set(EXPECTED) == set(TEXT_FAMILIES)


@pytest.mark.parametrize("family", TEXT_FAMILIES)
@pytest.mark.parametrize("system", ["", SYSTEM])
def test_the_prefix_is_the_one_a_person_writes_and_ends_in_the_users_turn(family: str, system: str) -> None:
    plain, told, end_of_turn, assistant = EXPECTED[family]
    prefix = prefix_of(TEXT_FAMILIES[family], 0, system)
    assert prefix.text == (told if system else plain)
    assert (prefix.end_of_turn, prefix.assistant, prefix.placeholder) == (end_of_turn, assistant, "")
    assert prefix.bos == plain.startswith(("<s>", "<bos>", "<|begin_of_text|>"))
    assert assistant not in prefix.text
    assert takes_user_turn(way(family=family, system=system).call("hook"), PLAY)


@pytest.mark.parametrize("family", TEXT_FAMILIES)
@pytest.mark.parametrize("system", ["", SYSTEM, "It's {{ 'braces' }} and \\ back"])
def test_a_server_that_renders_the_override_gets_the_prefix_whatever_the_message_says(family: str, system: str) -> None:
    call = way("chat_template_override", family, system).call("hook")
    for content in ("", "text", [{"type": "text", "text": "x"}]):
        rendered = ChatTemplate("request", call.extra["chat_template"]).render(
            [{"role": "user", "content": content}], False
        )
        assert rendered == prefix_of(TEXT_FAMILIES[family], 0, system).text


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("system", ["", SYSTEM])
def test_the_recorded_mode_is_read_off_the_request_also_with_a_system_turn(mode: Mode, system: str) -> None:
    asked = way(mode, system=system)
    call = asked.call("hook", seed_text="What", n=7)
    assert mode_of(call, asked.prefix) == mode
    assert call.n == 7 and not call.images
    assert checked(call, asked) is call


@pytest.mark.parametrize("mode", [m for m in MODES if m != "prompted"])
def test_a_request_that_tells_the_model_what_to_write_is_never_called_a_hook(mode: Mode) -> None:
    asked = way(mode)
    told = asked.call("hook", seed_text="What").having(messages=(user("Please write a question."),))
    with pytest.raises(ValueError, match="is in truth prompted"):
        checked(told, asked)


def test_the_system_turn_goes_with_a_message_that_the_server_renders_itself() -> None:
    call = way("continue_final_message", system=SYSTEM).call("hook", seed_text="What")
    assert call.messages == (Message("system", user(SYSTEM).parts), user("What"))
    assert len(way("chat_template_override", system=SYSTEM).call("hook").messages) == 1


def test_what_is_not_set_is_not_sent_and_the_stops_begin_with_the_end_of_the_turn() -> None:
    call = way(stop=("\n", "<|im_end|>")).call("hook")
    assert call.sampling.stop == ("<|im_end|>", "\n")
    assert (call.sampling.top_k, call.sampling.min_tokens, call.extra) == (None, None, {})


def test_every_choice_of_a_reply_has_its_own_provenance() -> None:
    asked = way(max_tokens=9)
    reply = Reply((Choice("a"), Choice("b", "length")), "m", Usage(1, 2))
    first, second = (provenance(asked.call("hook", n=2), asked, reply, k) for k in range(2))
    assert (first["finish"], first["truncated"]) == ("stop", False)
    assert (second["finish"], second["truncated"]) == ("length", True)
    assert "top_k" not in first and first["max_tokens"] == 9


def test_the_turn_ends_where_the_models_markers_say() -> None:
    prefix = prefix_of(TEXT_FAMILIES["gemma"], 0)
    assert turn_of("How are tides made?<end_of_turn>\n<start_of_turn>model\nWell", prefix) == "How are tides made?"
    assert turn_of("...", prefix) == turn_of("", prefix, "What") == ""
    assert turn_of(" is it?", prefix, "What") == "What is it?"


def test_a_prompt_is_tried_only_where_it_is_allowed() -> None:
    assert modes_to_try("auto", False) == MODES[:3]
    assert modes_to_try("auto", True) == MODES[:4]
    assert modes_to_try("server_template", False) == ("server_template",)


def test_an_override_without_images_is_one_literal() -> None:
    assert override_template(prefix_of(TEXT_FAMILIES["chatml"], 0)) == "{{- '<|im_start|>user\\n' -}}"
    assert len(set(SEED_WORDS)) == len(SEED_WORDS)


def test_a_call_of_another_kind_is_no_hook() -> None:
    assert mode_of(Call(name="x", kind="completion", text="USER: hi"), way().prefix) == "prompted"
