from __future__ import annotations

from typing import Any

import pytest

from mmrecipes.core.errors import PlanError
from mmrecipes.core.sample import Sample
from mmrecipes.flow.interpret import Environment, Passage, compile_nodes, interpret, run_to_end
from mmrecipes.flow.pipeline import Attempt, FanOut, Pipeline, Repeat, Route, segments
from mmrecipes.flow.plan import check_reads
from mmrecipes.flow.step import Drop, Seeds, StepContext, step


def through(pipeline: Pipeline, sample: Sample | None = None, seed: int = 0) -> Passage:
    return run_to_end(interpret(compile_nodes(pipeline), sample or Sample(id="r/s/000001"), Environment(seed)))


def mark(name: str) -> Any:
    def marking(sample: Sample) -> Sample:
        return sample.scored(**{name: True})

    return marking


def refuse(sample: Sample) -> Drop:
    return Drop("refused", "always")


def outcomes(passage: Passage) -> list[tuple[str, str]]:
    return [(e.path, e.outcome) for e in passage.events]


def test_a_dropped_sample_goes_no_further_and_is_kept_with_its_reason() -> None:
    passage = through(Pipeline(refuse, mark("later")))
    assert passage.kept == []
    assert [(d.path, d.reason, d.detail) for d in passage.dropped] == [("refuse", "refused", "always")]
    assert outcomes(passage) == [("refuse", "drop")]


def test_an_exception_is_an_error_of_that_sample_and_neither_a_drop_nor_a_sample() -> None:
    def broken(sample: Sample) -> Sample:
        raise KeyError("missing")

    passage = through(Pipeline(broken, mark("later")))
    assert (passage.kept, passage.dropped) == ([], [])
    [error] = passage.errors
    assert (error.id, error.path, error.kind) == ("r/s/000001", "broken", "KeyError")
    assert "missing" in error.message and "broken" in error.trace


def test_one_childs_error_spares_its_siblings() -> None:
    def split(sample: Sample) -> list[Sample]:
        return [sample.scored(k=k) for k in range(3)]

    def picky(sample: Sample) -> Sample:
        if sample.scores["k"] == 1:
            raise ValueError("not this one")
        return sample

    passage = through(Pipeline(split, picky))
    assert [s.id for s in passage.kept] == ["r/s/000001.0", "r/s/000001.2"]
    assert [e.id for e in passage.errors] == ["r/s/000001.1"]
    assert all(s.parents == ("r/s/000001",) and s.group == "r/s/000001" for s in passage.kept)


def test_route_takes_the_named_branch_and_an_unknown_name_is_an_error() -> None:
    route = Route(lambda s: s.task, {"x": Pipeline(mark("x")), "y": Pipeline(mark("y"))})
    assert through(Pipeline(route), Sample(id="a", task="y")).kept[0].scores == {"y": True}
    passage = through(Pipeline(route), Sample(id="a", task="z"))
    assert passage.kept == [] and passage.errors[0].kind == "UnknownBranch"


def test_a_failed_attempt_is_not_a_drop_and_the_original_goes_on() -> None:
    passage = through(Pipeline(Attempt(mark("tried"), refuse, otherwise=Pipeline(mark("other")))))
    assert passage.kept[0].scores == {"other": True}
    assert passage.dropped == []
    assert ("Attempt/try/refuse", "failed") in outcomes(passage)


def test_an_attempt_without_otherwise_drops_with_its_own_reason() -> None:
    passage = through(Pipeline(Attempt(refuse)))
    assert [(d.path, d.reason) for d in passage.dropped] == [("Attempt/try/refuse", "refused")]


def test_repeat_draws_other_numbers_each_time_until_one_is_kept() -> None:
    drawn: list[float] = []

    def lucky(sample: Sample, context: StepContext) -> Sample | Drop:
        drawn.append(context.rng.random())
        return sample if len(drawn) == 3 else Drop("unlucky")

    passage = through(Pipeline(Repeat(lucky, times=5)))
    assert len(passage.kept) == 1 and len(set(drawn)) == 3
    assert [o for _, o in outcomes(passage)] == ["failed", "failed", "out"]


