"""Which columns a table has: kinds drawn by weight, grouped under a header tree, some of them computed from others.

Column kinds: number .5, text .4, money .1 (spec of Qianfan-VL's table task; TableGeneration's weights). Groups: one
metric over several periods or variants, metrics of one period, text details. Not covered: rows and values (`fill`).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from mmrecipes.render.corpora.local import money_unit
from mmrecipes.render.corpora.texts import texts
from mmrecipes.render.corpora.topics import Attribute, Metric, Topic, time_labels
from mmrecipes.render.tables.grid import Column, ColumnKind
from mmrecipes.render.tables.header import Node
from mmrecipes.render.tables.printing import DATE_FORMS, SYMBOLS, Grouping, Negative, NumberForm
from mmrecipes.render.tables.terms import ENGLISH, Terms, terms_for

Rng = random.Random
Computation = Literal["sum", "share", "change", "difference", "product"]
Given = int | str | date | bool | None
"""A value before printing: a scaled integer, a text, a day, a truth value, or nothing."""
FillKind = Literal["single", "walk", "ordered", "near"]


@dataclass(slots=True)
class Leaf:
    """A column to be. Numbers are scaled integers in `values`, texts are strings; None is missing.

    `computed` names how it follows from the columns `sources`: sum of all; share of the (only) source's total in
    percent; change from the first to the second in percent; difference second minus first; product of both.
    """

    node: Node
    kind: ColumnKind
    form: NumberForm | None = None
    unit: str = ""
    currency: str = ""
    additive: bool = False
    metric: Metric | None = None
    attribute: Attribute | None = None
    computed: Computation | None = None
    sources: tuple[Leaf, ...] = ()
    values: list[Given] = field(default_factory=list)

    def column(self, leaves: Sequence[Leaf], offset: int) -> Column:
        """Its description, with sources as grid column indices."""
        computed = ""
        if self.computed:
            places = (next(i for i, leaf in enumerate(leaves) if leaf is s) for s in self.sources)
            computed = f"{self.computed}({','.join(str(offset + p) for p in places)})"
        decimals = self.form.decimals if self.form else 0
        return Column(self.node.text, self.kind, self.unit, decimals, self.currency, computed, self.additive)


@dataclass(slots=True)
class Block:
    """Neighbouring columns that are filled together, under one node."""

    node: Node
    leaves: list[Leaf]
    fill: FillKind = "single"


@dataclass(frozen=True, slots=True)
class House:
    """The house style of one table: what all its columns share."""

    currency: str
    money_in_cells: bool
    percent_in_cells: bool
    grouping: Grouping
    negative: Negative
    date_form: int
    yes_no: tuple[str, str]
    terms: Terms = ENGLISH
    native: bool = False
    """Whether numbers are in the language's own digits."""

    @property
    def language(self) -> str:
        return self.terms.language


def draw_house(topic: Topic, rng: Rng, language: str = "en") -> House:
    """A house style; financial tables mostly put negatives in parentheses."""
    if language != "en":
        return _local_house(language, rng)
    ledger = topic.family == "financial" and rng.random() < 0.7
    return House(
        currency=rng.choice(tuple(SYMBOLS)),
        money_in_cells=rng.random() < 0.4,
        percent_in_cells=rng.random() < 0.45,
        grouping=rng.choice((",", ",", ",", "\u00a0", "")),
        negative="()" if ledger else rng.choice(("-", "\u2212")),
        date_form=rng.randrange(len(DATE_FORMS)),
        yes_no=rng.choice(ENGLISH.yes_no),
    )


def _local_house(language: str, rng: Rng) -> House:
    """The style of a table in another language: currency in the heads, its separators, sometimes its own digits."""
    words = texts(language)
    return House(
        currency=words.currency,
        money_in_cells=False,
        percent_in_cells=language != "tr" and rng.random() < 0.45,
        grouping="," if rng.random() < 0.8 else "",
        negative="-",
        date_form=rng.randrange(len(words.dates)),
        yes_no=terms_for(language).yes_no[0],
        terms=terms_for(language),
        native=words.digits != "0123456789" and rng.random() < _OWN_DIGITS.get(language, 0.0),
    )


