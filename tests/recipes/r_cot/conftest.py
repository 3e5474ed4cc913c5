"""One run that says everything in words, shared by most claims."""

from __future__ import annotations

from pathlib import Path

import pytest

import mmrecipes
from mmrecipes.core.sample import Sample

LEVELS = {1: 18, 2: 16, 3: 13, 4: 8, 5: 5}
"""How many questions of each level: deep ones take the time."""


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """60 questions of all levels, whose texts repeat the descriptions."""
    out = tmp_path_factory.mktemp("r_cot") / "full"
    n = sum(LEVELS.values())
    params = {
        "difficulty": {str(d): n for d, n in LEVELS.items()},
        "text": "full",
        "size": 320,
        "styles": {"textbook": 1},
    }
    run = mmrecipes.run("r-cot", out=out, n=n, workers=1, params=params)
    assert run.errors == 0 and run.exit_code == 0 and run.accepted == n
    return out


@pytest.fixture(scope="session")
def samples(told: Path) -> list[Sample]:
    return list(mmrecipes.load(told))
