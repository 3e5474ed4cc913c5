"""Values of the slots in the chart phrases: what a query, its answer and the chart's nouns put into a sentence."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from mmrecipes.recipes.qianfan_vl.chart import nouns
from mmrecipes.recipes.qianfan_vl.chart.steps import amount, answer_key, quantity
from mmrecipes.render.charts.answers import Answer, Query
from mmrecipes.render.charts.axes import plain
from mmrecipes.render.charts.tracks import View

Args = Mapping[str, Any]


def slots(view: View, query: Query, answer: Answer, case: str, rng: random.Random) -> defaultdict[str, str]:
    """Values of all slots that the case's phrases may use."""
    words: defaultdict[str, str] = defaultdict(str)
    words.update(_manner(answer, rng))
    op, args = query.op, query.args
    words["v"] = stated(view, query, answer)
    if op in ("difference", "ratio"):
        words.update(_pair_words(view, args, case))
    elif op == "compare":
        words.update(_compare_words(view, args, answer))
    else:
        words.update(_panel_words(view, query, answer))
        words.update(_special_words(view, query, answer))
    ahead = {words["sup"], words["by"], *_AGGREGATES.get(op, ())}
    words["M"], words["M2"] = nouns.after(ahead, words["M"]), nouns.after(ahead, words["M2"])
    return words


_AGGREGATES = {"mean": ("mean", "average"), "median": ("median",), "sum": ("total",), "share_of_total": ("total",),
               "range": ("highest", "lowest")}  # fmt: skip
"""Words that phrases of an operation put before the measure."""


def _manner(answer: Answer, rng: random.Random) -> dict[str, str]:
    """Question words: plain where the answer is exact, "roughly" where it is an estimate."""
    if answer.exact or answer.kind not in ("number", "percent"):
        read = rng.choice(("read off", "give", "state", "report"))
        return {"what": "what", "what0": "what", "how": "how", "read": read,
                "find": rng.choice(("find", "determine", "tell me"))}  # fmt: skip
    what = rng.choice(("roughly what", "approximately what", "what"))
    how = rng.choice(("about how", "roughly how", "approximately how"))
    return {"what": what, "what0": "what", "how": how, "read": rng.choice(("estimate", "read off roughly")),
            "find": rng.choice(("estimate", "find approximately"))}  # fmt: skip


def _number_words(noun: str, suffix: str = "") -> dict[str, str]:
    """A measure with and without its article, and the verbs that go with it."""
    return {f"M{suffix}": noun, f"m{suffix}": nouns.the(noun), f"is{suffix}": "is", f"do{suffix}": "does"}


