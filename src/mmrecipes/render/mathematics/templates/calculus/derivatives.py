"""Derivatives: of polynomials, by the product rule, by the chain rule."""

from __future__ import annotations

import random
from collections.abc import Sequence

from mmrecipes.render.mathematics.expressions import num, number_answer, par, poly, power, total
from mmrecipes.render.mathematics.phrases import Words
from mmrecipes.render.mathematics.problem import Answer, Claim, Derivation, Params, Refused
from mmrecipes.render.mathematics.template import Template, pick
from mmrecipes.render.mathematics.templates.calculus.polynomials import POWER_RULE, at, inserted, slope, terms_at
from mmrecipes.render.mathematics.work import Work


class DerivativePolynomial(Template):
    """The derivative, or its value at a point."""

    name, field, concepts, grade = "derivative_polynomial", "calculus", ("derivative",), 4.2
    lengths, slips = (2, 3), ("exponent_kept", "constant_kept", "factor_forgotten")

    def sample(self, rng: random.Random, length: int) -> Params:
        degree = rng.randint(3, 5)
        c = [pick(rng, -6, 8, 0), *(rng.randint(-9, 9) for _ in range(degree - 1)), pick(rng, -9, 9, 0)]
        if sum(v != 0 for v in c) < 3 or c[-2] == 0:
            raise Refused("degenerate")
        return {"c": c, "x": pick(rng, -3, 3, 0, 1) if length == 3 else None, "f": rng.choice("fgh")}

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        c, x, d = p["c"], p["x"], slope(p["c"])
        if slip == "factor_forgotten":
            d[0] = c[0]
        if slip == "constant_kept":
            d[-1] += c[-1]
        work = Work(f"Derivative({poly(c)}, x)")
        if x is None:
            shown = poly(d)
            if slip == "exponent_kept":
                top = len(d)
                shown = total([(d[0], power(top)), *((v, power(top - 1 - i)) for i, v in enumerate(d) if i)])
            work.step("Differentiate term by term", self._terms(c, slip), POWER_RULE)
            work.step("Simplify", shown)
            return work.done(Answer("expression", shown))
        if slip == "exponent_kept":
            raise Refused("other_length")
        work.step("Differentiate term by term", poly(d), POWER_RULE)
        work.step(f"Put in ${x}$ for $x$", terms_at(d, x), of=inserted(d, x))
        work.step("Add", num(at(d, x)))
        return work.done(number_answer(at(d, x)))

    @staticmethod
    def _terms(c: Sequence[int], slip: str | None) -> str:
        """The derivative of every term, not yet simplified; a mistake is made in the first, or with the constant."""
        top, terms = len(c) - 1, []
        for i, v in enumerate(c[:-1]):
            if v:
                exponent = top - i
                factor = 1 if slip == "factor_forgotten" and i == 0 else exponent
                left = power(exponent if slip == "exponent_kept" and i == 0 else exponent - 1)
                terms.append("*".join(filter(None, (f"{factor}", par(v), left))))
        return " + ".join([*terms, par(c[-1])] if slip == "constant_kept" else terms)

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        return (say("s" if p["x"] is None else "s_at", f=p["f"], e=poly(p["c"]), x=p["x"]),)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        derivative = f"Derivative({poly(p['c'])}, x)"
        if p["x"] is None:
            return (Claim("holds", f"{derivative} == ANSWER"),)
        return (Claim("holds", f"Subs({derivative}, x, {p['x']}) == ANSWER"),)


