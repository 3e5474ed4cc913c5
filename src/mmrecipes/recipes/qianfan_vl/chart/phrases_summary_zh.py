"""Requests to write a chart down as a table or as structured JSON, Chinese, and the headings of such tables."""

from __future__ import annotations

REQUESTS: dict[str, tuple[str, ...]] = {
    "markdown": (
        "请把图表中的数据整理成Markdown表格。",
        "将这张图转换成Markdown表格。",
        "用Markdown表格写出图中的数据。",
        "请还原这张图背后的数据表，用Markdown格式。",
        "以Markdown表格列出图中所有数据。",
        "请把图里的数值填入Markdown表格。",
        "读取图表，返回Markdown表格。",
        "请将图表数字化：输出一个Markdown表格。",
    ),
    "json": (
        "请用JSON描述这张图表。",
        "把图表整理成JSON对象。",
        "用JSON给出图表的类型、坐标轴和数据系列。",
        "将这张图转换为结构化的JSON数据。",
        "请输出描述该图表的JSON。",
        "请以JSON形式总结图中的内容。",
        "把图中的信息写成一个JSON对象。",
    ),
}
PREFIXES: tuple[str, ...] = ("", "", "任务：", "请看图。", "这是一张图表。", "帮个忙：")
VALUES: dict[str, tuple[str, ...]] = {
    "exact": ("", "", "数值请照抄。", "请使用图中标注的数字。", "不要遗漏任何数据。", "只输出结果。"),
    "estimate": ("未标注的数值请估计。", "请尽量按坐标轴读数。", "近似值即可。", "没有标注的地方请按坐标轴估读。"),
}

HEADINGS: dict[str, str] = {
    "Lower whisker": "下须端点",
    "First quartile": "下四分位数",
    "Median": "中位数",
    "Third quartile": "上四分位数",
    "Upper whisker": "上须端点",
    "Slice": "类别",
    "Category": "类别",
    "Bin": "区间",
}
"""What stands over columns that the chart does not name."""
