"""The operations by name: each adds points and strokes to a figure and states what it did."""

from __future__ import annotations

from mmrecipes.geometry.operations.circles import CIRCLES
from mmrecipes.geometry.operations.lines import LINES
from mmrecipes.geometry.operations.operation import Move, Operation
from mmrecipes.geometry.operations.shapes import SHAPES

OPERATIONS: dict[str, Operation] = {o.name: o for o in (*LINES, *SHAPES, *CIRCLES)}

__all__ = ["OPERATIONS", "Move", "Operation"]
