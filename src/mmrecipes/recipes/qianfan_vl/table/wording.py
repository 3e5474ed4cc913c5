"""Questions and answers of the table task in English, composed from the phrase bank.

Covered: one frame per question (opening, core, reference form, scope, closing chosen independently; recorded as a
template id), number agreement, quoting that never collides with the quoted text, answers as a short form, a sentence
or with the steps, as the question asks; requests for the whole table, also in Chinese. Not covered: questions in other
languages (Chinese ones: `wording_zh`).
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from mmrecipes.core.text import one_stop
from mmrecipes.recipes.qianfan_vl.table import phrases as bank
from mmrecipes.recipes.qianfan_vl.table import phrases_structure, phrases_structure_zh
from mmrecipes.render.tables.answers import Answer, Query
from mmrecipes.render.tables.numbers import printed_number
from mmrecipes.render.tables.targets import cell_text
from mmrecipes.render.tables.view import TableView

Style = Literal["short", "sentence", "steps"]
WITH_STEPS = frozenset({
    "follow", "count", "extreme", "extreme_value", "compare", "rank", "kth", "lookup_at_extreme", "sum", "mean",
    "sum_where", "sum_under", "difference", "spread",
})  # fmt: skip
_QUOTES = (('"', '"'), ("“", "”"), ("'", "'"))
_PLAIN_NAME = re.compile(r"[A-Z][A-Za-z'&.-]*(?: (?:[A-Z0-9][A-Za-z0-9'&.-]*|of|and|the|de|in)){0,4}")
_ORDINALS = ("zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
             "eleventh", "twelfth")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Turn:
    """A question with its answer, in words. `template` names the frame: operation and the choices made."""

    question: str
    answer: str
    template: str
    style: Style


def ordinal(number: int) -> str:
    """first, second, ... twelfth, 13th."""
    if number < len(_ORDINALS):
        return _ORDINALS[number]
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


class Choices:
    """Draws from phrase lists and remembers the indices: together they are the template."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.taken: list[str] = []

    def of(self, name: str, options: Sequence[Any]) -> Any:
        index = self.rng.randrange(len(options))
        self.taken.append(f"{name}{index}")
        return options[index]


class _Names:
    """How this question refers to columns, rows and entries."""

    def __init__(self, view: TableView, choices: Choices) -> None:
        self.view = view
        self.bare = choices.of("b", (True, False))
        self.marks = choices.of("q", (_QUOTES[0], _QUOTES[0], _QUOTES[1]))
        self.column_form = choices.of("k", (0, 1, 2))
        self.row_form = choices.of("w", (0, 1))
        self.leaf_only = choices.of("l", (True, False))

    def quoted(self, text: str) -> str:
        for opening, closing in (self.marks, *_QUOTES):
            if opening not in text and closing not in text:
                return f"{opening}{text}{closing}"
        return f"“{text}”"

    def name(self, text: str) -> str:
        return text if self.bare and _PLAIN_NAME.fullmatch(text) else self.quoted(text)

    def entry(self, text: str) -> str:
        """An entry of the table: numbers as they are, other texts quoted."""
        return text if printed_number(text, self.view.grid.decimal) is not None else self.quoted(text)

    def column(self, path: Sequence[str]) -> str:
        if len(path) > 1 and not (self.leaf_only and self._unique_leaf(path[-1])):
            return self.quoted(" > ".join(path))
        return self.name(path[-1])

    def _unique_leaf(self, text: str) -> bool:
        """Whether a heading says enough without its parent: unique, and not a mere number (years are fine)."""
        if re.fullmatch(r"\d{1,3}", text):
            return False
        heads = [cell_text(c) for c in self.view.grid.cells if c.role == "header"]
        return heads.count(text) == 1

    def column_phrase(self, path: Sequence[str]) -> str:
        if len(path) == 2 and not (self.leaf_only and self._unique_leaf(path[-1])):
            leaf, parent = self.quoted(path[1]), self.quoted(path[0])
            forms = (f"the {leaf} column under {parent}", f"column {leaf} under {parent}",
                     f"the column {self.quoted(' > '.join(path))}")  # fmt: skip
            return forms[self.column_form]
        name = self.column(path)
        return (f"the {name} column", f"column {self.quoted_again(name)}", f"the column {name}")[self.column_form]

    def quoted_again(self, name: str) -> str:
        return name if name[0] in "\"“'" else self.quoted(name)

    def row(self, ref: str | int) -> str:
        if isinstance(ref, str):
            return self.name(ref)
        return (f"row {ref} below the header", f"the {ordinal(ref)} row below the header")[self.row_form]

    def row_phrase(self, ref: str | int) -> str:
        if isinstance(ref, int):
            return self.row(ref)
        return (f"the row {self.quoted(ref)}", f"the {self.name(ref)} row")[self.row_form]

    def answer_name(self, text: str) -> str:
        """A row's name in an answer; `row 3` where rows are numbered."""
        return text if self.view.key_column is None else self.name(text)

    def entity(self) -> str:
        """What a row is, from the header of the row names when that is a plain singular word, else `row`."""
        if self.view.grid.language != "en":
            return "row"
        key = self.view.key_column
        path = self.view.paths.get(key, ()) if key is not None else ()
        word = path[-1] if path else ""
        if re.fullmatch(r"[A-Z]?[a-z]{2,}(?: [a-z]{2,})?", word) and not re.search(r"(?<!s)s$", word):
            return word.lower() if word.lower() not in ("name", "no", "id") else "row"
        return "row"


