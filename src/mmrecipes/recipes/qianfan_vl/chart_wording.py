"""Chart questions and answers in English, composed from `chart_phrases`; every choice is recorded in a template id.

Covered: one user turn and one assistant turn per query; answers short, as a sentence or with the values read and the
calculation, as the question asks; estimates named as such. The words come from the query, its answer and the chart
summary, never from the picture. Not covered: choosing queries.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from mmrecipes.recipes.qianfan_vl import chart_nouns as nouns
from mmrecipes.recipes.qianfan_vl.chart_phrases import (
    ANSWERS,
    CLOSINGS,
    CORES,
    ESTIMATES,
    FOLLOW_UPS,
    NEAREST,
    OPENINGS,
    PANEL_OPENINGS,
    ROUNDED,
    TITLED_OPENINGS,
)
from mmrecipes.recipes.qianfan_vl.chart_steps import amount, answer_key, quantity, working
from mmrecipes.render.charts.answers import Answer, Query
from mmrecipes.render.charts.axes import decimals_of, plain
from mmrecipes.render.charts.operations_visual import TYPE_NAMES
from mmrecipes.render.charts.tracks import View

Style = Literal["short", "sentence", "steps"]
Args = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Turn:
    """A question, its reply, and what was chosen to word them."""

    question: str
    reply: str
    template: str
    style: Style


def word(view: View, query: Query, answer: Answer, rng: random.Random, *, follow_up: bool = False) -> Turn:
    """Word a query and its answer. `follow_up`: not the first turn of the conversation."""
    case = case_of(view, query)
    words = _words(view, query, answer, case, rng)
    core = rng.randrange(len(CORES[case]))
    opening, opening_id = _opening(view, query, rng, follow_up)
    style = _style(view, query, answer, rng)
    closing, closing_id = _closing(answer, style, rng)
    asked = defaultdict(str, words)
    asked["v"] = words["v_question"] or words["v"]
    text = CORES[case][core].format_map(asked)
    question = " ".join(part for part in (_joined(opening, text), closing) if part)
    reply = _reply(view, query, answer, case, style, closing_id, words, rng)
    return Turn(question, reply, f"{case}/{opening_id}.{core}.{closing_id}", style)


def case_of(view: View, query: Query) -> str:
    """The key of the phrase bank."""
    op, args = query.op, query.args
    kind = view.chart.panels[args["panel"]].type if "panel" in args else ""
    nested = isinstance(args.get("x"), (Query, Mapping))
    if op == "value":
        if nested:
            return "value_at.scatter" if args.get("field") == "x" else "value_at"
        if kind == "waterfall":
            return "value.total" if nouns._is_total(view, args) else "value.step"
        return "value.bubble" if kind == "bubble" else "value"
    if op in ("argmax", "argmin"):
        if "by" in args:
            return "extreme.by"
        if args.get("over") == "series":
            return "extreme.series"
        if kind == "bubble" and args.get("field") == "size":
            return "extreme.size"
        return {"pie": "extreme.pie", "donut": "extreme.pie", "waterfall": "extreme.step"}.get(kind, "extreme")
    if op == "rank":
        return "rank.series" if args.get("over") == "series" else "rank"
    if op in ("max", "min"):
        return "bound"
    if op == "sum" and kind == "waterfall":
        return "sum.step"
    if op == "difference" and _short_other(view, args):
        return "difference.short"
    if op == "colour_of" and len(view.chart.panels[args["panel"]].series) == 1:
        return "colour_of.single" if kind not in ("line", "area", "radar") else "colour_of"
    return f"compare.{args['by']}" if op == "compare" else op


# --- the question


def _opening(view: View, query: Query, rng: random.Random, follow_up: bool) -> tuple[str, str]:
    """How the question starts; in a chart of two panels it says which one is meant."""
    chart = view.chart
    panel = query.args.get("panel")
    if len(chart.panels) > 1 and panel is not None:
        i = rng.randrange(len(PANEL_OPENINGS))
        place = nouns.panel_place(chart, panel)
        return PANEL_OPENINGS[i].format(panel=place, title=chart.panels[panel].title), f"p{i}"
    if follow_up:
        i = rng.randrange(len(FOLLOW_UPS))
        return FOLLOW_UPS[i], f"f{i}"
    if chart.title and rng.random() < 0.2:
        i = rng.randrange(len(TITLED_OPENINGS))
        return TITLED_OPENINGS[i].format(title=chart.title), f"t{i}"
    i = rng.randrange(len(OPENINGS))
    return OPENINGS[i], f"o{i}"


def _joined(opening: str, core: str) -> str:
    """Opening and core as one text; after a comma the core goes on in lower case."""
    if opening.endswith(","):
        return f"{opening} {core}"
    return f"{opening} {core[0].upper()}{core[1:]}".lstrip()


def _style(view: View, query: Query, answer: Answer, rng: random.Random) -> Style:
    draw = rng.random()
    if working(view, query, answer) and draw < 0.4:
        return "steps"
    return "short" if draw < 0.7 else "sentence"


def _closing(answer: Answer, style: Style, rng: random.Random) -> tuple[str, str]:
    """What form the answer shall have, and how precise a number shall be."""
    key = style if style != "short" else f"short.{_short_kind(answer, rng)}"
    i = rng.randrange(len(CLOSINGS[key]))
    precision, precision_id = _precision(answer, rng)
    return " ".join(t for t in (precision, CLOSINGS[key][i]) if t), f"{key}{i}{precision_id}"


def _short_kind(answer: Answer, rng: random.Random) -> str:
    if answer.kind in ("number", "percent"):
        return "unit" if answer.unit and rng.random() < 0.4 else "number"
    if answer.kind == "count":
        return "number"
    return "name" if answer.kind in ("category", "series") else "word"


def _precision(answer: Answer, rng: random.Random) -> tuple[str, str]:
    if answer.kind not in ("number", "percent"):
        return "", ""
    if not answer.exact:
        nearest = abs(answer.value - answer.raw) <= answer.step / 2 * (1 + 1e-9)
        if nearest and rng.random() < 0.5:
            i = rng.randrange(len(NEAREST))
            return NEAREST[i].format(step=quantity(plain(answer.step), answer.unit)), f"n{i}"
        i = rng.randrange(len(ESTIMATES))
        return ESTIMATES[i], f"e{i}"
    if answer.tolerance == 0:
        return "", ""
    i = rng.randrange(len(ROUNDED))
    return ROUNDED[i].format(places=_places(answer.text)), f"r{i}"


def _places(text: str) -> str:
    count = len(text.partition(".")[2])
    return "whole numbers" if count == 0 else "one decimal place" if count == 1 else f"{count} decimal places"


# --- the words


def _words(view: View, query: Query, answer: Answer, case: str, rng: random.Random) -> defaultdict[str, str]:
    """Values of all slots that the case's phrases may use."""
    words: defaultdict[str, str] = defaultdict(str)
    words.update(_manner(answer, rng))
    op, args = query.op, query.args
    words["v"] = _stated(view, query, answer)
    if op in ("difference", "ratio"):
        words.update(_pair_words(view, args, case))
    elif op == "compare":
        words.update(_compare_words(view, args, answer))
    else:
        words.update(_panel_words(view, query, answer, rng))
        words.update(_special_words(view, query, answer))
    return words


