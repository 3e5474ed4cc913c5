"""Printed numbers are read exactly, and computed ones are printed like those they come from."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmrecipes.render.tables.numbers import print_like, printed_number, quotient


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("0", "0", ""), ("12", "12", ""), ("1,234", "1234", ""), ("12\u00a0345", "12345", ""),
        ("(1,234.50)", "-1234.50", ""),
        ("-3.5", "-3.5", ""), ("−3.5", "-3.5", ""), ("+2.1%", "2.1", "%"), ("45 %", "45", "%"), ("$1,200", "1200", "$"),
        ("-$5.00", "-5.00", "$"), ("($5.00)", "-5.00", "$"), ("CHF\u00a03\u00a0200", "3200", "CHF"), ("C$9", "9", "C$"),
        ("€0.99", "0.99", "€"), ("12 kg", "12", "kg"), ("3.2e-05", "0.000032", ""), ("2E6", "2000000", ""),
        ("(12.5%)", "-12.5", "%"), ("1,234,567", "1234567", ""), ("15 km/h", "15", "km/h"),
    ],
)  # fmt: skip
def test_numbers_are_read_with_sign_and_unit(text: str, value: str, unit: str) -> None:
    number = printed_number(text)
    assert number is not None and number.value == Decimal(value) and number.unit == unit


@pytest.mark.parametrize(
    "text",
    ["", "–", "-", "n/a", "12-34", "A-102", "1,23", "(12", "12)", "--5", "1.2.3", "2019–2020", "3 of 4", "12 34"],
)
def test_what_is_not_one_number_is_refused(text: str) -> None:
    assert printed_number(text) is None


@given(
    st.integers(-(10**9), 10**9),
    st.integers(0, 4),
    st.sampled_from(("", "$", "€", "CHF\u00a0")),
    st.sampled_from(("", "%", " kg")),
    st.sampled_from((",", "\u00a0", "")),
    st.booleans(),
)
def test_every_printed_form_reads_back(
    scaled: int, places: int, prefix: str, suffix: str, separator: str, parentheses: bool
) -> None:
    value = Decimal(scaled).scaleb(-places)
    digits = f"{abs(value):,.{places}f}".replace(",", separator)
    text = f"{prefix}{digits}{suffix}"
    if value < 0:
        text = f"({text})" if parentheses else f"-{text}"
    number = printed_number(text)
    assert number is not None and number.value == value and number.decimals == places
    again = printed_number(print_like(value, [number]))
    assert again is not None and (again.value, again.unit) == (number.value, number.unit)


def test_a_computed_value_is_printed_like_its_operands() -> None:
    money = [n for t in ("$1,200.50", "$3.25") if (n := printed_number(t))]
    assert print_like(Decimal("-1500"), money) == "-$1,500.00"
    francs = [n for t in ("CHF\u00a01\u00a0200", "CHF\u00a0800") if (n := printed_number(t))]
    assert print_like(Decimal("-2000"), francs) == "CHF\u00a0-2\u00a0000"
    plain = [n for t in ("12000", "5") if (n := printed_number(t))]
    assert print_like(Decimal("12005"), plain) == "12005"
    assert print_like(Decimal("12005.25"), plain, 2) == "12005.25"


def test_a_mean_is_rounded_only_where_it_does_not_end() -> None:
    assert quotient(Decimal("10"), 4, 1) == (Decimal("2.5"), 1, False)
    assert quotient(Decimal("9"), 3, 1) == (Decimal("3"), 0, False)
    assert quotient(Decimal("1.05"), 10, 2)[1:] == (3, False), "an exact half is given whole, no rounding rule decides"
    value, places, rounded = quotient(Decimal("10"), 3, 1)
    assert (places, rounded) == (1, True) and abs(value - Decimal(10) / 3) < Decimal("1e-20")
