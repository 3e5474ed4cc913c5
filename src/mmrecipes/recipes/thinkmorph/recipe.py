"""ThinkMorph (arXiv 2510.27492): reasoning traces in which a picture is edited between two thoughts.

Each task is one chain: content (a typed problem with its solution) -> draw (the problem's picture and the edited one)
-> think (question, answer, two thoughts and one without a picture, worded from known facts) -> verify (everything
re-derived from what is stored). Behind the tasks stands what is the same for all: checks of the thoughts, the views of
the record, duplicates, common answers.

Covered: all four tasks from nothing, jigsaws of the user's pictures, the user's annotated searches and charts. Not
covered: models that judge or word, more than one edited picture per trace.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import Field, field_validator

from mmrecipes.core.sample import Sample
from mmrecipes.flow.pipeline import Pipeline, Repeat, Route
from mmrecipes.flow.recipe import RecipeParams
from mmrecipes.flow.step import Source
from mmrecipes.recipes.parameters import named_shares
from mmrecipes.recipes.thinkmorph.balance import CapAnswers
from mmrecipes.recipes.thinkmorph.chart import task as charts
from mmrecipes.recipes.thinkmorph.given import task as given
from mmrecipes.recipes.thinkmorph.given.rows import Problems
from mmrecipes.recipes.thinkmorph.inputs import check_inputs, given_rows
from mmrecipes.recipes.thinkmorph.jigsaw import task as jigsaws
from mmrecipes.recipes.thinkmorph.navigation import task as navigation
from mmrecipes.recipes.thinkmorph.search import task as searches
from mmrecipes.recipes.thinkmorph.search.asking import Limits
from mmrecipes.recipes.thinkmorph.trace import VIEWS, Finish, check_thoughts
from mmrecipes.steps.keep_first import KeepFirst

SLUG = "thinkmorph"
COUNTS = {"navigation": 6000.0, "jigsaw": 6000.0, "search": 6990.0, "chart": 6000.0}
"""Traces of the published data sets, by task: the shares by default."""
KINDS = ("frozen_lake", "wall_maze", "two_ends", "yes_no", "start_text")
ANSWER_SHARE = 0.025
"""Of the candidates so far, so many may have one answer: of what is kept, below 3 %."""


class Params(RecipeParams):
    tasks: dict[str, float] = Field(
        dict(COUNTS),
        description=f"share of each task ({', '.join(COUNTS)}); a task left out is not made; default: as published",
    )
    views: dict[str, float] = Field(
        {"interleaved": 1.0},
        description=f"share of each view of the record ({', '.join(VIEWS)}) that becomes the messages",
    )
    test_share: float = Field(
        0.03, ge=0, le=0.5,
        description="share of maze classes, pictures and scenes that make up the split test; of boards, as many of 7 "
        "and 8 squares a side are added to it",
    )  # fmt: skip
    mazes: dict[str, float] = Field(
        {"frozen_lake": 1.0},
        description=f"share of each kind of maze ({', '.join(KINDS)}); yes_no: judge a given path; start_text: "
        "the board also as text",
    )
    frozen: float = Field(0.8, gt=0, lt=1, description="probability that a square is safe; at most 0.65 for detours")
    corners: bool = Field(False, description="start and goal in opposite corners, as in the game")
    off_board: navigation.Edge = Field(
        "lose", description="what the rules say of moves off the board; answers never hold one"
    )

    least_area: float = Field(0.01, gt=0, lt=1, description="least share of the picture that a search's target takes")
    most_area: float = Field(0.3, gt=0, le=1, description="most of the picture that a search's target takes")
    identity: bool = Field(True, description="jigsaw pieces may lie in their true order, as often as in any other")

    @field_validator("tasks", "views", "mazes")
    @classmethod
    def _known(cls, shares: dict[str, float], info: object) -> dict[str, float]:
        name: str = info.field_name  # type: ignore[attr-defined]
        return named_shares(shares, {"tasks": tuple(COUNTS), "views": VIEWS, "mazes": KINDS}[name], name)


def source(params: Params, inputs: Mapping[str, Path]) -> Source:
    """Endless seeds, or the lines that were brought. Raises `InputError` for an input that cannot be used, or that no
    task would use."""
    remarks = tuple(check_inputs(inputs, params.tasks))
    return Problems(SLUG, params.tasks, given_rows(inputs, params.tasks), remarks)


def task(sample: Sample) -> str:
    """The chain that makes a sample: its task's, or the one of pictures that were brought."""
    return "given" if sample.draft["row"] is not None else sample.draft["stratum"]


def content(sample: Sample) -> str:
    """What makes two samples the same: of mazes the class under symmetry (a path that is asked about counts), else
    picture and question."""
    if sample.task == "navigation":
        return f"{sample.group}/{sample.truth['trace']['ground_truth'].get('path', '')}"
    return f"{sample.images[0].sha256}/{sample.truth['trace']['question']}"


def moves(sample: Sample) -> str:
    """The answer where it is written freely; empty for a choice."""
    told = sample.truth["trace"]
    return told["answer"] if sample.task == "navigation" and "path" not in told["ground_truth"] else ""


def pipeline(params: Params) -> Pipeline:
    maze = (
        navigation.NavigationContent(tuple(params.mazes.items()), params.frozen, params.corners, params.test_share),
        navigation.navigation_draw,
        navigation.NavigationThink(params.off_board),
        navigation.navigation_verify,
    )
    jigsaw = (
        jigsaws.JigsawContent(params.identity),
        jigsaws.jigsaw_draw,
        jigsaws.jigsaw_think,
        jigsaws.jigsaw_verify,
    )
    search = (
        searches.SearchContent(Limits(params.least_area, params.most_area)),
        searches.search_mark,
        searches.search_think,
        searches.search_verify,
    )
    chart = (
        charts.chart_content,
        charts.chart_ask,
        charts.chart_mark,
        charts.chart_think,
        charts.chart_verify,
    )
    brought = (
        given.GivenOpen(Limits(params.least_area, params.most_area)),
        given.given_options,
        given.given_think,
    )
    chains = {"navigation": maze, "jigsaw": jigsaw, "search": search, "chart": chart, "given": brought}
    finish = Finish(tuple(params.views.items()), params.test_share)
    return Pipeline(
        Route(task, {name: Pipeline(Repeat(*chain, check_thoughts, times=4)) for name, chain in chains.items()}),
        finish,
        KeepFirst(content),
        CapAnswers(moves, ANSWER_SHARE),
    )
