"""Where the samples of a run went: one equation over all steps, counted again from the events of its shards."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pyarrow.parquet as pq
import pytest

from mmrecipes.flow.balance import Balance, balance_of
from mmrecipes.flow.ledger import step_counts
from mmrecipes.report.wording import whereabouts
from mmrecipes.store.dataset import read_samples
from mmrecipes_tests.running import run


def events_up_to_n(folder: Path) -> list[dict[str, Any]]:
    last = orjson.loads((folder / "run" / "ledger.json").read_bytes())["last"]
    found: list[dict[str, Any]] = []
    for file in (folder / "run" / "segments").glob("*/*/events.parquet"):
        stop = last[file.parent.name[0]]
        found += [e for e in pq.read_table(file).to_pylist() if stop is None or e["index"] <= stop]
    return found


@pytest.mark.parametrize(
    "switches",
    [{}, {"twice": True}, {"merge": True}, {"twice": True, "merge": True}, {"twice": True, "dedup": True},
     {"torn": True}],
)  # fmt: skip
def test_rows_and_what_was_split_off_them_are_what_became_of_the_samples(
    tmp_path: Path, switches: dict[str, bool]
) -> None:
    run(tmp_path / "r", 40, workers=2, raise_every=9, **switches)
    b = balance_of(step_counts(tmp_path / "r"))
    events, made = events_up_to_n(tmp_path / "r"), list(read_samples(tmp_path / "r"))
    count = {end: sum(e["outcome"] == end for e in events) for end in ("drop", "merged", "error")}
    split = sum(int(e["detail"]) - 1 for e in events if e["outcome"] == "split" and "torn" not in switches)
    assert b.rows == sum(e["path"] == "source" for e in events)
    assert (b.dropped, b.merged, b.errors, b.kept) == (count["drop"], count["merged"], count["error"], len(made))
    assert b.samples == b.rows + split
    if "merge" in switches:
        assert b.into == sum(len(s.parents) > 1 for s in made) + sum(e["reason"] == "too_many" for e in events) > 0


def test_siblings_beyond_n_stand_apart_from_drops(tmp_path: Path) -> None:
    result = run(tmp_path / "r", 21, twice=True, drop=0.0)
    b = balance_of(step_counts(tmp_path / "r"))
    assert (b.rows, b.samples, b.kept, b.beyond_n, b.dropped, result.dropped) == (11, 22, 21, 1, 0, 0)
    assert whereabouts(b) == "11 rows, split into 22 samples = 21 kept + 1 beyond n"


def test_the_equation_names_every_end_and_what_samples_were_merged_into() -> None:
    told = whereabouts(Balance(9, kept=1, merged=4, into=1, dropped=5, errors=6, pending=7, beyond_n=0))
    assert told == ("9 rows, split into 23 samples = 1 kept + 4 merged into 1 other + 5 dropped + 6 errors + 7 pending")
