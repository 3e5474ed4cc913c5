"""What a recipe module offers, the base of its typed parameters, and loading it by name or by file.

Covered: recipes inside the package (`package.module`) and a user's own `mine.py`. Not covered: finding recipes
(see `recipes/catalogue`).
"""

from __future__ import annotations

import functools
import hashlib
import importlib
import importlib.util
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict

from mmrecipes.core.errors import PlanError
from mmrecipes.flow.pipeline import Pipeline
from mmrecipes.flow.step import Source


class RecipeParams(BaseModel):
    """Base of a recipe's parameters: immutable, unknown names refused, every field with a description."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class RecipeModule(Protocol):
    """The names a `recipe.py` defines. The pipeline reads top to bottom like the paper's method section.

    A recipe that asks models may also define `stand_in(StandInCall)` and `stand_in_faults` (kind to what it does), and
    `async probe(params, PlanModels) -> Mapping`, which is called before any work and whose result steps find in
    `context.settled`.
    """

    Params: type[RecipeParams]

    @staticmethod
    def source(params: Any, inputs: Mapping[str, Path]) -> Source:
        """Where candidates come from; raise `InputError` for unusable inputs (called before any work)."""
        ...

    @staticmethod
    def pipeline(params: Any) -> Pipeline:
        """The method."""
        ...


@dataclass(frozen=True, slots=True)
class LoadedRecipe:
    """A recipe that can run. `location` is a dotted module name or the path of a .py file: worker processes
    load it again from there. `card` describes it (slug, title, paper, inputs…)."""

    slug: str
    version: str
    location: str
    card: Mapping[str, Any] = field(default_factory=dict)

    @property
    def module(self) -> RecipeModule:
        return load_module(self.location)

    @property
    def fingerprint(self) -> str:
        """16 hex characters that change when the recipe's own files change."""
        digest = hashlib.blake2b(digest_size=8)
        for file in _own_files(self.location):
            digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
        return digest.hexdigest()


@functools.cache
def load_module(location: str) -> Any:
    """Import a recipe module; raises `PlanError` when a file of the user's cannot be imported or lacks a name."""
    if not location.endswith(".py"):
        return importlib.import_module(location)
    path = Path(location)
    name = f"mmrecipes_own_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if not path.is_file() or spec is None or spec.loader is None:
        raise PlanError(f"{path} is not a Python file; `mmr new NAME` writes a recipe to start from")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as e:
        del sys.modules[name]
        raise PlanError(f"{path} cannot be imported: {type(e).__name__}: {e}") from e
    missing = [n for n in ("Params", "source", "pipeline") if not hasattr(module, n)]
    if missing:
        raise PlanError(f"{path} does not define {', '.join(missing)}; `mmr new NAME` writes one that does")
    return module


def _own_files(location: str) -> list[Path]:
    """The .py and .toml files of a recipe: the whole folder inside the package, the one file of a user's."""
    if location.endswith(".py"):
        return [Path(location)]
    spec = importlib.util.find_spec(location)
    if spec is None or spec.origin is None:
        raise PlanError(f"the recipe module {location} is not installed")
    folder = Path(spec.origin).parent
    return sorted(p for p in folder.rglob("*") if p.suffix in (".py", ".toml"))
