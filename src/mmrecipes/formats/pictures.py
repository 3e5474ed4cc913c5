"""The pictures that a COCO file names: where they lie, and one of them upright.

Covered: finding a picture by the file's name for it, reading it upright (EXIF orientation, CMYK, palette) together
with what that did to the coordinates. Not covered: downloading by URL. Nothing is repaired: what is wrong with a
picture is a `PictureError` with a short reason.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any

from mmrecipes.core.errors import InputError
from mmrecipes.core.image import Image, ImageError, image_from_bytes
from mmrecipes.formats.coco import CocoFile


class PictureError(InputError):
    """A picture that cannot be used; `reason` is a short code for the ledger."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Pictures:
    """Where the pictures of a COCO file are looked for, in this order."""

    folders: tuple[Path, ...]

    def find(self, file_name: str) -> Path:
        """The picture's path. Raises `PictureError`: `unsafe_path` for a name that leaves the folder,
        `missing_image`."""
        name = PurePosixPath(file_name.replace("\\", "/"))
        if name.is_absolute():
            raise PictureError(
                "unsafe_path", f"{file_name[:200]!r} is absolute and not below the folder of the pictures"
            )
        unsafe = ".." in name.parts or "\0" in file_name or re.match(r"[A-Za-z]:", file_name)
        if unsafe or not file_name.strip():
            raise PictureError("unsafe_path", f"file_name {file_name!r} leaves the image folder")
        for folder in self.folders:
            path = folder / name
            if os.path.isfile(path):  # noqa: PTH113  (a name too long raises in pathlib)
                return path
        raise PictureError("missing_image", f"{file_name} is in none of {', '.join(map(str, self.folders))}")


def pictures_of(coco: CocoFile, folder: Path | None = None) -> Pictures:
    """The pictures of a detection file, see `located_pictures`."""
    return located_pictures(coco.path, (r.image["file_name"] for r in coco.rows if not r.wrong), folder)


def located_pictures(file: Path, names: Iterable[str], folder: Path | None = None) -> Pictures:
    """The folder given, or the usual places: beside the file, `images/` there or one level up, and for
    `instances_val2017.json` the folder `val2017` there or, as COCO is unpacked, one level up.

    Raises `InputError` when none of the first 200 `names` is there.
    """
    home = file.resolve().parent
    split = file.stem.rpartition("_")[2]
    usual = (folder / place for folder in (home, home.parent) for place in ("images", split, f"images/{split}"))
    pictures = Pictures((folder,) if folder else (home, *usual))
    tried = list(islice(names, 200))
    for name in tried:
        try:
            pictures.find(name)
        except PictureError:
            continue
        return pictures
    looked = "\n  ".join(map(str, pictures.folders))
    example = f" (e.g. {tried[0]!r})" if tried else ""
    there = [n for n in tried if PurePosixPath(n).is_absolute() and os.path.isfile(n)]  # noqa: PTH113  (as above)
    if there:
        above = os.path.commonpath([PurePosixPath(n).parent for n in there])
        raise InputError(
            f"none of the pictures of {file} was found{example}: absolute paths are read only below the folder of the "
            f"pictures; give {_given(above)}"
        )
    raise InputError(
        f"none of the pictures of {file} was found{example}; looked in\n  {looked}\ngive {_given('FOLDER')}"
    )


def _given(folder: str) -> str:
    """How the folder of the pictures is given."""
    return f"--images {folder} (for a recipe --input images={folder}, or `images` in sources.toml)"


@dataclass(frozen=True, slots=True)
class Picture:
    """An upright image and how the file's coordinates get there.

    `orientation` is the EXIF value (1-8) to apply to coordinates given in a frame of `declared` size; 1 when the
    file already describes the upright picture.
    """

    image: Image
    declared: tuple[int, int]
    orientation: int


def read_picture(path: Path, declared: tuple[Any, Any]) -> Picture:
    """Read a picture whose file entry says `declared` (width, height).

    Raises `PictureError` with the reasons of `core.image.ImageError` and `unreadable_image`, `no_image_size`,
    `size_mismatch` and `ambiguous_orientation` (the picture is to be turned, but its declared size fits both the
    turned and the unturned one, so that nobody can say what the boxes refer to).
    """
    width, height = declared
    if not all(isinstance(v, (int, float)) and v > 0 and v == int(v) for v in declared):
        raise PictureError("no_image_size", f"{path.name}: the file gives its size as {width} x {height}")
    try:
        data = path.read_bytes()
        image = image_from_bytes(data)
        raw, orientation = _raw(data)
    except ImageError as e:
        raise PictureError(e.reason, f"{path.name}: {e}") from e
    except OSError as e:
        raise PictureError("unreadable_image", f"{path.name}: {e}") from e
    size = (int(width), int(height))
    if size not in (raw, image.size):
        raise PictureError("size_mismatch", f"{path.name} is {image.width}x{image.height}, the file says {size}")
    if orientation != 1 and raw == image.size:
        raise PictureError("ambiguous_orientation", f"{path.name}: turn its pixels and remove EXIF tag 0x0112")
    return Picture(image, size, orientation if size == raw else 1)


def _raw(data: bytes) -> tuple[tuple[int, int], int]:
    """The stored size and the EXIF orientation (1 when absent or unknown)."""
    from PIL import Image as Pil

    with Pil.open(io.BytesIO(data)) as im:
        orientation = im.getexif().get(0x0112, 1)
        return im.size, orientation if orientation in range(1, 9) else 1
