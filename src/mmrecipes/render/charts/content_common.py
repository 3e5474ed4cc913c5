"""What all random charts draw from: a domain with a measure, entities, a title (see `content`)."""

from __future__ import annotations

import random

from mmrecipes.render.charts.assemble import Quantity
from mmrecipes.render.charts.vocabulary import (
    DOMAINS,
    STATIC,
    Domain,
    Entities,
    Measure,
    Nature,
    corpus_domain,
)


def subject(rng: random.Random, *natures: Nature, timely: bool = False, single: bool = False,
             ) -> tuple[Domain, Measure]:  # fmt: skip
    """A domain and one of its measures of the given natures (any when none is given); `timely`: one that changes
    over time; `single`: one of single things, not an average of many."""
    while True:
        domain = corpus_domain(rng) if rng.random() < 0.5 else rng.choice(DOMAINS)
        fitting = [m for m in domain.measures if not natures or m.nature in natures]
        if single:
            fitting = [m for m in fitting if not m.name.startswith(("Mean", "Average", "Median", "Highest"))]
        if timely:
            fitting = [m for m in fitting if m.name not in STATIC] if domain.timely else []
        if fitting:
            return domain, rng.choice(fitting)


def quantity_of(m: Measure) -> Quantity:
    return Quantity(m.name, m.unit, m.decimals)


def entities_of(domain: Domain, rng: random.Random, count: int, *, other_than: str = "") -> Entities:
    """`count` entities (fewer when the domain has fewer) in the order in which people list them."""
    groups = [e for e in domain.entities if e.axis != other_than and len(e.names) >= min(3, count)]
    if not groups:
        first = rng.randint(2005, 2024 - count)
        return Entities("Year", tuple(str(first + i) for i in range(count)))
    group = rng.choice(groups)
    count = min(count, len(group.names))
    if is_ordered(group):
        return Entities(group.axis, group.names[:count])
    return Entities(group.axis, tuple(rng.sample(group.names, count)))


def is_ordered(group: Entities) -> bool:
    return group.axis in ("Age group", "Season", "Weekday", "Level", "Terminal", "Field", "Sample", "Shift")


def inline(name: str) -> str:
    """A name as it stands inside a sentence: "Mean temperature" becomes "mean temperature", "GDP" stays."""
    if len(name) < 2 or not name[0].isupper() or not name[1].islower():
        return name
    return name[0].lower() + name[1:]


def title_of(what: str, by: str, domain: Domain, rng: random.Random, *, dated: bool = True) -> str:
    """A title from independent choices: form, owner, period."""
    year = rng.randint(2005, 2024)
    period = rng.choice((f", {year}", f" ({year})", f" in {year}", "")) if dated else ""
    owner = rng.choice(domain.owners) if domain.owners and rng.random() < 0.6 else ""
    forms = [f"{what} by {inline(by)}{period}", f"{what} per {inline(by)}{period}"]
    if owner:
        forms += [f"{owner}: {inline(what)} by {inline(by)}{period}", f"{what} at {owner}{period}",
                  f"{owner} – {inline(what)}{period}", f"{what} by {inline(by)}, {owner}{period}"]  # fmt: skip
    else:
        forms += [f"{what}{period}", f"Comparison of {inline(what)} by {inline(by)}{period}"]
    return rng.choice(forms)
