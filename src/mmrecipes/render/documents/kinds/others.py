"""Contracts, newspaper pages and menus."""

from __future__ import annotations

from datetime import timedelta

from mmrecipes.render.documents.kinds.desk import Desk, grid_of
from mmrecipes.render.documents.prose import code, street
from mmrecipes.render.documents.tree import (
    Block,
    Document,
    FigureBlock,
    Furniture,
    Heading,
    Item,
    ListBlock,
    Panel,
    Paragraph,
    Piece,
    Row,
    TableBlock,
    say,
)


def contract(desk: Desk) -> Document:
    """A contract: parties, recitals, numbered clauses, sometimes a schedule of payments, signatures."""
    rng, prose = desk.rng, desk.prose
    title, role_a, role_b = prose.parts("kinds")
    a, b = desk.party(), desk.party()
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
        "contract_amount": prose.money(rng.randint(8, 480) * 12500),
        "pay_days": str(rng.choice((10, 14, 21, 30))),
        "notice_months": rng.choice(("two", "three", "six")),
    }
    desk.fact("party_a", names["party_a"], "name")
    desk.fact("party_b", names["party_b"], "name")
    blocks: list[Block] = [Heading(say(title), 0), Paragraph(say(prose.say("preamble")))]
    if desk.complexity >= 2:
        blocks += [Paragraph(say(prose.say("recital"))) for _ in range(rng.randint(1, 2))]
    blocks += _clauses(desk)
    if desk.complexity >= 4:
        blocks += _schedule(desk)
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
                blocks.append(Paragraph(say(f"({i}) {s}{stop}"), "numbered"))
        else:
            blocks.append(Paragraph(say(text)))
        if key == "subject" and desk.complexity >= 3:
            things = rng.sample(
                (
                    "delivery of goods",
                    "installation",
                    "training of staff",
                    "monthly report",
                    "maintenance",
                    "storage",
                    "cleaning",
                    "advice by telephone",
                    "spare parts",
                ),
                rng.randint(3, 5),
            )
            blocks.append(ListBlock(tuple(Item(say(t)) for t in things), ordered=desk.chance(0.4)))
    text = " ".join(p.text for x in blocks if isinstance(x, Paragraph) for p in x.text)
    for name, slot, kind in (
        ("start_date", "start_date", "date"),
        ("end_date", "end_date", "date"),
        ("contract_amount", "contract_amount", "money"),
        ("place", "street", "place"),
    ):
        if prose.slots[slot] in text:
            desk.fact(name, prose.slots[slot], kind)  # type: ignore[arg-type]
    return blocks


def _schedule(desk: Desk) -> list[Block]:
    """A schedule of instalments that add up."""
    prose, rng = desk.prose, desk.rng
    count = rng.randint(3, 6)
    amounts = [rng.randint(4, 90) * 25000 for _ in range(count)]
    day = desk.today
    rows = []
    for i, amount in enumerate(amounts, 1):
        day += timedelta(days=rng.randint(28, 95))
        rows.append([str(i), desk.short_day(day), prose.money(amount)])
    total = desk.fact("total", prose.money(sum(amounts)), "money")
    from mmrecipes.render.documents.tree import Relation

    desk.relations.append(Relation("sum", tuple(r[-1] for r in rows), total))
    grid = grid_of(["No.", "Due", "Amount"], rows, ["integer", "date", "money"], totals=[("Total", total)])
    return [Heading(say("Schedule of payments"), 1, role="clause"), TableBlock(grid, role="narrow")]


def newspaper(desk: Desk) -> Document:
    """A newspaper page: nameplate, stories in columns, a picture or two, a box."""
    rng, prose = desk.rng, desk.prose
    name = desk.fact("paper", prose.phrase("paper_name"), "name")
    day = desk.dated("issue_date", desk.today, spelled=True)
    price = desk.fact("price", prose.money(rng.randint(12, 36) * 10), "money")
    issue = desk.fact("issue", f"No. {rng.randint(11, 360)}", "code")
    blocks: list[Block] = [
        Heading(say(name), 0, role="nameplate"),
        Paragraph(say(f"{day}\t{issue}\t{price}"), "dateline"),
    ]
    events = list(prose.rules["events"])
    rng.shuffle(events)
    stories = 3 + desk.complexity  # as many as may fit; what does not is left out when the page is set
    for i, event in enumerate(events[:stories]):
        blocks += _story(desk, event, i)
    if desk.chance(0.6):
        blocks.append(
            Panel((Heading(say("Weather"), 3, role="box"), Paragraph(say(prose.say("weather_box")), "box")), "box")
        )
    columns = 2 if desk.complexity == 1 else rng.choice((2, 3, 3))
    return desk.document(blocks, columns=columns)


