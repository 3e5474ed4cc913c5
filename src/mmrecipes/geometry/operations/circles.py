"""Operations on circles, and circles about and within triangles."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations

from mmrecipes.geometry.figure import Builder, Circle, Degenerate, Figure
from mmrecipes.geometry.numbers import Surd, cos_degrees, sin_degrees, sqrt
from mmrecipes.geometry.operations.operation import Move, Operation, finish, join, on_one_line, place, start
from mmrecipes.geometry.plane import Pt, along, circumcentre, dot, foot, midpoint, side, square_distance, turned
from mmrecipes.geometry.truth import exact_degrees

ARCS = (45, 60, 90, 120, 135, 150, -45, -60, -90, -120, -135, -150)
HALF_SINES = tuple(Fraction(m, n) * way for m, n in ((3, 5), (4, 5), (5, 13), (12, 13)) for way in (1, -1))
"""Of half the arc, so that a chord of a whole radius is a fraction."""
OUTSIDE = (Fraction(2), Fraction(5, 3), Fraction(5, 4), Fraction(13, 5))
"""Distance of an outside point over the radius, for tangents of known length."""


def turn_along(p: Pt, centre: Pt, arc: int | Fraction) -> Pt:
    """p turned about the centre by whole degrees, or (a fraction) by twice the angle with that sine."""
    if isinstance(arc, int):
        c, s = cos_degrees(arc), sin_degrees(arc)
        if c is None or s is None:
            raise ValueError(f"an arc of {arc} degrees is not in the field")
        return turned(p, centre, c, s)
    half = sqrt(1 - arc * arc)
    if half is None:
        raise ValueError(f"{arc} is no sine with a cosine in the field")
    return turned(p, centre, Surd(1 - 2 * arc * arc), half * 2 * arc)


def _starts(figure: Figure) -> Iterator[tuple[str, str]]:
    for centre, circle in figure.circles.items():
        for p in circle.on:
            yield p, centre


def _arcs(figure: Figure) -> Iterator[Move]:
    for p, centre in _starts(figure):
        for arc in (*ARCS, *HALF_SINES):
            yield p, centre, arc


def _chords(figure: Figure, circle: Circle) -> Iterator[tuple[str, str]]:
    for p, q in combinations(circle.on, 2):
        if figure.drawn(p, q):
            yield p, q


def draw_chord(figure: Figure, p: str, o: str, arc: int | Fraction) -> Figure:
    """From p on the circle to a new point of it; the chord's length is given, or the arc's angle if it has none."""
    b = start(figure, "chord", p, o, arc)
    q = b.point(turn_along(b[p], b[o], arc))
    b.onto(q, o)
    b.given("on_circle", q, o)
    length = sqrt(square_distance(b[p], b[q]))
    if length is None:
        raise Degenerate("the chord has no length in the field")
    b.given("len", p, q, value=length)
    join(b, p, q)
    return finish(b)


def draw_diameter(figure: Figure, p: str, o: str) -> Figure:
    b = start(figure, "diameter", p, o)
    q = place(b, along(b[p], b[o], 2))
    b.onto(q, o)
    b.given("on_circle", q, o)
    b.given("diameter", p, q, o)
    join(b, p, q)
    return finish(b)


def draw_radius(figure: Figure, p: str, o: str) -> Figure:
    b = start(figure, "radius", p, o)
    join(b, o, p)
    return finish(b)


def draw_to_chord(figure: Figure, p: str, q: str, o: str) -> Figure:
    """From the centre to the midpoint of the chord pq, which is no diameter."""
    b = start(figure, "chord_midperp", p, q, o)
    middle = midpoint(b[p], b[q])
    if middle == b[o]:
        raise Degenerate("the chord is a diameter")
    m = place(b, middle)
    b.given("mid", m, p, q)
    join(b, o, m)
    return finish(b)


def _drawn_chords(figure: Figure) -> Iterator[Move]:
    for centre, circle in figure.circles.items():
        for p, q in _chords(figure, circle):
            yield p, q, centre


def draw_inscribed_angle(figure: Figure, p: str, q: str, o: str, arc: int | Fraction) -> Figure:
    """A new point of the circle joined to both ends of the chord pq; where on its arc it lies is not given."""
    b = start(figure, "inscribed_angle", p, q, o, arc)
    r = b.point(turn_along(b[p], b[o], arc))
    b.onto(r, o)
    b.given("on_circle", r, o)
    if middle := side(b[o], b[p], b[q]):
        b.given("same_side" if side(b[r], b[p], b[q]) == middle else "opposite", r, o, p, q)
    join(b, p, r)
    join(b, q, r)
    return finish(b)


def _inscribed(figure: Figure) -> Iterator[Move]:
    for p, q, centre in _drawn_chords(figure):
        for arc in (*ARCS, *HALF_SINES):
            yield str(p), str(q), str(centre), arc


def draw_tangent(figure: Figure, p: str, o: str, q: str) -> Figure:
    """At p, up to the radius oq prolonged beyond q."""
    b = start(figure, "tangent_at", p, o, q)
    u, v = b[p] - b[o], b[q] - b[o]
    reach = dot(u, v)
    if reach <= 0:
        raise Degenerate("the tangent does not meet the prolonged radius")
    t = b.point(along(b[o], b[q], dot(u, u) / reach))
    b.given("tangent", p, t, o)
    b.given("between", q, o, t)
    b.draw(o, t)
    join(b, p, t)
    return finish(b)


def _tangents(figure: Figure) -> Iterator[Move]:
    for centre, circle in figure.circles.items():
        for p, q in combinations(circle.on, 2):
            if dot(figure[p] - figure[centre], figure[q] - figure[centre]) > 0:
                yield p, centre, q
                yield q, centre, p


def touch_points(p: Pt, o: Pt, squared_radius: Surd) -> tuple[Pt, Pt] | None:
    """Where the tangents from an outside point touch; None if not in the field."""
    u = p - o
    dd = dot(u, u)
    rt = sqrt(squared_radius * (dd - squared_radius)) if dd > squared_radius else None
    if rt is None:
        return None
    ahead, across = u.times(squared_radius / dd), Pt(-u.y, u.x).times(rt / dd)
    return o.plus(ahead).plus(across), o.plus(ahead) - across


def _draw_tangents(b: Builder, p: str, o: str) -> None:
    touching = touch_points(b[p], b[o], b.circles[o].squared_radius)
    if touching is None:
        raise Degenerate("the tangents are not in the field")
    drawn = False
    for at in touching:
        t = place(b, at)
        b.onto(t, o)
        b.given("on_circle", t, o)
        b.given("tangent", t, p, o)
        drawn = drawn or not any(t in line and p in line for line in b.lines)
        b.draw(p, t)
    if not drawn:
        raise Degenerate("both tangents are drawn already")


def draw_tangents_from(figure: Figure, o: str, p: str) -> Figure:
    """Both tangents from a point outside."""
    b = start(figure, "tangents_from", o, p)
    _draw_tangents(b, p, o)
    return finish(b)


def _outside(figure: Figure) -> Iterator[Move]:
    for centre, circle in figure.circles.items():
        for p in figure.points:
            if square_distance(figure[p], figure[centre]) > circle.squared_radius:
                yield centre, p


def draw_outside_tangents(figure: Figure, o: str, q: str, k: Fraction) -> Figure:
    """From a new point on the radius oq prolonged to k times its length."""
    b = start(figure, "outside_tangents", o, q, k)
    radius = sqrt(b.circles[o].squared_radius)
    if radius is None:
        raise Degenerate("the radius is not in the field")
    p = b.point(along(b[o], b[q], k))
    b.given("between", q, o, p)
    b.given("len", o, p, value=radius * k)
    b.draw(o, p)
    _draw_tangents(b, p, o)
    return finish(b)


def _outside_new(figure: Figure) -> Iterator[Move]:
    for q, centre in _starts(figure):
        for k in OUTSIDE:
            yield centre, q, k


def draw_secant(figure: Figure, p: str, q: str, o: str) -> Figure:
    """From p outside through q on the circle to where the line meets it again."""
    b = start(figure, "secant", p, q, o)
    f = foot(b[o], b[p], b[q])
    r = b.point(along(b[q], f, 2)) if f != b[q] else None
    if r is None:
        raise Degenerate("the line touches the circle")
    b.onto(r, o)
    b.given("on_circle", r, o)
    near, far = (q, r) if square_distance(b[p], b[q]) < square_distance(b[p], b[r]) else (r, q)
    b.given("between", near, p, far)
    join(b, p, far)
    return finish(b)


def _secants(figure: Figure) -> Iterator[Move]:
    for centre, p in _outside(figure):
        for q in figure.circles[str(centre)].on:
            if dot(figure[str(p)] - figure[q], figure[str(centre)] - figure[q]):
                yield p, q, centre


def draw_second_chord(figure: Figure, r: str, x: str, o: str) -> Figure:
    """From r on the circle through x, inside it and on a drawn chord, to the circle again."""
    b = start(figure, "intersecting_chords", r, x, o)
    s = b.point(along(b[r], foot(b[o], b[r], b[x]), 2))
    b.onto(s, o)
    b.given("on_circle", s, o)
    b.given("between", x, r, s)
    join(b, r, s)
    return finish(b)


def _through_chords(figure: Figure) -> Iterator[Move]:
    for centre, circle in figure.circles.items():
        for line in figure.lines:
            ends = [name for name in line if name in circle.on]
            if len(ends) != 2:
                continue
            for x in line[line.index(ends[0]) + 1 : line.index(ends[1])]:
                for r in circle.on:
                    if r not in ends and x != centre:
                        yield r, x, centre


def draw_circumcircle(figure: Figure, a: str, c: str, e: str) -> Figure:
    b = start(figure, "circumcircle", a, c, e)
    if any({a, c, e} <= set(circle.on) for circle in b.circles.values()):
        raise Degenerate("the circle is drawn already")
    at = circumcentre(b[a], b[c], b[e])
    o = b.named(at) or b.point(at, role="centre")
    b.circle(o, square_distance(at, b[a]), a, c, e)
    b.given("circumcentre", o, a, c, e)
    for name in (a, c, e):
        b.given("on_circle", name, o)
    return _with_circle(b)


def draw_incircle(figure: Figure, a: str, c: str, e: str) -> Figure:
    """With its centre and the three points where it touches."""
    b = start(figure, "incircle", a, c, e)
    ce, ea, ac = figure.length(c, e), figure.length(e, a), figure.length(a, c)
    if ce is None or ea is None or ac is None:
        raise Degenerate("the sides are not in the field")
    whole = ce + ea + ac
    centre = b[a].times(ce / whole).plus(b[c].times(ea / whole)).plus(b[e].times(ac / whole))
    i = b.named(centre) or b.point(centre, role="centre")
    touching = []
    for p, q in ((a, c), (c, e), (e, a)):
        t = place(b, foot(centre, b[p], b[q]))
        touching.append(t)
        b.given("tangent", t, p, i)
        b.given("between", t, p, q)
    b.circle(i, square_distance(centre, b[touching[0]]), *touching)
    for t in touching:
        b.given("on_circle", t, i)
    b.implied("incentre", i, a, c, e)
    return _with_circle(b)


def _with_circle(b: Builder) -> Figure:
    made = finish(b) if b.made else None
    if made is None:
        raise Degenerate("the circle has no new point")
    return made


def _triangles(figure: Figure) -> Iterator[Move]:
    yield from figure.triangles()


def add_cyclic_vertex(figure: Figure, a: str, c: str, e: str, o: str, arc: int | Fraction) -> Figure:
    """A fourth point of the circle through a, c, e, on the arc ce away from a, joined to c and e."""
    b = start(figure, "cyclic_vertex", a, c, e, o, arc)
    at = turn_along(b[a], b[o], arc)
    if side(at, b[c], b[e]) * side(b[a], b[c], b[e]) >= 0:
        raise Degenerate("the point lies on the same arc")
    d = b.point(at)
    b.onto(d, o)
    b.given("on_circle", d, o)
    b.given("opposite", d, a, c, e)
    degrees = exact_degrees(at, b[c], b[e])
    if degrees is not None and degrees.denominator == 1:
        b.given("ang", d, c, e, value=degrees)
    elif (length := sqrt(square_distance(at, b[c]))) is not None and len(length.coefficients) == 1:
        b.given("len", c, d, value=length)
    b.implied("quad", a, c, d, e)
    join(b, c, d)
    join(b, d, e)
    return finish(b)


def _cyclic(figure: Figure) -> Iterator[Move]:
    for centre, circle in figure.circles.items():
        for triple in combinations(circle.on, 3):
            if not all(figure.drawn(p, q) for p, q in combinations(triple, 2)) or on_one_line(figure, *triple):
                continue
            for i in range(3):
                a, (c, e) = triple[i], triple[:i] + triple[i + 1 :]
                for arc in (*ARCS, *HALF_SINES):
                    yield a, c, e, centre, arc


CIRCLES = (
    Operation("chord", _arcs, draw_chord),  # †
    Operation("diameter", _starts, draw_diameter),  # †
    Operation("radius", _starts, draw_radius),  # †
    Operation("chord_midperp", _drawn_chords, draw_to_chord),
    Operation("inscribed_angle", _inscribed, draw_inscribed_angle),
    Operation("tangent_at", _tangents, draw_tangent),  # †
    Operation("tangents_from", _outside, draw_tangents_from),  # †
    Operation("outside_tangents", _outside_new, draw_outside_tangents),
    Operation("secant", _secants, draw_secant),
    Operation("intersecting_chords", _through_chords, draw_second_chord),
    Operation("circumcircle", _triangles, draw_circumcircle),
    Operation("incircle", _triangles, draw_incircle),
    Operation("cyclic_vertex", _cyclic, add_cyclic_vertex),
)
