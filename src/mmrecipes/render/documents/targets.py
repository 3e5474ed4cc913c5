"""What a drawn document is asked to be written as: Markdown, an ordered list of elements, its outline.

Covered: headings by level, lists, pipe tables (HTML where cells span or there is no header), formulas between dollars,
figures as images with their caption, fields as `**label** value`, stamps at the end of their page in italics; headers,
footers and page numbers omitted; pages joined by a rule. A paragraph that goes on overleaf is written in two parts, as
it stands. Not covered: reading any of it back (see `read_markdown`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from mmrecipes.core.boxes import quad_of
from mmrecipes.render.documents.draw import DrawnDocument
from mmrecipes.render.documents.geometry import Part
from mmrecipes.render.documents.inline import cut, escaped, inline_markdown, normal, tidy
from mmrecipes.render.documents.looks import Look, printed_heading
from mmrecipes.render.documents.tree import (
    Document,
    FieldBlock,
    FigureBlock,
    FormulaBlock,
    Heading,
    Leaf,
    ListBlock,
    Paragraph,
    Piece,
    TableBlock,
    Text,
    leaves,
    plain,
)
from mmrecipes.render.tables.grid import Grid
from mmrecipes.render.tables.targets import html

SHOWN = ("chart", "photo", "portrait")
"""Pictures that are written down; marks, signatures and barcodes are not."""
RULE = "---"


@dataclass(frozen=True, slots=True)
class Written:
    """A block of Markdown and what it must be read back as: its kind, level or order, and its texts."""

    kind: str
    markdown: str
    level: int
    texts: tuple[str, ...]


def markdown(blocks: Sequence[Written]) -> str:
    """The whole document."""
    return "\n\n".join(b.markdown for b in blocks)


def written(document: Document, drawn: DrawnDocument, look: Look) -> list[Written]:
    """The blocks of the Markdown in order, page after page."""
    tree = list(leaves(document.blocks))
    spans = _spans(drawn)
    out: list[Written] = []
    for page in range(len(drawn.pages)):
        if page:
            out.append(Written("rule", RULE, 0, ()))
        fields: list[FieldBlock] = []
        for element, leaf in enumerate(tree):
            if isinstance(leaf, FieldBlock):
                if _on(drawn, element, page):
                    fields.append(leaf)
                continue
            if fields:
                out.append(_fields(fields))
                fields = []
            out += _leaf(leaf, element, page, drawn, spans, look, document.language)
        if fields:
            out.append(_fields(fields))
        if drawn.stamp and drawn.stamp.page == page and document.stamp:
            out.append(_paragraph((Piece(" ".join(document.stamp.lines), italic=True),)))
    return out


def _on(drawn: DrawnDocument, element: int, page: int) -> bool:
    return any(p.element == element and p.page == page for p in drawn.placed.parts)


Spans = dict[tuple[int, object], list[tuple[int, int, int]]]


def _spans(drawn: DrawnDocument) -> Spans:
    """For every area with words (element, part): which printed characters stand on which page."""
    found: Spans = {}
    for w in drawn.placed.words:
        one = drawn.areas[w.area]
        runs = found.setdefault((one.element, one.part), [])
        start = runs[-1][2] if runs else 0
        if runs and runs[-1][0] == w.page:
            runs[-1] = (w.page, runs[-1][1], start + len(w.text))
        else:
            runs.append((w.page, start, start + len(w.text)))
    return found


def _leaf(
    leaf: Leaf, element: int, page: int, drawn: DrawnDocument, spans: Spans, look: Look, language: str
) -> Iterator[Written]:
    def there(part: object) -> tuple[int, int] | None:
        return next(((a, b) for p, a, b in spans.get((element, part), ()) if p == page), None)

    match leaf:
        case Heading():
            if where := there(""):
                yield _heading(cut(printed_heading(leaf, look, language), *where), leaf.level)
        case Paragraph():
            if where := there(""):
                yield _paragraph(cut(leaf.text, *where))
        case ListBlock():
            yield from _list(leaf, element, page, spans)
        case TableBlock():
            if any(c[0] == element and place[0] == page for c, place in drawn.placed.cells.items()):
                pair = [*([_paragraph(leaf.caption)] if leaf.caption else []), _table(leaf.grid)]
                yield from pair if look.caption_above else reversed(pair)
        case FigureBlock():
            if leaf.picture in SHOWN and _on(drawn, element, page):
                alt = tidy("".join(p.text for p in leaf.caption)).replace("\n", " ")
                yield Written("figure", f"![{escaped(alt)}](figure)", 0, (alt,))
        case FormulaBlock():
            if _on(drawn, element, page):
                tag = f" \\tag{{{leaf.number.strip('()')}}}" if leaf.number else ""
                yield Written("formula", f"$$\n{leaf.latex}{tag}\n$$", 0, (leaf.latex + tag,))
        case FieldBlock():
            raise TypeError("fields are written in groups")


def _heading(text: Text, level: int) -> Written:
    return Written("heading", f"{'#' * (level + 1)} {inline_markdown(text)}", level + 1, (normal(text),))


def _paragraph(text: Text) -> Written:
    return Written("paragraph", inline_markdown(text), 0, (normal(text),))


def _fields(fields: Sequence[FieldBlock]) -> Written:
    """Fields that follow each other: a line each."""
    lines: list[Text] = []
    for f in fields:
        value = " ".join(f"[{'x' if on else ' '}] {text}" for text, on in f.choices) if f.choices else f.value
        lines.append((Piece(f.label, bold=True), Piece(f" {value}")))
    shown = "\n".join(inline_markdown(line) for line in lines)
    return Written("paragraph", shown, 0, ("\n".join(normal(line) for line in lines),))


def _list(leaf: ListBlock, element: int, page: int, spans: Spans) -> Iterator[Written]:
    lines, texts = [], []
    number = first = 0
    for n, item in enumerate(leaf.items):
        number += item.depth == 0
        if not any(p == page for p, _, _ in spans.get((element, n), ())):
            continue
        if leaf.role == "references":
            yield _paragraph((Piece(f"[{number}] "), *item.text))
            continue
        first = first or number
        mark = f"{number}. " if leaf.ordered and item.depth == 0 else "- "
        indent = " " * (3 if leaf.ordered else 2) * item.depth
        lines.append(f"{indent}{mark}{inline_markdown(item.text)}")
        texts.append(f"{item.depth}{normal(item.text)}")
    if lines:
        yield Written(
            "ordered" if leaf.ordered else "bullets", "\n".join(lines), first if leaf.ordered else 0, tuple(texts)
        )


def _table(grid: Grid) -> Written:
    spanning = any(c.rows > 1 or c.cols > 1 for c in grid.cells) or grid.header_rows != 1
    if spanning:
        return Written("html", html(grid), 0, (html(grid),))
    rows = [[grid.at(r, c).text for c in range(grid.cols)] for r in range(grid.rows)]
    lines = [f"| {' | '.join(escaped(t).replace('|', chr(92) + '|') for t in row)} |" for row in rows]
    lines.insert(1, f"|{' --- |' * grid.cols}")
    return Written(
        "table", "\n".join(lines), 0, tuple("\t".join(tidy(t.replace("\u00a0", " ")) for t in row) for row in rows)
    )


def elements(document: Document, drawn: DrawnDocument) -> list[dict[str, Any]]:
    """Every part of every element in reading order, headers and footers after the text of their page: type, level,
    page (from 1), quad and text. `element` counts the leaves of the tree; an element in two columns is two entries."""
    tree = list(leaves(document.blocks))
    found: list[dict[str, Any]] = []
    for part in drawn.placed.parts:
        leaf = tree[part.element] if part.element >= 0 else None
        kind = leaf_type(leaf) if leaf else document.furniture[-1 - part.element].kind
        entry: dict[str, Any] = {
            "type": kind,
            "element": part.element,
            "page": part.page + 1,
            "quad": [list(p) for p in quad_of(part.box)],
            "text": _part_text(leaf, part, drawn),
        }
        if isinstance(leaf, Heading):
            entry["level"] = leaf.level
        if isinstance(leaf, FieldBlock):
            entry |= {"label": leaf.label, "value": field_value(leaf), "name": leaf.name}
        if isinstance(leaf, Paragraph) and leaf.role:
            entry["role"] = leaf.role
        found.append(entry)
    if drawn.stamp and document.stamp:
        found.append(
            {
                "type": "stamp",
                "element": len(tree),
                "page": drawn.stamp.page + 1,
                "quad": drawn.stamp.quad.tolist(),
                "text": "\n".join(document.stamp.lines),
            }
        )
    return sorted(found, key=lambda e: (e["page"], e["element"] < 0))


def leaf_type(leaf: Leaf) -> str:
    """The type an element goes by."""
    match leaf:
        case Heading():
            return "title" if leaf.level == 0 else "heading"
        case Paragraph():
            return "paragraph"
        case ListBlock():
            return "list"
        case TableBlock():
            return "table"
        case FigureBlock():
            return "figure" if leaf.picture in SHOWN else leaf.picture
        case FormulaBlock():
            return "formula"
        case FieldBlock():
            return "field"


def field_value(leaf: FieldBlock) -> str:
    """What a field says: its value, or the options ticked."""
    return ", ".join(text for text, on in leaf.choices if on) if leaf.choices else leaf.value


def _part_text(leaf: Leaf | None, part: Part, drawn: DrawnDocument) -> str:
    if isinstance(leaf, TableBlock):
        return _table(leaf.grid).markdown
    if isinstance(leaf, FormulaBlock):
        return leaf.latex
    words = drawn.placed.words
    lines: list[list[str]] = []
    last: tuple[int, int] | None = None
    begun: tuple[int, int] | None = None
    for n in part.words:
        here, word = (words[n].area, words[n].line), (words[n].area, words[n].word)
        if isinstance(leaf, ListBlock) or (isinstance(leaf, Paragraph) and _forced(leaf)):
            new = (
                last is None
                or (here[0] != last[0] and drawn.areas[here[0]].part in ("", "marker"))
                or (isinstance(leaf, Paragraph) and here != last)
            )
        else:
            new = last is None
        if new:
            lines.append([])
        if word == begun and lines[-1]:  # goes on from the line before
            lines[-1][-1] += words[n].text
        else:
            lines[-1].append(words[n].text)
        last, begun = here, word
    return "\n".join(" ".join(line) for line in lines)


def _forced(leaf: Paragraph) -> bool:
    return any("\n" in p.text for p in leaf.text)


def outline(document: Document, look: Look) -> str:
    """Title and headings as a nested list, as they are printed."""
    found = [leaf for leaf in leaves(document.blocks) if isinstance(leaf, Heading)]
    lines = [f"{'  ' * h.level}- {tidy(plain(printed_heading(h, look, document.language)))}" for h in found]
    least = min((len(x) - len(x.lstrip()) for x in lines), default=0)
    return "\n".join(x[least:] for x in lines)
