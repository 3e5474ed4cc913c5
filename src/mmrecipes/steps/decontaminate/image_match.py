"""Which pictures of a benchmark a training picture may be a copy of, by the fingerprints of both.

A fingerprint is perceptual hashes in views, the low frequencies of the luma, and local features: all that a registry
keeps of a picture besides the digest of its pixels, and nothing that shows it. The low frequencies stand in for a
copy-detection embedding and need no model: the 8x8 lowest of a discrete cosine transform without the constant one, as
signed roots, normalised, so that the product of two is their cosine.

Covered: equal pixels; near perceptual hashes in any view; near vectors (of an embedder, or the low frequencies that
need no model); the same arrangement of local features. Not covered: deciding (see `confirm`): but for equal pixels
these are candidates.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from mmrecipes.steps.decontaminate.features import KEPT, SOUGHT, FeatureIndex, Features, Transform, features_of
from mmrecipes.steps.decontaminate.registry import Registry
from mmrecipes.steps.decontaminate.views import GREY_SIDE, VIEWS, Picture, Pixels, small, trimmed
from mmrecipes.steps.image_hash import dhash, phash

Hashes = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]
Vector = npt.NDArray[np.float32]

LARGEST_DISTANCE = 7
DHASH = 20
"""Most bits in which the dHash of a candidate by pHash may differ."""
MOST = 3
"""Candidates of one kind that are looked at, the nearest ones."""
_ABOUT_EQUAL = 0.9
"""Least cosine of the low frequencies of equal pictures, which may have been decoded in different ways."""
_BANDS, _BITS = 4, 16
_NEAR = np.array([0, *(1 << bit for bit in range(_BITS))], np.int64)


FLAT = 4.0
"""A picture whose grey levels deviate by less than this has no perceptual hash."""
VIEW_SIDE, HASH_SIDE = 256, 64
"""Longer side in pixels at which views are taken, and side of the square in which they are hashed."""
_LOW = 8
LOW = _LOW**2 - 1
"""Numbers that the low frequencies are."""


@dataclass(frozen=True, slots=True)
class Hashed:
    """pHash and dHash of one view; both 0 of a flat picture."""

    phash: int
    dhash: int


@dataclass(frozen=True)
class Print:
    """What is kept of a picture. `views` are by name; local features, which cost most, are looked for when needed."""

    views: dict[str, Hashed]
    low: Vector
    grey: Pixels
    sought: int

    @cached_property
    def features(self) -> Features:
        return features_of(self.grey, self.sought)

    @property
    def flat(self) -> bool:
        """Nothing stands out: only equal pixels say that two such pictures are the same."""
        return not any(h.phash for h in self.views.values())


def benchmark_print(picture: Picture) -> Print:
    """A picture of a benchmark, in all views."""
    return _print(picture.grey, tuple(VIEWS), KEPT)


def training_print(picture: Picture) -> Print:
    """A training picture, as it is and without borders."""
    return _print(picture.grey, ("identity", "trimmed"), SOUGHT)


def _print(grey: Pixels, names: tuple[str, ...], features: int) -> Print:
    seen, inner = small(grey, VIEW_SIDE), trimmed(grey)
    bare = seen if inner is grey else small(inner, VIEW_SIDE)
    views = {name: _hashed(bare if name == "trimmed" else VIEWS[name](seen)) for name in names}
    return Print(views, _low_frequencies(bare), grey, features)


def _hashed(grey: Pixels) -> Hashed:
    if float(grey.std()) < FLAT:
        return Hashed(0, 0)
    square = _square(grey, HASH_SIDE)
    return Hashed(phash(square), dhash(square))


def _low_frequencies(grey: Pixels) -> Vector:
    """63 numbers of length 1; all zero of a flat picture."""
    import cv2

    low: Any = cv2.dct(_square(grey, 32).astype(np.float32))[:_LOW, :_LOW].ravel()[1:]
    if float(np.linalg.norm(low)) / 32 < FLAT:
        return np.zeros(LOW, np.float32)
    rooted = np.sign(low) * np.sqrt(np.abs(low))
    return (rooted / np.linalg.norm(rooted)).astype(np.float32)


def _square(grey: Pixels, side: int) -> Pixels:
    import cv2

    return np.asarray(cv2.resize(np.ascontiguousarray(grey), (side, side), interpolation=cv2.INTER_AREA), np.uint8)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A picture of the registry. `value` is the distance of `phash`, the cosine of `copy`, the number of agreeing
    features (`words`); `transform` leads from its grey pixels to those of the training picture, where that is known."""

    picture: int
    kind: Literal["phash", "copy", "words"]
    value: float
    view: str = "identity"
    transform: Transform | None = None


