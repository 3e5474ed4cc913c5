"""Ink put onto surfaces: under the light of the place, with the surface's relief showing through, or in the gradient
domain.

Covered: alpha compositing of a lit layer; gradient-domain compositing with mixed gradients (Pérez et al. 2003, section
4), solved exactly by a discrete sine transform. Not covered: sub-surface effects.
"""

from __future__ import annotations

import functools

import cv2
import numpy as np
import numpy.typing as npt

from mmrecipes.render.scene_text.ink import Layer, Look

Pixels = npt.NDArray[np.uint8]
Field = npt.NDArray[np.float32]


def relief(ground: Pixels, reach: int = 13) -> Field:
    """Local brightness over its mean in `reach` pixels, (H, W), about 1: joints, grain and dirt of a surface."""
    grey = cv2.cvtColor(ground, cv2.COLOR_RGB2GRAY).astype(np.float32) + np.float32(6)
    ratio = np.asarray(cv2.divide(grey, cv2.blur(grey, (reach, reach))), np.float32)
    return np.clip(ratio, np.float32(0.7), np.float32(1.3))


def put_under(place: Pixels, under: Pixels, visible: Pixels | None) -> None:
    """Shadow and extrusion over a place of the picture, in place; `visible` (H, W) is 255 where the surface is seen
    (None: everywhere)."""
    layer = under.astype(np.float32)
    if visible is not None:
        layer *= visible.astype(np.float32)[..., None] / np.float32(255)
    dimmed = place * (1 - layer[..., 3:] * np.float32(1 / 255)) + layer[..., :3]
    place[:] = np.asarray(np.minimum(dimmed, 255), np.uint8)


def put_ink(
    place: Pixels, layer: Layer, look: Look, light: Field, visible: Pixels | None, *, poisson: bool = False
) -> None:
    """Letters over a place of the picture, in place. `light`, of a form that spreads to (H, W, 3), multiplies the ink's
    own colour."""
    ink = layer.ink.astype(np.float32)
    if visible is not None:
        ink *= visible.astype(np.float32)[..., None] / np.float32(255)
    if look.opacity < 1:
        ink *= np.float32(look.opacity)
    alpha = ink[..., 3:] * np.float32(1 / 255)
    shade = light
    if look.grain > 0:
        shade = light * (1 + np.float32(look.grain) * (relief(place) - 1))[..., None]
    made = np.asarray(place * (1 - alpha), np.float32)
    made += ink[..., :3] * shade
    np.minimum(made, 255, out=made)
    if poisson:
        reach = max(3, round(layer.ink.shape[0] * 0.04))
        mask = cv2.dilate((alpha[..., 0] > 0.02).astype(np.uint8), np.ones((2 * reach + 1, 2 * reach + 1), np.uint8))
        made = gradient_domain(place.astype(np.float32), made, np.asarray(mask, np.uint8))
    made += np.float32(0.5)
    place[:] = np.clip(made, 0, 255, out=made)


def gradient_domain(ground: Field, pasted: Field, mask: Pixels) -> Field:
    """The picture whose gradients are the stronger of both within the mask (1) and the ground's outside, and which
    equals the ground on its rim. All (H, W, 3), 0..255."""
    h, w = ground.shape[:2]
    if h < 4 or w < 4:
        return pasted
    inside = mask.astype(bool)
    divergence = np.zeros_like(ground)
    for axis in (0, 1):
        a, b = np.diff(ground, axis=axis), np.diff(pasted, axis=axis)
        near = np.logical_or(
            np.take(inside, range(1, inside.shape[axis]), axis), np.take(inside, range(inside.shape[axis] - 1), axis)
        )
        stronger = (np.abs(b).sum(axis=2) > np.abs(a).sum(axis=2)) & near
        v = np.where(stronger[..., None], b, a)
        if axis == 0:
            divergence[1:-1] += v[1:] - v[:-1]
        else:
            divergence[:, 1:-1] += v[:, 1:] - v[:, :-1]
    right = divergence[1:-1, 1:-1].copy()
    right[0] -= ground[0, 1:-1]
    right[-1] -= ground[-1, 1:-1]
    right[:, 0] -= ground[1:-1, 0]
    right[:, -1] -= ground[1:-1, -1]
    solved = ground.copy()
    solved[1:-1, 1:-1] = _poisson(right)
    return solved


@functools.lru_cache(maxsize=16)
def _sines(n: int) -> tuple[Field, Field]:
    """The orthonormal type-I sine transform of length n and the eigenvalues of the second difference."""
    k = np.arange(1, n + 1)
    matrix = np.sqrt(2 / (n + 1)) * np.sin(np.pi / (n + 1) * np.outer(k, k))
    return matrix.astype(np.float32), (2 * np.cos(np.pi * k / (n + 1)) - 2).astype(np.float32)


def _poisson(right: Field) -> Field:
    """Solves the five-point Laplacian (h, w, c) = right with zero boundary, exactly."""
    (sy, ey), (sx, ex) = _sines(right.shape[0]), _sines(right.shape[1])
    scale = 1 / (ey[:, None] + ex[None])
    planes = []
    for c in range(right.shape[2]):
        spectrum = sy @ right[..., c] @ sx
        planes.append(sy @ (spectrum * scale) @ sx)
    return np.stack(planes, axis=2).astype(np.float32)
