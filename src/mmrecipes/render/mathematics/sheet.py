"""A problem on paper: paragraphs, table, figure, options and worked lines, set by typst with the place of every token.

Covered: the sheet's content, its Markdown, its picture with a quad per word and per token of mathematics. Not covered:
handwriting (see `hand`), wear.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from mmrecipes.core.boxes import Box, union
from mmrecipes.render.formulas.symbols import BRACKETS, CLOSING, SYMBOLS
from mmrecipes.render.formulas.typst import Numbered, source
from mmrecipes.render.mathematics.figure import Figure
from mmrecipes.render.mathematics.figure_layout import Layout, lay_out
from mmrecipes.render.mathematics.notation import latex, layout
from mmrecipes.render.mathematics.problem import Table
from mmrecipes.render.typeset import ID_FUNCTION, Glyph, area_colour, bundled_folders, literal, typst_pages

LETTERS = "ABCDEF"
"""Names of options."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of worked solution: what is done, and formulas each on a line of its own."""

    text: str
    formulas: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands on the paper. `number` is printed before the statement (`7.`), empty for none; texts hold
    expressions between dollar signs; `options` are texts in the order A, B, C, ..."""

    statement: tuple[str, ...]
    number: str = ""
    table: Table | None = None
    figure: Figure | None = None
    options: tuple[str, ...] = ()
    worked: tuple[Line, ...] = ()

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The statement with its number."""
        first, *others = self.statement
        return (f"{self.number} {first}" if self.number else first, *others)


@dataclass(frozen=True, slots=True)
class Look:
    """How it is set. `width` of the paper and `size` of the letters in points; `marks` is how options and lines are
    counted (`A)` and so on, `1.`); `beside` puts a figure next to the statement."""

    font: str
    size: float
    width: float
    ppi: float
    margin: float
    hand: bool = False
    beside: bool = False
    option_mark: str = "{})"
    line_mark: str = "{}."
    leading: float = 0.75


@dataclass(frozen=True, slots=True)
class Token:
    """A printed word or token of mathematics: `text` as in the transcription (LaTeX for mathematics), its place, the
    block it stands in, and the number of the formula it belongs to (-1 for words)."""

    text: str
    role: str
    block: str
    formula: int
    box: Box
    id: int
    """Number of its glyphs (see `Glyph.id`)."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """(H, W, 3) RGB pixels, tokens in the order of the content, single glyphs, the box of the figure and its layout
    (points on paper; `scale` pixels per point)."""

    pixels: npt.NDArray[np.uint8]
    tokens: tuple[Token, ...]
    glyphs: tuple[Glyph, ...]
    scale: float
    figure: tuple[Layout, Box] | None = None


class SheetError(ValueError):
    """A sheet that cannot be drawn as it should; `reason` is a snake_case code."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


# --- the text of a sheet


def markdown(sheet: Sheet, look: Look) -> str:
    """The sheet as Markdown with LaTeX, as it is printed."""
    blocks = [*map(_paragraph, sheet.paragraphs)]
    if sheet.table:
        blocks.append(_pipes(sheet.table))
    if sheet.options:
        blocks.append(
            "\n".join(
                f"{look.option_mark.format(letter)} {inline(o)}"
                for letter, o in zip(LETTERS, sheet.options, strict=False)
            )
        )
    if sheet.worked:
        blocks.append(worked_markdown(sheet.worked, look.line_mark))
    return "\n\n".join(blocks)


def worked_markdown(lines: Sequence[Line], mark: str = "{}.") -> str:
    """Numbered lines; the first formula of a line without text stands beside its number."""
    out = []
    for k, line in enumerate(lines, 1):
        formulas = [f"$${latex(f)}$$" for f in line.formulas]
        head = f"{mark.format(k)} {inline(line.text)}" if line.text else f"{mark.format(k)} {formulas.pop(0)}"
        out.append("\n".join([head, *formulas]))
    return "\n".join(out)


def inline(text: str) -> str:
    """A text with its expressions as LaTeX."""
    parts = text.split("$")
    return "".join(f"${latex(p)}$" if k % 2 else p for k, p in enumerate(parts))


def _paragraph(text: str) -> str:
    return f"$${latex(text[1:-1])}$$" if _is_display(text) else inline(text)


def _is_display(text: str) -> bool:
    return text.startswith("$") and text.endswith("$") and text.count("$") == 2


def _pipes(table: Table) -> str:
    rows = [f"| {' | '.join(inline(c) for c in r)} |" for r in table.rows]
    rule = f"|{' --- |' * len(table.rows[0])}"
    head = [rows[0], rule, *rows[1:]] if table.header_row else [f"|{'  |' * len(table.rows[0])}", rule, *rows]
    return "\n".join(head)


# --- typst


