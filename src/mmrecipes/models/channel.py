"""Workers and the coordinator talk over a socket pair: length-prefixed frames of plain values.

Both ends are processes of one run with the same Python, so frames are `marshal`led tuples. Covered: many questions at
once on one socket, a worker that dies (what it had in flight counts as possibly charged). Not covered: other machines.
"""

from __future__ import annotations

import asyncio
import marshal
import socket
import struct
from collections.abc import Callable
from dataclasses import fields
from operator import attrgetter
from typing import Any

from mmrecipes.core.errors import BudgetError, MmrError, WorldError
from mmrecipes.models.coordinator import Coordinator, Failed, Leave
from mmrecipes.store.answers import Answer

_LENGTH = struct.Struct("<I")
ADMIT, SETTLE = 0, 1
_ANSWER = attrgetter(*(f.name for f in fields(Answer)))
_FAILED = attrgetter(*(f.name for f in fields(Failed)))
KNOWN, LEAVE, SETTLED, ERROR = 0, 1, 2, 3


class Frames(asyncio.Protocol):
    """Cuts a byte stream into frames."""

    def __init__(self, on_frame: Callable[[tuple[Any, ...]], None], on_lost: Callable[[], None]) -> None:
        self.on_frame, self.on_lost = on_frame, on_lost
        self.transport: asyncio.Transport | None = None
        self._buffer = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        start = 0
        while len(self._buffer) - start >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._buffer, start)
            end = start + _LENGTH.size + length
            if len(self._buffer) < end:
                break
            self.on_frame(marshal.loads(bytes(self._buffer[start + _LENGTH.size : end])))
            start = end
        del self._buffer[:start]

    def send(self, frame: tuple[Any, ...]) -> None:
        """Send a tuple of plain values; dropped when the other end is gone."""
        if self.transport is not None and not self.transport.is_closing():
            data = marshal.dumps(frame)
            self.transport.write(_LENGTH.pack(len(data)) + data)

    def connection_lost(self, exc: Exception | None) -> None:
        self.on_lost()


class WorkerSeat:
    """The coordinator's end of one worker's socket."""

    def __init__(self, coordinator: Coordinator) -> None:
        self.coordinator = coordinator
        self.frames = Frames(self._on_frame, self._on_lost)
        self._tickets: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def _on_frame(self, frame: tuple[Any, ...]) -> None:
        number, kind, *values = frame
        work = self._admit(number, *values) if kind == ADMIT else self._settle(number, *values)
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _admit(self, number: int, endpoint: str, key: bytes, worst: float, order: int) -> None:
        try:
            admitted = await self.coordinator.admit(endpoint, key, worst, order)
        except MmrError as e:
            self.frames.send((number, ERROR, isinstance(e, BudgetError), str(e)))
            return
        if isinstance(admitted, Leave):
            self._tickets.add(admitted.ticket)
            self.frames.send((number, LEAVE, admitted.ticket))
        else:
            self.frames.send((number, KNOWN, _ANSWER(admitted)))

    async def _settle(self, number: int, ticket: int, answer: tuple[Any, ...] | None, failed: tuple[Any, ...]) -> None:
        self._tickets.discard(ticket)
        try:
            await self.coordinator.settle(ticket, Failed(*failed) if answer is None else Answer(*answer))
        except MmrError as e:
            self.frames.send((number, ERROR, False, str(e)))
            return
        self.frames.send((number, SETTLED))

    def _on_lost(self) -> None:
        for task in self._tasks:
            task.cancel()
        loop = asyncio.get_running_loop()
        for ticket in self._tickets:
            task = loop.create_task(self.coordinator.settle(ticket, Failed("worker_died", charged=True)))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)


class RemoteCoordinator:
    """A worker's end: the same two methods as `Coordinator`."""

    def __init__(self) -> None:
        self._waiting: dict[int, asyncio.Future[tuple[Any, ...]]] = {}
        self._number = 0
        self._frames = Frames(self._on_frame, self._on_lost)

    @classmethod
    async def connect(cls, descriptor: int) -> RemoteCoordinator:
        """Take over the socket that the run's process has handed down."""
        remote = cls()
        sock = socket.socket(fileno=descriptor)
        sock.setblocking(False)
        await asyncio.get_running_loop().connect_accepted_socket(lambda: remote._frames, sock)
        return remote

    async def admit(self, endpoint: str, key: bytes, worst: float, order: int) -> Answer | Leave:
        kind, *values = await self._ask(ADMIT, endpoint, key, worst, order)
        return Answer(*values[0]) if kind == KNOWN else Leave(values[0])

    async def settle(self, ticket: int, outcome: Answer | Failed) -> None:
        if isinstance(outcome, Answer):
            await self._ask(SETTLE, ticket, _ANSWER(outcome), ())
        else:
            await self._ask(SETTLE, ticket, None, _FAILED(outcome))

    async def _ask(self, kind: int, *values: Any) -> tuple[Any, ...]:
        self._number += 1
        number = self._number
        future: asyncio.Future[tuple[Any, ...]] = asyncio.get_running_loop().create_future()
        self._waiting[number] = future
        try:
            self._frames.send((number, kind, *values))
            return await future
        finally:
            self._waiting.pop(number, None)

    def _on_frame(self, frame: tuple[Any, ...]) -> None:
        number, kind, *values = frame
        future = self._waiting.get(number)
        if future is None or future.done():
            return
        if kind != ERROR:
            future.set_result((kind, *values))
        else:
            future.set_exception((BudgetError if values[0] else WorldError)(values[1]))

    def _on_lost(self) -> None:
        """The run's process is gone, and so will be this one: see `flow/worker`."""
