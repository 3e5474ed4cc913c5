"""What deduction costs: figures at random per difficulty, deduced to a fixed point on one core.

    python benchmarks/deduction.py [figures per difficulty]

Prints per difficulty the median and the 90th percentile in milliseconds of CPU time, facts, depth, and how many
theorems the figures use; then the time to load and to prepare the theorem table, and the theorems that no figure used.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter

from mmrecipes.geometry.construct import construct
from mmrecipes.geometry.deduction import Deduction, deduce, theorems


def timed(seed: str, difficulty: int) -> tuple[float, Deduction]:
    figure = construct(random.Random(seed), difficulty)
    start = time.process_time()
    found = deduce(figure)
    return (time.process_time() - start) * 1000, found


def main(count: int) -> None:
    start = time.process_time()
    table = theorems()
    loaded = time.process_time()
    deduce(construct(random.Random("first"), 1))
    print(f"table: {len(table)} entries, loaded in {(loaded - start) * 1000:.0f} ms, "
          f"first figure after {(time.process_time() - loaded) * 1000:.0f} ms")  # fmt: skip
    uses: Counter[str] = Counter()
    everything: list[float] = []
    print("difficulty  median ms  p90 ms  max ms  facts  deepest  incomplete")
    for difficulty in range(1, 6):
        runs = [timed(f"{difficulty}-{i}", difficulty) for i in range(count)]
        times = sorted(t for t, _ in runs)
        everything += times
        facts = sorted(len(d.facts) for _, d in runs)
        deepest = max(k.depth for _, d in runs for k in d.facts)
        cut = sum(not d.complete for _, d in runs)
        uses += sum((d.uses for _, d in runs), Counter())
        print(f"{difficulty:10}  {times[count // 2]:9.1f}  {times[count * 9 // 10]:6.1f}  {times[-1]:6.1f}"
              f"  {facts[count // 2]:5}  {deepest:7}  {cut:10}")  # fmt: skip
    print(f"all: median {sorted(everything)[len(everything) // 2]:.1f} ms")
    unused = [t.name for t in table.values() if t.given and t.name not in uses]
    print(f"used: {len(table) - len(unused)} of {len(table)}; not used: {', '.join(unused)}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
