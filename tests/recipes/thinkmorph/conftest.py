"""Runs that many claims share."""

from __future__ import annotations

from pathlib import Path

import pytest

import mmrecipes
from mmrecipes.core.sample import Sample


@pytest.fixture(scope="session")
def boards(tmp_path_factory: pytest.TempPathFactory) -> list[Sample]:
    """Boards of holes, as published."""
    return made(tmp_path_factory.mktemp("boards"), n=48, params={"tasks": {"navigation": 1}, "test_share": 0.2})


@pytest.fixture(scope="session")
def variants(tmp_path_factory: pytest.TempPathFactory) -> list[Sample]:
    kinds = {"wall_maze": 3, "two_ends": 1, "yes_no": 1, "start_text": 1}
    return made(tmp_path_factory.mktemp("variants"), n=32, params={"tasks": {"navigation": 1}, "mazes": kinds})


@pytest.fixture(scope="session")
def jigsaws(tmp_path_factory: pytest.TempPathFactory) -> list[Sample]:
    return made(tmp_path_factory.mktemp("jigsaws"), n=20, params={"tasks": {"jigsaw": 1}})


@pytest.fixture(scope="session")
def looked(tmp_path_factory: pytest.TempPathFactory) -> list[Sample]:
    """Searches and charts."""
    return made(tmp_path_factory.mktemp("looked"), n=26, params={"tasks": {"search": 9, "chart": 17}})


def made(folder: Path, **options: object) -> list[Sample]:
    run = mmrecipes.run("thinkmorph", out=folder / "r", workers=1, **options)  # type: ignore[arg-type]
    assert run.errors == 0 and run.exit_code == 0
    return list(run.samples())
