"""Facts judged at 50 digits from numeric coordinates, from their definitions with mpmath; shares no code with the
package. A figure's facts come in as text."""

import re
from itertools import combinations

import mpmath
from mpmath import mpf

mpmath.mp.dps = 50
TINY = mpf(10) ** -40
SIGMA = mpmath.sqrt(10 + 2 * mpmath.sqrt(5))


def number(text: str) -> mpf:
    body, den = text, 1
    if m := re.fullmatch(r"\((.*)\)/(\d+)", text) or re.fullmatch(r"([^/]*)/(\d+)", text):
        body, den = m[1], int(m[2])
    total = mpf(0)
    for term in re.findall(r"[+-]?(?:\d+|√\(10\+2√5\)|√\d+)+", body):
        value = mpf(-1 if term[0] == "-" else 1)
        for sigma, root, whole in re.findall(r"(√\(10\+2√5\))|√(\d+)|(\d+)", term):
            value *= SIGMA if sigma else mpmath.sqrt(int(root)) if root else int(whole)
        total += value
    return total / den


def coordinates(points) -> dict[str, mpmath.mpc]:
    """{name: point with printable coordinates} as complex numbers."""
    return {name: mpmath.mpc(number(str(p.x)), number(str(p.y))) for name, p in points.items()}


def angle(a, b, c):
    return mpmath.degrees(abs(mpmath.arg((a - b) / (c - b))))


def area(*z):
    return abs(sum((p * mpmath.conj(q)).imag for p, q in zip(z, z[1:] + z[:1], strict=True))) / 2


def sgn(p, a, b):
    return mpmath.sign(((b - a) * mpmath.conj(p - a)).imag)


def dist_line(p, a, b):
    return abs(((b - a) * mpmath.conj(p - a)).imag) / abs(b - a)


def image(p, a, b):
    return a + (b - a) * mpmath.conj((p - a) / (b - a))


def sides(*z):
    return [abs(p - q) for p, q in zip(z, z[1:] + z[:1], strict=True)]


def equal(*values):
    return max(abs(x - y) for x, y in combinations(values, 2)) < TINY


def convex(z):
    turns = {sgn(z[(i + 2) % len(z)], z[i], z[(i + 1) % len(z)]) for i in range(len(z))}
    return len(turns) == 1


def parallel(a, b, c, d):
    return abs(((b - a) * mpmath.conj(d - c)).imag) < TINY


def right(a, b, c):
    return equal(angle(a, b, c), mpf(90))


def trapezoid(a, b, c, d):
    return parallel(a, b, c, d) and not parallel(b, c, d, a) and convex([a, b, c, d])


