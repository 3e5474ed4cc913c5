"""Claims about subsets of the same make-up: shares, caps and ranks are kept, whatever the order."""

from __future__ import annotations

import random

import duckdb
from hypothesis import given
from hypothesis import strategies as st

from mmrecipes.core.sample import Sample, assistant, user
from mmrecipes.steps.stratified_best import StratifiedBest, quotas


def dropped(rows: list[tuple[str, str, str, float]], size: int, share: float = 1.0) -> set[str]:
    """Ids that go, of rows (id, stratum, source, rank)."""
    of = {r[0]: r for r in rows}
    step = StratifiedBest(size, lambda s: of[s.id][1], lambda s: of[s.id][3], share)
    samples = [Sample(id=r[0], source=r[2], messages=(user("q"), assistant("a"))) for r in rows]
    db = duckdb.connect()
    db.execute("CREATE TABLE samples (ordinal BIGINT, id VARCHAR, stratum VARCHAR, origin VARCHAR, fitness DOUBLE)")
    keys = step.keys()
    for i, sample in enumerate(samples):
        values = [keys[name](sample) for name in ("stratum", "origin", "fitness")]
        db.execute("INSERT INTO samples VALUES (?, ?, ?, ?, ?)", [i, sample.id, *values])
    return {row[0] for row in db.execute(step.decide(db)).fetchall()}


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(1, 500), min_size=1, max_size=8), st.data())
def test_quotas_add_up_and_are_within_one_of_the_exact_share(counts: dict[str, int], data: st.DataObject) -> None:
    total = sum(counts.values())
    size = data.draw(st.integers(1, total + 5))
    given_ = quotas(counts, size)
    assert sum(given_.values()) == min(size, total)
    assert all(abs(q - counts[n] * min(size, total) / total) < 1 and q <= counts[n] for n, q in given_.items())


def test_the_best_of_every_stratum_stay_in_its_share() -> None:
    rows = [(f"{s}{i}", s, f"{s}-{i % 3}", float(i)) for s, n in (("a", 30), ("b", 10)) for i in range(n)]
    kept = {r[0] for r in rows} - dropped(rows, 8)
    assert kept == {"a29", "a28", "a27", "a26", "a25", "a24", "b9", "b8"}


def test_a_source_has_at_most_its_part_of_a_stratum_and_others_fill_up() -> None:
    rows = [(f"x{i}", "a", "big", 10.0 + i) for i in range(10)] + [(f"y{i}", "a", "small", float(i)) for i in range(10)]
    assert {r[0] for r in rows} - dropped(rows, 4, 0.5) == {"x9", "x8", "y9", "y8"}
    alone = rows[:10]
    assert {r[0] for r in alone} - dropped(alone, 4, 0.5) == {"x9", "x8"}


def test_order_does_not_matter() -> None:
    rows = [(f"r{i:02d}", "ab"[i % 2], f"s{i % 5}", float(i % 4)) for i in range(40)]
    mixed = random.Random(3).sample(rows, len(rows))
    assert dropped(rows, 11, 0.4) == dropped(mixed, 11, 0.4)
