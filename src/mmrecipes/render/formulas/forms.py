"""What formulas say as a whole: equations, series, definitions by cases, matrices, sets, statements, laws.

Each form belongs to a band and knows which symbols it can show. Forms from sympy state identities that sympy computed,
so both sides are exactly equal. Covered: the structures of the specification's list. Not covered: named laws of single
fields beyond a few.
"""

from __future__ import annotations

from mmrecipes.render.formulas.form import Form
from mmrecipes.render.formulas.forms_advanced import ADVANCED
from mmrecipes.render.formulas.forms_college import COLLEGE
from mmrecipes.render.formulas.forms_school import SCHOOL
from mmrecipes.render.formulas.forms_sympy import SYMPY_FORMS

FORMS: tuple[Form, ...] = (
    *SCHOOL,
    *COLLEGE,
    *ADVANCED,
    *(Form(name, level, write, frozenset()) for name, level, write in SYMPY_FORMS),
)
