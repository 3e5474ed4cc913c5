"""What sending never exceeds and never lets out: bytes in flight, memory, keys."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mmrecipes.core.errors import PlanError
from mmrecipes.models.binding import Endpoint
from mmrecipes.models.body import InFlight
from mmrecipes.models.request import request_of
from mmrecipes.models.response import Response
from mmrecipes.models.transport import HttpTransport, SendError
from mmrecipes_tests.models.raw_server import ANSWERING, Asked, http, noise, reply_with, said, sent, serving, showing

# --- bytes in flight ------------------------------------------------------------------------------------------------


def test_bytes_in_flight_stay_under_the_limit_and_a_larger_body_goes_alone() -> None:
    async def exchange() -> list[list[int]]:
        in_flight: list[list[int]] = []
        async with HttpTransport(bytes_in_flight=300_000) as transport:

            async def answer(asked: Asked, writer: Any) -> None:
                writer.write(http(said()))

            async with serving(answer) as server:
                endpoint, sizes = server.endpoint(), [60_000] * 12 + [400_000] + [60_000] * 12
                take = transport.in_flight.take

                async def noted(size: int) -> Any:
                    share = await take(size)
                    in_flight.append([transport.in_flight.used, size])
                    return share

                transport.in_flight.take = noted  # type: ignore[method-assign]
                calls = [request_of(endpoint, showing(noise(size, n))) for n, size in enumerate(sizes)]
                await asyncio.gather(*(transport.send(endpoint, call) for call in calls))
                assert transport.in_flight.used == 0
        return in_flight

    in_flight = asyncio.run(asyncio.wait_for(exchange(), 30))
    large = [used for used, size in in_flight if size > 300_000]
    others = [used for used, size in in_flight if size <= 300_000]
    assert len(large) == 1 and large[0] < 540_000, "the larger body was alone"
    assert 160_000 < max(others) <= 300_000


def test_room_is_given_in_order_and_comes_back_from_the_cancelled() -> None:
    async def story() -> None:
        pool, order = InFlight(10), []

        async def use(name: str, size: int) -> None:
            share = await pool.take(size)
            order.append(name)
            await asyncio.sleep(0)
            share.give_back()
            share.give_back()

        first = await pool.take(8)
        waiting = [asyncio.create_task(use(n, s)) for n, s in (("large", 50), ("gone", 2), ("small", 2))]
        await asyncio.sleep(0)
        waiting[1].cancel()
        await asyncio.sleep(0)
        assert order == [] and pool.used == 8
        first.give_back()
        await asyncio.gather(*waiting, return_exceptions=True)
        assert order == ["large", "small"] and pool.used == 0
        held = await pool.take(10)
        granted = asyncio.create_task(pool.take(5))
        await asyncio.sleep(0)
        held.give_back()  # grants it room ...
        granted.cancel()  # ... in the moment in which it is cancelled
        await asyncio.gather(granted, return_exceptions=True)
        assert pool.used == 0

    asyncio.run(asyncio.wait_for(story(), 10))


def test_the_time_limit_does_not_run_while_a_body_waits_for_room() -> None:
    async def exchange() -> None:
        async with serving(ANSWERING) as server, HttpTransport(bytes_in_flight=1000) as transport:
            held = await transport.in_flight.take(1000)
            endpoint = server.endpoint(timeout=0.2)
            waiting = asyncio.create_task(transport.send(endpoint, request_of(endpoint, showing(noise(900)))))
            await asyncio.sleep(0.4)
            assert not waiting.done() and not server.asked
            held.give_back()
            assert (await waiting).status == 200

    asyncio.run(exchange())


CLIENT = """
import asyncio, sys
from pathlib import Path
from mmrecipes.core.image import FileRange, Image
from mmrecipes.core.sample import user
from mmrecipes.models.binding import Endpoint
from mmrecipes.models.call import Call
from mmrecipes.models.request import request_of
from mmrecipes.models.transport import HttpTransport

