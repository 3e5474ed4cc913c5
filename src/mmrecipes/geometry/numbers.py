"""Exact real numbers of plane geometry: finite sums of rational multiples of square roots, closed under + - * /.

A value is sum of q_n * sqrt(n) over squarefree n (the multiquadratic field), with one generator more for the regular
pentagon: SIGMA = sqrt(10 + 2*sqrt(5)) = 4*sin(72 degrees). Key n > 0 stands for sqrt(n), key -n for sqrt(n)*SIGMA. The
keys are linearly independent over the rationals, so a value is zero exactly when it has no terms.

Covered: field operations, sign and order decided exactly, square roots where they stay in the field, cosine, sine and
tangent of the angles that have them there, text and LaTeX and back. Not covered: complex values, other roots.
"""

from __future__ import annotations

import functools
import itertools
import math
import re
from collections.abc import Mapping
from fractions import Fraction

from mmrecipes.geometry.integers import greatest_prime, prime_factors, split_square

_SIGMA_FLOAT = math.sqrt(10 + 2 * math.sqrt(5))
_SIGMA_TEXT = "√(10+2√5)"
_SIGMA_LATEX = r"\sqrt{10+2\sqrt{5}}"


class Surd:
    """An exact real number. Immutable, hashable; equal values have equal form. Mixes with int and Fraction."""

    __slots__ = ("_float", "_hash", "_nums", "den")

    def __init__(self, value: int | Fraction = 0) -> None:
        self._nums: dict[int, int] = {1: value.numerator} if value else {}
        self.den = value.denominator
        self._float: float | None = None
        self._hash: int | None = None

    @classmethod
    def of(cls, coefficients: Mapping[int, int | Fraction]) -> Surd:
        """From {key: coefficient}; a key need not be squarefree (`{12: 1}` is 2*sqrt(3)). Raises on key 0."""
        total = cls()
        for key, coefficient in coefficients.items():
            parts = split_square(abs(key))
            if parts is None:
                raise ValueError(f"radicand {key} is too large to make squarefree")
            root, free = parts
            q = Fraction(coefficient) * root
            total = total + _build({free if key > 0 else -free: q.numerator}, q.denominator)
        return total

    @property
    def coefficients(self) -> dict[int, Fraction]:
        """{key: coefficient}, keys by size, sqrt(n) before sqrt(n)*SIGMA."""
        return {k: Fraction(self._nums[k], self.den) for k in sorted(self._nums, key=_key_order)}

    @property
    def is_rational(self) -> bool:
        return not self._nums or (len(self._nums) == 1 and 1 in self._nums)

    @property
    def fraction(self) -> Fraction:
        """The value as a fraction; raises ValueError when it is irrational."""
        if not self.is_rational:
            raise ValueError(f"{self} is not rational")
        return Fraction(self._nums.get(1, 0), self.den)

    def __bool__(self) -> bool:
        return bool(self._nums)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Surd):
            return self.den == other.den and self._nums == other._nums
        if isinstance(other, int | Fraction):
            return self.is_rational and self.fraction == other
        return NotImplemented

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = hash(self.fraction) if self.is_rational else hash((frozenset(self._nums.items()), self.den))
        return self._hash

    def __neg__(self) -> Surd:
        return _raw({k: -v for k, v in self._nums.items()}, self.den)

    def __abs__(self) -> Surd:
        return -self if self.sign() < 0 else self

    def __add__(self, other: Surd | int | Fraction) -> Surd:
        return _sum(self, other if isinstance(other, Surd) else _surd(other), 1)

    __radd__ = __add__

    def __sub__(self, other: Surd | int | Fraction) -> Surd:
        return _sum(self, other if isinstance(other, Surd) else _surd(other), -1)

    def __rsub__(self, other: int | Fraction) -> Surd:
        return _sum(_surd(other), self, -1)

    def __mul__(self, other: Surd | int | Fraction) -> Surd:
        b = other if isinstance(other, Surd) else _surd(other)
        left, right = self._nums, b._nums
        product: dict[int, int] = {}
        for m, x in left.items():
            for n, y in right.items():
                if m == 1:
                    product[n] = product.get(n, 0) + x * y
                elif n == 1:
                    product[m] = product.get(m, 0) + x * y
                else:
                    for key, factor in _key_product(m, n):
                        product[key] = product.get(key, 0) + factor * x * y
        return _build(product, self.den * b.den)

    __rmul__ = __mul__

    def inverse(self) -> Surd:
        """1/x, by multiplying with conjugates until the denominator is rational. Raises ZeroDivisionError on 0."""
        nums = self._nums
        if not nums:
            raise ZeroDivisionError("division by exact zero")
        if len(nums) == 1:
            ((key, value),) = nums.items()
            if key > 0:
                return _build({key: self.den if value > 0 else -self.den}, abs(value) * key)
        conjugate = self.conjugate()
        return conjugate * (self * conjugate).inverse()

    def conjugate(self) -> Surd:
        """The image under the sign change of one generator that occurs: SIGMA first, then the greatest prime."""
        if any(k < 0 for k in self._nums):
            return _raw({k: -v if k < 0 else v for k, v in self._nums.items()}, self.den)
        p = greatest_prime(max(self._nums))
        return _raw({k: v if k % p else -v for k, v in self._nums.items()}, self.den)

    def __truediv__(self, other: Surd | int | Fraction) -> Surd:
        return self * (other if isinstance(other, Surd) else _surd(other)).inverse()

    def __rtruediv__(self, other: int | Fraction) -> Surd:
        return _surd(other) * self.inverse()

    def __pow__(self, exponent: int) -> Surd:
        base = self if exponent >= 0 else self.inverse()
        result = ONE
        for _ in range(abs(exponent)):
            result = result * base
        return result

    def __float__(self) -> float:
        """The nearest float but for a few last bits, also where the terms nearly cancel."""
        if self._float is None:
            self._float = self._approximate()
        return self._float

    def _approximate(self) -> float:
        try:
            parts = [v * _root(k) for k, v in self._nums.items()]
            total = math.fsum(parts)
            if abs(total) > 1e-5 * sum(map(abs, parts)):
                return total / self.den
        except OverflowError:
            pass
        if not self._nums:
            return 0.0
        total, bits = self._scaled()
        return float(Fraction(total, self.den << bits))

    def sign(self) -> int:
        """-1, 0 or 1, exactly."""
        if not self._nums:
            return 0
        near = float(self) or self._scaled()[0]
        return 1 if near > 0 else -1

    def _scaled(self) -> tuple[int, int]:
        """(t, b) with t / 2**b within a relative 2**-60 of the numerator: enough bits are tried until that is sure."""
        bits, slack = 64, 2 * sum(map(abs, self._nums.values()))
        while True:
            total = sum(v * _scaled_root(k, bits) for k, v in self._nums.items())
            if abs(total) > slack << 60:
                return total, bits
            bits *= 2

    def __lt__(self, other: Surd | int | Fraction) -> bool:
        return _compare(self, other) < 0

    def __le__(self, other: Surd | int | Fraction) -> bool:
        return _compare(self, other) <= 0

    def __gt__(self, other: Surd | int | Fraction) -> bool:
        return _compare(self, other) > 0

    def __ge__(self, other: Surd | int | Fraction) -> bool:
        return _compare(self, other) >= 0

    def __str__(self) -> str:
        """`3/4`, `2√3`, `5√3/2`, `2+√3`, `(1+√5)/2`: what `parse_surd` reads."""
        body = self._numerator("√", "", _SIGMA_TEXT)
        if self.den == 1:
            return body
        return f"({body})/{self.den}" if len(self._nums) > 1 else f"{body}/{self.den}"

    def __repr__(self) -> str:
        return f"Surd({self})"

    def latex(self) -> str:
        if len(self._nums) == 1 and float(self) < 0:
            return "-" + (-self).latex()
        body = self._numerator(r"\sqrt{", "}", _SIGMA_LATEX)
        return body if self.den == 1 else rf"\frac{{{body}}}{{{self.den}}}"

    def _numerator(self, opening: str, closing: str, sigma: str) -> str:
        text = ""
        for key in sorted(self._nums, key=_key_order):
            value, radicand = self._nums[key], abs(key)
            root = (f"{opening}{radicand}{closing}" if radicand > 1 else "") + (sigma if key < 0 else "")
            digits = str(abs(value)) if abs(value) != 1 or not root else ""
            text += ("-" if value < 0 else "+" if text else "") + digits + root
        return text or "0"


