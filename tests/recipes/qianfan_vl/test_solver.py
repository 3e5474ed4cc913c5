"""Difficulty suited to a solver: what a run notes of it, what a later run makes of that, moves by hand."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

import mmrecipes
from mmrecipes.core.errors import InputError
from mmrecipes.core.sample import Sample
from mmrecipes.flow.step import StepContext
from mmrecipes.recipes.qianfan_vl import recipe
from mmrecipes.recipes.qianfan_vl.mathematics.solver import SOLVED_KINDS, moves_from
from mmrecipes.recipes.qianfan_vl.mathematics.task import mathematics_content
from mmrecipes.render.mathematics import difficulty
from mmrecipes.render.mathematics.difficulty import HIGH, LEAST, LOW, moved_length, moves
from mmrecipes.render.mathematics.templates import TEMPLATES, chosen, random_problem

N = 14
ONLY = {"tasks": {"mathematics": 1.0}}


def outcomes(template: str, move: int, solved: int, tries: int) -> list[tuple[str, int, bool]]:
    return [(template, move, k < solved) for k in range(tries)]


def test_a_template_moves_by_one_until_its_rate_is_held() -> None:
    assert moves(outcomes("a", 0, 9, 10)) == {"a": 1} and moves(outcomes("a", 1, 10, 10)) == {"a": 2}
    assert moves(outcomes("a", 0, 3, 10)) == {"a": -1} and moves(outcomes("a", 2, 3, 10)) == {"a": 1}
    for solved in (4, 6, 8):
        assert LOW <= solved / 10 <= HIGH and moves(outcomes("a", 1, solved, 10)) == {"a": 1}
    assert moves(outcomes("a", 0, LEAST - 1, LEAST - 1)) == {"a": 0}
    assert moves([*outcomes("a", 0, 10, 10), *outcomes("a", 1, 0, 5), *outcomes("b", 0, 0, 9)]) == {"a": 1, "b": -1}


def test_a_solver_of_fixed_strength_is_brought_into_the_band() -> None:
    """A solver that fails beyond four steps in two of three: templates settle where it solves some, not all."""
    lengths, move = (2, 3, 4, 5, 6, 7), 0
    for _ in range(8):
        length = moved_length(lengths, 2, move)
        share = {2: 10, 3: 9, 4: 7}.get(length, 3)
        move = moves(outcomes("a", move, share, 10))["a"]
    assert moved_length(lengths, 2, move) == 4


def test_a_moved_template_has_as_many_steps_more_as_it_has_lengths_for() -> None:
    for i in range(60):
        template, length = chosen(i)
        for move in (-1, 1):
            problem = random_problem(random.Random(i), i, {template.name: move})
            assert problem.template == template.name
            steps = len(problem.derivation.steps)
            assert (steps - length) * move >= 0 and steps in template.lengths
            assert steps != length or length == (min, max)[move > 0](template.lengths)
    longer = dict.fromkeys(TEMPLATES, 9)
    levels = [(random_problem(random.Random(i), i).level, random_problem(random.Random(i), i, longer).level)
              for i in range(40)]  # fmt: skip
    assert sum(b for _, b in levels) > sum(a for a, _ in levels)


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> mmrecipes.Run:
    out = tmp_path_factory.mktemp("solver") / "r"
    return mmrecipes.run("qianfan-vl", out=out, n=N, workers=1, params={**ONLY, "solver": True},
                         models="stand-in:solver_wrong=0.5")  # fmt: skip


def test_a_run_notes_of_every_problem_whether_it_was_solved(solved: mmrecipes.Run) -> None:
    samples = list(solved.samples())
    assert len(samples) == N and solved.errors == 0
    asked = [s for s in samples if "solver" in s.meta]
    assert {s.id for s in asked} == {s.id for s in samples if s.meta["turn_kind"] in SOLVED_KINDS}
    assert {s.meta["solver"]["solved"] for s in asked} == {True, False}
    for s in asked:
        record = s.meta["solver"]
        assert record["template"] == s.truth["template"] and record["move"] == s.meta["move"] == 0
        assert record["solved"] == (record["answer"] not in ("E", "99999"))


def test_a_later_run_is_made_with_the_moves_of_an_earlier_one(
    solved: mmrecipes.Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(difficulty, "LEAST", 1)
    moves_from.cache_clear()
    inputs = {"solved": solved.folder}
    recipe.source(recipe.Params.model_validate(ONLY), inputs)
    wanted = moves_from(solved.folder)
    assert {1, -1} <= set(wanted.values())
    changed = 0
    for index in range(60):
        template, length = chosen(index)
        sample = Sample(id=f"q/mathematics/{index:06d}", draft={"stratum": "mathematics", "index": index})
        made = mathematics_content(sample, StepContext(7, sample.id, "content", inputs=inputs))
        assert isinstance(made, Sample)
        assert made.draft["move"] == wanted.get(template.name, 0)
        more = len(made.draft["problem"].derivation.steps) - length
        assert more * made.draft["move"] >= 0 and bool(made.draft["move"]) >= bool(more)
        changed += bool(more)
    assert changed >= 3
    moves_from.cache_clear()


def test_a_run_without_a_solver_is_no_such_input(tmp_path: Path) -> None:
    plain = mmrecipes.run("qianfan-vl", out=tmp_path / "p", n=1, workers=1, params=ONLY)
    with pytest.raises(InputError, match="no problem that a solver was asked about"):
        moves_from(plain.folder)
