"""Deduction over plane figures: what follows from a figure's givens by a table of theorems, and the proof of it."""

from __future__ import annotations

from mmrecipes.geometry.deduction.engine import Deduction, deduce
from mmrecipes.geometry.deduction.knowledge import Known, Unsound
from mmrecipes.geometry.deduction.language import TableError
from mmrecipes.geometry.deduction.proof import Proof, minimal_givens, origins, prove
from mmrecipes.geometry.deduction.theorems import Theorem, load_theorems, theorems
from mmrecipes.geometry.deduction.wording import say, tell

__all__ = [
    "Deduction",
    "Known",
    "Proof",
    "TableError",
    "Theorem",
    "Unsound",
    "deduce",
    "load_theorems",
    "minimal_givens",
    "origins",
    "prove",
    "say",
    "tell",
    "theorems",
]
