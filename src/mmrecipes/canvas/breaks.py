"""Where a line of a language may be broken.

Covered: at blanks; between the characters of Chinese and Japanese, except before closing and after opening punctuation
(the basic rules of kinsoku, JIS X 4051) and inside Latin words and numbers; between Thai words, found by BudouX's
linear model. Not covered: hyphenation; Japanese phrases.
"""

from __future__ import annotations

import functools
from typing import Any

from mmrecipes.canvas.scripts import script_of

_NOT_FIRST = frozenset(
    "、。，．・：；？！ー々ゝゞ）］｝〕〉》」』】’”…‥〜～％℃°,.:;?!)]}%‰»ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ"
)
_NOT_LAST = frozenset("（［｛〔〈《「『【‘“([{$£€¥￥№«#")


def parts(text: str, language: str) -> list[str]:
    """The text cut into what may not be broken; each part keeps the blanks behind it. Joined, they are the text."""
    out: list[str] = []
    for word in _words(text):
        if language == "th":
            out.extend(_thai(word))
        else:
            out.extend(_ideographic(word))
    return out


def _words(text: str) -> list[str]:
    """Cut behind every stretch of blanks (no-break blanks stay inside)."""
    out, start = [], 0
    for i in range(1, len(text)):
        if text[i - 1] in " \t\n\u3000" and text[i] not in " \t\n\u3000":
            out.append(text[start:i])
            start = i
    return [*out, text[start:]] if text else out


def _ideographic(word: str) -> list[str]:
    out: list[str] = []
    for ch in word:
        loose = bool(out) and (_by_character(ch) or _by_character(out[-1][-1]))
        if loose and ch not in _NOT_FIRST and ch not in " \t\u3000" and out[-1][-1] not in _NOT_LAST:
            out.append(ch)
        elif out:
            out[-1] += ch
        else:
            out.append(ch)
    return out


def _by_character(ch: str) -> bool:
    return script_of(ch) in ("Hani", "Jpan") or (ch in _NOT_FIRST and ord(ch) > 0x2E80)


def _thai(word: str) -> list[str]:
    if not any(script_of(ch) == "Thai" for ch in word):
        return [word]
    body = word.rstrip(" \t\n")
    pieces: list[str] = []
    for piece in _thai_parser().parse(body):
        if pieces and (piece[0] in "ๆฯ)]”%" or pieces[-1][-1] in "([“"):
            pieces[-1] += piece
        else:
            pieces.append(piece)
    pieces[-1] += word[len(body) :]
    return pieces


@functools.cache
def _thai_parser() -> Any:
    import budoux

    return budoux.load_default_thai_parser()