@dataclass(slots=True)
class _Typing:
    """Typst in the making: ids, and for every id its role, block and formula."""

    look: Look
    numbered: Numbered = field(default_factory=Numbered)
    kinds: list[tuple[str, str, int]] = field(default_factory=list)
    formulas: int = 0
    block: str = "statement"

    def word(self, text: str) -> str:
        number = self.numbered.open(text)
        self.kinds.append(("word", self.block, -1))
        return f"#c({number},{literal(text)});"

    def formula(self, text: str) -> str:
        body = source(layout(text), self.numbered)
        new = len(self.numbered.tokens) - len(self.kinds)
        self.kinds += [("token", self.block, self.formulas)] * new
        self.formulas += 1
        return f"upright({body})" if self.look.hand else body

    def text(self, text: str) -> str:
        """A text with its expressions; what has no blank between stays together."""
        groups: list[list[str]] = [[]]
        for k, part in enumerate(text.split("$")):
            if k % 2:
                groups[-1].append(f"$display({self.formula(part)})$")
                continue
            for piece in re.split(r"(\s+)", part):
                if piece.isspace():
                    groups.append([])
                elif piece:
                    groups[-1].append(self.word(piece))
        return " ".join(
            "".join(g) if len(g) == 1 and g[0].startswith("#c") else f"#box[{''.join(g)}]" for g in groups if g
        )

    def paragraph(self, text: str) -> str:
        return f"$ {self.formula(text[1:-1])} $" if _is_display(text) else self.text(text)


@functools.cache
def font_folders() -> tuple[Path, ...]:
    """Folders of all bundled faces, the hand's among them."""
    import font_intuitive

    hand = Path(font_intuitive.__file__).parent / "files"
    return (*bundled_folders(), hand)


HAND = "Intuitive"
MATHS = "New Computer Modern Math"


def draw_sheet(sheet: Sheet, look: Look) -> Drawn:
    """Set and draw a sheet in black on white. Raises `SheetError` where something does not fit or was not printed as
    it should."""
    typing = _Typing(look)
    body, figure = _body(sheet, look, typing)
    mathematics = f'((name: "{HAND}", covers: regex("[0-9A-Za-z=+<>.,]")), "{MATHS}")' if look.hand else f'"{MATHS}"'
    head = (
        f"#set page(width: {look.width}pt, height: auto, margin: {look.margin}pt)\n"
        f'#set text(font: "{look.font}", size: {look.size}pt, hyphenate: false)\n'
        f"#set par(leading: {look.leading}em, spacing: {look.leading + 0.55:.2f}em)\n"
        f"#show math.equation: set text(font: {mathematics})\n{ID_FUNCTION}"
    )
    page = typst_pages(head + body, look.ppi, font_folders())[0]
    glyphs = page.glyphs()
    boxes: dict[int, Box] = {}
    for mark in page.marks():
        if mark.id:
            boxes[mark.id] = union(boxes[mark.id], mark.box) if mark.id in boxes else mark.box
    page.paint_ids((0, 0, 0))
    pixels = page.pixels()
    placed = None if figure is None else (figure[0], boxes.pop(figure[1]))
    tokens = _tokens(typing, boxes, glyphs, pixels.shape, figure[1] if figure else 0)
    return Drawn(pixels, tokens, tuple(glyphs), page.scale, placed)


def _tokens(
    typing: _Typing, boxes: dict[int, Box], glyphs: Sequence[Glyph], shape: tuple[int, ...], skip: int
) -> tuple[Token, ...]:
    """The tokens with their places, each compared with the characters that the page holds for it."""
    printed: dict[int, str] = {}
    for g in glyphs:
        printed[g.id] = printed.get(g.id, "") + g.char
    height, width = shape[:2]
    found = []
    for i, (text, (role, block, formula)) in enumerate(zip(typing.numbered.tokens, typing.kinds, strict=True), 1):
        if i == skip:
            continue
        if i not in boxes:
            raise SheetError("token_not_drawn", text)
        expected = text if role == "word" else characters(text)
        if expected is not None and _plain(printed.get(i, "")) != _plain(expected):
            raise SheetError("token_misprinted", f"{text!r} is printed as {printed.get(i, '')!r}")
        x0, y0, x1, y1 = boxes[i]
        if x0 < 0 or y0 < 0 or x1 > width or y1 > height:
            raise SheetError("outside_the_page", text)
        found.append(Token(text, role, block, formula, boxes[i], i))
    return tuple(found)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", "".join(text.split())).replace("\u2212", "-").replace("⋅", "·")


def characters(tex: str) -> str | None:
    """The characters a LaTeX token prints, None for marks that are drawn (bars, roots, tall brackets)."""
    if tex.startswith(r"\text{"):
        return tex[6:-1]
    if tex in BRACKETS or tex in CLOSING or tex.startswith((r"\frac", r"\sqrt", r"\begin", r"\end", r"\binom")):
        return None
    return SYMBOLS[tex].char if tex in SYMBOLS else tex


