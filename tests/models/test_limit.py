from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmrecipes.models.limit import LEAST_OUTCOMES, LONGEST_PAUSE, Limit


def outcomes(limit: Limit, flags: list[bool], now: float = 0.0, pause: float | None = None) -> None:
    for overloaded in flags:
        limit.begin(now)
        limit.end(now, overloaded, pause if overloaded else None)


def test_one_refusal_in_twenty_is_no_overload() -> None:
    limit = Limit(64)
    outcomes(limit, ([False] * 19 + [True]) * 50, pause=1.0)
    assert limit.allowed == 64 and limit.wait(0.0) == 0.0


def test_many_refusals_halve_the_limit_and_pause_the_endpoint_for_as_long_as_it_asked() -> None:
    limit = Limit(64)
    outcomes(limit, [True] * LEAST_OUTCOMES, now=10.0, pause=5.0)
    assert limit.allowed == 32 and limit.wait(11.0) == pytest.approx(4.0)


def test_a_limit_that_shrank_grows_back_by_one_per_round_of_successes() -> None:
    limit = Limit(64)
    outcomes(limit, [True] * LEAST_OUTCOMES)
    outcomes(limit, [False] * 33)
    assert limit.allowed == 33
    outcomes(limit, [False] * 5000)
    assert limit.allowed == 64


def test_a_pause_has_an_end_even_if_the_endpoint_asks_for_ever() -> None:
    limit = Limit(8)
    outcomes(limit, [True] * LEAST_OUTCOMES, now=0.0, pause=1e9)
    assert limit.wait(0.0) == LONGEST_PAUSE


def test_calls_per_minute_are_spaced_evenly() -> None:
    limit = Limit(8, calls_per_minute=120)
    limit.begin(0.0)
    assert limit.wait(0.0) == pytest.approx(0.5) and limit.wait(0.5) == 0.0


@given(st.lists(st.booleans(), max_size=400), st.integers(1, 100))
def test_the_limit_stays_between_one_and_what_was_set(flags: list[bool], most: int) -> None:
    limit = Limit(most)
    for overloaded in flags:
        limit.begin(0.0)
        limit.end(0.0, overloaded, None)
        assert 1 <= limit.allowed <= most


def test_an_endpoint_that_is_away_pauses_without_shrinking() -> None:
    limit = Limit(64)
    limit.begin(5.0)
    limit.end(5.0, False, 1.0)
    assert limit.allowed == 64 and limit.wait(5.0) == pytest.approx(1.0)
