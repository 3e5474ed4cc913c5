"""The user's own paragraphs put in the place of a document's invented ones.

Covered: running text of letters, reports, papers and newspaper pages; paragraphs that speak of a table, a figure or a
formula stay, and so does everything that is no running text. What the document no longer says is no fact of it any
more. Not covered: headings that fit the text.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import replace

from mmrecipes.render.corpora.own_texts import Passage
from mmrecipes.render.documents.slots import says
from mmrecipes.render.documents.tree import (
    Block,
    Document,
    FieldBlock,
    Heading,
    Leaf,
    ListBlock,
    Paragraph,
    TableBlock,
    leaves,
    plain,
    say,
)

KINDS = ("letter", "report", "paper", "newspaper")
_REFERS = re.compile(r"\b(Table|Figure|Equation)\b|following list")


def with_own_prose(document: Document, passages: Sequence[Passage], rng: random.Random) -> Document:
    """The document with passages that follow each other, from a random one on, as its running text; each only once,
    so that with few of them some paragraphs stay."""
    if document.kind not in KINDS or not passages:
        return document
    places = [n for n, block in enumerate(document.blocks) if _runs(block)]
    start = rng.randrange(len(passages))
    taken = [passages[(start + k) % len(passages)] for k in range(min(len(places), len(passages)))]
    blocks = list(document.blocks)
    for n, passage in zip(places, taken, strict=False):
        old = blocks[n]
        assert isinstance(old, Paragraph)
        blocks[n] = replace(old, text=say(passage.text), origin=(passage.file, passage.number))
    kept = "\n".join(_said(leaf) for n, block in enumerate(blocks) if n not in places[: len(taken)]
                     for leaf in leaves((block,)))  # fmt: skip
    facts = tuple(f for f in document.facts if says(kept, f.text))
    names = {f.name for f in facts}
    return replace(
        document,
        blocks=tuple(blocks),
        facts=facts,
        chronology=tuple(n for n in document.chronology if n in names),
    )


def _runs(block: Block) -> bool:
    return (
        isinstance(block, Paragraph)
        and block.role in ("", "lead")
        and not any(p.latex for p in block.text)
        and not _REFERS.search(plain(block.text))
    )


def _said(leaf: Leaf) -> str:
    match leaf:
        case Heading() | Paragraph():
            return plain(leaf.text)
        case ListBlock():
            return "\n".join(plain(item.text) for item in leaf.items)
        case TableBlock():
            return "\n".join(cell.text for cell in leaf.grid.cells)
        case FieldBlock():
            return leaf.value
    return ""
