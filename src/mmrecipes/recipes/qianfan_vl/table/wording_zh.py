"""Questions and answers of the table task in Chinese, composed from `phrases_zh`.

Covered: the operations of `wording`, each with a template id; answers short, as a sentence or with
the entries they rest on. Not covered: other languages.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from mmrecipes.recipes.qianfan_vl.table import phrases_zh as bank
from mmrecipes.recipes.qianfan_vl.table.wording import WITH_STEPS, Choices, Style, Turn
from mmrecipes.render.tables.answers import Answer, Query
from mmrecipes.render.tables.numbers import printed_number
from mmrecipes.render.tables.view import TableView

_RANGED = frozenset({"count", "extreme", "extreme_value", "sum", "mean", "spread", "rank", "kth", "lookup_at_extreme"})
_NAMING_ROWS = frozenset({"find_row", "extreme", "extreme_value", "compare", "kth"})


def word_query_zh(
    view: TableView, query: Query, answer: Answer, rng: random.Random, style: Style, *, follow_up: bool = False
) -> Turn:
    """The question and its answer in words. `steps` falls back to a sentence where nothing is computed."""
    if style == "steps" and query.op not in WITH_STEPS:
        style = "sentence"
    choices = Choices(rng)
    slots = _slots(view, query, choices)
    pieces = [_opening(view, choices, follow_up), choices.of("c", bank.CORES[query.op]).format_map(slots)]
    if answer.rounded:
        pieces.append(choices.of("r", bank.ASIDE["places"]).format(places=answer.decimals))
    if query.op in _RANGED and view.total_rows:
        pieces.append(choices.of("x", bank.ASIDE["totals"]))
    if query.op in _NAMING_ROWS and view.key_column is None:
        pieces.append(choices.of("y", bank.ASIDE["numbers"]))
    if query.op == "header_of" and " > " in answer.text:
        pieces.append(bank.ASIDE["levels"][0])
    pieces.append(choices.of("e", bank.CLOSINGS[style]))
    text = _answer(query, answer, slots, style, rng)
    return Turn("".join(pieces), text, f"zh.{query.op}:{'.'.join(choices.taken)}", style)


def told(text: str) -> str:
    """The short form of an answer in Chinese: entries stay, our own words are put into it."""
    text = {"Yes": "是", "No": "否"}.get(text, text)
    text = re.sub(r" percentage points?$", "个百分点", text)
    return re.sub(r"^row (\d+)$", r"第\1行", text)


def _opening(view: TableView, choices: Choices, follow_up: bool) -> str:
    if follow_up:
        return choices.of("f", bank.FOLLOW_UPS)
    title = re.sub(r"^表\d+ ", "", view.grid.caption)
    if title and choices.of("t", (False, False, False, True)):
        return choices.of("o", bank.TITLED_OPENINGS).format(title=title)
    return choices.of("o", bank.OPENINGS)


def _quoted(text: str) -> str:
    return f"“{text}”"


def _entry(text: str) -> str:
    """An entry of the table: numbers as they are, other texts quoted."""
    return text if printed_number(text) is not None else _quoted(text)


def _column(path: Sequence[str]) -> str:
    """A column by its header path, the outermost header first: “数量”下的“2019年”."""
    return "下的".join(_quoted(text) for text in path)


def _row(ref: str | int) -> str:
    return _quoted(ref) if isinstance(ref, str) else f"第{ref}行"


def _slots(view: TableView, query: Query, choices: Choices) -> dict[str, str]:
    """What the phrases of this operation may mention."""
    args = query.args
    slots = {"S": "" if args.get("section") is None else f"在{_quoted(args['section'])}部分，"}
    for slot, names in (("N", ("column", "minuend")), ("D", ("subtrahend", "ask")), ("G", ("where",))):
        path = next((args[name] for name in names if isinstance(args.get(name), list)), None)
        if path is not None:
            slots[slot] = _column(path)
    if query.op == "cell":
        return slots | {"row": str(args["row"]), "column": str(args["column"])}
    if "row" in args:
        slots["R"] = _row(args["row"])
    if query.op == "compare":
        slots |= {"R": _row(args["rows"][0]), "Q": _row(args["rows"][1])}
        slots["more"] = choices.of("m", ("高", "大") if args["which"] == "larger" else ("低", "小"))
    if "header" in args:
        slots["H"] = _column(args["header"])
    for name in ("equals", "text", "than"):
        if name in args:
            slots["T"] = _entry(args[name])
    if "mark" in args:
        slots |= {"M": _quoted(args["mark"]), "note": view.grid.footnotes[args["mark"]].rstrip("。")}
    which = args.get("which")
    if "order" in args:
        which = "max" if args["order"] == "descending" else "min"
        slots["order"] = "从高到低" if which == "max" else "从低到高"
    if which in ("max", "min"):
        slots["most"] = choices.of("m", ("最高", "最大") if which == "max" else ("最低", "最小"))
    if "k" in args:
        slots["k"] = str(args["k"])
    if query.op == "count":
        slots["condition"] = choices.of("d", bank.CONDITIONS[args["test"]]).format_map(slots)
    return slots


def _answer(query: Query, answer: Answer, slots: dict[str, str], style: Style, rng: random.Random) -> str:
    short = _short(query, answer)
    if style == "short":
        return short
    if style == "steps":
        conclusion = bank.CONCLUSIONS[rng.randrange(len(bank.CONCLUSIONS))].format(A=short)
        return "\n".join([*_steps(query, answer, rng), conclusion])
    sentences = bank.SENTENCES[query.op]
    return sentences[rng.randrange(len(sentences))].format_map(_answer_slots(query, answer, slots))


def _short(query: Query, answer: Answer) -> str:
    if isinstance(answer.value, tuple):
        return "、".join(answer.value)
    text = told(answer.text)
    return f"{text}（{told(answer.working)}）" if query.op == "extreme_value" else text


def _answer_slots(query: Query, answer: Answer, slots: dict[str, str]) -> dict[str, str]:
    named = answer.kind == "text" and not answer.text.startswith("row ")
    full = {**slots, "A": _entry(answer.text) if named else told(answer.text)}
    if isinstance(answer.value, tuple):
        full["A"] = "、".join(_quoted(text) for text in answer.value)
    if query.op == "footnote":
        yes = answer.value is True
        full |= {
            "yes": "是" if yes else "否",
            "has": "带有" if yes else "没有",
            "fits": "适用于" if yes else "不适用于",
        }
    if query.op in ("extreme_value", "lookup_at_extreme"):
        owner = answer.working.split("\x1f")[0]
        full["owner"] = told(owner) if owner.startswith("row ") else _quoted(owner)
    return full


def _steps(query: Query, answer: Answer, rng: random.Random) -> list[str]:
    """The entries the answer rests on, then the arithmetic."""
    if query.op == "count" and not answer.operands:
        return ["没有满足条件的行。"]
    lead = "满足条件的行：" if query.op == "count" else bank.LEADS[rng.randrange(len(bank.LEADS))]
    entries = "；".join(f"{told(name)}：{text}" for name, text in answer.operands)
    lines = [f"{lead}{entries}。"]
    if query.op in ("sum", "mean", "sum_where", "sum_under", "difference", "spread"):
        lines.append(answer.working)
    elif query.op == "lookup_at_extreme":
        owner, text = answer.working.split("\x1f")
        lines.append(f"其中符合条件的是{text}，属于{told(owner)}。")
    elif query.op == "rank":
        lines.append(f"排在它前面的有{len(answer.operands) - 1}行。")
    return lines
