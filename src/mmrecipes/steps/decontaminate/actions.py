"""What becomes of a sample: dropped, without some of its turns, annotated, or as it was.

Covered: a dropped question takes its answer along, and leaves its pictures to the next question. Not covered: masking
pictures.
"""

from __future__ import annotations

from collections.abc import Collection

from mmrecipes.core.sample import Message, Sample
from mmrecipes.steps.decontaminate.evidence import Finding

ANNOTATION = "leak"
"""Where annotated samples say, in `meta`, what was found."""


def acted_on(sample: Sample, finding: Finding) -> Sample | None:
    """The sample after the finding's action; None when nothing of it is left."""
    if finding.action == "remove_sample":
        return None
    if finding.action == "remove_turn":
        return without_turns(sample, {e.turn for e in finding.evidence if e.settled and e.turn is not None})
    if finding.action == "annotate":
        return sample.having(meta={**sample.meta, ANNOTATION: annotation(finding)})
    return sample


def annotation(finding: Finding) -> list[dict[str, object]]:
    """What was found, as JSON: benchmark, item, tier, kind, whether it is settled."""
    return [
        {"benchmark": e.benchmark, "item": e.item, "tier": e.tier, "kind": e.kind, "settled": e.settled}
        for e in finding.evidence
    ]


def without_turns(sample: Sample, turns: Collection[int | None]) -> Sample | None:
    """Without these turns and those that answer them or are answered by them; None when no question is left."""
    gone = set(turns)
    for number, message in enumerate(sample.messages):
        if message.role == "assistant" and (number - 1 in gone or number in gone):
            gone |= {number} | ({number - 1} if number and sample.messages[number - 1].role == "user" else set())
    kept = [m for n, m in enumerate(sample.messages) if n not in gone]
    first = next((n for n, m in enumerate(kept) if m.role == "user"), None)
    if first is None:
        return None
    still = {p.image for m in kept for p in m.parts}
    moved = tuple(
        p
        for n, m in enumerate(sample.messages)
        if n in gone and m.role == "user"
        for p in m.parts
        if p.image is not None and p.image not in still
    )
    kept[first] = Message("user", (*moved, *kept[first].parts))
    return sample.having(messages=tuple(kept))
