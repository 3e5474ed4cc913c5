"""The bytes of a reply as a `Reply`, or why they are none.

Covered: chat, completions in three servers' forms, embeddings; what servers really send instead (web pages, errors with
status 200, missing usage, null contents). Nothing is guessed: what is not clearly a reply is a `BadReply`.
Not covered: whether a text is what a recipe asked for (`parsing`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import orjson

from mmrecipes.models.call import Call, Choice, Reply, Usage
from mmrecipes.models.parsing import one_line
from mmrecipes.models.response import Response

QUOTED, MESSAGE = 200, 300
MAX_TOKENS = 100_000_000
"""A server that counts more tokens than this for one call does not count."""

LARGEST = 1e300
"""No embedding holds a number beyond; neither infinity nor NaN is within."""

_FINISH = {
    "eos": "stop", "eos_token": "stop", "end_turn": "stop", "stop_sequence": "stop", "word": "stop",
    "limit": "length", "max_tokens": "length", "max_length": "length", "model_length": "length",
}  # fmt: skip
_BROKEN_OFF = ("abort", "aborted", "error", "cancelled", "insufficient_system_resource")
_CALLED_TOOL = ("tool_calls", "function_call")
_TITLE = re.compile(r"<title[^>]*>([^<]*)", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
JsonObject = Mapping[str, Any]


class BadReply(ValueError):
    """A reply with status 200 that is none. `kind`: `empty_body`, `invalid_utf8`, `html`, `not_json`, `server_error`,
    `wrong_shape`, `no_choices`, `wrong_count`, `duplicate_choices`, `tool_call`, `broken_off`."""

    def __init__(self, kind: str, message: str) -> None:
        self.kind, self.message = kind, one_line(message, MESSAGE)
        super().__init__(f"{kind}: {self.message}")


def read_reply(call: Call, response_body: bytes, worst: tuple[int, int], stand_in: bool = False) -> Reply:
    """The reply to `call`. `worst` is what it counts for, in tokens in and out, when the server does not say."""
    value = _json(response_body)
    first = value[0] if isinstance(value, list) and value else value
    if not isinstance(first, dict):
        raise BadReply("wrong_shape", f"an object was expected: {_quoted(response_body)}")
    if first.get("error") and not first.get("choices"):
        raise BadReply("server_error", _words(first) or _quoted(response_body))
    counts = [_counts(call, item) for item in (value if isinstance(value, list) else [value])]
    usage = _usage(call, counts, worst)
    model = named if isinstance(named := first.get("model"), str) else ""
    if call.kind == "embedding":
        return Reply((), model, usage, _vectors(call, first), stand_in)
    choices = _native(value) if call.kind == "completion" and "choices" not in first else _choices(call, first)
    if len(choices) != call.n:
        raise BadReply("wrong_count", f"{call.n} replies were asked for, {len(choices)} came")
    return Reply(choices, model, usage, stand_in=stand_in)


def error_message(response: Response) -> str:
    """The server's own words about an error, on one line; empty when it says nothing."""
    text = response.body[:65_536].decode("utf-8", "replace")
    try:
        said = _words(orjson.loads(response.body))
    except orjson.JSONDecodeError:
        title = _TITLE.search(text) if text.lstrip().startswith("<") else None
        said = title[1] if title and title[1].strip() else _TAG.sub(" ", text)
    return one_line(said or text, MESSAGE)


def _words(value: Any) -> str:
    """`{"error": {"message"}}`, `{"error": "…"}`, `{"detail"}`, `{"message"}`, `{"errors": [{"message"}]}`."""
    if isinstance(value, list) and value:
        return "; ".join(filter(None, map(_words, value[:3])))
    if isinstance(value, str):
        return value
    if not isinstance(value, dict):
        return ""
    names = ("error", "errors", "detail", "message", "msg")
    return next((said for name in names if (said := _words(value.get(name)))), "")


def _json(body: bytes) -> Any:
    """Any JSON value; NaN and Infinity, which some servers write, become null."""
    body = body.removeprefix(b"\xef\xbb\xbf").strip()
    if not body:
        raise BadReply("empty_body", "the reply has no body")
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return _lenient_json(body)


def _lenient_json(body: bytes) -> Any:
    if body.startswith(b"<"):
        raise BadReply("html", f"a web page instead of JSON: {_quoted(body)}")
    try:
        value = json.loads(body.decode(), parse_constant=lambda name: None)
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeError:
        raise BadReply("invalid_utf8", f"the reply is not UTF-8: {_quoted(body)}") from None
    except (ValueError, RecursionError):
        raise BadReply("not_json", f"the reply is not JSON: {_quoted(body)}") from None
    return value


def _quoted(body: bytes) -> str:
    return one_line(body[: 4 * QUOTED].decode("utf-8", "replace"), QUOTED)


def _choices(call: Call, value: JsonObject) -> tuple[Choice, ...]:
    items = value.get("choices")
    if not isinstance(items, list) or not items:
        raise BadReply("no_choices", f"the reply has no choices: {one_line(str(value), QUOTED)}")
    if not all(isinstance(item, dict) for item in items):
        raise BadReply("wrong_shape", "a choice is not an object")
    indices = [item.get("index", at) for at, item in enumerate(items)]
    if not all(type(i) is int for i in indices):
        raise BadReply("wrong_shape", "a choice has no number")
    if len(set(indices)) < len(indices):
        raise BadReply("duplicate_choices", f"choices are numbered {indices[:8]}")
    read: Callable[[JsonObject], Choice] = _chat_choice if call.kind == "chat" else _text_choice
    return tuple(read(items[at]) for at in sorted(range(len(items)), key=indices.__getitem__))


