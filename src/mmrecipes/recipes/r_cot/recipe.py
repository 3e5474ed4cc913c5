"""R-CoT (arXiv 2410.17885): exact geometry figures built step by step, and questions built backwards from proofs.

A figure is constructed by rounds (a base shape, then operations), every length and angle exact. All that follows from
what the rounds state is deduced by a table of theorems. A conclusion as deep as the level becomes the answer of a
question, its proof the chain of thought. Each round is told in words that a grammar reads back. The paper's error
filter, in both directions and with its four classes, decides what stays.

Covered: figures, descriptions, all kinds of question, chains, filters, minimal givens, theorem guidance. Not covered: a
chat model's wording, augmentation of given questions.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator

from mmrecipes.core.sample import Sample
from mmrecipes.flow.pipeline import Pipeline, Repeat
from mmrecipes.flow.recipe import RecipeParams
from mmrecipes.flow.step import Seeds
from mmrecipes.geometry.drawing.styles import STYLES
from mmrecipes.geometry.operations import OPERATIONS
from mmrecipes.geometry.substrates import SUBSTRATES
from mmrecipes.recipes.parameters import named_shares
from mmrecipes.recipes.r_cot import task
from mmrecipes.recipes.r_cot.asking import KINDS
from mmrecipes.recipes.r_cot.balance import CapKinds
from mmrecipes.steps.keep_first import KeepFirst

SLUG = "r-cot"
LEVELS = tuple(f"level-{d}" for d in range(1, 6))
_TRIES = 12
_POINTS = 3.0
"""How far, of a hundred, a kind of question may be ahead of its share."""


class Params(RecipeParams):
    difficulty: dict[str, float] = Field(
        {str(d): 1.0 for d in range(1, 6)},
        description="share of each difficulty, 1 to 5: the rounds of the construction, and how many theorems deep the "
        "question is; roots in given sizes from 3, two base shapes from 4",
    )
    kinds: dict[str, float] = Field(
        dict.fromkeys(KINDS, 1.0), description=f"share of each kind of question ({', '.join(KINDS)})"
    )
    substrates: dict[str, float] = Field(
        {}, description=f"weight of each base shape ({', '.join(SUBSTRATES)}); empty: the paper's family weights"
    )
    operations: dict[str, float] = Field(
        {}, description=f"weight of each operation ({', '.join(OPERATIONS)}); empty: all, rare ones preferred"
    )
    styles: dict[str, float] = Field(
        {"textbook": 0.6, "whiteboard": 0.1, "hand-drawn": 0.1, "dark": 0.1, "chalk": 0.1},
        description=f"share of each style of drawing ({', '.join(STYLES)})",
    )
    variant: Literal["tr-cot", "r-cot"] = Field(
        "tr-cot", description="tr-cot: figures are guided by themes of theorems, as from the paper's third version on"
    )
    text: task.Text = Field(
        "lite", description="what the question says: lite, only what the figure does not show; full, all descriptions"
    )
    minimal_givens: bool = Field(
        False, description="state and show only givens without which the answer would not follow (one figure each)"
    )
    max_q_per_figure: int = Field(4, ge=1, le=len(KINDS), description="most questions about one figure")
    size: int = Field(640, ge=320, le=2048, description="side of the picture in pixels")

    @field_validator("difficulty", "kinds", "styles", "substrates", "operations")
    @classmethod
    def _known(cls, shares: dict[str, float], info: object) -> dict[str, float]:
        field: str = info.field_name  # type: ignore[attr-defined]
        known = {"difficulty": [level[-1] for level in LEVELS], "kinds": KINDS, "styles": STYLES,
                 "substrates": SUBSTRATES, "operations": OPERATIONS}[field]  # fmt: skip
        return named_shares(shares, known, field) if shares or field not in ("substrates", "operations") else shares


def source(params: Params, inputs: Mapping[str, Path]) -> Seeds:
    shares = {level: params.difficulty[level[-1]] for level in LEVELS if params.difficulty.get(level[-1], 0) > 0}
    return Seeds(SLUG, shares, yields=params.max_q_per_figure)


def asked_again(sample: Sample) -> str:
    """The same for questions that are near duplicates: the same asked of the same givens, up to the letters."""
    return sample.meta["key"]


def kind(sample: Sample) -> str:
    return sample.meta["kind"]


def pipeline(params: Params) -> Pipeline:
    kinds = {k: w / sum(params.kinds.values()) for k, w in params.kinds.items() if w > 0}
    guided = params.variant == "tr-cot"
    draw = task.DrawFigure(tuple(params.styles.items()), params.size)
    figure = (
        task.Construct(tuple(params.substrates.items()), tuple(params.operations.items()), guided),
        task.reason,
        task.Ask(tuple(kinds.items()), params.max_q_per_figure),
        task.determine,
    )
    shown = (
        (task.split, task.keep_needed, task.tell_patches, draw)
        if params.minimal_givens
        else (task.tell_patches, draw, task.split)
    )
    return Pipeline(
        Repeat(
            *figure,
            *shown,
            task.Compose(params.text),
            task.check_forward,
            task.check_reverse,
            task.finish,
            times=_TRIES,
        ),
        KeepFirst(asked_again, "near_duplicate"),
        CapKinds(kind, kinds, _POINTS),
    )
