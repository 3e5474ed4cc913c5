"""Personas: who writes a document, composed of a profession, a place and a purpose from a data file.

Source: the idea of a persona per synthetic document is that of CoSyn (arXiv 2502.14846), section 3; lists and wording
are our own. Covered: English descriptions, each used once before any is used again. Not covered: names.
"""

from __future__ import annotations

import functools
import math
import tomllib
from importlib import resources

from mmrecipes.core.identity import seed_from


@functools.cache
def _lists() -> tuple[tuple[str, ...], ...]:
    source = resources.files("mmrecipes.render.corpora").joinpath("personas.toml").read_text(encoding="utf-8")
    lists = tomllib.loads(source)
    return tuple(tuple(lists[name].strip().split("\n")) for name in ("professions", "places", "purposes"))


def persona_count() -> int:
    """How many different personas there are."""
    return math.prod(map(len, _lists()))


def persona_at(index: int, seed: int) -> str:
    """The persona of a document: `an optician in a busy port who thinks of safety first`. The first `persona_count()`
    indices of a seed have different ones, neighbours with little in common."""
    professions, places, purposes = _lists()
    count = persona_count()
    stride = round(count * 0.618)
    while math.gcd(stride, count) > 1:
        stride += 1
    at = (seed_from(seed, "persona") + index * stride) % count
    rest, profession = divmod(at, len(professions))
    purpose, place = divmod(rest, len(places))
    return f"{professions[profession]} {places[place]} {purposes[purpose]}"
