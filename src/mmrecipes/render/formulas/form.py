"""What a form is, and the groups of symbols that forms show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mmrecipes.render.formulas.maker import Maker
from mmrecipes.render.formulas.symbols import of_kind
from mmrecipes.render.formulas.tree import Node


@dataclass(frozen=True, slots=True)
class Form:
    """A statement of one shape: its band (1 school, 2 college, 3 advanced), its writer, the symbols it can show."""

    name: str
    level: int
    write: Callable[[Maker], Node]
    hosts: frozenset[str]


LETTERS = of_kind("letter", "greek")
NUMBER_SETS = frozenset(rf"\mathbb{{{x}}}" for x in "RZNQCF")


def words(text: str) -> Node:
    return Node("text", (), text)


def number_set(m: Maker) -> Node:
    return Node("set", (), m.pick([rf"\mathbb{{{x}}}" for x in ("RZNQCF" if m.level > 2 else "RZNQC")]))
