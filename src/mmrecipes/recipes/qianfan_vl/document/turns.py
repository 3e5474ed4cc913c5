"""Which turn a document sample makes, and its words.

Covered: turn kinds by turns of the index, questions composed from `phrases` with the choices recorded as a template id,
short answers and sentences; Chinese documents in Chinese. Not covered: other languages.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Literal

from mmrecipes.core.identity import turn
from mmrecipes.core.text import put
from mmrecipes.recipes.qianfan_vl.document import phrases, phrases_zh
from mmrecipes.render.documents.proposals import proposals
from mmrecipes.render.documents.queries import Answer, Query, evaluate

TurnKind = Literal["markdown", "elements", "outline", "extract", "read", "question", "dialogue"]
_SHARES: dict[TurnKind, int] = {
    "markdown": 6,
    "elements": 2,
    "outline": 1,
    "extract": 2,
    "read": 1,
    "question": 5,
    "dialogue": 5,
}
CYCLE: tuple[TurnKind, ...] = tuple(kind for kind, share in _SHARES.items() for _ in range(share))
"""Shares of the turn kinds; one round of this length has exactly these."""
STEPS = {
    "lookup": 1,
    "field": 1,
    "title": 1,
    "dish": 1,
    "cell": 2,
    "next_heading": 2,
    "sentence": 2,
    "page_of": 2,
    "count": 3,
    "largest": 3,
    "more": 4,
    "difference": 4,
    "days_between": 4,
    "sum_column": 5,
}
"""Reading and reasoning steps of an operation."""
QUOTED = frozenset({"lookup", "field", "title", "dish", "cell", "next_heading", "sentence", "largest"})
"""Operations whose answer is a text of the document; the others count, compare or compute."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A request and its reply; `template` names the choices made."""

    question: str
    answer: str
    template: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """What a sample says, and for each question its query and answer."""

    kind: TurnKind
    turns: tuple[Turn, ...]
    asked: tuple[tuple[Query, Answer], ...] = ()


def turn_kind(index: int) -> TurnKind:
    """The kind of the sample at this index."""
    return CYCLE[turn(index, len(CYCLE), "document turn")]


_FORMS: dict[str, tuple[str, ...]] = {
    "markdown": ("MARKDOWN", "MARKDOWN_RULES"),
    "elements": ("ELEMENTS", "ELEMENTS_FORM"),
    "outline": ("OUTLINE",),
    "extract": ("EXTRACT", "EXTRACT_RULES"),
    "read": ("READ", "READ_RULES"),
}
"""Phrases that requests of written forms are composed of, by their names in a bank."""
_LETTERS = {"MARKDOWN": "m", "ELEMENTS": "e", "ELEMENTS_FORM": "f", "OUTLINE": "o", "EXTRACT": "x", "READ": "t"}


def phrases_for(truth: Mapping[str, Any]) -> ModuleType:
    """The phrases that a document is asked about in: those of its language, English where it has none."""
    return phrases_zh if truth.get("language") == "zh" else phrases


def exchange(truth: Mapping[str, Any], kind: TurnKind, rng: random.Random) -> Exchange:
    """The turns of a kind; where the document does not offer it a question, and where it offers none its Markdown."""
    tried: tuple[TurnKind, ...] = (kind, "question")
    for one in tried:
        if one in ("question", "dialogue"):
            if said := _ask(truth, one, 1 if one == "question" else rng.randint(2, 4), rng):
                return said
        elif _offers(truth, one):
            return _write(truth, one, rng)
    return _write(truth, "markdown", rng)


def _offers(truth: Mapping[str, Any], kind: TurnKind) -> bool:
    """Whether a written form has something to say: an outline two headings, fields two labels, each only once."""
    if kind == "outline":
        return "\n" in truth["outline"]
    if kind == "extract":
        fields = {e["element"] for e in truth["elements"] if e["type"] == "field"}
        return len(fields) == len(truth["fields"]) >= 2
    return True


def _write(truth: Mapping[str, Any], kind: TurnKind, rng: random.Random) -> Exchange:
    words, bank = _Words(rng), phrases_for(truth)
    question = "".join(words.of(_LETTERS.get(name, "r"), getattr(bank, name)) for name in _FORMS[kind])
    opening = words.of("p", bank.OPENINGS[:4])
    return Exchange(kind, (Turn(opening + question, reply(truth, kind), f"{bank.PREFIX}{kind}/{words.template}"),))


def reply(truth: Mapping[str, Any], kind: str) -> str:
    """What the request of a written form is answered with."""
    if kind == "markdown":
        return truth["markdown"]
    if kind == "outline":
        return truth["outline"]
    if kind == "extract":
        return json.dumps(truth["fields"], ensure_ascii=False, indent=1)
    shown = truth["elements"]
    if kind == "read":
        return "\n".join(e["text"] for e in shown if e["text"])
    return json.dumps([_element(e) for e in shown], ensure_ascii=False)