def word_query(
    view: TableView, query: Query, answer: Answer, rng: random.Random, style: Style, *, follow_up: bool = False
) -> Turn:
    """The question and its answer in words. `steps` falls back to a sentence where nothing is computed."""
    if style == "steps" and query.op not in WITH_STEPS:
        style = "sentence"
    choices = Choices(rng)
    names = _Names(view, choices)
    slots = _slots(view, query, names, choices)
    opening = _opening(view, choices, follow_up)
    core = choices.of("c", bank.CORES[query.op])
    if opening.endswith(",") and core[0] != "{":
        core = core[0].lower() + core[1:]
    pieces = [opening, core.format_map(slots)]
    if answer.rounded:
        places = f"{answer.decimals} decimal place{'' if answer.decimals == 1 else 's'}"
        pieces.append(choices.of("r", bank.ROUNDINGS).format(places=places))
    if query.op in _ORDERED and view.total_rows:
        pieces.append(choices.of("x", bank.TOTALS_ASIDE).format(rows=_total_rows(view)))
    if query.op in _NAMING_ROWS and view.key_column is None:
        pieces.append(choices.of("y", bank.ROW_NUMBERS))
    if query.op == "header_of" and " > " in answer.text:
        pieces.append('Write all header levels, outermost first, joined by " > ".')
    closing = choices.of("e", bank.CLOSINGS[style])
    question = " ".join(p for p in (*pieces, closing) if p)
    if style == "short" and not closing and rng.random() < 0.4:
        style = "sentence"
    text = _answer(query, answer, names, slots, style, rng)
    return Turn(one_stop(capital(question)), one_stop(text), f"{query.op}:{'.'.join(choices.taken)}", style)


def _opening(view: TableView, choices: Choices, follow_up: bool) -> str:
    if follow_up:
        return choices.of("f", bank.FOLLOW_UPS)
    caption = re.sub(r"^(Table|Tab\.|Exhibit) [\d.]+[.:]? *(– )?", "", view.grid.caption)
    if caption and choices.of("t", (False, False, False, True)):
        return choices.of("o", bank.TITLED_OPENINGS).format(title=_quote(caption.rstrip(".")))
    return choices.of("o", bank.OPENINGS)


def _quote(text: str) -> str:
    return f'"{text}"' if '"' not in text else f"“{text}”"


def capital(sentence: str) -> str:
    """The sentence with a capital first letter where it begins with a word of ours (names stay as printed)."""
    return sentence[0].upper() + sentence[1:] if re.match(r"(the|row|column|in|it|no|yes|a) ", sentence) else sentence


