"""Whether the givens of a figure fix a quantity: by the null space of their Jacobian, and by solving them anew.

A quantity is determined at the drawn figure exactly if its gradient is orthogonal to every motion that keeps all
givens (to first order). Solving from random starts then looks for other figures with the same givens, the drawn order
of points and the drawn sides kept. Points stated on a line and on a circle are givens; what only the drawing shows is
kept as order, never used as an equation.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise

import numpy as np

from mmrecipes.geometry.constraints import Array, Drawn, Vec, residuals, shoelace, square, turn
from mmrecipes.geometry.facts import Fact
from mmrecipes.geometry.figure import Figure

_STEP = 1e-20
_RANK = 1e-9
_LENGTHS = {"len", "perimeter", "radius", "circumference"}
_AREAS = {"area", "disc_area"}
_PULLED = 0.25
"""How far a random start moves each coordinate, in diameters of the figure (standard deviation)."""


@dataclass
class System:
    """The equations of some facts about a figure, in coordinates whose unit is the figure's diameter."""

    figure: Figure
    givens: Sequence[Fact]
    _names: dict[str, int] = field(init=False)
    _size: float = field(init=False)
    _start: Array = field(init=False)
    _drawn: Drawn = field(init=False)

    def __post_init__(self) -> None:
        at = {name: p.floats for name, p in self.figure.points.items()}
        self._size = max(math.dist(p, q) for p, q in combinations(at.values(), 2))
        self._names = {name: i for i, name in enumerate([*at, *(f"{o} radius" for o in self.figure.circles)])}
        flat = [x / self._size for p in at.values() for x in p]
        flat += [float(c.squared_radius) / self._size**2 for c in self.figure.circles.values()]
        self._start, self._drawn = np.array(flat), Drawn(at)
        self._points = len(at)

    def _open(self, x: Array) -> tuple[dict[str, Vec], dict[str, Array]]:
        """x: (…, unknowns)."""
        n = self._points
        points = {name: (x[..., 2 * i], x[..., 2 * i + 1]) for name, i in self._names.items() if i < n}
        return points, {o: x[..., 2 * n + i] for i, o in enumerate(self.figure.circles)}

    def _scaled(self, fact: Fact) -> float:
        value = float(fact.value) if fact.value is not None else 0.0
        return value / self._size if fact.kind in _LENGTHS else value / self._size**2 if fact.kind in _AREAS else value

    def _rows(self, x: Array, facts: Iterable[Fact]) -> list[Array]:
        points, radii = self._open(x)
        return [r for f in facts for r in residuals(f, points, radii, self._drawn, self._scaled(f))]

    def jacobian(self, facts: Iterable[Fact]) -> Array:
        """(equations, unknowns) at the drawn figure."""
        rows = self._rows(self._start + 1j * _STEP * np.eye(len(self._start)), facts)
        return np.array([np.imag(r) / _STEP for r in rows]).reshape(len(rows), len(self._start))

    def gradient(self, kind: str, names: Sequence[str]) -> Array:
        """Of the quantity (see `quantity`) at the drawn figure."""
        points, radii = self._open(self._start + 1j * _STEP * np.eye(len(self._start)))
        return np.imag(quantity(kind, names, points, radii, self._drawn)) / _STEP

    @property
    def redundant(self) -> int:
        """How many equations follow from the others, at the drawn figure."""
        rows = self.jacobian(self.givens)
        return len(rows) - _rank(rows)

    def determined(self, kind: str, names: Sequence[str]) -> bool:
        """By the null space at the drawn figure."""
        return _spanned(self.jacobian(self.givens), self.gradient(kind, names))

    def determined_all(self, asked: Sequence[tuple[str, Sequence[str]]]) -> list[bool]:
        """As `determined`, for many quantities at the price of one decomposition."""
        free = _null_space(self.jacobian(self.givens))
        return [_orthogonal(free, self.gradient(kind, names)) for kind, names in asked]

    def minimal(self, kind: str, names: Sequence[str]) -> list[Fact]:
        """The givens left when each, last first, is dropped if the quantity stays determined without it. Facts without
        an equation stay."""
        gradient = self.gradient(kind, names)
        rows = {f: self.jacobian([f]) for f in self.givens}
        kept = list(self.givens)
        for candidate in reversed(self.givens):
            rest = [f for f in kept if f != candidate]
            if len(rows[candidate]) and rest and _spanned(np.vstack([rows[f] for f in rest]), gradient):
                kept = rest
        return kept

    def solutions(self, seed: int, starts: int = 20) -> Array:
        """(solutions, unknowns): figures with all the givens, the drawn order and sides, from random starts."""
        rng = np.random.default_rng(seed)
        x = self._start + rng.normal(0, _PULLED, (starts, len(self._start)))
        n = 2 * self._points
        x[:, n:] = np.abs(x[:, n:])
        for _ in range(40):
            x, worst = self._newton(x)
            if np.all((worst < 1e-12) | ~np.isfinite(worst)):
                break
        rows = np.stack(self._rows(x, self.givens), axis=-1)
        good = np.isfinite(x).all(axis=1) & (np.abs(rows).max(axis=1) < 1e-10)
        return np.array([s for s in x[good] if self._keeps_order(s)]).reshape(-1, len(self._start))

    def _newton(self, x: Array) -> tuple[Array, Array]:
        """One damped step of least norm for every row of x; also the greatest residual before it."""
        size = x.shape[1]
        stepped = x[:, None, :] + 1j * _STEP * np.eye(size)
        rows = np.stack(self._rows(stepped, self.givens), axis=1)
        value, slope = np.real(rows[:, :, 0]), np.imag(rows) / _STEP
        worst = np.abs(value).max(axis=1)
        gram = slope @ slope.transpose(0, 2, 1) + (1e-12 + 1e-3 * np.minimum(worst, 1.0))[:, None, None] * np.eye(
            slope.shape[1]
        )
        finite = np.isfinite(gram).all(axis=(1, 2))
        gram[~finite] = np.eye(slope.shape[1])
        move = np.einsum("bij,bi->bj", slope, np.linalg.solve(gram, value[..., None])[..., 0])
        move[~finite] = 0
        length = np.linalg.norm(move, axis=1, keepdims=True)
        return x - move * np.minimum(1.0, 0.5 / np.maximum(length, 1e-300)), worst

    def _keeps_order(self, x: Array) -> bool:
        """Points on a stroke in their order, the others on its drawn side (or all mirrored), nothing collapsed."""
        points, _ = self._open(x)
        at = {name: (float(px), float(py)) for name, (px, py) in points.items()}
        size = max(math.dist(p, q) for p, q in combinations(at.values(), 2))
        old = {name: p.floats for name, p in self.figure.points.items()}
        signs: set[bool] = set()
        for line in self.figure.lines:
            a, b = line[0], line[-1]
            (ax, ay), (bx, by) = at[a], at[b]
            shares = [(at[n][0] - ax) * (bx - ax) + (at[n][1] - ay) * (by - ay) for n in line]
            if any(s >= t for s, t in pairwise(shares)) or math.dist(at[a], at[b]) < 0.02 * size:
                return False
            for name in at:
                before = _side(old[name], old[a], old[b]) / self._size**2
                if name in line or abs(before) < 1e-9:
                    continue
                after = _side(at[name], at[a], at[b]) / size**2
                if abs(after) < 1e-6:
                    return False
                signs.add((before > 0) == (after > 0))
        return len(signs) < 2

    def agree(self, kind: str, names: Sequence[str], solutions: Array) -> bool:
        """Whether the quantity is the same, to 7 digits, in all solutions and the drawn figure. Fewer than two
        solutions prove nothing and count as disagreement."""
        if len(solutions) < 2:
            return False
        x = np.vstack([self._start, solutions])
        points, radii = self._open(x)
        mirrored = np.array([1.0] + [self._sense(s) for s in solutions])
        values = quantity(kind, names, points, radii, self._drawn, mirrored)
        return bool(np.ptp(values) <= 1e-7 * max(1.0, float(np.abs(values[0]))))

    def _sense(self, x: Array) -> float:
        """1, or -1 if x is a mirror image of the drawn figure; x keeps all drawn sides."""
        points, _ = self._open(x)
        for line in self.figure.lines:
            for name in points:
                if name not in line:
                    before = _side(self.figure[name].floats, self.figure[line[0]].floats, self.figure[line[-1]].floats)
                    p, a, b = ((float(points[n][0]), float(points[n][1])) for n in (name, line[0], line[-1]))
                    if abs(before) > 1e-9 * self._size**2:
                        return 1.0 if before * _side(p, a, b) > 0 else -1.0
        return 1.0


