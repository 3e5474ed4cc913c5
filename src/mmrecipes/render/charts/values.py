"""Believable numbers: magnitudes, trends, seasons, correlations, distributions, prices, shares.

Covered: everything a random chart needs, in the usual range and with the decimals of a measure. Every value is
rounded to those decimals before it is used, so that printed labels and data agree. Not covered: the user's data.
"""

from __future__ import annotations

import math
import random

from mmrecipes.render.charts.vocabulary import Measure


def clipped(v: float, m: Measure, slack: float = 0.0) -> float:
    """The value in the measure's range (widened by a share of it on both sides) and with its decimals."""
    room = slack * (m.high - m.low)
    low = max(0.0, m.low - room) if m.low >= 0 else m.low - room
    high = min(100.0, m.high + room) if m.nature == "share" else m.high + room
    return round(min(max(v, low), high), m.decimals)


def centre(m: Measure, rng: random.Random) -> float:
    """A typical level: geometric for amounts (most things are small), even for the rest."""
    if m.nature == "amount":
        return math.exp(rng.uniform(math.log(m.low * 1.6), math.log(m.high / 1.6)))
    return rng.uniform(m.low + 0.2 * (m.high - m.low), m.high - 0.2 * (m.high - m.low))


def across(m: Measure, count: int, rng: random.Random, *, middle: float | None = None) -> list[float]:
    """Values of `count` unordered things around `middle`."""
    middle, spread = centre(m, rng) if middle is None else middle, rng.uniform(0.15, 0.55)
    if m.nature == "amount":
        return [clipped(middle * math.exp(rng.gauss(0, spread)), m) for _ in range(count)]
    width = spread * (m.high - m.low) * 0.5
    return [clipped(middle + rng.gauss(0, width), m) for _ in range(count)]


def near(m: Measure, middle: float, rng: random.Random, spread: float = 0.45) -> float:
    """A level not far from another one, so that series of one chart are of the same size."""
    if m.nature == "amount":
        return min(max(middle * math.exp(rng.gauss(0, spread)), m.low), m.high)
    return min(max(middle + rng.gauss(0, spread * 0.4) * (m.high - m.low), m.low), m.high)


def over_time(m: Measure, count: int, rng: random.Random, *, yearly: bool = False, middle: float | None = None,
              ) -> list[float]:  # fmt: skip
    """Trend plus noise, sometimes a season, a step or one outlier, around `middle`; seasonal measures over a year
    follow it."""
    if m.nature == "season" and yearly:
        return _season(m, count, rng)
    middle = centre(m, rng) if middle is None else middle
    scale = middle if m.nature == "amount" else (m.high - m.low)
    rise = rng.choice((-1, 1, 1)) * rng.uniform(0.05, 0.55) * scale
    noise = rng.uniform(0.01, 0.09) * scale
    wave, period = rng.choice((0.0, 0.0, rng.uniform(0.05, 0.2))) * scale, rng.uniform(3.5, 8)
    shape = rng.choice(("straight", "straight", "late", "early", "walk"))
    values, walk = [], 0.0
    for i in range(count):
        t = i / max(1, count - 1)
        bend = {"straight": t, "late": t**2.2, "early": 1 - (1 - t) ** 2.2, "walk": 0.5 * t}[shape]
        walk += rng.gauss(0, 2.2 * noise) if shape == "walk" else 0.0
        v = middle + rise * (bend - 0.5) + wave * math.sin(2 * math.pi * i / period) + walk + rng.gauss(0, noise)
        values.append(v)
    if count >= 8 and rng.random() < 0.12:
        values[rng.randrange(1, count - 1)] += rng.choice((-1, 1)) * 0.35 * scale
    return [clipped(v, m, 0.1) for v in values]


def _season(m: Measure, count: int, rng: random.Random) -> list[float]:
    """One smooth period over twelve months, from a start in January."""
    low = m.low + rng.uniform(0.05, 0.35) * (m.high - m.low)
    high = m.high - rng.uniform(0.05, 0.3) * (m.high - m.low)
    peak, noise = rng.gauss(6.3, 0.5), 0.04 * (high - low)
    swing = (high - low) / 2
    return [
        clipped((low + high) / 2 + swing * math.cos(2 * math.pi * (i - peak) / 12) + rng.gauss(0, noise), m, 0.1)
        for i in range(count)
    ]


