"""Chart questions and answers in Chinese, composed from `phrases_zh`; every choice is recorded in a template id.

Covered: the charts of `content_local` (one panel), every operation that they allow; answers short, as a sentence or
with the values read and the calculation. Not covered: bubbles, waterfalls, candles and two panels.
"""

from __future__ import annotations

import math
import random
import re
import statistics
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from mmrecipes.core.text import one_stop
from mmrecipes.recipes.qianfan_vl.chart import nouns
from mmrecipes.recipes.qianfan_vl.chart import phrases_zh as bank
from mmrecipes.recipes.qianfan_vl.chart.steps import answer_key
from mmrecipes.recipes.qianfan_vl.chart.wording import Style, Turn, case_of
from mmrecipes.render.charts.answers import Answer, Operand, Query
from mmrecipes.render.charts.axes import plain, printed_number
from mmrecipes.render.charts.summary import Axis, Panel
from mmrecipes.render.charts.tracks import View, key_axis

Args = Mapping[str, Any]
_MARKS = {
    "bar": "柱子",
    "grouped_bar": "柱子",
    "stacked_bar": "柱段",
    "horizontal_bar": "条形",
    "line": "折线",
    "multi_line": "折线",
    "area": "区域",
    "stacked_area": "区域",
    "scatter": "点",
    "pie": "扇形",
    "donut": "扇形",
    "histogram": "柱子",
    "box": "箱体",
    "violin": "小提琴形",
    "radar": "折线",
    "error_bar": "误差棒",
    "heatmap": "格子",
    "dual_axis": "系列",
}
_FIELDS = {"q1": "下四分位数", "q3": "上四分位数", "low": "下须端点", "high": "上须端点"}
_HEADS = {"mean": "平均", "max": "最高", "min": "最低", "sum": "总", "median": "中位"}


def word_zh(view: View, query: Query, answer: Answer, rng: random.Random, *, follow_up: bool = False) -> Turn:
    """Word a query and its answer in Chinese. `follow_up`: not the first turn of the conversation."""
    case = case_of(view, query)
    case = case if case in bank.CORES else case.partition(".")[0]
    words = _slots(view, query, answer, rng)
    core = rng.randrange(len(bank.CORES[case]))
    opening, opening_id = _opening(view, rng, follow_up)
    steps = working_zh(view, query, answer)
    draw = rng.random()
    style: Style = "steps" if steps and draw < 0.4 else "short" if draw < 0.7 else "sentence"
    closing, closing_id = _closing(answer, style, rng)
    question = opening + bank.CORES[case][core].format_map(words) + closing
    reply = _reply(view, query, answer, case, style, closing_id, words, rng)
    reply = f"{steps}{reply}" if style == "steps" else reply
    return Turn(one_stop(question), reply, f"zh.{case}/{opening_id}.{core}.{closing_id}", style)


def _opening(view: View, rng: random.Random, follow_up: bool) -> tuple[str, str]:
    if follow_up:
        i = rng.randrange(len(bank.FOLLOW_UPS))
        return bank.FOLLOW_UPS[i], f"f{i}"
    if view.chart.title and rng.random() < 0.2:
        i = rng.randrange(len(bank.TITLED_OPENINGS))
        return bank.TITLED_OPENINGS[i].format(title=view.chart.title), f"t{i}"
    i = rng.randrange(len(bank.OPENINGS))
    return bank.OPENINGS[i], f"o{i}"


def _closing(answer: Answer, style: Style, rng: random.Random) -> tuple[str, str]:
    key: str = style
    if style == "short":
        if answer.kind in ("number", "percent"):
            key = "short.unit" if answer.unit and rng.random() < 0.4 else "short.number"
        elif answer.kind == "count":
            key = "short.number"
        else:
            key = "short.name" if answer.kind in ("category", "series") else "short.word"
    i = rng.randrange(len(bank.CLOSINGS[key]))
    precision, precision_id = _precision(answer, rng)
    return precision + bank.CLOSINGS[key][i], f"{key}{i}{precision_id}"


