"""The encoded image that samples carry: immutable, content-addressed, decoded only when asked.

Covered: PNG, JPEG, WebP, GIF, BMP and TIFF input; upright normalisation (EXIF orientation applied, CMYK,
palette and 16-bit converted); bytes that stay in a file until needed. Not covered: video.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mmrecipes.core.errors import InputError
from mmrecipes.core.identity import sha256_hex

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from PIL.Image import Image as PilImage

MAX_PIXELS = 128_000_000
"""Images above this many pixels are refused (decompression bombs)."""

GREY_SIDE = 64
"""Sides of at least this many pixels are left when a picture is decoded to grey at reduced size: hashes and thumbnails
need no more, and from larger ones fewer than one bit in 300 of a hash comes out otherwise."""
_checked: dict[str, tuple[bytes, PilImage]] = {}
"""The picture that was checked last, by its hash: its bytes, and its pixels in grey at reduced size. It is often hashed
and stored next."""

_originals: ContextVar[dict[str, bytes] | None] = ContextVar("originals", default=None)

_MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
_SUFFIXES = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}


class ImageError(InputError):
    """Bytes that are not an image we can use; `reason` is a short code for the ledger."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class FileRange:
    """Bytes that lie in a file: read when needed, so that samples between segments stay small."""

    path: Path
    offset: int
    length: int

    def read(self) -> bytes:
        """The bytes. Raises `InputError` where they are not there."""
        try:
            with self.path.open("rb") as f:
                f.seek(self.offset)
                data = f.read(self.length)
        except OSError as e:
            raise InputError(f"cannot read {self.path}: {e.strerror or e}") from e
        if len(data) != self.length:
            raise InputError(f"{self.path} is cut short: {len(data)} of {self.length} bytes at {self.offset}")
        return data


@dataclass(frozen=True, slots=True)
class Image:
    """An encoded image. `width` and `height` are of the upright decoded picture, in pixels."""

    sha256: str
    media_type: str
    width: int
    height: int
    source: bytes | FileRange

    @property
    def data(self) -> bytes:
        """The encoded bytes."""
        return self.source if isinstance(self.source, bytes) else self.source.read()

    def same_data(self) -> bytes:
        """The encoded bytes, as they were when the image was made. Raises `InputError` when its file has changed or
        cannot be read."""
        if isinstance(self.source, bytes):
            return self.source
        if kept := _checked.get(self.sha256):
            return kept[0]
        data = self.source.read()
        if sha256_hex(data) != self.sha256:
            raise InputError(f"{self.source.path} has changed since it was read")
        return data

    @property
    def suffix(self) -> str:
        """File suffix without the dot: png, jpg or webp."""
        return _SUFFIXES[self.media_type]

    @property
    def size(self) -> tuple[int, int]:
        return (self.width, self.height)

    def decode(self) -> npt.NDArray[np.uint8]:
        """Pixels as an (H, W, 3) RGB array."""
        import numpy as np
        from PIL import Image as Pil

        with Pil.open(io.BytesIO(self.data)) as im:
            return np.asarray(im.convert("RGB"))

    def grey(self) -> npt.NDArray[np.uint8]:
        """Grey pixels as an (H, W) array at full size or a half, a quarter or an eighth of it: the smallest of these
        that leaves `GREY_SIDE` pixels a side. A JPEG is decoded at that size, which takes half of the time or less."""
        import numpy as np
        from PIL import Image as Pil

        if kept := _checked.get(self.sha256):
            return np.asarray(kept[1])
        with Pil.open(io.BytesIO(self.data)) as im:
            return np.asarray(_reduced_grey(im))


@contextmanager
def keeping_originals() -> Iterator[dict[str, bytes]]:
    """Within it, the foreign bytes of every image that was not kept as it is can be had by the hash of the image made
    of them, and an animated image is read as its first frame."""
    kept: dict[str, bytes] = {}
    token = _originals.set(kept)
    try:
        yield kept
    finally:
        _originals.reset(token)


def trusted_image(data: bytes, media_type: str, width: int, height: int) -> Image:
    """An image this project has just encoded itself: nothing is checked again."""
    return Image(sha256_hex(data), media_type, width, height, data)


