"""Invented scenes: what is to be seen in one, and records about them, so that every part runs with nothing brought.

Captions are those of the world's describer (one short, one that counts everything, one with a relation, another short
one, a long one), so that contexts look as annotated photographs' do. Covered: picture, captions, boxes, which
classes are boxed completely; every kind of record of part C but `dialogue`. Not covered: scenes of a user's own,
variety of questions in the records (they stand for academic data, and are none).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, ClassVar

from mmrecipes.core.boxes import Box
from mmrecipes.core.identity import rng_from, seed_from
from mmrecipes.core.image import Image
from mmrecipes.core.sample import Sample
from mmrecipes.steps.nouns import plural, shown
from mmrecipes.world.captions import captions
from mmrecipes.world.catalogue import CATALOGUE
from mmrecipes.world.draw import render
from mmrecipes.world.facts import Facts
from mmrecipes.world.scene import Scene, invent

_LEVELS = ((0, 2), (0, 3), (0, 4), (1, 2), (1, 5))
"""Which draw of captions, and which level of it."""


def told_of(scene: Scene) -> list[str]:
    """The captions, each once."""
    draws = [{c.level: c.text for c in captions(scene, rng_from("llava", "captions", scene.seed, k))} for k in (0, 1)]
    return list(dict.fromkeys(draws[k][level] for k, level in _LEVELS if level in draws[k]))


def seen_in(value: Mapping[str, Any]) -> tuple[Image, list[str], list[tuple[str, Box]], set[str]]:
    """Picture, captions, (name, box) of what is in view, and the classes all of whose objects are in view."""
    scene = Scene.from_json(value)
    facts = Facts(scene)
    boxes = [(o.category, facts.box(o)) for o in facts.shown]
    complete = {name for name in CATALOGUE if facts.complete(name)}
    return render(scene).image(), told_of(scene), boxes, complete


def picture(value: Mapping[str, Any]) -> Image:
    """The drawn scene."""
    return render(Scene.from_json(value)).image()


# --- records for part C ---

PER_SCENE = 10


@dataclass(frozen=True, slots=True)
class Textbook:
    """One row per record; ten records per scene. They never end."""

    remarks: tuple[str, ...] = ("no input: questions about invented scenes stand for academic data",)
    writes: ClassVar[tuple[str, ...]] = (
        "draft.record", "draft.image", "draft.path", "draft.wrong", "draft.scene", "meta", "truth",
    )  # fmt: skip

    def strata(self) -> Mapping[str, float]:
        return {"records": 1.0}

    def size(self, stratum: str) -> None:
        return None

    def sample(self, stratum: str, index: int) -> Sample:
        number, place = divmod(index, PER_SCENE)
        scene = invent(seed_from("llava", "scene", number) >> 1)
        record = _record(scene, place, rng_from("llava", "textbook", index))
        name = f"scene-{number:06d}" if record["kind"] != "text_chat" else ""
        kept = {"scene": scene.to_json()} if name else {}
        return Sample(
            id=f"llava/{stratum}/{index:06d}", group=f"image:{name}" if name else "", source=record["source"],
            licence="CC0-1.0", meta={"file_name": name, "row": index}, truth=kept,
            draft={"record": record, "image": name, "path": "", "wrong": "", **kept},
        )  # fmt: skip


def _record(scene: Scene, place: int, rng: Random) -> dict[str, Any]:
    facts = Facts(scene)
    looks = Counter((o.colour, o.category) for o in scene.objects)
    shown_objects = [o for o in facts.shown if looks[o.colour, o.category] == 1] if place > 5 else facts.shown
    one = shown_objects[place % len(shown_objects)] if shown_objects else None
    if one is None or place == 9:
        number = rng.randrange(2, 100)
        turns = [{"from": "human", "value": f"What is {number} times {place}?"},
                 {"from": "gpt", "value": f"{number} times {place} is {number * place}."}]  # fmt: skip
        return {"kind": "text_chat", "source": "invented-chat", "turns": turns}
    if place < 3:
        known = [c for c in sorted(CATALOGUE) if facts.complete(c)]
        category = one.category if facts.complete(one.category) else rng.choice(known)
        question = f"How many {plural(shown(category))} are there?"
        answer = str(len(facts.of(category)))
        return {"kind": "vqa", "source": "invented-counts", "question": question, "answer": answer}
    if place < 5:
        seen = {o.category for o in scene.objects}
        absent = rng.sample([c for c in sorted(CATALOGUE) if c not in seen], 3)
        options = rng.sample([one.category, *absent], 4)
        question = "Which of these is in the picture?"
        asked = {"question": question, "options": options, "answer": one.category}
        return {"kind": "multiple_choice", "source": "invented-choices", **asked}
    if place == 5:
        return {"kind": "one_sentence_caption", "source": "invented-captions", "caption": told_of(scene)[0]}
    box = list(facts.box(one))
    return {"kind": "region", "source": "invented-regions", "phrase": f"{one.colour} {one.category}", "box": box}
