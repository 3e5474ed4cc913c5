"""The one place through which every call of a run goes before it is sent: answer log, limits, budget.

Workers ask to be admitted and get either the answer that is known already or leave to send; afterwards they settle,
and the answer is used only when it is committed. Because there is one coordinator per run, limits, budget and "paid
once" hold across workers. Covered: equal calls in flight at once (the second waits for the first), per endpoint a
queue in which calls of earlier rows go first, worst-case reservation under a budget. Not covered: sending (see
`client`), several machines.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from mmrecipes.core.errors import BudgetError
from mmrecipes.models.binding import Binding
from mmrecipes.models.limit import Limit
from mmrecipes.store.answers import Answer, AnswerLog, AnswerReader


@dataclass(frozen=True, slots=True)
class Leave:
    """Leave to send one call. `ticket` settles it."""

    ticket: int


@dataclass(frozen=True, slots=True)
class Failed:
    """A sent call that brought no answer. `charged`: it may have to be paid all the same; `overloaded` and `pause`:
    the endpoint refused it as one too many, and for how long it asked to be left alone."""

    kind: str
    charged: bool = False
    overloaded: bool = False
    pause: float | None = None


@dataclass(slots=True)
class Sent:
    """A call in flight."""

    key: bytes
    endpoint: str
    worst: float


@dataclass(slots=True, order=True)
class Waiting:
    """A call in an endpoint's queue; those of earlier rows sort first."""

    order: int
    number: int
    key: bytes = field(compare=False)
    worst: float = field(compare=False)
    granted: asyncio.Future[Leave] = field(compare=False)


@dataclass(slots=True)
class Line:
    """One endpoint: its limit and the calls waiting for it."""

    limit: Limit
    queue: list[Waiting] = field(default_factory=list)
    """A heap."""
    timer: asyncio.TimerHandle | None = None


@dataclass(slots=True)
class Account:
    """How calls and money stand. `known`: answers taken from the log; `spent` includes earlier sessions and calls that
    may have been charged without an answer; `reserved` is the worst case of what is in flight."""

    sent: int = 0
    answered: int = 0
    known: int = 0
    failed: int = 0
    in_flight: int = 0
    waiting: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    spent: float = 0.0
    spent_now: float = 0.0
    reserved: float = 0.0
    budget: float | None = None


