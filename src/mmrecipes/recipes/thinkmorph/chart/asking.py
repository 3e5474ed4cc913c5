"""A question about a chart whose answer rests on some of its elements, and these elements.

Covered: value, difference, ratio, the extreme, a count over a threshold, the gap between two series. An answer is taken
only where it can be read off the picture to 5 % (ChartQA's tolerance). Not covered: charts of several panels.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mmrecipes.core.identity import turn
from mmrecipes.recipes.thinkmorph.chart.elements import Element
from mmrecipes.render.charts.answers import Answer, Query, Refused
from mmrecipes.render.charts.operations import evaluate, key_text
from mmrecipes.render.charts.reading import Reader
from mmrecipes.render.charts.tracks import Key, Track, View

OPERATIONS = ("value", "difference", "ratio", "extreme", "count", "gap")
MOST_ELEMENTS = 24
TOLERANCE = 0.05


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: which operation, its query, the answer, the elements it rests on (for a difference the larger one
    first)."""

    operation: str
    query: Query
    answer: Answer
    evidence: tuple[Element, ...]


def ask(view: View, reader: Reader, elements: Sequence[Element], index: int, rng: random.Random) -> Asked | None:
    """The question of this index's operation, or of the next that the chart allows; None when it allows none."""
    first = turn(index, len(OPERATIONS), "chart.operation")
    for operation in (*OPERATIONS[first:], *OPERATIONS[:first]):
        for _ in range(6):
            try:
                query, keys = _propose(operation, view.tracks(0), rng)
                answer = evaluate(view, query, reader)
            except Refused:
                continue
            if answer.kind == "number" and answer.tolerance > TOLERANCE * abs(answer.value):
                continue
            places = keys or _hits(query, answer, _series(query, view), elements)
            evidence = tuple(e for at in places for e in elements if (e.series, e.key) == at)
            if evidence and len(evidence) < len(elements):
                return Asked(operation, query, answer, evidence)
    return None


Where = list[tuple[str, Key]]


def _propose(operation: str, tracks: Sequence[Track], rng: random.Random) -> tuple[Query, Where]:
    """A query and the elements it looks at; none where the answer says which. Raises `Refused`."""
    track = rng.choice(tracks)
    if operation == "gap":
        if len(tracks) < 2 or len({t.axis.which for t in tracks}) > 1:
            raise Refused("unfit", "one series")
        key = rng.choice(track.items).key
        a, b = sorted(rng.sample(list(tracks), 2), key=lambda t: -t.item(key).value("y"))
        query = Query("difference", {"a": _value(tracks, a, key), "b": _value(tracks, b, key)})
        return query, [(a.name, key), (b.name, key)]
    base = _base(tracks, track)
    if operation == "value":
        item = rng.choice(track.items)
        return Query("value", {**base, "x": item.key}), [(track.name, item.key)]
    if operation in ("difference", "ratio"):
        a, b = sorted(rng.sample(list(track.items), 2), key=lambda i: -i.value("y"))
        query = Query(operation, {"a": _value(tracks, track, a.key), "b": _value(tracks, track, b.key)})
        return query, [(track.name, a.key), (track.name, b.key)]
    if operation == "extreme":
        return Query(rng.choice(("argmax", "argmin")), base), []
    values = [i.value("y") for i in track.items]
    ticks = [t for t, _ in track.axis.ticks if min(values) < t < max(values)]
    if not ticks or len(values) > 14:
        raise Refused("unfit", "nothing to count")
    return Query("count_above", {**base, "threshold": rng.choice(ticks), "side": rng.choice(("above", "below"))}), []


def _base(tracks: Sequence[Track], track: Track) -> dict[str, Any]:
    return {"panel": 0, **({"series": track.name} if len(tracks) > 1 else {})}


def _value(tracks: Sequence[Track], track: Track, key: Key) -> Query:
    return Query("value", {**_base(tracks, track), "x": key})


def _series(query: Query, view: View) -> str:
    return query.args.get("series", view.tracks(0)[0].name)


def _hits(query: Query, answer: Answer, series: str, elements: Sequence[Element]) -> Where:
    """The elements that an answer picks out."""
    if query.op != "count_above":
        return [(series, answer.value)]
    named = answer.detail.split("; ")
    return [(series, e.key) for e in elements if e.series == series and key_text(e.key) in named]
