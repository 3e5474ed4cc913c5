"""Algebra, first part: arithmetic in stories, linear and quadratic equations, inequalities."""

from __future__ import annotations

import random
from fractions import Fraction as F
from math import isqrt
from typing import ClassVar

from mmrecipes.render.mathematics.phrases import GOODS, PEOPLE, number_word, solve
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

BOTH_SIDES = "doing the same to both sides keeps the solutions"


class Shopping(Template):
    name, field, concepts, grade = "shopping", "algebra", ("four operations",), 1.0
    lengths, slips = (2, 3, 4), ("one_item_only", "added_not_subtracted", "quantities_swapped")

    def sample(self, rng: random.Random, length: int) -> Params:
        kinds = length - 1
        lines = [(rng.randint(2, 9), rng.randint(2, 15)) for _ in range(kinds)]
        cost = sum(a * b for a, b in lines)
        paid = cost + rng.choice((1, 2, 3, 5, 8, 12))
        paid = next((n for n in (20, 50, 100, 200) if n > cost), paid + 10)
        if len({b for _, b in lines}) < kinds or any(a == b for a, b in lines):
            raise Refused("equal_prices")
        goods = rng.sample(range(len(GOODS)), kinds)
        return {"lines": lines, "paid": paid, "goods": goods, "person": rng.randrange(len(PEOPLE))}

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        work, paid = Work(), p["paid"]
        terms = [f"{a}*{b}" for a, b in p["lines"]]
        sign = " + " if slip == "added_not_subtracted" else " - "
        start = f"{paid} - " + " - ".join(terms) if len(terms) < 2 else f"{paid} - ({' + '.join(terms)})"
        products = [a * b for a, b in p["lines"]]
        if slip == "one_item_only":
            products[-1] = p["lines"][-1][1]
        if slip == "quantities_swapped":
            products[0] = p["lines"][0][0] + p["lines"][0][1]
        inner = " + ".join(map(str, products))
        if len(terms) == 1:
            now = work.step(
                "Multiply the number by the price", start, f"{paid} - {inner}", "cost is number times price"
            )
        else:
            now = work.step("Multiply each number by its price", start, f"{paid} - ({inner})",
                            "cost is number times price")  # fmt: skip
            if len(terms) > 2:
                part = sum(products[:2])
                now = work.step("Add the first two costs", now, f"{paid} - ({part} + {products[2]})", "addition")
            now = work.step("Add the costs", now, f"{paid} - {sum(products)}", "the total is the sum of the costs")
        left = paid - sum(products) if sign == " - " else paid + sum(products)
        work.step("Subtract the cost from what was paid", now, num(left), "change is money paid minus cost")
        return work.done(number_answer(left))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        who = PEOPLE[p["person"]]
        items = [f"{number_word(a) if a < 11 else a} {GOODS[g][1]} at ${b}$ coins each"
                 for (a, b), g in zip(p["lines"], p["goods"], strict=True)]  # fmt: skip
        listed = items[0] if len(items) == 1 else ", ".join(items[:-1]) + " and " + items[-1]
        deed = say.of("a", ("buys", "picks up", "orders", "takes", "chooses"))
        place = say.of("p", ("At the market,", "In a shop,", "At a school fair,", "In town,", "At the Saturday stall,",
                             "During the sale,"))  # fmt: skip
        pay = say.of("b", ("pays with ${n}$ coins", "hands over ${n}$ coins", "gives the seller ${n}$ coins",
                           "puts ${n}$ coins on the counter")).format(n=p["paid"])  # fmt: skip
        ask = say.of("q", ("How many coins come back?", "How much change is there?", "What is the change, in coins?",
                           f"How many coins does {who} get back?", "Work out the change."))  # fmt: skip
        return (f"{place} {who} {deed} {listed} and {pay}. {ask}",)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        return (Claim("holds", " + ".join(f"{a}*{b}" for a, b in p["lines"]) + f" + ANSWER == {p['paid']}"),)


