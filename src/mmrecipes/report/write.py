"""The report of a run: one HTML file that works from disk, without a network."""

from __future__ import annotations

from pathlib import Path

from mmrecipes.report.gather import gather
from mmrecipes.report.page import render
from mmrecipes.store.files import write_bytes


def write_report(folder: Path) -> Path:
    """Write `run/report.html` of a finished run and return its path.

    Equal runs give equal bytes. Raises `UsageError` when the folder holds no finished run, `WorldError` when the
    file cannot be written.
    """
    path = folder / "run" / "report.html"
    write_bytes(path, render(gather(folder)).encode())
    return path
