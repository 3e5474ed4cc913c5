"""Scenes are drawn once per session: most tests here are about texts."""

from __future__ import annotations

import functools

import pytest

from mmrecipes.recipes.oasis import input as images


@pytest.fixture(autouse=True, scope="session")
def scenes_drawn_once() -> None:
    images.draw_scene = functools.lru_cache(maxsize=200)(images.draw_scene)
