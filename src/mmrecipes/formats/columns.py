"""What a column of printed cells holds: integers, numbers, dates, truth values or text.

Covered: integers, decimals with point or comma, thousands separators (comma, point, blank, apostrophe), exponents,
ISO dates, day-month-year and month-day-year dates where the column itself settles the order, true/false and
yes/no; numbers of one currency, percentage or known unit, or in parentheses for negative (`($1,234.50)` is -1234.5).
Not covered: times of day, several units in one column (these stay text); nothing is ever evaluated.

A column is of a kind only when every cell that is not missing fits; one cell that does not makes it text.
"""

# The functions of pyarrow.compute are made when it is imported; the type checker cannot see them.
# pyright: reportAttributeAccessIssue=false

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

ColumnKind = Literal["integer", "number", "text", "date", "boolean"]

MISSING = ("", "NA", "N/A", "n/a", "NaN", "nan", "null", "NULL", "None", "#N/A")
"""Cells that mean "no value" in a column that is not text; in a text column only the empty cell does."""

_POINT = r"^[+-]?(\d{1,3}((,\d{3})+|( \d{3})+|('\d{3})+)|0|[1-9]\d{0,17})(\.\d+)?([eE][+-]?\d{1,3})?$"
_COMMA = r"^[+-]?(\d{1,3}((\.\d{3})+|( \d{3})+|('\d{3})+)|0|[1-9]\d{0,17})(,\d+)?([eE][+-]?\d{1,3})?$"
_BARE_POINT = r"^[+-]?\.\d+([eE][+-]?\d{1,3})?$"
_SIGN = "[+\\-\u2212\u2013]"
_CURRENCIES = ("USD|EUR|GBP|JPY|CHF|SEK|NOK|DKK|CAD|AUD|NZD|INR|CNY|PLN|CZK|HUF|BRL|MXN|ZAR|KRW|TRY|SGD|HKD|ILS|RUB|"
               "[A-Z]{0,2}[$€£¥₹]")  # fmt: skip
_UNITS = ("kg|mg|g|lbs|lb|oz|t|km²|m²|m³|km/h|mph|m/s|km|cm|mm|mi|ft|in|m|ha|ms|min|hrs|s|h|days|years|kWh|MWh|GWh|kW|"
          "MW|GW|W|mV|kV|V|mA|kHz|MHz|GHz|Hz|°C|°F|°|ml|mL|l|L|kB|MB|GB|TB|px|pt|ppm|hPa|kPa|MPa|Pa|bar|kN|kJ|kcal"
          )  # fmt: skip
