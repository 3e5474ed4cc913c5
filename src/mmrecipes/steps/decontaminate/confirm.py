"""Whether a picture is a copy of another, decided on the pixels of both.

The candidate is laid over the benchmark's picture: first by stretching it to the same size, also both without their
borders, and where that does not fit by a homography through matched ORB features (RANSAC), so that crops, small turns,
screenshots and collages are found. Then three things are measured where both have pixels, after brightness and contrast
are made equal:

- the normalised correlation and SSIM (Wang et al. 2004) of the luma over the whole,
- the share of the area where a compact patch differs, thin strokes not counted: an object that was moved or recoloured,
- the share of structured patches that do not correlate with what lies under them: other digits, other bars.

A copy has correlation >= 0.92 or SSIM >= 0.85, no large patch that differs, and, where the picture is a graphic (most
of it has one of a few colours: charts, tables, pages), hardly any patch that does not correlate. Text drawn over a
scene passes; a chart twin does not. Covered: the eight mirrored and turned views by being told which. Not covered:
reading text; where the texts are known, compare them as well.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from mmrecipes.steps.decontaminate.features import Transform, orb
from mmrecipes.steps.decontaminate.views import Pixels, grey_of, inside, small

Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]
Orb = tuple[Any, npt.NDArray[np.uint8] | None]
"""Key points and their descriptors."""

NCC, SSIM = 0.92, 0.85
SIDE, LARGE = 512, 1024
"""Longer side in pixels at which two pictures are compared, and up to which they are kept."""
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
_FEATURES, _SOUGHT = 500, 1000
_NEAR, _LEAST_INLIERS, _RANSAC = 56, 12, 4.0
_PATCH = 15
_HOPELESS, _UNPLACED = 0.6, 0.5
"""Correlations below which nothing else is measured, and below which it is not tried to place a picture better."""
_REFINABLE = 0.7
"""Correlation of pictures laid over each other from which it is tried to lay them better."""
_TRIES = 600
_ROUGH, _ROUGHLY, _ROUGHLY_UNLIKE = 192, 0.5, (0.2, 0.4)
"""Longer side in pixels, correlation, and share of unlike patches (with few and with `SEVERAL` features that agree) at
which two pictures agree roughly."""
SEVERAL = 13
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


class Laid:
    """A picture that is going to be compared, with what has to be worked out only once about it. `pixels` are RGB; more
    than `LARGE` of them on the longer side are not used."""

    def __init__(self, pixels: Pixels) -> None:
        self.pixels = small(pixels, LARGE)

    @cached_property
    def inside(self) -> tuple[int, int, int, int]:
        """Top, bottom, left, right of what lies within the borders."""
        return inside(self.pixels)

    @property
    def bare(self) -> Pixels:
        """Without borders."""
        top, bottom, left, right = self.inside
        return self.pixels[top:bottom, left:right]

    @cached_property
    def base(self) -> Pixels:
        """At the size at which features are looked for in a benchmark's picture; in a candidate, which may show the
        benchmark's as a part, they are looked for in all pixels."""
        return small(self.pixels, SIDE)

    @cached_property
    def grey(self) -> Pixels:
        """(H, W), of `base`."""
        return grey_of(self.base)

    @cached_property
    def features(self) -> Orb:
        return orb(self.grey, _FEATURES)

    @cached_property
    def sought(self) -> Orb:
        return orb(grey_of(self.pixels), _SOUGHT)


def likeness(candidate: Laid, benchmark: Laid) -> Likeness:
    """How far `candidate` is a copy of `benchmark`, which is given in the view that is to be compared."""
    best = _stretched(candidate.pixels, benchmark.pixels)
    bordered = any(p.bare.shape != p.pixels.shape for p in (candidate, benchmark))
    if not best.same and bordered:
        best = better(best, _stretched(candidate.bare, benchmark.bare))
    for homography in (_of_insides, _of_features):
        if best.same:
            break
        found = homography(benchmark, candidate)
        best = best if found is None else better(best, likeness_laid(candidate, benchmark, found))
    return best