_OWN_DIGITS = {"ar": 0.5, "fa": 0.8, "hi": 0.25, "th": 0.15}
"""Share of tables whose numbers are in the digits of the language."""
_SPACED_PERCENT = frozenset({"de", "fr", "es", "cs", "ru", "uk", "pl"})


def column_classes(count: int, rng: Rng) -> tuple[int, int, int]:
    """How many of `count` columns are numbers, text and money; each column is drawn by itself."""
    drawn = rng.choices(("number", "text", "money"), (0.5, 0.4, 0.1), k=count)
    return drawn.count("number"), drawn.count("text"), drawn.count("money")


def plan_blocks(topic: Topic, count: tuple[int, int, int], depth: int, house: House, want_total: bool,
                rng: Rng) -> list[Block]:  # fmt: skip
    """Blocks with `count` = (numbers, texts, money) columns altogether, in the order they stand."""
    numbers, texts, money = count
    text_blocks = _text_blocks(topic, texts, depth, house, rng)
    blocks = _number_blocks(topic, numbers, depth, house, want_total, rng)
    blocks += _money_blocks(topic, money, depth, house, rng)
    if rng.random() < 0.6:
        rng.shuffle(blocks)
        return text_blocks + blocks
    both = text_blocks + blocks
    rng.shuffle(both)
    return both


def _text_blocks(topic: Topic, count: int, depth: int, house: House, rng: Rng) -> list[Block]:
    own = rng.sample(topic.attributes, min(count, len(topic.attributes)))
    taken = {a.name for a in own}
    spare = [a for a in house.terms.details if a.name not in taken]
    chosen = own + rng.sample(spare, min(count - len(own), len(spare)))
    while len(chosen) < count:
        chosen.append(replace(rng.choice(house.terms.details), name=f"{house.terms.field} {len(chosen) + 1}"))
    leaves = [text_leaf(a) for a in chosen]
    if depth > 1 and len(leaves) > 1 and rng.random() < 0.5:
        cut = rng.randint(2, min(len(leaves), 5))
        group = Block(
            Node(rng.choice(house.terms.text_groups), tuple(leaf.node for leaf in leaves[:cut])), leaves[:cut]
        )
        return [group, *(Block(leaf.node, [leaf]) for leaf in leaves[cut:])]
    return [Block(leaf.node, [leaf]) for leaf in leaves]


def text_leaf(attribute: Attribute) -> Leaf:
    """A column of texts, codes, dates or yes/no."""
    kinds: dict[str, ColumnKind] = {
        "date": "date", "yes_no": "yes_no", "code": "code", "city": "city", "country": "text", "choice": "text",
        "person": "name", "initials": "name", "company": "name",
    }  # fmt: skip
    return Leaf(Node(attribute.name), kinds.get(attribute.kind, "text"), attribute=attribute)


def _number_blocks(topic: Topic, count: int, depth: int, house: House, want_total: bool, rng: Rng) -> list[Block]:
    metrics = [m for m in topic.metrics if not m.money]
    rng.shuffle(metrics)
    if want_total:
        metrics.sort(key=lambda m: not m.additive)
    names = {m.name for m in metrics}
    metrics += [m for m in rng.sample(house.terms.numbers, len(house.terms.numbers)) if m.name not in names]
    return _metric_blocks(topic, metrics, count, depth, house, rng)


def _money_blocks(topic: Topic, count: int, depth: int, house: House, rng: Rng) -> list[Block]:
    metrics = [m for m in topic.metrics if m.money]
    rng.shuffle(metrics)
    names = {m.name for m in metrics}
    metrics += [m for m in rng.sample(house.terms.money, len(house.terms.money)) if m.name not in names]
    return _metric_blocks(topic, metrics, count, depth, house, rng)