def _manner(answer: Answer, rng: random.Random) -> dict[str, str]:
    """Question words: plain where the answer is exact, "roughly" where it is an estimate."""
    if answer.exact or answer.kind not in ("number", "percent"):
        return {"what": "what", "what0": "what", "how": "how", "read": rng.choice(("read off", "give", "state", "report")),
                "find": rng.choice(("find", "determine", "tell me"))}  # fmt: skip
    what = rng.choice(("roughly what", "approximately what", "what"))
    how = rng.choice(("about how", "roughly how", "approximately how"))
    return {"what": what, "what0": "what", "how": how, "read": rng.choice(("estimate", "read off roughly")),
            "find": rng.choice(("estimate", "find approximately"))}  # fmt: skip


def _number_words(noun: str, suffix: str = "") -> dict[str, str]:
    """A measure with and without its article, and the verbs that go with it."""
    return {f"M{suffix}": noun, f"m{suffix}": f"the {noun}", f"is{suffix}": "is", f"do{suffix}": "does"}


def _panel_words(view: View, query: Query, answer: Answer, rng: random.Random) -> dict[str, str]:
    op, args = query.op, query.args
    panel, summary = args["panel"], view.chart.panels[args["panel"]]
    name = args.get("series")
    known = name is not None and any(t.name == name for t in view.tracks(panel))
    track = view.track(panel, name) if known or len(view.tracks(panel)) == 1 and name is None else view.tracks(panel)[0]
    noun = nouns.measure(view.chart, track, "y" if args.get("field") in ("size", None) else args["field"])
    if op == "axis_unit":
        noun = nouns.axis_measure(summary.axis(args["axis"]))
    c, e = nouns.category(summary), nouns.series_noun(summary)
    words = {
        **_number_words(noun), "a_M": nouns.article(noun), "m_cap": f"The {noun}", "c": c, "cs": nouns.plural(c),
        "e": e, "e2": "category" if e == "slice" else e, "es": nouns.plural(e) if not e.startswith("kind") else e.replace("kind", "kinds"),
        "of": nouns.of_series(view, panel, name), "mark": nouns.mark(summary), "marks": nouns.plural(nouns.mark(summary)),
        "sup": "highest" if op in ("argmax", "max") or args.get("order") == "highest" else "lowest",
        "big": "largest" if op in ("argmax", "max") else "smallest", "reach": "reaches",
    }  # fmt: skip
    if op == "correlation":
        words["of"] = f" for {name}" if name else ""
    x = args.get("x")
    if x is not None and not isinstance(x, (Query, Mapping)):
        at = nouns.at_item(view, panel, x)
        words |= {"at": at, "K": nouns.item_name(view, panel, x), "at_first": f"{at.strip()}, ", "for_at": at,
                  "What_at": f"{at.strip()}, {'roughly ' if not answer.exact else ''}what"}  # fmt: skip
        if name is None and op in ("sum", "mean", "median", "range", "max", "min"):
            words["all"], words["at"] = f" of all {words['es']}{at}", f"{at} over all {words['es']}"
            words["of"] = ""
    return words


