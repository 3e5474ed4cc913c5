"""What the things of a chart are called in English: measures, categories, series, marks, panels.

Everything is derived from the chart summary alone. Covered: articles, number agreement, plurals, prepositions by the
kind of category. Not covered: other languages.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from mmrecipes.render.charts.answers import Query
from mmrecipes.render.charts.axes import plain
from mmrecipes.render.charts.content_common import inline
from mmrecipes.render.charts.summary import Axis, Chart, ChartType, Panel
from mmrecipes.render.charts.tracks import NAMELESS, Key, Track, View, key_axis, key_text

Args = Mapping[str, Any]

_IN = frozenset({"Year", "Quarter", "Month", "Week", "Season"})
_ON = frozenset({"Day", "Date", "Weekday"})
_FIELDS = {
    "q1": "first quartile of {}", "q3": "third quartile of {}", "low": "lower whisker end of {}",
    "high": "upper whisker end of {}",
}  # fmt: skip
_QUOTES = {"y": "closing price", "open": "opening price", "high": "high price", "low": "low price"}
_MARKS: dict[ChartType, str] = {
    "bar": "bar", "grouped_bar": "bar", "stacked_bar": "bar segment", "horizontal_bar": "bar", "line": "line",
    "multi_line": "line", "area": "area", "stacked_area": "area", "scatter": "point", "bubble": "bubble",
    "pie": "slice", "donut": "slice", "histogram": "bar", "box": "box", "violin": "violin", "radar": "line",
    "waterfall": "bar", "candlestick": "candle", "error_bar": "error bar", "heatmap": "cell", "dual_axis": "series",
}  # fmt: skip
_IRREGULAR = {"people": True, "persons": True, "staff": False, "gas": False}


def article(noun: str) -> str:
    """`a` or `an` with the noun; a plural noun stays alone."""
    if plural_noun(noun):
        return noun
    start = noun.lower()
    vowel = start[:1] in "aeiou" and not start.startswith(("uni", "use", "eu", "one"))
    return f"an {noun}" if vowel else f"a {noun}"


def plural_noun(noun: str) -> bool:
    """Whether a measure's name takes a plural verb: "page views", "units sold", "accidents per 1,000 people"."""
    head = re.split(r" (?:of|per|to|with|in|over|under|at|by|from|not|aged|on) ", noun, maxsplit=1)[0].split()
    if not head:
        return False
    if head[-1].lower() in _IRREGULAR:
        return _IRREGULAR[head[-1].lower()]
    participle = len(head) > 1 and re.search(r"(?:ed|sold|run|won|lost|built|made|held|sent)$", head[-1])
    word = (head[0] if participle else head[-1]).lower()
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    return word.endswith("s") and not word.endswith(("ss", "us", "is"))


def plural(noun: str) -> str:
    """The plural of a category's noun: "store" becomes "stores", "country" "countries"."""
    if noun.endswith("series"):
        return noun
    if re.search(r"[^aeiou]y$", noun):
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith(("s", "x", "ch", "sh")) else f"{noun}s"


def measure(chart: Chart, track: Track, field: str = "y") -> str:
    """What a track's values measure, without an article: "median rent", "opening price"."""
    if track.type == "candlestick":
        return _QUOTES[field]
    axis = chart.panels[track.panel].axis("x") if field == "x" else track.axis
    name = axis_measure(axis)
    if track.type in ("box", "violin"):
        if axis.given:
            return f"median of {quoted(axis)}" if field == "y" else _FIELDS[field].format(quoted(axis))
        return f"median {name}" if field == "y" else _FIELDS[field].format(name)
    return name


_MONEY = re.compile(r"\b(USD|EUR|GBP|CHF|JPY|[a-z]*dollars?|euros?)\b|[$€£]")


def _counted(name: str, unit: str) -> str:
    """Plural measures become singular: "page views" are a "number of page views", "costs" in USD a "value of costs"."""
    if not plural_noun(name) or name.startswith(("number of", "value of")):
        return name
    return f"value of {name}" if _MONEY.search(unit) else f"number of {name}"


def axis_measure(axis: Axis) -> str:
    """What an axis measures, without an article: "median rent"; a user's heading is quoted, "value of "Rent\"\"."""
    if axis.given and axis.name:
        return f"{_VALUE_OF}{quoted(axis)}"
    return _counted(inline(axis.name) or "value", axis.unit)


_VALUE_OF = "value of "


def quoted(axis: Axis) -> str:
    """An axis's name in quotes, as it is printed."""
    return f'"{axis.name}"'


def the(noun: str) -> str:
    """A measure as the subject of a sentence: "the median rent"; a quoted heading stands alone."""
    return bare(noun) if bare(noun) != noun else f"the {noun}"


def bare(noun: str) -> str:
    """A measure without an article; a quoted heading alone."""
    return noun.removeprefix(_VALUE_OF) if noun.startswith(f'{_VALUE_OF}"') else noun


def after(words: Collection[str], noun: str) -> str:
    """A measure behind an aggregate's name: "room rate"; "value of the mean room rate" after "mean"."""
    return f"{_VALUE_OF}the {noun}" if noun.partition(" ")[0].lower() in words else noun


_DATE = re.compile(r"(19|20)\d\d(-\d\d-\d\d.*)?")


def _given_category(axis: Axis) -> str:
    """A neutral word for what stands under a user's heading."""
    names = [text for _, text in axis.ticks]
    if not all(_DATE.fullmatch(t) for t in names):
        return "category"
    return "year" if all(len(t) == 4 for t in names) else "date"


