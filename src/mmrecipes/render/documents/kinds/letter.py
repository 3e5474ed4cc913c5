"""Letters: letterhead, addresses, date, subject, body, closing, enclosures."""

from __future__ import annotations

from datetime import timedelta

from mmrecipes.render.corpora.addresses import code, phone
from mmrecipes.render.documents.kinds.desk import Desk, Party
from mmrecipes.render.documents.tree import (
    Block,
    Document,
    FieldBlock,
    FieldGroup,
    FigureBlock,
    Furniture,
    Heading,
    Item,
    ListBlock,
    Paragraph,
    Piece,
    Row,
    say,
    worded,
)

TITLES = ("", "", "", "Dr", "Professor")
"""Only those that fit any first name."""


def letter(desk: Desk) -> Document:
    """A business letter of one purpose; complexity adds paragraphs, a reference block, enclosures, a second page."""
    rng, prose = desk.rng, desk.prose
    sender, recipient = desk.party(), desk.party()
    purpose = prose.pick("purposes")
    _slots(desk, sender, recipient)
    blocks = [*_head(desk, sender), *_addresses(desk, sender, recipient)]
    subject = desk.fact("subject", prose.phrase(f"{purpose}_subject"))
    line = prose.phrase("subject_line", text=subject)
    if desk.chance(0.8):
        blocks.append(Heading(worded(line), 1, role="subject"))
    else:
        blocks.append(Paragraph((Piece(line, bold=True, prose=True),), "subject"))
    mark = rng.choice((",", ",", ":", ""))
    blocks.append(Paragraph(say(prose.phrase("greeting") + mark), "salutation"))
    blocks += [Paragraph(worded(text)) for text in _body(desk, purpose)]
    blocks += _closing(desk, sender, mark)
    return desk.document(blocks, _furniture(desk, sender))


def _slots(desk: Desk, sender: Party, recipient: Party) -> None:
    rng, prose = desk.rng, desk.prose
    first, last = recipient.person.split(" ", 1)
    days = sorted(rng.sample(range(8, 45), 2))
    prose.slots |= {
        "recipient_title": rng.choice(TITLES) or first,
        "recipient_first": first,
        "recipient_last": last,
        "sender_company": sender.company,
        "sender_city": sender.city,
        "sender_phone": sender.phone,
        "reference": code(rng),
        "product": f"{prose.invented('machine')}",
        "job_title": prose.phrase("job_title"),
        "department": prose.invented("department"),
        "amount": prose.invented("amount"),
        "earlier_date": prose.day(desk.today - timedelta(days=rng.randint(5, 40))),
        "middle_date": prose.day(desk.today + timedelta(days=days[0])),
        "later_date": prose.day(desk.today + timedelta(days=days[1] + 7)),
    }


def _head(desk: Desk, sender: Party) -> list[Block]:
    """Letterhead: a mark, the firm, how to reach it."""
    rng = desk.rng
    desk.fact("sender_company", sender.company, "name")
    name = Paragraph(say(sender.company), "letterhead")
    web = sender.company.lower().split(" ")[0] + rng.choice((".example", ".test", ".example.com"))
    reach = rng.choice(
        (
            f"{sender.street}, {sender.town}\n{sender.phone}  {web}",
            f"{sender.street} · {sender.town} · {sender.phone}",
            f"{sender.street}\n{sender.town}\n{sender.phone}\n{web}",
        )
    )
    where = Paragraph(say(reach), "letterhead_line")
    mark = FigureBlock("mark", rng.randrange(2**31), 1.0)
    form = rng.random()
    if form < 0.35:
        return [Row(((mark,), (name, where)), (0.14, 0.86))]
    if form < 0.6:
        return [Row(((name,), (where,)), (0.55, 0.45), "right")]
    return [name, where]


def _addresses(desk: Desk, sender: Party, recipient: Party) -> list[Block]:
    rng = desk.rng
    day = desk.dated("letter_date", desk.today, spelled=True)
    dated = Paragraph(say(rng.choice((day, day, f"{sender.city}, {day}"))), "date")
    firm = f"{recipient.company}\n" if desk.chance(0.5) else ""
    title = desk.prose.slots["recipient_title"]
    title = f"{title} " if title in TITLES else ""
    to = Paragraph(say(f"{title}{recipient.person}\n{firm}{recipient.street}\n{recipient.town}"), "address")
    desk.fact("recipient", recipient.person, "name")
    reference = desk.prose.slots["reference"]
    form = rng.random()
    if form < 0.4 and desk.complexity > 1:
        extension = phone(rng)
        fields = FieldGroup(
            (
                FieldBlock(
                    desk.prose.phrase("our_reference") + ":", desk.fact("reference", reference, "code"), "reference"
                ),
                FieldBlock("Telephone:", desk.fact("direct_line", extension, "code"), "direct_line"),
                FieldBlock("Date:", day, "letter_date"),
            )
        )
        return [Row(((to,), (fields,)), (0.58, 0.42))]
    if form < 0.65:
        return [Row(((to,), (dated,)), (0.6, 0.4), "right")]
    return [dated, to] if form < 0.85 else [to, dated]


def _body(desk: Desk, purpose: str) -> list[str]:
    prose = desk.prose
    texts = [prose.say(f"{purpose}_open"), prose.say(f"{purpose}_body")]
    if desk.complexity >= 2 and len(prose.rules[f"{purpose}_body"]) > 1:
        texts.append(prose.say(f"{purpose}_body"))
    for _ in range(max(0, desk.complexity - 2)):
        texts.append(prose.say("extra"))
    return [*texts, prose.say(f"{purpose}_close")]


def _closing(desk: Desk, sender: Party, mark: str) -> list[Block]:
    rng, prose = desk.rng, desk.prose
    blocks: list[Block] = [Paragraph(say(prose.phrase("goodbye") + ("," if mark == "," else "")), "goodbye")]
    if desk.chance(0.75):
        blocks.append(FigureBlock("signature", rng.randrange(2**31), 0.28, 0.3))
    position = desk.fact("signatory_role", prose.phrase("role_title"))
    name = desk.fact("sender", sender.person, "name")
    blocks.append(Paragraph((Piece(f"{name}\n", bold=desk.chance(0.3)), Piece(position)), "signatory"))
    if desk.complexity >= 3 and desk.chance(0.6):
        things = rng.sample(
            (
                "return form",
                "price list",
                "copy of the delivery note",
                "floor plan",
                "photographs",
                "statement of account",
                "terms of business",
            ),
            rng.randint(2, 3),
        )
        if desk.chance(0.5):
            blocks.append(Paragraph(say(prose.phrase("enclosures", list=", ".join(things))), "small"))
        else:
            blocks.append(Paragraph(say("Enclosures:"), "small"))
            blocks.append(ListBlock(tuple(Item(say(t)) for t in things), role="small"))
    return blocks


def _furniture(desk: Desk, sender: Party) -> list[Furniture]:
    rng = desk.rng
    made: list[Furniture] = []
    if desk.chance(0.6):
        bank = (
            f"Register no. {rng.randint(10000, 99999)} · Account {rng.randint(100, 999)} "
            f"{rng.randint(1000, 9999)} {rng.randint(10, 99)}"
        )
        made.append(Furniture("footer", f"{sender.company} · {bank}"))
    if desk.complexity >= 4 or desk.chance(0.2):
        made.append(Furniture("page_number", desk.prose.pick("page_of"), rng.choice(("centre", "right"))))
    return made
