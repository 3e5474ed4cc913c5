"""Texts with emphasis in one comparable form, cut by printed characters and written as Markdown.

Covered: bold, italic, formulas in the line, forced line ends; CommonMark escapes only where a character would be taken
for markup. Not covered: links, code.
"""

from __future__ import annotations

import re
from dataclasses import replace

from mmrecipes.render.documents.tree import Piece, Text

BOLD, ITALIC, MATH = ("\ue000", "\ue001"), ("\ue002", "\ue003"), ("\ue004", "\ue005")
"""Marks of emphasis in the comparable form."""
_INLINE = re.compile(r"([\\`*<\]])|(?<![^\W_])(_)|(_)(?![^\W_])|(&)(?=#?\w+;)|(\[)(?=[^\]]*\]\()")
_LINE_START = re.compile(r"^(\d{1,9})([.)])(?=\s|$)|^([-+*>#=]+)(?=\s|$)|^(>)|^([-=_]{2,})$")


def normal(text: Text) -> str:
    """The comparable form: words with single blanks, line ends kept, emphasis between marks."""
    out = []
    for p in text:
        if p.latex:
            out.append(MATH[0] + p.latex + MATH[1])
            continue
        shown = p.text.replace("\t", " ").replace("\u00a0", " ")
        marks = [m for on, m in ((p.bold, BOLD), (p.italic, ITALIC)) if on]
        core = shown.strip()
        if not core or not marks:
            out.append(shown)
            continue
        lead, trail = shown[: len(shown) - len(shown.lstrip())], shown[len(shown.rstrip()) :]
        out.append(lead + "".join(m[0] for m in marks) + core + "".join(m[1] for m in reversed(marks)) + trail)
    return tidy("".join(out))


def tidy(text: str) -> str:
    """Single blanks, none at the ends of lines, no empty lines."""
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def cut(text: Text, start: int, stop: int) -> Text:
    """The part of a text from its printed character `start` to before `stop` (blanks do not count)."""
    out: list[Piece] = []
    seen = 0
    for p in text:
        if p.latex:
            if start <= seen < stop or (seen == stop and not out and start == stop):
                out.append(p)
            continue
        kept: list[str] = []
        for ch in p.text:
            inside = start <= seen < stop
            if ch.isspace():
                if inside:
                    kept.append(ch)
                continue
            seen += 1
            if inside:
                kept.append(ch)
        if kept:
            out.append(replace(p, text="".join(kept)))
    return tuple(out)


def inline_markdown(text: Text) -> str:
    """A text as Markdown; line ends stay line ends."""
    marked = normal(text)
    lines = []
    for line in marked.split("\n"):
        parts = re.split(f"{MATH[0]}([^{MATH[1]}]*){MATH[1]}", line)
        shown = "".join(f"${part}$" if k % 2 else escaped(part) for k, part in enumerate(parts))
        lines.append(_LINE_START.sub(_escape_start, shown))
    joined = "\n".join(lines)
    for (opening, closing), sign in ((BOLD, "**"), (ITALIC, "*")):
        joined = joined.replace(opening, sign).replace(closing, sign)
    return joined


def escaped(text: str) -> str:
    """A text without line starts, with a backslash before what would be markup."""
    return _INLINE.sub(lambda m: "\\" + m[0], text)


def _escape_start(found: re.Match[str]) -> str:
    if found[1]:
        return f"{found[1]}\\{found[2]}"
    return "\\" + found[0]
