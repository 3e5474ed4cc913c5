"""A document in typst's language: all that holds text or a picture is tagged, so that its place can be read back.

Covered: all blocks of the tree in one or several columns, floats; page, tables and fields are in `markup_page`,
`markup_tables` and `markup_fields`, tags and texts in `markup_pen`. Not covered: pictures (their areas are left empty;
see `pictures`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mmrecipes.render.documents.looks import SMALL, Look, printed_heading
from mmrecipes.render.documents.markup_fields import fields
from mmrecipes.render.documents.markup_page import body_rules, page_rules
from mmrecipes.render.documents.markup_pen import Area, Pen
from mmrecipes.render.documents.markup_roles import HEADINGS, LEVELS, PARAGRAPHS
from mmrecipes.render.documents.markup_tables import table
from mmrecipes.render.documents.tree import (
    Block,
    Document,
    FieldBlock,
    FieldGroup,
    FigureBlock,
    Flow,
    FormulaBlock,
    Heading,
    Leaf,
    ListBlock,
    Panel,
    Paragraph,
    Row,
    TableBlock,
    leaves,
    words_of,
)
from mmrecipes.render.typeset import family, literal


@dataclass(frozen=True, slots=True)
class Markup:
    """Typst source, and what its tags mean: area k has tag k + 1."""

    source: str
    areas: list[Area]


def markup(document: Document, look: Look) -> Markup:
    """The document set in this look."""
    pen = Pen(document, look)
    spanning, flowing = _split(document)
    # tags are numbered in reading order, so the body is written first and the furniture after it
    top = _blocks(pen, spanning)
    body = _blocks(pen, flowing)
    if spanning:
        top = f'#place(top, float: true, scope: "parent", clearance: {look.size * 1.2:.1f}pt)[{top}]\n'
    return Markup(page_rules(pen) + body_rules(pen) + top + body, pen.areas)


def _split(document: Document) -> tuple[Sequence[Block], Sequence[Block]]:
    """Blocks over all columns at the top, and the rest."""
    blocks = document.blocks
    count = 0
    while document.columns > 1 and count < len(blocks) and _spans(blocks[count], count):
        count += 1
    return blocks[:count], blocks[count:]


def _spans(b: Block, position: int) -> bool:
    """Whether a block at the beginning of a document in columns runs over all of them."""
    if isinstance(b, Heading):
        return b.level == 0
    if isinstance(b, Paragraph):
        return b.role in ("authors", "affiliation", "dateline", "tagline") or (
            b.role in ("byline", "abstract") and position < 5
        )
    return isinstance(b, FigureBlock) and b.picture == "mark"


def _blocks(pen: Pen, blocks: Sequence[Block]) -> str:
    made: list[str] = []
    for n, b in enumerate(blocks, 1):
        pen.keep = any(isinstance(x, Row) and any(map(_is_signature, leaves((x,)))) for x in blocks[n : n + 1])
        made.append(_block(pen, b))
    return "".join(made)


def _is_signature(leaf: Leaf) -> bool:
    return isinstance(leaf, FigureBlock) and leaf.picture == "signature"


def _block(pen: Pen, b: Block) -> str:
    match b:
        case Row():
            return _row(pen, b)
        case Panel():
            return _panel(pen, b)
        case FieldGroup():
            return fields(pen, b)
        case FieldBlock():
            return fields(pen, FieldGroup((b,)))
    pen.element += 1
    match b:
        case Heading():
            return _heading(pen, b)
        case Paragraph():
            return _paragraph(pen, b)
        case ListBlock():
            return _list(pen, b)
        case TableBlock():
            kept = pen.keep
            inner = table(pen, b)
            return _floated(pen, b.flow, f"#block(width: 100%, sticky: true)[{inner}]\n" if kept else inner)
        case FigureBlock():
            return _floated(pen, b.flow, _figure(pen, b))
        case FormulaBlock():
            return _formula(pen, b)


def _floated(pen: Pen, flow: Flow, inner: str) -> str:
    if flow == "column" or pen.document.columns == 1:
        return inner
    scope = "parent" if flow == "page float" else "column"
    return f'#place(auto, float: true, scope: "{scope}")[{inner}]\n'


# --- headings and paragraphs


def _heading(pen: Pen, b: Heading) -> str:
    k = pen.look
    scale, style, options = HEADINGS.get(b.role) or (LEVELS[b.level], "", "")
    size = k.size * (1 + (scale - 1) * k.heading_scale)
    colour = k.accent if k.heading in ("accent", "bar") or (b.level == 0 and k.heading == "rule") else k.ink
    wrap = (
        f'#set text(font: {family(k.heading_family)}, size: {size:.2f}pt, weight: "bold", fill: rgb("{colour}"))\n'
        f"#set par(justify: false, leading: 0.4em)\n{style}{{}}"
    )
    if k.heading_align == "center" and b.level <= 1 and not b.role:
        wrap = "#set align(center)\n" + wrap
    above = size * (1.0 if b.level <= 1 else 0.8)
    options = options or f", above: {above:.1f}pt, below: {max(size * 0.55, 6.0):.1f}pt, sticky: true"
    return _decorated(
        pen, b, pen.leaf(printed_heading(b, k, pen.document.language), options, wrap=wrap, size=size), above, size
    )


def _decorated(pen: Pen, b: Heading, inner: str, above: float, size: float) -> str:
    """The heading with what its look puts under, behind or beside it."""
    k = pen.look
    plain = b.level == 1 and not b.role
    if plain and k.heading == "rule":
        rule = f'line(length: 100%, stroke: 0.6pt + rgb("{k.accent}"))'
        return f"{inner}#block(above: 3pt, below: 8pt, sticky: true, {rule})\n"
    if (plain or b.role == "section") and k.heading == "band":
        return (
            f'#block(width: 100%, fill: rgb("{k.tint}"), inset: 5pt, above: {above:.1f}pt, below: '
            f"{size * 0.6:.1f}pt, sticky: true)[{inner}]\n"
        )
    if plain and k.heading == "bar":
        return (
            f'#block(width: 100%, stroke: (left: 3pt + rgb("{k.accent}")), inset: (left: 7pt, y: 1.5pt), '
            f"above: {above:.1f}pt, below: {size * 0.55:.1f}pt, sticky: true)[{inner}]\n"
        )
    return inner


def _paragraph(pen: Pen, b: Paragraph) -> str:
    k = pen.look
    if b.role in PARAGRAPHS:
        return _with_role(pen, b)
    style = f"#set par(first-line-indent: (amount: {k.indent}em, all: true))\n" if k.indent else ""
    if b.role == "lead":
        style += '#set text(weight: "bold")\n' if k.size < 10 else f"#set text(size: {k.size * 1.08:.2f}pt)\n"
    return pen.leaf(b.text, wrap=style + "{}")


def _with_role(pen: Pen, b: Paragraph) -> str:
    k = pen.look
    options, style = PARAGRAPHS[b.role]
    style = style.format(
        small=f"{k.size * SMALL:.2f}",
        big=f"{k.size * 1.5:.2f}",
        accent=k.accent,
        family=family(k.heading_family),
        letterhead="center" if k.letterhead == "center" else "start",
    )
    inner = pen.leaf(b.text, options, wrap=style + "{}")
    if b.role in ("dateline", "signature_line", "under_line"):
        rule = f'#block(above: 2pt, below: 3pt, line(length: 100%, stroke: 0.6pt + rgb("{k.ink}")))\n'
        return rule + inner + (rule if b.role == "dateline" else "")
    if b.role == "letterhead_line" and k.letterhead in ("rule", "center"):
        return inner + f'#block(above: 6pt, below: 14pt, line(length: 100%, stroke: 1pt + rgb("{k.accent}")))\n'
    return inner


# --- lists, formulas, figures


def _list(pen: Pen, b: ListBlock) -> str:
    k = pen.look
    above = 0.8 if b.role == "slide" else 0.62
    room = 1.9 if b.role == "references" else 1.4
    rows: list[str] = []
    count = 0
    for n, item in enumerate(b.items):
        count += item.depth == 0
        mark = f"{count}." if b.ordered and not item.depth else k.marker if item.depth == 0 else "–"
        if b.role == "references":
            mark = f"[{count}]"
        marker, body = pen.said("marker", [mark]), pen.said(n, words_of(item.text))
        rows.append(
            f"#block(width: 100%, breakable: false, inset: (left: {item.depth * 1.3}em), above: {above}em)"
            f"[#grid(columns: ({room}em, 1fr), block(fill: {marker}, {pen.reach()}, text({literal(mark)})), "
            f"block(width: 100%, fill: {body}, {pen.reach()})[{pen.text(item.text)}])]\n"
        )
    size = k.size * (SMALL if b.role in ("references", "small") else 1.0)
    return f"#block(width: 100%)[#set text(size: {size:.2f}pt)\n#set par(justify: false)\n{''.join(rows)}]\n"


def _formula(pen: Pen, b: FormulaBlock) -> str:
    inner = f"#box(fill: {pen.opaque('formula')}, inset: (x: 2pt, y: 3pt))[$ {b.typst} $]"
    if not b.number:
        return f"#align(center)[#block(breakable: false)[{inner}]]\n"
    number = pen.said("number", b.number.split())
    return (
        "#block(width: 100%, breakable: false)[#grid(columns: (1fr, auto), align: (center + horizon, right + horizon), "
        f"[{inner}], block(fill: {number}, outset: (y: 3pt), text({literal(b.number)})))]\n"
    )


def _figure(pen: Pen, b: FigureBlock) -> str:
    size = f"width: s.width * {b.width}, height: s.width * {b.width * b.aspect:.4f}"
    shape = f"#layout(s => block(fill: {pen.opaque('picture')}, {size}))"
    if b.role == "centre":
        shape = f"#align(center)[{shape}]"
    if b.picture == "signature":
        return f"#block(width: 100%, breakable: false, sticky: true, above: 0.5em, below: 0.4em)[{shape}]\n"
    if not b.caption:
        return f"#block(width: 100%, breakable: false)[{shape}]\n"
    return f"#block(width: 100%, breakable: false)[#align(center)[{shape}]{pen.caption(b.caption)}]\n"


# --- parts of the tree together


def _row(pen: Pen, b: Row) -> str:
    cells: list[str] = []
    for n, part in enumerate(b.parts, 1):
        align = "#set align(end)\n" if b.align == "right" and n == len(b.parts) else ""
        cells.append(f"[{align}{_blocks(pen, part)}]")
    widths = ", ".join(f"{w:.2f}fr" for w in b.widths)
    gap = pen.look.size * (1.0 if pen.document.kind in ("card", "letter") else 1.8)
    return (
        f"#block(width: 100%, breakable: false)[#grid(columns: ({widths},), column-gutter: {gap:.1f}pt, "
        f"{', '.join(cells)})]\n"
    )


def _panel(pen: Pen, b: Panel) -> str:
    k = pen.look
    inner = _blocks(pen, b.blocks)
    if b.role == "band":
        left, top, right, _ = k.margins
        return (
            f"#block(width: 100%, outset: (left: {left:.1f}pt, right: {right:.1f}pt, top: {top:.1f}pt), inset: "
            f'(bottom: 4pt), fill: rgb("{k.accent}"), below: 0.9em)[#set text(fill: white)\n{inner}]\n'
        )
    return f'#block(width: 100%, stroke: 0.7pt + rgb("{k.ink}"), inset: 7pt, breakable: false)[{inner}]\n'
