"""Pictures of a row in one form: upright RGB, not above a longest side, not below a shortest one.

Decoding, orientation, transparency, 16 bits, CMYK and animations are dealt with where bytes come in (`core/image`, see
`sources`): a row with a picture that cannot be decoded never gets here. Covered here: shrinking (regions go along),
too small pictures, the digest of the pixels by which pictures are counted and joined. Not covered: enlarging.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import cv2
import numpy as np
import numpy.typing as npt

from mmrecipes.canvas.encode import encode
from mmrecipes.core.image import Image
from mmrecipes.core.sample import Alternative, Message, Part, Region, Sample
from mmrecipes.flow.step import Drop


@dataclass(frozen=True, slots=True)
class CleanPictures:
    """Shrinks what is longer than `max_side` pixels and drops rows with a picture under `min_side`. `meta.image_sha`
    holds the digest of each picture's pixels."""

    max_side: int
    min_side: int
    reads: ClassVar = ("images", "messages", "regions", "alternatives", "meta")
    writes: ClassVar = ("images", "messages", "regions", "alternatives", "meta")

    @property
    def name(self) -> str:
        return "clean_pictures"

    def __call__(self, sample: Sample) -> Sample | Drop:
        for image in sample.images:
            if min(image.size) < self.min_side:
                return Drop("small_picture", f"{image.width}x{image.height}, at least {self.min_side} a side")
        decoded = {im.sha256: im.decode() for im in sample.images}
        made = {sha: self._fitted(sample.image(sha), pixels) for sha, pixels in decoded.items()}
        digests = [_digest(pixels) for _, pixels in made.values()]
        meta = {**sample.meta, "image_sha": digests}
        changed = {sha: image for sha, (image, _) in made.items() if image.sha256 != sha}
        if changed:
            meta["cleaning"] = [*meta.get("cleaning", ()), f"resize:{self.max_side}"]
        return _with_pictures(sample, changed).having(meta=meta)

    def _fitted(self, image: Image, pixels: npt.NDArray[np.uint8]) -> tuple[Image, npt.NDArray[np.uint8]]:
        if max(image.size) <= self.max_side:
            return image, pixels
        share = self.max_side / max(image.size)
        size = (max(1, round(image.width * share)), max(1, round(image.height * share)))
        small = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
        jpeg = image.media_type == "image/jpeg"
        return encode(small, "jpeg" if jpeg else "png", 95), small


def _digest(pixels: npt.NDArray[np.uint8]) -> str:
    """32 hex characters: the same for the same pixels, however they are encoded."""
    return hashlib.blake2b(pixels.tobytes(), digest_size=16, key=str(pixels.shape).encode()).hexdigest()


def _with_pictures(sample: Sample, changed: Mapping[str, Image]) -> Sample:
    """The sample with these pictures, by the hash they had, in all places."""
    if not changed:
        return sample
    images = {im.sha256: im for im in (changed.get(im.sha256, im) for im in sample.images)}
    return sample.having(
        images=tuple(images.values()),
        messages=_renamed(sample.messages, changed),
        alternatives=tuple(Alternative(a.verdict, _renamed(a.messages, changed)) for a in sample.alternatives),
        regions=tuple(_scaled(r, sample.image(r.ref), changed.get(r.ref)) for r in sample.regions),
    )


def _renamed(messages: tuple[Message, ...], changed: Mapping[str, Image]) -> tuple[Message, ...]:
    def part(one: Part) -> Part:
        return Part(image=changed[one.image].sha256) if one.image and one.image in changed else one

    return tuple(replace(m, parts=tuple(map(part, m.parts))) for m in messages)


def _scaled(region: Region, was: Image, now: Image | None) -> Region:
    if now is None:
        return region
    across, down = now.width / was.width, now.height / was.height
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = ((x * across, y * down) for x, y in region.quad)
    return replace(region, ref=now.sha256, quad=((ax, ay), (bx, by), (cx, cy), (dx, dy)))
