"""The typed document tree: what a page says, in reading order, without a word about how it looks.

Covered: title, headings of three levels, paragraphs, lists, tables, figures with captions, formulas, form fields with
ticks, headers, footers, page numbers and stamps; rows that put parts of the tree side by side; the facts of a document
and how its amounts and dates hang together. Not covered: places and pixels (see `geometry`), looks (see `looks`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from mmrecipes.render.tables.grid import Grid

Align = Literal["left", "centre", "right"]
Flow = Literal["column", "float", "page float"]
"""How a table or figure stands: in its column, or floating to the top of a column or of all columns."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text of one style, or (with `latex`) a formula in the line, given in typst's own notation too. `prose`:
    someone else may word it (see `slots`)."""

    text: str
    bold: bool = False
    italic: bool = False
    latex: str = ""
    typst: str = ""
    prose: bool = False


Text = tuple[Piece, ...]
"""Words with their emphasis; a line end inside is a forced one."""


@dataclass(frozen=True, slots=True)
class Heading:
    """The document's title (level 0) or a heading of level 1-3; `number` as printed before it."""

    text: Text
    level: int
    number: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text. `role` names what it is (`address`, `salutation`, `abstract`, …) and decides its look;
    `origin` is the file and number of a paragraph of the user's."""

    text: Text
    role: str = ""
    origin: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Item:
    text: Text
    depth: int = 0


@dataclass(frozen=True, slots=True)
class ListBlock:
    items: tuple[Item, ...]
    ordered: bool = False
    role: str = ""


@dataclass(frozen=True, slots=True)
class TableBlock:
    """A table and its caption (above or below it, as the look has it)."""

    grid: Grid
    caption: Text = ()
    flow: Flow = "column"
    role: str = ""


@dataclass(frozen=True, slots=True)
class FigureBlock:
    """A picture of `aspect` (height over width), taking `width` of the column, and its caption. `picture` names the
    maker and `seed` what it draws; `chart` pictures show the numbers of `grid`."""

    picture: str
    seed: int
    aspect: float = 0.6
    width: float = 1.0
    caption: Text = ()
    flow: Flow = "column"
    grid: Grid | None = None
    role: str = ""


@dataclass(frozen=True, slots=True)
class FormulaBlock:
    """A displayed formula in LaTeX and in typst's notation; `number` as printed beside it."""

    latex: str
    typst: str
    number: str = ""


@dataclass(frozen=True, slots=True)
class FieldBlock:
    """A labelled value. An empty `value` is an empty field; `choices` are tick boxes (text, ticked)."""

    label: str
    value: str
    name: str = ""
    choices: tuple[tuple[str, bool], ...] = ()
    width: int = 1
    """How many of the group's columns it takes."""


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """Fields laid out together in `columns`; `look` is boxes, underlines, plain pairs or a ruled table."""

    fields: tuple[FieldBlock, ...]
    columns: int = 1
    look: Literal["boxes", "lines", "pairs", "grid"] = "pairs"
    role: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """Parts of the tree side by side, read one part after the other; `widths` are shares."""

    parts: tuple[tuple[Block, ...], ...]
    widths: tuple[float, ...]
    align: Align = "left"
    """Of the last part."""


@dataclass(frozen=True, slots=True)
class Panel:
    """Parts of the tree on a ground of their own: a box in the text, a card, a band."""

    blocks: tuple[Block, ...]
    role: str = ""


@dataclass(frozen=True, slots=True)
class Stamp:
    """A rubber stamp or seal: printed over a free place of the page."""

    lines: tuple[str, ...]
    shape: Literal["box", "circle"] = "box"


@dataclass(frozen=True, slots=True)
class Furniture:
    """What stands on every page outside the text. `text` may hold {page} and {pages}."""

    kind: Literal["header", "footer", "page_number"]
    text: str
    align: Align = "centre"
    first_page: bool = True


Leaf = Heading | Paragraph | ListBlock | TableBlock | FigureBlock | FormulaBlock | FieldBlock
Block = Leaf | FieldGroup | Row | Panel
FactKind = Literal["name", "date", "money", "number", "code", "text", "place"]


@dataclass(frozen=True, slots=True)
class Fact:
    """Something the document says about itself. `name` is its key in questions, `text` how it is printed."""

    name: str
    text: str
    kind: FactKind = "text"
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Relation:
    """How printed amounts hang together: `sum` (result = sum of parts), `product` (of two parts), `percent` (result =
    first part x second part percent, rounded to cents)."""

    kind: Literal["sum", "product", "percent", "difference"]
    parts: tuple[str, ...]
    result: str


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document. `chronology` names facts whose days must come in this order; `said` are the names, numbers and
    days in its prose (name, as printed); `prose_by` is the model that worded its prose."""

    kind: str
    language: str
    complexity: int
    blocks: tuple[Block, ...]
    furniture: tuple[Furniture, ...] = ()
    facts: tuple[Fact, ...] = ()
    relations: tuple[Relation, ...] = ()
    chronology: tuple[str, ...] = ()
    stamp: Stamp | None = None
    columns: int = 1
    """Columns of the page; of a vertical document its tiers."""
    said: tuple[tuple[str, str], ...] = ()
    prose_by: str = ""
    vertical: bool = False
    """Whether its lines run downwards and follow each other from right to left."""

    @property
    def own(self) -> tuple[tuple[str, int], ...]:
        """The user's paragraphs in it: file and number, each once."""
        found = (leaf.origin for leaf in leaves(self.blocks) if isinstance(leaf, Paragraph))
        return tuple(dict.fromkeys(origin for origin in found if origin))

    def fact(self, name: str) -> Fact:
        """The fact of this name; KeyError when there is none."""
        for fact in self.facts:
            if fact.name == name:
                return fact
        raise KeyError(name)


def leaves(blocks: tuple[Block, ...]) -> Iterator[Leaf]:
    """All leaves in reading order: rows part by part, groups field by field."""
    for block in blocks:
        if isinstance(block, Row):
            for part in block.parts:
                yield from leaves(part)
        elif isinstance(block, Panel):
            yield from leaves(block.blocks)
        elif isinstance(block, FieldGroup):
            yield from block.fields
        else:
            yield block


def plain(text: Text) -> str:
    """The words of a text; formulas as LaTeX between dollars."""
    return "".join(f"${p.latex}$" if p.latex else p.text for p in text)


def words_of(text: Text) -> list[str]:
    """What is printed, word by word; formulas in the line are no words, they split the text."""
    return "".join(" " if p.latex else p.text for p in text).split()


def say(text: str) -> Text:
    """A text without emphasis."""
    return (Piece(text),)


def worded(text: str) -> Text:
    """A text without emphasis that someone else may word."""
    return (Piece(text, prose=True),)
