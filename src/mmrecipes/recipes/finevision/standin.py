"""The stand-in: both raters, answered from the texts of the call and seeded errors; the mapper, by names of columns.

A rater finds nothing wrong with a turn unless an error strikes it: `low` gives the worst level, `malformed` a reply
that is none, `out_of_range` a score that is none. Errors strike each turn on its own. Covered: flow and bookkeeping.
Not covered: whether a turn is any good, which would take a model.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace

from mmrecipes.models.standin import StandInCall

stand_in_faults: dict[str, str] = {
    "low": "a rater gives a turn the worst level",
    "malformed": "a reply has the wrong form",
    "out_of_range": "a score is no level: 0, 7 or a half",
}

_BLOCK = re.compile(r"<((?:question|answer)-[0-9a-f]{12})>\n(.*?)\n</\1>", re.DOTALL)
_FINE = (
    "nothing speaks against it", "it is as it should be", "I find no fault", "all of it holds", "it is as asked for",
)  # fmt: skip


def of_turn(asked: StandInCall) -> StandInCall:
    """The call with the judged turn and its pictures in place of the sample: errors strike every turn on its own, and
    equal calls alike, which are asked once. Raises `ValueError` for a call without a turn."""
    found = {tag.partition("-")[0]: text for tag, text in _BLOCK.findall(asked.call.messages[0].text)}
    if found.keys() != {"question", "answer"}:
        raise ValueError("the call has no turn to be judged")
    pictures = [image.sha256 for image in asked.call.images]
    return replace(asked, sample="\n".join([found["question"], found["answer"], *pictures]))


def stand_in(asked: StandInCall) -> str:
    """One reply, the same for the same call; a call without material, such as a probe, gets a word."""
    if asked.role == "mapper":
        return _mapping(asked)
    if not _BLOCK.search(asked.call.messages[0].text):
        return "Ready."
    turn = of_turn(asked)
    if turn.strikes("malformed"):
        return turn.rng.choice(("I would say four.", '{"score": "high"}', "{}", '{"reason": "fine"}'))
    if turn.strikes("out_of_range"):
        return json.dumps({"reason": "very good", "score": turn.rng.choice((0, 7, 4.5))})
    if turn.strikes("low"):
        return json.dumps({"reason": "it does not hold", "score": 1})
    return json.dumps({"reason": turn.rng.choice(_FINE), "score": turn.rng.choice((4, 5, 5))})


_COLUMNS = re.compile(r"<(columns-[0-9a-f]{12})>\n(.*?)\n</\1>", re.DOTALL)


def _mapping(asked: StandInCall) -> str:
    """A declaration where columns are called what they are, none otherwise."""
    shown = _COLUMNS.search(asked.call.messages[0].text)
    if shown is None:
        return "Ready."
    columns = {c.lower(): c for c in shown[2].split(", ")}
    if {"question", "answer"} <= columns.keys():
        return json.dumps({"kind": "questions", "question": columns["question"], "answer": columns["answer"]})
    caption = next((columns[c] for c in ("caption", "captions", "description") if c in columns), None)
    return json.dumps({"kind": "captions", "caption": caption} if caption else {"kind": None})
