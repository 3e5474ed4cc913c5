"""The final form of a sample and its record: what it was, what was done, who judged, where it came from.

Covered: `bypass` (exactly as given), `short`, `long`; verdicts, stripped texts and the original in `meta`.
Not covered: whether it is good enough (see `enriching`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

from mmrecipes.core.sample import Sample, assistant
from mmrecipes.flow.step import step
from mmrecipes.recipes.honeypipe.preparing import TOLD
from mmrecipes.recipes.honeypipe.turns import exchanges, joined, message_from_json


@step(reads=("messages", "truth", "meta", "draft.given"), writes=("messages", "truth", "meta", "draft.verified"))
def keep_as_given(sample: Sample) -> Sample:
    """The messages as they came, to the byte; `meta.cot` is `bypass`."""
    messages = tuple(message_from_json(m) for m in sample.draft["given"])
    meta = {**sample.meta, **_hashed(sample), "cot": "bypass", "triage": sample.meta.get("triage", "registry:skip")}
    return _told_no_more(sample).having(messages=messages, meta=meta).drafting(verified=0)


@dataclass(frozen=True, slots=True)
class Finish:
    """Puts the verified answers in place. A sample without a single think block is `short`, whichever way it came."""

    kind: Literal["short", "long"]
    hinted: bool = False
    writes: ClassVar = ("messages", "truth_source", "truth", "meta", "draft.verified")

    @property
    def name(self) -> str:
        return f"finish_{self.kind}"

    @property
    def reads(self) -> tuple[str, ...]:
        return ("messages", "truth", "meta", "draft.given", "draft.stripped", f"draft.{self.kind}")

    def __call__(self, sample: Sample) -> Sample:
        outcomes: Sequence[Mapping[str, Any]] = sample.draft[self.kind]
        many = [replace(one, answer=assistant(o["text"])) for one, o in zip(exchanges(sample), outcomes, strict=True)]
        cot = "long" if any(o["thinks"] for o in outcomes) else "short"
        meta = {**sample.meta, **_hashed(sample), "cot": cot, **self._record(sample, outcomes)}
        if self.kind == "long" and cot == "short":
            meta["relabelled"] = "too_short"
        return _told_no_more(sample).having(
            messages=joined((), many), meta=meta, truth_source="model"
        ).drafting(verified=1)  # fmt: skip

    def _record(self, sample: Sample, outcomes: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        record: dict[str, Any] = {
            "original": [{"role": m["role"], "text": " ".join(p["text"] for p in m["parts"] if "text" in p)}
                         for m in sample.draft["given"]],
            "verdicts": [{"attempts": o["attempts"], "model": o["model"], **o["verdict"]} for o in outcomes],
        }  # fmt: skip
        if sample.draft["stripped"]:
            record["stripped"] = sample.draft["stripped"]
        return record | ({"hint": "reference"} if self.hinted and self.kind == "long" else {})


def _hashed(sample: Sample) -> dict[str, Any]:
    """What the removal of duplicates found: hashes, answers of duplicates that were removed, whether they conflict."""
    return {name: sample.draft[name] for name in ("hashes", "dup_answers", "dup_conflict") if name in sample.draft}


def _told_no_more(sample: Sample) -> Sample:
    return sample.having(truth={k: v for k, v in sample.truth.items() if k != TOLD})
