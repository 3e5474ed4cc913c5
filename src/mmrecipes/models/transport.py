"""One HTTP exchange with an endpoint: a request with its images out; status, headers and bytes back.

Covered: images put in place while sending, bytes in flight bounded per process, one time limit for the whole exchange,
replies bounded in size, redirects refused, keys blotted out of whatever comes back. Not covered: trying again and
pacing (`client`), the meaning of replies (`replies`), proxies, cookies.
"""

from __future__ import annotations

import asyncio
import errno
import json
import re
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Self
from urllib.parse import quote, urlsplit

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from mmrecipes.core.errors import PlanError
from mmrecipes.core.image import Image
from mmrecipes.models.binding import Endpoint, ImageLimits
from mmrecipes.models.body import Body, Draft, InFlight
from mmrecipes.models.prepare import fits, prepared
from mmrecipes.models.request import Request
from mmrecipes.models.response import Response

MAX_REPLY = 8_000_000
"""Bytes of a reply, unpacked; reading stops there and the connection is closed."""

BYTES_IN_FLIGHT = 32_000_000
KEEP_ALIVE = 4.0
"""Seconds an idle connection is kept: below the 5 s after which common servers close theirs, so that no call is sent
into a connection that is just being closed."""

PLAIN_KEY = 8
"""Shorter keys are placeholders (`none`, `EMPTY`) and are not blotted out: that would change words of replies."""

GET_TIMEOUT = 15.0
_PACKED = ("gzip", "x-gzip", "deflate")


class SendError(Exception):
    """An exchange without a usable response. `kind` is a short code: `connection_refused`, `connect`, `unknown_host`,
    `tls`, `timeout`, `cut_off`, `too_large`, `refused_redirect`, `unreadable_headers`, `unreadable_encoding`.

    `retriable` is False where the same request must fail again; `charged` is True when the endpoint may have done the
    work, and billed it.
    """

    def __init__(self, kind: str, message: str, *, retriable: bool = True, charged: bool = False) -> None:
        super().__init__(message)
        self.kind, self.message, self.retriable, self.charged = kind, message, retriable, charged


@dataclass(frozen=True, slots=True)
class _Place:
    """What stays the same between the calls of one endpoint."""

    headers: CIMultiDict[str]
    key_forms: tuple[bytes, ...]
    key_pattern: re.Pattern[str] | None

    def blot(self, text: str) -> str:
        """For headers and messages, where a key may stand in lower case."""
        return self.key_pattern.sub("***", text) if self.key_pattern else text

    def blot_bytes(self, data: bytes) -> bytes:
        for form in self.key_forms:
            data = data.replace(form, b"***")
        return data


class HttpTransport:
    """Sends requests over connections that are kept and reused. One per process; an async context manager."""

    def __init__(self, bytes_in_flight: int = BYTES_IN_FLIGHT) -> None:
        self.in_flight = InFlight(bytes_in_flight)
        self._places: dict[tuple[str, str | None], _Place] = {}
        self._urls: dict[tuple[str, str], URL] = {}

    async def __aenter__(self) -> Self:
        self._thread = ThreadPoolExecutor(1, "images")  # decoding one at a time bounds its memory
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=KEEP_ALIVE),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
            trust_env=False,
            auto_decompress=False,  # unpacked here, where the size is bounded
        )
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._session.close()
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def send(self, endpoint: Endpoint, request: Request) -> Response:
        """POST a request. Raises `SendError`; `ImageError` when an image cannot be made fit for the endpoint."""
        draft = Draft(request)
        share = await self.in_flight.take(draft.largest(endpoint.image))
        try:
            made = {im.sha256: await self._bytes_of(im, endpoint.image) for im in dict.fromkeys(draft.shown)}
            body = draft.body(made)
            del made
            share.resize(body.size or 0)
            body.share = share
            return await self._exchange(endpoint, request.path, body, endpoint.timeout)
        finally:
            share.give_back()

    async def get(self, endpoint: Endpoint, path: str) -> Response:
        """GET a path of the endpoint. Raises `SendError`."""
        return await self._exchange(endpoint, path, None, min(GET_TIMEOUT, endpoint.timeout))

    async def _bytes_of(self, image: Image, limits: ImageLimits) -> tuple[bytes, str]:
        if not fits(image, limits):
            return await asyncio.get_running_loop().run_in_executor(self._thread, prepared, image, limits)
        if isinstance(image.source, bytes):
            return image.source, image.media_type
        return await asyncio.to_thread(prepared, image, limits)

    async def _exchange(self, endpoint: Endpoint, path: str, body: Body | None, limit: float) -> Response:
        place, url, began = self._place(endpoint), self._url(endpoint, path), time.perf_counter()
        try:
            async with (
                asyncio.timeout(limit),
                self._session.request(
                    "GET" if body is None else "POST", url, data=body, headers=place.headers, allow_redirects=False
                ) as reply,
            ):
                if 300 <= reply.status < 400:
                    raise _redirect(url, reply)
                data = await _read(reply)
        except SendError as e:
            failure = e
        except (TimeoutError, aiohttp.ClientError, OSError, zlib.error) as e:
            failure = _failure(e, limit, begun=body is not None and body.started)
        else:
            headers = {name.lower(): place.blot(value) for name, value in reply.headers.items()}
            return Response(reply.status, headers, place.blot_bytes(data), time.perf_counter() - began)
        # raised here, so that nothing hangs on to an exception of aiohttp that may quote what the server sent
        message = place.blot(failure.message)
        raise SendError(failure.kind, message, retriable=failure.retriable, charged=failure.charged)

    def _place(self, endpoint: Endpoint) -> _Place:
        known = self._places.get((endpoint.name, endpoint.key))
        if known is None:
            known = self._places[endpoint.name, endpoint.key] = _make_place(endpoint)
        return known

    def _url(self, endpoint: Endpoint, path: str) -> URL:
        known = self._urls.get((endpoint.url, path))
        if known is None:
            parts = urlsplit(endpoint.url)
            base = f"{parts.scheme}://{parts.netloc}" if path.startswith("/") else f"{endpoint.url}/"
            known = self._urls[endpoint.url, path] = URL(base + path)
        return known


