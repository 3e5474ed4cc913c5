"""Whether a picture is a copy of another, decided on the pixels of both.

The candidate is laid over the benchmark's picture: first by stretching it to the same size, also both without their
borders, and where that does not fit by a homography through matched ORB features (RANSAC), so that crops, small turns,
screenshots and collages are found. What is then measured, and what counts as a copy, is said in `measures`. Covered:
the eight mirrored and turned views by being told which. Not covered: reading text; where the texts are known, compare
them as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from mmrecipes.steps.decontaminate.features import Transform, orb
from mmrecipes.steps.decontaminate.measures import (
    LEAST_SHARED,
    NOTHING,
    Likeness,
    Mask,
    better,
    correlation,
    measured,
    unlike,
)
from mmrecipes.steps.decontaminate.views import Pixels, grey_of, inside, small

Orb = tuple[Any, npt.NDArray[np.uint8] | None]
"""Key points and their descriptors."""

SIDE, LARGE = 512, 1024
"""Longer side in pixels at which two pictures are compared, and up to which they are kept."""
_FEATURES, _SOUGHT = 500, 1000
_NEAR, _LEAST_INLIERS, _RANSAC = 56, 12, 4.0
_UNPLACED = 0.5
"""Correlation below which it is not tried to place a picture better."""
_REFINABLE = 0.7
"""Correlation of pictures laid over each other from which it is tried to lay them better."""
_TRIES = 600
_ROUGH, _ROUGHLY, _ROUGHLY_UNLIKE = 192, 0.5, (0.2, 0.4)
"""Longer side in pixels, correlation, and share of unlike patches (with few and with `SEVERAL` features that agree) at
which two pictures agree roughly."""
SEVERAL = 13


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
    if seen.mean() < LEAST_SHARED / 2 or correlation(benchmark.grey[seen], grey_of(laid)[seen]) < _UNPLACED:
        return NOTHING
    found = measured(base, laid, seen, "features")
    if found.same or not (refine or found.ncc >= _REFINABLE):
        return found
    return better(found, measured(base, *_warped(base, other, _refined(base, other, homography)), "features"))


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
    agreed = correlation(one[where], two[where])
    most = _ROUGHLY_UNLIKE[agreeing >= SEVERAL]
    return agreed if agreed >= _ROUGHLY and unlike(one, two, where) <= most else None


def _stretched(candidate: Pixels, benchmark: Pixels) -> Likeness:
    """Both at one size, that of the smaller."""
    import cv2

    base = small(benchmark, min(SIDE, max(candidate.shape[:2])))
    height, width = base.shape[:2]
    shape = cv2.resize(small(candidate, SIDE), (width, height), interpolation=cv2.INTER_AREA)
    return measured(base, np.asarray(shape, np.uint8), np.ones((height, width), bool), "resize")


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
        _, moved = cv2.findTransformECC(one, two, inverse, cv2.MOTION_HOMOGRAPHY, stop)
    except cv2.error:
        return homography
    return to_base @ np.linalg.inv(moved) @ np.linalg.inv(to_other)
