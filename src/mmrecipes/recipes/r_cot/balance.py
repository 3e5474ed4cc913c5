"""No kind of question takes more than its share: a cap that grows with the samples before.

Covered: shares of kinds within a stratum, prefix-stable, so that a run may grow. Not covered: making up for kinds that
figures do not allow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mmrecipes.core.sample import Sample

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, slots=True)
class CapKinds:
    """Drops a sample whose kind would be more than `points` of a hundred, and one sample, ahead of its share (`shares`,
    adding up to 1) of the samples kept so far."""

    key: Callable[[Sample], str]
    shares: Mapping[str, float]
    points: float

    @property
    def prefix_stable(self) -> bool:
        return True

    def keys(self) -> Mapping[str, Callable[[Sample], str]]:
        return {"kind": self.key}

    def decide(self, db: duckdb.DuckDBPyConnection) -> str:
        rows = db.execute("SELECT id, kind FROM samples ORDER BY ordinal").fetchall()
        kept = dict.fromkeys(self.shares, 0)
        dropped: list[tuple[str, str]] = []
        for name, kind in rows:
            total = sum(kept.values())
            if kept[kind] + 1 > (self.shares[kind] + self.points / 100) * (total + 1) + 1:
                dropped.append((name, kind))
            else:
                kept[kind] += 1
        db.execute("CREATE OR REPLACE TEMP TABLE over (id VARCHAR, kind VARCHAR)")
        if dropped:
            db.executemany("INSERT INTO over VALUES (?, ?)", dropped)
        return "SELECT id, 'kind_is_full' AS reason, kind AS detail, NULL AS added FROM over"