def _precision(answer: Answer, rng: random.Random) -> tuple[str, str]:
    if answer.kind not in ("number", "percent"):
        return "", ""
    if not answer.exact:
        nearest = abs(answer.value - answer.raw) <= answer.step / 2 * (1 + 1e-9)
        options = bank.NEAREST if nearest and rng.random() < 0.5 else bank.ESTIMATES
        i = rng.randrange(len(options))
        step = quantity_zh(plain(answer.step), answer.unit)
        return options[i].format(step=step), f"{'n' if options is bank.NEAREST else 'e'}{i}"
    if answer.tolerance == 0:
        return "", ""
    i = rng.randrange(len(bank.ROUNDED))
    count = len(answer.text.partition(".")[2])
    return bank.ROUNDED[i].format(places=f"保留{count}位小数" if count else "取整数"), f"r{i}"


def quantity_zh(text: str, unit: str) -> str:
    """A printed number with its unit: 45%, 12千元, 31.5°C, 3个百分点."""
    return f"{text} {unit}" if re.match(r"[A-Za-z]", unit) else f"{text}{unit}"


def _amount(query: Query, answer: Answer) -> str:
    apart = answer.unit == "%" and query.op in ("difference", "range")
    return quantity_zh(answer.text, "个百分点" if apart else answer.unit)


def _about(answer: Answer, text: str) -> str:
    return text if answer.exact else f"约{text}"


# --- what things are called


def category_zh(panel: Panel) -> str:
    """What one item is: 城市, 年份, 季度, 区间."""
    if panel.type in ("histogram", "pie", "donut", "scatter"):
        return {"histogram": "区间", "scatter": "点"}.get(panel.type, "部分")
    axis = key_axis(panel)
    if axis is None or axis.name:
        return axis.name if axis else "类别"
    return "季度" if "季" in axis.ticks[0][1] else "年份"


def _series_noun(panel: Panel) -> str:
    if panel.type == "heatmap":
        return panel.axis("y").name or "行"
    return "部分" if panel.type in ("pie", "donut") else "系列"


def _measure(view: View, panel: int, name: str | None, field: str = "y") -> str:
    summary = view.chart.panels[panel]
    tracks = view.tracks(panel)
    track = view.track(panel, name) if name is not None or len(tracks) == 1 else tracks[0]
    axis = summary.axis("x") if field == "x" else track.axis
    if track.type in ("box", "violin"):
        return f"{axis.name}的{'中位数' if field == 'y' else _FIELDS[field]}"
    return axis.name


def _of(view: View, panel: int, name: str | None) -> str:
    """A series before its measure: 台灯的; empty where there is one, or it is named after the measure."""
    if name is None or len(view.tracks(panel)) == 1 or view.chart.panels[panel].type == "dual_axis":
        return ""
    return f"{name}的"


def item_zh(view: View, panel: int, key: Any) -> str:
    """An item in a sentence; a year with its word, a bin by its edges."""
    if view.chart.panels[panel].type == "histogram":
        return nouns.item_name(view, panel, key).replace(" to ", "至")
    name = nouns.item_name(view, panel, key)
    return f"{name}年" if re.fullmatch(r"(19|20)\d\d", name) else name


def target(view: View, query: Query | Args) -> str:
    """A numeric query as a noun phrase: 台灯在2019年的销售额, 各城市的平均气温."""
    op, args = nouns.of_args(query)
    panel, name = args["panel"], args.get("series")
    head = "" if op == "value" else _HEADS[op]
    m = head + _measure(view, panel, name, args.get("field", "y"))
    x = item_zh(view, panel, args["x"]) if "x" in args else ""
    series = _of(view, panel, name).removesuffix("的")
    if x and series:
        return f"{series}在{x}的{m}"
    return f"{x or series}的{m}" if x or series else m


