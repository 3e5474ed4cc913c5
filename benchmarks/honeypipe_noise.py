"""Noise of known kinds for pooled rows, and what must become of a row under given error rates of the models.

Covered: pairs with another row's picture, pairs once more with the picture saved as JPEG, pictures too small or too
long, wrong references, a question said over and over. Labels are kept apart from the rows. `Fate` predicts the flow
from the seeded strikes of the stand-in and the order of the calls; it shares no code with the recipe.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from PIL import Image as Pil

from mmrecipes.core.image import Image, image_from_bytes
from mmrecipes.core.sample import Message, Part, Sample
from mmrecipes.models.call import Call
from mmrecipes.models.standin import StandInCall

KINDS = ("unrelated", "duplicate", "extreme", "wrong_reference", "repeated")


def as_rows(sample: Sample, name: str, split: bool) -> list[Sample]:
    """A finished sample of another recipe as a row of a pool, or as a row per question: its answers are what is known
    about its picture."""
    turns = [m for m in sample.messages if m.role in ("user", "assistant")]
    pairs = list(zip(turns[::2], turns[1::2], strict=True))
    known = sample.truth.get("known") or [{"question": q.text, "answer": a.text, "kind": ""} for q, a in pairs]
    truth = {"known": known} | {k: v for k, v in sample.truth.items() if k == "scene"}
    row = Sample(
        id=name, source=sample.source, licence=sample.licence, truth_source="annotated", images=sample.images,
        messages=tuple(turns), truth=truth, task=sample.task,
    )  # fmt: skip
    if not split or len(pairs) == 1:
        return [row]
    shown = tuple(p for p in turns[0].parts if p.image is not None)
    asked = [pairs[0][0], *(replace(q, parts=(*shown, *q.parts)) for q, _ in pairs[1:])]
    return [
        row.having(id=f"{name}.{i}", messages=(q, a)) for i, (q, (_, a)) in enumerate(zip(asked, pairs, strict=True))
    ]


def spoilt(kind: str, row: Sample, other: Sample, rng: Random) -> Sample:
    """The row with one kind of noise; `other` is a row with another picture. Its truth stays with its picture."""
    if kind == "unrelated":
        shown = iter(other.images)
        swapped = {im.sha256: next(shown, other.images[-1]) for im in row.images}
        messages = tuple(_with_images(m, swapped) for m in row.messages)
        return row.having(images=tuple(dict.fromkeys(swapped.values())), messages=messages, truth=other.truth)
    if kind == "duplicate":
        return _redrawn(row, lambda image: encoded(pixels(image), "JPEG", quality=85))
    if kind == "extreme":
        return _redrawn(row, lambda image: encoded(_extreme(pixels(image), rng), "PNG"))
    if kind == "wrong_reference":
        answer = Message("assistant", (Part(text=wrong_reference(row.messages[-1].text, rng)),))
        return row.having(messages=(*row.messages[:-1], answer))
    question = row.messages[0]
    parts = tuple(p if p.text is None else Part(text=" ".join([p.text.strip()] * 4)) for p in question.parts)
    return row.having(messages=(replace(question, parts=parts), *row.messages[1:]))


def takes(kind: str, row: Sample) -> bool:
    """Whether a row can be spoilt in this way so that the label is beyond doubt."""
    if kind == "wrong_reference":
        answer = row.messages[-1].text.strip(" .").lower()
        plain = re.fullmatch(r"\d{1,4}|[a-z]{3,12}", answer) is not None
        return (
            plain
            and answer not in ("yes", "no", "left", "right")
            and not re.search(r"\n\(?A[.):]", row.messages[-2].text)
        )
    if kind == "repeated":
        return bool(row.images) and len(row.messages[0].text.split()) >= 3 and "\n" not in row.messages[0].text
    return bool(row.images)


def wrong_reference(answer: str, rng: Random) -> str:
    """An answer that neither the truth nor a wrong guess of the stand-in can be."""
    bare = answer.strip(" .")
    return str(int(bare) + rng.randint(11, 40)) if bare.isdigit() else rng.choice(("theodolite", "quagga", "samovar"))


def pixels(image: Image) -> Pil.Image:
    return Pil.fromarray(image.decode())


def encoded(picture: Pil.Image, form: str, **options: Any) -> Image:
    buffer = io.BytesIO()
    picture.save(buffer, form, **options)
    return image_from_bytes(buffer.getvalue())


def _extreme(picture: Pil.Image, rng: Random) -> Pil.Image:
    """Too small a side, or a side more than ten times the other."""
    if rng.random() < 0.5:
        scale = rng.randint(10, 31) / min(picture.size)
        return picture.resize((max(1, int(picture.width * scale)), max(1, int(picture.height * scale))))
    high = rng.randint(33, 60)
    return picture.resize((int(high * rng.uniform(10.2, 14)), high))


def _redrawn(row: Sample, change: Any) -> Sample:
    swapped = {im.sha256: change(im) for im in row.images}
    messages = tuple(_with_images(m, swapped) for m in row.messages)
    return row.having(images=tuple(swapped.values()), messages=messages)


def _with_images(message: Message, swapped: Mapping[str, Image]) -> Message:
    parts = (p if p.image is None else Part(image=swapped[p.image].sha256) for p in message.parts)
    return replace(message, parts=tuple(parts))


@dataclass(frozen=True)
class Turn:
    """What decides the fate of a turn: whether its question is known of its picture, whether its reference is right,
    and whether a right answer is found right by rules alone."""

    related: bool = True
    right: bool = True
    by_rules: bool = True


@dataclass(frozen=True)
class Fate:
    """What becomes of a row that reaches the filter, under these rates of faults."""

    name: str
    """The id in the run: `honeypipe/<source>/<index:06d>`."""
    policy: str
    """The registry's `reasoning`; `bypass` for what triage takes out of enrichment."""
    turns: Sequence[Turn]
    faults: Mapping[str, float]
    pictured: bool = True
    draws: int = 2
    """Of the reasoner."""

    def strikes(self, kind: str, call: str, messages: int = 1, name: str = "") -> bool:
        made = Call(name=call, messages=(None,) * messages)  # type: ignore[arg-type]
        return StandInCall("", made, {}, name or self.name, faults=self.faults).strikes(kind)

    def asked(self, call: str, name: str = "") -> int:
        """How many messages the usable request to a judge has; 0 when it cannot be understood twice."""
        return next((n for n in (1, 3) if not self.strikes("malformed", call, n, name)), 0)

    def ends(self) -> Counter[str]:
        """The kinds of reasoning that are kept, and the reasons for what is dropped."""
        if self.policy == "skip":
            return Counter(["bypass"])
        if (rejected := self.filtered()) or self.policy == "bypass":
            return Counter([rejected or "bypass"])
        every = list(range(1, len(self.turns) + 1))
        if self.policy == "both":
            short = self.failing_short(f"{self.name}.0")
            return Counter([short[0][1] if short else "short", self.long(every, f"{self.name}.1")])
        turns = every if self.policy == "long" else [turn for turn, _ in self.failing_short(self.name)]
        return Counter([self.long(turns, self.name) if turns else "short"])

    def filtered(self) -> str:
        call = "judge/suitable" if self.pictured else "judge/suitable_without_picture"
        if not (messages := self.asked(call)):
            return "malformed_filter"
        related = self.turns[0].related
        fails = self.strikes("filter_false_alarm" if related else "filter_miss", call, messages) == related
        return "unrelated" if fails else ""

    def failing_short(self, name: str) -> list[tuple[int, str]]:
        ends = [(turn, self.fails("short", turn, 0, name)) for turn in range(1, len(self.turns) + 1)]
        return [(turn, reason) for turn, reason in ends if reason]

    def long(self, turns: list[int], name: str) -> str:
        """`long`, or why the first turn without an answer has none."""
        for turn in turns:
            reasons = [self.fails("long", turn, k, name) for k in range(self.draws)]
            if all(reasons):
                return reasons[-1]
        return "long"

    def fails(self, kind: str, turn: int, attempt: int, name: str) -> str:
        """Why a draw does not pass, or nothing."""
        call, messages, about = f"{kind}/turn {turn}/draw {attempt + 1}", 2 * turn - 1, self.turns[turn - 1]

        def said(fault: str) -> bool:
            return self.strikes(fault, call, messages, name)

        if kind == "long" and said("think_broken"):
            return "malformed"
        apart = kind == "long" and said("apart")
        if said("empty") and not apart:
            return "no_answer"
        if said("cut") and not apart:
            return "over_budget"
        agrees = about.related and about.right and not said(f"{kind}_wrong")
        if agrees and about.by_rules:
            return ""
        if not (again := self.asked("judge/faithful", name)):
            return "malformed"
        return "wrong_conclusion" if self.strikes("judge_error", "judge/faithful", again, name) == agrees else ""
