"""Whether two texts are the same table, data, transcription or formula, each by the measure of its form.

Covered: tables in HTML and LaTeX (tree-edit similarity), lists of tokens, written data (words and numbers in order),
transcriptions (character error rate), formulas (canonical LaTeX). Of each function the first text is what is known and
the second what somebody says; None where that cannot be read as its form. Not covered: algebraic equality (a text of a
model is never evaluated).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from typing import Any

import orjson

from mmrecipes.core.text import edits, normalised, squeezed
from mmrecipes.render.formulas.parse import LatexError, canonical
from mmrecipes.render.tables.read_targets import SpanTable, TargetError
from mmrecipes.render.tables.similarity import teds

MIN_TEDS = 0.95
"""Least tree-edit similarity of two tables that agree."""
MIN_SHARE = 0.95
"""Least share of words and numbers (of tokens) that two pieces of written data have in common, in order."""
MAX_CER = 0.05
"""Most character errors, as a share of the reference, of a transcription that agrees (the spec's limit on a clean
page)."""
RELATIVE = 1e-6
"""Numbers nearer than this share of the reference are equal, whatever the stored tolerance."""


def plain(text: str) -> str:
    """A text for comparison: one form of letters, quotes and dashes, small, blanks joined."""
    folded = unicodedata.normalize("NFKC", normalised(text)).casefold()
    return squeezed(re.sub(r"[‐-―−]", "-", re.sub(r"[‘’‚`´]", "'", re.sub(r"[“”„«»]", '"', folded))))


def same_table(known: str, said: str, reader: Callable[[str], SpanTable]) -> bool | None:
    try:
        return teds(reader(known), reader(said)) >= MIN_TEDS
    except TargetError:
        return None


def same_tokens(known: str, said: str) -> bool | None:
    """JSON lists of tokens."""
    given = json_or_none(said)
    return _in_common(orjson.loads(known), given) if isinstance(given, list) else None


def json_or_none(text: str) -> Any:
    """The list or object that a text is in JSON."""
    if not text.startswith(("[", "{")):
        return None
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None


def _in_common(known: Sequence[Any], given: Sequence[Any]) -> bool:
    texts = [[str(x) for x in side] for side in (known, given)]
    return SequenceMatcher(None, *texts, autojunk=False).ratio() >= MIN_SHARE


# --- data

_PIECE = re.compile(r"[-−]?\d[\d,]*(?:\.\d+)?|[^\W\d_]+")


def same_data(known: str, said: str, tolerance: float, *, exact: bool = False) -> bool | None:
    """Words and numbers in order, at least `MIN_SHARE` of them or, if `exact`, every one; a number within the tolerance
    of the one in its place is that number."""
    wanted, given = (_PIECE.findall(plain(t)) for t in (known, said))
    if not given:
        return None
    if len(wanted) == len(given):
        given = [w if _near(w, g, tolerance) else g for w, g in zip(wanted, given, strict=True)]
    return wanted == given if exact else _in_common(wanted, given)


def _near(known: str, given: str, tolerance: float) -> bool:
    try:
        a, b = (float(t.replace(",", "").replace("−", "-")) for t in (known, given))
    except ValueError:
        return known == given
    return abs(a - b) <= max(tolerance, RELATIVE * abs(a))


# --- transcriptions

_LEAD = re.compile(r"[^:\n]{1,60}:\s+")
"""What may stand before a transcription: "The sign reads:"."""


def same_transcription(known: str, said: str) -> bool | None:
    """At most `MAX_CER` character errors, perhaps behind a lead. Of a transcription in JSON the texts count, in order
    (of objects by their keys): numbers in it are places."""
    if (value := json_or_none(known)) is not None:
        given = json_or_none(said)
        return None if given is None else _few_errors(_texts_in(value), _texts_in(given))
    lead = _LEAD.match(said)
    return _few_errors(known, said) or (lead is not None and _few_errors(known, said[lead.end() :]))


def _texts_in(value: Any) -> str:
    left, found = [value], list[str]()
    while left:
        match left.pop():
            case str(text):
                found.append(text)
            case list(items):
                left += reversed(items)
            case dict(entries):
                left += [entries[key] for key in sorted(entries, reverse=True)]
            case _:
                pass
    return "\n".join(found)


def _few_errors(known: str, said: str) -> bool:
    wanted = plain(known)
    most = int(MAX_CER * max(len(wanted), 1))
    return edits(wanted, plain(said), most) <= most


# --- formulas

_DELIMITED = re.compile(r"\$\$(.+?)\$\$|\$(.+?)\$|\\\[(.+?)\\\]|\\\((.+?)\\\)", re.DOTALL)
_COMMANDS = re.compile(r"\\(?:text|operatorname\*?|begin|end|math\w+)\s*\{[^{}]*\}|\\[A-Za-z]+")


def same_formula(known: str, said: str) -> bool | None:
    """Equal canonical LaTeX of the last formula between delimiters, or of the whole text without such; None where that
    is no LaTeX, or prose."""
    wanted, given = canonical_form(known), canonical_form(last_formula(said))
    if wanted is not None and wanted == given:
        return True
    prose = re.search(r"[A-Za-z]{3}", _COMMANDS.sub("", said)) and not _DELIMITED.search(said)
    return None if wanted is None or given is None or prose else False


def last_formula(text: str) -> str:
    """The last one that stands between delimiters, or the text."""
    found = list(_DELIMITED.finditer(text))
    return next(filter(None, found[-1].groups())) if found else text


def canonical_form(tex: str) -> str | None:
    """The canonical form of a formula, a full stop behind it aside; None where it cannot be read."""
    try:
        return canonical(tex.strip().rstrip(".,"))
    except (LatexError, RecursionError):
        return None
