"""Algebra, second part: systems, sequences, polynomial division, exponential and logarithmic equations."""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction as F
from typing import Any

from mmrecipes.render.mathematics.algebra import BOTH_SIDES
from mmrecipes.render.mathematics.phrases import PEOPLE, solve
from mmrecipes.render.mathematics.problem import (
    Answer,
    Claim,
    Derivation,
    Params,
    Refused,
    Words,
    Work,
    neg,
    num,
    number_answer,
    number_set,
    par,
    poly,
    total,
)
from mmrecipes.render.mathematics.template import Template, pick

Row = Sequence[int | F]


def equation_of(row: Row, names: str) -> str:
    """A row of coefficients with the constant last, as an equation."""
    return f"{total([(c, n) for c, n in zip(row, names, strict=False)])} == {num(row[-1])}"


def together(rows: Sequence[Row], names: str) -> str:
    return " and ".join(equation_of(r, names) for r in rows)


def _plus(row: Row, other: Row, factor: int | F) -> list[Any]:
    return [a + factor * b for a, b in zip(row, other, strict=True)]


_SYSTEM = (
    "Solve the system of equations", "Find the numbers {n} that fulfil all of these equations.",
    "Determine {n} from the equations", "Work out {n}, given the simultaneous equations", "Solve simultaneously for {n}.",
    "The unknowns {n} satisfy the following equations. Find them.", "Which values of {n} make all equations true?",
    "Give the solution of the linear system", "Solve:", "What are {n}?",
)  # fmt: skip


def pose_system(say: Words, rows: Sequence[Row], names: str) -> tuple[str, ...]:
    listed = " and ".join([", ".join(f"${n}$" for n in names[:-1]), f"${names[-1]}$"])
    head = say.of("s", _SYSTEM).format(n=listed)
    head = head if head[-1] in ".?:" else f"{head}:" if say.of("c", (True, False)) else f"{head} below."
    tail = say.of("t", ("", "", f"Give the answer as $({', '.join(names)})$."))
    return (head, *(f"${equation_of(r, names)}$" for r in rows), *([tail] if tail else []))