def _axis(panel: Panel, axis: Axis) -> str:
    if axis.which == "colour":
        return "色标"
    if any(a.which == "y2" for a in panel.axes) and axis.which in ("y", "y2"):
        return "左侧纵轴" if axis.which == "y" else "右侧纵轴"
    return "横轴" if axis.which == "x" else "纵轴"


# --- slots


def _slots(view: View, query: Query, answer: Answer, rng: random.Random) -> defaultdict[str, str]:
    words: defaultdict[str, str] = defaultdict(str)
    op, args = query.op, query.args
    exact = answer.exact or answer.kind not in ("number", "percent")
    words["is"] = "是" if exact else rng.choice(("大约是", "约为"))
    words["read"] = rng.choice(("读出", "写出")) if exact else rng.choice(("估计", "估读"))
    words["v"] = stated_zh(view, query, answer)
    if op in ("difference", "ratio"):
        words["A"], words["B"] = target(view, args["a"]), target(view, args["b"])
        return words
    panel, name = args["panel"], args.get("series")
    summary = view.chart.panels[panel]
    known = name if any(t.name == name for t in view.tracks(panel)) else None
    field = args.get("field", "y")
    n = _measure(view, panel, known, field)
    c, e, of = category_zh(summary), _series_noun(summary), _of(view, panel, known)
    which = f"{of.removesuffix('的')}在哪个{c}的{n}" if of else f"哪个{c}的{n}"
    highest = op in ("argmax", "max") or args.get("order") == "highest"
    words |= {
        "n": n, "m": of + n, "which": which, "c": c, "e": e, "mark": _MARKS[summary.type],
        "sup": "最高" if highest else "最低", "big": "最大" if highest else "最小",
        "far": "高" if highest else "低", "order": "从高到低" if highest else "从低到高",
        "colour": bank.TERMS.get(str(args.get("colour", "")), ""),
    }  # fmt: skip
    words |= _places(view, query, answer)
    words |= _special(view, query, answer)
    return words


def _places(view: View, query: Query, answer: Answer) -> dict[str, str]:
    """Slots that name items: what is asked for, at which item, over which range."""
    op, args = query.op, query.args
    panel, x = args["panel"], args.get("x")
    words: dict[str, str] = {}
    plain_x = x is not None and not isinstance(x, (Query, Mapping))
    if plain_x:
        words["at"] = f"在{item_zh(view, panel, x)}，"
        words["K"] = item_zh(view, panel, x)
    if op in ("value", "sum", "mean", "median", "range", "max", "min") and not isinstance(x, (Query, Mapping)):
        many = len(view.tracks(panel)) > 1 and args.get("series") is None
        every = f"各{_series_noun(view.chart.panels[panel])}的" if many and op != "value" else ""
        where = (words["K"] if every else f"{words['K']}的") if plain_x and many else ""
        base = {k: v for k, v in args.items() if k != "x"} if where else args
        words["T"] = where + every + target(view, {"op": "value", "args": base})
    for end in ("x1", "x2"):
        if end in args:
            words[end] = item_zh(view, panel, args[end])
    if answer.kind == "span":
        words["v1"], words["v2"] = (item_zh(view, panel, k) for k in answer.value)
    return words