class Coordinator:
    """Lives on one event loop. `endpoints` maps names to settings; `reuse` is the log of an older run."""

    def __init__(
        self,
        log: AnswerLog,
        endpoints: Mapping[str, Binding],
        budget: float | None = None,
        reuse: AnswerReader | None = None,
    ) -> None:
        self.log, self.budget, self.reuse = log, budget, reuse
        self.lines = {
            name: Line(Limit(b.max_in_flight, getattr(b, "calls_per_minute", None))) for name, b in endpoints.items()
        }
        self.exhausted, self.why_exhausted = False, ""
        self.draining = False
        """Nothing more is sent; what is in flight may still land."""
        self._sent: dict[int, Sent] = {}
        self._flying: dict[bytes, asyncio.Event] = {}
        self._ticket, self._number = 0, itertools.count()
        before = log.totals()
        """What a call may have cost without bringing an answer stays in the log as an intent."""
        self._account = Account(spent=before.cost + before.open_cost, budget=budget)
        self.before = self._account.spent

    async def admit(self, endpoint: str, key: bytes, worst: float, order: int = 0) -> Answer | Leave:
        """The answer if it is known, else leave to send, when the endpoint's turn has come and the budget covers the
        worst case. Raises `BudgetError` when it does not."""
        while True:
            if (flying := self._flying.get(key)) is not None:
                await flying.wait()
            if (known := await self._known(key)) is not None:
                self._account.known += 1
                return known
            if key in self._flying:
                continue
            self._flying[key] = asyncio.Event()
            try:
                return await self._leave(endpoint, key, worst, order)
            except BaseException:
                self._landed(key)
                raise

    async def _known(self, key: bytes) -> Answer | None:
        found = self.log.get(key)
        if found is None and self.reuse is not None and (old := self.reuse.get(key)) is not None:
            found = replace(old, reused=True)
            await self.log.put(found)
        return found

    async def _leave(self, endpoint: str, key: bytes, worst: float, order: int) -> Leave:
        if self.exhausted:
            raise self._too_dear(worst)
        line = self.lines[endpoint]
        granted: asyncio.Future[Leave] = asyncio.get_running_loop().create_future()
        heapq.heappush(line.queue, Waiting(order, next(self._number), key, worst, granted))
        self._pump(endpoint)
        try:
            leave = await granted
        except asyncio.CancelledError:
            if granted.done() and not granted.cancelled() and granted.exception() is None:
                self._release(granted.result().ticket, Failed("cancelled"))
            raise
        if self.budget is not None:
            try:
                await self.log.intend(key, worst)
            except BaseException:
                self._release(leave.ticket, Failed("not_sent"))
                raise
        return leave

    def _pump(self, endpoint: str) -> None:
        """Grant leave to whoever may start now."""
        line, now = self.lines[endpoint], time.monotonic()
        while line.queue and not line.limit.is_full() and not self.draining:
            head = line.queue[0]
            if head.granted.done():
                heapq.heappop(line.queue)
                continue
            if (seconds := line.limit.wait(now)) > 0:
                self._pump_later(endpoint, line, seconds)
                return
            if not self._covers(head.worst):
                if not self._sent:
                    self._exhaust(head.worst)
                return
            heapq.heappop(line.queue)
            line.limit.begin(now)
            self._ticket += 1
            self._sent[self._ticket] = Sent(head.key, endpoint, head.worst)
            head.granted.set_result(Leave(self._ticket))
            self._account.sent += 1
            self._account.reserved += head.worst

    def _pump_later(self, endpoint: str, line: Line, seconds: float) -> None:
        if line.timer is None or line.timer.cancelled() or line.timer.when() <= asyncio.get_running_loop().time():
            line.timer = asyncio.get_running_loop().call_later(seconds + 0.001, self._pump, endpoint)

    def _covers(self, worst: float) -> bool:
        return self.budget is None or self._account.spent + self._account.reserved + worst <= self.budget

    def _exhaust(self, worst: float) -> None:
        """Nothing is in flight and the next call is not covered: everybody who waits is told."""
        self.exhausted, self.why_exhausted = True, str(self._too_dear(worst))
        for line in self.lines.values():
            waiting_calls, line.queue = line.queue, []
            for waiting in waiting_calls:
                if not waiting.granted.done():
                    waiting.granted.set_exception(self._too_dear(worst))

    def _too_dear(self, worst: float) -> BudgetError:
        return BudgetError(
            f"the budget of {self.budget:.4f} is used up: {self._account.spent:.4f} spent, and the next call may cost "
            f"{worst:.4f}. What is done stays; the same command with a higher --budget goes on from here."
        )

    async def settle(self, ticket: int, outcome: Answer | Failed) -> None:
        """What became of a call; returns when an answer is committed. Until then the call counts as in flight, so that
        a kill repeats no more calls than that."""
        sent = self._sent[ticket]
        try:
            if isinstance(outcome, Answer):
                await self.log.put(outcome)
            elif self.budget is not None and not outcome.charged:
                await self.log.refund(sent.key)
            elif self.budget is None and outcome.charged and sent.worst:
                await self.log.lost(sent.key, sent.worst)
        finally:
            self._release(ticket, outcome)
            self._landed(sent.key)

    def _release(self, ticket: int, outcome: Answer | Failed) -> Sent:
        """Free the place in the endpoint's queue and turn the reservation into what was spent."""
        sent = self._sent.pop(ticket)
        line, now = self.lines[sent.endpoint], time.monotonic()
        account = self._account
        if isinstance(outcome, Answer):
            line.limit.end(now, False, None)
            cost = outcome.cost
            account.answered += 1
            account.tokens_in += outcome.tokens_in
            account.tokens_out += outcome.tokens_out
        else:
            line.limit.end(now, outcome.overloaded, outcome.pause)
            cost = sent.worst if outcome.charged else 0.0
            account.failed += 1
        account.reserved = account.reserved - sent.worst if self._sent else 0.0
        account.spent += cost
        account.spent_now += cost
        for name in self.lines if self.budget is not None else (sent.endpoint,):
            self._pump(name)
        return sent

    def _landed(self, key: bytes) -> None:
        self._flying.pop(key).set()

    def account(self) -> Account:
        """How things stand now."""
        waiting = sum(len(line.queue) for line in self.lines.values())
        return replace(self._account, in_flight=len(self._sent), waiting=waiting)

    def highest_in_flight(self) -> dict[str, int]:
        """Per endpoint the most calls that were ever in flight."""
        return {name: line.limit.highest for name, line in self.lines.items()}
