"""mmrecipes: published methods for making vision-language training data, as runnable and verified recipes.

Users need `run`, `estimate` and `load`; authors of recipes also find here what a `recipe.py` is made of. Names are
imported when they are first used, so that `import mmrecipes` stays light; not even `typing` is imported here, because
`mmr` can only answer Ctrl-C once this module is there.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from mmrecipes.api import Run as Run
    from mmrecipes.api import estimate as estimate
    from mmrecipes.api import load as load
    from mmrecipes.api import run as run
    from mmrecipes.core.boxes import box_of as box_of
    from mmrecipes.core.boxes import quad_of as quad_of
    from mmrecipes.core.errors import InputError as InputError
    from mmrecipes.core.errors import MmrError as MmrError
    from mmrecipes.core.image import Image as Image
    from mmrecipes.core.image import image_from_bytes as image_from_bytes
    from mmrecipes.core.sample import Alternative as Alternative
    from mmrecipes.core.sample import Extra as Extra
    from mmrecipes.core.sample import Message as Message
    from mmrecipes.core.sample import Part as Part
    from mmrecipes.core.sample import Region as Region
    from mmrecipes.core.sample import Sample as Sample
    from mmrecipes.core.sample import assistant as assistant
    from mmrecipes.core.sample import user as user
    from mmrecipes.flow.pipeline import Attempt as Attempt
    from mmrecipes.flow.pipeline import FanOut as FanOut
    from mmrecipes.flow.pipeline import GlobalStep as GlobalStep
    from mmrecipes.flow.pipeline import Merge as Merge
    from mmrecipes.flow.pipeline import Pipeline as Pipeline
    from mmrecipes.flow.pipeline import Repeat as Repeat
    from mmrecipes.flow.pipeline import Route as Route
    from mmrecipes.flow.recipe import RecipeParams as RecipeParams
    from mmrecipes.flow.step import Drop as Drop
    from mmrecipes.flow.step import Seeds as Seeds
    from mmrecipes.flow.step import Source as Source
    from mmrecipes.flow.step import StepContext as StepContext
    from mmrecipes.flow.step import step as step

_HOMES = {
    "mmrecipes.api": ("Run", "estimate", "load", "run"),
    "mmrecipes.core.boxes": ("box_of", "quad_of"),
    "mmrecipes.core.errors": ("InputError", "MmrError"),
    "mmrecipes.core.image": ("Image", "image_from_bytes"),
    "mmrecipes.core.sample": (
        "Alternative", "Extra", "Message", "Part", "Region", "Sample", "assistant", "user",
    ),
    "mmrecipes.flow.pipeline": ("Attempt", "FanOut", "GlobalStep", "Merge", "Pipeline", "Repeat", "Route"),
    "mmrecipes.flow.recipe": ("RecipeParams",),
    "mmrecipes.flow.step": ("Drop", "Seeds", "Source", "StepContext", "step"),
}  # fmt: skip
_HOME = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("mmrecipes")
    if name not in _HOME:
        raise AttributeError(f"module 'mmrecipes' has no attribute {name!r}")
    import importlib

    value = getattr(importlib.import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME, "__version__"])
