"""Near duplicates by one key: texts that share most of their shingles, hashes that differ in few bits.

Samples are taken from the best to the worst (highest preference, then smallest id); one that is near a sample that
stays is dropped, and the detail names that sample. The outcome does not depend on the order of the input.
`NearDuplicateText` finds texts that may be near by the bands of their MinHash signatures and verifies the overlap of
their shingles exactly; it misses a pair at the threshold with a probability below half a percent.
`NearDuplicateHash` finds all hashes within a distance.

Not covered: pictures and text together (see `dedup_pairs`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mmrecipes.core.sample import Sample
from mmrecipes.steps.duplicate_candidates import connected, repeated
from mmrecipes.steps.hamming_join import as_column, distinct, near_pairs
from mmrecipes.steps.text_hash import band_keys, folded, minhash, overlap, rows_per_band, shingles
from mmrecipes.store.columns import table_of, table_of_numbers

if TYPE_CHECKING:
    import duckdb

_BATCH = 2048
_PASS_BYTES = 512_000_000
"""Bands of all samples that are in memory at once."""
Numbers = npt.NDArray[np.int64]
Preference = Callable[[Sample], float]


def _alike(sample: Sample) -> float:
    return 0.0


@dataclass(frozen=True, slots=True)
class NearDuplicateText:
    """Drops a sample whose text shares at least `threshold` of the shingles (Jaccard) with one that stays."""

    text: Callable[[Sample], str]
    threshold: float = 0.8
    prefer: Preference = _alike
    reason: str = "near_duplicate_text"
    kept_back: ClassVar[frozenset[str]] = frozenset({"bands", "text"})

    @property
    def prefix_stable(self) -> bool:
        return False

    def keys(self) -> Mapping[str, Callable[[Sample], Any]]:
        rows = rows_per_band(self.threshold)
        return {
            "prefer": lambda s: float(self.prefer(s)),
            "bands": lambda s: band_keys(minhash(folded(self.text(s))), rows).tobytes(),
            "text": lambda s: folded(self.text(s)),
        }

    def decide(self, db: duckdb.DuckDBPyConnection) -> str:
        _cluster_by_bands(db)
        rows = [row for cluster in _clusters(db) for row in _near_texts(cluster, self.threshold)]
        db.register("near_texts", table_of(rows, pa.schema([("id", pa.string()), ("detail", pa.string())])))
        return f"SELECT id, '{self.reason}' AS reason, detail, NULL AS added FROM near_texts"


@dataclass(frozen=True, slots=True)
class NearDuplicateHash:
    """Drops a sample whose 64-bit hash differs in at most `distance` bits from that of one that stays."""

    hash: Callable[[Sample], int]
    distance: int = 3
    prefer: Preference = _alike
    reason: str = "near_duplicate"

    @property
    def prefix_stable(self) -> bool:
        return False

    def keys(self) -> Mapping[str, Callable[[Sample], Any]]:
        return {"prefer": lambda s: float(self.prefer(s)), "hash": lambda s: as_column(self.hash(s))}

    def decide(self, db: duckdb.DuckDBPyConnection) -> str:
        _make_nearness(db, self.distance)
        return f"""
            WITH followed AS (
                SELECT id, prefer, hash, coalesce(leader, hash) AS leader
                FROM samples JOIN looked_at USING (hash) LEFT JOIN led USING (hash)
            ), best AS (SELECT hash, arg_min(id, (-prefer, id)) AS best FROM followed GROUP BY hash)
            SELECT id, '{self.reason}' AS reason, best AS detail, NULL AS added
            FROM followed f JOIN best b ON f.leader = b.hash WHERE id <> best
        """


# --- texts ---


def _cluster_by_bands(db: duckdb.DuckDBPyConnection) -> None:
    """Make the table `clusters(ordinal, cluster)`: samples that are joined by equal bands."""
    first = db.sql("SELECT count(*), any_value(octet_length(bands)) // 8 FROM kept_back").fetchall()[0]
    rows, bands = first[0], first[1] or 0
    ends: list[Numbers] = [np.empty((0, 2), np.int64)]
    per_pass = max(1, _PASS_BYTES // (8 * max(1, rows)))
    for start in range(0, bands, per_pass):
        ordinals, values = _read_bands(db, rows, start, min(bands, start + per_pass))
        ends += [_equal_neighbours(ordinals, column) for column in values]
    one, other = np.unique(np.concatenate(ends), axis=0).T
    ordinal, cluster = connected(one, other)
    db.register("clusters", table_of_numbers({"ordinal": ordinal, "cluster": cluster}))


def _read_bands(
    db: duckdb.DuckDBPyConnection, rows: int, start: int, stop: int
) -> tuple[Numbers, npt.NDArray[np.uint64]]:
    """Ordinals (rows,) and the keys of these bands (stop - start, rows)."""
    ordinals, values = np.empty(rows, np.int64), np.empty((stop - start, rows), np.uint64)
    done = 0
    for batch in db.sql("SELECT ordinal, bands FROM kept_back").to_arrow_reader(_BATCH):
        keys = np.frombuffer(b"".join(batch["bands"].to_pylist()), np.uint64).reshape(len(batch), -1)
        ordinals[done : done + len(batch)] = batch["ordinal"].to_numpy()
        values[:, done : done + len(batch)] = keys[:, start:stop].T
        done += len(batch)
    return ordinals, values


def _equal_neighbours(ordinals: Numbers, keys: npt.NDArray[np.uint64]) -> Numbers:
    """(n, 2): links that join all ordinals with equal keys."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    at = np.flatnonzero(ordered[1:] == ordered[:-1])
    return np.stack([ordinals[order[at]], ordinals[order[at + 1]]], axis=1)