class Discount(Template):
    name, field, concepts, grade = "discount", "algebra", ("percentages",), 1.4
    lengths, slips = (2, 3), ("discount_is_price", "discount_added", "percent_as_amount")

    def sample(self, rng: random.Random, length: int) -> Params:
        price = rng.randint(2, 30) * 20
        rate = rng.choice((5, 10, 15, 20, 25, 30, 40, 45, 60))
        fee = rng.randint(2, 9) if length == 3 else 0
        if price * (100 - rate) % 100:
            raise Refused("not_whole")
        return {"price": price, "rate": rate, "fee": fee, "good": rng.randrange(len(GOODS)),
                "person": rng.randrange(len(PEOPLE))}  # fmt: skip

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        work, price, rate, fee = Work(), p["price"], p["rate"], p["fee"]
        tail = f" + {fee}" if fee else ""
        off = F(price * rate, 100) if slip != "percent_as_amount" else F(rate)
        now = work.step(f"Take ${rate}$ % of the price", f"{price} - {rate}/100*{price}{tail}",
                        f"{price} - {num(off)}{tail}", "per cent means hundredths")  # fmt: skip
        rest = {"discount_is_price": off, "discount_added": price + off}.get(slip or "", price - off)
        if fee:
            now = work.step("Subtract the reduction", now, f"{num(rest)} + {fee}",
                            "the reduced price is price minus reduction")  # fmt: skip
            work.step("Add the delivery fee", now, num(rest + fee), "addition")
        else:
            work.step("Subtract the reduction", now, num(rest), "the reduced price is price minus reduction")
        return work.done(number_answer(rest + fee))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        good = GOODS[p["good"]][1]
        start = say.of("a", ("A crate of {g} costs ${n}$ coins.", "The normal price of a box of {g} is ${n}$ coins.",
                             "A parcel of {g} is marked at ${n}$ coins.", "A set of {g} is offered for ${n}$ coins.",
                             "For a pallet of {g} a shop asks ${n}$ coins.")).format(g=good, n=p["price"])  # fmt: skip
        cut = say.of("b", ("It is reduced by ${r}$ %.", "In the sale it is ${r}$ % cheaper.",
                           "A voucher takes ${r}$ % off.", "Members get ${r}$ % off.",
                           "Today ${r}$ % is taken off the price.")).format(r=p["rate"])  # fmt: skip
        fee = f" Delivery costs ${p['fee']}$ coins more." if p["fee"] else ""
        ask = say.of("q", ("What has to be paid?", "How many coins must be paid in the end?", "What is the final price?",
                           f"How much does {PEOPLE[p['person']]} pay?", "Find the amount to pay, in coins."))  # fmt: skip
        return (f"{start} {cut}{fee} {ask}",)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        return (Claim("holds", f"(ANSWER - {p['fee']})*100 == {p['price']}*(100 - {p['rate']})"),)


