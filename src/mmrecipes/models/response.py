"""What came back from an endpoint or a stand-in, before anybody has read it. Needs no HTTP library."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Response:
    """What came back, whatever the status. Header names are in lower case; `body` is unpacked, the key blotted out."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float
