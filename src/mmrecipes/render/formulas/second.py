"""The second opinion: a LaTeX string set by ziamath (MIT), which shares no code, font or layout with the first.

ziamath reads the string with latex2mathml and sets it in STIX Two Math; we only walk over the result and note each
glyph with its box, both engines in one `alphabet`.
"""

from __future__ import annotations

import copy
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

    rows_measured_where_needed()
    try:
        node = ziamath.zmath.Latex(tex, size=em).node
    except Exception as e:
        raise SecondEngineError(f"{type(e).__name__}: {e}") from e
    found: list[SymbolBox] = []
    _walk(node, 0.0, 0.0, found)
    return found


@functools.cache
def rows_measured_where_needed() -> type[Any]:
    """Registers rows that are measured only where that is needed; the class of these rows.

    ziamath sets every row twice: first without tall brackets, to learn how tall these have to be. Rows that hold no
    character that could be stretched need no first pass; nor do rows inside a row that is itself in its first pass, as
    tall brackets do not count for its height (without this the work doubles with every level of nesting). Drawings stay
    the same.
    """
    from ziamath.nodes.mrow import Mrow
    from ziamath.operators import operators

    tall = {char for (char, _), params in operators.items() if params.get("stretchy", "false") != "false"}

    def stretches(element: Any) -> bool:
        """Whether the element, taken for an operator, may be made as tall as its row."""
        given = element.get("stretchy")
        return given != "false" if given is not None else (element.text or "").strip() in tall

    class Row(Mrow, tag="mrow"):
        def _get_height_nostretch(self, line: list[Any], **kwargs: Any) -> tuple[float, float]:
            if kwargs.get("nostretch") or not any(stretches(part) for child in line for part in child.iter()):
                return (0.0, 0.0)
            measuring = {**kwargs, "nostretch": True}
            parts = [copy.deepcopy(child) for child in line if child.tag != "mo" or (child.text or "").strip()]
            boxes = [self.fromelement(part, self, **measuring).bbox for part in parts]
            return min((b.ymin for b in boxes), default=9999), max((b.ymax for b in boxes), default=-9999)

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
