"""A document in typst's language: all that holds text or a picture is tagged, so that its place can be read back.

Covered: all blocks of the tree in one or several columns, floats, headers and footers. All texts are string literals:
nothing a text holds is taken for markup. Not covered: pictures (their areas are left empty; see `pictures`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from mmrecipes.render.documents.looks import SMALL, Look
from mmrecipes.render.documents.tree import (
    Block,
    Document,
    FieldBlock,
    FieldGroup,
    FigureBlock,
    FormulaBlock,
    Furniture,
    Heading,
    ListBlock,
    Panel,
    Paragraph,
    Piece,
    Row,
    TableBlock,
    Text,
    words_of,
)
from mmrecipes.render.documents.typeset import TYPST_NAMES, tag
from mmrecipes.render.tables.grid import NUMERIC, Grid

REACH = 0.24
"""How far a tag reaches above and below its text, as a share of the font size."""


@dataclass(slots=True)
class Area:
    """A tagged part of a leaf. `part` says which: "" for the leaf itself, `caption`, `label`, `value`, `marker`,
    `number`, `picture`, `formula`, an item's index or a cell's (row, column). A formula or picture has no words.
    `template` holds the text of furniture with {page} and {pages}."""

    element: int
    part: str | int | tuple[int, int]
    words: list[str]
    opaque: bool = False
    filled: bool = False
    """A cell with a visible fill: its tag only marks the text, the fill is the cell."""
    template: str = ""


@dataclass(slots=True)
class Markup:
    """Typst source, and what its tags mean: area k has tag k + 1."""

    source: str
    areas: list[Area] = field(default_factory=list)


def markup(document: Document, look: Look) -> Markup:
    """The document set in this look."""
    return _Writer(document, look).write()


def literal(text: str) -> str:
    """A typst string literal."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def font(family: str) -> str:
    return literal(TYPST_NAMES.get(family, family))


