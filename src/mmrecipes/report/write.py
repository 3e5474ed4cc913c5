"""The report of a run: one HTML file that works from disk, without a network, and what people are asked about."""

from __future__ import annotations

from pathlib import Path

from mmrecipes.report.gather import gather
from mmrecipes.report.page import render
from mmrecipes.report.review import write_review
from mmrecipes.report.tally import take_tally
from mmrecipes.store.files import write_bytes


def write_report(folder: Path) -> Path:
    """Write `run/report.html` of a finished run and return its path; beside it the queue of samples that wait for
    people, where there are any (see `review`).

    Equal runs give equal bytes. Raises `UsageError` when the folder holds no finished run, `WorldError` when the
    file cannot be written.
    """
    path = folder / "run" / "report.html"
    tally = take_tally(folder)
    write_bytes(path, render(gather(folder, tally)).encode())
    write_review(folder, tally)
    return path
