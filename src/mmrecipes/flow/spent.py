"""What the answers in a run's log were asked for: `run/spent.json`, written when the run is sealed.

Every answer of the log has one purpose, so that the sums over all purposes are those of the log. How much was asked
for rows beyond `n` depends on timing: rows in flight when `n` was complete are brought to their end. That is why it
stands apart from the ledger, which does not. Covered: answers. Not covered: calls that brought none
(`Totals.open_calls`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import orjson

from mmrecipes.flow.ledger import Extent
from mmrecipes.flow.shards import read_columns
from mmrecipes.store.answers import Tally, answers_file, read_only
from mmrecipes.store.files import write_bytes

COUNTED, BEYOND_N, PROBES, UNFINISHED = "counted", "beyond_n", "probes", "unfinished"
"""For rows of the ledger; for rows after the one that completed `n`, which a larger `n` uses; the plan's own calls; for
rows of which nothing is committed (their worker died, or the budget ended)."""


def write_spent(folder: Path, extent: Extent) -> None:
    """Sort the answers of the log by purpose; nothing where no model was asked."""
    log = answers_file(folder)
    if not log.is_file():
        return
    counted, beyond = _keys(folder / "run", extent)

    def purpose(key: bytes, sample: str) -> str:
        if key in counted:
            return COUNTED
        if key in beyond:
            return BEYOND_N
        return PROBES if sample.split("/", 1)[0] == "probe" else UNFINISHED

    with read_only(log) as answers:
        sums = answers.sums(purpose)
    value = {name: asdict(sums[name]) for name in (COUNTED, BEYOND_N, PROBES, UNFINISHED) if name in sums}
    write_bytes(folder / "run" / "spent.json", orjson.dumps(value, option=orjson.OPT_INDENT_2))


def read_spent(folder: Path) -> Mapping[str, Tally]:
    """The sums by purpose, of those that occur; empty when no model was asked."""
    file = folder / "run" / "spent.json"
    return {name: Tally(**t) for name, t in orjson.loads(file.read_bytes()).items()} if file.is_file() else {}


def _keys(run: Path, extent: Extent) -> tuple[set[bytes], set[bytes]]:
    """Keys of the answers that rows up to `n` used, and of those that rows beyond used."""
    counted: set[bytes] = set()
    beyond: set[bytes] = set()
    for file in sorted((run / "segments").glob("*/[!.]*/calls.parquet")):
        stratum = file.parent.name.rpartition("-")[0]
        columns = read_columns(file, ["index", "key"])
        for index, key in zip(columns["index"].to_pylist(), columns["key"].to_pylist(), strict=True):
            (counted if extent.counts(stratum, index) else beyond).add(bytes.fromhex(key))
    return counted, beyond
