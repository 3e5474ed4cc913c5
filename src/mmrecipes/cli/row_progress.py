"""How far work in several passes over rows is: what is being done, rows, rate, time left; on stderr.

Covered: a line that stays in its place on a terminal, elsewhere one after the first second and then one every few
seconds. Not covered: calls and costs (see `progress`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import TracebackType
from typing import TYPE_CHECKING, TextIO

from mmrecipes.cli.progress import EVERY, LIVE_EVERY, Rate, duration

if TYPE_CHECKING:
    from rich.status import Status

FIRST = 1.0
"""Seconds of a pass without a word."""


class RowProgress(AbstractContextManager["RowProgress"]):
    """Called with what is being done, the rows done and all."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream, self._clock, self._what, self._rate, self._next = stream, clock, "", Rate(), 0.0
        self._status: Status | None = None

    def __call__(self, what: str, done: int, of: int) -> None:
        now = self._clock()
        if what != self._what:
            self._what, self._rate, self._next = what, Rate(), now + FIRST
            self._rate.add(now, done)
        if now < self._next:
            return
        live = self._stream.isatty()
        self._next = now + (LIVE_EVERY if live else EVERY)
        self._rate.add(now, done)
        rate = self._rate.value
        left = f", {rate:,.1f}/s, {duration((of - done) / rate)} left" if rate else ""
        text = f"{what}: {done:,} of {of:,} rows{left}"
        if live:
            self._show(text)
        else:
            print(text, file=self._stream, flush=True)

    def _show(self, text: str) -> None:
        if self._status is None:
            from rich.console import Console

            self._status = Console(file=self._stream).status(text)
            self._status.start()
        self._status.update(text)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._status is not None:
            self._status.stop()
