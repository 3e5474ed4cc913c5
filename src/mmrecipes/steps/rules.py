"""Rules: pure functions of a sample that name what is wrong with it, and the step that applies many of them.

Covered: dropping with the first reason while the detail lists all of them, flagging without dropping. The rules
themselves are in `image_rules` and `text_rules`; a recipe may write its own. Not covered: anything that asks a model or
needs other samples.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from mmrecipes.core.sample import Sample
from mmrecipes.flow.step import Drop


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule objects to: a short snake_case reason that is counted, and what was found."""

    reason: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.reason} ({self.detail})" if self.detail else self.reason


Rule: TypeAlias = Callable[[Sample], "Finding | None"]


def findings(rules: Sequence[Rule], sample: Sample) -> list[Finding]:
    """What each rule objects to, in the order of the rules."""
    return [found for rule in rules if (found := rule(sample)) is not None]


@dataclass(frozen=True, slots=True, init=False)
class Rules:
    """Applies every rule; a sample with findings is dropped with the first one's reason, and the detail lists all.

    What `flags` find is no reason to drop: it is put into `draft.flags` (reason to detail) of a sample that stays.
    """

    rules: tuple[Rule, ...]
    flags: tuple[Rule, ...]
    reads: ClassVar = ("images", "messages")
    writes: ClassVar = ("draft.flags",)

    def __init__(self, *rules: Rule, flags: Sequence[Rule] = ()) -> None:
        object.__setattr__(self, "rules", rules)
        object.__setattr__(self, "flags", tuple(flags))

    @property
    def name(self) -> str:
        return "rules"

    def __call__(self, sample: Sample) -> Sample | Drop:
        found = findings(self.rules, sample)
        if found:
            return Drop(found[0].reason, "; ".join(map(str, found)))
        flagged = {**sample.draft.get("flags", {}), **{f.reason: f.detail for f in findings(self.flags, sample)}}
        return sample.drafting(flags=flagged)
