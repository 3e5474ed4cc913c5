"""A formula as if written by hand.

The layout is that of the print; every glyph is written anew: letters and digits in a handwriting typeface (four, SIL
OFL), signs and Greek letters as strokes of a pen (`strokes`), everything with its own jitter of place, size and slant,
rules as wavering lines. Then one displacement field moves ink and boxes alike: an elastic part (Simard et al. 2003;
spec: alpha 2-6, sigma 4-8 px) and the drift of the baseline. Ink has uneven opacity (0.6-1), paper a grain, tint and
ruling. What is drawn is a person's hand only as far as these faces are; joined-up writing is not covered. Bold,
blackboard and calligraphic letters are not covered: a pen writes them like plain ones (see `can_write`).
"""

from __future__ import annotations

import functools
import importlib.util
import random
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import skia

from mmrecipes.core.boxes import Box, quad_of, union
from mmrecipes.core.errors import FontError
from mmrecipes.render.formulas.alphabet import symbols_of
from mmrecipes.render.formulas.draw import DrawnFormula
from mmrecipes.render.formulas.layout import Layout, Sym, walk
from mmrecipes.render.formulas.strokes import strokes
from mmrecipes.render.formulas.symbols import of_kind

Floats = npt.NDArray[np.float32]

HANDS = {
    "Caveat": ("fontpkg_caveat", "Caveat[wght].ttf"), "Kalam": ("fontpkg_kalam", "Kalam-Light.ttf"),
    "Indie Flower": ("fontpkg_indie_flower", "IndieFlower-Regular.ttf"),
    "Shadows Into Light": ("fontpkg_shadows_into_light", "ShadowsIntoLight.ttf"),
}  # fmt: skip
"""Handwriting typefaces: the package and the file in it."""

_UNWRITTEN = of_kind("set", "script", "bold")

_INKS = ((20, 22, 30), (24, 38, 120), (16, 50, 140), (60, 60, 66), (120, 24, 30), (8, 60, 50))
_PAPERS = ((252, 251, 247), (247, 243, 230), (240, 244, 248), (255, 255, 255), (243, 238, 222))
_RULING = (150, 180, 220)


@dataclass(frozen=True, slots=True)
class Written:
    """`pixels` (H, W, 3) RGB; `quads` (N, 4, 2), one per token of the print; the choices."""

    pixels: npt.NDArray[np.uint8]
    quads: npt.NDArray[np.float64]
    style: dict[str, object]


@functools.cache
def typeface(name: str) -> skia.Typeface:
    """A handwriting face. Raises `FontError` naming the package."""
    package, file = HANDS[name]
    spec = importlib.util.find_spec(package)
    found = Path(spec.origin).parent.rglob(file.replace("[", "[[]")) if spec and spec.origin else iter(())
    path = next(found, None)
    if path is None:
        raise FontError(f"the handwriting face {name} is missing: `pip install {package.replace('_', '-')}`")
    return skia.FontMgr.New_Custom_Empty().makeFromData(skia.Data.MakeWithCopy(path.read_bytes()))


def can_write(layout: Layout) -> bool:
    """Whether a pen tells every symbol of a formula from every other: letters are plain."""
    return not any(isinstance(part, Sym) and part.tex in _UNWRITTEN for part in walk(layout))


def write(drawn: DrawnFormula, rng: random.Random) -> Written:
    """Write a printed formula by hand. Raises `FontError` for what no hand writes (see `can_write`)."""
    em = drawn.em
    height, width = drawn.pixels.shape[:2]
    hand = rng.choice(sorted(HANDS))
    pen = max(1.4, em * rng.uniform(0.045, 0.07) + rng.uniform(-1, 1) * 0.5)
    ink, boxes = _Pen(hand, pen, em, rng, width, height).all(drawn)
    alpha, sigma = rng.uniform(2, 6), rng.uniform(4, 8)
    field = _field(width, height, alpha, sigma, em, rng)
    quads = np.array([quad_of(b) for b in boxes], np.float64)
    colour, paper = rng.choice(_INKS), rng.choice(_PAPERS)
    ruling = rng.choice(("plain", "plain", "lines", "grid"))
    page = _paper(width, height, paper, ruling, em, rng)
    pixels = _inked(page, _moved(ink, field), colour, rng)
    style: dict[str, object] = {"hand": hand, "pen": round(pen, 2), "alpha": round(alpha, 2), "sigma": round(sigma, 2),
                                "ink": list(colour), "paper": list(paper), "ruling": ruling}  # fmt: skip
    return Written(pixels, carried(quads, field), style)


