"""Word crops for training recognisers: one word on its own background, 64 pixels high (a vertical one: wide), with the
quad of every glyph.

Effect families and their shares follow SynthTIGER's horizontal configuration (Yim et al. 2021) as the spec quotes it:
size 40-80, bold 0.5, curve 1 in 5, texture 0.5, border, shadow or extrusion (one in four each), perspective, skew and
rotation, a second text behind ("midground") 0.25, blur and coarse resolution. Grounds are as often bright as dark,
plain, textured, or patched together of parts that differ in colour, as photographs do. Chinese, Japanese and Korean
words may run downwards. Not covered: elastic warps, several blend modes, photographs.
"""

from __future__ import annotations

import functools
import math
import random
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from mmrecipes.canvas.fonts import face, families
from mmrecipes.canvas.scripts import LANGUAGES, script_of
from mmrecipes.render.corpora.texts import capitals, small_letters
from mmrecipes.render.homography import Matrix, project, scale_at, shift, stretch
from mmrecipes.render.scene_text import blend
from mmrecipes.render.scene_text.ink import Box, Look, draw_layer
from mmrecipes.render.scene_text.lettering import Lettering, Type, set_sign
from mmrecipes.render.scene_text.paints import Rgb, hsv, luma, mixed, shaded
from mmrecipes.render.scene_text.signs import ROLES, SignLine, SignText, has_capitals, sign
from mmrecipes.render.scene_text.textures import NAMES, SIDE, texture
from mmrecipes.render.scene_text.writing import BENT, draw_type, word_quad

Pixels = npt.NDArray[np.uint8]
HEIGHT, LONGEST = 64, 640
MIDGROUND = 0.4
"""Contrast of a second word behind the label, as a share of the label's at most: never read in its place."""
_COLUMNS = ("Hani", "Jpan", "Hang")
_BACKGROUNDS = tuple(n for n in NAMES if n not in ("clouds", "grime"))
_TEXTURES = ("wood", "metal", "plaster", "fabric", "concrete")


@dataclass(frozen=True, slots=True)
class WordCrop:
    """A crop (64, W, 3), of a vertical word (H, 64, 3), before the camera's marks, and what is known: `before` is the
    crop without the letters; `h` takes the lettering's pixels to the crop's."""

    pixels: Pixels
    before: Pixels
    text: str
    language: str
    lettering: Lettering
    look: Look
    h: Matrix
    glyph_quads: npt.NDArray[np.float64]
    glyph_texts: tuple[str, ...]
    quad: npt.NDArray[np.float64]
    x_height: float
    behind: str


def random_word(language: str, rng: random.Random) -> str:
    """A word as signs have them: taken from a sign of any kind; now and then a number or a code."""
    if rng.random() < 0.08:
        return rng.choice([str(rng.randint(0, 99999)), f"{rng.choice('ABCDEFGHKLMNPRSTUVWXZ')}{rng.randint(1, 999)}"])
    while True:
        words = [w for line in sign(rng.choice(ROLES), language, rng).lines for w in line.reading.split()]
        word = rng.choice(words)
        if len(word) == 1 and word.upper() != word.lower():  # a unit such as the g of 500 g, an initial
            continue
        if any(c.isalnum() for c in word) and len(word) <= (18 if LANGUAGES[language].script != "Hani" else 10):
            return _recased(word, language, rng)


def _recased(word: str, language: str, rng: random.Random) -> str:
    kind = rng.random()
    if not has_capitals(language):
        return word
    return capitals(word, language) if kind < 0.2 else small_letters(word, language) if kind < 0.4 else word


def may_run_downwards(text: str) -> bool:
    """Whether a word is set in a column as signs have it: ideographs, kana or syllables, two at least."""
    return len(text) > 1 and all(script_of(c) in _COLUMNS or c in "ー々" for c in text)


