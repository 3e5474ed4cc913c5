"""Requests and replies as texts for people, and answers as JSON: for `mmr answers`.

Covered: chat, completions in three servers' forms, embeddings; anything else is shown as it came. What a model wrote
is not trusted: nothing of it reaches a terminal that could move its cursor, colour it or turn its writing direction.
Not covered: whether a reply is one (see `models/`).
"""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

import orjson

from mmrecipes.store.answers import Answer

_SEQUENCE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)"  # OSC, DCS…: titles, clipboard
    r"|\x1b[#%()*+./-][0-~]"  # character sets
)
_CONTROL = "\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb\ud800-\udfff"
_HIDDEN = re.compile(f"[\x00-\x08\x0b-\x1f{_CONTROL}]")
_IN_JSON = re.compile(f"[{_CONTROL}]")


class Said(NamedTuple):
    """One message: who said it, and the text, images by name."""

    who: str
    text: str


def clean(text: str) -> str:
    """Without escape sequences and control characters; line feeds and tabs stay."""
    return _HIDDEN.sub("", _SEQUENCE.sub("", text.replace("\r\n", "\n")))


def first_line(text: str, limit: int) -> str:
    """The first line that is not blank, cleaned, at most `limit` long."""
    line = next((" ".join(line.split()) for line in clean(text[:10_000]).splitlines() if line.strip()), "")
    return line if len(line) <= limit else f"{line[: max(0, limit - 1)]}…"


def decoded(body: bytes) -> Any:
    """The JSON value (NaN as null), or the text that is none."""
    text = body.decode("utf-8", "replace")
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        pass
    try:
        return json.loads(text, parse_constant=lambda name: None)
    except (ValueError, RecursionError):
        return text


def asked(request: bytes) -> list[Said]:
    """The messages of a request."""
    body = decoded(request)
    value = body if isinstance(body, dict) else {}
    if isinstance(messages := value.get("messages"), list):
        return [Said(str(_of(m, "role") or "message"), _content(_of(m, "content"))) for m in messages]
    if "prompt" in value or "text" in value:
        shown = [value.get(name) for name in ("image_data", "multi_modal_data") if value.get(name)]
        return [Said("prompt", _content([value.get("prompt", value.get("text")), *shown]))]
    if "input" in value:
        texts = value["input"] if isinstance(value["input"], list) else [value["input"]]
        return [Said("to embed", _content([text])) for text in texts]
    return [Said("request", _as_it_came(body))]


def settings(request: bytes) -> str:
    """What a request says beside its messages, as JSON; empty when that is nothing."""
    body = decoded(request)
    hidden = ("messages", "prompt", "text", "input", "image_data", "multi_modal_data")
    rest = {k: v for k, v in body.items() if k not in hidden} if isinstance(body, dict) else {}
    return _json(rest) if rest else ""


def replied(response: bytes) -> list[Said]:
    """The replies in a server's body."""
    body = decoded(response)
    choices = _of(body, "choices")
    if not isinstance(choices, list) or not choices:
        choices = body if isinstance(body, list) else [body]
    texts = [_choice(choice) for choice in choices]
    if not any(isinstance(text, str) for text in texts):
        vectors = _of(body, "data")
        if isinstance(vectors, list) and all(isinstance(_of(v, "embedding"), list) for v in vectors) and vectors:
            return [Said("vectors", f"{len(vectors)} of {len(vectors[0]['embedding'])} numbers")]
        return [Said("reply", _as_it_came(body))]
    of = f" of {len(choices)}" if len(choices) > 1 else ""
    return [
        Said(f"reply{f' {i}{of}' if of else ''}{_end(choice)}", _as_it_came(choice) if text is None else text)
        for i, (choice, text) in enumerate(zip(choices, texts, strict=True), 1)
    ]


def _choice(choice: Any) -> str | None:
    """The text of a choice, with the model's reasoning and refusal where it gave them; None when it has none."""
    message = _of(choice, "message")
    said = message if isinstance(message, dict) else choice
    content = _of(said, "content") if _of(said, "content") is not None else _of(choice, "text")
    if not isinstance(content, str | list):
        content = None
    extra = [
        f"[{name}] {_of(said, name)}"
        for name in ("reasoning_content", "reasoning", "refusal")
        if isinstance(_of(said, name), str) and _of(said, name)
    ]
    if content is None and not extra:
        return None
    return "\n".join([*extra, *([] if content is None else [_content(content)])])


def _end(choice: Any) -> str:
    reason = _of(choice, "finish_reason")
    return f", ended by {reason}" if isinstance(reason, str) and reason != "stop" else ""


def _content(content: Any) -> str:
    """A text, or parts of which some are texts; the rest, images above all, in brackets."""
    parts = content if isinstance(content, list) else [content]
    return "\n".join(_part(part) for part in parts)


def _part(part: Any) -> str:
    if isinstance(part, str):
        return part
    for name in ("text", "prompt_string"):
        if isinstance(text := _of(part, name), str):
            others = {k: v for k, v in part.items() if k not in (name, "type")}
            return "\n".join([text, *([f"[{_leaves(others)}]"] if others else [])])
    return f"[{_leaves(part)}]" if part is not None else ""


def _leaves(value: Any) -> str:
    """`image_url sha256…` for {"type": "image_url", "image_url": {"url": {"$image": "sha256…"}}}."""
    if isinstance(value, dict):
        return " ".join(f"image {v}" if k == "$image" else _leaves(v) for k, v in value.items() if k != "type")
    if isinstance(value, list):
        return ", ".join(map(_leaves, value))
    return value if isinstance(value, str) else _json(value)


def _of(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None


def _as_it_came(value: Any) -> str:
    return value if isinstance(value, str) else _json(value)


def _json(value: Any) -> str:
    """Every character that could do something to a terminal is escaped."""
    return _IN_JSON.sub(lambda m: f"\\u{ord(m[0]):04x}", json.dumps(value, ensure_ascii=False))


def record(answer: Answer) -> str:
    """One line of JSON: everything known of an answer, request and response as JSON where they are."""
    values = {name: getattr(answer, name) for name in answer.__dataclass_fields__}
    values |= {"key": answer.key.hex(), "request": decoded(answer.request), "response": decoded(answer.response)}
    try:
        return _json(values)
    except RecursionError:
        as_text = {name: getattr(answer, name).decode("utf-8", "replace") for name in ("request", "response")}
        return _json(values | as_text)


def holds(answer: Answer, text: str) -> bool:
    """Whether a text stands in a message of the request or in a reply."""
    if text.isascii() and text.replace(" ", "").isalnum():  # is written in JSON as it is
        as_bytes = text.encode()
        if as_bytes not in answer.request and as_bytes not in answer.response:
            return False
    return any(text in said.text for said in (*asked(answer.request), *replied(answer.response)))
