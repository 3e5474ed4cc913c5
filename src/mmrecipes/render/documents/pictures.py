"""Pictures inside documents: charts of a grid's numbers, photographs and portraits by procedure, marks, signatures,
barcodes and stamps.

Covered: `draw_picture` at the size in pixels of the place it goes to. Not covered: recognisable people or places.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt

from mmrecipes.canvas.fonts import face
from mmrecipes.canvas.surface import Surface
from mmrecipes.canvas.text import shape
from mmrecipes.core.boxes import Point
from mmrecipes.render.documents.looks import Look, mixed
from mmrecipes.render.documents.tree import FigureBlock, Stamp

Pixels = npt.NDArray[np.uint8]


def draw_picture(figure: FigureBlock, width: int, height: int, look: Look) -> Pixels:
    """The (height, width, 3) pixels of a figure. White is where the paper shows."""
    rng = random.Random(figure.seed)
    if figure.picture == "chart":
        return _chart(figure, width, height, look, rng)
    return _MAKERS[figure.picture](width, height, look, rng)


def _chart(figure: FigureBlock, width: int, height: int, look: Look, rng: random.Random) -> Pixels:
    """A plain bar, line or lying-bar chart of two columns: names and numbers."""
    from mmrecipes.render.tables.numbers import printed_number

    grid = figure.grid
    assert grid is not None
    names = [grid.at(r, 0).text for r in range(1, grid.rows)]
    texts = [grid.at(r, 1).text for r in range(1, grid.rows)]
    found = [printed_number(t) for t in texts]
    values = [float(n.value) if n else 0.0 for n in found]
    size = max(11.0, min(width / 38, look.ppi / 72 * look.size * 0.9))
    family = look.family if look.family in _DRAWABLE else "Source Sans Pro"
    surface = Surface(width, height, "#ffffff")
    letters = face(family)
    bare = [t.replace("\u00a0", " ").split(" ")[0] for t in texts]
    if rng.random() < 0.55 or len(names) > 7:
        _lying(surface, names, bare, values, letters, size, look)
    else:
        _standing(surface, names, bare, values, letters, size, look, line=rng.random() < 0.3)
    return surface.pixels()


_DRAWABLE = (
    "Source Sans Pro",
    "Hanken Grotesk",
    "Manrope",
    "DejaVu Sans",
    "Source Serif Pro",
    "Caladea",
    "STIX",
    "DejaVu Serif",
)


def _fit(text: str, letters, size: float, room: float) -> str:  # type: ignore[no-untyped-def]
    """The text, cut with an ellipsis where it is wider than the room."""
    while text and shape(text, letters, size).width > room:
        text = text.rstrip("…")[:-1].rstrip() + "…"
        if text == "…":
            break
    return text


def _lying(
    surface: Surface,
    names: list[str],
    texts: list[str],
    values: list[float],
    letters,
    size: float,  # type: ignore[no-untyped-def]
    look: Look,
) -> None:
    width, height = surface.width, surface.height
    left = min(0.42 * width, max(shape(n, letters, size).width for n in names) + size)
    right = max(shape(t, letters, size).width for t in texts) + 0.8 * size
    low, high = min(0.0, *values), max(0.0, *values)
    scale = (width - left - right) / ((high - low) or 1.0)
    step = (height - size) / len(names)
    size = min(size, step * 0.8)
    zero = left - low * scale
    for i, (name, text, value) in enumerate(zip(names, texts, values, strict=True)):
        y = size / 2 + step * (i + 0.5)
        x0, x1 = sorted((zero, zero + value * scale))
        surface.rect((x0, y - step * 0.32, max(x1, x0 + 1), y + step * 0.32), look.accent)
        surface.text(
            shape(_fit(name, letters, size, left - size * 0.8), letters, size),
            left - size * 0.5,
            y,
            look.ink,
            align="right",
            valign="middle",
        )
        surface.text(shape(text, letters, size), x1 + size * 0.35, y, look.ink, valign="middle")
    surface.line((zero, size / 2), (zero, height - size / 2), look.ink, 1.2)


def _standing(
    surface: Surface,
    names: list[str],
    texts: list[str],
    values: list[float],
    letters,
    size: float,  # type: ignore[no-untyped-def]
    look: Look,
    *,
    line: bool,
) -> None:
    width, height = surface.width, surface.height
    top, bottom, left = size * 1.8, height - size * 2.0, size * 0.6
    low, high = min(0.0, *values), max(0.0, *values)
    scale = (bottom - top) / ((high - low) or 1.0)
    step = (width - 2 * left) / len(names)
    zero = bottom + low * scale
    for k in range(1, 5):
        y = bottom - (bottom - top) * k / 4
        surface.line((left, y), (width - left, y), "#d8d8d8", 1.0)
    points: list[Point] = []
    for i, (name, text, value) in enumerate(zip(names, texts, values, strict=True)):
        x, y = left + step * (i + 0.5), zero - value * scale
        points.append((x, y))
        if not line:
            y0, y1 = sorted((y, zero))
            surface.rect((x - step * 0.3, y0, x + step * 0.3, max(y1, y0 + 1)), look.accent)
        surface.text(
            shape(_fit(text, letters, size, step * 0.98), letters, size),
            x,
            min(y, zero) - size * 0.35,
            look.ink,
            align="centre",
            valign="bottom",
        )
        surface.text(
            shape(_fit(name, letters, size, step * 0.94), letters, size),
            x,
            bottom + size * 0.5,
            look.ink,
            align="centre",
            valign="top",
        )
    if line:
        surface.polyline(points, look.accent, 2.6)
        for p in points:
            surface.circle(p, 4.0, look.accent)
    surface.line((left, zero), (width - left, zero), look.ink, 1.2)


def _noise(height: int, width: int, rng: random.Random, cells: int) -> npt.NDArray[np.float32]:
    """Smooth noise in 0..1 of about `cells` bumps across."""
    source = np.random.default_rng(rng.randrange(2**32))
    total = np.zeros((height, width), np.float32)
    weight = 0.0
    for octave in range(4):
        n = cells * 2**octave
        coarse = source.random((max(2, n * height // max(width, 1) + 2), n + 2), np.float32)
        total += cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC) / 2**octave
        weight += 1 / 2**octave
    return np.clip(total / weight, 0, 1)


def _photo(width: int, height: int, look: Look, rng: random.Random) -> Pixels:
    """A landscape: sky, ranges of hills one behind the other, houses; often grey, as newspapers print it."""
    scale = min(1.0, 320 / width)
    pixels = _landscape(max(2, round(width * scale)), max(2, round(height * scale)), rng)
    pixels = np.asarray(cv2.resize(pixels, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)
    if look.paper == "tabloid" or rng.random() < 0.3:
        pixels = np.asarray(cv2.cvtColor(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB), np.uint8)
    return pixels


def _landscape(width: int, height: int, rng: random.Random) -> Pixels:
    top, low = rng.choice(
        (((120, 165, 215), (235, 225, 210)), ((90, 110, 150), (230, 170, 120)), ((150, 160, 170), (225, 228, 230)))
    )
    ramp = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    sky = np.array(top, np.float32) * (1 - ramp) + np.array(low, np.float32) * ramp
    picture = np.repeat(sky, width, axis=1)
    clouds = _noise(height, width, rng, 4)[:, :, None]
    picture += np.clip(clouds - 0.55, 0, 1) * 160
    columns = np.arange(width)
    for n in range(rng.randint(3, 5)):
        base = height * (0.42 + 0.13 * n)
        ridge = base - height * 0.2 / (n + 1) * (_noise(2, width, rng, 2 + 2 * n)[0] * 1.6 - 0.5)
        mask = np.arange(height)[:, None] >= ridge[columns][None, :]
        depth = 1 - n / 6
        colour = np.array((70, 95, 70), np.float32) * (1 - depth) + np.array((140, 155, 165), np.float32) * depth * 0.8
        grain = (_noise(height, width, rng, 24) - 0.5)[:, :, None] * (20 + 14 * n)
        picture = np.where(mask[:, :, None], colour + grain, picture)
    if rng.random() < 0.6:
        picture = _houses(np.asarray(picture, np.float32), rng)
    fine = np.random.default_rng(rng.randrange(2**32)).normal(0, 4, (height, width, 1))
    return np.clip(picture + fine, 0, 255).astype(np.uint8)


def _houses(picture: npt.NDArray[np.float32], rng: random.Random) -> npt.NDArray[np.float32]:
    """A row of houses with roofs and windows in the foreground."""
    height, width = picture.shape[:2]
    out = np.ascontiguousarray(np.clip(picture, 0, 255).astype(np.uint8))
    x = rng.randint(0, width // 6)
    while x < width * 0.95:
        w, h = rng.randint(width // 14, width // 7), rng.randint(height // 8, height // 4)
        ground = int(height * rng.uniform(0.86, 0.94))
        wall = rng.choice(((205, 195, 180), (180, 140, 115), (225, 220, 210), (150, 120, 105), (190, 190, 195)))
        roof = rng.choice(((120, 60, 50), (80, 75, 78), (140, 85, 60)))
        cv2.rectangle(out, (x, ground - h), (x + w, ground), wall, -1)
        peak = np.array(
            [[x - 3, ground - h], [x + w + 3, ground - h], [x + w // 2, ground - h - int(h * rng.uniform(0.35, 0.7))]]
        )
        cv2.fillPoly(out, [peak.astype(np.int32)], roof, cv2.LINE_AA)
        for cx in range(x + w // 6, x + w - w // 6, max(6, w // 4)):
            for cy in range(ground - h + h // 6, ground - h // 4, max(8, h // 3)):
                cv2.rectangle(out, (cx, cy), (cx + w // 9, cy + h // 7), (70, 80, 95), -1)
        cv2.rectangle(out, (x, ground), (x + w, min(height, ground + 3)), (70, 80, 60), -1)
        x += w + rng.randint(2, max(3, width // 9))
    return out.astype(np.float32)


def _portrait(width: int, height: int, look: Look, rng: random.Random) -> Pixels:
    """Head and shoulders before a plain ground, softly shaded."""
    surface = Surface(width * 2, height * 2, rng.choice(("#dfe4ea", "#e9e5dd", "#cfd8df", "#e4e4e4")))
    w, h = surface.width, surface.height
    skin = rng.choice(("#e8c4a8", "#d9a987", "#b98560", "#8d5a3c", "#f0d5c0", "#6e452f"))
    hair = rng.choice(("#2a1d16", "#4a3426", "#8a6a42", "#171717", "#8d8d8d", "#b58a55"))
    cloth = rng.choice(("#2c3e5a", "#5a2f3a", "#3c4a3e", "#444444", "#7c7f86", "#8a4b2f"))
    cx, head = w / 2, h * 0.4
    rx, ry = w * rng.uniform(0.19, 0.22), h * rng.uniform(0.2, 0.23)
    long = rng.random() < 0.5
    surface.polygon(_oval(cx, head - ry * 0.12, rx * 1.2, ry * 1.2), hair)
    if long:
        surface.rect((cx - rx * 1.2, head, cx + rx * 1.2, head + ry * rng.uniform(1.2, 1.9)), hair, radius=rx * 0.3)
    surface.polygon(_oval(cx, h * 1.02, w * rng.uniform(0.4, 0.46), h * 0.32), cloth)
    surface.rect(
        (cx - rx * 0.42, head + ry * 0.6, cx + rx * 0.42, h * 0.74), mixed(skin, "#000000", 0.12), radius=rx * 0.2
    )
    surface.polygon(_oval(cx, head + ry * 0.05, rx, ry), skin)
    fringe = [
        (cx + rx * 1.05 * math.cos(a), head - ry * 0.25 - ry * 0.9 * max(0.0, math.sin(a)) ** 0.6)
        for a in np.linspace(0, math.pi, 24)
    ]
    dip = rng.uniform(0.25, 0.5)
    fringe += [(cx - rx * 0.6, head - ry * dip), (cx + rx * rng.uniform(-0.2, 0.4), head - ry * (dip + 0.12))]
    surface.polygon(fringe, hair)
    for side in (-1, 1):
        ex, ey = cx + side * rx * 0.4, head + ry * 0.02
        surface.polygon(_oval(ex, ey, rx * 0.13, ry * 0.06), "#f8f8f8")
        surface.circle((ex, ey), rx * 0.065, "#2b2320")
        surface.line((ex - rx * 0.18, ey - ry * 0.15), (ex + rx * 0.18, ey - ry * 0.17), hair, max(2.0, rx * 0.06))
    shade = mixed(skin, "#000000", 0.25)
    surface.polyline(
        [(cx, head + ry * 0.1), (cx - rx * 0.1, head + ry * 0.36), (cx + rx * 0.05, head + ry * 0.38)],
        shade,
        max(1.5, rx * 0.04),
    )
    surface.polyline(
        [(cx - rx * 0.28, head + ry * 0.6), (cx, head + ry * 0.65), (cx + rx * 0.28, head + ry * 0.59)],
        "#8d4a44",
        max(2.0, rx * 0.07),
    )
    if rng.random() < 0.3:
        for side in (-1, 1):
            surface.circle((cx + side * rx * 0.4, head + ry * 0.03), rx * 0.27, None, "#222222", max(1.5, rx * 0.04))
    pixels = cv2.GaussianBlur(surface.pixels(), (0, 0), max(1.0, w / 130))
    light = 0.86 + 0.22 * (1 - np.linspace(0, 1, w, dtype=np.float32))[None, :, None]
    pixels = np.clip(pixels * light, 0, 255).astype(np.uint8)
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def _oval(x: float, y: float, rx: float, ry: float) -> list[Point]:
    return [(x + rx * math.cos(a), y + ry * math.sin(a)) for a in np.linspace(0, 2 * math.pi, 48, endpoint=False)]


def _mark(width: int, height: int, look: Look, rng: random.Random) -> Pixels:
    """The mark of a firm: a few plain shapes in its colour."""
    surface = Surface(width, height, "#ffffff")
    s = min(width, height)
    x, y, r = width / 2, height / 2, s * 0.46
    other = mixed(look.accent, "#ffffff", rng.uniform(0.35, 0.6))
    form = rng.randrange(6)
    if form == 0:
        surface.circle((x, y), r, look.accent)
        surface.circle((x + r * 0.3, y), r * 0.55, "#ffffff")
    elif form == 1:
        for k in range(3):
            top = y - r + k * r * 0.72
            surface.rect((x - r, top, x + r - k * r * 0.4, top + r * 0.46), look.accent if k != 1 else other)
    elif form == 2:
        turn = rng.uniform(0, math.pi)
        n = rng.choice((5, 6, 8))
        for k in range(n):
            a = turn + 2 * math.pi * k / n
            surface.circle(
                (x + r * 0.62 * math.cos(a), y + r * 0.62 * math.sin(a)), r * 0.34, other if k % 2 else look.accent
            )
    elif form == 3:
        surface.polygon([(x, y - r), (x + r, y + r * 0.8), (x - r, y + r * 0.8)], look.accent)
        surface.polygon([(x, y - r * 0.1), (x + r * 0.5, y + r * 0.8), (x - r * 0.5, y + r * 0.8)], "#ffffff")
    elif form == 4:
        surface.rect((x - r, y - r, x + r, y + r), look.accent, radius=r * rng.uniform(0.1, 0.5))
        surface.polygon(
            [
                (x - r * 0.5, y + r * 0.5),
                (x - r * 0.1, y - r * 0.5),
                (x + r * 0.15, y + r * 0.1),
                (x + r * 0.35, y - r * 0.25),
                (x + r * 0.6, y + r * 0.5),
            ],
            "#ffffff",
        )
    else:
        for k in range(4):
            surface.circle((x, y), r * (1 - 0.25 * k), look.accent if k % 2 == 0 else "#ffffff")
    return surface.pixels()


def _signature(width: int, height: int, look: Look, rng: random.Random) -> Pixels:
    """A quick scrawl: loops that run to the right and flatten."""
    surface = Surface(width * 2, height * 2, "#ffffff")
    w, h = surface.width, surface.height
    ink = rng.choice(("#16225e", "#1d2a7a", "#1a1a1a", "#0f2f6b"))
    span = w * rng.uniform(0.55, 0.8)
    phases = [rng.uniform(0, 6.3) for _ in range(4)]
    loops = rng.uniform(4.5, 8)
    points: list[Point] = []
    for t in np.linspace(0, 1, 260):
        size = (1 - 0.75 * t) * (0.75 + 0.25 * math.sin(9 * t + phases[0]))
        a = 2 * math.pi * loops * t
        x = w * 0.06 + span * t + h * 0.16 * size * math.sin(a + phases[1])
        y = h * 0.55 - h * 0.34 * size * math.cos(a) * (0.6 + 0.4 * math.sin(5 * t + phases[2])) - h * 0.06 * t
        points.append((x, min(max(y, h * 0.06), h * 0.94)))
    surface.polyline(points, ink, max(2.2, h / 34))
    if rng.random() < 0.6:
        y = h * rng.uniform(0.62, 0.8)
        surface.polyline(
            [(w * 0.04, y + h * 0.05), (w * 0.4, y - h * 0.03), (w * 0.06 + span * 1.05, y - h * 0.1)],
            ink,
            max(1.8, h / 44),
        )
    return np.asarray(cv2.resize(surface.pixels(), (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def _barcode(width: int, height: int, look: Look, rng: random.Random) -> Pixels:
    pixels = np.full((height, width, 3), 255, np.uint8)
    unit = max(1, width // 110)
    x = 4 * unit
    while x < width - 6 * unit:
        w = rng.choice((1, 1, 2, 3)) * unit
        pixels[:, x : x + w] = 0
        x += w + rng.choice((1, 1, 2, 3)) * unit
    return pixels


_MAKERS: dict[str, Callable[[int, int, Look, random.Random], Pixels]] = {
    "photo": _photo,
    "portrait": _portrait,
    "mark": _mark,
    "signature": _signature,
    "barcode": _barcode,
}


def draw_stamp(stamp: Stamp, side: float, rng: random.Random) -> tuple[Pixels, npt.NDArray[np.float64]]:
    """A rubber stamp on white about `side` pixels wide, turned a little and worn; quads of its lines (N, 4, 2)."""
    colour = rng.choice(("#b3202a", "#1f3f9c", "#b3202a", "#2a2a6a", "#1d6b3a"))
    letters = face("Source Sans Pro", bold=True)
    lines = [line for text in stamp.lines for line in _stamp_lines(text, stamp.shape)]
    size = side / 5.2 if stamp.shape == "box" else side / 8.5
    runs = [
        shape(line, letters, size * (1.0 if i == 0 or stamp.shape == "circle" else 0.6)) for i, line in enumerate(lines)
    ]
    inner = max(r.width for r in runs)
    high = sum(r.size * 1.15 for r in runs)
    w = int(inner + size * 1.4) if stamp.shape == "box" else int(max(inner, high) * 1.35 + size)
    h = int(high + size) if stamp.shape == "box" else w
    diagonal = int(math.hypot(w, h)) + 4
    surface = Surface(diagonal, diagonal, "#ffffff")
    c, angle = diagonal / 2, rng.uniform(-12, 12)
    surface.raw.rotate(angle, c, c)
    line = max(2.0, side / 60)
    if stamp.shape == "box":
        surface.rect(
            (c - w / 2 + line, c - h / 2 + line, c + w / 2 - line, c + h / 2 - line),
            None,
            colour,
            line * 1.4,
            radius=size * 0.2,
        )
    else:
        surface.circle((c, c), w / 2 - line, None, colour, line)
        surface.circle((c, c), w / 2 - 3.4 * line, None, colour, line * 0.6)
    y, quads = c - high / 2, []
    for run in runs:
        quads.append(surface.text(run, c, y + run.size * 0.95, colour, align="centre"))
        y += run.size * 1.15
    theta = math.radians(angle)
    turn = np.array([[math.cos(theta), math.sin(theta)], [-math.sin(theta), math.cos(theta)]])
    turned = (np.array(quads, np.float64) - c) @ turn + c
    pixels = surface.pixels().astype(np.float32)
    wear = np.clip((_noise(diagonal, diagonal, rng, 9) - 0.3) * 3.0, 0.45, 1)[:, :, None]
    return np.asarray(255 - (255 - pixels) * wear, np.uint8), turned


def _stamp_lines(text: str, form: str) -> list[str]:
    """A stamp's text in lines of at most 14 characters (box: as it stands)."""
    if form == "box" or len(text) <= 14:
        return [text]
    lines, line = [], ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > 14:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return [*lines, line]
