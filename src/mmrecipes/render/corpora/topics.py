"""Topics: what a table or chart is about; entities, metrics, attributes, titles and time axes that belong together.

Covered: the topics of `topics.toml`, drawn by chance or in turn; metric values with plausible range, shape and
printed decimals; time labels. Not covered: real statistics (every figure is made up); the topics of other languages
(see `local`).
"""

from __future__ import annotations

import functools
import math
import random
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Literal

from mmrecipes.core.identity import turn
from mmrecipes.render.corpora.names import entities
from mmrecipes.render.corpora.texts import period_text

TopicFamily = Literal["statistics", "technical", "financial"]
TimeKind = Literal["year", "quarter", "month"]
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
SPLITS = {
    "men_women": ("Men", "Women"),
    "boys_girls": ("Boys", "Girls"),
    "urban_rural": ("Urban", "Rural"),
    "day_night": ("Day", "Night"),
    "home_abroad": ("Home", "Abroad"),
    "weekday_weekend": ("Weekdays", "Weekend"),
    "half_years": ("First half", "Second half"),
    "home_away": ("Home", "Away"),
}
"""Parts that add up to the whole."""
_NOT_SKEWED = frozenset({"%", "points", "years", "°C", "rpm"})


@dataclass(frozen=True, slots=True)
class Metric:
    """A measurable quantity. `unit` is as printed (`%`, `kg`, empty for counts; for money the scale: empty, `thousand`
    or `million`, to which the currency is added). `additive` says whether sums over entities make sense, `flow`
    whether sums over periods do, too."""

    name: str
    unit: str
    low: float
    high: float
    decimals: int
    money: bool
    additive: bool
    flow: bool


@dataclass(frozen=True, slots=True)
class Attribute:
    """A text column: `kind` is a kind of entity, `date`, `yes_no`, `code` (then `prefix`) or `choice` (`choices`)."""

    name: str
    kind: str
    prefix: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Topic:
    """What belongs together. `label` heads the column of entities, `plural` is its plural in a sentence."""

    name: str
    family: TopicFamily
    entity: str
    label: str
    plural: str
    metrics: tuple[Metric, ...]
    attributes: tuple[Attribute, ...]
    titles: tuple[str, ...]
    times: tuple[TimeKind, ...]
    splits: tuple[tuple[str, str], ...] = ()
    pool: tuple[str, ...] = ()
    """Names of entities, where no grammar composes them: those of languages other than English."""

    def names(self, count: int, rng: random.Random) -> list[str]:
        """`count` distinct row entities; months follow each other."""
        if not self.pool:
            return entities(self.entity, count, rng)
        if self.entity == "months":
            first = rng.randint(0, len(self.pool) - count)
            return list(self.pool[first : first + count])
        if self.entity == "people":
            return rng.sample(self.pool, count)
        return rng.sample(self.pool[: max(count, 12)], count)

    def title(self, rng: random.Random, period: str = "") -> str:
        """A title, with the period (`2019–2023`) where one is given."""
        text = rng.choice(self.titles)
        if "{place}" in text:
            text = text.replace("{place}", entities("region", 1, rng)[0])
        if not period:
            return text
        return rng.choice(("{}, {}", "{} ({})", "{}: {}" if ":" not in text else "{}, {}")).format(text, period)


@functools.cache
def topics() -> tuple[Topic, ...]:
    """All topics, in the order of `topics.toml`."""
    source = resources.files("mmrecipes.render.corpora").joinpath("topics.toml").read_text(encoding="utf-8")
    return tuple(_topic(entry) for entry in tomllib.loads(source)["topic"])


def topic(rng: random.Random) -> Topic:
    """A topic by chance."""
    return rng.choice(topics())


def topic_at(
    index: int, *parts: str | int, family: TopicFamily | None = None, among: Sequence[Topic] | None = None
) -> Topic:
    """The topic whose turn it is: every one (of the family, if named) comes once before any comes again. `among`
    replaces the English topics."""
    pool = [t for t in (topics() if among is None else among) if family in (None, t.family)]
    return pool[turn(index, len(pool), "topic", *parts)]


def draw_value(metric: Metric, rng: random.Random) -> float:
    """A value within the metric's range, rounded to its decimals; wide positive ranges are skewed to the low end."""
    if _skewed(metric):
        low = max(metric.low, 10.0**-metric.decimals)
        value = low * (metric.high / low) ** rng.betavariate(2.0, 2.0)
    else:
        value = metric.low + (metric.high - metric.low) * rng.betavariate(1.8, 1.8)
    return round(value, metric.decimals)


def draw_walk(metric: Metric, count: int, rng: random.Random) -> list[float]:
    """`count` values of one entity over time: a start, a drift and noise, kept within the metric's range."""
    skewed = _skewed(metric)
    value = draw_value(metric, rng)
    step = 0.25 if skewed else (metric.high - metric.low) * 0.12
    drift = rng.gauss(0.0, step / 3)
    out = []
    for _ in range(count):
        out.append(round(min(max(value, metric.low), metric.high), metric.decimals))
        move = drift + rng.gauss(0.0, step / 2)
        value = value * math.exp(move) if skewed else value + move
    return out


def _skewed(metric: Metric) -> bool:
    return metric.low >= 0 and metric.high > 8 * max(metric.low, 0.01) and metric.unit not in _NOT_SKEWED


def time_labels(kind: TimeKind, count: int, rng: random.Random, language: str = "en") -> list[str]:
    """`count` consecutive periods as printed: `2019`, `Q3 2021`, `Mar 2022`; all end by 2025."""
    if kind == "year":
        first = rng.randint(2025 - count - 14, 2025 - count + 1)
        return [str(first + i) for i in range(count)]
    size = 4 if kind == "quarter" else 12
    start = rng.randint(2016 * size, 2026 * size - count)
    if language != "en":
        return [period_text(language, t // size, **{kind: t % size + 1}) for t in range(start, start + count)]
    return [
        f"Q{t % 4 + 1} {t // 4}" if kind == "quarter" else f"{MONTHS[t % 12]} {t // 12}"
        for t in range(start, start + count)
    ]


def _topic(entry: dict) -> Topic:  # type: ignore[type-arg]
    return Topic(
        name=entry["name"],
        family=entry["family"],
        entity=entry["entity"],
        label=entry["label"],
        plural=entry["plural"],
        metrics=tuple(_metric(m) for m in entry["metrics"]),
        attributes=tuple(_attribute(a) for a in entry["attributes"]),
        titles=tuple(entry["titles"]),
        times=tuple(entry["times"]),
        splits=tuple(SPLITS[key] for key in entry.get("splits", ())),
    )


def _metric(text: str) -> Metric:
    name, unit, low, high, decimals, *flags = (part.strip() for part in text.split("|"))
    money = unit.startswith("money")
    unit = unit.partition(":")[2] if money else unit
    return Metric(name, unit, float(low), float(high), int(decimals), money, bool(flags), flags == ["++"])


def _attribute(text: str) -> Attribute:
    name, _, form = text.partition("|")
    kind, _, rest = form.partition(":")
    if kind == "choice":
        return Attribute(name, kind, choices=tuple(rest.split(",")))
    return Attribute(name, kind, prefix=rest)
