"""Conversations of any form as turns of user and assistant, and rows of annotations as such turns.

Covered: system texts folded into the first user turn, neighbours of one speaker joined, missing halves left empty (the
cleaning removes such turns), pictures gathered before the first question. Not covered: cleaning.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from mmrecipes.core.sample import Message, Sample, shown_images
from mmrecipes.flow.step import Drop, StepContext, step
from mmrecipes.formats.finevision import SCORES
from mmrecipes.recipes.finevision.annotation import Annotation, Converted
from mmrecipes.recipes.finevision.annotations import annotation_of
from mmrecipes.recipes.finevision.turns import Turn, with_turns

SPEAKERS = ("system", "user", "assistant")
BREAK = "\n\n"
CHAT = "chat"


def converted_chat(sample: Sample) -> Converted | Drop:
    """The turns of a row that has messages."""
    odd = sorted({m.role for m in sample.messages} - set(SPEAKERS))
    if odd:
        return Drop("unsupported_role", f"turns of {', '.join(odd)}")
    if any(p.image for m in sample.messages if m.role == "assistant" for p in m.parts):
        return Drop("image_in_answer", "an assistant's turn shows a picture")
    system = [m.text for m in sample.messages if m.role == "system" and m.text.strip()]
    spoken = [m for m in sample.messages if m.role != "system"]
    turns = _paired([(role, _joined(list(run))) for role, run in groupby(spoken, key=lambda m: m.role)])
    if system and turns:
        turns[0] = Turn(BREAK.join([*system, turns[0].user]), turns[0].assistant)
    return Converted(turns, sample.alternatives)


def _joined(run: Sequence[Message]) -> str:
    return BREAK.join(m.text for m in run if m.text.strip())


def _paired(said: Sequence[tuple[str, str]]) -> list[Turn]:
    """Questions with the answers after them; where one is missing its text is empty."""
    turns: list[Turn] = []
    for role, text in said:
        if role == "user":
            turns.append(Turn(text, ""))
        elif turns and not turns[-1].assistant:
            turns[-1] = Turn(turns[-1].user, text)
        else:
            turns.append(Turn("", text))
    return turns


@step(
    reads=("images", "messages", "regions", "alternatives", "truth", "scores", "meta", "draft.annotation"),
    writes=("images", "messages", "alternatives", "task", "scores", "meta", "draft.alone", "draft.verbatim"),
)
def convert(sample: Sample, context: StepContext) -> Sample | Drop:
    """The row as turns. `meta.converter` says how; ratings that the row came with are kept apart, in
    `meta.given_ratings`; `draft.alone` says that it is not to be joined with other rows of its picture,
    `draft.verbatim` that its answers are data."""
    said = sample.draft.get("annotation") or {}
    annotation = annotation_of(said) if said else None
    made = converted_chat(sample) if annotation is None else annotation.convert(sample, context.rng)
    if isinstance(made, Drop):
        return made
    name, version = (annotation.kind, annotation.version) if annotation else (CHAT, 1)
    given = {k: v for k, v in sample.scores.items() if k in SCORES}
    meta = {**_unused(sample.meta, annotation), "converter": f"{name}_v{version}"}
    meta |= {"given_ratings": given} if given else {}
    ordered = {im.sha256: im for im in (*shown_images(sample), *sample.images)}
    row = sample.having(
        images=tuple(ordered.values()), alternatives=tuple(made.rejected), kind="chat", task=sample.task or name,
        scores={k: v for k, v in sample.scores.items() if k not in SCORES}, meta=meta,
    )  # fmt: skip
    alone = len(made.turns) > 1 or bool(made.rejected) if annotation is None else not annotation.grouped
    verbatim = annotation is not None and annotation.verbatim
    return with_turns(row, made.turns).drafting(alone=alone, verbatim=verbatim)


def _unused(meta: Mapping[str, Any], annotation: Annotation | None) -> dict[str, Any]:
    """The columns that have not become turns. Where the registry has a word of the same name, that stays."""
    columns = annotation.used if annotation else ()
    used = {f"row_{c}" if f"row_{c}" in meta else c for c in columns}
    return {k: v for k, v in meta.items() if k not in used}
