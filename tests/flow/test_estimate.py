"""What a run will cost: the arithmetic against hand calculations, and estimates against real runs."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from scipy.stats import binomtest, t

from mmrecipes.core.errors import WorldError
from mmrecipes.flow.demand import Stratum
from mmrecipes.flow.estimate import (
    ONCE,
    Part,
    PromptUse,
    Rehearsal,
    Speed,
    busy_seconds,
    forecast,
    half_width,
    proportion,
    seconds_needed,
    student,
    whole_shards,
)
from mmrecipes.flow.rehearsal import rehearse
from mmrecipes.flow.shards import next_shard
from mmrecipes.models.binding import StandIn
from mmrecipes.store.answers import read_only
from mmrecipes_tests.asking import mocked, request, run, start_mock

PRICE = {"input": 1000.0, "output": 1000.0}


def used(calls: float, cost: float | None, step: str = "Ask") -> PromptUse:
    return PromptUse(step, "teacher", "chain/N", calls, 0, 10 * calls, 5 * calls, 0, cost)


def test_a_forecast_equals_the_calculation_by_hand() -> None:
    """20 candidates, 16 kept, 30 calls for 6.0; the plan's own call costs 0.5. 400 samples need 500 candidates, taken
    in whole shards: 56 + 14 · 32 = 504."""
    outcomes = tuple((0.2, 0) if i % 5 == 0 else (0.35, 1) for i in range(20))
    r = Rehearsal({"rows": Part((used(30, 6.0),), outcomes)}, once=(used(1, 0.5, ONCE),))
    e = forecast(r, [Stratum("rows", 400, None)], n=400)
    assert (e.candidates, e.accepted, e.spare) == (504, 400, 4)
    assert e.total.calls == pytest.approx(30 * 504 / 20 + 1)
    assert e.total.tokens_in == pytest.approx(10 * e.total.calls)
    assert e.cost == pytest.approx(6.0 * 504 / 20 + 0.5)
    # cost per sample: (4 · 0.2 + 16 · 0.35) / 16 = 0.4; residuals 0.2 (four) and -0.05 (sixteen)
    deviation = math.sqrt((4 * 0.2**2 + 16 * 0.05**2) / 19)
    half = 2.0930 * deviation * math.sqrt(504 + 504**2 / 20)
    assert e.high is not None and e.low is not None
    assert e.high - e.cost == pytest.approx(half, rel=1e-3) and e.cost - e.low == pytest.approx(half, rel=1e-3)


def test_strata_are_scaled_each_by_its_own_rate_and_cost() -> None:
    dear = Part((used(4, 4.0),), ((1.0, 1),) * 4)
    cheap = Part((used(8, 0.8),), ((0.1, 1), (0.1, 0)) * 4)
    e = forecast(Rehearsal({"dear": dear, "cheap": cheap}), [Stratum("dear", 8, None), Stratum("cheap", 28, None)])
    assert e.candidates == 8 + 56 and e.spare == 0
    assert e.cost == pytest.approx(8 * 1.0 + 56 * 0.1)


def test_a_stratum_of_which_nothing_was_kept_is_taken_to_be_like_all_together() -> None:
    r = Rehearsal({"a": Part((used(4, 4.0),), ((1.0, 1),) * 4), "b": Part((used(4, 4.0),), ((1.0, 0),) * 4)})
    e = forecast(r, [Stratum("a", 4, None), Stratum("b", 4, None)])
    assert e.candidates == 4 + 8


def test_all_rows_of_an_input_are_candidates_and_no_more() -> None:
    r = Rehearsal({"rows": Part((used(10, 1.0),), ((0.1, 1),) * 5 + ((0.1, 0),) * 5)})
    assert forecast(r, [Stratum("rows", None, 70)]).candidates == 70
    assert forecast(r, [Stratum("rows", 60, 70)]).spare == 0
    assert forecast(r, [Stratum("rows", None, 70)]).accepted == 35
    short = forecast(r, [Stratum("rows", 60, 70)])
    assert (short.candidates, short.accepted) == (70, 35)


def test_a_role_without_a_price_makes_the_cost_a_lower_bound_that_names_it() -> None:
    prompts = (used(4, 4.0), PromptUse("See", "seer", "see", 4, 0, 40, 20, 4, None))
    e = forecast(Rehearsal({"rows": Part(prompts, ((1.0, 1),) * 4)}), [Stratum("rows", 8, None)])
    assert e.cost == pytest.approx(8.0) and e.unpriced == ("seer",)
    nothing = forecast(Rehearsal({"rows": Part(prompts[1:], ((0.0, 1),) * 4)}), [Stratum("rows", 8, None)])
    assert nothing.cost is None and nothing.low is None


@pytest.mark.parametrize("rows", [1, 4, 5, 24, 56, 57, 88, 89, 1000])
def test_whole_shards_are_those_that_the_engine_takes(rows: int) -> None:
    one = None
    while one is None or one.stop < rows:
        one = next_shard("rows", one)
        assert one is not None
    stop = one.stop
    assert whole_shards(rows) == stop
    assert whole_shards(rows, 70) == min(70, stop)


@pytest.mark.parametrize("freedom", [1, 2, 3, 4, 7, 15, 39, 400])
def test_the_quantile_is_students(freedom: int) -> None:
    assert student(freedom) == pytest.approx(t.ppf(0.975, freedom), rel=3e-3)


@pytest.mark.parametrize(("part", "whole"), [(0, 5), (5, 5), (13, 16), (1, 400)])
def test_the_interval_of_a_share_is_wilsons(part: int, whole: int) -> None:
    expected = binomtest(part, whole).proportion_ci(method="wilson")
    assert proportion(part, whole) == pytest.approx((expected.low, expected.high), abs=1e-6)


def test_the_interval_holds_the_cost_in_about_95_of_100_rehearsals() -> None:
    import numpy as np

    rng, hits, true = np.random.default_rng(3), 0, 0.0
    for _ in range(400):
        kept = rng.random(2020) < 0.7
        cost = 0.1 + rng.exponential(0.2, 2020) * kept
        seen = [(float(c), int(k)) for c, k in zip(cost[:20], kept[:20], strict=True)]
        later = int(np.searchsorted(np.cumsum(kept[20:]), 1000)) + 1
        true = float(cost[20 : 20 + later].sum())
        told = sum(c for c, _ in seen) / sum(k for _, k in seen) * 1000
        hits += abs(told - true) <= half_width(seen, round(1000 / (sum(k for _, k in seen) / 20)), True)
    assert 0.9 <= hits / 400 <= 0.99


def test_time_is_that_of_the_rate_seen_and_never_faster_than_calls_may_start() -> None:
    assert busy_seconds([(5, 6), (0, 2), (1, 3), (1, 1.5)]) == 4
    speeds = [Speed("a", 30, 2.0, 10, None), Speed("b", 10, 1.0, 10, None)]
    assert seconds_needed(speeds, 8.0, 4000) == (pytest.approx(800), pytest.approx(3000 * 2.0 / 10))
    slow = [Speed("a", 40, 2.0, 10, 60.0)]
    assert seconds_needed(slow, 8.0, 4000) == (4000, 4000)
    assert seconds_needed([], 0.0, 4000) == (None, None)


@pytest.fixture(scope="module")
def mock() -> Iterator[Any]:
    with start_mock(latency=10) as started:
        yield started


@pytest.mark.parametrize("options", [{"calls": 2, "drop_every": 5}, {"calls": 3}])
def test_an_estimate_from_20_samples_is_within_a_fifth_of_the_run_of_200(
    tmp_path: Path, mock: Any, options: dict[str, int]
) -> None:
    endpoint = mocked(mock.url, price=PRICE)
    told = rehearse(request(tmp_path / "k", 200, endpoint, **options), 20)
    done = run(tmp_path / "r", 200, endpoint, **options)
    assert done.account is not None and told.cost is not None and told.low is not None and told.high is not None
    assert told.total.calls == pytest.approx(done.account.answered, rel=0.2)
    assert told.cost == pytest.approx(done.account.spent, rel=0.2)
    assert told.total.tokens_in == pytest.approx(done.account.tokens_in, rel=0.2)
    assert told.low - 1e-6 <= done.account.spent <= told.high + 1e-6
    assert told.seconds is not None and told.rehearsal.asked >= 20 * options["calls"]


def test_what_the_rehearsal_paid_is_not_paid_again(tmp_path: Path, mock: Any) -> None:
    endpoint = mocked(mock.url, price=PRICE)
    told = rehearse(request(tmp_path / "k", 60, endpoint, calls=2), 20)
    done = run(tmp_path / "r", 60, endpoint, calls=2, reuse=tmp_path / "k")
    assert told.rehearsal.asked >= 40 and told.cost is not None and done.account is not None
    assert done.account.spent == pytest.approx(told.cost - told.rehearsal.paid, rel=0.2)


def test_a_free_estimate_asks_no_model_and_counts_at_its_price(tmp_path: Path, mock: Any) -> None:
    mock.reset()
    told = rehearse(request(tmp_path / "k", 200, mocked(mock.url, price=PRICE), calls=2), 20, free=True)
    assert mock.stats()["calls"] == 0 and told.rehearsal.free
    assert told.total.calls == pytest.approx(400, rel=0.2) and told.cost is not None and told.cost > 0
    assert told.seconds is None


def test_replies_asked_again_are_in_the_estimate(tmp_path: Path) -> None:
    told = rehearse(request(tmp_path / "k", 1000, StandIn(faults={"malformed": 0.5})), 100)
    assert told.cost is None and told.total.calls == pytest.approx(1500, rel=0.2)
    assert told.total.reasked == pytest.approx(500, rel=0.4)


def test_a_rehearsal_gives_up_when_next_to_nothing_is_kept(tmp_path: Path) -> None:
    with pytest.raises(WorldError, match="fewer than one in 20"):
        rehearse(request(tmp_path / "k", 1000, StandIn(faults={"unusable": 1.0})), 4)
    with read_only(tmp_path / "k" / "run" / "answers.sqlite") as log:
        assert log.totals().stand_in < 1000


def test_a_rehearsal_that_its_budget_ends_says_so_and_still_tells(tmp_path: Path, mock: Any) -> None:
    told = rehearse(request(tmp_path / "k", 200, mocked(mock.url, price=PRICE, max_in_flight=1), budget=2.0), 40)
    assert "the budget of 2" in told.rehearsal.stopped and told.rehearsal.paid <= 2.0
    assert told.total.calls == pytest.approx(216, rel=0.1)
