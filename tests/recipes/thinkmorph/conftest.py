"""One run that most claims share."""

from __future__ import annotations

from pathlib import Path

import pytest

import mmrecipes
from mmrecipes.core.sample import Sample

SHARES = {"navigation": 38, "jigsaw": 12, "search": 5, "chart": 13}
KINDS = {"frozen_lake": 64, "wall_maze": 12, "two_ends": 8, "yes_no": 8, "start_text": 8}


@pytest.fixture(scope="session")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run of all four tasks, of the first with all its variants."""
    out = tmp_path_factory.mktemp("thinkmorph") / "r"
    params = {"tasks": SHARES, "mazes": KINDS, "test_share": 0.2}
    run = mmrecipes.run("thinkmorph", out=out, n=sum(SHARES.values()), workers=1, params=params)
    assert run.errors == 0 and run.exit_code == 0 and run.accepted == sum(SHARES.values())
    return out


@pytest.fixture(scope="session")
def samples(everything: Path) -> list[Sample]:
    return list(mmrecipes.load(everything))


@pytest.fixture(scope="session")
def boards(samples: list[Sample]) -> list[Sample]:
    """Boards of holes with one goal, as published."""
    return [s for s in samples if s.meta.get("kind") == "frozen_lake"]


@pytest.fixture(scope="session")
def variants(samples: list[Sample]) -> list[Sample]:
    return [s for s in samples if s.task == "navigation" and s.meta["kind"] != "frozen_lake"]


@pytest.fixture(scope="session")
def jigsaws(samples: list[Sample]) -> list[Sample]:
    return [s for s in samples if s.task == "jigsaw"]


@pytest.fixture(scope="session")
def looked(samples: list[Sample]) -> list[Sample]:
    """Searches and charts."""
    return [s for s in samples if s.task in ("search", "chart")]
