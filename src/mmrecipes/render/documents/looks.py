"""How a document looks: paper, margins, fonts, sizes, colours, rules; nothing that it says.

Covered: a look that suits a kind of document, its resolution chosen so that the smallest print stays legible (x-height
at least `X_HEIGHT` pixels). Not covered: wear.
"""

from __future__ import annotations

import functools
import random
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from mmrecipes.canvas.fonts import FAMILIES, INSTALLED_FAMILIES, face
from mmrecipes.canvas.scripts import LANGUAGES, Script, families_for
from mmrecipes.canvas.surface import mixed
from mmrecipes.render.corpora.texts import capitals
from mmrecipes.render.documents.tree import Document, Heading, Piece, Text

X_HEIGHT = 8.7
"""Pixels of the smallest print; the limit after wear is 8."""
SMALL = 0.86
"""Size of small print as a share of the body's."""
SANS = ("Source Sans Pro", "Hanken Grotesk", "Manrope", "DejaVu Sans")
SERIF = ("Libertinus Serif", "Source Serif Pro", "Caladea", "STIX", "New Computer Modern", "DejaVu Serif")
MONO = "DejaVu Sans Mono"
_EMBEDDED = {"Libertinus Serif": 0.429, "New Computer Modern": 0.431}
SMALL_LETTERS: dict[Script, tuple[str, float]] = {
    "Latn": ("xacemnorsuvwz", 1.0),
    "Cyrl": ("xacemnorsuvwzасеимпотхвгкнчшья", 1.0),
    "Grek": ("xacemnorsuvwzανεικοπστυω", 1.0),
    "Hebr": ("הבדחכםמתרש", 1.0),
    "Arab": ("هد", 1.0),
    "Deva": ("कगचजतनपमयरलवसह", 1.0),
    "Thai": ("กคงจดตถทนบพมยรลวสหอ", 1.0),
    "Hani": ("国中文的数量金合日電話國數", 0.55),
    "Jpan": ("国中文の数量金合日電話", 0.55),
    "Hang": ("한국금합량일기서", 0.55),
}
"""Letters of a script that show how small it is printed, and what share of their height stands for that of an x."""
READABLE = {"hi": ("Noto Sans Devanagari",)}
"""Languages that only some of their families print so that the page's own text is that of the source: the others put
marks beside letters as glyphs that no character of the PDF stands for."""
_INKS = ("#000000", "#000000", "#111111", "#1a1a1a", "#222222", "#2b2b2b", "#1c2430")
_ACCENTS = (
    "#1f3a5f",
    "#7a1f2b",
    "#20603d",
    "#5a3d7a",
    "#a2541b",
    "#0f6a73",
    "#333333",
    "#8a6d1b",
    "#25408f",
    "#6b2a4a",
    "#2f4f4f",
    "#b0302a",
    "#3b5d2a",
    "#444b54",
)
_PAPERS = ("#ffffff", "#ffffff", "#ffffff", "#ffffff", "#fffdf7", "#fbf8ee", "#f9f9f7")
_NEWSPRINT = ("#ffffff", "#f4f1e8", "#f1efe9", "#f7f5ef")
PAPER_SIZES = {
    "a4": (595.3, 841.9),
    "letter": (612.0, 792.0),
    "a5": (419.5, 595.3),
    "legal": (612.0, 1008.0),
    "a4 landscape": (841.9, 595.3),
    "slide wide": (720.0, 405.0),
    "slide": (680.0, 510.0),
    "card": (243.0, 153.0),
    "receipt": (226.8, 0.0),
    "receipt narrow": (170.0, 0.0),
    "tabloid": (640.0, 900.0),
}
TableStyle = Literal["booktabs", "grid", "zebra", "filled_header", "lines", "outer", "bare"]


