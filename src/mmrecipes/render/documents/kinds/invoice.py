"""Invoices and receipts: line items whose products, subtotal, tax and total add up to the cent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from mmrecipes.render.corpora.addresses import code
from mmrecipes.render.documents.kinds.desk import Desk, grid_of
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
    Stamp,
    TableBlock,
    say,
    worded,
)
from mmrecipes.render.tables.grid import ColumnKind
from mmrecipes.render.tables.numbers import rounded
from mmrecipes.render.tables.printing import NumberForm

TAX_RATES = ("5", "7", "7.5", "10", "19", "20", "21", "25")


@dataclass(frozen=True, slots=True)
class Line:
    """A line item in cents."""

    name: str
    quantity: int
    price: int

    @property
    def amount(self) -> int:
        return self.quantity * self.price


def invoice(desk: Desk) -> Document:
    """An invoice. Complexity sets the number of line items, discount, carriage, payment terms and notes."""
    rng, prose = desk.rng, desk.prose
    seller, buyer = desk.party(), desk.party()
    lines = _lines(desk, rng.randint(2, 4) + 2 * desk.complexity)
    blocks: list[Block] = [*_head(desk, seller.company, f"{seller.street}\n{seller.town}\n{seller.phone}")]
    desk.fact("seller", seller.company, "name")
    desk.fact("buyer", buyer.company, "name")
    to = (
        Paragraph((Piece(prose.phrase("bill_to"), bold=True),), "label"),
        Paragraph(say(f"{buyer.company}\n{buyer.person}\n{buyer.street}\n{buyer.town}"), "address"),
    )
    fields = FieldGroup(_dates(desk), 1, "pairs" if desk.chance(0.6) else "grid")
    if desk.complexity >= 3 and desk.chance(0.5):
        there = (
            Paragraph((Piece(prose.phrase("ship_to"), bold=True),), "label"),
            Paragraph(say(f"{buyer.company}\n{desk.party().street}\n{buyer.town}"), "address"),
        )
        blocks.append(Row((to, there, (fields,)), (0.3, 0.3, 0.4)))
    else:
        blocks.append(Row((to, (fields,)), (0.55, 0.45)))
    blocks += _items(desk, lines)
    blocks += _terms(desk, seller.company, int(rng.choice((14, 30, 30, 60))))
    stamp = (
        Stamp((rng.choice(("PAID", "RECEIVED", "COPY", "APPROVED")), desk.short_day(desk.today + timedelta(days=9))))
        if desk.chance(0.3)
        else None
    )
    footer = f"{seller.company} · {seller.street} · {seller.town} · VAT ID {code(rng)}"
    furniture = [Furniture("footer", footer)] if desk.chance(0.6) else []
    furniture += [Furniture("page_number", prose.pick("page_of"), "right")] if desk.chance(0.5) else []
    return desk.document(blocks, furniture, stamp=stamp)


def _head(desk: Desk, company: str, where: str) -> list[Block]:
    prose, rng = desk.prose, desk.rng
    title = Heading(say(prose.phrase("invoice")), 0, role="invoice")
    firm = Paragraph(say(company), "letterhead")
    line = Paragraph(say(where), "letterhead_line")
    form = rng.random()
    if form < 0.35:
        return [Row(((firm, line), (title,)), (0.6, 0.4), "right")]
    if form < 0.65:
        mark = FigureBlock("mark", rng.randrange(2**31), 1.0)
        return [Row(((mark,), (firm, line)), (0.14, 0.86)), title]
    return [firm, line, title]


def _dates(desk: Desk) -> tuple[FieldBlock, ...]:
    rng, prose = desk.rng, desk.prose
    colon = rng.choice((":", ":", ""))

    def named(name: str, text: str) -> FieldBlock:
        return FieldBlock(prose.phrase(name if name in prose.rules else "our_reference") + colon, text, name)

    found = [
        named("invoice_number", desk.fact("invoice_number", code(rng, rng.choice(("", "INV", "R", "RE"))), "code"))
    ]
    if desk.complexity >= 2:
        found.append(named("order_date", desk.dated("order_date", desk.today - timedelta(days=rng.randint(12, 40)))))
    if desk.complexity >= 3:
        found.append(
            named("delivery_date", desk.dated("delivery_date", desk.today - timedelta(days=rng.randint(1, 9))))
        )
    found.append(named("invoice_date", desk.dated("invoice_date", desk.today)))
    found.append(named("due_date", desk.dated("due_date", desk.today + timedelta(days=rng.choice((14, 30, 45))))))
    if desk.chance(0.6):
        number = desk.fact("customer_number", str(rng.randint(10000, 999999)), "code")
        found.insert(rng.randint(1, len(found)), named("customer_number", number))
    return tuple(found)


def _lines(desk: Desk, count: int) -> list[Line]:
    rng = desk.rng
    kind = rng.choice(("item", "item", "job", "product", "material"))
    names: dict[str, None] = {}
    while len(names) < count:
        names.setdefault(desk.prose.invented(kind))
    nice = 100 if desk.chance(0.2) else rng.choice((1, 5, 50))
    return [
        Line(
            n,
            rng.choice((1, 1, 2, 3, 4, 5, 6, 8, 10, 12, 20, 25, 50)),
            rng.randint(4, 640) * rng.choice((25, 100)) // nice * nice + nice,
        )
        for n in names
    ]


def _items(desk: Desk, lines: list[Line]) -> list[Block]:
    """The table of items with its totals, in the table or as fields under it."""
    prose = desk.prose
    header = prose.parts("item_columns")
    money = prose.money
    rows = [[str(i), x.name, str(x.quantity), money(x.price), money(x.amount)] for i, x in enumerate(lines, 1)]
    kinds: list[ColumnKind] = ["integer", "text", "integer", "money", "money"]
    if desk.chance(0.35):
        header, rows, kinds = header[1:], [row[1:] for row in rows], kinds[1:]
    desk.relations += [Relation("product", (row[-3], row[-2]), row[-1]) for row in rows]
    totals = _totals(desk, [row[-1] for row in rows], sum(x.amount for x in lines))
    if desk.chance(0.6):
        under = [(f.label, f.value) for f in totals]
        return [TableBlock(grid_of(header, rows, kinds, totals=under), role="items")]
    fields = FieldGroup(tuple(totals), role="totals")
    left = (Paragraph(worded(prose.phrase("receipt_thanks") + "."), "small"),)
    return [TableBlock(grid_of(header, rows, kinds), role="items"), Row((left, (fields,)), (0.5, 0.5))]


def _totals(desk: Desk, parts: list[str], net: int) -> list[FieldBlock]:
    """Subtotal, discount, carriage, tax and total as printed."""
    prose, rng = desk.prose, desk.rng
    money = prose.money

    def row(name: str, amount: int, after: str = "") -> FieldBlock:
        label = prose.phrase(name) + after
        return FieldBlock(label, desk.fact(name, money(amount), "money"), name)

    found = [row("subtotal", net)]
    desk.relations.append(Relation("sum", tuple(parts), money(net)))
    summed = [money(net)]
    if desk.complexity >= 3 and desk.chance(0.5):
        percent = rng.choice((2, 3, 5, 10))
        discount = int(rounded(Decimal(net) * percent / 100, 0))
        found.append(row("discount", -discount, f" {percent}%"))
        desk.relations.append(Relation("percent", (money(net), str(-percent)), money(-discount)))
        summed.append(money(-discount))
        net -= discount
    if desk.complexity >= 2 and desk.chance(0.5):
        carriage = rng.randint(8, 90) * 50
        found.append(row("shipping", carriage))
        summed.append(money(carriage))
        net += carriage
    rate = rng.choice(TAX_RATES)
    tax = int(rounded(Decimal(net) * Decimal(rate) / 100, 0))
    desk.fact("tax_rate", f"{rate}%", "number")
    found.append(row("tax", tax, f" {rate}%"))
    desk.relations.append(Relation("percent", (money(net), rate), money(tax)))
    found.append(row("total", net + tax))
    desk.relations.append(Relation("sum", (*summed, money(tax)), money(net + tax)))
    return found


def _terms(desk: Desk, company: str, days: int) -> list[Block]:
    rng = desk.rng
    account = (
        f"{rng.choice(('AT', 'DE', 'FR', 'NL', 'SE'))}{rng.randint(10, 99)} {rng.randint(1000, 9999)} "
        f"{rng.randint(1000, 9999)} {rng.randint(1000, 9999)}"
    )
    texts = [
        rng.choice(
            (
                f"Please transfer the amount within {days} days to account {account}, quoting the invoice number.",
                f"Payment within {days} days without deduction. Account: {account}.",
                f"Bank transfer to {company}, account {account}. Thank you for your business.",
            )
        ),
        *(desk.prose.say("receipt_note") for _ in range(desk.complexity // 3)),
    ]
    desk.fact("account", account, "code")
    desk.prose.inserted[f"{days} days"] = "time to pay"
    return [Paragraph(worded(t), "terms") for t in texts]


def receipt(desk: Desk) -> Document:
    """A till receipt: narrow, monospaced, right-aligned amounts, total, payment and change."""
    rng, prose = desk.rng, desk.prose
    shop = desk.fact("seller", prose.phrase("shop"), "name")
    party = desk.party()
    blocks: list[Block] = [
        Heading(say(shop), 0, role="receipt"),
        Paragraph(say(f"{party.street}\n{party.town}\nTel. {party.phone}"), "centre"),
    ]
    fields = [FieldBlock("Date", desk.dated("receipt_date", desk.today), "receipt_date")]
    if desk.chance(0.7):
        when = f"{rng.randint(8, 20):02d}:{rng.randint(0, 59):02d}"
        fields.append(FieldBlock("Time", desk.fact("time", when), "time"))
    if desk.chance(0.7):
        number = desk.fact("receipt_number", str(rng.randint(1000, 99999)), "code")
        fields.append(FieldBlock(rng.choice(("Receipt", "Receipt no.", "Ticket")), number, "receipt_number"))
    if desk.chance(0.5):
        cashier = desk.fact("cashier", party.person.split()[0], "name")
        fields.append(FieldBlock(rng.choice(("Served by", "Cashier", "Operator")), cashier, "cashier"))
    blocks.append(FieldGroup(tuple(fields), role="receipt"))
    count = rng.randint(2, 4) + 2 * desk.complexity
    names: dict[str, None] = {}
    while len(names) < count:
        names.setdefault(prose.phrase("shop_good"))
    lines = [Line(n, rng.choice((1, 1, 1, 1, 2, 3)), rng.randint(9, 299) * 5) for n in names]
    blocks += _receipt_items(desk, lines)
    blocks.append(Paragraph(worded(prose.phrase("receipt_thanks")), "centre"))
    if desk.chance(0.6):
        blocks.append(FigureBlock("barcode", rng.randrange(2**31), 0.2, 0.75))
    return desk.document(blocks)


def _receipt_items(desk: Desk, lines: list[Line]) -> list[Block]:
    prose, rng = desk.prose, desk.rng
    bare = NumberForm(2, "")
    kinds: list[ColumnKind] = ["integer", "text", "money"]
    if rng.choice(("qty", "qty", "unit")) == "unit":
        header = ["Qty", "Item", "Each", "Total"]
        rows = [[str(x.quantity), x.name, bare.text(x.price), bare.text(x.amount)] for x in lines]
        kinds = ["integer", "text", "money", "money"]
        desk.relations += [Relation("product", (row[0], row[2]), row[3]) for row in rows]
    else:
        header = rng.choice((["Qty", "Article", "Amount"], ["#", "Item", "Price"]))
        rows = [[str(x.quantity), x.name, bare.text(x.amount)] for x in lines]
    total = sum(x.amount for x in lines)
    text = desk.fact("total", prose.money(total), "money")
    desk.relations.append(Relation("sum", tuple(row[-1] for row in rows), text))
    fields = [FieldBlock(rng.choice(("TOTAL", "Total", "Sum", "TO PAY")), text, "total")]
    if desk.chance(0.5):
        paid = (total + 999) // 1000 * 1000 + rng.choice((0, 0, 1000))
        given = desk.fact("cash", prose.money(paid), "money")
        change = desk.fact("change", prose.money(paid - total), "money")
        desk.relations.append(Relation("difference", (given, text), change))
        fields += [FieldBlock("Cash", given, "cash"), FieldBlock("Change", change, "change")]
    else:
        fields.append(FieldBlock(rng.choice(("Card", "Debit card", "Card payment")), text, "card"))
    rate = rng.choice(TAX_RATES)
    tax = int(rounded(Decimal(total) * Decimal(rate) / (100 + Decimal(rate)), 0))
    included = desk.fact("tax", prose.money(tax), "money")
    fields.append(FieldBlock(f"incl. tax {rate}%", included, "tax"))
    return [TableBlock(grid_of(header, rows, kinds), role="receipt"), FieldGroup(tuple(fields), role="receipt")]
