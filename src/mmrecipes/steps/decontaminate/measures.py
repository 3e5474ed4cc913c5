"""How far two pictures that lie over each other are the same, measured where both have pixels, after brightness and
contrast are made equal:

- the normalised correlation and SSIM (Wang et al. 2004) of the luma over the whole,
- the share of the area where a compact patch differs, thin strokes not counted: an object that was moved or recoloured,
- the share of structured patches that do not correlate with what lies under them: other digits, other bars.

A copy has correlation >= 0.92 or SSIM >= 0.85, no large patch that differs, and, where the picture is a graphic (most
of it has one of a few colours: charts, tables, pages), hardly any patch that does not correlate. Text drawn over a
scene passes; a chart twin does not. Covered: measuring. Not covered: laying one over the other (see `confirm`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from mmrecipes.steps.decontaminate.views import Pixels, grey_of

Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

NCC, SSIM = 0.92, 0.85
LEAST_SHARED = 0.25
"""Share of the benchmark's picture that the candidate must show."""
DIFFERENT = 30.0
"""Levels of 255 by which pixels differ, luma and colour together."""
MOST_CHANGED = 0.002
"""Share of the area that compact different patches may have."""
MOST_UNLIKE = 0.02
"""Share of a graphic's structured patches that may not correlate."""
THIN = 0.03
"""Share of the longer side up to which something that differs is a stroke and no patch."""
_PATCH = 15
_HOPELESS = 0.6
"""Correlation below which nothing else is measured."""
_CLIPPED = 250


@dataclass(frozen=True, slots=True)
class Likeness:
    """What was measured. `ncc` and `ssim` are 1 for equal pictures; `changed` and `unlike` are shares of the area and
    of the structured patches, 1 where it did not come to measuring them; `shared` is the share of the benchmark's
    picture that is seen; `how`: `resize`, `features`, or `none` when nothing could be laid over it."""

    ncc: float
    ssim: float
    changed: float
    unlike: float
    shared: float
    graphic: bool
    how: str

    @property
    def alike(self) -> bool:
        """The pictures agree as a whole."""
        return self.shared >= LEAST_SHARED and (self.ncc >= NCC or self.ssim >= SSIM)

    @property
    def details_differ(self) -> bool:
        """Other digits, other bars: measured of graphics only."""
        return self.graphic and self.unlike > MOST_UNLIKE

    @property
    def same(self) -> bool:
        """A copy: they agree as a whole and in every part that tells two pictures of one kind apart."""
        return self.alike and self.changed <= MOST_CHANGED and not self.details_differ


NOTHING = Likeness(0.0, 0.0, 1.0, 1.0, 0.0, False, "none")


def better(one: Likeness, other: Likeness) -> Likeness:
    """The one that says more for a copy."""
    return max(one, other, key=lambda m: (m.same, m.alike, m.ncc))


def measured(base: Pixels, other: Pixels, seen: Mask, how: str) -> Likeness:
    """Two RGB pictures of one size, compared where `seen`; `how` they were laid over each other."""
    shared = float(seen.mean())
    if shared < LEAST_SHARED / 2:
        return NOTHING
    one, two = grey_of(base).astype(np.float32), grey_of(other).astype(np.float32)
    ncc = correlation(one[seen], two[seen])
    found = Likeness(ncc, 0.0, 1.0, 1.0, shared, False, how)
    if ncc < _HOPELESS:
        return found
    two = _evened(one, two, seen)
    inner = _shrunk(seen)
    found = replace(found, ssim=_ssim(one, two, inner), graphic=_is_graphic(base))
    if found.alike and found.graphic:
        found = replace(found, unlike=unlike(one, two, inner))
    if found.alike and not found.details_differ:
        found = replace(found, changed=_changed(base, other, one, two, inner))
    return found


def _shrunk(seen: Mask) -> Mask:
    import cv2

    if seen.all():
        return seen
    return np.asarray(cv2.erode(seen.astype(np.uint8), np.ones((_PATCH + 4, _PATCH + 4), np.uint8))) > 0


def _evened(one: Floats, two: Floats, seen: Mask) -> Floats:
    """`two` with the gain and offset that fit `one` best where they differ least."""
    a, b = one[seen], two[seen]
    kept = np.ones(len(a), bool)
    gain, offset = 1.0, 0.0
    for _ in range(3):
        ours, theirs = a[kept], b[kept]
        spread = float(theirs.var())
        if spread < 1:
            break
        gain = float(((ours - ours.mean()) * (theirs - theirs.mean())).mean()) / spread
        offset = float(ours.mean()) - gain * float(theirs.mean())
        off = np.abs(a - (gain * b + offset))
        kept = off <= np.percentile(off, 85)
    return (two * gain + offset).clip(0, 255).astype(np.float32)


