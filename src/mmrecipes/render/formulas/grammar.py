"""Invented formulas: a weighted grammar over the expression tree, in three bands of a curriculum.

`random_formula(index, rng)` is a function of its arguments: the index says the band, and in turn which symbol or which
form must appear (`wanted`), so that every symbol and every form appears again and again whatever runs in parallel; the
rest is drawn. A form is what a formula says as a whole (a series, a definition by cases, a matrix product), written in
`forms`; inside it stand random expressions of depth 1 to 6. Formulas of more than 120 canonical tokens are drawn
again, smaller; long chains are broken into aligned lines at their relations.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from mmrecipes.core.identity import turn
from mmrecipes.render.formulas.forms import FORMS, Form
from mmrecipes.render.formulas.layout import Accent, Sym, latex, tokens, walk
from mmrecipes.render.formulas.layout import Layout as AnyLayout
from mmrecipes.render.formulas.maker import Maker
from mmrecipes.render.formulas.notation import layout_of
from mmrecipes.render.formulas.symbols import ACCENTS, SYMBOLS
from mmrecipes.render.formulas.tree import Node

BANDS = ("school", "college", "advanced")
MAX_TOKENS = 120
LINE_TOKENS = 55
"""A chain longer than this is broken into lines."""
MAX_DEPTH = 6


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula with what was asked for: its band, form and the symbol that had to appear (empty for none)."""

    node: Node
    layout: AnyLayout
    band: str
    form: str
    wanted: str


def symbols_of(level: int) -> list[str]:
    """Symbols and accents that formulas of a band may have."""
    return [*(t for t, s in SYMBOLS.items() if s.level <= level), *(ACCENTS if level > 1 else ())]


def forms_of(level: int) -> list[Form]:
    """Forms of a band: its own several times as often as easier ones."""
    return [f for f in FORMS if f.level <= level for _ in range((6, 2, 1)[level - f.level])]


def random_formula(index: int, rng: random.Random) -> Formula:
    """The formula at `index`; the same for the same generator state."""
    round_number, place = divmod(index, 2 * len(BANDS))
    level, by_symbol = place % len(BANDS) + 1, place >= len(BANDS)
    if not by_symbol:
        choices = forms_of(level)
        return _made(choices[turn(round_number, len(choices), "formula-form", level)], level, "", rng)
    symbols = symbols_of(level)
    wanted = symbols[turn(round_number, len(symbols), "formula-symbol", level)]
    hosts = [f for f in FORMS if wanted in f.hosts]
    form = hosts[rng.randrange(len(hosts))]
    return _made(form, level, wanted, rng)


def _made(form: Form, level: int, wanted: str, rng: random.Random) -> Formula:
    """The first draw that is neither too long nor without the wanted symbol; the last tries are small."""
    best: Formula | None = None
    for attempt in range(24):
        maker = Maker(rng, level, wanted, shrink=attempt // 4)
        node = broken(form.write(maker))
        layout = layout_of(node)
        if not node.args or node.depth > MAX_DEPTH or len(tokens(latex(layout))) > MAX_TOKENS:
            continue
        formula = Formula(node, layout, BANDS[level - 1], form.name, wanted)
        if not wanted or wanted in symbols_in(layout):
            return formula
        best = best or formula
    if best is None:
        raise ValueError(f"the form {form.name} is always too long or too deep")
    return best


def symbols_in(layout: AnyLayout) -> set[str]:
    """Symbols and accents of a layout."""
    return {p.tex if isinstance(p, Sym) else p.name for p in walk(layout) if isinstance(p, Sym | Accent)}


def broken(node: Node) -> Node:
    """A chain that is too long for a line as aligned lines, one per side."""
    if node.kind == "chain" and len(tokens(latex(layout_of(node)))) > LINE_TOKENS:
        return Node("aligned", (node,))
    return node