class _Writer:
    def __init__(self, document: Document, look: Look) -> None:
        self.document, self.look = document, look
        self.areas: list[Area] = []
        self.element = -1

    def write(self) -> Markup:
        spanning, flowing = self._split()
        # tags are numbered in reading order, so the body is written first and the furniture after it
        top = "".join(self.block(b) for b in spanning)
        body = "".join(self.block(b) for b in flowing)
        source = self._page() + self._text()
        if spanning and self.document.columns > 1:
            source += f'#place(top, float: true, scope: "parent", clearance: {self.look.size * 1.2:.1f}pt)[{top}]\n'
        else:
            source += top
        return Markup(source + body, self.areas)

    def _split(self) -> tuple[Sequence[Block], Sequence[Block]]:
        """Blocks over all columns at the top, and the rest."""
        blocks = self.document.blocks
        if self.document.columns == 1:
            return (), blocks
        count = 0
        while count < len(blocks) and _spans(blocks[count], count):
            count += 1
        return blocks[:count], blocks[count:]

    # --- page

    def _page(self) -> str:
        k = self.look
        left, top, right, bottom = k.margins
        height = f"{k.height}pt" if k.height else "auto"
        extra = ""
        if k.border:
            extra = f", background: {_BORDERS[k.border].format(c=k.accent)}"
        zones = self._zones()
        return (
            f"#set page(width: {k.width}pt, height: {height}, columns: {self.document.columns}, "
            f"margin: (left: {left:.1f}pt, top: {top + zones.count('header:') * 12:.1f}pt, right: {right:.1f}pt, "
            f'bottom: {bottom + zones.count("footer:") * 12:.1f}pt), fill: rgb("{k.ground}"){extra}{zones})\n'
            f"#set columns(gutter: {k.gutter:.1f}pt)\n"
        )

    def _zones(self) -> str:
        at_top = [f for f in self.document.furniture if f.kind == "header"]
        at_bottom = [f for f in self.document.furniture if f.kind != "header"]
        return self._zone("header", at_top) + self._zone("footer", at_bottom)

    def _zone(self, name: str, furniture: Sequence[Furniture]) -> str:
        if not furniture:
            return ""
        furniture = sorted(furniture, key=lambda f: ("left", "centre", "right").index(f.align))
        parts = [self._furniture(f) for f in furniture]
        rule = f'#line(length: 100%, stroke: 0.5pt + rgb("{self.look.accent}"))' if self.look.head_rule else ""
        inner = (
            f"#grid(columns: (1fr, auto), align: (left, right), [{parts[0]}], [{parts[1]}])"
            if len(parts) > 1
            else f"#align({_typst_align(furniture[0].align)})[{parts[0]}]"
        )
        sized = f"#set text(size: {self.look.size * SMALL:.2f}pt)\n#set block(spacing: 4pt)\n"
        ordered = f"{inner}{rule}" if name == "header" else f"{rule}{inner}"
        return f", {name}: [{sized}{ordered}]"

    def _furniture(self, f: Furniture) -> str:
        color = self._tag(Area(-1 - self.document.furniture.index(f), "", [], template=f.text))
        shown = literal(f.text).replace("{pages}", '" + str(counter(page).final().first()) + "')
        shown = shown.replace("{page}", '" + str(counter(page).get().first()) + "')
        body = f"#context box(fill: {color}, outset: (y: 2.5pt), text({shown}))"
        return body if f.first_page else f"#context if counter(page).get().first() > 1 [{body}]"

    def _text(self) -> str:
        k = self.look
        return (
            f'#set text(font: {font(k.family)}, size: {k.size}pt, fill: rgb("{k.ink}"), hyphenate: false, lang: '
            f'"{self.document.language}")\n'
            f"#set par(justify: {str(k.justify).lower()}, leading: {k.leading:.3f}em)\n"
            f"#set block(spacing: {k.spacing:.2f}em)\n"
            "#set table.cell(breakable: false)\n#set grid.cell(breakable: false)\n#set table(stroke: "
            "none)\n#set grid(stroke: none)\n"
        )

    # --- areas and texts

    def _tag(self, area: Area) -> str:
        self.areas.append(area)
        return tag(len(self.areas))

    def _area(self, part: str | int | tuple[int, int], text: Text) -> str:
        return self._tag(Area(self.element, part, words_of(text)))

    def text(self, text: Text) -> str:
        return "".join(self._piece(p) for p in text)

    def _piece(self, piece: Piece) -> str:
        if piece.latex:
            color = self._tag(Area(self.element, "formula", [], opaque=True))
            return f"#box(fill: {color}, outset: (x: 0.05em, y: 0.3em))[${piece.typst}$]"
        out: list[str] = []
        for n, line in enumerate(piece.text.split("\n")):
            if n:
                out.append("#linebreak()")
            for m, span in enumerate(line.split("\t")):
                if m:
                    out.append(self._tab())
                if span:
                    out.append(_styled(literal(span), piece))
        return "".join(out)

    def _tab(self) -> str:
        if self.document.kind == "menu":
            return (
                "#h(0.4em)#box(width: 1fr, inset: (y: 0.1em), line(length: 100%, stroke: (thickness: 0.6pt, "
                'dash: "dotted")))#h(0.4em)'
            )
        return "#h(1fr)"

    def _leaf(self, text: Text, options: str = "", part: str = "", wrap: str = "{}", size: float = 0.0) -> str:
        """A tagged block of text. `wrap` sets styles around its content. Its tag reaches out as far as descenders do,
        without taking room."""
        color = self._area(part, text)
        reach = (size or self.look.size) * REACH
        return (
            f"#block(width: 100%, fill: {color}, outset: (y: {reach:.2f}pt){options})[{wrap.format(self.text(text))}]\n"
        )

    # --- blocks

    def block(self, b: Block) -> str:
        if isinstance(b, Row):
            return self._row(b)
        if isinstance(b, Panel):
            return self._panel(b)
        if isinstance(b, FieldGroup):
            return self._fields(b)
        self.element += 1
        match b:
            case Heading():
                return self._heading(b)
            case Paragraph():
                return self._paragraph(b)
            case ListBlock():
                return self._list(b)
            case TableBlock():
                return self._floated(b.flow, self._table(b))
            case FigureBlock():
                return self._floated(b.flow, self._figure(b))
            case FormulaBlock():
                return self._formula(b)
            case FieldBlock():
                return self._pair(b)

    def _floated(self, flow: str, inner: str) -> str:
        if flow == "column" or self.document.columns == 1:
            return inner
        scope = "parent" if flow.startswith("page") else "column"
        return f'#place(auto, float: true, scope: "{scope}")[{inner}]\n'

    def _heading(self, b: Heading) -> str:
        k = self.look
        if b.role in _HEADING_ROLES:
            scale, style, options = _HEADING_ROLES[b.role]
        else:
            scale, style, options = (1.75, 1.32, 1.14, 1.02)[b.level], "", ""
        size = k.size * (1 + (scale - 1) * k.heading_scale)
        text = (Piece(b.number + "  "), *b.text) if b.number else b.text
        plain_heading = b.level > 0 and not b.role
        color = k.accent if k.heading in ("accent", "bar") or (b.level == 0 and k.heading == "rule") else k.ink
        wrap = (
            f'#set text(font: {font(k.heading_family)}, size: {size:.2f}pt, weight: "bold", fill: rgb("{color}"))\n'
            f"#set par(justify: false, leading: 0.4em)\n{style}{{}}"
        )
        align = k.heading_align if b.level <= 1 and not b.role else ""
        if align == "center" and "align" not in style:
            wrap = "#set align(center)\n" + wrap
        before = size * (1.0 if b.level <= 1 else 0.8)
        options = options or f", above: {before:.1f}pt, below: {max(size * 0.55, 6.0):.1f}pt, sticky: true"
        if plain_heading and k.heading == "caps" and b.level == 1:
            text = tuple(Piece(p.text.upper()) for p in text)
        inner = self._leaf(text, options, wrap=wrap, size=size)
        if plain_heading and b.level == 1 and k.heading == "rule":
            return inner + (
                f'#block(above: 3pt, below: 8pt, sticky: true, line(length: 100%, stroke: 0.6pt + rgb("{k.accent}")))\n'
            )
        if ((plain_heading and b.level == 1) or b.role == "section") and k.heading == "band":
            return (
                f'#block(width: 100%, fill: rgb("{k.tint}"), inset: 5pt, above: {before:.1f}pt, below: '
                f"{size * 0.6:.1f}pt, sticky: true)[{inner}]\n"
            )
        if plain_heading and b.level <= 1 and k.heading == "bar":
            return (
                f'#block(width: 100%, stroke: (left: 3pt + rgb("{k.accent}")), inset: (left: 7pt, y: 1.5pt), '
                f"above: {before:.1f}pt, below: {size * 0.55:.1f}pt, sticky: true)[{inner}]\n"
            )
        return inner

    def _paragraph(self, b: Paragraph) -> str:
        k = self.look
        if b.role in _PARAGRAPH_ROLES:
            options, style = _PARAGRAPH_ROLES[b.role]
            style = style.format(
                small=f"{k.size * SMALL:.2f}",
                size=k.size,
                accent=k.accent,
                family=font(k.heading_family),
                big=f"{k.size * 1.5:.2f}",
                letterhead={"center": "center", "band": "left", "left": "left", "rule": "left"}[k.letterhead],
            )
            inner = self._leaf(b.text, options.format(size=k.size), wrap=style + "{}")
            if b.role in ("dateline", "signature_line", "under_line"):
                rule = f'#block(above: 2pt, below: 3pt, line(length: 100%, stroke: 0.6pt + rgb("{k.ink}")))\n'
                return rule + inner + (rule if b.role == "dateline" else "")
            if b.role == "letterhead_line" and k.letterhead in ("rule", "center"):
                return inner + f'#block(above: 6pt, below: 14pt, line(length: 100%, stroke: 1pt + rgb("{k.accent}")))\n'
            return inner
        indent = f"#set par(first-line-indent: (amount: {k.indent}em, all: true))\n" if k.indent else ""
        if b.role == "lead":
            indent += '#set text(weight: "bold")\n' if k.size < 10 else f"#set text(size: {k.size * 1.08:.2f}pt)\n"
        return self._leaf(b.text, wrap=indent + "{}")

    def _list(self, b: ListBlock) -> str:
        k = self.look
        scale = {"references": SMALL, "small": SMALL}.get(b.role, 1.0)
        rows: list[str] = []
        count, reach = 0, f"{k.size * REACH:.2f}pt"
        for n, item in enumerate(b.items):
            if item.depth == 0:
                count += 1
            mark = f"{count}." if b.ordered and not item.depth else k.marker if item.depth == 0 else "–"
            if b.role == "references":
                mark = f"[{count}]"
            marker = self._tag(Area(self.element, "marker", [mark]))
            body = self._area(n, item.text)
            rows.append(
                f"#block(width: 100%, breakable: false, inset: (left: {item.depth * 1.3}em), above: "
                f"{0.62 if b.role != 'slide' else 0.8}em)[#grid(columns: "
                f"({1.9 if b.role == 'references' else 1.4}em, 1fr), block(fill: {marker}, outset: (y: {reach}), "
                f"text({literal(mark)})), "
                f"block(width: 100%, fill: {body}, outset: (y: {reach}))[{self.text(item.text)}])]\n"
            )
        return (
            f"#block(width: 100%)[#set text(size: {k.size * scale:.2f}pt)\n#set par(justify: false)\n{''.join(rows)}]\n"
        )

    def _formula(self, b: FormulaBlock) -> str:
        inner = (
            f"#box(fill: {self._tag(Area(self.element, 'formula', [], opaque=True))}, inset: (x: 2pt, y: "
            f"3pt))[$ {b.typst} $]"
        )
        if not b.number:
            return f"#align(center)[#block(breakable: false)[{inner}]]\n"
        number = self._area("number", (Piece(b.number),))
        return (
            f"#block(width: 100%, breakable: false)[#grid(columns: (1fr, auto), align: (center + horizon, right "
            f"+ horizon), "
            f"[{inner}], block(fill: {number}, outset: (y: 3pt), text({literal(b.number)})))]\n"
        )

    def _figure(self, b: FigureBlock) -> str:
        color = self._tag(Area(self.element, "picture", [], opaque=True))
        share = b.width or 1.0
        shape = (
            f"#layout(s => block(fill: {color}, width: s.width * {share}, height: s.width * {share * b.aspect:.4f}))"
        )
        if b.role == "centre":
            shape = f"#align(center)[{shape}]"
        if b.picture == "signature":
            return f"#block(width: 100%, breakable: false, sticky: true, above: 0.5em, below: 0.4em)[{shape}]\n"
        if not b.caption:
            return f"#block(width: 100%, breakable: false)[{shape}]\n"
        caption = self._caption(b.caption)
        return f"#block(width: 100%, breakable: false)[#align(center)[{shape}]{caption}]\n"

    def _caption(self, text: Text) -> str:
        k = self.look
        slant = ', style: "italic"' if k.caption_italic else ""
        style = f"#set text(size: {k.size * SMALL:.2f}pt{slant})\n#set par(justify: false)\n"
        return self._leaf(text, ", above: 0.6em, below: 0.6em", "caption", style + "#align(center)[{}]")

    def _table(self, b: TableBlock) -> str:
        caption = self._caption(b.caption) if b.caption and self.look.caption_above else ""
        inner = self._grid(b.grid, b.role)
        if b.caption and not caption:
            return f"#block(width: 100%, breakable: false)[{inner}{self._caption(b.caption)}]\n"
        whole = "false"
        return f"#block(width: 100%, breakable: {whole})[{caption}{inner}]\n"

    def _grid(self, grid: Grid, role: str) -> str:
        k = self.look
        style = "bare" if role == "receipt" else k.table
        numeric = [c.kind in NUMERIC for c in grid.columns]
        parts: list[str] = []
        for cell in grid.cells:
            bold = cell.role in ("header", "total") and not (role == "receipt" and cell.role == "header")
            fill = self._fill(style, cell.row, cell.role)
            area = Area(self.element, (cell.row, cell.col), cell.text.split(), filled=bool(fill))
            color = self._tag(area)
            align = "right" if numeric[cell.col + cell.cols - 1] else "left"
            if cell.role == "total":
                align = "right"
            white = ", fill: white" if fill == k.accent else ""
            weight = ', weight: "bold"' if bold else ""
            content = f"text({literal(cell.text)}{weight}{white})"
            options = f"align: {align} + horizon"
            if cell.cols > 1:
                options += f", colspan: {cell.cols}"
            if cell.rows > 1:
                options += f", rowspan: {cell.rows}"
            if fill:
                inner = content if cell.text else "h(1em)"
                content = f"block(fill: {color}, outset: (y: 2.5pt), {inner})"
                color = f'rgb("{fill}")'
            parts.append(f"table.cell({options}, fill: {color}, {content})")
        points = k.size * (SMALL if grid.cols > 4 else 1.0)
        columns = self._columns(grid, points, role)
        rules = self._rules(style, grid)
        size = f"#set text(size: {points:.2f}pt)\n#set par(justify: false, leading: 0.45em)\n"
        inset = (
            f"(x: {max(k.table_inset, 4.0):.1f}pt, y: {k.table_inset:.1f}pt)"
            if role != "receipt"
            else "(x: 2pt, y: 2.6pt)"
        )
        table = f"#table(columns: {columns}, inset: {inset}{rules}, {', '.join(parts)})"
        return f"#[{size}#align({'center' if role == 'narrow' else 'left'})[{table}]]\n"

    def _fill(self, style: str, row: int, role: str) -> str:
        if style == "filled_header" and role == "header":
            return self.look.accent
        if style == "zebra":
            return self.look.tint if role == "header" or row % 2 == 0 else ""
        return self.look.tint if style == "grid" and role == "header" else ""

    def _columns(self, grid: Grid, size: float, role: str) -> str:
        """Column widths: as wide as the text needs; where room is left, one column of text takes it."""
        longest = [
            max((len(x.text) for x in grid.cells if x.col == c and x.cols == 1), default=0) for c in range(grid.cols)
        ]
        k = self.look
        room = (k.width - k.margins[0] - k.margins[2]) / self.document.columns - k.gutter * (self.document.columns > 1)
        needed = sum(longest) * size * 0.56 + grid.cols * 2 * max(k.table_inset, 4.0)
        if role == "narrow" or needed > 0.85 * room or (role == "" and needed < 0.5 * room):
            return f"({'auto, ' * grid.cols})"
        widest = longest.index(max(longest))
        return f"({''.join('1fr, ' if c == widest else 'auto, ' for c in range(grid.cols))})"

    def _rules(self, style: str, grid: Grid) -> str:
        k = self.look
        line, head = f'0.5pt + rgb("{k.ink}")', grid.header_rows
        if style == "grid":
            return f", stroke: {line}"
        if style == "outer":
            return (
                f", stroke: (x, y) => (bottom: if y == {head - 1} {{ {line} }} else {{ 0.3pt + luma(170) }}, "
                f"top: if y == 0 {{ {line} }})"
            )
        if style == "lines":
            return f', stroke: (x, y) => (bottom: 0.5pt + rgb("{k.accent}"))'
        if style == "bare":
            dash = '(thickness: 0.6pt, dash: "dashed")'
            return (
                f", stroke: (x, y) => (bottom: if y == {head - 1} or y == {grid.rows - 1} {{ {dash} }}, top: "
                f"if y == 0 {{ {dash} }})"
            )
        thick = f'1pt + rgb("{k.ink}")'
        return (
            f", stroke: (x, y) => (top: if y == 0 {{ {thick} }} else if y == {head} {{ {line} }}, "
            f"bottom: if y == {grid.rows - 1} {{ {thick} }})"
        )

    def _row(self, b: Row) -> str:
        cells: list[str] = []
        for n, part in enumerate(b.parts):
            last = n == len(b.parts) - 1
            align = "#set align(right)\n" if last and b.align == "right" else ""
            cells.append(f"[{align}{''.join(self.block(x) for x in part)}]")
        widths = ", ".join(f"{w:.2f}fr" for w in b.widths)
        gap = self.look.size * (1.0 if self.document.kind in ("card", "letter") else 1.8)
        return (
            f"#block(width: 100%, breakable: false)[#grid(columns: ({widths},), column-gutter: {gap:.1f}pt, "
            f"{', '.join(cells)})]\n"
        )

    def _panel(self, b: Panel) -> str:
        k = self.look
        inner = "".join(self.block(x) for x in b.blocks)
        if b.role == "band":
            left, top, right, _ = k.margins
            return (
                f"#block(width: 100%, outset: (left: {left:.1f}pt, right: {right:.1f}pt, top: {top:.1f}pt), "
                f"inset: (bottom: 4pt), "
                f'fill: rgb("{k.accent}"), below: 0.9em)[#set text(fill: white)\n{inner}]\n'
            )
        return f'#block(width: 100%, stroke: 0.7pt + rgb("{k.ink}"), inset: 7pt, breakable: false)[{inner}]\n'

    # --- fields

    def _fields(self, b: FieldGroup) -> str:
        k = self.look
        made: list[tuple[FieldBlock, str, str]] = []
        for one in b.fields:
            self.element += 1
            made.append((one, self._label(one, b), self._value(one, b)))
        if b.role in ("receipt", "totals"):
            return self._sums(made)
        if b.role == "card":
            cells = [f"[#set block(spacing: 0.34em)\n{label}{value}]" for _, label, value in made]
            return (
                f"#grid(columns: ({'1fr, ' * b.columns}), column-gutter: 6pt, row-gutter: "
                f"{k.size * 0.62:.1f}pt, {', '.join(cells)})\n"
            )
        if b.look == "boxes":
            cells = [
                f"grid.cell(colspan: {min(f.width, b.columns)}, block(width: 100%, stroke: 0.6pt + "
                f'rgb("{k.ink}"), inset: (x: 4pt, y: 4pt), '
                f"[{label}#v(3pt, weak: true){value}]))"
                for f, label, value in _filled_rows(made, b.columns)
            ]
            return f"#grid(columns: ({'1fr, ' * b.columns}), gutter: {k.size * 0.45:.1f}pt, {', '.join(cells)})\n"
        if b.look == "lines":
            cells = [
                f"grid.cell(colspan: {min(f.width, b.columns)}, grid(columns: (auto, 1fr), column-gutter: 5pt, "
                f"align: bottom, [{label}], "
                f'block(width: 100%, stroke: (bottom: 0.6pt + rgb("{k.ink}")), inset: (bottom: 2.5pt), [{value}])))'
                for f, label, value in _filled_rows(made, b.columns)
            ]
            return (
                f"#grid(columns: ({'1fr, ' * b.columns}), column-gutter: {k.size * 1.2:.1f}pt, row-gutter: "
                f"{k.size * 0.9:.1f}pt, {', '.join(cells)})\n"
            )
        if b.look == "grid":
            cells = [f"[{label}], [{value}]" for _, label, value in made]
            pairs = max(1, min(b.columns, 2))
            missing = -len(cells) % pairs
            return (
                f"#table(columns: ({'auto, 1fr, ' * pairs}), inset: (x: 5pt, y: 4.5pt), stroke: 0.5pt + "
                f"luma(110), align: horizon, "
                f"{', '.join(cells + ['[], []'] * missing)})\n"
            )
        cells = [f"[{label}], [{value}]" for _, label, value in made]
        return (
            f"#grid(columns: ({'auto, 1fr, ' * b.columns}), column-gutter: {k.size * 0.9:.1f}pt, row-gutter: "
            f"{k.size * 0.62:.1f}pt, {', '.join(cells)})\n"
        )

    def _sums(self, made: Sequence[tuple[FieldBlock, str, str]]) -> str:
        cells = [f"[{label}], [#set align(right)\n{value}]" for _, label, value in made]
        return (
            f"#grid(columns: (1fr, auto), column-gutter: 8pt, row-gutter: {self.look.size * 0.6:.1f}pt, "
            f"{', '.join(cells)})\n"
        )

    def _label(self, b: FieldBlock, group: FieldGroup) -> str:
        k = self.look
        small = group.look in ("boxes",) or group.role == "card"
        weight = (
            ', weight: "bold"'
            if group.look == "grid" or (group.look == "pairs" and k.head_rule and group.role != "receipt")
            else ""
        )
        color = f', fill: rgb("{k.accent}")' if group.role == "card" or group.look == "boxes" else ""
        strong = b.name == "total"
        size = k.size * (SMALL if small else 1.0) * (1.15 if strong else 1.0)
        if strong:
            weight = ', weight: "bold"'
        tagged = self._tag(Area(self.element, "label", b.label.split()))
        return (
            f"#block(fill: {tagged}, outset: (y: {k.size * REACH:.2f}pt), text({literal(b.label)}, size: "
            f"{size:.2f}pt{weight}{color}))"
        )

    def _value(self, b: FieldBlock, group: FieldGroup) -> str:
        k = self.look
        strong = b.name == "total"
        color = f', fill: rgb("{k.value_ink}")' if k.value_ink else ""
        weight = ', weight: "bold"' if strong or group.role == "card" else ""
        size = f"{k.size * (1.15 if strong else 1.0):.2f}pt"
        if b.choices:
            words = [w for text, _ in b.choices for w in text.split()]
            tagged = self._tag(Area(self.element, "value", words))
            ticks = "#h(0.9em)".join(_tick(t, on, k.value_ink or k.ink) for t, on in b.choices)
            return f"#block(width: 100%, fill: {tagged}, outset: (y: {k.size * REACH:.2f}pt))[{ticks}]"
        tagged = self._tag(Area(self.element, "value", b.value.split()))
        width = "auto" if group.role in ("receipt", "totals") else "100%"
        if not b.value:
            return f"#block(width: {width}, height: 0.68em, fill: {tagged})"
        return (
            f"#block(width: {width}, fill: {tagged}, outset: (y: {k.size * REACH:.2f}pt), "
            f"text({literal(b.value)}, font: {font(k.value_family)}, size: {size}{weight}{color}))"
        )

    def _pair(self, b: FieldBlock) -> str:
        group = FieldGroup((b,))
        self.element -= 1
        return self._fields(group)


