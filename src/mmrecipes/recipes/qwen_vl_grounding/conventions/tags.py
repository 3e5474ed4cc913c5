"""Qwen-VL and Qwen2-VL: `<ref>t</ref><box>(x1,y1),(x2,y2)</box>`, several places after one phrase.

Covered: boxes, points (one corner) and quads in tags of their own. Not covered: polygons.
Source: the tutorial and evaluation code of Qwen-VL (arXiv 2308.12966); special tokens of Qwen2-VL (arXiv 2409.12191).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mmrecipes.recipes.qwen_vl_grounding.conventions.form import (
    EVERY_KIND,
    CaptionReading,
    Grounded,
    InlineForm,
    Kind,
    Mention,
)
from mmrecipes.recipes.qwen_vl_grounding.conventions.grammar import NUMBER, Grammar, any_of, mention, numbers_in
from mmrecipes.recipes.qwen_vl_grounding.conventions.scales import Numbers, Size


@dataclass(frozen=True, slots=True)
class Tagged(InlineForm):
    """The phrase between ref tags, then its places between box or quad tags."""

    ref: tuple[str, str]
    box: tuple[str, str]
    quad: tuple[str, str]
    kinds = EVERY_KIND

    def place(self, numbers: Numbers) -> str:
        opened, closed = self.quad if len(numbers) == 8 else self.box
        corners = ",".join(f"({numbers[i]},{numbers[i + 1]})" for i in range(0, len(numbers), 2))
        return f"{opened}{corners}{closed}"

    def name(self, phrase: str) -> str:
        return f"{self.ref[0]}{phrase}{self.ref[1]}"

    def around(self, item: Grounded) -> tuple[str, str]:
        return self.ref[0], self.ref[1] + "".join(map(self.place, item.places))

    def opening(self, phrase: str) -> str:
        return self.name(phrase) + self.box[0]

    def read(self, text: str, kind: Kind, limits: Size) -> tuple[Mention, ...]:
        return self._grammar(kind, limits).read(text)

    def read_caption(self, text: str, kind: Kind, limits: Size) -> CaptionReading:
        return self._grammar(kind, limits).read_caption(text)

    def _grammar(self, kind: Kind, limits: Size) -> Grammar:
        tags = self.quad if kind == "quad" else self.box
        opened, closed = map(re.escape, tags)
        pair = rf"\s*\(\s*{NUMBER}\s*,\s*{NUMBER}\s*\)\s*"
        places = rf"{opened}{pair}(?:,{pair})*{closed}"
        ref = rf"{re.escape(self.ref[0])}(?P<phrase>.*?){re.escape(self.ref[1])}"

        def mentions_of(found: re.Match[str]) -> list[Mention]:
            written = found["places"].split(tags[1])[:-1]
            return [mention(found["phrase"], numbers_in(place), kind, limits) for place in written]

        return Grammar(
            re.compile(rf"(?:{ref}\s*)?(?P<places>{places}(?:\s*{places})*)", re.DOTALL),
            any_of(*self.ref, *self.box, *self.quad),
            mentions_of,
        )
