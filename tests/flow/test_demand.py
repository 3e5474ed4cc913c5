from __future__ import annotations

from mmrecipes.flow.demand import wanted_per_stratum
from mmrecipes.flow.step import Seeds

SOURCE = Seeds("toy", {"a": 1.0, "b": 2.0})


def test_shards_are_large_only_where_every_row_is_taken_and_none_waits_for_an_answer() -> None:
    """A worker holds many shards whose rows wait; were they large, one worker would hold all rows."""

    def large(prefix_stable: bool, awaits: bool) -> set[bool]:
        return {s.large for s in wanted_per_stratum(SOURCE, 3000, prefix_stable, awaits)}

    assert large(prefix_stable=False, awaits=False) == {True}
    assert large(prefix_stable=False, awaits=True) == {False}
    assert large(prefix_stable=True, awaits=False) == {False}
