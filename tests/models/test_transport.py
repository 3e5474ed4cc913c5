"""Sending: what arrives at a server, over which connections, within which time and memory, and what never leaves."""

from __future__ import annotations

import asyncio
import base64
import socket
import ssl
import threading
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from mmrecipes.core.image import FileRange, Image
from mmrecipes.core.sample import Message, Part
from mmrecipes.models import prepare
from mmrecipes.models.binding import Endpoint, ImageLimits
from mmrecipes.models.body import SLICE
from mmrecipes.models.call import Call
from mmrecipes.models.request import request_of
from mmrecipes.models.response import Response
from mmrecipes.models.transport import HttpTransport, SendError
from mmrecipes_tests.models.raw_server import (
    ANSWERING,
    Asked,
    RawServer,
    http,
    noise,
    reply_with,
    said,
    self_signed,
    sent,
    serving,
    showing,
)  # fmt: skip


def arrived(call: Call, **settings: Any) -> Asked:
    """What a server sees of a call."""

    async def exchange() -> Asked:
        async with serving(ANSWERING) as server:
            await sent(server.endpoint(**settings), call)
            return server.asked[0]

    return asyncio.run(exchange())


def failure(endpoint: Endpoint, call: Call | None = None) -> SendError:
    with pytest.raises(SendError) as caught:
        asyncio.run(sent(endpoint, call or showing()))
    return caught.value


# --- what arrives ---------------------------------------------------------------------------------------------------


def test_a_text_call_arrives_as_one_json_request() -> None:
    asked = arrived(showing())
    assert (asked.method, asked.path) == ("POST", "/v1/chat/completions")
    assert asked.headers["content-type"] == "application/json"
    assert int(asked.headers["content-length"]) == len(asked.body)
    assert asked.json["messages"] == [{"role": "user", "content": "What is this?"}]
    assert "authorization" not in asked.headers and "cookie" not in asked.headers


@pytest.mark.parametrize("size", [1, 2, 3, SLICE - 1, SLICE, SLICE + 1, 2 * SLICE + 2, 900_000])
def test_images_arrive_byte_for_byte_wherever_their_slices_end(size: int) -> None:
    one, two = noise(size), noise(size + 1, 1)
    asked = arrived(showing(one, two, one))
    assert int(asked.headers["content-length"]) == len(asked.body)
    urls = [p["image_url"]["url"] for p in asked.json["messages"][0]["content"] if p["type"] == "image_url"]
    for url, image in zip(urls, (one, two, one), strict=True):
        head, _, data = url.partition(",")
        assert head == "data:image/jpeg;base64"
        assert base64.b64decode(data, validate=True) == image.data


@pytest.mark.parametrize(
    ("form", "path", "where", "head"),
    [
        ("sglang", "/generate", lambda b: b["image_data"], "data:image/jpeg;base64,"),
        ("llama.cpp", "/completion", lambda b: b["prompt"]["multimodal_data"], ""),
        ("completions", "/v1/completions", lambda b: b["multi_modal_data"]["image"], "data:image/jpeg;base64,"),
    ],
)
def test_native_routes_get_images_in_their_own_form(form: Any, path: str, where: Any, head: str) -> None:
    image = noise(100)
    asked = arrived(Call(name="raw", kind="completion", text="<image>A", images=(image,)), raw_prompt=form)
    assert asked.path == path
    assert where(asked.json) == [head + base64.b64encode(image.data).decode()]


def test_a_text_that_looks_like_a_placeholder_stays_a_text() -> None:
    image = noise(9)
    trap = f'{{"$image":"{image.sha256}"}}'
    parts = (Part(text=trap), Part(image=image.sha256))
    asked = arrived(Call(name="x", messages=(Message("user", parts),), images=(image,)))
    assert [p.get("text") for p in asked.json["messages"][0]["content"]] == [trap, None]


def test_an_image_in_a_file_is_read_when_it_is_sent(tmp_path: Path) -> None:
    whole = noise(5000)
    file = tmp_path / "pictures"
    file.write_bytes(b"before" + whole.data + b"after")
    image = Image(whole.sha256, whole.media_type, 640, 480, FileRange(file, 6, 5000))
    url = arrived(showing(image)).json["messages"][0]["content"][0]["image_url"]["url"]
    assert base64.b64decode(url.partition(",")[2]) == whole.data


def test_pictures_are_converted_off_the_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[threading.Thread] = []

    def converted(image: Image, limits: ImageLimits) -> tuple[bytes, str]:
        threads.append(threading.current_thread())
        return b"small", "image/webp"

    monkeypatch.setattr(prepare, "_converted", converted)
    asked = arrived(showing(noise(77)), image=ImageLimits(max_side=100))
    assert asked.json["messages"][0]["content"][0]["image_url"]["url"] == "data:image/webp;base64,c21hbGw="
    assert [t is threading.main_thread() for t in threads] == [False]


