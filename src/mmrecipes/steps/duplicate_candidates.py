"""Which pairs are candidates of each other, by equal or near keys, over the key columns of `dedup_pairs`.

Makes the table `candidates(ordinal, id, cluster, priority, length, settled)`: samples of one cluster have equal keys,
or keys that are joined by steps of few bits. A cluster is settled when nothing needs a closer look: every member is a
duplicate of the best one and all say the same. Covered: any number of rows within the memory limit of the connection
(near keys: about 60 bytes a distinct key beside it). Not covered: the closer look (see `duplicate_groups`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from mmrecipes.steps.hamming_join import distinct, near_pairs
from mmrecipes.store.columns import table_of_numbers

if TYPE_CHECKING:
    import duckdb

Numbers = npt.NDArray[np.int64]
_IMAGE = "CASE WHEN phashes = 'none' THEN 0::UBIGINT ELSE ('0x' || phashes[1:16])::UBIGINT END"
"""The first picture's hash; the others are compared when the group is decided."""
_EDGES = "SELECT a.pair AS one, b.pair AS other FROM near_keys a"
_NEAR_IMAGE, _NEAR_TEXT = "JOIN near_image i ON a.image = i.one", "JOIN near_text t ON a.text = t.one"


def find_candidates(db: duckdb.DuckDBPyConnection, confirm: bool, image_bits: int, text_bits: int) -> None:
    """Make the table `candidates` from `samples`."""
    _cluster_near_keys(db, image_bits, text_bits)
    pairs = db.sql("SELECT pair FROM samples").fetchnumpy()["pair"]
    db.register("repeated", table_of_numbers({"pair": repeated(pairs)}))
    same = f"min(content) = max(content) OR NOT ({bool(confirm)} OR bool_or(flat))"
    db.execute(
        "CREATE OR REPLACE TEMP TABLE clusters AS SELECT pair, cluster, false AS alone FROM near_clusters "
        "UNION ALL SELECT pair, pair, true FROM repeated ANTI JOIN near_clusters USING (pair);"
        "CREATE OR REPLACE TEMP TABLE members AS SELECT ordinal, id, cluster, priority, length, alone, content, said, "
        "flat FROM samples JOIN clusters USING (pair);"
        "CREATE OR REPLACE TEMP TABLE candidates AS SELECT ordinal, id, cluster, priority, length, settled "
        f"FROM members JOIN (SELECT cluster, bool_and(alone) AND min(said) = max(said) AND ({same}) AS settled "
        "FROM members GROUP BY cluster) USING (cluster)"
    )


def repeated(values: Numbers) -> Numbers:
    """The values that stand more than once, in order; sorting numbers is cheaper than grouping by them."""
    ordered = np.sort(values)
    return distinct(ordered[1:][ordered[1:] == ordered[:-1]])


def _cluster_near_keys(db: duckdb.DuckDBPyConnection, image_bits: int, text_bits: int) -> None:
    """Make the table `near_clusters(pair, cluster)` of the keys that have near ones."""
    db.execute("CREATE OR REPLACE TEMP TABLE near_clusters (pair BIGINT, cluster BIGINT)")
    if not image_bits and not text_bits:
        return
    db.execute(
        f"CREATE OR REPLACE TEMP TABLE near_keys AS SELECT pair, any_value({_IMAGE}) AS image, "
        "any_value(simhash) AS text FROM samples GROUP BY pair"
    )
    _near_values(db, "image", image_bits)
    _near_values(db, "text", text_bits)
    edges = db.sql(
        f"{_EDGES} {_NEAR_IMAGE} JOIN near_keys b ON b.image = i.other AND b.text = a.text UNION ALL "
        f"{_EDGES} {_NEAR_TEXT} JOIN near_keys b ON b.image = a.image AND b.text = t.other UNION ALL "
        f"{_EDGES} {_NEAR_IMAGE} {_NEAR_TEXT} JOIN near_keys b ON b.image = i.other AND b.text = t.other"
    ).fetchnumpy()
    keys, cluster = connected(edges["one"], edges["other"])
    db.register("connected", table_of_numbers({"pair": keys, "cluster": cluster}))
    db.execute("INSERT INTO near_clusters SELECT pair, cluster FROM connected")


def _near_values(db: duckdb.DuckDBPyConnection, column: str, bits: int) -> None:
    """Make the table `near_<column>(one, other)`, in both directions."""
    kind = "UBIGINT" if column == "image" else "BIGINT"
    db.execute(f"CREATE OR REPLACE TEMP TABLE near_{column} (one {kind}, other {kind})")
    if bits:
        values = db.sql(f"SELECT {column} AS value FROM near_keys").fetchnumpy()["value"]
        first, second = (a.view(values.dtype) for a in near_pairs(values.view(np.uint64), bits))
        pairs = table_of_numbers({"one": np.concatenate([first, second]), "other": np.concatenate([second, first])})
        db.register("near_values", pairs)
        db.execute(f"INSERT INTO near_{column} SELECT one, other FROM near_values")


def connected(one: Numbers, other: Numbers) -> tuple[Numbers, Numbers]:
    """Every node of the edges, in order, and the smallest node of the component it is in."""
    nodes, ends = np.unique(np.concatenate([one, other]), return_inverse=True)
    a, b = np.split(ends, 2)
    label = np.arange(len(nodes))
    while True:
        lower = label.copy()
        np.minimum.at(lower, label[a], label[b])
        np.minimum.at(lower, label[b], label[a])
        while (lower[lower] != lower).any():
            lower = lower[lower]
        if (lower == label).all():
            return nodes, nodes[label]
        label = lower
