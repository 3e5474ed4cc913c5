"""Conditions on points in the plane, as functions of complex numbers; written for the tests alone."""

from __future__ import annotations

import cmath
import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field

Z = dict[str, complex]
P = r"([A-Z]\d*'*)"
S = P + P
T = P + P + P
Q = P + P + P + P
N = r"([0-9√/()+-]+)"


def number(text: str) -> float:
    """`5√3/2`, `(1+√5)/2`, `7/2`."""
    text = re.sub(r"√\((.*?)\)", r"*(\1)**0.5", text)
    text = re.sub(r"√(\d+)", r"*\1**0.5", text)
    text = re.sub(r"(^|[-+(/])\*", r"\1", text)
    return float(eval(text, {"__builtins__": {}}))  # noqa: S307


def angle(z: Z, a: str, b: str, c: str) -> float:
    return abs(math.degrees(cmath.phase((z[a] - z[b]) / (z[c] - z[b]))))


def cross(z: Z, p: str, a: str, b: str) -> float:
    return ((z[b] - z[a]).conjugate() * (z[p] - z[a])).imag


def area(z: Z, names: list[str]) -> float:
    return abs(sum((z[a].conjugate() * z[b]).imag for a, b in zip(names, names[1:] + names[:1], strict=True))) / 2


@dataclass
class Problem:
    """`equations`: zero in a solution; `conditions`: positive in a solution."""

    equations: list[Callable[[Z], float]] = field(default_factory=list)
    conditions: list[Callable[[Z], float]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    centres: dict[str, str] = field(default_factory=dict)

    def zero(self, *equations: Callable[[Z], float]) -> None:
        self.equations += equations

    def distance(self, a: str, b: str, value: float) -> None:
        self.zero(lambda z: abs(z[a] - z[b]) - value)

    def same(self, a: str, b: str, c: str, d: str) -> None:
        self.zero(lambda z: abs(z[a] - z[b]) - abs(z[c] - z[d]))

    def right(self, a: str, b: str, c: str, d: str) -> None:
        self.zero(lambda z: ((z[b] - z[a]).conjugate() * (z[d] - z[c])).real)

    def parallel(self, a: str, b: str, c: str, d: str) -> None:
        self.zero(lambda z: ((z[b] - z[a]).conjugate() * (z[d] - z[c])).imag)

    def turn(self, a: str, b: str, c: str, degrees: float) -> None:
        self.zero(lambda z: angle(z, a, b, c) - degrees)

    def point(self, p: str, value: Callable[[Z], complex]) -> None:
        self.zero(lambda z: (z[p] - value(z)).real, lambda z: (z[p] - value(z)).imag)

    def between(self, p: str, a: str, b: str) -> None:
        self.zero(lambda z: cross(z, p, a, b))
        self.conditions.append(lambda z: -((z[a] - z[p]).conjugate() * (z[b] - z[p])).real)

    def foot(self, h: str, p: str, a: str, b: str) -> None:
        self.right(p, h, a, b)
        self.zero(lambda z: cross(z, h, a, b))

    def on(self, p: str, o: str) -> None:
        first = self.centres.setdefault(o, p)
        if first != p:
            self.same(o, p, o, first)

    def tangent(self, t: str, p: str, o: str) -> None:
        self.on(t, o)
        self.right(t, p, o, t)

    def sides(self, p: str, q: str, a: str, b: str, sign: int) -> None:
        self.conditions.append(lambda z: sign * cross(z, p, a, b) * cross(z, q, a, b))

    def convex(self, names: list[str]) -> None:
        n = len(names)
        for i in range(n):
            first, second = ([names[(i + j + k) % n] for k in (2, 0, 1)] for j in (0, 1))
            self.conditions.append(lambda z, f=first, s=second: cross(z, *f) * cross(z, *s))

    def regular(self, names: list[str]) -> None:
        self.convex(names)
        n = len(names)
        for i in range(n - 2):
            a, b, c = names[i : i + 3]
            self.same(a, b, b, c)
            self.turn(a, b, c, 180 - 360 / n)

    def shape(self, word: str, names: list[str]) -> None:
        self.convex(names)
        a, b, c, d = names
        if word in ("parallelogram", "rectangle", "rhombus", "square"):
            self.point(d, lambda z: z[a] + z[c] - z[b])
        if word in ("rectangle", "square"):
            self.right(a, b, b, c)
        if word in ("rhombus", "square"):
            self.same(a, b, b, c)
        if word == "kite":
            self.same(a, b, a, d)
            self.same(c, b, c, d)
        if "trapezoid" in word:
            self.parallel(a, b, c, d)
        if word == "isosceles trapezoid":
            self.turn_equal((d, a, b), (a, b, c))
        if word == "right trapezoid":
            self.right(a, d, a, b)

    def turn_equal(self, p: tuple[str, str, str], q: tuple[str, str, str]) -> None:
        self.zero(lambda z: angle(z, *p) - angle(z, *q))
