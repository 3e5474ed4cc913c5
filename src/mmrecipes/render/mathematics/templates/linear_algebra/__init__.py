"""Linear algebra: determinants, matrices, row operations, eigenvalues, independence, projections."""

from __future__ import annotations

from mmrecipes.render.mathematics.template import Template
from mmrecipes.render.mathematics.templates.linear_algebra.determinants import (
    Determinant2,
    Determinant3,
    LinearIndependence,
)
from mmrecipes.render.mathematics.templates.linear_algebra.eigenvalues import Eigenvalues
from mmrecipes.render.mathematics.templates.linear_algebra.matrices import Inverse2, MatrixProduct
from mmrecipes.render.mathematics.templates.linear_algebra.rows import GaussianElimination, Rank
from mmrecipes.render.mathematics.templates.linear_algebra.vectors import Orthogonality, Projection

TEMPLATES: tuple[Template, ...] = (
    Determinant2(), Determinant3(), MatrixProduct(), Inverse2(), Rank(), GaussianElimination(), Eigenvalues(),
    LinearIndependence(), Orthogonality(), Projection(),
)  # fmt: skip
"""In the order of their turns: an index keeps its template as long as it stands."""
