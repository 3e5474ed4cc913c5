"""The longest stay: of all samples, so many whose measure is greatest.

Covered: any measure of a sample, ties by order. Not covered: shares per group (see `seeded_cap`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mmrecipes.core.sample import Sample

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, slots=True)
class KeepLongest:
    """Drops all but the `count` samples with the greatest `measure`; of equal ones the earlier stay."""

    measure: Callable[[Sample], float]
    count: int
    reason: str = "not_among_the_longest"

    @property
    def prefix_stable(self) -> bool:
        return False

    def keys(self) -> Mapping[str, Callable[[Sample], Any]]:
        return {"measure": lambda s: float(self.measure(s))}

    def decide(self, db: duckdb.DuckDBPyConnection) -> str:
        return (
            f"SELECT id, '{self.reason}' AS reason, 'place ' || place AS detail, NULL AS added FROM ("
            "SELECT id, row_number() OVER (ORDER BY measure DESC, ordinal) AS place FROM samples) "
            f"WHERE place > {int(self.count)}"
        )
