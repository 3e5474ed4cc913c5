"""How a formula is written: rows, fractions, scripts, brackets, grids; and its canonical LaTeX.

The canonical form (spec, "Normalisation"): every argument in braces, `\\frac` not `\\over`, one spelling per symbol,
no blank that LaTeX does not need, subscript before superscript, `\\left`/`\\right` exactly around what is taller than
a line (and around bars). Thin spaces are part of the drawing, not of the form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mmrecipes.render.formulas.symbols import of_kind


@dataclass(frozen=True, slots=True)
class Sym:
    """One token: a symbol in its canonical spelling, a number ("12.5"), or `\\text{...}`."""

    tex: str


@dataclass(frozen=True, slots=True)
class Space:
    """A thin space (`em` = 1/6), or more. Drawn, but no part of the canonical form."""

    em: float = 1 / 6


@dataclass(frozen=True, slots=True)
class Row:
    items: tuple[Layout, ...] = ()


@dataclass(frozen=True, slots=True)
class Frac:
    top: Layout
    bottom: Layout


@dataclass(frozen=True, slots=True)
class Binom:
    top: Layout
    bottom: Layout


@dataclass(frozen=True, slots=True)
class Root:
    body: Layout
    index: Layout | None = None


@dataclass(frozen=True, slots=True)
class Scripts:
    """A base (empty for staggered indices) with a subscript, a superscript or both."""

    base: Layout
    sub: Layout | None = None
    sup: Layout | None = None


@dataclass(frozen=True, slots=True)
class Fence:
    """Something in brackets; `left` is a key of `symbols.BRACKETS`, `right` a closing bracket."""

    left: str
    body: Layout
    right: str


@dataclass(frozen=True, slots=True)
class Accent:
    """`name` is a key of `symbols.ACCENTS`."""

    name: str
    body: Layout


@dataclass(frozen=True, slots=True)
class Grid:
    """A matrix, cases or aligned lines; `name` is a key of `symbols.ENVIRONMENTS`."""

    name: str
    rows: tuple[tuple[Layout, ...], ...]


Layout = Sym | Space | Row | Frac | Binom | Root | Scripts | Fence | Accent | Grid


def row(*items: Layout) -> Layout:
    """The items side by side; rows inside are flattened, a single item stays itself."""
    flat: list[Layout] = []
    for item in items:
        flat += item.items if isinstance(item, Row) else (item,)
    return flat[0] if len(flat) == 1 else Row(tuple(flat))


def children(layout: Layout) -> tuple[Layout, ...]:
    """The parts of a layout in the order in which LaTeX writes them."""
    match layout:
        case Row(items):
            return items
        case Frac(a, b) | Binom(a, b):
            return (a, b)
        case Root(body, index):
            return (body,) if index is None else (index, body)
        case Scripts(base, sub, sup):
            return (base, *(s for s in (sub, sup) if s is not None))
        case Fence(_, body, _) | Accent(_, body):
            return (body,)
        case Grid(_, rows):
            return tuple(cell for cells in rows for cell in cells)
        case _:
            return ()


def walk(layout: Layout) -> Iterator[Layout]:
    """All parts in the order of the LaTeX, parents first."""
    yield layout
    for child in children(layout):
        yield from walk(child)


_LARGE = of_kind("large")


def is_tall(layout: Layout) -> bool:
    """Whether brackets around it have to grow: it holds a fraction, a grid, a root or a large operator."""
    if isinstance(layout, Frac | Binom | Grid | Root) or (isinstance(layout, Sym) and layout.tex in _LARGE):
        return True
    parts = (layout.base,) if isinstance(layout, Scripts) else children(layout)
    return any(is_tall(part) for part in parts)


def latex(layout: Layout) -> str:
    """The canonical LaTeX."""
    return joined(pieces(layout))


def joined(parts: list[str]) -> str:
    """LaTeX pieces side by side, with a blank only between a command and a letter."""
    out: list[str] = []
    for part in parts:
        if out and part[:1].isalpha() and part[:1].isascii() and re.search(r"\\[A-Za-z]+\Z", out[-1]):
            out.append(" ")
        out.append(part)
    return "".join(out)


def pieces(layout: Layout) -> list[str]:
    """The canonical LaTeX in pieces that can be joined by `joined`."""
    match layout:
        case Sym(tex):
            return [tex]
        case Space():
            return []
        case Row(items):
            return [p for item in items for p in pieces(item)]
        case Frac(a, b):
            return [r"\frac", *_braced(a), *_braced(b)]
        case Binom(a, b):
            return [r"\binom", *_braced(a), *_braced(b)]
        case Root(body, None):
            return [r"\sqrt", *_braced(body)]
        case Root(body, index) if index is not None:
            return [r"\sqrt", "[", *pieces(index), "]", *_braced(body)]
        case Scripts(base, sub, sup):
            return _scripts(base, sub, sup)
        case Fence(left, body, right):
            if is_tall(body) or left in ("|", r"\|"):
                return [rf"\left{left}", *pieces(body), rf"\right{right}"]
            return [left, *pieces(body), right]
        case Accent(name, body):
            return [name, *_braced(body)]
        case Grid(name, rows):
            lines = [_separated([pieces(cell) for cell in cells], "&") for cells in rows]
            return [rf"\begin{{{name}}}", *_separated(lines, r"\\"), rf"\end{{{name}}}"]
    raise TypeError(f"{layout!r} is no layout")


def _braced(layout: Layout) -> list[str]:
    return ["{", *pieces(layout), "}"]


def _scripts(base: Layout, sub: Layout | None, sup: Layout | None) -> list[str]:
    out = _braced(base) if isinstance(base, Row | Scripts) else pieces(base)
    if sub is not None:
        out += ["_", *_braced(sub)]
    return out if sup is None else [*out, "^", *_braced(sup)]


def _separated(parts: list[list[str]], mark: str) -> list[str]:
    return [piece for i, part in enumerate(parts) for piece in ([mark, *part] if i else part)]


_TOKEN = re.compile(r"\\(?:begin|end|text|operatorname|mathbb|mathcal|mathbf)\{[^}]*\}|\\[A-Za-z]+|\\.|\s+|.")


def tokens(tex: str) -> list[str]:
    """LaTeX cut into tokens: commands (with their name argument), digits, letters, marks; blanks are left out."""
    return [t for t in _TOKEN.findall(tex) if not t.isspace()]