def _special(view: View, query: Query, answer: Answer) -> dict[str, str]:
    """Slots of single operations."""
    op, args = query.op, query.args
    panel, summary = args["panel"], view.chart.panels[args["panel"]]
    if op == "value" and isinstance(args["x"], (Query, Mapping)):
        inner_op, inner = nouns.of_args(args["x"])
        m2 = _of(view, panel, inner.get("series")) + _measure(view, panel, inner.get("series"))
        words = {"sup": "最高" if inner_op == "argmax" else "最低", "m2": m2}
        if args.get("field") == "x":
            return words | {"m": m2, "X": summary.axis("x").name}
        m = _of(view, panel, args.get("series")) + _measure(view, panel, args.get("series"))
        return words | {"n": m, "k": item_zh(view, panel, answer_key(view, inner, answer))}
    if op == "rank":
        return {"k": ("", "一", "二", "三", "四")[args["k"]]}
    if "by" in args:
        by = {"sum": "总", "mean": "平均", "max": "最高", "min": "最低", "median": "中位"}[args["by"]]
        return {"by": by, **({"e": category_zh(summary)} if args["over"] == "x" else {})}
    if op == "x_of_value":
        unit = view.track(panel, args.get("series")).axis.unit
        return {"t": ("" if args["within"] == 0 else "约") + quantity_zh(plain(args["value"]), unit)}
    if op == "count_above":
        track = view.track(panel, args.get("series")) if "x" not in args else view.tracks(panel)[0]
        side = "高于" if args["side"] == "above" else "低于"
        return {"side": side, "t": quantity_zh(plain(args["threshold"]), track.axis.unit)}
    if op == "share_of_total":
        if args["of"] == "series":
            return {"K": item_zh(view, panel, args["x"]), "n": _of(view, panel, args.get("series")) + _measure(
                view, panel, args.get("series"))}  # fmt: skip
        return {"K": str(args["series"]), "n": f"{item_zh(view, panel, args['x'])}的{_measure(view, panel, None)}"}
    if op == "crossing":
        return {"S1": args["a"], "S2": args["b"], "lead": answer.detail}
    if op == "correlation":
        name = args.get("series")
        return {"X": summary.axis("x").name, "m": _of(view, panel, name) + view.tracks(panel)[0].axis.name}
    if op == "longest_monotone_run":
        return {"rise": "上升" if args["direction"] == "increase" else "下降"}
    if op in ("colour_of", "count_points"):
        name = args.get("series")
        return {"S": f"“{name}”", "of": f"“{name}”" if name and len(summary.series) > 1 else ""}
    if op == "axis_unit":
        axis = summary.axis(args["axis"])
        return {"axis": _axis(summary, axis), "n": axis.name}
    return {}


def stated_zh(view: View, query: Query, answer: Answer) -> str:
    """The answer as a sentence contains it."""
    if answer.kind in ("number", "percent"):
        return _about(answer, _amount(query, answer))
    if answer.kind == "category":
        return item_zh(view, query.args["panel"], answer.value)
    if answer.kind == "span":
        return "和".join(item_zh(view, query.args["panel"], k) for k in answer.value)
    return (
        bank.TERMS.get(answer.text, answer.text) if answer.kind == "word" and query.op != "axis_unit" else answer.text
    )


def _reply(view: View, query: Query, answer: Answer, case: str, style: Style, closing_id: str,
           words: defaultdict[str, str], rng: random.Random) -> str:  # fmt: skip
    if style == "short":
        if answer.kind in ("number", "percent"):
            return answer.text if closing_id.startswith("short.number") else _amount(query, answer)
        if answer.kind == "span":
            joint = "至" if query.op == "longest_monotone_run" else "和"
            return joint.join(item_zh(view, query.args["panel"], k) for k in answer.value)
        return stated_zh(view, query, answer)
    options = bank.ANSWERS.get(case) or bank.ANSWERS[case.partition(".")[0]]
    said = options[rng.randrange(len(options))].format_map(words)
    return said.replace("是约", "约为").replace("为约", "约为")


def headed_zh(text: str) -> str:
    """A Markdown table with the headings of ours in Chinese; the names in it are Chinese already."""
    lines = text.split("\n")
    for i, line in enumerate(lines):
        if i + 1 < len(lines) and lines[i + 1].startswith("|--"):
            lines[i] = re.sub("|".join(_HEADINGS), lambda found: _HEADINGS[found.group()], line)
    return "\n".join(lines)


