"""What the spellings share in reading: numbers within their limits, text without fences, mentions by pattern.

Covered: repairing what is certain, refusing what is not. Not covered: any one spelling.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mmrecipes.recipes.qwen_vl_grounding.conventions.form import CaptionReading, Kind, Mention, Unreadable
from mmrecipes.recipes.qwen_vl_grounding.conventions.scales import Numbers, Size

LENGTHS: dict[Kind, int] = {"point": 2, "box": 4, "quad": 8}
NUMBER = r"-?\d+(?:\.\d+)?"
_NUMBER = re.compile(NUMBER)
_FENCE = re.compile(r"^\s*```[\w-]*\s*$", re.MULTILINE)


def numbers_in(text: str) -> list[str]:
    """Every number in the text, as spelled."""
    return _NUMBER.findall(text)


def is_number(text: str) -> bool:
    """Whether the text is one number and nothing else."""
    return _NUMBER.fullmatch(text) is not None


def unfenced(text: str) -> str:
    """The text without Markdown code fences."""
    return _FENCE.sub("", text)


def checked(values: Sequence[str | float], kind: Kind, limits: Size, unit: float = 1.0) -> tuple[Numbers, list[str]]:
    """Whole numbers from spelled ones (multiplied by `unit`), repaired where the meaning is certain."""
    if len(values) != LENGTHS[kind]:
        raise Unreadable("wrong_kind", f"{len(values)} numbers where a {kind} has {LENGTHS[kind]}")
    flags: list[str] = []
    scaled = [float(v) * unit for v in values]
    whole = [round(v) for v in scaled]
    if any(abs(v - w) > 1e-6 for v, w in zip(scaled, whole, strict=True)):
        flags.append("float")
    for i, v in enumerate(scaled):
        if not -1e-6 <= v <= limits[i % 2] + 1e-6:
            raise Unreadable("out_of_range", f"{values[i]} is not within 0..{limits[i % 2] / unit:g}")
    if kind == "box":
        upright = [min(whole[0], whole[2]), min(whole[1], whole[3]), max(whole[0], whole[2]), max(whole[1], whole[3])]
        if upright != whole:
            whole = upright
            flags.append("reversed")
    return tuple(whole), flags


def mention(phrase: str | None, values: Sequence[str | float], kind: Kind, limits: Size, unit: float = 1.0) -> Mention:
    """One mention from spelled numbers. Raises `Unreadable`."""
    numbers, flags = checked(values, kind, limits, unit)
    return Mention((phrase or "").strip(), numbers, tuple(flags))


def any_of(*tags: str) -> re.Pattern[str]:
    """A pattern for any of these strings."""
    return re.compile("|".join(map(re.escape, tags)))


@dataclass(frozen=True, slots=True)
class Grammar:
    """A spelling whose mentions are found by a pattern.

    `pattern` matches a complete mention (its group `phrase`, if any, is what stays of it in a caption), `marker`
    what must not remain outside of one, `mentions_of` reads a match.
    """

    pattern: re.Pattern[str]
    marker: re.Pattern[str]
    mentions_of: Callable[[re.Match[str]], Sequence[Mention]]

    def read(self, text: str) -> tuple[Mention, ...]:
        """Every mention in the text. Raises `Unreadable`."""
        text = unfenced(text)
        mentions = tuple(m for found in self.pattern.finditer(text) for m in self.mentions_of(found))
        self.nothing_left(self.pattern.sub("", text), mentions)
        return mentions

    def read_caption(self, text: str) -> CaptionReading:
        """The text with every match replaced by its phrase (or by nothing), and where the phrases end. Raises
        `Unreadable`."""
        plain, at = "", 0
        mentions: list[tuple[int, Mention]] = []
        for found in self.pattern.finditer(text):
            plain += text[at : found.start()] + (found.groupdict().get("phrase") or "")
            mentions.extend((len(plain), m) for m in self.mentions_of(found))
            at = found.end()
        plain += text[at:]
        self.nothing_left(plain, mentions)
        return CaptionReading(plain, tuple(mentions))

    def nothing_left(self, rest: str, mentions: Sequence[object]) -> None:
        """Raise `Unreadable` when markers remain outside the mentions, or when there was no mention."""
        if left := self.marker.search(rest):
            raise Unreadable("malformed", f"{left[0]} outside a complete mention")
        if not mentions:
            raise Unreadable("missing_tag", "no place in the text")
