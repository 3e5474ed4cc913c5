"""A recipe of the tests' own, in a folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mmrecipes.cli.commands import run_command

MINE = '''
"""Sums of two numbers."""
import time
from typing import Literal
from pydantic import BaseModel, Field
from mmrecipes import Drop, Pipeline, RecipeParams, Seeds, assistant, step, user

CARD = {"title": "Sums of two numbers", "inputs": {"words": {"help": "a text file", "example": "words.txt"}}}

class Wording(BaseModel):
    polite: bool = False

class Params(RecipeParams):
    operation: Literal["add", "subtract"] = Field("add", description="what to do")
    most: int = Field(50, ge=1, le=99, description="largest number")
    wording: Wording = Wording()
    drop: bool = False
    raise_at: int = -1
    sleep: float = 0.0

def source(params, inputs):
    return Seeds("mine", {"sums": 1.0})

def pipeline(p):
    @step(reads=("draft.index",), writes=("messages", "truth"))
    def ask(sample, context):
        time.sleep(p.sleep)
        rng, index = context.rng, sample.draft["index"]
        if index == p.raise_at:
            raise RuntimeError("no luck")
        if p.drop or index % 5 == 4:
            return Drop("unlucky", f"index {index}")
        a, b = rng.randint(1, p.most), rng.randint(1, p.most)
        text = f"{'Please: what' if p.wording.polite else 'What'} is {a} + {b}?"
        return sample.having(messages=(user(text), assistant(str(a + b))), truth={"sum": a + b})
    return Pipeline(ask)
'''

Cli = Callable[..., int]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder: it holds mine.py and words.txt."""
    (tmp_path / "mine.py").write_text(MINE, encoding="utf-8")
    (tmp_path / "words.txt").write_text("a\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def mmr() -> Cli:
    """`mmr` in this process; returns the exit code."""
    return lambda *words: run_command([str(w) for w in words])


@pytest.fixture
def spawn() -> Callable[..., subprocess.Popen[str]]:
    """`mmr` as a process of its own."""

    def start(*words: object, **env: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "mmrecipes.cli.main", *map(str, words)]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen(command, text=True, env={**os.environ, **env}, start_new_session=True, **pipes)

    return start
