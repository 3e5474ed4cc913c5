"""Points and strokes that need straight lines only. † in the table below: named in the paper."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations, pairwise

from mmrecipes.geometry.figure import Builder, Degenerate, Figure
from mmrecipes.geometry.operations.operation import (
    Move,
    Operation,
    corners,
    cross_of,
    crossings,
    finish,
    floats,
    join,
    on_one_line,
    on_stroke,
    place,
    sides,
    start,
    whole_lines,
)
from mmrecipes.geometry.plane import Pt, along, dot, foot, intersection, midpoint

RATIOS = tuple(Fraction(m, n) for m in range(1, 5) for n in range(1, 5) if m != n and Fraction(m, n).numerator == m)


def _segments_of_two_units(figure: Figure) -> Iterator[tuple[str, str]]:
    for a, b in sides(figure):
        length = dot(figure[b] - figure[a], figure[b] - figure[a])
        if float(length) >= 4:
            yield a, b


def _inside(b: Builder, p: Pt, a: str, c: str) -> None:
    """Raises unless p lies strictly between a and c."""
    if dot(b[a] - p, b[c] - p) >= 0:
        raise Degenerate(f"the point falls outside {a}{c}")


def take_midpoint(figure: Figure, a: str, c: str) -> Figure:
    b = start(figure, "midpoint", a, c)
    b.given("mid", b.point(midpoint(b[a], b[c])), a, c)
    return finish(b)


def take_ratio_point(figure: Figure, a: str, c: str, ratio: Fraction) -> Figure:
    """P on ac with aP : Pc = ratio."""
    b = start(figure, "ratio_point", a, c, ratio)
    b.given("ratio", b.point(along(b[a], b[c], ratio / (ratio + 1))), a, c, value=ratio)
    return finish(b)


def _ratio_points(figure: Figure) -> Iterator[Move]:
    for a, c in sides(figure):
        for ratio in RATIOS:
            yield a, c, ratio


def draw_median(figure: Figure, v: str, a: str, c: str) -> Figure:
    b = start(figure, "median", v, a, c)
    m = place(b, midpoint(b[a], b[c]))
    b.given("mid", m, a, c)
    join(b, v, m)
    return finish(b)


def draw_midline(figure: Figure, v: str, a: str, c: str) -> Figure:
    """Of a triangle, joining the midpoints of va and vc."""
    b = start(figure, "midline", v, a, c)
    m, n = (place(b, midpoint(b[v], b[end])) for end in (a, c))
    b.given("mid", m, v, a)
    b.given("mid", n, v, c)
    join(b, m, n)
    return finish(b)


def draw_trapezoid_midline(figure: Figure, p: str, q: str, r: str, s: str) -> Figure:
    """Joining the midpoints of the legs qr and sp."""
    b = start(figure, "trapezoid_midline", p, q, r, s)
    m, n = place(b, midpoint(b[q], b[r])), place(b, midpoint(b[s], b[p]))
    b.given("mid", m, q, r)
    b.given("mid", n, s, p)
    join(b, m, n)
    return finish(b)


def _trapezoids(figure: Figure) -> Iterator[Move]:
    for known in figure.facts:
        if known.kind.endswith("trapezoid"):
            yield known.args


def drop_perpendicular(figure: Figure, p: str, a: str, c: str, name: str = "perp_foot") -> Figure:
    """From p to its foot strictly inside ac."""
    b = start(figure, name, p, a, c)
    at = foot(b[p], b[a], b[c])
    _inside(b, at, a, c)
    h = place(b, at)
    b.given("foot", h, p, a, c)
    b.given("between", h, a, c)
    join(b, p, h)
    return finish(b)


def draw_altitude(figure: Figure, p: str, a: str, c: str) -> Figure:
    return drop_perpendicular(figure, p, a, c, "altitude")


def _feet(figure: Figure) -> Iterator[Move]:
    """From points to whole strokes, but not from a vertex of a triangle to its opposite side (an altitude)."""
    at = floats(figure)
    for a, c in whole_lines(figure):
        for p, (x, y) in at.items():
            if on_one_line(figure, p, a, c) or (figure.drawn(p, a) and figure.drawn(p, c)):
                continue
            (ax, ay), (cx, cy) = at[a], at[c]
            share = ((x - ax) * (cx - ax) + (y - ay) * (cy - ay)) / ((cx - ax) ** 2 + (cy - ay) ** 2)
            if 0.05 < share < 0.95:
                yield p, a, c


def draw_angle_bisector(figure: Figure, v: str, a: str, c: str) -> Figure:
    """Of the angle a v c, up to ac, whose foot divides ac in the ratio of the sides."""
    b = start(figure, "angle_bisector", v, a, c)
    va, vc = figure.length(v, a), figure.length(v, c)
    if va is None or vc is None:
        raise Degenerate("the sides are not in the field")
    d = place(b, along(b[a], b[c], va / (va + vc)))
    b.given("bisects", d, a, v, c)
    b.given("between", d, a, c)
    join(b, v, d)
    return finish(b)


def draw_perpendicular_bisector(figure: Figure, a: str, c: str, e: str, f: str) -> Figure:
    """Of ac, from its midpoint to the stroke ef."""
    b = start(figure, "perp_bisector", a, c, e, f)
    middle = midpoint(b[a], b[c])
    u = b[c] - b[a]
    at = intersection(middle, middle.plus(Pt(-u.y, u.x)), b[e], b[f])
    if at is None:
        raise Degenerate("the perpendicular bisector is parallel to the stroke")
    _inside(b, at, e, f)
    m, p = place(b, middle), place(b, at)
    b.given("mid", m, a, c)
    b.given("perp", m, p, a, c)
    b.given("between", p, e, f)
    join(b, m, p)
    return finish(b)


def _perpendicular_bisectors(figure: Figure) -> Iterator[Move]:
    at = floats(figure)

    def nearer(p: str, a: str, c: str) -> float:
        return sum((x - y) ** 2 - (x - z) ** 2 for x, y, z in zip(at[p], at[a], at[c], strict=True))

    for a, c in sides(figure):
        for e, f in whole_lines(figure):
            if not on_one_line(figure, a, c, e, f) and nearer(e, a, c) * nearer(f, a, c) < -1e-9:
                yield a, c, e, f


def draw_parallel(figure: Figure, p: str, a: str, c: str, e: str, f: str) -> Figure:
    """Through p parallel to ac, up to the stroke ef."""
    b = start(figure, "parallel_through", p, a, c, e, f)
    at = intersection(b[p], b[p].plus(b[c] - b[a]), b[e], b[f])
    if at is None:
        raise Degenerate("the parallel does not meet the stroke")
    _inside(b, at, e, f)
    q = place(b, at)
    b.given("para", p, q, a, c)
    b.given("between", q, e, f)
    join(b, p, q)
    return finish(b)


def _parallels(figure: Figure) -> Iterator[Move]:
    at = floats(figure)
    inner = {name for line in figure.lines for name in line[1:-1]}
    for p in inner:
        for a, c in whole_lines(figure):
            if on_one_line(figure, p, a, c):
                continue
            x, y = at[p]
            ahead = (x + at[c][0] - at[a][0], y + at[c][1] - at[a][1])
            for e, f in whole_lines(figure):
                if on_one_line(figure, p, e, f) or on_one_line(figure, a, c, e, f):
                    continue
                if cross_of(at[e], at[p], ahead) * cross_of(at[f], at[p], ahead) < -1e-9:
                    yield p, a, c, e, f


def connect(figure: Figure, p: str, q: str, name: str = "connect") -> Figure:
    """Join two points; up to two crossings with strokes get names."""
    b = start(figure, name, p, q)
    met = crossings(b, p, q)
    if len(met) > 2:
        raise Degenerate("the segment crosses more than two strokes")
    join(b, p, q)
    for at, c, d in met:
        x = b.point(at)
        b.given("between", x, p, q)
        b.given("between", x, c, d)
    return finish(b)


def draw_diagonal(figure: Figure, p: str, q: str) -> Figure:
    return connect(figure, p, q, "diagonal")


def _opposite_corners(figure: Figure) -> set[frozenset[str]]:
    """Pairs of vertices that are not neighbours in a polygon of four or more sides that the facts name."""
    pairs: set[frozenset[str]] = set()
    for known in figure.facts:
        n = len(known.args)
        if known.kind in POLYGONS:
            pairs |= {frozenset((known.args[i], known.args[j])) for i, j in combinations(range(n), 2)
                      if 1 < j - i < n - 1}  # fmt: skip
    return pairs


POLYGONS = ("quad", "parallelogram", "rectangle", "rhombus", "square", "trapezoid", "isosceles_trapezoid",
            "right_trapezoid", "kite", "regular")  # fmt: skip


def _unjoined(figure: Figure) -> Iterator[Move]:
    corners_of = _opposite_corners(figure)
    for p, q in combinations(figure.points, 2):
        if not figure.drawn(p, q) and frozenset((p, q)) not in corners_of:
            yield p, q


def _diagonals(figure: Figure) -> Iterator[Move]:
    for pair in sorted(map(sorted, _opposite_corners(figure))):
        if not figure.drawn(*pair):
            yield tuple(pair)


def name_crossing(figure: Figure, a: str, c: str, e: str, f: str) -> Figure:
    """Of two drawn strokes that cross at no named point."""
    b = start(figure, "intersect", a, c, e, f)
    at = intersection(b[a], b[c], b[e], b[f])
    if at is None:
        raise Degenerate("the strokes are parallel")
    x = b.point(at)
    b.given("between", x, a, c)
    b.given("between", x, e, f)
    return finish(b)


def _unnamed_crossings(figure: Figure) -> Iterator[Move]:
    at = floats(figure)
    for first, second in combinations(figure.lines, 2):
        if set(first) & set(second):
            continue
        if not on_stroke(at, first[0], first[-1], second[0], second[-1]):
            yield first[0], first[-1], second[0], second[-1]


def extend(figure: Figure, a: str, c: str, k: Fraction) -> Figure:
    """Prolong ac beyond c to P with cP = k * ac."""
    b = start(figure, "extend", a, c, k)
    p = b.point(along(b[a], b[c], 1 + k))
    if k == 1:
        b.given("mid", c, a, p)
    else:
        b.given("ratio", c, a, p, value=1 / k)
    b.draw(c, p)
    return finish(b)


def _extensions(figure: Figure) -> Iterator[Move]:
    for line in figure.lines:
        for a, c in pairwise((line[0], line[-1], line[0])):
            for k in (Fraction(1, 2), Fraction(1), Fraction(2)):
                yield a, c, k


def draw_from_extension(figure: Figure, p: str, a: str, c: str) -> Figure:
    """The altitude of an obtuse triangle: from p to the prolonged side ac, with the foot H beyond c."""
    b = start(figure, "altitude_outside", p, a, c)
    at = foot(b[p], b[a], b[c])
    if dot(at - b[c], b[c] - b[a]) <= 0:
        raise Degenerate("the foot does not lie beyond the end")
    h = place(b, at)
    b.given("foot", h, p, a, c)
    b.given("between", c, a, h)
    b.draw(c, h)
    join(b, p, h)
    return finish(b)


def _obtuse(figure: Figure) -> Iterator[Move]:
    for p, a, c in corners(figure):
        for near, far in ((a, c), (c, a)):
            if dot(figure[p] - figure[near], figure[far] - figure[near]) < 0:
                yield p, far, near


LINES = (
    Operation("midpoint", _segments_of_two_units, take_midpoint),  # †
    Operation("ratio_point", _ratio_points, take_ratio_point),
    Operation("median", corners, draw_median),  # †
    Operation("midline", corners, draw_midline),  # †
    Operation("trapezoid_midline", _trapezoids, draw_trapezoid_midline),  # †
    Operation("altitude", corners, draw_altitude),  # †
    Operation("altitude_outside", _obtuse, draw_from_extension),
    Operation("perp_foot", _feet, drop_perpendicular),  # †
    Operation("angle_bisector", corners, draw_angle_bisector),  # †
    Operation("perp_bisector", _perpendicular_bisectors, draw_perpendicular_bisector),
    Operation("parallel_through", _parallels, draw_parallel),  # †
    Operation("connect", _unjoined, connect),
    Operation("diagonal", _diagonals, draw_diagonal),  # †
    Operation("intersect", _unnamed_crossings, name_crossing),
    Operation("extend", _extensions, extend),
)
