"""Claims about mixtures by caps."""

from __future__ import annotations

import random

import duckdb
import pytest

from mmrecipes.core.sample import Sample
from mmrecipes.flow.step import StepContext
from mmrecipes.steps.seeded_cap import SeededCap, draw_ticket

SOURCES = {"a": 30, "b": 5, "c": 12}


def ticketed(seed: int) -> list[Sample]:
    made = [Sample(id=f"{s}{i:03d}", source=s) for s, n in SOURCES.items() for i in range(n)]
    return [draw_ticket(s, StepContext(seed, s.id, "draw_ticket")) for s in made]


def kept(caps: dict[str, int], seed: int = 0, shuffled: bool = False) -> list[str]:
    step, samples = SeededCap(lambda s: s.source, caps), ticketed(seed)
    if shuffled:
        random.Random(3).shuffle(samples)
    db = duckdb.connect()
    db.execute("CREATE TABLE samples (ordinal BIGINT, id VARCHAR, grp VARCHAR, ticket VARCHAR)")
    for i, sample in enumerate(samples):
        db.execute(
            "INSERT INTO samples VALUES (?, ?, ?, ?)", [i, sample.id, *(k(sample) for k in step.keys().values())]
        )
    dropped = {row[0] for row in db.execute(step.decide(db)).fetchall()}
    return sorted(s.id for s in samples if s.id not in dropped)


def test_each_group_keeps_as_many_as_its_cap_and_groups_without_one_stay_whole() -> None:
    found = kept({"a": 10, "b": 99})
    assert [sum(i.startswith(s) for i in found) for s in "abc"] == [10, 5, 12]
    assert kept({}) == sorted(s.id for s in ticketed(0))


def test_the_draw_is_a_function_of_the_seed_and_not_of_the_order() -> None:
    assert kept({"a": 10}) == kept({"a": 10}, shuffled=True)
    assert kept({"a": 10}) != kept({"a": 10}, seed=1)
    assert kept({"a": 10}) != [f"a{i:03d}" for i in range(10)] + kept({"a": 1})[1:], "the first ones are no draw"


def test_a_name_with_a_quote_is_just_a_name() -> None:
    assert len(kept({"a'; DROP TABLE samples; --": 1})) == 47


@pytest.mark.parametrize("stable", [False])
def test_it_says_that_later_samples_can_change_it(stable: bool) -> None:
    assert SeededCap(lambda s: s.source, {}).prefix_stable is stable