class ProductRule(Template):
    """The derivative of a power times an exponential function, sine or cosine."""

    name, field, concepts, grade = "product_rule", "calculus", ("derivative", "product rule"), 5.6
    lengths, slips = (2, 3), ("product_of_derivatives", "minus_instead_of_plus", "inner_factor_forgotten")

    def sample(self, rng: random.Random, length: int) -> Params:
        return {"n": rng.randint(2, 4) if length == 3 else 1, "a": pick(rng, 2, 6), "c": pick(rng, 2, 9),
                "kind": rng.choice(("exp", "sin", "cos"))}  # fmt: skip

    def factors(self, p: Params) -> tuple[str, str]:
        return f"{p['c']}*{power(p['n'])}", f"{p['kind']}({p['a']}*x)"

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        n, c, (u, v) = p["n"], p["c"], self.factors(p)
        k = 1 if slip == "inner_factor_forgotten" else p["a"]
        outer, sign = {"exp": ("exp", 1), "sin": ("cos", 1), "cos": ("sin", -1)}[p["kind"]]
        outer = f"{outer}({p['a']}*x)"
        du = total([(c * n, power(n - 1))])
        work = Work(f"Derivative({u}*{v}, x)")
        if slip == "product_of_derivatives":
            return self._of_derivatives(work, f"{du}*Derivative({v}, x)", sign * c * n * k, n, outer)
        if n > 1:
            between = "-" if slip == "minus_instead_of_plus" else "+"
            work.step("Apply the product rule", f"{du}*{v} {between} {u}*Derivative({v}, x)",
                      "product rule: (uv)′ = u′v + uv′")  # fmt: skip
        between = "-" if (sign < 0) != (slip == "minus_instead_of_plus") else "+"
        work.step("Differentiate the second factor", f"{du}*{v} {between} {u}*{total([(k, outer)])}", "chain rule")
        value = f"{du}*{v} {between} {c * k}*{power(n)}*{outer}"
        if value != work.now:
            work.step("Multiply the numbers", value)
        return work.done(Answer("expression", value))

    @staticmethod
    def _of_derivatives(work: Work, product: str, factor: int, n: int, outer: str) -> Derivation:
        """The mistake of multiplying the two derivatives."""
        if n > 1:
            work.step("Apply the product rule", product, "product rule: (uv)′ = u′v + uv′")
        value = total([(factor, f"{power(n - 1)}*{outer}" if n > 1 else outer)])
        work.step("Differentiate the second factor and simplify", value, "chain rule")
        if n == 1:
            work.step("Write the result", value)
        return work.done(Answer("expression", value))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        return (say("s", e="*".join(self.factors(p))),)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        return (Claim("holds", f"Derivative({p['c']}*x**{p['n']}*{p['kind']}({p['a']}*x), x) == ANSWER"),)


class ChainRule(Template):
    """The derivative of a power of a linear or quadratic expression."""

    name, field, concepts, grade = "chain_rule", "calculus", ("derivative", "chain rule"), 5.2
    lengths, slips = (2, 3), ("inner_derivative_forgotten", "exponent_kept", "exponent_as_factor_forgotten")

    def sample(self, rng: random.Random, length: int) -> Params:
        return {"a": pick(rng, 2, 6), "b": pick(rng, -9, 9, 0), "n": pick(rng, 3, 7), "square": length == 3,
                "c": pick(rng, 2, 4)}  # fmt: skip

    def inner(self, p: Params) -> str:
        return total([(p["a"], "x**2" if p["square"] else "x"), (p["b"], "")])

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        a, n, c, inside = p["a"], p["n"], p["c"], self.inner(p)
        m = n if slip == "exponent_kept" else n - 1
        k = 1 if slip == "exponent_as_factor_forgotten" else n
        lead = f"{c}*{k}" if k > 1 else f"{c}"
        tail, factor, x = f"*{a}", a, ""
        if p["square"]:
            tail, factor, x = f"*Derivative({inside}, x)", 2 * a, "*x"
        if slip == "inner_derivative_forgotten":
            tail, factor, x = "", 1, ""
        work = Work(f"Derivative({c}*({inside})**{n}, x)")
        work.step("Differentiate the outer power and multiply by the derivative of the inside",
                  f"{lead}*({inside})**{m}{tail}", "chain rule")  # fmt: skip
        if x:
            work.step("Differentiate the inside", f"{lead}*({inside})**{m}*{factor}*x", POWER_RULE)
        value = f"{c * k * factor}{x}*({inside})**{m}"
        work.step("Multiply the factors in front", value)
        return work.done(Answer("expression", value))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        return (say("s", e=f"{p['c']}*({self.inner(p)})**{p['n']}"),)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        return (Claim("holds", f"Derivative({p['c']}*({self.inner(p)})**{p['n']}, x) == ANSWER"),)
