"""A reader that knows nothing of us reads the cells."""

from __future__ import annotations

import re

import numpy as np
import pytest

from mmrecipes.core.boxes import Quad, box_of
from mmrecipes.core.identity import rng_from
from mmrecipes.render.tables.content import random_grid
from mmrecipes.render.tables.draw import draw_table
from mmrecipes.render.tables.grid import Grid
from mmrecipes.render.tables.looks import Theme
from mmrecipes.render.tables.themes import theme_for

rapidocr = pytest.importorskip("rapidocr", reason="the extra `ocr` is not installed: pip install mmrecipes[ocr]")
QUICK = {
    "Global.log_level": "error",
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "Rec.rec_img_shape": [3, 48, 64],
}
"""Cells are short: lines are padded to 64 pixels only, not to 320."""


def normal(text: str) -> str:
    """Without blanks; dashes and quotes of any form made one."""
    return re.sub(r"\s", "", re.sub(r"[–—−]", "-", text)).replace("\u2019", "'")


@pytest.mark.slow
def test_an_ocr_engine_reads_at_least_99_percent_of_the_cells() -> None:
    engine = rapidocr.RapidOCR(params=QUICK)
    right, wrong = 0, []
    for index, theme, grid in small_tables(15):
        table = draw_table(grid, theme, rng_from("ocr-drawn", index))
        for cell, place in zip(grid.cells, table.cells, strict=True):
            if not place.text_quads or cell.value is None or cell.footnote:
                continue
            found = "".join(read(engine, table.pixels, quad) for quad in place.text_quads)
            if normal(found) == normal(cell.text):
                right += 1
            else:
                wrong.append((index, cell.text, found))
    assert right + len(wrong) > 600
    assert len(wrong) <= 0.01 * (right + len(wrong)), wrong


def small_tables(count: int) -> list[tuple[int, Theme, Grid]]:
    """Tables of at most 90 positions, so that the test stays short."""
    found = []
    for index in range(100, 200):
        theme = theme_for(index)
        grid = random_grid(rng_from("ocr", index), index, theme.family)
        if grid.rows * grid.cols <= 90:
            found.append((index, theme, grid))
    return found[:count]


def read(engine, pixels: np.ndarray, quad: Quad) -> str:  # type: ignore[no-untyped-def, type-arg]
    x0, y0, x1, y1 = box_of(quad)
    height = max(y1 - y0, 14)
    middle = (y0 + y1) / 2
    top, bottom = int(middle - height / 2 - 4), int(middle + height / 2 + 5)
    crop = np.ascontiguousarray(pixels[max(0, top) : bottom, max(0, int(x0) - 4) : int(x1) + 5, ::-1])
    result = engine(crop, use_det=False, use_cls=False, use_rec=True)
    return "".join(result.txts or ())
