"""A small pool with known answers, and what must become of each of its rows (see `benchmarks/honeypipe_noise`)."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mmrecipes.core.sample import Sample, assistant, user
from mmrecipes_tests.recipes.honeypipe.pooling import drawn, pair, write_pool


def _noise() -> Any:
    file = Path(__file__).parents[3] / "benchmarks" / "honeypipe_noise.py"
    spec = importlib.util.spec_from_file_location("honeypipe_noise", file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["honeypipe_noise"] = module
    spec.loader.exec_module(module)
    return module


noise = _noise()
POLICY = {
    "facts": "short", "talks": "short", "tales": "short", "strangers": "short", "puzzles": "both", "sums": "long",
    "captions": "short", "tags": "skip",
}  # fmt: skip
REGISTRY: Mapping[str, Mapping[str, Any]] = {
    **{name: {"reasoning": policy} for name, policy in POLICY.items()},
    "captions": {"domain": "Caption"},
}
ANIMALS = ("otter", "heron", "badger", "lynx", "stoat", "raven", "carp", "newt", "shrew", "moose", "gull", "toad")


def rows(source: str, count: int) -> list[Sample]:
    """Rows of one source: questions whose answers are numbers, talks of two turns, tales of many words."""
    made: list[Sample] = []
    for i in range(count):
        image = drawn(1000 * list(POLICY).index(source) + i) if source != "sums" else None
        question, answer = f"How many {ANIMALS[i % 12]}s are in group {i} of the {source}?", str(3 + i % 7)
        if source == "tales":
            answer = (
                f"Before group {i} lies a frozen lake where {ANIMALS[i % 12]}s wander slowly between bare willows "
                "while evening light falls upon distant rooftops."
            )
        known = [(question, answer)]
        sample = pair(f"{source}-{i}", image, question, answer)
        if source == "talks":
            known.append((f"Which number has the gate beside pen {i}?", str(20 + i)))
            sample = sample.having(messages=(*sample.messages, user(known[1][0]), assistant(known[1][1])))
        if source == "strangers":
            known = [("What is written on the tower?", "noon")]
        entries = [{"question": q, "answer": a, "kind": "counting"} for q, a in known]
        made.append(sample.having(truth={"known": entries}))
    return made


def pool(folder: Path, count: int) -> Path:
    """The pool on disk, `count` rows of every source."""
    return write_pool(folder, {name: rows(name, count) for name in POLICY}, **REGISTRY)


def fate(source: str, index: int, faults: Mapping[str, float]) -> Any:
    """What becomes of a row of the pool."""
    turn = noise.Turn(related=source != "strangers", by_rules=source != "tales")
    policy = "bypass" if source == "captions" else POLICY[source]
    name = f"honeypipe/{source}/{index:06d}"
    return noise.Fate(name, policy, [turn] * (2 if source == "talks" else 1), faults, pictured=source != "sums")
