"""Pictures for the tests of hashes: photographs, encodings, bar charts drawn by hand."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image as Pil
from skimage import data
from sklearn.datasets import load_sample_images

from mmrecipes.core.image import Image, image_from_bytes

Pixels = npt.NDArray[np.uint8]


def photographs() -> list[Pil.Image]:
    """Photographs at 640x480, from different scenes."""
    sources = [*load_sample_images().images, data.astronaut(), data.chelsea(), data.coffee(), data.rocket()]
    return [Pil.fromarray(p).resize((640, 480), Pil.Resampling.LANCZOS) for p in sources]


def encoded(picture: Pil.Image, form: str = "JPEG", **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


def image(picture: Pil.Image, form: str = "JPEG", **options: Any) -> Image:
    return image_from_bytes(encoded(picture, form, **options))


def scaled(picture: Pil.Image, factor: float) -> Pil.Image:
    width, height = picture.size
    return picture.resize((round(width * factor), round(height * factor)), Pil.Resampling.BICUBIC)


def bar_chart(heights: Sequence[float], width: int = 640, height: int = 480) -> Pil.Image:
    """Blue bars on white; heights are shares of the height of the picture."""
    pixels = np.full((height, width, 3), 255, np.uint8)
    step = width // len(heights)
    for i, share in enumerate(heights):
        pixels[round(height * (1 - share)) :, i * step + step // 6 : (i + 1) * step - step // 6] = (31, 119, 180)
    pixels[-4:] = 0
    return Pil.fromarray(pixels)
