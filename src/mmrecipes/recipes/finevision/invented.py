"""A pool of invented sources, so that the recipe runs with nothing brought: one for each kind of annotation.

Covered: scenes with questions (three rows share a picture), talks, captions, settings as classes, boxes, taps on a
scene as if it were a screen, preference pairs; notes that are forms to be read, transcribed and set as markup; sums
without a picture. `truth.scene` holds the scene. Not covered: noise, which tests add.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any, ClassVar

from mmrecipes.core.boxes import quad_of
from mmrecipes.core.identity import rng_from, seed_from
from mmrecipes.core.image import Image
from mmrecipes.core.sample import Alternative, Message, Region, Sample, assistant, user
from mmrecipes.recipes.finevision.invented_notes import Note, invented_note
from mmrecipes.world.captions import captions
from mmrecipes.world.draw import render
from mmrecipes.world.facts import Facts
from mmrecipes.world.questions import Question, questions
from mmrecipes.world.refer import expressions
from mmrecipes.world.scene import Scene, invent
from mmrecipes.world.stages import STAGES
from mmrecipes.world.wording import expand

SIZES = ((640, 480), (480, 640), (560, 560), (720, 405), (512, 384))
SHARED = 3
"""Rows of questions that show one picture."""
Fields = Mapping[str, Any]


class View:
    """A scene with three things or more, and its picture, made when they are asked for."""

    def __init__(self, seed: int, size: tuple[int, int]) -> None:
        self._seed, self._size = seed, size

    @functools.cached_property
    def scene(self) -> Scene:
        return next(s for k in count() if len((s := invent(self._seed + k, size=self._size)).objects) >= 3)

    @functools.cached_property
    def image(self) -> Image:
        return render(self.scene).image()

    @functools.cached_property
    def questions(self) -> list[Question]:
        return questions(self.scene, rng_from("finevision", self._seed, "questions"), per_kind=1)

    def question(self, number: int) -> Question:
        """One of the scene's questions; the numbers go round."""
        return self.questions[number % len(self.questions)]


def _pictured(view: View, **fields: Any) -> Fields:
    return {"images": (view.image,), "truth": {"scene": view.scene.to_json()}, **fields}


def _question(view: View, index: int, rng: Random) -> Fields:
    one = view.question(index % SHARED)
    return _pictured(view, meta={"question": one.text, "answer": one.answer})


def _talk(view: View, index: int, rng: Random) -> Fields:
    turns = [view.question(k) for k in range(rng.randint(2, 4))]
    said: list[Message] = [Message("system", user(_TONES[index % len(_TONES)]).parts)] if rng.random() < 0.3 else []
    for k, one in enumerate(turns):
        said += [user(*((view.image,) if k == 0 else ()), one.text), assistant(one.answer)]
    return _pictured(view, messages=tuple(said))


_TONES = ("Answer briefly.", "You are a helpful guide.", "Be exact.", "Keep to what is shown.", "Reply in plain words.")


def _caption(view: View, index: int, rng: Random) -> Fields:
    made = captions(view.scene, rng)
    told = [c.text for c in rng.sample(made[1:], 2)]
    return {"images": (view.image,), "truth": {"scene": view.scene.to_json(), "captions": told}}


def _class(view: View, index: int, rng: Random) -> Fields:
    return _pictured(view, meta={"setting": view.scene.background.kind})


def _boxes(view: View, index: int, rng: Random) -> Fields:
    facts, ref = Facts(view.scene), view.image.sha256
    return _pictured(view, regions=tuple(Region(ref, o.category, quad_of(facts.box(o))) for o in facts.shown))


def _tap(view: View, index: int, rng: Random) -> Fields:
    one = rng.choice(expressions(view.scene, rng))
    x, y = Facts(view.scene).centre(view.scene[one.target])
    verb, action = rng.choice(
        (("[tap|select|choose]", "tap"), ("[hold|press and hold]", "long_press"), ("[open|double-tap]", "double_tap"))
    )
    point = [round(x), round(y)]
    return _pictured(
        view, meta={"task": expand(f"{verb} {one.text}.", rng), "action": {"action": action, "point": point}}
    )