def _panel_words(view: View, query: Query, answer: Answer) -> dict[str, str]:
    op, args = query.op, query.args
    panel, summary = args["panel"], view.chart.panels[args["panel"]]
    name = args.get("series")
    known = name is not None and any(t.name == name for t in view.tracks(panel))
    only = len(view.tracks(panel)) == 1 and name is None
    track = view.track(panel, name) if known or only else view.tracks(panel)[0]
    noun = nouns.measure(view.chart, track, "y" if args.get("field") in ("size", None) else args["field"])
    if op == "axis_unit":
        noun = nouns.axis_measure(summary.axis(args["axis"]))
    c, e = nouns.category(summary), nouns.series_noun(summary)
    words = {
        **_number_words(noun), "a_M": nouns.article(noun), "m_cap": f"The {noun}", "c": c, "cs": nouns.plural(c),
        "e": e, "e2": "category" if e == "slice" else e,
        "es": e.replace("kind", "kinds") if e.startswith("kind") else nouns.plural(e),
        "of": nouns.of_series(view, panel, name), "mark": nouns.mark(summary),
        "marks": nouns.plural(nouns.mark(summary)),
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
            words[end] = nouns.item_in_text(view, panel, args[end])
    if args.get("field") == "x" and summary.type == "bubble" and not isinstance(args.get("x"), (Query, Mapping)):
        noun = nouns.axis_measure(summary.axis("x"))
        words |= _number_words(noun) | {"a_M": nouns.article(noun), "m_cap": f"The {noun}"}
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
        words["v_question"] = words["v"] = ("" if exact else "about ") + quantity(plain(args["value"]), unit)
    if op == "count_above":
        words |= _count_words(view, args, answer)
    if op == "share_of_total":
        words |= _share_words(view, args)
    if op == "growth":
        up = answer.value > 0
        verb = "rises" if up else "falls"
        words |= {"grow": verb, "grows_it": verb, "abs": hedged(answer, quantity(answer.text.lstrip("-"), "%"))}
    if op == "crossing":
        words |= {"S1": args["a"], "S2": args["b"], "lead": answer.detail}
    if op == "correlation":
        across, along = (nouns.axis_measure(a) for a in (summary.axis("x"), view.tracks(panel)[0].axis))
        words |= {"X": nouns.bare(across), "M": nouns.bare(along), "the_X": nouns.the(across)}
        text = "no correlation" if answer.value == "none" else f"a {answer.value} correlation"
        words |= {"corr": text, "corr_cap": text[0].upper() + text[1:]}
    if op == "longest_monotone_run":
        up = args["direction"] == "increase"
        words |= {"rise": "rise" if up else "fall", "rise_adj": "increasing" if up else "decreasing"}
        words["go"] = words["rise"]
        words["v1"], words["v2"] = (nouns.item_in_text(view, panel, k) for k in answer.value)
    if op in ("colour_of", "count_points", "series_with_colour"):
        words |= _look_words(view, args, answer)
    if op == "axis_unit":
        words["axis"] = nouns.axis_noun(summary, summary.axis(args["axis"]))
    if op == "chart_type":
        words["a_v"] = nouns.article(answer.text)
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
        across = nouns.measure(view.chart, other, "x")
        words |= _number_words(nouns.measure(view.chart, other)) | {"X": across, "a_X": nouns.article(across)}
    return words


def _count_words(view: View, args: Args, answer: Answer) -> dict[str, str]:
    track = view.track(args["panel"], args.get("series")) if "x" not in args else view.tracks(args["panel"])[0]
    c = nouns.category(view.chart.panels[args["panel"]])
    one = answer.value == 1
    t = quantity(plain(args["threshold"]), track.axis.unit)
    return {"side": args["side"], "t": t, "v_question": t, "n_cs": c if one else nouns.plural(c),
            "are_n": "is" if one else "are", "lie": "lies" if one else "lie"}  # fmt: skip


def _share_words(view: View, args: Args) -> dict[str, str]:
    panel = args["panel"]
    if args["of"] == "series":
        return {"K": nouns.item_in_text(view, panel, args["x"])}
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
    words = {"A": a, "B": b, "is": "is", "is2": "is", "do": "does"}
    if case == "difference.short":
        other = short_other(view, args)
        words |= {"than": f"than {other}", "b": other}
    return words


def short_other(view: View, args: Args) -> str:
    """ "in 2015" where the operands differ only in the category; nothing otherwise."""
    (op_a, a), (op_b, b) = (nouns.of_args(args[n]) for n in ("a", "b"))
    same = op_a == op_b == "value" and a.get("series") == b.get("series") and a.get("field") == b.get("field")
    if not same or a.get("x") == b.get("x") or view.chart.panels[a["panel"]].type == "waterfall":
        return ""
    return nouns.at_item(view, b["panel"], b["x"]).strip()


def _compare_words(view: View, args: Args, answer: Answer) -> dict[str, str]:
    op = nouns.of_args(args["a"])[0]
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


def hedged(answer: Answer, text: str) -> str:
    return text if answer.exact else f"about {text}"


def stated(view: View, query: Query, answer: Answer) -> str:
    """The answer as a sentence contains it: with unit, and "about" before an estimate."""
    if answer.kind in ("number", "percent"):
        return hedged(answer, amount(query, answer))
    if answer.kind == "category" and "panel" in query.args:
        name = nouns.item_in_text(view, query.args["panel"], answer.value)
        return f"the bin {name}" if view.chart.panels[query.args["panel"]].type == "histogram" else name
    if answer.kind == "span" and "panel" in query.args:
        return " and ".join(nouns.item_in_text(view, query.args["panel"], k) for k in answer.value)
    return answer.text
