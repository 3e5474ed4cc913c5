"""What a spelling of phrases and places can do, and the words it is described in.

Covered: what is written (`Grounded`), what is read (`Mention`, `CaptionReading`), the two abilities of a spelling:
blocks of mentions (`Form`) and places inside running text (`InlineForm`). Not covered: the spellings themselves
(see `tags`, `tokens`, `json_list`, `plain`, `points`) and what they share in reading (see `grammar`).

Reading is forgiving where the meaning is certain (blanks, Markdown fences, prose around the block, floats,
reversed corners) and says so in `Mention.flags`; it raises `Unreadable` where it is not (a missing or unclosed
tag, a number out of range). Points by analogy: only Shikra, Qwen2.5-VL, Qwen3-VL and Molmo publish a point
form; elsewhere a point is a place with one corner instead of two, in the model's own tags.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from mmrecipes.recipes.qwen_vl_grounding.conventions.scales import Numbers, Size

Kind = Literal["box", "quad", "point"]
BOXES_AND_POINTS: frozenset[Kind] = frozenset({"box", "point"})
POINTS: frozenset[Kind] = frozenset({"point"})
EVERY_KIND: frozenset[Kind] = frozenset({"box", "quad", "point"})


class Unreadable(ValueError):
    """Text in which the places cannot be read with certainty; `reason` is `missing_tag`, `malformed`,
    `out_of_range` or `wrong_kind`."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Mention:
    """A phrase and one place; `phrase` is empty where the spelling does not mark it."""

    phrase: str
    numbers: Numbers
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Grounded:
    """A phrase and its places, to be written."""

    phrase: str
    places: tuple[Numbers, ...]


@dataclass(frozen=True, slots=True)
class CaptionReading:
    """A caption without its markers, and per mention the offset at which its phrase ends."""

    plain: str
    mentions: tuple[tuple[int, Mention], ...]


class Form(ABC):
    """One spelling of phrases and places."""

    __slots__ = ()
    kinds: ClassVar[frozenset[Kind]]
    """The kinds of place it can spell."""

    @abstractmethod
    def write(self, items: Sequence[Grounded]) -> str:
        """A block of phrases with their places."""

    @abstractmethod
    def read(self, text: str, kind: Kind, limits: Size) -> tuple[Mention, ...]:
        """Every place of this kind in the text, in order. Raises `Unreadable`."""

    @abstractmethod
    def place(self, numbers: Numbers) -> str:
        """How a place is written in a question about it."""

    def read_places(self, text: str, kind: Kind, limits: Size) -> tuple[Mention, ...]:
        """Places as `place` writes them into a question. Raises `Unreadable`."""
        return self.read(text, kind, limits)

    def name(self, phrase: str) -> str:
        """How a phrase is written in a question about it."""
        return phrase

    def opening(self, phrase: str) -> str:
        """What a bare prompt ends in so that the model goes on with the place; empty where nothing opens one."""
        return ""

    def spelled(self, numbers: Numbers) -> list[float | int]:
        """The numbers as they stand in the text, in the order of the text."""
        return list(numbers)


class InlineForm(Form):
    """A spelling whose places can stand inside running text."""

    __slots__ = ()

    @abstractmethod
    def around(self, item: Grounded) -> tuple[str, str]:
        """What to insert before and after the phrase in running text."""

    @abstractmethod
    def read_caption(self, text: str, kind: Kind, limits: Size) -> CaptionReading:
        """Undo `around`. Raises `Unreadable`."""

    def write(self, items: Sequence[Grounded]) -> str:
        return " ".join(item.phrase.join(self.around(item)) for item in items)
