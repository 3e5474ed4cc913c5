"""The second opinion: a LaTeX string set by ziamath (MIT), which shares no code, font or layout with the first.

ziamath reads the string with latex2mathml and sets it in STIX Two Math; we only walk over the result and note each
glyph with its box, both engines in one `alphabet`.
"""

from __future__ import annotations

import functools
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

    rows_measured_once()
    try:
        node = ziamath.zmath.Latex(tex, size=em).node
    except Exception as e:
        raise SecondEngineError(f"{type(e).__name__}: {e}") from e
    found: list[SymbolBox] = []
    _walk(node, 0.0, 0.0, found)
    return found


@functools.cache
def rows_measured_once() -> type[Any]:
    """Registers rows that set their parts once while an outer row is only measured; the class of these rows.

    ziamath sets every row twice: first without tall brackets, to learn how tall these have to be. In that first pass
    tall brackets do not count for the height, so that rows inside need no first pass of their own; without this the
    work doubles with every level of nesting. Drawings stay the same.
    """
    from ziamath.nodes.mrow import Mrow

    class Row(Mrow, tag="mrow"):
        def _get_height_nostretch(self, line: list[Any], **kwargs: Any) -> tuple[float, float]:
            return (0.0, 0.0) if kwargs.get("nostretch") else super()._get_height_nostretch(line, **kwargs)

    return Row


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
