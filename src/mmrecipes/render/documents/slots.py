"""The prose of a document as slots that someone else may word: what each is, how much room it has, what it may say.

Covered: titles, headings, paragraphs, items of lists and captions whose makers marked them as prose (`Piece.prose`);
the facts that a slot must say because nothing else does, and those that it may say; putting other texts in their
place, with the facts and headers that repeat them. Not covered: what is fixed (names, addresses, fields, tables,
references), whether a text keeps to its facts (the caller's).
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from mmrecipes.core.text import is_unspaced
from mmrecipes.render.documents.draw import ONE_PAGE
from mmrecipes.render.documents.tree import (
    Block,
    Document,
    Fact,
    FieldBlock,
    FieldGroup,
    FigureBlock,
    Heading,
    Leaf,
    ListBlock,
    Panel,
    Paragraph,
    Piece,
    Row,
    TableBlock,
    Text,
    leaves,
    plain,
)

Part = Literal["", "caption"] | int
_LEAD = re.compile(r"^(?::\s|\(\w{1,3}\)\s)")
"""What stands before the prose in its own piece: the colon of a caption, the number of a paragraph."""
_REFERENCE = re.compile(r"\b(?:Table|Figure) \d+\b")
_WINDOW = 40
LONG = 60
"""Characters of an invented text from which on another may say what the document prints elsewhere."""
_TITLES = ("title", "subject")
"""Facts that are a slot themselves."""
_WHOLE = ("text", "ref")
"""What sentences call a subject that they hold and a table that they refer to."""
_NO_PEOPLE = ("form", "card", "receipt", "menu")
"""Kinds whose names and days belong to their fields."""
KICKER = "one word above a headline that names its field"
_ROLES: Mapping[str, str] = {
    "subject": "subject line", "headline": "main headline", "story": "headline", "kicker": KICKER,
    "course": "heading of a group of dishes", "lead": "opening of the lead story", "abstract": "abstract",
    "tagline": "line under the name", "dish": "name of a dish", "dish_note": "note on a dish",
    "terms": "terms of payment", "small": "small print", "fineprint": "small print", "box": "short notice in a box",
    "centre": "last line", "centre_small": "small print", "numbered": "numbered paragraph",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Quote:
    """A fact as it is printed. `about` is where our own text says it, for what it means; empty for a fact that the
    document prints elsewhere."""

    name: str
    text: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Slot:
    """A prose text of a document: `what` it is in English, the invented `text` in its place, the least and the most
    characters that fit, facts (as printed) that it `must` say, and all that it may."""

    name: str
    what: str
    text: str
    room: tuple[int, int]
    must: tuple[str, ...]
    quotes: tuple[Quote, ...]
    element: int
    part: Part


def slots_of(document: Document) -> tuple[Slot, ...]:
    """The slots in reading order. A fact that is printed nowhere else must be said by the first that says it now; two
    facts of one text (the days on which a course ended and its certificate was issued) are printed twice."""
    fixed, found = fixed_lines(document, tables=True), list[Slot]()
    unsaid = Counter(f.text for f in document.facts if f.text)
    unsaid.subtract({text: sum(says(line, text) for line in fixed) for text in unsaid})
    everywhere, known = _everywhere(document, "\n".join(fixed)), _known(document)
    for element, leaf in enumerate(leaves(document.blocks)):
        for part, text in _texts(leaf):
            for piece in text:
                if not piece.prose:
                    continue
                core = _core(piece.text, document)[1]
                own = _quotes(core, known)
                must = [t for t in unsaid if unsaid[t] > 0 and t != core and any(q.text == t for q in own)]
                unsaid.subtract(must)
                must += _REFERENCE.findall(core)
                quotes = own if len(core) < LONG else [*own, *(q for q in everywhere if q.text not in core)]
                what = _what(leaf, part, document.kind)
                name = f"{_short(leaf, part)}_{1 + sum(s.name.startswith(_short(leaf, part)) for s in found)}"
                room = _room(core, must, document)
                found.append(Slot(name, what, core, room, tuple(dict.fromkeys(must)), tuple(quotes), element, part))
    return tuple(found)


def fixed_lines(document: Document, *, tables: bool = False) -> list[str]:
    """What is printed whoever words the prose, text by text; with the cells of tables only where they are asked for."""
    said: list[str] = []
    for leaf in leaves(document.blocks):
        said += ["".join(p.text for p in text if not p.prose) for _, text in _texts(leaf)]
        if isinstance(leaf, TableBlock) and tables:
            said += [cell.text for cell in leaf.grid.cells]
        if isinstance(leaf, FieldBlock):
            said += [leaf.label, leaf.value, *(text for text, _ in leaf.choices)]
    return [text for text in said if text.strip()]


def says(text: str, fact: str) -> bool:
    """Whether a text says a fact as a word of its own (in languages without blanks anywhere)."""
    return place_of(text, fact) >= 0


def place_of(text: str, fact: str) -> int:
    """Where a text first says a fact as a word of its own: no `2 May` within `12 May`; -1 where it does not."""
    at = text.find(fact)
    while at >= 0:
        beside = text[max(0, at - 1) : at] + text[at + len(fact) : at + len(fact) + 1]
        if not any(c.isalnum() and not is_unspaced(c) for c in beside):
            break
        at = text.find(fact, at + 1)
    return at


def with_texts(document: Document, texts: Mapping[str, str], by: str) -> Document:
    """The document with these texts, by the names of its slots, as its prose. Raises `KeyError` for a slot without."""
    slots = slots_of(document)
    at: dict[tuple[int, Part], str] = {(s.element, s.part): texts[s.name] for s in slots}
    facts = tuple(_renamed(f, slots, texts) for f in document.facts)
    titles = {s.text: texts[s.name] for s in slots if _short_of(s) == "title"}
    furniture = tuple(replace(f, text=_replaced(f.text, titles)) for f in document.furniture)
    blocks = tuple(_rewritten(document, document.blocks, at, itertools.count()))
    return replace(document, blocks=blocks, facts=facts, furniture=furniture, prose_by=by)


def prose_elements(document: Document) -> list[int]:
    """The leaves, counted from 0, that hold prose."""
    return [n for n, leaf in enumerate(leaves(document.blocks)) if any(p.prose for _, t in _texts(leaf) for p in t)]


def outline_of(document: Document, slots: Sequence[Slot]) -> Iterator[str | Slot | dict[str, Any]]:
    """The document from top to bottom for one who is to word it: fixed texts, slots, columns of tables."""
    by_place = {(s.element, s.part): s for s in slots}
    for element, leaf in enumerate(leaves(document.blocks)):
        if isinstance(leaf, TableBlock):
            yield {"table": [c.text for c in leaf.grid.cells if c.row == 0]}
        if isinstance(leaf, FigureBlock) and leaf.picture in ("chart", "photo"):
            yield {leaf.picture: [c.name for c in leaf.grid.columns] if leaf.grid else "a landscape"}
        if isinstance(leaf, FieldBlock):
            yield f"{leaf.label} {leaf.value}".strip()
        for part, text in _texts(leaf):
            slot = by_place.get((element, part))
            if slot is not None:
                yield slot
            elif said := plain(text).strip():
                yield said


# --- what a slot is


def _texts(leaf: Leaf) -> Iterator[tuple[Part, Text]]:
    match leaf:
        case Heading() | Paragraph():
            yield "", leaf.text
        case ListBlock():
            yield from ((n, item.text) for n, item in enumerate(leaf.items))
        case TableBlock() | FigureBlock():
            yield "caption", leaf.caption
        case _:
            return


def _short(leaf: Leaf, part: Part) -> str:
    if part == "caption":
        return "caption"
    if isinstance(leaf, Heading):
        return "title" if leaf.level == 0 else "heading"
    return "item" if isinstance(leaf, ListBlock) else "paragraph"


def _short_of(slot: Slot) -> str:
    return slot.name.rpartition("_")[0]


def _what(leaf: Leaf, part: Part, kind: str) -> str:
    if isinstance(leaf, (TableBlock, FigureBlock)):
        return f"caption of the {'table' if isinstance(leaf, TableBlock) else leaf.picture}"
    if isinstance(leaf, ListBlock):
        return "point of a slide" if leaf.role == "slide" else "item of a list"
    role = leaf.role if isinstance(leaf, Heading | Paragraph) else ""
    if role == "centre" and kind == "certificate":
        return "sentence of the certificate; the first goes on from the name above it"
    return _ROLES.get(role) or _short(leaf, part)


def _room(core: str, must: list[str], document: Document) -> tuple[int, int]:
    """Characters that keep the layout: about as many as the invented text has. A newspaper page is to be full."""
    length = len(core)
    narrow, wide = (0.7, 1.1) if document.kind == "newspaper" else (0.5, 1.12 if document.kind in ONE_PAGE else 1.3)
    longest = max(round(length * wide), length + 12, sum(len(m) + 1 for m in must) + 16)
    if any(core in f.text for f in document.furniture):
        longest = min(longest, max(length, 56))
    return max(2, round(length * (narrow if length >= LONG else 0.25))), longest


# --- what it may say


def _known(document: Document) -> list[tuple[str, str]]:
    """All that prose may be about (name, as printed), the longest first."""
    known = {f.text: f.name for f in document.facts if f.text and f.name not in _TITLES}
    known |= {text: name for name, text in document.said if _is_fact(text) and name not in _WHOLE}
    return sorted(((name, text) for text, name in known.items()), key=lambda pair: len(pair[1]), reverse=True)


def _quotes(core: str, known: Sequence[tuple[str, str]]) -> list[Quote]:
    """The facts in a text, none within another."""
    left, found = core, list[Quote]()
    for name, text in known:
        if text != core and (at := place_of(left, text)) >= 0:
            about = core[max(0, at - _WINDOW) : at + len(text) + _WINDOW]
            found.append(Quote(name.replace("_", " "), text, about))
            left = left.replace(text, "\0" * len(text))
    return found


def _is_fact(text: str) -> bool:
    """Whether a thing that a sentence was given is a name, number or day, not a common word."""
    return any(c.isdigit() or c.isupper() for c in text)


def _everywhere(document: Document, fixed: str) -> list[Quote]:
    """Names and days that the document prints outside its prose."""
    if document.kind in _NO_PEOPLE:
        return []
    return [Quote(f.name.replace("_", " "), f.text) for f in document.facts
            if f.kind in ("name", "date") and f.name not in ("top", "low") and says(fixed, f.text)]  # fmt: skip


# --- putting texts in their place


def _core(text: str, document: Document) -> tuple[str, str, str]:
    """(what stands before, the prose, what stands after) of a piece; of a subject line only the subject is prose."""
    subject = next((f.text for f in document.facts if f.name == "subject"), "")
    if subject and subject in text:
        before, _, after = text.partition(subject)
        return before, subject, after
    lead = _LEAD.match(text)
    cut = lead.end() if lead else 0
    return text[:cut], text[cut:], ""


def _rewritten(
    document: Document, blocks: tuple[Block, ...], at: Mapping[tuple[int, Part], str], count: Iterator[int]
) -> Iterator[Block]:
    for block in blocks:
        if isinstance(block, Row):
            parts = tuple(tuple(_rewritten(document, part, at, count)) for part in block.parts)
            yield replace(block, parts=parts)
        elif isinstance(block, Panel):
            yield replace(block, blocks=tuple(_rewritten(document, block.blocks, at, count)))
        elif isinstance(block, FieldGroup):
            for _ in block.fields:
                next(count)
            yield block
        else:
            yield _leaf(document, block, next(count), at)


def _leaf(document: Document, leaf: Leaf, element: int, at: Mapping[tuple[int, Part], str]) -> Leaf:
    def put(part: Part, text: Text) -> Text:
        new = at.get((element, part))
        return text if new is None else tuple(_worded(p, new, document) if p.prose else p for p in text)

    match leaf:
        case Heading() | Paragraph():
            return replace(leaf, text=put("", leaf.text))
        case ListBlock():
            items = tuple(replace(item, text=put(n, item.text)) for n, item in enumerate(leaf.items))
            return replace(leaf, items=items)
        case TableBlock() | FigureBlock():
            return replace(leaf, caption=put("caption", leaf.caption))
        case _:
            return leaf


def _worded(piece: Piece, text: str, document: Document) -> Piece:
    before, _, after = _core(piece.text, document)
    return replace(piece, text=f"{before}{text}{after}")


def _renamed(fact: Fact, slots: tuple[Slot, ...], texts: Mapping[str, str]) -> Fact:
    """A fact that is a slot, or is named after one (a dish), follows it."""
    for slot in slots:
        if fact.name in _TITLES and fact.text == slot.text:
            return replace(fact, text=texts[slot.name])
        if fact.name == f"dish:{slot.text}":
            return replace(fact, name=f"dish:{texts[slot.name]}")
    return fact


def _replaced(text: str, titles: Mapping[str, str]) -> str:
    for old, new in titles.items():
        text = text.replace(old, new)
    return text
