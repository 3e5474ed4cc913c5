"""Probabilities: of a draw, of a number of successes, under a condition."""

from __future__ import annotations

import random
from fractions import Fraction as F
from math import comb

from mmrecipes.render.mathematics.expressions import num, number_answer, par
from mmrecipes.render.mathematics.phrases import Words, listed
from mmrecipes.render.mathematics.problem import LARGEST, Claim, Derivation, Params, Refused, Table
from mmrecipes.render.mathematics.template import Template
from mmrecipes.render.mathematics.work import Work

COLOURS = ("red", "blue", "green", "yellow", "white", "black", "orange", "purple")
THINGS = ("balls", "marbles", "counters", "buttons", "beads", "tickets")


class SimpleProbability(Template):
    name, field, concepts, grade = "simple_probability", "statistics", ("probability",), 1.2
    lengths, slips = (2, 3), ("odds_instead_of_share", "opposite_event", "own_balls_not_counted")

    def sample(self, rng: random.Random, length: int) -> Params:
        colours = rng.sample(range(len(COLOURS)), length)
        counts = [rng.randint(2, 15) for _ in range(length)]
        either = length == 3
        top = counts[0] + (counts[1] if either else 0)
        if F(top, sum(counts)).denominator == sum(counts):
            raise Refused("nothing_to_reduce")
        return {"colours": colours, "counts": counts, "either": either, "thing": rng.randrange(len(THINGS))}

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        counts = p["counts"]
        wanted, whole = counts[:2] if p["either"] else counts[:1], sum(counts)
        top = whole - sum(wanted) if slip == "opposite_event" else sum(wanted)
        below = {"odds_instead_of_share": whole - sum(wanted),
                 "own_balls_not_counted": whole - wanted[0]}.get(slip or "", whole)  # fmt: skip
        why, all_of_them = "probability is favourable over possible", f"({' + '.join(map(str, counts))})"
        if p["either"]:
            work = Work(f"({wanted[0]} + {wanted[1]})/{all_of_them}")
            work.step("Add the favourable ones", f"{top}/{all_of_them}", why)
        else:
            work = Work(f"{wanted[0]}/{all_of_them}")
        work.step("Add up all of them", f"{top}/{below}", why)
        value = F(top, below)
        if num(value) != work.now:
            work.step("Reduce the fraction", num(value))
        return work.done(number_answer(value))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        names, thing = [COLOURS[k] for k in p["colours"]], THINGS[p["thing"]]
        parts = listed([f"${c}$ {colour} {thing}" for colour, c in zip(names, p["counts"], strict=True)])
        box, drawn = say("b", parts=parts), say("d")
        if p["either"]:
            return (f"{box} {drawn} {say('q_either', one=names[0], two=names[1])}",)
        return (f"{box} {drawn} {say('q', one=names[0])}",)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        top = p["counts"][0] + (p["counts"][1] if p["either"] else 0)
        return (Claim("holds", f"ANSWER*({' + '.join(map(str, p['counts']))}) == {top}"),)


class BinomialProbability(Template):
    name, field, concepts, grade = "binomial_probability", "statistics", ("probability", "binomial distribution"), 4.6
    lengths, slips = (3, 4), ("coefficient_forgotten", "exponents_swapped", "complement_not_taken")
    scenes = (
        (F(1, 2), "A fair coin is tossed {n} times.", "heads come up"),
        (F(1, 6), "A fair die is rolled {n} times.", "a six comes up"),
        (F(1, 3), "A wheel with three equal sectors is spun {n} times.", "it stops on red"),
        (F(1, 4), "A quiz has {n} questions with four options each, all answered at random.", "an answer is right"),
        (F(2, 3), "A player hits with probability $2/3$ and throws {n} times.", "she hits"),
        (F(1, 5), "One bulb in five is faulty; {n} bulbs are picked independently.", "a bulb is faulty"),
        (F(3, 4), "A seed sprouts with probability $3/4$; {n} seeds are planted.", "a seed sprouts"),
        (F(2, 5), "Rain falls on any day with probability $2/5$, independently; look at {n} days.", "it rains"),
    )

    def sample(self, rng: random.Random, length: int) -> Params:
        scene = rng.randrange(len(self.scenes))
        p = self.scenes[scene][0]
        n = rng.randint(3, 6)
        k = rng.randint(1, n - 1)
        if p.denominator**n > LARGEST or (length == 4 and n < 4):
            raise Refused("numbers_too_large")
        return {"scene": scene, "p": [p.numerator, p.denominator], "n": n, "k": k, "split": length == 4}

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        n, k, q = p["n"], p["k"], F(*p["p"])
        r = q if slip == "complement_not_taken" else 1 - q
        a, b = (n - k, k) if slip == "exponents_swapped" else (k, n - k)
        c = 1 if slip == "coefficient_forgotten" else comb(n, k)
        coefficient, places = f"binomial({n}, {k})", "number of ways to place the successes"
        work = Work(f"{coefficient}*{par(q)}**{k}*(1 - {num(q)})**{n - k}")
        work.step("Find the probability of the opposite", f"{coefficient}*{par(q)}**{a}*{par(r)}**{b}",
                  "an event and its opposite have probabilities that add up to 1")  # fmt: skip
        powers = f"{c}*{par(q**a)}*{par(r**b)}"
        if p["split"]:
            work.step("Work out the binomial coefficient", f"{c}*{par(q)}**{a}*{par(r)}**{b}", places)
            work.step("Work out the powers", powers)
        else:
            work.step("Work out the binomial coefficient and the powers", powers, places)
        value = c * q**a * r**b
        work.step("Multiply and reduce", num(value))
        return work.done(number_answer(value))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        _, scene, event = self.scenes[p["scene"]]
        times = {1: "exactly once", 2: "exactly twice"}.get(p["k"], f"exactly {p['k']} times")
        asked, form = say("q", e=event, t=times, k=p["k"]), say("t")
        return (scene.format(n=f"${p['n']}$") + f" {asked}{form}",)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        n, k, (a, b) = p["n"], p["k"], p["p"]
        return (Claim("holds", f"factorial({n})*{a}**{k}*({b} - {a})**{n - k} == "
                      f"ANSWER*factorial({k})*factorial({n - k})*{b}**{n}"),)  # fmt: skip