def _raw(nums: dict[int, int], den: int) -> Surd:
    made = Surd.__new__(Surd)
    made._nums, made.den, made._float, made._hash = nums, den, None, None
    return made


def _build(nums: dict[int, int], den: int) -> Surd:
    common = den
    zero = False
    for value in nums.values():
        zero = zero or not value
        if common != 1:
            common = math.gcd(common, value)
    if zero:
        nums = {k: v for k, v in nums.items() if v}
    if common != 1:
        return _raw({k: v // common for k, v in nums.items()}, den // common)
    return _raw(nums, den)


def _sum(a: Surd, b: Surd, sign: int) -> Surd:
    if a.den == b.den:
        nums, den, scale = dict(a._nums), a.den, sign
    else:
        den = math.lcm(a.den, b.den)
        up = den // a.den
        nums, scale = {k: v * up for k, v in a._nums.items()}, sign * (den // b.den)
    for key, value in b._nums.items():
        nums[key] = nums.get(key, 0) + scale * value
    return _build(nums, den)


def _surd(value: int | Fraction) -> Surd:
    if not isinstance(value, int | Fraction):
        raise TypeError(f"an exact number is wanted, not {type(value).__name__}")
    return Surd(value)


def _compare(a: Surd, other: Surd | int | Fraction) -> int:
    b = other if isinstance(other, Surd) else _surd(other)
    x, y = float(a), float(b)
    if abs(x - y) > 1e-9 * (abs(x) + abs(y)):
        return 1 if x > y else -1
    return (a - b).sign()


@functools.cache
def _key_product(m: int, n: int) -> tuple[tuple[int, int], ...]:
    """The product of two basis elements, as (key, factor) pairs."""
    a, b = abs(m), abs(n)
    g = math.gcd(a, b)
    free = a * b // (g * g)
    if m > 0 and n > 0:
        return ((free, g),)
    if m > 0 or n > 0:
        return ((-free, g),)
    g5 = math.gcd(free, 5)
    return ((free, 10 * g), (5 * free // (g5 * g5), 2 * g * g5))


@functools.cache
def _root(key: int) -> float:
    return math.sqrt(key) if key > 0 else math.sqrt(-key) * _SIGMA_FLOAT


def _scaled_root(key: int, bits: int) -> int:
    """Basis element times 2**bits, within 2."""
    if key > 0:
        return math.isqrt(key << 2 * bits)
    return math.isqrt(-key * ((10 << 2 * bits) + 2 * math.isqrt(5 << 4 * bits)))


def _key_order(key: int) -> tuple[bool, int]:
    return key < 0, abs(key)


def sqrt(x: Surd | int | Fraction) -> Surd | None:
    """The square root, nested roots undone; None when it lies outside the field or its radicand is over 10**12.

    Raises ValueError on a negative number. For x = u + v*sqrt(p): sqrt(x) = sqrt((u+d)/2) + sign(v)*sqrt((u-d)/2) with
    d = sqrt(u*u - p*v*v), and d must lie in the field of u and v (Kummer theory: x is a rational times a square).
    """
    value = x if isinstance(x, Surd) else Surd(x)
    if value.sign() < 0:
        raise ValueError(f"square root of the negative number {value}")
    if any(k < 0 for k in value._nums):
        return None
    root = _sqrt(value)
    if root is None and value._nums.keys() <= {1, 5}:
        inner = _sqrt(value / _SIGMA_SQUARED)
        return None if inner is None else inner * SIGMA
    return root


def _sqrt(x: Surd) -> Surd | None:
    if not x:
        return x
    if x.is_rational:
        parts = split_square(x.fraction.numerator * x.den)
        return None if parts is None else _build({parts[1]: parts[0]}, x.den)
    p = greatest_prime(max(x._nums))
    u = _raw({k: v for k, v in x._nums.items() if k % p}, x.den)
    v = x - u
    norm = u * u - v * v
    if norm.sign() < 0:
        return None
    d = _root_within(norm, {q for k in x._nums for q in prime_factors(k)} - {p})
    if d is None:
        return None
    first, second = (u + d) / 2, (u - d) / 2
    a = _sqrt(first) if first.sign() >= 0 else None
    b = _sqrt(second) if a is not None and second.sign() >= 0 else None
    if a is None or b is None:
        return None
    root = a + b if v.sign() > 0 else a - b
    return root if root * root == x else None


def _root_within(x: Surd, primes: set[int]) -> Surd | None:
    """The square root of x >= 0 if it lies in the field of the primes' roots; no great number needs to be factored."""
    if not x.is_rational:
        root = _sqrt(x)
        return root if root is not None and all(prime_factors(k) <= primes for k in root._nums) else None
    scaled = x.fraction.numerator * x.den if x else 0
    for size in range(len(primes) + 1):
        for chosen in itertools.combinations(sorted(primes), size):
            free = math.prod(chosen)
            root = math.isqrt(scaled * free)
            if root * root == scaled * free:
                return _build({free: root}, x.den * free)
    return None


ZERO, ONE = Surd(0), Surd(1)
SIGMA = _raw({-1: 1}, 1)
_SIGMA_SQUARED = Surd.of({1: 10, 5: 2})
_BASE_COSINES: dict[int, Surd] = {
    0: ONE,
    15: Surd.of({6: Fraction(1, 4), 2: Fraction(1, 4)}),
    18: SIGMA * Fraction(1, 4),
    30: Surd.of({3: Fraction(1, 2)}),
    36: Surd.of({1: Fraction(1, 4), 5: Fraction(1, 4)}),
    45: Surd.of({2: Fraction(1, 2)}),
    54: SIGMA * Surd.of({5: Fraction(1, 8), 1: Fraction(-1, 8)}),
    60: Surd(Fraction(1, 2)),
    72: Surd.of({5: Fraction(1, 4), 1: Fraction(-1, 4)}),
    75: Surd.of({6: Fraction(1, 4), 2: Fraction(-1, 4)}),
    90: ZERO,
}


def _base_cosine(angle: int) -> Surd:
    angle %= 360
    if angle > 180:
        angle = 360 - angle
    return -_BASE_COSINES[180 - angle] if angle > 90 else _BASE_COSINES[angle]


@functools.cache
def cos_degrees(degrees: int | Fraction) -> Surd | None:
    """The exact cosine for multiples of 3 degrees (from those of 15 and 18), else None."""
    if degrees % 3:
        return None
    first = 18 * (int(degrees) // 3 % 5)
    second = int(degrees) - first
    return _base_cosine(first) * _base_cosine(second) - _base_cosine(90 - first) * _base_cosine(90 - second)


def sin_degrees(degrees: int | Fraction) -> Surd | None:
    """The exact sine for multiples of 3 degrees, else None."""
    return cos_degrees(90 - Fraction(degrees))


@functools.cache
def tan_degrees(degrees: int | Fraction) -> Surd | None:
    """The exact tangent for multiples of 1.5 degrees but the odd multiples of 90, else None.

    No other angle of rational degrees has its tangent in the field.
    """
    c, s = cos_degrees(Fraction(degrees) * 2), sin_degrees(Fraction(degrees) * 2)
    if c is None or s is None or c == -1:
        return None
    return s / (c + 1)


_TERM = re.compile(r"([+-]?)(\d*)((?:√\d+)?)((?:√\(10\+2√5\))?)")


def parse_surd(text: str) -> Surd:
    """Reads what `str` of a value prints. Raises ValueError on anything else."""
    body, den = text, 1
    if match := re.fullmatch(r"\((.+)\)/(\d+)|([^/]+)/(\d+)", text):
        body, den = match[1] or match[3], int(match[2] or match[4])
    total, at = ZERO, 0
    while at < len(body):
        match = _TERM.match(body, at)
        if match is None or not (match[2] or match[3] or match[4]) or (at > 0 and not match[1]) or den == 0:
            raise ValueError(f"{text!r} is not an exact number")
        value = Fraction(int(match[2] or 1) * (-1 if match[1] == "-" else 1), den)
        total = total + Surd.of({(int(match[3][1:]) if match[3] else 1) * (-1 if match[4] else 1): value})
        at = match.end()
    if not text:
        raise ValueError("an empty text is not an exact number")
    return total