def draw_word(text: str, language: str, rng: random.Random, *, clean: bool = False,
              vertical: bool = False) -> WordCrop | None:  # fmt: skip
    """A crop of a word; None when it would be longer than `LONGEST` pixels. `clean`: dark on a plain pale ground
    without effects, as a reader's check needs it; `vertical`: its letters stand under each other."""
    line = SignText("word", language, (SignLine(text, 1.0, bold=not clean and rng.random() < 0.5),))
    kind = draw_type(line, rng) if clean or language != "en" else _type(rng)
    size = rng.uniform(40, 80)
    bent = LANGUAGES[language].script in BENT
    bend = (
        0.0
        if clean or vertical or not bent or len(text) < 4 or rng.random() >= 0.2
        else rng.choice([-1, 1]) * rng.uniform(0.2, 0.9)
    )
    long, thick = size * (len(text) + 4) * 1.3, size * 4
    wide, tall = (thick, long) if vertical else (long, thick)
    lettering = set_sign(line, kind, size, wide, tall, bend, vertical=vertical)
    if lettering is None:
        return None
    h, (width, height) = _into_crop(lettering, rng, clean=clean)
    if max(width, height) > LONGEST:
        return None
    ground = (0.94, 0.94, 0.92) if clean else hsv(rng.random(), rng.uniform(0, 0.8), rng.uniform(0.12, 1.0))
    pixels = np.full((height, width, 3), 240, np.uint8) if clean else _background(width, height, ground, rng)
    red, green, blue = (total / (width * height) / 255 for total in cv2.sumElems(pixels)[:3])
    ground = (red, green, blue)
    look = Look("print", ((0.1, 0.1, 0.12),)) if clean else _look(ground, _unrest(pixels), rng)
    behind = "" if clean or rng.random() >= 0.25 else _midground(pixels, ground, look, language, size, rng)
    layer = draw_layer(lettering, look, h, (width, height), rng.getrandbits(18))
    if layer is None:
        return None
    before = _composed(pixels, layer.box, layer.ink, layer.under, look, rng, clean=clean)
    quads = project(lettering.quads, h)
    x_height = float(scale_at(lettering.quads.mean(axis=1), h).min()) * lettering.x_heights[0]
    texts = tuple(g.text for g in lettering.words[0].glyphs)
    return WordCrop(
        pixels, before, text, language, lettering, look, h, quads, texts, word_quad(quads), x_height, behind
    )


def _type(rng: random.Random) -> Type:
    """Any face there is, loose or close."""
    name, italic = rng.choice(families()), rng.random() < 0.15
    tracking = rng.choice([0.0, rng.uniform(-0.02, 0.1)])
    return Type(face(name, bold=rng.random() < 0.3, italic=italic), face(name, bold=True, italic=italic), tracking, 1.2)


def softened(pixels: Pixels, rng: random.Random) -> tuple[Pixels, list[tuple[str, dict[str, float]]]]:
    """The crop out of focus (0.5 to 2 pixels, three in five), enlarged from a coarse one (one in ten), or as it is; and
    what was done to it, named as in the log of `degrade`."""
    way = rng.random()
    if way < 0.6:
        sigma = rng.uniform(0.5, 2.0)
        return np.asarray(cv2.GaussianBlur(pixels, (0, 0), sigma), np.uint8), [("focus", {"sigma": round(sigma, 3)})]
    if way < 0.7:
        (height, width), coarse = pixels.shape[:2], rng.uniform(0.35, 0.6)
        small = (max(8, round(width * coarse)), max(8, round(height * coarse)))
        made = cv2.resize(pixels, small, interpolation=cv2.INTER_AREA)
        large = cv2.resize(made, (width, height), interpolation=cv2.INTER_LINEAR)
        return np.asarray(large, np.uint8), [("coarse", {"scale": round(coarse, 3)})]
    return pixels, []


