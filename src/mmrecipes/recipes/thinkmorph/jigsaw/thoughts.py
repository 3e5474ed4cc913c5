"""What is said about a jigsaw: question, what the pieces show, where their edges agree, the check of the whole.

Covered: facts measured in the pieces (colours, differences across seams) and, in drawn scenes, the objects in them. Not
covered: what a photograph shows.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np

from mmrecipes.core.boxes import Box
from mmrecipes.recipes.thinkmorph.jigsaw.puzzle import Jigsaw, Pixels, share_in
from mmrecipes.recipes.thinkmorph.trace import LETTERS
from mmrecipes.recipes.thinkmorph.wording import say
from mmrecipes.render.jigsaws.colours import colour_name
from mmrecipes.world.wording import article, listed

TASK = "jigsaw"
_OPPOSITE = {"right": "left", "bottom": "top"}


def question(jigsaw: Jigsaw, rng: random.Random) -> str:
    grid = jigsaw.grid
    asked = say(TASK, "question", rng, k=str(grid.count), rows=str(grid.rows), columns=str(grid.columns))
    options = "\n" + "\n".join(f"{LETTERS[i]}. {option_text(jigsaw, o)}" for i, o in enumerate(jigsaw.options)) + "\n"
    form = "ask_pair" if grid.count == 2 else "ask_order"
    return f"{asked} {say(TASK, form, rng, options='@')}".replace(" @ ", options)


def option_text(jigsaw: Jigsaw, order: Sequence[int]) -> str:
    """An order as an option: a list, or for two pieces a statement on piece 1 and piece 2."""
    if jigsaw.grid.count > 2:
        return str(list(order))
    return f"Piece 1 is {relation(jigsaw, 1, order)} piece 2."


def relation(jigsaw: Jigsaw, number: int, order: Sequence[int]) -> str:
    """Where a piece of two lies against the other in this order."""
    first = order.index(number) == 0
    if jigsaw.grid.rows == 1:
        return "to the left of" if first else "to the right of"
    return "above" if first else "below"


def thoughts(jigsaw: Jigsaw, rng: random.Random) -> tuple[str, str, str]:
    """Before the pieces are put together, after it, and without doing so."""
    said = _Said(jigsaw, rng)
    first = [*said.pieces(), *said.seams(), said.say("plan")]
    second = [said.whole(), said.matches(), said.say("answer", letter=jigsaw.letter)]
    alone = [
        *said.pieces(), *said.seams(), said.say("alone"), said.matches(), said.say("answer", letter=jigsaw.letter),
    ]  # fmt: skip
    return " ".join(first), " ".join(second), " ".join(alone)


class _Said:
    def __init__(self, jigsaw: Jigsaw, rng: random.Random) -> None:
        self.jigsaw, self.rng, self.grid = jigsaw, rng, jigsaw.grid
        self.height, self.width = jigsaw.pieces[0].shape[:2]

    def say(self, name: str, **slots: str) -> str:
        return say(TASK, name, self.rng, **slots)

    def part(self, name: str, **slots: str) -> str:
        """Words that go on in the middle of a sentence."""
        text = self.say(name, **slots)
        return text[0].lower() + text[1:]

    def pieces(self) -> list[str]:
        """A sentence per piece, in the order of their numbers."""
        return [self.say("start"), *(self._piece(n) for n in range(1, self.grid.count + 1))]

    def _piece(self, number: int) -> str:
        place = self.jigsaw.order.index(number)
        pixels, box = self.jigsaw.pieces[place], self._box(place)
        objects = [article(n) for n, b in self.jigsaw.objects if share_in(b, box) > 0.6]
        shows = f" {self.part('shows', objects=listed(objects[:4]))}" if objects else ""
        sides = ("left", "right") if self.grid.rows == 1 else ("top", "bottom") if self.grid.columns == 1 else _SIDES
        named = [f"{colour_name(_edge(pixels, s))} ({s})" for s in sides]
        which = _WHICH[len(sides), sides[0]]
        main = colour_name(pixels)
        return self.say("piece", i=str(number), main=main, shows=shows, inner=which, edges=listed(named))

    def _box(self, place: int) -> Box:
        r, c = divmod(place, self.grid.columns)
        return (c * self.width, r * self.height, (c + 1) * self.width, (r + 1) * self.height)

    def _pairs(self) -> list[tuple[int, int, str]]:
        """Neighbouring places of the whole, and the side of the first that they share."""
        columns, count = self.grid.columns, self.grid.count
        across = [(p, p + 1, "right") for p in range(count) if (p + 1) % columns]
        return across + [(p, p + columns, "bottom") for p in range(count - columns)]

    def seams(self) -> list[str]:
        """A sentence per seam: an object that it cuts, or how little the colours differ."""
        order, pieces = self.jigsaw.order, self.jigsaw.pieces
        said = []
        for a, b, side in self._pairs():
            slots = {"i": str(order[a]), "j": str(order[b]), "side": side, "other": _OPPOSITE[side]}
            parted = [n for n, box in self.jigsaw.objects if min(share_in(box, self._box(p)) for p in (a, b)) > 0.15]
            if parted:
                said.append(self.say("cut_object", object=parted[0], **slots))
                continue
            cost = _difference(pieces[a], pieces[b], side)
            worse = min(_difference(pieces[p], pieces[b], side) for p in range(len(pieces)) if p not in (a, b))\
                if len(pieces) > 2 else _difference(pieces[b], pieces[a], side)  # fmt: skip
            said.append(self.say("seam", cost=f"{cost:.0f}", worse=f"{worse:.0f}", **slots))
        return said

    def whole(self) -> str:
        parted = [
            n for n, b in self.jigsaw.objects if max(share_in(b, self._box(p)) for p in range(self.grid.count)) < 0.85
        ]
        tail = self.part("whole_objects", object=parted[0]) if parted else ""
        return self.say("whole", objects=f" {tail}" if tail else "")

    def matches(self) -> str:
        order, letter = self.jigsaw.order, self.jigsaw.letter
        if self.grid.count > 2:
            return self.say("matches", order=listed([str(n) for n in order]), letter=letter)
        return self.say("matches_pair", a="1", b="2", relation=relation(self.jigsaw, 1, order), letter=letter)


_SIDES = ("left", "right", "top", "bottom")
_WHICH = {(2, "left"): "left and right", (2, "top"): "upper and lower", (4, "left"): "four"}


def _edge(piece: Pixels, side: str) -> Pixels:
    """A strip of a tenth of the piece along a side."""
    h, w = piece.shape[0] // 10 + 1, piece.shape[1] // 10 + 1
    return {"left": piece[:, :w], "right": piece[:, -w:], "top": piece[:h], "bottom": piece[-h:]}[side]


def _difference(a: Pixels, b: Pixels, side: str) -> float:
    """Mean absolute difference of the pixels that touch when b lies at this side of a, 0 to 255."""
    one, other = (a[:, -1], b[:, 0]) if side == "right" else (a[-1], b[0])
    return float(np.abs(one.astype(np.int16) - other).mean())