def _body(sheet: Sheet, look: Look, typing: _Typing) -> tuple[str, tuple[Layout, int] | None]:
    parts = [typing.paragraph(t) for t in sheet.paragraphs]
    if sheet.table:
        typing.block = "table"
        parts.append(_table(sheet.table, typing))
    figure = None
    if sheet.figure:
        typing.block = "figure"
        drawing, placed, number = _figure(sheet.figure, look, typing)
        figure = (placed, number)
        if look.beside and not sheet.table:
            left = "\n".join(_spread(parts))
            columns = "columns: (1fr, auto), column-gutter: 10pt, align: (left + horizon, right)"
            parts = [f"#grid({columns}, [{left}], [{drawing}])"]
        else:
            parts.append(f"#align(center, [{drawing}])")
    if sheet.options:
        typing.block = "option"
        parts.append(_options(sheet.options, look, typing))
    if sheet.worked:
        typing.block = "solution"
        parts += [_worked(k, line, look, typing) for k, line in enumerate(sheet.worked, 1)]
    return "\n".join(_spread(parts)), figure


def _spread(parts: Sequence[str]) -> list[str]:
    return [p + "\n" for p in parts]


def _table(table: Table, typing: _Typing) -> str:
    cells = []
    for r, cells_of in enumerate(table.rows):
        for c, text in enumerate(cells_of):
            strong = (r == 0 and table.header_row) or (c == 0 and table.header_column)
            body = typing.text(text)
            cells.append(f"[#strong[{body}]]" if strong and body and not typing.look.hand else f"[{body}]")
    look = f"columns: {len(table.rows[0])}, inset: 5pt, stroke: 0.6pt, align: center + horizon"
    return f"#align(center, table({look}, {', '.join(cells)}))"


def _options(options: Sequence[str], look: Look, typing: _Typing) -> str:
    cells = [
        f"[{typing.word(look.option_mark.format(letter))} {typing.text(o)}]"
        for letter, o in zip(LETTERS, options, strict=False)
    ]
    columns = 2 if max(len(o) for o in options) < 30 else 1
    stacked = any("/" in o for o in options)  # typst keeps lines with fractions as close as lines without
    gutter = look.leading + (1.3 if stacked else 0.35)
    return f"#grid(columns: {columns}, column-gutter: 2.5em, row-gutter: {gutter:.2f}em, {', '.join(cells)})"


def _worked(k: int, line: Line, look: Look, typing: _Typing) -> str:
    head = typing.word(look.line_mark.format(k))
    if not line.text:
        first, *others = line.formulas
        beside = f"{head} #h(0.3em) $display({typing.formula(first)})$"
        return "\n\n".join([beside, *(f"#h(1.8em) $display({typing.formula(f)})$" for f in others)])
    head = f"{head} {typing.text(line.text)}"
    formulas = "\n".join(f"#pad(left: 2em, $display({typing.formula(f)})$)" for f in line.formulas)
    return f"{head}\n{formulas}"


def _figure(figure: Figure, look: Look, typing: _Typing) -> tuple[str, Layout, int]:
    """The figure as a box of absolutely placed lines and labels, its layout, and the id of a rectangle behind all that
    says where it is."""
    size = 0.36 * look.width if look.beside else min(0.55 * look.width, 210)
    placed = lay_out(figure, size, 0.92 * look.size)
    number = typing.numbered.open("figure")
    typing.kinds.append(("figure", "figure", -1))
    out = [f"#place(top + left, rect(width: 100%, height: 100%, fill: {area_colour(number)}))"]
    out += [f"#place(top + left, polygon(fill: luma(82%), {', '.join(_point(p) for p in s)}))" for s in placed.shaded]
    for s in placed.strokes:
        moves = f"curve.move({_point(s.points[0])}), " + ", ".join(f"curve.line({_point(p)})" for p in s.points[1:])
        paint = "luma(78%)" if s.faint else "black"
        dash = ', dash: "dashed"' if s.dashed else ""
        pen = f'paint: {paint}, thickness: {s.width}pt, cap: "round", join: "round"{dash}'
        out.append(f"#place(top + left, curve(stroke: ({pen}), {moves}))")
    out += [
        f"#place(top + left, dx: {x - 1.8:.2f}pt, dy: {y - 1.8:.2f}pt, circle(radius: 1.8pt, fill: black))"
        for x, y in placed.dots
    ]
    for label in placed.labels:
        size_of = 0.8 * look.size if label.small else 0.92 * look.size
        body = f"#text(size: {size_of:.2f}pt)[{typing.text(label.text)}]"
        x, y = label.at
        box = f"box(width: 80pt, height: 40pt, align(center + horizon, [{body}]))"
        out.append(f"#place(top + left, dx: {x - 40:.2f}pt, dy: {y - 20:.2f}pt, {box})")
    return f"#box(width: {placed.width:.2f}pt, height: {placed.height:.2f}pt, [{''.join(out)}])", placed, number


def _point(p: tuple[float, float]) -> str:
    return f"({p[0]:.2f}pt, {p[1]:.2f}pt)"
