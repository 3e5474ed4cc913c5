"""Mixtures: subsets capped, categories brought to the shares that are asked for, by leaving rows out.

Covered: a cap per source, shares by category, the scarcest of which decides how many rows stay; which rows those are
depends on the seed and their ids. Not covered: repeating rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import floor
from typing import TYPE_CHECKING, Any

from mmrecipes.core.sample import Sample
from mmrecipes.flow.pipeline import Pipeline
from mmrecipes.steps.seeded_cap import draw_ticket

if TYPE_CHECKING:
    import duckdb


def targets(counts: Mapping[str, int], weights: Mapping[str, float]) -> dict[str, int]:
    """Rows that stay per category: as many as the scarcest weighted one allows at these shares. Categories without a
    weight, and all of them when a weighted one has no row, get none."""
    fits = min(counts.get(name, 0) / weight for name, weight in weights.items())
    return {name: floor(fits * weights.get(name, 0) + 1e-9) for name in counts}


@dataclass(frozen=True, slots=True)
class Mix:
    """Drops what is over the cap of its source (`over_cap`), then what is over its category's share
    (`not_in_mixture`). `most` 0: no cap; without `weights` categories stay as they are."""

    weights: Mapping[str, float]
    most: int
    name: str = "mix"

    @property
    def prefix_stable(self) -> bool:
        return False

    def keys(self) -> Mapping[str, Callable[[Sample], Any]]:
        return {
            "category": lambda s: str(s.meta.get("category", "")),
            "origin": lambda s: s.source,
            "ticket": lambda s: str(s.draft["ticket"]),
        }

    def decide(self, db: duckdb.DuckDBPyConnection) -> str:
        capped = f"place > {self.most}" if self.most else "false"
        db.execute(f"""
            CREATE OR REPLACE TEMP TABLE placed AS SELECT *, {capped} AS over FROM (SELECT id, category, origin, ticket,
                row_number() OVER (PARTITION BY origin ORDER BY ticket, id) AS place FROM samples)
        """)
        counts = dict(db.execute("SELECT category, count(*) FROM placed WHERE NOT over GROUP BY category").fetchall())
        stay = targets(counts, self.weights) if self.weights else counts
        db.execute("CREATE OR REPLACE TEMP TABLE targets (category VARCHAR, target BIGINT)")
        if stay:
            db.executemany("INSERT INTO targets VALUES (?, ?)", list(stay.items()))
        return f"""
            SELECT id, CASE WHEN over THEN 'over_cap' ELSE 'not_in_mixture' END AS reason, CASE WHEN over
                THEN origin || ' is capped at {self.most}' ELSE category || ' has its ' || target END AS detail,
                NULL AS added
            FROM (SELECT *, row_number() OVER (PARTITION BY category, over ORDER BY ticket, id) AS rank FROM placed)
                LEFT JOIN targets USING (category)
            WHERE over OR rank > target
        """


def mixed(weights: Mapping[str, float], most: int) -> Pipeline:
    """The steps of a mixture; none when nothing is asked for."""
    return Pipeline(draw_ticket, Mix(weights, most)) if weights or most else Pipeline()