def _clusters(db: duckdb.DuckDBPyConnection) -> Iterator[Iterator[tuple[str, bytes, str]]]:
    """(id, bands, text) of the members of each cluster, best first."""
    reader = db.sql(
        "SELECT cluster, id, bands, text FROM clusters JOIN samples USING (ordinal) JOIN kept_back USING (ordinal) "
        "ORDER BY cluster, prefer DESC, id"
    ).to_arrow_reader(_BATCH)
    rows = (tuple(row.values()) for batch in reader for row in batch.to_pylist())
    for _, members in groupby(rows, key=itemgetter(0)):
        yield (member[1:] for member in members)


def _near_texts(members: Iterator[tuple[str, bytes, str]], threshold: float) -> Iterator[dict[str, str]]:
    """Which members are near one that stays; only those that share a band are compared."""
    staying: list[tuple[str, frozenset[int]]] = []
    tables: dict[tuple[int, bytes], list[int]] = {}
    for name, bands, text in members:
        own = frozenset(shingles(text))
        keys = [(i, bands[i : i + 8]) for i in range(0, len(bands), 8)]
        others = sorted({place for key in keys for place in tables.get(key, ())})
        near = next((staying[o][0] for o in others if overlap(own, staying[o][1]) >= threshold), None)
        if near is not None:
            yield {"id": name, "detail": near}
            continue
        for key in keys:
            tables.setdefault(key, []).append(len(staying))
        staying.append((name, own))


# --- hashes ---


def _make_nearness(db: duckdb.DuckDBPyConnection, distance: int) -> None:
    """Make the tables `looked_at(hash)` of repeated or near hashes and `led(hash, leader)` of those whose samples give
    way to the best one of another hash."""
    hashes = db.sql("SELECT hash FROM samples").fetchnumpy()["hash"]
    one, other = (side.view(np.int64) for side in near_pairs(hashes.view(np.uint64), distance))
    near = distinct(np.concatenate([one, other]))
    db.register("near_hashes", table_of_numbers({"hash": near}))
    db.register("looked_at", table_of_numbers({"hash": distinct(np.concatenate([repeated(hashes), near]))}))
    ranks = db.sql(
        "SELECT hash, row_number() OVER (ORDER BY max(prefer) DESC, arg_min(id, (-prefer, id))) AS rank "
        "FROM samples SEMI JOIN near_hashes USING (hash) GROUP BY hash ORDER BY hash"
    ).fetchnumpy()
    hashes, leaders = _leaders(ranks["hash"], ranks["rank"], one, other)
    db.register("led", table_of_numbers({"hash": hashes, "leader": leaders}))


def _leaders(hashes: Numbers, ranks: Numbers, one: Numbers, other: Numbers) -> tuple[Numbers, Numbers]:
    """Hashes that give way, and to which: from the best to the worst, one gives way to the best near one that stays.
    `hashes` are in order, `one` and `other` are the near pairs."""
    a, b = ranks[np.searchsorted(hashes, one)], ranks[np.searchsorted(hashes, other)]
    better, worse = np.minimum(a, b), np.maximum(a, b)
    order = np.lexsort((worse, better))
    leader: dict[int, int] = {}
    for up, down in zip(better[order].tolist(), worse[order].tolist(), strict=True):
        if up not in leader:
            leader.setdefault(down, up)
    by_rank = np.empty(len(hashes) + 1, np.int64)
    by_rank[ranks] = hashes
    return by_rank[np.fromiter(leader, np.int64, len(leader))], by_rank[np.array(list(leader.values()), np.int64)]
