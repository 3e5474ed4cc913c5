"""Which language a sample is in: a function of its index, so that counts are exact and workers do not matter.

Covered: the fonts of languages, their turns by shares. Not covered: words (see `render.corpora.texts`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mmrecipes.canvas.scripts import check_language
from mmrecipes.core.identity import largest_remainder, turn

ROUND = 60
"""Samples of a task after which the shares are met exactly, as far as whole samples can meet them."""


def check_languages(languages: Mapping[str, float]) -> None:
    """Raises `FontError` that names the Debian package of the first language whose fonts are missing."""
    for code, share in languages.items():
        if share > 0:
            check_language(code)


def language_at(index: int, languages: Sequence[tuple[str, float]], task: str) -> str:
    """The language of the sample at this index of a task: in every round each has its share, in a shuffled order."""
    if len(languages) == 1:
        return languages[0][0]
    slots = _slots(tuple(languages))
    return slots[turn(index, len(slots), "language", task)]


def _slots(languages: tuple[tuple[str, float], ...]) -> list[str]:
    """`ROUND` places (or one per language, where there are more) given out by largest remainder."""
    count = max(ROUND, len(languages))
    return [code for code, n in largest_remainder(count, dict(languages)).items() for _ in range(n)]
