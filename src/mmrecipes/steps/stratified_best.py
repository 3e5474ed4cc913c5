"""A smaller set of the same make-up: the best samples of every stratum, no source with too large a part of one.

Covered: strata that keep their shares (largest remainder), a rank per sample, a cap per source within a stratum; ties
by id, so that order does not matter. A stratum whose sources are capped gets fewer than its share; nothing is taken
from other strata instead. Not covered: what a good sample is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mmrecipes.core.sample import Sample

if TYPE_CHECKING:
    import duckdb


def quotas(counts: Mapping[str, int], size: int) -> dict[str, int]:
    """`size` divided in the proportions of `counts`, none getting more than it has; remainders go to the largest
    fractions, ties to the first name."""
    total = sum(counts.values())
    if total <= size:
        return dict(counts)
    exact = {name: count * size / total for name, count in sorted(counts.items())}
    given = {name: math.floor(share) for name, share in exact.items()}
    by_rest = sorted(exact, key=lambda name: (given[name] - exact[name], name))
    for name in by_rest[: size - sum(given.values())]:
        given[name] += 1
    return given


@dataclass(frozen=True, slots=True)
class StratifiedBest:
    """Drops (`not_in_subset`) all but `size` samples: of every stratum the highest `rank`, of one source at most
    `source_share` of the stratum's quota (rounded up)."""

    size: int
    stratum: Callable[[Sample], str]
    rank: Callable[[Sample], float]
    source_share: float = 1.0
    name: str = "best_of_strata"

    @property
    def prefix_stable(self) -> bool:
        return False

    def keys(self) -> Mapping[str, Callable[[Sample], Any]]:
        return {"stratum": self.stratum, "origin": lambda s: s.source, "fitness": lambda s: float(self.rank(s))}

    def decide(self, db: duckdb.DuckDBPyConnection) -> str:
        counts = dict(db.execute("SELECT stratum, count(*) FROM samples GROUP BY stratum").fetchall())
        db.execute("CREATE OR REPLACE TEMP TABLE quotas (stratum VARCHAR, quota BIGINT, most BIGINT)")
        if counts:
            rows = [(s, q, math.ceil(q * self.source_share)) for s, q in quotas(counts, self.size).items()]
            db.executemany("INSERT INTO quotas VALUES (?, ?, ?)", rows)
        return """
            WITH ranked AS (
                SELECT id, stratum, origin, fitness, quota, most,
                    row_number() OVER (PARTITION BY stratum, origin ORDER BY fitness DESC, id) AS place
                FROM samples JOIN quotas USING (stratum)
            ), placed AS (
                SELECT *, row_number() OVER (PARTITION BY stratum, place <= most ORDER BY fitness DESC, id) AS overall
                FROM ranked
            )
            SELECT id, 'not_in_subset' AS reason, CASE WHEN place > most
                THEN origin || ' has its ' || most || ' of ' || stratum ELSE stratum || ' has its ' || quota END
                AS detail, NULL AS added
            FROM placed WHERE place > most OR overall > quota
        """