_AFFIXED = (
    rf"^(?P<open>\()?(?P<sign>{_SIGN})?(?P<prefix>(?:{_CURRENCIES})?)[ \x{{A0}}]?(?P<inner>{_SIGN})?"
    rf"(?P<number>\d(?:[\d.,' \x{{A0}}]*\d)?|\.\d+)[ \x{{A0}}]?"
    rf"(?P<suffix>(?:[%‰]|{_CURRENCIES}|{_UNITS})?)(?P<close>\))?$"
)
_ISO = r"^\d{4}[-/]\d{1,2}[-/]\d{1,2}([T ]00:00(:00(\.0+)?)?Z?)?$"
_DOTTED = r"^\d{1,2}\.\d{1,2}\.\d{4}$"
_SLASHED = r"^\d{1,2}/\d{1,2}/\d{4}$"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `values` is an Arrow array of int64, float64, string, date32 or bool; `decimals` is the largest
    number of decimals printed in a number column, 0 otherwise; `remark` says what was unclear, or is empty.

    `printed` has the numbers as they stand, unit and all, with decimal points (decimal commas, apostrophes between
    thousands, exponents and a missing zero before the point are rewritten); None in other columns.
    `unit` is the currency, `%` or unit that every cell prints, else empty.
    """

    kind: ColumnKind
    values: pa.Array
    decimals: int = 0
    remark: str = ""
    printed: pa.Array | None = None
    unit: str = ""


def uses_decimal_comma(cells: pa.Array) -> bool | None:
    """Whether a column of numbers has decimal commas: True, False, or None when it does not say."""
    present = bare_numbers(_missing_to_null(cells))[0].drop_null()
    point, comma = _all_match(present, f"{_POINT}|{_BARE_POINT}"), _all_match(present, _COMMA)
    return None if point == comma else comma


def bare_numbers(cells: pa.Array) -> tuple[pa.Array, str]:
    """Cells without their common unit, negatives with a plain minus sign, and that unit.

    The cells as they are, and no unit, where one of them is not a number with an affix or units differ.
    """
    present = cells.drop_null()
    if len(present) == 0 or _all_match(present, _POINT) or not _all_match(present, _AFFIXED):
        return cells, ""
    parts = pc.extract_regex(cells, _AFFIXED)
    part = {
        name: pc.struct_field(parts, name) for name in ("open", "sign", "prefix", "inner", "number", "suffix", "close")
    }
    opened, closed, sign, inner = (pc.not_equal(part[name], "") for name in ("open", "close", "sign", "inner"))
    units = pc.binary_join_element_wise(part["prefix"], part["suffix"], "").drop_null().unique().to_pylist()
    twice = pc.or_(pc.and_(sign, inner), pc.and_(opened, pc.or_(sign, inner)))
    both = pc.and_(pc.not_equal(part["prefix"], ""), pc.not_equal(part["suffix"], ""))
    if len(units) != 1 or pc.any(pc.or_(pc.or_(pc.xor(opened, closed), twice), both)).as_py():
        return cells, ""
    minus = pc.is_in(pc.binary_join_element_wise(part["sign"], part["inner"], ""), value_set=pa.array(["-", "−", "–"]))
    number = pc.replace_substring(part["number"], "\u00a0", " ")
    return pc.binary_join_element_wise(pc.if_else(pc.or_(opened, minus), "-", ""), number, ""), units[0]


def typed_column(cells: pa.Array, decimal_comma: bool) -> Column:
    """The column with its values parsed. `decimal_comma` is the habit of the file (see `uses_decimal_comma`)."""
    trimmed = _missing_to_null(cells)
    present = trimmed.drop_null()
    if len(present) == 0:
        return Column("text", _blank_to_null(cells))
    column = _number(trimmed, decimal_comma) or _date(trimmed, present) or _boolean(trimmed, present)
    return column or Column("text", _blank_to_null(cells), remark=_mixed(present, decimal_comma))


def _number(trimmed: pa.Array, decimal_comma: bool) -> Column | None:
    bare, unit = bare_numbers(trimmed)
    pattern = _COMMA if decimal_comma else f"{_POINT}|{_BARE_POINT}"
    if not _all_match(bare.drop_null(), pattern):
        return None
    mark, grouping = (",", r"[. ']") if decimal_comma else (".", r"[, ']")
    plain = pc.replace_substring_regex(bare, grouping, "")
    plain = pc.replace_substring(plain, mark, ".") if decimal_comma else plain
    plain = pc.replace_substring_regex(plain, r"^\+", "")
    printed = _with_points(trimmed, plain, decimal_comma)
    if _all_match(plain.drop_null(), r"^-?\d+$"):
        return Column("integer", pc.cast(plain, pa.int64()), printed=printed, unit=unit)
    return Column("number", pc.cast(plain, pa.float64()), printed_decimals(plain), printed=printed, unit=unit)


def _with_points(cells: pa.Array, plain: pa.Array, decimal_comma: bool) -> pa.Array:
    """Numbers as they stand, but in one notation (see `Column`)."""
    if decimal_comma:
        cells = pc.replace_substring_regex(cells, r"(\d)[.' ](\d)", r"\1\2")
        cells = pc.replace_substring(cells, ",", ".")
    cells = pc.replace_substring(cells, "'", ",")
    cells = pc.replace_substring_regex(cells, r"(^|[^\d])\.(\d)", r"\10.\2")
    return written_out(cells, plain)


def written_out(cells: pa.Array, plain: pa.Array) -> pa.Array:
    """Cells with an exponent in plain digits, without zeros at the end."""
    powers = pc.match_substring_regex(plain, "[eE]")
    if not pc.any(powers).as_py():
        return cells
    digits = [_digits(text) if text and "e" in text.lower() else "" for text in plain.to_pylist()]
    return pc.if_else(powers, pa.array(digits, pa.string()), cells)


def _digits(text: str) -> str:
    """1.50e+02 as 150; numbers beyond 40 places stay as they are."""
    number = Decimal(text)
    if abs(number.adjusted()) > 40:
        return text
    written = f"{number:f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def printed_decimals(plain: pa.Array) -> int:
    """The most decimals among numbers printed like `-12.50` or `1.50e-05` (2 and 6; with an exponent, zeros at the
    end do not count)."""
    present = plain.drop_null()
    with_exponent = pc.match_substring_regex(present, "[eE]")
    fraction = pc.replace_substring_regex(present.filter(pc.invert(with_exponent)), r"^[^.]*\.?", "")
    most = pc.max(pc.utf8_length(fraction)).as_py() or 0
    for text in present.filter(with_exponent).unique().to_pylist():
        exponent = Decimal(text).normalize().as_tuple().exponent
        most = max(most, -exponent if isinstance(exponent, int) else 0)
    return most


def _date(trimmed: pa.Array, present: pa.Array) -> Column | None:
    order = _date_order(present)
    if order is None:
        return None
    try:
        days = {text: _day(text, order) for text in present.unique().to_pylist()}
    except ValueError:
        return None
    values = [days.get(text) for text in trimmed.to_pylist()]
    return Column("date", pa.array(values, pa.date32()))


def _date_order(present: pa.Array) -> str | None:
    """Which of year, month and day comes when; None when the cells are no dates or leave the order open."""
    if _all_match(present, _ISO):
        return "ymd"
    if _all_match(present, _DOTTED):
        return "dmy"
    if not _all_match(present, _SLASHED):
        return None
    firsts, seconds = zip(*((int(a), int(b)) for a, b, _ in (t.split("/") for t in present.to_pylist())), strict=True)
    if max(firsts) > 12 >= max(seconds):
        return "dmy"
    return "mdy" if max(seconds) > 12 >= max(firsts) else None


def _day(text: str, order: str) -> datetime.date:
    numbers = text[:10].split("T")[0].split(" ")[0].replace("/", "-").replace(".", "-").split("-")
    named = dict(zip(order, map(int, numbers), strict=True))
    return datetime.date(named["y"], named["m"], named["d"])


def _boolean(trimmed: pa.Array, present: pa.Array) -> Column | None:
    if not (_all_match(present, "^(?i)(true|false)$") or _all_match(present, "^(?i)(yes|no)$")):
        return None
    values = pc.is_in(pc.utf8_lower(trimmed), value_set=pa.array(["true", "yes"]))
    return Column("boolean", pc.if_else(pc.is_valid(trimmed), values, pa.scalar(None, pa.bool_())))


def _mixed(present: pa.Array, decimal_comma: bool) -> str:
    """A remark when nearly all cells of a text column are numbers."""
    pattern = _COMMA if decimal_comma else f"{_POINT}|{_BARE_POINT}"
    numeric = pc.match_substring_regex(present, pattern)
    others = len(present) - (pc.sum(numeric).as_py() or 0)
    if others > len(present) * 0.05:
        return ""
    example = present.filter(pc.invert(numeric))[0].as_py()
    return f"{others} of {len(present)} cells are no numbers, for example {example[:60]!r}: read as text"


def _missing_to_null(cells: pa.Array) -> pa.Array:
    trimmed = pc.utf8_trim_whitespace(cells)
    missing = pc.is_in(trimmed, value_set=pa.array(MISSING))
    return pc.if_else(missing, pa.scalar(None, pa.string()), trimmed)


def _blank_to_null(cells: pa.Array) -> pa.Array:
    blank = pc.equal(pc.utf8_trim_whitespace(cells), "")
    return pc.if_else(blank, pa.scalar(None, pa.string()), cells)


def _all_match(cells: pa.Array, pattern: str) -> bool:
    """Whether every cell matches; the first thousand are asked first, because most patterns fail early."""
    head = pc.match_substring_regex(cells.slice(0, 1000), pattern)
    if len(cells) == 0 or not pc.all(head).as_py():
        return False
    return bool(pc.all(pc.match_substring_regex(cells.slice(1000), pattern)).as_py()) if len(cells) > 1000 else True
