"""What was found about a sample, what is done, and what becomes of the sample: dropped, without some of its turns,
annotated, or as it was.

Evidence is plain values that hold digests and numbers, never content. Covered: a dropped question takes its answer
along, and leaves its pictures to the next question. Not covered: masking pictures.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from mmrecipes.core.errors import UsageError
from mmrecipes.core.sample import Message, Sample

Tier = Literal["image_exact", "image_near", "text_long", "joint", "template", "derived"]
TIERS: tuple[Tier, ...] = ("image_exact", "image_near", "joint", "text_long", "derived", "template")
"""Strongest first. `joint`: a short question with its answer, together with the picture; `template`: the same wording
with other numbers; `derived`: made from a sample that is removed."""
Kind = Literal["source_id", "pixels", "phash", "copy", "words", "caption", "options", "question", "template", "parent"]
Mode = Literal["remove_sample", "remove_turn", "annotate"]
Action = Literal["remove_sample", "remove_turn", "annotate", "review", "keep"]
ANNOTATION = "leak"
"""Where annotated samples say, in `meta`, what was found."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What counts as evidence and what is done with it. Distances are in bits of 64, `copy_*` cosines."""

    mode: Mode = "remove_sample"
    image_reuse: Literal["remove", "allow"] = "remove"
    strict: bool = False
    phash: int = 6
    copy_sure: float = 0.95
    copy_likely: float = 0.90
    images: bool = True
    texts: bool = True

    def __post_init__(self) -> None:
        if not self.images and not self.texts:
            raise UsageError("with neither images nor texts there is nothing to compare")


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that ties a sample to a benchmark. `items` counts the items of the benchmark that it ties it to, of
    which `item` is the first. `settled` evidence is acted on, other is for review. `image` and `turn` number the
    sample's pictures and messages from 0; `picture` and `place` those of the benchmark's registry."""

    benchmark: str
    item: str
    kind: Kind
    tier: Tier
    settled: bool
    value: str | float
    items: int = 1
    view: str = ""
    image: int | None = None
    turn: int | None = None
    measures: Mapping[str, Any] = field(default_factory=dict)
    picture: int = -1
    place: int = -1

    def to_json(self) -> dict[str, Any]:
        """As it is recorded."""
        shown = ("benchmark", "item", "items", "kind", "tier", "settled", "value", "view", "image", "turn", "measures")
        return {name: value for name in shown if (value := getattr(self, name)) not in ("", None, {})}


@dataclass(frozen=True, slots=True)
class Finding:
    """All that was found about one sample, strongest first, and what is done. `unchecked` says what of it could not be
    looked at."""

    evidence: tuple[Evidence, ...] = ()
    action: Action = "keep"
    unchecked: tuple[str, ...] = ()

    @property
    def acted(self) -> bool:
        """Whether anything is done about it."""
        return self.action not in ("keep", "review")

    @property
    def tier(self) -> str:
        """The strongest tier that is acted on, else the strongest of all; empty without evidence."""
        return self.first.tier if self.evidence else ""

    @property
    def first(self) -> Evidence:
        """The strongest evidence, settled if any is; there must be some."""
        return self.evidence[0]


def decide(
    evidence: list[Evidence], unchecked: tuple[str, ...], policy: Policy, image_alone: frozenset[str]
) -> Finding:
    """What is done about the evidence. `image_alone` names the benchmarks of which a picture may never be reused."""
    if policy.image_reuse == "allow":
        evidence = [_reusable(e, image_alone) for e in evidence]
    ordered = tuple(sorted(evidence, key=_rank))
    settled = [e for e in ordered if e.settled]
    if not settled:
        return Finding(ordered, "review" if ordered else "keep", unchecked)
    if policy.mode == "remove_turn" and any(e.turn is None for e in settled):
        return Finding(ordered, "remove_sample", unchecked)
    return Finding(ordered, policy.mode, unchecked)


def _reusable(e: Evidence, image_alone: frozenset[str]) -> Evidence:
    """A picture alone is not acted on where pictures may be reused."""
    if e.tier not in ("image_exact", "image_near") or e.benchmark in image_alone or not e.settled:
        return e
    return replace(e, settled=False, measures={**e.measures, "reuse": "allowed"})


def _rank(e: Evidence) -> tuple[bool, int, str, str, str, int, int]:
    return (
        not e.settled, TIERS.index(e.tier), e.benchmark, e.kind, e.item, -1 if e.image is None else e.image,
        -1 if e.turn is None else e.turn,
    )  # fmt: skip


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
