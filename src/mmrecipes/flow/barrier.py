"""Between segments: global steps decide over key columns in DuckDB, merges gather groups.

The outcome is one decisions table per segment, `segments/NN/decisions.parquet`, from which the workers of that
segment take what concerns their shard. Prefix-stable global steps run per stratum, so that a run can grow.
Covered: keep, drop with reason, values added to drafts, groups. Not covered: artefacts, copies.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from mmrecipes.core.sample import Sample
from mmrecipes.flow.interpret import Dropped, Event, Passage
from mmrecipes.flow.pipeline import GlobalStep, Merge, Segment, step_name
from mmrecipes.flow.shards import (
    DROPPED,
    SAMPLES,
    KeyFunction,
    Shard,
    count_samples,
    read_columns,
    read_samples,
    segments_folder,
    table_of_events,
    write_columns,
)
from mmrecipes.flow.step import Drop
from mmrecipes.store.columns import array_of
from mmrecipes.store.files import new_file, new_folder, operation

if TYPE_CHECKING:
    import duckdb

MEMORY_LIMIT = "400MB"
DECISIONS = pa.schema(
    [(n, pa.string()) for n in ("shard", "id", "reason", "detail", "added", "member_shard", "group")]
    + [("ordinal", pa.int64())]
)


def barrier_keys(segment: Segment | None) -> Mapping[str, KeyFunction]:
    """The key columns that the segment before must write for the barrier opening `segment`."""
    return {} if segment is None or segment.opens_with is None else _keys(segment.opens_with)


def _keys(barrier: GlobalStep | Merge) -> Mapping[str, KeyFunction]:
    return {"group": barrier.key} if isinstance(barrier, Merge) else barrier.keys()


def decide(run: Path, segment: Segment, shards: Sequence[Shard]) -> None:
    """Run the barrier that opens `segment` over the committed shards of the segment before."""
    barrier = segment.opens_with
    assert barrier is not None
    target = segments_folder(run, segment.number) / "decisions.parquet"
    before = segment.number - 1
    held = [s for s in shards if count_samples(run, before, s.name)]  # columns without values have no types
    tables: list[pa.Table] = []
    for db in _opened(run, before, _together(barrier, held), barrier) if held else ():
        tables.append(_merge_groups(db) if isinstance(barrier, Merge) else _decisions(db, barrier))
    with new_file(target) as temporary:
        operation("write", target)
        decided = pa.concat_tables(tables) if tables else pa.Table.from_batches([], DECISIONS)
        pq.write_table(decided, temporary, row_group_size=2048)  # a shard reads only its groups


def _together(barrier: GlobalStep | Merge, shards: Sequence[Shard]) -> list[list[Shard]]:
    if not barrier.prefix_stable:
        return [list(shards)]
    strata = dict.fromkeys(s.stratum for s in shards)
    return [[s for s in shards if s.stratum == name] for name in strata]


def _opened(
    run: Path, segment: int, groups: Sequence[Sequence[Shard]], barrier: GlobalStep | Merge
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection for each group of shards, one after the other, to a catalogue of its own in one database: making a
    database takes longer than most decisions."""
    import duckdb

    with duckdb.connect(
        config={
            "memory_limit": MEMORY_LIMIT,
            "temp_directory": str(run / "segments"),
            "preserve_insertion_order": "false",
        }
    ) as database:
        for number, shards in enumerate(groups):
            with database.cursor() as db:
                db.execute(f"ATTACH ':memory:' AS group_{number}")
                db.execute(f"USE group_{number}")
                _fill(db, run, segment, shards, barrier)
                yield db
            database.execute(f"DETACH group_{number}")


def _fill(
    db: duckdb.DuckDBPyConnection, run: Path, segment: int, shards: Sequence[Shard], barrier: GlobalStep | Merge
) -> None:
    """Make the table `samples` and the view `kept_back`; `ordinal` rises in candidate order. A run has many small
    files, so that opening them costs more than what is read: it is done once for the table."""
    names = [s.name for s in shards]
    db.execute("CREATE TABLE places (position BIGINT, shard VARCHAR)")
    db.execute("INSERT INTO places SELECT unnest(?), unnest(?)", [list(range(len(names))), names])
    files = [str(segments_folder(run, segment) / name / "samples.parquet") for name in names]
    db.execute("SET VARIABLE files = ?", [files])
    keys = _keys(barrier)
    apart = [k for k in keys if k in getattr(barrier, "kept_back", ())]
    db.execute(f"CREATE TABLE samples AS {_stored(['id', *(_column(k) for k in keys if k not in apart)])}")
    db.execute(f"CREATE VIEW kept_back AS {_stored([_column(k) for k in apart])}")


def _stored(columns: list[str]) -> str:
    taken = ", ".join(["(file_index::BIGINT << 32) + file_row_number AS ordinal", *columns])
    return f"SELECT {taken} FROM read_parquet(getvariable('files'), union_by_name=true)"


def _column(key: str) -> str:
    return f'key_{key} AS "{key}"'


def _decisions(db: duckdb.DuckDBPyConnection, barrier: GlobalStep) -> pa.Table:
    decided = barrier.decide(db)
    if "ordinal" not in db.sql(decided).columns:
        decided = f"SELECT * FROM ({decided}) JOIN (SELECT ordinal, id FROM samples) USING (id)"
    return db.sql(
        f"SELECT p.shard, d.id, d.reason::VARCHAR AS reason, d.detail::VARCHAR AS detail, d.added::VARCHAR AS added, "
        f"NULL::VARCHAR AS member_shard, NULL::VARCHAR AS \"group\", d.ordinal "
        f"FROM ({decided}) d JOIN places p ON d.ordinal >> 32 = p.position ORDER BY d.ordinal"
    ).to_arrow_table().cast(DECISIONS)  # fmt: skip


