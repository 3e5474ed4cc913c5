"""What signs say: lines with their relative sizes, invented by a grammar per kind of sign.

`sign(role, language, rng)` is the one entrance. Covered: the roles of `ROLES`, in all languages of `canvas.scripts`
(English has a grammar of its own, the others share one). All names are invented.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, replace
from typing import Literal

from mmrecipes.canvas.scripts import LANGUAGES
from mmrecipes.core.errors import InputError
from mmrecipes.render.corpora.texts import capitals
from mmrecipes.render.scene_text import signs_en, signs_local

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


ROLES = tuple(signs_en.ROLES)
_LOUD = frozenset({"shop", "hanging", "warning", "billboard", "street", "valance", "aisle"})


def sign(role: str, language: str, rng: random.Random) -> SignText:
    """A sign of this kind in a language. Raises `InputError` for a language that is not known."""
    if language not in LANGUAGES:
        raise InputError(f"no signs in language {language!r}; there are: {', '.join(LANGUAGES)}")
    if language == "en":
        lines, align, wrap = signs_en.compose(role, rng)
    else:
        lines, align, wrap = signs_local.compose(role, language, rng)
    loud = role in _LOUD and rng.random() < 0.4 and has_capitals(language)
    return SignText(
        role, language,
        tuple(SignLine(capitals(text, language) if loud else text, size, bold, end) for text, size, bold, end in lines),
        align, wrap, loud,
    )  # fmt: skip


def has_capitals(language: str) -> bool:
    return LANGUAGES[language].script in ("Latn", "Cyrl", "Grek")


_CURRENCY = re.compile("[£$€]")


def currency_of(text: SignText) -> str:
    """The sign of the currency of its prices; empty when it names none."""
    found = _CURRENCY.search(" ".join(line.reading for line in text.lines))
    return found[0] if found else ""


def priced_in(text: SignText, currency: str) -> SignText:
    """The same sign with its prices in another currency; as it is where that is empty."""
    if not currency:
        return text
    lines = (
        replace(line, text=_CURRENCY.sub(currency, line.text), end=_CURRENCY.sub(currency, line.end))
        for line in text.lines
    )
    return replace(text, lines=tuple(lines))


def main_line(text: SignText) -> SignText:
    """The sign with its largest line alone; a running text is left as it is."""
    if text.wrap:
        return text
    largest = max(text.lines, key=lambda line: line.size)
    return replace(text, lines=(replace(largest, end="", size=1.0),))
