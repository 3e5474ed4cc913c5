"""The review queue of a run: what people should look at, as a file to fill in and a page to look at.

Covered: samples of the dataset and dropped ones that wait for a person (`core.sample.REVIEWS`), the pictures once each
as files, a page of the first of them. Equal runs give equal files. Not covered: deciding who is in the queue (the
recipe's steps), a page that takes verdicts.

`run/review/queue.jsonl` has an object per sample: id, content (what the verdict is tied to), why, state (kept or
dropped), reason, images (paths beside it), messages, votes, verdict. Write accept or reject as `verdict` and give the
file back as the recipe's input `verdicts`, with the same seed and parameters.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

from mmrecipes.core.sample import REVIEWS, Sample, content_mark
from mmrecipes.flow.ledger import DroppedSample, dropped_with
from mmrecipes.flow.plan import read_plan
from mmrecipes.report.samples_page import Page, render_samples
from mmrecipes.report.tally import Tally
from mmrecipes.store.files import write_bytes

ON_PAGE = 60


def write_review(folder: Path, tally: Tally) -> None:
    """Write `run/review/` of a finished run; no folder where no sample waits, as `tally` knows. Verdicts in an older
    queue are lost: they belong into a file of their own."""
    target = folder / "run" / "review"
    shutil.rmtree(target, ignore_errors=True)
    shown: list[Sample] = []
    lines: list[bytes] = []
    for sample, dropped in _queued(folder, tally):
        (target / "images").mkdir(parents=True, exist_ok=True)
        for image in sample.images:
            write_bytes(target / "images" / f"{image.sha256}.{image.suffix}", image.data)
        lines.append(orjson.dumps(_entry(sample, dropped)))
        shown += [sample] if len(shown) < ON_PAGE else []
    if lines:
        write_bytes(target / "queue.jsonl", b"\n".join(lines) + b"\n")
        write_bytes(target / "index.html", _page(folder, shown, len(lines)).encode())


def _queued(folder: Path, tally: Tally) -> Iterator[tuple[Sample, DroppedSample | None]]:
    """Dropped ones first, as they are lost unless somebody accepts them: those that were dropped for what they are
    marked with, not duplicates or what somebody has rejected."""
    if tally.dropped_waiting:
        for dropped in dropped_with(folder, _waits):
            yield dropped.sample, dropped
    yield from ((sample, None) for _, sample in tally.read(tally.waiting))


def _waits(reason: str, meta: Mapping[str, Any]) -> bool:
    return meta.get("review") in REVIEWS and reason.endswith(meta["review"])


def _entry(sample: Sample, dropped: DroppedSample | None) -> dict[str, Any]:
    return {
        "id": sample.id, "content": content_mark(sample), "why": sample.meta["review"],
        "state": "dropped" if dropped else "kept", "reason": dropped.reason if dropped else "",
        "task": sample.task, "language": sample.language,
        "images": [f"images/{im.sha256}.{im.suffix}" for im in sample.images],
        "messages": [{"role": m.role, "text": m.text} for m in sample.messages],
        "votes": sample.meta.get("votes"), "verdict": "",
    }  # fmt: skip


def _page(folder: Path, few: list[Sample], in_all: int) -> str:
    more = f" The first {len(few)} of {in_all:,} are shown." if len(few) < in_all else ""
    return render_samples(
        Page(
            title="To be reviewed", eyebrow=read_plan(folder).recipe, samples=few, tables={},
            summary=f"Is every answer right? Write accept or reject as verdict into a copy of queue.jsonl.{more}",
        )
    )  # fmt: skip
