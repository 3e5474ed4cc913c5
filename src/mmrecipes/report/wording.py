"""How values are written on the report page: numbers, shares, JSON, long texts, where samples went, names of steps.

Covered: plain strings only. Not covered: escaping (the template engine does that, for every value).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from mmrecipes.flow.balance import Balance

_MARKUP = re.compile(r'\s*(<(table|thead|tbody|html|svg|div|!|\?)|\\begin|\\\[|```|[\[{]\s*["\[{\d])')

LINE = 96
"""JSON values that fit in so many characters stay on one line."""

SHORT = 420
LONG = 20_000
"""Characters of a text shown at once, and kept in the page at all."""


def number(value: float) -> str:
    """1234567 as '1,234,567'; fractions keep at most two decimals."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"


def share(part: float, whole: float) -> str:
    """A percentage with one decimal below 10 %, none above; '0 %' of nothing."""
    percent = 100 * part / whole if whole else 0.0
    return f"{percent:.1f} %" if 0 < percent < 10 else f"{percent:.0f} %"


def amount(cost: float) -> str:
    """Money without a currency, which prices do not have: four significant digits, whole above 1,000."""
    if not cost:
        return "0"
    places = max(0, 3 - math.floor(math.log10(abs(cost))))
    text = f"{cost:,.{places}f}"
    return text.rstrip("0").rstrip(".") if places else text


def whereabouts(b: Balance) -> str:
    """The balance as one equation: '9 rows, split into 72 samples = 50 kept + 2 merged into 1 other + 20 dropped'."""
    ends = (
        (b.kept, "kept"), (b.merged, f"merged into {counted(b.into, 'other')}"), (b.dropped, "dropped"),
        (b.errors, "errors"), (b.pending, "pending"), (b.beyond_n, "beyond n"),
    )  # fmt: skip
    told = " + ".join(f"{number(count)} {end}" for count, end in ends if count or end == "kept")
    split = f", split into {number(b.samples)} samples" if b.samples != b.rows else ""
    return f"{counted(b.rows, 'row')}{split} = {told}"


def counted(count: int, thing: str) -> str:
    """'1 sample', '1,234 samples'."""
    return f"{number(count)} {thing}{'' if count == 1 else 's'}"


def step_title(name: str) -> str:
    """The name that code has for a step, for reading: 'HashPair#2' as 'hash pair (2)', 'FanOut' as 'fan out'."""
    name, _, again = name.partition("#")
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name.replace("_", " "))
    plain = " ".join(w if w.isupper() and len(w) > 1 else w.lower() for w in words.split())
    return f"{plain} ({again})" if again else plain


def size(count: int) -> str:
    """Bytes in the unit a person would choose (1 kB = 1,000 bytes)."""
    value = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit == "B" or value >= 100 else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} TB"


def halves(text: str) -> tuple[str, str, int]:
    """The part of a text shown at once, the rest the page keeps, and how many characters it leaves out."""
    if len(text) <= SHORT + SHORT // 4:
        return text, "", 0
    return text[:SHORT], text[SHORT:LONG], max(0, len(text) - LONG)


def pretty(value: Any) -> str:
    """JSON for reading: indented, but short lists and objects stay on their line. Not much more than `LONG`
    characters; the rest is in the dataset."""
    lines: list[str] = []
    room = LONG
    for line in _lines(value, 0):
        lines.append(line)
        room -= len(line) + 1
        if room < 0:
            return "\n".join([*lines, "… (the rest is in the dataset)"])
    return "\n".join(lines)


def is_markup(text: str) -> bool:
    """True for text better shown in a fixed-width face: HTML, LaTeX, JSON."""
    return _MARKUP.match(text) is not None


def compact(value: Any) -> str:
    """JSON on one line; text stays as it is."""
    return value if isinstance(value, str) else orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def _lines(value: Any, depth: int, lead: str = "", tail: str = "") -> Iterator[str]:
    pad = "  " * depth
    flat = orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()
    if not isinstance(value, (dict, list, tuple)) or not value or len(flat) + len(pad) + len(lead) <= LINE:
        yield f"{pad}{lead}{flat[:LONG]}{tail}"
        return
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    if isinstance(value, dict):
        inner = [(orjson.dumps(str(k)).decode() + ": ", v) for k, v in value.items()]
    else:
        inner = [("", v) for v in value]
    yield f"{pad}{lead}{opening}"
    for i, (name, item) in enumerate(inner):
        yield from _lines(item, depth + 1, name, "," if i < len(inner) - 1 else "")
    yield f"{pad}{closing}{tail}"
