"""Quantities: a number and a unit, converted to base units, so that 12 cm is 0.12 m and is not 12 m.

Covered: everyday metric and imperial units, money without exchange, powers ("m²", "square feet"), quotients ("km/h"),
temperatures, compounds ("5 ft 10 in"), English and Chinese names. Not covered: what has two meanings (kB, "pounds",
"¥", tons), products of units, units of other languages. Factors are the exact definitions: SI brochure, international
yard and pound, US liquid measures, thermochemical calorie.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from mmrecipes.steps.answer_numbers import Number, number_of

Dimension = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Quantity:
    """`value` in base units of `dimension`; `number` and the unit's `factor` as written."""

    value: Fraction
    dimension: Dimension
    number: Number
    factor: Fraction


_F = Fraction
_INCH, _POUND, _GALLON = _F("0.0254"), _F("0.45359237"), _F("0.003785411784")
_LISTED: tuple[tuple[str, Fraction, str], ...] = (
    ("length", _F(1), "m meter meters metre metres 米 公尺"),
    ("length", _F(1, 1000), "mm millimeter millimeters millimetre millimetres 毫米"),
    ("length", _F(1, 100), "cm centimeter centimeters centimetre centimetres 厘米 公分"),
    ("length", _F(1, 10), "dm decimeter decimeters decimetre decimetres 分米"),
    ("length", _F(1000), "km kilometer kilometers kilometre kilometres 千米 公里"),
    ("length", _F(1, 10**6), "µm μm um micrometer micrometers micrometre micrometres micron microns 微米"),
    ("length", _F(1, 10**9), "nm nanometer nanometers nanometre nanometres 纳米"),
    ("length", _INCH, "in inch inches 英寸"),
    ("length", 12 * _INCH, "ft foot feet 英尺"),
    ("length", 36 * _INCH, "yd yard yards 码"),
    ("length", 63360 * _INCH, "mi mile miles 英里"),
    ("mass", _F(1), "kg kilogram kilograms kilo kilos 千克 公斤"),
    ("mass", _F(1, 1000), "g gram grams gramme grammes 克"),
    ("mass", _F(1, 10**6), "mg milligram milligrams 毫克"),
    ("mass", _F(1, 10**9), "µg μg mcg microgram micrograms 微克"),
    ("mass", _F(1000), "t tonne tonnes 吨"),
    ("mass", _F(1, 2), "斤"),
    ("mass", _POUND, "lb lbs"),
    ("mass", _POUND / 16, "oz ounce ounces 盎司"),
    ("time", _F(1), "s sec secs second seconds 秒 秒钟"),
    ("time", _F(1, 1000), "ms millisecond milliseconds 毫秒"),
    ("time", _F(60), "min mins minute minutes 分钟"),
    ("time", _F(3600), "h hr hrs hour hours 小时 个小时"),
    ("time", _F(86400), "d day days 天"),
    ("time", _F(7 * 86400), "wk week weeks 周 个星期 星期"),
    ("month", _F(1), "month months 个月"),
    ("month", _F(12), "yr yrs year years"),
    ("length^3", _F(1, 1000), "l liter liters litre litres 升"),
    ("length^3", _F(1, 10**6), "ml milliliter milliliters millilitre millilitres cc 毫升"),
    ("length^3", _F(1, 10**5), "cl centiliter centiliters centilitre centilitres"),
    ("length^3", _F(1, 10**4), "dl deciliter deciliters decilitre decilitres 分升"),
    ("length^3", _GALLON, "gal gallon gallons 加仑"),
    ("length^3", _GALLON / 4, "qt quart quarts"),
    ("length^3", _GALLON / 8, "pt pint pints"),
    ("length^2", _F(10**4), "ha hectare hectares 公顷"),
    ("length^2", 4840 * (36 * _INCH) ** 2, "acre acres 英亩"),
    ("length time^-1", 63360 * _INCH / 3600, "mph"),
    ("length time^-1", _F(1000, 3600), "kph kmh"),
    ("angle", _F(1), "° deg degree degrees 度"),
    ("temperature", _F(1), "K kelvin kelvins 开尔文"),
    ("temperature", _F(1), "°C ℃ celsius 摄氏度"),
    ("temperature", _F(5, 9), "°F ℉ fahrenheit 华氏度"),
    ("current", _F(1), "A amp amps ampere amperes 安培"),
    ("current", _F(1, 1000), "mA milliamp milliamps"),
    ("voltage", _F(1), "V volt volts 伏 伏特"),
    ("voltage", _F(1000), "kV kilovolt kilovolts 千伏"),
    ("voltage", _F(1, 1000), "mV millivolt millivolts"),
    ("resistance", _F(1), "Ω Ω ohm ohms 欧姆"),
    ("resistance", _F(1000), "kΩ kilohm kilohms"),
    ("power", _F(1), "W watt watts 瓦 瓦特"),
    ("power", _F(1000), "kW kilowatt kilowatts 千瓦"),
    ("power", _F(10**6), "MW megawatt megawatts 兆瓦"),
    ("power", _F(10**9), "GW gigawatt gigawatts"),
    ("energy", _F(1), "J joule joules 焦耳"),
    ("energy", _F(1000), "kJ kilojoule kilojoules 千焦"),
    ("energy", _F(3600 * 1000), "kWh kilowatt-hour kilowatt-hours 千瓦时"),
    ("energy", _F(4184), "kcal kilocalorie kilocalories 千卡"),
    ("force", _F(1), "N newton newtons 牛顿"),
    ("force", _F(1000), "kN kilonewton kilonewtons"),
    ("pressure", _F(1), "Pa pascal pascals 帕"),
    ("pressure", _F(1000), "kPa kilopascal kilopascals 千帕"),
    ("pressure", _F(10**6), "MPa megapascal megapascals 兆帕"),
    ("frequency", _F(1), "Hz hertz 赫兹"),
    ("frequency", _F(1000), "kHz kilohertz"),
    ("frequency", _F(10**6), "MHz megahertz"),
    ("frequency", _F(10**9), "GHz gigahertz"),
    ("dollar", _F(1), "$ us$ usd dollar dollars 美元"),
    ("dollar", _F(1, 100), "¢ cent cents 美分"),
    ("euro", _F(1), "€ eur euro euros 欧元"),
    ("pound_sterling", _F(1), "£ gbp 英镑"),
    ("yuan", _F(1), "rmb cny yuan 元 人民币 块 块钱"),
    ("yen", _F(1), "jpy yen 日元 円"),
    ("rupee", _F(1), "₹ inr rupee rupees 卢比"),
)
_ZERO = {"°C": _F("273.15"), "°F": _F("459.67") * 5 / 9}
"""Base units at the unit's own zero."""


