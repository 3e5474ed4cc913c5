"""Every template on many seeds: proved by the oracle, corrupted and found, mistakes found where they were made."""

from __future__ import annotations

import functools
import random
import re
from collections import Counter
from dataclasses import replace
from typing import ClassVar

import pytest

from mmrecipes.render.mathematics.measure import measures_of
from mmrecipes.render.mathematics.notation import latex
from mmrecipes.render.mathematics.oracle import judge
from mmrecipes.render.mathematics.oracle.judge import check_claim, first_wrong, same_answer, step_holds
from mmrecipes.render.mathematics.oracle.reading import OracleError
from mmrecipes.render.mathematics.phrases import Words, bank_of
from mmrecipes.render.mathematics.problem import FIELDS, LARGEST, Answer, Claim, Problem, Relation, Step
from mmrecipes.render.mathematics.template import make
from mmrecipes.render.mathematics.templates import BY_LENGTH, LENGTHS, TEMPLATES, chosen, random_problem

SEEDS = 20


@functools.cache
def problems(name: str, count: int = SEEDS) -> tuple[Problem, ...]:
    """Problems of a template over all its lengths."""
    template = TEMPLATES[name]
    return tuple(make(template, template.lengths[s % len(template.lengths)], random.Random(f"{name} {s}"))
                 for s in range(count))  # fmt: skip


def prove(problem: Problem) -> None:
    assert first_wrong(problem.derivation.steps) is None
    measures = measures_of(problem.figure) if problem.figure else None
    for claim in problem.claims:
        check_claim(claim, problem.derivation.answer, measures)


def test_there_are_over_thirty_templates_and_six_in_every_field() -> None:
    fields = Counter(t.field for t in TEMPLATES.values())
    assert len(TEMPLATES) >= 30 and set(fields) == set(FIELDS) and min(fields.values()) >= 6
    assert all(len(t.slips) >= 3 and t.lengths for t in TEMPLATES.values())


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_answers_and_steps_of_a_template_are_proved_on_twenty_seeds(name: str) -> None:
    for problem in problems(name):
        prove(problem)
        assert len(problem.derivation.steps) in TEMPLATES[name].lengths
        assert 1 <= problem.level <= 10


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_a_corrupted_step_is_found_at_its_index(name: str) -> None:
    found = 0
    for problem in problems(name)[:2]:
        steps = problem.derivation.steps
        for k, step in enumerate(steps):
            wrong = corrupted(step)
            changed = (*steps[:k], replace(step, after=wrong), *steps[k + 1 :])
            assert first_wrong(changed) == k, (step, wrong)
            found += 1
    assert found >= 3


def corrupted(step: Step) -> str:
    """The right side made 1 larger: of the first equation, of an inequality's end, of the value, of a matrix' last
    entry."""
    if "==" in step.after:
        return step.after.replace("== ", "== 1 + ", 1)
    if "Matrix(" in step.after and "det(" not in step.after and "rank(" not in step.after:
        head, _, tail = step.after.rpartition("]])")
        return f"{head} + 1]]){tail}"
    return f"{step.after} + 1"


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_named_mistakes_are_found_where_they_were_made_and_what_follows_is_right(name: str) -> None:
    seen: Counter[str] = Counter()
    for problem in problems(name)[:5]:
        for slip, derivation in problem.wrong.items():
            pairs = zip(derivation.steps, problem.derivation.steps, strict=False)
            first = next(i for i, (a, b) in enumerate(pairs) if (a.before, a.after) != (b.before, b.after))
            assert first_wrong(derivation.steps) == first, (slip, derivation.steps)
            assert first_wrong(derivation.steps[first + 1 :]) is None, (slip, derivation.steps)
            seen[slip] += 1
    assert seen


def test_a_wrong_answer_does_not_fulfil_the_claims() -> None:
    refuted = 0
    for name in TEMPLATES:
        problem = problems(name)[0]
        for derivation in problem.wrong.values():
            if same_answer(derivation.answer, problem.derivation.answer):
                continue
            with pytest.raises(OracleError):
                prove(replace(problem, derivation=replace(problem.derivation, answer=derivation.answer)))
            refuted += 1
    assert refuted > 100


def test_numbers_of_answers_stay_within_the_bound() -> None:
    for name in TEMPLATES:
        for problem in problems(name):
            assert all(int(n) <= LARGEST for n in re.findall(r"\d+", problem.derivation.answer.value))


def test_every_expression_has_a_printed_form() -> None:
    for name in TEMPLATES:
        for problem in problems(name)[:5]:
            for text in problem.statement:
                assert text.count("$") % 2 == 0
                assert all(latex(e) for e in text.split("$")[1::2])
            for step in problem.derivation.steps:
                assert latex(step.before) and latex(step.after)


class Recorded(Words):
    """Words that note which phrases of their bank were said."""

    said: ClassVar[set[tuple[str, int]]] = set()

    def __call__(self, name: str, **values: object) -> str:
        text = super().__call__(name, **values)
        self.said.add((name, self.last))
        return text


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_every_phrase_of_a_template_is_said_and_filled_in(name: str) -> None:
    template = TEMPLATES[name]
    bank = bank_of(template.field).get(name, {})
    Recorded.said.clear()
    for k, problem in enumerate(problems(name)):
        for s in range(15):
            for text in template.pose(problem.params, Recorded(random.Random(f"{k} {s}"), bank)):
                assert "{" not in text and "  " not in text
    assert Recorded.said == {(key, i) for key, phrases in bank.items() for i in range(len(phrases))}


