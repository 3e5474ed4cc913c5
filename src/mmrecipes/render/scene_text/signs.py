"""What signs say: lines with their relative sizes, invented by a grammar per kind of sign.

`sign(role, language, rng)` is the one entrance. Covered: English; the roles of `ROLES`. All names are invented.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from mmrecipes.core.errors import InputError
from mmrecipes.render.scene_text import signs_en

Align = Literal["left", "centre"]


@dataclass(frozen=True, slots=True)
class SignLine:
    """A line as it is lettered: `size` relative to the sign's largest line; `end` is set flush right in the same
    line."""

    text: str
    size: float = 1.0
    bold: bool = False
    end: str = ""

    @property
    def reading(self) -> str:
        return f"{self.text} {self.end}" if self.end else self.text


@dataclass(frozen=True, slots=True)
class SignText:
    """A sign: its lines in reading order. `wrap`: long lines may be broken at blanks."""

    role: str
    language: str
    lines: tuple[SignLine, ...]
    align: Align = "centre"
    wrap: bool = False
    capitals: bool = False


_Grammar = Callable[[str, random.Random], tuple[list[tuple[str, float, bool, str]], Align, bool]]
_GRAMMARS: dict[str, _Grammar] = {"en": signs_en.compose}
LANGUAGES: tuple[str, ...] = tuple(_GRAMMARS)
ROLES = tuple(signs_en.ROLES)
_LOUD = frozenset({"shop", "hanging", "warning", "billboard", "street", "valance", "aisle"})


def sign(role: str, language: str, rng: random.Random) -> SignText:
    """A sign of this kind in a language. Raises `InputError` for a language without a grammar."""
    if language not in _GRAMMARS:
        raise InputError(f"no signs in language {language!r}; there are: {', '.join(LANGUAGES)}")
    lines, align, wrap = _GRAMMARS[language](role, rng)
    loud = role in _LOUD and rng.random() < 0.4
    return SignText(
        role, language,
        tuple(SignLine(text.upper() if loud else text, size, bold, end) for text, size, bold, end in lines),
        align, wrap, loud,
    )  # fmt: skip


def main_line(text: SignText) -> SignText:
    """The sign with its largest line alone; a running text is left as it is."""
    if text.wrap:
        return text
    largest = max(text.lines, key=lambda line: line.size)
    return replace(text, lines=(replace(largest, end="", size=1.0),))
