"""What the makers of all document kinds share: the facts of one document, its people, addresses, days and amounts.

Covered: a ledger of facts and relations, a desk with English prose, grids of printed rows. Not covered: any kind.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from mmrecipes.render.corpora import addresses
from mmrecipes.render.corpora.addresses import phone
from mmrecipes.render.corpora.names import entities
from mmrecipes.render.documents.prose import Prose, street
from mmrecipes.render.documents.tree import Block, Document, Fact, FactKind, Furniture, Relation, Stamp
from mmrecipes.render.tables.grid import NUMERIC, Cell, CellRole, Column, ColumnKind, Grid
from mmrecipes.render.tables.numbers import printed_number

DATE_FORMS = (
    "{d} {m} {y}",
    "{m} {d}, {y}",
    "{d} {s} {y}",
    "{y}-{n:02d}-{d:02d}",
    "{d:02d}.{n:02d}.{y}",
    "{d:02d}/{n:02d}/{y}",
)
LONG_DATES = DATE_FORMS[:2]
CURRENCIES = ("USD", "EUR", "GBP", "CHF", "CAD", "SEK")


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody with an address, as printed."""

    person: str
    company: str
    street: str
    town: str
    city: str
    phone: str


class Ledger:
    """What is known about one document in any language. `rng` is the document's own; `complexity` 1-5."""

    def __init__(self, kind: str, language: str, complexity: int, rng: random.Random) -> None:
        self.kind, self.language, self.complexity, self.rng = kind, language, complexity, rng
        self.today = date(2019, 1, 1) + timedelta(days=rng.randint(0, 2400))
        self.facts: list[Fact] = []
        self.relations: list[Relation] = []
        self.chronology: list[str] = []

    def fact(self, name: str, text: str, kind: FactKind = "text", day: date | None = None) -> str:
        """Remember a fact and give its text back."""
        self.facts.append(Fact(name, text, kind, day))
        if day is not None:
            self.chronology.append(name)
        return text

    def document(self, blocks: Sequence[Block], furniture: Sequence[Furniture] = (), *, columns: int = 1,
                 stamp: Stamp | None = None) -> Document:  # fmt: skip
        return Document(
            self.kind, self.language, self.complexity, tuple(blocks), tuple(furniture), tuple(self.facts),
            tuple(self.relations), tuple(self.chronology), stamp, columns, tuple(self.said()),
        )  # fmt: skip

    def said(self) -> list[tuple[str, str]]:
        """What its sentences were given by name."""
        return []


class Desk(Ledger):
    """Collects one English document."""

    def __init__(self, kind: str, language: str, complexity: int, rng: random.Random) -> None:
        super().__init__(kind, language, complexity, rng)
        self.currency = rng.choice(CURRENCIES)
        self.prose = Prose(language, rng, self.currency, self.today)
        self.prose.slots["date_form"] = rng.choice(LONG_DATES)
        self.date_form = rng.choice(DATE_FORMS)

    def said(self) -> list[tuple[str, str]]:
        return [(name, text) for text, name in self.prose.inserted.items()]

    def forget(self, names: Collection[str]) -> None:
        """Drop the facts of these names: the document does not say them."""
        self.facts = [f for f in self.facts if f.name not in names]
        self.chronology = [n for n in self.chronology if n not in names]

    def dated(self, name: str, day: date, *, spelled: bool = False) -> str:
        """A fact that is a day; call in the order of the days."""
        return self.fact(name, self.prose.day(day) if spelled else self.short_day(day), "date", day)

    def short_day(self, day: date) -> str:
        """A day as tables and fields of this document print it."""
        month = self.prose.months[day.month - 1]
        return self.date_form.format(d=day.day, m=month, s=month[:3], n=day.month, y=day.year)

    def party(self) -> Party:
        city = entities("city", 1, self.rng)[0]
        while addresses.currency(city) not in ("", self.currency):
            city = entities("city", 1, self.rng)[0]
        return Party(
            self.prose.invented("person"), self.prose.invented("company"), street(self.prose),
            addresses.town(self.rng, city), city,
            phone(self.rng),
        )  # fmt: skip

    def chance(self, share: float) -> bool:
        return self.rng.random() < share


def grid_of(header: Sequence[str], rows: Sequence[Sequence[str]], kinds: Sequence[ColumnKind], *,
            totals: Sequence[tuple[str, str]] = (), row_header: bool = False, decimal: str = ".") -> Grid:  # fmt: skip
    """A grid of printed texts with one header row (none when `header` is empty); each of `totals` is a row whose label
    spans all columns but the last. `decimal` is the language's separator."""
    width = len(kinds)
    cells: list[Cell] = [Cell(0, c, 1, 1, text, text, "header") for c, text in enumerate(header)]
    start = 1 if header else 0
    for r, row in enumerate(rows, start):
        for c, text in enumerate(row):
            role: CellRole = "row_header" if row_header and c == 0 else "body"
            cells.append(Cell(r, c, 1, 1, text, _value(text, kinds[c], decimal), role))
    for r, (label, amount) in enumerate(totals, start + len(rows)):
        cells.append(Cell(r, 0, 1, width - 1, label, label, "total"))
        cells.append(Cell(r, width - 1, 1, 1, amount, _value(amount, kinds[-1], decimal), "total"))
    columns = tuple(Column(header[c] if header else "", kind) for c, kind in enumerate(kinds))
    return Grid(start + len(rows) + len(totals), width, start, int(row_header), columns, tuple(cells))


def _value(text: str, kind: ColumnKind, decimal: str) -> int | float | str | None:
    if kind in NUMERIC and (found := printed_number(text, decimal)):
        return int(found.value) if found.decimals <= 0 else float(found.value)
    return text or None
