from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mmrecipes.core.boxes import clip
from mmrecipes.formats.box_text import PROFILES, BoxError, qwen_resized, resized

SIDES = st.integers(1, 3000)
SIZES = st.tuples(SIDES, SIDES)
UNIT = {"llava_norm": 0.001, "llava_norm_pad": 0.001, "norm1000": 1.0, "abs": 1.0, "qwen2.5-vl": 1.0}


@st.composite
def placed(draw: st.DrawFn) -> tuple[tuple[int, int], tuple[float, float, float, float]]:
    """A size and a box that has an area inside; often on the borders or over them."""
    size = draw(SIZES)
    edges = []
    for side in size:
        place = st.sampled_from((0.0, 0.25, side / 2, float(side), side + 5.0)) | st.floats(-3, side + 3, width=32)
        edges.append(sorted(draw(st.lists(place, min_size=2, max_size=2))))
    (x0, x1), (y0, y1) = edges
    x0, y0, x1, y1 = (float(v) for v in (x0, y0, x1, y1))
    inside = clip((x0, y0, x1, y1), *size)
    assume(inside[0] < inside[2] and inside[1] < inside[3])
    return size, (x0, y0, x1, y1)


def oracle(name: str, size: tuple[int, int]) -> tuple[tuple[float, float], tuple[float, float]]:
    """Units per pixel and the unit of pixel 0, for x and y, in the words of each convention."""
    width, height = size
    if name == "llava_norm_pad":
        side = max(size)
        left, top = (0, (width - height) // 2) if width > height else ((height - width) // 2, 0)
        return (1 / side, 1 / side), (left / side, top / side)
    whole = {
        "llava_norm": (1.0, 1.0),
        "norm1000": (1000.0, 1000.0),
        "abs": size,
        "qwen2.5-vl": resized(size, 3136, 12845056),
    }
    return (whole[name][0] / width, whole[name][1] / height), (0.0, 0.0)


@pytest.mark.parametrize("name", PROFILES)
@given(given_box=placed())
def test_a_written_box_is_off_by_half_a_unit_at_most_and_never_empty_or_inverted(
    name: str, given_box: tuple[tuple[int, int], tuple[float, float, float, float]]
) -> None:
    size, box = given_box
    (ax, ay), (bx, by) = oracle(name, size)
    exact = [a * v + b for a, v, b in zip((ax, ay) * 2, clip(box, *size), (bx, by) * 2, strict=True)]
    profile = PROFILES[name]
    try:
        text = profile.write(box, size)
    except BoxError as e:
        assert e.reason == "box_below_one_unit"
        assert min(exact[2] - exact[0], exact[3] - exact[1]) <= UNIT[name]
        return
    x0, y0, x1, y1 = (float(v) for v in text.strip("[]").split(", "))
    assert x0 < x1 and y0 < y1
    assert max(abs(a - b) for a, b in zip(exact, (x0, y0, x1, y1), strict=True)) <= UNIT[name] / 2 * (1 + 1e-9)
    back = profile.read(text, size)
    off = [abs(a - b) * s for a, b, s in zip(back, clip(box, *size), (ax, ay) * 2, strict=True)]
    assert max(off) <= UNIT[name] / 2 * (1 + 1e-6)


def test_the_numbers_are_printed_as_the_trainers_expect_them() -> None:
    box, size = (20.0, 10.0, 100.0, 40.0), (200, 80)
    assert PROFILES["llava_norm"].write(box, size) == "[0.100, 0.125, 0.500, 0.500]"
    assert PROFILES["norm1000"].write(box, size) == "[100, 125, 500, 500]"
    assert PROFILES["abs"].write(box, size) == "[20, 10, 100, 40]"
    assert PROFILES["llava_norm_pad"].write(box, size) == "[0.100, 0.350, 0.500, 0.500]"


@pytest.mark.parametrize("size", [(31, 20), (20, 31), (8, 8), (5, 2)])
def test_a_padded_box_lies_where_llava_s_own_padding_puts_its_pixels(size: tuple[int, int]) -> None:
    llava = pytest.importorskip("llava.mm_utils")
    from PIL import Image as Pil

    side, box = max(size), (1, 1, size[0] - 1, size[1])
    picture = Pil.new("RGB", size)
    picture.paste((255, 255, 255), box)
    padded = np.asarray(llava.expand2square(picture, (0, 0, 0)))[..., 0]
    rows, columns = np.nonzero(padded.any(1))[0], np.nonzero(padded.any(0))[0]
    found = (columns[0] / side, rows[0] / side, (columns[-1] + 1) / side, (rows[-1] + 1) / side)
    units = PROFILES["llava_norm_pad"].units(tuple(map(float, box)), size)  # type: ignore[arg-type]
    assert units == pytest.approx(found, abs=0.0005)


@given(SIZES, st.sampled_from(((3136, 12_845_056), (12_544, 451_584))))
def test_the_resized_picture_is_the_processor_s(size: tuple[int, int], limits: tuple[int, int]) -> None:
    processing = pytest.importorskip("transformers.models.qwen2_vl.image_processing_pil_qwen2_vl")
    assume(max(size) / min(size) <= 200)
    height, width = processing.smart_resize(size[1], size[0], 28, *limits)
    assert resized(size, *limits) == (width, height)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[1, 2, 3]", "no_box"),
        ("1, 2, 3, 4", "no_box"),
        ("[nan, 2, 3, 4]", "no_box"),
        ("[10, 2, 10, 4]", "inverted_box"),
        ("[10, 4, 20, 2]", "inverted_box"),
        ("[0, 0, 1001, 4]", "outside_image"),
        ("[-1, 0, 10, 4]", "outside_image"),
    ],
)
def test_a_text_that_is_no_box_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(BoxError) as found:
        PROFILES["norm1000"].read(text, (640, 480))
    assert found.value.reason == reason


def test_a_box_that_is_not_a_number_is_refused() -> None:
    for bad in (math.nan, math.inf):
        with pytest.raises(BoxError) as found:
            PROFILES["abs"].write((0.0, 0.0, bad, 1.0), (4, 4))
        assert found.value.reason == "nan_box"


def test_limits_of_the_resized_picture_change_the_unit() -> None:
    small, large = qwen_resized(3136, 451_584), qwen_resized(3136, 12_845_056)
    box, size = (0.0, 0.0, 1500.0, 1000.0), (3000, 2000)
    assert small.write(box, size) == "[0, 0, 406, 266]" and large.write(box, size) == "[0, 0, 1498, 994]"
