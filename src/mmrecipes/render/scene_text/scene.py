"""A whole scene before the camera: a drawn place or a photograph, its spots, and the signs written on them."""

from __future__ import annotations

import functools
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from mmrecipes.core.errors import InputError
from mmrecipes.core.identity import rng_from
from mmrecipes.render.homography import stretch
from mmrecipes.render.scene_text.depth_prior import edge_lines, focal_of, planar_depth
from mmrecipes.render.scene_text.photo_spots import photo_spot
from mmrecipes.render.scene_text.photos import Screening, load_photo, screen, text_can_be_looked_for
from mmrecipes.render.scene_text.places import picture_size, place_for
from mmrecipes.render.scene_text.regions import Region, find_regions
from mmrecipes.render.scene_text.segment import segment
from mmrecipes.render.scene_text.signs import currency_of, main_line, priced_in, sign
from mmrecipes.render.scene_text.spots import Spot, spots_of
from mmrecipes.render.scene_text.surfaces import SurfaceKind, surface_kind
from mmrecipes.render.scene_text.writing import Written, how_many, write

Pixels = npt.NDArray[np.uint8]
MOST_SIGNS = 12


class SceneRefusal(ValueError):
    """A scene that cannot be used; `reason` is a short code."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason, self.detail = reason, detail


MOST_REGIONS = 7
_LOOKED_AT = 1024
"""Longer side, in pixels, at which a photograph's surfaces are judged, however small it is stored."""


@dataclass(frozen=True, slots=True)
class DrawnScene:
    """A picture (H, W, 3) with its signs, in the order they were written."""

    pixels: Pixels
    signs: tuple[Written, ...]
    kind: str
    source: str
    focal: float
    screening: Mapping[str, Any] = field(default_factory=dict)


def draw_scene(rng: random.Random, index: int, longest: int, language: str) -> DrawnScene:
    """A drawn place with signs. Raises `SceneRefusal` without a legible sign."""
    size = picture_size(rng, longest)
    place = place_for(rng, index, size)
    pixels, seen = place.stage.draw(place.backdrop)
    spots = spots_of(place, seen)
    count = how_many(len(spots), MOST_SIGNS, rng)
    written = _written(pixels, spots, count, language, rng, 0.0)
    if not written:
        raise SceneRefusal("no_legible_sign", f"none of {len(spots)} faces of this {place.kind} could be lettered")
    return DrawnScene(pixels, tuple(written), place.kind, "drawn", place.stage.camera.focal)


def _written(
    pixels: Pixels, spots: Sequence[Spot], count: int, language: str, rng: random.Random, poisson_share: float
) -> list[Written]:
    """Up to `count` signs on the spots, and every price tag, into the picture, in the currency of the first price. The
    last tries on a spot are signs cut down to their main line."""
    written: list[Written] = []
    currency = ""
    for spot in spots:
        if len(written) >= count and spot.role != "price":
            continue
        poisson = rng.random() < poisson_share
        attempts = 4 if spot.free is None else 9
        for attempt in range(attempts):
            text = priced_in(sign(spot.role, language, rng), currency)
            made = write(pixels, spot, main_line(text) if attempt >= 3 else text, rng, poisson=poisson)
            if made is not None:
                written.append(made)
                currency = currency or currency_of(made.sign)
                break
    return written


@functools.lru_cache(maxsize=8)
def _prepared(
    path: Path, longest: int, look_for_text: bool
) -> tuple[Pixels, Screening, list[tuple[Region, SurfaceKind]], float]:
    """A photograph with its screening and flat built surfaces: the same for every sample that uses it."""
    pixels = load_photo(path, longest)
    screening = screen(pixels, look_for_text=look_for_text)
    focal = focal_of(pixels.shape[1], pixels.shape[0])
    if screening.reason:
        return pixels, screening, [], focal
    large = load_photo(path, max(longest, _LOOKED_AT))
    labels = segment(large)
    rng = rng_from("photo regions", longest)
    lines = edge_lines(large)
    shrink = stretch(pixels.shape[1] / large.shape[1], pixels.shape[0] / large.shape[0])
    whole = focal_of(large.shape[1], large.shape[0])
    regions = []
    for region in find_regions(labels, planar_depth(large, labels, rng), whole, rng):
        kind = surface_kind(large, np.asarray(labels == region.label, np.uint8), lines)
        if kind is not None:
            regions.append((replace(region, h=shrink @ region.h), kind))
    return pixels, screening, regions, focal


def photo_scene(rng: random.Random, path: Path, longest: int, language: str) -> DrawnScene:
    """Signs written onto the flat regions of a photograph. Raises `SceneRefusal` when the photograph cannot be read, is
    screened out, or no sign can be read on it."""
    try:
        original, screening, regions, focal = _prepared(path, longest, text_can_be_looked_for())
    except InputError as e:
        raise SceneRefusal("background_unreadable", str(e)) from e
    if screening.reason:
        raise SceneRefusal(screening.reason, f"{path.name}: {screening.detail}")
    if not regions:
        raise SceneRefusal("no_surface", f"{path.name}: nothing in it is seen to be a flat built surface")
    pixels = original.copy()
    spots = [s for region, kind in regions if (s := photo_spot(region, kind, original, rng)) is not None]
    count = how_many(len(spots), MOST_REGIONS, rng)
    written = _written(pixels, spots, count, language, rng, 0.5)
    if not written:
        raise SceneRefusal("no_legible_sign", f"{path.name}: none of {len(spots)} regions could be lettered")
    found = {"sharpness": round(screening.sharpness, 1), "text": screening.text, "depth": "planar prior"}
    return DrawnScene(pixels, tuple(written), "photo", path.name, focal, found)
