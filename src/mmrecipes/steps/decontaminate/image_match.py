"""Which pictures of a benchmark a training picture may be a copy of.

Covered: equal pixels; near perceptual hashes in any view; near vectors (of an embedder, or the descriptor that needs no
model); shared words of local features. Not covered: deciding (see `confirm`): but for equal pixels these are
candidates.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from mmrecipes.steps.decontaminate.hash_index import HashIndex
from mmrecipes.steps.decontaminate.prints import Print
from mmrecipes.steps.decontaminate.registry import Registry
from mmrecipes.steps.decontaminate.views import VIEWS

DHASH = 20
"""Most bits in which the dHash of a candidate by pHash may differ."""
LEAST_VOTES = 8
"""Words that a candidate by words shares at least."""
MOST = 3
"""Candidates of one kind that are looked at, the nearest ones."""
COMMON_WORD = 0.02
"""A word that more than this share of the pictures has (and more than fifty) is not counted."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A picture of the registry. `value` is the distance of `phash`, the cosine of `copy`, the shared `words`."""

    picture: int
    kind: Literal["phash", "copy", "words"]
    value: float
    view: str


class ImageIndex:
    """The pictures of a registry, ready to be looked up."""

    def __init__(self, registry: Registry) -> None:
        self.views = tuple(VIEWS)
        self._exact = {row.tobytes(): at for at, row in enumerate(registry.picture_pixels)}
        self._hashes = HashIndex(np.ascontiguousarray(registry.picture_phash).ravel())
        self._dhashes = np.ascontiguousarray(registry.picture_dhash).ravel()
        self._vectors = registry.picture_vector.astype(np.float32)
        self._words, self._word_of = registry.word, registry.word_of
        self._count = len(registry.picture_pixels)

    def exact(self, pixels: bytes) -> int | None:
        """The picture with these very pixels (see `prints.pixel_digest`)."""
        return self._exact.get(pixels)

    def candidates(
        self, seen: Print, distance: int, likely: float, vector: npt.NDArray[np.float32] | None = None
    ) -> list[Candidate]:
        """Candidates, at most one per picture and view, the strongest kind first. `vector` is the embedder's, in place
        of the descriptor."""
        if not self._count:
            return []
        found: dict[tuple[int, str], Candidate] = {}
        for one in (
            *self._by_hash(seen, distance),
            *self._by_vector(seen.descriptor if vector is None else vector, likely),
            *self._by_words(seen),
        ):
            found.setdefault((one.picture, one.view), one)
        return list(found.values())

    def _by_hash(self, seen: Print, distance: int) -> list[Candidate]:
        best: dict[tuple[int, str], int] = {}
        for sight in seen.views.values():
            places, apart = self._hashes.near(sight.phash, distance)
            near = np.bitwise_count(self._dhashes[places] ^ np.uint64(sight.dhash)) <= DHASH
            for place, bits in zip(places[near].tolist(), apart[near].tolist(), strict=True):
                key = (place // len(self.views), self.views[place % len(self.views)])
                best[key] = min(bits, best.get(key, bits))
        pictures: dict[int, Candidate] = {}
        for (picture, view), bits in sorted(best.items(), key=lambda b: (b[1], b[0][0], self.views.index(b[0][1]))):
            pictures.setdefault(picture, Candidate(picture, "phash", float(bits), view))
        return list(pictures.values())[:MOST]

    def _by_vector(self, vector: npt.NDArray[np.float32], likely: float) -> list[Candidate]:
        if not vector.any():
            return []
        cosines = self._vectors @ vector
        nearest = np.argsort(-cosines, kind="stable")[:MOST]
        return [Candidate(int(p), "copy", float(cosines[p]), "identity") for p in nearest if cosines[p] >= likely]

    def _by_words(self, seen: Print) -> list[Candidate]:
        starts = np.searchsorted(self._words, seen.words, "left")
        stops = np.searchsorted(self._words, seen.words, "right")
        rare = (stops - starts) <= max(50, COMMON_WORD * self._count)
        spans = zip(starts[rare].tolist(), stops[rare].tolist(), strict=True)
        found = [self._word_of[a:b] for a, b in spans if a < b]
        if not found:
            return []
        votes = np.bincount(np.concatenate(found), minlength=self._count)
        nearest = np.argsort(-votes, kind="stable")[:MOST]
        return [Candidate(int(p), "words", float(votes[p]), "identity") for p in nearest if votes[p] >= LEAST_VOTES]
