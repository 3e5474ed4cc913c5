"""Takes single samples through pieces of a pipeline in this process, with the engine's own interpreter and client and
models that a function answers."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from mmrecipes.flow.interpret import Passage
from mmrecipes.models.client import Client
from mmrecipes.models.coordinator import Leave
from mmrecipes.models.standin import StandInCall


class _Open:
    """Lets every call through."""

    async def admit(self, *what: Any) -> Leave:
        return Leave(0)

    async def settle(self, ticket: int, outcome: Any) -> None:
        pass


def client(answering: Callable[[StandInCall], Any]) -> Client:
    """Roles bound to the stand-in are answered by this function; no call is refused, counted or kept."""
    return Client(_Open(), None, answering)  # type: ignore[arg-type]


async def drive(coroutine: Coroutine[Any, Any, Passage]) -> Passage:
    """Awaits what the interpreter waits for, as the worker does."""
    value: Any = None
    error: BaseException | None = None
    while True:
        try:
            waiting = coroutine.throw(error) if error else coroutine.send(value)
        except StopIteration as done:
            return done.value
        value, error = None, None
        try:
            value = await waiting.awaitable
        except Exception as e:  # noqa: BLE001 - it is thrown into the pipeline
            error = e
