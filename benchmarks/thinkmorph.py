"""How many traces the recipe `thinkmorph` makes per CPU-second of this process, by task.

    python benchmarks/thinkmorph.py [--quick]

`all steps` is the recipe's own chain: problem and solution, both pictures encoded, thoughts, verification, the finished
sample; `with the run` is `mmr run` with one worker over the same number (committed, duplicates removed, sealed, report
written; CPU seconds of all its processes, start-up and imports included). The first samples warm caches and imports and
are not counted in the first figure. There is no peer: the data sets were published without their generator.
"""

from __future__ import annotations

import inspect
import resource
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

import mmrecipes
from mmrecipes.core.sample import Sample
from mmrecipes.flow.pipeline import Repeat, Route, step_name
from mmrecipes.flow.step import Drop, StepContext
from mmrecipes.recipes.thinkmorph.recipe import COUNTS, Params, pipeline

WARM = 16
TARGETS = {"navigation": "≥ 100", "jigsaw": "≥ 20"}


def main() -> None:
    quick = "--quick" in sys.argv
    route, finish = pipeline(Params()).steps[:2]
    assert isinstance(route, Route)
    table = Table("task", "all steps, per s", "with the run, per s", "target", "tries per sample", "slowest steps (ms)")
    for name in COUNTS:
        n = {"navigation": 160, "jigsaw": 56}.get(name, 16) * (1 if quick else 6)
        repeat = route.branches[name].steps[0]
        assert isinstance(repeat, Repeat)
        rate, tries, slow = chain(name, [*repeat.steps.steps, finish], repeat.times, n)
        table.add_row(name, f"{rate:.1f}", f"{whole_run(name, n):.1f}", TARGETS.get(name, ""), f"{tries:.2f}", slow)
    Console(width=130).print(table)


def chain(name: str, steps: list[Any], times: int, n: int) -> tuple[float, float, str]:
    """Samples per CPU-second, tries per sample, and the slowest steps."""
    spent: Counter[str] = Counter()
    kept = tries = 0
    for index in range(n + WARM):
        if index == WARM:
            spent.clear()
            kept = tries = 0
        for attempt in range(times):
            tries += 1
            if attempted(name, steps, index, attempt, spent):
                kept += 1
                break
    whole = sum(spent.values())
    slow = ", ".join(f"{k} {1000 * v / n:.1f}" for k, v in spent.most_common(3))
    return kept / whole, tries / n, slow


def attempted(name: str, steps: list[Any], index: int, attempt: int, spent: Counter[str]) -> bool:
    sample = Sample(
        id=f"thinkmorph/{name}/{index:06d}", subset=name, task=name, draft={"stratum": name, "index": index}
    )
    for step in steps:
        called = step if inspect.isfunction(step) else type(step).__call__
        wanted = "context" in inspect.signature(called).parameters
        began = time.process_time()
        made = step(sample, StepContext(1, sample.id, step_name(step), attempt)) if wanted else step(sample)
        spent[step_name(step)] += time.process_time() - began
        if isinstance(made, Drop):
            return False
        sample = made
    return True


def whole_run(name: str, n: int) -> float:
    """Samples per CPU-second of a whole run."""
    before = cpu()
    with tempfile.TemporaryDirectory() as folder:
        mmrecipes.run("thinkmorph", out=Path(folder) / "r", n=n, workers=1, params={"tasks": {name: 1}})
    return n / (cpu() - before)


def cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


if __name__ == "__main__":
    main()
