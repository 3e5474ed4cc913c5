"""The base shapes by name, and how often each family is drawn (paper: Group I, in per cent)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from mmrecipes.core.errors import UsageError
from mmrecipes.geometry.degenerate import check
from mmrecipes.geometry.figure import Builder, Figure
from mmrecipes.geometry.numbers import Surd
from mmrecipes.geometry.substrates.circles import CIRCLES
from mmrecipes.geometry.substrates.polygons import POLYGONS
from mmrecipes.geometry.substrates.quadrilaterals import QUADRILATERALS
from mmrecipes.geometry.substrates.substrate import Base, Substrate
from mmrecipes.geometry.substrates.triangles import TRIANGLES

SUBSTRATES: dict[str, Substrate] = {s.name: s for s in (*TRIANGLES, *QUADRILATERALS, *CIRCLES, *POLYGONS)}
FAMILY_WEIGHTS: dict[str, float] = {"triangle": 29, "quadrilateral": 46, "circle": 17, "pentagon": 5, "hexagon": 3}


def lay_substrate(name: str, parameters: Mapping[str, Surd | int | Fraction], figure: Figure | None = None,
                  base: Base | None = None) -> Figure:  # fmt: skip
    """The shape alone, or on a free side of a figure. Raises UsageError naming the field that is wrong, and
    `Degenerate` if the shape is not fit to be shown."""
    substrate = SUBSTRATES.get(name)
    if substrate is None:
        raise UsageError(f"substrate {name!r} is unknown; there are {', '.join(SUBSTRATES)}")
    if unknown := sorted(set(parameters) - set(substrate.fields)):
        raise UsageError(f"{name}: no parameter {unknown[0]!r}; it takes {', '.join(substrate.fields)}")
    exact = {field: value if isinstance(value, Surd) else Surd(value) for field, value in parameters.items()}
    for field, value in exact.items():
        if value <= 0:
            raise UsageError(f"{name}: {field} is {value} and must be positive")
    b = Builder(figure or Figure(), "substrate", name, base or ())
    b.values.extend((field, str(value)) for field, value in exact.items())
    try:
        substrate.build(b, exact, base)
    except KeyError as missing:
        raise UsageError(f"{name}: {missing} is missing") from None
    except ValueError as wrong:
        raise UsageError(f"{name}: {wrong}") from None
    made = b.done()
    check(made, b.made)
    return made
