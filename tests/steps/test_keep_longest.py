"""Claims about keeping the longest."""

from __future__ import annotations

import duckdb
import pytest

from mmrecipes.core.sample import Sample, user
from mmrecipes.steps.keep_longest import KeepLongest


def length(sample: Sample) -> int:
    return len(sample.messages[0].text)


@pytest.mark.parametrize("count", range(6))
def test_so_many_of_the_longest_stay_and_of_equal_ones_the_earlier(count: int) -> None:
    samples = [Sample(id=f"s{i}", messages=(user("x" * size),)) for i, size in enumerate((3, 9, 3, 1, 9))]
    step = KeepLongest(length, count)
    assert not step.prefix_stable
    db = duckdb.connect()
    db.execute("CREATE TABLE samples (ordinal BIGINT, id VARCHAR, measure DOUBLE)")
    for i, sample in enumerate(samples):
        db.execute("INSERT INTO samples VALUES (?, ?, ?)", [i, sample.id, step.keys()["measure"](sample)])
    dropped = {row[0] for row in db.sql(step.decide(db)).fetchall()}
    order = ["s1", "s4", "s0", "s2", "s3"]
    assert dropped == set(order[count:])
