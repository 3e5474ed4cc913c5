"""No answer becomes a habit: a cap on the share of samples with one answer string.

Covered: a cap that grows with the number of samples before, so that decisions never change when a run grows. Not
covered: balance of option letters, which is made where options are.
Source: ThinkMorph's public navigation data has 814 different answers in 6,000.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mmrecipes.core.sample import Sample

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, slots=True)
class CapAnswers:
    """Of every 1 / `share` samples in a row keeps the first with an answer, and the first `least` of all with it.
    Samples whose key is empty are not counted."""

    key: Callable[[Sample], str]
    share: float
    least: int = 3

    @property
    def prefix_stable(self) -> bool:
        return True

    def keys(self) -> Mapping[str, Callable[[Sample], str]]:
        return {"answer": self.key}

    def decide(self, db: duckdb.DuckDBPyConnection) -> str:
        return (
            "SELECT id, 'answer_too_common' AS reason, answer AS detail, NULL AS added FROM ("
            "SELECT id, answer, row_number() OVER (PARTITION BY answer ORDER BY ordinal) AS k, "
            "row_number() OVER (PARTITION BY answer, stretch ORDER BY ordinal) AS within FROM ("
            f"SELECT *, floor({self.share} * (row_number() OVER (ORDER BY ordinal) - 1)) AS stretch FROM samples)) "
            f"WHERE answer <> '' AND k > {self.least} AND within > 1"
        )
