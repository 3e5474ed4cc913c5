"""Chat templates: found on disk, and rendered the way `transformers` renders them.

Covered: `.jinja` files, `tokenizer_config.json` (one template or named ones), `chat_template.json`, model folders; the
sandbox, filters, globals and tags that templates rely on (`raise_exception`, `tojson`, `strftime_now`, loop controls,
`{% generation %}`). Not covered: tools and documents, tokenising. Templates are foreign code: they run in Jinja's
immutable sandbox and see plain JSON values only.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mmrecipes.core.errors import PlanError

if TYPE_CHECKING:
    from jinja2 import Template

Turn = Mapping[str, Any]
"""A message as templates see it: `role` and `content` (text, or a list of parts with a `type`)."""

_TOKENS = ("bos_token", "eos_token", "unk_token", "pad_token", "sep_token", "cls_token", "mask_token", "image_token")


@dataclass(frozen=True, slots=True)
class ChatTemplate:
    """A template and the special tokens it may print; `name` says where it comes from."""

    name: str
    source: str
    tokens: Mapping[str, str] = field(default_factory=dict)

    @property
    def bos(self) -> str:
        """The token a tokenizer may put before everything; empty when the template's files do not say."""
        return self.tokens.get("bos_token", "")

    def render(self, turns: Sequence[Turn], generation_prompt: bool) -> str:
        """The conversation as the model reads it. Raises `PlanError` with what the template says against it."""
        from jinja2 import TemplateSyntaxError

        try:
            return _compiled(self.source).render(
                messages=[dict(t) for t in turns],
                tools=None,
                documents=None,
                add_generation_prompt=generation_prompt,
                **self.tokens,
            )
        except TemplateSyntaxError as e:
            raise PlanError(f"the chat template {self.name} is not valid Jinja, line {e.lineno}: {e.message}") from e
        except Exception as e:  # a template is foreign code: division by zero, endless recursion, anything
            said = str(e) or type(e).__name__
            raise PlanError(f"the chat template {self.name} refuses such a conversation: {said}") from e


@functools.lru_cache(maxsize=64)
def _compiled(source: str) -> Template:
    """The same environment as in `transformers.utils.chat_template_utils`."""
    from jinja2 import nodes
    from jinja2.exceptions import TemplateError
    from jinja2.ext import Extension, loopcontrols
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Generation(Extension):
        """`{% generation %}` marks what an assistant wrote; for rendering it is transparent."""

        tags = {"generation"}  # noqa: RUF012 - Jinja's own form

        def parse(self, parser: Any) -> nodes.Node:
            line = next(parser.stream).lineno
            body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
            return nodes.CallBlock(self.call_method("_body"), [], [], body).set_lineno(line)

        def _body(self, caller: Any) -> str:
            return caller()

    def refuse(message: str) -> None:
        raise TemplateError(message)

    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[Generation, loopcontrols]
    )
    environment.filters["tojson"] = _tojson
    environment.globals["raise_exception"] = refuse
    environment.globals["strftime_now"] = lambda form: datetime.now().strftime(form)
    return environment.from_string(source)


def _tojson(
    value: Any,
    ensure_ascii: bool = False,
    indent: int | None = None,
    separators: tuple[str, str] | None = None,
    sort_keys: bool = False,
) -> str:
    """Without the HTML escapes of Jinja's own filter."""
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


def load_template(path: Path) -> ChatTemplate:
    """The template in a file or model folder. Raises `PlanError` when there is none."""
    if path.is_dir():
        names = ("chat_template.jinja", "chat_template.json", "tokenizer_config.json")
        found = [path / n for n in names if (path / n).is_file()]
        for file in found:
            if (source := _source_in(file)) is not None:
                return ChatTemplate(str(file), source, _tokens_beside(file))
        raise PlanError(f"{path} holds no chat template: none of {', '.join(names)} has one")
    if not path.is_file():
        raise PlanError(f"there is no chat template {path}")
    source = _source_in(path)
    if source is None:
        raise PlanError(f"{path} holds no chat template")
    return ChatTemplate(str(path), source, _tokens_beside(path))


def _source_in(file: Path) -> str | None:
    text = _text(file)
    if file.suffix != ".json":
        return text
    value = _json(file, text).get("chat_template")
    if isinstance(value, str):
        return value
    if isinstance(value, Sequence):  # named templates: the default one
        named = {t.get("name"): t.get("template") for t in value if isinstance(t, Mapping)}
        return named.get("default")
    return None


def _tokens_beside(file: Path) -> dict[str, str]:
    """The special tokens of the tokenizer in the same folder."""
    tokens: dict[str, str] = {}
    for name in ("special_tokens_map.json", "tokenizer_config.json"):
        beside = file.parent / name
        value = _json(beside, _text(beside)) if beside.is_file() else {}
        for key in _TOKENS:
            token = value.get(key)
            text = token.get("content") if isinstance(token, Mapping) else token
            if isinstance(text, str):
                tokens[key] = text
    return tokens


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as e:
        raise PlanError(f"the chat template {file} cannot be read: {e}") from e


def _json(file: Path, text: str) -> Mapping[str, Any]:
    try:
        value = json.loads(text)
    except json.JSONDecodeError as e:
        raise PlanError(f"{file} is not JSON: {e}") from e
    if not isinstance(value, Mapping):
        raise PlanError(f"{file} is not a JSON object")
    return value
