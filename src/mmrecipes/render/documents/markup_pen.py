"""What writes a document in typst's language: the areas tagged so far, and texts set inside tags.

Covered: tags, texts with emphasis, formulas in the line, forced line ends and tabs, tagged blocks of text, captions.
All texts are literals: nothing a text holds is taken for markup. Not covered: blocks (see `markup`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from mmrecipes.canvas.scripts import LANGUAGES
from mmrecipes.render.documents.looks import SMALL, Look
from mmrecipes.render.documents.tree import Document, Piece, Text, words_of
from mmrecipes.render.typeset import area_colour, literal

REACH = 0.24
"""How far a tag reaches above and below its text, as a share of the font size."""
PartName = str | int | tuple[int, int]
_LEADER = (
    '#h(0.4em)#box(width: 1fr, inset: (y: 0.1em), line(length: 100%, stroke: (thickness: 0.6pt, dash: "dotted")))'
    "#h(0.4em)"
)


def tall(language: str) -> bool:
    """Whether letters of a language reach so far up and down that lines are measured to include them."""
    return LANGUAGES[language].script in ("Arab", "Deva", "Thai")


@dataclass(slots=True)
class Area:
    """A tagged part of a leaf. `part` says which: "" for the leaf itself, `caption`, `label`, `value`, `marker`,
    `number`, `picture`, `formula`, an item's index or a cell's (row, column). A formula or picture has no words.
    `template` holds the text of furniture with {page} and {pages}."""

    element: int
    part: PartName
    words: list[str]
    opaque: bool = False
    filled: bool = False
    """A cell with a visible fill: its tag only marks the text, the fill is the cell."""
    template: str = ""


@dataclass(slots=True)
class Pen:
    """Writes one document. `element` counts the leaves; the area k of `areas` has tag k + 1."""

    document: Document
    look: Look
    areas: list[Area] = field(default_factory=list)
    element: int = -1
    keep: bool = False
    """Whether the text that is set must not be parted from what follows it."""

    def tag(self, area: Area) -> str:
        """The colour of a new area."""
        self.areas.append(area)
        return area_colour(len(self.areas))

    def said(self, part: PartName, words: list[str], *, filled: bool = False) -> str:
        """The colour of a part of this leaf that says these words."""
        return self.tag(Area(self.element, part, words, filled=filled))

    def opaque(self, part: str) -> str:
        """The colour of a picture or formula."""
        return self.tag(Area(self.element, part, [], opaque=True))

    def reach(self, size: float = 0.0) -> str:
        """How far a tag reaches out of its block: as far as descenders do, without taking room."""
        reach = 0.02 if tall(self.document.language) else REACH
        return f"outset: (y: {(size or self.look.size) * reach:.2f}pt)"

    def text(self, text: Text) -> str:
        return "".join(self._piece(p) for p in text)

    def _piece(self, piece: Piece) -> str:
        if piece.latex:
            return f"#box(fill: {self.opaque('formula')}, outset: (x: 0.05em, y: 0.3em))[${piece.typst}$]"
        tab = _LEADER if self.document.kind == "menu" else "#h(1fr)"
        lines = (tab.join(_styled(s, piece) for s in line.split("\t")) for line in piece.text.split("\n"))
        return "#linebreak()".join(lines)

    def leaf(self, text: Text, options: str = "", part: str = "", wrap: str = "{}", size: float = 0.0) -> str:
        """A tagged block of text. `wrap` sets styles around its content."""
        colour = self.said(part, words_of(text))
        inner = wrap.format(self.text(text))
        if self.keep and "sticky" not in options:
            options += ", sticky: true"
        return f"#block(width: 100%, fill: {colour}, {self.reach(size)}{options})[{inner}]\n"

    def caption(self, text: Text) -> str:
        slant = ', style: "italic"' if self.look.caption_italic else ""
        style = f"#set text(size: {self.look.size * SMALL:.2f}pt{slant})\n#set par(justify: false)\n"
        return self.leaf(text, ", above: 0.6em, below: 0.6em", "caption", style + "#align(center)[{}]")


def _styled(span: str, piece: Piece) -> str:
    options = (', weight: "bold"' if piece.bold else "") + (', style: "italic"' if piece.italic else "")
    return f"#text({literal(span)}{options})" if span else ""
