"""Category names as words: display form, plural, article, numerals, lists.

Covered: English by rule with the irregular nouns that detection label sets use. Not covered: other languages'
grammar, adjectives that follow their noun.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_IRREGULAR = {
    "person": "people", "man": "men", "woman": "women", "child": "children", "mouse": "mice", "goose": "geese",
    "foot": "feet", "tooth": "teeth", "ox": "oxen", "knife": "knives", "wife": "wives", "leaf": "leaves",
    "loaf": "loaves", "half": "halves", "shelf": "shelves", "wolf": "wolves", "calf": "calves", "scarf": "scarves",
    "thief": "thieves", "elf": "elves", "hoof": "hooves", "tomato": "tomatoes", "potato": "potatoes",
    "mango": "mangoes", "torpedo": "torpedoes", "cactus": "cacti",
}  # fmt: skip
_PLURALS = set(_IRREGULAR.values())
_SAME = {"sheep", "deer", "aircraft", "spacecraft", "hovercraft", "series", "species"}
_MAN = re.compile(r"(?<!hu)(?<!ger)(?<!ro)(?<!nor)(?<!tali)(?<!otto)(?<!cai)(?<!sha)man$", re.IGNORECASE)
"""Snowman, fireman; none of human, German, Roman, Norman, talisman, ottoman, caiman, shaman."""
_MEN = re.compile(r"(?:[^aiou]|wo)men$", re.IGNORECASE)
"""A plural already; specimen, omen and stamen are none."""
_PAIRS = {"skis", "scissors", "pants", "trousers", "shorts", "jeans", "glasses", "sunglasses", "goggles", "pliers"}
_MASS = {
    "broccoli", "bread", "toast", "cheese", "bacon", "lettuce", "celery", "furniture", "luggage", "clothing", "jewelry",
    "jewellery",
}  # fmt: skip
"""Nouns that are not counted: one of them is a piece."""
_IN_S = {"lens", "summons", "chaos", "kudos"}
"""Singular nouns in -s that look like a plural."""
_SHOWN = {"tv": "TV", "suv": "SUV", "cd": "CD", "dvd": "DVD", "usb": "USB"}
_AN = re.compile(r"(?:[aeio]|u(?!ni[^nm]|s[aeiu]|ti|r[aiou]|kulele)|hour|honest|heir|SUV|MRI)", re.IGNORECASE)
_A = re.compile(r"(?:eu|ewe|one\b|once\b|US[AB]?\b)", re.IGNORECASE)
_NUMERALS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def shown(category: str) -> str:
    """A category name as a person writes it: no underscores, no doubled blanks; pairs as "pair of …", what is not
    counted as "piece of …"."""
    words = " ".join(re.sub(r"[_\s]+", " ", category).split())
    words = " ".join(_SHOWN.get(w.lower(), w) for w in words.split(" "))
    head = words.partition(" of ")[0].rsplit(" ", 1)[-1].lower()
    unit = "pair of " if head in _PAIRS else "piece of " if head in _MASS else ""
    return unit + words


def plural(noun: str) -> str:
    """The plural of a shown category name; the head noun is the word before "of", else the last one. A name that is
    a plural already ("flowers") stays."""
    head, of, rest = noun.partition(" of ")
    first, blank, last = head.rpartition(" ")
    return first + blank + _plural_word(last) + of + rest


def _plural_word(word: str) -> str:
    lower = word.lower()
    if lower in _SAME or lower in _PLURALS or lower.endswith("fish") or _MEN.search(word):
        return word
    if lower in _IRREGULAR:
        made = _IRREGULAR[lower]
        return made.capitalize() if word[:1].isupper() else made
    if _MAN.search(word):
        return word[:-2] + "en"
    if re.search(r"[^aisu]s$", lower) and lower not in _IN_S:
        return word
    if re.search(r"(?:s|x|z|ch|sh)$", lower):
        return word + "es"
    return word[:-1] + "ies" if re.search(r"[^aeiou]y$", lower) else word + "s"


def with_article(noun: str) -> str:
    """The noun after "a" or "an", by sound."""
    return f"{'an' if _AN.match(noun) and not _A.match(noun) else 'a'} {noun}"


def counted(count: int, noun: str) -> str:
    """ "one cat", "three cats", "14 cats", "no cats"."""
    number = _NUMERALS[count] if count < len(_NUMERALS) else str(count)
    return f"{number} {noun if count == 1 else plural(noun)}"


def listed(items: Sequence[str], last: str = "and") -> str:
    """ "a", "a and b", "a, b and c"."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {last} {items[-1]}"