def _special_words(view: View, query: Query, answer: Answer) -> dict[str, str]:
    """Slots of single operations."""
    op, args = query.op, query.args
    panel, summary = args["panel"], view.chart.panels[args["panel"]]
    words: dict[str, str] = {}
    if op == "value" and isinstance(args["x"], (Query, Mapping)):
        words |= _nested_words(view, args, answer)
    for end in ("x1", "x2"):
        if end in args:
            words[end] = nouns.item_name(view, panel, args[end])
    if args.get("field") == "x" and summary.type == "bubble" and not isinstance(args.get("x"), (Query, Mapping)):
        words |= _number_words(nouns.inline(summary.axis("x").name))
    if op in ("argmax", "argmin", "sum") and summary.type == "waterfall":
        up = args["series"] == "Increase"
        words |= {"adds": "adds" if up else "takes away", "rise": "increase" if up else "decrease",
                  "rises": "increases" if up else "decreases", "jump": "rise" if up else "fall"}  # fmt: skip
    if op == "rank":
        words["ord"] = f"{('', '', 'second', 'third', 'fourth')[args['k']]}-"
    if "by" in args:
        words["by"] = "total" if args["by"] == "sum" else args["by"]
        if args["over"] == "x":
            c = nouns.category(summary)
            words |= {"e": c, "es": nouns.plural(c)}
    if op == "x_of_value":
        unit = view.track(panel, args.get("series")).axis.unit
        exact = args["within"] == 0
        words["v_question"] = words["v"] = ("" if exact else "about ") + quantity(_plain_number(args["value"]), unit)
    if op == "count_above":
        words |= _count_words(view, args, answer)
    if op == "share_of_total":
        words |= _share_words(view, args)
    if op == "growth":
        up = answer.value > 0
        verb = "rises" if up else "falls"
        words |= {"grow": verb, "grows_it": verb, "abs": _hedged(answer, quantity(answer.text.lstrip("-"), "%"))}
    if op == "crossing":
        words |= {"S1": args["a"], "S2": args["b"], "lead": answer.detail}
    if op == "correlation":
        words["X"] = nouns.inline(summary.axis("x").name)
        text = "no correlation" if answer.value == "none" else f"a {answer.value} correlation"
        words |= {"corr": text, "corr_cap": text[0].upper() + text[1:]}
    if op == "longest_monotone_run":
        up = args["direction"] == "increase"
        words |= {"rise": "rise" if up else "fall", "rise_adj": "increasing" if up else "decreasing"}
        words["go"] = words["rise"]
        words["v1"], words["v2"] = (nouns.item_name(view, panel, k) for k in answer.value)
    if op in ("colour_of", "count_points", "series_with_colour"):
        words |= _look_words(view, args, answer)
    if op == "axis_unit":
        words["axis"] = nouns.axis_noun(summary, summary.axis(args["axis"]))
    if op == "chart_type":
        words["a_v"] = nouns.article(TYPE_NAMES[answer.value])
    return words


