"""Whole shapes set on a figure, mirrored or turned."""

from __future__ import annotations

from collections.abc import Iterator

from mmrecipes.geometry.figure import Builder, Figure
from mmrecipes.geometry.numbers import ONE, ZERO, Surd
from mmrecipes.geometry.operations.operation import Move, Operation, finish, on_one_line, start
from mmrecipes.geometry.plane import pt, reflection, side, turned
from mmrecipes.geometry.substrates.substrate import free_sides, lay

ROOT3 = Surd.of({3: 1})


def erect_square(figure: Figure, p: str, q: str) -> Figure:
    """Outward on the free side pq."""
    b = start(figure, "erect_square", p, q)
    names = lay(b, [pt(0, 0), pt(1, 0), pt(1, 1), pt(0, 1)], (p, q))
    b.given("square", *names)
    _outward(b, figure, names[2], p, q)
    return finish(b)


def erect_equilateral(figure: Figure, p: str, q: str) -> Figure:
    """Outward on the free side pq."""
    b = start(figure, "erect_equilateral", p, q)
    names = lay(b, [pt(0, 0), pt(2, 0), pt(1, ROOT3)], (p, q))
    b.given("equilateral", *names)
    _outward(b, figure, names[2], p, q)
    return finish(b)


def _outward(b: Builder, figure: Figure, new: str, p: str, q: str) -> None:
    inner = next((n for n, at in figure.points.items() if side(at, figure[p], figure[q]) < 0), None)
    if inner is not None:
        b.given("opposite", new, inner, p, q)


def reflect(figure: Figure, p: str, a: str, c: str, name: str = "reflect") -> Figure:
    """The triangle p a c mirrored in its side ac."""
    b = start(figure, name, p, a, c)
    image = b.point(reflection(b[p], b[a], b[c]), role="image", of=p)
    b.given("reflect", p, image, a, c)
    b.implied("congruent", p, a, c, image, a, c)
    b.draw(image, a)
    b.draw(image, c)
    return finish(b)


def fold(figure: Figure, p: str, a: str, c: str) -> Figure:
    return reflect(figure, p, a, c, "fold")


def _mirrored(figure: Figure, folded: bool) -> Iterator[Move]:
    """Folded: something of the figure lies beyond the crease. Reflected: nothing does."""
    at = figure.points
    for triangle in figure.triangles():
        for i, p in enumerate(triangle):
            a, c = triangle[:i] + triangle[i + 1 :]
            here = side(at[p], at[a], at[c])
            beyond = any(side(q, at[a], at[c]) == -here for q in at.values())
            if beyond == folded:
                yield p, a, c


def rotate_copy(figure: Figure, p: str, v: str, a: str, c: str) -> Figure:
    """The triangle v a p turned about v so that a falls on c, where v a c is equilateral or two sides of a square."""
    b = start(figure, "rotate_copy", p, v, a, c)
    right = _on_square(figure, v, a, c)
    way = side(b[c], b[v], b[a])
    cosine, sine = (ZERO, ONE) if right else (Surd(1) / 2, ROOT3 / 2)
    image = b.point(turned(b[p], b[v], cosine, sine * way), role="image", of=p)
    b.given("congruent", v, a, p, v, c, image)
    b.given("ang", p, v, image, value=90 if right else 60)
    b.implied("len_eq", v, p, v, image)
    b.implied("len_eq", a, p, c, image)
    for end in (v, c, p):
        b.draw(image, end)
    return finish(b)


def _on_square(figure: Figure, v: str, a: str, c: str) -> bool:
    for known in figure.facts:
        if known.kind == "square" and {v, a, c} <= set(known.args):
            at = known.args.index(v)
            return {known.args[at - 1], known.args[(at + 1) % 4]} == {a, c}
    return False


def _turnable(figure: Figure) -> Iterator[Move]:
    for known in figure.facts:
        if known.kind not in ("equilateral", "square"):
            continue
        n = len(known.args)
        for i, v in enumerate(known.args):
            near = known.args[i - 1], known.args[(i + 1) % n]
            for a, c in (near, near[::-1]):
                for p in figure.points:
                    if p not in known.args and figure.drawn(p, v) and figure.drawn(p, a):
                        if on_one_line(figure, p, v, a):
                            continue
                        yield p, v, a, c


SHAPES = (
    Operation("erect_square", free_sides, erect_square),
    Operation("erect_equilateral", free_sides, erect_equilateral),
    Operation("reflect", lambda figure: _mirrored(figure, False), reflect),
    Operation("fold", lambda figure: _mirrored(figure, True), fold),
    Operation("rotate_copy", _turnable, rotate_copy),
)
