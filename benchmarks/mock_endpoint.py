"""A loopback stand-in of an OpenAI-compatible endpoint: fixed latency, settable faults, exact counts, little CPU.

    python benchmarks/mock_endpoint.py [--port 0] [--latency 50] [--poison 0.05] [--error 0.1] [--busy 0.05] ...

Serves POST /v1/chat/completions, /v1/completions, /v1/embeddings and GET /v1/models on 127.0.0.1 and prints its address
as the first line. GET /stats gives the counts of `Stats`, /reset clears them. A request is known by its content alone
(`messages`, `prompt` or `input`), not by headers, sampling or model.

 - `--poison SHARE`: a request whose text has a marker `row 000123` is refused with HTTP 500, always, when its number
   is 7 modulo 1 / SHARE (5 %: 7, 27, 47, ...).
 - `--error SHARE`, `--busy SHARE`: HTTP 500, and HTTP 429 with `Retry-After: 1`, drawn from a seeded hash of the row's
   number (without one: of the content) and of how often it was seen: whoever asks meets the same faults.
 - `--reply TEXT`: the answer; `{key}` becomes the digest of what was asked.

HTTP is by hand, on uvloop where installed: a mock must cost less than its client. It ends with its standard input if
that is a pipe, and after `--lifetime`. From Python: `with start_mock(latency=50) as mock: ... mock.url`.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import hashlib
import importlib.util
import os
import re
import struct
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

MARKER = re.compile(r"row (\d{6})")
REPLY = "answer {key}: " + "a plain sentence of some length. " * 12
MODELS = {"object": "list", "data": [{"id": "mock", "object": "model", "owned_by": "mock"}]}
CALLS = ("/v1/chat/completions", "/v1/completions", "/v1/embeddings")


@dataclass
class Options:
    """What the endpoint does; each field is a flag of the command line."""

    port: int = 0
    latency: float = 50.0  # milliseconds from request to answer, faults included
    poison: float = 0.0
    error: float = 0.0
    busy: float = 0.0
    seed: int = 0
    reply: str = REPLY
    dimensions: int = 64  # of embeddings
    lifetime: float = 900.0  # seconds


@dataclass
class Stats:
    """What was asked since the last reset."""

    seen: Counter[bytes] = field(default_factory=Counter)
    per_key: Counter[str] = field(default_factory=Counter)  # requests of each poison row
    statuses: Counter[str] = field(default_factory=Counter)
    max_in_flight: int = 0
    bytes_in: int = 0
    first: float = 0.0  # arrival of the first request, seconds of the epoch
    last: float = 0.0

    def as_json(self) -> dict[str, Any]:
        counts = {name: value for name, value in vars(self).items() if name != "seen"}
        return {"calls": self.seen.total(), "unique": len(self.seen), **counts}


class Endpoint:
    """Decides what a request gets, and counts."""

    def __init__(self, options: Options) -> None:
        self.options, self.stats, self.in_flight = options, Stats(), 0
        self.period = round(1 / options.poison) if options.poison else 0

    def answer(self, path: str, body: bytes) -> tuple[int, Any]:
        """Status and JSON for a model call."""
        request = orjson.loads(body)
        asked = request.get("messages") or request.get("prompt") or request.get("input")
        if not asked:  # as vendors answer the empty request that some clients send first; not counted
            return 400, problem("nothing asked")
        digest = hashlib.blake2b(orjson.dumps(asked), digest_size=8).digest()
        text, stats = text_of(asked), self.stats
        stats.last = time.time()
        stats.first = stats.first or stats.last
        stats.bytes_in += len(body)
        stats.seen[digest] += 1
        status = self._fault(text, digest)
        stats.statuses[str(status)] += 1
        if status != 200:
            return status, problem("slow down" if status == 429 else "a fault of the mock")
        tokens = len(text) // 4 + 1, len(self.options.reply) // 4 + 1
        usage = {"prompt_tokens": tokens[0], "completion_tokens": tokens[1], "total_tokens": sum(tokens)}
        common = {"id": digest.hex(), "created": 0, "model": request.get("model", "mock"), "usage": usage}
        return 200, common | self._success(path, request, asked, digest.hex())

    def _fault(self, text: str, digest: bytes) -> int:
        marker = MARKER.search(text)
        if self.period and marker and int(marker[1]) % self.period == 7 % self.period:
            self.stats.per_key[marker[1]] += 1
            return 500
        draw = f"{self.options.seed} {marker[0] if marker else digest.hex()} {self.stats.seen[digest]}".encode()
        share = int.from_bytes(hashlib.blake2b(draw, digest_size=8).digest(), "big") / 2**64
        if share < self.options.error:
            return 500
        return 429 if share < self.options.error + self.options.busy else 200

    def _success(self, path: str, request: dict[str, Any], asked: Any, key: str) -> dict[str, Any]:
        if path == "/v1/embeddings":
            inputs, encoded = asked if isinstance(asked, list) else [asked], request.get("encoding_format") == "base64"
            vectors = [vector(item, self.options.dimensions, encoded) for item in inputs]
            return {"object": "list", "data": [{"index": n, "embedding": made} for n, made in enumerate(vectors)]}
        text, chat = self.options.reply.replace("{key}", key), path == "/v1/chat/completions"
        said = {"message": {"role": "assistant", "content": text}} if chat else {"text": text}
        choices = [{"index": n, "finish_reason": "stop", **said} for n in range(request.get("n") or 1)]
        return {"object": "chat.completion" if chat else "text_completion", "choices": choices}


class Connection(asyncio.Protocol):
    """One client connection: requests one after the other, each answered after the latency."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint, self.buffer, self.awaited, self.path = endpoint, bytearray(), -1, ""

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while True:
            if (self.awaited < 0 and not self._head()) or len(self.buffer) < self.awaited:
                return
            body = bytes(self.buffer[: self.awaited])
            del self.buffer[: self.awaited]
            self.awaited = -1
            self._handle(body)

    def _head(self) -> bool:
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return False
        head = bytes(self.buffer[:end]).decode("latin-1").lower()
        del self.buffer[: end + 4]
        self.path = head.split(" ", 2)[1]
        length = re.search(r"\r\ncontent-length: *(\d+)", head)
        self.awaited = int(length[1]) if length else 0
        return True

    def _handle(self, body: bytes) -> None:
        endpoint = self.endpoint
        if self.path == "/stats":
            self._send(200, {"in_flight": endpoint.in_flight, **endpoint.stats.as_json()})
        elif self.path == "/reset":
            endpoint.stats = Stats()
            self._send(200, {})
        elif self.path not in CALLS:
            self._send(*((200, MODELS) if self.path == "/v1/models" else (404, problem(f"no {self.path} here"))))
        else:
            status, answer = endpoint.answer(self.path, body)
            endpoint.in_flight += 1
            endpoint.stats.max_in_flight = max(endpoint.stats.max_in_flight, endpoint.in_flight)
            asyncio.get_running_loop().call_later(endpoint.options.latency / 1e3, self._send, status, answer, 1)

    def _send(self, status: int, answer: Any, finished: int = 0) -> None:
        self.endpoint.in_flight -= finished
        body = orjson.dumps(answer)
        wait = b"\r\nRetry-After: 1" if status == 429 else b""
        head = b"HTTP/1.1 %d mock%s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
        if not self.transport.is_closing():
            self.transport.write(head % (status, wait, len(body)) + body)


