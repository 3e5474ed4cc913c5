"""Phrases that several templates share: names, things, how an equation is put to someone. English."""

from __future__ import annotations

from mmrecipes.render.mathematics.problem import Words

PEOPLE = ("Amara", "Bruno", "Chidi", "Dalia", "Emil", "Farah", "Goran", "Hana", "Ines", "Jonas", "Kavita", "Liam",
          "Mei", "Nadia", "Oskar", "Priya", "Quentin", "Rosa", "Sami", "Tara", "Uma", "Viktor", "Wanda", "Yusuf",
          "Zoe")  # fmt: skip

GOODS = (("notebook", "notebooks"), ("pencil case", "pencil cases"), ("ticket", "tickets"), ("sandwich", "sandwiches"),
         ("plant pot", "plant pots"), ("poster", "posters"), ("lamp", "lamps"), ("brush", "brushes"),
         ("mug", "mugs"), ("scarf", "scarves"), ("puzzle", "puzzles"), ("basket", "baskets"), ("ruler", "rulers"),
         ("candle", "candles"), ("book", "books"), ("cushion", "cushions"))  # fmt: skip

UNITS = ("cm", "m", "mm", "km")

_SOLVE = (
    "Solve the equation {e}.", "Find every real number ${x}$ for which {e}.", "Determine ${x}$ from {e}.",
    "Which real values of ${x}$ satisfy {e}?", "Given that {e}, work out ${x}$.", "Solve {e} for ${x}$.",
    "For which real ${x}$ is it true that {e}?", "The unknown ${x}$ satisfies {e}. Find ${x}$.",
    "Let ${x}$ be a real number with {e}. What can ${x}$ be?", "Find the solution set of {e} over the real numbers.",
)  # fmt: skip

_DISPLAYED = (
    "Solve for ${x}$:", "Find all real solutions:", "Determine ${x}$ in the equation below.",
    "Work out the unknown ${x}$.", "Solve the following equation over the real numbers.",
    "What is ${x}$? Give every real solution.",
)  # fmt: skip


def solve(say: Words, equation: str, x: str = "x") -> tuple[str, ...]:
    """An equation to be solved: within a sentence or on a line of its own."""
    if say.of("d", (False, True)):
        return (say.of("s", _DISPLAYED).format(x=x), f"${equation}$")
    return (say.of("s", _SOLVE).format(e=f"${equation}$", x=x),)


_COMPUTE = ("Calculate {e}.", "Find {e}.", "Work out {e}.", "Determine {e}.", "What is {e}?", "Give {e}.",
            "Compute {e}.", "You are asked for {e}. What is it?")  # fmt: skip


def compute(say: Words, what: str) -> str:
    """A request for something named by a noun phrase."""
    text = say.of("q", _COMPUTE).format(e=what)
    return text


def number_word(n: int) -> str:
    return (
        ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")[n] if n < 11 else str(n)
    )
