"""Helper of the tests of global steps: their decisions over samples that lie in real shards."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import pyarrow.parquet as pq

from mmrecipes.core.sample import Sample
from mmrecipes.flow.barrier import decide
from mmrecipes.flow.interpret import Passage
from mmrecipes.flow.pipeline import GlobalStep, Pipeline, Segment
from mmrecipes.flow.shards import Shard, new_shard, segments_folder

PER_SHARD = 7


class Decision(NamedTuple):
    reason: str | None
    detail: str | None
    added: Any


def decided(
    step: GlobalStep, samples: Sequence[Sample], run: Path, strata: Sequence[str] = ("all",)
) -> dict[str, Decision]:
    """What the barrier says about every sample it does not keep as it is; the samples are dealt out to the strata."""
    shards: list[Shard] = []
    for number, stratum in enumerate(strata):
        own = samples[number :: len(strata)]
        for start in range(0, len(own), PER_SHARD):
            one = Shard(stratum, start // PER_SHARD, start, min(start + PER_SHARD, len(own)))
            with new_shard(run, 0, one, step.keys()) as writer:
                for index in range(one.start, one.stop):
                    writer.add(index, Passage(kept=[own[index]]))
            shards.append(one)
    segments_folder(run, 1).mkdir(parents=True)
    decide(run, Segment(1, step, Pipeline(), 1), shards)
    rows = pq.read_table(segments_folder(run, 1) / "decisions.parquet").to_pylist()
    assert len({r["id"] for r in rows}) == len(rows), "one decision per sample"
    return {
        r["id"]: Decision(r["reason"], r["detail"], None if r["added"] is None else orjson.loads(r["added"]))
        for r in rows
    }
