"""The grammar of descriptions, and the error filter on planted faults."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction

import mpmath
import pytest

from mmrecipes.core.errors import UsageError
from mmrecipes.core.sample import Sample
from mmrecipes.flow.step import Drop
from mmrecipes.geometry.construct import construct
from mmrecipes.geometry.deduction import Deduction, deduce, prove
from mmrecipes.geometry.facts import Fact, fact, parse_fact
from mmrecipes.geometry.figure import Figure
from mmrecipes.geometry.numbers import Surd
from mmrecipes.geometry.operations.lines import draw_median, drop_perpendicular, take_ratio_point
from mmrecipes.geometry.properties import properties
from mmrecipes.geometry.substrates import lay_substrate
from mmrecipes.recipes.r_cot.asking import Question, plain, wrong_values
from mmrecipes.recipes.r_cot.chain import chain
from mmrecipes.recipes.r_cot.checks import determined, false_steps, forward, mismatch, names_in
from mmrecipes.recipes.r_cot.clauses import NotRead, describe, load_table, read
from mmrecipes.recipes.r_cot.task import duplicate_key, keep_needed

GOAL = parse_fact("len(D,E)=4")


@pytest.fixture(scope="module")
def figure() -> Figure:
    """A right triangle 6, 8, 10 with the median to the hypotenuse and its foot on a leg, as in the method's example."""
    triangle = lay_substrate("right_triangle", {"ab": 6, "ca": 8})
    return drop_perpendicular(draw_median(triangle, "A", "B", "C"), "D", "A", "B")


@pytest.fixture(scope="module")
def deduction(figure: Figure) -> Deduction:
    return deduce(figure)


@pytest.fixture(scope="module")
def asked(deduction: Deduction) -> Question:
    made = plain("length", deduction, GOAL, properties(deduction.figure), random.Random(1))
    assert made is not None
    return made


def test_descriptions_are_read_back_to_what_their_round_stated() -> None:
    told: set[str] = set()
    for i in range(45):
        figure = construct(random.Random(f"told-{i}"), 1 + i % 5)
        for step in figure.steps:
            text = describe(step, step.givens, random.Random(i))
            reading = read(text) if text else None
            assert reading is None or reading.facts == set(step.givens), text
            joined = {Fact("join", (min(s), max(s))) for s in step.drawn}
            assert reading is not None and joined <= reading.joined, text
            told.add(step.name)
    assert len(told) >= 30


def test_every_wording_of_a_round_says_the_same(figure: Figure) -> None:
    for step in figure.steps:
        texts = {describe(step, step.givens, random.Random(i)) for i in range(60)}
        assert len(texts) >= 4
        assert {read(t).facts for t in texts} == {frozenset(step.givens)}


def test_a_sentence_of_another_make_is_not_read() -> None:
    with pytest.raises(NotRead, match="none of the wordings"):
        read("Angle ABC looks rather large.")


@pytest.mark.parametrize(
    ("wordings", "said"),
    [
        (
            ["{M} halves {A}.", "{AB} has the middle {M}.", "{M} halves {AB}.", "Halve {AB} in {M}."],
            "names AM, not ABM",
        ),
        (["{M} halves {AB}.", "{AB} has the middle {M}."], "4 different wordings"),
    ],
)
def test_a_table_with_a_missing_slot_or_wording_is_refused(wordings: list[str], said: str) -> None:
    table = f"""noun = []
atom = []
frames = {{first = [], second = []}}
lists = {{measures = [], points = []}}
[[clause]]
facts = ["mid(M,A,B)"]
wordings = {wordings}
"""
    with pytest.raises(UsageError, match=said):
        load_table(table)


