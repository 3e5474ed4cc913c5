"""What recipes do with texts: JSON out of a reply, untrusted text into a prompt.

Covered: JSON bare, in a fence or among prose, checked against a pydantic model; whether a reply is whole; fences that
a text cannot break out of. Not covered: repairing. Cut-off or broken JSON is `Malformed` and is asked for again.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
import unicodedata
from collections import Counter
from typing import Any, NoReturn, TypeVar

from pydantic import BaseModel, ValidationError

from mmrecipes.models.call import Malformed, Reply

MAX_JSON = 1_000_000
"""Longest text, in characters, in which JSON is looked for."""

M = TypeVar("M", bound=BaseModel)
_FENCE = re.compile(r"```(?:json5?|jsonc)?\s*", re.IGNORECASE)
_REASONED = re.compile(r"</think>[ \t]*\r?\n")  # no JSON string holds a line break: this is none of the answer's
_LABEL = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def one_line(text: str, limit: int) -> str:
    """A text fit for a log line: no control, format or surrogate characters, blanks joined, at most `limit` long."""
    shown = "".join(" " if unicodedata.category(c) in _HIDDEN else c for c in text[: 8 * limit])
    line = " ".join(shown.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def whole(reply: Reply) -> str:
    """The reply's text. Raises `Malformed` with `refused`, `truncated` or `empty`."""
    choice = reply.choices[0]
    if choice.refusal or choice.finish == "content_filter":
        raise Malformed("refused", one_line(choice.refusal, 200) or "the reply was withheld by a content filter")
    if reply.truncated:
        raise Malformed("truncated", "it was cut off because it is too long; be briefer")
    if not choice.text.strip():
        raise Malformed("empty", "it has no text")
    return choice.text


def fenced(text: str, label: str) -> str:
    """`text` between an opening and a closing tag that do not occur in it; equal texts give equal tags."""
    if not _LABEL.fullmatch(label):
        raise ValueError(f"{label!r} is no label: letters, digits, - and _ only")
    folded, digest = text.casefold(), hashlib.sha256(text.encode()).hexdigest()
    while (tag := f"{label}-{digest[:12]}").casefold() in folded:
        digest = hashlib.sha256(digest.encode()).hexdigest()
    return f"<{tag}>\n{text}\n</{tag}>"


def validated(text: str, model: type[M]) -> M:
    """The JSON value of a reply as `model`. Raises `Malformed` with `not_json` or with `wrong_shape` and the fields."""
    try:
        return model.model_validate(json_value(text))
    except ValidationError as e:
        faults = [f"{'.'.join(map(str, p['loc'])) or 'the value'}: {p['msg']}" for p in e.errors()[:5]]
        raise Malformed("wrong_shape", one_line("; ".join(faults), 400)) from None


def json_value(text: str) -> Any:
    """The JSON value of a reply: the whole text, else the object or array in a fence, else the first one in the text.

    Reasoning that ends with `</think>` is left out. A value that begins as JSON and is broken or cut off is refused,
    never skipped: what stands inside it is not what was asked for. Raises `Malformed("not_json", why)`.
    """
    if len(text) > MAX_JSON:
        _refuse(f"it is longer than {MAX_JSON} characters")
    stripped = text.strip().removeprefix("\ufeff")
    try:
        return _checked(_DECODER.decode(stripped))
    except RecursionError:
        _refuse("it is nested too deeply")
    except json.JSONDecodeError:
        return _inner_value(stripped)


def _inner_value(text: str) -> Any:
    if text.startswith("<think>"):
        answer = text.partition("</think>")[2]
        if not answer:
            _refuse("it ends within the reasoning")
    else:
        answer = _REASONED.split(text)[-1]
    starts = [m.end() for m in _FENCE.finditer(answer) if answer[m.end() : m.end() + 1] in ("{", "[")]
    return _first_value(answer, starts[0] if starts else 0)


def _first_value(text: str, at: int) -> Any:
    while (found := _OPENING.search(text, at)) is not None:
        start = found.start()
        if not _BEGINS.match(text, start):
            at = _after_brackets(text, start)
            continue
        try:
            return _checked(_DECODER.raw_decode(text, start)[0])
        except json.JSONDecodeError as e:
            _refuse(f"{e.msg} at character {e.pos} of {len(text)}")
        except RecursionError:
            _refuse("it is nested too deeply")
    _refuse("it holds no JSON object or array")


def _after_brackets(text: str, start: int) -> int:
    """Behind prose in brackets (`[see below]`, `\\frac{1}{2}`), with all brackets inside it."""
    depth = 0
    for found in _BRACKET.finditer(text, start):
        depth += 1 if found[0] in "{[" else -1
        if depth == 0:
            return found.end()
    _refuse("a bracket is never closed")


_OPENING, _BRACKET = re.compile(r"[{\[]"), re.compile(r"[{}\[\]]")
_BEGINS = re.compile(r"\{\s*[\"}]|\[\s*(?:[\"\[\]{\d-]|true|false|null|NaN|Infinity)")


def _checked(value: Any) -> Any:
    """Refuses halves of characters (`\\ud83d` alone), which no file can hold."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        _refuse("it holds half a surrogate pair")
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        twice = next(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
        _refuse(f"the name {one_line(twice, 60)!r} stands twice in one object")
    return value


def _constant(name: str) -> NoReturn:
    _refuse(f"{name} is not a JSON number")


def _real(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        _refuse(f"the number {digits[:40]} is too large")
    return value


def _integer(digits: str) -> int:
    if len(digits) > 400:
        _refuse("a number is too long")
    return int(digits)


def _refuse(why: str) -> NoReturn:
    raise Malformed("not_json", why)


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant, parse_float=_real, parse_int=_integer)
