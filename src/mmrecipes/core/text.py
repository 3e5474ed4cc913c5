"""Plain text: one normal form, white space, words, scripts that are written without blanks.

Covered: Unicode's composed form, line ends, characters without width, words of any script (in scripts without blanks
every character is one), one full stop where a sentence ends in another, edit distance. Not covered: which language a
text is in (see `steps/languages`), sentences, stemming.
"""

from __future__ import annotations

import re
import unicodedata

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\u0e00-\u0e7f\U00020000-\U000323af"
"""Kana, ideographs, Hangul, Thai."""
_UNSPACED = re.compile(f"[{_CJK}]")
_WORD = re.compile(rf"[{_CJK}]|[^\W_{_CJK}]+(?:['’-][^\W_{_CJK}]+)*")
_LINE_END = re.compile("\r\n?|[\u0085\u2028\u2029]")
_WIDTHLESS = re.compile("[\u00ad\u180e\u200b\u2060-\u2064\ufeff]")
"""Soft hyphen, zero-width space, word joiner, invisible operators, byte order mark. The joiners U+200C and U+200D stay:
Persian, Indic scripts and emoji are spelt with them."""

_TWO_STOPS = re.compile(r"(?<=\w)\.\.(?=\s|$)")
_ENDED = re.compile("[.!?…。！？][\"'”’»)]*$")


def normalised(text: str) -> str:
    """The text in composed form (NFC), with `\\n` as its only line end and without characters that have no width."""
    if text.isascii():
        return _LINE_END.sub("\n", text) if "\r" in text else text
    return unicodedata.normalize("NFC", _WIDTHLESS.sub("", _LINE_END.sub("\n", text)))


def squeezed(text: str) -> str:
    """The text with every run of white space as one blank, and none at the ends."""
    return " ".join(text.split())


def one_stop(text: str) -> str:
    """The text where an abbreviation at the end of a sentence (`Acme Corp.`) takes the place of the sentence's own full
    stop."""
    return _TWO_STOPS.sub(".", text)


def put(frame: str, mark: str, value: str) -> str:
    """The frame with the value in every place of the mark. Where the value ends a sentence itself, perhaps in quotes,
    the full stop that the frame has behind it is left out."""
    return (frame.replace(f"{mark}.", mark) if _ENDED.search(value) else frame).replace(mark, value)


def words(text: str) -> list[str]:
    """The words in order, as written; "don't" and "T-shirt" are one. Of Chinese, Japanese, Korean and Thai every
    character is one."""
    return _WORD.findall(text)


def is_unspaced(character: str) -> bool:
    """Whether a character belongs to a script in which `words` gives single characters."""
    return _UNSPACED.match(character) is not None


def unspaced_share(text: str) -> float:
    """The share of such characters among those that are not white space; 0 of an empty text."""
    written = len("".join(text.split()))
    return len(_UNSPACED.findall(text)) / written if written else 0.0


def edits(a: str, b: str, most: int | None = None) -> int:
    """Levenshtein's distance: characters to insert, delete or replace. Distances above `most` are all told as
    `most + 1`, and long texts are then compared in a band of that width (Ukkonen 1985)."""
    most = max(len(a), len(b)) if most is None else most
    if abs(len(a) - len(b)) > most:
        return most + 1
    above = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        first, last = max(1, i - most), min(len(b), i + most)
        row = [most + 1] * (len(b) + 1)
        row[first - 1] = i if first == 1 else most + 1
        for j in range(first, last + 1):
            row[j] = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (x != b[j - 1]))
        if min(row[first - 1 : last + 1]) > most:
            return most + 1
        above = row
    return min(above[-1], most + 1)
