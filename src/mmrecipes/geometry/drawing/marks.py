"""What the drawing says with signs: ticks for stated equalities, squares for stated right angles, arcs for given and
equal angles, arrows for stated parallels. Nothing is marked that no stated fact says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import combinations

from mmrecipes.geometry.facts import Fact, segment
from mmrecipes.geometry.figure import Figure

Segment = tuple[str, str]
Angle = tuple[str, str, str]


@dataclass
class Marks:
    """`ticks`, `arcs`, `arrows`: classes; members of the same class get the same number of strokes."""

    ticks: list[set[Segment]] = field(default_factory=list)
    rights: list[Angle] = field(default_factory=list)
    arcs: list[set[Angle]] = field(default_factory=list)
    arrows: list[set[Segment]] = field(default_factory=list)


def marks(figure: Figure, stated: Iterable[Fact]) -> Marks:
    out = Marks()
    for known in stated:
        a = known.args
        equal = _EQUAL.get(known.kind)
        for classes in equal(a) if equal else ():
            _join(out.ticks, {segment(*s) for s in classes if _bare(figure, *s)})
        for corner in _rights(figure, known):
            if corner not in out.rights:
                out.rights.append(corner)
        if known.kind == "bisects":
            _join(out.arcs, {_angle(a[1], a[2], a[0]), _angle(a[0], a[2], a[3])})
        if known.kind == "ang_eq":
            _join(out.arcs, {_angle(*a[:3]), _angle(*a[3:])})
        parallel = _PARALLEL.get(known.kind)
        for pair in parallel(a) if parallel else ():
            _join(out.arrows, {_longest(figure, *s) for s in pair if figure.drawn(*s)})
    out.ticks = [t for t in out.ticks if len(t) > 1]
    out.arrows = [p for p in out.arrows if len(p) > 1]
    return out


_EQUAL = {
    "mid": lambda a: [[(a[0], a[1]), (a[0], a[2])]],
    "isosceles": lambda a: [[(a[0], a[1]), (a[0], a[2])]],
    "equilateral": lambda a: [list(combinations(a, 2))],
    "len_eq": lambda a: [[a[:2], a[2:]]],
    "rhombus": lambda a: [[(a[i - 1], a[i]) for i in range(4)]],
    "kite": lambda a: [[(a[0], a[1]), (a[0], a[3])], [(a[2], a[1]), (a[2], a[3])]],
    "isosceles_trapezoid": lambda a: [[(a[1], a[2]), (a[3], a[0])]],
}
_PARALLEL = {
    "para": lambda a: [[a[:2], a[2:]]],
    "parallelogram": lambda a: [[(a[0], a[1]), (a[3], a[2])], [(a[1], a[2]), (a[0], a[3])]],
    "trapezoid": lambda a: [[(a[0], a[1]), (a[3], a[2])]],
    "isosceles_trapezoid": lambda a: [[(a[0], a[1]), (a[3], a[2])]],
}


def _angle(a: str, b: str, c: str) -> Angle:
    return (a, b, c) if a <= c else (c, b, a)


def _join(classes: list, fresh: set) -> None:
    """Add a class; classes that share a member become one."""
    for old in [c for c in classes if c & fresh]:
        fresh = fresh | old
        classes.remove(old)
    classes.append(fresh)


def _bare(figure: Figure, a: str, b: str) -> bool:
    """Whether the segment is drawn with no named point inside."""
    line = figure.line_through(a, b)
    return line is not None and abs(line.index(a) - line.index(b)) == 1


def _longest(figure: Figure, a: str, b: str) -> Segment:
    """Of the pieces of ab between named points the longest, in the direction of ab's canonical order."""
    line = figure.line_through(a, b) or (a, b)
    i, j = sorted((line.index(a), line.index(b)))
    pieces = [(line[k], line[k + 1]) for k in range(i, j)]

    def length(s: Segment) -> float:
        (px, py), (qx, qy) = figure[s[0]].floats, figure[s[1]].floats
        return (px - qx) ** 2 + (py - qy) ** 2

    return max(pieces, key=length)


def _rights(figure: Figure, known: Fact) -> list[Angle]:
    """Corners to be marked by a stated right angle: at a named point, between drawn rays."""
    a = known.args
    if known.kind == "ang" and known.value == 90:
        return [_angle(*a)]
    if known.kind == "foot":
        return [_corner(figure, a[1], a[0], a[2], a[3])]
    if known.kind == "perp":
        at = [n for n in a[:2] if figure.line_through(*a[2:]) and n in (figure.line_through(*a[2:]) or ())]
        return [_corner(figure, a[1] if at[0] == a[0] else a[0], at[0], a[2], a[3])] if at else []
    if known.kind in ("rectangle", "square"):
        return [_angle(a[-1], a[0], a[1])]
    if known.kind == "right_trapezoid":
        return [_angle(a[3], a[0], a[1]), _angle(a[0], a[3], a[2])]
    return []


def _corner(figure: Figure, p: str, h: str, a: str, b: str) -> Angle:
    """On the side of the longer part of ab."""

    def reach(n: str) -> float:
        (x, y), (u, v) = figure[n].floats, figure[h].floats
        return (x - u) ** 2 + (y - v) ** 2

    return _angle(p, h, a if reach(a) > reach(b) else b)
