"""Where the samples of a run went, over all steps.

One equation at the level of samples: those made of the rows = kept + merged + dropped + errors + pending + beyond n.
What a failed try of an `Attempt` or `Repeat` split is not among them: the sample it came from went on. Covered: sealed
runs. Not covered: single steps (see `ledger`), what is beyond the row that completed `n`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mmrecipes.flow.ledger import StepCount


@dataclass(frozen=True, slots=True)
class Balance:
    """`rows` counts what the source gave, all else samples. `merged` were taken up by `into` others, which are counted
    by what became of them; `beyond_n` came through after `n` was complete, as siblings of the last one."""

    rows: int
    kept: int
    merged: int
    into: int
    dropped: int
    errors: int
    pending: int
    beyond_n: int

    @property
    def samples(self) -> int:
        """What steps made of the rows, where they split them; as many as rows where none does."""
        return self.kept + self.merged + self.dropped + self.errors + self.pending + self.beyond_n


def balance_of(steps: Sequence[StepCount]) -> Balance:
    """The balance of a sealed ledger, whose last line is the seal."""

    def over_all(end: str) -> int:
        return sum(getattr(step, end) for step in steps)

    ends = (over_all(end) for end in ("merged", "into", "dropped", "errors", "pending", "beyond_n"))
    return Balance(steps[0].came_in, steps[-1].out, *ends)
