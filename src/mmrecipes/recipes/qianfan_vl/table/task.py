"""The table task step by step: content, drawing, wear, turns, verification, the finished sample.

Source: Qianfan-VL report (arXiv 2509.18189), section 3.2, table recognition. Covered: invented tables and tables cut
from a file of the user's; turns that write the table down (HTML, LaTeX, structure tokens) and that answer questions.
Not covered: model votes and chat-filled content.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from mmrecipes.canvas.encode import encode
from mmrecipes.canvas.fonts import face
from mmrecipes.canvas.scripts import LANGUAGES
from mmrecipes.core.boxes import Quad, quad_of
from mmrecipes.core.identity import seed_from
from mmrecipes.core.image import Image
from mmrecipes.core.sample import Message, Region, Sample, assistant, user
from mmrecipes.flow.step import Drop, StepContext, step
from mmrecipes.recipes.qianfan_vl.checks import check_legibility, check_places
from mmrecipes.recipes.qianfan_vl.languages import language_at
from mmrecipes.recipes.qianfan_vl.table import checks
from mmrecipes.recipes.qianfan_vl.table.turns import (
    Exchange,
    Targets,
    ask,
    difficulty,
    structure_turn,
    turn_kind,
    written,
)
from mmrecipes.recipes.qianfan_vl.table.wording import Turn
from mmrecipes.recipes.qianfan_vl.user_tables import user_language, user_table
from mmrecipes.render.degradation import Worn, degrade, draw_level, local_scale
from mmrecipes.render.tables.content import grid_difficulty, random_grid
from mmrecipes.render.tables.draw import DrawnTable, draw_table
from mmrecipes.render.tables.grid import Cell, Grid
from mmrecipes.render.tables.looks import Theme
from mmrecipes.render.tables.targets import cell_text, html, latex, structure_tokens
from mmrecipes.render.tables.themes import theme_for
from mmrecipes.render.tables.typeset import TableRefusal
from mmrecipes.render.tables.view import view_of

ROWS, COLUMNS = 60, 40
"""The part of a user's file that one sample sees."""


@dataclass(frozen=True, slots=True)
class TableContent:
    """A grid and the theme of this index: from the file given as `table`, else invented in the language of the index
    (`languages`: their shares)."""

    languages: tuple[tuple[str, float], ...] = (("en", 1.0),)
    reads: ClassVar[tuple[str, ...]] = ("draft.index",)
    writes: ClassVar[tuple[str, ...]] = ("draft.grid", "draft.theme")
    name: ClassVar[str] = "table_content"

    def __call__(self, sample: Sample, context: StepContext) -> Sample | Drop:
        index, rng = sample.draft["index"], context.rng
        theme = theme_for(index)
        if "table" in context.inputs:
            try:
                return sample.drafting(grid=_cut(context.inputs["table"], rng), theme=theme)
            except TableRefusal as e:
                return Drop(e.reason, e.detail)
        language = language_at(index, self.languages, "table")
        return sample.drafting(grid=random_grid(rng, index, theme.family, language), theme=theme)


def _cut(path: Path, rng: random.Random) -> Grid:
    """A grid over a window of the file: `grid_from_columns` chooses rows and columns among neighbouring ones."""
    from mmrecipes.render.tables.from_data import grid_from_columns

    table = user_table(path)
    start, left = rng.randint(0, max(0, table.rows - ROWS)), rng.randint(0, max(0, len(table.names) - COLUMNS))
    columns = list(range(left, min(left + COLUMNS, len(table.names))))
    stop = min(start + ROWS, table.rows)
    return grid_from_columns(
        [table.names[c] for c in columns],
        [table.kinds[c] for c in columns],
        table.values(start, stop, columns),
        rng,
        printed=table.printed(start, stop, columns),
        units=[table.units[c] for c in columns],
        language=user_language(path),
    )


@step(reads=("draft.grid", "draft.theme"), writes=("draft.drawn",))
def table_draw(sample: Sample, context: StepContext) -> Sample | Drop:
    """Pixels, and where every cell and text is; a table that cannot be drawn legibly is dropped."""
    try:
        return sample.drafting(drawn=draw_table(sample.draft["grid"], sample.draft["theme"], context.rng))
    except TableRefusal as e:
        return Drop(e.reason, e.detail)


