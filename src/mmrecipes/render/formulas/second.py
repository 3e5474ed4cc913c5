"""The second opinion: a LaTeX string set by ziamath (MIT), which shares no code, font or layout with the first.

ziamath reads the string with latex2mathml and sets it in STIX Two Math; we only walk over the result and note each
glyph with its box. `characters` gives both engines one alphabet: italic, upright and bracket-piece forms of a symbol
are the same symbol, an accent is the same whether it combines or stands alone. Lines without a glyph (bars of
fractions and overlines) are compared by neither.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any

from mmrecipes.core.boxes import Box
from mmrecipes.render.formulas.draw import EM, DrawnFormula
from mmrecipes.render.formulas.symbols import BRACKETS, CLOSING


class SecondEngineError(ValueError):
    """ziamath does not set this string."""


@dataclass(frozen=True, slots=True)
class SymbolBox:
    """One drawn character of the common alphabet, in pixels."""

    char: str
    box: Box


_SAME = {
    "ˆ": "̂",
    "^": "̂",
    "¯": "̄",
    "‾": "̄",
    "˜": "̃",
    "~": "̃",
    "∼": "̃",
    "⃗": "→",
    "˙": "̇",
    "¨": "̈",
    "-": "−",
    "∣": "|",
    "‖": "∥",
    "·": "⋅",
    "∶": ":",
    "'": "′",
    "⋆": "*",
    "*": "*",
    "∆": "Δ",
    "⟂": "⊥",
    "ħ": "ℏ",
    "∅": "⌀",
    "∖": "\\",
    "⟨": "<",
    "⟩": ">",
    "∕": "/",
    "⧵": "\\",
    "〈": "<",
    "〉": ">",
    "µ": "μ",
    "Ω": "Ω",
    "≃": "≃",
    "ϵ": "ϵ",
}
_LINES = frozenset("̅―─_")
BRACKET_TOKENS = frozenset({*BRACKETS, *CLOSING, r"\sqrt"})


def character(char: str) -> str:
    """A character in the common alphabet; empty for blanks and lines."""
    if ord(char) >= 0x1D400 or 0x2100 <= ord(char) < 0x2150:
        parts = unicodedata.decomposition(char).split()
        if parts and parts[0] == "<font>":
            char = chr(int(parts[1], 16))
    if char.isspace() or char in _LINES or 0x2060 <= ord(char) <= 0x2064:
        return ""
    return _SAME.get(char, char)


def first_symbols(drawn: DrawnFormula) -> list[SymbolBox]:
    """What the first engine drew; brackets and roots that are put together of pieces count once, at full
    height."""
    found: list[SymbolBox] = []
    seen: set[tuple[int, str]] = set()
    for glyph in drawn.glyphs:
        if not glyph.char or not (char := character(glyph.char)):
            continue
        token = drawn.tokens[glyph.id - 1] if glyph.id else None
        if token is None or not (token.tex in BRACKET_TOKENS or token.tex.startswith((r"\begin", r"\end"))):
            found.append(SymbolBox(char, glyph.box))
        elif (glyph.id, char) not in seen:
            seen.add((glyph.id, char))
            found.append(SymbolBox(char, (glyph.box[0], token.box[1], glyph.box[2], token.box[3])))
    return found


def second_symbols(tex: str, em: float = EM) -> list[SymbolBox]:
    """What ziamath draws for a LaTeX string at `em` pixels. Raises `SecondEngineError`."""
    import ziamath.zmath

    try:
        node = ziamath.zmath.Latex(tex, size=em).node
    except Exception as e:
        raise SecondEngineError(f"{type(e).__name__}: {e}") from e
    found: list[SymbolBox] = []
    _walk(node, 0.0, 0.0, found)
    return found


def _walk(node: Any, x: float, y: float, found: list[SymbolBox]) -> None:
    """Glyphs below a node whose origin is at (x, y), y downwards; glyph boxes have y upwards."""
    if hasattr(node, "char"):
        box = node.bbox
        if (char := character(node.char)) and box.xmax > box.xmin:
            found.append(SymbolBox(char, (x + box.xmin, y - box.ymax, x + box.xmax, y - box.ymin)))
        return
    places: Any = getattr(node, "nodexy", ())
    for (dx, dy), part in zip(places, node.nodes, strict=False):
        _walk(part, x + dx, y + dy, found)
