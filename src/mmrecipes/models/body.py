"""The body of a request while it is sent: JSON text with images that are encoded slice by slice on their way out.

Covered: the length known beforehand, at most a slice of base64 held at a time, a bound on the bytes of all bodies that
are being sent. Not covered: which bytes an image is sent as (`prepare`), connections (`transport`).
"""

from __future__ import annotations

import asyncio
import binascii
import re
from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any

import aiohttp
import orjson
from aiohttp.abc import AbstractStreamWriter

from mmrecipes.models.binding import ImageLimits
from mmrecipes.models.prepare import largest_length
from mmrecipes.models.request import IMAGE, Request

SLICE = 3 * 65_536
"""Bytes of an image encoded at a time: a multiple of three, so that slices join without padding."""

BARE_BASE64 = ("/completion",)
"""Routes that take an image as base64 alone; all others take a data URL."""

_PLACE = re.compile(rb'\{"' + re.escape(IMAGE.encode()) + rb'":"([^"]+)"\}')  # inside a JSON string a quote is escaped


class Share:
    """A part of the bytes in flight that one body takes, until it is given back."""

    def __init__(self, pool: InFlight, size: int) -> None:
        self._pool, self.size = pool, size

    def resize(self, size: int) -> None:
        """Becomes `size`, at once: the true size of what was estimated."""
        self._pool.change(size - self.size)
        self.size = size

    def give_back(self) -> None:
        """May be called again: a share is given back once."""
        self.resize(0)


class InFlight:
    """At most `limit` bytes at once, first come first served; a share larger than that waits until it is alone."""

    def __init__(self, limit: int) -> None:
        self.limit, self.used = limit, 0
        self._waiting: deque[tuple[int, asyncio.Future[None]]] = deque()

    async def take(self, size: int) -> Share:
        if self._waiting or not self._free(size):
            await self._turn(size)
        else:
            self.used += size
        return Share(self, size)

    async def _turn(self, size: int) -> None:
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append((size, turn))
        try:
            await turn
        except asyncio.CancelledError:
            self.change(0 if turn.cancelled() else -size)
            raise

    def change(self, size: int) -> None:
        """Adds `size`, mostly negative, to what is used and lets in whoever now finds room."""
        self.used += size
        while self._waiting and (self._waiting[0][1].done() or self._free(self._waiting[0][0])):
            wanted, turn = self._waiting.popleft()
            if not turn.done():  # cancelled while it waited
                self.used += wanted
                turn.set_result(None)

    def _free(self, size: int) -> bool:
        return self.used == 0 or self.used + size <= self.limit


class Draft:
    """A request as JSON cut at its images: what is known of a body before any image is read."""

    def __init__(self, request: Request) -> None:
        text = orjson.dumps(request.body, default=_plain)
        self.cut = _PLACE.split(text) if request.images else [text]
        held = {im.sha256: im for im in request.images}
        self.shown = [held[sha.decode()] for sha in self.cut[1::2]]
        self.bare = request.path in BARE_BASE64

    def largest(self, limits: ImageLimits) -> int:
        """The most bytes the body can have."""
        return sum(map(len, self.cut)) + sum(_base64_length(largest_length(im, limits)) for im in self.shown)

    def body(self, made: Mapping[str, tuple[bytes, str]]) -> Body:
        """The body, given what each image (by hash) is sent as."""
        pieces: list[bytes | memoryview] = [self.cut[0]]
        for image, text in zip(self.shown, self.cut[2::2], strict=True):
            data, media_type = made[image.sha256]
            pieces += [b'"' if self.bare else b'"data:%s;base64,' % media_type.encode(), memoryview(data), b'"', text]
        return Body(pieces)


class Body(aiohttp.Payload):
    """What aiohttp writes. It is written once and holds nothing afterwards; `share` is given back then."""

    def __init__(self, pieces: list[bytes | memoryview]) -> None:
        super().__init__(None, content_type="application/json")
        self._pieces, self.started, self.share = pieces, False, Share(InFlight(0), 0)
        self._size = sum(len(p) if isinstance(p, bytes) else _base64_length(len(p)) for p in pieces)

    async def write(self, writer: AbstractStreamWriter) -> None:
        self.started = True
        for chunk in _chunks(self._pieces):
            await writer.write(chunk)
        self._pieces = []
        self.share.give_back()

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        return b"".join(_chunks(self._pieces)).decode(encoding, errors)


def _chunks(pieces: list[bytes | memoryview]) -> Iterator[bytes]:
    """Pieces encoded and joined into few writes, each of about a slice."""
    waiting: list[bytes] = []
    size = 0
    for piece in pieces:
        for part in _encoded(piece):
            waiting.append(part)
            size += len(part)
            if size >= SLICE:
                yield b"".join(waiting)
                waiting, size = [], 0
    if waiting:
        yield b"".join(waiting)


def _encoded(piece: bytes | memoryview) -> Iterator[bytes]:
    if isinstance(piece, bytes):
        yield piece
        return
    for start in range(0, len(piece), SLICE):
        yield binascii.b2a_base64(piece[start : start + SLICE], newline=False)


def _base64_length(size: int) -> int:
    return (size + 2) // 3 * 4


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is not JSON")
