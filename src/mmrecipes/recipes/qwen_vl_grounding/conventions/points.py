"""Molmo: `<point x="50.4" y="61.2" alt="t">t</point>`, several as x1 y1 x2 y2 in `<points>`.

Covered: points, in percent with one decimal. Not covered: boxes and quads, which Molmo does not write.
Source: Molmo and PixMo (arXiv 2409.17146).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mmrecipes.recipes.qwen_vl_grounding.conventions.form import (
    POINTS,
    CaptionReading,
    Grounded,
    InlineForm,
    Kind,
    Mention,
    Unreadable,
)
from mmrecipes.recipes.qwen_vl_grounding.conventions.grammar import Grammar, any_of, is_number, mention
from mmrecipes.recipes.qwen_vl_grounding.conventions.scales import Numbers, Size

_PATTERN = re.compile(r"<(points?)\s(?P<places>[^<>]*?)(?:\s+alt=\"[^\"]*\")?\s*>(?P<phrase>[^<]*)</\1>")
_MARKERS = any_of("<point", "</point")
_PAIR = re.compile(r'x\d*\s*=\s*"([^"]*)"\s*y\d*\s*=\s*"([^"]*)"')
_IN_QUESTION = re.compile(r"\(([^()]*)\)")


@dataclass(frozen=True, slots=True)
class PointTags(InlineForm):
    """A tag around the phrase that holds its points as attributes; in questions `(50.4, 61.2)`."""

    kinds = POINTS

    def spelled(self, numbers: Numbers) -> list[float | int]:
        return [v / 10 for v in numbers]

    def place(self, numbers: Numbers) -> str:
        return f"({numbers[0] / 10:.1f}, {numbers[1] / 10:.1f})"

    def around(self, item: Grounded) -> tuple[str, str]:
        one = len(item.places) == 1
        attributes = (
            f'x{suffix}="{x / 10:.1f}" y{suffix}="{y / 10:.1f}"'
            for suffix, (x, y) in ((("" if one else i), place) for i, place in enumerate(item.places, 1))
        )
        tag = "point" if one else "points"
        alt = item.phrase.replace('"', "&quot;")
        return f'<{tag} {" ".join(attributes)} alt="{alt}">', f"</{tag}>"

    def read(self, text: str, kind: Kind, limits: Size) -> tuple[Mention, ...]:
        return self._grammar(kind, limits).read(text)

    def read_caption(self, text: str, kind: Kind, limits: Size) -> CaptionReading:
        return self._grammar(kind, limits).read_caption(text)

    def read_places(self, text: str, kind: Kind, limits: Size) -> tuple[Mention, ...]:
        pairs = [[v.strip() for v in m[1].split(",")] for m in _IN_QUESTION.finditer(text)]
        if not pairs:
            raise Unreadable("missing_tag", "no place in the text")
        return tuple(mention("", pair, kind, limits, unit=10.0) for pair in pairs)

    def _grammar(self, kind: Kind, limits: Size) -> Grammar:
        def mentions_of(found: re.Match[str]) -> list[Mention]:
            pairs = _PAIR.findall(found["places"])
            if not pairs or not all(is_number(v.strip()) for pair in pairs for v in pair):
                raise Unreadable("malformed", found[0])
            return [mention(found["phrase"], pair, kind, limits, unit=10.0) for pair in pairs]

        return Grammar(_PATTERN, _MARKERS, mentions_of)
