"""What is verified about letters in a picture, of scenes and of word crops alike: from the quads and the pixels alone.

Covered: glyph quads cover the pixels that the letters changed; the picture, rectified by the inverse homography, shows
the clean letters (drawn another way: text blobs on a flat canvas); upright, unmirrored. Not covered: their size (see
`checks`), OCR (optional, recorded as not run).
"""

from __future__ import annotations

import math

import cv2
import numpy as np
import numpy.typing as npt
import skia

from mmrecipes.canvas.fonts import Face
from mmrecipes.canvas.text import skia_font
from mmrecipes.recipes.qianfan_vl.checks import CheckError
from mmrecipes.render.homography import for_opencv, shift
from mmrecipes.render.scene_text.ink import Look
from mmrecipes.render.scene_text.lettering import Lettering, SetGlyph

Pixels = npt.NDArray[np.uint8]
Points = npt.NDArray[np.float64]
LEAST_COVERED, LEAST_CORRELATION = 0.95, 0.6
CHANGED = 16
"""Grey levels by which a pixel must differ to count as changed."""
_AROUND = 3
"""Pixels around a line of letters that are compared too."""


def coverage(before: Pixels, after: Pixels, corner: tuple[int, int], quads: Points, grow: float) -> float:
    """Share of the changed pixels that lie in the union of glyph quads (N, 4, 2), grown by a border of `grow` pixels
    and the pixel of anti-aliasing. Raises `CheckError` below the limit, or when the letters changed nothing."""
    kept = cv2.inRange(cv2.absdiff(after, before), (0.0,) * 3, (CHANGED - 1.0,) * 3)
    total = kept.size - cv2.countNonZero(kept)
    if total < 12:
        raise CheckError("nothing_drawn", f"{total} pixels changed")
    mask = np.zeros(kept.shape, np.uint8)
    for quad in quads:
        cv2.fillConvexPoly(mask, np.round((quad - corner - 0.5) * 16).astype(np.int32), 255, cv2.LINE_8, 4)
    reach = round(grow + 0.5)
    mask = cv2.dilate(mask, np.ones((2 * reach + 1, 2 * reach + 1), np.uint8))
    share = cv2.countNonZero(cv2.bitwise_and(cv2.bitwise_not(kept), mask)) / total
    if share < LEAST_COVERED:
        raise CheckError("ink_outside_quads", f"{share:.3f} of the changed pixels lie in glyph quads")
    return share


def border(look: Look, lettering: Lettering) -> float:
    """How far ink may reach over the outlines of the letters, in pixels."""
    size = max(lettering.sizes)
    return (1.5 * look.border[1] * size if look.border else 0.0) + (0.02 * size if look.technique == "marker" else 0.0)


def upright(quad: Points) -> None:
    """A word reads from left to right, its glyphs stand on their feet, and it is not mirrored."""
    top, side = quad[1] - quad[0], quad[3] - quad[0]
    if top[0] * side[1] - top[1] * side[0] <= 0:
        raise CheckError("mirrored", f"the corners {quad.round(1).tolist()} run counter-clockwise")
    if side[1] <= 0:
        raise CheckError("upside_down", f"the word at {quad.round(1).tolist()} stands on its head")
    if top[0] <= 0 or abs(top[1]) > 1.8 * abs(top[0]):
        raise CheckError("not_upright", f"the word at {quad.round(1).tolist()} does not read to the right")


def as_drawn(picture: Pixels, h: npt.NDArray[np.float64], lettering: Lettering) -> float:
    """The least correlation of a line of the picture with its clean letters, in the lettering's own plane. Raises
    `CheckError` below the limit. `h`: the lettering's pixels to the picture's."""
    points = lettering.quads.reshape(-1, 2)
    corner = np.floor(points.min(axis=0)) - _AROUND
    width, height = (np.ceil(points.max(axis=0)) + _AROUND - corner).astype(int).tolist()
    raster = clean_raster([g for w in lettering.words for g in w.glyphs], corner, (width, height))
    moved = h @ shift(corner[0], corner[1])
    least = 1.0
    for number, text in enumerate(lettering.lines):
        own = np.concatenate([w.quads.reshape(-1, 2) for w in lettering.words if w.line == number]) - corner
        (x0, y0), (x1, y1) = np.floor(own.min(axis=0)) - _AROUND, np.ceil(own.max(axis=0)) + _AROUND
        found = correlation(picture, moved, raster, (int(x0), int(y0), int(x1), int(y1)))
        if found < LEAST_CORRELATION:
            raise CheckError("not_as_drawn", f"{text!r} correlates {found:.2f} with its clean letters")
        least = min(least, found)
    return least


def clean_raster(glyphs: list[SetGlyph], corner: Points, size: tuple[int, int]) -> npt.NDArray[np.float32]:
    """Glyphs as text blobs on a flat canvas of `size` whose top-left is `corner`, 0..1."""
    pixels = np.zeros((size[1], size[0]), np.uint8)
    canvas = skia.Surface.MakeRasterDirect(skia.ImageInfo.MakeA8(*size), pixels).getCanvas()
    canvas.translate(-float(corner[0]), -float(corner[1]))
    groups: dict[tuple[Face, float], list[tuple[int, float, float, float]]] = {}
    for g in glyphs:
        for face, number, x, y in g.origins():
            groups.setdefault((face, g.size), []).append((number, x, y, g.angle))
    for (face, size_of_face), group in groups.items():
        forms = [skia.RSXform(math.cos(angle), math.sin(angle), x, y) for _, x, y, angle in group]
        data = np.array([number for number, *_ in group], np.uint16).tobytes()
        blob = skia.TextBlob.MakeFromRSXform(data, forms, skia_font(face, size_of_face), skia.TextEncoding.kGlyphID)
        canvas.drawTextBlob(blob, 0, 0, skia.Paint(AntiAlias=True))
    return np.asarray(pixels, np.float32) / np.float32(255)


def correlation(
    picture: Pixels, h: npt.NDArray[np.float64], raster: npt.NDArray[np.float32], box: tuple[int, int, int, int]
) -> float:
    """Normalised correlation of a box (x0, y0, x1, y1) of the clean raster with the picture, rectified by the inverse
    of `h` (raster pixels to picture pixels), along the colour direction in which letters and ground differ most."""
    x0, y0, x1, y1 = box
    to_cv = for_opencv(h @ shift(x0, y0))
    flat = cv2.warpPerspective(
        picture, to_cv, (x1 - x0, y1 - y0), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    ).astype(np.float32)
    ink = raster[y0:y1, x0:x1]
    spread = float(cv2.meanStdDev(ink)[1][0, 0])
    if spread < 1e-4:
        return 0.0
    colours = (flat - cv2.meanStdDev(flat)[0][:, 0].astype(np.float32)).reshape(-1, 3)
    slope = ink.ravel() @ colours / (ink.size * spread)
    norm = float(np.linalg.norm(slope))
    if norm < 1e-6:
        return 0.0
    along = slope / norm
    variance = float(along @ (colours.T @ colours / ink.size) @ along)
    return norm / max(math.sqrt(variance), 1e-6)