def _into_crop(lettering: Lettering, rng: random.Random, *, clean: bool) -> tuple[Matrix, tuple[int, int]]:
    """Rotation, skew and perspective of the word, then scaled so that it stands in a crop 64 pixels high, or wide;
    width and height of the crop."""
    points = lettering.quads.reshape(-1, 2)
    low, high = points.min(axis=0), points.max(axis=0)
    h = shift(-(low[0] + high[0]) / 2, -(low[1] + high[1]) / 2)
    if not clean:
        angle = math.radians(rng.choice([0.0, rng.uniform(-4, 4), rng.uniform(-12, 12)])) * min(
            1.0, 4 / len(lettering.words[0].glyphs)
        )
        c, s = math.cos(angle), math.sin(angle)
        skew = math.tan(math.radians(rng.choice([0.0, rng.uniform(-15, 15)])))
        reach = max(high[0] - low[0], high[1] - low[1])
        tilt = np.array([[1, 0, 0], [0, 1, 0], [rng.uniform(-0.45, 0.45) / reach, rng.uniform(-0.3, 0.3) / reach, 1]])
        h = tilt @ np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]]) @ np.array([[1, skew, 0], [0, 1, 0], [0, 0, 1]]) @ h
    flat = project(points, h)
    low, high = flat.min(axis=0), flat.max(axis=0)
    along = int(lettering.direction == "ttb")
    across = 1 - along
    thick = max(high[across] - low[across], 0.72 * lettering.sizes[0])
    pads = [rng.uniform(0.05, 0.22) * thick for _ in range(4)]
    middle = (low[across] + high[across]) / 2
    scale = HEIGHT / (thick + pads[across] + pads[across + 2])
    length = max(24, math.ceil((high[along] - low[along] + pads[along] + pads[along + 2]) * scale))
    moved = [pads[along] - low[along], pads[across] + thick / 2 - middle]
    size = (HEIGHT, length) if along else (length, HEIGHT)
    return stretch(scale) @ shift(*(moved[::-1] if along else moved)) @ h, size


def _background(width: int, height: int, ground: Rgb, rng: random.Random) -> Pixels:
    """A window of a texture in the ground's colour, or patches of several colours, under a slope of light; sometimes
    two grounds that meet."""
    name = rng.choice(_BACKGROUNDS)
    side = rng.uniform(0.4, 1.6)
    w, h = min(SIDE, math.ceil(width * side)), min(SIDE, math.ceil(height * side))
    x, y = rng.randint(0, SIDE - w), rng.randint(0, SIDE - h)
    crop = cv2.resize(texture(name).pixels[y : y + h, x : x + w], (width, height), interpolation=cv2.INTER_LINEAR)
    mean = np.array(cv2.sumElems(crop)[:3], np.float32) / np.float32(width * height)
    curves = (np.arange(256, dtype=np.float32)[:, None] / mean) ** np.float32(rng.uniform(0.3, 1.6))
    surface = np.asarray(cv2.LUT(crop, curves[None]), np.float32)
    across = _ramp(rng.uniform(0.8, 1.15), rng.uniform(0.8, 1.15), width)
    light = across[None] * _ramp(rng.uniform(0.85, 1.1), rng.uniform(0.85, 1.1), height)[:, None]
    colours = _patches(width, height, ground, rng) if rng.random() < 0.45 else np.array(ground, np.float32)
    shade = light[..., None] * colours
    shade *= 255
    made = np.multiply(surface, shade, out=surface)
    if rng.random() < 0.12:
        edge = rng.choice([rng.randint(0, 10), height - rng.randint(0, 10)])
        part = slice(0, edge) if edge < height / 2 else slice(edge, height)
        made[part] *= rng.uniform(0.4, 0.8)
    return np.clip(made, 0, 255, out=made).astype(np.uint8)


def _ramp(first: float, last: float, count: int) -> npt.NDArray[np.float32]:
    """`np.linspace`, in a third of its time for few numbers."""
    values = _counted(count) * ((last - first) / (count - 1)) + first
    values[-1] = last
    return values.astype(np.float32)


@functools.lru_cache(maxsize=1_000)
def _counted(count: int) -> npt.NDArray[np.float64]:
    return np.arange(count, dtype=np.float64)


def _patches(width: int, height: int, ground: Rgb, rng: random.Random) -> npt.NDArray[np.float32]:
    """Fields of colours about the ground's, (height, width, 3): a coarse raster of them, enlarged with hard or soft
    edges, leaning, as what stands in a photograph behind a word."""
    rows, columns = rng.randint(1, 5), rng.randint(2, 3 + width // 30)
    spread = rng.uniform(0.08, 0.3)
    field = np.array(
        [[mixed(ground, hsv(rng.random(), rng.uniform(0, 0.8), rng.random()), spread * rng.uniform(0.3, 2))
          for _ in range(columns)] for _ in range(rows)], np.float32,
    )  # fmt: skip
    how = rng.choice([cv2.INTER_NEAREST, cv2.INTER_LINEAR, cv2.INTER_CUBIC])
    large = cv2.resize(field, (width, height), interpolation=how)
    lean = np.array([[1, rng.uniform(-0.8, 0.8), 0], [rng.uniform(-0.15, 0.15), 1, 0]], np.float32)
    return np.asarray(cv2.warpAffine(large, lean, (width, height), borderMode=cv2.BORDER_REFLECT), np.float32)


def _unrest(pixels: Pixels) -> float:
    """Spread of a ground's brightness (standard deviation, 0..0.5)."""
    return float(cv2.meanStdDev(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY))[1][0, 0]) / 255


