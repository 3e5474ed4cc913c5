"""Contracts: parties, recitals, numbered clauses, a schedule of payments, signatures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from mmrecipes.render.corpora.addresses import code
from mmrecipes.render.documents.kinds.desk import Desk, grid_of
from mmrecipes.render.documents.prose import street
from mmrecipes.render.documents.tree import (
    Block,
    Document,
    FactKind,
    FigureBlock,
    Furniture,
    Heading,
    Item,
    ListBlock,
    Paragraph,
    Relation,
    Row,
    TableBlock,
    say,
    worded,
)

_SERVICES = (
    "delivery of goods",
    "installation",
    "training of staff",
    "monthly report",
    "maintenance",
    "storage",
    "cleaning",
    "advice by telephone",
    "spare parts",
)
_STATED: tuple[tuple[str, str, FactKind], ...] = (
    ("start_date", "start_date", "date"),
    ("end_date", "end_date", "date"),
    ("contract_amount", "contract_amount", "money"),
    ("place", "street", "place"),
)
"""Facts that a clause may state: name, slot of the prose, kind."""


def contract(desk: Desk) -> Document:
    """A contract: parties, recitals, numbered clauses, sometimes a schedule of payments, signatures."""
    rng, prose = desk.rng, desk.prose
    title, role_a, role_b = prose.parts("kinds")
    a, b = desk.party(), desk.party()
    instalments = [rng.randint(4, 90) * 25000 for _ in range(rng.randint(3, 6))] if desk.complexity >= 4 else []
    start = desk.today + timedelta(days=rng.randint(10, 60))
    end = start + timedelta(days=365 * rng.randint(1, 5))
    names = {"party_a": a.company, "party_b": rng.choice((b.person, b.company)), "city_a": a.city, "city_b": b.city}
    prose.slots |= {
        "role_a": role_a,
        "role_b": role_b,
        **names,
        "street": street(prose),
        "contract_date": desk.dated("contract_date", desk.today, spelled=True),
        "start_date": prose.day(start),
        "end_date": prose.day(end),
        "contract_amount": prose.money(sum(instalments) or rng.randint(8, 480) * 12500),
        "per": "in all" if instalments else rng.choice(("a month", "a quarter", "in all")),
        "pay_days": str(rng.choice((10, 14, 21, 30))),
        "notice_months": rng.choice(("two", "three", "six")),
    }
    desk.fact("party_a", names["party_a"], "name")
    desk.fact("party_b", names["party_b"], "name")
    blocks: list[Block] = [Heading(say(title), 0), Paragraph(worded(prose.say("preamble")))]
    if desk.complexity >= 2:
        blocks += [Paragraph(worded(prose.say("recital"))) for _ in range(rng.randint(1, 2))]
    blocks += _clauses(desk)
    if instalments:
        blocks += _schedule(desk, instalments)
    signatures = [
        (
            FigureBlock("signature", rng.randrange(2**31), 0.28, 0.6),
            Paragraph(say(f"{names[key]}\n{role}"), "signature_line"),
        )
        for key, role in (("party_a", role_a), ("party_b", role_b))
    ]
    blocks.append(Row(tuple(signatures), (0.5, 0.5)))
    furniture = [Furniture("page_number", prose.pick("page_of"), rng.choice(("centre", "right")))]
    if desk.chance(0.5):
        furniture.append(Furniture("header", f"{title} {code(rng)}", "right", first_page=False))
    return desk.document(blocks, furniture)


def _clauses(desk: Desk) -> list[Block]:
    prose, rng = desk.prose, desk.rng
    lines = [line.split(";") for line in prose.rules["clauses"]]
    count = min(len(lines), 2 + 2 * desk.complexity)
    chosen = [lines[0], *(x for x in lines[1:] if rng.random() < count / len(lines) or x[1] in ("term", "payment"))]
    form = rng.choice(("{}.", "§ {}", "Article {}", "{}"))
    blocks: list[Block] = []
    for n, (name, key) in enumerate(chosen, 1):
        heading = name.replace("{role_b}", prose.slots["role_b"])
        blocks.append(Heading(say(heading), 1, form.format(n), role="clause"))
        text = prose.say(f"{key}_clause")
        sentences = text.split(". ")
        if key in ("payment", "secrecy", "termination") and len(sentences) > 1 and desk.chance(0.5):
            for i, s in enumerate(sentences, 1):
                stop = "" if s.endswith(".") else "."
                blocks.append(Paragraph(worded(f"({i}) {s}{stop}"), "numbered"))
        else:
            blocks.append(Paragraph(worded(text)))
        if key == "subject" and desk.complexity >= 3:
            things = rng.sample(_SERVICES, rng.randint(3, 5))
            blocks.append(ListBlock(tuple(Item(worded(t)) for t in things), ordered=desk.chance(0.4)))
    text = " ".join(p.text for x in blocks if isinstance(x, Paragraph) for p in x.text)
    for name, slot, kind in _STATED:
        if prose.slots[slot] in text:
            desk.fact(name, prose.slots[slot], kind)
    return blocks


def _schedule(desk: Desk, amounts: Sequence[int]) -> list[Block]:
    """A schedule of instalments that add up to the amount of the contract."""
    prose, rng = desk.prose, desk.rng
    day = desk.today
    rows = []
    for i, amount in enumerate(amounts, 1):
        day += timedelta(days=rng.randint(28, 95))
        rows.append([str(i), desk.short_day(day), prose.money(amount)])
    total = desk.fact("total", prose.money(sum(amounts)), "money")
    desk.relations.append(Relation("sum", tuple(r[-1] for r in rows), total))
    grid = grid_of(["No.", "Due", "Amount"], rows, ["integer", "date", "money"], totals=[("Total", total)])
    return [Heading(say("Schedule of payments"), 1, role="clause"), TableBlock(grid, role="narrow")]
