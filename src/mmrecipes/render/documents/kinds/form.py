"""Forms, certificates and cards: labelled values, some of them empty, ticks, seals and portraits."""

from __future__ import annotations

from datetime import date, timedelta

from mmrecipes.render.corpora.addresses import CITIES, code, country, phone, postcode
from mmrecipes.render.corpora.names import WORDS
from mmrecipes.render.documents.kinds.desk import Desk
from mmrecipes.render.documents.prose import street
from mmrecipes.render.documents.tree import (
    Block,
    Document,
    FieldBlock,
    FieldGroup,
    FigureBlock,
    Furniture,
    Heading,
    Panel,
    Paragraph,
    Piece,
    Row,
    Stamp,
    leaves,
    say,
    worded,
)

EMPTY = 0.18
"""Share of optional fields that nobody filled in."""


def form(desk: Desk) -> Document:
    """A form in sections; complexity sets how many fields, sections and tick boxes."""
    rng, prose = desk.rng, desk.prose
    title, *sections = prose.parts("form")
    blocks: list[Block] = [Heading(say(title), 0)]
    if desk.complexity >= 2:
        blocks.append(Paragraph(worded(prose.say("form_intro")), "small"))
    sections = sections[: min(4, 1 + desk.complexity)]
    look = rng.choice(("boxes", "boxes", "lines", "grid", "pairs"))
    columns = 1 if look == "pairs" else rng.choice((2, 2, 3)) if desk.complexity > 1 else rng.choice((1, 2))
    numbered = desk.chance(0.5)
    pools = [_person(desk), _contact(desk), _details(desk)]
    for i, name in enumerate(sections):
        number = f"{i + 1}." if numbered else ""
        blocks.append(Heading(say(name), 2, number, role="section"))
        if i == len(sections) - 1 and len(sections) > 2:
            blocks += _declaration(desk, look)
        else:
            fields = pools[i % 3][: 3 + desk.complexity + rng.randint(0, 2)]
            blocks.append(FieldGroup(tuple(fields), columns, look))  # type: ignore[arg-type]
    shown = {x.name for x in leaves(tuple(blocks)) if isinstance(x, FieldBlock)}
    desk.forget({f.name for f in desk.facts} - shown)
    desk.chronology.clear()
    if desk.chance(0.5):
        blocks.append(Paragraph(worded(prose.say("form_note")), "fineprint"))
    stamp = Stamp(("RECEIVED", desk.short_day(desk.today + timedelta(days=3)))) if desk.chance(0.3) else None
    furniture = (
        [Furniture("footer", f"{title} · {code(rng)}", rng.choice(("left", "centre")))] if desk.chance(0.5) else []
    )
    return desk.document(blocks, furniture, stamp=stamp)


def _filled(
    desk: Desk, label: str, name: str, text: str, *, width: int = 1, optional: bool = True, day: date | None = None
) -> FieldBlock:
    """A field and its fact; an empty one is a fact with an empty text."""
    if optional and desk.chance(EMPTY):
        desk.fact(name, "")
        return FieldBlock(label, "", name, width=width)
    if day is not None:
        return FieldBlock(label, desk.dated(name, day), name, width=width)
    return FieldBlock(label, desk.fact(name, text), name, width=width)


def _ticks(desk: Desk, label: str, name: str, options: tuple[str, ...], *, width: int = 1) -> FieldBlock:
    chosen = desk.rng.randrange(len(options)) if not desk.chance(EMPTY) else -1
    desk.fact(name, options[chosen] if chosen >= 0 else "")
    return FieldBlock(label, "", name, tuple((o, i == chosen) for i, o in enumerate(options)), width)


def _person(desk: Desk) -> list[FieldBlock]:
    rng = desk.rng
    first, last = desk.prose.invented("person").split(" ", 1)
    born = desk.today - timedelta(days=rng.randint(19 * 365, 78 * 365))
    found = [
        _filled(desk, rng.choice(("Surname", "Last name", "Family name")), "surname", last, optional=False),
        _filled(desk, rng.choice(("First name", "Given name", "Forename")), "first_name", first, optional=False),
        _filled(desk, "Date of birth", "birth_date", "", day=born),
        _filled(desk, "Place of birth", "birth_place", rng.choice(WORDS["real_cities"])),
        _filled(desk, "Nationality", "nationality", rng.choice(WORDS["countries"])),
        _ticks(desk, rng.choice(("Title", "Form of address")), "title", ("Ms", "Mr", "Other")),
        _filled(desk, "Occupation", "occupation", desk.prose.phrase("job_title")),
        _ticks(desk, "Marital status", "marital_status", ("single", "married", "widowed"), width=2),
        _filled(desk, "Identity no.", "identity_number", code(rng)),
    ]
    return found


