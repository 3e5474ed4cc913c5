"""How far a run is: a live bar on a terminal, plain lines elsewhere; both on stderr.

Covered: rate, accepted, dropped, errors, time left. The rate is that of the last half minute, of this session only,
so that resumed runs do not show the speed of samples made earlier.
"""

from __future__ import annotations

import sys
from collections import deque
from contextlib import AbstractContextManager
from types import TracebackType
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from mmrecipes.flow.run import Progress

WINDOW = 30.0
"""Seconds over which the rate is measured."""

EVERY = 5.0
"""Seconds between plain lines."""


class Pace:
    """Rate in samples per second and seconds left."""

    def __init__(self) -> None:
        self._points: deque[tuple[float, int]] = deque()

    def add(self, seconds: float, accepted: int) -> None:
        """Note a moment; the count starts again at every segment of a pipeline."""
        if self._points and accepted < self._points[-1][1]:
            self._points.clear()
        self._points.append((seconds, accepted))
        while len(self._points) > 2 and self._points[0][0] < seconds - WINDOW:
            self._points.popleft()

    @property
    def rate(self) -> float:
        """0 until two moments are known."""
        (began, before), (now, accepted) = self._points[0], self._points[-1]
        return (accepted - before) / (now - began) if now > began else 0.0

    def left(self, p: Progress) -> float | None:
        """None when unknown: no end is set, or nothing came yet."""
        if p.wanted is None or self.rate <= 0:
            return None
        return max(0, p.wanted - p.accepted) / self.rate


def duration(seconds: float) -> str:
    """'8 s', '3 min 20 s', '2 h 05 min'."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def line(p: Progress, pace: Pace) -> str:
    """One plain line."""
    if p.phase == "done":
        return f"done in {duration(p.seconds)}"
    of = "" if p.wanted is None else f" of {p.wanted:,}"
    parts = [f"{p.phase}: {p.accepted:,}{of} samples", f"{p.dropped:,} dropped", f"{p.errors:,} errors"]
    parts += [f"{pace.rate:,.1f}/s"] if pace.rate else []
    left = pace.left(p)
    return ", ".join([*parts, f"{duration(left)} left"] if left is not None else parts)


class PlainPrinter(AbstractContextManager["PlainPrinter"]):
    """A line at the start, every few seconds, and at the end."""

    def __init__(self, stream: TextIO) -> None:
        self.stream, self.pace = stream, Pace()
        self._printed: float | None = None

    def __call__(self, p: Progress) -> None:
        self.pace.add(p.seconds, p.accepted)
        if self._printed is None or p.seconds - self._printed >= EVERY or p.phase == "done":
            self._printed = p.seconds
            print(line(p, self.pace), file=self.stream, flush=True)

    def __exit__(self, *_: object) -> None:
        self.stream.flush()


class LivePrinter(AbstractContextManager["LivePrinter"]):
    """A bar that stays on its line and goes away at the end."""

    def __init__(self, stream: TextIO) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

        self.pace = Pace()
        columns = (
            SpinnerColumn(), TextColumn("{task.description}"), BarColumn(bar_width=24),
            TextColumn("{task.fields[counts]}"),
        )  # fmt: skip
        self.bar: Any = Progress(*columns, console=Console(file=stream), transient=True)
        self.task = self.bar.add_task("starting", total=None, counts="")

    def __enter__(self) -> LivePrinter:
        self.bar.start()
        return self

    def __call__(self, p: Progress) -> None:
        self.pace.add(p.seconds, p.accepted)
        counts = line(p, self.pace).partition(": ")[2]
        self.bar.update(self.task, description=p.phase, completed=p.accepted, total=p.wanted, counts=counts)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.bar.stop()


def printer() -> PlainPrinter | LivePrinter:
    """The printer that fits stderr."""
    return LivePrinter(sys.stderr) if sys.stderr.isatty() else PlainPrinter(sys.stderr)
