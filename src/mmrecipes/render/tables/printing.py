"""How a column prints its values: one fixed form for numbers and one for dates.

Numbers are scaled integers (123 with 1 decimal is 12.3), so that sums of printed values are exact. Covered: thousands
separators, minus sign or parentheses, currency or unit before or after. Not covered: parsing (see `numbers`).
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from mmrecipes.render.corpora.texts import number_text

Negative = Literal["-", "\u2212", "()"]
Grouping = Literal["", ",", "\u00a0"]
SYMBOLS = {
    "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "CHF": "CHF\u00a0", "SEK": "SEK\u00a0",
    "CAD": "C$", "INR": "INR\u00a0",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class NumberForm:
    """One form for a whole column. `prefix` and `suffix` stand inside the parentheses of a negative number."""

    decimals: int = 0
    grouping: Grouping = ","
    negative: Negative = "-"
    prefix: str = ""
    suffix: str = ""
    language: str = "en"
    """Other languages have separators of their own; `grouping` then says only whether there are any."""
    native: bool = False
    """Whether digits are the language's own."""

    def text(self, scaled: int) -> str:
        """The print of scaled / 10**decimals."""
        if self.language != "en":
            digits = number_text(
                self.language, abs(scaled), self.decimals, native=self.native, grouping=bool(self.grouping)
            )
        elif self.decimals:
            whole, rest = divmod(abs(scaled), 10**self.decimals)
            digits = f"{self._grouped(whole)}.{rest:0{self.decimals}d}"
        else:
            digits = self._grouped(abs(scaled))
        digits = f"{self.prefix}{digits}{self.suffix}"
        if scaled >= 0:
            return digits
        return f"({digits})" if self.negative == "()" else self.negative + digits

    def _grouped(self, whole: int) -> str:
        if not self.grouping or whole < 1000:
            return str(whole)
        text = f"{whole:,}"
        return text if self.grouping == "," else text.replace(",", self.grouping)

    def value(self, scaled: int) -> int | float:
        """What the print means, at printed precision."""
        return scaled / 10**self.decimals if self.decimals else scaled


def rounded_ratio(numerator: int, denominator: int, decimals: int) -> int:
    """numerator / denominator as a scaled integer, halves away from zero."""
    scaled = Fraction(abs(numerator) * 10**decimals, abs(denominator))
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return whole if (numerator < 0) == (denominator < 0) else -whole


DateForm = Callable[[date], str]
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August",
    "September", "October", "November", "December",
)  # fmt: skip
DATE_FORMS: tuple[DateForm, ...] = (
    lambda d: d.isoformat(),
    lambda d: f"{d.day} {_MONTHS[d.month - 1][:3]} {d.year}",
    lambda d: f"{_MONTHS[d.month - 1][:3]} {d.day}, {d.year}",
    lambda d: f"{d.day:02d}.{d.month:02d}.{d.year}",
    lambda d: f"{d.day} {_MONTHS[d.month - 1]} {d.year}",
    lambda d: f"{d.day:02d}/{d.month:02d}/{d.year}",
)


def random_date(rng: random.Random) -> date:
    """A day from 1998 to 2025."""
    return date.fromordinal(rng.randint(date(1998, 1, 1).toordinal(), date(2025, 12, 31).toordinal()))