def judge(text: str, at: dict[str, mpmath.mpc], squared_radii: dict[str, mpf]) -> bool:
    kind, names, value = re.fullmatch(r"(\w+)\((.*?)\)(?:=(.*))?", text).groups()
    names = names.split(",")
    z = [at[n] for n in names]
    v = number(value) if value else None
    r = mpmath.sqrt(squared_radii[names[-1]]) if names[-1] in squared_radii else None
    pi = mpmath.pi
    tests = {
        "on": lambda: dist_line(*z) < TINY,
        "between": lambda: equal(abs(z[0] - z[1]) + abs(z[0] - z[2]), abs(z[1] - z[2])) and abs(z[0] - z[1]) > TINY,
        "mid": lambda: equal(z[0], (z[1] + z[2]) / 2),
        "ratio": lambda: equal(abs(z[0] - z[1]), v * abs(z[0] - z[2])) and equal(sum(sides(*z)), 2 * abs(z[1] - z[2])),
        "foot": lambda: dist_line(z[0], z[2], z[3]) < TINY and equal(abs(z[1] - z[0]), dist_line(z[1], z[2], z[3])),
        "reflect": lambda: equal(z[1], image(z[0], z[2], z[3])),
        "same_side": lambda: sgn(z[0], *z[2:]) == sgn(z[1], *z[2:]),
        "opposite": lambda: sgn(z[0], *z[2:]) == -sgn(z[1], *z[2:]),
        "inside": lambda: equal(angle(z[1], z[2], z[0]) + angle(z[0], z[2], z[3]), angle(z[1], z[2], z[3]))
        and sgn(z[0], z[1], z[2]) != 0 and angle(z[1], z[2], z[3]) < 180 - TINY,
        "bisects": lambda: equal(
            angle(z[1], z[2], z[0]), angle(z[0], z[2], z[3]), angle(z[1], z[2], z[3]) / 2),
        "len": lambda: equal(abs(z[0] - z[1]), v),
        "len_eq": lambda: equal(abs(z[0] - z[1]), abs(z[2] - z[3])),
        "len_ratio": lambda: equal(abs(z[0] - z[1]), v * abs(z[2] - z[3])),
        "ang": lambda: equal(angle(*z), v),
        "cos": lambda: equal(mpmath.cos(mpmath.radians(angle(*z))), v),
        "sin": lambda: equal(mpmath.sin(mpmath.radians(angle(*z))), v),
        "tan": lambda: equal(mpmath.tan(mpmath.radians(angle(*z))), v),
        "ang_eq": lambda: equal(angle(*z[:3]), angle(*z[3:])),
        "ang_sum": lambda: equal(angle(*z[:3]) + angle(*z[3:]), v),
        "ang_ratio": lambda: equal(angle(*z[:3]), v * angle(*z[3:])),
        "perp": lambda: abs(((z[1] - z[0]) * mpmath.conj(z[3] - z[2])).real) < TINY,
        "para": lambda: parallel(*z) and dist_line(z[2], z[0], z[1]) > TINY,
        "on_circle": lambda: equal(abs(z[0] - z[1]), r),
        "radius": lambda: equal(r, v),
        "diameter": lambda: equal(abs(z[0] - z[1]), 2 * r) and equal(z[2], (z[0] + z[1]) / 2),
        "tangent": lambda: equal(abs(z[0] - z[2]), r) and equal(dist_line(z[2], z[0], z[1]), r),
        "concyclic": lambda: abs(((z[0] - z[2]) * (z[1] - z[3]) / ((z[1] - z[2]) * (z[0] - z[3]))).imag) < TINY,
        "circumference": lambda: equal(2 * pi * r, v * pi),
        "disc_area": lambda: equal(pi * r * r, v * pi),
        "circumcentre": lambda: equal(*(abs(z[0] - p) for p in z[1:])),
        "incentre": lambda: equal(
            dist_line(z[0], z[1], z[2]), dist_line(z[0], z[2], z[3]), 2 * area(*z[1:]) / sum(sides(*z[1:]))),
        "centroid": lambda: equal(z[0], sum(z[1:]) / 3),
        "orthocentre": lambda: judge(f"perp({names[0]},{names[1]},{names[2]},{names[3]})", at, {})
        and judge(f"perp({names[0]},{names[2]},{names[1]},{names[3]})", at, {}),
        "congruent": lambda: all(equal(x, y) for x, y in zip(sides(*z[:3]), sides(*z[3:]), strict=True)),
        "similar": lambda: equal(*(x / y for x, y in zip(sides(*z[:3]), sides(*z[3:]), strict=True))),
        "area": lambda: equal(area(*z), v),
        "area_ratio": lambda: equal(area(*z[:3]), v * area(*z[3:])),
        "perimeter": lambda: equal(sum(sides(*z)), v),
        "triangle": lambda: area(*z) > TINY,
        "isosceles": lambda: equal(abs(z[0] - z[1]), abs(z[0] - z[2])),
        "equilateral": lambda: equal(*sides(*z)),
        "quad": lambda: convex(z),
        "parallelogram": lambda: equal(z[0] + z[2], z[1] + z[3]),
        "rectangle": lambda: equal(z[0] + z[2], z[1] + z[3]) and equal(abs(z[0] - z[2]), abs(z[1] - z[3])),
        "rhombus": lambda: equal(z[0] + z[2], z[1] + z[3]) and equal(*sides(*z)),
        "square": lambda: equal(z[0] + z[2], z[1] + z[3]) and equal(abs((z[3] - z[0]) / (z[1] - z[0]) - 1), 2**mpf(0.5))
        and equal(*sides(*z)),
        "trapezoid": lambda: trapezoid(*z),
        "isosceles_trapezoid": lambda: trapezoid(*z) and equal(abs(z[0] - z[2]), abs(z[1] - z[3])),
        "right_trapezoid": lambda: trapezoid(*z) and right(z[3], z[0], z[1]),
        "kite": lambda: equal(abs(z[0] - z[1]), abs(z[0] - z[3])) and convex(z)
        and equal(z[3], image(z[1], z[0], z[2])),
        "regular": lambda: equal(*sides(*z)) and equal(*(abs(p - sum(z) / len(z)) for p in z)) and convex(z),
    }  # fmt: skip
    return bool(tests[kind]())
