"""A mixture by caps: of every group at most so many samples, drawn at random by seed.

Covered: caps by the value of a key, groups without a cap kept whole; which samples are drawn depends on the seed and
their ids alone, not on their order. Not covered: shares that depend on each other, repeating small groups.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mmrecipes.core.sample import Sample
from mmrecipes.flow.step import StepContext, step

if TYPE_CHECKING:
    import duckdb


@step(writes=("draft.ticket",))
def draw_ticket(sample: Sample, context: StepContext) -> Sample:
    """A random number for the sample, by which `SeededCap` draws."""
    return sample.drafting(ticket=f"{context.rng.getrandbits(64):016x}")


@dataclass(frozen=True, slots=True)
class SeededCap:
    """Drops what is over the cap of its group, highest `draft.ticket` first; put `draw_ticket` before it."""

    key: Callable[[Sample], str]
    caps: Mapping[str, int]
    reason: str = "over_cap"

    @property
    def prefix_stable(self) -> bool:
        return False

    def keys(self) -> Mapping[str, Callable[[Sample], Any]]:
        return {"grp": self.key, "ticket": lambda s: str(s.draft["ticket"])}

    def decide(self, db: duckdb.DuckDBPyConnection) -> str:
        db.execute("CREATE OR REPLACE TEMP TABLE caps (grp VARCHAR, cap BIGINT)")
        if self.caps:
            db.executemany("INSERT INTO caps VALUES (?, ?)", list(self.caps.items()))
        return (
            f"SELECT id, '{self.reason}' AS reason, grp || ' is capped at ' || cap AS detail, NULL AS added FROM ("
            "SELECT id, grp, cap, row_number() OVER (PARTITION BY grp ORDER BY ticket, id) AS place "
            "FROM samples JOIN caps USING (grp)) WHERE place > cap"
        )