async def main(url, file, size, calls):
    endpoint = Endpoint(model="m", url=url)
    images = [Image(f"{n:064x}", "image/jpeg", 2000, 1500, FileRange(Path(file), n * size, size)) for n in range(calls)]
    asked = [Call(name="x", messages=(user(im, "?"),), images=(im,)) for im in images]
    async with HttpTransport() as transport:
        sent = [transport.send(endpoint, request_of(endpoint, call)) for call in asked]
        assert {r.status for r in await asyncio.gather(*sent)} == {200}
    peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    print(int(peak.split()[1]) // 1024)

asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
"""


@pytest.mark.slow
def test_64_large_images_at_once_fit_into_memory_and_do_not_wait_for_each_others_answers(tmp_path: Path) -> None:
    size, calls = 1_850_000, 64
    file = tmp_path / "pictures"
    file.write_bytes(random.Random(0).randbytes(size) * calls)

    async def exchange() -> int:
        all_there, arrivals = asyncio.Event(), 0

        async def answer(asked: Asked, writer: asyncio.StreamWriter) -> None:
            nonlocal arrivals
            arrivals += 1
            asked.body = b""
            if arrivals == calls:
                all_there.set()
            await all_there.wait()  # 64 bodies of 2.5 MB are twice what may be in flight at once
            writer.write(http(said()))

        async with serving(answer) as server:
            command = (sys.executable, "-c", CLIENT, server.url, str(file), str(size), str(calls))
            client = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)
            out, _ = await asyncio.wait_for(client.communicate(), 120)
            assert client.returncode == 0
            return int(out)

    assert asyncio.run(exchange()) < 160, "megabytes, 65 of them for imports"


# --- keys -----------------------------------------------------------------------------------------------------------

KEY = "sk-live/4F+z==Secret"
ECHOES = (KEY, f"Bearer {KEY}", KEY.replace("/", "\\/"), "sk-live%2F4F%2Bz%3D%3DSecret")


@pytest.mark.parametrize("status", [200, 401, 500])
def test_a_key_that_the_server_echoes_never_gets_out(status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    async def answer(asked: Asked, writer: asyncio.StreamWriter) -> None:
        assert asked.headers["authorization"] == f"Bearer {KEY}"
        writer.write(http(" ".join(ECHOES), status, x_echo=f"a {KEY} b"))

    async def exchange() -> Response:
        async with serving(answer) as server:
            return await sent(server.endpoint(key="SOME_KEY"), showing())

    monkeypatch.setenv("SOME_KEY", f" {KEY}\n")
    response = asyncio.run(exchange())
    assert response.headers["x-echo"] == "a *** b"
    assert response.body == b"*** Bearer *** *** ***"


@pytest.mark.parametrize("key", [KEY, "skLive4FzSecret"])
def test_a_key_never_gets_out_through_an_error(key: str, monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    async def exchange(head: str) -> SendError:
        async with serving(reply_with(head.encode(), close=True)) as server:
            with pytest.raises(SendError) as caught:
                await sent(server.endpoint(key="SOME_KEY"), showing())
            return caught.value

    monkeypatch.setenv("SOME_KEY", key)
    for head in (
        f"HTTP/1.1 200 OK\r\nX: a\0{key}\r\n\r\n",
        f"{key}\r\n\r\n",
        f"HTTP/1.1 302 {key}\r\nLocation: http://{key}/\r\nContent-Length: 0\r\n\r\n",
        f"HTTP/1.1 200 OK\r\nContent-Encoding: {key}\r\nContent-Length: 2\r\n\r\nab",
        f"HTTP/1.1 200 OK\r\nContent-Length: {key}\r\n\r\nab",
    ):
        error: BaseException | None = asyncio.run(exchange(head))
        while error is not None:
            assert key.lower() not in f"{error!r} {error.args} {vars(error)}".lower()
            error = error.__context__ or error.__cause__
    assert key not in caplog.text


def test_a_placeholder_for_a_key_does_not_change_replies(monkeypatch: pytest.MonkeyPatch) -> None:
    async def exchange() -> Response:
        async with serving(reply_with(http(said("the EMPTY street")))) as server:
            return await sent(server.endpoint(key="SOME_KEY"), showing())

    monkeypatch.setenv("SOME_KEY", "EMPTY")
    assert b"the EMPTY street" in asyncio.run(exchange()).body


@pytest.mark.parametrize("value", [None, "", "two\nlines", "schlüssel"])
def test_a_key_that_cannot_be_sent_is_refused_by_name(value: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOME_KEY", raising=False)
    if value is not None:
        monkeypatch.setenv("SOME_KEY", value)
    with pytest.raises(PlanError, match="SOME_KEY") as caught:
        asyncio.run(sent(Endpoint(model="m", url="http://127.0.0.1:9/v1", key="SOME_KEY"), showing()))
    assert not value or value not in str(caught.value)
