"""Words of the annotation that would be read as markup: found and set aside before anything is asked.

Covered: tags, special tokens, placeholders, JSON structure and lists of coordinates of every convention, whichever
is written, so that the same annotations serve all of them. Not covered: words that merely look odd. Nothing is
escaped or repaired: what holds markup is not used, and counted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

_TAG = r"<[/|!?]?[A-Za-z_]|\|>|/>"
"""A tag or special token of any name: <ref>, </box>, <|box_start|>, <loc_12>, <point, <image>, </s>."""
_JSON = r"[\[{]\s*[\"'{\[]|[\"'}\]]\s*[\]}]|(?:bbox|point)_2d"
"""Brackets as they stand in a JSON list of objects; quotes alone are not markup."""
_COORDINATES = r"\[\s*-?[\d.]+\s*[,;]|\(\s*-?[\d.]+\s*,\s*-?[\d.]+\s*\)\s*,?\s*\("
"""[0.1,0.2,…] and (1,2),(3,4)."""
_MARKUP = re.compile("|".join((_TAG, _JSON, _COORDINATES)))
_TEXTS = ("text", "utf8_string")


def has_markup(text: str) -> bool:
    """Whether a name, phrase, caption or transcription holds what some convention writes or a trainer reserves."""
    return _MARKUP.search(text) is not None


def without_markup(annotations: Sequence[Mapping[str, Any]]) -> tuple[list[Mapping[str, Any]], Counter[str]]:
    """The annotations of one image without words that hold markup, and what was set aside.

    `markup_in_category`: the annotation is unusable (it says so in `wrong`, and is counted where the others are).
    `markup_in_phrase`: the phrase is left out. `markup_in_text`: no text of the image is used, since a transcription
    without this one would not be whole.
    """
    aside: Counter[str] = Counter()
    marked = sum(any(has_markup(str(a.get(k) or "")) for k in _TEXTS) for a in annotations)
    if marked:
        aside["markup_in_text"] = marked
    clean: list[Mapping[str, Any]] = []
    for annotation in annotations:
        one = {k: v for k, v in annotation.items() if not (marked and k in _TEXTS)}
        if not one.get("wrong") and has_markup(str(one.get("category") or "")):
            one["wrong"] = "markup_in_category"
        said = _said(one)
        kept = [p for p in said if not has_markup(str(p))]
        if len(kept) < len(said):
            aside["markup_in_phrase"] += len(said) - len(kept)
            one.pop("phrase", None)
            one["phrases"] = kept
        clean.append(one)
    return clean, aside


def _said(annotation: Mapping[str, Any]) -> list[Any]:
    if annotation.get("phrase"):
        return [annotation["phrase"]]
    phrases = annotation.get("phrases")
    return phrases if isinstance(phrases, list) else []
