"""Claims about quantities: units convert as `pint` converts them, and what has two meanings is not read."""

from __future__ import annotations

from fractions import Fraction

import pint
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmrecipes.steps.answer_units import quantity_of

REGISTRY = pint.UnitRegistry(non_int_type=Fraction)
"""Unit as written here, unit as pint writes it; every pair of one row converts."""
FAMILIES = (
    {"mm": "mm", "cm": "cm", "metres": "m", "km": "km", "inches": "inch", "ft": "foot", "yards": "yard",
    "miles": "mile",
     "µm": "micrometer", "厘米": "cm", "公里": "km"},
    {"mg": "mg", "grams": "g", "kg": "kg", "tonnes": "tonne", "lbs": "pound", "oz": "ounce", "公斤": "kg"},
    {"ms": "ms", "seconds": "s", "minutes": "minute", "hours": "hour", "days": "day", "weeks": "week", "小时": "hour"},
    {"ml": "ml", "litres": "liter", "gallons": "gallon", "quarts": "quart", "pints": "pint", "m^3": "m**3",
     "cubic centimetres": "cm**3", "cm3": "cm**3"},
    {"m^2": "m**2", "square feet": "foot**2", "sq km": "km**2", "hectares": "hectare", "平方米": "m**2"},
    {"km/h": "km/hour", "mph": "mile/hour", "m/s": "m/s", "feet per second": "foot/s"},
    {"J": "J", "kJ": "kJ", "kWh": "kWh", "kcal": "kcal"},
    {"V": "V", "mV": "mV"}, {"W": "W", "kW": "kW", "MW": "MW"}, {"Hz": "Hz", "GHz": "GHz"}, {"Pa": "Pa", "MPa": "MPa"},
)  # fmt: skip


@given(st.sampled_from(FAMILIES), st.data(), st.integers(1, 5000))
def test_two_units_of_a_dimension_are_in_the_ratio_that_pint_gives(
    family: dict[str, str], data: st.DataObject, number: int
) -> None:
    one, other = (data.draw(st.sampled_from(sorted(family))) for _ in range(2))
    mine, theirs = quantity_of(f"{number} {one}"), quantity_of(f"1 {other}")
    assert mine is not None and theirs is not None and mine.dimension == theirs.dimension
    expected = (number * REGISTRY(family[one])).to(family[other]).magnitude
    assert float(mine.value / theirs.value) == pytest.approx(float(expected), rel=1e-12)


@given(st.integers(-200, 500))
def test_temperatures_have_their_zero(degrees: int) -> None:
    celsius, fahrenheit = quantity_of(f"{degrees} °C"), quantity_of(f"{degrees} °F")
    assert celsius is not None and fahrenheit is not None
    assert celsius.value == degrees + Fraction("273.15")
    expected = REGISTRY.Quantity(Fraction(degrees), "degF").to("kelvin").magnitude
    assert float(fahrenheit.value) == pytest.approx(float(expected))


def test_units_of_different_dimensions_differ() -> None:
    dimensions = []
    for family in FAMILIES:
        found = quantity_of(f"1 {next(iter(family))}")
        assert found is not None
        dimensions.append(found.dimension)
    assert len(set(dimensions)) == len(FAMILIES)


READ = {
    "12cm": (Fraction(12, 100), "length"), "twelve centimeters": (Fraction(12, 100), "length"),
    "十二厘米": (Fraction(12, 100), "length"), "5 ft 10 in": (70 * Fraction("0.0254"), "length"),
    "1 h 30 min": (Fraction(5400), "time"), "1小时30分钟": (Fraction(5400), "time"), "1,200 km": (Fraction(1200000),
    "length"),
    "12 KG": (Fraction(12), "mass"), "half a": None, "$1.2 million": (Fraction(1200000), "dollar"),
    "-$5": (Fraction(-5), "dollar"), "12 USD": (Fraction(12), "dollar"), "50 cents": (Fraction(1, 2), "dollar"),
    "€3.50": (Fraction("3.5"), "euro"), "5元": (Fraction(5), "yuan"), "3/4 in": (Fraction(3, 4) * Fraction("0.0254"),
    "length"),
    "2 acres": (2 * Fraction("4046.8564224"), "length"), "12": None, "cm": None, "12 people": None,
    "12 in the picture": None, "5 pounds": None, "5 kB": None, "¥5": None,
    "5 tons": None, "5% kg": None, "5 km kg": None, "10 in 5 ft": None, "12 m 5 kg": None,
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), READ.items())
def test_a_quantity_is_a_number_and_a_unit_and_nothing_else(text: str, expected: tuple[Fraction, str] | None) -> None:
    found = quantity_of(text)
    if expected is None:
        assert found is None
    else:
        assert found is not None and (found.value, found.dimension[0][0]) == expected


@given(st.text(max_size=30))
def test_any_text_is_read_without_an_exception(text: str) -> None:
    quantity_of(text)
    quantity_of(f"5 {text}")
