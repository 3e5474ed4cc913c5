"""Statistics: means, medians, variances, percentiles, probabilities, a regression line; data stand in tables."""

from __future__ import annotations

import random
from fractions import Fraction as F
from math import comb

from mmrecipes.render.mathematics.phrases import PEOPLE, compute
from mmrecipes.render.mathematics.problem import (
    Answer,
    Claim,
    Derivation,
    Params,
    Refused,
    Table,
    Words,
    Work,
    added,
    neg,
    num,
    number_answer,
    par,
    total,
)
from mmrecipes.render.mathematics.template import Template, pick

BOTH_SIDES = "doing the same to both sides keeps the solutions"
SERIES = (("goals", "matches"), ("pages", "days"), ("parcels", "days"), ("visitors", "days"), ("points", "rounds"), ("eggs", "days"),
          ("calls", "hours"), ("orders", "days"), ("books", "weeks"), ("minutes late", "journeys"), ("kilometres", "trips"),
          ("birds", "mornings"), ("errors", "tests"), ("bags", "trips"))  # fmt: skip
"""What is counted, and per what."""


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
        values, counts, work = p["values"], p["counts"], Work()
        n = len(values) if slip == "divided_by_number_of_rows" else sum(counts)
        start = (
            f"({' + '.join(f'{c}*{v}' for v, c in zip(values, counts, strict=True))})/({' + '.join(map(str, counts))})"
        )
        products = [v * c for v, c in zip(values, counts, strict=True)]
        if slip == "frequencies_ignored":
            products = list(values)
        if slip == "one_product_wrong":
            products[-1] = values[-1] + counts[-1]
        below = f"({' + '.join(map(str, counts))})"
        now = work.step(
            "Multiply each value by its frequency",
            start,
            f"({added(products)})/{below}",
            "each value counts as often as it occurs",
        )
        if p["split"]:
            now = work.step("Add the products", now, f"{sum(products)}/{below}", "arithmetic")
            now = work.step(
                "Add the frequencies", now, f"{sum(products)}/{n}", "the frequencies add up to the number of data"
            )
        else:
            now = work.step(
                "Add the products and the frequencies", now, f"{sum(products)}/{n}", "the mean is sum over number"
            )
        value = F(sum(products), n)
        if num(value) != now:
            work.step("Divide", now, num(value), "arithmetic")
        return work.done(number_answer(value))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        what, per = SERIES[p["what"]]
        who = say.of("w", PEOPLE)
        head = say.of("a", (f"{who} counted {what} in {sum(p['counts'])} {per}. The table shows how often each number occurred.",
                            f"The table gives the number of {what} and in how many {per} it was observed.",
                            f"For {sum(p['counts'])} {per} the number of {what} was written down.",
                            f"How many {what} there were in {sum(p['counts'])} {per} is summed up in the table.",
                            f"{who}'s record of {what} is shown in the frequency table."))  # fmt: skip
        return (
            f"{head} {compute(say, say.of('b', (f'the mean number of {what}', f'the average number of {what}', 'the mean', 'the arithmetic mean of the data')))}",
        )

    def claims(self, p: Params) -> tuple[Claim, ...]:
        data = [v for v, c in zip(p["values"], p["counts"], strict=True) for _ in range(c)]
        return (Claim("holds", f"mean({data}) == ANSWER"),)

    def table(self, p: Params) -> Table:
        what, per = SERIES[p["what"]]
        return Table(
            ((what.capitalize(), *map(str, p["values"])), (f"Number of {per}", *map(str, p["counts"]))), False, True
        )


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
        data, work = p["data"], Work()
        n = len(data)
        ordered = list(data) if slip == "not_sorted" else sorted(data)
        before = f"median({data})"
        after = f"median({ordered})"
        if slip == "not_sorted":  # takes the middle of the list as it stands
            mid = [data[(n - 1) // 2], data[n // 2]]
            if n % 2:
                now = work.step("Take the number in the middle", before, num(mid[0]), "the median is the middle value")
                return work.done(number_answer(mid[0]))
            now = work.step(
                "Take the two numbers in the middle",
                before,
                f"({mid[0]} + {mid[1]})/2",
                "the median is the middle value",
            )
            work.step("Halve the sum", now, num(F(sum(mid), 2)), "arithmetic")
            return work.done(number_answer(F(sum(mid), 2)))
        now = work.step("Put the numbers in order", before, after, "the median does not depend on the order")
        shift = 1 if slip == "wrong_place" else 0
        mid = [ordered[(n - 1) // 2 + shift], ordered[n // 2 + shift]]
        if slip == "mean_taken":
            work.step(
                "Add them and divide by their number", now, num(F(sum(data), n)), "the median is the middle value"
            )
            return work.done(number_answer(F(sum(data), n)))
        if n % 2:
            work.step(
                f"Take the value in the middle, number ${(n + 1) // 2}$",
                now,
                num(mid[0]),
                "the median is the middle value",
            )
            return work.done(number_answer(mid[0]))
        now = work.step(f"Take the two in the middle, numbers ${n // 2}$ and ${n // 2 + 1}$", now, f"({mid[0]} + {mid[1]})/2",
                        "for an even number of data the median is the mean of the middle two")  # fmt: skip
        work.step("Halve the sum", now, num(F(sum(mid), 2)), "arithmetic")
        return work.done(number_answer(F(sum(mid), 2)))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        what, per = SERIES[p["what"]]
        listed = ", ".join(f"${v}$" for v in p["data"])
        who = PEOPLE[p["person"]]
        head = say.of("a", (f"In {len(p['data'])} {per} {who} noted these numbers of {what}: {listed}.", f"A record of {what} over {len(p['data'])} {per} reads {listed}.",
                            f"These are the numbers of {what} in {len(p['data'])} {per}: {listed}.", f"{who} has the data {listed}.",
                            f"Consider the data {listed}.", f"The following values were observed: {listed}."))  # fmt: skip
        return (f"{head} {compute(say, say.of('b', ('the median', 'their median', 'the median of these values')))}",)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        return (Claim("holds", f"median({p['data']}) == ANSWER"),)


class Variance(Template):
    name, field, concepts, grade = "variance", "statistics", ("mean", "variance"), 3.6
    lengths, slips = (4, 5), ("squares_not_taken", "divided_by_n_minus_1", "not_divided")

    def sample(self, rng: random.Random, length: int) -> Params:
        size = rng.choice((4, 5))
        data = [rng.randint(1, 20) for _ in range(size)]
        mean = F(sum(data), size)
        if (
            mean.denominator != 1
            or len(set(data)) < 3
            or F(sum((v - mean) ** 2 for v in data), size).denominator not in (1, 2, 5)
        ):
            raise Refused("not_nice")
        return {"data": data, "split": length == 5, "what": rng.randrange(len(SERIES))}

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        data, work = p["data"], Work()
        n = len(data)
        mean = sum(data) // n
        now = work.step("Find the mean", f"({added(data)})/{n}", num(mean), "the mean is sum over number")
        gaps = [v - mean for v in data]
        bottom = n - 1 if slip == "divided_by_n_minus_1" else n
        over = f"/{n}"
        start = f"({' + '.join(f'({v} - {mean})**2' for v in data)}){over}"
        now = work.step("Subtract the mean from each value", start, f"({' + '.join(f'{par(g)}**2' for g in gaps)}){over}",
                        "the variance is the mean of the squared deviations")  # fmt: skip
        squares = [abs(g) for g in gaps] if slip == "squares_not_taken" else [g * g for g in gaps]
        if p["split"]:
            now = work.step("Square the deviations", now, f"({added(squares)}){over}", "arithmetic")
            now = work.step("Add", now, f"{sum(squares)}{over}", "arithmetic")
        else:
            now = work.step("Square the deviations and add", now, f"{sum(squares)}{over}", "arithmetic")
        value = F(sum(squares)) if slip == "not_divided" else F(sum(squares), bottom)
        work.step("Divide", now, num(value), "arithmetic")
        return work.done(number_answer(value))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        what, per = SERIES[p["what"]]
        listed = ", ".join(f"${v}$" for v in p["data"])
        head = say.of("a", (f"The numbers of {what} in {len(p['data'])} {per} were {listed}.", f"Consider the data {listed}.",
                            f"Over {len(p['data'])} {per} these {what} were counted: {listed}.", f"A small data set consists of {listed}.",
                            "The table lists all values of a data set."))  # fmt: skip
        return (
            f"{head} {compute(say, say.of('b', ('the variance, dividing by the number of values', 'the population variance', 'the variance (mean squared deviation from the mean)')))}",
        )

    def claims(self, p: Params) -> tuple[Claim, ...]:
        return (Claim("holds", f"variance({p['data']}) == ANSWER"),)

    def table(self, p: Params) -> Table:
        what, per = SERIES[p["what"]]
        one = per.removesuffix("es") if per == "matches" else per.removesuffix("s")
        return Table(
            (
                (one.capitalize(), *(str(i + 1) for i in range(len(p["data"])))),
                (what.capitalize(), *map(str, p["data"])),
            ),
            True,
            True,
        )


class Percentile(Template):
    name, field, concepts, grade = "percentile", "statistics", ("percentile",), 3.0
    lengths, slips = (2, 3), ("rank_rounded_down", "counted_from_the_top", "percent_as_rank")

    def sample(self, rng: random.Random, length: int) -> Params:
        size = rng.choice((8, 9, 11, 12, 13, 14))
        rate = rng.choice((20, 25, 30, 40, 60, 70, 75, 80, 90))
        data = rng.sample(range(10, 99), size)
        exact = F(rate * size, 100)
        if exact.denominator == 1 or data == sorted(data):
            raise Refused("degenerate")
        if length == 2:
            data.sort()
        return {"data": data, "rate": rate, "what": rng.randrange(len(SERIES))}

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        data, rate, work = p["data"], p["rate"], Work()
        n = len(data)
        rank = -(-rate * n // 100)
        ordered = sorted(data)
        now = f"nearest_rank({data}, {rate})"
        if ordered != data:
            now = work.step(
                "Put the data in order", now, f"nearest_rank({ordered}, {rate})", "percentiles refer to ordered data"
            )
        place = rank - 1 if slip == "rank_rounded_down" else rank
        if slip == "counted_from_the_top":
            place = n - rank + 1
        if slip == "percent_as_rank":
            place = min(n, max(1, round(rate / 10)))
        work.step(
            f"Find the share ${rate}$ % of the number of values; rounded up this is the rank",
            f"{rate}/100*{n}",
            num(F(rate * n, 100)),
            "nearest-rank rule",
        )
        work.step(f"Take value number ${place}$", now, num(ordered[place - 1]), "nearest-rank rule")
        return work.done(number_answer(ordered[place - 1]))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        what, _ = SERIES[p["what"]]
        head = say.of("a", ("The table lists all values of a data set.", f"The numbers of {what} are listed in the table.", "Look at the data in the table.",
                            f"A record of {what} is given in the table.", f"{len(p['data'])} values were measured (see the table)."))  # fmt: skip
        rule = say.of(
            "r",
            (
                " Use the nearest-rank rule.",
                " Round the rank up (nearest-rank rule).",
                " Take the nearest rank, rounded up.",
            ),
        )
        return (f"{head} {compute(say, 'the ' + _ordinal(p['rate']) + ' percentile')}{rule}",)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        return (Claim("holds", f"nearest_rank({p['data']}, {p['rate']}) == ANSWER"),)

    def table(self, p: Params) -> Table:
        data = [str(v) for v in p["data"]]
        half = (len(data) + 1) // 2
        rows = (tuple(data[:half]), (*data[half:], *[""] * (2 * half - len(data))))
        return Table(rows, False, False)


def _ordinal(n: int) -> str:
    return f"{n}{'th' if 10 <= n % 100 <= 20 else {1: 'st', 2: 'nd', 3: 'rd'}.get(n % 10, 'th')}"


class BinomialProbability(Template):
    name, field, concepts, grade = "binomial_probability", "statistics", ("probability", "binomial distribution"), 4.6
    lengths, slips = (3, 4), ("coefficient_forgotten", "exponents_swapped", "complement_not_taken")
    scenes = ((F(1, 2), "A fair coin is tossed {n} times.", "heads come up"), (F(1, 6), "A fair die is rolled {n} times.", "a six comes up"),
              (F(1, 3), "A wheel with three equal sectors is spun {n} times.", "it stops on red"),
              (F(1, 4), "A quiz has {n} questions with four options each, all answered at random.", "an answer is right"),
              (F(2, 3), "A player hits with probability $2/3$ and throws {n} times.", "she hits"),
              (F(1, 5), "One bulb in five is faulty; {n} bulbs are picked independently.", "a bulb is faulty"),
              (F(3, 4), "A seed sprouts with probability $3/4$; {n} seeds are planted.", "a seed sprouts"),
              (F(2, 5), "Rain falls on any day with probability $2/5$, independently; look at {n} days.", "it rains"))  # fmt: skip

    def sample(self, rng: random.Random, length: int) -> Params:
        scene = rng.randrange(len(self.scenes))
        p = self.scenes[scene][0]
        n = rng.randint(3, 6)
        k = rng.randint(1, n - 1)
        if p.denominator**n > 10_000 or (length == 4 and n < 4):
            raise Refused("numbers_too_large")
        return {"scene": scene, "p": [p.numerator, p.denominator], "n": n, "k": k, "split": length == 4}

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        n, k, q, work = p["n"], p["k"], F(*p["p"]), Work()
        r = 1 - q
        a, b = (n - k, k) if slip == "exponents_swapped" else (k, n - k)
        if slip == "complement_not_taken":
            r = q
        start = f"binomial({n}, {k})*{par(q)}**{k}*(1 - {num(q)})**{n - k}"
        c = 1 if slip == "coefficient_forgotten" else comb(n, k)
        now = work.step(
            "Find the probability of the opposite",
            start,
            f"binomial({n}, {k})*{par(q)}**{a}*{par(r)}**{b}",
            "an event and its opposite have probabilities that add up to 1",
        )
        if p["split"]:
            now = work.step(
                "Work out the binomial coefficient",
                now,
                f"{c}*{par(q)}**{a}*{par(r)}**{b}",
                "number of ways to place the successes",
            )
            now = work.step("Work out the powers", now, f"{c}*{par(q**a)}*{par(r**b)}", "arithmetic")
        else:
            now = work.step(
                "Work out the binomial coefficient and the powers",
                now,
                f"{c}*{par(q**a)}*{par(r**b)}",
                "number of ways to place the successes",
            )
        value = c * q**a * r**b
        work.step("Multiply and reduce", now, num(value), "arithmetic")
        return work.done(number_answer(value))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        _, scene, event = self.scenes[p["scene"]]
        n, k = p["n"], p["k"]
        times = {1: "exactly once", 2: "exactly twice"}.get(k, f"exactly {k} times")
        ask = say.of("q", ("How likely is it that {e} {t}?", "Find the probability that {e} {t}.", "What is the probability that {e} {t}?",
                           "Calculate the probability that {e} {t}.",
                           "Let $X$ count how often {e}. Find $P(X == {k})$.", "Work out how probable it is that {e} {t}."))  # fmt: skip
        tail = say.of(
            "t", ("", " Give a fraction.", " Answer with a reduced fraction.", " Write the result as a fraction.")
        )
        return (f"{scene.format(n=f'${n}$')} {ask.format(e=event, t=times, k=k)}{tail}",)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        n, k, (a, b) = p["n"], p["k"], p["p"]
        return (
            Claim(
                "holds",
                f"factorial({n})*{a}**{k}*({b} - {a})**{n - k} == ANSWER*factorial({k})*factorial({n - k})*{b}**{n}",
            ),
        )


class ConditionalProbability(Template):
    name, field, concepts, grade = "conditional_probability", "statistics", ("probability", "two-way table"), 3.4
    lengths, slips = (2, 3), ("condition_turned_round", "divided_by_everything", "other_column")
    scenes = (("Bus", "Bicycle", "Late", "On time", "pupil"), ("Cat", "No cat", "Dog", "No dog", "household"), ("Adult", "Child", "Swimmer", "Non-swimmer", "guest"),
              ("Red", "Blue", "Round", "Square", "tile"), ("Morning", "Evening", "Full", "Not full", "train"), ("Oak", "Birch", "Healthy", "Sick", "tree"),
              ("Member", "Visitor", "Tea", "Coffee", "customer"), ("Local", "Tourist", "By car", "On foot", "person asked"))  # fmt: skip

    def sample(self, rng: random.Random, length: int) -> Params:
        cells = [[rng.randint(4, 60) for _ in range(2)] for _ in range(2)]
        p = {"cells": cells, "scene": rng.randrange(len(self.scenes)), "row": rng.randrange(2), "col": rng.randrange(2), "by_row": rng.random() < 0.5,
             "totals": length == 2}  # fmt: skip
        favourable, condition = self.parts(p)
        if F(favourable, condition).denominator == condition:
            raise Refused("nothing_to_reduce")
        return p

    def parts(self, p: Params) -> tuple[int, int]:
        c, r, k = p["cells"], p["row"], p["col"]
        return c[r][k], (sum(c[r]) if p["by_row"] else c[0][k] + c[1][k])

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        c, r, k, work = p["cells"], p["row"], p["col"], Work()
        favourable, condition = self.parts(p)
        pair = c[r] if p["by_row"] else [c[0][k], c[1][k]]
        whole = sum(map(sum, c))
        start = f"({favourable}/{whole})/(({pair[0]} + {pair[1]})/{whole})"
        wrong = {
            "condition_turned_round": c[0][k] + c[1][k] if p["by_row"] else sum(c[r]),
            "divided_by_everything": whole,
        }.get(slip or "", condition)
        top = favourable
        if slip == "other_column":
            top = pair[0] + pair[1] - favourable
        if slip == "condition_turned_round" and wrong == condition:
            raise Refused("degenerate")
        why = "P(A|B) = P(A ∩ B)/P(B)"
        if p["totals"]:
            now = work.step(
                "The common denominator cancels: divide the count of both by the count of the condition",
                start,
                f"{top}/{wrong}",
                why,
            )
        else:
            now = work.step("The common denominator cancels: divide the counts", start,
                            f"{top}/({pair[0]} + {pair[1]})" if wrong == condition else f"{top}/{wrong}", why)  # fmt: skip
            now = work.step("Add up the condition", now, f"{top}/{wrong}", "arithmetic")
        value = F(top, wrong)
        work.step("Reduce the fraction", now, num(value), "arithmetic")
        return work.done(number_answer(value))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        a, b, c, d, one = self.scenes[p["scene"]]
        rows, cols = (a, b), (c, d)
        event, given = (cols[p["col"]], rows[p["row"]]) if p["by_row"] else (rows[p["row"]], cols[p["col"]])
        head = say.of("a", (f"Every {one} was sorted by two properties; the table shows the counts.", f"The two-way table counts each {one} by two properties.",
                            f"One {one} is chosen at random from those counted in the table.", f"The table sums up a survey in which each {one} appears once.",
                            f"Each {one} belongs to one row and one column of the table."))  # fmt: skip
        ask = say.of("q", (f"Find the probability of “{event}” given “{given}”.", f"What is $P(given(A, B))$ if $A$ is “{event}” and $B$ is “{given}”?",
                           f"Suppose “{given}” is known. How likely is “{event}”?", f"Among those with “{given}”, what share has “{event}”?",
                           f"Given “{given}”, what is the probability of “{event}”?"))  # fmt: skip
        return (
            f"{head} {ask} {say.of('t', ('Give a fraction.', 'Answer with a reduced fraction.', 'Write it as a fraction in lowest terms.'))}",
        )

    def claims(self, p: Params) -> tuple[Claim, ...]:
        favourable, condition = self.parts(p)
        return (Claim("holds", f"ANSWER*{condition} == {favourable}"),)

    def table(self, p: Params) -> Table:
        a, b, c, d, _ = self.scenes[p["scene"]]
        rows = [["", c, d], [a, *map(str, p["cells"][0])], [b, *map(str, p["cells"][1])]]
        if p["totals"]:
            numbers = [list(map(int, r[1:])) for r in rows[1:]]
            rows[0].append("Total")
            for r, v in zip(rows[1:], numbers, strict=True):
                r.append(str(sum(v)))
            columns = [sum(v) for v in zip(*numbers, strict=True)]
            rows.append(["Total", *map(str, columns), str(sum(columns))])
        return Table(tuple(tuple(r) for r in rows), True, True)


class LinearFit(Template):
    name, field, concepts, grade = "linear_fit", "statistics", ("linear regression", "mean"), 5.0
    lengths, slips = (6, 7), ("intercept_sign", "square_of_sum_taken", "n_forgotten")

    def sample(self, rng: random.Random, length: int) -> Params:
        n = rng.choice({6: (3,), 7: (3, 4)}[length])
        x = list(range(1, n + 1)) if rng.random() < 0.6 else sorted(rng.sample(range(0, 9), n))
        m, b = pick(rng, -3, 4, 0), rng.randint(2, 12)
        y = [m * v + b + rng.randint(-2, 2) for v in x]
        k = F(
            n * sum(i * j for i, j in zip(x, y, strict=True)) - sum(x) * sum(y), n * sum(i * i for i in x) - sum(x) ** 2
        )
        if k.denominator > 10 or k in (0, 1) or F(sum(y) - k * sum(x), n).denominator > 20 or min(y) < 0:
            raise Refused("not_nice")
        return {"x": x, "y": y, "products": length == 7}

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        x, y, work = p["x"], p["y"], Work()
        n = len(x)
        pairs = list(zip(x, y, strict=True))
        sx = work.step("Add the $x$ values", added(x), num(sum(x)), "sum Σx")
        sy = work.step("Add the $y$ values", added(y), num(sum(y)), "sum Σy")
        xx, xy = sum(i * i for i in x), sum(i * j for i, j in pairs)
        if p["products"]:
            work.step("Add the products", " + ".join(f"{i}*{neg(j)}" for i, j in pairs), num(xy), "sum Σxy")
        k = 1 if slip == "n_forgotten" else n
        if slip == "square_of_sum_taken":
            low = n * xx - xx
        else:
            low = k * xx - sum(x) ** 2
        high = k * xy - sum(x) * sum(y)
        if low == 0:
            raise Refused("degenerate")
        start = f"({n}*{xy} - {sx}*{sy})/({n}*{xx} - {sx}**2)"
        now = work.step(
            "Put the sums into the formula for the slope",
            start,
            f"{par(high)}/{par(low)}",
            "m = (nΣxy − ΣxΣy)/(nΣx² − (Σx)²)",
        )
        m = F(high, low)
        if num(m) == now.replace("(", "").replace(")", ""):
            raise Refused("other_length")
        work.step("Simplify the slope", now, num(m), "arithmetic")
        b = F(sum(y) + m * sum(x), n) if slip == "intercept_sign" else F(sum(y) - m * sum(x), n)
        now = work.step("Put the slope into the formula for the intercept", f"({sy} - {par(m)}*{sx})/{n}",
                        f"{par(F(sum(y)) + m * sum(x) if slip == 'intercept_sign' else sum(y) - m * sum(x))}/{n}", "b = (Σy − mΣx)/n")  # fmt: skip
        work.step("Divide", now, num(b), "arithmetic")
        return work.done(Answer("expression", total([(m, "x"), (b, "")]), "y"))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        text = say.of("s", ("Find the least-squares line $y == m*x + b$ for the data in the table.", "Fit a straight line $y == m*x + b$ to the points of the table by least squares.",
                            "Determine the regression line of $y$ on $x$ for the values in the table.", "The table gives pairs $(x, y)$. Find the line with the smallest sum of squared vertical distances.",
                            "For the data shown, compute the linear regression $y == m*x + b$.",
                            "Which line $y == m*x + b$ fits the measured pairs best in the sense of least squares?"))  # fmt: skip
        return (text,)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        return (
            Claim("holds", f"slope({p['x']}, {p['y']}) == Derivative(ANSWER, x)"),
            Claim("holds", f"intercept({p['x']}, {p['y']}) == Subs(ANSWER, x, 0)"),
        )

    def table(self, p: Params) -> Table:
        return Table((("$x$", *(f"${v}$" for v in p["x"])), ("$y$", *(f"${v}$" for v in p["y"]))), False, True)


class SimpleProbability(Template):
    name, field, concepts, grade = "simple_probability", "statistics", ("probability",), 1.2
    lengths, slips = (2, 3), ("odds_instead_of_share", "opposite_event", "own_balls_not_counted")
    colours = ("red", "blue", "green", "yellow", "white", "black", "orange", "purple")

    def sample(self, rng: random.Random, length: int) -> Params:
        kinds = length
        colours = rng.sample(range(len(self.colours)), kinds)
        counts = [rng.randint(2, 15) for _ in range(kinds)]
        either = length == 3
        top = counts[0] + (counts[1] if either else 0)
        if F(top, sum(counts)).denominator == sum(counts):
            raise Refused("nothing_to_reduce")
        return {"colours": colours, "counts": counts, "either": either, "thing": rng.randrange(6)}

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        counts, work = p["counts"], Work()
        wanted = counts[:2] if p["either"] else counts[:1]
        top, whole = sum(wanted), sum(counts)
        start = (
            f"({' + '.join(map(str, wanted))})/({' + '.join(map(str, counts))})"
            if p["either"]
            else f"{top}/({' + '.join(map(str, counts))})"
        )
        why = "probability is favourable over possible"
        if slip == "opposite_event":
            top = whole - top
        below = {"odds_instead_of_share": whole - sum(wanted), "own_balls_not_counted": whole - wanted[0]}.get(
            slip or "", whole
        )
        if p["either"]:
            now = work.step("Add the favourable ones", start, f"{top}/({' + '.join(map(str, counts))})", why)
            now = work.step("Add up all of them", now, f"{top}/{below}", why)
        else:
            now = work.step("Add up all of them", start, f"{top}/{below}", why)
        value = F(top, below)
        if num(value) == now:
            if slip is None:
                raise Refused("other_length")
            return work.done(number_answer(value))
        work.step("Reduce the fraction", now, num(value), "arithmetic")
        return work.done(number_answer(value))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        thing = ("balls", "marbles", "counters", "buttons", "beads", "tickets")[p["thing"]]
        parts = [f"${c}$ {self.colours[k]} {thing}" for k, c in zip(p["colours"], p["counts"], strict=True)]
        listed = ", ".join(parts[:-1]) + " and " + parts[-1]
        box = say.of("b", ("A bag holds", "There are", "In a box are", "A jar contains", "A drawer holds"))
        place = " in a bowl" if box == "There are" else ""
        drawn = say.of(
            "d",
            (
                "One is drawn at random.",
                "One of them is taken without looking.",
                "One is picked blindly.",
                "One is chosen at random.",
            ),
        )
        names = [self.colours[k] for k in p["colours"]]
        event = f"{names[0]} or {names[1]}" if p["either"] else names[0]
        ask = say.of("q", (f"How likely is it to be {event}?", f"What is the probability that it is {event}?", f"Find the probability of getting a {event} one." if not p["either"] else
                           f"Find the probability that its colour is {event}.", f"Give the probability for {event} as a reduced fraction."))  # fmt: skip
        return (f"{box} {listed}{place}. {drawn} {ask}",)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        top = p["counts"][0] + (p["counts"][1] if p["either"] else 0)
        return (Claim("holds", f"ANSWER*({' + '.join(map(str, p['counts']))}) == {top}"),)


class MissingValue(Template):
    name, field, concepts, grade = "missing_value", "statistics", ("mean", "linear equation"), 2.2
    lengths, slips = (3, 4), ("wrong_number_of_values", "mean_used_as_sum", "sign_kept_when_moved")

    def sample(self, rng: random.Random, length: int) -> Params:
        n = rng.randint(3, 5) if length == 3 else rng.randint(4, 6)
        data = [rng.randint(3, 40) for _ in range(n)]
        if sum(data) % n or len(set(data)) < n - 1:
            raise Refused("not_whole")
        return {
            "data": data,
            "split": length == 4,
            "what": rng.randrange(len(SERIES)),
            "person": rng.randrange(len(PEOPLE)),
        }

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        *known, _x = p["data"]
        n, work = len(p["data"]), Work()
        mean = sum(p["data"]) // n
        times = n - 1 if slip == "wrong_number_of_values" else n
        right = mean if slip == "mean_used_as_sum" else mean * times
        text = f"Multiply both sides by ${n}$"
        listed = " + ".join(map(str, known))
        start = f"({listed} + x)/{n} == {mean}"
        product = str(mean) if slip == "mean_used_as_sum" else f"{mean}*{times}"
        now = work.step(text, start, f"{listed} + x == {product}", BOTH_SIDES, "equivalent")
        now = work.step(
            "Add the known numbers and multiply on the right",
            now,
            f"{sum(known)} + x == {right}",
            "arithmetic",
            "equivalent",
        )
        sign = "+" if slip == "sign_kept_when_moved" else "-"
        value = right + sum(known) if sign == "+" else right - sum(known)
        text = f"Subtract ${sum(known)}$ from both sides"
        if p["split"]:
            now = work.step(text, now, f"x == {right} {sign} {sum(known)}", BOTH_SIDES, "equivalent")
            text = "Work it out"
        work.step(text, now, f"x == {num(value)}", "arithmetic" if p["split"] else BOTH_SIDES, "equivalent")
        return work.done(number_answer(value, "x"))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        *known, _x = p["data"]
        n = len(p["data"])
        mean = sum(p["data"]) // n
        what, per = SERIES[p["what"]]
        listed = ", ".join(f"${v}$" for v in known)
        who = PEOPLE[p["person"]]
        head = say.of("a", (f"The mean of {n} numbers is ${mean}$. All but one of them are known: {listed}. The last is $x$.",
                            f"{who} recorded {what} in {n} {per}. The average was ${mean}$, but one number $x$ is smudged; the others are {listed}.",
                            f"In {n} {per} the mean number of {what} was ${mean}$. The first {n - 1} values were {listed}; call the last one $x$.",
                            f"The numbers {listed} and $x$ have the mean ${mean}$."))  # fmt: skip
        return (
            f"{head} {compute(say, say.of('b', ('the number $x$', '$x$', 'the unknown $x$', 'the missing number $x$')))}",
        )

    def claims(self, p: Params) -> tuple[Claim, ...]:
        *known, _x = p["data"]
        n = len(p["data"])
        return (Claim("holds", f"mean({[*known, 0]}) + ANSWER/{n} == {sum(p['data']) // n}"),)


TEMPLATES: tuple[Template, ...] = (MeanFromTable(), MedianOfList(), Variance(), Percentile(), BinomialProbability(), ConditionalProbability(),
                                   LinearFit(), SimpleProbability(), MissingValue())  # fmt: skip
