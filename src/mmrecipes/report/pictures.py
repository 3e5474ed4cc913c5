"""Pictures for the page: data URIs of bounded size.

Covered: keeping small originals byte for byte, shrinking the rest, a budget for the whole page. Not covered:
which pictures are shown (see `gallery`).
"""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass, field

from mmrecipes.core.errors import InputError
from mmrecipes.core.image import Image

KEEP_BYTES = 90_000
KEEP_SIDE = 1400
"""An original up to this weight and side (pixels) is embedded as it is."""

LARGE, SMALL = 1100, 420
"""Longest side in pixels of shrunken pictures, before and after the budget is used up."""

BUDGET = 8_000_000
"""Encoded bytes after which pictures get `SMALL`; three times as many end them (base64 adds a third)."""


@dataclass(slots=True)
class Album:
    """Makes data URIs and keeps count of their bytes. The same calls in the same order give the same page."""

    spent: int = 0
    _made: dict[tuple[str, int], str] = field(default_factory=dict)

    def uri(self, image: Image, side: int = LARGE) -> str:
        """The picture as a data URI, longest side at most `side` pixels; empty when the budget is used up three
        times over or the bytes cannot be read (the page then says so)."""
        if self.spent > 3 * BUDGET:
            return ""
        side = min(side, SMALL) if self.spent > BUDGET else side
        key = (image.sha256, side)
        if key not in self._made:
            self._made[key] = self._encode(image, side)
        self.spent += len(self._made[key])
        return self._made[key]

    def _encode(self, image: Image, side: int) -> str:
        try:
            data = image.data
            if len(data) <= KEEP_BYTES and max(image.size) <= (KEEP_SIDE if side == LARGE else side):
                return _uri(image.media_type, data)
            return _shrunken(data, side)
        except (OSError, InputError):
            return ""


def _uri(media_type: str, data: bytes) -> str:
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"


def _shrunken(data: bytes, side: int) -> str:
    """JPEG with full colour resolution: thin coloured lines and small text stay legible."""
    from PIL import Image as Pil

    with Pil.open(io.BytesIO(data)) as im:
        im.draft("RGB", (side, side))
        small = im.convert("RGB")
        small.thumbnail((side, side), Pil.Resampling.LANCZOS)
        out = io.BytesIO()
        small.save(out, "JPEG", quality=84, subsampling=0, optimize=True)
        return _uri("image/jpeg", out.getvalue())