@step(reads=("draft.drawn",), writes=("draft.worn", "draft.level"))
def table_augment(sample: Sample, context: StepContext) -> Sample:
    """Wear, applied to the picture and to all quads; 40 % stay clean."""
    drawn: DrawnTable = sample.draft["drawn"]
    rng = context.rng
    level = draw_level(rng)
    worn = degrade(drawn.pixels, _quads(drawn), level, rng, "table")
    return sample.drafting(worn=worn, level=level)


def _quads(drawn: DrawnTable) -> npt.NDArray[np.float64]:
    """All quads of a drawn table, (N, 4, 2): cells, then texts of the cells that have one, caption, notes."""
    texts = [c.text_quad for c in drawn.cells if c.text_quad is not None]
    around = [drawn.caption] if drawn.caption is not None else []
    return np.array([*(quad_of(c.box) for c in drawn.cells), *texts, *around, *drawn.notes], np.float64)


@step(reads=("draft.index", "draft.grid"), writes=("draft.targets", "draft.exchange"))
def table_ask(sample: Sample, context: StepContext) -> Sample | Drop:
    """The turn of this index with its answers, computed from the grid."""
    grid: Grid = sample.draft["grid"]
    rng, kind = context.rng, turn_kind(sample.draft["index"])
    targets = Targets(html(grid), latex(grid), structure_tokens(grid))
    if kind not in ("question", "dialogue"):
        only = structure_turn(kind, targets, bool(grid.caption or grid.footnotes), rng, grid.language)
        return sample.drafting(targets=targets, exchange=Exchange(kind, (only,)))
    found = ask(view_of(grid), 1 if kind == "question" else rng.randint(2, 4), rng)
    if not found:
        return Drop("no_question", "the table offers no question with exactly one answer")
    exchange = Exchange(kind, tuple(t for _, _, t in found), tuple((q, a) for q, a, _ in found))
    return sample.drafting(targets=targets, exchange=exchange)


@step(
    reads=("draft.grid", "draft.drawn", "draft.worn", "draft.targets", "draft.exchange"),
    writes=("draft.checks",),
)
def table_verify(sample: Sample) -> Sample | Drop:
    """Everything is checked again from the written targets, the printed texts and the picture."""
    draft = sample.draft
    grid: Grid = draft["grid"]
    targets: Targets = draft["targets"]
    said: Exchange = draft["exchange"]
    try:
        similarity = checks.check_targets(grid, targets.html, targets.latex, targets.tokens)
        numbers = checks.check_numbers(grid)
        if said.asked:
            checks.check_answers(view_of(grid), said.asked, [t.answer for t in said.turns])
        else:
            checks.check_written(said.turns[0].answer, written(said.kind, targets))
        check_places(_quads(draft["drawn"]), draft["worn"])
        x_height, contrast = check_legibility(draft["worn"].pixels, *_texts(draft["drawn"], draft["worn"]))
    except checks.CheckError as e:
        return Drop(e.reason, str(e))
    found = {"grid_cover": True, "teds_roundtrip": similarity, "numbers": numbers, "queries": len(said.asked),
             "x_height": round(x_height, 2), "contrast": round(contrast, 3), "ocr": "not_run"}  # fmt: skip
    return sample.drafting(checks=found)


