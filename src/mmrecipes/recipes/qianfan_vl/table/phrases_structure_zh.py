"""Requests to write a whole table down, Chinese; the same parts as in `phrases_structure`."""

from __future__ import annotations

OPENINGS: tuple[str, ...] = (
    "",
    "请看图。",
    "这是一张表格。",
    "图中有一张表格。",
    "请帮我处理这张表格。",
    "这是表格的图片。",
)
REQUESTS: dict[str, tuple[str, ...]] = {
    "html": (
        "请把这张表格写成HTML。",
        "将图中的表格转换为HTML。",
        "请用HTML还原这张表格。",
        "识别表格并输出HTML代码。",
        "把表格逐格转写成HTML表格。",
        "请提取图中的表格，格式为HTML。",
        "用HTML标签重建图中的表格。",
        "给出与该表格结构和文字一致的HTML。",
    ),
    "latex": (
        "请把这张表格写成LaTeX。",
        "将图中的表格转换为LaTeX的tabular环境。",
        "请用LaTeX排出这张表格。",
        "识别表格并输出LaTeX源码。",
        "把表格逐格转写成tabular。",
        "请提取图中的表格，格式为LaTeX。",
        "用LaTeX命令重建图中的表格。",
    ),
    "tokens": (
        "请以JSON数组列出表格的结构标记。",
        "用JSON数组输出该表格的HTML结构标记，不含文字。",
        "请预测表格的结构标记序列，写成JSON数组。",
        "把表格的行、列和跨度编码成JSON数组形式的结构标记。",
    ),
    "skeleton": (
        "请给出表格的HTML骨架：保留标签和跨度，不写文字。",
        "写出表格的HTML结构，单元格留空。",
        "只要版式：返回去掉内容的HTML。",
        "请输出该表格的标签结构，省略内容。",
    ),
}
CLOSINGS: dict[str, tuple[str, ...]] = {
    "html": ("", "合并的单元格请用rowspan和colspan。", "只要代码。", "所有单元格都用td。", "空单元格留空。"),
    "latex": ("", "合并的单元格请用\\multirow和\\multicolumn。", "只要源码。", "请转义特殊字符。"),
    "tokens": ("", "跨度单独作为标记。", "只输出数组。", "包括thead和tbody。"),
    "skeleton": ("", "包括thead和tbody。", "只要标签。", "注意合并的单元格。"),
}
FENCED: tuple[str, ...] = ("请放在代码块中。", "用代码块包起来。")
GRID_ONLY: tuple[str, ...] = ("标题和注释不用写。", "表格以外的文字请略去。")
