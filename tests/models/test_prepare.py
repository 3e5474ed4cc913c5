"""What an image is sent as: its own bytes within limits, otherwise a smaller or converted one, made once."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Pil

from mmrecipes.core.image import FileRange, Image, ImageError, image_from_bytes, trusted_image
from mmrecipes.models import prepare
from mmrecipes.models.binding import ImageLimits
from mmrecipes.models.prepare import fits, largest_length, prepared

PNG, JPEG, WEBP = "image/png", "image/jpeg", "image/webp"


def picture(width: int, height: int, form: str = "PNG", mode: str = "RGB", noisy: bool = False) -> Image:
    """Four coloured quarters, or noise, which no format compresses."""
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[: height // 2, : width // 2] = (250, 10, 10)
    pixels[: height // 2, width // 2 :] = (10, 250, 10)
    pixels[height // 2 :, : width // 2] = (10, 10, 250)
    if noisy:
        pixels = np.random.default_rng(width).integers(0, 256, (height, width, 3), np.uint8)
    out = io.BytesIO()
    Pil.fromarray(pixels).convert(mode).save(out, form)
    return image_from_bytes(out.getvalue())


def opened(data: bytes) -> Any:
    im = Pil.open(io.BytesIO(data))
    im.load()
    return im


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_an_image_within_limits_keeps_its_bytes(form: str) -> None:
    image = picture(100, 50, form)
    limits = ImageLimits(max_side=100, max_bytes=max(1000, len(image.data)))
    assert fits(image, limits) and prepared(image, limits) == (image.data, image.media_type)


def test_an_image_within_limits_is_never_decoded() -> None:
    nonsense = trusted_image(b"no image at all", PNG, 10, 10)
    assert prepared(nonsense, ImageLimits(max_side=28)) == (b"no image at all", PNG)


def test_bytes_in_a_file_count_without_being_read(tmp_path: Path) -> None:
    absent = FileRange(tmp_path / "absent", 0, 5000)
    assert fits(Image("0" * 64, PNG, 10, 10, absent), ImageLimits(max_bytes=5000))
    assert not fits(Image("0" * 64, PNG, 10, 10, absent), ImageLimits(max_bytes=4999))


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("size", [(900, 300), (300, 900), (1500, 20)])
def test_a_large_image_is_shrunk_and_shows_the_same(form: str, size: tuple[int, int]) -> None:
    data, media_type = prepared(picture(*size, form), ImageLimits(max_side=150))
    small = opened(data)
    assert media_type == JPEG and small.format == "JPEG"
    assert max(small.size) == 150 and abs(small.width / size[0] - small.height / size[1]) < 0.01
    for x, y, colour in ((0.25, 0.25, (250, 10, 10)), (0.75, 0.25, (10, 250, 10)), (0.25, 0.75, (10, 10, 250))):
        seen = small.getpixel((int(x * small.width), int(y * small.height)))
        assert small.height < 9 or sum(abs(a - b) for a, b in zip(seen, colour, strict=True)) < 60


@pytest.mark.parametrize(("types", "media_type"), [((PNG,), PNG), ((WEBP, PNG), WEBP), ((PNG, JPEG), JPEG)])
def test_a_media_type_that_the_endpoint_lacks_is_converted(types: tuple[str, ...], media_type: str) -> None:
    form = "JPEG" if media_type != JPEG else "WEBP"
    data, made = prepared(picture(40, 40, form), ImageLimits(types=types))
    assert made == media_type and f"image/{opened(data).format.lower()}" == media_type


def test_grey_stays_grey() -> None:
    assert opened(prepared(picture(90, 90, mode="L"), ImageLimits(max_side=50))[0]).mode == "L"


def test_quality_gives_way_before_size_does() -> None:
    noisy = picture(400, 300, noisy=True)
    whole = len(prepared(noisy, ImageLimits(types=(JPEG,)))[0])
    lower = prepared(noisy, ImageLimits(types=(JPEG,), max_bytes=whole // 2))[0]
    tiny = prepared(noisy, ImageLimits(types=(JPEG,), max_bytes=4000))[0]
    assert opened(lower).size == (400, 300) and len(lower) <= whole // 2
    assert len(tiny) <= 4000 and opened(tiny).width < 400
    assert len(prepared(noisy, ImageLimits(types=(PNG,), max_bytes=9000))[0]) <= 9000


def test_what_cannot_be_made_fit_is_an_error() -> None:
    with pytest.raises(ImageError) as none:
        prepared(picture(90, 90), ImageLimits(types=("image/gif",)))
    with pytest.raises(ImageError) as large:
        prepared(picture(90, 90, noisy=True), ImageLimits(types=(PNG,), max_bytes=1000))
    assert (none.value.reason, large.value.reason) == ("no_usable_type", "too_large_image")


@settings(max_examples=40)
@given(st.integers(1, 90), st.integers(1, 90), st.booleans(), st.sampled_from(["PNG", "JPEG", "WEBP"]), st.data())
def test_limits_hold_for_every_image(width: int, height: int, noisy: bool, form: str, data: st.DataObject) -> None:
    side, most = data.draw(st.integers(28, 90)), data.draw(st.integers(2000, 9000))
    types = data.draw(st.sampled_from([(JPEG,), (WEBP,), (PNG,), (PNG, WEBP)]))
    image, limits = picture(width, height, form, noisy=noisy), ImageLimits(max_side=side, max_bytes=most, types=types)
    try:
        made, media_type = prepared(image, limits)
    except ImageError as e:
        assert e.reason == "too_large_image" and types == (PNG,)
        return
    assert len(made) <= min(most, largest_length(image, limits)) and media_type in types
    assert max(opened(made).size) <= side
    prepare._cache.kept.clear()
    assert prepared(image, limits) == (made, media_type), "the same bytes again"


def test_an_image_is_converted_once_and_the_cache_is_bounded_by_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def converted(image: Image, limits: ImageLimits) -> tuple[bytes, str]:
        made.append(image.sha256[:1])
        return bytes(400), JPEG

    monkeypatch.setattr(prepare, "_converted", converted)
    monkeypatch.setattr(prepare, "_cache", prepare._Cache(1000))
    a, b, c = (Image(name * 64, PNG, 999, 999, b"") for name in "abc")
    limits = ImageLimits(max_side=100)
    for image in (a, b, a, c, a, b):
        prepared(image, limits)
    assert made == ["a", "b", "c", "b"], "b was used longest ago when c came"
    prepared(a, ImageLimits(max_side=99))
    assert made[-1] == "a" and prepare._cache.held <= 1000
    assert prepare._cache.held == sum(len(data) for data, _ in prepare._cache.kept.values())