def _nested_words(view: View, args: Args, answer: Answer) -> dict[str, str]:
    op, inner = nouns.of_args(args["x"])
    other = view.track(inner["panel"], inner.get("series"))
    noun = nouns.measure(view.chart, other)
    words = {
        "sup": "highest" if op == "argmax" else "lowest",
        **_number_words(noun, "2"),
        "of2": nouns.of_series(view, inner["panel"], inner.get("series")),
        "k": answer.detail,
    }
    words["k_at"] = nouns.at_item(view, inner["panel"], answer_key(view, inner, answer))  # fmt: skip
    if args.get("field") == "x":
        words |= _number_words(nouns.measure(view.chart, other)) | {"X": nouns.measure(view.chart, other, "x")}
    return words


def _plain_number(v: float) -> str:
    from mmrecipes.render.charts.axes import number

    return number(v, decimals_of(v))


def _count_words(view: View, args: Args, answer: Answer) -> dict[str, str]:
    track = view.track(args["panel"], args.get("series")) if "x" not in args else view.tracks(args["panel"])[0]
    c = nouns.category(view.chart.panels[args["panel"]])
    one = answer.value == 1
    t = quantity(_plain_number(args["threshold"]), track.axis.unit)
    return {"side": args["side"], "t": t, "v_question": t, "n_cs": c if one else nouns.plural(c),
            "are_n": "is" if one else "are", "lie": "lies" if one else "lie"}  # fmt: skip


def _share_words(view: View, args: Args) -> dict[str, str]:
    panel = args["panel"]
    if args["of"] == "series":
        return {"K": nouns.item_name(view, panel, args["x"])}
    return {"K": str(args["series"]), "of": nouns.at_item(view, panel, args["x"])}


def _look_words(view: View, args: Args, answer: Answer) -> dict[str, str]:
    summary = view.chart.panels[args["panel"]]
    kind, name = nouns.mark(summary), args.get("series")
    words = {"colour": str(args.get("colour", ""))}
    if summary.type in ("grouped_bar", "stacked_bar", "scatter", "bubble", "error_bar", "horizontal_bar"):
        words["mark"] = "series"
    if answer.kind == "count":
        labelled = f" labelled \"{name}\"" if name and summary.type in ("waterfall", "candlestick") else (
            f" in the series \"{name}\"" if name else "")  # fmt: skip
        one = answer.value == 1
        return words | {"of": labelled, "n_marks": kind if one else nouns.plural(kind), "are_n": "is" if one else "are"}
    if name:
        what = f"the {kind}" if len(summary.series) == 1 else f'"{name}"'
        words |= {"S": what, "S_cap": what[0].upper() + what[1:]}
    return words


