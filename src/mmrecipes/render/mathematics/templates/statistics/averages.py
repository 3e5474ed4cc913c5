"""Averages: the mean of a frequency table, the median of a list, a value found from the mean."""

from __future__ import annotations

import random
from fractions import Fraction as F

from mmrecipes.render.mathematics.expressions import added, num, number_answer
from mmrecipes.render.mathematics.phrases import PEOPLE, Words, compute
from mmrecipes.render.mathematics.problem import Claim, Derivation, Params, Refused, Table
from mmrecipes.render.mathematics.template import Template
from mmrecipes.render.mathematics.templates.statistics.series import SERIES, spelled
from mmrecipes.render.mathematics.work import ARITHMETIC, BOTH_SIDES, Work


class MeanFromTable(Template):
    name, field, concepts, grade = "mean_from_table", "statistics", ("mean", "frequency table"), 2.0
    lengths, slips = (3, 4), ("frequencies_ignored", "divided_by_number_of_rows", "one_product_wrong")

    def sample(self, rng: random.Random, length: int) -> Params:
        size = 3 if length == 3 else rng.randint(4, 5)
        values = sorted(rng.sample(range(0 if length == 4 else 1, 12), size))
        counts = [rng.randint(1, 9) for _ in values]
        n, whole = sum(counts), sum(v * c for v, c in zip(values, counts, strict=True))
        if whole * 20 % n and rng.random() < 0.85:
            raise Refused("not_nice")
        return {"values": values, "counts": counts, "split": length == 4, "what": rng.randrange(len(SERIES))}

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        values, counts = p["values"], p["counts"]
        n = len(values) if slip == "divided_by_number_of_rows" else sum(counts)
        products = [v * c for v, c in zip(values, counts, strict=True)]
        if slip == "frequencies_ignored":
            products = list(values)
        if slip == "one_product_wrong":
            products[-1] = values[-1] + counts[-1]
        whole, below = sum(products), f"({' + '.join(map(str, counts))})"
        work = Work(f"({' + '.join(f'{c}*{v}' for v, c in zip(values, counts, strict=True))})/{below}")
        work.step("Multiply each value by its frequency", f"({added(products)})/{below}",
                  "each value counts as often as it occurs")  # fmt: skip
        if p["split"]:
            work.step("Add the products", f"{whole}/{below}")
            work.step("Add the frequencies", f"{whole}/{n}", "the frequencies add up to the number of data")
        else:
            work.step("Add the products and the frequencies", f"{whole}/{n}", "the mean is sum over number")
        value = F(whole, n)
        if num(value) != work.now:
            work.step("Divide", num(value))
        return work.done(number_answer(value))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        what, per = SERIES[p["what"]]
        who = say.of("w", PEOPLE)
        head = say("a", who=who, what=what, per=per, n=sum(p["counts"]))
        return (f"{head} {compute(say, say('b', what=what))}",)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        data = [v for v, c in zip(p["values"], p["counts"], strict=True) for _ in range(c)]
        return (Claim("holds", f"mean({data}) == ANSWER"),)

    def table(self, p: Params) -> Table:
        what, per = SERIES[p["what"]]
        rows = (what.capitalize(), *map(str, p["values"])), (f"Number of {per}", *map(str, p["counts"]))
        return Table(rows, header_row=False, header_column=True)


_MIDDLE = "the median is the middle value"


