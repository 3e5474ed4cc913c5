"""Markdown read back into blocks by a parser that is not ours (markdown-it-py, CommonMark with tables and dollar math).

Covered: the blocks `targets` writes. Not covered: anything else a Markdown file may hold (an unknown block raises).
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mmrecipes.render.documents.inline import BOLD, ITALIC, MATH, tidy

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token


@dataclass(frozen=True, slots=True)
class Read:
    """A block as read: kind, level (of a heading; first number of an ordered list) and texts."""

    kind: str
    level: int
    texts: tuple[str, ...]


class MarkdownError(ValueError):
    """Markdown with a block nobody wrote."""


@functools.cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.dollarmath import dollarmath_plugin

    return MarkdownIt("commonmark").enable("table").use(dollarmath_plugin, allow_space=False, allow_digits=False)


def read_markdown(text: str) -> list[Read]:
    """The blocks of a Markdown text. Raises `MarkdownError`."""
    tokens = _parser().parse(text)
    found: list[Read] = []
    i = 0
    while i < len(tokens):
        token = tokens[i]
        end = _closing(tokens, i)
        inside = tokens[i + 1 : end]
        found.append(_block(token, inside))
        i = end + 1
    return found


def _closing(tokens: Sequence[Token], start: int) -> int:
    if tokens[start].nesting != 1:
        return start
    wanted = tokens[start].type.replace("_open", "_close")
    return next(
        i for i in range(start, len(tokens)) if tokens[i].type == wanted and tokens[i].level == tokens[start].level
    )


def _block(token: Token, inside: Sequence[Token]) -> Read:
    match token.type:
        case "heading_open":
            return Read("heading", int(token.tag[1]), (_inline(inside[0]),))
        case "paragraph_open":
            children = inside[0].children or []
            if len(children) == 1 and children[0].type == "image":
                return Read("figure", 0, (tidy(_plain(children[0].children or [])),))
            return Read("paragraph", 0, (_inline(inside[0]),))
        case "bullet_list_open" | "ordered_list_open":
            ordered = token.type.startswith("ordered")
            first = int(token.attrs.get("start", 1)) if ordered else 0
            return Read("ordered" if ordered else "bullets", first, tuple(_items(inside)))
        case "table_open":
            return Read("table", 0, tuple(_rows(inside)))
        case "html_block":
            return Read("html", 0, (token.content.strip(),))
        case "math_block":
            return Read("formula", 0, (token.content.strip(),))
        case "hr":
            return Read("rule", 0, ())
    raise MarkdownError(f"a block of type {token.type!r}: {token.content[:60]!r}")


def _items(tokens: Sequence[Token]) -> list[str]:
    """Texts of the items of a list and those inside it, each after its depth."""
    out: list[str] = []
    level = 0
    for t in tokens:
        if t.type in ("bullet_list_open", "ordered_list_open"):
            level += 1
        elif t.type in ("bullet_list_close", "ordered_list_close"):
            level -= 1
        elif t.type == "inline":
            out.append(f"{level}{_inline(t)}")
    return out


def _rows(tokens: Sequence[Token]) -> list[str]:
    rows: list[list[str]] = []
    for t in tokens:
        if t.type == "tr_open":
            rows.append([])
        elif t.type == "inline":
            rows[-1].append(_inline(t))
    return ["\t".join(row) for row in rows]


_MARKS = {"strong_open": BOLD[0], "strong_close": BOLD[1], "em_open": ITALIC[0], "em_close": ITALIC[1],
          "softbreak": "\n", "hardbreak": "\n"}  # fmt: skip


def _inline(token: Token) -> str:
    out: list[str] = []
    for t in token.children or []:
        if t.type in _MARKS:
            out.append(_MARKS[t.type])
        elif t.type == "math_inline":
            out.append(MATH[0] + t.content + MATH[1])
        elif t.type == "text":
            out.append(t.content)
        else:
            raise MarkdownError(f"{t.type!r} in a line: {token.content[:60]!r}")
    return tidy("".join(out).replace("\u00a0", " "))


def _plain(tokens: Sequence[Token]) -> str:
    return "".join(t.content for t in tokens)
