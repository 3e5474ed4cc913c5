"""Axes with ticks where people put them, and numbers printed the way people print them.

Covered: linear axes with steps of 1, 2, 2.5 or 5 times a power of ten and minor steps, log axes with decades,
category axes, fixed-format numbers with thousands separators. Not covered: dates as numbers, broken axes.
"""

from __future__ import annotations

import math
import random
import re
from collections.abc import Sequence
from decimal import Decimal

from mmrecipes.render.charts.summary import Axis, Which

_MANTISSAS = (1.0, 2.0, 2.5, 5.0, 10.0)
_MINOR_PARTS: dict[float, tuple[int, ...]] = {1.0: (2, 5, 10), 2.0: (2, 4), 2.5: (5,), 5.0: (5,)}
"""How many minor steps a major step of this mantissa is divided into."""


def clean(v: float) -> float:
    """The value without the last digits of floating point noise."""
    return float(f"{v:.12g}")


def nice_step(span: float, intervals: int) -> float:
    """The smallest 1, 2, 2.5 or 5 times a power of ten that covers `span` in at most `intervals` steps."""
    if span <= 0:
        raise ValueError(f"an axis needs a positive span, not {span}")
    raw = span / intervals
    power = 10.0 ** math.floor(math.log10(raw))
    return next(clean(m * power) for m in (*_MANTISSAS, 20.0) if m * power >= raw * (1 - 1e-9))


def nice_below(limit: float) -> float:
    """The largest 1, 2, 2.5 or 5 times a power of ten that is not above `limit`."""
    power = 10.0 ** math.floor(math.log10(limit))
    return clean(max(m * power for m in _MANTISSAS if m * power <= limit * (1 + 1e-9)))


def round_below(limit: float) -> float:
    """The largest 1 or 5 times a power of ten that is not above `limit`."""
    power = 10.0 ** math.floor(math.log10(limit) + 1e-9)
    return clean(5 * power if 5 * power <= limit * (1 + 1e-9) else power)


def mantissa(step: float) -> float:
    """1, 2, 2.5 or 5 for a nice step."""
    m = step / 10.0 ** math.floor(math.log10(step) + 1e-9)
    return min((1.0, 2.0, 2.5, 5.0), key=lambda k: abs(k - m))


def decimals_of(step: float) -> int:
    """Decimal places needed to print every multiple of `step`: at most ten, and of twelve significant digits."""
    exponent = Decimal(f"{step:.12g}").normalize().as_tuple().exponent
    return min(10, max(0, -int(exponent)))


def half_up(v: float, decimals: int) -> float:
    """Rounded to decimals as people do it: halves away from zero."""
    scaled = abs(v) * 10.0**decimals
    return clean(math.copysign(math.floor(scaled + 0.5 + 1e-9) / 10.0**decimals, v))


def number(v: float, decimals: int = 0, *, grouped: bool = True) -> str:
    """Fixed decimals, thousands separated by commas from 10,000 on; never "-0"."""
    text = f"{v:,.{decimals}f}" if grouped and abs(v) >= 9999.5 else f"{v:.{decimals}f}"
    return text[1:] if text.startswith("-") and not re.search("[1-9]", text) else text


def plain(v: float, most: int = 10) -> str:
    """As few decimals as the value needs, at most `most`."""
    return number(v, min(most, decimals_of(v)))


_NUMBER = re.compile(r"^[^\d+\-−.]*([+\-−]?[\d,]*\.?\d+)\s*(%?)\D*$")


def printed_number(text: str) -> float | None:
    """The number a printed label shows ("1,200", "4.5%", "+12"), or None when it shows none."""
    found = _NUMBER.match(text.strip())
    return float(found[1].replace(",", "").replace("−", "-")) if found else None


def value_axis(which: Which, name: str, unit: str, values: Sequence[float], rng: random.Random, *,
               zero: bool, headroom: float = 0.0, minor: bool = True, intervals: int | None = None,
               ) -> Axis:  # fmt: skip
    """A linear axis around the values. `zero` makes it reach 0; `headroom` is free space above, as a share of the
    span; `minor` shows minor ticks."""
    low, high = min(values), max(values)
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if high - low < 1e-9 * max(1.0, abs(high)):
        low, high = low - 1.0, high + 1.0
    most = 100.0 if unit == "%" and high <= 100 else math.inf
    high = min(high + headroom * (high - low), most)
    step = nice_step(high - low, intervals or rng.randint(4, 8))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    ticks = tuple(clean(i * step) for i in range(first, last + 1))
    places, suffix = decimals_of(step), "%" if unit == "%" and rng.random() < 0.6 else ""
    labels = tuple((t, number(t, places) + suffix) for t in ticks)
    return Axis(which, name, unit, "linear", ticks[0], ticks[-1], labels, _minor(step, rng) if minor else 0.0)


def _minor(step: float, rng: random.Random) -> float:
    return clean(step / rng.choice(_MINOR_PARTS[mantissa(step)]))


def log_axis(which: Which, name: str, unit: str, values: Sequence[float]) -> Axis:
    """A logarithmic axis over whole decades, one tick per decade. The values must be positive."""
    first = math.floor(math.log10(min(values)) + 1e-9)
    last = max(first + 1, math.ceil(math.log10(max(values)) - 1e-9))
    ticks = tuple((clean(10.0**k), plain(10.0**k)) for k in range(first, last + 1))
    return Axis(which, name, unit, "log", ticks[0][0], ticks[-1][0], ticks)


def category_axis(which: Which, name: str, names: Sequence[str]) -> Axis:
    """Places 0, 1, 2… with their names."""
    ticks = tuple((float(i), n) for i, n in enumerate(names))
    return Axis(which, name, "", "category", -0.5, len(names) - 0.5, ticks)


def year_axis(name: str, years: Sequence[float], rng: random.Random) -> Axis:
    """Years as numbers: ticks at every year, every second, fifth or tenth; labels without separators."""
    span = int(years[-1] - years[0])
    step = next((s for s in (1, 2, 5, 10, 20, 50, 100) if span / s <= rng.choice((7, 10))), 200)
    start = int(years[0]) if rng.random() < 0.5 or step == 1 else math.ceil(years[0] / step) * step
    ticks = tuple((float(y), str(y)) for y in range(start, int(years[-1]) + 1, step))
    margin = max(0.25, span * 0.03)
    minor = 1.0 if step > 1 and span <= 40 else 0.0
    return Axis("x", name, "", "linear", years[0] - margin, years[-1] + margin, ticks, minor)