# --- what comes back, and over which connections --------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 400, 429, 500, 503])
def test_every_status_comes_back_with_headers_and_body(status: int) -> None:
    async def exchange() -> Response:
        async with serving(reply_with(http({"a": 1}, status, retry_after="7"))) as server:
            return await sent(server.endpoint(), showing())

    response = asyncio.run(exchange())
    assert (response.status, response.body, response.headers["retry-after"]) == (status, b'{"a": 1}', "7")
    assert 0 < response.seconds < 5


def test_connections_are_kept_and_cookies_are_not() -> None:
    async def exchange() -> RawServer:
        async with serving(reply_with(http(said(), set_cookie="a=b"))) as server, HttpTransport() as transport:
            for _ in range(3):
                await transport.send(server.endpoint(), request_of(server.endpoint(), showing()))
            assert (await transport.get(server.endpoint(), "models")).status == 200
            return server

    server = asyncio.run(exchange())
    assert server.connections == 1
    assert [a.path for a in server.asked[2:]] == ["/v1/chat/completions", "/v1/models"]
    assert not any("cookie" in a.headers for a in server.asked)


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert arrived(showing()).path == "/v1/chat/completions"


def test_no_server_is_a_refused_connection() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        error = failure(Endpoint(model="m", url=f"http://127.0.0.1:{free.getsockname()[1]}/v1"))
    assert (error.kind, error.retriable, error.charged) == ("connection_refused", True, False)


def test_an_unknown_host_is_named_as_such() -> None:
    error = failure(Endpoint(model="m", url="http://no-such-host.invalid/v1", timeout=20))
    assert (error.kind, error.charged) == ("unknown_host", False)


def test_a_connection_that_never_opens_is_not_charged() -> None:
    with socket.socket() as full, socket.socket() as one, socket.socket() as two:
        full.bind(("127.0.0.1", 0))
        full.listen(0)  # takes one, then lets nobody in
        for client in (one, two):
            client.setblocking(False)
            client.connect_ex(full.getsockname())
        error = failure(Endpoint(model="m", url=f"http://127.0.0.1:{full.getsockname()[1]}/v1", timeout=0.3))
    assert (error.kind, error.retriable, error.charged) == ("timeout", True, False)


@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 307, 308])
def test_a_redirect_to_another_host_is_refused(status: int) -> None:
    async def exchange() -> tuple[SendError, RawServer, RawServer]:
        async with AsyncExitStack() as stack:
            other = await stack.enter_async_context(serving(ANSWERING))
            sending_on = reply_with(http(b"", status, location=f"{other.url}/steal"))
            server = await stack.enter_async_context(serving(sending_on))
            with pytest.raises(SendError) as caught:
                await sent(server.endpoint(), showing())
            return caught.value, server, other

    error, server, other = asyncio.run(exchange())
    assert not other.asked
    assert (error.kind, error.retriable) == ("refused_redirect", False)
    for each in (server, other):
        assert each.url.split("/")[2] in error.message


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    async def exchange(context: ssl.SSLContext) -> tuple[SendError, RawServer]:
        async with serving(ANSWERING, context) as server:
            with pytest.raises(SendError) as caught:
                await sent(server.endpoint(), showing())
            return caught.value, server

    error, server = asyncio.run(exchange(self_signed(tmp_path)))
    assert (error.kind, error.retriable, error.charged) == ("tls", False, False)
    assert "self" in error.message and not server.asked


def test_https_spoken_to_a_plain_port_says_so() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
        writer.close()

    async def exchange() -> SendError:
        async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            with pytest.raises(SendError) as caught:
                await sent(Endpoint(model="m", url=f"https://127.0.0.1:{port}/v1", timeout=10), showing())
            return caught.value

    error = asyncio.run(exchange())
    assert (error.kind, error.retriable) == ("tls", False)
    assert "http instead of https" in error.message


def test_an_answer_that_comes_before_the_body_is_read_is_an_answer() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(http({"error": "too large"}, 413, connection="close"))
        await writer.drain()
        writer.close()

    async def exchange() -> tuple[Response, int]:
        async with await asyncio.start_server(answer, "127.0.0.1", 0) as server, HttpTransport() as transport:
            endpoint = Endpoint(model="m", url=f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1", timeout=10)
            response = await transport.send(endpoint, request_of(endpoint, showing(noise(9_000_000))))
            return response, transport.in_flight.used

    response, used = asyncio.run(exchange())
    assert (response.status, used) == (413, 0)


def test_a_slow_server_is_left_at_the_time_limit() -> None:
    async def answer(asked: Asked, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(30)

    async def exchange() -> SendError:
        async with serving(answer) as server:
            with pytest.raises(SendError) as caught:
                await sent(server.endpoint(timeout=0.2), showing())
            return caught.value

    began = time.perf_counter()
    error = asyncio.run(exchange())
    assert time.perf_counter() - began < 5
    assert (error.kind, error.retriable, error.charged) == ("timeout", True, True)
