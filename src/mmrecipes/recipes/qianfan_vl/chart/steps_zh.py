"""The working of a computed answer in Chinese: the values that were read, then the calculation (see `steps`)."""

from __future__ import annotations

import statistics

from mmrecipes.recipes.qianfan_vl.chart import nouns_zh as nouns
from mmrecipes.recipes.qianfan_vl.chart.nouns_zh import with_year
from mmrecipes.recipes.qianfan_vl.chart.steps import calculation, equals, minus, number
from mmrecipes.render.charts.answers import Answer, Query
from mmrecipes.render.charts.tracks import View


def working_zh(view: View, query: Query, answer: Answer) -> str:
    """The values read and the calculation; empty where there is nothing to show."""
    op, args, operands = query.op, query.args, answer.operands
    if op in ("sum", "mean", "median", "range") and len(operands) >= 2:
        return _aggregate(query, answer)
    if len(operands) != 2 or op not in ("difference", "ratio", "share_of_total", "growth"):
        return ""
    if op == "share_of_total":
        names = ["该项", "总量"]
    elif op == "growth":
        names = [nouns.item_name(view, args["panel"], args[end]) for end in ("x1", "x2")]
    else:
        names = [nouns.phrase(view, args[name]) for name in ("a", "b")]
    read = "，".join(f"{name}为{o.text}" for name, o in zip(names, operands, strict=True))
    return f"{read}。{calculation(op, answer, '÷')}。"


def _aggregate(query: Query, answer: Answer) -> str:
    operands = answer.operands
    labels = [o.series for o in operands]
    if len(set(labels)) == 1:
        labels = [with_year(o.x) for o in operands]
    elif len({o.x for o in operands}) > 1:
        labels = [f"{o.series}（{with_year(o.x)}）" for o in operands]
    if query.op == "range":
        high, low = (f"{label}，{o.text}" for label, o in zip(labels, operands, strict=True))
        return f"最高：{high}；最低：{low}。{calculation('range', answer)}。"
    listed = "；".join(f"{label}：{o.text}" for label, o in zip(labels, operands, strict=True))
    read = f"{'读数' if answer.exact else '大致读数'}：{listed}。"
    if query.op in ("sum", "mean"):
        return f"{read}{calculation(query.op, answer, '÷')}。"
    ordered = "、".join(minus(o.text) for o in sorted(operands, key=number))
    return f"{read}从小到大排列：{ordered}。中位数 {equals(statistics.median(map(number, operands)), answer.text)}。"