@dataclass(frozen=True, slots=True)
class Look:
    """A look. Lengths are points unless named otherwise, colours `#rrggbb`."""

    paper: str
    width: float
    height: float
    """0: as high as the text."""
    margins: tuple[float, float, float, float]
    """Left, top, right, bottom."""
    ppi: float
    family: str
    heading_family: str
    value_family: str
    size: float
    leading: float
    spacing: float
    indent: float
    justify: bool
    ink: str
    accent: str
    ground: str
    value_ink: str
    heading: Literal["plain", "accent", "rule", "caps", "band", "bar"]
    heading_scale: float
    heading_align: Literal["left", "center"]
    table: TableStyle
    table_inset: float
    caption_above: bool
    caption_italic: bool
    marker: str
    gutter: float
    column_rule: bool
    head_rule: bool
    letterhead: Literal["left", "center", "rule", "band"]
    border: Literal["", "single", "double", "thick"]
    tint: str
    """Of panels and shaded rows."""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@functools.cache
def x_height_of(family: str, language: str = "en") -> float:
    """Height of the letter x, or of what stands for it in the language's script, as a share of the font size."""
    if family in _EMBEDDED:
        return _EMBEDDED[family]
    script = LANGUAGES[language].script
    letters, share = SMALL_LETTERS[script]
    found = face(family)
    letters = letters[0] if letters[0] == "x" else letters
    boxes = [found.glyph_box(found.hb.get_nominal_glyph(ord(c)) or 0) for c in letters]
    return min(box[3] - box[1] for box in boxes if box) / found.upem * share


