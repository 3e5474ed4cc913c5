"""Findings kept on disk while a dataset goes by, and what follows from them for samples made from others.

Covered: any number of rows in bounded memory (DuckDB); a removed parent removes what was made from it, however many
steps away; the table of decisions, in the order of the rows. Not covered: parents that are not in the data.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import orjson

from mmrecipes.core.sample import Sample
from mmrecipes.steps.decontaminate.evidence import Evidence, Finding
from mmrecipes.store.files import new_file, operation

MEMORY_LIMIT = "300MB"
_BATCH = 2000
_DERIVED = """
WITH RECURSIVE roots AS (
    SELECT id, action, benchmark, item FROM findings
    WHERE action IN ('remove_sample', 'remove_turn', 'annotate')
), gone(id, root, action, benchmark, item) AS (
    SELECT m.id, r.id, r.action, r.benchmark, r.item FROM made m JOIN roots r ON m.parent = r.id
    UNION
    SELECT m.id, g.root, g.action, g.benchmark, g.item FROM made m JOIN gone g ON m.parent = g.id
)
SELECT m.row, m.id, min_by(struct_pack(root, action, benchmark, item), root || chr(0) || action)
FROM gone JOIN (SELECT DISTINCT row, id FROM made) m USING (id)
WHERE m.row NOT IN (SELECT row FROM findings WHERE action NOT IN ('keep', 'review'))
GROUP BY m.row, m.id ORDER BY m.row
"""


class Findings:
    """Use as a context manager; `folder` holds the table while it is open."""

    def __init__(self, folder: Path) -> None:
        import duckdb

        self._db = duckdb.connect(str(folder / "findings.duckdb"), config={"memory_limit": MEMORY_LIMIT, "threads": 1})
        self._db.execute(
            "CREATE TABLE findings (row BIGINT, id VARCHAR, action VARCHAR, tier VARCHAR, evidence VARCHAR, "
            "unchecked VARCHAR, benchmark VARCHAR, item VARCHAR)"
        )
        self._db.execute("CREATE TABLE made (row BIGINT, id VARCHAR, parent VARCHAR)")
        self._rows: list[tuple[Any, ...]] = []
        self._made: list[tuple[int, str, str]] = []

    def add(self, row: int, sample: Sample | None, finding: Finding) -> None:
        """Note what was found about a row; nothing is kept of one about which there is nothing to say."""
        name = sample.id if sample is not None else ""
        if sample is not None:
            self._made += [(row, name, parent) for parent in sample.parents]
        if finding.evidence or finding.unchecked:
            first = next((e for e in finding.evidence if e.settled), None)
            evidence = orjson.dumps([e.to_json() for e in finding.evidence]).decode()
            unchecked = orjson.dumps(list(finding.unchecked)).decode()
            at = (first.benchmark, first.item) if first else ("", "")
            self._rows.append((row, name, finding.action, finding.tier, evidence, unchecked, *at))
        if len(self._rows) + len(self._made) > _BATCH:
            self._flush()

    def _flush(self) -> None:
        if self._rows:
            self._db.executemany("INSERT INTO findings VALUES (?, ?, ?, ?, ?, ?, ?, ?)", self._rows)
        if self._made:
            self._db.executemany("INSERT INTO made VALUES (?, ?, ?)", self._made)
        self._rows, self._made = [], []

    def derived(self) -> Iterator[tuple[int, Finding]]:
        """What was made from samples that are acted on, and is not acted on itself: (row, finding), in order of rows.
        They are added to the findings in the place of what was found about them before."""
        self._flush()
        for row, name, root in self._db.execute(_DERIVED).fetchall():
            action = "review" if root["action"] == "remove_turn" else root["action"]
            evidence = Evidence(
                root["benchmark"], root["item"], "parent", "derived", action != "review", root["root"]
            )  # fmt: skip
            finding = Finding((evidence,), action)
            self._db.execute("DELETE FROM findings WHERE row = ?", [row])
            self._rows.append(
                (row, name, action, "derived", orjson.dumps([evidence.to_json()]).decode(), "[]", evidence.benchmark,
                 evidence.item)
            )  # fmt: skip
            yield row, finding
        self._flush()

    def write(self, path: Path) -> None:
        """The table of decisions as Parquet: row, id, action, tier, evidence and unchecked as JSON."""
        self._flush()
        with new_file(path) as temporary:
            operation("write", path)
            target = str(temporary).replace("'", "''")
            self._db.execute(
                "COPY (SELECT row, id, action, tier, evidence, unchecked FROM findings ORDER BY row) "
                f"TO '{target}' (FORMAT parquet, COMPRESSION zstd)"
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._db.close()