def _preference(view: View, index: int, rng: Random) -> Fields:
    one = view.question(0)
    worse = rng.choice(
        ("I cannot see that.", "It is hard to say from here.", "There are many possibilities.", "Perhaps.")
    )
    asked = user(view.image, one.text)
    return _pictured(
        view,
        messages=(asked, assistant(one.answer)),
        alternatives=(Alternative("rejected", (asked, assistant(worse))),),
    )


def _sum(view: View, index: int, rng: Random) -> Fields:
    a, b = rng.randint(12, 98), rng.randint(3, 60)
    text = expand(
        f"[what is|work out|calculate|find|give|tell me] [the sum of {a} and {b}|{a} plus {b}|{a} and {b} together]"
        f"[?|, please.|.]", rng,
    )  # fmt: skip
    return {"messages": (user(text), assistant(str(a + b)))}


def _noted(use: Callable[[Note], Fields]) -> Callable[[View, int, Random], Fields]:
    def make(view: View, index: int, rng: Random) -> Fields:
        note = invented_note(rng)
        return {"images": (note.image,), "truth": {"note": note.values}, "meta": use(note)}

    return make


@dataclass(frozen=True, slots=True)
class Invented:
    """What the registry would say of an invented source, and its share of the pool."""

    share: float
    category: str
    make: Callable[[View, int, Random], Fields]
    annotation: Mapping[str, Any] = field(default_factory=dict)


_SETTINGS = {"kind": "class", "label": "setting", "names": list(STAGES), "form": "both"}
_MARKUP = {"kind": "markup", "language": "html"}
SOURCES: Mapping[str, Invented] = {
    "questions": Invented(0.2, "General VQA", _question, {"kind": "questions"}),
    "talks": Invented(0.12, "General VQA", _talk),
    "captions": Invented(0.12, "Captioning & Knowledge", _caption, {"kind": "captions", "several": "each"}),
    "settings": Invented(0.1, "General VQA", _class, _SETTINGS),
    "boxes": Invented(0.1, "Grounding & Counting", _boxes, {"kind": "boxes"}),
    "taps": Invented(0.07, "Grounding & Counting", _tap, {"kind": "actions", "dialect": "mobile", "unit": "pixels"}),
    "forms": Invented(0.08, "OCR QA", _noted(lambda n: {"values": n.values}), {"kind": "key_values"}),
    "notes": Invented(0.07, "Naive OCR", _noted(lambda n: {"text": n.lines}), {"kind": "text"}),
    "tables": Invented(0.05, "Chart & Table", _noted(lambda n: {"target": n.html}), _MARKUP),
    "choices": Invented(0.04, "General VQA", _preference),
    "sums": Invented(0.05, "Text-only", _sum),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class InventedPool:
    """An endless pool; row `index` of a stratum is a function of both."""

    recipe: str
    remarks: tuple[str, ...] = ("no input: invented scenes and notes with annotations stand for a pool of sources",)
    writes: ClassVar[tuple[str, ...]] = (
        "images", "messages", "alternatives", "regions", "truth", "scores", "meta", "draft.annotation",
    )  # fmt: skip

    def strata(self) -> Mapping[str, float]:
        return {name: about.share for name, about in SOURCES.items()}

    def size(self, stratum: str) -> int | None:
        return None

    def sample(self, stratum: str, index: int) -> Sample:
        about, rng = SOURCES[stratum], rng_from(self.recipe, "row", stratum, index)
        scene = index // SHARED if stratum == "questions" else index
        seed = seed_from(self.recipe, "scene", stratum, scene) >> 1
        fields = dict(about.make(View(seed, SIZES[seed % len(SIZES)]), index, rng))
        meta = {"category": about.category, **fields.pop("meta", {})}
        return Sample(
            id=f"{self.recipe}/{stratum}/{index:06d}", source=stratum, subset=stratum, licence="CC0-1.0",
            truth_source="engine", meta=meta, draft={"annotation": dict(about.annotation)}, **fields,
        )  # fmt: skip
