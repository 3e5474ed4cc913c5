"""Rendered "benchmark" pictures, twenty ways in which copies of them turn up, and pictures that only look alike.

Used by the tests and by `benchmarks/decontaminate.py`. Pictures are invented scenes, bar charts and tables, drawn with
other code than the one under test looks at them with.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt
from PIL import Image as Pil
from PIL import ImageDraw, ImageEnhance, ImageFont, ImageOps

from mmrecipes.world import draw
from mmrecipes.world.scene import Scene, invent

Picture = Pil.Image
WORDS = (
    "harbour", "orchard", "granite", "velvet", "lantern", "meadow", "copper", "thistle", "glacier", "willow", "ember",
    "saddle", "parsley", "quartz", "marble", "falcon", "cinder", "juniper", "walnut", "bramble",
)  # fmt: skip


def scene(seed: int) -> Picture:
    return Pil.fromarray(draw.render(_scene(seed)).pixels)


def _scene(seed: int) -> Scene:
    return invent(seed, size=(480, 360), objects=(4, 8))


def photograph(seed: int) -> bytes:
    """A scene of 640x480 pixels as JPEG."""
    out = io.BytesIO()
    Pil.fromarray(draw.render(invent(seed, size=(640, 480), objects=(4, 8))).pixels).save(out, "JPEG", quality=90)
    return out.getvalue()


def scene_with_a_moved_object(seed: int) -> Picture:
    """The same stage; the largest object that stands on the ground is elsewhere."""
    first = _scene(seed)
    drawn = draw.render(first)
    largest = max(first.objects, key=lambda o: int(drawn.visible[o.id].sum()))
    x = largest.x + (0.3 if largest.x < 240 else -0.3) * 480
    return Pil.fromarray(draw.render(first.move(largest.id, x, largest.foot)).pixels)


def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def chart(seed: int, numbers: int = 0) -> Picture:
    """A bar chart; another of `numbers` gives the same template with other values."""
    rng, values = random.Random(f"chart{seed}"), random.Random(f"values{seed}.{numbers}")
    wide, high = rng.choice([(560, 400), (640, 420), (480, 480)])
    im = Pil.new("RGB", (wide, high), rng.choice(["white", "#f7f7f2", "#eef2f7"]))
    pen = ImageDraw.Draw(im)
    colours = [tuple(rng.randrange(30, 210) for _ in range(3)) for _ in range(2)]
    pen.text((60, 14), f"{rng.choice(WORDS).title()} and {rng.choice(WORDS)} by {rng.choice(WORDS)}", "black", font(19))
    count = rng.randint(4, 8)
    pen.line([(56, 50), (56, high - 50), (wide - 20, high - 50)], "black", 2)
    step = (wide - 90) / count
    for line in range(1, 5):
        y = high - 50 - line * (high - 110) / 4
        pen.line([(56, y), (wide - 20, y)], "#cccccc")
        pen.text((22, y - 8), f"{line * 25}", "#333333", font(13))
    for bar in range(count):
        value = values.randint(12, 98)
        x, top = 66 + bar * step, high - 50 - value / 100 * (high - 110)
        pen.rectangle([x, top, x + step * 0.66, high - 51], colours[bar % 2])
        pen.text((x + 4, top - 17), str(value), "black", font(13))
        pen.text((x, high - 44), rng.choice(WORDS)[:7], "black", font(12))
    return im


def table(seed: int, numbers: int = 0) -> Picture:
    """A table; another of `numbers` gives the same rows with other values."""
    rng, values = random.Random(f"table{seed}"), random.Random(f"cells{seed}.{numbers}")
    rows, columns = rng.randint(6, 11), rng.randint(3, 5)
    im = Pil.new("RGB", (90 + columns * 105, 40 + rows * 30), "white")
    pen = ImageDraw.Draw(im)
    for row in range(rows):
        if row % 2:
            pen.rectangle(
                [8, 14 + row * 30, im.width - 9, 43 + row * 30], rng.choice(["#f0f0f0", "#f0f0f0", "#eef4ff"])
            )
        pen.text((14, 20 + row * 30), rng.choice(WORDS), "black", font(15))
        for column in range(columns):
            text = rng.choice(WORDS)[:9] if row == 0 else f"{values.randint(100, 99999):,}"
            pen.text((110 + column * 105, 20 + row * 30), text, "black", font(15))
        pen.line([(8, 14 + row * 30), (im.width - 9, 14 + row * 30)], "#888888")
    return im


def benchmark_picture(number: int) -> Picture:
    """Two of four are scenes, one a chart, one a table."""
    kind = number % 4
    return scene(number) if kind < 2 else chart(number) if kind == 2 else table(number)


def look_alike(number: int) -> Picture:
    """The same kind of picture with other content: an object elsewhere, other numbers in the same template."""
    kind = number % 4
    if kind < 2:
        return scene_with_a_moved_object(number)
    return chart(number, 1) if kind == 2 else table(number, 1)


def _jpeg(im: Picture, quality: int) -> Picture:
    out = io.BytesIO()
    im.convert("RGB").save(out, "JPEG", quality=quality)
    return Pil.open(io.BytesIO(out.getvalue())).convert("RGB")


def _webp(im: Picture, quality: int) -> Picture:
    out = io.BytesIO()
    im.save(out, "WEBP", quality=quality)
    return Pil.open(io.BytesIO(out.getvalue())).convert("RGB")


def _scaled(im: Picture, across: float, down: float | None = None) -> Picture:
    return im.resize((round(im.width * across), round(im.height * (down or across))), Pil.Resampling.BICUBIC)


def _cropped(im: Picture, share: float, rng: random.Random) -> Picture:
    """Without `share` of the width and of the height."""
    left, top = rng.uniform(0, share) * im.width, rng.uniform(0, share) * im.height
    return im.crop(
        (round(left), round(top), round(left + im.width * (1 - share)), round(top + im.height * (1 - share)))
    )


def _bordered(im: Picture, colour: str, share: float) -> Picture:
    return ImageOps.expand(im, round(share * im.width), colour)


def _captioned(im: Picture, rng: random.Random) -> Picture:
    copy = im.copy()
    text = f"{rng.choice(WORDS)} {rng.choice(WORDS)} {rng.randint(2000, 2030)}"
    place = (rng.uniform(0.03, 0.4) * im.width, rng.uniform(0.05, 0.85) * im.height)
    ImageDraw.Draw(copy).text(place, text, "yellow", font(26), stroke_width=2, stroke_fill="black")
    return copy


def _screenshot(im: Picture) -> Picture:
    frame = Pil.new("RGB", (im.width + 240, im.height + 170), "#e6e8ec")
    pen = ImageDraw.Draw(frame)
    pen.rectangle([0, 0, frame.width, 60], "#3a4a63")
    pen.text((20, 18), "gallery.example — viewer", "white", font(22))
    for line in range(9):
        pen.rectangle([im.width + 60, 90 + line * 34, im.width + 210 - line % 3 * 30, 104 + line * 34], "#b8bcc6")
    frame.paste(im, (36, 86))
    return frame


def _collage(im: Picture, rng: random.Random) -> Picture:
    sheet = Pil.new("RGB", (im.width * 2 + 8, im.height * 2 + 8), "white")
    tiles = [im, *(scene(900_000 + rng.randrange(40)).resize(im.size) for _ in range(3))]
    rng.shuffle(tiles)
    for at, tile in enumerate(tiles):
        sheet.paste(tile, (at % 2 * (im.width + 8), at // 2 * (im.height + 8)))
    return sheet


Transform = Callable[[Picture, random.Random], Picture]
TRANSFORMS: Mapping[str, Transform] = {
    "as it is": lambda im, rng: im,
    "JPEG 40": lambda im, rng: _jpeg(im, 40),
    "JPEG 75": lambda im, rng: _jpeg(im, 75),
    "WebP 50": lambda im, rng: _webp(im, 50),
    "half size": lambda im, rng: _scaled(im, 0.5),
    "1.6 times the size": lambda im, rng: _scaled(im, 1.6),
    "stretched by 1.15": lambda im, rng: _scaled(im, 1.15, 1.0),
    "mirrored": lambda im, rng: ImageOps.mirror(im),
    "white border": lambda im, rng: _bordered(im, "white", 0.08),
    "black border": lambda im, rng: _bordered(im, "black", 0.15),
    "crop 5 %": lambda im, rng: _cropped(im, 0.05, rng),
    "crop 10 %": lambda im, rng: _cropped(im, 0.10, rng),
    "crop 30 %": lambda im, rng: _cropped(im, 0.30, rng),
    "text over it": _captioned,
    "turned by 90": lambda im, rng: im.transpose(Pil.Transpose.ROTATE_90),
    "turned by 5": lambda im, rng: im.rotate(5, Pil.Resampling.BICUBIC, fillcolor="white"),
    "brighter": lambda im, rng: ImageEnhance.Brightness(im).enhance(1.25),
    "grey": lambda im, rng: im.convert("L").convert("RGB"),
    "screenshot": lambda im, rng: _screenshot(im),
    "collage": _collage,
}


def array(im: Picture) -> npt.NDArray[np.uint8]:
    return np.asarray(im.convert("RGB"))


def png(im: Picture) -> bytes:
    out = io.BytesIO()
    im.save(out, "PNG", compress_level=1)
    return out.getvalue()
