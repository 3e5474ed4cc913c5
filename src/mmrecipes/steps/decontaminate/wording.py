"""Texts as what is compared: words without case, punctuation, placeholders, instructions about the form, option marks.

Covered: Unicode's compatibility form (NFKC); questions and their options apart; 64-bit digests of runs of words, taken
by a rolling polynomial so that a run has the same digest wherever it stands. Not covered: paraphrase, translation.
"""

from __future__ import annotations

import functools
import hashlib
import re
import unicodedata
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from mmrecipes.core.text import words
from mmrecipes.steps.answer_options import options_of

Digests = npt.NDArray[np.uint64]

_PLACEHOLDER = re.compile(
    r"</?\|?(?:image|img|video|vision|audio)[\w \t-]{0,24}\|?>|<ImageHere>|<im_\w+>", re.IGNORECASE
)
_MARK = re.compile(r"(?m)(?:^|(?<=[\s(]))[(\[]?[A-Ja-j][)\].:]+(?=\s|$)|^\s*[A-Ja-j]\s*$")
_FORM = re.compile(
    r"""
      \b(?:please\s+)?(?:answer|respond|reply)\s+(?:the\s+(?:following\s+)?question\s+)?(?:directly\s+)?
        (?:with|using|by)\s[^.\n?!]{0,80}(?:letter|word|phrase|number|options?|choices?|sentence)\b[^.\n?!]{0,40}[.!\n]?
    | \b(?:please\s+)?(?:select|choose|pick)\s+(?:the\s+|one\s+of\s+the\s+|from\s+the\s+)?
        (?:(?:best|most\s+\w+|correct|right|following|given)\s+)*(?:answers?|options?|choices?)\b[^.\n?!]{0,60}[.!\n]?
    | \b(?:answer|respond)\s+(?:yes\s+or\s+no|in\s+one\s+word|briefly|concisely)\b[.!]?
    | (?:^|(?<=\s))(?:question|query|hint|context|options?|choices?|answer)\s*:
    | \bthere\s+are\s+(?:several|four|the\s+following)\s+options\b\s*:?
    """,
    re.IGNORECASE | re.VERBOSE,
)
_LONGEST = 200_000
"""Characters of one text that are looked at."""
_MULTIPLIER = 0x9E3779B97F4A7C15


def word_list(text: str) -> list[str]:
    """The words that are compared. Numbers stay as they are; option letters and instructions about the form go."""
    plain = unicodedata.normalize("NFKC", text[:_LONGEST])
    for noise in (_PLACEHOLDER, _FORM, _MARK):
        plain = noise.sub(" ", plain)
    return words(plain.casefold())


def stem_and_options(text: str) -> tuple[str, tuple[str, ...]]:
    """A question without the options that it lists, and these."""
    options = tuple(options_of(text).values())
    if not options:
        return text, ()
    at = text.find(options[0])
    if at < 0:
        return text, options
    return re.sub(r"[\s(\[]*\*{0,2}\w\*{0,2}\s?[.)\]:：、．]+\s*$", "", text[:at]), options


def without_numbers(listed: Sequence[str]) -> list[str]:
    """The words with every word that has a digit made the same."""
    return ["0" if is_number(word) else word for word in listed]


def is_number(word: str) -> bool:
    """Whether a word has a digit."""
    return any(c.isdigit() for c in word)


@functools.lru_cache(maxsize=200_000)
def _word_digest(word: str) -> int:
    return int.from_bytes(hashlib.blake2b(word.encode("utf-8", "replace"), digest_size=8).digest(), "little")


def digests(listed: Sequence[str]) -> Digests:
    """A digest per word."""
    return np.fromiter((_word_digest(w) for w in listed), np.uint64, len(listed))


def runs(of_words: Digests, length: int) -> Digests:
    """The digest of every run of `length` words; none when the text is shorter."""
    count = len(of_words) - length + 1
    if count < 1 or length < 1:
        return np.empty(0, np.uint64)
    total = np.zeros(count, np.uint64)
    with np.errstate(over="ignore"):
        for place, factor in enumerate(_factors(length)):
            total += of_words[place : place + count] * factor
        total ^= total >> np.uint64(29)
        return total * np.uint64(_MULTIPLIER)


def digest(listed: Sequence[str]) -> int:
    """The digest of all the words as one run; 0 of no words."""
    return int(runs(digests(listed), len(listed))[0]) if listed else 0


def set_digest(texts: Sequence[str]) -> int:
    """The digest of several texts whatever their order; 0 when any of them has no words."""
    each = sorted(digest(word_list(text)) for text in texts)
    if not each or each[0] == 0:
        return 0
    return int(runs(np.array(each, np.uint64), len(each))[0])


@functools.cache
def _factors(length: int) -> Digests:
    powers = [pow(_MULTIPLIER, k + 1, 1 << 64) | 1 for k in range(length)]
    return np.array(powers, np.uint64)