def _contact(desk: Desk) -> list[FieldBlock]:
    rng = desk.rng
    name = rng.choice(WORDS["first_names"]).lower().encode("ascii", "ignore").decode()
    city = rng.choice(CITIES)
    mail = f"{name}.{rng.randint(1, 99)}@mail.example"
    return [
        _filled(
            desk, rng.choice(("Street and number", "Street, no.", "Address")), "street", street(desk.prose), width=2
        ),
        _filled(desk, rng.choice(("Postcode", "Postal code", "ZIP code")), "postcode", postcode(rng, city)),
        _filled(desk, rng.choice(("City", "Town", "Town or city")), "city", city),
        _filled(desk, rng.choice(("Telephone", "Phone", "Mobile")), "phone", phone(rng)),
        _filled(desk, "E-mail", "email", mail),
        _ticks(
            desk, rng.choice(("Reach me by", "Preferred contact")), "contact_by", ("post", "phone", "e-mail"), width=2
        ),
        _filled(desk, "Country", "country", country(city)),
        _filled(desk, "In case of emergency call", "emergency_contact", desk.prose.invented("person"), width=2),
    ]


def _details(desk: Desk) -> list[FieldBlock]:
    rng = desk.rng
    return [
        _filled(
            desk,
            rng.choice(("Employer", "Company", "Organisation")),
            "employer",
            desk.prose.invented("company"),
            width=2,
        ),
        _filled(desk, rng.choice(("Department", "Unit")), "department", desk.prose.invented("department")),
        _filled(
            desk,
            rng.choice(("Policy number", "Account number", "File number")),
            "file_number",
            code(rng),
            optional=False,
        ),
        _filled(
            desk,
            rng.choice(("Amount applied for", "Yearly income", "Amount claimed")),
            "amount",
            desk.prose.invented("amount"),
        ),
        _ticks(
            desk,
            rng.choice(("Have you applied before?", "First application?", "Are you insured?")),
            "yes_no",
            ("Yes", "No"),
        ),
        _filled(desk, "Number of persons", "persons", str(rng.randint(1, 7))),
        _filled(
            desk,
            "Reason",
            "reason",
            rng.choice(
                (
                    "move to another city",
                    "further training",
                    "new address",
                    "loss of the old card",
                    "water damage",
                    "change of employer",
                )
            ),
            width=2,
        ),
        _ticks(desk, "Documents enclosed", "enclosed", ("copy of passport", "proof of address", "photograph"), width=2),
    ]


def _declaration(desk: Desk, look: str) -> list[Block]:
    rng, prose = desk.rng, desk.prose
    place = _filled(
        desk,
        rng.choice(("Place, date", "Place and date")),
        "place_date",
        f"{rng.choice(WORDS['real_cities'])}, {desk.short_day(desk.today)}",
    )
    signed = (
        FigureBlock("signature", rng.randrange(2**31), 0.28, 0.6),
        Paragraph(say(prose.phrase("signed")), "under_line"),
    )
    return [
        Paragraph(worded(prose.say("form_declaration")), "small"),
        Row(((FieldGroup((place,), 1, "lines"),), signed), (0.5, 0.5)),
    ]