def test_a_needed_given_that_is_removed_leaves_the_answer_open(figure: Figure, deduction: Deduction) -> None:
    givens = figure.givens()
    assert determined(figure, givens, [GOAL]) == [True]
    without = [f for f in givens if f != parse_fact("len(A,C)=8")]
    assert determined(figure, without, [GOAL]) == [False]
    assert determined(figure, without, [parse_fact("para(D,E,A,C)")]) == [True]
    unsaid = [f for f in givens if f.kind != "foot"]
    assert determined(figure, unsaid, [parse_fact("para(D,E,A,C)")]) == [False]


def test_a_wrong_value_is_found_with_all_that_rests_on_it(deduction: Deduction) -> None:
    figure = deduction.figure
    goal = parse_fact("perimeter(A,D,E)=12")
    question = plain("length", deduction, goal, properties(figure), random.Random(1))
    assert question is not None
    steps = chain(deduction, question, random.Random(2)).steps
    assert false_steps(figure, steps) == {} and forward(figure, steps, goal) is None
    sizes = []
    for k, step in enumerate(steps):
        statement = parse_fact(step["concl"])
        if statement.value is None:
            continue
        planted = [dict(s) for s in steps]
        planted[k]["concl"] = str(Fact(statement.kind, statement.args, statement.value + 1))
        above = {step["r"]}
        for s in steps[k + 1 :]:
            if above & {int(u[1:]) for u in s["uses"] if isinstance(u, str) and u.startswith("r")}:
                above.add(s["r"])
        wrong = false_steps(figure, planted)
        assert set(wrong) == above and set(wrong.values()) == {"metric_discrepancy"}
        assert forward(figure, planted, goal) is not None
        sizes.append(len(above))
    assert len(sizes) >= 3 and max(sizes) >= 2


def test_a_false_relation_is_a_theorem_violation(deduction: Deduction) -> None:
    steps = [{"r": 1, "uses": [1], "theorem": "midline", "concl": "para(A,D,B,C)"}]
    assert forward(deduction.figure, steps, parse_fact("para(A,D,B,C)")) == ("theorem_violation", "para(A,D,B,C)")


def test_a_question_about_a_point_that_is_not_there_is_a_mismatch(figure: Figure) -> None:
    patches = [describe(s, s.givens, random.Random(3)) for s in figure.steps]
    assert mismatch(figure, patches, "What is the length of DE?", GOAL) is None
    absent = mismatch(figure, patches, "What is the length of DX?", GOAL)
    assert absent == ("diagram_text_mismatch", "X is not in the figure")
    undrawn = mismatch(figure, patches, "What is the length of CE?", fact("len", "C", "E", value=1))
    assert undrawn is not None and undrawn[0] == "diagram_text_mismatch"
    swapped = [patches[0].replace("8", "9"), *patches[1:]]
    assert mismatch(figure, swapped, "What is the length of DE?", GOAL) is not None
    assert mismatch(figure, [patches[0], patches[2], patches[1]], "What is DE?", GOAL) is not None


def test_names_are_told_from_words() -> None:
    text = "A circle about O goes through A', B1 and C. True or false: ∠AB1C' = 90°."
    assert names_in(text) == {"O", "A'", "B1", "C", "A", "C'"}


def test_wrong_options_are_never_the_right_value(deduction: Deduction) -> None:
    truth = properties(deduction.figure)
    for known in deduction.facts:
        if known.status == "derived" and known.fact.kind in ("len", "ang", "area", "cos"):
            proof = prove(deduction, known.fact)
            wrong = wrong_values(deduction, known.fact, proof, truth)
            assert len(set(wrong)) == len(wrong) and known.fact.value not in wrong and min(wrong) > 0


