"""Calculus: derivatives, tangents, extrema, integrals and areas, limits, a differential equation."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from fractions import Fraction as F
from typing import Any

from mmrecipes.render.mathematics.figure import XY, Axes, Curve, Figure
from mmrecipes.render.mathematics.problem import (
    Answer,
    Claim,
    Derivation,
    Number,
    Params,
    Refused,
    Words,
    Work,
    num,
    number_answer,
    number_set,
    par,
    poly,
    total,
)
from mmrecipes.render.mathematics.template import Template, pick

BOTH_SIDES = "doing the same to both sides keeps the solutions"
POWER = "power rule: (xⁿ)′ = n·xⁿ⁻¹"
ANTI = "power rule for integrals: ∫ xⁿ dx = xⁿ⁺¹/(n + 1)"


def slope(coefficients: Sequence[Number]) -> list[Number]:
    """Coefficients of the derivative."""
    top = len(coefficients) - 1
    return [c * (top - i) for i, c in enumerate(coefficients[:-1])]


def raised(coefficients: Sequence[Number]) -> list[Number]:
    """Coefficients of the antiderivative with constant 0."""
    top = len(coefficients)
    return [*(F(c) / (top - i) for i, c in enumerate(coefficients)), 0]


def at(coefficients: Sequence[Any], x: Any) -> Any:
    """The polynomial's value, exact for exact numbers."""
    value: Any = 0
    for c in coefficients:
        value = value * x + c
    return value


def inserted(coefficients: Sequence[Number], x: Number) -> str:
    """The polynomial with a number put in for x, as written: `2*(-1)**2 - 3*(-1) + 1`."""
    return poly(coefficients, "X").replace("X", par(x))


def graph(f: Callable[[float], float], low: float, high: float, bottom: float, top: float, text: str = "") -> Curve:
    """The graph of f over [low, high], cut where it leaves the window."""
    parts: list[list[XY]] = [[]]
    for i in range(121):
        x = low + (high - low) * i / 120
        y = f(x)
        if bottom <= y <= top:
            parts[-1].append((x, y))
        elif parts[-1]:
            parts.append([])
    return Curve(tuple(tuple(p) for p in parts if len(p) > 1), text)


def nice_step(span: float) -> float:
    """A tick step that gives 4 to 10 ticks."""
    return next(s for s in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000) if span / s <= 10)


class DerivativePolynomial(Template):
    name, field, concepts, grade = "derivative_polynomial", "calculus", ("derivative",), 4.2
    lengths, slips = (2, 3), ("exponent_kept", "constant_kept", "factor_forgotten")

    def sample(self, rng: random.Random, length: int) -> Params:
        degree = rng.randint(3, 5)
        c = [pick(rng, -6, 8, 0), *(rng.randint(-9, 9) for _ in range(degree - 1)), pick(rng, -9, 9, 0)]
        if sum(v != 0 for v in c) < 3 or c[-2] == 0:
            raise Refused("degenerate")
        return {"c": c, "x": pick(rng, -3, 3, 0, 1) if length == 3 else None, "f": rng.choice("fgh")}

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        c, x, work = p["c"], p["x"], Work()
        top = len(c) - 1
        factors = [(v, top - i) for i, v in enumerate(c) if v and i < top]
        start = f"Derivative({poly(c)}, x)"
        written = " + ".join(f"{e if slip != 'factor_forgotten' or k else 1}*{par(v)}" + ("" if e == 1 else "*x" if e == 2 else f"*x**{e - 1}")
                             for k, (v, e) in enumerate(factors))  # fmt: skip
        d = slope(c)
        if slip == "factor_forgotten":
            d[0] = c[0]
        if slip == "exponent_kept":
            if x is not None:
                raise Refused("other_length")
            first, e = factors[0]
            rest = [] if len(factors) < 2 else [written.partition(" + ")[2]]
            written = " + ".join([f"{e}*{par(first)}*x**{e}", *rest])
            shown = f"{num(d[0])}*x**{top}" + "".join(_signed(v, top - 2 - i) for i, v in enumerate(d[1:]))
            now = work.step("Differentiate term by term", start, written, POWER)
            work.step("Simplify", now, shown, "arithmetic")
            return work.done(Answer("expression", shown))
        if slip == "constant_kept":
            written += f" + {par(c[-1])}"
            d[-1] += c[-1]
        now = work.step("Differentiate term by term", start, written, POWER)
        if x is None:
            work.step("Simplify", now, poly(d), "arithmetic")
            return work.done(Answer("expression", poly(d)))
        return self._value(p, slip)

    def _value(self, p: Params, slip: str | None) -> Derivation:
        c, x, work = p["c"], p["x"], Work()
        d = slope(c)
        if slip == "factor_forgotten":
            d[0] = c[0]
        if slip == "constant_kept":
            d[-1] += c[-1]
        work.step("Differentiate term by term", f"Derivative({poly(c)}, x)", poly(d), POWER)
        now = work.step(f"Put in ${x}$ for $x$", inserted(slope(c), x) if not slip else inserted(d, x),
                        " + ".join(par(v * x ** (len(d) - 1 - i)) for i, v in enumerate(d) if v), "arithmetic")  # fmt: skip
        value = at(d, x)
        work.step("Add", now, num(value), "arithmetic")
        return work.done(number_answer(value))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        f, e = p["f"], poly(p["c"])
        if p["x"] is None:
            text = say.of("s", ("Differentiate ${f}(x) == {e}$.", "Find the derivative of ${f}(x) == {e}$.",
                                "Let ${f}(x) == {e}$. Find its derivative.",
                                "What is $Derivative({e}, x)$?", "Give the derivative of the function ${f}(x) == {e}$.",
                                "The function ${f}$ is defined by ${f}(x) == {e}$. Differentiate it.",
                                "Work out $Derivative({e}, x)$ and simplify."))  # fmt: skip
        else:
            text = say.of("s", ("Let ${f}(x) == {e}$. Find the slope of its graph at $x == {x}$.",
                                "Find the value of the derivative of ${f}(x) == {e}$ at $x == {x}$.",
                                "How steep is the graph of ${f}(x) == {e}$ at $x == {x}$?",
                                "What is the rate of change of ${f}(x) == {e}$ at $x == {x}$?",
                                "Differentiate ${f}(x) == {e}$ and put in $x == {x}$."))  # fmt: skip
        return (text.format(f=f, e=e, x=p["x"]),)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        if p["x"] is None:
            return (Claim("holds", f"Derivative({poly(p['c'])}, x) == ANSWER"),)
        return (Claim("holds", f"Subs(Derivative({poly(p['c'])}, x), x, {p['x']}) == ANSWER"),)


