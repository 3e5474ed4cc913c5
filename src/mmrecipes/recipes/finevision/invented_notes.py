"""Small printed notes with known entries: what the invented pool has to be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from mmrecipes.canvas.encode import encode
from mmrecipes.canvas.fonts import face, families
from mmrecipes.canvas.surface import Surface
from mmrecipes.canvas.text import shape
from mmrecipes.core.image import Image

_KINDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "Delivery note": {
        "Item": ("Oak planks", "Tile grout", "Copper pipe", "Garden hose", "Paint rollers"),
        "Sent to": ("Mill Lane 4", "Harbour Road 17", "Station Square 2", "Hill Street 31"),
        "Carrier": ("Nordfracht", "Blue Van", "Parcel Post", "Own driver"),
    },
    "Library card": {
        "Reader": ("A. Okafor", "J. Lindqvist", "M. Duarte", "S. Haddad", "T. Kowalski"),
        "Branch": ("Riverside", "Old Town", "North Gate", "Market Hall"),
        "Section": ("Maps", "Children", "Music", "Local history"),
    },
    "Weather log": {
        "Place": ("Light Island", "Pass Hut", "Lower Dam", "West Pier"),
        "Sky": ("clear", "overcast", "scattered clouds", "fog"),
        "Wind": ("north-east", "south", "calm", "westerly"),
    },
}  # fmt: skip
_INKS = (("#1f2933", "#ffffff"), ("#3b2f2f", "#fbf6e9"), ("#12355b", "#eef4fb"), ("#f2f2f2", "#2c3e38"))


@dataclass(frozen=True, slots=True)
class Note:
    """A note: its picture, its entries, its lines as printed, and itself as an HTML table."""

    image: Image
    title: str
    values: Mapping[str, str]

    @property
    def lines(self) -> list[str]:
        return [self.title, *(f"{key}: {value}" for key, value in self.values.items())]

    @property
    def html(self) -> str:
        rows = "\n".join(f"  <tr><th>{key}</th><td>{value}</td></tr>" for key, value in self.values.items())
        return f"<table>\n  <caption>{self.title}</caption>\n{rows}\n</table>"


def invented_note(rng: Random) -> Note:
    """A note with a title and four or five entries."""
    title = rng.choice(sorted(_KINDS))
    values = {key: rng.choice(choices) for key, choices in _KINDS[title].items()}
    values["No."] = str(rng.randint(1000, 99999))
    values["Date"] = f"{rng.randint(1, 28):02d}.{rng.randint(1, 12):02d}.{rng.randint(1998, 2031)}"
    listed = list(values.items())
    rng.shuffle(listed)
    values = dict(listed)
    return Note(_printed(title, values, rng), title, values)


def _printed(title: str, values: Mapping[str, str], rng: Random) -> Image:
    family, size = rng.choice(families("sans", "serif")), rng.randint(17, 26)
    ink, paper = rng.choice(_INKS)
    step, left = size * 1.9, size * 1.6
    surface = Surface(size * 22, round(step * (len(values) + 2.4)), paper)
    surface.text(shape(title, face(family, bold=True), size * 1.3), left, step * 1.1, ink)
    for number, (key, value) in enumerate(values.items()):
        surface.text(shape(f"{key}: {value}", face(family), size), left, step * (number + 2.3), ink)
    return encode(surface.pixels())
