"""The ten coordinate conventions by name: a scale (numbers) and a form (spelling) each.

Covered: boxes, points and quads. A convention that cannot spell a quad writes its box, one that cannot spell a
box writes its centre (`Convention.spellable`). Not covered: polygons.
Sources: the table of conventions in the recipe's documentation; per model the processor or converter it names.
"""

from __future__ import annotations

from dataclasses import dataclass

from mmrecipes.core.errors import PlanError
from mmrecipes.recipes.qwen_vl_grounding.conventions.form import (
    Form,
    Grounded,
    InlineForm,
    Kind,
    Mention,
    Unreadable,
)
from mmrecipes.recipes.qwen_vl_grounding.conventions.json_list import JsonList
from mmrecipes.recipes.qwen_vl_grounding.conventions.plain import Bare
from mmrecipes.recipes.qwen_vl_grounding.conventions.points import PointTags
from mmrecipes.recipes.qwen_vl_grounding.conventions.scales import (
    FloorBins,
    GridCells,
    Numbers,
    Pixels,
    ResizedPixels,
    Rounded,
    Scale,
    Size,
    smart_resize,
)
from mmrecipes.recipes.qwen_vl_grounding.conventions.tags import Tagged
from mmrecipes.recipes.qwen_vl_grounding.conventions.tokens import LocAfter, LocBefore, Patches

__all__ = [
    "NAMES", "Convention", "Grounded", "InlineForm", "Kind", "Mention", "Unreadable", "convention_named",
    "smart_resize",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Convention:
    """How one model family writes places."""

    name: str
    scale: Scale
    form: Form

    def spellable(self, kind: Kind) -> Kind:
        """The kind itself, or the nearest simpler one this convention can spell: quad, box, point."""
        for simpler in _SIMPLER[kind]:
            if simpler in self.form.kinds:
                return simpler
        raise ValueError(f"{self.name} cannot write a {kind}")

    def encode(self, pixels: Pixels, size: Size) -> Numbers:
        """Whole numbers for a point, box or quad in pixels of an image of `size`."""
        return self.scale.encode(pixels, size)

    def decode(self, numbers: Numbers, size: Size) -> Pixels:
        """Pixels for whole numbers read from a text."""
        return self.scale.decode(numbers, size)

    def read(self, text: str, kind: Kind, size: Size) -> tuple[Mention, ...]:
        """Every place in the text; raises `Unreadable`."""
        return self.form.read(text, kind, self.scale.limits(size))


_SIMPLER: dict[Kind, tuple[Kind, ...]] = {
    "quad": ("quad", "box", "point"),
    "box": ("box", "point"),
    "point": ("point", "box"),
}
_QWEN_TAGS = Tagged(("<ref>", "</ref>"), ("<box>", "</box>"), ("<quad>", "</quad>"))
_QWEN2_TAGS = Tagged(
    ("<|object_ref_start|>", "<|object_ref_end|>"),
    ("<|box_start|>", "<|box_end|>"),
    ("<|quad_start|>", "<|quad_end|>"),
)
_FIXED = {
    "list_float": Convention("list_float", Rounded(1000), Bare("<box>", "</box>", "</box><box>", "")),
    "qwen_vl": Convention("qwen_vl", FloorBins(1000), _QWEN_TAGS),
    "qwen2_vl": Convention("qwen2_vl", Rounded(1000), _QWEN2_TAGS),
    "qwen3_vl": Convention("qwen3_vl", Rounded(1000), JsonList()),
    "kosmos2": Convention("kosmos2", GridCells(32), Patches()),
    "shikra": Convention("shikra", Rounded(1000, square=True), Bare("[", "]", ";", " ")),
    "florence2": Convention("florence2", FloorBins(1000), LocAfter()),
    "paligemma": Convention("paligemma", FloorBins(1024), LocBefore()),
    "molmo_point": Convention("molmo_point", Rounded(1000), PointTags()),
}
NAMES = ("list_float", "qwen_vl", "qwen2_vl", "qwen25_vl", *list(_FIXED)[3:])


def convention_named(
    name: str, *, factor: int | None = None, min_pixels: int | None = None, max_pixels: int | None = None
) -> Convention:
    """The convention with this name.

    `qwen25_vl` writes pixels of the resized image and needs the three numbers of the processor it is for; without
    them, or with unusable ones, and for an unknown name, raises `PlanError`.
    """
    if name in _FIXED:
        return _FIXED[name]
    if name != "qwen25_vl":
        raise PlanError(f"unknown convention {name!r}; known are {', '.join(NAMES)}")
    if factor is None or min_pixels is None or max_pixels is None:
        raise PlanError(
            "convention qwen25_vl writes pixels of the image as the model's processor resizes it, and processors "
            "differ: set factor, min_pixels and max_pixels to those of your training code, e.g. "
            "--set factor=28 --set min_pixels=3136 --set max_pixels=1003520 (transformers) or "
            "--set factor=28 --set min_pixels=3136 --set max_pixels=12845056 (qwen-vl-utils)"
        )
    if factor < 1 or not 0 < min_pixels <= max_pixels:
        raise PlanError(f"factor={factor} min_pixels={min_pixels} max_pixels={max_pixels}: must be 0 < min <= max")
    return Convention("qwen25_vl", ResizedPixels(factor, min_pixels, max_pixels), JsonList())