class _Pen:
    """Draws glyph after glyph on one layer of ink, 0..255."""

    def __init__(self, hand: str, pen: float, em: float, rng: random.Random, width: int, height: int) -> None:
        self.face = typeface(hand)
        self.pen, self.em, self.rng = pen, em, rng
        self.ink = np.zeros((height, width), np.uint8)
        self.surface = skia.Surface(self.ink, skia.kGray_8_ColorType)
        self.canvas = self.surface.getCanvas()
        self.font = skia.Font(self.face, 100)
        self.slant = rng.uniform(-0.06, 0.12)

    def all(self, drawn: DrawnFormula) -> tuple[npt.NDArray[np.uint8], list[Box]]:
        """The layer of ink, and the box of every token's ink."""
        boxes: dict[int, Box] = {}
        for symbol in symbols_of(drawn):
            made = self.glyph(symbol.char, symbol.box)
            boxes[symbol.id] = union(boxes[symbol.id], made) if symbol.id in boxes else made
        for rule in drawn.rules:
            made = self.rule(rule.box)
            boxes[rule.id] = union(boxes[rule.id], made) if rule.id in boxes else made
        self.surface.flushAndSubmit()
        return self.ink, [boxes[i] for i in range(1, len(drawn.tokens) + 1)]

    def glyph(self, char: str, box: Box) -> Box:
        jitter = 0.02 * self.em
        dx, dy = self.rng.gauss(0, jitter), self.rng.gauss(0, jitter)
        lines = strokes(char)
        if lines:
            path = self._stroked(lines, box)
            thick = self.pen * (1.5 if len(lines[0]) == 1 else 1.0)
            return self._draw(path, dx, dy, thick, outline=True)
        path = self._lettered(char, box)
        return self._draw(path, dx, dy, self.pen * 0.25, outline=False)

    def rule(self, box: Box) -> Box:
        """A bar: a line that wavers a little and may be tilted or too long."""
        x0, y0, x1, y1 = box
        y, long = (y0 + y1) / 2, 0.06 * self.em
        tilt = self.rng.gauss(0, 0.012) * (x1 - x0)
        count = max(3, int((x1 - x0) / (0.8 * self.em)))
        path = skia.Path()
        for i in range(count + 1):
            t = i / count
            x = x0 + self.rng.uniform(-long, 0) * (i == 0) + t * (x1 - x0) + self.rng.uniform(0, long) * (i == count)
            point = (x, y + tilt * (t - 0.5) + self.rng.gauss(0, 0.012 * self.em))
            (path.lineTo if i else path.moveTo)(*point)
        return self._draw(path, 0, 0, self.pen, outline=True)

    def _stroked(self, lines: tuple[tuple[tuple[float, float], ...], ...], box: Box) -> skia.Path:
        """Strokes stretched over a box, each end and corner a little off."""
        x0, y0, x1, y1 = box
        path = skia.Path()
        wobble = 0.035
        for line in lines:
            off = [(self.rng.gauss(0, wobble), self.rng.gauss(0, wobble)) for _ in range(2)]
            for i, (u, v) in enumerate(line):
                t = i / max(1, len(line) - 1)
                u += off[0][0] * (1 - t) + off[1][0] * t
                v += off[0][1] * (1 - t) + off[1][1] * t
                point = (x0 + u * (x1 - x0), y0 + v * (y1 - y0))
                (path.lineTo if i else path.moveTo)(*point)
            if len(line) == 1:
                path.rLineTo(0.01, 0)
        return path

    def _lettered(self, char: str, box: Box) -> skia.Path:
        """A letter of the hand, as high as the printed one and not much wider."""
        glyph = self.face.unicharToGlyph(ord(char))
        path = self.font.getPath(glyph) if glyph else None
        if path is None or path.isEmpty():
            raise FontError(f"no hand writes {char!r}")
        bounds = path.getBounds()
        x0, y0, x1, y1 = box
        scale = (y1 - y0) / max(bounds.height(), 1e-6) * self.rng.uniform(0.94, 1.1)
        scale = min(scale, 1.3 * (x1 - x0) / max(bounds.width(), 1e-6))
        matrix = skia.Matrix()
        matrix.setTranslate(-bounds.centerX(), -bounds.bottom())
        matrix.postSkew(-self.slant + self.rng.gauss(0, 0.03), 0)
        matrix.postScale(scale, scale)
        matrix.postRotate(self.rng.gauss(0, 2.0))
        matrix.postTranslate((x0 + x1) / 2, y1)
        path.transform(matrix)
        return path

    def _draw(self, path: skia.Path, dx: float, dy: float, width: float, *, outline: bool) -> Box:
        path.offset(dx, dy)
        style = skia.Paint.kStroke_Style if outline else skia.Paint.kStrokeAndFill_Style
        paint = skia.Paint(AntiAlias=True, Color=skia.ColorWHITE, StrokeWidth=width, Style=style,
                           StrokeCap=skia.Paint.kRound_Cap, StrokeJoin=skia.Paint.kRound_Join)  # fmt: skip
        self.canvas.drawPath(path, paint)
        b, half = path.computeTightBounds(), width / 2
        return (b.left() - half, b.top() - half, b.right() + half, b.bottom() + half)


