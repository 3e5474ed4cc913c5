"""Newspaper pages: nameplate, stories in columns, a picture or two, a box."""

from __future__ import annotations

from mmrecipes.render.documents.kinds.desk import Desk
from mmrecipes.render.documents.tree import Block, Document, FigureBlock, Heading, Panel, Paragraph, say, worded


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
    stories = 7 + desk.complexity  # as many as may fit; what does not is left out when the page is set
    for i, event in enumerate(events[:stories]):
        blocks += _story(desk, event, i)
    if desk.chance(0.6):
        blocks.append(
            Panel((Heading(say("Weather"), 3, role="box"), Paragraph(worded(prose.say("weather_box")), "box")), "box")
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
        blocks.append(Paragraph(worded(prose.phrase("kicker")), "kicker"))
    blocks.append(
        Heading(
            worded(prose.say(f"{event}_head", **slots)),
            1 if order == 0 else 2,
            role="headline" if order == 0 else "story",
        )
    )
    if desk.chance(0.7):
        blocks.append(Paragraph(say(prose.phrase("byline")), "byline"))
    blocks.append(Paragraph(worded(prose.say(f"{event}_lead", **slots)), lead_role))
    picture = order == 0 or desk.chance(0.3)
    for _ in range(rng.randint(1, 2) + desk.complexity // 3):
        blocks.append(Paragraph(worded(prose.say("story", **slots))))
        if picture:
            picture = False
            blocks.append(
                FigureBlock(
                    "photo",
                    rng.randrange(2**31),
                    rng.uniform(0.5, 0.8),
                    1.0,
                    worded(prose.say("photo_caption", place=place)),
                )
            )
    return blocks
