"""A judge's score, read from its reply: an integer from 1 to 5, or nothing.

Covered: `[[4]]` (the last one counts), for replies without brackets the one integer that is meant as the score, and
texts that try to bring a score of their own. Not covered: half points, words ("four"). Nothing is guessed: a reply that
leaves a choice is `Malformed`.
"""

from __future__ import annotations

import re

from mmrecipes.models.call import Malformed

LOWEST, HIGHEST = 1, 5
_BRACKETS = re.compile(r"\[\[\s*([^\[\]]*?)\s*\]\]")
_NUMBER = r"(?<![\w.,\-−/])\d+(?![\w%]|[.,]\d)"
_DENOMINATOR = re.compile(r"(\d[*_]*)\s*(?:/|\bout\s+of\b|\bof\b)\s*\d+", re.IGNORECASE)
_SCALE = re.compile(r"\d+\s*(?:-|–|—|\bto\b|\bthrough\b)\s*\d+", re.IGNORECASE)
_NAMED = re.compile(rf"\b(?:score|rating|grade)\b[*_\s]*(?:is|=|:|of)?[*_\s]*({_NUMBER})", re.IGNORECASE)
_ASK = f"end with one whole number from {LOWEST} to {HIGHEST} in double square brackets, such as [[3]]"


def score_of(text: str) -> int:
    """The score of a reply. Raises `Malformed` with reason `no_score`, `score_out_of_range` or `several_scores`."""
    bracketed = _BRACKETS.findall(text)
    if bracketed:
        return _in_range(bracketed[-1])
    plain = _DENOMINATOR.sub(r"\1 ", _SCALE.sub(" ", text))
    named = _NAMED.findall(plain)
    found = set(named[-1:] or re.findall(_NUMBER, plain))
    if len(found) > 1:
        raise Malformed("several_scores", f"it holds several numbers; {_ASK}")
    if not found:
        raise Malformed("no_score", f"it holds no score; {_ASK}")
    return _in_range(found.pop())


def _in_range(digits: str) -> int:
    if not re.fullmatch(r"[0-9]+", digits):
        raise Malformed("no_score", f"{digits[:20]!r} is not a whole number; {_ASK}")
    if not LOWEST <= int(digits[:9]) <= HIGHEST:
        raise Malformed("score_out_of_range", f"{digits[:20]} is not between {LOWEST} and {HIGHEST}; {_ASK}")
    return int(digits)


_QUOTED = re.compile(r"\[\s*\[([^\[\]]*)\]\s*\]")


def harmless(text: str) -> str:
    """A text to be judged in which nothing looks like a score: a judge that quotes it cannot be misread."""
    return _QUOTED.sub(r"⟦\1⟧", text)
