"""From the words of a referring expression back to its structured form.

Covered: the phrases that expressions are made of, read with a lexicon of its own. Not covered: anything else, which is
refused with `ValueError`, never guessed.
"""

from __future__ import annotations

import re
from typing import Any

from mmrecipes.world.catalogue import CATALOGUE
from mmrecipes.world.palette import PALETTE

_RELATIONS = (
    (r"(?:to the left of|on the left of|on the left-hand side of|left of)", "left_of"),
    (r"(?:to the right of|on the right of|on the right-hand side of|right of)", "right_of"),
    (r"(?:above|higher up than|over)", "above"),
    (r"(?:below|beneath|lower down than)", "below"),
    (r"in front of", "in_front_of"),
    (r"(?:behind|farther back than)", "behind"),
    (r"(?:on top of|upon|on)", "on"),
    (r"(?:nearest|closest) to", "nearest"),
)
_PLACES = (
    (r"(?:on the left(?: side)?|in the left part of the picture)", "left"),
    (r"(?:on the right(?: side)?|in the right part of the picture)", "right"),
    (r"in the (?:middle of the picture|middle|centre)", "middle"),
    (r"(?:at the top|near the top|in the upper part of the picture)", "top"),
    (r"(?:at the bottom|near the bottom|in the lower part of the picture)", "bottom"),
)
_RANKS = (
    (r"leftmost (?P<np>.+)", "leftmost"),
    (r"rightmost (?P<np>.+)", "rightmost"),
    (r"(?P<np>.+) farthest to the left", "leftmost"),
    (r"(?P<np>.+) farthest to the right", "rightmost"),
    (r"first (?P<np>.+) from the left", "leftmost"),
    (r"first (?P<np>.+) from the right", "rightmost"),
    (r"second (?P<np>.+) from the left", "second_left"),
    (r"second (?P<np>.+) from the right", "second_right"),
    (r"third (?P<np>.+) from the left", "third_left"),
    (r"(?:largest|biggest) (?P<np>.+)", "largest"),
    (r"smallest (?P<np>.+)", "smallest"),
)
_WORDS = {
    **{c: ("colour", c) for c in PALETTE},
    "large": ("size", "large"), "big": ("size", "large"), "small": ("size", "small"), "little": ("size", "small"),
    "striped": ("pattern", "striped"), "dotted": ("pattern", "dotted"), "spotted": ("pattern", "dotted"),
    "checked": ("pattern", "checked"), "chequered": ("pattern", "checked"),
    "wooden": ("texture", "wood"), "metal": ("texture", "metal"), "fabric": ("texture", "fabric"),
    "stone": ("texture", "stone"), "speckled": ("texture", "grain"),
}  # fmt: skip
_WEAR = r"(?P<np>.+?)(?: in (?P<clothes>[a-z ]+?)(?: clothes)?| with an? (?P<hat>[a-z ]+?) hat and scarf)?"


def read(text: str) -> dict[str, Any]:
    """The form of "the red car to the left of the tree". Raises `ValueError` on unknown words."""
    words = text.strip().lower()
    if not words.startswith("the "):
        raise ValueError(f"an expression starts with 'the': {text!r}")
    phrase, form = words[4:], {}
    for pattern, name in _RELATIONS:
        cut = re.fullmatch(rf"(?P<np>.+?) {pattern} (?P<anchor>the .+)", phrase)
        if cut and not re.fullmatch(r"the (?:left|right|top|bottom|middle|centre).*", cut["anchor"]):
            form = {"relation": name, "anchor": read(cut["anchor"])}
            phrase = cut["np"]
            break
    for pattern, name in _PLACES:
        if cut := re.fullmatch(rf"(?P<np>.+?) {pattern}", phrase):
            form["place"], phrase = name, cut["np"]
            break
    for pattern, name in _RANKS:
        if cut := re.fullmatch(pattern, phrase):
            form["rank"], phrase = name, cut["np"]
            break
    return _nominal(phrase) | form


def _nominal(phrase: str) -> dict[str, Any]:
    """Attributes and head noun."""
    cut = re.fullmatch(_WEAR, phrase)
    worn = (cut["clothes"] or cut["hat"] or "").split() if cut else []
    rest = cut["np"] if cut else phrase
    head = max((n for n in CATALOGUE if rest == n or rest.endswith(f" {n}")), key=len, default="")
    if not head:
        raise ValueError(f"no known noun ends {phrase!r}")
    form: dict[str, Any] = {"noun": head}
    for word in [*rest.removesuffix(head).split(), *worn]:
        if word not in _WORDS:
            raise ValueError(f"unknown word {word!r} in {phrase!r}")
        name, value = _WORDS[word]
        form[name] = value
    return form
