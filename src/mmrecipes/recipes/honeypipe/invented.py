"""A pool of invented sources, so that the recipe runs with nothing brought: scenes, and questions with known answers.

Covered: one stratum per kind of source that a real pool has (short answers with requests for brevity, options, several
turns, puzzles for both kinds of reasoning, sums without a picture, captions, boxes, tags that are taken as they are).
`truth.known` holds every question with its right answer, `truth.scene` the scene. Not covered: noise, which tests and
benchmarks add.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any, ClassVar, NamedTuple

from mmrecipes.core.boxes import quad_of
from mmrecipes.core.identity import rng_from, seed_from
from mmrecipes.core.image import Image
from mmrecipes.core.sample import Message, Region, Sample, assistant, user
from mmrecipes.recipes.honeypipe.invented_words import (
    BOX_REQUESTS,
    BREVITY,
    CAPTION_REQUESTS,
    OPTION_REQUESTS,
    SUMS,
    TAG_REQUESTS,
)
from mmrecipes.world.captions import captions
from mmrecipes.world.catalogue import CATALOGUE
from mmrecipes.world.draw import render
from mmrecipes.world.facts import Facts
from mmrecipes.world.palette import PALETTE
from mmrecipes.world.questions import Question, questions
from mmrecipes.world.refer import expressions
from mmrecipes.world.scene import Scene, invent
from mmrecipes.world.wording import expand

SIZES = ((640, 480), (480, 640), (560, 560), (720, 405), (512, 384))
PUZZLES = ("relation", "size_comparison", "count_comparison", "what_is", "same_attribute")


class Made(NamedTuple):
    """The messages of a row, its questions with their right answers, and the places that it is about."""

    messages: list[Message]
    known: list[dict[str, str]]
    regions: tuple[Region, ...] = ()


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


@dataclass(frozen=True, slots=True)
class Invented:
    """What the registry would say of an invented source, and its share of the pool."""

    share: float
    domain: str
    task_family: str
    reasoning: str
    make: Callable[[View, Random], Made]


def _asked(question: Question, view: View, rng: Random, first: bool = True) -> Made:
    text = f"{question.text}{rng.choice(BREVITY)}" if rng.random() < 0.7 else question.text
    answer = question.answer if rng.random() < 0.5 else f"{question.answer.capitalize()}."
    asked = user(view.image, text) if first else user(text)
    return Made([asked, assistant(answer)], [_known(text, question)])


def _known(text: str, question: Question) -> dict[str, str]:
    return {"question": text, "answer": question.answer, "kind": question.kind}


def one_question(view: View, rng: Random) -> Made:
    return _asked(questions(view.scene, rng, per_kind=1)[0], view, rng)


def puzzle(view: View, rng: Random) -> Made:
    """A question that takes two things to compare, where the scene has any."""
    found = questions(view.scene, rng, per_kind=2)
    return _asked(next((q for q in found if q.kind in PUZZLES), found[0]), view, rng)


def conversation(view: View, rng: Random) -> Made:
    """Two or three questions about one picture."""
    messages, known = list[Message](), list[dict[str, str]]()
    for number, question in enumerate(questions(view.scene, rng, per_kind=1)[: rng.randint(2, 3)]):
        more = _asked(question, view, rng, first=number == 0)
        messages += more.messages
        known += more.known
    return Made(messages, known)


def choice(view: View, rng: Random) -> Made:
    """A question with four options; the answer is a letter, or a letter and its text."""
    question = next(q for q in questions(view.scene, rng, per_kind=2) if q.answer not in ("yes", "no"))
    options = rng.sample([question.answer, *distractors(question.answer, rng)], 4)
    letters = dict(zip("ABCD", options, strict=True))
    lines = "\n".join(f"{letter}. {text}" for letter, text in letters.items())
    text = f"{question.text}\n{lines}{rng.choice(OPTION_REQUESTS)}"
    letter = next(k for k, v in letters.items() if v == question.answer)
    said = letter if rng.random() < 0.6 else f"{letter}. {question.answer}"
    known = {"question": text, "answer": f"{letter}. {question.answer}", "kind": question.kind}
    return Made([user(view.image, text), assistant(said)], [known])


def distractors(answer: str, rng: Random) -> list[str]:
    """Three other answers of the same kind."""
    if answer.isdigit():
        around = [n for n in range(max(0, int(answer) - 3), int(answer) + 5) if n != int(answer)]
        return [str(n) for n in rng.sample(around, 3)]
    for pool in (PALETTE, CATALOGUE, ("wood", "metal", "fabric", "stone"), ("striped", "dotted", "checked", "plain")):
        if answer in pool:
            return rng.sample([p for p in pool if p != answer], 3)
    return rng.sample([p for p in ("left", "right", "in the middle", "nowhere") if p != answer], 3)


def caption(view: View, rng: Random) -> Made:
    text, said = expand(rng.choice(CAPTION_REQUESTS), rng), captions(view.scene, rng)[rng.choice((2, 3, 4))].text
    return Made([user(view.image, text), assistant(said)], [{"question": text, "answer": said, "kind": "caption"}])


def tags(view: View, rng: Random) -> Made:
    text, said = expand(rng.choice(TAG_REQUESTS), rng), captions(view.scene, rng)[0].text
    return Made([user(view.image, text), assistant(said)], [{"question": text, "answer": said, "kind": "tags"}])


def boxes(view: View, rng: Random) -> Made:
    """The box of one object, in whole pixels."""
    one = rng.choice(expressions(view.scene, rng))
    text = expand(rng.choice(BOX_REQUESTS), rng, x=one.text)
    thing = view.scene[one.target]
    box = Facts(view.scene).box(thing)
    said = str([round(v) for v in box])
    region = Region(view.image.sha256, thing.category, quad_of(box), one.text)
    known = [{"question": text, "answer": said, "kind": "box"}]
    return Made([user(view.image, text), assistant(said)], known, (region,))


def sums(view: View, rng: Random) -> Made:
    """Arithmetic in words, without a picture."""
    c, b = rng.randint(3, 19), rng.randint(2, 12)
    pattern, how, result = rng.choice(SUMS)
    numbers = {"a": b + c, "b": b, "c": c, "r": result(b + c, b, c)}
    text = expand(pattern, rng, **{k: str(v) for k, v in numbers.items()})
    answer = str(numbers["r"])
    known = {"question": text, "answer": answer, "kind": "sum", "how": how.format(**numbers)}
    return Made([user(text), assistant(answer)], [known])


SOURCES: Mapping[str, Invented] = {
    "questions": Invented(0.3, "General", "vqa", "short", one_question),
    "choices": Invented(0.14, "General", "multiple_choice", "short", choice),
    "conversations": Invented(0.14, "General", "conversation", "short", conversation),
    "puzzles": Invented(0.12, "General", "reasoning", "both", puzzle),
    "sums": Invented(0.08, "STEM", "arithmetic", "long", sums),
    "captions": Invented(0.1, "Caption", "caption", "short", caption),
    "boxes": Invented(0.07, "Grounding&Counting", "grounding", "short", boxes),
    "tags": Invented(0.05, "General", "tagging", "skip", tags),
}


@dataclass(frozen=True, slots=True)
class InventedPool:
    """An endless pool; row `index` of a stratum is a function of both."""

    recipe: str
    remarks: tuple[str, ...] = ("no input: questions about invented scenes stand for a pool of sources",)
    sources: Mapping[str, Invented] = field(default_factory=lambda: SOURCES)
    writes: ClassVar[tuple[str, ...]] = ("images", "messages", "regions", "truth", "meta")

    def strata(self) -> Mapping[str, float]:
        return {name: about.share for name, about in self.sources.items()}

    def size(self, stratum: str) -> int | None:
        return None

    def sample(self, stratum: str, index: int) -> Sample:
        about, rng = self.sources[stratum], rng_from(self.recipe, "row", stratum, index)
        view = View(seed_from(self.recipe, "scene", stratum, index) >> 1, rng.choice(SIZES))
        made = about.make(view, rng)
        shows = any(p.image for m in made.messages for p in m.parts)
        truth: dict[str, Any] = {"known": made.known} | ({"scene": view.scene.to_json()} if shows else {})
        meta = {"domain": about.domain, "task_family": about.task_family, "reasoning": about.reasoning,
                "answer_kind": "auto", "priority": 0}  # fmt: skip
        return Sample(
            id=f"{self.recipe}/{stratum}/{index:06d}", source=stratum, licence="CC0-1.0", truth_source="engine",
            images=(view.image,) if shows else (), messages=tuple(made.messages), regions=made.regions, truth=truth,
            meta=meta,
        )  # fmt: skip
