"""Ids, seeds and fingerprints: everything random or named is a pure function of stable inputs.

Covered: 64-bit seeds from (run seed, sample id, step), random generators on them, content hashes, canonical
JSON, index permutations (coverage as a function of the index). Not covered: hashing of code.
"""

from __future__ import annotations

import hashlib
import random
from pathlib import Path
from typing import Any

import orjson

Part = str | int


def seed_from(*parts: Part) -> int:
    """A 64-bit seed from an ordered list of names and numbers; equal parts give equal seeds on any machine."""
    text = "\x1f".join(f"{type(p).__name__[0]}{p}" for p in parts)
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


def rng_from(*parts: Part) -> random.Random:
    """A generator seeded with `seed_from(*parts)`."""
    return random.Random(seed_from(*parts))


def sha256_hex(data: bytes) -> str:
    """SHA-256 of bytes, 64 hex characters."""
    return hashlib.sha256(data).hexdigest()


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's content, 64 hex characters."""
    with path.open("rb") as f:
        return hashlib.file_digest(f, "sha256").hexdigest()


def canonical_json(value: Any) -> str:
    """JSON with sorted keys: equal values give equal text. Tuples become lists; NaN becomes null."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_SERIALIZE_NUMPY).decode()


def fingerprint(value: Any) -> str:
    """16 hex characters that identify a JSON value."""
    return hashlib.blake2b(canonical_json(value).encode(), digest_size=8).hexdigest()


def turn(index: int, size: int, *parts: Part) -> int:
    """The element of 0..size-1 drawn at `index` when every element must appear once before any repeats.

    Round r = index // size uses its own permutation, seeded with `parts` and r. Coverage is therefore a
    function of the index alone, whatever the number of workers.
    """
    round_number, position = divmod(index, size)
    order = list(range(size))
    rng_from("turn", round_number, *parts).shuffle(order)
    return order[position]


def largest_remainder(total: int, weights: dict[str, float]) -> dict[str, int]:
    """Split `total` into whole parts proportional to `weights` (Hamilton's method, ties by key order)."""
    if not weights or min(weights.values()) < 0 or sum(weights.values()) <= 0:
        raise ValueError(f"weights must be non-negative and not all zero: {weights}")
    whole = sum(weights.values())
    exact = {k: total * w / whole for k, w in weights.items()}
    parts = {k: int(v) for k, v in exact.items()}
    by_remainder = sorted(weights, key=lambda k: exact[k] - parts[k], reverse=True)
    for k in by_remainder[: total - sum(parts.values())]:
        parts[k] += 1
    return parts