def _make_place(endpoint: Endpoint) -> _Place:
    key = endpoint.secret()
    if not (key.isascii() and key.isprintable()):
        raise PlanError(f"{endpoint.name}: the key in {endpoint.key} holds characters that no key has; set it again")
    headers = CIMultiDict(
        {"Content-Type": "application/json", "Accept": "application/json", "Accept-Encoding": "identity"}
    )
    headers["User-Agent"] = "mmrecipes"
    if key:
        headers["Authorization"] = f"Bearer {key}"
    escaped = json.dumps(key)[1:-1]
    if len(key) < PLAIN_KEY:
        return _Place(headers, (), None)
    forms = dict.fromkeys((key, escaped, escaped.replace("/", "\\/"), quote(key, safe="")))
    pattern = re.compile("|".join(map(re.escape, forms)), re.IGNORECASE)
    return _Place(headers, tuple(form.encode() for form in forms), pattern)


async def _read(reply: aiohttp.ClientResponse) -> bytes:
    """The body, unpacked, or `SendError` as soon as it is too large."""
    packed = reply.headers.get("Content-Encoding", "identity").strip().lower()
    if packed not in ("", "identity", *_PACKED):
        raise SendError("unreadable_encoding", "the reply is packed in a form not asked for", charged=True)
    unpack = zlib.decompressobj(zlib.MAX_WBITS | 32) if packed in _PACKED else None
    parts: list[bytes] = []
    size = 0
    async for chunk in reply.content.iter_any():
        parts.append(unpack.decompress(chunk, MAX_REPLY + 1 - size) if unpack else chunk)
        size += len(parts[-1])
        if size > MAX_REPLY:
            reply.close()
            raise SendError("too_large", f"the reply is over {MAX_REPLY} bytes", retriable=False, charged=True)
    if unpack and size and not unpack.eof:
        raise SendError("cut_off", "the packed reply ends early", charged=True)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _redirect(url: URL, reply: aiohttp.ClientResponse) -> SendError:
    reply.close()
    try:
        target = url.join(URL(reply.headers.get("Location", "")))
    except ValueError:
        target = url
    return SendError(
        "refused_redirect",
        f"HTTP {reply.status} sends the call from {url.authority} to {target.authority}; redirects are not followed, "
        "because keys and data would go where nobody sent them: correct the URL",
        retriable=False,
    )


def _failure(e: Exception, limit: float, begun: bool) -> SendError:
    """What went wrong, in our words."""
    cause = getattr(e, "os_error", e)
    words = getattr(cause, "strerror", None) or type(cause).__name__
    match e:
        case aiohttp.ClientConnectorCertificateError():
            reason = getattr(e.certificate_error, "verify_message", "") or "not valid"
            return SendError("tls", f"its TLS certificate is refused ({reason})", retriable=False)
        case aiohttp.ClientSSLError():
            plain = "WRONG_VERSION_NUMBER" in str(cause) or "RECORD_LAYER" in str(cause)
            hint = "; does it speak http instead of https?" if plain else ""
            return SendError("tls", f"TLS failed ({words}){hint}", retriable=not plain)
        case aiohttp.ClientConnectorDNSError():
            return SendError("unknown_host", f"the host name is not known ({words})")
        case aiohttp.ClientConnectorError() if getattr(cause, "errno", 0) == errno.ECONNREFUSED:
            return SendError("connection_refused", "nothing answers there (connection refused)")
        case aiohttp.ClientConnectorError():
            return SendError("connect", f"no connection ({words})")
        case aiohttp.ClientResponseError():
            return SendError("unreadable_headers", "the reply is not readable as HTTP", charged=True)
        case zlib.error():
            return SendError("unreadable_encoding", "the packed reply cannot be unpacked", charged=True)
        case TimeoutError():
            return SendError("timeout", f"no whole reply within {limit:g} s", charged=begun)
        case _:
            return SendError("cut_off", f"the connection ended before the whole reply ({words})", charged=begun)