class MedianOfList(Template):
    name, field, concepts, grade = "median", "statistics", ("median",), 1.4
    lengths, slips = (2, 3), ("not_sorted", "mean_taken", "wrong_place")

    def sample(self, rng: random.Random, length: int) -> Params:
        size = rng.choice((5, 7)) if length == 2 else rng.choice((6, 8))
        data = [rng.randint(2, 60) for _ in range(size)]
        if data == sorted(data) or len(set(data)) < size:
            raise Refused("degenerate")
        return {"data": data, "what": rng.randrange(len(SERIES)), "person": rng.randrange(len(PEOPLE))}

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        data, work = p["data"], Work(f"median({p['data']})")
        n, ordered = len(data), sorted(data)
        one, two = "Take the number in the middle", "Take the two numbers in the middle"
        why = _MIDDLE
        if slip == "not_sorted":  # takes the middle of the list as it stands
            ordered = data
        else:
            work.step("Put the numbers in order", f"median({ordered})", "the median does not depend on the order")
            one = f"Take the value in the middle, number ${(n + 1) // 2}$"
            two = f"Take the two in the middle, numbers ${n // 2}$ and ${n // 2 + 1}$"
            why = "for an even number of data the median is the mean of the middle two"
        if slip == "mean_taken":
            mean = F(sum(data), n)
            work.step("Add them and divide by their number", num(mean), _MIDDLE)
            return work.done(number_answer(mean))
        shift = 1 if slip == "wrong_place" else 0
        low, high = ordered[(n - 1) // 2 + shift], ordered[n // 2 + shift]
        if n % 2:
            work.step(one, num(low), _MIDDLE)
            return work.done(number_answer(low))
        work.step(two, f"({low} + {high})/2", why)
        value = F(low + high, 2)
        work.step("Halve the sum", num(value))
        return work.done(number_answer(value))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        (what, per), data = SERIES[p["what"]], p["data"]
        head = say("a", who=PEOPLE[p["person"]], what=what, per=per, n=len(data), data=spelled(data))
        return (f"{head} {compute(say, say('b'))}",)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        return (Claim("holds", f"median({p['data']}) == ANSWER"),)


class MissingValue(Template):
    name, field, concepts, grade = "missing_value", "statistics", ("mean", "linear equation"), 2.2
    lengths, slips = (3, 4), ("wrong_number_of_values", "mean_used_as_sum", "sign_kept_when_moved")

    def sample(self, rng: random.Random, length: int) -> Params:
        n = rng.randint(3, 5) if length == 3 else rng.randint(4, 6)
        data = [rng.randint(3, 40) for _ in range(n)]
        if sum(data) % n or len(set(data)) < n - 1:
            raise Refused("not_whole")
        return {"data": data, "split": length == 4, "what": rng.randrange(len(SERIES)),
                "person": rng.randrange(len(PEOPLE))}  # fmt: skip

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        *known, _ = p["data"]
        n, listed = len(p["data"]), " + ".join(map(str, known))
        mean = sum(p["data"]) // n
        times = n - 1 if slip == "wrong_number_of_values" else n
        product, right = f"{mean}*{times}", mean * times
        if slip == "mean_used_as_sum":
            product, right = f"{mean}", mean
        work = Work(f"({listed} + x)/{n} == {mean}")
        work.step(f"Multiply both sides by ${n}$", f"{listed} + x == {product}", BOTH_SIDES)
        work.step("Add the known numbers and multiply on the right", f"{sum(known)} + x == {right}")
        sign = "+" if slip == "sign_kept_when_moved" else "-"
        value = right + sum(known) if sign == "+" else right - sum(known)
        text, why = f"Subtract ${sum(known)}$ from both sides", BOTH_SIDES
        if p["split"]:
            work.step(text, f"x == {right} {sign} {sum(known)}", why)
            text, why = "Work it out", ARITHMETIC
        work.step(text, f"x == {num(value)}", why)
        return work.done(number_answer(value, "x"))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        (what, per), data = SERIES[p["what"]], p["data"]
        n = len(data)
        head = say("a", who=PEOPLE[p["person"]], what=what, per=per, n=n, less=n - 1, mean=sum(data) // n,
                   data=spelled(data[:-1]))  # fmt: skip
        return (f"{head} {compute(say, say('b'))}",)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        *known, _ = p["data"]
        n = len(p["data"])
        return (Claim("holds", f"mean({[*known, 0]}) + ANSWER/{n} == {sum(p['data']) // n}"),)