class ProductRule(Template):
    name, field, concepts, grade = "product_rule", "calculus", ("derivative", "product rule"), 5.6
    lengths, slips = (2, 3), ("product_of_derivatives", "minus_instead_of_plus", "inner_factor_forgotten")

    def sample(self, rng: random.Random, length: int) -> Params:
        return {
            "n": rng.randint(2, 4) if length == 3 else 1,
            "a": pick(rng, 2, 6),
            "c": pick(rng, 2, 9),
            "kind": rng.choice(("exp", "sin", "cos")),
        }

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        n, a, c, kind, work = p["n"], p["a"], p["c"], p["kind"], Work()
        k = 1 if slip == "inner_factor_forgotten" else a
        u, v = (f"{c}*x**{n}" if n > 1 else f"{c}*x"), f"{kind}({a}*x)"
        du = f"{c * n}*x**{n - 1}" if n > 2 else f"{c * n}*x" if n == 2 else f"{c}"
        outer, sign = {"exp": ("exp", 1), "sin": ("cos", 1), "cos": ("sin", -1)}[kind]
        dv = f"{k}*{outer}({a}*x)" if k > 1 else f"{outer}({a}*x)"
        minus = (sign < 0) != (slip == "minus_instead_of_plus")
        start = f"Derivative({u}*{v}, x)"
        if n > 1:
            first = f"{du}*{v} + {u}*Derivative({v}, x)" if slip not in ("product_of_derivatives", "minus_instead_of_plus") else \
                f"{du}*Derivative({v}, x)" if slip == "product_of_derivatives" else f"{du}*{v} - {u}*Derivative({v}, x)"  # fmt: skip
            now = work.step("Apply the product rule", start, first, "product rule: (uv)′ = u′v + uv′")
        else:
            now = start
        if slip == "product_of_derivatives":
            value = f"{'-' if sign < 0 else ''}{c * n * k}*{_x(n - 1)}{outer}({a}*x)"
            work.step("Differentiate the second factor and simplify", now, value, "chain rule")
            if n == 1:
                work.step("Write the result", value, value, "arithmetic")
            return work.done(Answer("expression", value))
        now = work.step(
            "Differentiate the second factor", now, f"{du}*{v} {'-' if minus else '+'} {u}*{dv}", "chain rule"
        )
        joined = c * k
        value = f"{du}*{v} {'-' if minus else '+'} {joined}*x{f'**{n}' if n > 1 else ''}*{outer}({a}*x)"
        if value != now:
            work.step("Multiply the numbers", now, value, "arithmetic")
        return work.done(Answer("expression", value))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        n = p["n"]
        e = f"{p['c']}*x{f'**{n}' if n > 1 else ''}*{p['kind']}({p['a']}*x)"
        text = say.of("s", ("Differentiate $f(x) == {e}$.", "Find the derivative of $g(x) == {e}$.", "What is $Derivative({e}, x)$?",
                            "Let $h(x) == {e}$. Find its derivative.", "Use the product rule on $f(x) == {e}$.",
                            "A function is given by $f(x) == {e}$. Differentiate it.",
                            "Work out $Derivative({e}, x)$."))  # fmt: skip
        return (text.format(e=e),)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        return (Claim("holds", f"Derivative({p['c']}*x**{p['n']}*{p['kind']}({p['a']}*x), x) == ANSWER"),)


def _signed(v: Number, power: int) -> str:
    """A further term of a polynomial, with its sign; nothing for 0."""
    body = total([(abs(v), f"x**{power}" if power > 1 else "x" if power else "")])
    return "" if v == 0 else f" - {body}" if v < 0 else f" + {body}"


