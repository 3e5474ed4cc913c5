"""The gallery's command makes all its sheets, the same each time, and a README that shows them."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import mmrecipes

PLACE = Path(__file__).parents[2] / "docs" / "gallery.py"


@pytest.fixture(scope="module")
def gallery() -> Any:
    spec = importlib.util.spec_from_file_location("gallery", PLACE)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["gallery"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


TASKS = {"table": 1.0, "document": 1.0, "formula": 1.0, "word": 1.0}


@pytest.mark.slow
def test_a_tiny_run_fills_every_sheet_and_a_readme_shows_them(gallery: Any, tmp_path: Path) -> None:
    run = mmrecipes.run(
        "qianfan-vl", out=tmp_path / "run", n=16, seed=5, workers=1,
        params={"tasks": TASKS, "languages": {"en": 1, "ru": 1}},
    )  # fmt: skip
    samples = list(run.samples())
    paths = gallery.write(tmp_path / "gallery", samples)
    assert [p.stem for p in paths] == [*gallery_order(gallery), "languages", "wear", "truth"]
    assert re.findall(r"\((.+\.webp)\)", (tmp_path / "gallery" / "README.md").read_text()) == [p.name for p in paths]
    for path in paths:
        with Image.open(path) as sheet:
            assert sheet.width == gallery.WIDTH
            assert np.asarray(sheet.convert("L")).std() > 10
    again = gallery.write(tmp_path / "again", samples)
    assert [p.read_bytes() for p in again] == [p.read_bytes() for p in paths]


def gallery_order(gallery: Any) -> list[str]:
    return [task for task in gallery.LOOKS if task in TASKS]


def test_rows_keep_their_order_and_fill_the_width(gallery: Any) -> None:
    rng = np.random.default_rng(3)
    sizes = rng.integers(60, 400, (23, 2))
    pictures = [gallery.Picture(np.full((h, w, 3), 90, np.uint8), (str(n),)) for n, (h, w) in enumerate(sizes)]
    rows = gallery.justified(pictures, 150)
    assert [p.caption[0] for row in rows for p in row] == [str(n) for n in range(23)]
    for row in rows:
        widths = [gallery.row_height(row) * p.aspect for p in row]
        assert sum(widths) + gallery.GAP * (len(row) + 1) == pytest.approx(gallery.WIDTH)
        assert 60 < gallery.row_height(row) < 400
    assert np.array_equal(gallery.drawn(rows), gallery.drawn(rows))


def test_one_of_each_kind_comes_before_a_second(gallery: Any) -> None:
    assert gallery.spread("aaabbc", str, 5) == list("abcab")
