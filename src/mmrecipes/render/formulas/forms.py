"""What formulas say as a whole: equations, series, definitions by cases, matrices, sets, statements, laws.

Each form belongs to a band and knows which symbols it can show. Forms from sympy state identities that sympy computed,
so both sides are exactly equal. Covered: the structures of the specification's list. Not covered: named laws of single
fields beyond a few.
"""

from __future__ import annotations

from collections.abc import Callable

from mmrecipes.render.formulas.form import Form
from mmrecipes.render.formulas.forms_advanced import ADVANCED
from mmrecipes.render.formulas.forms_college import COLLEGE
from mmrecipes.render.formulas.forms_school import SCHOOL
from mmrecipes.render.formulas.maker import Maker
from mmrecipes.render.formulas.tree import Node

IDENTITIES = {
    "expansion": 1, "simplified root": 1, "partial fractions": 2, "computed derivative": 2, "computed integral": 2,
    "closed sum": 2, "product of matrices": 2, "inverse matrix": 2, "computed limit": 2,
}  # fmt: skip
"""Forms that sympy computes, with their bands."""


def _identity(name: str) -> Callable[[Maker], Node]:
    """The writer of an identity; sympy, slow to import, is imported when the first one is written."""

    def write(m: Maker) -> Node:
        from mmrecipes.render.formulas import forms_sympy

        return forms_sympy.IDENTITIES[name](m)

    return write


FORMS: tuple[Form, ...] = (
    *SCHOOL,
    *COLLEGE,
    *ADVANCED,
    *(Form(name, level, _identity(name), frozenset()) for name, level in IDENTITIES.items()),
)
