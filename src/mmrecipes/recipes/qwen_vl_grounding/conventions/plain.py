"""Decimals right after the phrase: Shikra's brackets and the plain `<box>0.1,0.2,0.3,0.4</box>`.

Covered: boxes and points. Not covered: quads. The phrase is not marked: in a block it is what precedes the places
on their line, in running text nobody can tell where it begins.
Source: Shikra (arXiv 2306.15195).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mmrecipes.recipes.qwen_vl_grounding.conventions.form import (
    BOXES_AND_POINTS,
    CaptionReading,
    Grounded,
    InlineForm,
    Kind,
    Mention,
)
from mmrecipes.recipes.qwen_vl_grounding.conventions.grammar import NUMBER, Grammar, mention, numbers_in, unfenced
from mmrecipes.recipes.qwen_vl_grounding.conventions.scales import Numbers, Size


@dataclass(frozen=True, slots=True)
class Bare(InlineForm):
    """Thousandths as decimals with three places, between `opened` and `closed`."""

    opened: str
    closed: str
    between: str
    """What separates two places of one phrase."""
    gap: str
    """What stands between a phrase and its places."""
    kinds = BOXES_AND_POINTS

    def _places(self, places: Sequence[Numbers]) -> str:
        decimals = (",".join(f"{v / 1000:.3f}" for v in place) for place in places)
        return f"{self.opened}{self.between.join(decimals)}{self.closed}"

    def place(self, numbers: Numbers) -> str:
        return self._places([numbers])

    def around(self, item: Grounded) -> tuple[str, str]:
        return "", self.gap + self._places(item.places)

    def write(self, items: Sequence[Grounded]) -> str:
        return "\n".join(item.phrase + self.around(item)[1] for item in items)

    def opening(self, phrase: str) -> str:
        return phrase + self.gap + self.opened

    def spelled(self, numbers: Numbers) -> list[float | int]:
        return [v / 1000 for v in numbers]

    def read(self, text: str, kind: Kind, limits: Size) -> tuple[Mention, ...]:
        grammar = self._grammar(r"\s*", kind, limits)
        mentions: list[Mention] = []
        for line in unfenced(text).splitlines():
            before, at = "", 0
            for found in grammar.pattern.finditer(line):
                before = line[at : found.start()].strip() or before
                at = found.end()
                mentions.extend(Mention(before, m.numbers, m.flags) for m in grammar.mentions_of(found))
        grammar.nothing_left(grammar.pattern.sub("", unfenced(text)), mentions)
        return tuple(mentions)

    def read_caption(self, text: str, kind: Kind, limits: Size) -> CaptionReading:
        return self._grammar(re.escape(self.gap), kind, limits).read_caption(text)

    def _grammar(self, gap: str, kind: Kind, limits: Size) -> Grammar:
        """A bracket is a marker only next to a number."""
        opened, closed, between = map(re.escape, (self.opened, self.closed, self.between))
        place = rf"\s*{NUMBER}\s*(?:,\s*{NUMBER}\s*)+"

        def mentions_of(found: re.Match[str]) -> list[Mention]:
            written = found["places"].split(self.between)
            return [mention("", numbers_in(place), kind, limits, unit=1000.0) for place in written]

        return Grammar(
            re.compile(rf"{gap}{opened}(?P<places>{place}(?:{between}{place})*){closed}"),
            re.compile(rf"{opened}\s*-?\d|\d\s*{closed}"),
            mentions_of,
        )
