"""The user's CSV, TSV or Parquet file as tables and charts see it: read once per process, its language, its letters.

Covered: the language whose fonts set the file, columns that no font sets. Not covered: what is drawn of it.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING

from mmrecipes.canvas.scripts import lacking, language_of_texts

if TYPE_CHECKING:
    from mmrecipes.formats.tabular import DataTable

ROWS_JUDGED = 5000
"""How many rows are looked at to tell whether a column can be drawn."""


@functools.lru_cache(maxsize=2)
def user_table(path: Path) -> DataTable:
    """The user's file, read once per process."""
    from mmrecipes.formats.tabular import read_table

    return read_table(path)


@functools.lru_cache(maxsize=2)
def user_language(path: Path) -> str:
    """The language whose faces set the user's file, by the letters of its headers and judged cells."""
    table = user_table(path)
    columns = [c for c, kind in enumerate(table.kinds) if kind == "text"]
    cells = (str(v) for row in table.values(0, ROWS_JUDGED, columns) for v in row if v) if columns else ()
    return language_of_texts([*table.names, *cells])


def undrawable_column(path: Path) -> str | None:
    """Why tables and charts cannot be drawn from a file, or None: a column whose header, or over a twentieth of whose
    cells, no font can set. Rarer cells only cost the windows they stand in. Raises `InputError` as `read_table` does,
    and `FontError` when the fonts of the file's script are not installed."""
    table, language = user_table(path), user_language(path)
    for c, name in enumerate(table.names):
        where, missing = "the header of", lacking([name], language)
        if not missing and table.kinds[c] == "text":
            cells = [row[0] for row in table.values(0, ROWS_JUDGED, [c]) if row[0]]
            bad = [cell for cell in cells if lacking([cell], language)]
            if len(bad) * 20 > len(cells):
                where, missing = f"{len(bad)} of {len(cells)} cells judged in", lacking(bad, language)
        if missing:
            shown = missing[:12] + ("…" if len(missing) > 12 else "")
            return (
                f"{path}: {where} column {c + 1} ({name[:40]!r}) cannot be drawn: no bundled font sets {shown}; Latin, "
                "Greek and Cyrillic can be drawn, and one further script that a fifth of the letters is in: leave this "
                "column out or write it in one of these"
            )
    return None
