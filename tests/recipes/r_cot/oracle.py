"""An independent solver: figures from the text of a question, by Gauss-Newton steps from random starts, and what the
question asks for, read by regular expressions of its own."""

from __future__ import annotations

import cmath
import math
import re
from collections.abc import Callable

import numpy as np

from mmrecipes_tests.recipes.r_cot.equations import P, Problem, Q, S, T, Z, angle, area, number
from mmrecipes_tests.recipes.r_cot.reader import sentence, split


def stages(patches: list[str]) -> list[Problem]:
    """Per patch what it adds."""
    x, out = Problem(), []
    for patch in patches:
        x.equations, x.conditions, before = [], [], set(x.names)
        for text in re.split(r"(?<=[.]) ", patch):
            sentence(x, text[:-1])
        out.append(Problem(x.equations, x.conditions, x.names - before, x.centres))
    return out


def solve(steps: list[Problem], seed: int) -> Z:
    """A figure with all that the patches state, built patch by patch, the new points from random starts."""
    rng = np.random.default_rng(seed)
    for _ in range(30):
        z: Z = {}
        if all(_extended(step, z, rng) for step in steps):
            return z
    raise AssertionError("no figure fits the text")


def _extended(step: Problem, z: Z, rng: np.random.Generator) -> bool:
    names = sorted(step.names)
    size = max((abs(p - q) for p in z.values() for q in z.values()), default=15.0)
    middle = sum(z.values()) / len(z) if z else 0j
    for _ in range(40):
        start = rng.normal(0, size * 0.7, 2 * len(names)) + np.tile([middle.real, middle.imag], len(names))
        v = _newton(step, names, z, start) if names else start
        if v is None:
            continue
        made = _opened(names, z, v)
        near = min((abs(made[n] - p) for n in names for m, p in made.items() if m != n), default=1.0)
        if near > 1e-3 * size and _worst(step, made) < 1e-6 and all(c(made) > 1e-4 for c in step.conditions):
            z.update(made)
            return True
        if not names:
            return False
    return False


def _worst(step: Problem, z: Z) -> float:
    return max((abs(e(z)) for e in step.equations), default=0.0)


def _opened(names: list[str], z: Z, v: np.ndarray) -> Z:
    return {**z, **{n: complex(v[2 * i], v[2 * i + 1]) for i, n in enumerate(names)}}


def _newton(step: Problem, names: list[str], z: Z, v: np.ndarray) -> np.ndarray | None:
    """Damped Gauss-Newton steps with differences for the slopes."""
    if not step.equations:
        return v

    def rest(at: np.ndarray) -> np.ndarray:
        made = _opened(names, z, at)
        return np.array([e(made) for e in step.equations])

    try:
        for _ in range(40):
            now = rest(v)
            if np.abs(now).max() < 1e-9:
                return v
            slope = np.array([(rest(v + d) - rest(v - d)) / 2e-6 for d in 1e-6 * np.eye(len(v))]).T
            move = np.linalg.lstsq(slope, now, rcond=1e-9)[0]
            share = 1.0
            while share > 0.05 and np.abs(rest(v - share * move)).sum() > np.abs(now).sum():
                share /= 2
            v = v - share * move
    except (ZeroDivisionError, np.linalg.LinAlgError):
        return None
    return v if np.abs(rest(v)).max() < 1e-7 else None


