"""Leaked benchmark pictures and questions among training samples: recall per transform, precision, speed, memory.

    python benchmarks/decontaminate.py [--items 300] [--samples 5000]

Renders benchmark pictures, plants copies of them under twenty transforms, questions verbatim and as templates, and
look-alikes (moved objects, other numbers in the same chart or table, the same short question on another picture) among
clean samples, and prints what was found. Scenes, charts and tables are drawn by the tests' own code.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import time
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
import conftest  # noqa: F401  (makes the tests' helpers importable)
from mmrecipes.core.sample import Sample
from mmrecipes.steps.decontaminate.benchmark import Benchmark
from mmrecipes.steps.decontaminate.building import build_registry
from mmrecipes.steps.decontaminate.check import Checker
from mmrecipes.steps.decontaminate.evidence import Policy
from mmrecipes.steps.decontaminate.reading import read_row
from mmrecipes_tests.steps.decontaminate.making import Listed, chat
from mmrecipes_tests.steps.decontaminate.pictures import (
    TRANSFORMS,
    WORDS,
    benchmark_picture,
    look_alike,
)


def question(number: int, value: int) -> str:
    rng = random.Random(number)
    a, b, c, d = rng.sample(WORDS, 4)
    return (
        f"Near the {a} {number} merchants sell {value} {b} baskets before noon while the {c} keeper counts every {d} "
        "that leaves the gate; how many are left"
    )


def item(number: int) -> Sample:
    return chat(f"item-{number}", question(number, number + 7), f"{number * 3} baskets", benchmark_picture(number))


def sample(place: int, items: int) -> tuple[str, Sample]:
    """What is planted at a place, and the sample: a third copies, a sixth texts, a sixth look-alikes."""
    rng, number = random.Random(f"place {place}"), place // 6 % items
    other = benchmark_picture(100_000 + place)
    if place % 6 < 2:
        name = list(TRANSFORMS)[(place // 6 * 2 + place % 6) % len(TRANSFORMS)]
        return name, chat(f"s{place}", "Describe it.", "Fine.", TRANSFORMS[name](benchmark_picture(number), rng))
    if place % 6 == 2:
        return "question", chat(f"s{place}", "Tell me. " + question(number, number + 7), "Well.", other)
    if place % 12 == 3:
        return "look-alike", chat(f"s{place}", "Describe it.", "Fine.", look_alike(number))
    if place % 12 == 9:
        return "template", chat(f"s{place}", question(number, number + 1000), "Well.", other)
    return "clean", chat(f"s{place}", "Describe it.", "Fine.", other)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--items", type=int, default=300)
    parser.add_argument("--samples", type=int, default=5000)
    given = parser.parse_args()
    rows = Listed([(lambda n=n: item(n)) for n in range(given.items)])
    began = time.process_time()
    benchmark = Benchmark(build_registry("own", rows), rows)
    built = (time.process_time() - began) / given.items
    checker = Checker([benchmark], Policy())
    counts: Counter[tuple[str, str]] = Counter()
    cpu: Counter[str] = Counter()
    for place in range(given.samples):
        kind, made = sample(place, given.items)
        row = read_row(Listed([made]), 0)
        began = time.process_time()
        action = checker.check(row).action
        cpu["clean" if kind == "clean" else "planted"] += time.process_time() - began
        counts[kind, action] += 1
    report(counts, cpu, built)


def report(counts: Counter[tuple[str, str]], cpu: Counter[str], built: float) -> None:
    table = Table("planted", "samples", "removed", "for review", "missed")
    for kind in [*TRANSFORMS, "question", "look-alike", "template", "clean"]:
        each = [counts[kind, action] for action in ("remove_sample", "review", "keep")]
        if sum(each):
            shares = [f"{100 * n / sum(each):.1f} %" for n in each]
            table.add_row(kind, str(sum(each)), *shares)
    console = Console()
    console.print(table)
    wrong = sum(counts[k, "remove_sample"] for k in ("look-alike", "template", "clean"))
    removed = sum(n for (_, action), n in counts.items() if action == "remove_sample")
    clean = sum(n for (kind, _), n in counts.items() if kind == "clean")
    planted = sum(counts.values()) - clean
    console.print(f"precision of removals: {1 - wrong / max(1, removed):.4f} ({wrong} of {removed} wrong)")
    console.print(
        f"CPU per sample: clean {1000 * cpu['clean'] / max(1, clean):.0f} ms, planted "
        f"{1000 * cpu['planted'] / max(1, planted):.0f} ms; per benchmark item {1000 * built:.0f} ms; peak memory "
        f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB"
    )


if __name__ == "__main__":
    main()
