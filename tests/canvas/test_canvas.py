from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image as Pil

from mmrecipes.canvas.encode import encode
from mmrecipes.canvas.fonts import covering_families, face, families, uncovered
from mmrecipes.canvas.surface import Surface
from mmrecipes.canvas.text import shape, wrap
from mmrecipes.core.boxes import box_of
from mmrecipes.core.errors import FontError


def ink_box(pixels: np.ndarray) -> tuple[int, int, int, int]:
    ys, xs = np.where(pixels.min(axis=2) < 250)
    return int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1


@pytest.mark.parametrize("family", families())
@pytest.mark.parametrize("bold", [False, True])
def test_the_ink_box_of_a_text_is_where_its_pixels_are(family: str, bold: bool) -> None:
    surface = Surface(500, 80)
    run = shape("Quarterly gjpqy 1,234.50 (%)", face(family, bold=bold), 22.0)
    box = box_of(surface.text(run, 20, 50, "#000000"))
    ink = ink_box(surface.pixels())
    assert all(abs(a - b) <= 1.5 for a, b in zip(box, ink, strict=True))


@pytest.mark.parametrize("angle", [-90.0, -45.0, 30.0, 90.0])
def test_a_turned_text_stays_in_its_quad(angle: float) -> None:
    surface = Surface(300, 300)
    run = shape("Tick label 2024", face("DejaVu Sans"), 18.0)
    box = box_of(surface.text(run, 150, 150, "#000000", align="centre", valign="middle", angle=angle))
    ink = ink_box(surface.pixels())
    assert box[0] - 1.5 <= ink[0] and ink[2] <= box[2] + 1.5 and box[1] - 1.5 <= ink[1] and ink[3] <= box[3] + 1.5


def test_a_missing_glyph_is_an_error_and_never_a_box() -> None:
    with pytest.raises(FontError, match="has no glyph for '表'"):
        shape("a 表", face("Source Sans Pro"), 12.0)


def test_an_unknown_family_is_named_with_the_known_ones() -> None:
    with pytest.raises(FontError, match=r"no font family 'Comic Sans'.*DejaVu Sans"):
        face("Comic Sans")


def test_wrapped_lines_fit_and_lose_no_word() -> None:
    text = "the total of all regions that report their figures before the deadline, including estimates"
    lines = wrap(text, face("Caladea"), 14.0, 120.0)
    assert " ".join(line.text for line in lines) == text and len(lines) > 3
    assert all(line.width <= 120.0 for line in lines)
    assert [r.text for r in wrap("incomprehensibilities", face("Caladea"), 14.0, 20.0)] == ["incomprehensibilities"]
    assert wrap("  ", face("Caladea"), 14.0, 20.0) == []


@pytest.mark.parametrize(("form", "exact"), [("png", True), ("jpeg", False), ("webp", False)])
def test_encoded_pixels_come_back(form: str, exact: bool) -> None:
    surface = Surface(64, 48, "#fff8e0")
    surface.rect((8, 8, 40, 30), fill="#204080")
    surface.wedge((44, 30), 10, 0, 120, "#c03020")
    image = encode(surface.pixels(), form)  # type: ignore[arg-type]
    decoded = np.asarray(Pil.open(io.BytesIO(image.data)).convert("RGB"))
    assert image.size == (64, 48) and decoded.shape == (48, 64, 3)
    difference = np.abs(decoded.astype(int) - surface.pixels().astype(int))
    assert difference.max() == 0 if exact else difference.mean() < 8


def test_a_grey_picture_is_stored_grey_and_looks_the_same() -> None:
    surface = Surface(30, 20)
    surface.text(shape("x", face("STIX"), 14.0), 5, 15, "#000000")
    image = encode(surface.pixels())
    assert Pil.open(io.BytesIO(image.data)).mode == "L"
    assert (image.decode() == surface.pixels()).all()


def test_the_same_drawing_gives_the_same_bytes() -> None:
    def draw() -> bytes:
        surface = Surface(100, 60)
        surface.polyline([(5, 5), (50, 40), (95, 10)], "#0055aa", 2.0, (4, 2))
        surface.polygon([(10, 50), (30, 30), (50, 50)], fill="#33aa5580", stroke="#000000")
        surface.circle((70, 30), 8, fill="#ffcc00")
        return encode(surface.pixels()).data

    assert draw() == draw()


@pytest.mark.parametrize("text", ["", "   "])
def test_blank_text_has_no_ink_and_can_be_drawn(text: str) -> None:
    surface = Surface(20, 20)
    run = shape(text, face("Caladea"), 12.0)
    assert run.ink == (0.0, 0.0, 0.0, 0.0)
    surface.text(run, 5, 15, "#000000")
    assert (surface.pixels() == 255).all()


def test_families_cover_a_text_only_if_every_style_has_its_glyphs_and_it_runs_left_to_right() -> None:
    assert set(covering_families("Plain (1)")) == set(families())
    for name in covering_families("Привет"):
        for bold, italic in ((False, False), (True, False), (False, True)):
            shape("Привет", face(name, bold=bold, italic=italic), 12)
    assert 0 < len(covering_families("Привет")) < len(families())
    assert covering_families("東京") == covering_families("مرحبا") == covering_families("שלום") == []


def test_uncovered_names_exactly_the_characters_no_family_sets() -> None:
    assert uncovered(["Oslo", "Łódź", "Αθήνα", "line\nend"]) == ""
    assert uncovered(["a東", "京b"]) == "京東"