class LinearEquation(Template):
    name, field, concepts, grade = "linear_equation", "algebra", ("linear equation",), 2.2
    lengths = (2, 3, 4, 5, 6)
    slips = ("sign_kept_when_moved", "only_first_term_multiplied", "subtracted_instead_of_divided")

    def sample(self, rng: random.Random, length: int) -> Params:
        x, a, b = pick(rng, -9, 12, 0, 1), pick(rng, 2, 9), pick(rng, -12, 12, 0)
        c = pick(rng, -7, 7, 0, 1, -1, a, -a)
        if length == 2:
            left, right, form = [a, b], [0, a * x + b], "plain"
        elif length == 3:
            left, right, form = [a, b], [c, (a - c) * x + b], "both"
        elif length == 4:
            left, right, form = [a, b], [c, a * (x + b) - c * x], "bracket"
        elif length == 5:
            e = pick(rng, -9, 9, 0)
            left, right, form = [a, b], [c, e, a * (x + b) - c * (x + e)], "brackets"
        else:
            m, n = rng.choice(((2, 3), (3, 4), (2, 5), (3, 5), (4, 6), (4, 5), (6, 9)))
            left = [m, m * rng.randint(-3, 4) - x]
            right = [n, n * rng.randint(-3, 4) - x]
            if left[1] == right[1] or 0 in (left[1], right[1]):
                raise Refused("degenerate")
            form = "fractions"
        return {"form": form, "left": left, "right": right, "x": x}

    def equation(self, p: Params) -> str:
        (a, b), right, form = p["left"], p["right"], p["form"]
        if form in ("plain", "both"):
            return f"{total([(a, 'x'), (b, '')])} == {total([(right[0], 'x'), (right[1], '')])}"
        if form == "bracket":
            return f"{a}*({total([(1, 'x'), (b, '')])}) == {total([(right[0], 'x'), (right[1], '')])}"
        if form == "brackets":
            c, e, k = right
            bracket = total([(1, "x"), (b, "")])
            return f"{a}*({bracket}) == {self._scaled(c, e)}{self._constant(k)}"
        m, n = a, right[0]
        k = F(p["x"] + b, m) - F(p["x"] + right[1], n)
        return f"({total([(1, 'x'), (b, '')])})/{m} - ({total([(1, 'x'), (right[1], '')])})/{n} == {num(k)}"

    @staticmethod
    def _scaled(c: int, e: int) -> str:
        return total([(c, f"({total([(1, 'x'), (e, '')])})")])

    @staticmethod
    def _constant(k: int) -> str:
        return "" if k == 0 else f" + {k}" if k > 0 else f" - {-k}"

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        work, now = Work(), self.equation(p)
        (a, b), right, form = p["left"], p["right"], p["form"]
        first_only = slip == "only_first_term_multiplied"
        if form == "fractions":
            return self._fractions(p, work, now, slip)
        if form == "bracket":
            left, rest = (a, b if first_only else a * b), (right[0], right[1])
            now = self._to(work, "Multiply out the bracket", now, left, rest, "distributive law")
        elif form == "brackets":
            c, e, k = right
            left = (a, b if first_only else a * b)
            now = work.step("Multiply out the bracket on the left", now,
                            f"{total([(left[0], 'x'), (left[1], '')])} == {self._scaled(c, e)}{self._constant(k)}",
                            "distributive law", "equivalent")  # fmt: skip
            rest = (c, c * e + k)
            now = self._to(work, "Multiply out the bracket on the right and add the numbers there", now, left, rest,
                           "distributive law")  # fmt: skip
        else:
            left, rest = (a, b), (right[0], right[1])
        return self._linear(work, now, left, rest, slip)

    @staticmethod
    def _to(work: Work, text: str, now: str, left: tuple[int | F, int | F], right: tuple[int | F, int | F],
            why: str) -> str:  # fmt: skip
        sides = [total([(s[0], "x"), (s[1], "")]) for s in (left, right)]
        return work.step(text, now, " == ".join(sides), why, "equivalent")

    def _linear(self, work: Work, now: str, left: tuple[int | F, int | F], right: tuple[int | F, int | F],
                slip: str | None) -> Derivation:  # fmt: skip
        (a, b), (c, d) = left, right
        if c:
            text = (
                f"Subtract ${total([(c, 'x')])}$ from both sides"
                if c > 0
                else f"Add ${total([(-c, 'x')])}$ to both sides"
            )
            a, c = a - c, 0
            now = self._to(work, text, now, (a, b), (0, d), BOTH_SIDES)
        if b:
            text = f"Subtract ${num(b)}$ from both sides" if b > 0 else f"Add ${num(-b)}$ to both sides"
            d = d + b if slip == "sign_kept_when_moved" else d - b
            now = self._to(work, text, now, (a, 0), (0, d), BOTH_SIDES)
        if a == 0:
            raise Refused("degenerate")
        x = d - a if slip == "subtracted_instead_of_divided" else F(d) / a
        if a == 1:
            raise Refused("other_length")
        work.step(f"Divide both sides by ${num(a)}$", now, f"x == {num(x)}", BOTH_SIDES, "equivalent")
        return work.done(number_answer(x, "x"))

    def _fractions(self, p: Params, work: Work, now: str, slip: str | None) -> Derivation:
        (m, b), (n, d) = p["left"], p["right"]
        k = F(p["x"] + b, m) - F(p["x"] + d, n)
        common = m * n // _gcd(m, n)
        u, v = common // m, common // n
        if k.denominator != 1:
            raise Refused("not_whole")
        value = k if slip == "only_first_term_multiplied" else k * common
        first, second = (f"({total([(1, 'x'), (s, '')])})" for s in (b, d))
        now = work.step(f"Multiply both sides by the common denominator ${common}$", now,
                        f"{u}*{first} - {v}*{second} == {num(value)}", BOTH_SIDES, "equivalent")  # fmt: skip
        low = total([(u, "x"), (u * b, "")])
        now = work.step("Multiply out the first bracket", now, f"{low} - {v}*{second} == {num(value)}",
                        "distributive law", "equivalent")  # fmt: skip
        now = work.step("Multiply out the second bracket; the minus sign goes to both of its terms", now,
                        f"{low}{_signed(-v, 'x')}{_signed(-v * d, '')} == {num(value)}", "distributive law",
                        "equivalent")  # fmt: skip
        a, rest = u - v, u * b - v * d
        if a in (0, 1) or rest == 0:
            raise Refused("other_length")
        now = self._to(work, "Collect like terms", now, (a, rest), (0, value), "terms of one kind may be added")
        return self._linear(work, now, (a, rest), (0, value), slip)

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        return solve(say, self.equation(p))

    def claims(self, p: Params) -> tuple[Claim, ...]:
        equation = self.equation(p)
        return (Claim("holds", equation.replace("x", "ANSWER")), Claim("solves", equation, "x"))