def _x(power: int) -> str:
    return "" if power == 0 else "x*" if power == 1 else f"x**{power}*"


class ChainRule(Template):
    name, field, concepts, grade = "chain_rule", "calculus", ("derivative", "chain rule"), 5.2
    lengths, slips = (2, 3), ("inner_derivative_forgotten", "exponent_kept", "exponent_as_factor_forgotten")

    def sample(self, rng: random.Random, length: int) -> Params:
        return {
            "a": pick(rng, 2, 6),
            "b": pick(rng, -9, 9, 0),
            "n": pick(rng, 3, 7),
            "square": length == 3,
            "c": pick(rng, 2, 4),
        }

    def inner(self, p: Params) -> str:
        return total([(p["a"], "x**2" if p["square"] else "x"), (p["b"], "")])

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        a, n, c, work = p["a"], p["n"], p["c"], Work()
        inside = self.inner(p)
        m = n if slip == "exponent_kept" else n - 1
        k = 1 if slip == "exponent_as_factor_forgotten" else n
        start = f"Derivative({c}*({inside})**{n}, x)"
        tail = "" if slip == "inner_derivative_forgotten" else (f"*Derivative({inside}, x)" if p["square"] else f"*{a}")
        lead = f"{c}*{k}" if k > 1 else f"{c}"
        now = work.step("Differentiate the outer power and multiply by the derivative of the inside", start,
                        f"{lead}*({inside})**{m}{tail}", "chain rule")  # fmt: skip
        if p["square"] and tail:
            now = work.step("Differentiate the inside", now, f"{lead}*({inside})**{m}*{2 * a}*x", POWER)
        inner_factor = 1 if not tail else 2 * a if p["square"] else a
        x = "*x" if p["square"] and tail else ""
        value = f"{c * k * inner_factor}{x}*({inside})**{m}"
        work.step("Multiply the factors in front", now, value, "arithmetic")
        return work.done(Answer("expression", value))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        e = f"{p['c']}*({self.inner(p)})**{p['n']}"
        text = say.of("s", ("Differentiate $f(x) == {e}$.", "Find the derivative of $f(x) == {e}$ without multiplying out.",
                            "What is $Derivative({e}, x)$?", "Use the chain rule on $g(x) == {e}$.", "Let $h(x) == {e}$. Give its derivative.",
                            "Find the derivative of the function $y == {e}$.", "Work out the derivative of ${e}$ with respect to $x$."))  # fmt: skip
        return (text.format(e=e),)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        return (Claim("holds", f"Derivative({p['c']}*({self.inner(p)})**{p['n']}, x) == ANSWER"),)


class TangentLine(Template):
    name, field, concepts, grade = "tangent_line", "calculus", ("derivative", "tangent", "linear equation"), 4.4
    lengths, slips = (4, 5), ("value_used_as_slope", "sign_kept_when_moved", "derivative_factor_forgotten")

    def sample(self, rng: random.Random, length: int) -> Params:
        c = [pick(rng, -3, 3, 0), pick(rng, -6, 6, 0), pick(rng, -6, 6, 0)]
        if length == 5:
            c = [pick(rng, -2, 2, 0), *c[:2], c[2]]
        x = pick(rng, -3, 3, 0)
        if at(slope(c), x) in (0, 1) or at(c, x) in (0, at(slope(c), x)) or abs(at(c, x)) > 30:
            raise Refused("degenerate")
        return {"c": c, "x": x}

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        c, x, work = p["c"], p["x"], Work()
        d = slope(c)
        if slip == "derivative_factor_forgotten":
            d[0] = c[0]
        work.step("Differentiate the function", f"Derivative({poly(c)}, x)", poly(d), POWER)
        m = at(d, x)
        if len(c) == 4:
            written = " + ".join(par(v * x ** (len(d) - 1 - i)) for i, v in enumerate(d) if v)
            now = work.step(
                f"Put $x == {x}$ into the derivative",
                inserted(d, x),
                written,
                "the slope of the tangent is the derivative at the point",
            )
            work.step("Add to get the slope", now, num(m), "arithmetic")
        else:
            work.step(f"Put $x == {x}$ into the derivative to get the slope", inserted(d, x), num(m),
                      "the slope of the tangent is the derivative at the point")  # fmt: skip
        y = at(c, x)
        work.step(
            f"Put $x == {x}$ into the function to get the point",
            inserted(c, x),
            num(y),
            "the tangent meets the graph there",
        )
        if slip == "value_used_as_slope":
            m = y
        b = y + m * x if slip == "sign_kept_when_moved" else y - m * x
        before = f"y - {par(y)} == {par(at(d, x))}*(x - {par(x)})"
        if slip == "value_used_as_slope":
            m, b = y, at(c, x) - y * x
        work.step(
            "Write the point-slope form and solve for $y$",
            before,
            f"y == {total([(m, 'x'), (b, '')])}",
            BOTH_SIDES,
            "equivalent",
        )
        return work.done(Answer("expression", total([(m, "x"), (b, "")]), "y"))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        text = say.of("s", ("Find the tangent to the graph of $f(x) == {e}$ at $x == {x}$.",
                            "Give the equation of the tangent line to $y == {e}$ at the point with $x == {x}$.",
                            "Which line touches the curve $y == {e}$ at $x == {x}$?",
                            "Let $f(x) == {e}$. Write the tangent at $x == {x}$ in the form $y == m*x + b$.",
                            "Determine the tangent of the curve $y == {e}$ in its point with $x == {x}$.",
                            "The graph of $f(x) == {e}$ has a tangent at $x == {x}$. What is its equation?"))  # fmt: skip
        return (text.format(e=poly(p["c"]), x=p["x"]),)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        c, x = poly(p["c"]), p["x"]
        return (Claim("holds", f"Subs(ANSWER, x, {x}) == Subs({c}, x, {x})"),
                Claim("holds", f"Subs(Derivative({c}, x), x, {x}) == Derivative(ANSWER, x)"))  # fmt: skip


