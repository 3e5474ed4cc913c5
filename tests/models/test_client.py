"""The retry layer with a scripted transport: what is sent again, what is not, and how it is settled."""

from __future__ import annotations

import asyncio
import email.utils
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import orjson
import pytest

from mmrecipes.core.errors import CallError
from mmrecipes.core.image import ImageError
from mmrecipes.core.sample import user
from mmrecipes.models import client as client_module
from mmrecipes.models.binding import Endpoint, Price
from mmrecipes.models.call import Asker, Call, Sampling
from mmrecipes.models.client import Answered, Client, retry_after
from mmrecipes.models.coordinator import Coordinator
from mmrecipes.models.response import Response
from mmrecipes.models.transport import HttpTransport, SendError
from mmrecipes.store.answers import AnswerLog

ENDPOINT = Endpoint(model="m", url="http://localhost/v1", price=Price(input=1e6, output=1e6))
ASKER = Asker("teacher", "s/1", "s/1", 0, {})
CALL = Call(name="p", messages=(user("hi"),), sampling=Sampling(max_tokens=5))
USAGE = {"prompt_tokens": 3, "completion_tokens": 2}


def good(text: str = "ok") -> Response:
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}
    return Response(200, {}, orjson.dumps({"model": "m", "choices": [choice], "usage": USAGE}), 0.01)


def status(code: int, **headers: str) -> Response:
    return Response(code, {k.replace("_", "-"): v for k, v in headers.items()}, b'{"error":{"message":"no"}}', 0.01)


class Scripted:
    """A transport that plays a list of responses and exceptions; the last one stays."""

    def __init__(self, *script: Response | Exception) -> None:
        self.script, self.sent = list(script), 0

    async def send(self, endpoint: Endpoint, request: Any) -> Response:
        self.sent += 1
        said = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if isinstance(said, Exception):
            raise said
        return said


Play = Callable[..., tuple[Scripted, Coordinator, Answered | Exception]]


@pytest.fixture
def play(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Play:
    monkeypatch.setattr(client_module, "FIRST_BACKOFF", 0.01)

    def run(*script: Response | Exception, call: Call = CALL) -> tuple[Scripted, Coordinator, Answered | Exception]:
        transport = Scripted(*script)

        async def scene() -> tuple[Coordinator, Answered | Exception]:
            log = AnswerLog.open(tmp_path / "a.sqlite")
            coordinator = Coordinator(log, {ENDPOINT.name: ENDPOINT})
            caller = Client(coordinator, cast(HttpTransport, transport))
            try:
                return coordinator, await caller.call(ENDPOINT, call, ASKER)
            except (CallError, ImageError) as e:
                return coordinator, e
            finally:
                log.close()

        return transport, *asyncio.run(scene())

    return run


def test_a_good_reply_is_used_logged_and_priced(play: Play) -> None:
    transport, coordinator, answered = play(good("hello"))
    assert isinstance(answered, Answered) and answered.reply.text == "hello"
    assert answered.answer.cost == 5.0 and coordinator.account().spent == 5.0 and transport.sent == 1


def test_an_answer_in_the_log_is_not_asked_for_again(play: Play) -> None:
    play(good("first"))
    transport, coordinator, answered = play(good("second"))
    assert isinstance(answered, Answered) and answered.reply.text == "first"
    assert transport.sent == 0 and coordinator.account().known == 1


@pytest.mark.parametrize("code", [500, 502, 503, 504, 408, 429])
def test_what_may_pass_is_sent_three_times_at_most(play: Play, code: int) -> None:
    transport, coordinator, failed = play(status(code))
    assert transport.sent == 3 and isinstance(failed, CallError)
    assert (failed.kind, failed.status, failed.attempts) == (f"http_{code}", code, 3)
    assert coordinator.account().in_flight == 0


@pytest.mark.parametrize("code", [400, 401, 403, 404, 413, 422])
def test_what_the_server_finds_wrong_with_the_request_is_not_sent_again(play: Play, code: int) -> None:
    transport, _, failed = play(status(code))
    assert transport.sent == 1 and isinstance(failed, CallError) and "not tried again" in str(failed)


def test_a_transient_fault_is_overcome(play: Play) -> None:
    transport, _, answered = play(status(500), SendError("cut_off", "gone", charged=True), good())
    assert transport.sent == 3 and isinstance(answered, Answered)


def test_a_wait_that_the_server_asked_for_is_no_attempt(play: Play) -> None:
    began = time.monotonic()
    transport, _, answered = play(*[status(429, retry_after="0.05")] * 6, good())
    assert transport.sent == 7 and isinstance(answered, Answered)
    assert 0.3 <= time.monotonic() - began < 5


def test_an_endpoint_that_is_away_for_a_while_costs_no_attempt(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "OUTAGE_PAUSE", 0.01)
    away = SendError("connection_refused", "nothing answers there")
    transport, _, answered = play(*[away] * 8, good())
    assert transport.sent == 9 and isinstance(answered, Answered)
    monkeypatch.setattr(client_module, "LONGEST_OUTAGE", 0.05)
    transport, coordinator, failed = play(away, call=CALL.having(name="q", messages=(user("again"),)))
    assert isinstance(failed, CallError) and failed.kind == "connection_refused" and transport.sent <= 9
    assert coordinator.account().in_flight == 0


def test_waits_have_an_end(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "LONGEST_WAIT", 0.2)
    transport, _, failed = play(status(503, retry_after="0.06"))
    assert isinstance(failed, CallError) and transport.sent <= 6
    transport, _, failed = play(status(429, retry_after="86400"))
    assert isinstance(failed, CallError) and transport.sent == 3


def test_a_reply_that_cannot_be_read_is_tried_again_and_counted_as_charged(play: Play) -> None:
    html = Response(200, {}, b"<html>oops</html>", 0.01)
    transport, coordinator, failed = play(html)
    assert transport.sent == 3 and isinstance(failed, CallError) and "cannot be read" in str(failed)
    assert coordinator.account().spent > 0


def test_an_image_that_cannot_be_prepared_frees_its_place(play: Play) -> None:
    _, coordinator, failed = play(ImageError("too_large_image", "no"))
    assert isinstance(failed, ImageError) and coordinator.account().in_flight == 0


def test_random_draws_of_two_samples_are_two_calls_and_greedy_ones_are_one(tmp_path: Path) -> None:
    async def scene(sampling: Sampling) -> int:
        log = AnswerLog.open(tmp_path / f"{sampling.temperature}.sqlite")
        transport = Scripted(good())
        caller = Client(Coordinator(log, {ENDPOINT.name: ENDPOINT}), cast(HttpTransport, transport))
        for name in ("s/1", "s/2"):
            await caller.call(ENDPOINT, CALL.having(sampling=sampling), Asker("teacher", name, name, 0, {}))
        log.close()
        return transport.sent

    assert asyncio.run(scene(Sampling(0.0))) == 1
    assert asyncio.run(scene(Sampling(0.7))) == 2


def test_retry_after_is_read_as_seconds_or_as_a_date() -> None:
    assert retry_after("2") == 2.0 and retry_after(" 0.5 ") == 0.5
    in_a_minute = email.utils.format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    assert retry_after(in_a_minute) == pytest.approx(60, abs=3)
    assert [retry_after(v) for v in ("", "soon", "-3", "²", "1.2.3")] == [None] * 5
