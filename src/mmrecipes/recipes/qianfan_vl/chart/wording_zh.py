"""Chart questions and answers in Chinese, composed from `phrases_zh`; every choice is recorded in a template id.

Covered: the charts of `content_local` (one panel), every operation that they allow; answers short, as a sentence or
with the values read and the calculation. Not covered: bubbles, waterfalls, candles and two panels.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping

from mmrecipes.core.text import one_stop
from mmrecipes.recipes.qianfan_vl.chart import nouns_zh as nouns
from mmrecipes.recipes.qianfan_vl.chart import phrases_zh as bank
from mmrecipes.recipes.qianfan_vl.chart.nouns import of_args
from mmrecipes.recipes.qianfan_vl.chart.phrases_reply_zh import ANSWERS, TERMS
from mmrecipes.recipes.qianfan_vl.chart.steps import answer_key, in_points
from mmrecipes.recipes.qianfan_vl.chart.steps_zh import working_zh
from mmrecipes.recipes.qianfan_vl.chart.wording import Style, Turn, case_of, closings, opening, style_of
from mmrecipes.render.charts.answers import Answer, Query
from mmrecipes.render.charts.axes import plain
from mmrecipes.render.charts.tracks import View


def word_zh(view: View, query: Query, answer: Answer, rng: random.Random, *, follow_up: bool = False) -> Turn:
    """Word a query and its answer in Chinese. `follow_up`: not the first turn of the conversation."""
    case = case_of(view, query)
    case = case if case in bank.CORES else case.partition(".")[0]
    words = _slots(view, query, answer, rng)
    core = rng.randrange(len(bank.CORES[case]))
    begun, opening_id = opening(bank, view, rng, follow_up)
    steps = working_zh(view, query, answer)
    style = style_of(bool(steps), rng)
    closing, closing_id = closings(bank, answer, style, rng, nouns.quantity, _decimals)
    question = "".join((begun, bank.CORES[case][core].format_map(words), *closing))
    reply = _reply(view, query, answer, case, style, closing_id, words, rng)
    reply = f"{steps}{reply}" if style == "steps" else reply
    return Turn(one_stop(question), reply, f"zh.{case}/{opening_id}.{core}.{closing_id}", style)


def _decimals(text: str) -> str:
    count = len(text.partition(".")[2])
    return f"保留{count}位小数" if count else "取整数"


def _amount(query: Query, answer: Answer) -> str:
    return nouns.quantity(answer.text, "个百分点" if in_points(query, answer) else answer.unit)


def _about(answer: Answer, text: str) -> str:
    return text if answer.exact else f"约{text}"


# --- slots


def _slots(view: View, query: Query, answer: Answer, rng: random.Random) -> defaultdict[str, str]:
    words: defaultdict[str, str] = defaultdict(str)
    op, args = query.op, query.args
    exact = answer.exact or answer.kind not in ("number", "percent")
    words["is"] = "是" if exact else rng.choice(("大约是", "约为"))
    words["read"] = rng.choice(("读出", "写出")) if exact else rng.choice(("估计", "估读"))
    words["v"] = stated_zh(view, query, answer)
    if op in ("difference", "ratio"):
        words["A"], words["B"] = nouns.phrase(view, args["a"]), nouns.phrase(view, args["b"])
        return words
    panel, name = args["panel"], args.get("series")
    summary = view.chart.panels[panel]
    known = name if any(t.name == name for t in view.tracks(panel)) else None
    field = args.get("field", "y")
    n = nouns.measure(view, panel, known, field)
    c, e, of = nouns.category(summary), nouns.series_noun(summary), nouns.of_series(view, panel, known)
    which = f"{of.removesuffix('的')}在哪个{c}的{n}" if of else f"哪个{c}的{n}"
    highest = op in ("argmax", "max") or args.get("order") == "highest"
    words |= {
        "n": n, "m": of + n, "which": which, "c": c, "e": e, "mark": nouns.mark(summary),
        "sup": "最高" if highest else "最低", "big": "最大" if highest else "最小",
        "far": "高" if highest else "低", "order": "从高到低" if highest else "从低到高",
        "colour": TERMS.get(str(args.get("colour", "")), ""),
    }  # fmt: skip
    words |= _places(view, query, answer)
    words |= _special(view, query, answer)
    return words


def _places(view: View, query: Query, answer: Answer) -> dict[str, str]:
    """Slots that name items: what is asked for, at which item, over which range."""
    op, args = query.op, query.args
    panel, x = args["panel"], args.get("x")
    words: dict[str, str] = {}
    fixed = None if isinstance(x, (Query, Mapping)) else x
    if fixed is not None:
        words["K"] = nouns.item_name(view, panel, fixed)
        words["at"] = f"在{words['K']}，"
    if op in ("value", "sum", "mean", "median", "range", "max", "min") and fixed is x:
        many = len(view.tracks(panel)) > 1 and args.get("series") is None
        every = f"各{nouns.series_noun(view.chart.panels[panel])}的" if many and op != "value" else ""
        where = (words["K"] if every else f"{words['K']}的") if fixed is not None and many else ""
        base = {k: v for k, v in args.items() if k != "x"} if where else args
        words["T"] = where + every + nouns.phrase(view, {"op": "value", "args": base})
    for end in ("x1", "x2"):
        if end in args:
            words[end] = nouns.item_name(view, panel, args[end])
    if answer.kind == "span":
        words["v1"], words["v2"] = (nouns.item_name(view, panel, k) for k in answer.value)
    return words


def _special(view: View, query: Query, answer: Answer) -> dict[str, str]:
    """Slots of single operations."""
    op, args = query.op, query.args
    panel, summary = args["panel"], view.chart.panels[args["panel"]]
    if op == "value" and isinstance(args["x"], (Query, Mapping)):
        inner_op, inner = of_args(args["x"])
        m2 = nouns.measure_of(view, panel, inner.get("series"))
        words = {"sup": "最高" if inner_op == "argmax" else "最低", "m2": m2}
        if args.get("field") == "x":
            return words | {"m": m2, "X": summary.axis("x").name}
        m = nouns.measure_of(view, panel, args.get("series"))
        return words | {"n": m, "k": nouns.item_name(view, panel, answer_key(view, inner, answer))}
    if op == "rank":
        return {"k": ("", "一", "二", "三", "四")[args["k"]]}
    if "by" in args:
        return {"by": nouns.AGGREGATES[args["by"]], **({"e": nouns.category(summary)} if args["over"] == "x" else {})}
    if op == "x_of_value":
        unit = view.track(panel, args.get("series")).axis.unit
        return {"t": ("" if args["within"] == 0 else "约") + nouns.quantity(plain(args["value"]), unit)}
    if op == "count_above":
        track = view.track(panel, args.get("series")) if "x" not in args else view.tracks(panel)[0]
        side = "高于" if args["side"] == "above" else "低于"
        return {"side": side, "t": nouns.quantity(plain(args["threshold"]), track.axis.unit)}
    if op == "share_of_total":
        if args["of"] == "series":
            return {
                "K": nouns.item_name(view, panel, args["x"]),
                "n": nouns.measure_of(view, panel, args.get("series")),
            }
        n = f"{nouns.item_name(view, panel, args['x'])}的{nouns.measure(view, panel, None)}"
        return {"K": str(args["series"]), "n": n}
    if op == "crossing":
        return {"S1": args["a"], "S2": args["b"], "lead": answer.detail}
    if op == "correlation":
        name = args.get("series")
        return {"X": summary.axis("x").name, "m": nouns.of_series(view, panel, name) + view.tracks(panel)[0].axis.name}
    if op == "longest_monotone_run":
        return {"rise": "上升" if args["direction"] == "increase" else "下降"}
    if op in ("colour_of", "count_points"):
        name = args.get("series")
        return {"S": f"“{name}”", "of": f"“{name}”" if name and len(summary.series) > 1 else ""}
    if op == "axis_unit":
        axis = summary.axis(args["axis"])
        return {"axis": nouns.axis_noun(summary, axis), "n": axis.name}
    return {}


def stated_zh(view: View, query: Query, answer: Answer) -> str:
    """The answer as a sentence contains it."""
    if answer.kind in ("number", "percent"):
        return _about(answer, _amount(query, answer))
    if answer.kind == "category":
        return nouns.item_name(view, query.args["panel"], answer.value)
    if answer.kind == "span":
        return "和".join(nouns.item_name(view, query.args["panel"], k) for k in answer.value)
    return term_of(answer.text) if answer.kind == "word" and query.op != "axis_unit" else answer.text


def _reply(view: View, query: Query, answer: Answer, case: str, style: Style, closing_id: str,
           words: defaultdict[str, str], rng: random.Random) -> str:  # fmt: skip
    if style == "short":
        if answer.kind in ("number", "percent"):
            return answer.text if closing_id.startswith("short.number") else _amount(query, answer)
        if answer.kind == "span":
            joint = "至" if query.op == "longest_monotone_run" else "和"
            return joint.join(nouns.item_name(view, query.args["panel"], k) for k in answer.value)
        return stated_zh(view, query, answer)
    options = ANSWERS.get(case) or ANSWERS[case.partition(".")[0]]
    said = options[rng.randrange(len(options))].format_map(words)
    return said.replace("是约", "约为").replace("为约", "约为")


def term_of(text: str) -> str:
    """What an answer in words is called in Chinese."""
    return TERMS.get(text, text)
