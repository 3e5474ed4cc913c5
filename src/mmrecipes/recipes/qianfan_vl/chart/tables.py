"""Charts written down: the data as a Markdown table, or the structured summary as JSON.

Values are printed as the chart prints them, or as they can be read off its axes. `read_markdown` and `read_json` read
them back for verification. Covered: every type whose values can be read; scatter plots without their points. Not
covered: charts with values that are neither printed nor on an axis (`Refused`).
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from mmrecipes.recipes.qianfan_vl.chart import nouns
from mmrecipes.render.charts.answers import Number, Refused
from mmrecipes.render.charts.axes import plain, printed_number
from mmrecipes.render.charts.numerals import canonical, localised
from mmrecipes.render.charts.operations import stated_text
from mmrecipes.render.charts.operations_visual import LEGEND_PLACES, TYPE_NAMES
from mmrecipes.render.charts.reading import Reader
from mmrecipes.render.charts.summary import Panel
from mmrecipes.render.charts.tracks import NAMELESS, Item, Key, Track, View, key_axis

Form = Literal["markdown", "json"]

_COLUMNS: dict[str, tuple[tuple[str, str], ...]] = {
    "box": (("low", "Lower whisker"), ("q1", "First quartile"), ("y", "Median"), ("q3", "Third quartile"),
            ("high", "Upper whisker")),
    "violin": (("q1", "First quartile"), ("y", "Median"), ("q3", "Third quartile")),
    "candlestick": (("open", "Open"), ("high", "High"), ("low", "Low"), ("y", "Close")),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """One value of the written table: where it comes from, what is printed, and how far off it may be."""

    panel: int
    series: str
    key: Key
    field: str
    text: str
    tolerance: float


@dataclass(frozen=True, slots=True)
class Written:
    """A chart in text form, and its values."""

    form: Form
    text: str
    entries: tuple[Entry, ...]

    @property
    def exact(self) -> bool:
        return all(e.tolerance == 0 for e in self.entries)


def write(view: View, reader: Reader, form: Form, headings: Mapping[str, str]) -> Written:
    """The chart as Markdown or JSON; `headings` replace our own words over the columns of a Markdown table.

    Raises `Refused` when a value cannot be read or the form does not suit.
    """
    if form == "markdown" and any(p.type in NAMELESS for p in view.chart.panels):
        raise Refused("unfit", "points without names make no table")
    entries = [e for i in range(len(view.chart.panels)) for e in _entries(view, reader, i)]
    text = _markdown(view, entries, headings) if form == "markdown" else _json(view, entries)
    return Written(form, text, tuple(entries))


def fields_of(panel: Panel) -> tuple[tuple[str, str], ...]:
    """(field, heading) of the values an item has in a written table; one nameless column for most types."""
    return _COLUMNS.get(panel.type, (("y", ""),))


def _entries(view: View, reader: Reader, number: int) -> list[Entry]:
    panel = view.chart.panels[number]
    if panel.type in NAMELESS:
        return []
    return [
        _entry(reader, track, item, field, view.chart.language)
        for track in view.tracks(number)
        for item in track.items
        for field, _ in fields_of(panel)
    ]


def _entry(reader: Reader, track: Track, item: Item, field: str, language: str) -> Entry:
    n: Number = reader.read(track, item, field)
    label = item.point.label
    text = canonical(label, language) if field == "y" and label and track.type != "bubble" else stated_text(n)
    return Entry(track.panel, track.name, item.key, field, text, n.tolerance)


# --- Markdown


def _markdown(view: View, entries: list[Entry], headings: Mapping[str, str]) -> str:
    parts = []
    for number, panel in enumerate(view.chart.panels):
        mine = [e for e in entries if e.panel == number]
        title = panel.title if len(view.chart.panels) > 1 else view.chart.title
        rows = _rows(view, number, mine, headings)
        parts.append(f"**{_cell(title)}**\n\n{_table(rows)}" if title else _table(rows))
    return "\n\n".join(parts)


def _rows(view: View, number: int, entries: list[Entry], headings: Mapping[str, str]) -> list[list[str]]:
    """Header and body: a row per item; a column per series or per value of an item."""
    panel, tracks = view.chart.panels[number], view.tracks(number)
    axis = key_axis(panel)
    own = nouns.category(panel).capitalize()
    corner = axis.name if axis and axis.name else headings.get(own, own)
    columns = [(t.name, field, headings.get(heading, heading)) for t in tracks for field, heading in fields_of(panel)]
    found = {(e.series, e.key, e.field): e.text for e in entries}
    only = len(tracks) == 1
    head = [corner] + [
        _with_unit(heading or (tracks[0].axis.name if only else name), _unit(view, number, name))
        for name, _, heading in columns
    ]
    keys = [i.key for i in tracks[0].items]
    return [head] + [
        [_in_form(view, nouns.item_name(view, number, key))]
        + [_in_form(view, found.get((name, key, field), "")) for name, field, _ in columns]
        for key in keys
    ]


def _in_form(view: View, text: str) -> str:
    return localised(text, view.chart.language)


def _unit(view: View, number: int, name: str) -> str:
    return view.track(number, name).axis.unit


def _with_unit(name: str, unit: str) -> str:
    return f"{name} ({unit})" if unit and unit not in name else name


def _table(rows: list[list[str]]) -> str:
    lines = [f"| {' | '.join(_cell(c) for c in row)} |" for row in rows]
    return "\n".join([lines[0], f"|{'---|' * len(rows[0])}", *lines[1:]])


def _cell(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ")


def read_markdown(text: str) -> list[list[list[str]]]:
    """The tables of a Markdown text: rows of cells, the header first."""
    tables: list[list[list[str]]] = []
    inside = False
    for line in text.splitlines():
        if not line.startswith("|"):
            inside = False
            continue
        if not inside:
            tables.append([])
            inside = True
        cells = _split(line)
        if not all(set(c) <= {"-"} and c for c in cells):
            tables[-1].append(cells)
    return tables


def _split(line: str) -> list[str]:
    cells, cell, escaped = [], "", False
    for ch in line[1:]:
        if escaped:
            cell, escaped = cell + ch, False
        elif ch == "\\":
            escaped = True
        elif ch == "|":
            cells.append(cell.strip())
            cell = ""
        else:
            cell += ch
    return cells


# --- JSON


def _json(view: View, entries: list[Entry]) -> str:
    panels = [_panel(view, i, [e for e in entries if e.panel == i]) for i in range(len(view.chart.panels))]
    whole: dict[str, Any] = {"title": view.chart.title, **panels[0]} if len(panels) == 1 else {
        "title": view.chart.title, "panels": panels}  # fmt: skip
    return json.dumps(whole, ensure_ascii=False, indent=1 if len(json.dumps(whole)) > 400 else None)


def _panel(view: View, number: int, entries: list[Entry]) -> dict[str, Any]:
    panel = view.chart.panels[number]
    found: dict[str, Any] = {"type": TYPE_NAMES[panel.type]}
    if len(view.chart.panels) > 1:
        found["title"] = panel.title
    axes = [a for a in panel.axes if a.which != "radial" or panel.type == "radar"]
    found["axes"] = [
        {"axis": nouns.axis_noun(panel, a), "name": a.name, **({"unit": a.unit} if a.unit else {}), "scale": a.scale}
        for a in axes
    ]
    if panel.legend_pos in LEGEND_PLACES:
        found["legend"] = LEGEND_PLACES[panel.legend_pos]
    if panel.type in NAMELESS:
        found["series"] = [{"name": s.name, "colour": s.colour_name, "points": len(s.points)} for s in panel.series]
    else:
        found["series"] = [_series(view, number, t, entries) for t in view.tracks(number)]
    return found


def _series(view: View, number: int, track: Track, entries: list[Entry]) -> dict[str, Any]:
    panel = view.chart.panels[number]
    own = [s for s in panel.series if s.name == track.name and s.colour_name]
    data: dict[str, Any] = {}
    for e in entries:
        if e.series == track.name:
            name = _in_form(view, nouns.item_name(view, number, e.key))
            value = _value(e.text)
            if len(fields_of(panel)) == 1:
                data[name] = value
            else:
                data.setdefault(name, {})[dict(fields_of(panel))[e.field]] = value
    return {"name": track.name, **({"colour": own[0].colour_name} if own else {}), "data": data}


def _value(text: str) -> float | int:
    v = printed_number(text)
    if v is None:
        raise Refused("not_printed", text)
    return int(v) if v == int(v) and "." not in text else v


def same_value(text: str | float, entry: Entry, raw: float) -> bool:
    """Whether a written value is the entry's, and near enough to the value in the data."""
    v = printed_number(text if isinstance(text, str) else plain(text))
    stated = printed_number(entry.text)
    if v is None or stated is None or abs(v - stated) > 1e-9 * max(1.0, abs(stated)):
        return False
    return abs(v - raw) <= max(entry.tolerance * (1 + 1e-9), 1e-6 * abs(raw))


def column_order(view: View) -> list[tuple[int, str, str]]:
    """(panel, series, field) of the value columns of the written tables, left to right."""
    return [
        (i, t.name, field)
        for i, panel in enumerate(view.chart.panels)
        for t in view.tracks(i)
        for field, _ in fields_of(panel)
    ]


def choose_form(view: View, rng: random.Random) -> Form:
    """Markdown and JSON in turn by chance; JSON where a table would have no rows."""
    nameless = any(p.type in NAMELESS for p in view.chart.panels)
    return "json" if nameless or rng.random() < 0.4 else "markdown"