def test_banks_hold_no_phrases_of_templates_that_do_not_exist() -> None:
    for field in FIELDS:
        assert set(bank_of(field)) <= {t.name for t in TEMPLATES.values() if t.field == field}


@pytest.mark.parametrize("relation", ["equal", "equivalent", "rows"])
def test_methods_that_disagree_are_not_believed(relation: Relation, monkeypatch: pytest.MonkeyPatch) -> None:
    yes, no = (lambda a, b: True), (lambda a, b: False)
    for k, pair in enumerate(((yes, no), (no, yes))):
        monkeypatch.setitem(judge.METHODS, relation, pair)
        with pytest.raises(OracleError, match="disagree"):
            step_holds(f"first {k}", "second", relation)


def test_step_counts_are_flat_over_the_index_and_fields_all_come() -> None:
    counts = Counter(chosen(i)[1] for i in range(600))
    assert set(counts) == set(LENGTHS) and set(counts.values()) == {100}
    fields = Counter(chosen(i)[0].field for i in range(600))
    assert min(fields.values()) >= 0.08 * 600
    assert {chosen(i)[0].name for i in range(600)} == {t.name for pool in BY_LENGTH.values() for t in pool}


def test_levels_rise_with_the_number_of_steps() -> None:
    """Rank correlation (Spearman) of level and step count over 240 problems."""
    pairs = [(p.level, len(p.derivation.steps)) for p in (random_problem(random.Random(i), i) for i in range(240))]
    ranks = [
        [sorted(column).index(v) + (column.count(v) - 1) / 2 for v in column]
        for column in map(list, zip(*pairs, strict=True))
    ]
    mean = [sum(r) / len(r) for r in ranks]
    gaps = [[v - m for v in r] for r, m in zip(ranks, mean, strict=True)]
    top = sum(a * b for a, b in zip(*gaps, strict=True))
    bottom = (sum(a * a for a in gaps[0]) * sum(b * b for b in gaps[1])) ** 0.5
    assert top / bottom > 0.6
    assert {p for p, _ in pairs} >= set(range(2, 10))


def test_the_same_seed_gives_the_same_problem_and_another_seed_another() -> None:
    for i in range(30):
        a, b, c = (random_problem(random.Random(s), i) for s in (1, 1, 2))
        assert a == b and a != c


@pytest.mark.parametrize(
    ("before", "after", "relation", "holds"),
    [
        ("x**2 - 4*x + 4 == 0", "x == 2", "equivalent", True),
        ("x**2 == 4", "x == 2", "equivalent", False),
        ("x*(x - 1) == 0", "x - 1 == 0", "equivalent", False),
        ("-2*x < 6", "x < -3", "equivalent", False),
        ("-2*x < 6", "x > -3", "equivalent", True),
        ("x**2 - 5*x + 6 <= 0", "2 <= x and x <= 3", "equivalent", True),
        ("x**2 - 5*x + 6 <= 0", "2 < x and x < 3", "equivalent", False),
        ("log(x, 2) + log(x - 2, 2) == 3", "x == 4", "equivalent", True),
        ("log(x, 2) + log(x - 2, 2) == 3", "x == 4 or x == -2", "equivalent", False),
        ("2**(3*x - 1) == 32", "3*x - 1 == 5", "equivalent", True),
        ("2*x + 3*y == 7 and x - y == 1", "x == 2 and y == 1", "equivalent", True),
        ("2*x + 3*y == 7 and x - y == 1", "x == 2 and y == 2", "equivalent", False),
        ("(x**2 - 1)/(x - 1) == 0", "x == -1", "equivalent", True),
        ("(x**2 - 1)/(x - 1) == 0", "x == -1 or x == 1", "equivalent", False),
        ("(x - 1)/(x - 5) > 0", "x < 1", "equivalent", False),
        ("(x - 1)/(x - 5) > 0", "x < 1 or x > 5", "equivalent", True),
        ("Integral(x**2, (x, 0, 3))", "9", "equal", True),
        ("Derivative(x*sin(2*x), x)", "sin(2*x) + 2*x*cos(2*x)", "equal", True),
        ("Derivative(x*sin(2*x), x)", "sin(2*x) + x*cos(2*x)", "equal", False),
        ("Limit(sin(3*x)/x, x, 0)", "3", "equal", True),
        ("sqrt(50)", "5*sqrt(2)", "equal", True),
        ("sqrt(50)", "7", "equal", False),
        ("Matrix([[1, 2], [3, 4]])", "Matrix([[1, 2], [0, -2]])", "rows", True),
        ("Matrix([[1, 2], [3, 4]])", "Matrix([[1, 2], [0, 0]])", "rows", False),
    ],
)  # fmt: skip
def test_both_methods_judge_known_cases(before: str, after: str, relation: Relation, holds: bool) -> None:
    assert step_holds(before, after, relation) is holds


def test_a_lost_solution_and_a_wrong_end_are_refused_by_substitution() -> None:
    claim = Claim("solves", "x**2 - 5*x + 6 == 0", "x")
    check_claim(claim, Answer("set", "{2, 3}"))
    for wrong in ("{2}", "{2, 3, 4}", "{-2, -3}"):
        with pytest.raises(OracleError):
            check_claim(claim, Answer("set", wrong))
    region = Claim("solves", "x**2 - 5*x + 6 < 0", "x")
    check_claim(region, Answer("interval", "Interval(2, 3, True, True)"))
    with pytest.raises(OracleError):
        check_claim(region, Answer("interval", "Interval(2, 3, False, True)"))
