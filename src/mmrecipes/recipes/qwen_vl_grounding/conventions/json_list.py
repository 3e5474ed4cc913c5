"""Qwen2.5-VL and Qwen3-VL: a JSON list of {"bbox_2d" or "point_2d", "label"}.

Covered: boxes and points. Not covered: quads, places inside running text (they stand in a list after it).
Source: the cookbooks of Qwen2.5-VL (arXiv 2502.13923) and Qwen3-VL (arXiv 2511.21631).
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from mmrecipes.recipes.qwen_vl_grounding.conventions.form import (
    BOXES_AND_POINTS,
    Form,
    Grounded,
    Kind,
    Mention,
    Unreadable,
)
from mmrecipes.recipes.qwen_vl_grounding.conventions.grammar import mention, unfenced
from mmrecipes.recipes.qwen_vl_grounding.conventions.scales import Numbers, Size

_BRACKETED = re.compile(r"\[([^\[\]]*)\]")


@dataclass(frozen=True, slots=True)
class JsonList(Form):
    """One JSON object per place, on a line of its own when there are several."""

    kinds = BOXES_AND_POINTS

    def place(self, numbers: Numbers) -> str:
        return f"[{', '.join(map(str, numbers))}]"

    def _entry(self, numbers: Numbers, phrase: str) -> str:
        key = "point_2d" if len(numbers) == 2 else "bbox_2d"
        return f'{{"{key}": {self.place(numbers)}, "label": {json.dumps(phrase, ensure_ascii=False)}}}'

    def write(self, items: Sequence[Grounded]) -> str:
        entries = [self._entry(place, item.phrase) for item in items for place in item.places]
        return f"[{entries[0]}]" if len(entries) == 1 else "[\n\t" + ",\n\t".join(entries) + "\n]"

    def read(self, text: str, kind: Kind, limits: Size) -> tuple[Mention, ...]:
        text = unfenced(text)
        key = "point_2d" if kind == "point" else "bbox_2d"
        mentions: list[Mention] = []
        for entry in _entries(text):
            values = entry.get(key)
            if not isinstance(values, list) or not all(isinstance(v, (int, float)) for v in values):
                raise Unreadable("wrong_kind", f"an entry without a list of numbers under {key}")
            mentions.append(mention(str(entry.get("label", "")), values, kind, limits))
        if not mentions:
            raise Unreadable("malformed" if "_2d" in text else "missing_tag", "no JSON list of places")
        return tuple(mentions)

    def read_places(self, text: str, kind: Kind, limits: Size) -> tuple[Mention, ...]:
        found = [mention("", [v.strip() for v in m[1].split(",")], kind, limits) for m in _BRACKETED.finditer(text)]
        if not found:
            raise Unreadable("missing_tag", "no place in the text")
        return tuple(found)


def _entries(text: str) -> list[dict[str, object]]:
    """The objects of the first JSON list of objects (or of a single object) in the text."""
    for found in re.finditer(r"[\[{]", text):
        try:
            value, _ = json.JSONDecoder().raw_decode(text, found.start())
        except json.JSONDecodeError:
            continue
        entries = value if isinstance(value, list) else [value]
        if entries and all(isinstance(e, dict) for e in entries):
            return entries
    return []
