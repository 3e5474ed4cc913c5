"""Claims about perceptual hashes. The oracle computes the transform by its defining sum, one coefficient at a time."""

from __future__ import annotations

import math

import numpy as np
import pytest
from PIL import Image as Pil

from mmrecipes.steps.image_hash import FLAT_ENERGY, dhash, hamming, image_hash, phash, same_pictures
from mmrecipes_tests.steps.pictures import bar_chart, image, photographs, scaled

PHOTOGRAPHS = photographs()


def phash_by_definition(picture: Pil.Image) -> int:
    small = picture.convert("L").resize((32, 32), Pil.Resampling.LANCZOS)
    rows = np.asarray(small).tolist()
    cosines = [[math.cos(math.pi * f * (2 * x + 1) / 64) for x in range(32)] for f in range(8)]
    values = [
        sum(rows[y][x] * cosines[v][y] * cosines[u][x] for y in range(32) for x in range(32)) * scale(u) * scale(v)
        for v in range(8)
        for u in range(8)
    ]
    median = sorted(values[1:])[31]
    return sum(1 << (63 - i) for i, value in enumerate(values) if i == 0 or value > median)


def scale(frequency: int) -> float:
    return math.sqrt(0.5) if frequency == 0 else 1.0


def grey(picture: Pil.Image) -> np.ndarray:
    return np.asarray(picture.convert("L"))


@pytest.mark.parametrize("number", range(len(PHOTOGRAPHS)))
def test_the_phash_of_a_photograph_is_that_of_the_defining_sum(number: int) -> None:
    assert phash(grey(PHOTOGRAPHS[number])) == phash_by_definition(PHOTOGRAPHS[number])


def test_the_phash_is_that_of_the_common_library() -> None:
    imagehash = pytest.importorskip("imagehash")
    for picture in PHOTOGRAPHS:
        assert f"{phash(grey(picture)):016x}" == str(imagehash.phash(picture))
        assert f"{dhash(grey(picture)):016x}" == str(imagehash.dhash(picture))


def test_an_encoded_picture_has_nearly_the_hash_of_its_pixels() -> None:
    for picture in PHOTOGRAPHS:
        assert image_hash(image(picture, "PNG")).phash == phash(grey(picture)), "no reduction at this size"
        assert hamming(image_hash(image(picture, quality=95)).phash, phash(grey(picture))) <= 2
        large = picture.resize((2048, 1536), Pil.Resampling.BICUBIC)
        assert hamming(image_hash(image(large, quality=95)).phash, phash(grey(large))) <= 2


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_the_picture_just_checked_hashes_as_one_that_is_decoded_again(form: str) -> None:
    first = image(PHOTOGRAPHS[0].resize((1300, 1100)), form)
    at_once = image_hash(first)
    image(PHOTOGRAPHS[1])
    assert image_hash(first) == at_once


@pytest.mark.parametrize("factor", [0.95, 1.05])
def test_the_phash_stays_under_a_mild_resize_and_mild_jpeg(factor: float) -> None:
    for picture in PHOTOGRAPHS:
        original, changed = image_hash(image(picture, "PNG")), image_hash(image(scaled(picture, factor), quality=85))
        assert hamming(original.phash, changed.phash) <= 4
        assert same_pictures(original.thumbnail, changed.thumbnail)


def test_the_phash_of_a_picture_saved_again_differs_in_two_bits_at_most() -> None:
    for picture in PHOTOGRAPHS:
        original = image_hash(image(picture, quality=92))
        for quality in (95, 85, 75):
            assert hamming(original.phash, image_hash(image(picture, quality=quality)).phash) <= 2


def test_different_photographs_are_far_apart() -> None:
    hashes = [image_hash(image(p)) for p in PHOTOGRAPHS]
    for i, one in enumerate(hashes):
        for other in hashes[:i]:
            assert hamming(one.phash, other.phash) > 10
            assert not same_pictures(one.thumbnail, other.thumbnail)


def test_a_bar_that_changes_a_tenth_of_the_picture_changes_the_hash() -> None:
    wide = [0.3, 0.7]
    one, other = (image_hash(image(bar_chart(h), "PNG")) for h in (wide, [0.65, 0.7]))
    assert one.phash != other.phash, "0.35 of half of the width, without the gaps: 11.7 % of the area"


@pytest.mark.parametrize("bar", range(5))
def test_a_chart_with_one_bar_a_little_higher_is_another_picture(bar: int) -> None:
    heights = [0.3, 0.7, 0.5, 0.2, 0.6]
    higher = [h + 0.05 * (i == bar) for i, h in enumerate(heights)]
    one, other = (image_hash(image(bar_chart(h), "PNG")).thumbnail for h in (heights, higher))
    assert not same_pictures(one, other)
    assert same_pictures(one, image_hash(image(bar_chart(heights), quality=75)).thumbnail)


def test_a_flat_picture_is_marked_and_has_no_hash() -> None:
    noisy = np.random.default_rng(0).normal(240, 2, (480, 640, 3)).clip(0, 255).astype(np.uint8)
    for picture in (Pil.new("RGB", (640, 480), "white"), Pil.fromarray(noisy)):
        hashed = image_hash(image(picture))
        assert hashed.flat and hashed.phash == 0 and hashed.energy < FLAT_ENERGY
    assert not any(image_hash(image(p)).flat for p in PHOTOGRAPHS)


def test_the_energy_is_the_deviation_of_the_low_frequencies() -> None:
    wave = 128 + 40 * np.cos(np.pi * 2 * (2 * np.arange(32) + 1) / 64)
    picture = Pil.fromarray(np.tile(wave.round().astype(np.uint8), (32, 1))).convert("RGB")
    assert image_hash(image(picture, "PNG")).energy == pytest.approx(40 / math.sqrt(2), rel=0.01)


def test_two_rows_of_pictures_of_different_length_are_not_the_same() -> None:
    thumbnail = image_hash(image(PHOTOGRAPHS[0])).thumbnail
    assert same_pictures(b"", b"") and same_pictures(thumbnail * 2, thumbnail * 2)
    assert not same_pictures(thumbnail, thumbnail * 2)
    assert not same_pictures(thumbnail + image_hash(image(PHOTOGRAPHS[1])).thumbnail, thumbnail * 2)