def category(panel: Panel) -> str:
    """What one item is: "year", "store", "bin", "slice"."""
    if panel.type == "histogram":
        return "bin"
    if panel.type in ("pie", "donut"):
        return "slice"
    if panel.type in ("bubble", "scatter"):
        return "bubble" if panel.type == "bubble" else "point"
    axis = key_axis(panel)
    if axis and axis.given:
        return _given_category(axis)
    return (inline(axis.name) if axis else "") or "category"


def series_noun(panel: Panel) -> str:
    """What one series is: "line", "slice", the name of a heatmap's rows."""
    if panel.type in ("pie", "donut"):
        return "slice"
    if panel.type == "heatmap":
        return "row" if panel.axis("y").given else inline(panel.axis("y").name) or "row"
    if panel.type in ("waterfall", "candlestick"):
        return "kind of bar" if panel.type == "waterfall" else "kind of candle"
    return "line" if panel.type in ("multi_line", "radar") else "series"


def mark(panel: Panel) -> str:
    """What one drawn thing is: "bar", "point"."""
    return _MARKS[panel.type]


def of_series(view: View, panel: int, name: str | None) -> str:
    """ " of Shoes", or nothing where there is one series or the series is named after the measure."""
    tracks = view.tracks(panel)
    if name is None or len(tracks) == 1 or view.chart.panels[panel].type == "dual_axis":
        return ""
    if view.chart.panels[panel].type in NAMELESS:
        return f" in the group {name}"
    return f" in {name}" if re.fullmatch(r"(19|20)\d\d", name) else f" of {name}"


def item_name(view: View, panel: int, key: Key) -> str:
    """An item as a text names it; a bin by its edges."""
    summary = view.chart.panels[panel]
    if summary.type != "histogram":
        return key_text(key)
    extra = view.tracks(panel)[0].item(key).point.extra
    unit = summary.axis("x").unit
    ends = f"{plain(extra['left'])} to {plain(extra['right'])}"
    return f"{ends}{'%' if unit == '%' else f' {unit}' if unit else ''}"


def item_in_text(view: View, panel: int, key: Key) -> str:
    """An item inside a sentence: a row's number as "row 3", other names that are numbers in quotes."""
    return named(key_axis(view.chart.panels[panel]), item_name(view, panel, key))


def at_item(view: View, panel: int, key: Key) -> str:
    """ " in 2014", " on Monday", " for Shoes", " in the bin from 20 to 30"."""
    summary = view.chart.panels[panel]
    name = item_name(view, panel, key)
    if summary.type == "histogram":
        return f" in the bin from {name}"
    axis = key_axis(summary)
    kind = axis.name if axis else ""
    name = item_in_text(view, panel, key)
    if kind in _IN or (axis and axis.given and category(summary) == "year"):
        return f" in {name}"
    if kind in _ON or (axis and axis.given and category(summary) == "date"):
        return f" on {name}"
    return f" at {name}" if kind == "Hour" else f" for {name}"


def named(axis: Axis | None, text: str) -> str:
    """A category as a sentence names it: "row 3" and "3" in quotes, so that a name is not taken for a value."""
    if not re.fullmatch(r"[\d.,]+", text) or (axis and axis.scale != "category"):
        return text
    if axis and axis.name == "Row":
        return f"row {text}"
    is_time = _DATE.fullmatch(text) or (axis and axis.name in (*_IN, *_ON, "Hour"))
    return text if is_time else f'"{text}"'


def panel_place(chart: Chart, panel: int) -> str:
    """ "left", "right", "upper" or "lower"."""
    return (("upper", "lower") if chart.layout == "stacked" else ("left", "right"))[panel]


def panel_of(query: Query) -> int | None:
    """The one panel a query is about; None for a comparison of panels."""
    panels = {query.args["panel"]} if "panel" in query.args else {
        of_args(query.args[n])[1]["panel"] for n in ("a", "b")}  # fmt: skip
    return panels.pop() if len(panels) == 1 else None


def axis_noun(panel: Panel, axis: Axis) -> str:
    """How a question points to an axis."""
    if axis.which == "colour":
        return "colour scale"
    if any(a.which == "y2" for a in panel.axes) and axis.which in ("y", "y2"):
        return "left vertical axis" if axis.which == "y" else "right vertical axis"
    return "horizontal axis" if axis.which == "x" else "vertical axis"


def of_args(query: Query | Args) -> tuple[str, Args]:
    """Operation and arguments of a query in either form."""
    return (query.op, query.args) if isinstance(query, Query) else (query["op"], query["args"])


def phrase(view: View, query: Query | Args, *, bare: bool = False) -> str:
    """A numeric query as a noun phrase: "the revenue of Shoes in March", "the mean rent of Old Town". `bare` leaves
    out the panel's only series and item, for comparing panels."""
    op, args = of_args(query)
    panel = args["panel"]
    summary = view.chart.panels[panel]
    name = args.get("series")
    if summary.type == "waterfall" and op == "value":
        return f'the level at "{args["x"]}"' if is_total(view, args) else f'the step "{args["x"]}"'
    track = view.track(panel, name) if "x" not in args or name else view.tracks(panel)[0]
    noun = measure(view.chart, track, args.get("field", "y"))
    of = "" if bare else of_series(view, panel, name)
    at = at_item(view, panel, args["x"]) if "x" in args else ""
    if op == "value":
        return f"the {noun}{of}{at}"
    head = {"mean": "mean", "max": "highest", "min": "lowest", "sum": "total", "median": "median"}[op]
    return f"the {head} {after((head,), noun)}{of}{at}"


def is_total(view: View, args: Args) -> bool:
    series = view.chart.panels[args["panel"]].series
    return any(p.x == args["x"] for s in series if s.name == "Total" for p in s.points)
