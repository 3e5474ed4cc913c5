"""One drawing function per category: parts in unit coordinates, 1 high, foot at y = 0.5, facing right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

from mmrecipes.world.brush import Brush

Draw = Callable[[Brush, Random, Mapping[str, float]], None]
"""`draw(brush, rng, joints)`: all variation comes from `rng`, all poses (degrees) from `joints`;
`joints["hung"]` is 1 on a wall."""
