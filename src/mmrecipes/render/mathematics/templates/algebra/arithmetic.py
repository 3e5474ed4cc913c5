"""The four operations and percentages, in stories."""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction as F

from mmrecipes.render.mathematics.expressions import num, number_answer
from mmrecipes.render.mathematics.phrases import GOODS, NUMBERS, PEOPLE, Words, listed
from mmrecipes.render.mathematics.problem import Claim, Derivation, Params, Refused
from mmrecipes.render.mathematics.template import Template
from mmrecipes.render.mathematics.work import Work


def _bracket(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"({' + '.join(parts)})"


class Shopping(Template):
    name, field, concepts, grade = "shopping", "algebra", ("four operations",), 1.0
    lengths, slips = (2, 3, 4), ("one_item_only", "added_not_subtracted", "quantities_swapped")

    def sample(self, rng: random.Random, length: int) -> Params:
        kinds = length - 1
        lines = [(rng.randint(2, 9), rng.randint(2, 15)) for _ in range(kinds)]
        cost = sum(a * b for a, b in lines)
        more = 10 + rng.choice((1, 2, 3, 5, 8, 12))
        paid = next((n for n in (20, 50, 100, 200) if n > cost), cost + more)
        if len({b for _, b in lines}) < kinds or any(a == b for a, b in lines):
            raise Refused("equal_prices")
        goods = rng.sample(range(len(GOODS)), kinds)
        return {"lines": lines, "paid": paid, "goods": goods, "person": rng.randrange(len(PEOPLE))}

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        lines, paid = p["lines"], p["paid"]
        products = [a * b for a, b in lines]
        if slip == "one_item_only":
            products[-1] = lines[-1][1]
        if slip == "quantities_swapped":
            products[0] = sum(lines[0])
        cost = sum(products)
        work = Work(f"{paid} - {_bracket([f'{a}*{b}' for a, b in lines])}")
        what = "each number by its price" if len(lines) > 1 else "the number by the price"
        work.step(f"Multiply {what}", f"{paid} - {_bracket([*map(str, products)])}", "cost is number times price")
        if len(lines) > 2:
            work.step("Add the first two costs", f"{paid} - ({sum(products[:2])} + {products[2]})", "addition")
        if len(lines) > 1:
            work.step("Add the costs", f"{paid} - {cost}", "the total is the sum of the costs")
        left = paid + cost if slip == "added_not_subtracted" else paid - cost
        work.step("Subtract the cost from what was paid", num(left), "change is money paid minus cost")
        return work.done(number_answer(left))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        who = PEOPLE[p["person"]]
        items = [f"{NUMBERS[a]} {GOODS[g]} at ${b}$ coins each"
                 for (a, b), g in zip(p["lines"], p["goods"], strict=True)]  # fmt: skip
        deed, place, pay = say("a"), say("p"), say("b", n=p["paid"])
        return (f"{place} {who} {deed} {listed(items)} and {pay}. {say('q', who=who)}",)

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
        price, rate, fee = p["price"], p["rate"], p["fee"]
        tail = f" + {fee}" if fee else ""
        work = Work(f"{price} - {rate}/100*{price}{tail}")
        off = F(rate) if slip == "percent_as_amount" else F(price * rate, 100)
        work.step(f"Take ${rate}$ % of the price", f"{price} - {num(off)}{tail}", "per cent means hundredths")
        rest = {"discount_is_price": off, "discount_added": price + off}.get(slip or "", price - off)
        work.step("Subtract the reduction", f"{num(rest)}{tail}", "the reduced price is price minus reduction")
        if fee:
            work.step("Add the delivery fee", num(rest + fee), "addition")
        return work.done(number_answer(rest + fee))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        start = say("a", g=GOODS[p["good"]], n=p["price"])
        cut = say("b", r=p["rate"])
        fee = f" Delivery costs ${p['fee']}$ coins more." if p["fee"] else ""
        return (f"{start} {cut}{fee} {say('q', who=PEOPLE[p['person']])}",)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        return (Claim("holds", f"(ANSWER - {p['fee']})*100 == {p['price']}*(100 - {p['rate']})"),)