def _look(ground: Rgb, unrest: float, rng: random.Random) -> Look:
    """An ink with at least 0.2 of contrast, more where the ground is restless, and at most one of border, shadow,
    extrusion."""
    own = luma(ground)
    least = min(0.2 + 1.5 * unrest, 0.4)
    while True:
        ink = hsv(rng.random(), rng.choice([0.0, rng.uniform(0, 1)]), rng.uniform(0.02, 1.0))
        if abs(luma(ink) - own) >= least:
            break
    border = shadow = extrusion = None
    effect = rng.choices(["none", "border", "shadow", "extrusion"], (1, 1, 1, 1))[0]
    dark = luma(ink) < own
    if effect == "border":
        border = (mixed(ink, (1, 1, 1) if dark else (0, 0, 0), 0.75), rng.uniform(0.02, 0.06))
    elif effect == "shadow":
        shadow = (rng.uniform(-0.07, 0.07), rng.uniform(-0.02, 0.08), rng.uniform(0, 0.04), rng.uniform(0.3, 0.7))
    elif effect == "extrusion":
        extrusion = (rng.uniform(-0.07, 0.07), rng.uniform(-0.03, 0.08), shaded(mixed(ink, ground, 0.45), 0.75))
    kind = rng.choice(_TEXTURES) if rng.random() < 0.5 and luma(ink) > 0.12 else None
    opacity = rng.choice([1.0, rng.uniform(0.6, 1.0)])
    return Look(rng.choice(["paint", "print"]), (ink,), opacity, border, shadow, extrusion, kind, rng.uniform(0, 0.8))


def _midground(pixels: Pixels, ground: Rgb, over: Look, language: str, size: float, rng: random.Random) -> str:
    """A second word behind, fainter on its ground than the label, which has the look `over`, will be; its text."""
    text = random_word(language, rng)
    other = SignText("word", language, (SignLine(text, 1.0, bold=True),))
    lettering = set_sign(other, draw_type(other, rng), size, size * (len(text) + 4) * 1.3, size * 4)
    if lettering is None:
        return ""
    height, width = pixels.shape[:2]
    scale = rng.uniform(0.5, 1.6) * HEIGHT / (size * 1.5)
    place = shift(rng.uniform(-0.6, 0.6) * width, rng.uniform(-0.5, 0.3) * height - size * scale)
    ink = rng.choice([(0.0, 0.0, 0.0), (1.0, 1.0, 1.0), hsv(rng.random(), 0.8, 0.7)])
    label = abs(luma(over.ink(0)) - luma(ground)) * over.opacity
    own = max(abs(a - b) for a, b in zip(ink, ground, strict=True))
    strength = rng.uniform(0.12, 0.45)
    look = Look("print", (ink,), min(strength, MIDGROUND * label / own) if own else strength)
    layer = draw_layer(lettering, look, place @ stretch(scale), (width, height), 0)
    if layer is None:
        return ""
    _composed(pixels, layer.box, layer.ink, None, look, rng, clean=True)
    return text


def _composed(
    pixels: Pixels, box: Box, ink: Pixels, under: Pixels | None, look: Look, rng: random.Random, *, clean: bool
) -> Pixels:
    """Puts the letters into the crop, in place; returns the crop without them (but with what lies under them)."""
    x0, y0, x1, y1 = box
    place = pixels[y0:y1, x0:x1]
    if under is not None:
        blend.put_under(place, under, None)
    before = pixels.copy()
    light = np.ones((1, 1, 1), np.float32)
    if not clean:
        light = _ramp(rng.uniform(0.85, 1.05), rng.uniform(0.85, 1.05), place.shape[1])[None, :, None]
    blend.put_ink(place, blend.Layer(box, ink, None), look, light, None)
    return before
