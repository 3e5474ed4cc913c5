"""How far a run is, read from its folder: for `mmr status`.

A run is running when a process holds its lock, finished when it was sealed for the `n` in its plan, and stopped else.
"""

from __future__ import annotations

import fcntl
import shlex
from pathlib import Path
from typing import Any

import orjson
import pyarrow.parquet as pq

from mmrecipes.api import STOPPED
from mmrecipes.cli.summary import flow, spending
from mmrecipes.flow.ledger import samples_wanted
from mmrecipes.flow.plan import Plan, read_plan


def state_of(folder: Path) -> list[str]:
    """The lines of `mmr status`. Raises `UsageError` when the folder is not a run."""
    plan = read_plan(folder)
    sealed = _sealed(folder, plan)
    word = "running" if _is_locked(folder) else "finished" if sealed else "stopped"
    lines = [f"{word}: {plan.recipe} {plan.version}, seed {plan.seed}, {folder}"]
    if sealed and word == "finished":
        return lines + _finished(folder, sealed)
    lines += [f"  {name:9}{value}" for name, value in [*_so_far(folder, plan), *spending(folder, None)]]
    if word == "stopped":
        lines.append(f"  because  {why}" if (why := _why(folder)) else "  run the same command to go on")
    return lines


def _finished(folder: Path, sealed: dict[str, Any]) -> list[str]:
    wanted = samples_wanted(folder)
    short = wanted is not None and sealed["accepted"] < wanted
    of = f" of {wanted:,} wanted: no more could be had" if short else ""
    lines = [f"  samples  {sealed['accepted']:,}{of}"]
    counts = [*flow(folder), ("errors", f"{sealed['errors']:,}"), *spending(folder, sealed["accepted"])]
    lines += [f"  {name:9}{value}" for name, value in counts]
    report = folder / "run" / "report.html"
    lines.append(
        f"  report   {report}" if report.is_file() else f"  report   none yet: mmr report {shlex.quote(str(folder))}"
    )
    return lines


def _why(folder: Path) -> str:
    """Why the run had to stop, where it had to; what it says tells how to go on."""
    note = folder / "run" / STOPPED
    return note.read_text(encoding="utf-8") if note.is_file() else ""


def _sealed(folder: Path, plan: Plan) -> dict[str, Any] | None:
    """What was sealed, unless the plan has grown since."""
    mark, ledger = folder / "run" / "sealed.json", folder / "run" / "ledger.json"
    if not (mark.is_file() and ledger.is_file() and (folder / "README.md").is_file()):
        return None
    sealed = orjson.loads(mark.read_bytes())
    return sealed if sealed["n"] == plan.n else None


def _is_locked(folder: Path) -> bool:
    lock = folder / "run" / "lock"
    if not lock.is_file():
        return False
    with lock.open("rb") as f:
        try:
            fcntl.flock(f, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _so_far(folder: Path, plan: Plan) -> list[tuple[str, str]]:
    """Rows of the committed shards, by segment."""
    wanted = "" if plan.n is None else f" of {plan.n:,} wanted"
    lines: list[tuple[str, str]] = []
    for segment in sorted((folder / "run" / "segments").glob("[0-9]*")):
        shards = [p for p in segment.iterdir() if p.is_dir() and not p.name.startswith(".")]
        samples, dropped, errors = (
            sum(pq.read_metadata(file).num_rows for file in segment.glob(f"[!.]*/{table}.parquet"))
            for table in ("samples", "dropped", "errors")
        )
        counts = f"{samples:,} samples kept{wanted}, {dropped:,} dropped, {errors:,} errors, {len(shards):,} shards"
        lines.append((f"segment {int(segment.name) + 1}", f" {counts}"))
    return lines or [("nothing", " is committed yet")]
