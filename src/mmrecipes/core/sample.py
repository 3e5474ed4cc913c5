"""The sample: the one thing that flows, and its JSON form.

Covered: every field a recipe may fill, building and changing samples, a lossless JSON form that names images
by hash. Not covered: Parquet (see `store/`), trainer formats (see `formats/`).

Text parts never hold image placeholders; the order of parts says where an image stands.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from mmrecipes.core.boxes import Quad
from mmrecipes.core.identity import fingerprint
from mmrecipes.core.image import Image

Kind = Literal["chat", "document", "record"]
Role = Literal["system", "user", "assistant", "tool"]
TruthSource = Literal["engine", "annotated", "consensus", "model"]


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a message: exactly one of `text` and `image` (SHA-256 of one of the sample's images)."""

    text: str | None = None
    image: str | None = None

    def __post_init__(self) -> None:
        if (self.text is None) == (self.image is None):
            raise ValueError("a part is either text or an image")


@dataclass(frozen=True, slots=True)
class Message:
    """One turn: who speaks, and the ordered parts."""

    role: Role
    parts: tuple[Part, ...]

    @property
    def text(self) -> str:
        """All text parts, joined by blanks."""
        return " ".join(p.text for p in self.parts if p.text is not None)


@dataclass(frozen=True, slots=True)
class Region:
    """A labelled place in an image: quad in absolute pixels, clockwise from the top-left."""

    ref: str
    label: str
    quad: Quad
    text: str = ""


@dataclass(frozen=True, slots=True)
class Alternative:
    """A rejected, negative or preferred version of the answer."""

    verdict: str
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Extra:
    """A named image that no message shows: a mask, a clean version."""

    name: str
    image: Image


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One record. `truth`, `scores` and `meta` are JSON values; `draft` is never exported.

    `subset` names the part of the dataset it belongs to, `group` ties samples that must stay in one split,
    `difficulty` is 1-10 or 0 when not graded.
    """

    id: str
    kind: Kind = "chat"
    subset: str = "default"
    split: str = "train"
    group: str = ""
    task: str = ""
    language: str = ""
    source: str = ""
    licence: str = ""
    truth_source: TruthSource = "engine"
    difficulty: int = 0
    stand_in: bool = False
    images: tuple[Image, ...] = ()
    messages: tuple[Message, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    extras: tuple[Extra, ...] = ()
    regions: tuple[Region, ...] = ()
    truth: Mapping[str, Any] = field(default_factory=dict)
    scores: Mapping[str, Any] = field(default_factory=dict)
    meta: Mapping[str, Any] = field(default_factory=dict)
    parents: tuple[str, ...] = ()
    draft: Mapping[str, Any] = field(default_factory=dict)

    def having(self, **changes: Any) -> Sample:
        """A copy with these fields replaced."""
        return replace(self, **changes)

    def drafting(self, **values: Any) -> Sample:
        """A copy with these working values added to `draft`."""
        return replace(self, draft={**self.draft, **values})

    def scored(self, **values: Any) -> Sample:
        """A copy with these values added to `scores`."""
        return replace(self, scores={**self.scores, **values})

    def image(self, sha256: str) -> Image:
        """The image or extra with this hash; KeyError when the sample has none."""
        for im in (*self.images, *(e.image for e in self.extras)):
            if im.sha256 == sha256:
                return im
        raise KeyError(f"{self.id} has no image {sha256}")


def user(*parts: str | Image) -> Message:
    """A user turn from texts and images in order."""
    return Message("user", _parts(parts))


def assistant(*parts: str | Image) -> Message:
    """An assistant turn from texts and images in order."""
    return Message("assistant", _parts(parts))


def _parts(parts: Sequence[str | Image]) -> tuple[Part, ...]:
    return tuple(Part(text=p) if isinstance(p, str) else Part(image=p.sha256) for p in parts)


def shown_images(sample: Sample) -> list[Image]:
    """The images in the order in which message parts show them; one shown twice stands twice."""
    return [sample.image(p.image) for m in sample.messages for p in m.parts if p.image is not None]


REVIEWS = ("undecided", "reasoning", "sample")
"""Why a person should look at a sample, as `meta.review` says it: votes are undecided, reasoning was written, it
belongs to the share that is looked at anyway. A column of that name in somebody's data says something else."""


