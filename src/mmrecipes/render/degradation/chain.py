"""The degradation chain: ink, paper, paper x ink, scanner or camera, codec; all quads carried, everything logged.

Source: Qianfan-VL report (arXiv 2509.18189), section 3.2, document degradation and augmentation; SynthDoG's verified
configuration; the order is Augraphy's. The spatial part is one geometry and one look-up (see `geometry`, `warp`), JPEG
is left to the encoder so that it is not done twice. Not covered: handwriting on pages, tears, stamps.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from mmrecipes.render.degradation import ink, sensor
from mmrecipes.render.degradation.geometry import Geometry
from mmrecipes.render.degradation.paper import paper
from mmrecipes.render.degradation.placing import Crease, draw_creases, outline, photographed, scanned
from mmrecipes.render.degradation.profiles import PROFILES, Profile, ProfileName
from mmrecipes.render.degradation.surface import edge_line, scanner_lid, table_top
from mmrecipes.render.degradation.warp import border_colour, continued, warp
from mmrecipes.render.degradation.wear import Log, Pixels, Quads, Wear

LEVELS = (0.4, 0.25, 0.2, 0.15)
"""Default shares of the levels 0 (clean) to 3; the specification asks for at least 0.2 clean."""
QUALITY = ((80, 95), (65, 92), (50, 85))


@dataclass(frozen=True, slots=True)
class Worn:
    """A worn picture: (H, W, 3) RGB, its quads (N, 4, 2) and the log. `form` and `quality` say how to encode it: JPEG
    is the last operation of a chain and is applied by the encoder (`quality` 0 for png)."""

    pixels: Pixels
    quads: Quads
    log: Log
    form: Literal["png", "jpeg"]
    quality: int


def draw_level(rng: random.Random, weights: Sequence[float] = LEVELS) -> int:
    """A level 0..3 with the given shares."""
    return rng.choices(range(4), weights)[0]


def degrade(pixels: Pixels, quads: Quads, level: int, rng: random.Random, profile: ProfileName = "page", *,
            moving: bool = True) -> Worn:  # fmt: skip
    """Wear a picture (H, W, 3). Level 0 changes nothing; 1 is a good scan, 2 a poor one, 3 mostly a hand-held
    photograph. With `moving=False` nothing changes its place. Nothing of the picture is cut off, nothing gets smaller,
    and every quad (N, 4, 2) is where `move_quads` takes it. `pixels` are left as they are. Raises `ValueError` for
    another level, profile or shape."""
    if not 0 <= level <= 3:
        raise ValueError(f"level must be 0..3, not {level}")
    if profile not in PROFILES:
        raise ValueError(f"profile must be one of {', '.join(PROFILES)}, not {profile}")
    if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.size == 0 or pixels.dtype != np.uint8:
        raise ValueError(f"pixels must be (H, W, 3) bytes, not {pixels.shape} {pixels.dtype}")
    quads = np.asarray(quads, np.float64).reshape(-1, 4, 2)
    if level == 0:
        return Worn(pixels, quads, [], "png", 0)
    wear, chosen = Wear(level, rng), PROFILES[profile]
    photo = wear.chance(chosen.camera)
    worn, geometry, bitonal = _taken(pixels, quads, wear, chosen, photo, moving)
    if worn.ndim == 2:
        worn = np.asarray(cv2.cvtColor(worn, cv2.COLOR_GRAY2RGB), np.uint8)
    if geometry:
        quads = geometry.forward(quads)
    if bitonal and rng.random() < 0.5:
        return Worn(worn, quads, wear.log, "png", 0)
    quality = rng.randint(*QUALITY[level - 1])
    wear.note("jpeg", quality=quality)
    return Worn(worn, quads, wear.log, "jpeg", quality)


def _taken(pixels: Pixels, quads: Quads, wear: Wear, profile: Profile, photo: bool, moving: bool
           ) -> tuple[Pixels, Geometry | None, bool]:  # fmt: skip
    """Ink, paper, then the scanner's or the camera's picture; with its geometry, and whether it has two colours."""
    size = (pixels.shape[1], pixels.shape[0])
    bitonal = not photo and wear.chance(profile.share("threshold"))
    if bitonal or (not (photo and profile.sheet) and wear.chance(profile.share("grey"))):
        wear.note("grey")
        pixels = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    creases = draw_creases(wear, size) if wear.chance(profile.share("crease")) else []
    geometry = _geometry(wear, size, quads, creases, profile, photo) if moving else None
    at = (0, 0)
    if geometry and not profile.whole:
        pixels, at = continued(pixels, geometry)
    if profile.sheet:
        pixels = _printed(pixels, wear, profile, creases, geometry, at, bitonal)
    if geometry:
        pixels = _placed(pixels, wear, geometry, at, size, photo, profile)
    pixels = _camera(pixels, wear, profile) if photo else _scanner(pixels, wear, profile, bitonal)
    return pixels, geometry, bitonal


def _geometry(wear: Wear, size: tuple[int, int], quads: Quads, creases: list[Crease], profile: Profile, photo: bool
              ) -> Geometry | None:  # fmt: skip
    if photo:
        bending = profile.sheet and wear.chance(profile.share("bend"))
        return photographed(wear, size, quads, creases, profile.margin, bending) if profile.movable else None
    return scanned(wear, size) if wear.chance(profile.share("skew")) else None


def _printed(pixels: Pixels, wear: Wear, profile: Profile, creases: list[Crease], geometry: Geometry | None,
             at: tuple[int, int], bitonal: bool) -> Pixels:  # fmt: skip
    speckled = not bitonal and float(np.mean(border_colour(pixels))) > 128  # on a dark ground specks look like points
    for name, operation in (("stroke", ink.stroke), ("dropout", ink.dropout), ("bleed", ink.bleed),
                            ("show_through", ink.show_through)):  # fmt: skip
        if wear.chance(profile.share(name)) and (speckled or name != "dropout"):
            pixels = operation(pixels, wear)
    if creases or (geometry and geometry.bend) or wear.chance(profile.share("paper")):
        stains = profile.share("stain")[wear.level - 1]
        pixels = paper(pixels, wear, stains, creases, geometry.bend if geometry else None, at)
    return pixels


def _placed(pixels: Pixels, wear: Wear, geometry: Geometry, at: tuple[int, int], size: tuple[int, int], photo: bool,
            profile: Profile) -> Pixels:  # fmt: skip
    """The sheet where the geometry takes it, on what lies under it."""
    ground = None
    edge = geometry.forward(outline(size))
    if profile.whole:
        channels = 4 if pixels.ndim == 3 else 1
        ground = table_top(wear, geometry.size, edge) if photo else scanner_lid(wear, geometry.size, edge, channels)
    wear.log.extend(geometry.log())
    worn = warp(pixels, geometry, at, ground)
    if profile.whole:
        edge_line(worn, edge, wear.rng.randint(120, 215))
    return worn


def _scanner(pixels: Pixels, wear: Wear, profile: Profile, bitonal: bool) -> Pixels:
    if wear.chance(profile.share("blur")):
        pixels = sensor.blur(pixels, wear, profile.sharp)
    if wear.chance(profile.share("noise")):
        pixels = sensor.noise(pixels, wear)
    if wear.chance(profile.share("tone")):
        pixels = sensor.tone(pixels, wear, profile.brightness, profile.tint)
    if wear.chance(profile.share("streaks")):
        pixels = sensor.streaks(pixels, wear)
    if bitonal:
        return sensor.threshold(pixels, wear)
    return sensor.resample(pixels, wear) if wear.chance(profile.share("resample")) else pixels


def _camera(pixels: Pixels, wear: Wear, profile: Profile) -> Pixels:
    uneven = wear.chance(profile.share("light"))
    if uneven:
        pixels = sensor.light(pixels, wear, profile.share("shadow")[wear.level - 1])
    if wear.chance(profile.share("moire")):
        pixels = sensor.moire(pixels, wear)
    if wear.chance(profile.share("motion")):
        pixels = sensor.motion(pixels, wear)
    elif wear.chance(profile.share("blur")):
        pixels = sensor.blur(pixels, wear, profile.sharp)
    if wear.chance(profile.share("noise")) or uneven:  # noise keeps a gradient from showing steps
        pixels = sensor.noise(pixels, wear)
    if wear.chance(profile.share("tone")):
        pixels = sensor.tone(pixels, wear, profile.brightness, profile.tint)
    return sensor.resample(pixels, wear) if wear.chance(profile.share("resample")) else pixels