def _signed(c: int | F, symbol: str) -> str:
    body = total([(abs(c), symbol)])
    return f" - {body}" if c < 0 else f" + {body}"


def _gcd(a: int, b: int) -> int:
    while b:
        a, b = b, a % b
    return a


class QuadraticFactoring(Template):
    name, field, concepts, grade = "quadratic_factoring", "algebra", ("quadratic equation", "factoring"), 3.4
    lengths, slips = (2, 3, 4), ("signs_of_roots", "wrong_factor_pair", "one_root_lost")

    def sample(self, rng: random.Random, length: int) -> Params:
        r = pick(rng, -9, 9, 0)
        s = pick(rng, -9, 9, 0, r, -r)
        k = pick(rng, 2, 5) if length == 4 else 1
        moved = [pick(rng, -6, 6, 0), pick(rng, -20, 20, 0)] if length >= 3 else [0, 0]
        return {"r": r, "s": s, "k": k, "moved": moved}

    def equation(self, p: Params) -> str:
        r, s, k, (m, c) = p["r"], p["s"], p["k"], p["moved"]
        return f"{poly([k, -k * (r + s) + m, k * r * s + c])} == {poly([m, c])}"

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        work, now = Work(), self.equation(p)
        r, s, k, moved = p["r"], p["s"], p["k"], p["moved"]
        if moved != [0, 0]:
            now = work.step("Bring everything to the left side", now, f"{poly([k, -k * (r + s), k * r * s])} == 0",
                            BOTH_SIDES, "equivalent")  # fmt: skip
        if k != 1:
            now = work.step(f"Divide both sides by ${k}$", now, f"{poly([1, -(r + s), r * s])} == 0", BOTH_SIDES,
                            "equivalent")  # fmt: skip
        if slip == "wrong_factor_pair":
            r, s = (r * s, 1) if abs(r * s) != abs(r) and abs(r * s) != abs(s) else (-r, -s)
        factors = "*".join(f"({total([(1, 'x'), (-v, '')])})" for v in (r, s))
        now = work.step(f"Factor: two numbers with product ${r * s}$ and sum ${-(r + s)}$ are ${-r}$ and ${-s}$", now,
                        f"{factors} == 0", "(x + p)(x + q) = x² + (p + q)x + pq", "equivalent")  # fmt: skip
        if slip == "signs_of_roots":
            r, s = -r, -s
        kept = (r,) if slip == "one_root_lost" else (r, s)
        work.step("Set each factor equal to zero", now, " or ".join(f"x == {v}" for v in kept),
                  "a product is zero when one of its factors is", "equivalent")  # fmt: skip
        return work.done(number_set(kept))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        texts = solve(say, self.equation(p))
        return texts

    def claims(self, p: Params) -> tuple[Claim, ...]:
        equation = self.equation(p)
        return (Claim("holds", equation.replace("x", "ANSWER")), Claim("solves", equation, "x"))


