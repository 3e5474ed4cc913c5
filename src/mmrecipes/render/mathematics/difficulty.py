"""Adaptive difficulty: templates made longer or shorter by what a solver could do with them before.

Source: Qianfan-VL report (arXiv 2509.18189), section 3.2, adaptive difficulty; the success rate that is held, 0.4 to
0.8, is the specification's. A move is a number of places in the list of a template's lengths (its numbers of steps);
one step more is about one level more. Covered: moves from outcomes, one place up or down from where a template was.
Not covered: asking (the caller's); templates of one length, which stay where they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

LOW, HIGH = 0.4, 0.8
"""The success rate that is held."""
LEAST = 5
"""Outcomes of a template before it is moved."""


def moves(outcomes: Iterable[tuple[str, int, bool]]) -> dict[str, int]:
    """The move of every template from (template, move it was made with, whether it was solved).

    Of a template that was made with several moves the outcomes of each count for themselves; the one tried most often
    decides, the smallest of several.
    """
    found: dict[str, dict[int, list[bool]]] = {}
    for template, move, solved in outcomes:
        found.setdefault(template, {}).setdefault(move, []).append(solved)
    most = {name: min(tried.items(), key=lambda t: (-len(t[1]), t[0])) for name, tried in found.items()}
    return {name: _moved(move, solved) for name, (move, solved) in most.items()}


def _moved(move: int, solved: Sequence[bool]) -> int:
    rate = sum(solved) / len(solved)
    return move + (rate > HIGH) - (rate < LOW) if len(solved) >= LEAST else move


def moved_length(lengths: Sequence[int], length: int, move: int) -> int:
    """The length that many places further in a template's list of lengths, at most its last or first."""
    ordered = sorted(lengths)
    return ordered[max(0, min(len(ordered) - 1, ordered.index(length) + move))]


NONE: Mapping[str, int] = {}
"""No template is moved."""