_NOTHING = _F(0)


@dataclass(frozen=True, slots=True)
class Unit:
    """`zero` is where the scale begins, in base units."""

    factor: Fraction
    dimension: Dimension
    zero: Fraction = _NOTHING


def _dimension(text: str) -> Dimension:
    powers = (part.partition("^") for part in text.split())
    return tuple(sorted((base, int(power or 1)) for base, _, power in powers))


_UNITS = {
    name: Unit(factor, _dimension(base), _ZERO.get(names.split()[0], _NOTHING))
    for base, factor, names in _LISTED
    for name in names.split()
}
_POWERED = re.compile(r"(?:(square|sq\.?|平方|cubic|cu\.?|立方)\s*)?(.+?)(?:\s*\^?\s*([23])|\s+(squared|cubed))?")
_PER = re.compile(r"\s*/\s*|\s+per\s+|每")
_LONGEST = 60
_SYMBOL = 3
"""Most letters of a symbol with its prefix."""
_DECADE = re.compile(r"\d{3}0s")


def unit_of(text: str) -> Unit | None:
    """The unit that a text is, or None: "cm", "square metres", "km/h", "元"."""
    text = text.strip().removesuffix(".")
    if (plain := _named(text)) is not None:
        return plain
    above, *below = _PER.split(text)
    parts = [_powered(part) for part in (above, *below)]
    if len(parts) > 2 or None in parts:
        return None
    top, bottom = parts[0], parts[1] if below else None
    assert top is not None
    return top if bottom is None else Unit(top.factor / bottom.factor, _product(top.dimension, bottom.dimension, -1))


def _named(text: str) -> Unit | None:
    """The unit of that name. Symbols may be capitalised ("Km", "KG") unless that makes others of them ("Mg", "nM")."""
    found = _UNITS.get(text)
    capitals = text.isupper() or (text[1:].islower() and text[0].isupper())
    loose = len(text) > _SYMBOL or (len(text) > 1 and capitals and text[0] not in "MN")
    return _UNITS.get(text.lower()) if found is None and loose else found


def _powered(text: str) -> Unit | None:
    m = _POWERED.fullmatch(text)
    unit = m and _named(m[2])
    if m is None or unit is None:
        return None
    before, after = {"s": 2, "平": 2, "c": 3, "立": 3}.get((m[1] or "")[:1]), {"squared": 2, "cubed": 3}.get(m[4] or "")
    power = before or after or int(m[3] or 1)
    return unit if power == 1 else Unit(unit.factor**power, _product((), unit.dimension, power))


def _product(one: Dimension, other: Dimension, power: int) -> Dimension:
    powers = dict(one)
    for base, exponent in other:
        powers[base] = powers.get(base, 0) + power * exponent
    return tuple(sorted((base, exponent) for base, exponent in powers.items() if exponent))


_MONEY = re.compile(r"([+-]?)\s*(us\$|\$|€|£|₹|usd|eur|gbp|rmb|cny)\s*(\d.*)", re.IGNORECASE)
_PIECES = re.compile(r"(\d[\d.,]*)\s*([A-Za-z]+|\D+?)(?=\s*\d|$)[\s,]*(?:and\s+)?")


def quantity_of(text: str, language: str = "en") -> Quantity | None:
    """The quantity that a prepared text is (see `answer_values.prepared`), or None."""
    text = text.strip()
    if len(text) > _LONGEST or _DECADE.fullmatch(text):
        return None
    if m := _MONEY.fullmatch(text):
        text = f"{m[1]}{m[3]} {m[2].lower()}"
    for at in range(1, len(text)):
        if (unit := unit_of(text[at:])) and (number := number_of(text[:at], language)) and number.form != "percent":
            return _quantity(number, unit)
    return _compound(text, language)


def _quantity(number: Number, unit: Unit) -> Quantity:
    return Quantity(number.value * unit.factor + unit.zero, unit.dimension, number, unit.factor)


def _compound(text: str, language: str) -> Quantity | None:
    """ "5 ft 10 in", "1小时30分钟": the sum of ever smaller units of one dimension."""
    pieces = list(_PIECES.finditer(text))
    if len(pieces) < 2 or "".join(p[0] for p in pieces) != text:
        return None
    parts = [quantity_of(f"{p[1]} {p[2]}", language) for p in pieces]
    known = [p for p in parts if p is not None]
    factors = [p.factor for p in known]
    if (
        len(known) < len(parts)
        or len({p.dimension for p in known}) > 1
        or factors != sorted(set(factors), reverse=True)
    ):
        return None
    value = sum((p.value for p in known), _NOTHING)
    return Quantity(value, known[0].dimension, Number(value / factors[-1], known[-1].number.form), factors[-1])