class ImageIndex:
    """The pictures of a registry, ready to be looked up."""

    def __init__(self, registry: Registry) -> None:
        self._views = tuple(VIEWS)
        self._sizes: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
        for at, (width, height) in enumerate(registry.picture_size.tolist()):
            self._sizes[width, height].append(at)
        self._low = registry.picture_low.astype(np.float32)
        self._exact = {row.tobytes(): at for at, row in enumerate(registry.picture_pixels)}
        self._hashes = HashIndex(np.ascontiguousarray(registry.picture_phash).ravel())
        self._dhashes = np.ascontiguousarray(registry.picture_dhash).ravel()
        self._vectors = registry.picture_vector.astype(np.float32) if registry.embedder else self._low
        longer = registry.picture_size.max(axis=1, initial=1, keepdims=True)
        grey = registry.picture_size * np.minimum(1, GREY_SIDE / longer)
        self._features = FeatureIndex(registry.arrays, grey)

    def exact(self, picture: Picture, low: Vector) -> int | None:
        """The picture with these very pixels, of which `low` are the low frequencies. The pixels are decoded only where
        a picture of this size has about the same ones, or none."""
        places = self._sizes.get(picture.size)
        if places is None:
            return None
        known = self._low[places]
        near = not low.any() or not known.any(axis=1).all() or (known @ low).max() >= _ABOUT_EQUAL
        return self._exact.get(picture.digest) if near else None

    def candidates(
        self, seen: Print, distance: int, likely: float, vector: npt.NDArray[np.float32] | None = None
    ) -> list[Candidate]:
        """Candidates, at most one per picture and view, the strongest kind first. `vector` is the embedder's, in place
        of the low frequencies."""
        by_hash = self._by_hash(seen, distance)
        by_vector = self._by_vector(seen.low if vector is None else vector, likely)
        placed = self._features.seen_in(seen.features)[:MOST]
        by_features = [Candidate(p.picture, "words", p.agreeing, transform=p.transform) for p in placed]
        found: dict[tuple[int, str], Candidate] = {}
        for one in (*by_hash, *by_vector, *by_features):
            found.setdefault((one.picture, one.view), one)
        return list(found.values())

    def _by_hash(self, seen: Print, distance: int) -> list[Candidate]:
        best: dict[tuple[int, str], int] = {}
        for sight in set(seen.views.values()):
            places, apart = self._hashes.near(sight.phash, distance)
            near = np.bitwise_count(self._dhashes[places] ^ np.uint64(sight.dhash)) <= DHASH
            for place, bits in zip(places[near].tolist(), apart[near].tolist(), strict=True):
                key = (place // len(self._views), self._views[place % len(self._views)])
                best[key] = min(bits, best.get(key, bits))
        pictures: dict[int, Candidate] = {}
        for (picture, view), bits in sorted(best.items(), key=lambda b: (b[1], b[0][0], self._views.index(b[0][1]))):
            pictures.setdefault(picture, Candidate(picture, "phash", float(bits), view))
        return list(pictures.values())[:MOST]

    def _by_vector(self, vector: npt.NDArray[np.float32], likely: float) -> list[Candidate]:
        if not vector.any() or not len(self._vectors):
            return []
        cosines = self._vectors @ vector
        near = np.flatnonzero(cosines >= likely)
        nearest = near[np.argsort(-cosines[near], kind="stable")][:MOST]
        return [Candidate(int(p), "copy", float(cosines[p])) for p in nearest]


class HashIndex:
    """Finds which of a fixed set of 64-bit hashes are near: multi-index hashing (Norouzi, Punjani and Fleet 2012).

    A hash is cut into four bands of 16 bits. Of two hashes that differ in at most seven bits some band differs in at
    most one, so it is enough to look at the hashes that have one of the 17 near values in a band. Hashes that are 0
    stand for flat pictures and are never found.
    """

    def __init__(self, hashes: Hashes) -> None:
        self.hashes = hashes
        kept = np.flatnonzero(hashes).astype(np.int64)
        bands = [_band(hashes[kept], band) for band in range(_BANDS)]
        orders = [np.argsort(values, kind="stable") for values in bands]
        self._places = np.concatenate([kept[order] for order in orders])
        ends = np.arange((1 << _BITS) + 1)
        self._starts = np.stack(
            [np.searchsorted(b[o], ends) + n * len(kept) for n, (b, o) in enumerate(zip(bands, orders, strict=True))]
        )

    def near(self, wanted: int, distance: int) -> tuple[Places, Places]:
        """Places of the hashes that differ in at most `distance` bits, nearest first, and in how many they differ."""
        if not 0 <= distance <= LARGEST_DISTANCE:
            raise ValueError(f"a distance of {distance} bits is not between 0 and {LARGEST_DISTANCE}")
        if not wanted:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        bands = np.arange(_BANDS)[:, None]
        own = np.array([[wanted >> band * _BITS & (1 << _BITS) - 1] for band in range(_BANDS)], np.int64) ^ _NEAR
        starts, ends = self._starts[bands, own].ravel(), self._starts[bands, own + 1].ravel()
        spans = [self._places[a:b] for a, b in zip(starts.tolist(), ends.tolist(), strict=True) if a < b]
        places = np.unique(np.concatenate(spans)) if spans else np.empty(0, np.int64)
        apart = np.bitwise_count(self.hashes[places] ^ np.uint64(wanted)).astype(np.int64)
        places, apart = places[apart <= distance], apart[apart <= distance]
        order = np.argsort(apart, kind="stable")
        return places[order], apart[order]


def _band(hashes: Hashes, band: int) -> Hashes:
    return (hashes >> np.uint64(band * _BITS)) & np.uint64((1 << _BITS) - 1)