_HEADINGS = {
    "Lower whisker": "下须端点", "First quartile": "下四分位数", "Median": "中位数", "Third quartile": "上四分位数",
    "Upper whisker": "上须端点", "Slice": "类别", "Category": "类别", "Bin": "区间", "Value": "数值",
}  # fmt: skip


def term_of(text: str) -> str:
    """What an answer in words is called in Chinese."""
    return bank.TERMS.get(text, text)


# --- the working


def working_zh(view: View, query: Query, answer: Answer) -> str:
    """The values read and the calculation; empty where there is nothing to show."""
    op, operands = query.op, list(answer.operands)
    if op in ("sum", "mean", "median", "range") and len(operands) >= 2:
        return _aggregate(view, query, answer)
    if op in ("difference", "ratio") and len(operands) == 2:
        a, b = operands
        sign, value = ("÷", _number(a) / _number(b)) if op == "ratio" else ("−", _number(a) - _number(b))
        read = f"{target(view, query.args['a'])}为{a.text}，{target(view, query.args['b'])}为{b.text}。"
        return f"{read}{_term(a.text)} {sign} {_term(b.text)} {_equals(value, answer.text)}。"
    if op == "share_of_total":
        part, whole = operands
        share = _equals(_number(part) / _number(whole) * 100, answer.text)
        return f"该项为{part.text}，总量为{whole.text}。{part.text} ÷ {whole.text} × 100 {share}。"
    if op == "growth":
        first, last = operands
        change = _equals((_number(last) - _number(first)) / _number(first) * 100, answer.text)
        names = [item_zh(view, query.args["panel"], query.args[end]) for end in ("x1", "x2")]
        read = f"{names[0]}为{first.text}，{names[1]}为{last.text}。"
        return f"{read}({last.text} − {first.text}) ÷ {first.text} × 100 {change}。"
    return ""


def _aggregate(view: View, query: Query, answer: Answer) -> str:
    operands = answer.operands
    same_series = len({o.series for o in operands}) == 1
    labels = [_year(o.x) if same_series else o.series for o in operands]
    if not same_series and len({o.x for o in operands}) > 1:
        labels = [f"{o.series}（{_year(o.x)}）" for o in operands]
    values = [_number(o) for o in operands]
    if query.op == "range":
        high, low = operands
        value = _equals(values[0] - values[1], answer.text)
        read = f"最高：{labels[0]}，{high.text}；最低：{labels[1]}，{low.text}。"
        return f"{read}{_term(high.text)} − {_term(low.text)} {value}。"
    listed = "；".join(f"{label}：{o.text}" for label, o in zip(labels, operands, strict=True))
    read = f"{'读数' if answer.exact else '大致读数'}：{listed}。"
    terms = " + ".join(_term(o.text) for o in operands)
    if query.op == "sum":
        return f"{read}{terms} {_equals(math.fsum(values), answer.text)}。"
    if query.op == "mean":
        return f"{read}({terms}) ÷ {len(values)} {_equals(math.fsum(values) / len(values), answer.text)}。"
    ordered = "、".join(o.text.replace("-", "−") for o in sorted(operands, key=_number))
    return f"{read}从小到大排列：{ordered}。中位数 {_equals(statistics.median(values), answer.text)}。"


def _year(text: str) -> str:
    return f"{text}年" if re.fullmatch(r"(19|20)\d\d", text) else text


def _number(o: Operand) -> float:
    found = printed_number(o.text)
    if found is None:
        raise ValueError(f"{o.text!r} is not a number")
    return found


def _term(text: str) -> str:
    return f"({text.replace('-', '−')})" if text.startswith("-") else text


def _equals(left: float, right: str) -> str:
    """`= right` where the printed numbers are equal, else `≈ right`."""
    value = printed_number(right)
    same = value is not None and math.isclose(left, value, rel_tol=1e-9, abs_tol=1e-9)
    return f"{'=' if same else '≈'} {right.replace('-', '−')}"
