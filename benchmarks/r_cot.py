"""What questions about geometry figures cost: figures of every difficulty, on one core, with and without drawing.

    python benchmarks/r_cot.py [figures per difficulty]

Every figure is constructed, deduced, asked about, described, and every question passes both filters; with drawing its
picture is drawn and encoded as well. CPU time of one process.
"""

from __future__ import annotations

import inspect
import sys
import time
from collections import Counter
from typing import Any

from rich.console import Console
from rich.table import Table

from mmrecipes.core.sample import Sample
from mmrecipes.flow.step import Drop, StepContext
from mmrecipes.recipes.r_cot import recipe

TRIES = 12
_DRAWN = ("draw_figure",)


def passed(step: Any, sample: Sample, attempt: int, spent: Counter[str]) -> list[Sample]:
    """What a step makes of a sample; its CPU seconds are added to `spent`."""
    name = getattr(step, "name", None) or step.__name__
    context = StepContext(0, sample.id, name, attempt)
    call = step if inspect.isfunction(step) else step.__call__
    began = time.process_time()
    made = call(sample, context) if len(inspect.signature(call).parameters) == 2 else call(sample)
    spent[name] += time.process_time() - began
    if isinstance(made, Drop):
        return []
    if isinstance(made, Sample):
        return [made]
    return [one.having(id=f"{sample.id}.{k}", group=sample.id) for k, one in enumerate(made)]


def main(count: int) -> None:
    params = recipe.Params()
    source = recipe.source(params, {})
    steps = recipe.pipeline(params).steps[0].steps.steps
    for level in recipe.LEVELS:
        passed(steps[1], passed(steps[0], source.sample(level, 10_000), 0, Counter())[0], 0, Counter())
    table = Table("difficulty", "figures", "questions", "figures/s", "questions/s", "figures/s drawn",
                  "questions/s drawn", title="one core, CPU time")  # fmt: skip
    whole: Counter[str] = Counter()
    figures = questions = 0
    for level in recipe.LEVELS:
        spent: Counter[str] = Counter()
        kept = 0
        for index in range(count):
            for attempt in range(TRIES):
                current = [source.sample(level, index)]
                for step in steps:
                    current = [made for one in current for made in passed(step, one, attempt, spent)]
                if current:
                    break
            kept += len(current)
        drawing = sum(spent[name] for name in _DRAWN)
        row(table, level, count, kept, sum(spent.values()), drawing)
        figures, questions, whole = figures + count, questions + kept, whole + spent
    row(table, "all", figures, questions, sum(whole.values()), sum(whole[name] for name in _DRAWN))
    console = Console(width=110)
    console.print(table)
    console.print({name: f"{1000 * seconds / figures:.1f} ms" for name, seconds in whole.items()})


def row(table: Table, name: str, figures: int, questions: int, seconds: float, drawing: float) -> None:
    plain = seconds - drawing
    rates = [figures / plain, questions / plain, figures / seconds, questions / seconds]
    table.add_row(name, str(figures), str(questions), *(f"{r:.1f}" for r in rates))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
