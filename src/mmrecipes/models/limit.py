"""How many calls one endpoint gets at once: additive increase, multiplicative decrease (Chiu and Jain 1989).

An endpoint that refuses now and then is not overloaded; one that refuses many of its last calls is. Only then does
the limit shrink and does the whole endpoint pause for as long as it asked. Covered: calls in flight, calls per minute.
Not covered: tokens per minute.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

LEAST_OUTCOMES = 16
"""Outcomes seen before an endpoint can be called overloaded."""
OVERLOADED_SHARE = 0.3
DECREASE = 0.5
LONGEST_PAUSE = 120.0


@dataclass(slots=True)
class Limit:
    """Times are in seconds of one monotonic clock, given by the caller."""

    most: int
    calls_per_minute: float | None = None
    in_flight: int = 0
    highest: int = 0
    """The most that were ever in flight."""
    paused_until: float = 0.0
    _allowed: float = 0.0
    _next_start: float = 0.0
    _outcomes: deque[bool] = field(default_factory=deque)

    def __post_init__(self) -> None:
        self._allowed = float(self.most)

    @property
    def allowed(self) -> int:
        """Calls in flight that are allowed now."""
        return max(1, int(self._allowed))

    def wait(self, now: float) -> float:
        """Seconds until a call may start as far as time is concerned; 0 when it may start now."""
        return max(0.0, self.paused_until - now, self._next_start - now)

    def is_full(self) -> bool:
        return self.in_flight >= self.allowed

    def begin(self, now: float) -> None:
        """A call starts."""
        self.in_flight += 1
        self.highest = max(self.highest, self.in_flight)
        if self.calls_per_minute:
            self._next_start = max(now, self._next_start) + 60.0 / self.calls_per_minute

    def end(self, now: float, overloaded: bool, pause: float | None) -> None:
        """A call ended. `overloaded`: the endpoint refused it as one too many; `pause`: for how long it asked to be
        left alone, in seconds, or is to be when it is not `overloaded` but away."""
        self.in_flight -= 1
        self._outcomes.append(overloaded)
        while len(self._outcomes) > max(LEAST_OUTCOMES, self.allowed):
            self._outcomes.popleft()
        if not overloaded:
            if pause is not None:
                self.paused_until = max(self.paused_until, now + min(pause, LONGEST_PAUSE))
            self._allowed = min(float(self.most), self._allowed + 1.0 / self._allowed)
        elif len(self._outcomes) >= LEAST_OUTCOMES and sum(self._outcomes) > OVERLOADED_SHARE * len(self._outcomes):
            self._allowed = max(1.0, self._allowed * DECREASE)
            self.paused_until = max(self.paused_until, now + min(1.0 if pause is None else pause, LONGEST_PAUSE))
            self._outcomes.clear()
