"""Labelled values in typst's language: boxes, underlines, ruled tables, plain pairs, sums and cards; tick boxes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mmrecipes.render.documents.looks import SMALL
from mmrecipes.render.documents.markup_pen import Pen
from mmrecipes.render.documents.tree import FieldBlock, FieldGroup
from mmrecipes.render.typeset import family, literal

Made = tuple[FieldBlock, str, str]
"""A field, its label and its value in typst's language."""
_LARGER = 1.15
"""Size of the total."""


def fields(pen: Pen, group: FieldGroup) -> str:
    """The fields of a group, laid out together."""
    made: list[Made] = []
    for one in group.fields:
        pen.element += 1
        made.append((one, _label(pen, one, group), _value(pen, one, group)))
    size = pen.look.size
    if group.role in ("receipt", "totals"):
        cells = [f"[{label}], [#set align(end)\n{value}]" for _, label, value in made]
        return _laid_out("1fr, auto", f"column-gutter: 8pt, row-gutter: {size * 0.6:.1f}pt", cells)
    if group.role == "card":
        cells = [f"[#set block(spacing: 0.34em)\n{label}{value}]" for _, label, value in made]
        return _laid_out("1fr, " * group.columns, f"column-gutter: 6pt, row-gutter: {size * 0.62:.1f}pt", cells)
    if group.look == "boxes":
        return _boxes(pen, _filled_rows(made, group.columns), group.columns)
    if group.look == "lines":
        return _underlined(pen, _filled_rows(made, group.columns), group.columns)
    cells = [f"[{label}], [{value}]" for _, label, value in made]
    if group.look == "grid":
        return _ruled(cells, min(group.columns, 2))
    gutters = f"column-gutter: {size * 0.9:.1f}pt, row-gutter: {size * 0.62:.1f}pt"
    return _laid_out("auto, 1fr, " * group.columns, gutters, cells)


def _laid_out(columns: str, gutters: str, cells: Sequence[str]) -> str:
    return f"#grid(columns: ({columns}), {gutters}, {', '.join(cells)})\n"


def _boxes(pen: Pen, made: Sequence[Made], columns: int) -> str:
    """Each field in a box, its label small at the top."""
    box = f'width: 100%, stroke: 0.6pt + rgb("{pen.look.ink}"), inset: (x: 4pt, y: 4pt)'
    cells = [
        f"grid.cell(colspan: {min(f.width, columns)}, block({box}, [{label}#v(3pt, weak: true){value}]))"
        for f, label, value in made
    ]
    return _laid_out("1fr, " * columns, f"gutter: {pen.look.size * 0.45:.1f}pt", cells)


def _underlined(pen: Pen, made: Sequence[Made], columns: int) -> str:
    """Each value on a line, its label before it."""
    line = f'width: 100%, stroke: (bottom: 0.6pt + rgb("{pen.look.ink}")), inset: (bottom: 2.5pt)'
    cells = [
        f"grid.cell(colspan: {min(f.width, columns)}, grid(columns: (auto, 1fr), column-gutter: 5pt, align: bottom, "
        f"[{label}], block({line}, [{value}])))"
        for f, label, value in made
    ]
    gutters = f"column-gutter: {pen.look.size * 1.2:.1f}pt, row-gutter: {pen.look.size * 0.9:.1f}pt"
    return _laid_out("1fr, " * columns, gutters, cells)


def _ruled(cells: Sequence[str], pairs: int) -> str:
    """A table of labels and values, so many pairs in a row."""
    filled = [*cells, *["[], []"] * (-len(cells) % pairs)]
    return (
        f"#table(columns: ({'auto, 1fr, ' * pairs}), inset: (x: 5pt, y: 4.5pt), stroke: 0.5pt + luma(110), "
        f"align: horizon, {', '.join(filled)})\n"
    )


def _label(pen: Pen, b: FieldBlock, group: FieldGroup) -> str:
    k = pen.look
    small = group.look == "boxes" or group.role == "card"
    bold = (
        b.name == "total" or group.look == "grid" or (group.look == "pairs" and k.head_rule and group.role != "receipt")
    )
    size = k.size * (SMALL if small else 1.0) * _scale(b)
    options = f"size: {size:.2f}pt{_weight(bold)}" + (f', fill: rgb("{k.accent}")' if small else "")
    tagged = pen.said("label", b.label.split())
    return f"#block(fill: {tagged}, {pen.reach()}, text({literal(b.label)}, {options}))"


def _value(pen: Pen, b: FieldBlock, group: FieldGroup) -> str:
    k = pen.look
    if b.choices:
        tagged = pen.said("value", [w for text, _ in b.choices for w in text.split()])
        ticks = "#h(0.9em)".join(_tick(t, on, k.value_ink or k.ink) for t, on in b.choices)
        return f"#block(width: 100%, fill: {tagged}, {pen.reach()})[{ticks}]"
    tagged = pen.said("value", b.value.split())
    width = "auto" if group.role in ("receipt", "totals") else "100%"
    if not b.value:
        return f"#block(width: {width}, height: 0.68em, fill: {tagged})"
    options = f"font: {family(k.value_family)}, size: {k.size * _scale(b):.2f}pt"
    options += _weight(b.name == "total" or group.role == "card")
    options += f', fill: rgb("{k.value_ink}")' if k.value_ink else ""
    return f"#block(width: {width}, fill: {tagged}, {pen.reach()}, text({literal(b.value)}, {options}))"


def _scale(b: FieldBlock) -> float:
    return _LARGER if b.name == "total" else 1.0


def _weight(bold: bool) -> str:
    return ', weight: "bold"' if bold else ""


def _filled_rows(made: Sequence[Made], columns: int) -> list[Made]:
    """The fields with the last of every row widened, so that rows are full."""
    out: list[Made] = []
    used = 0
    for f, label, value in made:
        width = min(f.width, columns)
        if used + width > columns:
            out[-1] = _widened(out[-1], columns - used)
            used = 0
        out.append((f, label, value))
        used = (used + width) % columns
    if used:
        out[-1] = _widened(out[-1], columns - used)
    return out


def _widened(made: Made, more: int) -> Made:
    f, label, value = made
    return replace(f, width=f.width + more), label, value


def _tick(text: str, on: bool, ink: str) -> str:
    stroke = f'(paint: rgb("{ink}"), thickness: 1.1pt)'
    cross = (
        f"#place(top + left, line(start: (-1pt, -1pt), end: (8pt, 8pt), stroke: {stroke}))"
        f"#place(top + left, line(start: (-1pt, 8pt), end: (8pt, -1pt), stroke: {stroke}))"
        if on
        else ""
    )
    return f"#box(width: 7pt, height: 7pt, stroke: 0.6pt)[{cross}]#h(0.35em)#text({literal(text)})"
