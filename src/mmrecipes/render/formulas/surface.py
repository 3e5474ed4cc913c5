"""Other spellings of a formula: what people write for the same notation.

`canonical(surface(layout, rng))` is the canonical form again. Covered: aliases of symbols, arguments without braces,
`\\over` and `\\choose`, `\\dfrac`, superscript before subscript, primes as marks, brackets with and without
`\\left`/`\\right` and under other names, matrices in brackets, thin spaces and blanks.
"""

from __future__ import annotations

import random
import re

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
    joined,
)
from mmrecipes.render.formulas.symbols import ALIASES, ENVIRONMENTS

_SPELLINGS: dict[str, tuple[str, ...]] = {
    tex: tuple(alias for alias, name in ALIASES.items() if name == tex) for tex in set(ALIASES.values())
}
_BRACKETS = {"|": (r"\lvert", r"\rvert"), r"\|": (r"\lVert", r"\rVert"), r"\{": (r"\lbrace", r"\rbrace")}
_SPACES = (r"\,", r"\;", "~", r"\ ", r"\quad ")


def surface(layout: Layout, rng: random.Random) -> str:
    """Another spelling, drawn from `rng`."""
    return joined(_pieces(layout, rng))


def _pieces(layout: Layout, rng: random.Random) -> list[str]:
    match layout:
        case Sym(tex):
            return [rng.choice(_SPELLINGS[tex])] if tex in _SPELLINGS and rng.random() < 0.5 else [tex]
        case Space():
            return [rng.choice(_SPACES)] if rng.random() < 0.7 else []
        case Row(items):
            blank = [" "] if rng.random() < 0.3 else []
            return [p for item in items for p in (*_pieces(item, rng), *blank)]
        case Frac(a, b) | Binom(a, b):
            return _ratio(layout, _pieces(a, rng), _pieces(b, rng), rng)
        case Root(body, index):
            bracket = ["[", *_pieces(index, rng), "]"] if index is not None else []
            return [r"\sqrt", *bracket, *_argument(body, rng)]
        case Scripts(base, sub, sup):
            return _scripts(base, sub, sup, rng)
        case Fence(left, body, right):
            return _fence(left, _pieces(body, rng), right, rng)
        case Accent(name, body):
            return [name, *_argument(body, rng)]
        case Grid(name, rows):
            return _grid(name, rows, rng)
    raise TypeError(f"{layout!r} is no layout")


def _ratio(layout: Layout, top: list[str], bottom: list[str], rng: random.Random) -> list[str]:
    fraction = isinstance(layout, Frac)
    if rng.random() < 0.15:
        return ["{", *top, r"\over" if fraction else r"\choose", " ", *bottom, "}"]
    command = rng.choice((r"\frac", r"\frac", r"\dfrac", r"\tfrac") if fraction else (r"\binom", r"\dbinom"))
    return [command, "{", *top, "}", "{", *bottom, "}"]


def _argument(layout: Layout, rng: random.Random) -> list[str]:
    """In braces, or bare where it is one letter, one digit or one command."""
    if isinstance(layout, Sym) and rng.random() < 0.4 and re.fullmatch(r"[A-Za-z0-9]|\\[A-Za-z]+", layout.tex):
        return [layout.tex] if layout.tex[0] == "\\" else [" ", layout.tex]
    return ["{", *_pieces(layout, rng), "}"]


def _scripts(base: Layout, sub: Layout | None, sup: Layout | None, rng: random.Random) -> list[str]:
    out = _pieces(base, rng) if not isinstance(base, Row | Scripts) else ["{", *_pieces(base, rng), "}"]
    below = [] if sub is None else ["_", *_argument(sub, rng)]
    above = [] if sup is None else ["^", *_argument(sup, rng)]
    items = sup.items if isinstance(sup, Row) else (sup,)
    if all(item == Sym(r"\prime") for item in items) and rng.random() < 0.6:
        return [*out, *"'" * len(items), *below]
    return [*out, *above, *below] if rng.random() < 0.3 else [*out, *below, *above]


def _fence(left: str, body: list[str], right: str, rng: random.Random) -> list[str]:
    names = _BRACKETS.get(left, (left, right))
    if rng.random() < 0.3 and left in _BRACKETS:
        left, right = names
    if rng.random() < 0.5 or left in ("|", r"\|"):
        return [rf"\left{left}", *body, rf"\right{right}"]
    return [left, *body, right]


def _grid(name: str, rows: tuple[tuple[Layout, ...], ...], rng: random.Random) -> list[str]:
    lines: list[str] = []
    for r, cells in enumerate(rows):
        for c, cell in enumerate(cells):
            lines += ([r"\\", " "] if r and c == 0 else [" & "] if c else []) + _pieces(cell, rng)
    left, right = ENVIRONMENTS[name]
    if left and right and left in "([" and rng.random() < 0.4:
        return [rf"\left{left}", r"\begin{matrix}", *lines, r"\end{matrix}", rf"\right{right}"]
    inner = rng.choice(("aligned", "split", "align*")) if name == "aligned" else name
    return [rf"\begin{{{inner}}}", *lines, rf"\end{{{inner}}}"]
