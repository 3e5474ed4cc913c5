"""TRDG, SynthTIGER and SynthDoG as functions, each run in its own environment (`setup.py`).

What SynthTIGER and SynthDoG need beyond their wheel they take from a checkout of their project that the user names.
"""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from peers.setup import VENVS, python

HERE = Path(__file__).parent
NEEDED = {"words": "examples/synthtiger/template.py", "documents": "synthdog/template.py"}
OPTIONS = {"words": "--synthtiger", "documents": "--synthdog"}
PROJECTS = {"words": "clovaai/synthtiger", "documents": "clovaai/donut"}


class MissingPeer(Exception):
    """A peer's environment or checkout is not there; says what to do."""


@dataclass(frozen=True)
class PeerRun:
    """What a peer made: samples, CPU seconds, pixels (0 where the peer does not say), attempts that failed."""

    made: int
    seconds: float
    pixels: int = 0
    failed: int = 0


def trdg(count: int, *, seed: int = 0, words: Path | None = None, save: Path | None = None) -> PeerRun:
    """Word crops by TRDG with boxes. Raises `MissingPeer`."""
    return _run("trdg", "trdg_peer.py", [str(count), "--seed", str(seed)], words, save)


def synthtiger(
    kind: Literal["words", "documents"], checkout: Path | None, count: int, *, seed: int = 0, words: Path | None = None,
    save: Path | None = None,
) -> PeerRun:  # fmt: skip
    """Word crops by SynthTIGER or documents by SynthDoG. Raises `MissingPeer`."""
    if checkout is None or not (checkout / NEEDED[kind]).exists():
        raise MissingPeer(
            f"{PROJECTS[kind]} is left out: {OPTIONS[kind]} DIR names a checkout of it, with {NEEDED[kind]}"
        )
    return _run("synthtiger", "synthtiger_peer.py", [kind, str(checkout), str(count), "--seed", str(seed)], words, save)


def _run(venv: str, script: str, arguments: list[str], words: Path | None, save: Path | None) -> PeerRun:
    runner = python(VENVS / venv)
    if not runner.exists():
        raise MissingPeer(f"no environment of {venv}: python benchmarks/peers/setup.py --only {venv}")
    command = [str(runner), str(HERE / script), *arguments]
    command += ["--words", str(words)] if words else []
    command += ["--save", str(save)] if save else []
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode:
        raise RuntimeError(f"{script} failed: {run.stderr[-500:]}")
    return PeerRun(**json.loads(run.stdout.splitlines()[-1]))