def _side(p: tuple[float, float], a: tuple[float, float], b: tuple[float, float]) -> float:
    return (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])


def _null_space(rows: Array) -> Array:
    """(unknowns, dimension), orthonormal columns."""
    if not len(rows):
        return np.eye(rows.shape[1])
    scaled = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-300)
    _, sizes, right = np.linalg.svd(scaled, full_matrices=True)
    return right[int((sizes > _RANK * sizes[0]).sum()) :].T


def _rank(rows: Array) -> int:
    return rows.shape[1] - _null_space(rows).shape[1]


def _orthogonal(free: Array, gradient: Array) -> bool:
    return bool(np.linalg.norm(gradient @ free) <= 1e-7 * max(1e-300, float(np.linalg.norm(gradient))))


def _spanned(rows: Array, gradient: Array) -> bool:
    return _orthogonal(_null_space(rows), gradient)


def quantity(kind: str, names: Sequence[str], at: dict[str, Vec], squared_radii: dict[str, Array], drawn: Drawn,
             mirrored: Array | float = 1.0) -> Array:  # fmt: skip
    """The value of a kind of fact that takes one, up to a fixed increasing function of it: the square of a length or
    ratio of lengths, the cotangent of an angle. `mirrored`: -1 where the figure is a mirror image of the drawn one."""
    p = [at[name] for name in names]
    measured = _QUANTITIES.get(kind)
    if measured is not None:
        return measured(p)
    if kind in ("radius", "circumference", "disc_area"):
        return squared_radii[names[0]]
    if kind in ("ang", "cos", "sin", "tan"):
        c, s = turn(p, drawn.sense(*names))
        return c / (s * mirrored)
    if kind == "ang_ratio":
        return _radians(p[:3], drawn.sense(*names[:3]), mirrored) / _radians(p[3:], drawn.sense(*names[3:]), mirrored)
    if kind == "ang_sum":
        return _radians(p[:3], drawn.sense(*names[:3]), mirrored) + _radians(p[3:], drawn.sense(*names[3:]), mirrored)
    raise ValueError(f"{kind} is not a quantity")


def _radians(p: list[Vec], sense: float, mirrored: Array | float) -> Array:
    """The angle by analytic functions, right for the first half turn: pi/2 - arctan(cosine/sine)."""
    c, s = turn(p, sense)
    return math.pi / 2 - np.arctan(c / (s * mirrored))


def _round_trip(p: list[Vec]) -> Array:
    total = np.sqrt(square(p[-1], p[0]))
    for i in range(1, len(p)):
        total = total + np.sqrt(square(p[i - 1], p[i]))
    return total


_QUANTITIES: dict[str, Callable[[list[Vec]], Array]] = {
    "len": lambda p: square(p[0], p[1]),
    "len_ratio": lambda p: square(p[0], p[1]) / square(p[2], p[3]),
    "ratio": lambda p: square(p[0], p[1]) / square(p[0], p[2]),
    "area": lambda p: shoelace(p) ** 2,
    "area_ratio": lambda p: (shoelace(p[:3]) / shoelace(p[3:])) ** 2,
    "perimeter": _round_trip,
}
