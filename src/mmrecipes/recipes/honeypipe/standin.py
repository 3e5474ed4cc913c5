"""The stand-in: every role of the recipe, answered by rule from what is known about the picture and the call alone.

The filter knows which questions belong to the picture; teacher and reasoner write a derivation that ends in the known
answer, unless an error strikes; the judge compares the words it is given. Nothing looks at how a pair was spoilt.
Without known answers (a user's own pool) the row's own answers count as known: a rehearsal then shows the flow, not the
quality of the data. Not covered: anything a model would see in pixels.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mmrecipes.models.call import Choice
from mmrecipes.models.standin import StandInCall
from mmrecipes.recipes.honeypipe.preparing import TOLD
from mmrecipes.recipes.honeypipe.prompts import LONG_REQUEST
from mmrecipes.recipes.honeypipe.standin_words import LONG_ANSWER, Telling, another_answer, at_length

stand_in_faults: dict[str, str] = {
    "filter_miss": "the filter finds nothing wrong with a question that does not belong to the picture",
    "filter_false_alarm": "the filter rejects a question that is fine",
    "short_wrong": "the teacher arrives at a wrong answer",
    "long_wrong": "the reasoner arrives at a wrong answer",
    "judge_error": "the judge of fidelity says the opposite",
    "malformed": "a reply of the filter or the judge has the wrong form",
    "cut": "a text of the teacher or the reasoner is cut off at the longest length",
    "empty": "the teacher or the reasoner says nothing",
    "think_broken": "the reasoner's think tags are missing, unclosed, doubled or nested",
    "apart": "the reasoner's endpoint sends the reasoning apart from the text (no fault: it is put between tags)",
}


SHORTEST = 3
"""Words that a question has when something was stripped from it."""


def stand_in(asked: StandInCall) -> str | Choice:
    """One reply, the same for the same call and truth; a call without material, such as a probe, gets a word."""
    if asked.role in ("filter", "judge") and not blocks(asked.call.messages[0].text):
        return "Ready."
    return _ROLES[asked.role](asked, Known(asked.truth))


class Known:
    """What is known about a picture: questions with their right answers, and the objects of its scene."""

    def __init__(self, truth: Mapping[str, Any]) -> None:
        self.entries: Sequence[Mapping[str, str]] = truth.get("known", truth.get(TOLD, ()))
        self.objects: Sequence[Mapping[str, Any]] = truth.get("scene", {}).get("objects", ())
        self.width = truth.get("scene", {}).get("size", (1, 1))[0]

    def entry(self, question: str) -> Mapping[str, str] | None:
        """The entry that a question is, as it was or without what stood at its head and tail."""
        said = plain(question)
        asked = [(plain(e["question"]), e) for e in self.entries]
        same = [e for text, e in asked if text == said]
        whole = len(said.split()) >= SHORTEST
        within = [e for text, e in asked if whole and f" {said} " in f" {text} "]
        return next(iter([*same, *within]), None)


def plain(text: str) -> str:
    """Words in lower case, nothing else."""
    return " ".join(re.findall(r"\w+", text.lower()))


_BLOCK = re.compile(r"<(([a-z]+)(?:-\d{1,3})?-[0-9a-f]{12})>\n(.*?)\n</\1>", re.DOTALL)


def blocks(text: str) -> dict[str, str]:
    """The texts to be judged in a prompt, by label; the last of each."""
    return {label: body for _, label, body in _BLOCK.findall(text)}


def _filter(asked: StandInCall, known: Known) -> str:
    if asked.strikes("malformed"):
        return asked.rng.choice(("It fits.", '{"answerable": "perhaps"}', "Yes and yes."))
    shown = blocks(asked.call.messages[0].text)
    entry = known.entry(shown["question"])
    if "reference" in shown:
        agrees = entry is not None and agreeing(entry["answer"], shown["reference"])
        return json.dumps({"agrees": agrees, "reason": "" if agrees else "the picture shows something else"})
    fine = not asked.strikes("filter_false_alarm") if entry is not None else asked.strikes("filter_miss")
    reason = "it can be answered from what is shown" if fine else "nothing that it is about can be seen here"
    return json.dumps({"answerable": fine, "related": fine, "reason": reason})


def _teach(asked: StandInCall, known: Known) -> str | Choice:
    question, rng = asked.call.messages[-1].text, asked.rng
    answer, entry = _answer(asked, known, question, "short_wrong")
    text = Telling(known.objects, known.width, entry, rng).short(question, answer)
    return _delivered(asked, text)


def _reason(asked: StandInCall, known: Known) -> str | Choice:
    question, rng = asked.call.messages[-1].text.partition(LONG_REQUEST)[0].strip(), asked.rng
    answer, entry = _answer(asked, known, question, "long_wrong")
    telling = Telling(known.objects, known.width, entry, rng)
    thinking, said = telling.long(question, answer), telling.final(answer)
    if asked.strikes("think_broken"):
        return rng.choice((
            f"{thinking}\n\n{said}", f"<think>{thinking}\n\n{said}", f"<think>{thinking}</think><think>{said}</think>",
            f"<think>Well. <think>{thinking}</think></think>\n{said}", f"{said}\n<think>{thinking}</think>",
        ))  # fmt: skip
    if asked.strikes("apart"):
        return Choice(said, reasoning=thinking)
    return _delivered(asked, f"<think>\n{thinking}\n</think>\n\n{said}")


def _answer(asked: StandInCall, known: Known, question: str, fault: str) -> tuple[str, Mapping[str, str]]:
    entry = known.entry(question)
    if entry is None:
        return "unknown", {"question": question, "answer": "unknown", "kind": "unknown"}
    if not asked.strikes(fault):
        return entry["answer"], entry
    wrong = another_answer(entry["answer"], question, asked.rng)
    return wrong, {**entry, "answer": wrong, "how": ""}


def _delivered(asked: StandInCall, text: str) -> str | Choice:
    if asked.strikes("empty"):
        return ""
    return Choice(text[: len(text) * 2 // 3], finish="length") if asked.strikes("cut") else text


def _judge(asked: StandInCall, known: Known) -> str:
    if asked.strikes("malformed"):
        return asked.rng.choice(("They agree.", "{}", '{"match": 1}'))
    shown = blocks(asked.call.messages[0].text)
    last = re.split(r"(?<=[.!?])\s+|\n+", shown["text"].strip())[-1]
    conclusion = re.split(r"\bis\b|:", last)[-1].strip()
    long, short = at_length(shown["reference"]), len(shown["reference"].split()) < SHORTEST
    whole = long or "\n" in shown["reference"].strip()
    said = shown["text"] if whole else conclusion if short else last
    match = agreeing(shown["reference"], said) != asked.strikes("judge_error")
    kind = "descriptive" if long else "factual"
    reason = "it says the same" if match else "it says something else"
    return json.dumps({"kind": kind, "extracted": conclusion, "match": match, "reason": reason})


def agreeing(reference: str, text: str) -> bool:
    """A short reference stands in the text word for word; of a long one most of the words do."""
    wanted, said = plain(reference), f" {plain(text)} "
    if len(wanted.split()) <= LONG_ANSWER:
        return f" {wanted} " in said
    content = {w for w in wanted.split() if len(w) > 3}
    return sum(f" {w} " in said for w in content) >= 0.6 * len(content)


_ROLES: dict[str, Callable[[StandInCall, Known], str | Choice]] = {
    "filter": _filter, "teacher": _teach, "reasoner": _reason, "judge": _judge,
}  # fmt: skip
