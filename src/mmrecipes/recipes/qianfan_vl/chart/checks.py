"""What is verified about every chart sample, from the stored JSON truth and the picture's geometry.

Covered: the chart is rebuilt from its JSON and every query is executed again on the data themselves (tolerance: the
stored one, at least 1e-6 relative); replies say their answers; written tables are parsed back; colours that are asked
for are the ones in the picture; units that are asked for are printed. Not covered: OCR, model votes.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from mmrecipes.recipes.qianfan_vl.chart.tables import Written, column_order, read_markdown, same_value
from mmrecipes.recipes.qianfan_vl.chart.wording import Turn
from mmrecipes.recipes.qianfan_vl.chart.wording_zh import term_of
from mmrecipes.recipes.qianfan_vl.checks import CheckError, says_number
from mmrecipes.render.charts.answers import Refused
from mmrecipes.render.charts.drawn import Drawn
from mmrecipes.render.charts.numerals import canonical
from mmrecipes.render.charts.operations import evaluate
from mmrecipes.render.charts.operations_visual import LEGEND_PLACES, TYPE_NAMES
from mmrecipes.render.charts.precision import looks_like, prints_unit, problems
from mmrecipes.render.charts.summary import Chart, chart_from_json
from mmrecipes.render.charts.tracks import View


def check_picture(chart: Chart, drawn: Drawn) -> None:
    """The picture shows what the summary says, and nothing hides it."""
    found = problems(chart, drawn)
    if found:
        raise CheckError(*found[0])


def rebuilt(truth: Mapping[str, Any]) -> View:
    """The chart of a stored truth."""
    try:
        return View(chart_from_json(truth["summary"]))
    except (KeyError, TypeError, ValueError) as e:
        raise CheckError("truth_unreadable", str(e)) from e


def check_queries(view: View, queries: Sequence[Mapping[str, Any]]) -> None:
    """Every stored answer is the one that the stored data give."""
    for q in queries:
        try:
            again = evaluate(view, q)
        except Refused as e:
            raise CheckError("query_ambiguous", f"{q['op']}: {e}") from e
        if again.kind != q["kind"] or not agrees(q, again.raw, again.value):
            raise CheckError("answer_differs", f"{q['op']}: {q['answer']!r} is stored, {again.value!r} is right")


def agrees(query: Mapping[str, Any], raw: float, value: Any) -> bool:
    """Whether a stored answer equals the one computed from the data, within its tolerance."""
    if query["kind"] in ("number", "percent"):
        slack = max(query["tolerance"] * (1 + 1e-9), 1e-6 * abs(raw))
        return math.isfinite(query["answer"]) and abs(query["answer"] - raw) <= slack
    return query["answer"] == value


def check_replies(queries: Sequence[Mapping[str, Any]], turns: Sequence[Turn], language: str = "en") -> None:
    """Every reply says the stored answer, in the form the answer is printed in; in Chinese charts in Chinese."""
    for q, turn in zip(queries, turns, strict=True):
        chinese = language == "zh" and q["kind"] == "word" and q["op"] != "axis_unit"
        if not says(turn.reply, {**q, "op": "", "text": term_of(q["text"])} if chinese else q):
            raise CheckError("reply_differs", f"{q['op']}: {turn.reply!r} does not say {q['text']!r}")


def says(reply: str, query: Mapping[str, Any]) -> bool:
    """Whether the text says the answer, a number as a whole; a change in per cent may be told without its sign, yes and
    no may be capital letters, ends of a span stand apart."""
    text = query["text"]
    if query["op"] == "growth":
        text = text.lstrip("-")
    if query["kind"] == "span":
        return all(part in reply for part in query["names"])
    if query["op"] == "correlation" and text == "none":
        text = "no correlation"
    if query["kind"] in ("number", "percent", "count"):
        return says_number(reply, text)
    return query["names"][0] in reply if query["names"] else text.lower() in reply.lower()


def check_looks(view: View, drawn: Drawn, queries: Sequence[Mapping[str, Any]]) -> None:
    """Colours and units that are asked for can be seen."""
    for q in queries:
        args = q["args"]
        if q["op"] in ("colour_of", "series_with_colour"):
            panel = view.chart.panels[args["panel"]]
            key = ("name", args["series"]) if q["op"] == "colour_of" else ("colour_name", args["colour"])
            number = next(k for k, s in enumerate(panel.series) if getattr(s, key[0]) == key[1])
            if not looks_like(view.chart, drawn, args["panel"], number):
                raise CheckError("colour_not_visible", str(key[1]))
        if q["op"] == "axis_unit" and not prints_unit(drawn, args["panel"], args["axis"], q["answer"]):
            raise CheckError("unit_not_printed", q["answer"])


def check_written(view: View, written: Written, reply: str) -> None:
    """The table or JSON is parsed back; every value is the entry's, and near enough to the data."""
    if written.form == "markdown":
        _check_markdown(view, written, reply)
    else:
        _check_json(view, written, reply)


def _raws(view: View, written: Written) -> list[float]:
    return [view.track(e.panel, e.series).item(e.key).value(e.field) for e in written.entries]


def _check_markdown(view: View, written: Written, reply: str) -> None:
    cells: dict[tuple[int, int, int], str] = {
        (p, r, c): text
        for p, rows in enumerate(read_markdown(reply))
        for r, row in enumerate(rows[1:])
        for c, text in enumerate(row[1:])
    }
    order = column_order(view)
    columns = {place: sum(o[0] == place[0] for o in order[:n]) for n, place in enumerate(order)}
    if len(cells) != len(written.entries):
        raise CheckError("table_differs", f"{len(cells)} values for {len(written.entries)}")
    for entry, raw in zip(written.entries, _raws(view, written), strict=True):
        row = [i.key for i in view.tracks(entry.panel)[0].items].index(entry.key)
        text = cells.get((entry.panel, row, columns[entry.panel, entry.series, entry.field]))
        if text is None or not same_value(canonical(text, view.chart.language), entry, raw):
            raise CheckError("table_differs", f"{text!r} for {raw}")


def _check_json(view: View, written: Written, reply: str) -> None:
    value = json.loads(reply)
    panels = value.get("panels", [value])
    if [p["type"] for p in panels] != [TYPE_NAMES[p.type] for p in view.chart.panels]:
        raise CheckError("table_differs", "type")
    for found, panel in zip(panels, view.chart.panels, strict=True):
        if found.get("legend") != LEGEND_PLACES.get(panel.legend_pos):
            raise CheckError("table_differs", "legend")
    numbers = [v for p in panels for s in p["series"] for v in _leaves(s.get("data", {}))]
    if len(numbers) != len(written.entries):
        raise CheckError("table_differs", f"{len(numbers)} values for {len(written.entries)}")
    for v, entry, raw in zip(numbers, written.entries, _raws(view, written), strict=True):
        if not same_value(v, entry, raw):
            raise CheckError("table_differs", f"{v!r} for {raw}")


def _leaves(data: Mapping[str, Any]) -> list[float]:
    return [leaf for v in data.values() for leaf in (v.values() if isinstance(v, dict) else [v])]
