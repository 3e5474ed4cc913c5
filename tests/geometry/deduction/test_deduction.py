"""What follows from a figure: known answers, proofs whose every step stands on earlier ones, errors that are caught."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mmrecipes.geometry.deduction import (
    Deduction,
    Unsound,
    deduce,
    load_theorems,
    matching,
    minimal_givens,
    origins,
    prove,
    theorems,
)
from mmrecipes.geometry.deduction.equations import Solved, solve
from mmrecipes.geometry.deduction.proof import with_givens
from mmrecipes.geometry.facts import Origin, fact, parse_fact
from mmrecipes.geometry.figure import Builder, Figure
from mmrecipes.geometry.plane import pt
from mmrecipes_tests.geometry.deduction.figures import (
    bisected_isosceles,
    hexagon,
    median_and_foot,
    three_four_five,
    triangle,
)


def test_the_chain_of_the_method_s_example_is_found(found: list[Deduction]):
    by = {str(k.fact): (k.theorem, k.depth) for k in found[0].facts}
    assert by["len(A,B)=10"] == ("pythagoras", 1)
    assert by["len(C,D)=5"] == ("hypotenuse_median", 2)
    assert by["len(D,E)=4"] == ("midline", 3)
    assert by["len(A,E)=3"][0] == "midpoint_half"
    assert by["area(A,D,E)=6"]
    assert by["para(B,C,D,E)"]


def test_known_answers():
    isosceles = deduce(bisected_isosceles()).number
    assert parse_fact("len(C,D)=4√2") in isosceles
    assert parse_fact("len(B,E)=2√3") in isosceles
    six = deduce(hexagon()).number
    assert parse_fact("len(A,D)=10") in six
    assert parse_fact("len(A,C)=5√3") in six
    round_ = deduce(three_four_five()).number
    assert parse_fact("radius(I)=1") in round_
    assert parse_fact("radius(O)=5/2") in round_


def test_a_ratio_follows_without_any_length_and_a_length_does_not():
    scale_free = deduce(bisected_isosceles("AB", "AC", "BC")).number
    assert parse_fact("len_ratio(C,D,C,E)=2") in scale_free
    assert not any(f.kind == "len" for f in scale_free)
    assert parse_fact("len(B,E)=2√3") not in deduce(bisected_isosceles("AC", "BC")).number


def test_every_derived_fact_is_exactly_true(found: list[Deduction]):
    false = [(k.theorem, k.fact) for d in found for k in d.facts if not d.figure.holds(k.fact)]
    assert not false


def test_every_premise_stands_earlier_and_depth_counts_theorems(found: list[Deduction]):
    table = theorems()
    for d in found:
        assert d.complete
        for n, known in enumerate(d.facts):
            assert d.number[known.fact] == n
            assert all(p < n for p in known.premises)
            assert bool(known.premises) == (known.status == "derived")
            if known.premises:
                theorem = table[known.theorem]
                hop = bool(theorem.given) and not theorem.definition
                assert known.depth == max(d.facts[p].depth for p in known.premises) + hop <= 8
            else:
                assert known.depth == 0
        assert d.uses.total() == sum(k.status == "derived" for k in d.facts)


def test_a_proof_holds_just_the_ancestors_of_its_goal(found: list[Deduction]):
    for d in found:
        last = d.facts[-1]
        proof = prove(d, last.fact)
        assert proof.steps[-1] == len(d.facts) - 1
        leaves = {d.number[f] for f in (*proof.given, *proof.seen)}
        used = {p for n in proof.steps for p in d.facts[n].premises}
        assert used == (leaves | set(proof.steps)) - {proof.steps[-1]}
        assert proof.hops == last.depth
        assert len(proof.theorems) == len(set(proof.theorems)) >= (proof.hops > 0)


def test_the_same_figure_gives_the_same_facts_in_the_same_order(found: list[Deduction]):
    for d in found[:5]:
        assert deduce(d.figure).facts == d.facts


def test_without_givens_no_length_and_no_area_follows(found: list[Deduction]):
    for d in found[:5]:
        bare = deduce(with_givens(d.figure, []))
        assert not any(k.fact.kind in ("len", "area", "perimeter", "radius") for k in bare.facts)
        assert d.figure.circles or not any(k.fact.kind == "ang" for k in bare.facts)


def test_minimal_givens_suffice_and_none_can_be_left_out():
    figure, goal = median_and_foot(), parse_fact("len(D,E)=4")
    kept = minimal_givens(figure, goal)
    assert goal in deduce(with_givens(figure, kept)).number
    for f in kept:
        assert goal not in deduce(with_givens(figure, [g for g in kept if g != f])).number
    with pytest.raises(KeyError):
        minimal_givens(figure, fact("len", "D", "E", value=5))


def test_derived_facts_belong_to_the_latest_step_they_rest_on(found: list[Deduction]):
    table = origins(found[0])
    assert table[parse_fact("len(A,B)=10")].step == 0
    assert table[parse_fact("len(C,D)=5")].step == 1
    last = parse_fact("len(D,E)=4")
    premises = tuple(found[0].facts[n].fact for n in found[0].facts[found[0].number[last]].premises)
    assert table[last] == Origin("derived", 2, "midline", premises)


@pytest.mark.parametrize("wrong", ["len(A,C)=7", "ang(A,C,B)=80", "mid(E,A,D)", "para(A,B,C,D)", "len_eq(A,C,B,C)"])
def test_a_planted_wrong_premise_is_caught(wrong: str):
    figure = median_and_foot()
    planted = replace(figure, facts={**figure.facts, parse_fact(wrong): Origin("given", 0)})
    with pytest.raises(Unsound, match="the figure states"):
        deduce(planted)


@pytest.mark.parametrize(
    ("given", "then"),
    [
        ('"mid(D,A,B)", "triangle(A,B,C)"', "len(C,D) = len(A,B)/3"),
        ('"mid(D,A,B)", "triangle(A,B,C)"', "ang(A,C,D) = ang(D,C,B)"),
        ('"triangle(A,B,C)", "ang(A,C,B) = 90"', "perp(A,B,B,C)"),
        ('"mid(D,A,B)", "triangle(A,B,C)"', "perp(C,D,A,B)"),
    ],
)
def test_a_false_theorem_is_caught_by_the_drawing(tmp_path: Path, given: str, then: str):
    file = tmp_path / "planted.toml"
    wordings = '["{conclusion} a", "{conclusion} b", "{conclusion} c"]'
    file.write_text(f'[planted]\nstatement = "x"\ngiven = [{given}]\nthen = ["{then}"]\nwordings = {wordings}\n')
    with pytest.raises(Unsound, match="planted concludes"):
        deduce(median_and_foot(), {**theorems(), **load_theorems([file])})


def test_a_wrong_solution_of_a_true_equation_is_caught(monkeypatch: pytest.MonkeyPatch):
    def doubled(*args: Any) -> Solved | None:
        found = solve(*args)
        return found and found._replace(factor=found.factor * 2, shift=found.shift * 2)

    monkeypatch.setattr(matching, "solve", doubled)
    with pytest.raises(Unsound, match="false in the drawing"):
        deduce(median_and_foot())


def test_a_side_by_the_law_of_cosines_follows_only_if_one_side_fits():
    assert parse_fact("len(A,C)=8") in deduce(triangle(3, 8)).number
    assert not any(f[:2] == ("len", ("A", "C")) for f in deduce(triangle(8, 3)).number)


def test_naming_an_angle_by_another_point_of_its_arm_cites_why_the_point_lies_there(found: list[Deduction]):
    d = found[0]
    known = d.facts[d.number[parse_fact("similar(A,B,C,A,D,E)")]]
    assert {parse_fact("mid(D,A,B)"), parse_fact("foot(E,D,A,C)")} <= {d.facts[p].fact for p in known.premises}


def test_two_strokes_on_one_line_are_not_parallel():
    b = Builder(Figure(), "substrate", "strokes")
    a, c, d, e, f = (b.point(pt(x, y)) for x, y in ((0, 0), (1, 0), (3, 0), (4, 0), (0, 2)))
    for ends in ((a, c), (d, e), (a, f)):
        b.draw(*ends)
    b.given("perp", a, c, a, f)
    b.given("perp", d, e, a, f)
    assert not any(k.fact.kind == "para" for k in deduce(b.done()).facts)


def test_no_proof_is_longer_than_asked_for():
    shallow, deep = deduce(median_and_foot(), depth=2), deduce(median_and_foot())
    assert max(k.depth for k in shallow.facts) == 2
    assert {k.fact for k in deep.facts if k.depth <= 2 and k.status == "derived"} <= set(shallow.number)
