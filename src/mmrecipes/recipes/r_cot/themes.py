"""Themes: theorems that go together, with the shapes and operations that bring them about.

The paper draws one to three theorems tied to shapes and as many tied to lines, and favours those used least. Here the
theme of a figure is a function of its index, every theme once before any comes again: coverage needs no counter.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mmrecipes.core.identity import turn
from mmrecipes.geometry.construct import DEFAULT_OPERATIONS, default_substrate_weights

_FAVOUR = 6.0
"""How much likelier the theme makes its shapes and operations."""


@dataclass(frozen=True)
class Theme:
    name: str
    theorems: tuple[str, ...]
    substrates: tuple[str, ...]
    operations: tuple[str, ...]


@functools.cache
def themes() -> tuple[Theme, ...]:
    entries = tomllib.loads(Path(__file__).with_name("themes.toml").read_text(encoding="utf-8"))
    return tuple(Theme(name, *(tuple(e[part]) for part in ("theorems", "substrates", "operations")))
                 for name, e in entries.items())  # fmt: skip


def themed(index: int, stratum: str, substrates: Mapping[str, float], operations: Mapping[str, float]
           ) -> tuple[Theme, dict[str, float], dict[str, float]]:  # fmt: skip
    """The theme of this index and the weights it makes of these (or of the engine's own, where there are none)."""
    theme = themes()[turn(index, len(themes()), "theme", stratum)]
    shapes = dict(substrates) or default_substrate_weights()
    moves = dict(operations) or DEFAULT_OPERATIONS
    favoured = {n: w * (_FAVOUR if n in theme.substrates else 1) for n, w in shapes.items()}
    return theme, favoured, {n: w * (_FAVOUR if n in theme.operations else 1) for n, w in moves.items()}
