"""Images in cells of tables: {bytes, path}, encoded bytes or a path; one, a list of them, or none.

Covered: bytes where there are any, else the file that the path names below the folders of pictures. Not covered: URLs,
base64, pixel arrays.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mmrecipes.core.image import Image, image_from_bytes, image_from_file
from mmrecipes.formats.pictures import PictureError, Pictures


def pictures_beside(path: Path, folder: Path | None) -> Pictures:
    """Where the pictures that a source names are looked for: the folder given, or the source's own and `images`
    there."""
    home = path if path.is_dir() else path.resolve().parent
    return Pictures((folder,) if folder else (home, home / "images"))


def images_of(cell: Any, pictures: Pictures) -> list[Image]:
    """The images of a cell; none of a null one. Raises `PictureError` (`null_image` for a null inside a list,
    `not_an_image`, `not_local`, and those of `Pictures.find`) and `ImageError`."""
    if isinstance(cell, list):
        if any(map(_is_null, cell)):
            raise PictureError("null_image", f"image {next(i for i, c in enumerate(cell) if _is_null(c))} is null")
        return [_image(c, pictures) for c in cell]
    return [] if _is_null(cell) else [_image(cell, pictures)]


def each_once(images: list[Image]) -> tuple[Image, ...]:
    """The images without repetitions, as a sample holds them."""
    return tuple({im.sha256: im for im in images}.values())


def _is_null(cell: Any) -> bool:
    if isinstance(cell, Mapping) and ("bytes" in cell or "path" in cell):
        return cell.get("bytes") is None and not cell.get("path")
    return cell is None or cell == ""


def _image(cell: Any, pictures: Pictures) -> Image:
    if isinstance(cell, Mapping):
        data = cell.get("bytes")
        cell = data if data is not None else cell.get("path")
    if isinstance(cell, bytes):
        return image_from_bytes(cell)
    if not isinstance(cell, str):
        raise PictureError("not_an_image", f"an image is given as {type(cell).__name__}, not as bytes or a path")
    if "://" in cell or cell.startswith("data:"):
        raise PictureError("not_local", f"{cell[:80]} is no file; download it first")
    return image_from_file(pictures.find(cell))