def image_from_bytes(data: bytes) -> Image:
    """Check foreign bytes and make them upright RGB or grey in PNG, JPEG or WebP.

    Bytes already in that form are kept as they are. Raises `ImageError` with reason `empty_image`,
    `corrupt_image`, `animated_image` or `huge_image`.
    """
    from PIL import Image as Pil

    if not data:
        raise ImageError("empty_image", "the image has no bytes")
    try:
        with Pil.open(io.BytesIO(data)) as im:
            if im.width * im.height > MAX_PIXELS:
                raise ImageError("huge_image", f"{im.width}x{im.height} is over {MAX_PIXELS} pixels")
            originals, frames = _originals.get(), int(getattr(im, "n_frames", 1))
            if frames > 1 and originals is None:
                raise ImageError("animated_image", f"{frames} frames")
            if frames == 1 and (kept := _kept_as_it_is(im, data)):
                return kept
            image = _normalised(im, data)
            if originals is not None:
                originals[image.sha256] = data
            return image
    except ImageError:
        raise
    except Pil.DecompressionBombError as e:
        raise ImageError("huge_image", str(e)) from e
    except Pil.UnidentifiedImageError as e:  # its own text holds a memory address
        raise ImageError("corrupt_image", "cannot decode: no known image format") from e
    except (OSError, SyntaxError, ValueError, EOFError) as e:
        raise ImageError("corrupt_image", f"cannot decode: {e}") from e


def image_from_file(path: Path) -> Image:
    """The image in a file, checked like `image_from_bytes`; its bytes stay in the file where they can be used as they
    are. Raises `ImageError` that names the file, also with reason `unreadable_image`."""
    try:
        data = path.read_bytes()
    except OSError as e:
        raise ImageError("unreadable_image", f"cannot read {path}: {e.strerror or e}") from e
    try:
        image = image_from_bytes(data)
    except ImageError as e:
        raise ImageError(e.reason, f"{path}: {e}") from e
    if image.source is not data:
        return image
    return replace(image, source=FileRange(path.absolute(), 0, len(data)))


def _kept_as_it_is(im: PilImage, data: bytes) -> Image | None:
    """The image with these bytes when they need no change. All of them are read: a decoder at reduced size goes through
    the same bytes and only transforms less of them."""
    media_type = _MEDIA_TYPES.get(im.format or "")
    if not media_type or im.mode not in ("RGB", "L") or im.getexif().get(0x0112, 1) != 1:
        return None
    image = Image(sha256_hex(data), media_type, im.width, im.height, data)
    grey = _reduced_grey(im)
    _checked.clear()
    _checked[image.sha256] = (data, grey)
    return image


def _reduced_grey(im: PilImage) -> PilImage:
    factor = next((f for f in (8, 4, 2) if min(im.size) >= f * GREY_SIDE), 1)
    im.draft("L", (im.width // factor, im.height // factor))
    im.load()
    grey = im if im.mode == "L" else im.convert("L")
    return grey.reduce(factor) if im.format != "JPEG" and factor > 1 else grey.copy()


def _normalised(im: PilImage, data: bytes) -> Image:
    from PIL import ImageOps

    im.load()
    turned = ImageOps.exif_transpose(im)
    encoded, media_type = _encode(_to_rgb(turned), lossy=im.format == "JPEG")
    return Image(sha256_hex(encoded), media_type, turned.width, turned.height, encoded)


def _to_rgb(im: PilImage) -> PilImage:
    """RGB; transparency is laid on white, 16-bit grey is scaled to 8 bits."""
    import numpy as np
    from PIL import Image as Pil

    if im.mode.startswith("I;16") or im.mode in ("I", "F"):
        grey = np.asarray(im, dtype=np.float64)
        top = 65535.0 if im.mode != "F" else max(1.0, float(grey.max()))
        return Pil.fromarray((grey.clip(0, top) / top * 255).astype(np.uint8)).convert("RGB")
    if im.mode in ("RGBA", "LA", "PA") or "transparency" in im.info:
        rgba = im.convert("RGBA")
        white = Pil.new("RGBA", rgba.size, (255, 255, 255, 255))
        return Pil.alpha_composite(white, rgba).convert("RGB")
    return im.convert("RGB")


def _encode(im: PilImage, lossy: bool) -> tuple[bytes, str]:
    out = io.BytesIO()
    options: dict[str, Any] = {"quality": 95, "subsampling": 0} if lossy else {"compress_level": 4}
    im.save(out, "JPEG" if lossy else "PNG", **options)
    return out.getvalue(), "image/jpeg" if lossy else "image/png"
