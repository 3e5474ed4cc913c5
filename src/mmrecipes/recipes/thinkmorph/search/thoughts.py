"""What is said about a search: question, what must be found and where it lies, what is seen there.

Covered: the five kinds of `asking`. Not covered: the wording itself (`wording.toml`).
"""

from __future__ import annotations

import random

from mmrecipes.core.boxes import Box, area
from mmrecipes.recipes.thinkmorph.scenes import Drawn
from mmrecipes.recipes.thinkmorph.search.asking import Asked
from mmrecipes.recipes.thinkmorph.trace import LETTERS
from mmrecipes.recipes.thinkmorph.wording import say
from mmrecipes.world.catalogue import CATALOGUE
from mmrecipes.world.wording import article, listed

TASK = "search"


class Said:
    """Sentences about one question."""

    def __init__(self, drawn: Drawn, asked: Asked, rng: random.Random) -> None:
        self.drawn, self.asked, self.rng = drawn, asked, rng
        self.width, self.height = drawn.scene.size
        several = len(asked.boxes) > 1
        self.slots = {
            "about": asked.about, "said": asked.said, "answer": asked.answer, "letter": asked.letter,
            "it": "each of them" if several else "it", "colour": drawn.scene[asked.ids[0]].colour,
        }  # fmt: skip

    def say(self, pattern: str, **slots: str) -> str:
        return say(TASK, pattern, self.rng, **{**self.slots, **slots})

    def question(self) -> str:
        inside = self.say("in")
        options = "\n" + "\n".join(f"{LETTERS[i]}. {o}" for i, o in enumerate(self.asked.options)) + "\n"
        text = self.say(f"ask_{self.asked.kind}", options="@", form=self.say("form"),
                        **{"in": f" {inside[0].lower()}{inside[1:]}" if inside else ""})  # fmt: skip
        return text.replace(" @ ", options)

    def first(self) -> list[str]:
        """What must be located, why, and where the box goes; never the answer."""
        return [*self._found(), self.say("plan")]

    def _found(self) -> list[str]:
        asked = self.asked
        said = [self.say(f"need_{asked.kind}"), self._around()]
        if asked.kind == "position":
            return said
        if len(asked.boxes) > 1:
            return [*said, self.say("places", list=listed([f"({x}, {y})" for x, y in map(self._middle, asked.boxes)]))]
        box = next(iter(asked.boxes))
        x, y = self._middle(box)
        share = f"{100 * area(box) / (self.width * self.height):.0f}"
        return [*said, self.say("place", x=str(x), y=str(y), share=share)]

    def _around(self) -> str:
        """How many things there are, with some that are not meant; of a count nothing that gives it away."""
        shown = [o for o in self.drawn.scene.objects if o.id in self.drawn.boxes]
        others = [article(CATALOGUE[o.category].name) for o in shown if o.id not in self.asked.ids]
        hidden = self.asked.answer if self.asked.kind in ("object", "count") else ""
        names = [n for n in dict.fromkeys(others) if n != hidden]
        self.rng.shuffle(names)
        rivals = self.say("rivals", others=listed(names[:3])) if names else ""
        return self.say("around", n=str(len(shown)), rivals=rivals)

    def _middle(self, box: Box) -> tuple[int, int]:
        return round(50 * (box[0] + box[2]) / self.width), round(50 * (box[1] + box[3]) / self.height)

    def second(self) -> list[str]:
        return [self.say(f"see_{self._pattern}"), self.say("answer")]

    def alone(self) -> list[str]:
        return [*self._found(), self.say(f"alone_{self._pattern}"), self.say("answer")]

    @property
    def _pattern(self) -> str:
        return "yes_no_not" if self.asked.kind == "yes_no" and self.asked.answer == "No" else self.asked.kind
