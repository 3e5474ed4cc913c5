"""The order in which the characters of a mixed line stand: the Unicode bidirectional algorithm (UAX 9, revision 49).

Covered: rules P2-P3, W1-W7, N0-N2, I1-I2, L1-L2 for one line. Not covered: embedding, override and isolate characters
(X1-X8): our texts hold none, and `levels` refuses them. Written here because the one kept library gives back the
reordered string only, not which character went where.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

_NEUTRAL = frozenset({"B", "S", "WS", "ON"})
_STRONG = {"L": "L", "R": "R", "EN": "R", "AN": "R"}
"""Directions that neutral characters between them see; numbers count as right-to-left (rule N1)."""
_EXPLICIT = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})
_OPEN = {"(": ")", "[": "]", "{": "}", "⟨": "⟩", "〈": "〉", "《": "》", "「": "」", "『": "』", "【": "】", "〔": "〕",
         "（": "）", "［": "］", "｛": "｝", "｟": "｠", "｢": "｣", "༺": "༻", "⁅": "⁆", "⁽": "⁾"}  # fmt: skip
_CLOSE = {close: opening for opening, close in _OPEN.items()}


def has_right_to_left(text: str) -> bool:
    """Whether any character of the text is of a right-to-left script (or an Arabic digit)."""
    return not text.isascii() and any(unicodedata.bidirectional(ch) in ("R", "AL", "AN") for ch in text)


def base_level(text: str) -> int:
    """1 when the first strong character is right-to-left, else 0 (P2, P3)."""
    for ch in text:
        kind = unicodedata.bidirectional(ch)
        if kind in ("L", "R", "AL"):
            return int(kind != "L")
    return 0


def levels(text: str, base: int) -> list[int]:
    """The embedding level of every character in a line of base level 0 or 1; odd ones run right to left.

    Raises `ValueError` for characters that change the direction explicitly.
    """
    kinds = [unicodedata.bidirectional(ch) or "L" for ch in text]
    if explicit := _EXPLICIT.intersection(kinds):
        raise ValueError(f"{text!r} holds direction controls ({', '.join(sorted(explicit))}); take them out")
    shown = [i for i, kind in enumerate(kinds) if kind != "BN"]
    outer = "R" if base else "L"
    resolved = _weak([kinds[i] for i in shown], outer)
    resolved = _brackets([text[i] for i in shown], resolved, [kinds[i] for i in shown], outer)
    resolved = _neutral(resolved, outer)
    out = [base] * len(text)
    for i, kind in zip(shown, resolved, strict=True):
        if base == 0:
            out[i] = {"L": 0, "R": 1, "AN": 2, "EN": 2}[kind]
        else:
            out[i] = 1 if kind == "R" else 2
    _fill_ignored(out, kinds, base)
    return _trailing(out, kinds, base)


def _weak(kinds: Sequence[str], outer: str) -> list[str]:
    """W1-W7: marks follow their letter, separators their numbers, numbers their context."""
    out = list(kinds)
    before = outer
    for i, kind in enumerate(out):  # W1
        if kind == "NSM":
            out[i] = before
        before = out[i]
    strong = outer
    for i, kind in enumerate(out):  # W2, W3
        if kind in ("L", "R", "AL"):
            strong = kind
        elif kind == "EN" and strong == "AL":
            out[i] = "AN"
    out = ["R" if kind == "AL" else kind for kind in out]
    for i in range(1, len(out) - 1):  # W4
        around = {out[i - 1], out[i + 1]}
        if around == {"EN"} and out[i] in ("ES", "CS"):
            out[i] = "EN"
        elif around == {"AN"} and out[i] == "CS":
            out[i] = "AN"
    _terminators(out)
    out = ["ON" if kind in ("ES", "CS", "ET") else kind for kind in out]  # W6
    strong = outer
    for i, kind in enumerate(out):  # W7
        if kind in ("L", "R"):
            strong = kind
        elif kind == "EN" and strong == "L":
            out[i] = "L"
    return out


def _terminators(kinds: list[str]) -> None:
    """W5: a run of currency and percent signs beside a European number becomes part of it."""
    i = 0
    while i < len(kinds):
        if kinds[i] != "ET":
            i += 1
            continue
        end = i
        while end < len(kinds) and kinds[end] == "ET":
            end += 1
        if (i > 0 and kinds[i - 1] == "EN") or (end < len(kinds) and kinds[end] == "EN"):
            kinds[i:end] = ["EN"] * (end - i)
        i = end


def _pairs(chars: Sequence[str], kinds: Sequence[str]) -> list[tuple[int, int]]:
    """Bracket pairs by position of the opening one (BD16)."""
    stack: list[tuple[str, int]] = []
    found = []
    for i, ch in enumerate(chars):
        if kinds[i] != "ON":
            continue
        if ch in _OPEN:
            if len(stack) == 63:
                break
            stack.append((_OPEN[ch], i))
        elif ch in _CLOSE:
            for depth in range(len(stack) - 1, -1, -1):
                if stack[depth][0] == ch:
                    found.append((stack[depth][1], i))
                    del stack[depth:]
                    break
    return sorted(found)


def _brackets(chars: Sequence[str], kinds: Sequence[str], original: Sequence[str], outer: str) -> list[str]:
    """N0: both brackets of a pair take the direction of what they hold, or of what stands before them."""
    out = list(kinds)
    for start, end in _pairs(chars, kinds):
        inside = {_STRONG[k] for k in out[start + 1 : end] if k in _STRONG}
        if outer in inside:
            side = outer
        elif inside:
            side = next((_STRONG[k] for k in reversed(out[:start]) if k in _STRONG), outer)
        else:
            continue
        for at in (start, end):
            out[at] = side
            k = at + 1
            while k < len(out) and original[k] == "NSM":
                out[k] = side
                k += 1
    return out


def _neutral(kinds: Sequence[str], outer: str) -> list[str]:
    """N1, N2: neutral characters between two of one direction take it, others that of the line."""
    out = list(kinds)
    i = 0
    while i < len(out):
        if out[i] not in _NEUTRAL:
            i += 1
            continue
        end = i
        while end < len(out) and out[end] in _NEUTRAL:
            end += 1
        before = _STRONG[out[i - 1]] if i else outer
        after = _STRONG[out[end]] if end < len(out) else outer
        out[i:end] = [before if before == after else outer] * (end - i)
        i = end
    return out


def _fill_ignored(out: list[int], kinds: Sequence[str], base: int) -> None:
    """Characters that the algorithm ignores stand with the one before them."""
    for i, kind in enumerate(kinds):
        if kind == "BN":
            out[i] = out[i - 1] if i else base


def _trailing(out: list[int], kinds: Sequence[str], base: int) -> list[int]:
    """L1: separators, and blanks before them or at the end of the line, are set in the direction of the line."""
    at_end = True
    for i in range(len(out) - 1, -1, -1):
        if kinds[i] in ("B", "S"):
            out[i], at_end = base, True
        elif kinds[i] in ("WS", "BN") and at_end:
            out[i] = base
        else:
            at_end = False
    return out


def visual_order(line_levels: Iterable[int]) -> list[int]:
    """Indices of the given levels from left to right (L2)."""
    found = list(line_levels)
    order = list(range(len(found)))
    odd = [level for level in found if level % 2]
    if not odd:
        return order
    for level in range(max(found), min(odd) - 1, -1):
        i = 0
        while i < len(order):
            end = i
            while end < len(order) and found[order[end]] >= level:
                end += 1
            if end > i:
                order[i:end] = reversed(order[i:end])
            i = max(end, i + 1)
    return order
