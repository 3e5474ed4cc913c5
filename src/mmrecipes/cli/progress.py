"""How far a run is: a live bar on a terminal, plain lines elsewhere; both on stderr.

Covered: rate, accepted, dropped, errors, time left; calls, what they cost and will have cost. Rates are those of the
last half minute, of this session only, so that resumed runs do not show the speed of samples made earlier.
"""

from __future__ import annotations

import sys
from collections import deque
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, TextIO

if TYPE_CHECKING:
    from mmrecipes.flow.run import Progress
    from mmrecipes.models.coordinator import Account

WINDOW = 30.0
"""Seconds over which the rate is measured."""

EVERY = 5.0
"""Seconds between plain lines."""

LIVE_EVERY = 0.25
"""Seconds between changes of a line that stays in its place."""

BAR = 12
BESIDES = 4
"""Columns of the live line for the bar, and for the spinner and the spaces."""


class Rate:
    """How fast a count grows, over the last half minute."""

    def __init__(self) -> None:
        self._points: deque[tuple[float, int]] = deque()

    def add(self, seconds: float, count: int) -> None:
        """Note a moment; a count that shrinks starts again."""
        if self._points and count < self._points[-1][1]:
            self._points.clear()
        self._points.append((seconds, count))
        while len(self._points) > 2 and self._points[0][0] < seconds - WINDOW:
            self._points.popleft()

    @property
    def value(self) -> float:
        """Per second; 0 until two moments are known."""
        if not self._points:
            return 0.0
        (began, before), (now, count) = self._points[0], self._points[-1]
        return (count - before) / (now - began) if now > began else 0.0


@dataclass(slots=True)
class Pace:
    """Rates, time left and the cost to come. Samples and costs are counted anew in every segment of a pipeline."""

    samples: Rate = field(default_factory=Rate)
    calls: Rate = field(default_factory=Rate)
    _phase: str = ""
    _before: Progress | None = None
    """As it was when the phase began."""

    def add(self, p: Progress) -> None:
        """Note how far the run is."""
        if p.phase != self._phase or self._before is None:
            self._phase, self._before = p.phase, p
        self.samples.add(p.seconds, p.accepted)
        if p.account is not None:
            self.calls.add(p.seconds, p.account.answered)

    @property
    def rate(self) -> float:
        """Samples per second."""
        return self.samples.value

    def left(self, p: Progress) -> float | None:
        """Seconds; None when unknown: no end is set, or nothing came yet."""
        if p.wanted is None or self.rate <= 0:
            return None
        return max(0, p.wanted - p.accepted) / self.rate

    def projected(self, p: Progress) -> float | None:
        """What all calls will have cost at the end; None when that cannot be said: no end is set, nothing came yet, or
        later segments of the pipeline ask as well.

        Spent per sample kept, times those that are missing. Samples under way have been paid for in part: each call in
        flight stands for a sample that is half done. Calls in a queue stand for samples not begun: earlier rows go
        first.
        """
        before, now = self._before, p.account
        if p.wanted is None or now is None or before is None or before.account is None or not _is_last_segment(p.phase):
            return None
        done, lost = p.kept - before.kept, p.dropped + p.errors - before.dropped - before.errors
        if not done:
            return None
        kept = done * (1 + 0.5 * now.in_flight / (done + lost))
        each = (now.spent - before.account.spent) / kept
        return now.spent + each * max(0.0, p.wanted - before.accepted - kept)


def _is_last_segment(phase: str) -> bool:
    number, _, of = phase.removeprefix("segment ").partition("/")
    return number == of


def duration(seconds: float) -> str:
    """'8 s', '3 min 20 s', '2 h 05 min'."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


class Piece(NamedTuple):
    """A part of the line. Where there is no room, the largest rank goes first."""

    rank: int
    text: str


def line(p: Progress, pace: Pace) -> str:
    """One plain line."""
    if p.phase == "done":
        return f"done in {duration(p.seconds)}"
    return f"{p.phase}: {counts(p, pace)}"


def counts(p: Progress, pace: Pace, room: int | None = None) -> str:
    """What the line says after the phase, in at most `room` characters as far as that can be."""
    of, left = "" if p.wanted is None else f" of {p.wanted:,}", pace.left(p)
    pieces = [Piece(0, f"{p.accepted:,}{of} samples"), Piece(4, f"{p.dropped:,} dropped")]
    pieces.append(Piece(2 if p.errors else 5, f"{p.errors:,} errors"))
    pieces += [Piece(7, f"{pace.rate:,.1f}/s")] if pace.rate else []
    pieces += [] if left is None else [Piece(3, f"{duration(left)} left")]
    pieces += [] if p.account is None else _account(p, p.account, pace)
    while room is not None and len(pieces) > 1 and len(_joined(pieces)) > room:
        pieces.remove(max(pieces))
    return _joined(pieces)


def _joined(pieces: list[Piece]) -> str:
    return ", ".join(piece.text for piece in pieces)


def _account(p: Progress, account: Account, pace: Pace) -> list[Piece]:
    """Calls and cost; a cost only where something has a price."""
    from mmrecipes.report.wording import amount

    pieces = [Piece(8, f"{account.answered:,} calls")]
    pieces += [Piece(6, f"{pace.calls.value:,.1f} calls/s")] if pace.calls.value else []
    pieces += [Piece(9, f"{account.in_flight:,} in flight")] if account.in_flight else []
    if account.spent or account.reserved or account.budget is not None:
        of, total = "" if account.budget is None else f" of budget {amount(account.budget)}", pace.projected(p)
        pieces.append(Piece(1, f"cost {amount(account.spent)}{of}"))
        pieces += [Piece(2, f"about {amount(total)} in all")] if total else []
    return pieces


class PlainPrinter(AbstractContextManager["PlainPrinter"]):
    """A line at the start of every phase, every few seconds, and at the end."""

    def __init__(self, stream: TextIO) -> None:
        self.stream, self.pace = stream, Pace()
        self._printed: tuple[str, float] = ("", 0.0)

    def __call__(self, p: Progress) -> None:
        self.pace.add(p)
        phase, at = self._printed
        if p.phase != phase or p.seconds - at >= EVERY:
            self._printed = p.phase, p.seconds
            print(line(p, self.pace), file=self.stream, flush=True)

    def __exit__(self, *_: object) -> None:
        self.stream.flush()


class LivePrinter(AbstractContextManager["LivePrinter"]):
    """A bar that stays on its line and goes away at the end."""

    def __init__(self, stream: TextIO) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn
        from rich.table import Column

        self.pace, self.console = Pace(), Console(file=stream)
        columns = (
            SpinnerColumn(), TextColumn("{task.description}"), BarColumn(bar_width=BAR),
            TextColumn("{task.fields[counts]}", markup=False, table_column=Column(no_wrap=True, overflow="crop")),
        )  # fmt: skip
        self.bar: Any = Progress(*columns, console=self.console, transient=True)
        self.task = self.bar.add_task("starting", total=None, counts="")

    def __enter__(self) -> LivePrinter:
        self.bar.start()
        return self

    def __call__(self, p: Progress) -> None:
        self.pace.add(p)
        room = self.console.width - len(p.phase) - BAR - BESIDES
        shown = "" if p.phase == "done" else counts(p, self.pace, room)
        self.bar.update(self.task, description=p.phase, completed=p.accepted, total=p.wanted, counts=shown)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.bar.stop()


def printer() -> PlainPrinter | LivePrinter:
    """The printer that fits stderr."""
    return LivePrinter(sys.stderr) if sys.stderr.isatty() else PlainPrinter(sys.stderr)
