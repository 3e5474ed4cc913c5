"""The page in typst's language: paper, margins, border, headers and footers, the body's type."""

from __future__ import annotations

from collections.abc import Sequence

from mmrecipes.render.documents.looks import SMALL
from mmrecipes.render.documents.markup_pen import Area, Pen, tall
from mmrecipes.render.documents.tree import Furniture
from mmrecipes.render.typeset import family, literal

_ALIGN = {"left": "left", "centre": "center", "right": "right"}
_BORDERS = {
    "single": 'place(center + horizon, rect(width: 94%, height: 94%, stroke: 1.2pt + rgb("{c}")))',
    "double": 'place(center + horizon, rect(width: 94%, height: 94%, stroke: 2pt + rgb("{c}"), inset: 5pt, '
    'rect(width: 100%, height: 100%, stroke: 0.8pt + rgb("{c}"))))',
    "thick": 'place(center + horizon, rect(width: 96%, height: 96%, stroke: 7pt + rgb("{c}")))',
}


def page_rules(pen: Pen) -> str:
    """How pages look; tags what stands in their margins."""
    k = pen.look
    left, top, right, bottom = k.margins
    height = f"{k.height}pt" if k.height else "auto"
    ground = "" if k.ground == "#ffffff" else f', fill: rgb("{k.ground}")'  # pages are rasterised on white
    border = f", background: {_BORDERS[k.border].format(c=k.accent)}" if k.border else ""
    furniture = pen.document.furniture
    header = _zone(pen, "header", [f for f in furniture if f.kind == "header"])
    footer = _zone(pen, "footer", [f for f in furniture if f.kind != "header"])
    return (
        f"#set page(width: {k.width}pt, height: {height}, columns: {pen.document.columns}, "
        f"margin: (left: {left:.1f}pt, top: {top + 12 * bool(header):.1f}pt, right: {right:.1f}pt, "
        f"bottom: {bottom + 12 * bool(footer):.1f}pt){ground}{border}{header}{footer})\n"
        f"#set columns(gutter: {k.gutter:.1f}pt)\n"
    )


def _zone(pen: Pen, name: str, furniture: Sequence[Furniture]) -> str:
    """The header or footer: one thing, or one at the left and one at the right."""
    if not furniture:
        return ""
    furniture = sorted(furniture, key=lambda f: tuple(_ALIGN).index(f.align))
    parts = [_furniture(pen, f) for f in furniture]
    rule = f'#line(length: 100%, stroke: 0.5pt + rgb("{pen.look.accent}"))' if pen.look.head_rule else ""
    inner = (
        f"#grid(columns: (1fr, auto), align: (left, right), [{parts[0]}], [{parts[1]}])"
        if len(parts) > 1
        else f"#align({_ALIGN[furniture[0].align]})[{parts[0]}]"
    )
    sized = f"#set text(size: {pen.look.size * SMALL:.2f}pt)\n#set block(spacing: 4pt)\n"
    ordered = f"{inner}{rule}" if name == "header" else f"{rule}{inner}"
    return f", {name}: [{sized}{ordered}]"


def _furniture(pen: Pen, f: Furniture) -> str:
    colour = pen.tag(Area(-1 - pen.document.furniture.index(f), "", [], template=f.text))
    shown = literal(f.text).replace("{pages}", '" + str(counter(page).final().first()) + "')
    shown = shown.replace("{page}", '" + str(counter(page).get().first()) + "')
    body = f"#context box(fill: {colour}, outset: (y: 2.5pt), text({shown}))"
    return body if f.first_page else f"#context if counter(page).get().first() > 1 [{body}]"


TALL_EDGES = "#set text(top-edge: 0.95em, bottom-edge: -0.3em)\n"
"""Where lines of scripts with marks above and below begin and end."""


def _language(code: str) -> str:
    """A language as typst names it; the direction follows from it."""
    return '"zh", region: "TW"' if code == "zh-Hant" else literal(code)


def body_rules(pen: Pen) -> str:
    """How text, paragraphs, blocks and tables look unless they say otherwise."""
    k = pen.look
    return (
        f'#set text(font: {family(k.family)}, size: {k.size}pt, fill: rgb("{k.ink}"), hyphenate: false, lang: '
        f"{_language(pen.document.language)})\n"
        f"{TALL_EDGES if tall(pen.document.language) else ''}"
        f"#set par(justify: {str(k.justify).lower()}, leading: {k.leading - 0.4 * tall(pen.document.language):.3f}em)\n"
        f"#set block(spacing: {k.spacing:.2f}em)\n"
        "#set table.cell(breakable: false)\n#set grid.cell(breakable: false)\n#set table(stroke: "
        "none)\n#set grid(stroke: none)\n"
    )
