"""Pages set by typst and read by pdfium: pixels, and the exact place of every glyph and path.

Covered: typst source -> PDF -> pages, with only the faces embedded in typst and those in given folders; texts as
literals (`literal`), of which nothing is taken for markup; glyphs with the colour they were set in, or (faster) all
characters of a page at once; filled and stroked paths; ids hidden in colours: those of glyphs and rules (`ID_FUNCTION`)
are painted over before the page is rasterised, those of transparent areas (`area_colour`) change no pixel, so that one
compilation gives both the boxes and a picture without ids.
Not covered: what the source says (callers write it), words and lines.

Never fork a process that has compiled: the child's compilations do not return.
"""

from __future__ import annotations

import collections
import ctypes
import functools
import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from mmrecipes.canvas.fonts import FAMILIES, face
from mmrecipes.core.boxes import Box

Rgb = tuple[int, int, int]

ID_FUNCTION = "#let c(i, b) = text(fill: rgb(1, calc.quo(i, 256), calc.rem(i, 256)), b)\n"
"""Typst function that sets `b` in the colour of id `i`, 1..65535: rgb(1, i div 256, i mod 256)."""

_TYPST_NAMES = {"STIX": "STIXGeneral"}
"""Families that typst calls otherwise than `canvas.fonts`."""
_HYPHEN = 2
"""What pdfium calls a hyphen at the end of a line."""
_NOT_PRINTED = np.zeros(0xDC01, bool)
"""Blanks, and the first halves of characters beyond 0xFFFF."""
_NOT_PRINTED[[i for i in range(1, 0x3001) if chr(i).isspace() or (i < 32 and i != _HYPHEN)]] = True
_NOT_PRINTED[0xD800:0xDC00] = True


class TypesetError(ValueError):
    """The source does not compile; holds typst's message."""


