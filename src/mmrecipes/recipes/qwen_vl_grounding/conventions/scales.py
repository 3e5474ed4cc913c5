"""From pixels to the whole numbers a model writes, and back: one quantiser per family of conventions.

Covered: floor bins read at their midpoint (Qwen-VL, Florence-2, PaliGemma), rounding (Qwen2-VL, Qwen3-VL, Molmo
and the plain float forms, whose three decimals are thousandths), rounding on the image padded to a square
(Shikra), pixels of the resized image (Qwen2.5-VL), grid cells (Kosmos-2). Not covered: how the numbers are
spelled (see `form`).

Coordinates are flat tuples x0, y0, x1, y1, … : two numbers are a point, four a box, eight a quad. Sizes are
(width, height) in pixels. `encode` expects coordinates inside the image.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass

Size = tuple[int, int]
Pixels = tuple[float, ...]
Numbers = tuple[int, ...]


class Scale(ABC):
    """A quantiser of coordinates."""

    __slots__ = ()

    @property
    @abstractmethod
    def quantiser(self) -> str:
        """Its name in a sample's provenance."""

    @abstractmethod
    def limits(self, size: Size) -> Size:
        """The largest legal number per axis; the smallest is 0."""

    @abstractmethod
    def encode(self, pixels: Pixels, size: Size) -> Numbers:
        """Numbers for coordinates of an image of this size."""

    @abstractmethod
    def decode(self, numbers: Numbers, size: Size) -> Pixels:
        """Coordinates in pixels of an image of this size."""

    @abstractmethod
    def bound(self, numbers: Numbers, size: Size) -> Pixels:
        """The largest distance in pixels, per coordinate, between a source and its decoded value."""

    def frame(self, size: Size) -> Size:
        """The size the numbers refer to."""
        return size

    def bins(self, size: Size) -> tuple[float, float]:
        """How many steps of the scale the image is wide and high."""
        across, down = self.limits(size)
        return (across + 1, down + 1)


@dataclass(frozen=True, slots=True)
class FloorBins(Scale):
    """`min(n - 1, floor(n x / W))`, read back at the middle of the bin, (v + 0.5) / n * W."""

    count: int

    @property
    def quantiser(self) -> str:
        return f"floor{self.count}"

    def limits(self, size: Size) -> Size:
        return (self.count - 1, self.count - 1)

    def encode(self, pixels: Pixels, size: Size) -> Numbers:
        n = self.count
        return tuple(min(n - 1, math.floor(n * v / size[i % 2])) for i, v in enumerate(pixels))

    def decode(self, numbers: Numbers, size: Size) -> Pixels:
        return tuple((v + 0.5) / self.count * size[i % 2] for i, v in enumerate(numbers))

    def bound(self, numbers: Numbers, size: Size) -> Pixels:
        return tuple(0.5 / self.count * size[i % 2] for i in range(len(numbers)))


