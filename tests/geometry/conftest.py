"""One set of random figures for all claims about constructed figures."""

import random

import pytest

from mmrecipes.geometry.construct import construct
from mmrecipes.geometry.figure import Figure


@pytest.fixture(scope="session")
def figures() -> list[Figure]:
    """60 figures, every difficulty."""
    return [construct(random.Random(f"figures-{i}"), 1 + i % 5) for i in range(60)]
