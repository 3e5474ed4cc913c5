"""Does a reply keep to its constraints? Written against the maker: from the reply to the rows, not the other way.

Covered: form, fields, condition, order, quantity, and that no row is missing that should be there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any


def violations(rows: Sequence[Mapping[str, str]], wanted: Mapping[str, Any], reply: str) -> list[str]:
    """What is wrong with a reply, in words; empty when nothing is."""
    fields: list[str] = wanted["fields"]
    try:
        said = _read(reply, wanted["form"], fields)
    except ValueError as e:
        return [f"form: {e}"]
    wrong = [f"fields: {r}" for r in said if list(r) != fields]
    sources = [[k for k, row in enumerate(rows) if all(row.get(f) == r.get(f) for f in fields)] for r in said]
    wrong += [f"no row of these: {r}" for r, found in zip(said, sources, strict=True) if not found]
    if wrong:
        return wrong
    (over, limit), (by, direction), decimal = wanted["above"], wanted["order"], wanted["decimal"]
    may = {k for k, row in enumerate(rows) if value(row[over], decimal) > value(limit, decimal)}
    ranked = sorted(may, key=lambda k: value(rows[k][by], decimal) * (-1 if direction == "largest" else 1))
    if len(said) > wanted["most"]:
        wrong.append(f"quantity: {len(said)} rows, at most {wanted['most']}")
    if len(said) < min(len(may), wanted["most"]):
        wrong.append(f"quantity: {len(said)} rows of {len(may)} that qualify")
    wrong += [f"condition: {r}" for r, found in zip(said, sources, strict=True) if not may & set(found)]
    for place, (r, found) in enumerate(zip(said, sources, strict=True)):
        if may & set(found) and (place >= len(ranked) or ranked[place] not in found):
            wrong.append(f"order: {r} at place {place + 1}")
    return wrong


def _read(reply: str, form: str, fields: Sequence[str]) -> list[dict[str, str]]:
    if form == "json":
        found = json.loads(reply)
        if not isinstance(found, list) or not all(isinstance(r, dict) for r in found):
            raise ValueError("no JSON array of objects")
        return found
    lines = [line.split(" | ") for line in reply.split("\n")] if reply else []
    if any(len(parts) != len(fields) for parts in lines):
        raise ValueError("a line has another number of fields")
    return [dict(zip(fields, parts, strict=True)) for parts in lines]


def value(text: str, decimal: str) -> float:
    """The number in a printed entry: minus signs of any form and accounting parentheses are negative. What else than
    `decimal` stands between digits parts thousands."""
    found = re.search(r"(\d(?:[\d\s.,'\u066b\u066c]*\d)?)([eE][-+]?\d+)?", text)
    if found is None:
        raise ValueError(f"{text!r} holds no number")
    whole, *below = found[1].split(decimal)
    size = float(f"{re.sub(r'[^0-9]', '', _european(whole))}.{_european(''.join(below))}{found[2] or ''}")
    return -size if re.search(r"[-−–(]", text[: found.start()]) else size


def _european(digits: str) -> str:
    return "".join(str(int(c)) if c.isdecimal() else c for c in digits)
