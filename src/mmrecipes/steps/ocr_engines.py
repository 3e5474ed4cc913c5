"""OCR engines that run on this machine: pictures in, words with places out.

Covered: tesseract (the program), rapidocr (the extra `ocr`), which of them are there, which languages each reads. Both
run in the caller's thread, on one core. Not covered: engines behind HTTP, handwriting.
"""

from __future__ import annotations

import functools
import importlib.util
import io
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from mmrecipes.core.errors import PlanError, WorldError

Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Word:
    """A word or a line that was read, and the centre of its box in pixels."""

    text: str
    x: float
    y: float


REMEDY: Mapping[str, str] = {
    "tesseract": "the program tesseract is not installed: apt install tesseract-ocr",
    "rapidocr": "the package rapidocr is not installed: pip install mmrecipes[ocr]",
}
_TESSERACT: Mapping[str, str] = {
    "en": "eng", "de": "deu", "fr": "fra", "es": "spa", "it": "ita", "pt": "por", "ru": "rus", "el": "ell", "ar": "ara",
    "he": "heb", "hi": "hin", "th": "tha", "zh": "chi_sim", "ja": "jpn", "ko": "kor", "vi": "vie", "tr": "tur",
    "pl": "pol", "uk": "ukr",
}  # fmt: skip
_RAPIDOCR = ("en", "zh")
"""What the model that comes with the package reads."""


def installed() -> tuple[str, ...]:
    """The engines that are there."""
    found = {"tesseract": shutil.which("tesseract"), "rapidocr": importlib.util.find_spec("rapidocr")}
    return tuple(name for name, place in found.items() if place)


def require(names: Sequence[str]) -> None:
    """Raise `PlanError` that names the remedy when an engine is missing."""
    for name in names:
        if name not in installed():
            raise PlanError(f"OCR votes: {REMEDY[name]}")


def reads(engine: str, language: str) -> bool:
    """Whether an engine reads a language (ISO 639-1; empty counts as English) with what is installed."""
    code = (language or "en").split("-")[0]
    return code in _RAPIDOCR if engine == "rapidocr" else _TESSERACT.get(code) in _languages()


@functools.cache
def _languages() -> frozenset[str]:
    done = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, check=True)
    return frozenset(done.stdout.split()[1:])


def read(engine: str, pixels: Pixels, language: str) -> list[Word]:
    """All that an engine reads in a picture. Raises `WorldError` when the program fails."""
    return _READERS[engine](pixels, language)


def _tesseract(pixels: Pixels, language: str) -> list[Word]:
    from PIL import Image as Pil

    out = io.BytesIO()
    Pil.fromarray(pixels).save(out, "PNG", compress_level=1)
    code = _TESSERACT[(language or "en").split("-")[0]]
    command = ["tesseract", "-", "-", "-l", code, "--psm", "11", "--dpi", "150", "-c", "tessedit_create_tsv=1", "quiet"]
    done = subprocess.run(
        command, input=out.getvalue(), capture_output=True, env={**os.environ, "OMP_THREAD_LIMIT": "1"}, check=False
    )
    if done.returncode:
        raise WorldError(f"tesseract failed: {done.stderr.decode(errors='replace')[-300:]}")
    rows = [line.split("\t") for line in done.stdout.decode().splitlines()[1:]]
    words = [r for r in rows if len(r) == 12 and r[11].strip()]
    return [Word(r[11], int(r[6]) + int(r[8]) / 2, int(r[7]) + int(r[9]) / 2) for r in words]


@functools.cache
def _rapid() -> Any:
    from rapidocr import RapidOCR

    return RapidOCR(
        params={
            "Global.log_level": "critical", "Global.use_cls": False,
            "Det.limit_type": "max", "Det.limit_side_len": 1500,
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
        }
    )  # fmt: skip


def _rapidocr(pixels: Pixels, language: str) -> list[Word]:
    found = _rapid()(np.ascontiguousarray(pixels[..., ::-1]))
    boxes = () if found.boxes is None else found.boxes
    centres = [np.asarray(box).mean(axis=0) for box in boxes]
    return [Word(text, float(x), float(y)) for (x, y), text in zip(centres, found.txts or (), strict=True)]


_READERS: Mapping[str, Callable[[Pixels, str], list[Word]]] = {"tesseract": _tesseract, "rapidocr": _rapidocr}