def _slots(view: TableView, query: Query, names: _Names, choices: Choices) -> dict[str, str]:
    """What the phrases of this operation may mention."""
    args = query.args
    slots = {"A": "", "E": names.entity(), "S": ""}
    path = args.get("column", args.get("minuend"))
    if isinstance(path, list):
        slots |= {"N": names.column(path), "K": names.column_phrase(path)}
    if query.op == "cell":
        row, col = args["row"], args["column"]
        slots |= {"row": str(row), "column": str(col), "down": ordinal(row), "across": ordinal(col)}
    elif "row" in args:
        slots |= {"R": names.row(args["row"]), "W": names.row_phrase(args["row"])}
    if query.op == "compare":
        first, second = args["rows"]
        slots |= {"R": names.row(first), "Q": names.row(second), "more": choices.of("m", bank.MORE[args["which"]])}
        slots |= {"W": names.row_phrase(first), "V": names.row_phrase(second)}
    for slot, arg in (("D", "subtrahend"), ("D", "ask"), ("G", "where")):
        if arg in args:
            slots[slot] = names.column(args[arg])
    if "header" in args:
        slots["H"] = (
            names.quoted(" > ".join(args["header"])) if len(args["header"]) > 1 else names.name(args["header"][0])
        )
    for arg in ("equals", "text", "than"):
        if arg in args:
            slots["T"] = names.entry(args[arg])
    if "mark" in args:
        note = view.grid.footnotes[args["mark"]]
        slots |= {"M": names.quoted(args["mark"]), "note": names.quoted(note.rstrip("."))}
    slots |= _order_words(args, choices)
    slots["S"] = _scope(view, query, names, choices)
    if query.op == "count":
        slots["condition"] = choices.of("d", bank.CONDITIONS[args["test"]]).format_map(slots)
    return slots


def _order_words(args: Mapping[str, Any], choices: Choices) -> dict[str, str]:
    words: dict[str, str] = {}
    which = args.get("which")
    if "order" in args:
        which = "max" if args["order"] == "descending" else "min"
        words["order"] = choices.of("n", bank.ORDERS[args["order"]])
    if which in ("max", "min"):
        words |= {"most": choices.of("m", bank.MOST[which]), "far": "high" if which == "max" else "low"}
    if "k" in args:
        words |= {"kth": ordinal(args["k"]), "k": str(args["k"])}
    return words


_RANGED = frozenset({"count", "extreme", "extreme_value", "sum", "mean", "spread"})
_ORDERED = frozenset({"rank", "kth", "lookup_at_extreme"})
_NAMING_ROWS = frozenset({"find_row", "extreme", "extreme_value", "compare", "kth"})


def _scope(view: TableView, query: Query, names: _Names, choices: Choices) -> str:
    """Which rows a range has, said inside the core; totals are excluded in so many words where there are any."""
    section = query.args.get("section")
    scope = "" if section is None else choices.of("s", bank.SCOPES).format(section=names.quoted(section))
    if query.op in _RANGED and view.total_rows:
        scope += choices.of("x", bank.WITHOUT_TOTALS).format(rows=_total_rows(view))
    return scope


def _total_rows(view: TableView) -> str:
    return "total row" if view.total_rows == 1 else "total rows"


# --- answers


def _answer(
    query: Query, answer: Answer, names: _Names, slots: dict[str, str], style: Style, rng: random.Random
) -> str:
    if style == "short":
        return _short(query, answer)
    if style == "steps":
        conclusion = bank.CONCLUSIONS[rng.randrange(len(bank.CONCLUSIONS))].format(A=_short(query, answer))
        return "\n".join([*_steps(query, answer, names, slots, rng), conclusion])
    sentences = bank.SENTENCES[query.op]
    return capital(sentences[rng.randrange(len(sentences))].format_map(_answer_slots(query, answer, names, slots)))


def _short(query: Query, answer: Answer) -> str:
    return f"{answer.text} ({answer.working})" if query.op == "extreme_value" else answer.text


