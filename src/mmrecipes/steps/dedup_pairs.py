"""Pairs of pictures and instruction that stand several times in a pool: the best one stays.

Two samples are candidates when the pHashes of their pictures, in order, and the SimHash of their instruction are equal
(or differ in few bits). Equal hashes can still join two charts under one template question, so candidates are
confirmed: same thumbnails, and instructions that fold to the same text or share nearly all words. Of a group of
duplicates the sample of the highest priority stays, then the one with the longest answer, then the one with the
smallest id: the order of the sources is without effect. The same picture with another question stays, and so does the
same question on another picture.

Covered: samples with any number of pictures or none, hashing (a step), deciding (a global step), answers of duplicates
kept with the survivor and compared. Not covered: cropped or turned pictures, paraphrased questions.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from mmrecipes.core.sample import Sample, shown_images
from mmrecipes.steps.duplicate_candidates import find_candidates
from mmrecipes.steps.duplicate_groups import NO_PICTURES, Rule, decide_groups
from mmrecipes.steps.hamming_join import as_column
from mmrecipes.steps.image_hash import ImageHash, image_hash
from mmrecipes.steps.text_hash import folded, simhash

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, slots=True)
class PairKey:
    """What a sample is compared by; a working value that lasts until the segment ends."""

    pictures: tuple[ImageHash, ...]
    instruction: str
    """Folded."""
    simhash: int

    @property
    def phashes(self) -> str:
        """The pHashes in order as hexadecimal numbers; "none" without pictures."""
        return " ".join(f"{p.phash:016x}" for p in self.pictures) or NO_PICTURES

    @property
    def thumbnails(self) -> bytes:
        """The pictures' thumbnails one behind the other."""
        return b"".join(p.thumbnail for p in self.pictures)


@dataclass(frozen=True, slots=True)
class HashPair:
    """Hashes a sample's pictures, in the order in which they are shown, and its instruction.

    Writes `draft.pair` for `DedupPairs`, which has to be the next global step, and `draft.hashes` as hexadecimal text.
    """

    text: Callable[[Sample], str]
    """The instruction; its form is folded here."""
    reads: ClassVar[tuple[str, ...]] = ("images", "messages")
    writes: ClassVar[tuple[str, ...]] = ("draft.pair", "draft.hashes")

    def __call__(self, sample: Sample) -> Sample:
        instruction = folded(self.text(sample))
        hashed = {image.sha256: image_hash(image) for image in sample.images}
        pictures = tuple(hashed[image.sha256] for image in shown_images(sample) or sample.images)
        key = PairKey(pictures, instruction, simhash(instruction))
        return sample.drafting(pair=key, hashes={"phash": key.phashes, "simhash": f"{key.simhash:016x}"})


@dataclass(frozen=True, slots=True)
class DedupPairs:
    """Drops duplicates of a pair (`duplicate_pair`; the detail names the survivor); put `HashPair` before it.

    `priority` says which sample is preferred (highest first), `answer` gives its answer, empty when that is not valid.
    Where duplicates answer differently, the survivor's draft holds `dup_answers` ([{id, answer}]) and `dup_conflict`:
    whether two of the answers state different facts. With `drop_conflicts` such survivors are dropped as well
    (`conflicting_answers`). Without `confirm`, equal hashes decide alone; flat pictures are confirmed nevertheless.
    """

    priority: Callable[[Sample], int]
    answer: Callable[[Sample], str]
    confirm: bool = True
    max_hamming_image: int = 0
    max_hamming_text: int = 0
    drop_conflicts: bool = False

    @property
    def kept_back(self) -> frozenset[str]:
        """Key columns that only candidates are read of (see `flow.pipeline.GlobalStep`)."""
        near = self.max_hamming_image or self.max_hamming_text
        return frozenset({"thumbnails", "instruction", "answer"} | (set() if near else {"phashes", "simhash"}))

    @property
    def prefix_stable(self) -> bool:
        return False

    def keys(self) -> Mapping[str, Callable[[Sample], Any]]:
        return {
            "pair": lambda s: _number(_pair(s).phashes.encode(), _pair(s).simhash.to_bytes(8)),
            "content": lambda s: _number(_pair(s).thumbnails, _pair(s).instruction.encode()),
            "said": lambda s: _number(self.answer(s).encode()),
            "phashes": lambda s: _pair(s).phashes,
            "simhash": lambda s: as_column(_pair(s).simhash),
            "flat": lambda s: any(p.flat for p in _pair(s).pictures),
            "priority": lambda s: int(self.priority(s)),
            "length": lambda s: len(self.answer(s)),
            "thumbnails": lambda s: _pair(s).thumbnails,
            "instruction": lambda s: _pair(s).instruction,
            "answer": self.answer,
        }

    def decide(self, db: duckdb.DuckDBPyConnection) -> str:
        find_candidates(db, self.confirm, self.max_hamming_image, self.max_hamming_text)
        rule = Rule(self.confirm, self.max_hamming_image, self.max_hamming_text, self.drop_conflicts)
        return decide_groups(db, rule)


def _pair(sample: Sample) -> PairKey:
    key = sample.draft.get("pair")
    if not isinstance(key, PairKey):
        raise ValueError(f"{sample.id} has no draft.pair: put HashPair before DedupPairs, with no global step between")
    return key


def _number(*parts: bytes) -> int:
    """64 bits that stand for the parts: equal for equal ones."""
    digest = hashlib.blake2b(b"".join(len(p).to_bytes(8) + p for p in parts), digest_size=8)
    return as_column(int.from_bytes(digest.digest()))
