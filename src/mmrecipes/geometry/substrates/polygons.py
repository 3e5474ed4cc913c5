"""Regular pentagon and hexagon, laid by their side."""

from __future__ import annotations

import random
from collections.abc import Callable

from mmrecipes.geometry.figure import Builder
from mmrecipes.geometry.numbers import ZERO, Surd, cos_degrees, sin_degrees
from mmrecipes.geometry.plane import Pt
from mmrecipes.geometry.substrates.substrate import Base, Parameters, Substrate, lay, sizes


def _sample(rng: random.Random, radicals: bool, base: Surd | None) -> dict[str, Surd] | None:
    return sizes(side=base if base is not None else rng.randint(2, 15))


def _builder(n: int) -> Callable[[Builder, Parameters, Base | None], None]:
    def build(b: Builder, p: Parameters, base: Base | None) -> None:
        names = lay(b, regular(n, p["side"]), base)
        b.given("regular", *names)
        b.given("len", names[0], names[1], value=p["side"])

    return build


def regular(n: int, side: Surd) -> list[Pt]:
    """The vertices of a regular n-gon, counter-clockwise, the first side on the x axis; n divides 120."""
    at, step = [Pt(ZERO, ZERO)], side
    for k in range(n - 1):
        c, s = cos_degrees(360 * k // n), sin_degrees(360 * k // n)
        if c is None or s is None:
            raise ValueError(f"a regular {n}-gon is not in the field")
        at.append(at[-1].plus(Pt(step * c, step * s)))
    return at


POLYGONS = (
    Substrate("regular_pentagon", "pentagon", ("side",), _sample, _builder(5)),
    Substrate("regular_hexagon", "hexagon", ("side",), _sample, _builder(6)),
)