def families_of(language: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Sans, serif and monospaced families that set documents of a language, as far as there are any."""
    if language == "en":
        return SANS, SERIF, (MONO,)
    names = READABLE.get(language) or families_for(language)
    kinds = {name: (FAMILIES.get(name) or INSTALLED_FAMILIES[name]).kind for name in names}
    sans, serif, mono = (tuple(n for n in names if kinds[n] == kind) for kind in ("sans", "serif", "mono"))
    return sans or serif, serif or sans, mono


def look_for(document: Document, rng: random.Random) -> Look:
    """A look for a document, drawn from `rng`."""
    kind = document.kind
    papers = _PAPER_OF.get(kind, ("a4", "a4", "letter", "letter", "a5" if document.complexity <= 2 else "a4"))
    if document.vertical and kind != "novel":
        papers = ("a5", "a4") if document.complexity > 3 and kind == "letter" else ("a5",)
    paper = rng.choice(papers)
    width, height = PAPER_SIZES[paper]
    sans, serifs, mono = families_of(document.language)
    serif = rng.random() < _SERIF_OF.get(kind, 0.5)
    family = rng.choice(serifs if serif else sans)
    if kind == "receipt" and rng.random() < 0.75 and mono:
        family = mono[0]
    heading = family if rng.random() < 0.5 else rng.choice(sans if serif or rng.random() < 0.5 else serifs)
    size = _size(kind, document.columns, rng)
    if family in ("DejaVu Sans", "DejaVu Serif", MONO):
        size *= 0.9
    narrow = document.columns >= 3 or kind in ("receipt", "card")
    value = rng.choice((family, family, MONO)) if kind == "form" else family
    xs = min(x_height_of(f, document.language) for f in {family, heading, value})
    ppi = max(rng.uniform(104, 150), X_HEIGHT * 72 / (xs * SMALL * size))
    spaced = rng.random() < 0.6
    accent = rng.choice(_ACCENTS)
    side = min(width, height or width)
    margin = side * (
        rng.uniform(0.055, 0.075) if kind in ("receipt", "card", "slide", "newspaper") else rng.uniform(0.075, 0.14)
    )
    bottom = margin * rng.uniform(1.0, 1.25)
    return Look(
        paper=paper,
        width=width,
        height=height,
        margins=(margin, margin * rng.uniform(0.85, 1.15), margin, max(bottom, 20.0) if not narrow else margin),
        ppi=round(ppi, 2),
        family=family,
        heading_family=heading,
        value_family=value,
        size=size,
        leading=rng.uniform(0.5, 0.72),
        spacing=rng.uniform(0.9, 1.3) if spaced else 0.72,
        indent=0.0 if spaced else 1.2,
        justify=(not narrow) and rng.random() < 0.6 and kind not in ("menu", "slide") and document.language != "th",
        ink=rng.choice(_INKS),
        accent=accent,
        ground=rng.choice(_NEWSPRINT if kind == "newspaper" else _PAPERS),
        value_ink=rng.choice(("#000000", "#1d2f6f", "#1d2f6f", "#123a8a")) if kind == "form" else "",
        heading=rng.choice(
            ("plain", "plain", "accent", "rule", "caps", "band" if document.columns == 1 else "plain", "bar")
        ),
        heading_scale=rng.uniform(0.92, 1.12),
        heading_align="center" if kind in ("menu", "certificate") or rng.random() < 0.12 else "left",
        table=rng.choice(("booktabs", "grid", "zebra", "filled_header", "lines", "outer")),
        table_inset=rng.uniform(3.2, 6.0),
        caption_above=rng.random() < 0.5,
        caption_italic=rng.random() < 0.3,
        marker=rng.choice(("•", "•", "–")),
        gutter=rng.uniform(14, 24),
        column_rule=rng.random() < 0.4,
        head_rule=rng.random() < 0.5,
        letterhead=rng.choice(("left", "center", "rule", "band")),
        border=rng.choice(_BORDERS_OF[kind]) if kind in _BORDERS_OF else "",
        tint=mixed(accent, "#ffffff", rng.uniform(0.84, 0.92)),
    )


_PAPER_OF: dict[str, tuple[str, ...]] = {
    "novel": ("a5", "a5", "a4"),
    "receipt": ("receipt", "receipt", "receipt narrow"),
    "card": ("card",),
    "slide": ("slide wide", "slide wide", "slide"),
    "certificate": ("a4 landscape", "a4 landscape", "a4"),
    "newspaper": ("tabloid", "a4"),
    "menu": ("a5", "a4", "letter"),
    "paper": ("a4", "letter"),
    "contract": ("a4", "letter", "legal"),
    "form": ("a4", "letter"),
    "invoice": ("a4", "a4", "letter"),
}
_BORDERS_OF: dict[str, tuple[Literal["", "single", "double", "thick"], ...]] = {
    "certificate": ("single", "double", "thick"),
    "menu": ("", "", "single"),
    "notice": ("", "single", "thick"),
}
_SERIF_OF = {
    "paper": 0.85,
    "newspaper": 0.9,
    "contract": 0.65,
    "slide": 0.1,
    "card": 0.05,
    "invoice": 0.2,
    "form": 0.15,
    "receipt": 0.0,
    "certificate": 0.75,
    "menu": 0.6,
    "novel": 0.9,
    "notice": 0.6,
}


def _size(kind: str, columns: int, rng: random.Random) -> float:
    """The body's size in points."""
    low, high = {
        "receipt": (8.4, 9.6),
        "card": (7.2, 8.2),
        "slide": (17.0, 21.0),
        "newspaper": (9.4, 10.4),
        "certificate": (13.0, 16.0),
        "menu": (10.0, 12.0),
        "paper": (9.8, 11.0),
        "form": (9.6, 10.8),
        "invoice": (9.4, 10.8),
        "notice": (10.5, 13.0),
    }.get(kind, (9.8, 12.0))
    return round(rng.uniform(low, high if columns == 1 else (low + high) / 2), 1)


def printed_heading(b: Heading, look: Look, language: str) -> Text:
    """The words of a heading as this look prints them: with its number, of level 1 perhaps in capitals."""
    text = (Piece(f"{b.number}  "), *b.text) if b.number else b.text
    if look.heading == "caps" and b.level == 1 and not b.role:
        return tuple(replace(p, text=capitals(p.text, language)) for p in text)
    return text
