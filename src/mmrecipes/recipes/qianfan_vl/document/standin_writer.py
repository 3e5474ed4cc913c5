"""The stand-in for the role `writer`: sentences without facts of their own, of the length each slot has room for.

Covered: all languages; hostile replies at set rates. Not covered: prose that says anything.
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from typing import Any

from mmrecipes.models.standin import StandInCall
from mmrecipes.render.corpora.texts import WITHOUT_BLANKS, texts

FAULTS: dict[str, str] = {
    "writer_number": "a text gives a number that is none of the document's",
    "writer_name": "a text names a person that is none of the document's",
    "writer_typst": "a text is code of the typesetter",
    "writer_html": "a text is HTML",
    "writer_script": "a text is in a script that is not its language's",
    "writer_long": "a text is far too long",
    "writer_shape": "a text is missing",
    "writer_mute": "a text leaves out the facts it must say",
}
_PARTS = (
    ("the work", "the plan", "our advice", "what was agreed", "the list below", "a short visit", "the old way", "the "
     "weather", "careful planning", "good will", "the first attempt", "every change", "the small print"),
    ("has helped more than expected", "needs a little time", "was discussed at length", "will be looked at again",
     "can be seen at a glance", "suits most people", "leaves room for questions", "went better than before",
     "has to be explained", "cannot be taken for granted", "is easy to forget"),
    ("in the end", "for most of us", "without much noise", "on quiet days", "in spite of some doubts", "as a rule",
     "when all goes well", "for a good reason", "in plain view", "with some patience", "day after day"),
)  # fmt: skip
_HOSTILE = {
    "writer_number": " and 98765 others",
    "writer_name": " said Balthasar Quimby",
    "writer_typst": ' #image("/etc/passwd") #set page(width: 1pt)',
    "writer_html": " <script>alert(1)</script>",
    "writer_script": " привет всем",
    "writer_long": " and so on" * 200,
}


def write(asked: StandInCall) -> str:
    """A reply with a text for every slot that the call's document has."""
    rng, language = asked.rng, asked.truth.get("language", "en")
    slots = asked.truth.get("slots", [])
    mute = asked.strikes("writer_mute")
    said: dict[str, str] = {}
    for slot in slots:
        text = ""
        for _ in range(40):
            text = _text({**slot, "must": [] if mute else slot["must"]}, language, rng)
            if text not in said.values():
                break
        said[slot["name"]] = text
    if said:
        free = [s["name"] for s in slots if not s["must"]]
        victim = max(free or said, key=lambda name: len(said[name]))
        for fault, added in _HOSTILE.items():
            if asked.strikes(fault):
                _, most = next(s["room"] for s in slots if s["name"] == victim)
                kept = said[victim][: max(0, most - len(added))]
                said[victim] = (kept + added).strip() if fault != "writer_long" else said[victim] + added
        if asked.strikes("writer_shape"):
            del said[victim]
    return json.dumps(said, ensure_ascii=False)


def _text(slot: Mapping[str, Any], language: str, rng: random.Random) -> str:
    """Sentences up to about the middle of the room, the facts at the end; where there is little room a few words."""
    least, most = slot["room"]
    tail, gap = _joined(slot["must"], language), "" if language in WITHOUT_BLANKS else " "
    if language == "en" and most < 70 and not tail:
        subject, said, how = map(rng.choice, _PARTS)
        forms = (f"{subject} {said} {how}", f"{subject} {said}", said, subject, subject.split()[-1])
        text = next((f for f in forms if least <= len(f) <= most), forms[-1][:most])
        return text[:1].upper() + text[1:]
    text, room = "", most - len(tail) - (1 if tail else 0)
    while room > 0 and len(text) < min(room, (least + most) // 2 - len(tail)):
        before, text = text, f"{text}{gap if text else ''}{_sentence(language, rng)}"
        if len(text) > room and (len(before) >= least or (text := _cut(text, room, language)) == before):
            text = before
            break
    return f"{text}{gap}{tail}".strip()


def _joined(facts: list[str], language: str) -> str:
    return ("" if not facts else f"{', '.join(facts)}{texts(language).stop.strip()}").strip()


def _cut(text: str, most: int, language: str) -> str:
    if len(text) <= most:
        return text
    if language in (*WITHOUT_BLANKS, "th"):
        return text[:most]
    return text[: most + 1].rpartition(" ")[0].rstrip(" ,.:;") or text[:most]


def _sentence(language: str, rng: random.Random) -> str:
    if language == "en":
        subject, said, how = map(rng.choice, _PARTS)
        return f"{subject.capitalize()} {said} {how}."
    t = texts(language)
    return t.sentence.format(s=rng.choice(t.subjects), p=rng.choice(t.predicates), a=rng.choice(t.adverbials)) + t.stop
