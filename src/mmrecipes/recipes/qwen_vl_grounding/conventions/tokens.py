"""Location tokens of the vocabulary: Kosmos-2's patch indices, Florence-2's and PaliGemma's bins.

Covered: boxes and points, for Florence-2 quads. Not covered: polygons, PaliGemma's segmentation tokens.
Sources: the processors of Kosmos-2 (arXiv 2306.14824) and Florence-2 (arXiv 2311.06242) in transformers; the token
list of PaliGemma (arXiv 2407.07726).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mmrecipes.recipes.qwen_vl_grounding.conventions.form import (
    BOXES_AND_POINTS,
    EVERY_KIND,
    CaptionReading,
    Form,
    Grounded,
    InlineForm,
    Kind,
    Mention,
    Unreadable,
)
from mmrecipes.recipes.qwen_vl_grounding.conventions.grammar import (
    LENGTHS,
    NUMBER,
    Grammar,
    any_of,
    mention,
    numbers_in,
)
from mmrecipes.recipes.qwen_vl_grounding.conventions.scales import Numbers, Size

_DELIMITER = "</delimiter_of_multi_objects/>"
_PATCHES = re.compile(
    r"(?:<phrase>(?P<phrase>.*?)</phrase>\s*)?"
    rf"<object>(?P<places>(?:\s*(?:<patch_index_\d+>|{_DELIMITER}))+)\s*</object>",
    re.DOTALL,
)
_PATCH_MARKERS = any_of("<phrase>", "</phrase>", "<object>", "</object>", "<patch_index_")
_AFTER = re.compile(rf"(?P<phrase>[^<>\n]*)(?P<places>(?:\s*<loc_{NUMBER}>)+)")
_BEFORE = re.compile(r"(?P<places>(?:<loc\d+>\s*)+)(?P<phrase>[^;<\n]*)")
_LOC = any_of("<loc")


@dataclass(frozen=True, slots=True)
class Patches(InlineForm):
    """Kosmos-2: `<phrase>t</phrase><object><patch_index_0044><patch_index_0863></object>`."""

    side: int = 32
    kinds = BOXES_AND_POINTS

    def spelled(self, numbers: Numbers) -> list[float | int]:
        return [numbers[i + 1] * self.side + numbers[i] for i in range(0, len(numbers), 2)]

    def _places(self, places: Sequence[Numbers]) -> str:
        indices = ("".join(f"<patch_index_{v:04d}>" for v in self.spelled(place)) for place in places)
        return f"<object>{_DELIMITER.join(indices)}</object>"

    def place(self, numbers: Numbers) -> str:
        return self._places([numbers])

    def name(self, phrase: str) -> str:
        return f"<phrase>{phrase}</phrase>"

    def around(self, item: Grounded) -> tuple[str, str]:
        return "<phrase>", "</phrase>" + self._places(item.places)

    def opening(self, phrase: str) -> str:
        return self.name(phrase) + "<object>"

    def read(self, text: str, kind: Kind, limits: Size) -> tuple[Mention, ...]:
        return self._grammar(kind, limits).read(text)

    def read_caption(self, text: str, kind: Kind, limits: Size) -> CaptionReading:
        return self._grammar(kind, limits).read_caption(text)

    def _grammar(self, kind: Kind, limits: Size) -> Grammar:
        def mentions_of(found: re.Match[str]) -> list[Mention]:
            return [
                mention(found["phrase"], self._cells(place), kind, limits)
                for place in found["places"].split(_DELIMITER)
            ]

        return Grammar(_PATCHES, _PATCH_MARKERS, mentions_of)

    def _cells(self, place: str) -> list[float]:
        """Columns and rows of the patches of one place."""
        indices = list(map(int, re.findall(r"\d+", place)))
        if any(v >= self.side**2 for v in indices):
            raise Unreadable("out_of_range", f"patch {max(indices)} of {self.side**2}")
        return [c for v in indices for c in (v % self.side, v // self.side)]


@dataclass(frozen=True, slots=True)
class LocAfter(Form):
    """Florence-2: `label<loc_412><loc_388><loc_596><loc_703>`, several boxes after one label."""

    kinds = EVERY_KIND

    def place(self, numbers: Numbers) -> str:
        return "".join(f"<loc_{v}>" for v in numbers)

    def write(self, items: Sequence[Grounded]) -> str:
        return "".join(item.phrase + "".join(map(self.place, item.places)) for item in items)

    def read(self, text: str, kind: Kind, limits: Size) -> tuple[Mention, ...]:
        def mentions_of(found: re.Match[str]) -> list[Mention]:
            values, length = numbers_in(found["places"]), LENGTHS[kind]
            if len(values) % length:
                raise Unreadable("wrong_kind", f"{len(values)} numbers are not {kind}s of {length}")
            places = [values[i : i + length] for i in range(0, len(values), length)]
            return [mention(found["phrase"], place, kind, limits) for place in places]

        return Grammar(_AFTER, _LOC, mentions_of).read(text)


@dataclass(frozen=True, slots=True)
class LocBefore(Form):
    """PaliGemma: `<loc0397><loc0422><loc0720><loc0610> kettle`, y before x, items joined by " ; "."""

    kinds = BOXES_AND_POINTS

    def spelled(self, numbers: Numbers) -> list[float | int]:
        return [v for i in range(0, len(numbers), 2) for v in (numbers[i + 1], numbers[i])]

    def place(self, numbers: Numbers) -> str:
        return "".join(f"<loc{v:04d}>" for v in self.spelled(numbers))

    def write(self, items: Sequence[Grounded]) -> str:
        return " ; ".join(f"{self.place(place)} {item.phrase}" for item in items for place in item.places)

    def read(self, text: str, kind: Kind, limits: Size) -> tuple[Mention, ...]:
        def mentions_of(found: re.Match[str]) -> list[Mention]:
            values = numbers_in(found["places"])
            swapped = [values[i ^ 1] for i in range(len(values) // 2 * 2)]
            return [mention(found["phrase"], swapped, kind, limits)]

        return Grammar(_BEFORE, _LOC, mentions_of).read(text)
