"""Typst source to pages: pixels, and where every character and every tagged box is, read out of the PDF by pdfium.

Covered: bundled fonts only (`canvas.fonts` and those inside typst), so that a page looks alike on every machine; tight
boxes of all characters in the order of the PDF; boxes of areas tagged with `tag` (a fill of alpha 0 changes no pixel,
and its 24 bits of colour are an id). Not covered: what the characters belong to. Coordinates are pixels, y downwards.

After typst has compiled in a process that process must not fork (a child's compile never returns): use spawn.
"""

from __future__ import annotations

import ctypes
import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pypdfium2
import pypdfium2.raw as pdfium

from mmrecipes.canvas.fonts import FAMILIES, face
from mmrecipes.core.boxes import Box
from mmrecipes.render.typeset import typst_pdf

Pixels = npt.NDArray[np.uint8]
TYPST_NAMES = {"STIX": "STIXGeneral"}
"""Families that typst calls otherwise than `canvas.fonts`."""
EMBEDDED = ("Libertinus Serif", "New Computer Modern", "DejaVu Sans Mono")
"""Families inside typst itself."""


_HYPHEN = 2
"""What pdfium calls a hyphen at the end of a line."""


@dataclass(frozen=True, slots=True)
class Characters:
    """The printed characters of a page: `text[i]` stands in `boxes[i]`, (x0, y0, x1, y1) of its ink in pixels.

    Blanks and line ends are left out; the order is that of the PDF.
    """

    text: str
    boxes: npt.NDArray[np.float64]


@functools.cache
def bundled_folders() -> tuple[Path, ...]:
    """Where the bundled families lie."""
    styles = [(bold, italic) for bold in (False, True) for italic in (False, True)]
    faces = (face(name, bold=bold, italic=italic) for name in FAMILIES for bold, italic in styles)
    return tuple(sorted({found.path.parent for found in faces}))


def compile_pdf(source: str) -> pypdfium2.PdfDocument:
    """The PDF of a typst source. Raises `TypesetError` for a source that does not compile."""
    return pypdfium2.PdfDocument(typst_pdf(source, bundled_folders()))


def raster(page: pypdfium2.PdfPage, ppi: float) -> Pixels:
    """The page as (H, W, 3) RGB pixels; pdfium rounds the size up."""
    factor: Any = ppi / 72  # its type stub says whole numbers, its code takes any
    bitmap = page.render(scale=factor, rev_byteorder=True).to_numpy()
    return np.ascontiguousarray(bitmap[:, :, :3])


def characters(page: pypdfium2.PdfPage, ppi: float) -> Characters:
    """What a page prints, character by character."""
    text_page = page.get_textpage()
    raw, scale, height = text_page.raw, ppi / 72, page.get_height()
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    refs = [ctypes.byref(v) for v in (left, right, bottom, top)]
    unicode_of, box_of = pdfium.FPDFText_GetUnicode, pdfium.FPDFText_GetCharBox
    found: list[str] = []
    boxes: list[tuple[float, float, float, float]] = []
    for i in range(pdfium.FPDFText_CountChars(raw)):
        code = unicode_of(raw, i)
        if code == _HYPHEN:
            code = 0x2D
        if code <= 32 or code == 0xA0:
            continue
        box_of(raw, i, *refs)
        found.append(chr(code))
        boxes.append((left.value, height - top.value, right.value, height - bottom.value))
    return Characters("".join(found), np.array(boxes, np.float64).reshape(-1, 4) * scale)


def tag(number: int) -> str:
    """A typst colour that nobody sees and `fills` finds again; 0 <= number < 2**24."""
    return f"rgb({number >> 16},{number >> 8 & 255},{number & 255},0)"


@dataclass(frozen=True, slots=True)
class Fills:
    """The filled areas of a page: `tagged` by number (a box per part where an area is broken), and the visible ones."""

    tagged: dict[int, list[Box]]
    visible: list[Box]


def fills(page: pypdfium2.PdfPage, ppi: float) -> Fills:
    """All filled paths of a page, in the order of the PDF."""
    scale, height = ppi / 72, page.get_height()
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    found = Fills({}, [])
    for i in range(pdfium.FPDFPage_CountObjects(page.raw)):
        shape = pdfium.FPDFPage_GetObject(page.raw, i)
        if pdfium.FPDFPageObj_GetType(shape) != pdfium.FPDF_PAGEOBJ_PATH:
            continue
        pdfium.FPDFPath_GetDrawMode(shape, fill, stroke)
        if not fill.value:
            continue
        pdfium.FPDFPageObj_GetFillColor(shape, red, green, blue, alpha)
        pdfium.FPDFPageObj_GetBounds(shape, left, bottom, right, top)
        box = (left.value * scale, (height - top.value) * scale, right.value * scale, (height - bottom.value) * scale)
        if alpha.value:
            found.visible.append(box)
        else:
            found.tagged.setdefault(red.value << 16 | green.value << 8 | blue.value, []).append(box)
    return found
