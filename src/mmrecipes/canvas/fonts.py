"""Font faces by family: those inside the Python packages we depend on, and named ones that the machine has.

Covered: Latin, Greek and Cyrillic text faces in sans, serif and monospace, four styles each, which are always there
(`FAMILIES`); Arabic, Hebrew, Devanagari, Thai, Chinese, Japanese and Korean families that Debian packages bring
(`INSTALLED_FAMILIES`), looked for by their file names, without fontconfig, when first asked for. Which families there
are is fixed here: what else a machine has is never used. Not covered: which family suits a language (see `scripts`);
variable fonts. A text with a glyph that no face has raises `FontError`, it is never drawn as boxes.
"""

from __future__ import annotations

import functools
import importlib.util
import os
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import skia
import uharfbuzz

from mmrecipes.core.errors import FontError
from mmrecipes.core.identity import file_sha256

hb: Any = uharfbuzz  # its type stubs lack what its C module exports

Class = Literal["sans", "serif", "mono"]


FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts")
"""Where machines keep fonts; the folder that the environment variable `MMR_FONTS` names is looked into first."""


@dataclass(frozen=True, slots=True)
class Family:
    """A family as it lies in a Python package: file names of the four styles, in one folder."""

    name: str
    kind: Class
    package: str
    folder: str
    regular: str
    bold: str
    italic: str
    bold_italic: str


