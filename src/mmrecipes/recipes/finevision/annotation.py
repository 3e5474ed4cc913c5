"""What every kind of annotation has in common: columns that it needs, and turns that it makes of a row."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any, ClassVar, NamedTuple

from pydantic import BaseModel, ConfigDict

from mmrecipes.core.sample import Alternative, Sample
from mmrecipes.flow.step import Drop
from mmrecipes.formats.plain_rows import json_in
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
    """The value of a row's column, None when there is none. Dots lead into objects, also into the JSON of one; a
    column that the registry's own words have replaced is found under its name too."""
    for held in (sample.meta, sample.truth):
        value: Any = {**held, **{k.removeprefix("row_"): v for k, v in held.items() if k.startswith("row_")}}
        for name in (column,) if column in value else column.split("."):
            value = json_in(value)
            value = value.get(name) if isinstance(value, Mapping) else None
        if value is not None:
            return value
    return None


def texts_in(value: Any) -> Any:
    """The list that a text holds as JSON, when it is one of texts; any other value as it is: a text may be JSON."""
    held = json_in(value)
    return held if isinstance(held, list) and held and all(isinstance(one, str) for one in held) else value


def without(reason: str, column: str, value: Any, wanted: str) -> Drop:
    """Drops a row whose column does not hold what is wanted: `not_json` for a text that only begins like JSON."""
    if isinstance(value, str):
        cut = value.lstrip().startswith(("[", "{")) and json_in(value) is value
        is_what = "a text that is not JSON" if cut else "JSON" if json_in(value) is not value else "a text"
        return Drop("not_json" if cut else reason, f"{column} holds {is_what}, not {wanted}: {value[:80]!r}")
    said = "nothing" if value is None else json.dumps(value, ensure_ascii=False)[:80]
    return Drop(reason, f"{column} holds {said}, not {wanted}")


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
