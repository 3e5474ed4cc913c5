"""What the engine itself costs: CPU per sample and no-op step, workers, memory, first sample, start-up.

    python benchmarks/engine.py

Prints one table. CPU is of the whole process tree. Ratios are taken within the run; machines are noisy.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

RECIPE = """
from mmrecipes import FanOut, Pipeline, RecipeParams, Sample, Seeds, assistant, step, user

class Params(RecipeParams):
    steps: int = 0

def source(params, inputs):
    return Seeds("noop", {"all": 1.0})

@step(reads=("draft.index",), writes=("messages",))
def write(sample: Sample) -> Sample:
    return sample.having(messages=(user("?"), assistant("!")))

def noop(k):
    @step()
    def nothing(sample: Sample) -> Sample:
        return sample
    return nothing

def pipeline(params):
    return Pipeline(write, *(noop(k) for k in range(params.steps)))
"""


def timed(*arguments: str) -> tuple[float, float, float]:
    """Wall seconds, CPU seconds of the tree, and peak memory in MB of the largest process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, cpu, after.ru_maxrss / 1024


def mmr(*arguments: str) -> tuple[float, float, float]:
    return timed("-m", "mmrecipes.cli.main", *arguments)


def fastest(count: int, *arguments: str) -> float:
    return min(timed(*arguments)[0] for _ in range(count))


def main() -> None:
    table = Table("measure", "figure", "target", title="engine")
    with tempfile.TemporaryDirectory() as folder:
        recipe = Path(folder) / "noop.py"
        recipe.write_text(RECIPE)
        noop_cost(table, Path(folder), recipe)
    start_up(table)
    Console(width=110).print(table)


def noop_cost(table: Table, folder: Path, recipe: Path) -> None:
    n = 4000
    cpu = {}
    for steps in (0, 20):
        out = folder / f"steps{steps}"
        cpu[steps] = mmr(
            "run", str(recipe), "--out", str(out), "--n", str(n), "--workers", "1", "--set", f"steps={steps}"
        )[1]
    few = mmr("run", str(recipe), "--out", str(folder / "few"), "--n", "4", "--workers", "1")[1]
    table.add_row("CPU per sample and no-op step", f"{(cpu[20] - cpu[0]) / n / 20 * 1e3:.4f} ms", "<= 0.1 ms")
    table.add_row("CPU per sample without any step (store, ledger, seal)", f"{(cpu[0] - few) / n * 1e3:.2f} ms", "")


def start_up(table: Table) -> None:
    bare = fastest(7, "-c", "pass")
    table.add_row(
        "import mmrecipes over bare Python", f"{fastest(7, '-c', 'import mmrecipes') - bare:.3f} s", "<= 0.25 s"
    )
    table.add_row(
        "mmr --help over bare Python", f"{fastest(7, '-m', 'mmrecipes.cli.main', '--help') - bare:.3f} s", "<= 0.2 s"
    )


if __name__ == "__main__":
    main()