@dataclass(frozen=True, slots=True)
class Rounded(Scale):
    """`round(n x / W)` in 0..n, read back as v / n * W; with `square` on the image padded to a square.

    Padding is split evenly, the smaller half first: the picture starts at (side - length) // 2.
    """

    count: int
    square: bool = False

    @property
    def quantiser(self) -> str:
        return f"round{self.count}" + ("-square" if self.square else "")

    def frame(self, size: Size) -> Size:
        side = max(size)
        return (side, side) if self.square else size

    def limits(self, size: Size) -> Size:
        return (self.count, self.count)

    def bins(self, size: Size) -> tuple[float, float]:
        frame = self.frame(size)
        return (self.count * size[0] / frame[0], self.count * size[1] / frame[1])

    def _pad(self, size: Size) -> Size:
        frame = self.frame(size)
        return ((frame[0] - size[0]) // 2, (frame[1] - size[1]) // 2)

    def encode(self, pixels: Pixels, size: Size) -> Numbers:
        n, frame, pad = self.count, self.frame(size), self._pad(size)
        return tuple(min(n, max(0, round(n * (v + pad[i % 2]) / frame[i % 2]))) for i, v in enumerate(pixels))

    def decode(self, numbers: Numbers, size: Size) -> Pixels:
        frame, pad = self.frame(size), self._pad(size)
        return tuple(v / self.count * frame[i % 2] - pad[i % 2] for i, v in enumerate(numbers))

    def bound(self, numbers: Numbers, size: Size) -> Pixels:
        frame = self.frame(size)
        return tuple(0.5 / self.count * frame[i % 2] for i in range(len(numbers)))


@dataclass(frozen=True, slots=True)
class ResizedPixels(Scale):
    """Whole pixels of the image as the model's processor resizes it: `round(x W' / W)` in 0..W'-1.

    `factor`, `min_pixels` and `max_pixels` are those of the processor the data is made for: libraries differ in
    their defaults, so one box has several correct spellings.
    """

    factor: int
    min_pixels: int
    max_pixels: int

    @property
    def quantiser(self) -> str:
        return f"resized-{self.factor}-{self.min_pixels}-{self.max_pixels}"

    def frame(self, size: Size) -> Size:
        return smart_resize(size, self.factor, self.min_pixels, self.max_pixels)

    def limits(self, size: Size) -> Size:
        width, height = self.frame(size)
        return (width - 1, height - 1)

    def encode(self, pixels: Pixels, size: Size) -> Numbers:
        frame = self.frame(size)
        return tuple(min(frame[i % 2] - 1, round(v * frame[i % 2] / size[i % 2])) for i, v in enumerate(pixels))

    def decode(self, numbers: Numbers, size: Size) -> Pixels:
        frame = self.frame(size)
        return tuple(v * size[i % 2] / frame[i % 2] for i, v in enumerate(numbers))

    def bound(self, numbers: Numbers, size: Size) -> Pixels:
        """Half a pixel of the resized image; a whole one at the far edge, whose own number is not legal."""
        frame = self.frame(size)
        return tuple(
            (1.0 if v == frame[i % 2] - 1 else 0.5) * size[i % 2] / frame[i % 2] for i, v in enumerate(numbers)
        )


@dataclass(frozen=True, slots=True)
class GridCells(Scale):
    """Kosmos-2's n x n cells: upper-left corners round down, lower-right ones up (`ceil(n x - 1)`).

    A box is read back from cell centre to cell centre; when its corners share a row or a column, from the outer
    edge of one cell to the outer edge of the other.
    """

    count: int

    @property
    def quantiser(self) -> str:
        return f"cells{self.count}"

    def limits(self, size: Size) -> Size:
        return (self.count - 1, self.count - 1)

    def encode(self, pixels: Pixels, size: Size) -> Numbers:
        n = self.count
        scaled = [n * v / size[i % 2] for i, v in enumerate(pixels)]
        down = [min(n - 1, math.floor(v)) for v in scaled[:2]]
        up = [max(0, math.ceil(v - 1)) for v in scaled[2:]]
        return tuple(down + up)

    def decode(self, numbers: Numbers, size: Size) -> Pixels:
        if len(numbers) == 2:
            first = last = 0.5
        elif numbers[0] == numbers[2] or numbers[1] == numbers[3]:
            first, last = 0.0, 1.0
        else:
            first = last = 0.5
        inside = (first, first, last, last)
        return tuple((v + inside[i]) / self.count * size[i % 2] for i, v in enumerate(numbers))

    def bound(self, numbers: Numbers, size: Size) -> Pixels:
        return tuple(1.0 / self.count * size[i % 2] for i in range(len(numbers)))


def smart_resize(size: Size, factor: int, min_pixels: int, max_pixels: int) -> Size:
    """The (width, height) to which Qwen2-VL's and Qwen2.5-VL's processors bring an image.

    Each side becomes the nearest multiple of `factor`; over `max_pixels` both are divided by sqrt(area / max) and
    rounded down, under `min_pixels` multiplied by sqrt(min / area) and rounded up. Raises `ValueError` for an
    aspect ratio above 200. Source: `smart_resize` of the Qwen2-VL image processor.
    """
    width, height = size
    if max(size) > 200 * min(size):
        raise ValueError(f"aspect ratio of {width}x{height} is above 200")
    across, down = round(width / factor) * factor, round(height / factor) * factor
    if across * down > max_pixels:
        shrink = math.sqrt(width * height / max_pixels)
        across = max(factor, math.floor(width / shrink / factor) * factor)
        down = max(factor, math.floor(height / shrink / factor) * factor)
    elif across * down < min_pixels:
        grow = math.sqrt(min_pixels / (width * height))
        across = math.ceil(width * grow / factor) * factor
        down = math.ceil(height * grow / factor) * factor
    return (across, down)