def _pair_words(view: View, args: Args, case: str) -> dict[str, str]:
    a, b = (nouns.phrase(view, args[n]) for n in ("a", "b"))
    words = {"A": a, "B": b, "is": "is", "is2": "is", "do": "does", "B_times": f"times {b}"}
    if case == "difference.short":
        other = _short_other(view, args)
        words |= {"than": f"than {other}", "b": other}
    return words


def _short_other(view: View, args: Args) -> str:
    """ "in 2015" where the operands differ only in the category; nothing otherwise."""
    (op_a, a), (op_b, b) = (nouns.of_args(args[n]) for n in ("a", "b"))
    same = op_a == op_b == "value" and a.get("series") == b.get("series") and a.get("field") == b.get("field")
    if not same or a.get("x") == b.get("x") or view.chart.panels[a["panel"]].type == "waterfall":
        return ""
    return nouns.at_item(view, b["panel"], b["x"]).strip()


def _compare_words(view: View, args: Args, answer: Answer) -> dict[str, str]:
    op, a = nouns.of_args(args["a"])
    track = view.tracks(0)[0]
    noun = nouns.measure(view.chart, track)
    c = nouns.category(view.chart.panels[0])
    words = {**_number_words(noun), "c": c, "cs": nouns.plural(c), "sup": "highest" if op == "argmax" else "lowest",
             "comp": "higher", "T1": view.chart.panels[0].title, "T2": view.chart.panels[1].title}  # fmt: skip
    if args["by"] == "larger":
        return words | {"A": nouns.phrase(view, args["a"], bare=True), "is": "is"}
    first, second = answer.detail.split("; ")
    places = [nouns.panel_place(view.chart, i) for i in (0, 1)]
    because = f"both have it at {first}" if answer.value == "yes" else (
        f"it is {first} in the {places[0]} panel and {second} in the {places[1]} one")  # fmt: skip
    return words | {"yes": answer.value.capitalize(), "because": because, "detail": because}


# --- the reply


def _hedged(answer: Answer, text: str) -> str:
    return text if answer.exact else f"about {text}"


def _stated(view: View, query: Query, answer: Answer) -> str:
    """The answer as a sentence contains it: with unit, and "about" before an estimate."""
    if answer.kind in ("number", "percent"):
        return _hedged(answer, amount(query, answer))
    if answer.kind == "category" and "panel" in query.args:
        name = nouns.item_name(view, query.args["panel"], answer.value)
        return f"the bin {name}" if view.chart.panels[query.args["panel"]].type == "histogram" else name
    if answer.kind == "span" and "panel" in query.args:
        return " and ".join(nouns.item_name(view, query.args["panel"], k) for k in answer.value)
    return answer.text


def _short(view: View, query: Query, answer: Answer, closing_id: str) -> str:
    if answer.kind in ("number", "percent"):
        return answer.text if closing_id.startswith("short.number") else amount(query, answer)
    if query.op == "longest_monotone_run":
        return " to ".join(nouns.item_name(view, query.args["panel"], k) for k in answer.value)
    if query.op == "crossing":
        return f"between {_stated(view, query, answer)}"
    if query.op == "correlation" and answer.value == "none":
        return "no correlation"
    if answer.kind == "category":
        return nouns.item_name(view, query.args["panel"], answer.value)
    return answer.text


def _reply(view: View, query: Query, answer: Answer, case: str, style: Style, closing_id: str,
           words: defaultdict[str, str], rng: random.Random) -> str:  # fmt: skip
    if style == "short":
        text = _short(view, query, answer, closing_id)
        return text[0].upper() + text[1:] if answer.value in ("yes", "no") else text
    words = defaultdict(str, words)
    words["v"] = _stated(view, query, answer)
    bank = ANSWERS.get(f"{case}.{style}") or ANSWERS.get(case) or ANSWERS[case.partition(".")[0]]
    sentence = rng.choice(bank).format_map(words)
    sentence = sentence[0].upper() + sentence[1:] if not sentence.startswith('"') else sentence
    return f"{working(view, query, answer)} {sentence}" if style == "steps" else sentence
