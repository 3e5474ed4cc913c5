"""Leaked benchmark pictures and questions among training samples: recall per transform, precision, speed, memory.

    python benchmarks/decontaminate.py [--items 300] [--samples 5000] [--processes 2]

Renders benchmark pictures, plants copies of them under twenty transforms, questions verbatim and as templates, and
look-alikes (moved objects, other numbers in the same chart or table, the same short question on another picture) among
clean samples, and prints what was found. Scenes, charts and tables are drawn by the tests' own code.
"""

from __future__ import annotations

import argparse
import functools
import multiprocessing
import os
import random
import resource
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import cv2
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
import conftest  # noqa: F401  (makes the tests' helpers importable)
from mmrecipes.core.image import image_from_bytes
from mmrecipes.core.sample import Sample, assistant, user
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
    photograph,
    png,
)

CLEAN = ("clean photograph", "clean photograph", "clean chart", "clean table")
"""A scene as JPEG of 640x480 pixels; a chart, a table as PNG."""
WRONG = ("look-alike", "template", *dict.fromkeys(CLEAN))
"""Kinds that must stay."""
LEAST = {
    **dict.fromkeys(
        ("as it is", "JPEG 40", "JPEG 75", "WebP 50", "half size", "1.6 times the size", "stretched by 1.15",
         "mirrored", "white border", "black border"), 1.0,
    ), **dict.fromkeys(("crop 5 %", "crop 10 %", "text over it"), 0.95),
}  # fmt: skip
"""The share that must be found (removed, or for review)."""
SHORT = "What is shown here?"
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "OPENCV_FOR_THREADS_NUM": "1"}


def question(number: int, value: int) -> str:
    rng = random.Random(number)
    a, b, c, d = rng.sample(WORDS, 4)
    return (
        f"Near the {a} {number} merchants sell {value} {b} baskets before noon while the {c} keeper counts every {d} "
        "that leaves the gate; how many are left"
    )


@functools.cache
def drawn(number: int) -> bytes:
    return png(benchmark_picture(number))


def item(number: int) -> Sample:
    """A long question, and a short one that clean samples ask too."""
    row = chat(f"item-{number}", question(number, number + 7), f"{number * 3} baskets", drawn(number))
    return row.having(messages=(*row.messages, user(SHORT), assistant(f"{number} things.")))


def sample(place: int, items: int) -> tuple[str, Sample]:
    """What is planted at a place, and the sample: a third copies, a sixth texts, a sixth look-alikes. Every kind of
    picture meets every transform."""
    turn, part = divmod(place, 6)
    rng, number = random.Random(f"place {place}"), turn % items
    if part < 2:
        name = list(TRANSFORMS)[(turn * 2 + part + turn // 10) % len(TRANSFORMS)]
        return name, chat(f"s{place}", "Describe it.", "Fine.", TRANSFORMS[name](benchmark_picture(number), rng))
    other = benchmark_picture(100_000 + place)
    if part == 2:
        return "question", chat(f"s{place}", "Tell me. " + question(number, number + 7), "Well.", other)
    if part == 3 and turn // 4 % 2:
        return "look-alike", chat(f"s{place}", SHORT, "Fine.", look_alike(number))
    if part == 3:
        return "template", chat(f"s{place}", question(number, number + 1000), "Well.", other)
    return CLEAN[place % 4], chat(f"s{place}", SHORT, "Fine.", photograph(100_000 + place) if place % 4 < 2 else other)


@dataclass
class Counts:
    """What was found of samples of each kind, and the seconds of CPU that looking took."""

    actions: Counter[tuple[str, str]] = field(default_factory=Counter)
    cpu: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    building: float = 0.0

    def add(self, other: Counts) -> None:
        self.actions += other.actions
        for kind, seconds in other.cpu.items():
            self.cpu[kind] += seconds
        self.building = max(self.building, other.building)


def looked_at(items: int, places: range) -> Counts:
    cv2.setNumThreads(1)
    counts = Counts()
    rows = Listed([(lambda n=n: item(n)) for n in range(items)])
    for number in range(items):
        drawn(number)
    began = time.process_time()
    benchmark = Benchmark(build_registry("own", rows), rows)
    counts.building = (time.process_time() - began) / items
    checker = Checker([benchmark], Policy())
    for place in places:
        kind, made = sample(place, items)
        (image,) = made.images
        began = time.process_time()
        row = read_row(Listed([lambda made=made, data=image.data: made.having(images=(image_from_bytes(data),))]), 0)
        finding = checker.check(row)
        taken = time.process_time() - began
        counts.cpu[kind if kind in CLEAN else "planted"] += taken
        right = kind not in TRANSFORMS or any(
            e.item.startswith(f"item-{place // 6 % items}.") for e in finding.evidence
        )
        counts.actions[kind, finding.action if right else "keep"] += 1
    return counts


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--items", type=int, default=300)
    parser.add_argument("--samples", type=int, default=5000)
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args()
    os.environ |= ONE_THREAD
    parts = [range(part, given.samples, given.processes) for part in range(given.processes)]
    with multiprocessing.get_context("spawn").Pool(given.processes) as pool:
        counts = Counts()
        for part in pool.imap(functools.partial(looked_at, given.items), parts):
            counts.add(part)
        pool.close()
        pool.join()
    report(counts)


def report(counts: Counts) -> None:
    table = Table("planted", "samples", "removed", "for review", "missed", "least")
    console = Console()
    for kind in [*TRANSFORMS, "question", *WRONG]:
        each = [counts.actions[kind, action] for action in ("remove_sample", "review", "keep")]
        if sum(each):
            shares = [f"{100 * n / sum(each):.1f} %" for n in each]
            table.add_row(kind, str(sum(each)), *shares, f"{LEAST[kind]:.2f}" if kind in LEAST else "")
    console.print(table)
    wrong = sum(counts.actions[k, "remove_sample"] for k in WRONG)
    of = sum(n for (kind, _), n in counts.actions.items() if kind in WRONG)
    removed = sum(n for (_, action), n in counts.actions.items() if action == "remove_sample")
    console.print(f"wrongly removed: {wrong} of {of} look-alikes, templates and clean samples; "
                  f"precision of removals {1 - wrong / max(1, removed):.4f}")  # fmt: skip
    for kind, seconds in sorted(counts.cpu.items()):
        number = sum(n for (k, _), n in counts.actions.items() if k == kind or (kind == "planted" and k not in CLEAN))
        each = seconds / max(1, number)
        console.print(f"CPU per sample, read and looked at: {kind} {1000 * each:.1f} ms, {1 / each:.0f} a second")
    console.print(f"CPU per benchmark item {1000 * counts.building:.0f} ms; peak memory of a process "
                  f"{resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MB")  # fmt: skip


if __name__ == "__main__":
    main()
