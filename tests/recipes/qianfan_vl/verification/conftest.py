"""What several modules here look at: finished samples of every task, made once."""

from __future__ import annotations

import pytest

import mmrecipes
from mmrecipes.core.sample import Sample

EVERY_TURN = {"table": 20, "chart": 16, "formula": 26, "document": 22, "mathematics": 24, "scene": 27, "word": 8}
"""Samples of each task in which every kind of turn occurs."""


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> mmrecipes.Run:
    """A run without votes, companions and models."""
    out, params = tmp_path_factory.mktemp("plain") / "r", {"tasks": EVERY_TURN, "scene_size": 640}
    return mmrecipes.run("qianfan-vl", out=out, n=sum(EVERY_TURN.values()), workers=1, params=params)


@pytest.fixture(scope="session")
def samples(plain: mmrecipes.Run) -> list[Sample]:
    return list(plain.samples())