def _answer_slots(query: Query, answer: Answer, names: _Names, slots: dict[str, str]) -> dict[str, str]:
    named = query.op in ("find_row", "extreme", "compare", "kth")
    text = names.answer_name(answer.text) if named else names.entry(answer.text)
    if answer.kind in ("integer", "number") and not named:
        text = answer.text
    section = query.args.get("section")
    scope = "" if section is None else f" in the section {names.quoted(section)}"
    full = {**slots, "A": text, "S": scope}
    if query.op == "children" and isinstance(answer.value, tuple):
        full["A"] = enumeration([names.name(t) for t in answer.value])
    if query.op == "footnote":
        yes = answer.value is True
        full |= {"yes": "Yes," if yes else "No,", "does": "does" if yes else "does not",
                 "applies": "applies" if yes else "does not apply", "isnt": "is" if yes else "is not"}  # fmt: skip
    if query.op == "count":
        full |= _counted(int(answer.text))
    if query.op == "rank":
        full["nth"] = ordinal(int(answer.text))
    if query.op in ("extreme_value", "lookup_at_extreme"):
        full["owner"] = names.answer_name(answer.working.split("\x1f")[0])
    if query.op == "follow":
        full["owner"] = names.answer_name(answer.operands[1][0])
    return full


def _counted(count: int) -> dict[str, str]:
    if count == 0:
        return {"There": "There are no rows", "Rows": "No row has"}
    if count == 1:
        return {"There": "There is 1 row", "Rows": "1 row has"}
    return {"There": f"There are {count} rows", "Rows": f"{count} rows have"}


def enumeration(items: Sequence[str]) -> str:
    """a, b and c."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def _steps(query: Query, answer: Answer, names: _Names, slots: dict[str, str], rng: random.Random) -> list[str]:
    """The entries the answer rests on, then the arithmetic or the comparison."""
    entries = [f"{name}: {text}" for name, text in answer.operands]
    if query.op == "count" and not entries:
        return ["No row meets the condition."]
    lead = "These rows meet the condition:" if query.op == "count" else bank.LEADS[rng.randrange(len(bank.LEADS))]
    listing = [lead, *(f"- {e}" for e in entries)] if rng.random() < 0.6 else [f"{lead} {'; '.join(entries)}."]
    return [*listing, *_reason(query, answer, slots)]


def _reason(query: Query, answer: Answer, slots: dict[str, str]) -> list[str]:
    op = query.op
    if op in ("sum", "mean", "sum_where", "sum_under", "difference", "spread"):
        return [answer.working]
    if op == "extreme":
        return [f"The {slots['most']} of these is {answer.working}."]
    if op == "extreme_value":
        return [f"The {slots['most']} of these is {answer.text}."]
    if op == "compare":
        winner, other = sorted(answer.operands, key=lambda entry: entry[0] != answer.text)
        return [f"{winner[1]} is {slots['more']} than {other[1]}."]
    if op == "rank":
        ahead = len(answer.operands) - 1
        return [f"{ahead or 'No'} row{'' if ahead == 1 else 's'} come{'s' if ahead == 1 else ''} before it."]
    if op == "follow":
        return [f"The reference of {answer.operands[0][0]} leads to {answer.operands[1][0]}."]
    if op == "kth":
        return [f"In this order, number {query.args['k']} is {answer.operands[-1][1]}."]
    if op == "lookup_at_extreme":
        owner, text = answer.working.split("\x1f")
        return [f"The {slots['most']} of these is {text}, which belongs to {owner}."]
    return []


# --- structure turns


def word_structure(kind: str, rng: random.Random, language: str, *, fenced: bool, outside: bool) -> tuple[str, str]:
    """A request for a target and its template id, in Chinese for Chinese tables. `kind`: html, latex, tokens or
    skeleton; `fenced` asks for a code block; `outside` says that a caption or notes stand around the grid."""
    chinese = language == "zh"
    asked = phrases_structure_zh if chinese else phrases_structure
    choices = Choices(rng)
    parts = [
        choices.of("o", asked.OPENINGS),
        choices.of("c", asked.REQUESTS[kind]),
        choices.of("e", asked.CLOSINGS[kind]),
    ]
    if outside:
        parts.append(choices.of("g", asked.GRID_ONLY))
    if fenced:
        parts.append(choices.of("f", asked.FENCED))
    joint, prefix = ("", "zh.") if chinese else (" ", "")
    return joint.join(p for p in parts if p), f"{prefix}{kind}:{'.'.join(choices.taken)}"
