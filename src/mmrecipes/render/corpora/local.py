"""What tables and charts of a language measure and list: metrics with ranges, text columns, names of rows.

Covered: the words of `texts` given ranges and kinds, the same in every language. Not covered: English, which has topics
of its own (see `topics`).
"""

from __future__ import annotations

from mmrecipes.render.corpora.texts import WITHOUT_BLANKS, Texts, texts
from mmrecipes.render.corpora.topics import Attribute, Metric


def money_unit(language: str, scale: str) -> str:
    """The currency with its scale (empty, `thousand` or `million`): `千元`, `тыс. руб.`, `Mio. EUR`."""
    words = texts(language)
    if not scale:
        return words.currency
    word = words.thousand if scale == "thousand" else words.million
    gap = "" if language in (*WITHOUT_BLANKS, "ko", "th") else " "
    return f"{word}{gap}{words.currency}"


def attributes_of(t: Texts) -> tuple[Attribute, ...]:
    """Columns of names, places, states, days and codes."""
    contact, location, category, status, day, approved, code = t.attributes
    people = tuple(t.person.format(given=g, family=f) for g in t.given for f in t.family)
    return (
        Attribute(contact, "choice", choices=people),
        Attribute(location, "choice", choices=t.cities),
        Attribute(category, "choice", choices=t.category),
        Attribute(status, "choice", choices=t.status),
        Attribute(day, "date"),
        Attribute(approved, "yes_no"),
        Attribute(code, "code", "K"),
    )


def metrics_of(t: Texts) -> tuple[Metric, ...]:
    """The metrics of a language: money, then counts, then measures, with ranges that fit any topic."""
    (sales, orders, price, quantity, cost, budget, staff, customers, hours, score, temperature, rain, weight,
     area) = t.metrics  # fmt: skip
    kilo, square, celsius, millimetre, hour = t.units
    return (
        Metric(sales, "thousand", 2, 4800, 0, True, True, True),
        Metric(price, "", 3, 1400, 2, True, False, False),
        Metric(cost, "thousand", 2, 3600, 1, True, True, True),
        Metric(budget, "million", 0.2, 84, 1, True, True, True),
        Metric(orders, "", 12, 2900, 0, False, True, True),
        Metric(quantity, "", 1, 840, 0, False, True, False),
        Metric(staff, "", 4, 940, 0, False, True, False),
        Metric(customers, "", 30, 18400, 0, False, True, False),
        Metric(hours, hour, 20, 1900, 0, False, True, True),
        Metric(score, "", 12, 98, 1, False, False, False),
        Metric(temperature, celsius, -8, 36, 1, False, False, False),
        Metric(rain, millimetre, 2, 240, 1, False, True, True),
        Metric(weight, kilo, 0.3, 64, 1, False, True, False),
        Metric(area, square, 4, 1900, 1, False, True, False),
    )


def row_names(rows: str, t: Texts) -> tuple[str, ...]:
    """Names of rows: at least 24, the plain ones first."""
    if rows == "people":
        return tuple(t.person.format(given=g, family=f) for g in t.given for f in t.family)
    if rows == "months":
        return tuple(t.month_year.format(month=month, y=y) for y in (2023, 2024) for month in t.months)
    if rows == "subjects":
        return (*t.subjects_taught, *(f"{s} {k}" for k in (1, 2) for s in t.subjects_taught))
    plain = {"cities": t.cities, "products": t.products, "departments": t.departments}[rows]
    return (*plain, *(f"{name} – {band}" for band in t.bands for name in plain))
