"""The one retry layer: admit, send, judge what came back, settle.

A call is sent at most `ATTEMPTS` times, with full jitter in between (Brooker, "Exponential Backoff And Jitter", 2015).
A 429 or 503 with `Retry-After` is a wait and no attempt, as long as the waits together stay under `LONGEST_WAIT`; so
is an endpoint that nobody reaches, for `LONGEST_OUTAGE`. What
the server says is wrong with the request itself (400, 401, 404…) is not tried again. Covered: endpoints and in-process
stand-ins. Not covered: re-asking for a better-formed reply, which is the recipe's business (see `flow/asking`).
"""

from __future__ import annotations

import asyncio
import email.utils
import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from mmrecipes.core.errors import CallError
from mmrecipes.models.binding import Binding, Endpoint, bound_tokens, worst_case
from mmrecipes.models.call import Asker, Call, Reply, row_order
from mmrecipes.models.coordinator import Failed, Leave
from mmrecipes.models.replies import BadReply, error_message, read_reply
from mmrecipes.models.request import Request, key_of, request_of
from mmrecipes.models.response import Response
from mmrecipes.models.standin import Answering, StandInCall, answer_in_process, as_endpoint, with_truth
from mmrecipes.models.transport import HttpTransport, SendError
from mmrecipes.store.answers import Answer

ATTEMPTS = 3
FIRST_BACKOFF, LONGEST_BACKOFF = 0.5, 8.0
LONGEST_WAIT = 600.0
"""Seconds that one call may be put off by `Retry-After` in all."""
UNREACHABLE = frozenset({"connection_refused", "connect", "unknown_host"})
OUTAGE_PAUSE, LONGEST_OUTAGE = 1.0, 60.0
"""An endpoint that nobody reaches is left alone for the one; a call is put off for at most the other, in seconds."""
RETRIED = frozenset({408, 409, 425, 429, *range(500, 600)})
OVERLOADED = frozenset({429, 503})


class Admission(Protocol):
    """`Coordinator`, here or in the run's process."""

    async def admit(self, endpoint: str, key: bytes, worst: float, order: int) -> Answer | Leave: ...

    async def settle(self, ticket: int, outcome: Answer | Failed) -> None: ...


@dataclass(frozen=True, slots=True)
class Answered:
    """A reply with the record that is in the answer log."""

    reply: Reply
    answer: Answer