def _filled_rows(made: Sequence[tuple[FieldBlock, str, str]], columns: int) -> list[tuple[FieldBlock, str, str]]:
    """The fields with the last of every row widened, so that rows are full."""
    out: list[tuple[FieldBlock, str, str]] = []
    used = 0
    for f, label, value in made:
        width = min(f.width, columns)
        if used + width > columns:
            last, a, b = out[-1]
            out[-1] = (_widened(last, columns - used), a, b)
            used = 0
        out.append((f, label, value))
        used = (used + width) % columns
    if used and out:
        last, a, b = out[-1]
        out[-1] = (_widened(last, columns - used), a, b)
    return out


def _widened(f: FieldBlock, more: int) -> FieldBlock:
    return FieldBlock(f.label, f.value, f.name, f.choices, f.width + more)


def _tick(text: str, on: bool, ink: str) -> str:
    stroke = f'(paint: rgb("{ink}"), thickness: 1.1pt)'
    cross = (
        f"#place(top + left, line(start: (-1pt, -1pt), end: (8pt, 8pt), stroke: {stroke}))"
        f"#place(top + left, line(start: (-1pt, 8pt), end: (8pt, -1pt), stroke: {stroke}))"
        if on
        else ""
    )
    return f"#box(width: 7pt, height: 7pt, stroke: 0.6pt)[{cross}]#h(0.35em)#text({literal(text)})"


