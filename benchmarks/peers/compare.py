"""mmrecipes beside its peers, on one machine, against one loopback endpoint, with the counts taken at the endpoint.

    python benchmarks/peers/setup.py                               once: the peers' environments
    python benchmarks/peers/compare.py --out docs/peers.json       all cases, some 15 minutes; prints the table
    python benchmarks/peers/compare.py --show docs/peers.json      the table of an earlier run

Cases, 64 requests in flight and an endpoint that answers after 50 ms:
 - throughput: text rows. Rows per second and CPU per call are the slope between 500 and 2,000 rows, so that work done
   once is left out; of medians of `--rounds`. CPU is of the client's process tree, user and system.
 - kill: SIGKILL of the process group in the middle of 3,000 rows, then the same command again.
 - poison: 5 % of 1,000 rows always get HTTP 500.
 - transient: 1,000 rows; 10 % of requests get HTTP 500 and 5 % get HTTP 429 with `Retry-After: 1`. Time is from the
   first request to the last, beside the same without faults.
 - images: 300 PNG of about 1.85 MB. Peak memory of the tree, what is on disk afterwards, and whether the images were
   really sent; once with paths, once with base64 where a participant takes both.

The process and its children are held to two cores (`--cores`). `--scale 0.1` tries everything with a tenth of the rows.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from common import CASES as ALL_CASES
from images import make_images
from measure import LATENCY, Failed, Mock, Order, Outcome, Participant, endpoint, run
from setup import VENVS
from table import markdown

ONE_WAY = tuple(case for case in ALL_CASES if case != "images-inline")  # who does not care how images are given
PARTICIPANTS = (
    Participant("mmrecipes", "mmrecipes_peer.py", cases=ONE_WAY),
    Participant("curator", "curator_peer.py", "curator"),
    Participant("DataDesigner", "datadesigner_peer.py", "datadesigner"),
    Participant("DataDesigner, row groups of 100", "datadesigner_peer.py", "datadesigner", ("--buffer", "100"),
                ("throughput", "kill")),
    Participant("bare loop", "bare_loop.py", "bare", cases=ONE_WAY),
)  # fmt: skip
FAULTS = {"error": 0.10, "busy": 0.05}
POISON = {"poison": 0.05}

Figures = dict[str, Any]


@dataclass(frozen=True)
class Bench:
    """What all cases share."""

    folder: Path
    venvs: Path
    scale: float
    rounds: int
    limit: float
    settings: dict[str, Figures] = field(default_factory=dict)  # of each participant, as it reported them

    def rows(self, full: int) -> int:
        return max(40, round(full * self.scale))

    def run(self, participant: Participant, mock: Mock, case: str, rows: int, again: Path | None = None, **more: Any
            ) -> tuple[Outcome, Path]:  # fmt: skip
        """One run in a new folder, or once more in one of before."""
        out = again or Path(tempfile.mkdtemp(dir=self.folder)) / "out"
        outcome = run(participant, self.venvs, mock, Order(case, rows, out, limit=self.limit, **more))
        if outcome.result:
            self.settings[participant.name] = outcome.result["settings"]
        return outcome, out

    def fresh(self, participant: Participant, case: str, rows: int, faults: dict[str, float] | None = None, **more: Any
              ) -> Outcome:  # fmt: skip
        """One run against an endpoint of its own; its folder is removed."""
        with endpoint(self.limit + 60, **(faults or {})) as mock:
            outcome, out = self.run(participant, mock, case, rows, **more)
        shutil.rmtree(out.parent)
        return outcome


def throughput(bench: Bench, who: Participant) -> Figures:
    few, many = bench.rows(500), bench.rows(2000)
    bench.fresh(who, "throughput", few)  # brings its files into memory
    rounds = [[bench.fresh(who, "throughput", rows) for rows in (few, many)] for _ in range(bench.rounds)]
    if not all(outcome.finished for pair in rounds for outcome in pair):
        raise Failed(f"not finished in {bench.limit:.0f} s")
    small, large = zip(*rounds, strict=True)

    def between(figure: Callable[[Outcome], float]) -> float:
        return statistics.median(map(figure, large)) - statistics.median(map(figure, small))

    return {
        "rows": answered(large[-1]),
        "rows_per_s": (many - few) / between(lambda outcome: outcome.working),
        "cpu_ms_per_call": 1e3 * between(lambda outcome: outcome.cpu) / between(lambda outcome: outcome.stats["calls"]),
        "wall_s": statistics.median(outcome.wall for outcome in large),
        "max_in_flight": large[-1].stats["max_in_flight"],
        "rounds": [[(outcome.working, outcome.cpu) for outcome in pair] for pair in rounds],
    }


def kill(bench: Bench, who: Participant) -> Figures:
    rows = bench.rows(3000)
    with endpoint(2 * bench.limit + 60) as mock:
        killed, out = bench.run(who, mock, "kill", rows, kill_at=rows // 2)
        if killed.finished:
            raise Failed("it ended before it could be killed")
        resumed, _ = bench.run(who, mock, "kill", rows, again=out)
    shutil.rmtree(out.parent)
    repeated = resumed.stats["calls"] - resumed.stats["unique"]
    return {
        "rows": answered(resumed),
        "asked_before": killed.stats["calls"],
        "repeated": repeated,
        "repeated_share": repeated / killed.stats["calls"],
        "finished": resumed.finished,
        "resume_s": resumed.wall,
    }


def poison(bench: Bench, who: Participant) -> Figures:
    rows = bench.rows(1000)
    outcome = bench.fresh(who, "poison", rows, POISON)
    lost = outcome.stats["per_key"]
    named = {int(key) for key in lost} == set(outcome.result.get("lost_named", []))
    return faulty(outcome) | {
        "poison_rows": len(lost),
        "calls_per_poison_row": sum(lost.values()) / len(lost),
        "named": named,
        "named_where": outcome.result.get("lost_where"),
    }


def transient(bench: Bench, who: Participant) -> Figures:
    rows = bench.rows(1000)
    clean = bench.fresh(who, "transient", rows)
    outcome = bench.fresh(who, "transient", rows, FAULTS)
    return faulty(outcome) | {"clean_span_s": clean.stats["last"] - clean.stats["first"]}


def faulty(outcome: Outcome) -> Figures:
    """What both cases with faults say."""
    stats = outcome.stats
    return {
        "rows": answered(outcome),
        "hollow_rows": outcome.result.get("rows", 0) - (answered(outcome) or 0),
        "calls": stats["calls"],
        "statuses": stats["statuses"],
        "span_s": stats["last"] - stats["first"],
        "wall_s": outcome.wall,
        "finished": outcome.finished,
    }


def images(bench: Bench, who: Participant, case: str) -> Figures:
    rows = bench.rows(300)
    folder = make_images(bench.folder / "images", rows)
    outcome = bench.fresh(who, case, rows, images=folder, memory=True)
    return {
        "rows": answered(outcome),
        "peak_mb": outcome.peak_mb,
        "disk_mb": outcome.disk_mb,
        "wall_s": outcome.wall,
        "sent_mb": outcome.stats["bytes_in"] / 2**20,
        "images_mb": sum(path.stat().st_size for path in folder.glob("*.png")) / 2**20,
        "finished": outcome.finished,
    }


CASES: dict[str, Callable[[Bench, Participant], Figures]] = {
    "throughput": throughput,
    "kill": kill,
    "poison": poison,
    "transient": transient,
    "images": partial(images, case="images"),
    "images-inline": partial(images, case="images-inline"),
}


def answered(outcome: Outcome) -> int | None:
    """Rows with an answer in the participant's own output; None when it has none."""
    return outcome.result.get("answered")