class QuadraticFormula(Template):
    name, field, concepts, grade = "quadratic_formula", "algebra", ("quadratic equation", "discriminant"), 3.4
    lengths, slips = (4, 5, 6), ("sign_of_b", "discriminant_sign", "divided_by_a_only")

    def sample(self, rng: random.Random, length: int) -> Params:
        a = pick(rng, 2, 6)
        if length == 6 or (length == 5 and rng.random() < 0.5):  # irrational roots
            h, n, m = pick(rng, -5, 5, 0), rng.choice((2, 3, 5, 6, 7)), rng.choice((1, 2, 3))
            return {"a": 1, "b": -2 * h, "c": h * h - n * m * m, "moved": pick(rng, -9, 9, 0) if length == 6 else 0}
        x1, x2 = F(pick(rng, -9, 9, 0), a), F(pick(rng, -5, 5, 0))
        b, c = -a * (x1 + x2), a * x1 * x2
        if x1.denominator == 1 or b == 0 or x1 == -x2:
            raise Refused("degenerate")
        return {"a": a, "b": int(b), "c": int(c), "moved": pick(rng, -9, 9, 0) if length == 5 else 0}

    def equation(self, p: Params) -> str:
        return f"{poly([p['a'], p['b'], p['c'] + p['moved']])} == {p['moved']}"

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        a, b, c = p["a"], p["b"], p["c"]
        work, start = Work(), self.equation(p)
        if p["moved"]:
            start = work.step("Bring everything to the left side", start, f"{poly([a, b, c])} == 0", BOTH_SIDES,
                              "equivalent")  # fmt: skip
        sign = 1 if slip == "sign_of_b" else -1
        first = num(sign * b)
        under = f"{par(b)}**2 - 4*{neg(a)}*{neg(c)}"
        bottom = a if slip == "divided_by_a_only" else 2 * a
        below = f"2*{a}" if slip != "divided_by_a_only" else str(a)
        now = work.step(f"Use the quadratic formula with $a == {a}$, $b == {b}$, $c == {c}$", start,
                        self._pair(first, f"sqrt({under})", below), "x = (−b ± √(b² − 4ac)) / (2a)",
                        "equivalent")  # fmt: skip
        d = b * b + 4 * a * c if slip == "discriminant_sign" else b * b - 4 * a * c
        if d <= 0:
            raise Refused("degenerate")
        now = work.step("Work out the discriminant", now, self._pair(first, f"sqrt({d})", str(bottom)), "arithmetic",
                        "equivalent")  # fmt: skip
        root = isqrt(d)
        if root * root == d:
            now = work.step("Take the square root", now, self._pair(first, str(root), str(bottom)),
                            f"{root}² = {d}", "equivalent")  # fmt: skip
            found = [F(sign * b + root, bottom), F(sign * b - root, bottom)]
            work.step("Simplify both values", now, f"x == {num(found[0])} or x == {num(found[1])}", "arithmetic",
                      "equivalent")  # fmt: skip
            return work.done(number_set(found))
        return self._surds(work, now, sign * b, d, bottom)

    def _surds(self, work: Work, now: str, top: int, d: int, bottom: int) -> Derivation:
        m = max(k for k in range(1, isqrt(d) + 1) if d % (k * k) == 0)
        rest = d // (m * m)
        if m % bottom or top % bottom or rest == 1:
            raise Refused("not_whole")
        now = work.step("Take square factors out of the root", now,
                        self._pair(num(top), f"sqrt({m * m}*{rest})", str(bottom)), f"{m * m}·{rest} = {d}",
                        "equivalent")  # fmt: skip
        now = work.step("Write the root of the square as a number", now,
                        self._pair(num(top), total([(m, f"sqrt({rest})")]), str(bottom)), "√(m²n) = m√n for m > 0",
                        "equivalent")  # fmt: skip
        h, k = top // bottom, m // bottom
        values = [f"{h}{_signed(s * k, f'sqrt({rest})')}" for s in (1, -1)]
        work.step(f"Divide both terms by ${bottom}$", now, " or ".join(f"x == {v}" for v in values),
                        "(a + b)/c = a/c + b/c", "equivalent")  # fmt: skip
        return work.done(Answer("set", "{" + ", ".join(reversed(values)) + "}", "x"))

    @staticmethod
    def _pair(first: str, root: str, bottom: str) -> str:
        return f"x == ({first} + {root})/({bottom}) or x == ({first} - {root})/({bottom})"

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        return solve(say, self.equation(p))

    def claims(self, p: Params) -> tuple[Claim, ...]:
        equation = self.equation(p)
        return (Claim("holds", equation.replace("x", "ANSWER")), Claim("solves", equation, "x"))


