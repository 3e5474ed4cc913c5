"""Claims about prefixes: equal to what a person writes by hand, and proven to end inside the user's turn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mmrecipes.core.errors import PlanError
from mmrecipes.steps.chat_families import FAMILIES, family_of
from mmrecipes.steps.chat_template import ChatTemplate
from mmrecipes.steps.prefix import Prefix, image_places, override_template, prefix_of

SYSTEM = "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n"
EXPECTED = {
    "qwen-vl": f"{SYSTEM}<|im_start|>user\n<|vision_start|><|image_pad|><|vision_end|>",
    "qwen3-vl": "<|im_start|>user\n<|vision_start|><|image_pad|><|vision_end|>",
    "llama-3-vision": "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\n<|image|>",
    "llava-vicuna": "USER: <image>\n",
    "mistral-pixtral": "<s>[INST][IMG]",
    "gemma-3": "<bos><start_of_turn>user\n<start_of_image>",
    "phi-3-vision": "<|user|>\n<|image_1|>\n",
}
IMAGE = {
    "qwen-vl": "<|image_pad|>", "qwen3-vl": "<|image_pad|>", "llama-3-vision": "<|image|>", "llava-vicuna": "<image>",
    "mistral-pixtral": "[IMG]", "gemma-3": "<start_of_image>", "phi-3-vision": "<|image_1|>",
}  # fmt: skip
END = {
    "qwen-vl": "<|im_end|>", "qwen3-vl": "<|im_end|>", "llama-3-vision": "<|eot_id|>", "llava-vicuna": "ASSISTANT:",
    "mistral-pixtral": "[/INST]", "gemma-3": "<end_of_turn>", "phi-3-vision": "<|end|>",
}  # fmt: skip
ASSISTANT = {
    "qwen-vl": "<|im_start|>assistant", "qwen3-vl": "<|im_start|>assistant",
    "llama-3-vision": "<|start_header_id|>assistant<|end_header_id|>", "llava-vicuna": "ASSISTANT:",
    "mistral-pixtral": "[/INST]", "gemma-3": "<start_of_turn>model", "phi-3-vision": "<|assistant|>",
}  # fmt: skip
every_family = pytest.mark.parametrize("name", FAMILIES)


def test_every_family_has_an_expectation_written_by_hand() -> None:
    assert set(EXPECTED) == set(FAMILIES) and len(FAMILIES) >= 5


@every_family
def test_the_prefix_equals_the_expectation_and_its_markers_are_the_familys(name: str) -> None:
    prefix = prefix_of(FAMILIES[name])
    assert prefix.text == EXPECTED[name]
    assert (prefix.end_of_turn, prefix.assistant) == (END[name], ASSISTANT[name])
    assert prefix.bos == (name in ("llama-3-vision", "mistral-pixtral", "gemma-3"))


@every_family
def test_the_prefix_holds_one_image_no_end_of_turn_after_it_and_no_assistant(name: str) -> None:
    text = prefix_of(FAMILIES[name]).text
    assert text.count(IMAGE[name]) == 1
    after_image = text.rpartition(IMAGE[name])[2]
    assert END[name] not in after_image and "assistant" not in after_image.lower()
    assert ASSISTANT[name] not in text


@every_family
def test_a_system_turn_is_there_iff_the_template_adds_one(name: str) -> None:
    assert ("helpful assistant" in prefix_of(FAMILIES[name]).text) == (name == "qwen-vl")


@every_family
@pytest.mark.parametrize("images", [2, 3])
def test_there_is_one_placeholder_per_image(name: str, images: int) -> None:
    prefix = prefix_of(FAMILIES[name], images)
    assert len(image_places(prefix.text, prefix.placeholder)) == images


@every_family
def test_without_images_the_prefix_is_that_of_a_text_only_model(name: str) -> None:
    prefix = prefix_of(FAMILIES[name], images=0)
    assert prefix.placeholder == ""
    assert prefix.text == EXPECTED[name][: EXPECTED[name].index(prefix_of(FAMILIES[name]).placeholder)]


def messages(*, text: str = "", image_as: str = "image", flat: str = "") -> list[dict[str, Any]]:
    if flat:
        return [{"role": "user", "content": flat}]
    parts: list[dict[str, Any]] = [{"type": image_as}]
    return [{"role": "user", "content": [*parts, *([{"type": "text", "text": text}] if text else [])]}]


@every_family
@pytest.mark.parametrize("generation_prompt", [True, False])
def test_the_override_template_prints_the_prefix_and_nothing_after_the_image(
    name: str, generation_prompt: bool
) -> None:
    prefix = prefix_of(FAMILIES[name])
    override = ChatTemplate("override", override_template(prefix))
    for turns in (messages(), messages(image_as="image_url"), messages(flat="already flattened by the server")):
        assert override.render(turns, generation_prompt) == prefix.text
    assert override.render(messages(text="anything"), generation_prompt) == prefix.text
    assert "\n" not in override.source  # so that an error can show it and a person copy it


def test_the_override_template_quotes_whatever_a_prefix_may_hold() -> None:
    odd = "{{ 'x' }} {% raw %} \\ \" ' \t é 😀 {# no #}\r\n"
    prefix = Prefix(f"{odd}<i>{odd}", "<i>", "</t>", "A:", "</t>A:", False)
    assert ChatTemplate("odd", override_template(prefix)).render(messages(), False) == prefix.text


def template(source: str) -> ChatTemplate:
    return ChatTemplate("mine", source, {"bos_token": "<s>"})


LOOP = "{% for m in messages %}U:{% for p in m.content %}BODY{% endfor %}</u>{% endfor %}"
REPLY = "{% if add_generation_prompt %}A:{% endif %}"
PART = "{{ '<i>' if p.type == 'image' else p.text }}"


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("{{ messages[0].role }}</u>", "does not print the user's text once"),
        (LOOP.replace("BODY", PART + PART), "does not print the user's text once"),
        (LOOP.replace("BODY", "{{ p.text }}"), "nothing for an image"),
        ("{{ messages[0].content }}</u>", "nothing for an image"),
        ("{{ messages[0].content | tojson }}</u>", "nothing for an image"),
        (LOOP.replace("BODY", PART).replace("</u>", ""), "no turn ends there"),
        (LOOP.replace("BODY", PART + "{{ '</u>' if p.type == 'image' }}") + REPLY, "ends the turn with '</u>'"),
        (LOOP.replace("BODY", PART + "{{ ' </u>' if loop.first }}") + REPLY, "ends the turn with '</u>'"),
        (LOOP.replace("BODY", PART) + "{% if add_generation_prompt %}U:{% endif %}", "prints the assistant marker"),
        ("<i>" + LOOP.replace("BODY", PART) + REPLY, "prints 2 placeholders for 1 image"),
        (
            LOOP.replace("BODY", "{{ ['<i>', '<j>'][loop.index0] if p.type == 'image' else p.text }}") + REPLY,
            "prints 0 placeholders for 1 image",
        ),
        ("{{ raise_exception('images are for the rich') }}", "images are for the rich"),
        (LOOP.replace("BODY", "{{ p.text }}") + "{{ '<i>' * messages[0].content | length }}", "nothing for an image"),
    ],
)
def test_a_template_from_which_no_prefix_can_be_cut_is_refused_with_the_reason(source: str, why: str) -> None:
    with pytest.raises(PlanError, match=why):
        prefix_of(template(source))


def test_a_text_only_conversation_refused_with_parts_is_a_text_only_model() -> None:
    text_only = template("{{ bos_token + '[U]' + messages[0].content + '[/U]' }}")
    assert prefix_of(text_only, images=0).text == "<s>[U]"
    with pytest.raises(PlanError, match="refuses such a conversation"):
        prefix_of(text_only)


@pytest.mark.parametrize(
    ("model", "family"),
    [
        ("Qwen/Qwen2-VL-7B-Instruct", "qwen-vl"), ("qwen2.5-vl-72b", "qwen-vl"), ("Qwen3-VL-8B-Instruct", "qwen3-vl"),
        ("meta-llama/Llama-3.2-11B-Vision-Instruct", "llama-3-vision"), ("llava-hf/llava-1.5-7b-hf", "llava-vicuna"),
        ("mistralai/Pixtral-12B-2409", "mistral-pixtral"), ("google/gemma-3-27b-it", "gemma-3"),
        ("microsoft/Phi-3.5-vision-instruct", "phi-3-vision"), ("gpt-4o", ""), ("Qwen2.5-7B-Instruct", ""),
    ],
)  # fmt: skip
def test_a_models_name_says_its_family_or_nothing(model: str, family: str) -> None:
    assert family_of(model) == family


PUBLISHED = {
    "qwen2_5_vl": f"{SYSTEM}<|im_start|>user\n<|vision_start|><|image_pad|><|vision_end|>",
    "qwen3_vl": "<|im_start|>user\n<|vision_start|><|image_pad|><|vision_end|>",
    "gemma3": "<BOS><start_of_turn>user\n<start_of_image>",
    "llava_next": "[INST] <image>\n",
    "idefics3": "<|begin_of_text|>User:<image>",
    "smolvlm": "<|im_start|>User:<image>",
    "lfm2_2_5_vl": "<BOS><|im_start|>user\n<image>",
}
TEXT_ONLY = {
    "qwen2_5": "<|im_start|>system\nYou are Qwen, created by Alibaba Cloud. You are a helpful assistant.<|im_end|>\n"
    "<|im_start|>user\n",
    "llama3": "<BOS><|start_header_id|>user<|end_header_id|>\n\n",
    "phi3": "<|user|>\n",
    "deepseekv3": "<BOS><｜User｜>",
    "glm4moe": "[gMASK]<sop><|user|>\n",
}


def published(name: str) -> ChatTemplate:
    trl = pytest.importorskip("trl")
    file = Path(trl.__file__).parent / "chat_templates" / f"{name}.jinja"
    if not file.is_file():
        pytest.skip(f"this version of trl brings no {name}")
    return ChatTemplate(name, file.read_text(), {"bos_token": "<BOS>", "eos_token": "<EOS>"})


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_templates_give_the_prefix_a_person_writes_and_transformers_renders(name: str) -> None:
    rendering = pytest.importorskip("transformers.utils.chat_template_utils")
    template = published(name)
    prefix = prefix_of(template)
    assert prefix.text == PUBLISHED[name]
    for turns in (messages(text="How many?"), messages()):
        rendered, _ = rendering.render_jinja_template(
            [turns], chat_template=template.source, add_generation_prompt=True, **template.tokens
        )
        typed = "".join(part.get("text", "") for part in turns[0]["content"])
        assert rendered[0].startswith(f"{prefix.text}{typed}" if typed else prefix.text.rstrip())
        assert rendered[0] == template.render(turns, True)
    override = override_template(prefix)
    rendered, _ = rendering.render_jinja_template([messages()], chat_template=override, **template.tokens)
    assert rendered[0] == prefix.text


@pytest.mark.parametrize("name", TEXT_ONLY)
def test_published_text_only_templates_give_a_prefix_without_image_and_refuse_images(name: str) -> None:
    template = published(name)
    assert prefix_of(template, images=0).text == TEXT_ONLY[name]
    with pytest.raises(PlanError):
        prefix_of(template)