def _merge_groups(db: duckdb.DuckDBPyConnection) -> pa.Table:
    """Every member of a group is listed under the shard of the group's first member."""
    return db.sql(
        "SELECT shard, id, NULL::VARCHAR AS reason, NULL::VARCHAR AS detail, NULL::VARCHAR AS added, member_shard, "
        '"group", ordinal FROM (SELECT first(shard) OVER w AS shard, id, shard AS member_shard, '
        '"group"::VARCHAR AS "group", ordinal, first(ordinal) OVER w AS first FROM samples '
        "JOIN places ON ordinal >> 32 = position "
        'WINDOW w AS (PARTITION BY "group" ORDER BY ordinal ROWS UNBOUNDED PRECEDING)) ORDER BY first, ordinal'
    ).to_arrow_table().cast(DECISIONS)  # fmt: skip


def entering(run: Path, segment: Segment, one: Shard, path: str) -> Iterator[tuple[int, Passage]]:
    """What comes through the barrier into a shard: (candidate index, passage), one passage per sample or group;
    `passage.kept` goes on into the segment's steps."""
    barrier = segment.opens_with
    assert barrier is not None
    rows = _decisions_of(run, segment.number, one)
    if isinstance(barrier, Merge):
        yield from _merged(run, segment.number - 1, barrier, rows, path)
    else:
        decided = {r["id"]: r for r in rows}
        for index, sample in read_samples(run, segment.number - 1, one.name):
            yield index, _apply(sample, decided.get(sample.id), path)


def filter_shard(run: Path, segment: int, one: Shard, path: str) -> int:
    """A global step with no steps behind it, for one shard: rows are kept or dropped as they are stored. Returns how
    many are kept."""
    rows = read_columns(segments_folder(run, segment - 1) / one.name / "samples.parquet", SAMPLES.names)
    because = {r["id"]: (r["reason"], r["detail"] or "") for r in _decisions_of(run, segment, one) if r["reason"]}
    ids = rows["id"].to_pylist()
    events = [
        (index, *(Event(i, path, "drop", *because[i]) if i in because else Event(i, path, "out")))
        for index, i in zip(rows["index"].to_pylist(), ids, strict=True)
    ]
    kept = rows.filter(array_of([i not in because for i in ids], pa.bool_()))
    dropped = rows.filter(array_of([i in because for i in ids], pa.bool_()))
    with new_folder(segments_folder(run, segment) / one.name) as folder:
        write_columns(folder, "samples", kept)
        if dropped.num_rows:
            why = [(path, *because[i]) for i in ids if i in because]
            added = [array_of(list(column), pa.string()) for column in zip(*why, strict=True)]
            write_columns(folder, "dropped", pa.Table.from_arrays([*dropped.columns, *added], schema=DROPPED))
        write_columns(folder, "events", table_of_events(events))
    return kept.num_rows


def _decisions_of(run: Path, segment: int, one: Shard) -> list[dict[str, Any]]:
    file = segments_folder(run, segment) / "decisions.parquet"
    with pq.ParquetFile(file) as decisions:
        groups = [decisions.metadata.row_group(i).column(0).statistics for i in range(decisions.num_row_groups)]
        wanted = [i for i, s in enumerate(groups) if s is None or s.min <= one.name <= s.max]
        rows = decisions.read_row_groups(wanted).to_pylist() if wanted else []
    return [r for r in rows if r["shard"] == one.name]


def _apply(sample: Sample, decision: dict[str, Any] | None, path: str) -> Passage:
    if decision is not None and decision["reason"] is not None:
        reason, detail = decision["reason"], decision["detail"] or ""
        event = Event(sample.id, path, "drop", reason, detail)
        return Passage(dropped=[Dropped(sample, path, reason, detail)], events=[event])
    if decision is not None and decision["added"] is not None:
        sample = sample.drafting(**orjson.loads(decision["added"]))
    return Passage(kept=[sample], events=[Event(sample.id, path, "out")])


def _merged(
    run: Path, segment: int, barrier: Merge, rows: list[dict[str, Any]], path: str
) -> Iterator[tuple[int, Passage]]:
    loaded: dict[str, dict[str, tuple[int, Sample]]] = {}
    groups: dict[str, list[tuple[int, Sample]]] = {}
    for row in rows:
        name = row["member_shard"]
        if name not in loaded:
            loaded[name] = {s.id: (i, s) for i, s in read_samples(run, segment, name)}
        groups.setdefault(row["group"], []).append(loaded[name][row["id"]])
    for members in groups.values():
        yield members[0][0], _combined(barrier, tuple(s for _, s in members), path)


def _combined(barrier: Merge, members: tuple[Sample, ...], path: str) -> Passage:
    first, others = members[0], members[1:]
    result = barrier.combine(members)
    merged = [Event(m.id, path, "merged", "", first.id) for m in others]
    if isinstance(result, Drop):
        drop = Dropped(first, path, result.reason, result.detail)
        return Passage(dropped=[drop], events=[*merged, Event(first.id, path, "drop", result.reason, result.detail)])
    name = f"{first.id}+{len(others)}" if others else first.id
    kept = result.having(id=name, parents=tuple(m.id for m in members))
    return Passage(kept=[kept], events=[*merged, Event(first.id, path, "out", "", name)])


def barrier_path(segment: Segment) -> str:
    """The name of the barrier in the ledger."""
    return step_name(segment.opens_with)