def asked(text: str) -> Callable[[Z], float]:
    """What a question with a value asks for, as a function of the points."""
    if m := re.search(rf"the length of {S}", text):
        return lambda z: abs(z[m[1]] - z[m[2]])
    if m := re.search(r"the perimeter of (?:triangle|polygon) (\S+?)[.?]", text):
        names = split(m[1])
        return lambda z: sum(abs(z[a] - z[b]) for a, b in zip(names, names[1:] + names[:1], strict=True))
    if m := re.search(rf"the (?:size|measure) of angle {T}", text):
        return lambda z: angle(z, m[1], m[2], m[3])
    if m := re.search(rf"(sine|cosine|tangent) of angle {T}", text):
        f = {"sine": math.sin, "cosine": math.cos, "tangent": math.tan}[m[1]]
        return lambda z: f(math.radians(angle(z, m[2], m[3], m[4])))
    if m := re.search(r"the area of (?:triangle|polygon) (\S+?)[.?]", text):
        return lambda z: area(z, split(m[1]))
    if m := re.search(rf"ratio of areas of triangles {T} : {T}", text):
        return lambda z: area(z, list(m.groups()[:3])) / area(z, list(m.groups()[3:]))
    if m := re.search(rf"ratio (?:of lengths )?{S} : {S}", text):
        return lambda z: abs(z[m[1]] - z[m[2]]) / abs(z[m[3]] - z[m[4]])
    raise AssertionError(f"not understood: {text!r}")


def round_asked(text: str) -> tuple[str, Callable[[float], float]] | None:
    """A question about a circle: its centre, and what is asked as a function of the radius."""
    m = re.search(rf"(radius|circumference|area) of the circle about {P}", text)
    kinds = {"radius": lambda r: r, "circumference": lambda r: 2 * math.pi * r, "area": lambda r: math.pi * r * r}
    return (m[2], kinds[m[1]]) if m else None


def answered(text: str) -> float:
    """`30°`, `2 : 3`, `25π/4`, `(1+√5)/2 : 1`."""
    text = text.strip("°")
    if " : " in text:
        a, b = text.split(" : ")
        return number(a) / number(b)
    if "π" in text:
        return number(re.sub(r"^(?=/|$)", "1", text.replace("π", ""))) * math.pi
    return number(text)


def radius(z: Z, steps: list[Problem], o: str) -> float:
    return abs(z[o] - z[steps[-1].centres[o]])


def holds(text: str, z: Z, steps: list[Problem]) -> bool:
    """Whether a statement, in the notation of chains and statements, is true of a solution."""
    if m := re.fullmatch(rf"{S} (∥|⊥) {S}", text):
        a, b, sign, c, d = m.groups()
        way = (z[b] - z[a]).conjugate() * (z[d] - z[c])
        return abs(way.imag if sign == "∥" else way.real) < 1e-6 * abs(way)
    if m := re.fullmatch(rf"△{T} (≅|∼) △{T}", text):
        first, second = m.groups()[:3], m.groups()[4:]
        pairs = ((0, 1), (1, 2), (2, 0))
        ratios = [abs(z[first[i]] - z[first[j]]) / abs(z[second[i]] - z[second[j]]) for i, j in pairs]
        return max(ratios) - min(ratios) < 1e-6 and (m[4] == "∼" or abs(ratios[0] - 1) < 1e-6)
    if m := re.fullmatch(rf"{P}, {P}, {P} and {P} lie on one circle", text):
        a, b, c, d = (z[n] for n in m.groups())
        return abs(cmath.phase((a - c) * (b - d) / ((b - c) * (a - d)))) % math.pi < 1e-6 or (
            math.pi - abs(cmath.phase((a - c) * (b - d) / ((b - c) * (a - d)))) < 1e-6
        )
    if m := re.fullmatch(rf"{S} bisects ∠{T}", text):
        return abs(angle(z, m[2], m[4], m[3]) - angle(z, m[2], m[4], m[5])) < 1e-5 if m[1] == m[4] else False
    if m := re.fullmatch(rf"{P} is the midpoint of {S}", text):
        return abs(2 * z[m[1]] - z[m[2]] - z[m[3]]) < 1e-6 * abs(z[m[2]] - z[m[3]])
    if m := re.fullmatch(rf"{S} touches the circle about {P} at {P}", text):
        return abs(angle(z, m[3], m[4], m[1]) - 90) < 1e-5
    if m := re.fullmatch(rf"triangle {T} is (?:isosceles with apex {P}|equilateral)", text):
        a, b, c = m.groups()[:3]
        if m[4]:
            b, c = (n for n in (a, b, c) if n != m[4])
            return _close(abs(z[m[4]] - z[b]), abs(z[m[4]] - z[c]))
        return _close(abs(z[a] - z[b]), abs(z[b] - z[c])) and _close(abs(z[a] - z[b]), abs(z[a] - z[c]))
    if m := re.fullmatch(rf"{Q} is a (parallelogram|rectangle|rhombus|square)", text):
        a, b, c, d = (z[n] for n in m.groups()[:4])
        sides = m[5] not in ("rhombus", "square") or _close(abs(b - a), abs(c - b))
        right = m[5] not in ("rectangle", "square") or abs(angle(z, *m.groups()[:3]) - 90) < 1e-5
        return abs(a + c - b - d) < 1e-6 * abs(a - c) and sides and right
    left, _, right = re.sub(r"^(the .*) is (\S+)$", r"\1 = \2", text).partition(" = ")
    assert right, f"not understood: {text!r}"
    first = magnitude(left, z, steps)
    second = answered(right) if re.match(r"[0-9√(]", right) or "π" in right else magnitude(right, z, steps)
    return _close(first, second)


