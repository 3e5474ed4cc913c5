"""How many mathematics problems are made per CPU-second of this process, both checks and drawing included.

    python benchmarks/mathematics.py [--quick]

`all` is the recipe's own steps: problem, sheet, wear, turn, both sympy checks with substitution, encoding; without the
store. `proved and drawn` leaves wear and encoding out. Times are CPU seconds of all threads; the first samples warm
caches and imports and are not counted. There is no peer that proves its steps.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict

from rich.console import Console
from rich.table import Table

from mmrecipes.core.sample import Sample
from mmrecipes.flow.step import Drop, StepContext
from mmrecipes.recipes.qianfan_vl.mathematics import task

STEPS = {
    "content": task.mathematics_content,
    "draw": task.mathematics_draw,
    "augment": task.mathematics_augment,
    "ask": task.mathematics_ask,
    "verify": lambda sample, context: task.mathematics_verify(sample),
    "finish": task.mathematics_finish,
}
WARM = 20


def main() -> None:
    n = 60 if "--quick" in sys.argv else 300
    spent: defaultdict[str, float] = defaultdict(float)
    kept = 0
    for index in range(n + WARM):
        if index == WARM:
            spent.clear()
            kept = 0
        sample = Sample(id=f"qianfan-vl/mathematics/{index:06d}", draft={"stratum": "mathematics", "index": index})
        result: Sample | Drop = sample
        for name, run in STEPS.items():
            began = time.process_time()
            result = run(sample, StepContext(1, sample.id, name))
            spent[name] += time.process_time() - began
            if isinstance(result, Drop):
                break
            sample = result
        kept += not isinstance(result, Drop)
    whole = sum(spent.values())
    proved = whole - spent["augment"] - spent["finish"]
    table = Table("what", "per CPU-second", "ms each", title=f"mathematics, {kept} of {n} kept at the first try")
    table.add_row("all", f"{kept / whole:.1f}", f"{1000 * whole / n:.1f}")
    table.add_row("proved and drawn", f"{kept / proved:.1f}", f"{1000 * proved / n:.1f}")
    for name, seconds in spent.items():
        table.add_row(f"  {name}", "", f"{1000 * seconds / n:.1f}")
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