class System2(Template):
    name, field, concepts, grade = "system_2x2", "algebra", ("linear system", "elimination"), 2.6
    lengths, slips = (4, 5, 6), ("constant_not_multiplied", "added_instead_of_subtracted", "sign_in_back_substitution")

    def sample(self, rng: random.Random, length: int) -> Params:
        x, y = pick(rng, -7, 9, 0), pick(rng, -7, 9, 0)
        a, b = pick(rng, 1, 5), pick(rng, -7, 7, 0, 1, -1)
        if length == 4:
            c, d = a, pick(rng, -7, 7, 0, b, b - 1, b + 1)
        elif length == 5:
            c, d = a * pick(rng, 2, 4), pick(rng, -7, 7, 0)
        else:
            c, d = pick(rng, 2, 7), pick(rng, -7, 7, 0)
            if c % a == 0 or a % c == 0:
                raise Refused("other_length")
        if a * d == b * c or abs(self._rest(a, b, c, d)) < 2 or (length == 4 and a == 1):
            raise Refused("singular")
        return {"rows": [[a, b, a * x + b * y], [c, d, c * x + d * y]]}

    @staticmethod
    def _rest(a: int, b: int, c: int, d: int) -> int:
        return d - b * (c // a) if c % a == 0 else a * d - b * c

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        work, (one, two) = Work(), ([*map(F, r)] for r in p["rows"])
        now = together([one, two], "xy")
        factors = (1, 1) if one[0] == two[0] else (two[0] / one[0], 1) if two[0] % one[0] == 0 else (two[0], one[0])
        for k, factor in enumerate(factors):
            if factor == 1:
                continue
            row = (one, two)[k]
            scaled = [v * factor for v in row]
            if slip == "constant_not_multiplied" and k == 0:
                scaled[-1] = row[-1]
            one, two = (scaled, two) if k == 0 else (one, scaled)
            now = work.step(f"Multiply the {('first', 'second')[k]} equation by ${num(factor)}$", now,
                            together([one, two], "xy"), BOTH_SIDES, "equivalent")  # fmt: skip
        sign = 1 if slip == "added_instead_of_subtracted" else -1
        lowered = [F(0), two[1] - one[1], two[2] + sign * one[2]]
        now = work.step("Subtract the first equation from the second", now, together([one, lowered], "xy"),
                        "equals subtracted from equals leave equals", "equivalent")  # fmt: skip
        if lowered[1] in (0, 1):
            raise Refused("degenerate")
        y = lowered[2] / lowered[1]
        now = work.step(f"Divide the second equation by ${num(lowered[1])}$", now, together([one, [F(0), F(1), y]], "xy"),
                        BOTH_SIDES, "equivalent")  # fmt: skip
        bracket = f"{total([(one[0], 'x')])} + {neg(num(one[1]))}*{par(y)} == {num(one[2])}"
        now = work.step(f"Put $y == {num(y)}$ into the first equation", now, f"{bracket} and y == {num(y)}",
                        "equal values may replace each other", "equivalent")  # fmt: skip
        rest = one[2] + one[1] * y if slip == "sign_in_back_substitution" else one[2] - one[1] * y
        x = rest / one[0]
        work.step("Solve for $x$", now, f"x == {num(x)} and y == {num(y)}", BOTH_SIDES, "equivalent")
        return work.done(Answer("vector", f"({num(x)}, {num(y)})", "(x, y)"))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        return pose_system(say, p["rows"], "xy")

    def claims(self, p: Params) -> tuple[Claim, ...]:
        return tuple(Claim("holds", f"{a}*ANSWER_0 + ({b})*ANSWER_1 == {c}") for a, b, c in p["rows"])


class System3(Template):
    name, field, concepts, grade = "system_3x3", "algebra", ("linear system", "elimination"), 3.4
    lengths, slips = (5, 6, 7), ("constant_not_subtracted", "sign_in_back_substitution", "division_forgotten")

    def sample(self, rng: random.Random, length: int) -> Params:
        v = [pick(rng, -5, 6, 0) for _ in range(3)]
        one = [1, pick(rng, -3, 3, 0), pick(rng, -3, 3, 0)]
        low = [0, 1, pick(rng, -3, 3, 0)]
        last = [0, 0, pick(rng, 2, 4)]
        k, m = pick(rng, -3, 4, 0), pick(rng, -3, 4, 0)
        j = pick(rng, -2, 3, 0)
        two = [k * a + b for a, b in zip(one, low, strict=True)]
        three = [m * a + (j * b + c) for a, b, c in zip(one, low, last, strict=True)]
        if length == 5:
            three = [j * b + c for b, c in zip(low, last, strict=True)]
        scale = 2 if length == 7 else 1
        rows = [[scale * a for a in one], two, three]
        rows = [[*r, sum(a * b for a, b in zip(r, v, strict=True))] for r in rows]
        if length >= 6 and any(a == 0 for r in rows for a in r[:3]):
            raise Refused("degenerate")
        return {"rows": rows}

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        work = Work()
        rows = [[*map(F, r)] for r in p["rows"]]
        now = together(rows, "xyz")
        if rows[0][0] != 1:
            rows[0] = [a / rows[0][0] for a in rows[0]]
            now = work.step("Halve the first equation", now, together(rows, "xyz"), BOTH_SIDES, "equivalent")
        for target, source in ((1, 0), (2, 0), (2, 1)):
            factor = rows[target][source] / rows[source][source]
            if factor == 0:
                continue
            new = _plus(rows[target], rows[source], -factor)
            if slip == "constant_not_subtracted" and target == 1:
                new[-1] = rows[target][-1]
            rows[target] = new
            what = "Subtract" if factor > 0 else "Add"
            link = "from" if factor > 0 else "to"
            times = "" if abs(factor) == 1 else f"${num(abs(factor))}$ times "
            order = ("first", "second", "third")
            now = work.step(f"{what} {times}the {order[source]} equation {link} the {order[target]}", now,
                            together(rows, "xyz"), "adding a multiple of an equation keeps the solutions",
                            "equivalent")  # fmt: skip
        return self._back(work, rows, now, slip)

    @staticmethod
    def _back(work: Work, rows: Sequence[Row], now: str, slip: str | None) -> Derivation:
        z = rows[2][3] if slip == "division_forgotten" else rows[2][3] / F(rows[2][2])
        now = work.step(f"Divide the third equation by ${num(rows[2][2])}$", now,
                        f"{together(rows[:2], 'xyz')} and z == {num(z)}", BOTH_SIDES, "equivalent")  # fmt: skip
        sign = 1 if slip == "sign_in_back_substitution" else -1
        y = rows[1][3] + sign * rows[1][2] * z
        now = work.step("Put $z$ into the second equation and solve for $y$", now,
                        f"{equation_of(rows[0], 'xyz')} and y == {num(y)} and z == {num(z)}",
                        "equal values may replace each other", "equivalent")  # fmt: skip
        x = rows[0][3] - rows[0][1] * y - rows[0][2] * z
        work.step("Put $y$ and $z$ into the first equation and solve for $x$", now,
                  f"x == {num(x)} and y == {num(y)} and z == {num(z)}", "equal values may replace each other",
                  "equivalent")  # fmt: skip
        return work.done(Answer("vector", f"({num(x)}, {num(y)}, {num(z)})", "(x, y, z)"))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        return pose_system(say, p["rows"], "xyz")

    def claims(self, p: Params) -> tuple[Claim, ...]:
        return tuple(Claim("holds", f"{a}*ANSWER_0 + ({b})*ANSWER_1 + ({c})*ANSWER_2 == {d}")
                     for a, b, c, d in p["rows"])  # fmt: skip


class ArithmeticSum(Template):
    name, field, concepts, grade = "arithmetic_sum", "algebra", ("arithmetic sequence",), 2.8
    lengths, slips = (4, 5), ("n_instead_of_n_minus_1", "half_forgotten", "difference_added_once")

    def sample(self, rng: random.Random, length: int) -> Params:
        return {"a": pick(rng, 2, 30), "d": pick(rng, 2, 9), "n": pick(rng, 6, 30), "short": length == 4,
                "person": rng.randrange(len(PEOPLE))}  # fmt: skip

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        a, d, n, work = p["a"], p["d"], p["n"], Work()
        half = "" if slip == "half_forgotten" else "/2"
        start = f"Sum({a} + {d}*(k - 1), (k, 1, {n}))"
        steps = n if slip == "n_instead_of_n_minus_1" else 1 if slip == "difference_added_once" else n - 1
        now = work.step("Use the sum formula: half the number of terms times first plus last term", start,
                        f"{n}{half}*({a} + ({a} + {steps}*{d}))", "S = n/2 · (a₁ + aₙ) with aₙ = a₁ + (n − 1)d")  # fmt: skip
        last = a + steps * d
        now = work.step("Work out the last term", now, f"{n}{half}*({a} + {last})", "arithmetic")
        both = a + last
        now = work.step("Add first and last term", now, f"{n}{half}*{both}", "arithmetic")
        value = n * both if half == "" else F(n * both, 2)
        if p["short"]:
            work.step("Multiply", now, num(value), "arithmetic")
        else:
            now = work.step("Multiply first", now, f"{n * both}{half}" if half else f"{n * both} + 0", "arithmetic")
            work.step("Halve the product", now, num(value), "arithmetic")
        return work.done(number_answer(value))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        a, d, n, who = p["a"], p["d"], p["n"], PEOPLE[p["person"]]
        story = say.of("a", (
            f"{who} saves ${a}$ coins in the first week and each week ${d}$ coins more than in the week before.",
            f"The first row of a hall has ${a}$ seats; every further row has ${d}$ seats more than the one in front of it.",
            f"{who} runs ${a}$ laps in the first training and ${d}$ laps more in each following one.",
            f"A stack has ${a}$ bricks in its top layer and ${d}$ more in each layer below.",
            f"An arithmetic sequence starts with $a_1 == {a}$ and has the common difference $d == {d}$.",
            f"In an arithmetic sequence the first term is ${a}$ and each term is ${d}$ larger than the one before.",
        ))  # fmt: skip
        key = int(say.taken[-1][1:])
        ask = (
            (f"How many coins are saved after ${n}$ weeks?", f"What has {who} saved in ${n}$ weeks altogether?"),
            (f"How many seats do ${n}$ rows have?", f"Find the number of seats in the first ${n}$ rows."),
            (f"How many laps are that in ${n}$ trainings?", f"Find the number of laps in the first ${n}$ trainings."),
            (f"How many bricks are in ${n}$ layers?", f"Count the bricks of a stack with ${n}$ layers."),
            (f"Find the sum of its first ${n}$ terms.", f"What do the first ${n}$ terms add up to?"),
            (f"Find the sum of the first ${n}$ terms.", f"Work out $S_{n}$, the sum of the first ${n}$ terms."),
        )[key]  # fmt: skip
        return (f"{story} {say.of('q', ask)}",)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        return (Claim("holds", f"Sum({p['a']} + {p['d']}*(k - 1), (k, 1, {p['n']})) == ANSWER"),)


class GeometricSum(Template):
    name, field, concepts, grade = "geometric_sum", "algebra", ("geometric sequence",), 3.2
    lengths, slips = (3, 4), ("exponent_n_minus_1", "divided_by_r", "minus_one_forgotten")

    def sample(self, rng: random.Random, length: int) -> Params:
        r = rng.choice((2, 3, 4, 5)) if length == 4 else 2
        n = pick(rng, 4, {2: 9, 3: 6, 4: 5, 5: 4}[r])
        return {"a": pick(rng, 2, 9), "r": r, "n": n}

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        a, r, n, work = p["a"], p["r"], p["n"], Work()
        e = n - 1 if slip == "exponent_n_minus_1" else n
        bottom = f"{r}" if slip == "divided_by_r" else f"({r} - 1)"
        low = r if slip == "divided_by_r" else r - 1
        one = 0 if slip == "minus_one_forgotten" else 1
        top = f"{r}**{e} - 1" if one else f"{r}**{e}"
        now = work.step("Use the sum formula of a geometric sequence", f"Sum({a}*{r}**(k - 1), (k, 1, {n}))",
                        f"{a}*({top})/{bottom}", "S = a(rⁿ − 1)/(r − 1)")  # fmt: skip
        value = r**e - one
        now = work.step("Work out the power and the difference", now,
                        f"{a}*{value}/{low}" if low != 1 else f"{a}*{value}", "arithmetic")  # fmt: skip
        if low != 1:
            now = work.step("Multiply", now, f"{num(a * value)}/{low}", "arithmetic")
            work.step("Divide", now, num(F(a * value, low)), "arithmetic")
        else:
            work.step("Multiply", now, num(a * value), "arithmetic")
        return work.done(number_answer(F(a * value, low)))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        a, r, n = p["a"], p["r"], p["n"]
        times = {2: "twice", 3: "three times", 4: "four times", 5: "five times"}[r]
        start = say.of("a", (f"A geometric sequence has first term ${a}$ and common ratio ${r}$.",
                             f"Each term of a sequence is {times} the one before; the first is ${a}$.",
                             f"Consider the geometric sequence with $a_1 == {a}$ and $r == {r}$.",
                             f"A sequence starts with ${a}$ and every further term is {times} its predecessor.",
                             f"Let $a_k == {a}*{r}**(k - 1)$."))  # fmt: skip
        ask = say.of("q", (f"Find the sum of the first ${n}$ terms.", f"What is the sum of its first ${n}$ terms?",
                           f"Add up the first ${n}$ terms.",
                           f"What do terms ${1}$ to ${n}$ add up to?"))  # fmt: skip
        return (f"{start} {ask}",)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        return (Claim("holds", f"Sum({p['a']}*{p['r']}**(k - 1), (k, 1, {p['n']})) == ANSWER"),)


class PolynomialDivision(Template):
    name, field, concepts, grade = "polynomial_division", "algebra", ("polynomial division",), 4.0
    lengths, slips = (2, 3, 4), ("sign_of_root", "added_instead_of_subtracted", "constant_not_divided")

    def sample(self, rng: random.Random, length: int) -> Params:
        quotient = [pick(rng, 1, 4), *(pick(rng, -6, 6, 0) for _ in range(length - 1))]
        return {"quotient": quotient, "c": pick(rng, -5, 5, 0)}

    def dividend(self, p: Params) -> list[int]:
        q, c = p["quotient"], p["c"]
        return [a - c * b for a, b in zip([*q, 0], [0, *q], strict=True)]

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        c, work = p["c"], Work()
        rest, found = [F(v) for v in self.dividend(p)], []
        divisor = f"({total([(1, 'x'), (-c, '')])})"
        now = poly(rest)
        power = len(rest) - 1
        while power > 0:
            lead = rest[0]
            found.append(lead)
            k = -c if (slip == "sign_of_root" and power == len(p["quotient"])) else c
            if slip == "added_instead_of_subtracted" and power == len(p["quotient"]) - 1:
                k = -c
            rest = [rest[1] + k * lead, *rest[2:]]
            power -= 1
            if slip == "constant_not_divided" and power == 0:
                found[-1] = found[-1] + c
                rest = [F(0)]
            done = poly([*found, *[0] * power])
            left = poly(rest)
            shown = f"{divisor}*({done})" if left == "0" else f"{divisor}*({done}) + ({left})"
            text = f"Divide the leading term by $x$ to get ${total([(lead, f'x**{power}' if power > 1 else 'x' if power else '')])}$, and take this multiple of the divisor away"
            now = work.step(text, now, shown, "dividend = divisor · quotient + rest")
        return work.done(Answer("expression", poly(found)))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        top, bottom = poly(self.dividend(p)), total([(1, "x"), (-p["c"], "")])
        text = say.of("s", ("Divide {a} by {b}.", "What is {q} as a polynomial?", "Simplify {q} by polynomial division.",
                            "By which polynomial must {b} be multiplied to give {a}?",
                            "The polynomial {a} is divisible by {b}. Find the quotient.",
                            "Carry out the long division of {a} by {b}.", "{b} is a factor of {a}. Find the other factor.",
                            "Write {q} as a polynomial in $x$."))  # fmt: skip
        return (text.format(a=f"${top}$", b=f"${bottom}$", q=f"$({top})/({bottom})$"),)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        return (Claim("holds", f"ANSWER*({total([(1, 'x'), (-p['c'], '')])}) == {poly(self.dividend(p))}"),)


class ExponentialEquation(Template):
    name, field, concepts, grade = "exponential_equation", "algebra", ("exponential equation",), 4.0
    lengths, slips = (3, 4, 5), ("exponent_off_by_one", "sign_kept_when_moved", "base_divided")

    def sample(self, rng: random.Random, length: int) -> Params:
        base = rng.choice((2, 3, 5))
        e = pick(rng, 2, {2: 7, 3: 5, 5: 4}[base])
        k = 1 if length == 3 else pick(rng, 2, 4)
        return {"base": base, "e": e, "k": k, "m": pick(rng, -4, 4, 0), "c": pick(rng, 2, 6) if length == 5 else 1}

    def equation(self, p: Params) -> str:
        power = f"{p['base']}**({total([(p['k'], 'x'), (p['m'], '')])})"
        return f"{power if p['c'] == 1 else str(p['c']) + '*' + power} == {p['c'] * p['base'] ** p['e']}"

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        base, e, k, m, c = p["base"], p["e"], p["k"], p["m"], p["c"]
        work, now = Work(), self.equation(p)
        inner = total([(k, "x"), (m, "")])
        if c != 1:
            value = base**e
            if slip == "base_divided":
                e -= 1
                value = base**e
            now = work.step(f"Divide both sides by ${c}$", now, f"{base}**({inner}) == {value}", BOTH_SIDES,
                            "equivalent")  # fmt: skip
        if slip == "exponent_off_by_one":
            e += 1
        now = work.step(f"Write the right side as a power of ${base}$", now, f"{base}**({inner}) == {base}**{e}",
                        "arithmetic", "equivalent")  # fmt: skip
        now = work.step("Compare the exponents", now, f"{inner} == {e}", "a power function with base above 1 is one-to-one",
                        "equivalent")  # fmt: skip
        right = e + m if slip == "sign_kept_when_moved" else e - m
        text = f"Subtract ${m}$ from both sides" if m > 0 else f"Add ${-m}$ to both sides"
        now = work.step(text, now, f"{total([(k, 'x')])} == {right}", BOTH_SIDES, "equivalent")
        if k != 1:
            work.step(f"Divide both sides by ${k}$", now, f"x == {num(F(right, k))}", BOTH_SIDES, "equivalent")
        return work.done(number_answer(F(right, k), "x"))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        return solve(say, self.equation(p))

    def claims(self, p: Params) -> tuple[Claim, ...]:
        equation = self.equation(p)
        return (Claim("holds", equation.replace("x", "ANSWER")), Claim("solves", equation, "x"))


class LogarithmEquation(Template):
    name, field, concepts, grade = "logarithm_equation", "algebra", ("logarithm", "quadratic equation"), 4.6
    lengths, slips = (3, 5), ("base_times_value", "value_to_the_base", "false_root_kept", "sign_kept_when_moved")

    def sample(self, rng: random.Random, length: int) -> Params:
        base = rng.choice((2, 3, 4, 5))
        c = pick(rng, 2, {2: 6, 3: 4, 4: 3, 5: 3}[base])
        if length == 3:
            return {"base": base, "c": c, "m": pick(rng, -9, 9, 0), "k": pick(rng, 2, 5)}
        power = base**c
        low = [d for d in range(1, power) if power % d == 0 and d * d < power]
        d = rng.choice(low)
        return {"base": base, "c": c, "m": power // d - d, "k": 0}

    def equation(self, p: Params) -> str:
        base, m = p["base"], p["m"]
        if p["k"]:
            return f"log({total([(p['k'], 'x'), (m, '')])}, {base}) == {p['c']}"
        return f"log(x, {base}) + log({total([(1, 'x'), (-m, '')])}, {base}) == {p['c']}"

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        base, c, m, k = p["base"], p["c"], p["m"], p["k"]
        work, now = Work(), self.equation(p)
        value, shown = base**c, f"{base}**{c}"
        if slip == "base_times_value":
            value, shown = base * c, f"{base}*{c}"
        if slip == "value_to_the_base":
            value, shown = c**base, f"{c}**{base}"
        if value > 4000 or (slip in self.slips[:2] and value == base**c):
            raise Refused("numbers_too_large")
        if k:
            inner = total([(k, "x"), (m, "")])
            now = work.step("Write the equation without the logarithm", now, f"{inner} == {shown}",
                            "log_b(u) = c means u = b^c", "equivalent")  # fmt: skip
            m = -m if slip == "sign_kept_when_moved" else m
            now = work.step(f"Work out the power and bring ${p['m']}$ over", now, f"{k}*x == {value - m}", BOTH_SIDES,
                            "equivalent")  # fmt: skip
            work.step(f"Divide both sides by ${k}$", now, f"x == {num(F(value - m, k))}", BOTH_SIDES, "equivalent")
            return work.done(number_answer(F(value - m, k), "x"))
        product = f"x*({total([(1, 'x'), (-m, '')])})"
        both = f"x > {max(0, m)}"
        now = work.step(f"Add the logarithms; they need ${both}$", now, f"log({product}, {base}) == {c} and {both}",
                        "log u + log v = log(uv) for positive u and v", "equivalent")  # fmt: skip
        now = work.step("Write the equation without the logarithm", now, f"{product} == {shown} and {both}",
                        "log_b(u) = c means u = b^c", "equivalent")  # fmt: skip
        value = -value if slip == "sign_kept_when_moved" else value
        now = work.step("Bring everything to the left side", now, f"{poly([1, -m, -value])} == 0 and {both}", BOTH_SIDES,
                        "equivalent")  # fmt: skip
        roots = [d for d in range(-abs(value), abs(value) + 1) if d * d - m * d - value == 0]
        if len(roots) != 2:
            raise Refused("not_whole")
        now = work.step("Solve the quadratic equation", now, f"(x == {roots[1]} or x == {roots[0]}) and {both}",
                        "factoring", "equivalent")  # fmt: skip
        kept = roots if slip == "false_root_kept" else roots[1:]
        work.step("Keep what lies in the domain" if len(kept) == 1 else "Both values are solutions", now,
                  " or ".join(f"x == {v}" for v in kept), "logarithms need positive arguments", "equivalent")  # fmt: skip
        return work.done(number_set(kept))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        return solve(say, self.equation(p))

    def claims(self, p: Params) -> tuple[Claim, ...]:
        equation = self.equation(p)
        return (Claim("holds", equation.replace("x", "ANSWER")), Claim("solves", equation, "x"))


TEMPLATES: tuple[Template, ...] = (System2(), System3(), ArithmeticSum(), GeometricSum(), PolynomialDivision(),
                                   ExponentialEquation(), LogarithmEquation())  # fmt: skip