class Client:
    """Calls models. `stand_in` is the recipe's own answering function, for roles bound to the stand-in."""

    def __init__(self, admission: Admission, transport: HttpTransport, stand_in: Answering | None = None) -> None:
        self.admission, self.transport, self.stand_in = admission, transport, stand_in

    async def call(self, binding: Binding, call: Call, asker: Asker) -> Answered:
        """The answer to a call, from the log or from the model. Raises `CallError` when it failed for good."""
        endpoint = binding if isinstance(binding, Endpoint) else as_endpoint(binding)
        request = request_of(endpoint, call)
        draws = call.sampling.random or endpoint.stand_in or float(endpoint.sampling.get("temperature", 0)) > 0
        key = key_of(endpoint, request, asker.draw if draws else "")
        worst = worst_case(binding, call)
        attempts, waited, absent = 0, 0.0, 0.0
        while True:
            admitted = await self.admission.admit(binding.name, key, worst, row_order.get())
            if isinstance(admitted, Answer):
                return Answered(_reply(binding, call, admitted.response, endpoint.stand_in), admitted)
            try:
                outcome = await self._send(binding, endpoint, call, request, key, asker)
            except Exception:
                await self.admission.settle(admitted.ticket, Failed("not_sent"))
                raise
            await self.admission.settle(admitted.ticket, outcome.settles)
            if outcome.reply is not None and isinstance(outcome.settles, Answer):
                return Answered(outcome.reply, outcome.settles)
            if outcome.unreachable and absent < LONGEST_OUTAGE:
                absent += OUTAGE_PAUSE
                await asyncio.sleep(_pause(OUTAGE_PAUSE, attempts))
                continue
            put_off = outcome.wait is not None and waited + outcome.wait <= LONGEST_WAIT
            attempts += not put_off
            if attempts >= ATTEMPTS or not (outcome.retriable or put_off):
                raise _failure(endpoint, call, outcome, attempts)
            waited += outcome.wait or 0.0 if put_off else 0.0
            await asyncio.sleep(_pause(outcome.wait if put_off else None, attempts))

    async def _send(
        self, binding: Binding, endpoint: Endpoint, call: Call, request: Request, key: bytes, asker: Asker
    ) -> _Outcome:
        try:
            response = await self._exchange(binding, endpoint, call, request, asker)
        except SendError as e:
            if e.kind in UNREACHABLE:
                return _Outcome(Failed(e.kind, pause=OUTAGE_PAUSE), e.message, e.retriable, unreachable=True)
            return _Outcome(Failed(e.kind, e.charged), e.message, e.retriable)
        if response.status != 200:
            return _refused(response)
        try:
            reply = _reply(binding, call, response.body, endpoint.stand_in)
        except BadReply as e:
            return _Outcome(Failed(e.kind, charged=True), f"the reply cannot be read: {e}", True)
        usage = reply.usage
        cost = binding.price.of(usage.tokens_in, usage.tokens_out, usage.images) if binding.price else 0.0
        answer = Answer(
            key=key, model=endpoint.model, endpoint=binding.name, role=asker.role, name=call.name, sample=asker.sample,
            request=request.logged, response=response.body, tokens_in=usage.tokens_in, tokens_out=usage.tokens_out,
            images=usage.images, cost=cost, seconds=response.seconds, at=time.time(), stand_in=endpoint.stand_in,
            usage_known=usage.known,
        )  # fmt: skip
        return _Outcome(answer, reply=reply)

    async def _exchange(
        self, binding: Binding, endpoint: Endpoint, call: Call, request: Request, asker: Asker
    ) -> Response:
        if isinstance(binding, Endpoint):
            if endpoint.stand_in:
                request = with_truth(request, asker.role, call.name, asker.sample, asker.attempt, asker.truth)
            return await self.transport.send(endpoint, request)
        if self.stand_in is None:
            raise SendError("no_stand_in", "this recipe brings no stand-in", retriable=False, charged=False)
        asked = StandInCall(
            asker.role, call, asker.truth, asker.sample, asker.attempt, binding.faults
        )  # fmt: skip
        return answer_in_process(self.stand_in, asked)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What one sending brought. `wait`: the seconds after which the server wants to be asked again."""

    settles: Answer | Failed
    message: str = ""
    retriable: bool = False
    wait: float | None = None
    status: int = 0
    reply: Reply | None = None
    unreachable: bool = False
    """The endpoint is away: its fault, not the call's."""


def _reply(binding: Binding, call: Call, body: bytes, stand_in: bool) -> Reply:
    return read_reply(call, body, bound_tokens(binding, call), stand_in)


def _refused(response: Response) -> _Outcome:
    overloaded = response.status in OVERLOADED
    wait = retry_after(response.headers.get("retry-after", "")) if overloaded else None
    failed = Failed(f"http_{response.status}", overloaded=overloaded, pause=wait)
    retriable = response.status in RETRIED
    return _Outcome(failed, f"HTTP {response.status}: {error_message(response)}", retriable, wait, response.status)


def retry_after(value: str) -> float | None:
    """Seconds that a `Retry-After` header asks for (a number or an HTTP date); None when it says nothing usable."""
    value = value.strip()
    if value.replace(".", "", 1).isascii() and value.replace(".", "", 1).isdigit():
        return float(value)
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except (ValueError, TypeError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def _pause(wait: float | None, attempts: int) -> float:
    """Full jitter between attempts; a wait is kept to, and slightly exceeded so that not all come back at once."""
    if wait is not None:
        return wait * (1.0 + 0.1 * random.random())
    return random.random() * min(LONGEST_BACKOFF, FIRST_BACKOFF * 2 ** (attempts - 1))


def _failure(endpoint: Endpoint, call: Call, outcome: _Outcome, attempts: int) -> CallError:
    kind = outcome.settles.kind if isinstance(outcome.settles, Failed) else "failed"
    tries = f"after {attempts} attempts" if attempts > 1 else "not tried again"
    message = f"{call.name} at {endpoint.name}: {outcome.message} ({tries})"
    return CallError(kind, message, outcome.status, max(1, attempts))