def certificate(desk: Desk) -> Document:
    """A certificate: title, name, what for, days, seal and signatures."""
    rng, prose = desk.rng, desk.prose
    begin = desk.today - timedelta(days=rng.randint(20, 200))
    end = begin + timedelta(days=rng.randint(2, 60))
    name = desk.fact("holder", prose.invented("person"), "name")
    issuer = desk.fact("issuer", prose.invented(rng.choice(("university", "company", "school", "hospital"))), "name")
    start, stop = desk.dated("start_date", begin, spelled=True), desk.dated("end_date", end, spelled=True)
    hours = desk.fact("hours", str(rng.randint(12, 160)), "number")
    subject = desk.fact("course", rng.choice(WORDS["subjects"]))
    slots = {"start_date": start, "end_date": stop, "hours": hours, "subject": subject}
    texts = [prose.phrase("certificate_text", **slots)]
    if "hours" not in " ".join(texts) or desk.complexity > 1:
        texts.append(prose.say("certificate_detail", **slots))
    shown = " ".join(texts)
    optional = ("hours", "course", "start_date", "end_date")
    desk.forget({f.name for f in desk.facts if f.name in optional and f.text not in shown})
    blocks: list[Block] = []
    if desk.chance(0.6):
        blocks.append(FigureBlock("mark", rng.randrange(2**31), 1.0, 0.1, role="centre"))
    blocks.append(Paragraph(say(issuer), "issuer"))
    blocks.append(Heading(say(prose.phrase("certificate_title")), 0, role="certificate"))
    blocks.append(Paragraph(say(prose.phrase("certificate_lead")), "centre"))
    blocks.append(Heading(say(name), 1, role="holder"))
    blocks += [Paragraph(worded(t), "centre") for t in texts]
    day = desk.dated("issue_date", end + timedelta(days=rng.randint(0, 20)), spelled=True)
    place = rng.choice(WORDS["real_cities"])
    blocks.append(Paragraph(say(f"{place}, {day}"), "centre"))
    parts: list[tuple[Block, ...]] = []
    for n in range(rng.choice((1, 2, 2))):
        person = desk.fact("signatory" if n == 0 else "second_signatory", prose.invented("person"), "name")
        role = rng.choice(("Director", "Dean", "Course leader", "Registrar", "Head of Training"))
        parts.append(
            (
                FigureBlock("signature", rng.randrange(2**31), 0.3, 0.6, role="centre"),
                Paragraph((Piece(f"{person}\n", bold=True), Piece(role)), "signature_line"),
            )
        )
    sides = ((), ()) if len(parts) == 1 else ()
    row = (*sides[:1], *parts, *sides[1:])
    blocks.append(Row(row, tuple(1 / len(row) for _ in row)))
    if desk.chance(0.5):
        number = desk.fact("certificate_number", code(rng), "code")
        blocks.append(Paragraph(say(f"{rng.choice(('Certificate no.', 'No.', 'Register no.'))} {number}"), "fineprint"))
    stamp = Stamp((issuer.upper(), str(desk.today.year)), "circle") if desk.chance(0.5) else None
    return desk.document(blocks, stamp=stamp)


def card(desk: Desk) -> Document:
    """An ID-like card of an invented issuer: portrait, numbers, days in order."""
    rng, prose = desk.rng, desk.prose
    kind, issued_by = prose.parts("card")
    issuer = desk.fact("issuer", issued_by, "name")
    first, last = prose.invented("person").split(" ", 1)
    colon = rng.choice((":", "", ""))

    def field(label: str, name: str, text: str, day: date | None = None) -> FieldBlock:
        return FieldBlock(label + colon, desk.dated(name, day) if day else desk.fact(name, text), name)

    born = desk.today - timedelta(days=rng.randint(19 * 365, 70 * 365))
    fields = [
        field(rng.choice(("Surname", "Last name")), "surname", last),
        field(rng.choice(("Given names", "First name")), "first_name", first),
        field("Date of birth", "birth_date", "", born),
        field(rng.choice(("Date of issue", "Issued")), "issue_date", "", desk.today),
        field(
            rng.choice(("Valid until", "Expires", "Date of expiry")),
            "expiry_date",
            "",
            desk.today + timedelta(days=365 * rng.choice((2, 5, 10))),
        ),
    ]
    number = field(rng.choice(("Card no.", "Document no.", "Number")), "card_number", code(rng))
    fields.insert(rng.choice((0, len(fields))), number)
    if desk.complexity >= 3:
        fields.insert(3, field("Place of birth", "birth_place", rng.choice(WORDS["real_cities"])))
    if desk.complexity >= 4:
        fields.insert(
            2,
            field(
                "Height" if "Identity" in kind else "Group",
                "height" if "Identity" in kind else "group",
                f"{rng.randint(152, 198)} cm" if "Identity" in kind else rng.choice("ABCDE"),
            ),
        )
    fields = fields[: 4 + desk.complexity]
    shown = {f.name for f in fields} | {"issuer"}
    desk.forget({f.name for f in desk.facts} - shown)
    portrait = FigureBlock("portrait", rng.randrange(2**31), 1.28, 1.0)
    data = (FieldGroup(tuple(fields), 2 if len(fields) > 4 else 1, "pairs", role="card"),)
    parts = (((portrait,), data), (0.27, 0.73)) if desk.chance(0.7) else ((data, (portrait,)), (0.73, 0.27))
    blocks: list[Block] = [
        Panel(
            (
                Heading(say(kind if desk.chance(0.5) else kind.upper()), 0, role="card"),
                Paragraph(say(issuer), "card_issuer"),
            ),
            "band",
        ),
        Row(*parts),
    ]
    return desk.document(blocks)
