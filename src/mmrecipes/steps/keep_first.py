"""Exact duplicates: the first sample of each key stays.

Covered: equality of a text key over all samples of a stratum; prefix-stable, so exact counts hold. Not covered:
near duplicates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mmrecipes.core.sample import Sample

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, slots=True)
class KeepFirst:
    """Drops a sample whose key an earlier one has; the detail names the earlier one."""

    key: Callable[[Sample], str]
    reason: str = "duplicate"

    @property
    def prefix_stable(self) -> bool:
        return True

    def keys(self) -> Mapping[str, Callable[[Sample], str]]:
        return {"key": self.key}

    def decide(self, db: duckdb.DuckDBPyConnection) -> str:
        return (
            f"SELECT id, '{self.reason}' AS reason, first AS detail, NULL AS added FROM ("
            "SELECT id, first(id) OVER w AS first FROM samples WINDOW w AS (PARTITION BY key ORDER BY ordinal)"
            ") WHERE id <> first"
        )