FAMILIES: dict[str, Family] = {
    f.name: f
    for f in (
        Family("DejaVu Sans", "sans", "matplotlib", "mpl-data/fonts/ttf", "DejaVuSans.ttf",
               "DejaVuSans-Bold.ttf", "DejaVuSans-Oblique.ttf", "DejaVuSans-BoldOblique.ttf"),
        Family("DejaVu Serif", "serif", "matplotlib", "mpl-data/fonts/ttf", "DejaVuSerif.ttf",
               "DejaVuSerif-Bold.ttf", "DejaVuSerif-Italic.ttf", "DejaVuSerif-BoldItalic.ttf"),
        Family("DejaVu Sans Mono", "mono", "matplotlib", "mpl-data/fonts/ttf", "DejaVuSansMono.ttf",
               "DejaVuSansMono-Bold.ttf", "DejaVuSansMono-Oblique.ttf", "DejaVuSansMono-BoldOblique.ttf"),
        Family("STIX", "serif", "matplotlib", "mpl-data/fonts/ttf", "STIXGeneral.ttf",
               "STIXGeneralBol.ttf", "STIXGeneralItalic.ttf", "STIXGeneralBolIta.ttf"),
        Family("Source Sans Pro", "sans", "font_source_sans_pro", "files", "SourceSansPro-Regular.ttf",
               "SourceSansPro-Bold.ttf", "SourceSansPro-It.ttf", "SourceSansPro-BoldIt.ttf"),
        Family("Source Serif Pro", "serif", "font_source_serif_pro", "files", "SourceSerifPro-Regular.ttf",
               "SourceSerifPro-Bold.ttf", "SourceSerifPro-It.ttf", "SourceSerifPro-BoldIt.ttf"),
        Family("Caladea", "serif", "font_caladea", "files", "Caladea-Regular.ttf",
               "Caladea-Bold.ttf", "Caladea-Italic.ttf", "Caladea-BoldItalic.ttf"),
        Family("Hanken Grotesk", "sans", "font_hanken_grotesk", "files", "HankenGrotesk-Regular.otf",
               "HankenGrotesk-Bold.otf", "HankenGrotesk-Italic.otf", "HankenGrotesk-BoldItalic.otf"),
        Family("Manrope", "sans", "font_manrope", "files", "Manrope-Regular.ttf",
               "Manrope-Bold.ttf", "Manrope-Regular.ttf", "Manrope-Bold.ttf"),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class InstalledFamily:
    """A family that a Debian package brings: file names and, in a TrueType collection, the index of the face.

    Scripts without italics have none: the upright faces serve.
    """

    name: str
    kind: Class
    debian: str
    regular: str
    bold: str
    italic: str = ""
    bold_italic: str = ""
    index: int = 0


_CJK_INDEX = {"JP": 0, "KR": 1, "SC": 2, "TC": 3}


def _noto(name: str, kind: Class) -> InstalledFamily:
    file = name.replace(" ", "")
    return InstalledFamily(f"Noto {name}", kind, "fonts-noto-core", f"Noto{file}-Regular.ttf", f"Noto{file}-Bold.ttf")


def _noto_cjk(kind: Class, place: str) -> InstalledFamily:
    name, index = kind.title(), _CJK_INDEX[place]
    files = (f"Noto{name}CJK-Regular.ttc", f"Noto{name}CJK-Bold.ttc")
    return InstalledFamily(f"Noto {name} CJK {place}", kind, "fonts-noto-cjk", *files, index=index)


INSTALLED_FAMILIES: dict[str, InstalledFamily] = {
    f.name: f
    for f in (
        _noto("Sans Arabic", "sans"), _noto("Kufi Arabic", "sans"), _noto("Naskh Arabic", "serif"),
        _noto("Sans Hebrew", "sans"), _noto("Serif Hebrew", "serif"),
        _noto("Sans Devanagari", "sans"), _noto("Serif Devanagari", "serif"),
        _noto("Sans Thai", "sans"), _noto("Looped Thai", "sans"), _noto("Serif Thai", "serif"),
        InstalledFamily("Amiri", "serif", "fonts-hosny-amiri", "Amiri-Regular.ttf", "Amiri-Bold.ttf",
                        "Amiri-Slanted.ttf", "Amiri-BoldSlanted.ttf"),
        *(_noto_cjk("sans", place) for place in _CJK_INDEX), *(_noto_cjk("serif", place) for place in _CJK_INDEX),
    )
}  # fmt: skip


_MANAGER = skia.FontMgr.New_Custom_Empty()
"""Opens font files without asking fontconfig: nothing depends on what the machine has installed."""


class Face:
    """One font file: HarfBuzz for shaping, skia for drawing, both from the same bytes."""

    def __init__(self, family: str, style: str, path: Path, index: int = 0) -> None:
        self.family, self.style, self.path, self.index = family, style, path, index
        face = hb.Face(hb.Blob.from_file_path(str(path)), index)
        self.hb: Any = hb.Font(face)
        self.upem: int = face.upem
        self.typeface: Any = _MANAGER.makeFromFile(str(path), index)
        extents = self.hb.get_font_extents("ltr")
        self.ascent: float = extents.ascender / self.upem
        """Height above the baseline, as a share of the font size."""
        self.descent: float = -extents.descender / self.upem
        """Depth below the baseline (positive), as a share of the font size."""
        self.glyph_boxes: dict[int, tuple[int, int, int, int] | None] = {}
        """Boxes found so far by `glyph_box`."""

    def glyph_box(self, glyph: int) -> tuple[int, int, int, int] | None:
        """Ink of a glyph relative to its origin, in font units, y downwards; None for a blank."""
        if glyph not in self.glyph_boxes:
            e = self.hb.get_glyph_extents(glyph)
            box = None
            if e is not None and e.width and e.height:
                box = (e.x_bearing, -e.y_bearing, e.x_bearing + e.width, -e.y_bearing - e.height)
            self.glyph_boxes[glyph] = box
        return self.glyph_boxes[glyph]

    @functools.cached_property
    def coverage(self) -> frozenset[int]:
        """Code points the face has glyphs for."""
        return frozenset(self.hb.face.unicodes)

    @functools.cached_property
    def sha256(self) -> str:
        return file_sha256(self.path)

    def __repr__(self) -> str:
        return f"Face({self.family} {self.style})"


@functools.cache
def face(family: str, *, bold: bool = False, italic: bool = False) -> Face:
    """The face of a known family; raises `FontError` naming the package to install when it is not there."""
    known = FAMILIES.get(family) or INSTALLED_FAMILIES.get(family)
    if known is None:
        raise FontError(f"no font family {family!r}; known: {', '.join((*FAMILIES, *INSTALLED_FAMILIES))}")
    file, style = {
        (False, False): (known.regular, "regular"),
        (True, False): (known.bold, "bold"),
        (False, True): (known.italic, "italic"),
        (True, True): (known.bold_italic, "bold italic"),
    }[(bold, italic)]
    if isinstance(known, InstalledFamily):
        if not file:
            return face(family, bold=bold)
        return Face(family, style, _installed_file(known, file), known.index)
    path = _package_folder(known.package) / known.folder / file
    if not path.is_file():
        raise FontError(
            f"{family} {style} is not at {path}: reinstall with `pip install --force-reinstall {known.package}`"
        )
    return Face(family, style, path)


def font_folders() -> tuple[Path, ...]:
    """Folders that installed families are looked for in, the user's own first."""
    own = os.environ.get("MMR_FONTS", "")
    return tuple(Path(f).expanduser() for f in ((own, *FOLDERS) if own else FOLDERS))


def _installed_file(family: InstalledFamily, file: str) -> Path:
    folders = font_folders()
    path = _font_files(folders).get(file)
    if path is None:
        raise FontError(
            f"the font {family.name} ({file}) is not installed: `apt install {family.debian}`, or name the folder it "
            f"lies in by the environment variable MMR_FONTS; looked in {', '.join(map(str, folders))}"
        )
    return path


@functools.lru_cache(maxsize=8)
def _font_files(folders: tuple[Path, ...]) -> dict[str, Path]:
    """Font files by name; where a name is found twice the first folder wins, in it the first path in order."""
    found: dict[str, Path] = {}
    for folder in folders:
        for suffix in ("ttf", "otf", "ttc"):
            for path in sorted(folder.rglob(f"*.{suffix}")):
                found.setdefault(path.name, path)
    return found


def families(*kinds: Class) -> list[str]:
    """Names of the bundled families of these kinds, all when none is named."""
    return [f.name for f in FAMILIES.values() if not kinds or f.kind in kinds]


def covering_families(text: str) -> list[str]:
    """Bundled families that can set this text by themselves: every glyph is in the regular, bold and italic face.

    None for right-to-left scripts, whatever glyphs there are: their lines take a language (see `scripts`). Characters
    that are not printed (controls, line ends) need no glyph.
    """
    needed = frozenset(ch for ch in text if ch.isprintable())
    return [name for name in FAMILIES if needed <= _settable(name)]


def uncovered(texts: Iterable[str]) -> str:
    """The printed characters, sorted, that the best bundled family cannot set; empty when one has them all."""
    needed = frozenset(ch for text in texts for ch in text if ch.isprintable())
    return "".join(sorted(min((needed - _settable(name) for name in FAMILIES), key=len)))


@functools.cache
def _settable(family: str) -> frozenset[str]:
    faces = (face(family), face(family, bold=True), face(family, italic=True))
    common = frozenset.intersection(*(f.coverage for f in faces))
    return frozenset(ch for ch in map(chr, common) if unicodedata.bidirectional(ch) not in ("R", "AL"))


def _package_folder(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise FontError(f"the font package {package} is missing: `pip install {package.replace('_', '-')}`")
    return Path(spec.origin).parent


def check_fonts() -> None:
    """Raises `FontError` when a bundled family is not where it should be: asked before any work."""
    for name in FAMILIES:
        face(name)
