"""What a recipe module offers, and the base of its typed parameters."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict

from mmrecipes.flow.pipeline import Pipeline
from mmrecipes.flow.step import Source


class RecipeParams(BaseModel):
    """Base of a recipe's parameters: immutable, unknown names refused, every field with a description."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class RecipeModule(Protocol):
    """The names a `recipe.py` defines. The pipeline reads top to bottom like the paper's method section."""

    Params: type[Any]

    @staticmethod
    def source(params: Any, inputs: Mapping[str, Path]) -> Source:
        """Where candidates come from; raise `InputError` for unusable inputs (called before any work)."""
        ...

    @staticmethod
    def pipeline(params: Any) -> Pipeline:
        """The method."""
        ...