def _texts(drawn: DrawnTable, worn: Worn) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Quads of all texts in the worn picture, and their x-heights there (superscript marks are smaller)."""
    quads, clean = worn.quads[len(drawn.cells) :], _quads(drawn)[len(drawn.cells) :]
    return quads, drawn.x_height * local_scale(clean.mean(axis=1), worn.log)


@step(
    reads=(
        "draft.grid",
        "draft.theme",
        "draft.drawn",
        "draft.worn",
        "draft.targets",
        "draft.exchange",
        "draft.level",
        "draft.checks",
    ),
    writes=("images", "messages", "regions", "truth", "scores", "meta", "difficulty", "language", "task", "group"),
)
def table_finish(sample: Sample, context: StepContext) -> Sample:
    """The sample as it is stored: one encoded picture, the messages, a region per cell, the truth."""
    draft = sample.draft
    grid: Grid = draft["grid"]
    drawn: DrawnTable = draft["drawn"]
    worn: Worn = draft["worn"]
    said: Exchange = draft["exchange"]
    image = encode(worn.pixels, worn.form, worn.quality or 90)
    places = _places(drawn, worn)
    return sample.having(
        images=(image,),
        messages=_messages(image, said.turns),
        regions=_regions(grid, places, image),
        truth=_truth(draft, places, image),
        scores={"contrast": draft["checks"]["contrast"], "x_height": draft["checks"]["x_height"]},
        meta=_meta(sample, context),
        difficulty=difficulty(said.kind, grid_difficulty(grid), said.asked),
        language=grid.language,
        task="table",
        group=sample.id,
        truth_source="engine",
        source="user table" if "table" in context.inputs else "invented",
        draft={},
    )


def _places(drawn: DrawnTable, worn: Worn) -> list[tuple[Quad, Quad | None]]:
    """(cell quad, text quad) of every cell in the worn picture, to a hundredth of a pixel."""
    points: list[Quad] = [_quad(q) for q in worn.quads.round(2).tolist()]
    texts = iter(points[len(drawn.cells) :])
    return [
        (quad, None if cell.text_quad is None else next(texts))
        for cell, quad in zip(drawn.cells, points[: len(drawn.cells)], strict=True)
    ]


def _quad(points: Sequence[Sequence[float]]) -> Quad:
    a, b, c, d = ((x, y) for x, y in points)
    return (a, b, c, d)


def _messages(image: Image, turns: Sequence[Turn]) -> tuple[Message, ...]:
    messages: list[Message] = []
    for i, t in enumerate(turns):
        messages += [user(image, t.question) if i == 0 else user(t.question), assistant(t.answer)]
    return tuple(messages)


_LABELS = {"header": "header", "row_header": "row_header", "body": "cell", "section": "section", "total": "total"}


def _regions(grid: Grid, places: Sequence[tuple[Quad, Quad | None]], image: Image) -> tuple[Region, ...]:
    return tuple(
        Region(image.sha256, _LABELS[cell.role], quad, cell_text(cell))
        for cell, (quad, _) in zip(grid.cells, places, strict=True)
    )


def _truth(draft: Mapping[str, Any], places: Sequence[tuple[Quad, Quad | None]], image: Image) -> dict[str, Any]:
    grid: Grid = draft["grid"]
    theme: Theme = draft["theme"]
    targets: Targets = draft["targets"]
    return {
        "kind": "table", "html": targets.html, "latex": targets.latex, "tokens": targets.tokens,
        "cells": [_cell(c, *place) for c, place in zip(grid.cells, places, strict=True)],
        "image_size": [image.width, image.height],
        "language": grid.language, "direction": LANGUAGES[grid.language].direction, "decimal": grid.decimal,
        "caption": grid.caption, "footnotes": dict(grid.footnotes),
        "queries": [{"op": q.op, "args": dict(q.args), "answer": a.json()} for q, a in draft["exchange"].asked],
        "spec": {
            "rows": grid.rows, "cols": grid.cols, "header_rows": grid.header_rows,
            "row_header_cols": grid.row_header_cols, "theme": theme.name,
            "merges": [[c.row, c.col, c.rows, c.cols] for c in grid.cells if c.rows > 1 or c.cols > 1],
            "sections": [list(s) for s in grid.sections],
            "columns": [{"kind": c.kind, "unit": c.unit, "currency": c.currency, "computed": c.computed}
                        for c in grid.columns],
        },
    }  # fmt: skip


def _cell(cell: Cell, quad: Quad, text_quad: Quad | None) -> dict[str, Any]:
    found = {"r": cell.row, "c": cell.col, "rs": cell.rows, "cs": cell.cols, "quad": quad, "text_quad": text_quad,
             "text": cell_text(cell), "role": cell.role}  # fmt: skip
    return {**found, "mark": cell.footnote} if cell.footnote else found


def _meta(sample: Sample, context: StepContext) -> dict[str, Any]:
    draft = sample.draft
    theme: Theme = draft["theme"]
    said: Exchange = draft["exchange"]
    return {
        "pipeline": "table", "turn_kind": said.kind, "templates": [t.template for t in said.turns],
        "styles": [t.style for t in said.turns], "ops": [q.op for q, _ in said.asked],
        "theme": theme.name, "family": theme.family, "font": draft["drawn"].family,
        "font_sha256": face(draft["drawn"].family).sha256, "augment_level": draft["level"],
        "augment": [[name, parameters] for name, parameters in draft["worn"].log], "checks": draft["checks"],
        "seed": seed_from(context.run_seed, sample.id),
    }  # fmt: skip
