"""One alphabet for what is drawn: the two engines and the pen name a symbol by the same character.

Italic and upright forms of a letter are the same, so are an accent that combines and one that stands alone, and the
pieces of a tall bracket are that bracket. Bold, blackboard and calligraphic letters are letters of their own, as in
LaTeX. Lines without a glyph (bars of fractions and overlines) are no symbols.
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from mmrecipes.render.formulas.draw import DrawnFormula
from mmrecipes.render.formulas.symbols import BRACKETS, CLOSING
from mmrecipes.render.typeset import Glyph

_SAME = {
    other: char
    for char, others in {
        "\N{COMBINING CIRCUMFLEX ACCENT}": "^\N{MODIFIER LETTER CIRCUMFLEX ACCENT}",
        "\N{COMBINING MACRON}": "\N{MACRON}\N{OVERLINE}",
        "\N{COMBINING TILDE}": "~\N{SMALL TILDE}\N{TILDE OPERATOR}",
        "\N{COMBINING DOT ABOVE}": "\N{DOT ABOVE}",
        "\N{COMBINING DIAERESIS}": "\N{DIAERESIS}",
        "\N{RIGHTWARDS ARROW}": "\N{COMBINING RIGHT ARROW ABOVE}",
        "\N{MINUS SIGN}": "-",
        "|": "\N{DIVIDES}",
        "\N{PARALLEL TO}": "\N{DOUBLE VERTICAL LINE}",
        "\N{DOT OPERATOR}": "\N{MIDDLE DOT}",
        ":": "\N{RATIO}",
        "\N{PRIME}": "'",
        "*": "\N{STAR OPERATOR}",
        "\N{GREEK CAPITAL LETTER DELTA}": "\N{INCREMENT}",
        "\N{GREEK SMALL LETTER MU}": "\N{MICRO SIGN}",
        "\N{UP TACK}": "\N{PERPENDICULAR}",
        "\N{PLANCK CONSTANT OVER TWO PI}": "\N{LATIN SMALL LETTER H WITH STROKE}",
        "\N{DIAMETER SIGN}": "\N{EMPTY SET}",
        "\\": "\N{SET MINUS}\N{REVERSE SOLIDUS OPERATOR}",
        "/": "\N{DIVISION SLASH}",
        "<": "\N{MATHEMATICAL LEFT ANGLE BRACKET}\N{LEFT ANGLE BRACKET}",
        ">": "\N{MATHEMATICAL RIGHT ANGLE BRACKET}\N{RIGHT ANGLE BRACKET}",
    }.items()
    for other in others
}
_LINES = frozenset("_\N{COMBINING OVERLINE}\N{HORIZONTAL BAR}\N{BOX DRAWINGS LIGHT HORIZONTAL}")
_GROWING = frozenset({*BRACKETS, *CLOSING, r"\sqrt"})


@functools.cache
def character(char: str) -> str:
    """A character in the common alphabet; empty for blanks and lines."""
    if char.isspace() or char in _LINES or "\N{WORD JOINER}" <= char <= "\N{INVISIBLE PLUS}":
        return ""
    name = unicodedata.name(char, "")
    if name.startswith("MATHEMATICAL ITALIC ") or name == "PLANCK CONSTANT":
        char = chr(int(unicodedata.decomposition(char).removeprefix("<font> "), 16))
    return _SAME.get(char, char)


def symbols_of(drawn: DrawnFormula) -> Iterator[Glyph]:
    """The glyphs of a drawing in the common alphabet; brackets and roots that are put together of pieces come once, at
    full height."""
    seen: set[tuple[int, str]] = set()
    for glyph in drawn.glyphs:
        char = character(glyph.char) if glyph.char else ""
        if not char:
            continue
        token = drawn.tokens[glyph.id - 1]
        if not (token.tex in _GROWING or token.tex.startswith((r"\begin", r"\end"))):
            yield replace(glyph, char=char)
        elif (glyph.id, char) not in seen:
            seen.add((glyph.id, char))
            yield replace(glyph, char=char, box=(glyph.box[0], token.box[1], glyph.box[2], token.box[3]))
