"""Records of regions as conversations: for each image and label a question, answered by where the things are.

Covered: boxes as text in a profile (see `box_text`), or as the tokens that ms-swift fills from `objects`; what such a
conversation loses. Not covered: regions of samples that have messages (recipes word these themselves), points.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mmrecipes.core.boxes import Box, box_of, clip
from mmrecipes.core.errors import UsageError
from mmrecipes.core.image import Image
from mmrecipes.core.sample import Message, Region, Sample, assistant, user
from mmrecipes.formats.box_text import PROFILES, QWEN_MAX_PIXELS, QWEN_MIN_PIXELS, BoxError, BoxProfile, qwen_resized

OPTIONS: Mapping[str, str] = {
    "boxes": f"make a conversation of a record of regions, boxes written as one of {', '.join(PROFILES)}",
    "min_pixels": f"of the resized picture, for boxes=qwen2.5-vl; {QWEN_MIN_PIXELS} when not given",
    "max_pixels": f"of the resized picture, for boxes=qwen2.5-vl; {QWEN_MAX_PIXELS} when not given",
}
"""Options of the exporters that write boxes as text."""


@dataclass(frozen=True, slots=True)
class Found:
    """A region as a box inside its image, in pixels, and what it shows."""

    label: str
    box: Box
    image: Image


@dataclass(frozen=True, slots=True)
class Grounding:
    """How a box is written in an answer. `write` raises `BoxError` for one that cannot be."""

    write: Callable[[Found], str]

    def takes(self, sample: Sample) -> bool:
        """Whether the sample says nothing but where things are."""
        return sample.kind == "record" and not sample.messages and bool(sample.regions)


def grounding_of(options: Mapping[str, str]) -> Grounding | None:
    """What the options ask for. Raises `UsageError`."""
    name = options.get("boxes")
    limits = {k: _whole(k, options[k]) for k in ("min_pixels", "max_pixels") if k in options}
    if limits and name != "qwen2.5-vl":
        raise UsageError(f"{', '.join(limits)}: only for boxes=qwen2.5-vl")
    if name is None:
        return None
    if name not in PROFILES:
        raise UsageError(f"boxes={name}: there are {', '.join(PROFILES)}")
    profile: BoxProfile = PROFILES[name]
    if limits:
        profile = qwen_resized(limits.get("min_pixels", QWEN_MIN_PIXELS), limits.get("max_pixels", QWEN_MAX_PIXELS))
    return Grounding(lambda found: profile.write(found.box, found.image.size))


def _whole(name: str, text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise UsageError(f"{name}={text}: give a number of pixels, at least 1")
    return int(text)


def questions(sample: Sample, boxes: Grounding) -> list[tuple[Message, list[Found]]]:
    """For each image and label of a record a question, the first about an image showing it, and the boxes that answer
    it; boxes that cannot be written are left out."""
    groups: dict[tuple[str, str], list[Found]] = {}
    for image in dict.fromkeys(sample.images):
        own = [_found(r, image) for r in sample.regions if r.ref == image.sha256]
        for found in own:
            if _written(found, boxes):
                groups.setdefault((image.sha256, found.label), []).append(found)
    asked: list[tuple[Message, list[Found]]] = []
    shown: set[str] = set()
    for (sha256, label), answer in groups.items():
        first = () if sha256 in shown else (answer[0].image,)
        shown.add(sha256)
        asked.append((user(*first, f"Locate in the image: {label}"), answer))
    return asked


def as_conversation(sample: Sample, boxes: Grounding) -> Sample:
    """The record with its `questions` as messages, answered by one box per line; none when there is no question."""
    turns = [(q, assistant("\n".join(map(boxes.write, answer)))) for q, answer in questions(sample, boxes)]
    return sample.having(messages=tuple(message for pair in turns for message in pair))


def unwritten_boxes(sample: Sample, boxes: Grounding) -> list[str]:
    """What a record loses of its regions as a conversation: `box_left_out`, `quad_as_box`."""
    kept = sum(len(answer) for _, answer in questions(sample, boxes))
    turned = any(_is_turned(region) for region in sample.regions)
    return ["box_left_out"] * (kept < len(sample.regions)) + ["quad_as_box"] * turned


def _written(found: Found, boxes: Grounding) -> bool:
    """Whether a region has a name and a box that can be written."""
    x0, y0, x1, y1 = found.box
    try:
        return bool(found.label.strip() and x0 < x1 and y0 < y1 and boxes.write(found))
    except BoxError:
        return False


def _found(region: Region, image: Image) -> Found:
    return Found(region.label or region.text, clip(box_of(region.quad), *image.size), image)


def _is_turned(region: Region) -> bool:
    x0, y0, x1, y1 = box_of(region.quad)
    return set(region.quad) != {(x0, y0), (x1, y0), (x1, y1), (x0, y1)}