def _styled(shown: str, piece: Piece) -> str:
    options = (', weight: "bold"' if piece.bold else "") + (', style: "italic"' if piece.italic else "")
    return f"#text({shown}{options})"


def _typst_align(align: str) -> str:
    return {"left": "left", "centre": "center", "right": "right"}[align]


def _spans(b: Block, position: int) -> bool:
    """Whether a block at the beginning of a document in columns runs over all of them."""
    if isinstance(b, Heading):
        return b.level == 0
    if isinstance(b, Paragraph):
        return b.role in ("authors", "affiliation", "dateline", "tagline") or (
            b.role in ("byline", "abstract") and position < 5
        )
    return isinstance(b, FigureBlock) and b.picture == "mark"


_BORDERS = {
    "single": 'place(center + horizon, rect(width: 94%, height: 94%, stroke: 1.2pt + rgb("{c}")))',
    "double": 'place(center + horizon, rect(width: 94%, height: 94%, stroke: 2pt + rgb("{c}"), inset: 5pt, '
    'rect(width: 100%, height: 100%, stroke: 0.8pt + rgb("{c}"))))',
    "thick": 'place(center + horizon, rect(width: 96%, height: 96%, stroke: 7pt + rgb("{c}")))',
}

_CENTRE = "#set align(center)\n#set par(justify: false)\n"
_HEADING_ROLES: dict[str, tuple[float, str, str]] = {
    "subject": (1.05, "", ", above: 1.4em, below: 1.2em, sticky: true"),
    "invoice": (2.1, "#set text(tracking: 0.03em)\n", ", above: 0.9em, below: 1.1em"),
    "receipt": (1.5, _CENTRE, ", above: 0pt, below: 0.8em"),
    "certificate": (2.4, _CENTRE, ", above: 1.4em, below: 1.2em"),
    "holder": (1.9, _CENTRE, ", above: 0.9em, below: 1em"),
    "nameplate": (4.2, _CENTRE, ", above: 0pt, below: 0.35em"),
    "headline": (2.3, "", ", above: 0.8em, below: 0.7em, sticky: true"),
    "story": (1.5, "", ", above: 1.2em, below: 0.6em, sticky: true"),
    "box": (1.05, "", ", above: 0pt, below: 0.6em, sticky: true"),
    "menu": (2.6, _CENTRE, ", above: 0.3em, below: 0.7em"),
    "course": (1.35, "", ", above: 1.5em, below: 0.8em, sticky: true"),
    "card": (1.35, "#set text(fill: white)\n", ", above: 0pt, below: 0.4em"),
    "slide": (1.75, "", ", above: 0pt, below: 0.8em"),
    "paper": (1.75, _CENTRE, ", above: 0.4em, below: 0.9em"),
    "clause": (1.08, "", ", above: 1.35em, below: 0.75em, sticky: true"),
    "section": (1.15, "", ", above: 1.3em, below: 0.8em, sticky: true"),
}
_SMALL = "#set text(size: {small}pt)\n"
_RAGGED = "#set par(justify: false)\n"
_PARAGRAPH_ROLES: dict[str, tuple[str, str]] = {
    "letterhead": (
        ", below: 0.6em",
        '#set align({letterhead})\n#set text(font: {family}, size: {big}pt, weight: "bold", fill: rgb("{accent}"))\n',
    ),
    "letterhead_line": (", above: 0.4em, below: 1.6em", "#set align({letterhead})\n" + _SMALL + _RAGGED),
    "address": (", above: 1.3em, below: 1.3em", _RAGGED + "#set par(leading: 0.5em)\n"),
    "label": (", below: 0.5em", _RAGGED),
    "date": ("", _RAGGED),
    "subject": (", above: 1.4em, below: 1.2em", _RAGGED),
    "salutation": (", above: 1.3em", _RAGGED),
    "goodbye": (", above: 1.4em, below: 0.8em, sticky: true", _RAGGED),
    "signatory": (", above: 0.8em", _RAGGED),
    "small": ("", _SMALL + _RAGGED),
    "terms": ("", _SMALL),
    "fineprint": (", above: 1.4em", _SMALL + _RAGGED),
    "centre": ("", _CENTRE),
    "centre_small": (", above: 2em", _CENTRE + _SMALL),
    "issuer": (", below: 1.4em", _CENTRE + "#set text(font: {family}, tracking: 0.06em)\n"),
    "signature_line": (", above: 0.2em", _CENTRE + _SMALL),
    "under_line": (", above: 0.2em", _SMALL + _RAGGED),
    "tagline": (", below: 1.2em", _CENTRE + _SMALL),
    "byline": (", below: 0.9em", '#set text(size: {small}pt, style: "italic")\n' + _RAGGED),
    "kicker": (
        ", above: 1.2em, below: 0.5em, sticky: true",
        '#set text(size: {small}pt, weight: "bold", fill: rgb("{accent}"))\n',
    ),
    "dateline": ("", _SMALL + _RAGGED),
    "box": (", above: 0.3em", _SMALL + _RAGGED),
    "authors": ("", _CENTRE),
    "affiliation": (", below: 1.2em", _CENTRE + '#set text(style: "italic")\n'),
    "abstract": (", inset: (x: 1.6em), below: 1.4em", _SMALL),
    "continued": ("", ""),
    "numbered": (", inset: (left: 0.9em)", ""),
    "dish": (", above: 0.75em", _RAGGED),
    "dish_note": (", above: 0.4em", _SMALL + _RAGGED),
    "card_issuer": ("", _SMALL),
}
