"""The models of a run: the coordinator, on a thread of the run's process, and the way workers reach it.

Covered: opening the answer log, a socket per worker, the plan's own calls (probes), the budget's end. Not covered:
what calls are made of (see `models/`).
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any, TypeVar

from mmrecipes.core.errors import BudgetError
from mmrecipes.flow.asking import Asked, Conversation, Models
from mmrecipes.flow.step import Drop
from mmrecipes.models.binding import Binding, Bindings, Endpoint, bindings_from_json
from mmrecipes.models.call import Call, Reply
from mmrecipes.models.channel import RemoteCoordinator, WorkerSeat
from mmrecipes.models.client import Client
from mmrecipes.models.coordinator import Account, Coordinator
from mmrecipes.models.standin import Answering
from mmrecipes.models.transport import HttpTransport
from mmrecipes.store.answers import AnswerLog, AnswerReader, answers_file

T = TypeVar("T")
DRAIN = 15.0


class ModelService:
    """Use as a context manager; everything it owns is closed at the end."""

    def __init__(
        self, folder: Path, bindings: Bindings, stand_in: Answering | None, budget: float | None = None,
        reuse: Path | None = None,
    ) -> None:  # fmt: skip
        self.folder, self.bindings, self.stand_in, self.budget, self.reuse = folder, bindings, stand_in, budget, reuse
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="models", daemon=True)
        self._closing = contextlib.ExitStack()

    def __enter__(self) -> ModelService:
        with contextlib.ExitStack() as opened:
            log = AnswerLog.open(answers_file(self.folder))
            opened.callback(log.close)
            reuse = None
            if self.reuse is not None:
                reuse = AnswerReader(answers_file(self.reuse))
                opened.callback(reuse.close)
            endpoints = {b.name: b for many in self.bindings.values() for b in many}
            self.coordinator = Coordinator(log, endpoints, self.budget, reuse)
            self._closing = opened.pop_all()
        self._thread.start()
        self._closing.callback(self._stop)
        self._transport = self.run(_open_transport())
        self._closing.callback(lambda: self.run(self._transport.__aexit__(None, None, None)))
        return self

    def __exit__(self, *exc: object) -> None:
        self._closing.close()

    def _stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine on the service's loop and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def connect(self) -> socket.socket:
        """A new worker's end of a socket to the coordinator; to be handed down and closed here."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        seat = WorkerSeat(self.coordinator)
        self.run(self._seat(seat, ours))
        return theirs

    async def _seat(self, seat: WorkerSeat, ours: socket.socket) -> None:
        await self._loop.connect_accepted_socket(lambda: seat.frames, ours)

    def account(self) -> Account:
        """How calls and money stand."""
        return self.coordinator.account()

    def used_up(self) -> BudgetError | None:
        """Why nothing more is sent, when the budget is used up and nothing is in flight."""
        return BudgetError(self.coordinator.why_exhausted) if self.coordinator.exhausted else None

    async def probe(self, endpoint: Endpoint, role: str, member: int, sees_images: bool) -> list[str]:
        """Whether an endpoint can do its part. Raises `PlanError`; returns remarks. Its answers are logged, so that
        resuming does not pay for them again."""
        from mmrecipes.models.probe import probe_endpoint

        async def ask(call: Call) -> Reply:
            conversation = Conversation(self.plan_models().models, "probe", "probe", 0, {})
            return (await conversation.call(role, call, member)).reply

        return await probe_endpoint(self._transport, endpoint, role=role, sees_images=sees_images, ask=ask)

    def drain(self) -> None:
        """Send nothing more and wait until what is in flight is answered and logged, at most `DRAIN` seconds."""
        self.coordinator.draining = True
        until = time.monotonic() + DRAIN
        while self.account().in_flight and time.monotonic() < until:
            time.sleep(0.02)

    def plan_models(self) -> PlanModels:
        """For calls that the plan makes itself."""
        return PlanModels(Models(self.bindings, Client(self.coordinator, self._transport, self.stand_in)))


class PlanModels:
    """What a recipe's `probe` asks models through. `draw` tells several draws of one prompt apart."""

    def __init__(self, models: Models) -> None:
        self.models = models

    def binding(self, role: str) -> Binding:
        """What fills a role."""
        return self.models.binding(role)

    async def call(self, role: str, call: Call, draw: str = "0") -> Reply:
        """Ask once. Raises `CallError`."""
        return (await self._conversation(draw).call(role, call)).reply

    async def ask(
        self, role: str, call: Call, parse: Callable[[Reply], T], draw: str = "0", retries: int = 1
    ) -> Asked[T] | Drop:
        """Ask until `parse` accepts the reply."""
        return await self._conversation(draw).ask(role, call, parse, retries, 0)

    def _conversation(self, draw: str) -> Conversation:
        return Conversation(self.models, f"probe/{draw}", "probe", 0, {})


async def _open_transport() -> HttpTransport:
    return await HttpTransport().__aenter__()


async def worker_models(
    bindings: Mapping[str, Any], settled: Mapping[str, Any], channel: int, stand_in: Answering | None
) -> Models:
    """The models as a worker sees them; runs on the worker's loop and lives as long as the process."""
    remote = await RemoteCoordinator.connect(channel)
    transport = await _open_transport()
    return Models(bindings_from_json(bindings), Client(remote, transport, stand_in), settled)
