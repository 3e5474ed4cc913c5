"""A name for what was constructed that does not depend on the letters: equal constructions have equal hashes.

Points get colours by rounds of refinement over the stated facts, strokes and circles they are in (Weisfeiler and
Leman 1968); the hash is of the sorted statements with colours in place of names. Two different constructions that
refinement cannot tell apart would share a hash: the hash may undercount distinct figures and never overcounts them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from mmrecipes.geometry.facts import KINDS, Fact
from mmrecipes.geometry.figure import Figure

_ROUNDS = 4


def construction_hash(figure: Figure, values: bool = True) -> str:
    """16 hex digits. Without `values` figures that differ only in given sizes, angles and ratios are the same."""
    statements = list(_statements(figure, values))
    colours = dict.fromkeys(figure.points, "")
    for _ in range(_ROUNDS):
        seen: dict[str, list[str]] = {name: [colours[name]] for name in colours}
        for statement in statements:
            for name in set(statement.args):
                seen[name].append(_coloured(statement, colours, name))
        colours = {name: _digest("|".join(sorted(parts))) for name, parts in seen.items()}
    return _digest("|".join(sorted(_coloured(s, colours, "") for s in statements)))


def _statements(figure: Figure, values: bool) -> Iterator[Fact]:
    for statement in figure.givens():
        yield statement if values else Fact(statement.kind, statement.args)
    for line in figure.lines:
        yield Fact("line", line)
    for circle in figure.circles.values():
        for name in circle.on:
            yield Fact("circle", (circle.centre, name))


def _coloured(statement: Fact, colours: dict[str, str], marked: str) -> str:
    """The statement with colours for names, the marked name told apart, in its canonical order."""
    args = tuple(("*" if name == marked else "") + colours[name] for name in statement.args)
    value = statement.value
    if statement.kind == "line":
        args = min(args, args[::-1])
    elif statement.kind in KINDS:
        args, value = KINDS[statement.kind].canonical(args, value)
    return f"{statement.kind}({','.join(args)})={value}"


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
