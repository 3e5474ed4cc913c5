"""Exact numbers against sympy on the same expressions, and figures per second, in CPU seconds of this process.

    python benchmarks/geometry.py [--quick]

Per operation the same inputs go to both. sympy is asked for the form it calls simple (`radsimp` of an inverse,
`expand` of a product, `simplify` of a line crossing's coordinates), because only then can it tell equal from unequal.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from fractions import Fraction

import sympy
from rich.console import Console
from rich.table import Table

from mmrecipes.geometry.canonical import construction_hash
from mmrecipes.geometry.construct import construct
from mmrecipes.geometry.determine import System
from mmrecipes.geometry.drawing.draw import draw
from mmrecipes.geometry.drawing.styles import STYLES
from mmrecipes.geometry.figure import Degenerate
from mmrecipes.geometry.numbers import Surd, sqrt
from mmrecipes.geometry.plane import Pt, intersection
from mmrecipes.geometry.properties import properties


def number(rng: random.Random) -> Surd:
    chosen = rng.choice([(1, 3), (1, 2), (1, 2, 3, 6), (1, 15)])
    return Surd.of({k: Fraction(rng.choice([-7, -5, -3, 2, 4, 6]), rng.randint(1, 6)) for k in chosen})


def tree(x: Surd) -> sympy.Expr:
    return sympy.Add(*(sympy.Rational(q.numerator, q.denominator) * sympy.sqrt(k) for k, q in x.coefficients.items()))


def crossing(p: list[sympy.Expr]) -> object:
    ax, ay, bx, by, cx, cy, dx, dy = p
    det = (bx - ax) * (dy - cy) - (by - ay) * (dx - cx)
    t = ((cx - ax) * (dy - cy) - (cy - ay) * (dx - cx)) / det
    return sympy.radsimp(ax + t * (bx - ax)), sympy.radsimp(ay + t * (by - ay))


def seconds_each(work: Callable[[int], object], n: int) -> float:
    began = time.process_time()
    for i in range(n):
        work(i)
    return (time.process_time() - began) / n


def main() -> None:
    n = 60 if "--quick" in sys.argv else 300
    rng = random.Random(1)
    ours = [number(rng) for _ in range(2 * n)]
    theirs = [tree(x) for x in ours]
    lines = [[Surd.of({1: rng.randint(-9, 9), 3: rng.randint(1, 9)}) for _ in range(8)] for _ in range(n)]
    line_trees = [[tree(x) for x in line] for line in lines]
    squares = [x * x for x in ours]
    square_trees = [tree(x) for x in squares]
    rows: list[tuple[str, Callable[[int], object], Callable[[int], object]]] = [
        ("sum", lambda i: ours[i] + ours[n + i], lambda i: sympy.expand(theirs[i] + theirs[n + i])),
        ("product", lambda i: ours[i] * ours[n + i], lambda i: sympy.expand(theirs[i] * theirs[n + i])),
        ("inverse", lambda i: ours[i].inverse(), lambda i: sympy.expand(sympy.radsimp(1 / theirs[i]))),
        ("zero test", lambda i: not (ours[i] - ours[i] * 2 / 2),
         lambda i: sympy.expand(theirs[i] - theirs[i] * 2 / 2) == 0),
        ("order", lambda i: (ours[i] - ours[n + i]).sign() < 0, lambda i: bool(theirs[i] < theirs[n + i])),
        ("nested root", lambda i: sqrt(squares[i]), lambda i: sympy.sqrtdenest(sympy.sqrt(square_trees[i]))),
        ("crossing of two lines",
         lambda i: intersection(*(Pt(lines[i][j], lines[i][j + 1]) for j in range(0, 8, 2))),
         lambda i: crossing(line_trees[i])),
    ]  # fmt: skip
    table = Table("operation", "ours per second", "sympy per second", "ratio", title="exact numbers, one core")
    whole_ours = whole_theirs = 0.0
    for name, mine, other in rows:
        sympy.core.cache.clear_cache()
        slow = seconds_each(other, n // 6)
        fast = seconds_each(mine, n)
        whole_ours, whole_theirs = whole_ours + fast, whole_theirs + slow
        table.add_row(name, f"{1 / fast:,.0f}", f"{1 / slow:,.0f}", f"{slow / fast:.0f}x")
    table.add_row("all", "", "", f"{whole_theirs / whole_ours:.0f}x")
    console = Console(width=100)
    console.print(table)
    console.print(figures(100 if "--quick" in sys.argv else 400))


def figures(n: int) -> Table:
    """What is done to a figure, all difficulties alike often."""
    made = [construct(random.Random(f"warm-{i}"), 1 + i % 5) for i in range(5)]
    began = time.process_time()
    made = [construct(random.Random(f"bench-{i}"), 1 + i % 5) for i in range(n)]
    each = {"constructed, every rejection passed": (time.process_time() - began) / n}
    each["construction hash"] = seconds_each(lambda i: construction_hash(made[i]), n)
    each["all properties from coordinates"] = seconds_each(lambda i: properties(made[i]), n)
    each["which drawn lengths the givens determine"] = seconds_each(
        lambda i: System(made[i], made[i].givens()).determined_all([("len", s) for s in made[i].sides()]), n
    )
    each["solved anew from 20 random starts"] = seconds_each(
        lambda i: System(made[i], made[i].givens()).solutions(i), n // 4
    )
    placed: list[bool] = []

    def picture(i: int) -> None:
        try:
            draw(made[i], random.Random(i), list(STYLES)[i // 5 % 5])
            placed.append(True)
        except Degenerate:
            placed.append(False)

    picture(0)
    each["drawn"] = seconds_each(picture, n // 2)
    table = Table("per figure", "ms", "per second", title=f"figures, one core, {n} figures of difficulties 1 to 5")
    for name, seconds in each.items():
        shown = (
            f"drawn, 640 x 640 ({sum(placed)} of {len(placed)} had room for every label)" if name == "drawn" else name
        )
        table.add_row(shown, f"{1000 * seconds:.1f}", f"{1 / seconds:,.0f}")
    return table


if __name__ == "__main__":
    main()
