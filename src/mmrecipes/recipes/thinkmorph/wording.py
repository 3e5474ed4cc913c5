"""The wordings of a task, kept beside it in `wording.toml`.

Covered: patterns with alternatives, drawn and filled in; line ends inside a pattern count as blanks. Not covered:
which facts are true.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from pathlib import Path
from random import Random

from mmrecipes.world.wording import expand


@functools.cache
def patterns(task: str) -> Mapping[str, str]:
    """The patterns of a task by name."""
    text = (Path(__file__).parent / task / "wording.toml").read_text(encoding="utf-8")
    return {name: " ".join(pattern.split()) for name, pattern in tomllib.loads(text).items()}


def say(task: str, name: str, rng: Random, /, **slots: str) -> str:
    """One of the texts that a pattern stands for. Raises `KeyError` for an unknown pattern or a slot left open."""
    return expand(patterns(task)[name], rng, **slots)
