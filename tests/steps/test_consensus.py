"""Claims about votes: a majority is more than half of all, missing ones included."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmrecipes.core.errors import UsageError
from mmrecipes.steps.consensus import Agreement, agreed

VOTES: tuple[tuple[list[Any], Agreement, Any], ...] = (
    ([True, True, False], "majority", True), ([True, False], "majority", None), ([True, None], "majority", None),
    ([True, True, None], "majority", True), (["a", "b", "c"], "majority", None), ([4, 4, 5], "majority", 4),
    ([True], "majority", True), ([True, True], "unanimous", True), ([True, None], "unanimous", None),
    ([True, True, False], "unanimous", None), ([4, 5], "mean", 4.5), ([4, None], "mean", 4.0),
    ([None, None], "mean", None),
    ([], "majority", None), ([None], "unanimous", None), ([False, False, True], "majority", False),
)  # fmt: skip


@pytest.mark.parametrize(("votes", "by", "value"), VOTES)
def test_votes_are_made_one(votes: list[Any], by: Agreement, value: Any) -> None:
    assert agreed(votes, by) == value


@pytest.mark.parametrize("votes", [[True, False], ["a", "b"]])
def test_a_mean_of_what_is_no_number_is_refused(votes: list[Any]) -> None:
    with pytest.raises(UsageError, match="majority or unanimous"):
        agreed(votes, "mean")


@given(st.lists(st.sampled_from([1, 2, 3, None]), max_size=9))
def test_a_unanimous_value_is_a_majority_and_a_majority_is_held_by_more_than_half(votes: list[int | None]) -> None:
    majority, unanimous = agreed(votes, "majority"), agreed(votes, "unanimous")
    assert unanimous is None or unanimous == majority
    assert majority == next((v for v in (1, 2, 3) if 2 * votes.count(v) > len(votes)), None)
