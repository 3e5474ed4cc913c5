"""Several votes on one question, made one: by majority, by their mean, or only where all agree.

Covered: votes that are missing (a judge whose reply was malformed) count as disagreement, except for the mean. Not
covered: weights, ranking.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Literal

from mmrecipes.core.errors import UsageError

Agreement = Literal["majority", "mean", "unanimous"]


def agreed(votes: Sequence[Any], by: Agreement) -> Any:
    """The common value of the votes, or None when there is none.

    `majority`: more than half of all votes, the missing ones (None) included, say the same. `unanimous`: all do.
    `mean`: the mean of the numbers that are there. Raises `UsageError` when a mean of something else is wanted.
    """
    said = [vote for vote in votes if vote is not None]
    if not said:
        return None
    if by == "mean":
        if any(isinstance(vote, bool) or not isinstance(vote, int | float) for vote in said):
            raise UsageError(f"the mean of {said!r} is not defined; take majority or unanimous")
        return sum(said) / len(said)
    value, count = Counter(said).most_common(1)[0]
    return value if count == len(votes) or (by == "majority" and 2 * count > len(votes)) else None
