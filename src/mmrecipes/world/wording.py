"""A small grammar of alternatives, and the words for objects: articles, numbers, attributes, plurals.

Covered: "[a|b [c|d]]" alternatives (nested) and "{slot}" values; noun phrases of one or several objects. Not covered:
other languages.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Mapping, Sequence
from random import Random

from mmrecipes.world.catalogue import CATALOGUE

MOST_WEIGHT = 24
Node = str | tuple["Sequence[Node]", ...]
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
PATTERN_WORDS = {"striped": ("striped",), "dotted": ("dotted", "spotted"), "checked": ("checked", "chequered")}
TEXTURE_WORDS = {
    "wood": ("wooden",),
    "metal": ("metal",),
    "fabric": ("fabric",),
    "stone": ("stone",),
    "grain": ("speckled",),
}
SIZE_WORDS = {"large": ("large", "big"), "small": ("small", "little")}


def expand(pattern: str, rng: Random, **slots: str) -> str:
    """One of the texts the pattern stands for, drawn evenly at each "[…|…]"; blanks and capitals are tidied."""
    text = _choose(_parse(pattern), rng)
    text = re.sub(r"\{(\w+)\}", lambda m: slots[m.group(1)], text)
    return tidy(text)


def word(frames: Sequence[str], rng: Random, **slots: str) -> str:
    """One of several frames, expanded. Frames with many alternatives come more often, up to a limit, so that no single
    wording dominates."""
    weights = [min(_texts(f), MOST_WEIGHT) for f in frames]
    return expand(rng.choices(frames, weights)[0], rng, **slots)


def tidy(text: str) -> str:
    """Single blanks, none before punctuation, sentences start with a capital."""
    text = re.sub(r"\s+", " ", text).strip()
    text = re.sub(r"\s+([,.;:?!])", r"\1", text)
    return re.sub(r"(^|[.?!]\s+)([a-z])", lambda m: m.group(1) + m.group(2).upper(), text)


def article(phrase: str) -> str:
    """The phrase with "a" or "an" before it."""
    return f"{'an' if phrase[0] in 'aeiou' else 'a'} {phrase}"


def listed(parts: Sequence[str], word: str = "and") -> str:
    """ "a, b and c"."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {word} {parts[-1]}"


def counted(number: int, phrase: str, phrases: str) -> str:
    """ "a cat", "three cats"."""
    return article(phrase) if number == 1 else f"{NUMBERS[number]} {phrases}"


def noun(category: str, attributes: Mapping[str, str], rng: Random, *, many: bool = False) -> str:
    """A noun phrase without article: attributes may name size, colour, pattern and texture."""
    kind = CATALOGUE[category]
    head = kind.plural if many else kind.name
    size = _word(SIZE_WORDS, attributes.get("size"), rng)
    pattern = _word(PATTERN_WORDS, attributes.get("pattern"), rng)
    texture = _word(TEXTURE_WORDS, attributes.get("texture"), rng)
    colour = attributes.get("colour", "")
    if kind.worn is None:
        return " ".join(w for w in (size, pattern, colour, texture, head) if w)
    wear = " ".join(w for w in (pattern, colour) if w)
    if wear and not colour:
        wear += " clothes" if category == "person" else ""
    worn = re.sub(r"\ba (?=[aeiou])", "an ", kind.worn[many].format(wear)) if wear else ""
    return " ".join(w for w in (size, head, worn) if w)


def _word(words: Mapping[str, Sequence[str]], value: str | None, rng: Random) -> str:
    return rng.choice(words[value]) if value is not None and value in words else ""


@functools.lru_cache(maxsize=2_000)
def _parse(pattern: str) -> tuple[Node, ...]:
    nodes, rest = _sequence(pattern, 0)
    if rest != len(pattern):
        raise ValueError(f"unbalanced brackets in {pattern!r}")
    return nodes


@functools.lru_cache(maxsize=2_000)
def _texts(pattern: str) -> int:
    return _leaves(_parse(pattern))


def _sequence(text: str, at: int) -> tuple[tuple[Node, ...], int]:
    nodes: list[Node] = []
    start = at
    while at < len(text) and text[at] not in "|]":
        if text[at] == "[":
            nodes.append(text[start:at])
            options: list[Sequence[Node]] = []
            while text[at] != "]":
                option, at = _sequence(text, at + 1)
                options.append(option)
                if at >= len(text):
                    raise ValueError(f"unbalanced brackets in {text!r}")
            nodes.append(tuple(options))
            at = start = at + 1
        else:
            at += 1
    nodes.append(text[start:at])
    return tuple(nodes), at


def _choose(nodes: Sequence[Node], rng: Random) -> str:
    return "".join(n if isinstance(n, str) else _choose(rng.choice(n), rng) for n in nodes)


def _leaves(nodes: Sequence[Node]) -> int:
    """How many texts the nodes stand for, counting equal ones apart."""
    return math.prod(1 if isinstance(n, str) else sum(_leaves(option) for option in n) for n in nodes)
