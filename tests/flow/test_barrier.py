"""Barriers: strata that are decided one after the other know nothing of each other."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from mmrecipes.core.sample import Sample
from mmrecipes.flow.shards import KeyFunction
from mmrecipes_tests.deciding import Decision, decided

if TYPE_CHECKING:
    import duckdb


class OneOfAKind:
    """Keeps the first of each kind within a stratum, by way of a table of its own."""

    name = "one_of_a_kind"
    prefix_stable = True

    def keys(self) -> Mapping[str, KeyFunction]:
        return {"kind": lambda sample: sample.task}

    def decide(self, db: duckdb.DuckDBPyConnection) -> str:
        db.execute("CREATE TABLE firsts AS SELECT kind, min(ordinal) AS first FROM samples GROUP BY kind")
        return (
            "SELECT id, 'again' AS reason, NULL AS detail, NULL AS added FROM samples JOIN firsts USING (kind) "
            "WHERE ordinal > first"
        )


def test_strata_are_decided_apart_also_by_a_step_that_makes_tables_of_its_own(tmp_path: Path) -> None:
    samples = [Sample(id=f"s/{i}", task="ab"[i // 20]) for i in range(40)]
    found = decided(OneOfAKind(), samples, tmp_path, ("left", "middle", "right"))
    kept = {s.id for s in samples} - found.keys()
    assert kept == {"s/0", "s/1", "s/2", "s/20", "s/21", "s/22"}
    assert set(found.values()) == {Decision("again", None, None)}
