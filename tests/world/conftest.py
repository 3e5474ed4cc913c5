"""Scenes shared by the tests of wordings: inventing two thousand takes a few seconds."""

from __future__ import annotations

import pytest

from mmrecipes.world.scene import Scene, invent


@pytest.fixture(scope="session")
def many_scenes() -> list[Scene]:
    return [invent(seed) for seed in range(2000)]
