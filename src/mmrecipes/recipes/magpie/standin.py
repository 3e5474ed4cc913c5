"""The stand-in: every role of the recipe, answered by rules over the call alone.

It proves the cut of the prefix, the rules, gates and bookkeeping exactly: after a prefix that ends in the user's turn
it writes instructions with controlled faults, draw by draw; anywhere else it greets like an assistant. The tagger and
the reward model know nothing of the faults; they look at the text.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from dataclasses import replace

from mmrecipes.models.call import Choice
from mmrecipes.models.standin import StandInCall
from mmrecipes.recipes.magpie import standin_words as w
from mmrecipes.recipes.magpie.prompts import PLAY_THE_USER, SYSTEMS
from mmrecipes.steps.hook_stand_in import material, takes_user_turn
from mmrecipes.steps.languages import language_of

DRAW_FAULTS = (
    "assistant_turn", "empty_turn", "trailing_colon", "poor", "repeated", "nearly_repeated", "role_word", "cut",
    "non_english",
)  # fmt: skip
"""Of several that strike one draw, the first decides."""

stand_in_faults: dict[str, str] = {
    "assistant_turn": "the hook answers as an assistant although the prefix is right (kept when it is put well)",
    "empty_turn": "the hook ends its turn at once",
    "trailing_colon": "the hook announces material that never comes",
    "poor": "the hook writes a vague fragment",
    "repeated": "the hook writes one instruction again and again",
    "nearly_repeated": "the hook writes one instruction with another last word",
    "role_word": "the hook goes on with the assistant's turn after a bare role word (cut off)",
    "cut": "the hook's turn is cut at the longest length",
    "non_english": "the hook writes in another language (kept)",
    "malformed": "a reply of the tagger or the reward model has the wrong form",
    "bad_answer": "the answer says nothing (its reward is low)",
    "wrong_language": "the answer is in English whatever the instruction's language is (kept, marked)",
}


def stand_in(asked: StandInCall) -> str | Choice | list[Choice]:
    """The replies to one call, the same for the same call."""
    if asked.call.name == "answer":
        return _answer(asked)
    return _ROLES[asked.role](asked)


def of_draw(asked: StandInCall, number: int) -> StandInCall:
    """The call as one of its draws sees it: faults strike and words fall draw by draw."""
    return replace(asked, call=asked.call.having(name=f"{asked.call.name}/{number}"))


def fault_of(draw: StandInCall) -> str:
    """The fault of a draw, or "" for a sound instruction."""
    return next((kind for kind in DRAW_FAULTS if draw.strikes(kind)), "")


def _hook(asked: StandInCall) -> list[Choice]:
    user_turn = takes_user_turn(asked.call, PLAY_THE_USER)
    task = _task(asked)
    return [_turn(of_draw(asked, number), user_turn, task) for number in range(asked.call.n)]


def _task(asked: StandInCall) -> str:
    """The task whose system prompt the model reads."""
    told = " ".join(
        (asked.call.text, str(asked.call.extra.get("chat_template", "")), *(m.text for m in asked.call.messages))
    )
    return next((task for task, system in SYSTEMS.items() if system and system in told), "general")


def _turn(draw: StandInCall, user_turn: bool, task: str) -> Choice:
    fault, rng = fault_of(draw), draw.rng
    if not user_turn or fault == "assistant_turn":
        return Choice(rng.choice(w.ASSISTANT))
    sound = sound_instruction(task, rng)
    text = {
        "empty_turn": "",
        "trailing_colon": rng.choice(w.ANNOUNCING),
        "poor": rng.choice(w.POOR),
        "repeated": w.REPEATED,
        "nearly_repeated": w.NEARLY.format(end=rng.choice(w.NEAR_ENDS)),
        "role_word": f"{sound}{w.LEAKED}",
        "non_english": _foreign(rng),
    }.get(fault, sound)
    if draw.call.extra.get("continue_final_message"):
        text = f" - {text}" if text else ""
    return Choice(text, finish="length" if fault == "cut" else "stop")


def sound_instruction(task: str, rng: random.Random) -> str:
    """A complete instruction of a task."""
    frames = {"math": w.MATH, "code": w.CODE, "translation": w.TRANSLATION}.get(task, w.GENERAL)
    topic, other = rng.sample(w.TOPICS, 2)
    goods, others = rng.sample(w.GOODS, 2)
    a, b, c, d = (rng.randint(2, 60) for _ in range(4))
    return rng.choice(frames).format(
        topic=topic, other=other, reader=rng.choice(w.READERS), limit=rng.choice(w.LIMITS), goods=goods, others=others,
        a=a, b=b, c=c, d=d, buyer=rng.choice(w.BUYERS), language=rng.choice(w.LANGUAGES), job=rng.choice(w.JOBS),
        need=rng.choice(w.NEEDS), tongue=rng.choice(w.TONGUES), count=a, day=rng.choice(w.DAYS),
    )  # fmt: skip


def _foreign(rng: random.Random) -> str:
    frame = rng.choice(list(w.FOREIGN.values()))
    return frame.format(**{name: rng.choice(topics) for name, topics in w.FOREIGN_TOPICS.items()})


_SUM = re.compile(r"(\d+)\D+?(\d+)\D+?(\d+)\D+?(\d+)")


def _answer(asked: StandInCall) -> str:
    question, rng = asked.call.messages[0].text, asked.rng
    if asked.strikes("bad_answer"):
        return w.USELESS
    foreign = w.FOREIGN_ANSWERS.get(language_of(question))
    if foreign and not asked.strikes("wrong_language"):
        return foreign
    if numbers := _SUM.search(question):
        a, b, c, d = map(int, numbers.groups())
        return f"{a} times {b} is {a * b}, {c} times {d} is {c * d}; together that is {a * b + c * d}."
    topic = next((t for t in w.TOPICS if t in question), "this")
    return f"{rng.choice(w.OPENINGS)} {rng.choice(w.MIDDLES).format(topic=topic)} {rng.choice(w.ENDINGS)}"


def _tag(asked: StandInCall) -> str:
    if asked.strikes("malformed"):
        return asked.rng.choice(("It is a good one.", '{"difficulty": "easy"}', '{"quality": "superb"}'))
    text = material(asked.call)
    kinds = {"mathematics": r"\d+ \w+.*\d+ \w+.*\?", "coding": "|".join(map(re.escape, w.LANGUAGES)),
             "translation": "|".join(w.TONGUES)}  # fmt: skip
    kind = next((kind for kind, pattern in kinds.items() if re.search(pattern, text)), "information")
    quality = "very poor" if text in w.POOR else asked.rng.choice(("good", "excellent"))
    return json.dumps({"difficulty": "easy", "quality": quality, "category": kind})


def _reward(asked: StandInCall) -> str:
    if asked.strikes("malformed"):
        return asked.rng.choice(("quite good", "7/10", "nan"))
    return "-14.5" if asked.call.messages[1].text == w.USELESS else f"{asked.rng.uniform(-9, 6):.3f}"


_ROLES: dict[str, Callable[[StandInCall], str | list[Choice]]] = {"hook": _hook, "tagger": _tag, "reward": _reward}
