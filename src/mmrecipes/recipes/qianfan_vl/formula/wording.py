"""Requests and replies of the formula task in English, composed from the phrase bank.

Covered: opening, core and closing chosen independently and recorded as a template id; mathematics in replies between
dollar signs; LaTeX replies bare, displayed or in a code block as the request asks. Not covered: other languages.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mmrecipes.core.text import one_stop
from mmrecipes.recipes.qianfan_vl.formula import phrases as bank
from mmrecipes.recipes.qianfan_vl.formula.questions import Question

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_THINGS = {"numerator": "fraction", "denominator": "fraction", "radicand": "root", "root order": "root", "case": "case"}


@dataclass(frozen=True, slots=True)
class Turn:
    """A request with its reply, in words. `template` names the phrases that were chosen."""

    question: str
    answer: str
    template: str
    style: str


class _Choices:
    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.taken: list[str] = []

    def of(self, name: str, options: Sequence[Any]) -> Any:
        index = self.rng.randrange(len(options))
        self.taken.append(f"{name}{index}")
        return options[index]


def word_latex(tex: str, rng: random.Random) -> Turn:
    """A request for the whole formula."""
    choices = _Choices(rng)
    style = rng.choices(("plain", "dollars", "brackets", "fenced"), (5, 2, 1, 2))[0]
    question = _request("latex", {}, style, choices, first=True)
    answer = {"plain": tex, "dollars": f"$${tex}$$", "brackets": rf"\[{tex}\]", "fenced": f"```latex\n{tex}\n```"}[
        style
    ]
    return Turn(question, answer, f"latex:{style}:{'.'.join(choices.taken)}", style)


def word_symbols(roles: Sequence[dict[str, str]], rng: random.Random) -> Turn:
    """A request for all symbols with their roles."""
    choices = _Choices(rng)
    question = _request("symbols", {}, "short", choices, first=True)
    line = choices.of("l", bank.SYMBOL_LISTS)
    lines = [line.format(x=_math(r["symbol"]), role=r["role"]) for r in roles]
    return Turn(question, "\n".join(lines), f"symbols:{'.'.join(choices.taken)}", "list")


def word_concept(field: str, concepts: Sequence[str], rng: random.Random) -> Turn:
    """A request for field and concepts."""
    choices = _Choices(rng)
    question = _request("concept", {}, "short", choices, first=True)
    said = choices.of("a", bank.CONCEPT_ANSWERS).format(field=field, concepts=", ".join(concepts))
    return Turn(question, said[0].upper() + said[1:], f"concept:{'.'.join(choices.taken)}", "sentence")


def word_question(question: Question, rng: random.Random, *, first: bool = True) -> Turn:
    """A question in words, with its answer short or as a sentence."""
    choices = _Choices(rng)
    slots = _slots(question)
    style = rng.choice(("short", "sentence"))
    request = _request(question.op, slots, style, choices, first=first)
    answer = _math(question.answer) if question.kind == "math" else question.answer
    if style == "sentence":
        sentences = bank.SENTENCES[question.op]
        answer = sentences[rng.randrange(len(sentences))].format(A=answer, **slots)
        answer = answer[0].upper() + answer[1:]
    return Turn(request, one_stop(answer), f"{question.op}:{style}:{'.'.join(choices.taken)}", style)


def _request(op: str, slots: dict[str, str], style: str, choices: _Choices, *, first: bool) -> str:
    opening = choices.of("o", bank.OPENINGS if first else bank.FOLLOW_UPS)
    core = choices.of("c", bank.CORES[op]).format(**slots)
    closing = choices.of("e", bank.CLOSINGS[style])
    if opening.endswith(",") and core[0] != "$":
        core = core[0].lower() + core[1:]
    return " ".join(p for p in (opening, core, closing) if p)


def _slots(question: Question) -> dict[str, str]:
    args = question.args
    slots = {"n": "", "b": "", "s": str(args.get("side", "")), "g": "relation", "r": "", "c": ""}
    if "k" in args:
        thing = _THINGS[question.op]
        slots["n"] = f"the {thing}" if args["of"] == 1 else f"the {ordinal(args['k'])} {thing} (in reading order)"
    if "base" in args or "symbol" in args:
        slots["b"] = _math(args.get("base", args.get("symbol")))
    if question.op in ("lower", "upper"):
        slots["g"] = args["sign"]
    if "row" in args:
        slots |= {"r": str(args["row"]), "c": str(args["column"])}
    return slots


def ordinal(number: int) -> str:
    """first ... tenth, 11th."""
    if number <= len(_ORDINALS):
        return _ORDINALS[number - 1]
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _math(tex: Any) -> str:
    return f"${tex}$"
