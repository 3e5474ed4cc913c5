"""How constraints are said: five phrases for each, of which a prompt takes one, in English and in Chinese.

`{whole}` is what holds the records ("table"), `{item}` and `{items}` are what one record and several are called.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bank:
    """Phrases by constraint: fields {x}; more than {t} under {c}; by {c}, the {d} first; {k} at most; by form."""

    seeds: Sequence[str]
    fields: Sequence[str]
    above: Sequence[str]
    order: Sequence[str]
    most: Sequence[str]
    form: Mapping[str, Sequence[str]]
    direction: Mapping[str, str]
    quoted: str
    between: str
    """What stands between quoted fields, and between sentences behind it."""
    gap: str


ENGLISH = Bank(
    seeds=(
        "Use the {whole} that you see.", "Here is a {whole}; extract some parts.", "Work from what the {whole} shows.",
        "I need part of this {whole} for a report.", "Read this {whole} and give me the {items} described below.",
    ),
    fields=(
        "Give only these fields, in this order: {x}.", "Report {x} and nothing else about the {items}.",
        "Each entry has {x}, in this order.", "Keep {x}; leave out the rest.", "For each {item} state {x}.",
    ),
    above=(
        "Only {items} whose “{c}” is above {t} count.", "Leave out every {item} whose “{c}” is {t} or less.",
        "Consider only {items} with more than {t} under “{c}”.",
        "Restrict yourself to {items} with “{c}” greater than {t}.",
        "Any {item} needs more than {t} under “{c}” to be listed.",
    ),
    order=(
        "Sort them by “{c}”, {d} first.", "Put the {d} “{c}” first and go on in order.",
        "Order the {items} by “{c}” beginning with the {d}.", "The {item} with the {d} “{c}” comes first, and so on.",
        "Arrange them by “{c}”, starting from the {d}.",
    ),
    most=(
        "List {k} at most.", "Stop after {k}.", "No more than {k} {items}, please.",
        "Give the first {k} of these only.", "The list has {k} {items} or fewer.",
    ),
    form={
        "json": ("Reply with a JSON array of objects and nothing else.", "Write JSON only: a list of objects.",
                 "The reply is one JSON array, without any other text.", "Output a bare JSON list of objects.",
                 "Nothing but a JSON array of objects."),
        "lines": ("One {item} per line, fields separated by “ | ”, nothing else.",
                  "Write a line for each {item}, with “ | ” between the fields.",
                  "Plain lines only, “ | ” between fields, no header.",
                  "No header and no comment: a line per {item}, fields parted by “ | ”.",
                  "Separate fields by “ | ” and {items} by line breaks; add no text."),
    },
    direction={"largest": "largest", "smallest": "smallest"},
    quoted="“{}”", between=", ", gap=" ",
)  # fmt: skip
CHINESE = Bank(
    seeds=(
        "请根据图片中的{whole}作答。", "这是一张{whole}，请从中摘取一部分。", "请只依据{whole}所示的内容。",
        "写报告需要这张{whole}里的部分数据。", "请阅读{whole}，列出符合以下要求的{items}。",
    ),
    fields=(
        "只给出这些字段，并按此顺序：{x}。", "每{item}只写{x}，其他都不要。", "每{item}依次包含{x}。",
        "保留{x}，其余略去。", "对每{item}写出{x}。",
    ),
    above=(
        "只考虑“{c}”大于{t}的{items}。", "“{c}”不超过{t}的{items}一律略去。", "只取“{c}”高于{t}的{items}。",
        "范围限于“{c}”超过{t}的{items}。", "“{c}”须大于{t}才列出。",
    ),
    order=(
        "按“{c}”排序，{d}的在前。", "“{c}”{d}的排在第一位，依次排列。", "请按“{c}”从{d}的开始排列。",
        "以“{c}”为序，先写{d}的。", "顺序由“{c}”决定，{d}的打头。",
    ),
    most=(
        "最多列出{k}{item}。", "列满{k}{item}即止。", "不要超过{k}{item}。", "只要其中前{k}{item}。",
        "总数不多于{k}{item}。",
    ),
    form={
        "json": ("只回复一个由对象组成的JSON数组。", "仅输出JSON：一个对象列表。",
                 "回复就是一个JSON数组，不要任何其他文字。", "直接输出JSON对象数组。",
                 "除JSON对象数组外什么都不要写。"),
        "lines": ("每{item}一行，字段之间用“ | ”隔开，不写别的。", "一行写一{item}，字段间用“ | ”。",
                  "只写纯文本行，字段以“ | ”分隔，不要表头。", "不要表头和说明：每{item}占一行，字段用“ | ”分开。",
                  "字段用“ | ”分隔，每{item}换行，不加其他文字。"),
    },
    direction={"largest": "最大", "smallest": "最小"},
    quoted="“{}”", between="、", gap="",
)  # fmt: skip
