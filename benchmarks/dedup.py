"""What deduplication of key rows costs: seconds and peak memory of the global steps, on even and on skewed keys.

    python benchmarks/dedup.py [--rows N] [--only NAME] [--per-file N]

Every case writes the key columns of N rows (default 10 million) as a run's shards do and runs the barrier over them in
a process of its own: reading the keys, deciding, writing the decisions. Files hold a million rows, so that deciding is
what is measured; a run's hold 64, and opening so many costs more than all else (--per-file 64). Memory is the highest
resident size of that process. A tenth of the rows are duplicates. Skewed keys: families of 10,000 rows whose
hashes agree in 40 of 64 bits, so that rows share most bands; and one pair that stands a hundred thousand times.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

from mmrecipes.flow.barrier import decide
from mmrecipes.flow.pipeline import GlobalStep, Pipeline, Segment
from mmrecipes.flow.shards import Shard, segments_folder
from mmrecipes.steps.dedup_pairs import DedupPairs
from mmrecipes.steps.near_duplicates import NearDuplicateHash

EVEN = "hash(CASE WHEN i % 10 = 9 THEN i - 1 ELSE i END)"
"""A 64-bit hash of row `i`; every tenth row repeats the one before it."""
SHARED = 0xFFFFFFF00000FFF0
SKEWED = f"(hash(i // 10000) & {SHARED}) | (hash(CASE WHEN i % 10 = 9 THEN i - 1 ELSE i END) & {2**64 - 1 - SHARED})"
"""As before, but the 40 bits of `SHARED` are those of a family of 10,000."""
ONE_IN_MANY = "CASE WHEN i < 100000 THEN 7::UBIGINT ELSE " + EVEN + " END"
PAIR = """
    ({hash})::UBIGINT AS h, (h & 9223372036854775807)::BIGINT AS key_pair, key_pair AS key_content,
    CASE WHEN i % 1000 = 9 THEN i ELSE key_pair END AS key_said, printf('%016x', h) AS key_phashes,
    (hash(h) & 9223372036854775807)::BIGINT AS key_simhash, false AS key_flat, i % 3 AS key_priority,
    i % 50 AS key_length, ''::BLOB AS key_thumbnails, 'what is shown' AS key_instruction, (i % 7)::VARCHAR AS key_answer
"""
NEAR = """
    xor({hash}, CASE WHEN i % 10 = 9 THEN 1::UBIGINT << (i % 63) ELSE 0::UBIGINT END) AS h, 0.0::DOUBLE AS key_prefer,
    (h & 9223372036854775807)::BIGINT AS key_hash
"""


@dataclass(frozen=True)
class Case:
    what: str
    columns: str
    step: Callable[[], GlobalStep]


def pairs(**options: int) -> Callable[[], GlobalStep]:
    return lambda: DedupPairs(lambda s: 0, lambda s: "", **options)


def near(distance: int) -> Callable[[], GlobalStep]:
    return lambda: NearDuplicateHash(lambda s: 0, distance)


CASES = {
    "pairs": Case("pairs, equal keys", PAIR.format(hash=EVEN), pairs()),
    "pairs-skewed": Case("pairs, one of them 100,000 times", PAIR.format(hash=ONE_IN_MANY), pairs()),
    "near": Case("hashes within 3 bits", NEAR.format(hash=EVEN), near(3)),
    "near-skewed": Case("hashes within 3 bits, families", NEAR.format(hash=SKEWED), near(3)),
    "pairs-near": Case("pairs, pictures within 3 bits", PAIR.format(hash=EVEN), pairs(max_hamming_image=3)),
}


def shards(rows: int, per_file: int) -> list[Shard]:
    starts = range(0, rows, per_file)
    return [Shard("all", i, start, min(start + per_file, rows)) for i, start in enumerate(starts)]


def write_keys(run: Path, case: Case, parts: list[Shard]) -> None:
    for one in parts:
        folder = segments_folder(run, 0) / one.name
        folder.mkdir(parents=True)
        duckdb.sql(
            f"COPY (SELECT * EXCLUDE (i, h) FROM (SELECT i, printf('pool/source/%09d', i) AS id, {case.columns} "
            f"FROM range({one.start}, {one.stop}) r(i))) TO '{folder / 'samples.parquet'}' (COMPRESSION zstd)"
        )


def measure(name: str, run: Path, parts: list[Shard]) -> None:
    """In a process of its own: decide, and print seconds, CPU seconds, megabytes and the number of decisions."""
    import pyarrow.parquet as pq

    segments_folder(run, 1).mkdir(parents=True)
    began, cpu = time.perf_counter(), time.process_time()
    decide(run, Segment(1, CASES[name].step(), Pipeline(), 1), parts)
    wall, cpu = time.perf_counter() - began, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(wall, cpu, peak, pq.read_metadata(segments_folder(run, 1) / "decisions.parquet").num_rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--only", choices=CASES)
    parser.add_argument("--per-file", type=int, default=1_000_000)
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    parts = shards(given.rows, given.per_file)
    if given.measure:
        measure(given.only, given.measure, parts)
        return
    table = Table("case", "rows", "seconds", "CPU seconds", "peak MB", "decisions", title="deduplication of key rows")
    for name in [given.only] if given.only else CASES:
        with tempfile.TemporaryDirectory() as folder:
            write_keys(Path(folder), CASES[name], parts)
            command = [sys.executable, __file__, "--only", name, "--measure", folder]
            command += ["--rows", str(given.rows), "--per-file", str(given.per_file)]
            found = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.split()
        wall, cpu, peak = (f"{float(v):.1f}" for v in found[:3])
        table.add_row(CASES[name].what, f"{given.rows:,}", wall, cpu, peak, f"{int(found[3]):,}")
    Console().print(table)


if __name__ == "__main__":
    main()
