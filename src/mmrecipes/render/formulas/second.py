"""The second opinion: a LaTeX string set by ziamath (MIT), which shares no code, font or layout with the first.

ziamath reads the string with latex2mathml and sets it in STIX Two Math; we only walk over the result and note each
glyph with its box, both engines in one `alphabet`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mmrecipes.core.boxes import Box
from mmrecipes.render.formulas.alphabet import character, symbols_of
from mmrecipes.render.formulas.draw import EM, DrawnFormula


class SecondEngineError(ValueError):
    """ziamath does not set this string."""


@dataclass(frozen=True, slots=True)
class SymbolBox:
    """One drawn character of the common alphabet, in pixels."""

    char: str
    box: Box


def first_symbols(drawn: DrawnFormula) -> list[SymbolBox]:
    """What the first engine drew."""
    return [SymbolBox(g.char, g.box) for g in symbols_of(drawn)]


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
