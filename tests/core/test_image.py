from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pil

from mmrecipes.core.errors import InputError
from mmrecipes.core.image import FileRange, ImageError, image_from_bytes, image_from_file


def encoded(im: Pil.Image, form: str, **options: object) -> bytes:
    out = io.BytesIO()
    im.save(out, form, **options)  # type: ignore[arg-type]
    return out.getvalue()


def halves(width: int = 40, height: int = 20) -> Pil.Image:
    """Left half red, right half blue."""
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[:, : width // 2, 0] = 255
    pixels[:, width // 2 :, 2] = 255
    return Pil.fromarray(pixels)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_bytes_that_are_already_upright_rgb_are_kept_as_they_are(form: str) -> None:
    data = encoded(halves(), form)
    image = image_from_bytes(data)
    assert image.data == data and image.size == (40, 20) and image.media_type == f"image/{form.lower()}"


def test_a_photograph_with_exif_rotation_becomes_upright() -> None:
    exif = Pil.Exif()
    exif[0x0112] = 6  # the camera was turned: show it rotated by 90 degrees clockwise
    image = image_from_bytes(encoded(halves(), "JPEG", exif=exif, quality=95))
    assert image.size == (20, 40)
    pixels = image.decode()
    assert pixels[5, 10, 0] > 200 and pixels[35, 10, 2] > 200
    with Pil.open(io.BytesIO(image.data)) as again:
        assert again.getexif().get(0x0112, 1) == 1


@pytest.mark.parametrize("mode", ["CMYK", "P", "RGBA", "LA", "1", "I;16"])
def test_other_pixel_forms_become_rgb_that_looks_the_same(mode: str) -> None:
    if mode == "I;16":
        im = Pil.fromarray(np.linspace(0, 65535, 800).reshape(20, 40).astype(np.uint16))
        expected = np.linspace(0, 255, 800).reshape(20, 40)
    else:
        im = halves().convert(mode)
        expected = np.asarray(im.convert("RGB"), float)[:, :, 0]
    data = encoded(im, "JPEG" if mode == "CMYK" else "PNG")
    pixels = image_from_bytes(data).decode()
    assert np.abs(pixels[:, :, 0].astype(float) - expected).mean() < 6


def test_transparency_is_laid_on_white() -> None:
    clear = Pil.new("RGBA", (4, 4), (255, 0, 0, 0))
    assert (image_from_bytes(encoded(clear, "PNG")).decode() == 255).all()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty_image"),
        (b"this is a text, not a picture", "corrupt_image"),
        (encoded(halves(), "PNG")[:60], "corrupt_image"),
        (encoded(halves(400, 300), "JPEG")[:700], "corrupt_image"),
        (b"\x89PNG\r\n\x1a\n" + bytes(64), "corrupt_image"),
    ],
)
def test_unusable_bytes_are_refused_with_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(ImageError) as caught:
        image_from_bytes(data)
    assert caught.value.reason == reason


def test_an_animated_image_is_refused() -> None:
    frames = [Pil.new("RGB", (8, 8), (i * 60, 0, 0)) for i in range(3)]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    with pytest.raises(ImageError) as caught:
        image_from_bytes(data)
    assert caught.value.reason == "animated_image"


def test_a_decompression_bomb_is_refused_before_it_is_decoded() -> None:
    bomb = encoded(Pil.new("1", (40_000, 40_000)), "PNG")
    assert len(bomb) < 1_000_000
    with pytest.raises(ImageError) as caught:
        image_from_bytes(bomb)
    assert caught.value.reason == "huge_image"


def test_a_byte_range_that_is_cut_short_is_an_error(tmp_path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "media.bin").write_bytes(b"12345")
    assert FileRange(tmp_path / "media.bin", 1, 3).read() == b"234"
    with pytest.raises(InputError, match="cut short"):
        FileRange(tmp_path / "media.bin", 3, 9).read()


