"""Pictures for the page: data URIs of bounded size.

Covered: keeping small originals byte for byte, shrinking the rest, a budget for the whole page. Not covered:
which pictures are shown (see `gallery`).
"""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from mmrecipes.core.errors import InputError
from mmrecipes.core.image import Image

if TYPE_CHECKING:
    from PIL.Image import Image as PilImage

KEEP_BYTES = 90_000
KEEP_SIDE = 1400
"""An original up to this weight and side (pixels) is embedded as it is."""

LARGE, SMALL = 900, 420
"""Longest side in pixels of shrunken pictures, before and after the budget is used up."""

BUDGET, END = 9_000_000, 12_000_000
"""Bytes of data URIs after which pictures get `SMALL`, and after which there are no more."""


class Shown(NamedTuple):
    """A picture as the page shows it, or why it does not."""

    uri: str
    problem: str = ""


@dataclass(slots=True)
class Album:
    """Makes data URIs and keeps count of their bytes. The same calls in the same order give the same page."""

    spent: int = 0
    _made: dict[tuple[str, int], Shown] = field(default_factory=dict)

    def show(self, image: Image, side: int = LARGE) -> Shown:
        """The picture as a data URI, longest side at most `side` pixels; without one when the page is full or the
        bytes cannot be read."""
        if self.spent > END:
            return Shown("", "left out to keep this page small")
        side = min(side, SMALL) if self.spent > BUDGET else side
        key = (image.sha256, side)
        if key not in self._made:
            self._made[key] = _encoded(image, side)
        self.spent += len(self._made[key].uri)
        return self._made[key]


def _encoded(image: Image, side: int) -> Shown:
    try:
        data = image.data
        if len(data) <= KEEP_BYTES and max(image.size) <= (KEEP_SIDE if side == LARGE else side):
            return Shown(_uri(image.media_type, data))
        small = _shrunken(data, side)
    except (OSError, InputError) as e:
        return Shown("", f"cannot be read: {e}")
    out = io.BytesIO()
    sharp_colours = image.media_type != "image/jpeg"
    small.save(out, "JPEG", quality=82, subsampling=0 if sharp_colours else 2)
    return Shown(_uri("image/jpeg", out.getvalue()))


def _uri(media_type: str, data: bytes) -> str:
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"


def _shrunken(data: bytes, side: int) -> PilImage:
    from PIL import Image as Pil

    with Pil.open(io.BytesIO(data)) as im:
        im.draft("RGB", (side, side))
        small = im.convert("RGB")
        small.thumbnail((side, side), Pil.Resampling.HAMMING, reducing_gap=2.0)
        return small
