"""How fast the qianfan-vl recipe makes finished samples: encoded, verified, committed, sealed.

    python benchmarks/throughput.py [--quick]

CPU is of the whole process tree, start-up taken off by a run of one sample. Ratios are taken within this run:
machines are noisy, and single figures are worth what the machine was worth at that moment.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table

TABLES = ("--set", 'tasks={"table": 1}')
CHARTS = ("--set", 'tasks={"chart": 1}')
BOTH = ("--set", 'tasks={"table": 1, "chart": 1}')
"""What the figures with more than one task are of: later tasks cost more and would hide a change."""
SKIA, MATPLOTLIB = ("--set", "chart_engine=skia"), ("--set", "chart_engine=matplotlib")


@dataclass(frozen=True)
class Cost:
    wall: float
    cpu: float
    peak_mb: float
    """Highest sum of the tree's proportional set sizes, sampled."""


def run(folder: Path, name: str, n: int, *arguments: str, workers: int = 1) -> Cost:
    """Run the recipe in a process of its own and measure it."""
    command = [
        sys.executable,
        "-m",
        "mmrecipes.cli.main",
        "run",
        "qianfan-vl",
        "--out",
        str(folder / name),
        "--n",
        str(n),
    ]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    process = subprocess.Popen([*command, "--workers", str(workers), *arguments], stderr=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL)  # fmt: skip
    peak = [0.0]
    watcher = threading.Thread(target=_watch, args=(process.pid, peak))
    watcher.start()
    code = process.wait()
    wall = time.perf_counter() - began
    watcher.join()
    if code not in (0, 3):
        raise RuntimeError(f"{' '.join(command)} ended with {code}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, peak[0])


def _watch(pid: int, peak: list[float]) -> None:
    while psutil.pid_exists(pid):
        total = 0
        try:
            root = psutil.Process(pid)
            for process in (root, *root.children(recursive=True)):
                total += process.memory_full_info().pss
        except psutil.Error:
            pass
        peak[0] = max(peak[0], total / 2**20)
        time.sleep(0.1)


def rate(folder: Path, name: str, n: int, *arguments: str) -> float:
    """Finished samples per CPU-second."""
    one = run(folder, f"{name}-one", 1, *arguments)
    many = run(folder, f"{name}-many", n, *arguments)
    return (n - 1) / (many.cpu - one.cpu)


def first_sample(folder: Path) -> float:
    """Seconds from the command to the first committed shard."""
    out = folder / "first"
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "mmrecipes.cli.main", "run", "qianfan-vl", "--out", str(out),
                                "--n", "300"], stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)  # fmt: skip
    while not any(p.name[0] != "." for p in out.glob("run/segments/00/*")):
        time.sleep(0.01)
    seconds = time.perf_counter() - began
    process.wait()
    return seconds


def main() -> None:
    scale = 0.2 if "--quick" in sys.argv else 1.0
    n = int(600 * scale)
    table = Table("measure", "figure", "target", title="qianfan-vl, per CPU-second of one core, everything included")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        table.add_row("tables", f"{rate(folder, 'tables', n, *TABLES):.1f} /s", ">= 35 /s")
        table.add_row("charts, fast path", f"{rate(folder, 'skia', n, *CHARTS, *SKIA):.1f} /s", ">= 70 /s")
        table.add_row("charts, matplotlib", f"{rate(folder, 'mpl', n // 3, *CHARTS, *MATPLOTLIB):.1f} /s", ">= 12 /s")
        mixed = run(folder, "mixed", 300, *BOTH, workers=2)
        table.add_row("300 tables and charts with report, 2 workers", f"{mixed.wall:.1f} s", "<= 20 s")
        table.add_row("first sample on disk", f"{first_sample(folder):.2f} s", "<= 2 s")
        one, two = run(folder, "w1", 4 * n, *BOTH), run(folder, "w2", 4 * n, *BOTH, workers=2)
        table.add_row(f"2 workers against 1, {4 * n} samples with report", f"{one.wall / two.wall:.2f} x", ">= 1.7 x")
        few, many = run(folder, "m1", n // 2, *BOTH), run(folder, "m10", 5 * n, *BOTH)
        table.add_row(
            "peak memory of 10x the samples", f"{many.peak_mb / few.peak_mb:.2f} x ({many.peak_mb:.0f} MB)", "<= 1.15 x"
        )
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
