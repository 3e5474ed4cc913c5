"""Seamless surface textures as translucent black and white, laid over any colour.

Covered: wood (long wavy grain), metal (fine brushed lines), fabric (weave), stone (soft blotches), grain (speckles).
Each has four variants, drawn once per process. Not covered: bump lighting.
"""

from __future__ import annotations

import functools

import cv2
import numpy as np
import numpy.typing as npt
import skia

from mmrecipes.core.identity import seed_from

TEXTURES = ("plain", "wood", "metal", "fabric", "stone", "grain")
_SIDE = 256
_SPAN = 0.62
"""Side of a tile in unit coordinates."""
_STRENGTH = {"wood": 92, "metal": 42, "fabric": 95, "stone": 62, "grain": 78}

Field = npt.NDArray[np.float32]


@functools.lru_cache(maxsize=128)
def texture_paint(
    texture: str, variant: int, *, strong: bool = False, fine: bool = False, alpha: int = 255
) -> skia.Paint:
    """A paint that lays the texture over what is drawn and keeps its alpha; for canvases in unit coordinates.

    `strong` is for dark colours: the light half counts more. `fine` halves the coarseness. The paint is shared, do not
    change it (giving skia's Python binding a shader copies its picture, hence paints are kept and not shaders).
    """
    field = _field(texture, variant) * _STRENGTH[texture]
    weights = (0.6, 1.4) if strong else (1.0, 0.7)
    opacity = np.where(field < 0, -field * weights[0], field * weights[1]).clip(0, 255).astype(np.uint8)
    light = np.where(field > 0, opacity, 0).astype(np.uint8)
    image = skia.Image.fromarray(np.dstack([light, light, light, opacity]), skia.kRGBA_8888_ColorType)
    span = _SPAN / _SIDE * (0.5 if fine else 1.0)
    repeat = skia.TileMode.kRepeat
    shader = image.makeShader(
        repeat, repeat, skia.SamplingOptions(skia.FilterMode.kLinear), skia.Matrix.Scale(span, span)
    )
    return skia.Paint(AntiAlias=True, Alpha=alpha, Shader=shader, BlendMode=skia.BlendMode.kSrcATop)


def _field(texture: str, variant: int) -> Field:
    """A seamless field of roughly -1..1."""
    rng = np.random.Generator(np.random.PCG64(seed_from("world.texture", texture, variant)))
    if texture == "wood":
        y = np.arange(_SIDE, dtype=np.float32)[:, None] / _SIDE
        bend = _noise(rng, 60, 14) * 1.1
        fine = _noise(rng, 70, 0.8) * 0.45
        return np.asarray(np.sin(2 * np.pi * 9 * y + 2.2 * bend) * 0.65 + fine, np.float32)
    if texture == "metal":
        return _noise(rng, 90, 0.5) * 0.9
    if texture == "fabric":
        y, x = np.mgrid[0:_SIDE, 0:_SIDE].astype(np.float32)
        over = np.sin(2 * np.pi * x / 16) * (((y // 8) % 2) * 2 - 1)
        return np.asarray(over * 0.75 + _noise(rng, 1, 1) * 0.25, np.float32)
    if texture == "stone":
        return np.asarray(_noise(rng, 12, 12) * 0.75 + _noise(rng, 3, 3) * 0.45, np.float32)
    speckle = _noise(rng, 1.6, 1.6)
    return np.asarray(np.where(np.abs(speckle) > 0.9, speckle, 0.0), np.float32)


def _noise(rng: np.random.Generator, sx: float, sy: float) -> Field:
    """Seamless Gaussian noise of unit deviation, smoothed by (sx, sy) pixels."""
    white = rng.standard_normal((_SIDE, _SIDE)).astype(np.float32)
    above = min(_SIDE, int(4 * sy) + 3)  # rows that the smoothing reaches
    around = np.tile(white, (3, 3))[_SIDE - above : 2 * _SIDE + above]
    soft = cv2.GaussianBlur(around, (0, 0), sigmaX=sx, sigmaY=sy)[above : above + _SIDE, _SIDE : 2 * _SIDE]
    return np.asarray((soft - soft.mean()) / (soft.std() + 1e-6), np.float32).clip(-2, 2)