def test_a_question_is_a_duplicate_up_to_letters_only(deduction: Deduction, asked: Question) -> None:
    triangle = take_ratio_point(lay_substrate("right_triangle", {"ab": 6, "ca": 8}), "A", "C", Fraction(1, 3))
    lettered = drop_perpendicular(draw_median(triangle, "A", "B", "C"), "E", "A", "B")
    goal = parse_fact("len(E,F)=4")
    twin = plain("length", deduce(lettered), goal, properties(lettered), random.Random(5))
    assert twin is not None and twin.proof.hops == asked.proof.hops
    assert duplicate_key(lettered, twin) == duplicate_key(deduction.figure, asked)
    longer = replace(asked, goal=fact("len", "A", "D", value=Surd(5)), proof=asked.proof)
    assert duplicate_key(deduction.figure, longer) != duplicate_key(deduction.figure, asked)


def test_givens_that_are_not_needed_are_left_out(figure: Figure, asked: Question) -> None:
    draft = {"figure": figure, "question": asked, "determined": True}
    results = [keep_needed(Sample(id="x", draft={**draft, "stratum": f"level-{d}"})) for d in (1, 2)]
    assert isinstance(results[0], Drop) and results[0].reason == "chain_of_other_length"
    kept = results[1]
    assert not isinstance(kept, Drop) and kept.draft["determined"]
    givens = kept.draft["figure"].givens()
    assert parse_fact("len(A,B)=6") not in givens and parse_fact("len(A,C)=8") in givens
    assert kept.draft["question"].proof.goal == GOAL
    text = " ".join(describe(s, s.givens, random.Random(1)) for s in kept.draft["figure"].steps)
    assert "6" not in text and "8" in text


def test_every_deduced_fact_holds_at_fifty_digits() -> None:
    checked = 0
    with mpmath.workdps(60):
        for i in range(4):
            deduction = deduce(construct(random.Random(f"digits-{i}"), 2 + i % 2))
            at = {n: mpmath.mpc(exact(p.x), exact(p.y)) for n, p in deduction.figure.points.items()}
            for known in deduction.facts:
                off = miss(known.fact, at)
                assert off is None or abs(off) < mpmath.mpf(10) ** -40, known.fact
                checked += off is not None
    assert checked > 80


def exact(value: Surd) -> mpmath.mpf:
    sigma = mpmath.sqrt(10 + 2 * mpmath.sqrt(5))
    roots = {k: mpmath.sqrt(abs(k)) * (sigma if k < 0 else 1) for k in value.coefficients}
    return mpmath.fsum(mpmath.mpf(q.numerator) / q.denominator * roots[k] for k, q in value.coefficients.items())


def miss(known: Fact, at: dict[str, mpmath.mpc]) -> mpmath.mpf | None:
    """How far a fact is from being true; None for kinds without a number in them."""
    p = [at[n] for n in known.args]
    value = exact(known.value) if known.value is not None else mpmath.mpf(0)
    ring = list(zip(p, p[1:] + p[:1], strict=True))

    def turn(a: mpmath.mpc, b: mpmath.mpc, c: mpmath.mpc) -> mpmath.mpf:
        return abs(mpmath.arg((a - b) / (c - b)))

    match known.kind:
        case "len":
            return abs(p[0] - p[1]) - value
        case "len_eq":
            return abs(p[0] - p[1]) - abs(p[2] - p[3])
        case "len_ratio":
            return abs(p[0] - p[1]) / abs(p[2] - p[3]) - value
        case "ang":
            return mpmath.degrees(turn(*p)) - value
        case "cos":
            return mpmath.cos(turn(*p)) - value
        case "sin":
            return mpmath.sin(turn(*p)) - value
        case "ang_eq":
            return turn(*p[:3]) - turn(*p[3:])
        case "perp":
            return ((p[1] - p[0]).conjugate() * (p[3] - p[2])).real
        case "para":
            return ((p[1] - p[0]).conjugate() * (p[3] - p[2])).imag
        case "mid":
            return abs(2 * p[0] - p[1] - p[2])
        case "area":
            return abs(mpmath.fsum((a.conjugate() * b).imag for a, b in ring)) / 2 - value
        case "perimeter":
            return mpmath.fsum(abs(a - b) for a, b in ring) - value
    return None
