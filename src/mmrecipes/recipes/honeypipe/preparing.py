"""From a pooled row to a conversation that every later stage can read.

Covered: turns of one speaker in a row are joined, exchanges without question or answer left out, pictures that no turn
shows put before the first question, texts normalised for all that follows; the row as it was given stays in the draft.
Not covered: opening pictures (the readers do), deciding whether the row is any good (see the rules).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby

from mmrecipes.core.sample import Message, Part, Sample
from mmrecipes.core.text import normalised
from mmrecipes.flow.step import Drop, step
from mmrecipes.recipes.honeypipe.turns import Exchange, joined, keeping, mapped, message_to_json
from mmrecipes.steps.languages import language_of

SPEAKERS = ("system", "user", "assistant")
BREAK = "\n\n"
"""Between two turns that become one."""
TOLD = "told"
"""In `truth` while the sample flows: what the row itself says, from which stand-ins answer where nothing more is known
(`known`). It is never exported."""


@step(
    reads=("images", "messages", "meta", "truth"),
    writes=("messages", "language", "task", "meta", "truth", "draft.given"),
)
def prepare(sample: Sample) -> Sample | Drop:
    """The sample with user and assistant taking turns. `draft.given` holds the messages as they came, but for repairs,
    which `meta.repaired` names; `meta.pair_id` ties what becomes of the sample together."""
    odd = sorted({m.role for m in sample.messages} - set(SPEAKERS))
    if odd:
        return Drop("unsupported_role", f"turns of {', '.join(odd)}")
    head, turns, repaired = _merged(sample.messages)
    many = _paired(turns)
    kept = [i for i, one in enumerate(many) if _says(one.question) and _says(one.answer)]
    if not kept:
        return Drop("no_exchange", f"{len(sample.messages)} turns, none of them a question with its answer")
    if any(p.image for one in many for p in one.answer.parts):
        return Drop("image_in_answer", "an assistant's turn shows a picture")
    if len(kept) < len(many):
        repaired.append("empty_turns")
        many = keeping(many, kept)
    many, added = _showing_all(many, sample)
    repaired += added
    given = joined(head, many)
    clean = tuple(mapped(m, normalised) for m in _one_text_each(given))
    questions = " ".join(m.text for m in clean if m.role == "user")
    meta = {**sample.meta, "pair_id": sample.id} | ({"repaired": repaired} if repaired else {})
    told = [{"question": one.question.text, "answer": one.answer.text} for one in many]
    truth = dict(sample.truth) if "known" in sample.truth else {**sample.truth, TOLD: told}
    return sample.having(
        truth=truth, messages=clean, language=sample.language or language_of(questions), meta=meta,
        task=sample.task or str(sample.meta.get("task_family") or ""),
    ).drafting(given=[message_to_json(m) for m in given])  # fmt: skip


def _merged(messages: Sequence[Message]) -> tuple[tuple[Message, ...], list[Message], list[str]]:
    """The system message, the other turns with neighbours of one role joined, and what had to be repaired."""
    systems = [m for m in messages if m.role == "system" and _says(m)]
    turns = [m for m in messages if m.role != "system"]
    merged = [_as_one(list(run)) for _, run in groupby(turns, key=lambda m: m.role)]
    repaired = ["merged_turns"] if len(merged) < len(turns) or len(systems) > 1 else []
    return (() if not systems else (_as_one(systems),)), merged, repaired


def _as_one(run: Sequence[Message]) -> Message:
    """Several turns as one; a single one is left exactly as it is."""
    if len(run) == 1:
        return run[0]
    spoken = [m for m in run if _says(m)]
    parts = [p for i, m in enumerate(spoken) for p in ((Part(text=BREAK),) if i else ()) + m.parts]
    return Message(run[0].role, tuple(_texts_joined(parts)))


def _texts_joined(parts: Iterable[Part]) -> list[Part]:
    """Texts that follow each other become one part."""
    result: list[Part] = []
    for is_text, run in groupby(parts, key=lambda p: p.text is not None):
        run = list(run)
        result += [Part(text="".join(p.text or "" for p in run))] if is_text else run
    return result


def _one_text_each(messages: Sequence[Message]) -> list[Message]:
    return [replace(m, parts=tuple(_texts_joined(m.parts))) for m in messages]


def _paired(turns: Sequence[Message]) -> list[Exchange]:
    """Questions with the answers after them; where one is missing, an empty turn stands for it."""
    turns = list(turns)
    if turns and turns[0].role == "assistant":
        turns.insert(0, Message("user", ()))
    if len(turns) % 2:
        turns.append(Message("assistant", ()))
    return [Exchange(*pair) for pair in zip(turns[::2], turns[1::2], strict=True)]


def _says(message: Message) -> bool:
    return any(p.image is not None or (p.text or "").strip() for p in message.parts)


def _showing_all(many: list[Exchange], sample: Sample) -> tuple[list[Exchange], list[str]]:
    """Pictures that no turn shows come before the first question."""
    shown = {p.image for one in many for p in one.question.parts}
    missing = tuple(Part(image=im.sha256) for im in sample.images if im.sha256 not in shown)
    if not missing:
        return many, []
    first = replace(many[0], question=replace(many[0].question, parts=(*missing, *many[0].question.parts)))
    return [first, *many[1:]], ["unshown_images"]
