"""How much a text repeats itself: sentences said again, runs of words said again.

Covered: any script (see `core/text`). Not covered: paraphrase.
"""

from __future__ import annotations

import re
from collections import Counter

from mmrecipes.core.text import words

_SENTENCE_END = re.compile(r"(?<=[.!?])(?<!\b[A-Z]\.)[\"'”’)\]]*\s+|(?<=[。！？；])|\n+")
_LEAST_WORDS = 3


def sentences(text: str) -> list[str]:
    """The sentences and lines of a text, without white space around them; "3.5" and "B. 2019" are not cut."""
    return [s for piece in _SENTENCE_END.split(text) if (s := piece.strip())]


def most_repeated(text: str) -> tuple[str, int]:
    """The sentence said most often (letter case, blanks and punctuation ignored) and how often; ("", 0) without one.

    Sentences of fewer than three words do not count: rows of a table and "Yes." recur in sound texts.
    """
    said: Counter[tuple[str, ...]] = Counter()
    shown: dict[tuple[str, ...], str] = {}
    for sentence in sentences(text):
        key = tuple(words(sentence.lower()))
        if len(key) >= _LEAST_WORDS:
            said[key] += 1
            shown.setdefault(key, sentence)
    if not said:
        return "", 0
    key, count = said.most_common(1)[0]
    return shown[key], count


def repeated_ngrams(text: str, n: int = 5) -> float:
    """The share of the text's runs of `n` words that have occurred before in it: 1 - distinct / all, 0 when it has
    fewer than `n` words. Saying a text k times over gives about 1 - 1/k."""
    said = words(text.lower())
    runs = len(said) - n + 1
    if runs < 1:
        return 0.0
    distinct = len(set(zip(*(said[i:] for i in range(n)), strict=False)))
    return (runs - distinct) / runs
