"""Replies that never end, end early, or are too large: cut by time or size, named, and never half read."""

from __future__ import annotations

import asyncio
import gzip
import json
import time
import tracemalloc
import zlib
from typing import Any

import pytest

from mmrecipes.models.transport import MAX_REPLY, SendError
from mmrecipes_tests.models.raw_server import Answer, Asked, http, met, reply_with, said


def cut(answer: Answer | bytes, **settings: Any) -> SendError:
    error, _ = met(answer, **settings)
    assert isinstance(error, SendError)
    return error


def dribbling(head: bytes, drop: bytes = b" ") -> Answer:
    async def answer(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while True:
            writer.write(drop)
            await writer.drain()
            await asyncio.sleep(0.02)

    return answer


@pytest.mark.parametrize(
    "head",
    [b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n"],
    ids=["headers", "body", "endless"],
)
def test_a_reply_that_dribbles_is_cut_by_the_time_limit(head: bytes) -> None:
    began = time.perf_counter()
    error = cut(dribbling(head), timeout=0.4)
    assert 0.3 < time.perf_counter() - began < 5
    assert (error.kind, error.retriable, error.charged) == ("timeout", True, True)
    assert "0.4 s" in error.message


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    "data",
    [
        http(said())[:-30],
        CHUNKED + b"5\r\nabc",
        CHUNKED + b"5\r\nabcde\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        http(gzip.compress(json.dumps(said()).encode())[:-12], content_encoding="gzip"),
        b"",
    ],
    ids=["length", "in a chunk", "between chunks", "headers", "packed", "nothing"],
)
def test_a_connection_that_ends_early_is_no_reply(data: bytes) -> None:
    error = cut(reply_with(data, close=True))
    assert (error.kind, error.retriable, error.charged) == ("cut_off", True, True)


@pytest.mark.parametrize(
    "data",
    [
        b"\x00\x01\x02 garbage\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        b"SSH-2.0-OpenSSH\r\n",
        CHUNKED + b"nonsense\r\nabcde\r\n",
    ],
)
def test_what_is_not_http_is_unreadable(data: bytes) -> None:
    error = cut(reply_with(data, close=True))
    assert (error.kind, error.charged) == ("unreadable_headers", True)
    assert error.message.isprintable()


def test_a_flood_of_headers_is_cut() -> None:
    error = cut(dribbling(b"HTTP/1.1 200 OK\r\n", b"".join(b"X-%d: %s\r\n" % (n, b"y" * 1000) for n in range(40))))
    assert error.kind == "unreadable_headers"
    error = cut(dribbling(b"HTTP/1.1 200 OK\r\nX: ", b"y" * 10_000))
    assert error.kind == "unreadable_headers"


def flood(head: bytes, part: bytes) -> Answer:
    async def answer(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while True:
            writer.write(part)
            await writer.drain()

    return answer


def bomb() -> bytes:
    """200 MB of blanks in 200 kB."""
    press = zlib.compressobj(9, wbits=31)
    return b"".join(press.compress(b" " * 10**6) for _ in range(200)) + press.flush()


@pytest.mark.parametrize("form", ["announced", "chunked", "endless", "packed"])
def test_a_reply_that_is_too_large_is_cut_without_being_held(form: str) -> None:
    answer = {
        "announced": reply_with(http(b" " * 10_000_000)),
        "chunked": flood(CHUNKED, b"10000\r\n" + b" " * 65536 + b"\r\n"),
        "endless": flood(b"HTTP/1.1 200 OK\r\n\r\n", b" " * 65536),
        "packed": reply_with(http(bomb(), content_encoding="gzip")),
    }[form]
    tracemalloc.start()
    try:
        error, server = met(answer)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert isinstance(error, SendError)
    assert (error.kind, error.retriable, error.charged) == ("too_large", False, True)
    assert peak < 4 * MAX_REPLY, f"{peak / 1e6:.0f} MB held"
    assert server.connections == 1 and len(server.asked) == 1


def test_a_packed_reply_of_another_kind_is_refused() -> None:
    assert cut(http(b"\x0b\x02\x80", content_encoding="br")).kind == "unreadable_encoding"
    assert cut(http(b"no gzip at all", content_encoding="gzip")).kind == "unreadable_encoding"
