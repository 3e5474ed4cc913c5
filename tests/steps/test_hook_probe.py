"""Claims about verdicts on what a hook brought: a user's turns or an assistant's, and about finding a template."""

from __future__ import annotations

import pytest

from mmrecipes.core.errors import PlanError
from mmrecipes.steps.chat_families import FAMILIES, TEXT_FAMILIES, family_of, text_family_of
from mmrecipes.steps.hook_probe import contains_request, sounds_like_assistant, template_for, verdict_on

ASSISTANT = (
    "The image shows a red car on a street.",
    "This picture contains two dogs. They are playing.",
    "In the image, we see a table. Would you like to know more?",
    "Sure! Here is a description of the scene.",
    "Certainly. A house stands by the lake.",
    "Hello! How can I help you today?",
    "Hi there! What can I do for you?",
    "How may I assist you?",
    "I'm happy to help. Let me know what you need.",
    "I can see a harbour with boats. Let me know if you have questions.",
    "这张图片展示了一只猫。",
    "Das Bild zeigt ein Haus am See.",
    "На картинке красная машина.",
)
USER = (
    "How many dogs are there?",
    "The image shows a menu. How much is the soup?",
    "Describe this scene for a blind person.",
    "Please list all objects.",
    "Hello! How do I bake bread without yeast?",
    "How can I help my daughter with fractions?",
    "This picture is from our holiday. Write a caption for it.",
    "图中有几个人？",
    "这张图片是我拍的。请描述一下。",
    "この画像を説明してください。",
    "Décris cette image.",
    "A quiet street in the evening.",
)


@pytest.mark.parametrize("text", ASSISTANT)
def test_an_assistants_opening_without_a_request_is_recognised(text: str) -> None:
    assert sounds_like_assistant(text)


@pytest.mark.parametrize("text", USER)
def test_a_users_turn_is_not_taken_for_an_assistants(text: str) -> None:
    assert not sounds_like_assistant(text)


def test_a_caption_word_that_only_begins_like_a_command_is_no_request() -> None:
    for text in (
        "I want to practise English.",
        "We need rain.",
        "Listed buildings line the street.",
        "Showers are coming.",
        "Names are carved into the wall.",
    ):
        assert not contains_request(text)


@pytest.mark.parametrize("assistants", range(5))
def test_more_than_half_assistant_openings_condemn_the_prefix(assistants: int) -> None:
    turns = [*ASSISTANT[:assistants], *USER[: 4 - assistants]]
    assert verdict_on(turns).works == (assistants <= 2)


@pytest.mark.parametrize("empty", range(5))
def test_more_than_half_empty_turns_condemn_the_server(empty: int) -> None:
    verdict = verdict_on([*[" \n"] * empty, *USER[: 4 - empty]])
    assert verdict.works == (empty <= 2)
    assert verdict.works or "min_tokens is ignored" in verdict.why


def test_a_model_whose_name_says_no_family_needs_a_template() -> None:
    images = (FAMILIES, family_of, "qwen-vl")
    assert template_for("auto", "Qwen2.5-VL-7B", *images).name == "qwen-vl"
    assert template_for("auto", "", *images).name == "qwen-vl"
    with pytest.raises(PlanError, match=r"'secret-vlm' does not say .* give --set chat_template=PATH"):
        template_for("auto", "secret-vlm", *images)
    with pytest.raises(PlanError, match="there is no chat template"):
        template_for("/nowhere/chat.jinja", "Qwen2.5-VL-7B", *images)


@pytest.mark.parametrize(
    ("model", "family"),
    [
        ("meta-llama/Meta-Llama-3-8B-Instruct", "llama-3"), ("Qwen/Qwen2-7B-Instruct", "qwen"),
        ("Qwen3-8B", "chatml"), ("google/gemma-2-9b-it", "gemma"), ("mistralai/Mixtral-8x7B-Instruct-v0.1", "mistral"),
        ("microsoft/Phi-3-mini-4k-instruct", "phi-3"), ("lmsys/vicuna-7b-v1.5", "vicuna"), ("secret-1", ""),
    ],
)  # fmt: skip
def test_a_text_models_name_says_its_family_or_nothing(model: str, family: str) -> None:
    assert text_family_of(model) == family
    assert not family or family in TEXT_FAMILIES
