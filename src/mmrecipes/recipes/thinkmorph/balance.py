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
    """Drops the k-th sample with an answer where k is over `least` and over `share` of the samples up to it. Samples
    whose key is empty are not counted."""

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
            "row_number() OVER (ORDER BY ordinal) AS place FROM samples) "
            f"WHERE answer <> '' AND k > greatest({self.least}, {self.share} * place)"
        )