def test_an_image_in_a_file_stays_there_unless_it_has_to_be_changed(tmp_path: Path) -> None:
    plain, turned = tmp_path / "plain.png", tmp_path / "turned.jpg"
    Pil.new("RGB", (6, 4), "red").save(plain)
    exif = Pil.Exif()
    exif[0x0112] = 6
    Pil.new("RGB", (6, 4), "red").save(turned, exif=exif)
    lazy, changed = image_from_file(plain), image_from_file(turned)
    assert isinstance(lazy.source, FileRange) and lazy.data == plain.read_bytes()
    assert isinstance(changed.source, bytes) and changed.size == (4, 6)
    with pytest.raises(ImageError) as caught:
        image_from_file(tmp_path / "missing.png")
    assert caught.value.reason == "unreadable_image"


def wavy(width: int, height: int) -> Pil.Image:
    y, x = np.mgrid[:height, :width]
    pixels = np.stack([127 + 120 * np.sin(x / 9 + y / 31), 127 + 120 * np.cos(y / 7), (x + y) % 256], axis=-1)
    return Pil.fromarray(pixels.astype(np.uint8))


def test_data_of_a_file_that_has_changed_or_is_gone_is_refused(tmp_path: Path) -> None:
    path, other = tmp_path / "one.png", tmp_path / "other.png"
    path.write_bytes(data := encoded(halves(40), "PNG"))
    other.write_bytes(encoded(halves(42), "PNG"))
    image = image_from_file(path)
    image_from_file(other)
    assert image.same_data() == data
    path.write_bytes(data[:-1] + b"?")
    with pytest.raises(InputError, match=r"one\.png has changed since it was read"):
        image.same_data()
    path.unlink()
    with pytest.raises(InputError, match=r"cannot read .*one\.png: No such file"):
        image.same_data()


def test_data_of_the_image_read_last_is_that_which_was_checked(tmp_path: Path) -> None:
    path = tmp_path / "one.png"
    path.write_bytes(checked := encoded(halves(40), "PNG"))
    image = image_from_file(path)
    path.write_bytes(encoded(halves(42), "PNG"))
    assert image.same_data() == checked


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"subsampling": 0}, {"restart_marker_rows": 1}])
def test_a_damaged_jpeg_is_refused_by_the_reduced_decode_exactly_where_a_full_decode_refuses_it(
    options: dict[str, object],
) -> None:
    data = encoded(wavy(600, 520), "JPEG", quality=80, **options)
    rng, refused = np.random.default_rng(0), 0
    for cut in rng.integers(100, len(data), 25).tolist():
        filled = data[:cut] + rng.integers(0, 256, 40, dtype=np.uint8).tobytes() + data[cut + 40 :]
        for damaged in (data[:cut], filled):
            try:
                with Pil.open(io.BytesIO(damaged)) as im:
                    im.load()
                whole = True
            except (OSError, SyntaxError):
                whole = False
            try:
                image_from_bytes(damaged)
                accepted = True
            except ImageError:
                accepted = False
            assert accepted == whole
            refused += not whole
    assert refused >= 20


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
@pytest.mark.parametrize(
    ("size", "reduced"),
    [
        ((40, 20), (40, 20)),
        ((127, 200), (127, 200)),
        ((129, 180), (65, 90)),
        ((258, 500), (65, 125)),
        ((1030, 2000), (129, 250)),
    ],
)
def test_grey_pixels_are_those_of_the_picture_at_a_fraction_of_its_size(
    form: str, size: tuple[int, int], reduced: tuple[int, int]
) -> None:
    picture = wavy(*size)
    image = image_from_bytes(encoded(picture, form))
    grey = image.grey()
    assert grey.shape == reduced[::-1] and grey.dtype == np.uint8
    expected = np.asarray(picture.convert("L").resize(reduced, Pil.Resampling.BOX), float)
    assert np.abs(grey - expected).mean() < 4
    image_from_bytes(encoded(halves(), form))
    assert (image.grey() == grey).all(), "also when it has to be decoded again"