def _metric_blocks(topic: Topic, metrics: list[Metric], count: int, depth: int, house: House, rng: Rng) -> list[Block]:
    """Single metrics, metrics over periods or variants, and metrics grouped, until `count` columns are planned."""
    blocks: list[Block] = []
    while count > 0:
        if not metrics:
            raise ValueError(f"{count} columns more than {topic.name} has metrics for")
        metric = metrics.pop(0)
        must = count > 2 * len(metrics)
        if count >= 2 and not metrics:
            block = _repeated(topic, metric, count, depth, house, rng)
        elif count >= 2 and (must or rng.random() < (0.55 if depth > 1 else 0.2)):
            width = min(count, rng.randint(2, 6) if count < 9 else rng.randint(3, 8))
            block = _repeated(topic, metric, width, depth, house, rng)
        elif depth > 1 and count >= 2 and len(metrics) >= 2 and rng.random() < 0.4:
            block = _grouped([metric, *_pop(metrics, min(count, rng.randint(2, 4), len(metrics)) - 1)], house, rng)
        else:
            block = _single(metric, count, house, rng)
        blocks.append(block)
        count -= len(block.leaves)
    return blocks


def _pop(metrics: list[Metric], count: int) -> list[Metric]:
    taken, metrics[:] = metrics[:count], metrics[count:]
    return taken


def _single(metric: Metric, count: int, house: House, rng: Rng) -> Block:
    """One metric; sometimes with its share of the total beside it."""
    leaf = _metric_leaf(metric, metric.name, house)
    if count >= 2 and metric.additive and metric.low >= 0 and rng.random() < 0.2:
        share = _percent_leaf(rng.choice(house.terms.shares), house, "share", (leaf,))
        return Block(Node("", (leaf.node, share.node)), [leaf, share])
    return Block(leaf.node, [leaf])


def _grouped(metrics: Sequence[Metric], house: House, rng: Rng) -> Block:
    leaves = [_metric_leaf(m, m.name, house) for m in metrics]
    return Block(Node(rng.choice(house.terms.number_groups), tuple(leaf.node for leaf in leaves)), leaves)


def _repeated(topic: Topic, metric: Metric, width: int, depth: int, house: House, rng: Rng) -> Block:
    """One metric over periods or variants, sometimes closed by a total, a change or a difference."""
    wants_closing = width > 2 and rng.random() < 0.6
    plain = width - wants_closing
    fill, labels, summable = _labels(topic, metric, plain, house, rng)
    flat = depth == 1
    leaves = [_metric_leaf(metric, f"{metric.name} {x}" if flat else x, house, bare=not flat) for x in labels]
    if wants_closing:
        leaves.append(_closing_leaf(leaves, metric, summable, fill != "ordered", flat, house, rng))
    head = "" if flat else _with_unit(metric.name, metric, house)
    return Block(Node(head, tuple(leaf.node for leaf in leaves)), leaves, fill)


def _labels(topic: Topic, metric: Metric, count: int, house: House, rng: Rng) -> tuple[FillKind, list[str], bool]:
    """How the columns relate, what heads them, and whether their sum makes sense."""
    if topic.times and rng.random() < 0.6:
        return "walk", time_labels(rng.choice(topic.times), count, rng, house.language), metric.flow
    ways: list[tuple[FillKind, Sequence[str], bool]] = []
    if metric.additive:
        ways.extend(("near", split, True) for split in topic.splits)
    if topic.family == "technical" and not topic.splits and not metric.money:
        ways.extend(("ordered", names, False) for names in house.terms.ordered)
        ways.extend(("near", names, False) for names in house.terms.compared)
        series = rng.choice(house.terms.series)
        if not topic.times:
            ways.append(("near", tuple(series.format(i + 1) for i in range(count)), False))
    else:
        ways.extend(("near", names, False) for names in house.terms.plans)
    ways = [way for way in ways if len(way[1]) == count]
    if ways:
        fill, names, summable = rng.choice(ways)
        return fill, list(names), summable
    return "walk", time_labels(rng.choice(topic.times or ("year",)), count, rng, house.language), metric.flow


