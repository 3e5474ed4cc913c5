"""Chart questions and answers in English, composed from `phrases`; every choice is recorded in a template id.

Covered: one user turn and one assistant turn per query; answers short, as a sentence or with the values read and the
calculation, as the question asks; estimates named as such. The words come from the query, its answer and the chart
summary, never from the picture. Not covered: choosing queries.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from mmrecipes.core.text import one_stop
from mmrecipes.recipes.qianfan_vl.chart import nouns, phrases
from mmrecipes.recipes.qianfan_vl.chart.phrases_reply import ANSWERS
from mmrecipes.recipes.qianfan_vl.chart.steps import amount, quantity, working
from mmrecipes.recipes.qianfan_vl.chart.words import short_other, slots, stated
from mmrecipes.render.charts.answers import Answer, Query
from mmrecipes.render.charts.axes import plain
from mmrecipes.render.charts.numerals import localised
from mmrecipes.render.charts.tracks import View

Style = Literal["short", "sentence", "steps"]


@dataclass(frozen=True, slots=True)
class Turn:
    """A question, its reply, and what was chosen to word them."""

    question: str
    reply: str
    template: str
    style: Style


class Frames(Protocol):
    """What stands around the core of a question: `phrases`, or a bank of another language."""

    OPENINGS: tuple[str, ...]
    TITLED_OPENINGS: tuple[str, ...]
    FOLLOW_UPS: tuple[str, ...]
    CLOSINGS: dict[str, tuple[str, ...]]
    ESTIMATES: tuple[str, ...]
    NEAREST: tuple[str, ...]
    ROUNDED: tuple[str, ...]


def word(view: View, query: Query, answer: Answer, rng: random.Random, *, follow_up: bool = False) -> Turn:
    """Word a query and its answer. `follow_up`: not the first turn of the conversation."""
    case = case_of(view, query)
    words = slots(view, query, answer, case, rng)
    core = rng.randrange(len(phrases.CORES[case]))
    begun, opening_id = _opening(view, query, rng, follow_up)
    style = style_of(bool(working(view, query, answer)), rng)
    closing, closing_id = closings(phrases, answer, style, rng, quantity, _places)
    asked = defaultdict(str, words)
    asked["v"] = words["v_question"] or words["v"]
    text = phrases.CORES[case][core].format_map(asked)
    question = " ".join(part for part in (_joined(begun, text), *closing) if part)
    reply = _reply(view, query, answer, case, style, closing_id, words, rng)
    question, reply = (localised(one_stop(t), view.chart.language) for t in (question, reply))
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
            return "value.total" if nouns.is_total(view, args) else "value.step"
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
    if op == "difference" and short_other(view, args):
        return "difference.short"
    if op == "colour_of" and len(view.chart.panels[args["panel"]].series) == 1:
        return "colour_of.single" if kind not in ("line", "area", "radar") else "colour_of"
    return f"compare.{args['by']}" if op == "compare" else op


# --- the question


def _opening(view: View, query: Query, rng: random.Random, follow_up: bool) -> tuple[str, str]:
    """How the question starts; in a chart of two panels it says which one is meant."""
    chart = view.chart
    panel = nouns.panel_of(query)
    if len(chart.panels) > 1 and panel is not None:
        i = rng.randrange(len(phrases.PANEL_OPENINGS))
        place = nouns.panel_place(chart, panel)
        return phrases.PANEL_OPENINGS[i].format(panel=place, title=chart.panels[panel].title), f"p{i}"
    return opening(phrases, view, rng, follow_up)


def opening(bank: Frames, view: View, rng: random.Random, follow_up: bool) -> tuple[str, str]:
    """How a question about the whole chart starts, and the id of that choice."""
    if follow_up:
        i = rng.randrange(len(bank.FOLLOW_UPS))
        return bank.FOLLOW_UPS[i], f"f{i}"
    if view.chart.title and rng.random() < 0.2:
        i = rng.randrange(len(bank.TITLED_OPENINGS))
        return bank.TITLED_OPENINGS[i].format(title=view.chart.title), f"t{i}"
    i = rng.randrange(len(bank.OPENINGS))
    return bank.OPENINGS[i], f"o{i}"


def _joined(opening: str, core: str) -> str:
    """Opening and core as one text; after a comma the core goes on in lower case."""
    if opening.endswith(","):
        return f"{opening} {core}"
    return f"{opening} {core[0].upper()}{core[1:]}".lstrip()


def style_of(has_working: bool, rng: random.Random) -> Style:
    """The form of an answer; with its working only where there is any."""
    draw = rng.random()
    if has_working and draw < 0.4:
        return "steps"
    return "short" if draw < 0.7 else "sentence"


def closings(
    bank: Frames,
    answer: Answer,
    style: Style,
    rng: random.Random,
    quantity: Callable[[str, str], str],
    places: Callable[[str], str],
) -> tuple[tuple[str, str], str]:
    """How precise a number shall be and what form the answer shall have (either may be empty), and the choices' id.
    `quantity` and `places` say a step with its unit and a number's decimal places."""
    key = style if style != "short" else f"short.{_short_kind(answer, rng)}"
    i = rng.randrange(len(bank.CLOSINGS[key]))
    precision, precision_id = _precision(bank, answer, rng, quantity, places)
    return (precision, bank.CLOSINGS[key][i]), f"{key}{i}{precision_id}"


def _short_kind(answer: Answer, rng: random.Random) -> str:
    if answer.kind in ("number", "percent"):
        return "unit" if answer.unit and rng.random() < 0.4 else "number"
    if answer.kind == "count":
        return "number"
    return "name" if answer.kind in ("category", "series") else "word"


def _precision(bank: Frames, answer: Answer, rng: random.Random, quantity: Callable[[str, str], str],
               places: Callable[[str], str]) -> tuple[str, str]:  # fmt: skip
    if answer.kind not in ("number", "percent"):
        return "", ""
    if not answer.exact:
        nearest = abs(answer.value - answer.raw) <= answer.step / 2 * (1 + 1e-9)
        if nearest and rng.random() < 0.5:
            i = rng.randrange(len(bank.NEAREST))
            return bank.NEAREST[i].format(step=quantity(plain(answer.step), answer.unit)), f"n{i}"
        i = rng.randrange(len(bank.ESTIMATES))
        return bank.ESTIMATES[i], f"e{i}"
    if answer.tolerance == 0:
        return "", ""
    i = rng.randrange(len(bank.ROUNDED))
    return bank.ROUNDED[i].format(places=places(answer.text)), f"r{i}"


def _places(text: str) -> str:
    count = len(text.partition(".")[2])
    return "whole numbers" if count == 0 else "one decimal place" if count == 1 else f"{count} decimal places"


# --- the reply


def _short(view: View, query: Query, answer: Answer, closing_id: str) -> str:
    if answer.kind in ("number", "percent"):
        return answer.text if closing_id.startswith("short.number") else amount(query, answer)
    if query.op == "longest_monotone_run":
        return " to ".join(nouns.item_name(view, query.args["panel"], k) for k in answer.value)
    if query.op == "crossing":
        return f"between {stated(view, query, answer)}"
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
    words["v"] = stated(view, query, answer)
    bank = ANSWERS.get(f"{case}.{style}") or ANSWERS.get(case) or ANSWERS[case.partition(".")[0]]
    pattern = rng.choice(bank)
    sentence = pattern.format_map(words)
    if not pattern.startswith(("{v", "{K", '"')) or sentence.startswith("row "):
        sentence = sentence[0].upper() + sentence[1:]
    return f"{working(view, query, answer)} {sentence}" if style == "steps" else sentence
