"""What was found in a dataset, and what follows from it for samples made from others.

Covered: parents of all rows on disk (DuckDB), so that memory grows with what is found and not with the rows; a removed
parent removes what was made from it, however many steps away; the table of decisions, in the order of the rows. Not
covered: parents that are not in the data.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

import orjson

from mmrecipes.steps.decontaminate.evidence import Evidence, Finding
from mmrecipes.steps.decontaminate.looking import Looked
from mmrecipes.store.files import new_file, operation

MEMORY_LIMIT = "300MB"
_BATCH = 2000
_DERIVED = """
WITH RECURSIVE gone(id, root) AS (
    SELECT m.id, r.id FROM made m JOIN roots r ON m.parent = r.id
    UNION
    SELECT m.id, g.root FROM made m JOIN gone g ON m.parent = g.id
)
SELECT m.row, m.id, list(DISTINCT root) FROM gone JOIN (SELECT DISTINCT row, id FROM made) m USING (id)
GROUP BY m.row, m.id ORDER BY m.row
"""
_COLUMNS = ("row", "id", "action", "tier", "evidence", "unchecked")


class Findings:
    """Use as a context manager; `folder` holds the parents while it is open. `found` holds, in order of the rows, those
    about which there is something to say: (id, finding) by row."""

    def __init__(self, folder: Path) -> None:
        import duckdb

        self.found: dict[int, tuple[str, Finding]] = {}
        self._db = duckdb.connect(str(folder / "findings.duckdb"), config={"memory_limit": MEMORY_LIMIT, "threads": 1})
        self._db.execute("CREATE TABLE made (row BIGINT, id VARCHAR, parent VARCHAR)")
        self._made: list[tuple[int, str, str]] = []

    def add(self, looked: Looked) -> None:
        """Note what was found about the next row; one that could not be read is not noted."""
        if looked.id is None:
            return
        self._made += [(looked.row, looked.id, parent) for parent in looked.parents]
        if looked.finding.evidence or looked.finding.unchecked:
            self.found[looked.row] = (looked.id, looked.finding)
        if len(self._made) > _BATCH:
            self._flush()

    def _flush(self) -> None:
        if self._made:
            self._db.executemany("INSERT INTO made VALUES (?, ?, ?)", self._made)
        self._made = []

    def derive(self) -> None:
        """Find what was made from samples that are acted on, and is not acted on itself: this takes the place of what
        was found about it before."""
        self._flush()
        roots: dict[str, Finding] = {}
        for name, finding in self.found.values():
            if finding.acted and (name not in roots or _root(finding) < _root(roots[name])):
                roots[name] = finding
        self._db.execute("CREATE TABLE roots (id VARCHAR)")
        if roots:
            self._db.executemany("INSERT INTO roots VALUES (?)", [(name,) for name in roots])
        for row, name, parents in self._db.execute(_DERIVED).fetchall():
            before = self.found.get(row, ("", Finding()))[1]
            if not before.acted:
                parent = min(parents, key=lambda p: (roots[p].action == "remove_turn", p))
                self.found[row] = (name, replace(_made_from(parent, roots[parent]), unchecked=before.unchecked))
        self.found = dict(sorted(self.found.items()))

    def write(self, path: Path) -> None:
        """The table of decisions as Parquet: row, id, action, tier, evidence and unchecked as JSON."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        kinds = (pa.int64(), *(pa.string() for _ in _COLUMNS[1:]))
        rows = [
            (row, name, f.action, f.tier, _json([e.to_json() for e in f.evidence]), _json(f.unchecked))
            for row, (name, f) in self.found.items()
        ]
        columns = list(zip(*rows, strict=True)) or [()] * len(_COLUMNS)
        table = pa.table({n: pa.array(c, k) for n, c, k in zip(_COLUMNS, columns, kinds, strict=True)})
        with new_file(path) as temporary:
            operation("write", path)
            pq.write_table(table, temporary, compression="zstd")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._db.close()


def _root(finding: Finding) -> tuple[str, str, str]:
    """Which of several findings about one id counts, whatever the order of the rows."""
    first = finding.evidence[0]
    return finding.action, first.benchmark, first.item


def _made_from(parent: str, finding: Finding) -> Finding:
    """What follows from a parent's finding: of one that only lost turns, a review."""
    action = "review" if finding.action == "remove_turn" else finding.action
    first = next(e for e in finding.evidence if e.settled)
    return Finding(
        (Evidence(first.benchmark, first.item, "parent", "derived", action != "review", parent),), action
    )  # fmt: skip


def _json(value: object) -> str:
    return orjson.dumps(value).decode()