class LinearInequality(Template):
    name, field, concepts, grade = "linear_inequality", "algebra", ("inequality",), 2.8
    lengths, slips = (2, 3, 4), ("sign_not_turned", "sign_kept_when_moved", "only_first_term_multiplied")
    turned: ClassVar[dict[str, str]] = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}

    def sample(self, rng: random.Random, length: int) -> Params:
        a, x, b, c = pick(rng, -8, 8, 0, 1, -1), pick(rng, -9, 9, 0), pick(rng, -12, 12, 0), pick(rng, -7, 7, 0)
        if length == 2:
            c = 0
        if a - c in (0, 1, -1) or a == c:
            raise Refused("degenerate")
        k = a * (x + b) - c * x if length == 4 else (a - c) * x + b
        return {"a": a, "b": b, "c": c, "k": k, "op": rng.choice(("<", ">", "<=", ">=")), "bracket": length == 4}

    def relation(self, p: Params) -> str:
        left = (f"{num(p['a'])}*({total([(1, 'x'), (p['b'], '')])})" if p["bracket"]
                else total([(p["a"], "x"), (p["b"], "")]))  # fmt: skip
        return f"{left} {p['op']} {total([(p['c'], 'x'), (p['k'], '')])}"

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        work, now, op = Work(), self.relation(p), p["op"]
        a, b, c, k = p["a"], p["b"], p["c"], p["k"]
        if p["bracket"]:
            b = b if slip == "only_first_term_multiplied" else a * b
            now = work.step("Multiply out the bracket", now,
                            f"{total([(a, 'x'), (b, '')])} {op} {total([(c, 'x'), (k, '')])}", "distributive law",
                            "equivalent")  # fmt: skip
        if c:
            text = (
                f"Subtract ${total([(c, 'x')])}$ from both sides"
                if c > 0
                else f"Add ${total([(-c, 'x')])}$ to both sides"
            )
            a -= c
            now = work.step(text, now, f"{total([(a, 'x'), (b, '')])} {op} {k}", BOTH_SIDES, "equivalent")
        text = f"Subtract ${b}$ from both sides" if b > 0 else f"Add ${-b}$ to both sides"
        k = k + b if slip == "sign_kept_when_moved" else k - b
        now = work.step(text, now, f"{total([(a, 'x')])} {op} {k}", BOTH_SIDES, "equivalent")
        x = F(k, a)
        if a < 0 and slip != "sign_not_turned":
            op = self.turned[op]
        what = "; the sign turns round" if a < 0 else ""
        work.step(f"Divide both sides by ${a}${what}", now, f"x {op} {num(x)}",
                  "dividing by a negative number turns an inequality round" if a < 0 else
                  "dividing by a positive number keeps an inequality", "equivalent")  # fmt: skip
        return work.done(Answer("interval", _ray(op, num(x)), "x"))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        relation = self.relation(p)
        text = say.of("s", ("Solve the inequality {e}.", "For which real numbers $x$ does {e} hold?",
                            "Find all real $x$ with {e}.", "Determine the solution set of {e}.",
                            "Give the interval of all $x$ that satisfy {e}.", "Let $x$ be real. When is {e} true?",
                            "Which values may $x$ take if {e}?"))  # fmt: skip
        tail = say.of("t", ("", " Give the answer as an interval.", " Write the solutions as an interval.",
                            " Use interval notation."))  # fmt: skip
        return (text.format(e=f"${relation}$") + tail,)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        return (Claim("solves", self.relation(p), "x"),)


