"""How letters are made: colour, border, drop shadow, extrusion, texture, chalk; drawn through a homography.

The outlines themselves are projected (no picture of text is ever resampled), so edges stay sharp at any angle. Covered:
two layers, what lies under the letters (shadow, extrusion) and the letters with their border. Source of the shares of
border and shadow and of the opacity: SynthText (Gupta et al. 2016), as the spec quotes it.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
import skia

from mmrecipes.render.homography import Matrix, shift
from mmrecipes.render.scene_text.boards import Technique
from mmrecipes.render.scene_text.lettering import Lettering
from mmrecipes.render.scene_text.paints import Rgb, luma, mixed, shaded
from mmrecipes.render.scene_text.textures import SIDE, texture

Pixels = npt.NDArray[np.uint8]
Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Look:
    """How a sign is lettered. Lengths are shares of the font size; `inks` is one colour per line (the last repeats)."""

    technique: Technique
    inks: tuple[Rgb, ...]
    opacity: float = 1.0
    border: tuple[Rgb, float] | None = None
    shadow: tuple[float, float, float, float] | None = None
    """Offset x, offset y, blur, strength."""
    extrusion: tuple[float, float, Rgb] | None = None
    texture: str | None = None
    grain: float = 0.0
    """How much of the surface's own relief shows through the ink, 0..1."""

    def ink(self, line: int) -> Rgb:
        return self.inks[min(line, len(self.inks) - 1)]


_GRAIN: dict[Technique, float] = {"paint": 0.75, "print": 0.45, "raised": 0.1, "chalk": 0.9, "marker": 0.3}


def draw_look(rng: random.Random, technique: Technique, inks: tuple[Rgb, ...], ground: Rgb, lines: int) -> Look:
    """A look that suits the technique; effects with the spec's probabilities."""
    several = technique in ("chalk", "marker") or rng.random() < 0.3
    chosen = tuple(inks[min(k, len(inks) - 1)] if several else inks[0] for k in range(min(lines, len(inks))))
    border = shadow = extrusion = None
    kind = None
    if technique in ("paint", "print", "raised") and rng.random() < 0.15:
        edge = shaded(chosen[0], 0.4) if luma(chosen[0]) > 0.5 else mixed(chosen[0], (1, 1, 1), 0.75)
        border = (edge if rng.random() < 0.6 else mixed(ground, edge, 0.8), rng.uniform(0.03, 0.07))
    if technique == "raised":
        extrusion = (rng.uniform(-0.05, 0.05), rng.uniform(0.03, 0.07), shaded(mixed(chosen[0], ground, 0.4), 0.5))
        shadow = (rng.uniform(-0.05, 0.08), rng.uniform(0.06, 0.12), 0.04, rng.uniform(0.35, 0.6))
    elif technique == "paint" and rng.random() < 0.15:
        shadow = (rng.uniform(-0.06, 0.06), rng.uniform(0.02, 0.07), rng.uniform(0.0, 0.04), rng.uniform(0.3, 0.7))
    if technique in ("paint", "print") and rng.random() < 0.12:
        kind = rng.choice(["wood", "metal", "plaster", "fabric"])
    opacity = 1.0 if technique == "raised" else min(1.0, max(0.72, rng.gauss(0.88, 0.1)))
    return Look(technique, chosen, opacity, border, shadow, extrusion, kind, _GRAIN[technique])


@dataclass(frozen=True, slots=True)
class Layer:
    """Premultiplied RGBA of letters and of what lies under them, within a box of the picture."""

    box: Box
    ink: Pixels
    under: Pixels | None


def draw_layer(text: Lettering, look: Look, h: Matrix, size: tuple[int, int], seed: int) -> Layer | None:
    """The letters through a homography (sign pixels to picture pixels); None when they lie outside the picture."""
    box = _reach(text, look, h, size)
    if box is None:
        return None
    matrix = skia_matrix(shift(-box[0], -box[1]) @ h)
    paths = [(text.path(line), line) for line in range(len(text.lines))]
    ink = _surface(box)
    for path, line in paths:
        _draw_ink(ink, matrix, path, look, line, text.sizes[line])
    if look.technique == "chalk":
        ink = _rubbed(ink, seed)
    return Layer(box, ink, _draw_under(box, matrix, paths, look, text))


