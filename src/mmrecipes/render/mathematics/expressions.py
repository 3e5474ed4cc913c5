"""Expressions written as templates need them: numbers, sums, polynomials, matrices, roots, and answers made of them.

Everything here returns text in the syntax of `notation`. Numbers are exact; one beyond `LARGEST` is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import isqrt

from mmrecipes.render.mathematics.problem import LARGEST, Answer, Refused

Number = int | Fraction


def num(value: Number) -> str:
    """`5`, `-5`, `3/4`, `-3/4`. Raises `Refused` beyond `LARGEST`."""
    f = Fraction(value)
    if abs(f.numerator) > LARGEST or f.denominator > LARGEST:
        raise Refused("numbers_too_large", str(f))
    return str(f.numerator) if f.denominator == 1 else f"{f.numerator}/{f.denominator}"


def par(value: Number | str) -> str:
    """A number or expression as a factor or base: in brackets where it is negative, a fraction or a sum."""
    text = value if isinstance(value, str) else num(value)
    return text if text.isidentifier() or text.isdigit() else f"({text})"


def neg(value: Number) -> str:
    """A number as a factor behind a sign: in brackets where it is negative only."""
    text = num(value)
    return f"({text})" if text.startswith("-") else text


def further(coefficient: Number, symbol: str = "") -> str:
    """A term as it goes on in a sum, with its sign: ` + 3*x`, ` - 4`; nothing for 0."""
    f = Fraction(coefficient)
    if f == 0:
        return ""
    size = num(abs(f))
    body = symbol if symbol and abs(f) == 1 else f"{size}*{symbol}" if symbol else size
    return f" - {body}" if f < 0 else f" + {body}"


def total(terms: Iterable[tuple[Number, str]]) -> str:
    """A sum of coefficient times symbol (the symbol `""` is a constant): `2*x - 3*y + 4`; zero terms are left out."""
    text = "".join(further(coefficient, symbol) for coefficient, symbol in terms)
    return (text[3:] if text.startswith(" +") else f"-{text[3:]}") if text else "0"


def added(values: Sequence[Number]) -> str:
    """Numbers written as a sum as they come, negative ones in brackets: `4 + (-3) + 7`."""
    return " + ".join(neg(v) for v in values)


def summed(values: Sequence[Number]) -> str:
    """Numbers written as a sum, brackets around negative ones but the first: `-4 + (-3) + 7`."""
    return " + ".join(neg(v) if i else num(v) for i, v in enumerate(values))


def power(exponent: int, x: str = "x") -> str:
    """`x**3`, `x`, and nothing for the exponent 0."""
    return "" if exponent == 0 else x if exponent == 1 else f"{x}**{exponent}"


def poly(coefficients: Sequence[Number], x: str = "x") -> str:
    """A polynomial from the highest power down."""
    top = len(coefficients) - 1
    return total((c, power(top - i, x)) for i, c in enumerate(coefficients))


def factored(roots: Sequence[Number], x: str = "x") -> str:
    """The product of linear factors with these roots: `(x - 2)*(x + 3)`."""
    return "*".join(f"({poly([1, -r], x)})" for r in roots)


def matrix(rows: Iterable[Iterable[Number | str]]) -> str:
    """`Matrix([[1, 2], [3, 4]])`."""
    cells = ", ".join("[" + ", ".join(c if isinstance(c, str) else num(c) for c in row) + "]" for row in rows)
    return f"Matrix([{cells}])"


def column(entries: Iterable[Number | str]) -> str:
    """A column vector."""
    return matrix([e] for e in entries)


def surd(n: int, factor: int = 1) -> str:
    """`factor * sqrt(n)` with square factors taken out: `6*sqrt(2)`, `5`. Raises `Refused` unless n > 0."""
    if n <= 0:
        raise Refused("degenerate", f"root of {n}")
    m, rest = square_part(n)
    return num(m * factor) if rest == 1 else total([(m * factor, f"sqrt({rest})")])


def square_part(n: int) -> tuple[int, int]:
    """m and r with n = m² r, m as large as can be."""
    m = max(k for k in range(1, isqrt(n) + 1) if n % (k * k) == 0)
    return m, n // (m * m)


def root_answer(value: str, unit: str = "") -> Answer:
    """A whole number or a surd."""
    return Answer("integer" if value.isdigit() else "expression", value, "", unit)


def number_answer(value: Number, name: str = "", unit: str = "") -> Answer:
    return Answer("integer" if Fraction(value).denominator == 1 else "rational", num(value), name, unit)


def number_set(values: Sequence[Number], name: str = "x") -> Answer:
    return Answer("set", "{" + ", ".join(num(v) for v in sorted(set(values))) + "}", name)


def vector_answer(values: Sequence[Number], names: str) -> Answer:
    """Values of the unknowns called by the letters of `names`: `(x, y)`."""
    return Answer("vector", f"({', '.join(map(num, values))})", f"({', '.join(names)})")