def _chat_choice(item: JsonObject) -> Choice:
    message, finish = item.get("message"), _finish(item.get("finish_reason"))
    if not isinstance(message, dict):
        raise BadReply("wrong_shape", "a choice has no message")
    text, refusal = _content(message.get("content")), message.get("refusal")
    if not isinstance(refusal, str | None):
        raise BadReply("wrong_shape", "a refusal is not a text")
    if not text and (message.get("tool_calls") or message.get("function_call") or finish in _CALLED_TOOL):
        raise BadReply("tool_call", "the model called a tool, though none was offered")
    return Choice(text, finish, refusal or "", item.get("logprobs"), _reasoning(message))


def _reasoning(message: JsonObject) -> str:
    """What vLLM and SGLang send as `reasoning_content`, others as `reasoning`; empty without one."""
    named = (message.get(name) for name in ("reasoning_content", "reasoning"))
    return next((said for said in named if isinstance(said, str)), "")


def _content(content: Any) -> str:
    """A text, nothing, or a list of parts of which those of type text count (reasoning does not)."""
    if content is None or isinstance(content, str):
        return content or ""
    if not isinstance(content, list) or not all(isinstance(part, dict) for part in content):
        raise BadReply("wrong_shape", "the content is neither a text nor a list of parts")
    texts = [part.get("text") for part in content if part.get("type") not in ("thinking", "reasoning")]
    if not all(isinstance(text, str) for text in texts):
        raise BadReply("wrong_shape", "the content has parts that are no text")
    return "".join(texts)


def _text_choice(item: JsonObject) -> Choice:
    text = item.get("text")
    if not isinstance(text, str):
        raise BadReply("wrong_shape", "a choice has no text")
    return Choice(text, _finish(item.get("finish_reason")), logprobs=item.get("logprobs"))


def _native(value: Any) -> tuple[Choice, ...]:
    """sglang's `text` + `meta_info`, llama.cpp's `content`; a list of them when several were asked for."""
    return tuple(map(_native_choice, value if isinstance(value, list) else [value]))


def _native_choice(item: Any) -> Choice:
    item = item if isinstance(item, dict) else {}
    if isinstance(text := item.get("text"), str) and isinstance(meta := item.get("meta_info"), dict):
        reason = meta.get("finish_reason")
        reason = reason.get("type") if isinstance(reason, dict) else reason
        return Choice(text, _finish(reason), logprobs=meta.get("output_token_logprobs"))
    if isinstance(text := item.get("content"), str):
        limited = item.get("stopped_limit") is True
        reason = "length" if limited else item.get("stop_type")
        return Choice(text, _finish(reason), logprobs=item.get("completion_probabilities"))
    raise BadReply("no_choices", f"the reply has no text: {one_line(str(item), QUOTED)}")


def _finish(reason: Any) -> str:
    """The server's word, different words for the same end made one; `stop` when it says nothing."""
    word = reason if isinstance(reason, str) and reason not in ("", "none") else "stop"
    if word in _BROKEN_OFF:
        raise BadReply("broken_off", f"the server broke off the reply ({word})")
    return _FINISH.get(word, word)


def _counts(call: Call, value: Any) -> tuple[Any, Any]:
    """Tokens in and out as a server gives them, in its own place."""
    for place, names in (
        ("usage", ("prompt_tokens", "completion_tokens")),
        ("meta_info", ("prompt_tokens", "completion_tokens")),
        (None, ("tokens_evaluated", "tokens_predicted")),
    ):
        found = value if place is None else value.get(place) if isinstance(value, dict) else None
        if isinstance(found, dict) and names[0] in found:
            return found[names[0]], 0 if call.kind == "embedding" else found.get(names[1])
    return None, None


def _usage(call: Call, counts: list[tuple[Any, Any]], worst: tuple[int, int]) -> Usage:
    """Several replies in a list share the prompt. A prompt of no tokens is not counted."""
    known = all(_is_count(n, 1) and _is_count(m, 0) for n, m in counts)
    tokens = (max(n for n, _ in counts), sum(m for _, m in counts)) if known else worst
    return Usage(*tokens, images=len(call.images), known=known)


def _is_count(value: Any, least: int) -> bool:
    return type(value) is int and least <= value <= MAX_TOKENS


def _vectors(call: Call, value: JsonObject) -> tuple[tuple[float, ...], ...]:
    items = value.get("data")
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise BadReply("wrong_shape", "the reply has no list of embeddings")
    wanted = 1 if call.messages else len(call.texts)
    if len(items) != wanted:
        raise BadReply("wrong_count", f"{wanted} embeddings were asked for, {len(items)} came")
    indices = [item.get("index", at) for at, item in enumerate(items)]
    if not all(type(i) is int for i in indices) or sorted(indices) != list(range(len(items))):
        raise BadReply("duplicate_choices", "the embeddings are not numbered from 0 to the last")
    by_index = {at: item.get("embedding") for at, item in zip(indices, items, strict=True)}
    vectors = [by_index[at] for at in range(len(items))]
    if not all(map(_is_vector, vectors)) or len(set(map(len, vectors))) > 1:
        raise BadReply("wrong_shape", "an embedding is not a list of finite numbers as long as the others")
    return tuple(tuple(map(float, vector)) for vector in vectors)


def _is_vector(value: Any) -> bool:
    if not isinstance(value, list) or not value or not all(type(x) in (float, int) for x in value):
        return False
    return all(-LARGEST <= x <= LARGEST for x in value)
