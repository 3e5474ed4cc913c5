from __future__ import annotations

import pytest

from mmrecipes.geometry.deduction import Deduction, deduce
from mmrecipes_tests.geometry.deduction.figures import bisected_isosceles, median_and_foot, sampled


@pytest.fixture(scope="session")
def found() -> list[Deduction]:
    """What follows in the example, in the isosceles triangle, and in figures at random."""
    return [deduce(figure) for figure in (median_and_foot(), bisected_isosceles(), *sampled(12))]
