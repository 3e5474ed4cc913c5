"""The words of statements: phrase banks per field, and phrases that several templates share. English.

A bank is `templates/<field>/phrases.toml`: per template the lists of phrases of each place in its statement, with
values in braces and expressions between dollar signs. Not covered: what is done in a step (see `work`, `templates`).
"""

from __future__ import annotations

import functools
import random
import tomllib
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any

Bank = Mapping[str, Sequence[str]]


@functools.cache
def bank_of(field: str) -> Mapping[str, Bank]:
    """The phrases of a field's templates, by template."""
    folder = resources.files("mmrecipes.render.mathematics.templates") / field.replace(" ", "_")
    return tomllib.loads((folder / "phrases.toml").read_text(encoding="utf-8"))


class Words:
    """Draws from lists of phrases and remembers what was drawn: together that is the wording's id."""

    def __init__(self, rng: random.Random, bank: Bank | None = None) -> None:
        self.rng = rng
        self.bank: Bank = bank or {}
        self.taken: list[str] = []
        self.last = -1
        """Place of the last phrase drawn in its list."""

    def of(self, name: str, options: Sequence[Any]) -> Any:
        """One of the options for the place `name`."""
        self.last = self.rng.randrange(len(options))
        self.taken.append(f"{name}{self.last}")
        return options[self.last]

    def __call__(self, name: str, **values: object) -> str:
        """A phrase of the bank with its values; what follows an underscore in `name` tells lists of one place apart."""
        return self.of(name.partition("_")[0], self.bank[name]).format(**values)

    @property
    def id(self) -> str:
        return ".".join(self.taken)


PEOPLE = ("Amara", "Bruno", "Chidi", "Dalia", "Emil", "Farah", "Goran", "Hana", "Ines", "Jonas", "Kavita", "Liam",
          "Mei", "Nadia", "Oskar", "Priya", "Quentin", "Rosa", "Sami", "Tara", "Uma", "Viktor", "Wanda", "Yusuf",
          "Zoe")  # fmt: skip

GOODS = ("notebooks", "pencil cases", "tickets", "sandwiches", "plant pots", "posters", "lamps", "brushes", "mugs",
         "scarves", "puzzles", "baskets", "rulers", "candles", "books", "cushions")  # fmt: skip

UNITS = ("cm", "m", "mm", "km")

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")

_SOLVE = (
    "Solve the equation {e}.", "Find every real number $x$ for which {e}.", "Determine $x$ from {e}.",
    "Which real values of $x$ satisfy {e}?", "Given that {e}, work out $x$.", "Solve {e} for $x$.",
    "For which real $x$ is it true that {e}?", "The unknown $x$ satisfies {e}. Find $x$.",
    "Let $x$ be a real number with {e}. What can $x$ be?", "Find the solution set of {e} over the real numbers.",
)  # fmt: skip

_DISPLAYED = (
    "Solve for $x$:", "Find all real solutions:", "Determine $x$ in the equation below.",
    "Work out the unknown $x$.", "Solve the following equation over the real numbers.",
    "What is $x$? Give every real solution.",
)  # fmt: skip

_COMPUTE = ("Calculate {e}.", "Find {e}.", "Work out {e}.", "Determine {e}.", "What is {e}?", "Give {e}.",
            "Compute {e}.", "You are asked for {e}. What is it?")  # fmt: skip


def solve(say: Words, equation: str) -> tuple[str, ...]:
    """An equation to be solved: within a sentence or on a line of its own."""
    if say.of("d", (False, True)):
        return (say.of("s", _DISPLAYED), f"${equation}$")
    return (say.of("s", _SOLVE).format(e=f"${equation}$"),)


def compute(say: Words, what: str) -> str:
    """A request for something named by a noun phrase."""
    return say.of("q", _COMPUTE).format(e=what)


def listed(items: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(filter(None, (", ".join(items[:-1]), items[-1])))
