"""A layout as typst source in which every token carries an id (see `typeset.ID_FUNCTION`), numbered from 1.

What gets an id: every symbol, number and text; the bar of a fraction; a root sign with its bar; an accent; each
bracket; both brackets of a binomial together. Characters are written directly, so that what is drawn is one known
code point whatever typst calls it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from mmrecipes.render.formulas.layout import (
    Accent,
    Binom,
    Fence,
    Frac,
    Grid,
    Layout,
    Root,
    Row,
    Scripts,
    Space,
    Sym,
)
from mmrecipes.render.formulas.symbols import ACCENTS, BRACKETS, CLOSING, ENVIRONMENTS, LIMITS, SYMBOLS
from mmrecipes.render.typeset import literal


@dataclass(slots=True)
class Numbered:
    """Typst source in the making; `tokens[i - 1]` is the LaTeX of the token with id i."""

    tokens: list[str] = field(default_factory=list)

    def wrap(self, tex: str, source: str) -> str:
        """Source as the next token; one with tokens inside is opened before these and closed after them."""
        return self.close(self.open(tex), source)

    def open(self, tex: str) -> int:
        self.tokens.append(tex)
        return len(self.tokens)

    def close(self, number: int, source: str) -> str:
        return f"#c({number},${source}$)"


def typst(layout: Layout) -> tuple[str, list[str]]:
    """Typst mathematics (without dollar signs) and the LaTeX of its tokens in order of their ids."""
    numbered = Numbered()
    return source(layout, numbered), numbered.tokens


def source(layout: Layout, n: Numbered) -> str:
    """Typst mathematics of a layout; its tokens are numbered on from `n`."""
    match layout:
        case Sym(tex):
            return n.wrap(tex, symbol(tex))
        case Space(em):
            return f"#h({em:.3f}em)"
        case Row(items):
            return " ".join(source(item, n) for item in items) if items else '""'
        case Frac(a, b):
            number = n.open(r"\frac")
            return n.close(number, f"frac({source(a, n)}, {source(b, n)})")
        case Binom(a, b):
            number = n.open(r"\binom")
            return n.close(number, f"binom({source(a, n)}, {source(b, n)})")
        case Root(body, index):
            number = n.open(r"\sqrt")
            if index is None:
                return n.close(number, f"sqrt({source(body, n)})")
            return n.close(number, f"root({source(index, n)}, {source(body, n)})")
        case Scripts(base, sub, sup):
            out = source(base, n) if not isinstance(base, Row) or not base.items else f"({source(base, n)})"
            if sub is not None:
                out += f"_({source(sub, n)})"
            return out if sup is None else f"{out}^({source(sup, n)})"
        case Fence(left, body, right):
            opening = n.wrap(left, escaped(BRACKETS[left][1]))
            inside = source(body, n)
            return f"lr({opening} {inside} {n.wrap(right, escaped(CLOSING[right]))})"
        case Accent(name, body):
            number = n.open(name)
            typst_name = ACCENTS[name][0]
            inside = source(body, n)
            return n.close(number, f"accent({inside}, {typst_name})" if typst_name else f"overline({inside})")
        case Grid():
            return _grid(layout, n)
    raise TypeError(f"{layout!r} is no layout")


def symbol(tex: str) -> str:
    """One token as typst writes it."""
    if tex.startswith(r"\text{"):
        return literal(tex[6:-1].strip())
    if tex[0].isdigit():
        return tex
    known = SYMBOLS[tex]
    if known.kind == "function":
        return f'op("{known.char}", limits: #{"true" if tex in LIMITS else "false"})'
    return escaped(known.char)


def escaped(char: str) -> str:
    """A character that typst takes literally in mathematics."""
    return f"\\{char}" if re.fullmatch(r"[^\w\s]", char, re.ASCII) and ord(char) < 128 else char


def _grid(layout: Grid, n: Numbered) -> str:
    if layout.name == "aligned":
        return " \\ ".join(" & ".join(source(cell, n) for cell in cells) for cells in layout.rows)
    left, right = ENVIRONMENTS[layout.name]
    opening = n.wrap(rf"\begin{{{layout.name}}}", escaped(left)) if left else ""
    lines = " ; ".join(", ".join(source(cell, n) for cell in cells) for cells in layout.rows)
    inside = f"mat(delim: #none, {'align: #left, column-gap: #1em, ' if layout.name == 'cases' else ''}{lines})"
    closing = n.wrap(rf"\end{{{layout.name}}}", escaped(right)) if right else ""
    return f"lr({opening} {inside} {closing})" if left else inside
