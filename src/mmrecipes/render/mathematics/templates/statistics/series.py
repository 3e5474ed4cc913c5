"""What the data of statistics templates count, and per what."""

from __future__ import annotations

from collections.abc import Sequence

SERIES = (
    ("goals", "matches"), ("pages", "days"), ("parcels", "days"), ("visitors", "days"), ("points", "rounds"),
    ("eggs", "days"), ("calls", "hours"), ("orders", "days"), ("books", "weeks"), ("minutes late", "journeys"),
    ("kilometres", "trips"), ("birds", "mornings"), ("errors", "tests"), ("bags", "trips"),
)  # fmt: skip


def spelled(data: Sequence[int]) -> str:
    """The data as they stand in a sentence."""
    return ", ".join(f"${v}$" for v in data)
