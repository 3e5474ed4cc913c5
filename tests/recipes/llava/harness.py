"""What part A's steps see of the engine, without the engine; and small COCO files."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from PIL import Image

from mmrecipes.core.identity import rng_from
from mmrecipes.core.sample import Sample
from mmrecipes.flow.step import Drop
from mmrecipes.models.call import Call, Choice, Malformed, Reply, Usage
from mmrecipes.models.standin import StandInCall

Answering = Callable[[StandInCall], Any]


@dataclass
class Asked:
    value: Any
    reply: Reply
    model: str
    reasked: int


@dataclass
class Context:
    """What steps see of the engine; `calls` gathers every call that is made."""

    sample: Sample
    answering: Answering
    faults: Mapping[str, float]
    calls: list[StandInCall]
    attempt: int = 0
    run_seed: int = 7

    @property
    def rng(self) -> Random:
        return rng_from(self.run_seed, self.sample.id, self.attempt)

    async def ask(self, role: str, call: Call, parse: Callable[[Reply], Any], retries: int = 1) -> Asked | Drop:
        for number in range(retries + 1):
            asked = StandInCall(role, call, self.sample.truth, self.sample.id, self.attempt, self.faults)
            self.calls.append(asked)
            reply = as_reply(self.answering(asked))
            try:
                return Asked(parse(reply), reply, reply.model, number)
            except Malformed as e:
                fault, call = e, call.asked_again(reply.text, e.why)
        return Drop(fault.reason, fault.why)


def as_reply(said: str | Choice) -> Reply:
    choice = said if isinstance(said, Choice) else Choice(said)
    return Reply((choice,), "stand-in", Usage(0, 0), stand_in=True)


@dataclass
class Outcome:
    kept: Sample | None = None
    drop: Drop | None = None
    calls: list[StandInCall] = field(default_factory=list)


def coco(folder: Path, images: int = 4) -> dict[str, Path]:
    """A COCO instances file, its captions, and the pictures; image 0 has no captions and a crowd."""
    entries: list[Any] = []
    annotations: list[Any] = []
    captions: list[Any] = []
    for i in range(images):
        Image.new("RGB", (200, 100), "grey").save(folder / f"{i}.jpg")
        entries.append({"id": i + 1, "file_name": f"{i}.jpg", "width": 200, "height": 100, "license": 1})
        annotations += [{"id": 10 * i + k + 1, "image_id": i + 1, "category_id": k % 2 + 1,
                         "bbox": [20 * k, 10, 15, 50],
                         "iscrowd": int(i == 0 and k == 1)} for k in range(3)]  # fmt: skip
        captions += [{"id": 10 * i + k, "image_id": i + 1, "caption": f"Sentence {k} of {i}.\n"} for k in range(5) if i]
    head = {"images": entries, "licenses": [{"id": 1, "name": "CC BY"}], "info": {"description": "toy"}}
    categories = [{"id": 1, "name": "dog"}, {"id": 2, "name": "cat"}]
    (folder / "instances.json").write_text(json.dumps({**head, "annotations": annotations, "categories": categories}))
    captions.reverse()
    (folder / "captions.json").write_text(json.dumps({**head, "annotations": captions}))
    return {"main": folder / "instances.json", "captions": folder / "captions.json"}