def content_mark(sample: Sample) -> str:
    """16 hex characters that say which pictures and texts a sample shows: what a verdict on it is tied to."""
    turns = [[m.role, [p.text if p.image is None else p.image for p in m.parts]] for m in sample.messages]
    return fingerprint(turns)


def check_sample(sample: Sample) -> None:
    """Raises `ValueError` when the sample shows an image it does not hold or a region has no finite corners."""
    held = {im.sha256 for im in sample.images} | {e.image.sha256 for e in sample.extras}
    turns = (*sample.messages, *(m for a in sample.alternatives for m in a.messages))
    shown = {p.image for m in turns for p in m.parts if p.image is not None}
    if missing := (shown | {r.ref for r in sample.regions}) - held:
        raise ValueError(f"the sample shows images it does not hold: {sorted(missing)}")
    if not math.isfinite(sum(sum(map(sum, r.quad)) for r in sample.regions)):
        raise ValueError("a region has a corner that is not a finite number")


def sample_to_json(sample: Sample) -> dict[str, Any]:
    """A JSON value that holds everything but image bytes (images are described by hash, type and size)."""
    return {
        "id": sample.id, "kind": sample.kind, "subset": sample.subset, "split": sample.split,
        "group": sample.group, "task": sample.task, "language": sample.language, "source": sample.source,
        "licence": sample.licence, "truth_source": sample.truth_source, "difficulty": sample.difficulty,
        "stand_in": sample.stand_in, "parents": list(sample.parents),
        "images": [_image_json(im) for im in sample.images],
        "extras": [{"name": e.name, **_image_json(e.image)} for e in sample.extras],
        "messages": [_message_json(m) for m in sample.messages],
        "alternatives": [
            {"verdict": a.verdict, "messages": [_message_json(m) for m in a.messages]}
            for a in sample.alternatives
        ],
        "regions": [
            {"ref": r.ref, "label": r.label, "text": r.text, "quad": [list(p) for p in r.quad]}
            for r in sample.regions
        ],
        "truth": dict(sample.truth), "scores": dict(sample.scores), "meta": dict(sample.meta),
        "draft": dict(sample.draft),
    }  # fmt: skip


def sample_from_json(value: Mapping[str, Any], images: Mapping[str, Image]) -> Sample:
    """The inverse of `sample_to_json`; `images` maps a hash to the image."""
    scalars = {k: value[k] for k in _SCALARS}
    return Sample(
        **scalars,
        parents=tuple(value["parents"]),
        images=tuple(images[im["sha256"]] for im in value["images"]),
        extras=tuple(Extra(e["name"], images[e["sha256"]]) for e in value["extras"]),
        messages=tuple(_message(m) for m in value["messages"]),
        alternatives=tuple(
            Alternative(a["verdict"], tuple(_message(m) for m in a["messages"])) for a in value["alternatives"]
        ),
        regions=tuple(Region(r["ref"], r["label"], _quad(r["quad"]), r["text"]) for r in value["regions"]),
        truth=value["truth"],
        scores=value["scores"],
        meta=value["meta"],
        draft=value["draft"],
    )


_SCALARS = (
    "id", "kind", "subset", "split", "group", "task", "language", "source", "licence", "truth_source",
    "difficulty", "stand_in",
)  # fmt: skip


def _image_json(im: Image) -> dict[str, Any]:
    return {"sha256": im.sha256, "media_type": im.media_type, "width": im.width, "height": im.height}


def _message_json(m: Message) -> dict[str, Any]:
    return {
        "role": m.role,
        "parts": [{"text": p.text} if p.image is None else {"image": p.image} for p in m.parts],
    }


def _message(value: Mapping[str, Any]) -> Message:
    return Message(value["role"], tuple(Part(p.get("text"), p.get("image")) for p in value["parts"]))


def _quad(points: Sequence[Sequence[float]]) -> Quad:
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = points
    return ((ax, ay), (bx, by), (cx, cy), (dx, dy))
