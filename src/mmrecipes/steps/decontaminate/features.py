"""Local features of pictures, and which pictures of a set share enough of them in the same arrangement.

A feature is an ORB key point. Its words are 20 bits of its descriptor, chosen three times (locality-sensitive hashing
by sampling bits): copies share many. Glyphs of a font and corners of boxes are shared by pictures of one kind too, so
that shared words only vote: each pair of features says where the middle of the known picture would lie (generalised
Hough transform, as Lowe 2004), and of the pictures with the most votes for one place those are candidates of which
enough features fit one similarity transform (RANSAC).

Covered: crops, turns, screenshots, collages, text laid over. Not covered: mirrored pictures, which have other
descriptors. Positions and 20-bit words are kept of a picture, no descriptors: they do not show it.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from mmrecipes.steps.decontaminate.views import Pixels

KEPT, SOUGHT = 128, 500
"""Strongest features kept of a benchmark's picture, and looked up of a training picture."""
LEAST_AGREEING = 8
"""Features of a candidate that fit one similarity transform at least."""
COMMON_WORD = 0.02
"""A word that more than this share of the pictures has (and more than fifty) is not counted."""
_TABLES, _TABLE_BITS = 3, 20
_OCTAVE, _LEVELS = 1.15, 10
"""Octaves lie closer than usual: a copy that is smaller by half an octave has other descriptors."""
_CELL, _LEAST_VOTES, _TRIED = 64, 3, 16
_REACH, _RANSAC, _TRIES = 1.5, 6.0, 300
_SPOT, _LEAST_AREA = 8, 0.01

Words = npt.NDArray[np.uint32]
Points = npt.NDArray[np.float32]
Transform = npt.NDArray[np.float64]
"""(2, 3)."""


@dataclass(frozen=True, slots=True)
class Features:
    """`points` (n, 4): x, y in pixels, direction in degrees, octave. `words` (n, 3)."""

    points: Points
    words: Words


@dataclass(frozen=True, slots=True)
class Placed:
    """A picture of a set that may be seen: `agreeing` features, and the transform from its pixels to those of the
    picture that shows it."""

    picture: int
    agreeing: int
    transform: Transform


def orb(grey: Pixels, count: int) -> tuple[Any, npt.NDArray[np.uint8] | None]:
    """ORB key points and their descriptors (n, 32), the strongest `count`; None where there is none, as in a picture
    whose smallest octave would have no pixel."""
    import cv2

    if min(grey.shape) < _OCTAVE**_LEVELS:
        return (), None
    return cv2.ORB.create(nfeatures=count, scaleFactor=_OCTAVE, nlevels=_LEVELS, fastThreshold=10).detectAndCompute(
        np.ascontiguousarray(grey), None
    )  # type: ignore[call-overload, return-value]


def features_of(grey: Pixels, count: int) -> Features:
    """The strongest local features of a grey picture."""
    points, described = orb(grey, count)
    if described is None:
        return Features(np.empty((0, 4), np.float32), np.empty((0, _TABLES), np.uint32))
    bits = np.unpackbits(described, axis=1)
    powers = np.float32(2) ** np.arange(_TABLE_BITS, dtype=np.float32)
    words = [(bits[:, chosen] @ powers).astype(np.uint32) for chosen in _chosen_bits()]
    tables = np.arange(_TABLES, dtype=np.uint32) << np.uint32(_TABLE_BITS)
    return Features(
        np.array([(*p.pt, p.angle, p.octave) for p in points], np.float32), np.stack(words, 1) | tables
    )  # fmt: skip


