"""What a user of the recipe relies on, on one run whose texts say everything."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

import mmrecipes
from mmrecipes.core.errors import UsageError
from mmrecipes.core.sample import Sample
from mmrecipes.flow.ledger import step_counts
from mmrecipes.geometry.facts import parse_fact
from mmrecipes.recipes.r_cot.asking import KINDS
from mmrecipes_tests.recipes.r_cot import oracle
from mmrecipes_tests.recipes.r_cot.conftest import LEVELS


@pytest.fixture(scope="module")
def solved(samples: list[Sample]) -> dict[str, tuple[list[oracle.Problem], list[oracle.Z]]]:
    """Per figure a solution of what its descriptions say."""
    found = {}
    for s in samples:
        if s.group not in found:
            steps = oracle.stages([p["text"] for p in s.truth["patches"] if p["text"]])
            found[s.group] = steps, [oracle.solve(steps, 1)]
    return found


def right(s: Sample, steps: list[oracle.Problem], z: oracle.Z) -> bool:
    """Whether the stated answer is the one that a solution of the text gives."""
    told = " ".join(p["text"] for p in s.truth["patches"] if p["text"])
    assert s.messages[0].text.startswith(told)
    question, answer = s.messages[0].text[len(told) :].split("\n")[0], s.truth["answer"]
    if s.task == "true_false":
        lead = re.match(r"(?i).*?true or false[)]?: (.*)[.]", question.strip())
        assert lead is not None, question
        statement = re.sub(r"^(The|Triangle)", lambda m: m[0].lower(), lead[1])
        return oracle.holds(statement, z, steps) == (answer == "True")
    if s.task == "relation":
        return oracle.related(question, answer, z, steps)
    if s.task == "choice":
        answer = s.truth["options"]["ABCD".index(answer)].split(". ", 1)[1]
    about = oracle.round_asked(question)
    value = about[1](oracle.radius(z, steps, about[0])) if about else oracle.asked(question)(z)
    return abs(value - oracle.answered(answer)) < 1e-5 * max(1.0, abs(value))


def test_the_text_alone_gives_every_answer(samples: list[Sample], solved: dict) -> None:
    wrong = [s.id for s in samples for z in solved[s.group][1] if not right(s, solved[s.group][0], z)]
    assert wrong == [] and len(samples) == 60


def test_a_question_is_as_deep_as_its_level_and_no_kind_is_ahead(samples: list[Sample]) -> None:
    assert Counter(s.difficulty for s in samples) == LEVELS
    assert all(s.truth["hops"] == s.difficulty for s in samples)
    for level, count in LEVELS.items():
        kinds = Counter(s.task for s in samples if s.difficulty == level)
        assert max(kinds.values()) <= count / len(KINDS) + 0.03 * count + 2 and len(kinds) >= 4
    assert set(KINDS) == {s.task for s in samples}
    letters = Counter(s.truth["answer"] for s in samples if s.task == "choice")
    assert len(letters) >= 3
    assert set(Counter(s.truth["answer"] for s in samples if s.task == "true_false")) == {"True", "False"}


def test_figures_are_shared_and_no_question_comes_twice(samples: list[Sample]) -> None:
    groups = Counter(s.group for s in samples)
    assert max(groups.values()) <= 4 and len(groups) < len(samples)
    for group in groups:
        asked = [s for s in samples if s.group == group]
        assert len({s.images[0].sha256 for s in asked}) == 1 and len({s.truth["goal"] for s in asked}) == len(asked)
    assert len({s.meta["key"] for s in samples}) == len(samples)


def test_an_asked_value_is_neither_stated_nor_labelled(samples: list[Sample]) -> None:
    for s in samples:
        goal = parse_fact(s.truth["goal"])
        stated = [parse_fact(f) for f in s.truth["givens"] + s.truth["shown"]]
        assert goal not in stated
        sizes = {"len", "radius", "perimeter"}
        alike = [f for f in stated if f.kind == goal.kind or {f.kind, goal.kind} <= sizes]
        same = [f for f in alike if f.value == goal.value is not None]
        assert same == [], s.id
        labels = {r.text for r in s.regions if r.label == "number"}
        assert goal.value is None or goal.kind not in ("len", "ang") or s.truth["answer"] not in labels


def test_chains_end_in_the_answer_and_rest_on_what_is_there(samples: list[Sample]) -> None:
    for s in samples:
        t = s.truth
        assert s.messages[1].text == t["cot"] and t["cot"].endswith(t["answer"])
        assert t["steps"][-1]["concl"] == t["goal"] or t["goal"] in t["steps"][-1]["concl"]
        used = {u for step in t["steps"] for u in step["uses"]}
        assert {u for u in used if isinstance(u, int)} == set(t["patches_used"]) <= {p["i"] for p in t["patches"]}
        earlier = {f"r{step['r']}" for step in t["steps"]}
        assert {u for u in used if isinstance(u, str)} - {"figure"} == earlier - {f"r{len(t['steps'])}"}


def test_choices_are_four_different_values_of_which_one_is_right(samples: list[Sample]) -> None:
    for s in (s for s in samples if s.task == "choice"):
        values = [o.split(". ", 1)[1] for o in s.truth["options"]]
        assert len(set(values)) == 4 and len({round(oracle.answered(v), 9) for v in values}) == 4


def test_points_lie_where_their_regions_say(samples: list[Sample]) -> None:
    for s in samples:
        marked = {r.text: r.quad for r in s.regions if r.label == "point"}
        assert set(marked) == set(s.truth["points_px"])
        for name, (x, y) in s.truth["points_px"].items():
            assert marked[name][0][0] < x < marked[name][2][0] and marked[name][0][1] < y < marked[name][2][1]
            assert 0 <= x < s.images[0].width and 0 <= y < s.images[0].height


def test_every_step_of_the_run_balances(told: Path) -> None:
    assert all(line.balances for line in step_counts(told))


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> list[list[Sample]]:
    """Samples that say only what the figure does not show, by one worker and by two."""
    params = {"difficulty": {"1": 1}, "size": 320, "styles": {"textbook": 1}}
    made = []
    for workers in (1, 2):
        out = tmp_path_factory.mktemp("r_cot") / str(workers)
        mmrecipes.run("r-cot", out=out, n=5, workers=workers, params=params)
        made.append(list(mmrecipes.load(out)))
    return made


def test_the_same_seed_gives_the_same_samples_whatever_the_workers(twice: list[list[Sample]]) -> None:
    first, second = ([(s.id, s.messages, s.images[0].sha256, s.truth) for s in made] for made in twice)
    assert first == second and len(first) == 5


def test_what_the_figure_shows_is_not_said_again(twice: list[list[Sample]]) -> None:
    for s in twice[0]:
        question = s.truth["question"].split("\n")[0]
        for shown in map(parse_fact, s.truth["shown"]):
            assert f"{''.join(shown.args)} = {shown.value}" not in question and s.truth["needs_image"]
        assert s.truth["question"] == s.messages[0].text


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"substrates": {"triangel": 1}}, "triangel"),
        ({"operations": {"median": 0}}, "not all zero"),
        ({"kinds": {"length": -1, "area": 2}}, "non-negative"),
        ({"difficulty": {"6": 1}}, "unknown difficulty 6"),
        ({"styles": {}}, "not all zero"),
        ({"max_q_per_figure": 0}, "max_q_per_figure"),
    ],
)
def test_parameters_that_cannot_be_met_are_named(params: dict, said: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=said):
        mmrecipes.run("r-cot", out=tmp_path / "r", n=2, params=params)