def _story(desk: Desk, event: str, order: int) -> list[Block]:
    prose, rng = desk.prose, desk.rng
    lead_role = "lead" if order == 0 else ""
    place = prose.invented("place")
    company = prose.invented("company")
    slots = {"place": place, "company": company}
    blocks: list[Block] = []
    if desk.chance(0.3):
        blocks.append(Paragraph(say(prose.phrase("kicker")), "kicker"))
    blocks.append(
        Heading(
            say(prose.say(f"{event}_head", **slots)), 1 if order == 0 else 2, role="headline" if order == 0 else "story"
        )
    )
    if desk.chance(0.7):
        blocks.append(Paragraph(say(prose.phrase("byline")), "byline"))
    blocks.append(Paragraph(say(prose.say(f"{event}_lead", **slots)), lead_role))
    picture = order == 0 or desk.chance(0.3)
    for _ in range(rng.randint(1, 2) + desk.complexity // 3):
        blocks.append(Paragraph(say(prose.say("story", **slots))))
        if picture:
            picture = False
            blocks.append(
                FigureBlock(
                    "photo",
                    rng.randrange(2**31),
                    rng.uniform(0.5, 0.8),
                    1.0,
                    say(prose.say("photo_caption", place=place)),
                )
            )
    return blocks


def menu(desk: Desk) -> Document:
    """A menu: sections of dishes with prices, notes, a line about tax."""
    rng, prose = desk.rng, desk.prose
    name = desk.fact("restaurant", prose.phrase("restaurant"), "name")
    blocks: list[Block] = []
    if desk.chance(0.4):
        blocks.append(FigureBlock("mark", rng.randrange(2**31), 1.0, 0.12, role="centre"))
    blocks.append(Heading(say(name), 0, role="menu"))
    blocks.append(Paragraph(say(prose.phrase("menu_tagline")), "tagline"))
    sections = prose.parts("menu_sections")
    if desk.complexity < 3:
        sections = sections[: 2 + desk.complexity // 2]
    kinds = ["dish_cold", "dish_main", "dish_main", "dish_sweet", "dish_drink"]
    plan = kinds[: len(sections) - 2] + kinds[-2:] if len(sections) > 2 else kinds[: len(sections)]
    base = (5, 12, 14, 6, 3)
    notes = desk.chance(0.5)
    bare = type(prose.amounts)(2, "", "-", prose.amounts.prefix if desk.chance(0.4) else "")
    seen: set[str] = set()
    for section, rule in zip(sections, plan, strict=True):
        blocks.append(Heading(say(section), 1, role="course"))
        for _ in range(rng.randint(2, 3) + desk.complexity // 2):
            dish = _dish(desk, rule, seen)
            price = bare.text((base[kinds.index(rule)] * 100 + rng.randint(0, 180) * 10) // 10 * 10)
            blocks.append(Paragraph((Piece(dish, bold=desk.complexity % 2 == 1), Piece(f"\t{price}")), "dish"))
            if notes and desk.chance(0.4) and rule != "dish_drink":
                blocks.append(Paragraph((Piece(prose.phrase("dish_note"), italic=True),), "dish_note"))
            if desk.chance(0.15) and f"dish:{dish}" not in {f.name for f in desk.facts}:
                desk.fact(f"dish:{dish}", price, "money")
    blocks.append(Paragraph(say(prose.say("menu_footer")), "centre_small"))
    return desk.document(blocks)


def _dish(desk: Desk, rule: str, seen: set[str]) -> str:
    dish = desk.prose.phrase(rule)
    for _ in range(30):
        if dish not in seen:
            break
        dish = desk.prose.phrase(rule)
    seen.add(dish)
    return dish