def _ray(op: str, x: str) -> str:
    return {"<": f"Interval(-oo, {x}, True, True)", "<=": f"Interval(-oo, {x}, True, False)",
            ">": f"Interval({x}, oo, True, True)", ">=": f"Interval({x}, oo, False, True)"}[op]  # fmt: skip


class QuadraticInequality(Template):
    name, field, concepts, grade = "quadratic_inequality", "algebra", ("inequality", "quadratic equation"), 4.0
    lengths, slips = (2, 3), ("inside_and_outside_swapped", "signs_of_roots", "ends_wrong")

    def sample(self, rng: random.Random, length: int) -> Params:
        r = pick(rng, -8, 7, 0)
        s = pick(rng, r + 1, 10, 0, -r)
        return {
            "r": r,
            "s": s,
            "op": rng.choice(("<", ">", "<=", ">=")),
            "moved": pick(rng, -15, 15, 0) if length == 3 else 0,
        }

    def relation(self, p: Params) -> str:
        r, s = p["r"], p["s"]
        return f"{poly([1, -(r + s), r * s + p['moved']])} {p['op']} {p['moved']}"

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        r, s, op = p["r"], p["s"], p["op"]
        work, now = Work(), self.relation(p)
        if p["moved"]:
            now = work.step("Bring everything to the left side", now, f"{poly([1, -(r + s), r * s])} {op} 0", BOTH_SIDES,
                            "equivalent")  # fmt: skip
        now = work.step("Factor the quadratic", now,
                        "*".join(f"({total([(1, 'x'), (-v, '')])})" for v in (r, s)) + f" {op} 0",
                        "(x + p)(x + q) = x² + (p + q)x + pq", "equivalent")  # fmt: skip
        if slip == "signs_of_roots":
            r, s = -s, -r
        inside = op in ("<", "<=")
        if slip == "inside_and_outside_swapped":
            inside = not inside
        closed = op in ("<=", ">=")
        if slip == "ends_wrong":
            closed = not closed
        less = "<=" if closed else "<"
        after = f"{r} {less} x and x {less} {s}" if inside else f"x {less} {r} or {s} {less} x"
        work.step(f"The graph opens upwards with zeros ${r}$ and ${s}$; read off where the sign fits", now, after,
                  "an upward parabola is negative exactly between its zeros", "equivalent")  # fmt: skip
        o = str(not closed)
        value = (f"Interval({r}, {s}, {o}, {o})" if inside
                 else f"Union(Interval(-oo, {r}, True, {o}), Interval({s}, oo, {o}, True))")  # fmt: skip
        return work.done(Answer("interval", value, "x"))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        text = say.of("s", ("Solve the inequality {e}.", "For which real $x$ is {e}?", "Find the solution set of {e}.",
                            "Determine all real numbers $x$ with {e}.", "Give every real $x$ for which {e} holds.",
                            "When is it true that {e}? Let $x$ be real.", "On which set of real numbers does {e} hold?"))  # fmt: skip
        tail = say.of("t", ("", " Answer in interval notation.", " Use intervals for your answer."))
        return (text.format(e=f"${self.relation(p)}$") + tail,)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        return (Claim("solves", self.relation(p), "x"),)


TEMPLATES: tuple[Template, ...] = (Shopping(), Discount(), LinearEquation(), QuadraticFactoring(), QuadraticFormula(),
                                   LinearInequality(), QuadraticInequality())  # fmt: skip