def likeness_laid(candidate: Laid, benchmark: Laid, homography: Any, refine: bool = True) -> Likeness:
    """The same where it is known that the `homography` from the candidate's pixels to those of the benchmark's `base`
    lays them about over each other; `NOTHING` where it does not. Without `refine` it is laid better only where what is
    seen correlates well already."""
    base, other = benchmark.base, candidate.pixels
    laid, seen = _warped(base, other, homography)
    if seen.mean() < LEAST_SHARED / 2 or _correlation(benchmark.grey[seen], grey_of(laid)[seen]) < _UNPLACED:
        return NOTHING
    found = _measured(base, laid, seen, "features")
    if found.same or not (refine or found.ncc >= _REFINABLE):
        return found
    return better(found, _measured(base, *_warped(base, other, _refined(base, other, homography)), "features"))


def homography_of(transform: Transform, candidate: Laid) -> Any:
    """The homography for `likeness_laid` of a `transform` from the benchmark's `grey` to the candidate's."""
    scale = candidate.pixels.shape[1] / candidate.base.shape[1]
    return np.linalg.inv(np.diag([scale, scale, 1.0]) @ np.vstack([transform, [0.0, 0.0, 1.0]]))


@dataclass(frozen=True, slots=True)
class Rough:
    """A grey picture at much reduced size, of one that has `size` (width, height)."""

    pixels: Pixels
    size: tuple[int, int]

    @classmethod
    def of(cls, grey: Pixels) -> Rough:
        return cls(small(grey, _ROUGH), (grey.shape[1], grey.shape[0]))


def roughly_alike(seen: Pixels, benchmark: Rough, transform: Transform, agreeing: float) -> float | None:
    """The correlation of two grey pictures where `transform`, from the benchmark's pixels to those that are seen, lays
    them over each other, as many `agreeing` features say; None where they do not even agree roughly. It costs a
    twentieth of comparing them closely."""
    import cv2

    base = benchmark.pixels
    height, width = base.shape
    scaled = transform @ np.diag([benchmark.size[0] / width, benchmark.size[1] / height, 1.0])
    flags, reach = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, max(1, round(float(np.hypot(*scaled[:, 0]))))
    laid, inside = (
        np.asarray(cv2.warpAffine(p, scaled, (width, height), flags=flags))
        for p in (cv2.blur(seen, (reach, reach)), np.full(seen.shape, 255, np.uint8))
    )
    where = np.asarray(cv2.erode((inside == 255).astype(np.uint8), np.ones((9, 9), np.uint8))) > 0
    if where.mean() < LEAST_SHARED / 2:
        return None
    one, two = (np.asarray(cv2.GaussianBlur(p.astype(np.float32), (0, 0), 1), np.float32) for p in (base, laid))
    correlation = _correlation(one[where], two[where])
    most = _ROUGHLY_UNLIKE[agreeing >= SEVERAL]
    return correlation if correlation >= _ROUGHLY and _unlike(one, two, where) <= most else None


def better(one: Likeness, other: Likeness) -> Likeness:
    """The one that says more for a copy."""
    return max(one, other, key=lambda m: (m.same, m.alike, m.ncc))


def _stretched(candidate: Pixels, benchmark: Pixels) -> Likeness:
    """Both at one size, that of the smaller."""
    import cv2

    base = small(benchmark, min(SIDE, max(candidate.shape[:2])))
    height, width = base.shape[:2]
    shape = cv2.resize(small(candidate, SIDE), (width, height), interpolation=cv2.INTER_AREA)
    return _measured(base, np.asarray(shape, np.uint8), np.ones((height, width), bool), "resize")


def _of_insides(benchmark: Laid, candidate: Laid) -> Any:
    """From the candidate's pixels to the benchmark's `base`, what lies within the borders of both to each other."""
    top, bottom, left, right = benchmark.inside
    shrunk = benchmark.base.shape[1] / benchmark.pixels.shape[1]
    there = np.array([[right - left, 0, left], [0, bottom - top, top], [0, 0, 1 / shrunk]]) * shrunk
    top, bottom, left, right = candidate.inside
    return there @ np.linalg.inv(np.array([[right - left, 0, left], [0, bottom - top, top], [0, 0, 1.0]]))


