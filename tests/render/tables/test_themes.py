"""The themes: enough of them, really different, each used before any comes again, legible."""

from __future__ import annotations

import itertools
from collections import Counter

import numpy as np
import pytest

from mmrecipes.canvas.fonts import FAMILIES
from mmrecipes.core.identity import rng_from
from mmrecipes.render.tables.content import random_grid
from mmrecipes.render.tables.draw import draw_table
from mmrecipes.render.tables.looks import PALETTES
from mmrecipes.render.tables.themes import theme_for, themes


def test_there_are_at_least_fifty_themes_in_three_families_with_the_required_looks() -> None:
    found = themes()
    assert len(found) >= 50
    assert len({t.name for t in found}) == len(found)
    families = Counter(t.family for t in found)
    assert set(families) == {"statistics", "technical", "financial"} and min(families.values()) >= 15
    borders = Counter(t.border for t in found)
    assert borders["none"] >= 3 and borders["contract"] >= 2 and borders["ledger"] >= 2
    assert {t.font for t in found} == set(FAMILIES)


def test_any_two_themes_differ_in_at_least_two_visible_axes() -> None:
    for a, b in itertools.combinations(themes(), 2):
        assert sum(x != y for x, y in zip(a.axes, b.axes, strict=True)) >= 2, (a.name, b.name)


def test_every_theme_is_used_before_any_comes_again() -> None:
    size = len(themes())
    for start in (0, size, 7 * size):
        assert len({theme_for(i).name for i in range(start, start + size)}) == size


def test_one_grid_looks_different_in_every_theme() -> None:
    grid = next(g for i in range(99) if 6 <= (g := random_grid(rng_from("t", i), i)).cols <= 8 and g.header_rows == 2)
    pictures = {draw_table(grid, theme, rng_from("same")).pixels.tobytes() for theme in themes()}
    assert len(pictures) == len(themes()) >= 50


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))


def _contrast(a: str, b: str) -> float:
    light, dark = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", PALETTES)
def test_text_stands_out_from_every_fill_it_can_be_set_on(name: str) -> None:
    palette = PALETTES[name]
    for fill in (palette.page, palette.fill, palette.stripe):
        assert _contrast(palette.text, fill) >= 4.5
    assert _contrast(palette.on_accent, palette.accent) >= 4.5
    heads = palette.rule if palette.page < "#888888" else palette.accent
    assert _contrast(heads, palette.page) >= 4.5
