"""Squares and primes in whole numbers, by trial division."""

from __future__ import annotations

import functools
import math

_PRIMES_BELOW = 10_000


@functools.cache
def _primes() -> tuple[int, ...]:
    sieve = bytearray([1]) * _PRIMES_BELOW
    for p in range(2, math.isqrt(_PRIMES_BELOW) + 1):
        sieve[p * p :: p] = bytes(len(range(p * p, _PRIMES_BELOW, p)))
    return tuple(p for p in range(2, _PRIMES_BELOW) if sieve[p])


@functools.cache
def prime_factors(n: int) -> frozenset[int]:
    factors, p = set(), 2
    while p * p <= n:
        if n % p == 0:
            factors.add(p)
            n //= p
        else:
            p += 1
    return frozenset(factors | ({n} if n > 1 else set()))


@functools.cache
def greatest_prime(n: int) -> int:
    return max(prime_factors(n))


@functools.lru_cache(maxsize=20_000)
def split_square(n: int) -> tuple[int, int] | None:
    """(r, f) with n = r*r*f and f squarefree, for n > 0; None when n has a part too large to tell (over 10**12)."""
    if n <= 0:
        raise ValueError(f"{n} is not positive")
    root, free, rest = 1, 1, n
    for p in _primes():
        if p * p > rest:
            return root, free * rest
        while rest % (p * p) == 0:
            root, rest = root * p, rest // (p * p)
        if rest % p == 0:
            free, rest = free * p, rest // p
    whole = math.isqrt(rest)
    if whole * whole == rest:
        return root * whole, free
    return (root, free * rest) if rest < _PRIMES_BELOW**3 else None
