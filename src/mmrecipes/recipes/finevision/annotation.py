"""What every kind of annotation has in common: columns that it needs, and turns that it makes of a row."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any, ClassVar, NamedTuple

from pydantic import BaseModel, ConfigDict

from mmrecipes.core.sample import Alternative, Sample
from mmrecipes.flow.step import Drop
from mmrecipes.recipes.finevision.turns import Turn


class Converted(NamedTuple):
    """The turns of a row, and rejected versions of their last answer."""

    turns: Sequence[Turn]
    rejected: Sequence[Alternative] = ()


class Annotation(BaseModel):
    """Base of the kinds. `version` goes up when the turns that a kind makes change."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    kind: Any
    version: ClassVar[int] = 1
    grouped: ClassVar[bool] = True
    """Whether rows of one picture become turns of one row."""
    verbatim: ClassVar[bool] = False
    """Whether answers are data, of which every sign counts: they are not tidied."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that every row needs."""
        return ()

    @property
    def used(self) -> tuple[str, ...]:
        """The columns that become turns: they are not kept beside them."""
        return self.columns

    def convert(self, sample: Sample, rng: Random) -> Converted | Drop:
        """The turns of a row, or why it has none."""
        raise NotImplementedError


def found(sample: Sample, column: str) -> Any:
    """The value of a row's column, None when there is none. Dots lead into objects; a column that the registry's own
    words have replaced is found under its name too."""
    for held in (sample.meta, sample.truth):
        value: Any = {**held, **{k.removeprefix("row_"): v for k, v in held.items() if k.startswith("row_")}}
        for name in (column,) if column in value else column.split("."):
            value = value.get(name) if isinstance(value, Mapping) else None
        if value is not None:
            return value
    return None


def as_text(value: Any) -> str:
    """A scalar as text, anything else as JSON; None is empty."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.10g}" if isinstance(value, float) else json.dumps(value, ensure_ascii=False)


def as_texts(value: Any) -> list[str]:
    """The texts of a list, or of a single value; empty ones left out."""
    several = value if isinstance(value, (list, tuple)) else [value]
    return [text for one in several if (text := as_text(one))]
