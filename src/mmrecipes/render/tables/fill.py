"""Values of planned columns: given ones by chance, computed ones exactly from what is printed.

Covered: data rows of every column kind, missing values, computed columns, sums over rows. Not covered: printing.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable, Sequence

from mmrecipes.render.corpora.names import KINDS, entities
from mmrecipes.render.corpora.topics import Metric, draw_value, draw_walk
from mmrecipes.render.tables.columns import Block, Given, Leaf
from mmrecipes.render.tables.printing import random_date, rounded_ratio

Rng = random.Random


def fill_block(block: Block, rows: int, rng: Rng) -> None:
    """Give every leaf of the block `rows` values; computed leaves follow from their sources."""
    given = [leaf for leaf in block.leaves if not leaf.computed]
    if block.fill != "single" and given[0].metric is not None:
        lines = [_related(given[0].metric, len(given), block.fill, rng) for _ in range(rows)]
        for k, leaf in enumerate(given):
            leaf.values = [_scaled(line[k], given[0].metric) for line in lines]
    else:
        for leaf in given:
            leaf.values = _single(leaf, rows, rng)
    for leaf in block.leaves:
        if leaf.computed and leaf.computed != "share":
            leaf.values = [_computed(leaf, [s.values[row] for s in leaf.sources]) for row in range(rows)]


def _related(metric: Metric, count: int, how: str, rng: Rng) -> list[float]:
    if how == "walk":
        return draw_walk(metric, count, rng)
    if how == "ordered":
        return sorted(draw_value(metric, rng) for _ in range(count))
    base = draw_value(metric, rng)
    spread = [base * rng.uniform(0.75, 1.25) for _ in range(count)]
    return [round(min(max(v, metric.low), metric.high), metric.decimals) for v in spread]


def _scaled(value: float, metric: Metric) -> int:
    return round(value * 10**metric.decimals)


def _single(leaf: Leaf, rows: int, rng: Rng) -> list[Given]:
    """Values of a column that stands alone."""
    if leaf.metric is not None:
        return [_scaled(draw_value(leaf.metric, rng), leaf.metric) for _ in range(rows)]
    attribute = leaf.attribute
    if attribute is None:
        raise ValueError(f"nothing says what fills {leaf.node.text!r}")
    if attribute.kind == "date":
        return [random_date(rng) for _ in range(rows)]
    if attribute.kind == "yes_no":
        share = rng.uniform(0.3, 0.8)
        return [rng.random() < share for _ in range(rows)]
    if attribute.kind == "code":
        numbers = itertools.accumulate((rng.randint(1, 9) for _ in range(rows)), initial=rng.randint(1, 800))
        return [f"{attribute.prefix}-{number:03d}" for number in itertools.islice(numbers, rows)]
    if attribute.kind == "choice":
        return list(rng.choices(attribute.choices, k=rows))
    if attribute.kind not in KINDS:
        raise ValueError(f"unknown kind of text {attribute.kind!r}")
    return _repeating(attribute.kind, rows, rng)


def _repeating(kind: str, rows: int, rng: Rng) -> list[Given]:
    """Names, mostly different, sometimes from a small circle."""
    if rng.random() < 0.3 and rows > 4:
        return list(rng.choices(entities(kind, max(2, rows // 3), rng), k=rows))
    return list(entities(kind, rows, rng))


def _computed(leaf: Leaf, sources: Sequence[object]) -> int | None:
    """A computed value in one row; None where a source is missing or the ratio has no meaning."""
    values = [v for v in sources if isinstance(v, int)]
    if leaf.form is None or len(values) < len(leaf.sources):
        return None
    if leaf.computed == "sum":
        return sum(values)
    first, second = values[0], values[-1]
    if leaf.computed == "difference":
        return second - first
    if leaf.computed == "change":
        return rounded_ratio(100 * (second - first), first, leaf.form.decimals) if first > 0 else None
    if leaf.computed == "product":
        forms = [s.form.decimals if s.form else 0 for s in leaf.sources]
        return rounded_ratio(first * second, 10 ** sum(forms), leaf.form.decimals)
    raise ValueError(f"{leaf.computed} is not computed row by row")


def fill_shares(leaves: Iterable[Leaf]) -> None:
    """Shares of the source's total over all data rows, once the sources are final."""
    for leaf in leaves:
        if leaf.computed == "share" and leaf.form is not None:
            leaf.values = [share_of(leaf, v) for v in leaf.sources[0].values]


def share_of(leaf: Leaf, value: object) -> int | None:
    """Share, in percent, of one value of the source in the source's total."""
    total = sum(v for v in leaf.sources[0].values if isinstance(v, int))
    if leaf.form is None or not isinstance(value, int) or total <= 0:
        return None
    return rounded_ratio(100 * value, total, leaf.form.decimals)


def total_over(leaf: Leaf, rows: Sequence[int]) -> int | None:
    """What a total row prints in this column over some data rows; None where adding up makes no sense."""
    if leaf.form is None:
        return None
    if leaf.computed == "share":
        return share_of(leaf, total_over(leaf.sources[0], rows))
    if leaf.computed in ("sum", "difference", "change"):
        totals = [total_over(s, rows) for s in leaf.sources]
        return None if None in totals else _computed(leaf, totals)
    values = [leaf.values[r] for r in rows]
    if not leaf.additive or not all(isinstance(v, int) for v in values):
        return None
    return sum(v for v in values if isinstance(v, int))


def drop_some(leaf: Leaf, rng: Rng, rate: float) -> None:
    """Make some values of a column missing, never more than half."""
    rows = len(leaf.values)
    gone = [r for r in range(rows) if rng.random() < rate][: rows // 2]
    for r in gone:
        leaf.values[r] = None