class ConditionalProbability(Template):
    name, field, concepts, grade = "conditional_probability", "statistics", ("probability", "two-way table"), 3.4
    lengths, slips = (2, 3), ("condition_turned_round", "divided_by_everything", "other_column")
    scenes = (
        ("Bus", "Bicycle", "Late", "On time", "pupil"), ("Cat", "No cat", "Dog", "No dog", "household"),
        ("Adult", "Child", "Swimmer", "Non-swimmer", "guest"), ("Red", "Blue", "Round", "Square", "tile"),
        ("Morning", "Evening", "Full", "Not full", "train"), ("Oak", "Birch", "Healthy", "Sick", "tree"),
        ("Member", "Visitor", "Tea", "Coffee", "customer"), ("Local", "Tourist", "By car", "On foot", "person asked"),
    )  # fmt: skip
    """Two rows, two columns, and one of those that are counted."""

    def sample(self, rng: random.Random, length: int) -> Params:
        cells = [[rng.randint(4, 60) for _ in range(2)] for _ in range(2)]
        p = {"cells": cells, "scene": rng.randrange(len(self.scenes)), "row": rng.randrange(2),
             "col": rng.randrange(2), "by_row": rng.random() < 0.5, "totals": length == 2}  # fmt: skip
        favourable, condition = self.parts(p)
        if F(favourable, condition).denominator == condition:
            raise Refused("nothing_to_reduce")
        return p

    def parts(self, p: Params) -> tuple[int, int]:
        """How many fulfil event and condition, and how many the condition."""
        return p["cells"][p["row"]][p["col"]], sum(self.pair(p, p["by_row"]))

    def pair(self, p: Params, by_row: bool) -> list[int]:
        """The two numbers of the row or column that the cell stands in."""
        return p["cells"][p["row"]] if by_row else [r[p["col"]] for r in p["cells"]]

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        (top, condition), pair = self.parts(p), self.pair(p, p["by_row"])
        whole = sum(map(sum, p["cells"]))
        work = Work(f"({top}/{whole})/(({pair[0]} + {pair[1]})/{whole})")
        below = {"condition_turned_round": sum(self.pair(p, not p["by_row"])),
                 "divided_by_everything": whole}.get(slip or "", condition)  # fmt: skip
        if slip == "condition_turned_round" and below == condition:
            raise Refused("degenerate")
        if slip == "other_column":
            top = sum(pair) - top
        value, why = F(top, below), "P(A|B) = P(A ∩ B)/P(B)"
        if p["totals"]:
            work.step("The common denominator cancels: divide the count of both by the count of the condition",
                      f"{top}/{below}", why)  # fmt: skip
        else:
            shown = f"({pair[0]} + {pair[1]})" if below == condition else f"{below}"
            work.step("The common denominator cancels: divide the counts", f"{top}/{shown}", why)
            work.step("Add up the condition", f"{top}/{below}")
        work.step("Reduce the fraction", num(value))
        return work.done(number_answer(value))

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        *names, one = self.scenes[p["scene"]]
        row, column = names[p["row"]], names[2 + p["col"]]
        event, given = (column, row) if p["by_row"] else (row, column)
        return (f"{say('a', one=one)} {say('q', event=event, given=given)} {say('t')}",)

    def claims(self, p: Params) -> tuple[Claim, ...]:
        favourable, condition = self.parts(p)
        return (Claim("holds", f"ANSWER*{condition} == {favourable}"),)

    def table(self, p: Params) -> Table:
        a, b, c, d, _ = self.scenes[p["scene"]]
        head, names, numbers = ["", c, d], [a, b], [list(r) for r in p["cells"]]
        if p["totals"]:
            head.append("Total")
            names.append("Total")
            numbers.append([sum(column) for column in zip(*numbers, strict=True)])
            numbers = [[*r, sum(r)] for r in numbers]
        rows = [(name, *map(str, r)) for name, r in zip(names, numbers, strict=True)]
        return Table((tuple(head), *rows), header_row=True, header_column=True)
