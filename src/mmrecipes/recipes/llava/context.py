"""The symbolic context: what a text-only teacher is told about a picture, and nothing else.

Captions, one per line in their order; for some tasks an empty line and one `name: [x1, y1, x2, y2]` line per box,
as parts of the picture's width and height with three decimals (0 to 1, origin at the top left).

Covered: writing the context, making foreign captions and names harmless (separator, headings, brackets, line ends,
image placeholders), clipping, boxes too small to be told apart from nothing. Not covered: pixels; they are never sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mmrecipes.core.boxes import Box, clip
from mmrecipes.core.errors import InputError
from mmrecipes.formats.export import RESERVED

DECIMALS = 3
PIXELS_SUSPECTED = 1.5
"""A coordinate above this is no part of a picture."""
_SEPARATOR = re.compile(r"={3,}")
_HEADING = re.compile(r"^(\W*(?:question|answer|q|a)\s*\d*\W*):", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Boxed:
    """Something with a name and a box in parts of the picture (0 to 1)."""

    name: str
    box: Box

    @property
    def centre(self) -> tuple[float, float]:
        return ((self.box[0] + self.box[2]) / 2, (self.box[1] + self.box[3]) / 2)


@dataclass(frozen=True, slots=True)
class Symbols:
    """What is known of a picture in words and numbers, harmless and in order."""

    captions: tuple[str, ...]
    boxes: tuple[Boxed, ...]

    def text(self, with_boxes: bool) -> str:
        """The context as the teacher reads it; without captions or boxes no empty line stands for them."""
        lines = [f"{one.name}: [{', '.join(f'{v:.{DECIMALS}f}' for v in one.box)}]" for one in self.boxes]
        return "\n\n".join("\n".join(block) for block in (self.captions, lines if with_boxes else ()) if block)


def symbols_of(captions: Iterable[str], boxes: Iterable[tuple[str, Box]], size: tuple[int, int]) -> Symbols:
    """The symbols for captions and (name, box in pixels) of a picture of this size. Boxes are clipped to the picture;
    one that has no width or height left after rounding is left out, as is an empty caption."""
    said = tuple(line for line in map(harmless, captions) if line)
    rounded = ((harmless(name), _parts(box, size)) for name, box in boxes)
    return Symbols(said, tuple(Boxed(name.replace(":", " -"), box) for name, box in rounded if name and box))


def _parts(box: Box, size: tuple[int, int]) -> Box | None:
    width, height = size
    x0, y0, x1, y1 = clip(box, width, height)
    x0, y0, x1, y1 = (round(v, DECIMALS) + 0.0 for v in (x0 / width, y0 / height, x1 / width, y1 / height))
    return (x0, y0, x1, y1) if x0 < x1 and y0 < y1 else None


def harmless(text: str) -> str:
    """Foreign text on one line that cannot be taken for a separator, a heading, a box or an image placeholder."""
    line = " ".join(text.split())
    line = RESERVED.sub(lambda found: found[0].strip("<|>"), line)
    line = _SEPARATOR.sub("--", line).translate(str.maketrans("[]", "()"))
    return _HEADING.sub(r"\1 -", line)


class UnitError(InputError):
    """A box that is said to be in parts of the picture and is in pixels, or the other way round."""


def pixels_of(parts: Sequence[float], size: tuple[int, int]) -> Box:
    """A box given in parts of the picture, in pixels. Raises `UnitError` for one that is in pixels already."""
    if max(parts) > PIXELS_SUSPECTED:
        raise UnitError(
            f"a box said to be normalised has the value {max(parts):g}: it is in pixels; leave `normalised` out"
        )
    width, height = size
    return (parts[0] * width, parts[1] * height, parts[2] * width, parts[3] * height)


def in_pixels(corners: Sequence[float]) -> Box:
    """A box given in pixels. Raises `UnitError` for one that lies within the first pixel and is thus normalised."""
    if all(0 <= v <= 1 for v in corners) and any(v != int(v) for v in corners):
        raise UnitError(f'the box {list(corners)} is smaller than a pixel: it is normalised; add `"normalised": true`')
    x0, y0, x1, y1 = corners
    return (x0, y0, x1, y1)