def _close(a: float, b: float) -> bool:
    return abs(a - b) < 1e-5 * max(1.0, abs(a))


def magnitude(text: str, z: Z, steps: list[Problem]) -> float:
    """`AB`, `∠ABC`, `sin ∠ABC`, `AB : CD`, `the area of ABC`, `area ABC : area DEF`, `the radius about O`."""
    if " : " in text:
        a, b = text.split(" : ")
        return magnitude(a, z, steps) / magnitude(b, z, steps)
    if m := re.fullmatch(rf"(?:(sin|cos|tan) )?∠{T}", text):
        degrees = angle(z, m[2], m[3], m[4])
        return getattr(math, m[1])(math.radians(degrees)) if m[1] else degrees
    if m := re.fullmatch(rf"the (radius|circumference|area)(?: of the circle)? about {P}", text):
        r = radius(z, steps, m[2])
        return {"radius": r, "circumference": 2 * math.pi * r, "area": math.pi * r * r}[m[1]]
    if m := re.fullmatch(r"(?:the )?(area|perimeter) (?:of )?(\S+)", text):
        names = split(m[2])
        if m[1] == "area":
            return area(z, names)
        return sum(abs(z[a] - z[b]) for a, b in zip(names, names[1:] + names[:1], strict=True))
    m = re.fullmatch(S, text)
    assert m is not None, f"not understood: {text!r}"
    return abs(z[m[1]] - z[m[2]])


def related(question: str, answer: str, z: Z, steps: list[Problem]) -> bool:
    """Whether the answer to a question about a relation is true."""
    if m := re.search(rf"lines {S} and {S} related", question):
        return holds(f"{m[1]}{m[2]} {'∥' if answer == 'parallel' else '⊥'} {m[3]}{m[4]}", z, steps)
    if m := re.search(rf"triangles {T} and {T} related", question):
        names = "".join(m.groups()[:3]), "".join(m.groups()[3:])
        congruent = holds(f"△{names[0]} ≅ △{names[1]}", z, steps)
        return congruent if answer == "congruent" else not congruent and holds(f"△{names[0]} ∼ △{names[1]}", z, steps)
    if m := re.search(rf"(?:midpoint of|halves|middle of) {S}[?]", question):
        return holds(f"{answer} is the midpoint of {m[1]}{m[2]}", z, steps)
    if m := re.search(rf"(?:bisects|halves|bisector of) angle {T}[?]", question):
        return holds(f"{answer} bisects ∠{''.join(m.groups())}", z, steps)
    if m := re.search(rf"the line {S} and the circle about {P} lie", question):
        return answer == "tangent" and holds(f"{m[2]}{m[1]} touches the circle about {m[3]} at {m[1]}", z, steps)
    if m := re.search(r"two sides of triangle", question):
        return holds(answer.replace(" and ", " = "), z, steps)
    m = re.search(r"(angle )?((?:[A-Z]\d*'*){2,3})\?$", question)
    assert m is not None, f"not understood: {question!r}"
    return holds(f"{'∠' if m[1] else ''}{m[2]} = {answer}", z, steps)