def test_repeat_ends_with_the_last_drop_when_no_try_is_kept() -> None:
    passage = through(Pipeline(Repeat(refuse, times=4)))
    assert [o for _, o in outcomes(passage)] == ["failed", "failed", "failed", "drop"]
    assert len(passage.dropped) == 1


def test_fan_out_makes_siblings_with_ids_of_the_parent() -> None:
    passage = through(Pipeline(FanOut(Pipeline(mark("a")), Pipeline(refuse), Pipeline(mark("c")))))
    assert [(s.id, dict(s.scores)) for s in passage.kept] == [
        ("r/s/000001.0", {"a": True}),
        ("r/s/000001.2", {"c": True}),
    ]
    assert [d.sample.id for d in passage.dropped] == ["r/s/000001.1"]


def test_random_numbers_depend_on_seed_sample_and_step_only() -> None:
    def draw(sample: Sample, context: StepContext) -> Sample:
        return sample.scored(**{context.path: context.rng.random()})

    one = through(Pipeline(draw, draw)).kept[0].scores
    assert one["draw"] != one["draw#2"]
    assert through(Pipeline(mark("before"), draw)).kept[0].scores["draw"] == one["draw"]
    assert through(Pipeline(draw), seed=1).kept[0].scores["draw"] != one["draw"]
    assert through(Pipeline(draw), Sample(id="other")).kept[0].scores["draw"] != one["draw"]


def test_a_step_may_not_change_the_id() -> None:
    def rename(sample: Sample) -> Sample:
        return sample.having(id="mine")

    assert "may not change the id" in through(Pipeline(rename)).errors[0].message


def test_a_forgotten_return_is_an_error_that_says_so() -> None:
    def forgot(sample: Sample) -> None:
        return None

    [error] = through(Pipeline(forgot)).errors  # type: ignore[arg-type]
    assert error.message == "the step returned NoneType; it must return a Sample, a list of them, or Drop"


@pytest.mark.parametrize("raised", [SystemExit, KeyboardInterrupt, MemoryError])
def test_whatever_a_step_raises_is_the_error_of_its_sample(raised: type[BaseException]) -> None:
    def leave(sample: Sample) -> Sample:
        raise raised("bye")

    assert [e.kind for e in through(Pipeline(leave)).errors] == [raised.__name__]


class Everything:
    prefix_stable = False

    def keys(self) -> dict[str, Any]:
        return {}

    def decide(self, db: object) -> str:
        return "SELECT id, NULL AS reason, NULL AS detail, NULL AS added FROM samples"


def test_a_pipeline_is_cut_at_global_steps_and_they_may_not_stand_inside_composites() -> None:
    cuts = segments(Pipeline(refuse, Everything(), refuse, refuse))
    assert [len(c.steps.steps) for c in cuts] == [1, 2]
    with pytest.raises(PlanError, match="Everything needs all samples: it cannot stand inside Attempt"):
        segments(Pipeline(Attempt(Everything())))


@step(reads=("draft.picture",), writes=("draft.caption",))
def caption(sample: Sample) -> Sample:
    return sample


@step(reads=("draft.index",), writes=("draft.picture",))
def picture(sample: Sample) -> Sample:
    return sample


def test_a_step_that_reads_what_nobody_writes_is_refused_before_any_work() -> None:
    seeds = Seeds("r", {"s": 1.0})
    check_reads(Pipeline(picture, caption), seeds)
    with pytest.raises(PlanError, match=r"step caption reads draft\.picture, which no step before it writes"):
        check_reads(Pipeline(caption, picture), seeds)


def test_only_what_every_branch_writes_can_be_read_behind_a_route() -> None:
    seeds = Seeds("r", {"s": 1.0})
    both = Route(lambda s: s.task, {"x": Pipeline(picture), "y": Pipeline(picture)})
    one = Route(lambda s: s.task, {"x": Pipeline(picture), "y": Pipeline()})
    check_reads(Pipeline(both, caption), seeds)
    with pytest.raises(PlanError, match="caption"):
        check_reads(Pipeline(one, caption), seeds)
