"""Images in cells of tables: {bytes, path}, encoded bytes, a data URL or a path; one, a list of them, or none.

Covered: bytes where there are any, else the file that the path names below the folders of pictures. Not covered: other
URLs, bare base64, pixel arrays.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
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
    if is_data(cell):
        return image_from_bytes(data_in(cell))
    return image_from_file(pictures.find(inside(cell, pictures.folders)))


def is_data(name: str) -> bool:
    """Whether a picture is given as a data URL."""
    return name.startswith("data:")


def data_in(url: str) -> bytes:
    """The bytes in a data URL. Raises `PictureError`: `corrupt_image` for what is no base64, `not_an_image`."""
    head, comma, encoded = url.partition(",")
    try:
        if comma and head.endswith(";base64"):
            return base64.b64decode(encoded, validate=True)
    except binascii.Error as e:
        raise PictureError("corrupt_image", f"{head[:40]}: {e}") from e
    raise PictureError("not_an_image", f"{url[:40]} is no base64 data URL")


def inside(name: str, folders: Sequence[Path]) -> str:
    """A picture's name relative to the folder that has it; an absolute path counts only inside one of `folders`.

    Raises `PictureError` `not_local` for a URL.
    """
    if "://" in name:
        raise PictureError("not_local", f"{name[:80]} is no file; download it first")
    for folder in folders:
        if name.startswith(f"{folder.resolve()}/"):
            return name[len(str(folder.resolve())) + 1 :]
    return name