def feature_arrays(pictures: Sequence[Features]) -> dict[str, npt.NDArray[Any]]:
    """The features of a set of pictures as it is kept: `feature` (n, 4) and the picture it is of, `word` in order and
    the feature it is of."""
    points = np.concatenate([p.points for p in pictures] or [np.empty((0, 4), np.float32)])
    words = np.concatenate([p.words for p in pictures] or [np.empty((0, _TABLES), np.uint32)]).ravel()
    order = np.argsort(words, kind="stable")
    return {
        "feature": points.astype(np.float16),
        "feature_of": np.repeat(np.arange(len(pictures), dtype=np.int32), [len(p.points) for p in pictures]),
        "word": words[order],
        "word_of": (order // _TABLES).astype(np.int32),
    }


class FeatureIndex:
    """The features of a set of pictures, ready to be looked up. `kept` are their `feature_arrays`, `sizes` (n, 2) the
    widths and heights of the grey pictures that they were found in."""

    def __init__(self, kept: Mapping[str, npt.NDArray[Any]], sizes: npt.NDArray[Any]) -> None:
        self._middles = sizes.astype(np.float32) / 2
        self._areas = sizes.astype(np.float64).prod(axis=1)
        self._points, self._of = kept["feature"].astype(np.float32), kept["feature_of"]
        self._words, self._word_of = kept["word"], kept["word_of"]
        self._common = max(50, int(COMMON_WORD * len(sizes)))

    def seen_in(self, features: Features) -> list[Placed]:
        """The pictures that may be seen, those with the most agreeing features first."""
        theirs, ours = self._pairs(features)
        if len(theirs) < LEAST_AGREEING:
            return []
        found = [
            placed for pairs in self._places(theirs, features.points, ours)
            if (placed := self._placed(theirs[pairs], features.points[ours[pairs]])) is not None
        ]  # fmt: skip
        return sorted(found, key=lambda p: (-p.agreeing, p.picture))

    def _pairs(self, features: Features) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Pairs of features, of the set and of the picture, that share a word."""
        words = features.words.ravel()
        starts = np.searchsorted(self._words, words, "left")
        counts = np.searchsorted(self._words, words, "right") - starts
        used = np.flatnonzero((counts > 0) & (counts <= self._common))
        starts, counts = starts[used], counts[used]
        ends = np.cumsum(counts)
        at = np.arange(counts.sum()) + np.repeat(starts - ends + counts, counts)
        ours = np.repeat(used // _TABLES, counts)
        pairs = np.unique(self._word_of[at].astype(np.int64) * len(features.points) + ours)
        return np.divmod(pairs, max(1, len(features.points)))

    def _places(
        self, theirs: npt.NDArray[np.int64], points: Points, ours: npt.NDArray[np.int64]
    ) -> Iterator[npt.NDArray[np.int64]]:
        """For the pictures with the most votes for one place, the pairs that vote for about there. `theirs` is in
        order, so that the pairs of a picture lie together."""
        pictures = self._of[theirs].astype(np.int64)
        middles = self._voted(theirs, points[ours])
        cells = np.floor(middles / _CELL).astype(np.int64).clip(-2048, 2047) + 2048
        keys, at = np.unique((pictures << 24) | (cells[:, 0] << 12) | cells[:, 1], return_inverse=True)
        votes = np.bincount(np.unique(at * len(points) + ours) // len(points), minlength=len(keys))
        order = np.argsort(-votes, kind="stable")
        _, first = np.unique(keys[order] >> 24, return_index=True)
        for best in order[np.sort(first)[:_TRIED]].tolist():
            if votes[best] < _LEAST_VOTES:
                return
            key = int(keys[best])
            start, stop = np.searchsorted(pictures, (key >> 24, (key >> 24) + 1)).tolist()
            centre = (np.array([key >> 12 & 4095, key & 4095]) - 2047.5) * _CELL
            near = np.abs(middles[start:stop] - centre).max(axis=1) < _REACH * _CELL
            yield start + np.flatnonzero(near)

    def _voted(self, theirs: npt.NDArray[np.int64], seen: Points) -> Points:
        """Where each pair says that the middle of the known picture lies."""
        known = self._points[theirs]
        turn = np.deg2rad(seen[:, 2] - known[:, 2])
        scale = _OCTAVE ** (seen[:, 3] - known[:, 3])
        across, down = (self._middles[self._of[theirs]] - known[:, :2]).T
        cos, sin = np.cos(turn) * scale, np.sin(turn) * scale
        return seen[:, :2] + np.stack([cos * across - sin * down, sin * across + cos * down], 1)

    def _placed(self, theirs: npt.NDArray[np.int64], seen: Points) -> Placed | None:
        import cv2

        if len(theirs) < LEAST_AGREEING:
            return None
        picture = int(self._of[theirs[0]])
        known, there = (np.ascontiguousarray(p[:, :2], np.float32) for p in (self._points[theirs], seen))
        if min(_spots(known), _spots(there)) < LEAST_AGREEING:
            return None
        cv2.setRNGSeed(1)
        transform, inliers = cv2.estimateAffinePartial2D(
            known, there, method=cv2.RANSAC, ransacReprojThreshold=_RANSAC, maxIters=_TRIES
        )
        if transform is None:
            return None
        fits = inliers.ravel() > 0
        agreeing = min(_spots(known[fits]), _spots(there[fits]))
        least = _LEAST_AREA * self._areas[picture]
        if agreeing < LEAST_AGREEING or cv2.contourArea(cv2.convexHull(known[fits])) < least:
            return None
        return Placed(picture, agreeing, np.asarray(transform, np.float64))


def _spots(points: Points) -> int:
    """Points that do not lie on each other."""
    across, down = np.floor(points / _SPOT).T
    return len(set((across * 65536 + down).tolist()))


@functools.cache
def _chosen_bits() -> Sequence[npt.NDArray[np.int64]]:
    """Which bits of a descriptor make the word of each table: fixed, as registries are kept."""
    order = np.random.default_rng(20).permutation(256)
    return tuple(order[t * _TABLE_BITS : (t + 1) * _TABLE_BITS] for t in range(_TABLES))
