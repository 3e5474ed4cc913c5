"""What an operation is, and the small things all share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Any, NamedTuple

from mmrecipes.geometry.degenerate import check
from mmrecipes.geometry.figure import Builder, Degenerate, Figure
from mmrecipes.geometry.plane import Pt, intersection, side

Number = int | Fraction
Move = tuple[str | Number, ...]
"""The arguments of an operation after the figure: point names and numbers."""
Floats = dict[str, tuple[float, float]]


class Operation(NamedTuple):
    """`moves(figure)`: every argument list it may be applied to. `apply(figure, *move)`: the new figure; raises
    `Degenerate` if that is not fit to be shown, so a move is a candidate, not a promise."""

    name: str
    moves: Callable[[Figure], Iterable[Move]]
    apply: Callable[..., Figure]


def start(figure: Figure, name: str, *move: Any) -> Builder:
    b = Builder(figure, "operation", name, [arg for arg in move if isinstance(arg, str)])
    b.values.extend(("number", str(arg)) for arg in move if not isinstance(arg, str))
    return b


def finish(b: Builder) -> Figure:
    made = b.done()
    if not made.steps[-1].drawn and not b.made:
        raise Degenerate("nothing new is drawn")
    check(made, b.made)
    return made


def join(b: Builder, p: str, q: str) -> None:
    """Draw a segment that is not drawn yet."""
    if any(p in line and q in line for line in b.lines):
        raise Degenerate(f"{p}{q} is drawn already")
    b.draw(p, q)


def place(b: Builder, at: Pt) -> str:
    """The point's name, a new one if it has none."""
    return b.named(at) or b.point(at)


def floats(figure: Figure) -> Floats:
    return {name: p.floats for name, p in figure.points.items()}


def sides(figure: Figure) -> list[tuple[str, str]]:
    """Segments between neighbours on a stroke, and whole strokes."""
    found = dict.fromkeys(figure.segments())
    found.update(dict.fromkeys((line[0], line[-1]) for line in figure.lines))
    return list(found)


def whole_lines(figure: Figure) -> list[tuple[str, str]]:
    return [(line[0], line[-1]) for line in figure.lines]


def corners(figure: Figure) -> Iterator[tuple[str, str, str]]:
    """Every triangle three times, each vertex once in front."""
    for a, b, c in figure.triangles():
        yield a, b, c
        yield b, a, c
        yield c, a, b


def on_one_line(figure: Figure, *names: str) -> bool:
    return any(set(names) <= set(line) for line in figure.lines)


def cross_of(p: tuple[float, float], a: tuple[float, float], b: tuple[float, float]) -> float:
    return (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])


def crossings(b: Builder, p: str, q: str) -> list[tuple[Pt, str, str]]:
    """Where the segment pq would properly cross drawn strokes at no named point: (point, the stroke's ends)."""
    at, found = {n: point.floats for n, point in b.points.items()}, []
    for line in b.lines:
        for c, d in pairwise(line):
            if {p, q} & {c, d} or on_stroke(at, p, q, c, d):
                continue
            crossing = intersection(b[p], b[q], b[c], b[d])
            if crossing is not None and b.named(crossing) is None:
                found.append((crossing, line[0], line[-1]))
    return found


def on_stroke(at: Floats, p: str, q: str, c: str, d: str) -> bool:
    """True unless pq and cd cross properly."""
    first = cross_of(at[c], at[p], at[q]) * cross_of(at[d], at[p], at[q])
    second = cross_of(at[p], at[c], at[d]) * cross_of(at[q], at[c], at[d])
    return not (first < -1e-12 and second < -1e-12)


def apart(figure: Figure, p: str, q: str, a: str, b: str) -> bool:
    """Whether p and q lie strictly on opposite sides of the line ab."""
    return side(figure[p], figure[a], figure[b]) * side(figure[q], figure[a], figure[b]) < 0
