"""HTTP servers written by hand for answers that no decent server gives, and calls to them.

Loopback, any free port, gone with the block.
"""

from __future__ import annotations

import asyncio
import json
import random
import ssl
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mmrecipes.core.image import Image, trusted_image
from mmrecipes.core.sample import user
from mmrecipes.models.binding import Endpoint
from mmrecipes.models.call import Call
from mmrecipes.models.request import request_of
from mmrecipes.models.response import Response
from mmrecipes.models.transport import HttpTransport, SendError


@dataclass
class Asked:
    """A request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class RawServer:
    """What the server saw; `url` is the base of its API."""

    url: str
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0
    lost: list[Exception] = field(default_factory=list)
    """Connections that the client ended while they were in use."""

    def endpoint(self, **settings: Any) -> Endpoint:
        return Endpoint(**{"model": "m", "url": self.url, "timeout": 10.0, **settings})


Answer = Callable[[Asked, asyncio.StreamWriter], Awaitable[None]]


def reply_with(data: bytes, close: bool = False) -> Answer:
    """Always the same bytes; `close` ends the connection behind them."""

    async def answer(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()
        if close:
            writer.close()

    return answer


def http(body: bytes | str | Any, status: int = 200, **headers: str) -> bytes:
    """A whole response; what is neither bytes nor text becomes JSON."""
    if not isinstance(body, bytes):
        body = (body if isinstance(body, str) else json.dumps(body)).encode()
    named = {"Content-Type": "application/json", "Content-Length": str(len(body))}
    named |= {name.replace("_", "-").title(): value for name, value in headers.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    return f"HTTP/1.1 {status} whatever\r\n{lines}\r\n".encode() + body


def said(text: Any = "a cat", **changes: Any) -> dict[str, Any]:
    """A chat completion as servers send it."""
    usage = {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}
    return {"id": "c", "object": "chat.completion", "model": "m-1", "choices": [choice], "usage": usage} | changes


@asynccontextmanager
async def serving(answer: Answer, context: ssl.SSLContext | None = None) -> AsyncIterator[RawServer]:
    """Answers every request with `answer` for as long as the block runs."""
    seen = RawServer("")
    running: set[asyncio.Task[Any]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        running.add(asyncio.current_task())  # type: ignore[arg-type]
        seen.connections += 1
        try:
            while (asked := await _read_request(reader)) is not None:
                seen.asked.append(asked)
                await answer(asked, writer)
        except (ConnectionError, asyncio.IncompleteReadError) as e:
            seen.lost.append(e)
        finally:
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=context, limit=2**22, backlog=512)
    seen.url = f"http{'s' if context else ''}://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    try:
        yield seen
    finally:
        server.close()
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await asyncio.sleep(0)  # transports close in the next turn of the loop


async def _read_request(reader: asyncio.StreamReader) -> Asked | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.decode("latin-1").strip().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    method, path, _ = first.split(" ")
    return Asked(method, path, headers, body)


def self_signed(folder: Path) -> ssl.SSLContext:
    """A server's TLS context with a certificate that nobody vouches for."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    command = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    )
    subprocess.run([*command.split(), "-keyout", key, "-out", certificate], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


ANSWERING = reply_with(http(said()))


def noise(size: int, number: int = 0) -> Image:
    """Bytes that pass for a picture as long as nobody decodes them."""
    return trusted_image(random.Random(number * 2**32 + size).randbytes(size), "image/jpeg", 640, 480)


def showing(*images: Image, text: str = "What is this?") -> Call:
    return Call(name="look", messages=(user(*images, text),), images=images)


async def sent(endpoint: Endpoint, call: Call, **options: Any) -> Response:
    async with HttpTransport(**options) as transport:
        return await transport.send(endpoint, request_of(endpoint, call))


def met(answer: Answer | bytes, **settings: Any) -> tuple[Response | SendError, RawServer]:
    """How an exchange with a server of this behaviour ends."""

    async def exchange() -> tuple[Response | SendError, RawServer]:
        async with serving(reply_with(answer) if isinstance(answer, bytes) else answer) as server:
            endpoint = server.endpoint(**settings)
            async with HttpTransport() as transport:
                try:
                    return await transport.send(endpoint, request_of(endpoint, showing())), server
                except SendError as e:
                    return e, server

    return asyncio.run(exchange())
