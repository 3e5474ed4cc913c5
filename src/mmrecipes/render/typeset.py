"""Pages set by typst and read by pdfium: pixels, and the exact place of every glyph and path.

Covered: typst source -> PDF -> pages, with only the faces embedded in typst and those in given folders; glyph boxes
with the colour they were set in; filled and stroked paths with theirs; ids hidden in colours (`ID_FUNCTION`), painted
over before the page is rasterised, so that one compilation gives both the boxes and a picture without ids.
Not covered: what the source says (callers write it), words and lines.

Never fork a process that has compiled: the child's compilations do not return.
"""

from __future__ import annotations

import ctypes
import functools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from mmrecipes.core.boxes import Box

Rgb = tuple[int, int, int]

ID_FUNCTION = "#let c(i, b) = text(fill: rgb(1, calc.quo(i, 256), calc.rem(i, 256)), b)\n"
"""Typst function that sets `b` in the colour of id `i`, 1..65535: rgb(1, i div 256, i mod 256)."""


class TypesetError(ValueError):
    """The source does not compile; holds typst's message."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """A drawn character, in pixels. `char` is empty where the PDF does not say which it is (parts of tall brackets);
    `id` is 0 outside the id function; `size` the font size."""

    char: str
    id: int
    box: Box
    size: float


@dataclass(frozen=True, slots=True)
class Mark:
    """A drawn object, in pixels: a run of glyphs (also those without a character) or a path (a rule, a box, a curve).
    `fill` and `stroke` are RGBA, `id` as in `Glyph`."""

    text: bool
    id: int
    box: Box
    fill: tuple[int, int, int, int]
    stroke: tuple[int, int, int, int]


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
        text = page.raw
        colour = [ctypes.c_uint() for _ in range(4)]
        corner = [ctypes.c_double() for _ in range(4)]
        found: list[Glyph] = []
        high = 0
        for i in range(raw.FPDFText_CountChars(text)):
            unit = raw.FPDFText_GetUnicode(text, i)
            if 0 < unit <= 32 or unit == 0xA0:
                continue
            if 0xD800 <= unit < 0xDC00:
                high = unit
                continue
            if 0xDC00 <= unit < 0xE000:
                unit = 0x10000 + ((high - 0xD800) << 10) + unit - 0xDC00
            raw.FPDFText_GetFillColor(text, i, *colour)
            raw.FPDFText_GetCharBox(text, i, *corner)
            left, right, bottom, top = (v.value for v in corner)
            box = self._box(left, bottom, right, top)
            size = raw.FPDFText_GetFontSize(text, i) * self.scale
            found.append(Glyph(chr(unit) if unit else "", _id(colour), box, size))
        return found

    def marks(self) -> list[Mark]:
        """Runs of glyphs and paths in the order of the content."""
        import pypdfium2.raw as raw

        fill, stroke = ([ctypes.c_uint() for _ in range(4)] for _ in range(2))
        edges = [ctypes.c_float() for _ in range(4)]
        found: list[Mark] = []
        for item in self._objects():
            text = raw.FPDFPageObj_GetType(item) == raw.FPDF_PAGEOBJ_TEXT
            if not text and raw.FPDFPageObj_GetType(item) != raw.FPDF_PAGEOBJ_PATH:
                continue
            raw.FPDFPageObj_GetFillColor(item, *fill)
            raw.FPDFPageObj_GetStrokeColor(item, *stroke)
            raw.FPDFPageObj_GetBounds(item, *edges)
            box = self._box(*(v.value for v in edges))
            found.append(Mark(text, _id(fill) if text else _id(stroke) or _id(fill), box, _rgba(fill), _rgba(stroke)))
        return found

    def paths(self) -> list[Mark]:
        """The paths in the order of the content."""
        return [m for m in self.marks() if not m.text]

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
        """The page as (H, W, 3) RGB on white."""
        drawn = self._page.render(scale=self.scale, rev_byteorder=True).to_numpy()
        if drawn.ndim == 2 or drawn.shape[2] == 1:
            drawn = np.repeat(drawn.reshape(*drawn.shape[:2], 1), 3, axis=2)
        return np.ascontiguousarray(drawn[:, :, :3])

    def _objects(self) -> list[Any]:
        import pypdfium2.raw as raw

        page = self._page.raw
        return [raw.FPDFPage_GetObject(page, i) for i in range(raw.FPDFPage_CountObjects(page))]

    def _box(self, left: float, bottom: float, right: float, top: float) -> Box:
        k, h = self.scale, self._height
        return (left * k, (h - top) * k, right * k, (h - bottom) * k)


def _id(colour: Sequence[Any]) -> int:
    red, green, blue, _ = colour
    return green.value * 256 + blue.value if red.value == 1 else 0


def _rgba(colour: Sequence[Any]) -> tuple[int, int, int, int]:
    red, green, blue, alpha = (v.value for v in colour)
    return red, green, blue, alpha


def typst_pages(source: str, ppi: float, font_folders: tuple[Path, ...] = ()) -> list[Page]:
    """The pages of a typst document at `ppi` pixels per inch. Raises `TypesetError`."""
    import pypdfium2

    document = pypdfium2.PdfDocument(typst_pdf(source, font_folders))
    return [Page(document, i, ppi / 72) for i in range(len(document))]


def typst_pdf(source: str, font_folders: tuple[Path, ...] = ()) -> bytes:
    """The document as PDF. Only faces embedded in typst or lying in `font_folders` are used. Raises `TypesetError`."""
    try:
        return _compiler(font_folders).compile(input=source.encode(), format="pdf", pdf_tags=False)
    except RuntimeError as e:
        raise TypesetError(str(e)) from e


@functools.lru_cache(maxsize=8)
def _compiler(font_folders: tuple[Path, ...]) -> Any:
    import typst

    fonts = typst.Fonts(include_system_fonts=False, font_paths=[str(f) for f in font_folders])
    return typst.Compiler(font_paths=fonts, ignore_system_fonts=True)
