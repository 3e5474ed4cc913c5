"""Menus: sections of dishes with prices, notes, a line about tax."""

from __future__ import annotations

from mmrecipes.render.documents.kinds.desk import Desk
from mmrecipes.render.documents.tree import Block, Document, FigureBlock, Heading, Paragraph, Piece, say, worded
from mmrecipes.render.tables.printing import NumberForm


def menu(desk: Desk) -> Document:
    """A menu: sections of dishes with prices, notes, a line about tax."""
    rng, prose = desk.rng, desk.prose
    name = desk.fact("restaurant", prose.phrase("restaurant"), "name")
    blocks: list[Block] = []
    if desk.chance(0.4):
        blocks.append(FigureBlock("mark", rng.randrange(2**31), 1.0, 0.12, role="centre"))
    blocks.append(Heading(say(name), 0, role="menu"))
    blocks.append(Paragraph(worded(prose.phrase("menu_tagline")), "tagline"))
    sections = prose.parts("menu_sections")
    if desk.complexity < 3:
        sections = sections[: 2 + desk.complexity // 2]
    kinds = ["dish_cold", "dish_main", "dish_main", "dish_sweet", "dish_drink"]
    plan = kinds[: len(sections) - 2] + kinds[-2:] if len(sections) > 2 else kinds[: len(sections)]
    base = (5, 12, 14, 6, 3)
    notes = desk.chance(0.5)
    bare = NumberForm(2, "", prefix=prose.amounts.prefix if desk.chance(0.4) else "")
    seen: set[str] = set()
    for section, rule in zip(sections, plan, strict=True):
        blocks.append(Heading(worded(section), 1, role="course"))
        for _ in range(rng.randint(2, 3) + desk.complexity // 2):
            dish = _dish(desk, rule, seen)
            price = bare.text((base[kinds.index(rule)] * 100 + rng.randint(0, 180) * 10) // 10 * 10)
            blocks.append(
                Paragraph((Piece(dish, bold=desk.complexity % 2 == 1, prose=True), Piece(f"\t{price}")), "dish")
            )
            if notes and desk.chance(0.4) and rule != "dish_drink":
                blocks.append(Paragraph((Piece(prose.phrase("dish_note"), italic=True, prose=True),), "dish_note"))
            if desk.chance(0.15) and f"dish:{dish}" not in {f.name for f in desk.facts}:
                desk.fact(f"dish:{dish}", price, "money")
    blocks.append(Paragraph(worded(prose.say("menu_footer")), "centre_small"))
    return desk.document(blocks)


def _dish(desk: Desk, rule: str, seen: set[str]) -> str:
    dish = desk.prose.phrase(rule)
    for _ in range(30):
        if dish not in seen:
            break
        dish = desk.prose.phrase(rule)
    seen.add(dish)
    return dish