def _closing_leaf(
    leaves: list[Leaf], metric: Metric, summable: bool, relative: bool, flat: bool, house: House, rng: Rng
) -> Leaf:
    name, terms = f"{metric.name}: " if flat else "", house.terms
    if summable and rng.random() < 0.85:
        total = _metric_leaf(metric, f"{name}{_lower(terms.total)}" if flat else terms.total, house, bare=not flat)
        total.computed, total.sources = "sum", tuple(leaves)
        return total
    pair = (leaves[0], leaves[-1])
    if relative and metric.low > 0 and metric.unit != "%" and rng.random() < 0.6:
        return _percent_leaf(f"{name}{_lower(terms.change)}" if flat else terms.change, house, "change", pair)
    label = rng.choice(terms.differences)
    leaf = _metric_leaf(metric, name + _lower(label) if flat else label, house, bare=not flat)
    leaf.computed, leaf.sources = "difference", pair
    return leaf


def _lower(word: str) -> str:
    return word[0].lower() + word[1:]


def product_block(quantity: Metric, price: Metric, house: House) -> Block:
    """Quantity, unit price and amount, as in an invoice."""
    a, b = _metric_leaf(quantity, quantity.name, house), _metric_leaf(price, price.name, house)
    a.additive = b.additive = False
    amount = _metric_leaf(replace(price, name=house.terms.amount, additive=True), house.terms.amount, house)
    amount.computed, amount.sources = "product", (a, b)
    return Block(Node("", (a.node, b.node, amount.node)), [a, b, amount])


def _percent_leaf(name: str, house: House, how: Computation, sources: tuple[Leaf, ...]) -> Leaf:
    form = NumberForm(1, house.grouping, house.negative, "", _percent_sign(house), house.language, house.native)
    text = name if house.percent_in_cells else house.terms.with_unit(name, "%")
    return Leaf(Node(text), "percent", form, "%", computed=how, sources=sources)


def _metric_leaf(metric: Metric, text: str, house: House, *, bare: bool = False) -> Leaf:
    """A column of a metric; `bare` leaves the unit to the header above."""
    prefix = suffix = currency = ""
    if metric.money:
        currency = house.currency
        prefix = SYMBOLS[currency] if house.money_in_cells else ""
    elif metric.unit == "%" and house.percent_in_cells:
        suffix = _percent_sign(house)
    form = NumberForm(metric.decimals, house.grouping, house.negative, prefix, suffix, house.language, house.native)
    kind: ColumnKind = "money" if metric.money else "percent" if metric.unit == "%" else "integer"
    if kind == "integer" and metric.decimals:
        kind = "decimal"
    node = Node(text if bare else _with_unit(text, metric, house))
    return Leaf(node, kind, form, metric.unit, currency, metric.additive, metric)


def _with_unit(text: str, metric: Metric, house: House) -> str:
    unit = metric.unit
    if metric.money and not house.money_in_cells:
        unit = f"{house.currency} {unit}".strip() if house.language == "en" else money_unit(house.language, unit)
    if unit == "%" and house.percent_in_cells:
        unit = ""
    return house.terms.with_unit(text, unit)


def _percent_sign(house: House) -> str:
    if not house.percent_in_cells:
        return ""
    return "\u00a0%" if house.language in _SPACED_PERCENT else "%"


def forest(blocks: Sequence[Block], depth: int, rng: Rng, terms: Terms = ENGLISH) -> list[Node]:
    """The header forest over the blocks; nameless block nodes dissolve; depth 3 puts an outer group over some."""
    nodes = [n for b in blocks for n in ((b.node,) if b.node.text or not b.node.children else b.node.children)]
    if depth < 3:
        return nodes
    deep = [i for i, n in enumerate(nodes) if n.children]
    if not deep or len(nodes) < 2:
        return nodes
    at = rng.choice(deep)
    first = max(0, at - rng.randint(0, 2))
    last = min(len(nodes), max(at + 1, first + 2) + rng.randint(0, 1))
    first = min(first, last - 2)
    if last - first == len(nodes) > 2:
        first, last = (first + 1, last) if at > first else (first, last - 1)
    outer = Node(rng.choice(terms.outer_groups), tuple(nodes[first:last]))
    return [*nodes[:first], outer, *nodes[last:]]