def _reach(text: Lettering, look: Look, h: Matrix, size: tuple[int, int]) -> Box | None:
    pad = 0.05
    if look.border:
        pad += look.border[1]
    if look.shadow:
        pad += max(abs(look.shadow[0]), abs(look.shadow[1])) + 2.5 * look.shadow[2]
    if look.extrusion:
        pad += max(abs(look.extrusion[0]), abs(look.extrusion[1]))
    points = text.quads.reshape(-1, 2)
    reach = pad * max(text.sizes) + 2
    left, top = (points.min(axis=0) - reach).tolist()
    right, bottom = (points.max(axis=0) + reach).tolist()
    (a, b, c), (d, e, f), (p, q, r) = h.tolist()
    xs, ys = [], []
    for x, y in ((left, top), (right, top), (right, bottom), (left, bottom)):
        w = x * p + y * q + r
        if w <= 1e-6:
            return None
        xs.append((x * a + y * b + c) / w)
        ys.append((x * d + y * e + f) / w)
    x0, y0 = max(math.floor(min(xs)) - 1, 0), max(math.floor(min(ys)) - 1, 0)
    x1, y1 = min(math.ceil(max(xs)) + 1, size[0]), min(math.ceil(max(ys)) + 1, size[1])
    return (x0, y0, x1, y1) if x1 - x0 > 3 and y1 - y0 > 3 else None


def skia_matrix(h: Matrix) -> skia.Matrix:
    """A homography as skia takes it."""
    m = skia.Matrix()
    m.setAll(*(float(v) for v in (h / np.abs(h).max()).flatten()))
    return m


def _surface(box: Box) -> Pixels:
    return np.zeros((box[3] - box[1], box[2] - box[0], 4), np.uint8)


def _canvas(pixels: Pixels, matrix: skia.Matrix) -> skia.Canvas:
    canvas = skia.Surface(pixels, skia.kRGBA_8888_ColorType).getCanvas()
    canvas.concat(matrix)
    return canvas


def _paint(colour: Rgb, alpha: float = 1.0, stroke: float = 0.0) -> skia.Paint:
    paint = skia.Paint(Color4f=skia.Color4f(*colour, alpha), AntiAlias=True)
    if stroke:
        paint.setStyle(skia.Paint.kStrokeAndFill_Style)
        paint.setStrokeWidth(stroke)
        paint.setStrokeJoin(skia.Paint.kRound_Join)
    return paint


def _draw_ink(pixels: Pixels, matrix: skia.Matrix, path: skia.Path, look: Look, line: int, size: float) -> None:
    canvas = _canvas(pixels, matrix)
    if look.border:
        canvas.drawPath(path, _paint(look.border[0], 1.0, 2 * look.border[1] * size))
    paint = _paint(look.ink(line), 1.0, 0.035 * size if look.technique == "marker" else 0.0)
    if look.texture:
        paint = skia.Paint(Shader=texture(look.texture).shader(4.0, 90 / texture(look.texture).metres), AntiAlias=True)
        bright = mixed(look.ink(line), (1, 1, 1), 0.12)
        paint.setColorFilter(skia.ColorFilters.Blend(skia.Color4f(*bright, 1).toColor(), skia.BlendMode.kModulate))
    canvas.drawPath(path, paint)


def _rubbed(ink: Pixels, seed: int) -> Pixels:
    """Chalk: the grain of the board breaks the stroke."""
    h, w = ink.shape[:2]
    grain = texture("concrete").pixels[..., 0]
    dy, dx = seed % SIDE, seed // SIDE % SIDE
    rows, columns = (np.arange(h) + dy) % SIDE, (np.arange(w) + dx) % SIDE
    cover = np.clip((grain[np.ix_(rows, columns)].astype(np.float32) - 120) / 60, 0.45, 1.0)
    return np.asarray(ink * cover[..., None], np.uint8)


def _draw_under(
    box: Box, matrix: skia.Matrix, paths: list[tuple[skia.Path, int]], look: Look, text: Lettering
) -> Pixels | None:
    if not look.shadow and not look.extrusion:
        return None
    under = _surface(box)
    if look.shadow:
        dx, dy, blur, strength = look.shadow
        canvas = _canvas(under, matrix)
        for path, line in paths:
            moved = skia.Path()
            moved.addPath(path, dx * text.sizes[line], dy * text.sizes[line])
            canvas.drawPath(moved, _paint((0.0, 0.0, 0.0), strength))
        sigma = blur * max(text.sizes)
        if sigma > 0.4:
            under = np.asarray(cv2.GaussianBlur(under, (0, 0), sigma), np.uint8)
    if look.extrusion:
        dx, dy, colour = look.extrusion
        canvas = _canvas(under, matrix)
        for path, line in paths:
            steps = max(2, min(10, int(max(abs(dx), abs(dy)) * text.sizes[line])))
            for k in range(steps, 0, -1):
                moved = skia.Path()
                moved.addPath(path, dx * text.sizes[line] * k / steps, dy * text.sizes[line] * k / steps)
                canvas.drawPath(moved, _paint(shaded(colour, 1 - 0.35 * k / steps)))
    return under