def measured(bench: Bench, cases: Iterable[str], participants: Iterable[Participant]) -> dict[str, dict[str, Figures]]:
    """Figures by case and participant; a case is done by all before the next, so that they share its noise."""
    found: dict[str, dict[str, Figures]] = {}
    for case in cases:
        for who in (p for p in participants if case in p.cases):
            load = os.getloadavg()[0]
            try:
                figures = CASES[case](bench, who)
            except Failed as failure:
                figures = {"failed": str(failure)}
            found.setdefault(case, {})[who.name] = figures | {"load_before": round(load, 2)}
            print(f"{case}, {who.name}: {json.dumps(figures)}", file=sys.stderr, flush=True)
    return found


def hold_to(cores: int) -> list[int]:
    """Keep this process and what it starts on so many cores, where the system can."""
    if not hasattr(os, "sched_setaffinity"):
        return []
    chosen = sorted(os.sched_getaffinity(0))[:cores]
    os.sched_setaffinity(0, chosen)
    return chosen


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, help="write the figures here, as JSON")
    parser.add_argument("--show", type=Path, help="only print the table of these figures")
    parser.add_argument("--venvs", type=Path, default=VENVS, help="environments that setup.py made")
    parser.add_argument("--cases", nargs="+", choices=CASES, default=list(CASES))
    parser.add_argument("--participants", nargs="+", metavar="NAME", default=[p.name for p in PARTICIPANTS],
                        choices=[p.name for p in PARTICIPANTS])  # fmt: skip
    parser.add_argument("--scale", type=float, default=1.0, help="share of the rows")
    parser.add_argument("--rounds", type=int, default=3, help="of the throughput case")
    parser.add_argument("--limit", type=float, default=300.0, help="seconds after which a run is stopped")
    parser.add_argument("--cores", type=int, default=2)
    given = parser.parse_args()
    if given.show:
        print(markdown(json.loads(given.show.read_text())))
        return
    cores = hold_to(given.cores)
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), given.venvs, given.scale, given.rounds, given.limit)
        chosen = [p for p in PARTICIPANTS if p.name in given.participants]
        results = measured(bench, given.cases, chosen)
    figures = {
        "date": time.strftime("%Y-%m-%d"),
        "cores": len(cores),
        "latency_ms": LATENCY,
        "scale": given.scale,
        "rounds": given.rounds,
        "limit_s": given.limit,
        "settings": bench.settings,
        "results": results,
    }
    if given.out:
        given.out.write_text(json.dumps(figures, indent=1) + "\n")
    print(markdown(figures))


if __name__ == "__main__":
    main()
