"""Claims about templates: found where models keep them, rendered as transformers does, kept in the sandbox."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from mmrecipes.core.errors import PlanError
from mmrecipes.steps.chat_families import FAMILIES
from mmrecipes.steps.chat_template import ChatTemplate, load_template

TURNS = [
    {"role": "user", "content": [{"type": "image"}, {"type": "text", "text": "Quoi ?\n"}]},
    {"role": "assistant", "content": "Rien & <b>."},
]
FEATURES = """\
{%- for m in messages -%}
    {%- if loop.index > 5 %}{% break %}{% endif -%}
    {% if m.role == 'assistant' %}
{% generation %}{{ m.content }}{% endgeneration %}
    {% else %}
{{ m | tojson }}{{ {'b': 1, 'a': [2]} | tojson(indent=1, sort_keys=true) }}
    {% endif %}
{%- endfor -%}
{{ bos_token }}{{ unknown_token }}{{ strftime_now('%Y') }}
"""


def transformers_say(template: ChatTemplate, turns: list[dict[str, Any]], prompt: bool) -> str:
    rendering = pytest.importorskip("transformers.utils.chat_template_utils")
    rendered, _ = rendering.render_jinja_template(
        [turns], chat_template=template.source, add_generation_prompt=prompt, **template.tokens
    )
    return rendered[0]


@pytest.mark.parametrize("name", FAMILIES)
@pytest.mark.parametrize("prompt", [True, False])
def test_every_family_renders_as_transformers_renders_it(name: str, prompt: bool) -> None:
    for turns in (TURNS, TURNS[:1], [{"role": "user", "content": "text"}]):
        assert FAMILIES[name].render(turns, prompt) == transformers_say(FAMILIES[name], turns, prompt)


def test_tags_filters_and_globals_that_templates_use_work_as_in_transformers() -> None:
    template = ChatTemplate("features", FEATURES, {"bos_token": "<s>"})
    rendered = template.render(TURNS, False)
    assert "Rien & <b>." in rendered and '"Quoi ?\\n"' in rendered and str(datetime.now().year) in rendered
    assert rendered == transformers_say(template, TURNS, False)


def test_a_template_that_raises_is_refused_with_its_own_words() -> None:
    with pytest.raises(PlanError, match=r"mine refuses such a conversation: no system turns"):
        ChatTemplate("mine", "{{ raise_exception('no system turns') }}").render(TURNS, True)


@pytest.mark.parametrize(
    "attack",
    [
        "{{ messages.__class__.__mro__ }}",
        "{{ messages.append(1) }}",
        "{{ ''.__class__.__base__.__subclasses__() }}",
        "{{ cycler.__init__.__globals__ }}",
    ],
)
def test_a_template_cannot_leave_the_sandbox(attack: str) -> None:
    try:
        rendered = ChatTemplate("foreign", attack).render(TURNS, True)
    except PlanError:
        return
    assert "class" not in rendered and "module" not in rendered


def test_broken_syntax_is_an_error_of_the_plan_that_names_the_line() -> None:
    with pytest.raises(PlanError, match="broken is not valid Jinja, line 2: Expected an expression"):
        ChatTemplate("broken", "\n{% for %}").render(TURNS, True)


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("{{ 1 / 0 }}", "division by zero"),
        ("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "recursion"),
        ("{% for i in range(999999999) %}x{% endfor %}", "Range too big"),
        ("{{ nothing.there.at.all }}", "'nothing' is undefined"),
    ],
)
def test_whatever_goes_wrong_inside_a_template_is_an_error_of_the_plan(source: str, why: str) -> None:
    with pytest.raises(PlanError, match=f"mine refuses such a conversation: .*{why}"):
        ChatTemplate("mine", source).render(TURNS, True)


def put(folder: Path, name: str, value: Any) -> Path:
    file = folder / name
    file.write_text(value if isinstance(value, str) else json.dumps(value))
    return file


def test_a_template_is_found_in_each_of_its_usual_places(tmp_path: Path) -> None:
    tokens = {"bos_token": {"content": "<s>", "lstrip": False}, "eos_token": "</s>", "pad_token": None}
    config = put(tmp_path, "tokenizer_config.json", {**tokens, "chat_template": "config"})
    added = [
        ("config", "tokenizer_config.json", config.read_text()),
        ("processor", "chat_template.json", json.dumps({"chat_template": "processor"})),
        ("jinja", "chat_template.jinja", "jinja"),
    ]
    for expected, name, content in added:
        file = put(tmp_path, name, content)
        for path in (file, tmp_path):  # each goes before the ones above
            found = load_template(path)
            assert found.source == expected
            assert found.tokens == {"bos_token": "<s>", "eos_token": "</s>"}
            assert found.bos == "<s>"


def test_of_several_named_templates_the_default_one_is_taken(tmp_path: Path) -> None:
    named = [{"name": "tool_use", "template": "no"}, {"name": "default", "template": "yes"}]
    assert load_template(put(tmp_path, "tokenizer_config.json", {"chat_template": named})).source == "yes"


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("tokenizer_config.json", "{}", "holds no chat template"),
        ("tokenizer_config.json", "[1]", "is not a JSON object"),
        ("chat_template.json", "{", "is not JSON"),
    ],
)
def test_a_file_without_a_template_is_refused(tmp_path: Path, name: str, content: str, why: str) -> None:
    with pytest.raises(PlanError, match=why):
        load_template(put(tmp_path, name, content))
    with pytest.raises(PlanError, match="no chat template"):
        load_template(tmp_path / "missing")


def test_a_folder_without_a_template_names_what_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match=r"none of chat_template\.jinja"):
        load_template(tmp_path)