def _of_features(benchmark: Laid, candidate: Laid) -> Any:
    """The same through matched features; None when too few agree."""
    import cv2

    base_points, base_described = benchmark.features
    points, described = candidate.sought
    if base_described is None or described is None:
        return None
    matches = cv2.BFMatcher(cv2.NORM_HAMMING, crossCheck=True).match(base_described, described)
    near = [m for m in matches if m.distance < _NEAR]
    if len(near) < _LEAST_INLIERS:
        return None
    there: Any = np.array([points[m.trainIdx].pt for m in near], np.float32)
    here: Any = np.array([base_points[m.queryIdx].pt for m in near], np.float32)
    cv2.setRNGSeed(1)
    homography, inliers = cv2.findHomography(there, here, cv2.RANSAC, _RANSAC, maxIters=_TRIES)
    enough = homography is not None and int(inliers.sum()) >= _LEAST_INLIERS
    return homography if enough and _plausible(homography, candidate.pixels.shape) else None


def _warped(base: Pixels, other: Pixels, homography: Any) -> tuple[Pixels, Mask]:
    import cv2

    height, width = base.shape[:2]
    laid = cv2.warpPerspective(other, homography, (width, height), flags=cv2.INTER_LINEAR)
    ones = np.full(other.shape[:2], 255, np.uint8)
    seen = cv2.warpPerspective(ones, homography, (width, height), flags=cv2.INTER_LINEAR)
    return np.asarray(laid, np.uint8), np.asarray(seen) == 255


def _plausible(homography: Any, shape: tuple[int, ...]) -> bool:
    """Keeps the order of the corners, scales by no more than ten, hardly any perspective."""
    import cv2

    height, width = shape[:2]
    corners = np.array([[[0, 0]], [[width, 0]], [[width, height]], [[0, height]]], np.float32)
    placed = cv2.perspectiveTransform(corners, homography)
    ratio = cv2.contourArea(placed, oriented=True) / (width * height)
    return bool(cv2.isContourConvex(placed.astype(np.float32)) and 0.01 < ratio < 100)


def _refined(base: Pixels, other: Pixels, homography: Any) -> Any:
    """The homography moved to the best correlation (ECC, Evangelidis and Psarakis 2008), found at half size; as it was
    where that fails."""
    import cv2

    one, two = (grey_of(small(p, max(p.shape[:2]) // 2)) for p in (base, other))
    to_base, to_other = (
        np.diag([p.shape[1] / g.shape[1], p.shape[0] / g.shape[0], 1.0]) for p, g in ((base, one), (other, two))
    )
    inverse = (np.linalg.inv(to_other) @ np.linalg.inv(homography) @ to_base).astype(np.float32)
    stop = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 15, 1e-4)
    try:
        _, better = cv2.findTransformECC(one, two, inverse, cv2.MOTION_HOMOGRAPHY, stop)
    except cv2.error:
        return homography
    return to_base @ np.linalg.inv(better) @ np.linalg.inv(to_other)


def _measured(base: Pixels, other: Pixels, seen: Mask, how: str) -> Likeness:
    shared = float(seen.mean())
    if shared < LEAST_SHARED / 2:
        return NOTHING
    one, two = grey_of(base).astype(np.float32), grey_of(other).astype(np.float32)
    ncc = _correlation(one[seen], two[seen])
    found = Likeness(ncc, 0.0, 1.0, 1.0, shared, False, how)
    if ncc < _HOPELESS:
        return found
    two = _evened(one, two, seen)
    inner = _shrunk(seen)
    found = replace(found, ssim=_ssim(one, two, inner), graphic=_is_graphic(base))
    if found.alike and found.graphic:
        found = replace(found, unlike=_unlike(one, two, inner))
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


def _correlation(one: npt.NDArray[Any], two: npt.NDArray[Any]) -> float:
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
    clipped = np.asarray(other.max(axis=2) >= _CLIPPED)
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
    if min(float((np.abs(p - 128).mean(axis=2) * inside).sum()) for p in (a, b)) < 2 * float(inside.sum()):
        return np.zeros(where.shape, np.float32)
    b = b + np.median((a - b)[where][::7], axis=0)
    return np.abs(cv2.GaussianBlur(a, (0, 0), 2) - cv2.GaussianBlur(b, (0, 0), 2)).max(axis=2)


def _unlike(one: Floats, two: Floats, where: Mask) -> float:
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