def literal(text: str) -> str:
    """A text as a typst string: it is printed as it is, whatever it holds. Every text in a source goes through here."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\r", "\\r").replace("\n", "\\n")
    return f'"{escaped}"'


def family(name: str) -> str:
    """A family of `canvas.fonts`, or one embedded in typst, as a source names it."""
    return literal(_TYPST_NAMES.get(name, name))


def area_colour(number: int) -> str:
    """A typst colour that nobody sees, for a filled area with this id (1..65535)."""
    return f"rgb(1, {number >> 8}, {number & 255}, 0)"


@dataclass(frozen=True, slots=True)
class Glyph:
    """A drawn character, in pixels. `char` is empty where the PDF does not say which it is (parts of tall brackets);
    `id` is 0 outside the id function; `size` the font size."""

    char: str
    id: int
    box: Box
    size: float


@dataclass(frozen=True, slots=True)
class Characters:
    """The printed characters of a page: `text[i]` stands in `boxes[i]`, (x0, y0, x1, y1) of its ink in pixels.

    Blanks and line ends are left out; the order is that of the PDF.
    """

    text: str
    boxes: npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Mark:
    """A drawn object, in pixels: a run of glyphs (also those without a character) or a path (a rule, a box, a curve).
    `id` as in `Glyph`; `opacity` of its fill is 0..255, 0 for an area of `area_colour`, None for an unfilled path."""

    text: bool
    id: int
    box: Box
    opacity: int | None


class Page:
    """A page of a compiled document at `scale` pixels per point."""

    def __init__(self, document: Any, number: int, scale: float) -> None:
        self._document = document  # a page lives no longer than its document
        self._page = document[number]
        self.scale = scale
        self._height = self._page.get_height()

    def glyphs(self) -> list[Glyph]:
        """The glyphs in the order of the content; blanks are left out."""
        import pypdfium2.raw as raw

        page = self._page.get_textpage()  # closed when let go of
        text, scale = page.raw, self.scale
        indices, units = _printed(text)
        boxes = (_char_boxes(text, indices, self._height) * scale).tolist()
        colour = [ctypes.c_uint() for _ in range(4)]
        found: list[Glyph] = []
        for i, unit, (x0, y0, x1, y1) in zip(indices.tolist(), units.tolist(), boxes, strict=True):
            raw.FPDFText_GetFillColor(text, i, *colour)
            size = raw.FPDFText_GetFontSize(text, i) * scale
            found.append(Glyph(chr(unit) if unit else "", _id(colour), (x0, y0, x1, y1), size))
        return found

    def characters(self) -> Characters:
        """What the page prints; glyphs that the PDF gives no character are left out."""
        page = self._page.get_textpage()  # closed when let go of
        indices, units = _printed(page.raw)
        known = units > 0
        boxes = _char_boxes(page.raw, indices[known], self._height)
        return Characters(units[known].astype("<u4").tobytes().decode("utf-32-le"), boxes * self.scale)

    def marks(self) -> list[Mark]:
        """Runs of glyphs and paths in the order of the content."""
        return list(self._marks(runs=True))

    def paths(self) -> list[Mark]:
        """The paths in the order of the content."""
        return list(self._marks(runs=False))

    def paint_ids(self, ink: Rgb) -> None:
        """Paint everything that carries an id in one colour. Ids can no longer be read afterwards."""
        import pypdfium2.raw as raw

        colour = [ctypes.c_uint() for _ in range(4)]
        for item in self._objects():
            raw.FPDFPageObj_GetFillColor(item, *colour)
            if _id(colour):
                raw.FPDFPageObj_SetFillColor(item, *ink, colour[3].value)
            raw.FPDFPageObj_GetStrokeColor(item, *colour)
            if _id(colour):
                raw.FPDFPageObj_SetStrokeColor(item, *ink, colour[3].value)

    def pixels(self) -> npt.NDArray[np.uint8]:
        """The page as (H, W, 3) RGB on white; its size is rounded up."""
        drawn = self._page.render(scale=self.scale, prefer_bgrx=True, bitmap_maker=_bitmap).to_numpy()
        return np.asarray(cv2.cvtColor(drawn, cv2.COLOR_BGRA2RGB), np.uint8)

    def _marks(self, *, runs: bool) -> Iterator[Mark]:
        import pypdfium2.raw as raw

        fill, stroke = ([ctypes.c_uint() for _ in range(4)] for _ in range(2))
        edges = [ctypes.c_float() for _ in range(4)]
        filled, stroked = ctypes.c_int(), ctypes.c_int()
        for item in self._objects():
            kind = raw.FPDFPageObj_GetType(item)
            text = kind == raw.FPDF_PAGEOBJ_TEXT
            if kind != raw.FPDF_PAGEOBJ_PATH and not (text and runs):
                continue
            raw.FPDFPageObj_GetFillColor(item, *fill)
            raw.FPDFPageObj_GetStrokeColor(item, *stroke)
            raw.FPDFPageObj_GetBounds(item, *edges)
            if not text:
                raw.FPDFPath_GetDrawMode(item, filled, stroked)
            box = self._box(*(v.value for v in edges))
            opacity = fill[3].value if text or filled.value else None
            yield Mark(text, _id(fill) if text else _id(stroke) or _id(fill), box, opacity)

    def _objects(self) -> list[Any]:
        import pypdfium2.raw as raw

        page = self._page.raw
        return [raw.FPDFPage_GetObject(page, i) for i in range(raw.FPDFPage_CountObjects(page))]

    def _box(self, left: float, bottom: float, right: float, top: float) -> Box:
        k, h = self.scale, self._height
        return (left * k, (h - top) * k, right * k, (h - bottom) * k)


def _printed(text: Any) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Indices and code points of everything a text page prints, 0 where the PDF does not say which character it is."""
    import pypdfium2.raw as raw

    count = raw.FPDFText_CountChars(text)
    units = np.fromiter(map(_by_address("FPDFText_GetUnicode", 1), itertools.repeat(_address(text)), range(count)), int)
    low = np.flatnonzero((units >= 0xDC00) & (units < 0xE000))
    units[low] += 0x10000 + ((units[low - 1] - 0xD800) << 10) - 0xDC00
    indices = np.flatnonzero(~(_NOT_PRINTED[np.minimum(units, len(_NOT_PRINTED) - 1)]))
    units = units[indices]
    units[units == _HYPHEN] = ord("-")
    return indices, units