def correlation(one: npt.NDArray[Any], two: npt.NDArray[Any]) -> float:
    """Normalised, -1 to 1; 0 where one of them is flat."""
    a, b = (np.asarray(x, np.float32) - x.mean(dtype=np.float64) for x in (one, two))
    norm = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return float((a * b).sum()) / norm if norm > 1e-6 else 0.0


def _ssim(one: Floats, two: Floats, where: Mask) -> float:
    import cv2

    def mean(values: Floats) -> Floats:
        return np.asarray(cv2.GaussianBlur(values, (11, 11), 1.5), np.float32)

    a, b = mean(one), mean(two)
    aa, bb, ab = mean(one * one) - a * a, mean(two * two) - b * b, mean(one * two) - a * b
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    value = (2 * a * b + c1) * (2 * ab + c2) / ((a * a + b * b + c1) * (aa + bb + c2))
    return float(value[where].mean()) if where.any() else 0.0


def _changed(base: Pixels, other: Pixels, one: Floats, two: Floats, where: Mask) -> float:
    """The share of the area where a compact patch differs in luma or in colour."""
    import cv2

    off = cv2.GaussianBlur(two, (0, 0), 1.2) - cv2.GaussianBlur(one, (0, 0), 1.2)
    clipped = np.asarray(np.maximum(np.maximum(other[:, :, 0], other[:, :, 1]), other[:, :, 2]) >= _CLIPPED)
    off = np.where(clipped, np.maximum(off, 0), np.abs(off))  # what was clipped may have been brighter
    different = np.hypot(off, np.where(clipped, 0, _recoloured(base, other, where))) > DIFFERENT
    side = max(5, round(max(one.shape) * THIN)) | 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    compact = cv2.morphologyEx((different & where).astype(np.uint8), cv2.MORPH_OPEN, kernel)
    return float(compact.sum()) / max(1, int(where.sum()))


def _recoloured(base: Pixels, other: Pixels, where: Mask) -> Floats:
    """By how much the colours differ, of two pictures that both have some."""
    import cv2

    a, b = (np.asarray(cv2.cvtColor(p, cv2.COLOR_RGB2YCrCb), np.float32)[:, :, 1:] for p in (base, other))
    inside = where.astype(np.float32)
    coloured = (np.abs(p - 128) for p in (a, b))
    if min(float(((c[:, :, 0] + c[:, :, 1]) / 2 * inside).sum()) for c in coloured) < 2 * float(inside.sum()):
        return np.zeros(where.shape, np.float32)
    b = b + np.median((a - b)[where][::7], axis=0)
    apart = np.abs(cv2.GaussianBlur(a, (0, 0), 2) - cv2.GaussianBlur(b, (0, 0), 2))
    return np.maximum(apart[:, :, 0], apart[:, :, 1])


def unlike(one: Floats, two: Floats, where: Mask) -> float:
    """The share of structured patches whose correlation is below one half, at the best of nine places around."""
    import cv2

    def mean(values: Floats) -> Floats:
        return np.asarray(cv2.boxFilter(values, -1, (_PATCH, _PATCH)), np.float32)

    a, va = mean(one), mean(one * one)
    va = va - a * a
    best = np.full(one.shape, -1.0, np.float32)
    vb_here = mean(two * two) - mean(two) ** 2
    for down in (-1, 0, 1):
        for across in (-1, 0, 1):
            moved = np.roll(two, (down, across), (0, 1))
            b = mean(moved)
            vb = mean(moved * moved) - b * b
            together = mean(one * moved) - a * b
            best = np.maximum(best, together / np.sqrt(np.maximum(va, 4) * np.maximum(vb, 4)))
    structured = where & (np.maximum(va, vb_here) > 150)
    count = int(structured.sum())
    return float((structured & (best < 0.5)).sum()) / count if count else 0.0


def _is_graphic(pixels: Pixels) -> bool:
    """Most of it has one of four colours."""
    coarse = (pixels.astype(np.uint32) >> 3) @ np.array([1024, 32, 1], np.uint32)
    counts = np.bincount(coarse.ravel().astype(np.int64), minlength=1)
    return bool(np.sort(counts)[-4:].sum() >= 0.6 * coarse.size)