def _field(width: int, height: int, alpha: float, sigma: float, em: float, rng: random.Random) -> Floats:
    """Displacements (H, W, 2) in pixels: smooth noise whose largest part is about alpha / 2, and a slow drift."""
    noise = np.random.default_rng(rng.getrandbits(32))
    small = (max(2, round(height / sigma)), max(2, round(width / sigma)))
    parts = [cv2.resize(noise.normal(0, 1, small).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
             for _ in "xy"]  # fmt: skip
    field = np.stack(parts, axis=2) * np.float32(alpha / 8)
    x = np.linspace(0, 1, width, dtype=np.float32)
    wave = np.sin(2 * np.pi * (x * width / (em * rng.uniform(8, 16)) + rng.random()))
    drift = wave * em * rng.uniform(0.02, 0.08) + (x - 0.5) * em * rng.uniform(-0.2, 0.2)
    field[:, :, 1] += drift[None, :].astype(np.float32)
    return field


def _moved(ink: npt.NDArray[np.uint8], field: Floats) -> npt.NDArray[np.uint8]:
    """Ink displaced by a field: what was at p + d(p) comes to p."""
    height, width = ink.shape
    xs, ys = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    return np.asarray(cv2.remap(ink, xs + field[:, :, 0], ys + field[:, :, 1], cv2.INTER_LINEAR), np.uint8)


def carried(quads: npt.NDArray[np.float64], field: Floats) -> npt.NDArray[np.float64]:
    """Where the field takes points: p with p + d(p) = q, by fixed-point iteration; the same inside the picture."""
    height, width = field.shape[:2]
    points = quads.reshape(-1, 2)
    moved = points.copy()
    for _ in range(5):
        x = np.clip(moved[:, 0] - 0.5, 0, width - 1).astype(np.float32)
        y = np.clip(moved[:, 1] - 0.5, 0, height - 1).astype(np.float32)
        shift = cv2.remap(field, x[None], y[None], cv2.INTER_LINEAR)[0]
        moved = points - shift
    return np.clip(moved, 0, (width, height)).reshape(quads.shape)


def _paper(width: int, height: int, tint: tuple[int, int, int], ruling: str, em: float, rng: random.Random) -> Floats:
    """Paper (H, W, 3), 0..255: tint, grain of two sizes, lines or squares."""
    noise = np.random.default_rng(rng.getrandbits(32))
    grain = noise.normal(0, 1, (height, width)).astype(np.float32)
    coarse = cv2.resize(noise.normal(0, 1, (height // 6 + 2, width // 6 + 2)).astype(np.float32), (width, height))
    page = np.empty((height, width, 3), np.float32)
    page[:] = tint
    gap = em * rng.uniform(0.7, 1.5)
    starts = (
        []
        if ruling == "plain"
        else [(0, rng.uniform(0, gap))] + ([(1, rng.uniform(0, gap))] if ruling == "grid" else [])
    )
    for axis, start in starts:
        at = np.arange(start, (height, width)[axis] - 1, gap).astype(int)
        lines = (at, slice(None)) if axis == 0 else (slice(None), at)
        page[lines] = 0.45 * page[lines] + 0.55 * np.array(_RULING, np.float32)
    return np.asarray(page + (1.6 * grain + 1.8 * coarse)[:, :, None], np.float32)


def _inked(
    page: Floats, ink: npt.NDArray[np.uint8], colour: tuple[int, int, int], rng: random.Random
) -> npt.NDArray[np.uint8]:
    """Ink on paper; its opacity wanders between about 0.6 and 1."""
    height, width = ink.shape
    noise = np.random.default_rng(rng.getrandbits(32))
    patches = cv2.resize(noise.uniform(0, 1, (height // 24 + 2, width // 24 + 2)).astype(np.float32), (width, height))
    opacity = np.clip(rng.uniform(0.62, 0.85) + 0.35 * patches, 0.6, 1.0)
    cover = (ink.astype(np.float32) / 255 * opacity)[:, :, None]
    return (page * (1 - cover) + np.array(colour, np.float32) * cover).clip(0, 255).astype(np.uint8)
