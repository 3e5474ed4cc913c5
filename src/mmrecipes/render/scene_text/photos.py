"""Photographs as backgrounds: a user's folder or pictures that installed libraries bring along; screened before use.

Screening follows the spec: too blurred, looks like a screenshot or a document, shows text already. Whether text was
looked for is recorded: it needs the `ocr` extra. Not covered: collages, charts, film subtitles (only what their flat
areas give away).
"""

from __future__ import annotations

import functools
import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from mmrecipes.core.errors import InputError

Pixels = npt.NDArray[np.uint8]
SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"})
LEAST_SHARPNESS, TEXT_CONFIDENCE, LEAST_SIDE = 60.0, 0.5, 200
_FLAT, _FLAT_SHARE, _PALE_SHARE = 2, 0.55, 0.6


@dataclass(frozen=True, slots=True)
class Screening:
    """Why a picture is refused (None: it is not), its sharpness, and `text`: "none", "found" or "not_run"."""

    reason: str | None
    detail: str
    sharpness: float
    text: str


def photo_files(folder: Path) -> list[Path]:
    """The pictures in a folder and below, in order. Raises `InputError` when there are none."""
    files = sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file())
    if not files:
        raise InputError(f"{folder}: no pictures ({', '.join(sorted(SUFFIXES))})")
    return files


def load_photo(path: Path, longest: int) -> Pixels:
    """RGB pixels with the longer side at most `longest`; as upright as its EXIF says. Raises `InputError`."""
    data = np.fromfile(path, np.uint8)
    bgr = cv2.imdecode(data, cv2.IMREAD_COLOR) if len(data) else None
    if bgr is None:
        raise InputError(f"{path}: not a picture that can be read")
    shrink = longest / max(bgr.shape[:2])
    if shrink < 1:
        bgr = cv2.resize(bgr, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), np.uint8)


SAMPLES = {
    "coffee": ("skimage", "data/coffee.png", "Rachel Michetti, CC0"),
    "chelsea": ("skimage", "data/chelsea.png", "Stéfan van der Walt, CC0"),
    "rocket": ("skimage", "data/rocket.jpg", "SpaceX, CC0"),
    "flower": ("sklearn", "datasets/images/flower.jpg", "dany13, CC BY 2.0"),
    "china": ("sklearn", "datasets/images/china.jpg", "Damián Bakarcic, CC BY 2.0"),
}
"""Photographs inside other packages: package, path, author and licence. None is copied into this one."""


def sample_files() -> list[Path]:
    """The sample photographs that are installed. Raises `InputError` naming the packages when there are none."""
    found = []
    for package, path, _ in SAMPLES.values():
        spec = importlib.util.find_spec(package)
        if spec is not None and spec.origin and (file := Path(spec.origin).parent / path).is_file():
            found.append(file)
    if not found:
        raise InputError(
            "no sample photographs: they come with scikit-image and scikit-learn (`pip install scikit-image`)"
        )
    return found


def screen(pixels: Pixels, *, look_for_text: bool) -> Screening:
    """Whether a photograph can serve as a background."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    sharpness = float(cv2.Laplacian(grey, cv2.CV_64F).var())
    if min(grey.shape) < LEAST_SIDE:
        return Screening("background_small", f"{grey.shape[1]}x{grey.shape[0]}", sharpness, "not_run")
    if sharpness < LEAST_SHARPNESS:
        return Screening("background_blurred", f"variance of the Laplacian {sharpness:.0f}", sharpness, "not_run")
    kind = picture_type(pixels)
    if kind:
        return Screening(f"background_{kind}", "flat areas as on screens and pages", sharpness, "not_run")
    if not look_for_text:
        return Screening(None, "", sharpness, "not_run")
    text = found_text(pixels)
    if text:
        return Screening("background_with_text", text[:80], sharpness, "found")
    return Screening(None, "", sharpness, "none")


def picture_type(pixels: Pixels) -> str | None:
    """ "screenshot" when most of the picture is exactly flat, "document" when most is pale paper with dark marks."""
    small = cv2.resize(pixels, (256, 256), interpolation=cv2.INTER_NEAREST)
    a, b = small.astype(np.int16), np.roll(small, 1, 1).astype(np.int16)
    c = np.roll(small, 1, 0).astype(np.int16)
    flat = (np.abs(a - b).max(axis=2) <= _FLAT) & (np.abs(a - c).max(axis=2) <= _FLAT)
    exact = (np.abs(a - b).max(axis=2) == 0) & (np.abs(a - c).max(axis=2) == 0)
    hsv = cv2.cvtColor(small, cv2.COLOR_RGB2HSV)
    pale = (hsv[..., 2] > 200) & (hsv[..., 1] < 40)
    dark = hsv[..., 2] < 110
    if pale.mean() > _PALE_SHARE and 0.01 < dark.mean() < 0.3 and (pale | dark).mean() > 0.8:
        return "document"
    return "screenshot" if exact.mean() > _FLAT_SHARE and flat.mean() > _FLAT_SHARE + 0.1 else None


def text_can_be_looked_for() -> bool:
    """Whether the `ocr` extra is installed."""
    return importlib.util.find_spec("rapidocr") is not None


def found_text(pixels: Pixels) -> str:
    """Text that the OCR engine reads with a confidence of at least 0.5, joined; single characters, which it sees in
    many textures, do not count."""
    result: Any = _engine()(np.ascontiguousarray(pixels[..., ::-1]))
    if result.txts is None:
        return ""
    sure = [t for t, score in zip(result.txts, result.scores, strict=True) if score >= TEXT_CONFIDENCE]
    return " | ".join(t for t in sure if sum(ch.isalnum() for ch in t) > 1)


@functools.cache
def _engine() -> Any:
    from rapidocr import RapidOCR

    return RapidOCR(params={"Global.log_level": "error"})
