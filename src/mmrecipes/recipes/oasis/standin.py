"""The stand-in: every role of the recipe, answered by rules over the scene's truth and the call alone.

It proves the cut of the prefix, the gates and the bookkeeping exactly: after a prefix that ends in the user's turn it
writes instructions with controlled faults, after one that ends in the assistant's it writes a caption. Judges know
nothing of the faults; they look at the text and the truth. Not covered: anything a model would see in pixels, except
the main colour of a plain picture.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import numpy as np

from mmrecipes.models.call import Call, Choice
from mmrecipes.models.standin import StandInCall
from mmrecipes.recipes.oasis.probing import COLOUR
from mmrecipes.recipes.oasis.prompts import LABEL, MARKER, PLAY_THE_USER
from mmrecipes.recipes.oasis.standin_scene import (
    Known,
    absent_mentions,
    ambiguous_mentions,
    is_garbled,
    is_vague,
    needs_missing_facts,
    wrong_claims,
)
from mmrecipes.recipes.oasis.standin_words import CHATTER
from mmrecipes.steps.hook_probe import contains_request
from mmrecipes.steps.hook_stand_in import material, takes_user_turn

HOOK_FAULTS = (
    "assistant_turn", "empty_turn", "caption", "wrong_caption", "several_questions", "own_answer", "absent_object",
    "garbled", "unanswerable", "ambiguous", "non_english",
)  # fmt: skip
"""Of several that strike, the first decides."""

stand_in_faults: dict[str, str] = {
    "assistant_turn": "the hook answers as an assistant although the prefix is right",
    "empty_turn": "the hook ends its turn at once",
    "caption": "the hook writes a caption",
    "wrong_caption": "the hook writes a caption with a paragraph about something that is not there",
    "several_questions": "the hook asks two questions (the first is kept)",
    "own_answer": "the hook asks and answers (the answer is removed)",
    "absent_object": "the hook asks about an object that is not there",
    "garbled": "the hook writes broken text",
    "unanswerable": "the hook asks for what no picture shows",
    "ambiguous": "the hook asks about one of several objects without saying which",
    "non_english": "the hook writes in another language (kept)",
    "cut": "the hook's turn is cut at the longest length (kept, marked)",
    "malformed": "a reply of the extractor, a judge, the tagger, the cleaner or the checker has the wrong form",
    "invented": "the extractor or the cleaner writes something of its own",
    "wrong_language": "the answer is in English whatever the instruction's language is",
}


def fault_of(asked: StandInCall) -> str:
    """The fault of a hook call, or "" for a valid instruction."""
    return next((kind for kind in HOOK_FAULTS if asked.strikes(kind)), "")


def stand_in(asked: StandInCall) -> str | Choice:
    """One reply, the same for the same call and truth."""
    return _ROLES[asked.role](asked, Known.of(asked.truth))


def _hook(asked: StandInCall, known: Known) -> str | Choice:
    call, rng = asked.call, asked.rng
    if COLOUR in call.text or COLOUR in " ".join(m.text for m in call.messages):
        return _main_colour(call)
    fault = fault_of(asked)
    if not takes_user_turn(call, PLAY_THE_USER) or fault == "assistant_turn":
        return known.caption(rng)
    told = PLAY_THE_USER in " ".join(m.text for m in call.messages)
    if fault == "empty_turn" or (not told and not call.sampling.min_tokens and rng.random() < 0.8):
        return ""  # nothing keeps a model from closing a turn that it need not fill
    if fault in ("caption", "wrong_caption"):
        text = f"{known.caption(rng, wrong=fault == 'wrong_caption')}\n\n{CHATTER}"
    else:
        text = known.faulty(fault, rng)
    if call.extra.get("continue_final_message"):
        text = f" - {text}"
    return Choice(text, finish="length") if asked.strikes("cut") else text


def _main_colour(call: Call) -> str:
    red, green, blue = (float(v) for v in np.mean(call.images[0].decode(), axis=(0, 1)))
    return max(((red, "Red"), (green, "Green"), (blue, "Blue")))[1]


_SENTENCE = re.compile(r"[^.!?。！？\n]+(?:[.!?。！？]+|\n|$)")


def _extract(asked: StandInCall, known: Known) -> str:
    if asked.strikes("malformed"):
        return asked.rng.choice(("Here is what I found in the text.", "I would say yes.", "{}", "Instruction:"))
    if asked.strikes("invented"):
        return f"{LABEL} Compare the prices of all flights to Lisbon in a table of four columns."
    text = material(asked.call)
    found = _request_in(text)
    if not found:
        return asked.rng.choice((MARKER, f"{MARKER}.", f"**{MARKER}**"))
    return asked.rng.choice((f"{LABEL} {found}", f"{LABEL}{found}", f"**{LABEL}** {found}", f"- {LABEL} {found}"))


def _request_in(text: str) -> str:
    """From the beginning to the first sentence that asks, with the options after it; empty without one."""
    for sentence in _SENTENCE.finditer(text):
        if contains_request(sentence[0]):
            options = re.match(r"(?:\s*\n\([a-d]\) [^\n]*)*", text[sentence.end() :])
            return (text[: sentence.end()].rstrip() + (options[0].rstrip() if options else "")).strip()
    return ""


def _judge(asked: StandInCall, known: Known) -> str:
    if asked.strikes("malformed"):
        return asked.rng.choice(("I like it.", "[[7]]", "Between 3 and 4.", "Score: four"))
    text, rng = material(asked.call), asked.rng
    dimension = asked.call.name.partition("/")[2]
    found = _FINDINGS[dimension](text, known)
    if not found:
        return rng.choice(("Nothing speaks against it. [[5]]", "I find no fault.\n\nScore: [[5]]", "[[5]]"))
    score = 2 if dimension == "clarity" else 1
    return rng.choice((f"{found} [[{score}]]", f"{found}\nMy first thought was [[4]], but no.\nScore: [[{score}]]"))


_FINDINGS: dict[str, Callable[[str, Known], str]] = {
    "nonsense": lambda text, known: "The text is broken." if is_garbled(text) else "",
    "hallucination": lambda text, known: (
        f"There is no such thing: {absent_mentions(text, known)[0]}."
        if known.sure and absent_mentions(text, known)
        else ""
    ),
    "solvability": lambda text, known: "No picture tells that." if needs_missing_facts(text) else "",
    "clarity": lambda text, known: (
        "It fits several things." if is_vague(text) or ambiguous_mentions(text, known) else ""
    ),
}


def _tag(asked: StandInCall, known: Known) -> str:
    if asked.strikes("malformed"):
        return '{"difficulty": "impossible"}'
    text = material(asked.call).lower()
    kinds = {"counting": "how many|count", "recognition": "colo|is there|which|see", "creative writing": "poem|title"}
    kind = next((kind for kind, words in kinds.items() if re.search(words, text)), "description")
    return json.dumps({"difficulty": "easy", "quality": "good" if len(text) > 30 else "average", "category": kind})


def _respond(asked: StandInCall, known: Known) -> str:
    if asked.strikes("wrong_language"):
        return "There are a few things in the picture, and all of them can be seen."
    return known.answer(asked.call.messages[0].text, asked.rng)


def _clean(asked: StandInCall, known: Known) -> str:
    if asked.strikes("malformed") or asked.strikes("invented"):
        return "A crowd of dancers in golden masks fills the old opera house on the eve of the carnival."
    return material(asked.call).replace(CHATTER, "").strip()


def _check(asked: StandInCall, known: Known) -> str:
    if asked.strikes("malformed"):
        return "Hard to say."
    wrong = wrong_claims(material(asked.call), known) if known.sure else []
    return f"There is no {wrong[0]}.\nWRONG" if wrong else asked.rng.choice(("CORRECT", "No error.\nCORRECT"))


_ROLES: dict[str, Callable[[StandInCall, Known], str | Choice]] = {
    "hook": _hook, "extractor": _extract, "text_judge": _judge, "vlm_judge": _judge, "tagger": _tag,
    "responder": _respond, "cleaner": _clean, "caption_judge": _check,
}  # fmt: skip
