"""Do OCR engines read what we say is printed? A gate: k of n engines must find the texts in their places.

The texts are cut out by their quads, set upright, and laid on one white sheet with room around each, so that an engine
is called once per sample and rules, marks and neighbours do not disturb it. Covered: character error rate over a fixed
choice of the texts, limits for clean and worn pictures (the spec's 0.05 and 0.20), languages that an engine does not
read. Not covered: texts that we do not know of.

Engines that are not there, or do not read the language, have no vote; with fewer than k left, `meta.checks.ocr` is
`not_run` and nothing is claimed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import cv2
import numpy as np
import numpy.typing as npt

from mmrecipes.core.boxes import Quad
from mmrecipes.core.sample import Sample
from mmrecipes.core.text import edits
from mmrecipes.flow.step import Drop
from mmrecipes.steps.ocr_engines import Pixels, Word, read, reads
from mmrecipes.steps.written_forms import plain

Printed = tuple[Quad, str]
"""Where a text is printed, and the text."""
MOST_TEXTS = 40
"""Texts of one picture that are read, spread evenly: what bounds the time."""
CLEAN, WORN = 0.05, 0.20
"""Most character errors by the spec, on a clean page and after degradation."""
_MARGIN, _GAP, _WIDTH, _LEAST, _MOST = 3, 28, 1400, 44, 220
"""Pixels around a cut text, between texts, width of a sheet, least and most height of a text on it."""


@dataclass(frozen=True, slots=True)
class OcrVote:
    """Drops a sample with `ocr_disagrees` unless `needed` of the engines read it. `meta.checks.ocr` records the
    character error rate of each engine and how many texts of how many were read."""

    engines: tuple[str, ...]
    printed: Callable[[Sample], Sequence[Printed]]
    needed: int = 1
    reads: ClassVar = ("images", "regions", "truth", "meta", "language")
    writes: ClassVar = ("meta",)
    name: ClassVar[str] = "ocr_vote"

    def __call__(self, sample: Sample) -> Sample | Drop:
        voting = [e for e in self.engines if reads(e, sample.language)]
        texts = [(quad, text) for quad, text in self.printed(sample) if plain(text)]
        if len(voting) < self.needed or not texts:
            return _recorded(sample, "not_run")
        few = texts[:: -(-len(texts) // MOST_TEXTS)]
        sheet, slots = lay_out(sample.images[0].decode(), [quad for quad, _ in few])
        rates = {e: error_rate([t for _, t in few], slots, read(e, sheet, sample.language)) for e in voting}
        limit = WORN if sample.meta.get("augment_level") else CLEAN
        if sum(rate <= limit for rate in rates.values()) < self.needed:
            told = ", ".join(f"{e} {rate:.3f}" for e, rate in rates.items())
            return Drop("ocr_disagrees", f"character error rates {told}; at most {limit}")
        return _recorded(sample, {"cer": {e: round(r, 4) for e, r in rates.items()}, "read": len(few),
                                  "of": len(texts)})  # fmt: skip


def _recorded(sample: Sample, found: Any) -> Sample:
    return sample.having(meta={**sample.meta, "checks": {**sample.meta.get("checks", {}), "ocr": found}})


Slot = tuple[int, int, int, int]
"""Left, top, right, bottom of a text's place on the sheet."""


def lay_out(pixels: Pixels, quads: Sequence[Quad]) -> tuple[Pixels, list[Slot]]:
    """A white sheet with every text upright in a place of its own, from left to right and top to bottom."""
    crops = [_upright(pixels, np.array(quad, np.float64)) for quad in quads]
    slots: list[Slot] = []
    x, y, tallest = _GAP, _GAP, 0
    for crop in crops:
        height, width = crop.shape[:2]
        if x > _GAP and x + width + _GAP > _WIDTH:
            x, y, tallest = _GAP, y + tallest + _GAP, 0
        slots.append((x, y, x + width, y + height))
        x, tallest = x + width + 2 * _GAP, max(tallest, height)
    size = max(s[3] for s in slots) + _GAP, max(max(s[2] for s in slots) + _GAP, 300)
    sheet = np.full((*size, 3), 255, np.uint8)
    for crop, (left, top, right, bottom) in zip(crops, slots, strict=True):
        sheet[top:bottom, left:right] = crop
    return sheet, slots


def _upright(pixels: Pixels, quad: npt.NDArray[np.float64]) -> Pixels:
    """The text out of its quad (clockwise from its own top left corner), enlarged where it is small, dark on light."""
    a, b, c, d = quad
    width = max(float(np.linalg.norm(b - a)), float(np.linalg.norm(c - d)), 2.0) + 2 * _MARGIN
    height = max(float(np.linalg.norm(d - a)), float(np.linalg.norm(c - b)), 2.0) + 2 * _MARGIN
    scale = min(max(2.0, _LEAST / height), _MOST / height if height > _MOST / 2 else 8.0)
    right, down = (b - a) / max(np.linalg.norm(b - a), 1e-6), (d - a) / max(np.linalg.norm(d - a), 1e-6)
    corners = [a - (right + down) * _MARGIN, b + (right - down) * _MARGIN, c + (right + down) * _MARGIN,
               d + (down - right) * _MARGIN]  # fmt: skip
    w, h = max(round(width * scale), 4), max(round(height * scale), 4)
    target = np.array([(0, 0), (w, 0), (w, h), (0, h)], np.float32)
    matrix = cv2.getPerspectiveTransform(np.array(corners, np.float32), target)
    crop = cv2.warpPerspective(pixels, matrix, (w, h), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    crop = np.asarray(crop, np.uint8)
    return 255 - crop if np.median(crop) < 110 else crop


def error_rate(texts: Sequence[str], slots: Sequence[Slot], words: Sequence[Word]) -> float:
    """Character errors over all texts, blanks not counted, as a share of their characters. A word belongs to the slot
    its centre lies in; words in no slot are not counted."""
    found: list[list[Word]] = [[] for _ in slots]
    for word in words:
        for k, (left, top, right, bottom) in enumerate(slots):
            if left - 8 <= word.x <= right + 8 and top - 8 <= word.y <= bottom + 8:
                found[k].append(word)
                break
    wrong = total = 0
    for text, slot, inside in zip(texts, slots, found, strict=True):
        wanted, said = _letters(text), _letters(" ".join(w.text for w in _in_reading_order(inside, slot)))
        wrong, total = wrong + edits(wanted, said), total + len(wanted)
    return wrong / max(total, 1)


def _in_reading_order(words: Sequence[Word], slot: Slot) -> list[Word]:
    """Lines from top to bottom: a word whose centre is less than 20 pixels below the one before is on its line."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda w: w.y):
        if lines and word.y - lines[-1][-1].y < 20:
            lines[-1].append(word)
        else:
            lines.append([word])
    return [word for line in lines for word in sorted(line, key=lambda w: w.x)]


def _letters(text: str) -> str:
    return "".join(plain(text).split())