def _element(e: Mapping[str, Any]) -> dict[str, Any]:
    xs, ys = [p[0] for p in e["quad"]], [p[1] for p in e["quad"]]
    kind = f"heading_{e['level']}" if e["type"] == "heading" else e["type"]
    return {
        "type": kind,
        "page": e["page"],
        "box": [round(min(xs)), round(min(ys)), round(max(xs)), round(max(ys))],
        "text": e["text"],
    }


class _Words:
    """Draws from phrase lists and remembers the choices."""

    def __init__(self, rng: random.Random) -> None:
        self.rng, self.taken = rng, list[str]()

    def of(self, name: str, options: Sequence[str]) -> str:
        at = self.rng.randrange(len(options))
        self.taken.append(f"{name}{at}")
        return options[at]

    @property
    def template(self) -> str:
        return ".".join(self.taken)


def _ask(truth: Mapping[str, Any], kind: TurnKind, count: int, rng: random.Random) -> Exchange | None:
    """Up to `count` questions of different operations."""
    turns: list[Turn] = []
    asked: list[tuple[Query, Answer]] = []
    for query in proposals(truth, phrases_for(truth).SPOKEN, rng):
        if len(turns) == count:
            break
        if query.op in {q.op for q, _ in asked}:
            continue
        answer = evaluate(truth, query)
        turns.append(_word(truth, query, answer, rng, follow_up=bool(turns)))
        asked.append((query, answer))
    return Exchange(kind, tuple(turns), tuple(asked)) if turns else None


def _word(truth: Mapping[str, Any], query: Query, answer: Answer, rng: random.Random, *, follow_up: bool) -> Turn:
    words, bank = _Words(rng), phrases_for(truth)
    slots = _slots(truth, query, bank)
    opening = "" if follow_up else words.of("p", bank.OPENINGS)
    core = _filled(words.of("c", bank.CORES[query.op]), slots)
    full = rng.random() < 0.4 and not (query.op == "count" and answer.value < 2)
    closing = words.of("f", bank.FULL) if full else words.of("s", _short(bank, query.op))
    if query.op == "field" and not answer.text:
        closing = words.of("e", bank.EMPTY_RULE) if not full else closing
        text = _filled(words.of("y", bank.EMPTY_REPLIES), slots) if full else ""
    elif full:
        text = put(_filled(words.of("a", bank.REPLIES[query.op]), slots), "{x}", answer.text)
    else:
        text = answer.text
    starts_new = not opening or opening.rstrip().endswith((".", "?"))
    question = opening + (core[0].upper() + core[1:] if starts_new else core) + closing
    return Turn(question, text, f"{bank.PREFIX}{query.op}/{'full' if full else 'short'}/{words.template}")


def _short(bank: ModuleType, op: str) -> tuple[str, ...]:
    return (*bank.SHORT, *bank.VERBATIM) if op in QUOTED else bank.SHORT


def _filled(frame: str, slots: Mapping[str, str]) -> str:
    for name, value in slots.items():
        frame = frame.replace(f"{{{name}}}", value)
    return frame


def _slots(truth: Mapping[str, Any], query: Query, bank: ModuleType) -> dict[str, str]:
    args = query.args
    quoted: Callable[[str], str] = bank.quoted
    match query.op:
        case "lookup":
            name = args["name"]
            kind = next(f["kind"] for f in truth["facts"] if f["name"] == name)
            return {"spoken": bank.SPOKEN[name], "is": bank.ASKED.get(name) or bank.ASKED.get(kind) or bank.ASKED[""]}
        case "field":
            return {"label": quoted(args["label"].rstrip(":："))}
        case "count" | "more":
            pages = {"a": str(args["pages"][0]), "b": str(args["pages"][1])} if query.op == "more" else {}
            measure = bank.MEASURES.get(args["what"], bank.MEASURE)
            return {**pages, "m": measure, "things": bank.THINGS[args["what"]]}
        case "next_heading":
            return {"heading": quoted(args["heading"])}
        case "sentence":
            which = args["which"]
            return {"heading": quoted(args["heading"]), "which": bank.WHICH[which], "verb": bank.VERBS[which]}
        case "page_of":
            text = args.get("text")
            return {"target": bank.HEADING.format(text=quoted(text)) if text else bank.TARGETS[args["what"]]}
        case "difference" | "days_between":
            return {"a": bank.SPOKEN[args["a"]], "b": bank.SPOKEN[args["b"]]}
        case "sum_column" | "largest" | "cell":
            header = truth["tables"][0]["header"][args["column"]]
            extreme = bank.EXTREMES[bool(args.get("smallest"))]
            return {"column": quoted(header), "row": quoted(args.get("row", "")), "extreme": extreme}
        case "dish":
            return {"dish": quoted(args["dish"])}
    return {}


def difficulty(kind: TurnKind, complexity: int, pages: int, asked: Sequence[tuple[Query, Answer]]) -> int:
    """1..10: written forms by the document's complexity and pages, answers by the steps of the hardest operation."""
    if not asked:
        return min(10, 2 * complexity - (kind in ("outline", "extract", "read")) + (pages > 1))
    return min(10, max(STEPS[q.op] for q, _ in asked) + complexity // 2 + (pages > 1))
