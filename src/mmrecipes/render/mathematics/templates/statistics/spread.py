"""How data spread: variance and percentiles."""

from __future__ import annotations

import random
from fractions import Fraction as F

from mmrecipes.render.mathematics.expressions import added, num, number_answer, par
from mmrecipes.render.mathematics.phrases import Words, compute
from mmrecipes.render.mathematics.problem import Claim, Derivation, Params, Refused, Table
from mmrecipes.render.mathematics.template import Template
from mmrecipes.render.mathematics.templates.statistics.series import SERIES, spelled
from mmrecipes.render.mathematics.work import Work


class Variance(Template):
    name, field, concepts, grade = "variance", "statistics", ("mean", "variance"), 3.6
    lengths, slips = (4, 5), ("squares_not_taken", "divided_by_n_minus_1", "not_divided")

    def sample(self, rng: random.Random, length: int) -> Params:
        size = rng.choice((4, 5))
        data = [rng.randint(1, 20) for _ in range(size)]
        mean = F(sum(data), size)
        variance = F(sum((v - mean) ** 2 for v in data), size)
        if mean.denominator != 1 or len(set(data)) < 3 or variance.denominator not in (1, 2, 5):
            raise Refused("not_nice")
        return {"data": data, "split": length == 5, "what": rng.randrange(len(SERIES))}

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        data, n, work = p["data"], len(p["data"]), Work()
        mean = sum(data) // n
        gaps = [v - mean for v in data]
        squares = [abs(g) if slip == "squares_not_taken" else g * g for g in gaps]
        work.step("Find the mean", num(mean), "the mean is sum over number", of=f"({added(data)})/{n}")
        work.step("Subtract the mean from each value", f"({' + '.join(f'{par(g)}**2' for g in gaps)})/{n}",
                  "the variance is the mean of the squared deviations",
                  of=f"({' + '.join(f'({v} - {mean})**2' for v in data)})/{n}")  # fmt: skip
        if p["split"]:
            work.step("Square the deviations", f"({added(squares)})/{n}")
            work.step("Add", f"{sum(squares)}/{n}")
        else:
            work.step("Square the deviations and add", f"{sum(squares)}/{n}")
        value = F(sum(squares), {"not_divided": 1, "divided_by_n_minus_1": n - 1}.get(slip or "", n))
        work.step("Divide", num(value))
        return work.done(number_answer(value))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        (what, per), data = SERIES[p["what"]], p["data"]
        head = say("a", what=what, per=per, n=len(data), data=spelled(data))
        return (f"{head} {compute(say, say('b'))}",)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        return (Claim("holds", f"variance({p['data']}) == ANSWER"),)

    def table(self, p: Params) -> Table:
        what, per = SERIES[p["what"]]
        one = per.removesuffix("es") if per == "matches" else per.removesuffix("s")
        head = (one.capitalize(), *(str(i) for i, _ in enumerate(p["data"], 1)))
        return Table((head, (what.capitalize(), *map(str, p["data"]))), header_row=True, header_column=True)


class Percentile(Template):
    """By the nearest-rank rule."""

    name, field, concepts, grade = "percentile", "statistics", ("percentile",), 3.0
    lengths, slips = (2, 3), ("rank_rounded_down", "counted_from_the_top", "percent_as_rank")

    def sample(self, rng: random.Random, length: int) -> Params:
        size = rng.choice((8, 9, 11, 12, 13, 14))
        rate = rng.choice((20, 25, 30, 40, 60, 70, 75, 80, 90))
        data = rng.sample(range(10, 99), size)
        if rate * size % 100 == 0 or data == sorted(data):
            raise Refused("degenerate")
        if length == 2:
            data.sort()
        return {"data": data, "rate": rate, "what": rng.randrange(len(SERIES))}

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        data, rate, n = p["data"], p["rate"], len(p["data"])
        ordered, rank = sorted(data), -(-rate * n // 100)
        place = {"rank_rounded_down": rank - 1, "counted_from_the_top": n - rank + 1,
                 "percent_as_rank": min(n, max(1, round(rate / 10)))}.get(slip or "", rank)  # fmt: skip
        work = Work(f"nearest_rank({data}, {rate})")
        if ordered != data:
            work.step("Put the data in order", f"nearest_rank({ordered}, {rate})", "percentiles refer to ordered data")
        start = work.now
        work.step(f"Find the share ${rate}$ % of the number of values; rounded up this is the rank",
                  num(F(rate * n, 100)), "nearest-rank rule", of=f"{rate}/100*{n}")  # fmt: skip
        work.step(f"Take value number ${place}$", num(ordered[place - 1]), "nearest-rank rule", of=start)
        return work.done(number_answer(ordered[place - 1]))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        head, rule = say("a", what=SERIES[p["what"]][0], n=len(p["data"])), say("r")
        asked = compute(say, f"the {_ordinal(p['rate'])} percentile")
        return (f"{head} {asked}{rule}",)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        return (Claim("holds", f"nearest_rank({p['data']}, {p['rate']}) == ANSWER"),)

    def table(self, p: Params) -> Table:
        data = [str(v) for v in p["data"]]
        half = (len(data) + 1) // 2
        rows = (tuple(data[:half]), (*data[half:], *[""] * (2 * half - len(data))))
        return Table(rows, header_row=False, header_column=False)


def _ordinal(n: int) -> str:
    return f"{n}{'th' if 10 <= n % 100 <= 20 else {1: 'st', 2: 'nd', 3: 'rd'}.get(n % 10, 'th')}"
