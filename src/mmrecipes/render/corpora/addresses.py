"""Invented telephone numbers, postcodes and reference numbers, in forms that many countries share.

Covered: numbers that nobody has (of the ranges kept free for fiction). Not covered: streets and towns (see `names`).
"""

from __future__ import annotations

import random


def phone(rng: random.Random) -> str:
    """A telephone number of the ranges kept free for fiction (555-01xx)."""
    area, tail = rng.randint(201, 989), rng.randint(0, 99)
    return rng.choice((f"({area}) 555-01{tail:02d}", f"{area} 555 01{tail:02d}", f"+1 {area} 555 01{tail:02d}"))


def postcode(rng: random.Random) -> str:
    """Five digits, or letters and digits such as `K4 7BL`."""
    return rng.choice(
        (
            f"{rng.randint(10000, 99999)}",
            f"{rng.choice('ABCDEFGHKLMNPRSTW')}{rng.randint(1, 19)} "
            f"{rng.randint(1, 9)}{rng.choice('ABDEFGH')}{rng.choice('JLNPQRS')}",
        )
    )


def code(rng: random.Random, prefix: str = "") -> str:
    """A reference such as `KL-2041/7`."""
    head = prefix or "".join(rng.choice("ABCDEFGHKLMNPRSTVWXZ") for _ in range(rng.randint(1, 3)))
    form = rng.choice(("{h}-{a}", "{h}{a}", "{h}-{a}-{b}", "{h}/{a}/{b}", "{a}-{h}", "{h} {a}"))
    return form.format(h=head, a=rng.randint(1000, 99999), b=rng.randint(1, 99))