def several(m: Measure, rows: int, count: int, rng: random.Random, *, timely: bool, yearly: bool = False,
            ) -> list[list[float]]:  # fmt: skip
    """`rows` series of one chart, all of the same size."""
    shared = centre(m, rng)
    levels = [near(m, shared, rng) for _ in range(rows)]
    if timely:
        return [over_time(m, count, rng, yearly=yearly, middle=level) for level in levels]
    return [across(m, count, rng, middle=level) for level in levels]


def growth(m: Measure, count: int, rng: random.Random, decades: float) -> list[float]:
    """Exponential growth or decay over about `decades` powers of ten, to three significant digits."""
    start = m.low * rng.uniform(0.5, 2.0)
    rate = decades / (count - 1) * rng.choice((1, 1, 1, -1))
    first = start if rate > 0 else start * 10**decades
    raw = [first * 10 ** (rate * i + rng.gauss(0, 0.08)) for i in range(count)]
    return [float(f"{v:.3g}") for v in raw]


def shares(count: int, rng: random.Random, decimals: int) -> list[float]:
    """`count` positive percentages that add up to exactly 100."""
    unit = 10**decimals
    least = 3 * unit
    weights = [rng.gammavariate(1.7, 1.0) + 0.05 for _ in range(count)]
    free = 100 * unit - least * count
    exact = [w / sum(weights) * free for w in weights]
    parts = [int(e) for e in exact]
    by_rest = sorted(range(count), key=lambda i: exact[i] - parts[i], reverse=True)
    for i in by_rest[: free - sum(parts)]:
        parts[i] += 1
    return [round((least + p) / unit, decimals) for p in parts]


def correlated(mx: Measure, my: Measure, count: int, strength: float, rng: random.Random) -> list[tuple[float, float]]:
    """Points whose correlation is about `strength` (-1..1)."""
    points = []
    for _ in range(count):
        u = rng.gauss(0, 1)
        v = strength * u + math.sqrt(1 - strength**2) * rng.gauss(0, 1)
        points.append((_place(mx, u), _place(my, v)))
    return points


def _place(m: Measure, z: float) -> float:
    return clipped((m.low + m.high) / 2 + z * (m.high - m.low) / 5.5, m)


def sample(m: Measure, count: int, rng: random.Random) -> list[float]:
    """A sample from a normal, skewed or two-peaked distribution inside the measure's range."""
    span, shape = m.high - m.low, rng.choice(("normal", "normal", "right", "left", "two"))
    middle, width = m.low + rng.uniform(0.3, 0.7) * span, rng.uniform(0.06, 0.16) * span
    draws = []
    for _ in range(count):
        if shape == "right":
            v = middle - 1.4 * width + rng.gammavariate(1.8, width)
        elif shape == "left":
            v = middle + 1.4 * width - rng.gammavariate(1.8, width)
        elif shape == "two":
            v = middle + (1.6 if rng.random() < 0.45 else -1.6) * width + rng.gauss(0, 0.6 * width)
        else:
            v = rng.gauss(middle, width)
        draws.append(clipped(v, m))
    return draws


def prices(start: float, count: int, decimals: int, rng: random.Random) -> list[tuple[float, float, float, float]]:
    """Open, high, low, close of a random walk; each opens near the last close."""
    volatility, drift = rng.uniform(0.012, 0.035), rng.gauss(0, 0.006)
    quotes, last = [], start
    for _ in range(count):
        first = last * (1 + rng.gauss(0, volatility / 5))
        close = first * (1 + drift + rng.gauss(0, volatility))
        high = max(first, close) * (1 + abs(rng.gauss(0, volatility / 2)))
        low = min(first, close) * (1 - abs(rng.gauss(0, volatility / 2)))
        quotes.append((round(first, decimals), round(high, decimals), round(low, decimals), round(close, decimals)))
        last = close
    return quotes