def _char_boxes(text: Any, indices: npt.NDArray[np.int64], height: float) -> npt.NDArray[np.float64]:
    """(N, 4) boxes (x0, y0, x1, y1) in points, y downwards, of these characters of a page `height` points high."""
    edges = np.zeros((len(indices), 4))  # left, right, bottom, top
    first = edges.ctypes.data
    places = [range(first + 8 * k, first + 8 * k + 32 * len(indices), 32) for k in range(4)]
    calls = map(_by_address("FPDFText_GetCharBox", 5), itertools.repeat(_address(text)), indices.tolist(), *places)
    collections.deque(calls, 0)
    return np.stack([edges[:, 0], height - edges[:, 3], edges[:, 1], height - edges[:, 2]], axis=1)


def _address(handle: Any) -> int:
    return ctypes.cast(handle, ctypes.c_void_p).value or 0


@functools.cache
def _by_address(name: str, pointers: int) -> Callable[..., int]:
    """A function of pdfium that takes a pointer, an index and more pointers, all pointers as addresses: it is asked a
    thousand times a page, and so several times as fast."""
    import pypdfium2.raw as raw

    handle, *results = [ctypes.c_void_p] * pointers
    return ctypes.PYFUNCTYPE(ctypes.c_int, handle, ctypes.c_int, *results)(_address(getattr(raw, name)))


def _bitmap(width: int, height: int, **form: Any) -> Any:
    """A bitmap in a block of memory that all pages share, one at a time; four bytes a pixel are faster than three."""
    from pypdfium2 import PdfBitmap

    megabytes = max(16, 1 << (width * height * 4 >> 20).bit_length())
    return PdfBitmap.new_native(width, height, **form, buffer=_block(megabytes << 20))


@functools.lru_cache(maxsize=1)
def _block(size: int) -> Any:
    return (ctypes.c_ubyte * size)()


def _id(colour: Sequence[Any]) -> int:
    red, green, blue, _ = colour
    return green.value * 256 + blue.value if red.value == 1 else 0


def typst_pages(source: str, ppi: float, font_folders: tuple[Path, ...] = ()) -> list[Page]:
    """The pages of a typst document at `ppi` pixels per inch. Only faces embedded in typst or lying in `font_folders`
    are used. Raises `TypesetError`."""
    import pypdfium2

    try:
        pdf = _compiler(font_folders).compile(input=source.encode(), format="pdf", pdf_tags=False)
    except RuntimeError as e:
        raise TypesetError(str(e)) from e
    document = pypdfium2.PdfDocument(_in_device_colours(pdf))
    return [Page(document, i, ppi / 72) for i in range(len(document))]


def _in_device_colours(pdf: bytes) -> bytes:
    """The PDF with its colours as they are instead of through typst's profile of sRGB, which pdfium takes about 5 ms a
    document to set up and which then changes none of them (gradients, which no source here has, by one level)."""

    def device(found: re.Match[bytes]) -> bytes:
        profile = re.search(rb"\n%s 0 obj\n<<[^>]*?/N ([13])\b" % found.group(1), pdf)
        if profile is None:
            return found.group()
        return (b"/DeviceRGB" if profile.group(1) == b"3" else b"/DeviceGray").ljust(len(found.group()))

    return re.sub(rb"\[/ICCBased (\d+) 0 R\]", device, pdf)


@functools.cache
def bundled_folders() -> tuple[Path, ...]:
    """Where the bundled families lie."""
    styles = [(bold, italic) for bold in (False, True) for italic in (False, True)]
    faces = (face(name, bold=bold, italic=italic) for name in FAMILIES for bold, italic in styles)
    return tuple(sorted({found.path.parent for found in faces}))


def unprintable(text: str) -> str:
    """The characters of a text, sorted, that no bundled face has: typst would print a box for each."""
    return "".join(sorted(c for c in set(text) - _bundled_characters() if not c.isspace()))


@functools.cache
def _bundled_characters() -> frozenset[str]:
    return frozenset(chr(code) for name in FAMILIES for code in face(name).coverage)


@functools.lru_cache(maxsize=8)
def _compiler(font_folders: tuple[Path, ...]) -> Any:
    import typst

    fonts = typst.Fonts(include_system_fonts=False, font_paths=[str(f) for f in font_folders])
    return typst.Compiler(font_paths=fonts, ignore_system_fonts=True)
