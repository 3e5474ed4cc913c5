"""Letters, invoices, receipts, reports and newspaper pages in languages other than English.

Covered: labels of `labels.toml`, names, goods, sentences, dates and numbers of `render.corpora.texts`; amounts that add
up, printed without a currency (the header names it), dates in order. Not covered: prose that tells one story (its
sentences stand beside each other), charts, the other kinds.
"""

from __future__ import annotations

import functools
import random
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from importlib import resources

from mmrecipes.render.corpora.addresses import local_town
from mmrecipes.render.corpora.local import metrics_of, money_unit
from mmrecipes.render.corpora.texts import WITHOUT_BLANKS, date_text, name, number_text, paragraph, sentence, texts
from mmrecipes.render.corpora.topics import Metric, draw_value
from mmrecipes.render.documents.kinds.desk import Ledger, grid_of
from mmrecipes.render.documents.tree import (
    Block,
    Document,
    FieldBlock,
    FieldGroup,
    FigureBlock,
    Furniture,
    Heading,
    Paragraph,
    Piece,
    Relation,
    Row,
    TableBlock,
    say,
    worded,
)
from mmrecipes.render.tables.grid import ColumnKind, Grid
from mmrecipes.render.tables.numbers import rounded


@functools.cache
def labels(language: str) -> Mapping[str, str]:
    """The labels of a language; KeyError for one without."""
    file = resources.files("mmrecipes.render.documents").joinpath("labels.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))[language]


class LocalDesk(Ledger):
    """Collects one document of a language."""

    def __init__(self, kind: str, language: str, complexity: int, rng: random.Random) -> None:
        super().__init__(kind, language, complexity, rng)
        self.texts, self.labels = texts(language), labels(language)
        self.date_form = rng.randrange(6)

    def dated(self, key: str, day: date) -> str:
        """A fact that is a day; call in the order of the days."""
        return self.fact(key, date_text(self.language, day, self.date_form), "date", day)

    def any_of(self, key: str) -> str:
        return self.rng.choice(self.labels[key].split("|"))

    def number(self, scaled: int, decimals: int = 0) -> str:
        return number_text(self.language, scaled, decimals)

    def person(self) -> str:
        return name(self.language, self.rng)

    def firm(self) -> str:
        return self.labels["firm"].format(family=self.rng.choice(self.texts.family))

    def town(self) -> str:
        return local_town(self.rng, self.language, self.rng.choice(self.texts.cities))

    def prose(self, fewest: int = 2, most: int = 4) -> Paragraph:
        return Paragraph(worded(paragraph(self.language, self.rng.randint(fewest, most), self.rng)))

    def headline(self) -> str:
        return sentence(self.language, self.rng).removesuffix(self.texts.stop)

    def phone(self) -> str:
        """A number of the ranges kept free for fiction, in one run of digits."""
        return f"{self.rng.randint(201, 989)}55501{self.rng.randint(0, 99):02d}"

    @property
    def colon(self) -> str:
        """What stands between a label and what it labels."""
        return "：" if self.language in WITHOUT_BLANKS else ": "

    def with_currency(self, label: str) -> str:
        return self.texts.bracketed(label, money_unit(self.language, ""))

    def grid(self, header: Sequence[str], rows: Sequence[Sequence[str]], kinds: Sequence[ColumnKind]) -> Grid:
        made = grid_of(header, rows, kinds, decimal=self.texts.decimal)
        return replace(made, language=self.language, decimal=self.texts.decimal)


def letter(desk: LocalDesk) -> Document:
    """A letter: letterhead, address, date, subject, paragraphs, closing."""
    rng, words = desk.rng, desk.labels
    firm = desk.fact("sender_company", desk.firm(), "name")
    head = [
        Paragraph(say(firm), "letterhead"),
        Paragraph(say(f"{desk.town()}\n{words['phone']} {desk.phone()}"), "letterhead_line"),
    ]
    mark = FigureBlock("mark", rng.randrange(2**31), 1.0)
    blocks: list[Block] = [Row(((mark,), tuple(head)), (0.14, 0.86))] if rng.random() < 0.4 else [*head]
    to = desk.fact("recipient", desk.person(), "name")
    address = Paragraph(say(f"{to}\n{desk.firm()}\n{desk.town()}"), "address")
    dated = Paragraph(say(desk.dated("letter_date", desk.today)), "date")
    blocks += [Row(((address,), (dated,)), (0.6, 0.4), "right")] if rng.random() < 0.5 else [dated, address]
    subject = desk.fact("subject", desk.headline())
    blocks.append(Heading(worded(f"{words['subject']}{desk.colon}{subject}"), 1, role="subject"))
    blocks.append(Paragraph(say(words["greeting"]), "salutation"))
    blocks += [desk.prose() for _ in range(1 + desk.complexity)]
    blocks.append(Paragraph(say(words["regards"]), "goodbye"))
    blocks.append(FigureBlock("signature", rng.randrange(2**31), 0.28, 0.3))
    sender = desk.fact("sender", desk.person(), "name")
    blocks.append(Paragraph(say(f"{sender}\n{rng.choice(desk.texts.departments)}"), "signatory"))
    return desk.document(blocks, _pages(desk) if desk.complexity > 3 else ())


def _pages(desk: LocalDesk) -> list[Furniture]:
    return [Furniture("page_number", desk.labels["page"], desk.rng.choice(("centre", "right")))]


def invoice(desk: LocalDesk) -> Document:
    """An invoice: seller, customer, dates, items, subtotal, tax, total."""
    rng, words = desk.rng, desk.labels
    seller, buyer = desk.fact("seller", desk.firm(), "name"), desk.fact("buyer", desk.person(), "name")
    number = desk.fact("invoice_number", str(rng.randint(10**5, 10**7)), "code")
    fields = [
        FieldBlock(words["invoice_number"], number, "invoice_number"),
        FieldBlock(words["invoice_date"], desk.dated("invoice_date", desk.today), "invoice_date"),
        FieldBlock(words["due_date"], desk.dated("due_date", desk.today + timedelta(rng.choice((14, 30)))), "due_date"),
    ]
    to = (
        Paragraph((Piece(words["bill_to"], bold=True),), "label"),
        Paragraph(say(f"{buyer}\n{desk.town()}"), "address"),
    )
    blocks: list[Block] = [
        Paragraph(say(seller), "letterhead"),
        Paragraph(say(f"{desk.town()}\n{words['phone']} {desk.phone()}"), "letterhead_line"),
        Heading(say(words["invoice"]), 0, role="invoice"),
        Row((to, (FieldGroup(tuple(fields)),)), (0.5, 0.5)),
    ]
    blocks += _items(desk, rng.randint(2, 4) + 2 * desk.complexity)
    return desk.document([*blocks, desk.prose(1, 2)], _pages(desk) if rng.random() < 0.4 else ())


def _items(desk: LocalDesk, count: int) -> list[Block]:
    rng, words = desk.rng, desk.labels
    goods = rng.sample(desk.texts.products, min(count, len(desk.texts.products)))
    lines = [(g, rng.choice((1, 1, 2, 3, 4, 5, 6, 8, 10)), rng.randint(4, 640) * 25) for g in goods]
    header = [words["item"], words["quantity"], desk.with_currency(words["unit_price"]), words["amount"]]
    rows = [[g, str(q), desk.number(p, 2), desk.number(q * p, 2)] for g, q, p in lines]
    desk.relations += [Relation("product", (row[1], row[2]), row[3]) for row in rows]
    kinds: list[ColumnKind] = ["text", "integer", "money", "money"]
    table = TableBlock(desk.grid(header, rows, kinds), role="items")
    net, rate = sum(q * p for _, q, p in lines), rng.choice(("5", "10", "19", "20"))
    tax = int(rounded(Decimal(net) * int(rate) / 100, 0))
    net_text = desk.fact("subtotal", desk.number(net, 2), "money")
    tax_text = desk.fact("tax", desk.number(tax, 2), "money")
    total_text = desk.fact("total", desk.number(net + tax, 2), "money")
    desk.relations += [
        Relation("sum", tuple(row[3] for row in rows), net_text),
        Relation("percent", (net_text, rate), tax_text),
        Relation("sum", (net_text, tax_text), total_text),
    ]
    totals = (
        FieldBlock(words["subtotal"], net_text, "subtotal"),
        FieldBlock(f"{words['tax']} {rate}%", tax_text, "tax"),
        FieldBlock(desk.with_currency(words["total"]), total_text, "total"),
    )
    return [table, FieldGroup(totals, role="totals")]


def receipt(desk: LocalDesk) -> Document:
    """A till receipt: items, total, cash and change."""
    rng, words = desk.rng, desk.labels
    seller = desk.fact("seller", desk.firm(), "name")
    when = desk.fact("time", f"{rng.randint(8, 20):02d}:{rng.randint(0, 59):02d}")
    number = desk.fact("receipt_number", str(rng.randint(1000, 99999)), "code")
    head = (
        FieldBlock(words["date"], desk.dated("receipt_date", desk.today), "receipt_date"),
        FieldBlock(words["time"], when, "time"),
        FieldBlock(desk.any_of("receipts"), number, "receipt_number"),
    )
    goods = rng.sample(desk.texts.products, min(rng.randint(2, 4) + 2 * desk.complexity, 14))
    amounts = [rng.randint(9, 299) * 5 for _ in goods]
    total = sum(amounts)
    rows = [[g, desk.number(a, 2)] for g, a in zip(goods, amounts, strict=True)]
    grid = desk.grid([words["item"], desk.with_currency(words["amount"])], rows, ["text", "money"])
    total_text = desk.fact("total", desk.number(total, 2), "money")
    given = (total + 999) // 1000 * 1000
    cash = desk.fact("cash", desk.number(given, 2), "money")
    change = desk.fact("change", desk.number(given - total, 2), "money")
    desk.relations += [
        Relation("sum", tuple(row[1] for row in rows), total_text),
        Relation("difference", (cash, total_text), change),
    ]
    foot = (
        FieldBlock(words["total"], total_text, "total"),
        FieldBlock(words["cash"], cash, "cash"),
        FieldBlock(words["change"], change, "change"),
    )
    blocks: list[Block] = [
        Heading(say(seller), 0, role="receipt"),
        Paragraph(say(f"{desk.town()}\n{words['phone']} {desk.phone()}"), "centre"),
        FieldGroup(head, role="receipt"),
        TableBlock(grid, role="receipt"),
        FieldGroup(foot, role="receipt"),
        Paragraph(worded(words["thanks"]), "centre"),
    ]
    if rng.random() < 0.6:
        blocks.append(FigureBlock("barcode", rng.randrange(2**31), 0.2, 0.75))
    return desk.document(blocks)


def report(desk: LocalDesk) -> Document:
    """A report: title, author, sections, one table of figures with a caption."""
    rng = desk.rng
    title = desk.fact("title", desk.labels["report"].format(topic=rng.choice(desk.texts.titles)))
    author = desk.fact("author", desk.person(), "name")
    blocks: list[Block] = [
        Heading(worded(title), 0),
        Paragraph(say(f"{author}\n{desk.dated('report_date', desk.today)}"), "byline"),
    ]
    numbered = rng.random() < 0.5
    for n, section in enumerate(desk.labels["sections"].split("|"), 1):
        blocks.append(Heading(worded(section), 1, str(n) if numbered else ""))
        blocks += [desk.prose(2, 5) for _ in range(1 + desk.complexity // 2)]
        if n == 3:
            blocks += [_figures(desk), desk.prose()]
        if n == 2 and desk.complexity > 2:
            blocks.append(FigureBlock("photo", rng.randrange(2**31), rng.uniform(0.5, 0.7), 0.7))
    columns = 2 if desk.complexity > 3 and rng.random() < 0.5 else 1
    return desk.document(blocks, _pages(desk), columns=columns)


def _figures(desk: LocalDesk) -> TableBlock:
    rng, t = desk.rng, desk.texts
    found = rng.sample(metrics_of(t), 1 + (desk.complexity > 1))
    names = rng.sample(t.cities, 4 + desk.complexity // 2)

    def header(m: Metric) -> str:
        return t.bracketed(m.name, money_unit(desk.language, m.unit) if m.money else m.unit)

    rows = [[n, *(desk.number(round(draw_value(m, rng) * 10**m.decimals), m.decimals) for m in found)] for n in names]
    kinds: list[ColumnKind] = ["name", *("decimal" if m.decimals else "integer" for m in found)]
    grid = desk.grid([t.labels[0], *map(header, found)], rows, kinds)
    return TableBlock(grid, say(t.caption.format("1") + found[0].name))


def newspaper(desk: LocalDesk) -> Document:
    """A newspaper page: nameplate, stories in columns, pictures."""
    rng = desk.rng
    paper = desk.fact("paper", desk.any_of("papers"), "name")
    price = desk.with_currency(desk.number(rng.randint(12, 36) * 10, 2))
    if desk.language in WITHOUT_BLANKS:
        price = price.translate(str.maketrans("", "", "（）"))
    day = desk.dated("issue_date", desk.today)
    blocks: list[Block] = [
        Heading(say(paper), 0, role="nameplate"),
        Paragraph(say(f"{day}\t{price}"), "dateline"),
    ]
    for order in range(9 + desk.complexity):
        blocks.append(Heading(worded(desk.headline()), 1 if order == 0 else 2, role="story" if order else "headline"))
        if rng.random() < 0.6:
            blocks.append(Paragraph(say(desk.person()), "byline"))
        blocks += [desk.prose(3, 5) for _ in range(rng.randint(1, 3))]
        if order == 0 or rng.random() < 0.2:
            caption = worded(sentence(desk.language, rng))
            blocks.append(FigureBlock("photo", rng.randrange(2**31), rng.uniform(0.5, 0.8), 1.0, caption))
    return desk.document(blocks, columns=rng.choice((2, 3)))


MAKERS: Mapping[str, Callable[[LocalDesk], Document]] = {
    "letter": letter, "invoice": invoice, "report": report, "newspaper": newspaper, "receipt": receipt,
}  # fmt: skip
KINDS: tuple[str, ...] = tuple(MAKERS)
