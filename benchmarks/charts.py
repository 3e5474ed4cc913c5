"""How fast charts are drawn, next to vl-convert, per CPU-second of this process.

    python benchmarks/charts.py [--quick]

`draw` is layout and drawing only; `all` adds content, style, wear, questions with their answers, verification and
encoding, i.e. the recipe's own steps without the store. vl-convert makes a PNG of a comparable grouped bar chart and
nothing else. Everything runs in turns within one process, so that ratios mean something on a busy machine.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from typing import Any

import vl_convert
from rich.console import Console
from rich.table import Table

from mmrecipes.core.sample import Sample
from mmrecipes.flow.step import Drop, StepContext
from mmrecipes.recipes.qianfan_vl.chart import task as steps
from mmrecipes.render.charts import mpl_draw, skia_draw
from mmrecipes.render.charts.content import random_chart
from mmrecipes.render.charts.drawn import LayoutRefusal
from mmrecipes.render.charts.style import Style, style_for
from mmrecipes.render.charts.summary import Chart

ROUNDS = 6


def jobs(n: int) -> list[tuple[Chart, Style]]:
    """Charts of all types with their styles, drawable at once."""
    made = []
    for index in range(2 * n):
        rng = random.Random(index)
        chart = random_chart(rng, index)
        style = style_for(chart, index, rng)
        try:
            skia_draw.plan(chart, style)
        except LayoutRefusal:
            continue
        made.append((chart, style))
    return made[:n]


def grouped_bar(width: int, height: int, rng: random.Random) -> dict[str, Any]:
    """A Vega-Lite grouped bar chart of five categories and three series."""
    rows = [
        {"c": f"Region {c}", "s": s, "v": round(rng.uniform(5, 100), 1)}
        for c in "ABCDE"
        for s in ("2021", "2022", "2023")
    ]
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json", "width": width, "height": height,
        "title": "Harvest by region", "data": {"values": rows}, "mark": "bar",
        "encoding": {
            "x": {"field": "c", "type": "nominal", "sort": None}, "xOffset": {"field": "s", "sort": None},
            "y": {"field": "v", "type": "quantitative"}, "color": {"field": "s", "type": "nominal", "sort": None},
        },
    }  # fmt: skip


def all_in(index: int, engine: steps.EngineChoice) -> bool:
    """The recipe's steps for one candidate; whether a sample came out."""
    sample = Sample(id=f"bench/{index:06d}", subset="chart", task="chart", draft={"index": index, "stratum": "chart"})
    chain: tuple[Callable[..., Any], ...] = (
        steps.chart_content, steps.ChartDraw(engine), steps.chart_augment, steps.chart_ask, steps.chart_verify,
        steps.chart_finish,
    )  # fmt: skip
    for n, step in enumerate(chain):
        arguments: Any = (sample,) if step is steps.chart_verify else (sample, StepContext(1, sample.id, str(n)))
        made = step(*arguments)
        if isinstance(made, Drop):
            return False
        sample = made
    return True


def timed(work: Callable[[], int]) -> tuple[float, int]:
    """CPU seconds of all threads and the number of things made."""
    began = time.process_time()
    made = work()
    return time.process_time() - began, made


def main() -> None:
    n = 20 if "--quick" in sys.argv else 60
    drawable = jobs(n)
    width = round(sum(s.width for _, s in drawable) / n * 0.84)
    height = round(sum(s.height for _, s in drawable) / n * 0.8)
    rng = random.Random(1)

    def draws(draw: Callable[[Chart, Style], Any], jobs: list[tuple[Chart, Style]]) -> int:
        for chart, style in jobs:
            draw(chart, style)
        return len(jobs)

    def peer(count: int) -> int:
        for _ in range(count):
            vl_convert.vegalite_to_png(grouped_bar(width, height, rng))
        return count

    next_index = iter(range(10**6))
    works: dict[str, Callable[[], int]] = {
        "skia, draw": lambda: draws(skia_draw.draw, drawable),
        "skia, all": lambda: sum(all_in(next(next_index), "skia") for _ in range(n)),
        "matplotlib, draw": lambda: draws(mpl_draw.draw, drawable[: n // 4]),
        "matplotlib, all": lambda: sum(all_in(next(next_index), "matplotlib") for _ in range(n // 4)),
        "vl-convert, PNG only": lambda: peer(max(3, n // 10)),
    }
    spent, made = dict.fromkeys(works, 0.0), dict.fromkeys(works, 0)
    for turn in range(ROUNDS + 1):
        for name, work in works.items():
            seconds, count = timed(work)
            if turn:  # the first round warms caches and imports
                spent[name] += seconds
                made[name] += count
    table = Table(
        "what", "per CPU-second", "against vl-convert", title=f"charts, mean canvas {width}x{height} and margins"
    )
    rates = {name: made[name] / spent[name] for name in works}
    for name, value in rates.items():
        table.add_row(name, f"{value:.1f}", f"{value / rates['vl-convert, PNG only']:.1f} x")
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
