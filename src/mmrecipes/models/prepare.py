"""Makes an image fit for an endpoint: its own bytes where they are within limits, otherwise shrunk or converted once.

Covered: media type, longest side, encoded size; a cache bounded by bytes. Equal bytes and limits give equal results.
What decodes takes 20-40 ms: call `prepared` from a thread when `fits` says no. Not covered: tiling, video.
"""

from __future__ import annotations

import io
import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

from mmrecipes.core.image import Image, ImageError
from mmrecipes.models.binding import ImageLimits

if TYPE_CHECKING:
    from PIL.Image import Image as PilImage

CACHE_BYTES = 32_000_000
QUALITIES = (90, 80, 70, 60, 50, 40)
SHRINK = 0.75
"""When the lowest quality is still too large, the sides are multiplied by this and the ladder starts again."""

_FORMS = {"image/jpeg": "JPEG", "image/webp": "WEBP", "image/png": "PNG"}
Key = tuple[str, ImageLimits]


def fits(image: Image, limits: ImageLimits) -> bool:
    """True when the image is sent as it is: nothing needs to be decoded."""
    within = limits.max_side is None or max(image.size) <= limits.max_side
    return within and image.media_type in limits.types and encoded_length(image) <= limits.max_bytes


def encoded_length(image: Image) -> int:
    """Length of the image's bytes, without reading them."""
    return len(image.source) if isinstance(image.source, bytes) else image.source.length


def largest_length(image: Image, limits: ImageLimits) -> int:
    """The most bytes `prepared` can return, without decoding anything."""
    if fits(image, limits):
        return encoded_length(image)
    width, height = _scaled(image.size, limits)
    return min(limits.max_bytes, width * height * 3 + 4096)


def prepared(image: Image, limits: ImageLimits) -> tuple[bytes, str]:
    """Bytes and media type to send. Raises `ImageError` when nothing within the limits can be made of the image."""
    if fits(image, limits):
        return image.data, image.media_type
    return _cache.get(image, limits)


class _Cache:
    """Converted images, the most recently used ones; a picture asked for by several calls is converted once."""

    def __init__(self, limit: int) -> None:
        self.limit, self.held, self.lock = limit, 0, threading.Lock()
        self.kept: OrderedDict[Key, tuple[bytes, str]] = OrderedDict()

    def get(self, image: Image, limits: ImageLimits) -> tuple[bytes, str]:
        key = (image.sha256, limits)
        with self.lock:  # also while converting: two big pictures are never decoded at once
            found = self.kept.get(key)
            if found is None:
                found = _converted(image, limits)
                self._keep(key, found)
            self.kept.move_to_end(key)
            return found

    def _keep(self, key: Key, made: tuple[bytes, str]) -> None:
        self.kept[key] = made
        self.held += len(made[0])
        while self.held > self.limit and len(self.kept) > 1:
            self.held -= len(self.kept.popitem(last=False)[1][0])


_cache = _Cache(CACHE_BYTES)


def _scaled(size: tuple[int, int], limits: ImageLimits) -> tuple[int, int]:
    longest = max(size)
    if limits.max_side is None or longest <= limits.max_side:
        return size
    width, height = (max(1, round(side * limits.max_side / longest)) for side in size)
    return width, height


def _converted(image: Image, limits: ImageLimits) -> tuple[bytes, str]:
    """Decoded, upright, shrunk, then encoded at the best quality that fits."""
    media_type = next((t for t in _FORMS if t in limits.types), None)
    if media_type is None:
        raise ImageError("no_usable_type", f"the endpoint takes none of {', '.join(_FORMS)}")
    picture = _decoded(image, _scaled(image.size, limits))
    while True:
        for quality in QUALITIES:
            data = _encoded(picture, _FORMS[media_type], quality)
            if len(data) <= limits.max_bytes:
                return data, media_type
            if media_type == "image/png":
                break  # has no quality
        if max(picture.size) <= 28:
            raise ImageError("too_large_image", f"the image cannot be made smaller than {limits.max_bytes} bytes")
        width, height = (max(1, int(side * SHRINK)) for side in picture.size)
        picture = picture.resize((width, height), resample=_lanczos())


def _decoded(image: Image, size: tuple[int, int]) -> PilImage:
    from PIL import Image as Pil
    from PIL import ImageOps

    with Pil.open(io.BytesIO(image.data)) as im:
        im.draft(im.mode, (2 * size[0], 2 * size[1]))  # a JPEG decodes faster at 1/2, 1/4 or 1/8
        upright = ImageOps.exif_transpose(im)
        mode = "L" if upright.mode == "L" else "RGB"
        return upright.convert(mode).resize(size, resample=_lanczos(), reducing_gap=3.0)


def _encoded(picture: PilImage, form: str, quality: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, **({} if form == "PNG" else {"quality": quality}))
    return out.getvalue()


def _lanczos() -> int:
    from PIL import Image as Pil

    return Pil.Resampling.LANCZOS
