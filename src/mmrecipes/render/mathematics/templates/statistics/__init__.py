"""Statistics: averages, spread, percentiles, probabilities, a regression line; data stand in tables and lists."""

from __future__ import annotations

from mmrecipes.render.mathematics.template import Template
from mmrecipes.render.mathematics.templates.statistics.averages import MeanFromTable, MedianOfList, MissingValue
from mmrecipes.render.mathematics.templates.statistics.probability import (
    BinomialProbability,
    ConditionalProbability,
    SimpleProbability,
)
from mmrecipes.render.mathematics.templates.statistics.regression import LinearFit
from mmrecipes.render.mathematics.templates.statistics.spread import Percentile, Variance

TEMPLATES: tuple[Template, ...] = (
    MeanFromTable(), MedianOfList(), Variance(), Percentile(), BinomialProbability(), ConditionalProbability(),
    LinearFit(), SimpleProbability(), MissingValue(),
)  # fmt: skip
"""In the order of their turns: an index keeps its template as long as it stands."""