def problem(text: str) -> dict[str, Any]:
    return {"error": {"message": text, "type": "mock", "code": None}}


def text_of(asked: Any) -> str:
    """All text in messages, prompt or input; images left out."""
    if isinstance(asked, dict):
        return text_of(asked.get("content") or asked.get("text") or "")
    return "\n".join(text_of(item) for item in asked) if isinstance(asked, list) else str(asked)


def vector(item: Any, dimensions: int, encoded: bool) -> list[float] | str:
    """A fixed embedding of what it is given, as numbers or as base64 of 32-bit floats."""
    values = [byte / 255 - 0.5 for byte in hashlib.shake_128(orjson.dumps(item)).digest(dimensions)]
    return base64.b64encode(struct.pack(f"<{dimensions}f", *values)).decode() if encoded else values


async def serve(options: Options) -> None:
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    endpoint = Endpoint(options)
    server = await loop.create_server(lambda: Connection(endpoint), "127.0.0.1", options.port, backlog=4096)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1", flush=True)
    if Path("/dev/stdin").is_fifo():
        loop.add_reader(0, lambda: os.read(0, 4096) or ended.set())
    loop.call_later(options.lifetime, ended.set)
    await ended.wait()


@dataclass(frozen=True)
class Mock:
    """A running mock; `url` is what an OpenAI client takes as its base address."""

    url: str
    pid: int

    def stats(self, path: str = "stats") -> dict[str, Any]:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{self.url.removesuffix('/v1')}/{path}", timeout=30) as reply:
            return orjson.loads(reply.read())

    def reset(self) -> None:
        self.stats("reset")


@contextmanager
def start_mock(**options: Any) -> Iterator[Mock]:
    """Run the mock in a process of its own while the block runs; keywords are the fields of `Options`."""
    flags = [f"--{name}={value}" for name, value in vars(Options(**options)).items()]
    command = [sys.executable, str(Path(__file__).resolve()), *flags]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin and process.stdout
        try:
            yield Mock(process.stdout.readline().strip(), process.pid)
        finally:  # the mock ends with its input
            process.stdin.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, value in vars(Options()).items():
        parser.add_argument(f"--{name}", type=type(value), default=value)
    loop = importlib.import_module("uvloop") if importlib.util.find_spec("uvloop") else asyncio
    loop.run(serve(Options(**vars(parser.parse_args()))))


if __name__ == "__main__":
    main()