class Extremum(Template):
    name, field, concepts, grade = "extremum", "calculus", ("derivative", "extremum", "quadratic equation"), 4.6
    lengths, slips = (4, 5), ("sign_of_root", "derivative_factor_forgotten", "one_root_lost")

    def sample(self, rng: random.Random, length: int) -> Params:
        if length == 4:
            a, x = pick(rng, -3, 3, 0), pick(rng, -5, 5, 0)
            return {"c": [a, -2 * a * x, pick(rng, -9, 9, 0)]}
        r, s = pick(rng, -4, 3), pick(rng, -3, 5)
        if r >= s or (r + s) % 2 or r == -s or 0 in (r, s):
            raise Refused("degenerate")
        return {"c": [1, -3 * (r + s) // 2, 3 * r * s, rng.randint(-9, 9)]}

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        c, work = p["c"], Work()
        d = slope(c)
        if slip == "derivative_factor_forgotten":
            d[0] = c[0]
        work.step("Differentiate the function", f"Derivative({poly(c)}, x)", poly(d), POWER)
        now = f"{poly(d)} == 0"
        if len(d) == 2:
            rest = d[1] if slip == "sign_of_root" else -d[1]
            now = work.step("Set the derivative to zero and move the number to the right", now, f"{total([(d[0], 'x')])} == {num(rest)}",
                            "the derivative is zero at an extremum", "equivalent")  # fmt: skip
            x = F(rest) / d[0]
            work.step(f"Divide both sides by ${num(d[0])}$", now, f"x == {num(x)}", BOTH_SIDES, "equivalent")
            y = at(c, x)
            work.step(
                "Put this into the function", inserted(c, x), num(y), "the extreme value is the function's value there"
            )
            return work.done(Answer("vector", f"({num(x)}, {num(y)})", "(x, y)"))
        return self._cubic(c, d, now, work, slip)

    @staticmethod
    def _cubic(c: Sequence[Number], d: Sequence[Number], now: str, work: Work, slip: str | None) -> Derivation:
        k = F(d[0])
        e = [v / k for v in d]
        roots = [x for x in range(-60, 61) if at(e, x) == 0]
        if len(roots) != 2:
            raise Refused("not_whole")
        if k != 1:
            now = work.step(f"Set the derivative to zero and divide by ${num(k)}$", now, f"{poly(e)} == 0",
                            "the derivative is zero at an extremum", "equivalent")  # fmt: skip
        r, s = roots
        now = work.step("Factor", now, f"({total([(1, 'x'), (-r, '')])})*({total([(1, 'x'), (-s, '')])}) == 0",
                        "(x + p)(x + q) = x² + (p + q)x + pq", "equivalent")  # fmt: skip
        if slip == "sign_of_root":
            r, s = -s, -r
        kept = (s,) if slip == "one_root_lost" else (r, s)
        now = work.step(
            "Read off the roots",
            now,
            " or ".join(f"x == {v}" for v in kept),
            "a product is zero when one of its factors is",
            "equivalent",
        )
        work.step(
            "The derivative changes its sign at each of them, so each is an extremum",
            now,
            now,
            "a simple zero is a change of sign",
            "equivalent",
        )
        return work.done(number_set(kept))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        e = poly(p["c"])
        if len(p["c"]) == 3:
            word = "highest" if p["c"][0] < 0 else "lowest"
            text = say.of("s", ("Find the {w} point $(x, y)$ of the graph of $f(x) == {e}$.", "Where does $f(x) == {e}$ take its {m} value, and what is it? Answer with the point $(x, y)$.",
                                "Determine the vertex $(x, y)$ of the parabola $y == {e}$.", "The parabola $y == {e}$ has one extremum. Find the point $(x, y)$.",
                                "Use the derivative to find the {w} point of $y == {e}$."))  # fmt: skip
            return (text.format(e=e, w=word, m={"highest": "largest", "lowest": "smallest"}[word]),)
        text = say.of("s", ("Find the $x$ values of all local extrema of $f(x) == {e}$.", "At which $x$ has $f(x) == {e}$ a local maximum or minimum?",
                            "Where are the turning points of the graph of $y == {e}$? Give their $x$ coordinates.",
                            "Let $f(x) == {e}$. Find every $x$ at which $f$ has a local extremum.",
                            "Determine all places $x$ where the function $f(x) == {e}$ has a local extremum."))  # fmt: skip
        return (text.format(e=e),)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        c = p["c"]
        if len(c) == 3:
            return (Claim("holds", f"{c[0]}*(x - ANSWER_0)**2 + ANSWER_1 == {poly(c)}"),)
        return (Claim("solves", f"{poly(slope(c))} == 0", "x"),)

    def figure(self, p: Params) -> Figure | None:
        if len(p["c"]) == 3:
            return None
        c = p["c"]
        roots = sorted(x for x in range(-60, 61) if at(slope(c), x) == 0)
        ys = [float(at(c, r)) for r in roots]
        span = max(4.0, ys[0] - ys[1])
        low, high, bottom, top = roots[0] - 2.0, roots[1] + 2.0, ys[1] - 0.6 * span, ys[0] + 0.6 * span
        curve = graph(lambda x: float(at(c, F(x).limit_denominator(10**6))), low, high, bottom, top, poly(c))
        axes = Axes((min(low, -1), max(high, 1)), (min(bottom, -1), max(top, 1)), (1, nice_step(top - bottom)))
        return Figure({}, curves=(curve,), axes=axes, equal=False, kind="plot")


class DefiniteIntegral(Template):
    name, field, concepts, grade = "integral_area", "calculus", ("integral", "area"), 4.6
    lengths, slips = (3, 4, 5), ("lower_bound_ignored", "bounds_swapped", "not_divided_by_exponent")

    def sample(self, rng: random.Random, length: int) -> Params:
        a = rng.randint(-3, 2)
        b = a + rng.randint(2, 4)
        c = [pick(rng, 1, 4), rng.randint(-4, 6), rng.randint(1, 15)]
        if length == 3:
            a, b, c = 0, rng.randint(2, 5), c[1:] if c[1] > 0 else c
        if min(at(c, F(a) + F(b - a, 24) * i) for i in range(25)) <= 0 or (a == 0) != (length == 3) or 0 in c[:1]:
            raise Refused("crosses_axis")
        return {"c": c, "a": a, "b": b, "long": length == 5}

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        c, a, b, work = p["c"], p["a"], p["b"], Work()
        up = raised(c)
        if slip == "not_divided_by_exponent":
            up[0] = F(c[0])
        now = work.step(
            "Find an antiderivative", f"Integral({poly(c)}, (x, {a}, {b}))", f"At({poly(up)}, (x, {a}, {b}))", ANTI
        )
        low, high = at(up, a), at(up, b)
        swapped = slip == "bounds_swapped"
        if a == 0:
            now = work.step("Put in the upper bound; the lower bound gives zero", now, inserted(up, b) if not swapped else f"-({inserted(up, b)})",
                            "∫ f from a to b is F(b) − F(a)")  # fmt: skip
            value = -high if swapped else high
            work.step("Work it out", now, num(value), "arithmetic")
            return work.done(number_answer(value))
        top, bottom = inserted(up, b), inserted(up, a)
        if swapped:
            top, bottom, high, low = bottom, top, low, high
        if slip == "lower_bound_ignored":
            bottom, low = "0", 0
        now = work.step("Put in the bounds", now, f"({top}) - ({bottom})", "∫ f from a to b is F(b) − F(a)")
        if p["long"]:
            now = work.step("Work out the first bracket", now, f"{num(high)} - ({bottom})", "arithmetic")
            now = work.step("Work out the second bracket", now, f"{num(high)} - {par(low)}", "arithmetic")
        else:
            now = work.step("Work out both brackets", now, f"{num(high)} - {par(low)}", "arithmetic")
        work.step("Subtract", now, num(high - low), "arithmetic")
        return work.done(number_answer(high - low))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        text = say.of("s", ("Find the area between the graph of $f(x) == {e}$ and the $x$ axis from $x == {a}$ to $x == {b}$.",
                            "Calculate $Integral({e}, (x, {a}, {b}))$.", "How large is the shaded area under $y == {e}$ between $x == {a}$ and $x == {b}$?",
                            "Work out the integral $Integral({e}, (x, {a}, {b}))$.",
                            "The graph of $f(x) == {e}$ lies above the $x$ axis on $Interval({a}, {b})$. Find the area below it.",
                            "Determine the area under the curve $y == {e}$ over the interval $Interval({a}, {b})$."))  # fmt: skip
        return (text.format(e=poly(p["c"]), a=p["a"], b=p["b"]),)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        return (Claim("holds", f"Integral({poly(p['c'])}, (x, {p['a']}, {p['b']})) == ANSWER"),)

    def figure(self, p: Params) -> Figure:
        c, a, b = p["c"], p["a"], p["b"]

        def f(x: float) -> float:
            return float(at([float(v) for v in c], x))

        top = 1.15 * max(f(a + (b - a) * i / 40) for i in range(41))
        low, high = a - 1.2, b + 1.2
        axes = Axes((min(low, -1.0), max(high, 1.0)), (-0.12 * top, top), (1, nice_step(top)))
        curve = graph(f, low, high, -0.12 * top, top, poly(c))
        shade = [
            (float(a), 0.0),
            *((a + (b - a) * i / 40, f(a + (b - a) * i / 40)) for i in range(41)),
            (float(b), 0.0),
        ]
        return Figure({}, curves=(curve,), axes=axes, shaded=(tuple(shade),), equal=False, kind="plot")


class AreaBetween(Template):
    name, field, concepts, grade = "area_between", "calculus", ("integral", "area", "quadratic equation"), 5.0
    lengths, slips = (6, 7), ("sign_of_roots", "not_divided_by_exponent", "difference_turned_round")

    def sample(self, rng: random.Random, length: int) -> Params:
        r = rng.randint(-4, 2)
        s = r + rng.randint(2, 6)
        m, b = pick(rng, -3, 3, 0), rng.randint(-4, 6)
        if r + s == 0 or r * s == 0 or (r + s) % 2 == 0:
            raise Refused("degenerate")
        return {"r": r, "s": s, "m": m, "b": b, "long": length == 7}

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        r, s, m, b, work = p["r"], p["s"], p["m"], p["b"], Work()
        curve, line = [1, m - (r + s), b + r * s], [m, b]
        now = work.step("Set both functions equal and bring everything to the left", f"{poly(curve)} == {poly(line)}",
                        f"{poly([1, -(r + s), r * s])} == 0", "the area lies between the points of intersection", "equivalent")  # fmt: skip
        now = work.step("Factor", now, f"({total([(1, 'x'), (-r, '')])})*({total([(1, 'x'), (-s, '')])}) == 0",
                        "(x + p)(x + q) = x² + (p + q)x + pq", "equivalent")  # fmt: skip
        if slip == "sign_of_roots":
            r, s = -s, -r
        work.step(
            "Read off the bounds",
            now,
            f"x == {r} or x == {s}",
            "a product is zero when one of its factors is",
            "equivalent",
        )
        gap: list[Number] = [-1, p["r"] + p["s"], -p["r"] * p["s"]]
        up = raised(gap)
        if slip == "not_divided_by_exponent":
            up[0] = F(gap[0])
        if slip == "difference_turned_round":
            up = [-v for v in up]
        now = work.step(
            "Integrate the upper minus the lower function",
            f"Integral({poly(gap)}, (x, {r}, {s}))",
            f"At({poly(up)}, (x, {r}, {s}))",
            ANTI,
        )
        high, low = at(up, s), at(up, r)
        now = work.step(
            "Put in the bounds", now, f"({inserted(up, s)}) - ({inserted(up, r)})", "∫ f from a to b is F(b) − F(a)"
        )
        if p["long"]:
            now = work.step("Work out both brackets", now, f"{num(high)} - {par(low)}", "arithmetic")
        work.step("Subtract", now, num(high - low), "arithmetic")
        return work.done(number_answer(high - low))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        r, s, m, b = p["r"], p["s"], p["m"], p["b"]
        text = say.of("s", ("Find the area enclosed by $y == {f}$ and $y == {g}$.", "How large is the area between the graphs of $f(x) == {f}$ and $g(x) == {g}$?",
                            "The parabola $y == {f}$ and the line $y == {g}$ enclose a region. Find its area.",
                            "Calculate the area of the region bounded by $y == {f}$ and $y == {g}$.",
                            "Determine the area that the line $y == {g}$ cuts off from the parabola $y == {f}$."))  # fmt: skip
        return (text.format(f=poly([1, m - (r + s), b + r * s]), g=poly([m, b])),)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        r, s, m, b = p["r"], p["s"], p["m"], p["b"]
        return (
            Claim(
                "holds", f"Integral({poly([m, b])} - ({poly([1, m - (r + s), b + r * s])}), (x, {r}, {s})) == ANSWER"
            ),
        )

    def figure(self, p: Params) -> Figure:
        r, s, m, b = p["r"], p["s"], p["m"], p["b"]

        def f(x: float) -> float:
            return x * x + (m - r - s) * x + b + r * s

        xs = [r - 1 + (s - r + 2) * i / 60 for i in range(61)]
        ys = [f(x) for x in xs] + [m * x + b for x in xs]
        bottom, top = min([*ys, -1]), max([*ys, 1])
        axes = Axes((min(r - 1.5, -1), max(s + 1.5, 1)), (bottom, top), (1, nice_step(top - bottom)))
        inner = [r + (s - r) * i / 40 for i in range(41)]
        shade = tuple([(x, f(x)) for x in inner] + [(float(s), float(m * s + b)), (float(r), float(m * r + b))])
        curves = (
            graph(f, r - 1.0, s + 1.0, bottom, top, poly([1, m - (r + s), b + r * s])),
            graph(lambda x: m * x + b, r - 1.0, s + 1.0, bottom, top, poly([m, b])),
        )
        return Figure({}, curves=curves, axes=axes, shaded=(shade,), equal=False, kind="plot")


class LimitFactor(Template):
    name, field, concepts, grade = "limit_factoring", "calculus", ("limit", "factoring"), 4.8
    lengths, slips = (3, 4), ("sign_of_factor", "denominator_cancelled_away", "zero_over_zero_is_one")

    def sample(self, rng: random.Random, length: int) -> Params:
        a, r, s = pick(rng, -6, 6, 0), pick(rng, -7, 7, 0), pick(rng, -7, 7, 0)
        if len({a, r, s}) < 3 or a == -r or (a - s) == 0 or 0 in (a + r, a + s):
            raise Refused("degenerate")
        return {"a": a, "r": r, "s": s, "both": length == 4}

    def parts(self, p: Params) -> tuple[str, str]:
        a, r, s = p["a"], p["r"], p["s"]
        top = poly([1, -(a + r), a * r])
        return top, poly([1, -(a + s), a * s]) if p["both"] else total([(1, "x"), (-a, "")])

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        a, r, s, work = p["a"], p["r"], p["s"], Work()
        top, bottom = self.parts(p)
        fa, fr, fs = (f"({total([(1, 'x'), (-v, '')])})" for v in (a, r, s))
        if slip == "sign_of_factor":
            fr = f"({total([(1, 'x'), (r, '')])})"
            r = -r
        now = work.step("Factor the numerator", f"Limit(({top})/({bottom}), x, {a})", f"Limit({fa}*{fr}/({bottom}), x, {a})",
                        "(x + p)(x + q) = x² + (p + q)x + pq")  # fmt: skip
        if p["both"]:
            now = work.step(
                "Factor the denominator",
                now,
                f"Limit({fa}*{fr}/({fa}*{fs}), x, {a})",
                "(x + p)(x + q) = x² + (p + q)x + pq",
            )
        alone = slip == "denominator_cancelled_away" or not p["both"]
        if slip == "denominator_cancelled_away" and not p["both"]:
            raise Refused("degenerate")
        now = work.step("Cancel the common factor", now, f"Limit({fr[1:-1]}, x, {a})" if alone else f"Limit({fr}/{fs}, x, {a})",
                        "near the point the factor is not zero")  # fmt: skip
        value = F(a - r) if alone else F(a - r, a - s)
        if slip == "zero_over_zero_is_one":
            value = F(1)
        work.step(f"Put in $x == {a}$", now, num(value), "the remaining function is continuous there")
        return work.done(number_answer(value))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        top, bottom = self.parts(p)
        text = say.of("s", ("Find $Limit(({t})/({b}), x, {a})$.", "Calculate the limit $Limit(({t})/({b}), x, {a})$.",
                            "What does $({t})/({b})$ tend to as $x$ tends to ${a}$?", "Determine $Limit(({t})/({b}), x, {a})$ by factoring.",
                            "To which value does $f(x) == ({t})/({b})$ come close when $x$ comes close to ${a}$?",
                            "Evaluate $Limit(({t})/({b}), x, {a})$, or say what it tends to."))  # fmt: skip
        return (text.format(t=top, b=bottom, a=p["a"]),)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        top, bottom = self.parts(p)
        return (Claim("holds", f"Limit(({top})/({bottom}), x, {p['a']}) == ANSWER"),)


class LimitInfinity(Template):
    name, field, concepts, grade = "limit_infinity", "calculus", ("limit", "rational function"), 5.0
    lengths, slips = (2, 3), ("constants_divided", "ratio_turned_round", "degrees_compared_wrongly")

    def sample(self, rng: random.Random, length: int) -> Params:
        n = 2 if length == 3 else 1
        top = [pick(rng, -9, 9, 0), *(pick(rng, -9, 9, 0) for _ in range(n))]
        bottom = [pick(rng, 2, 9), *(pick(rng, -9, 9, 0) for _ in range(n))]
        if abs(top[0]) == bottom[0] or F(top[-1], bottom[-1]) == F(top[0], bottom[0]):
            raise Refused("degenerate")
        return {"top": top, "bottom": bottom}

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        top, bottom, work = p["top"], p["bottom"], Work()
        n = len(top) - 1
        start = f"Limit(({poly(top)})/({poly(bottom)}), x, oo)"

        def over(c: list[int]) -> str:
            out = num(c[0])
            for i, v in enumerate(c[1:], 1):
                out += f" {'-' if v < 0 else '+'} {abs(v)}/x" + (f"**{i}" if i > 1 else "")
            return out

        now = work.step(f"Divide numerator and denominator by $x**{n}$" if n > 1 else "Divide numerator and denominator by $x$", start,
                        f"Limit(({over(top)})/({over(bottom)}), x, oo)", "a fraction keeps its value")  # fmt: skip
        first, second = (
            (top[-1], bottom[-1])
            if slip == "constants_divided"
            else (bottom[0], top[0])
            if slip == "ratio_turned_round"
            else (top[0], bottom[0])
        )
        value = F(0) if slip == "degrees_compared_wrongly" else F(first, second)
        if n > 1:
            shown = f"({first} + 0 + 0)/({second} + 0 + 0)" if slip != "degrees_compared_wrongly" else f"0/{second}"
            now = work.step("All terms with $x$ below the bar tend to zero", now, shown, "c/xⁿ → 0 as x → ∞")
            work.step("Simplify", now, num(value), "arithmetic")
        else:
            work.step("The terms with $x$ below the bar tend to zero", now, num(value), "c/xⁿ → 0 as x → ∞")
        return work.done(number_answer(value))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        text = say.of("s", ("Find $Limit(({t})/({b}), x, oo)$.", "What does $({t})/({b})$ tend to as $x$ grows without bound?",
                            "Determine the horizontal asymptote value $Limit(({t})/({b}), x, oo)$.", "Calculate $Limit(({t})/({b}), x, oo)$.",
                            "The graph of $y == ({t})/({b})$ has a horizontal asymptote. At which $y$?",
                            "How does $f(x) == ({t})/({b})$ behave for large $x$? Give the limit."))  # fmt: skip
        return (text.format(t=poly(p["top"]), b=poly(p["bottom"])),)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        return (Claim("holds", f"Limit(({poly(p['top'])})/({poly(p['bottom'])}), x, oo) == ANSWER"),)


class SeparableEquation(Template):
    name, field, concepts, grade = (
        "separable_equation",
        "calculus",
        ("differential equation", "integral", "logarithm"),
        6.2,
    )
    lengths, slips = (3, 4), ("constant_added_at_the_end", "not_divided_by_exponent", "initial_value_ignored")

    def sample(self, rng: random.Random, length: int) -> Params:
        n = rng.choice((1, 2)) if length == 4 else 0
        return {
            "n": n,
            "k": pick(rng, -6, 6, 0, 1, -1) * (n + 1 if n else 1) if rng.random() < 0.7 else pick(rng, 2, 9),
            "y0": pick(rng, 2, 9),
        }

    def rate(self, p: Params) -> str:
        return total([(p["k"], {0: "", 1: "x", 2: "x**2"}[p["n"]])])

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        n, k, y0, work = p["n"], p["k"], p["y0"], Work()
        rate = self.rate(p).replace("x", "t")
        up = F(k) if slip == "not_divided_by_exponent" else F(k, n + 1)
        if slip == "not_divided_by_exponent" and n == 0:
            raise Refused("degenerate")
        power = total([(up, "x" if n == 0 else f"x**{n + 1}")])
        now = f"Integral(1/u, (u, {y0}, y)) == Integral({rate}, (t, 0, x))"
        left = "log(y)" if slip == "initial_value_ignored" else f"log(y) - log({y0})"
        if n:
            now = work.step("Separate the variables, integrate from the starting point, and work out the left side", now,
                            f"{left} == Integral({rate}, (t, 0, x))", "∫ 1/u du = ln u", "equivalent")  # fmt: skip
            now = work.step("Work out the right side", now, f"{left} == {power}", ANTI, "equivalent")
        else:
            now = work.step(
                "Separate the variables and integrate both sides from the starting point",
                now,
                f"{left} == {power}",
                "∫ 1/u du = ln u",
                "equivalent",
            )
        joined = f"log(y/{y0}) == {power}" if slip != "initial_value_ignored" else f"log(y) == {power}"
        if slip == "initial_value_ignored":
            value = f"exp({power})"
            now = work.step("Write the left side as one logarithm", now, joined, "ln a − ln b = ln(a/b)", "equivalent")
        else:
            value = f"{y0}*exp({power})"
            now = work.step("Write the left side as one logarithm", now, joined, "ln a − ln b = ln(a/b)", "equivalent")
        if slip == "constant_added_at_the_end":
            value = f"exp({power}) + {y0}"
        work.step("Solve for $y$", now, f"y == {value}", "the exponential function undoes the logarithm", "equivalent")
        return work.done(Answer("expression", value, "y"))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        right = f"{self.rate(p)}*y" if p["n"] else f"{p['k']}*y"
        e = f"Derivative(y, x) == {right}"
        text = say.of("s", ("Solve the differential equation ${e}$ with $y(0) == {y}$.", "Find the function $y(x)$ with ${e}$ and $y(0) == {y}$.",
                            "A function satisfies ${e}$ and starts at $y(0) == {y}$. Determine it.", "Solve the initial value problem ${e}$, $y(0) == {y}$.",
                            "Separate the variables in ${e}$ and find the solution with $y(0) == {y}$.",
                            "Which function fulfils ${e}$ and $y(0) == {y}$?"))  # fmt: skip
        return (text.format(e=e, y=p["y0"]),)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        rate = self.rate(p)
        return (
            Claim("holds", f"Derivative(ANSWER, x) == ({rate})*(ANSWER)"),
            Claim("holds", f"Limit(ANSWER, x, 0) == {p['y0']}"),
        )


TEMPLATES: tuple[Template, ...] = (DerivativePolynomial(), ProductRule(), ChainRule(), TangentLine(), Extremum(), DefiniteIntegral(),
                                   AreaBetween(), LimitFactor(), LimitInfinity(), SeparableEquation())  # fmt: skip
