"""The step wears any recipe's pictures, and what says where something is goes along or the sample is dropped."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image as Pil

from mmrecipes.canvas.encode import encode
from mmrecipes.core.boxes import quad_of
from mmrecipes.core.image import Image, image_from_bytes, trusted_image
from mmrecipes.core.sample import (
    Alternative,
    Extra,
    Message,
    Part,
    Region,
    Sample,
    assistant,
    check_sample,
    sample_to_json,
    user,
)
from mmrecipes.flow.recipe import LoadedRecipe
from mmrecipes.flow.run import RunRequest, execute
from mmrecipes.flow.step import Drop, StepContext
from mmrecipes.render.degradation import move_quads
from mmrecipes.steps.degrade import Degrade

BOXES = ((40, 30, 180, 90), (210, 120, 330, 200), (60, 150, 150, 240))
WORN = (0.0, 0.0, 0.0, 1.0)


def _picture(seed: int = 0, size: tuple[int, int] = (360, 260)) -> np.ndarray:
    """A white page with coloured boxes."""
    pixels = np.full((size[1], size[0], 3), 250, np.uint8)
    rng = random.Random(seed)
    for x0, y0, x1, y1 in BOXES:
        pixels[y0:y1, x0:x1] = [rng.randrange(30, 120) for _ in range(3)]
    return pixels


def _sample(image: Image | None = None, **fields: Any) -> Sample:
    image = image or encode(_picture())
    regions = tuple(Region(image.sha256, f"box {n}", quad_of(b), "text") for n, b in enumerate(BOXES))
    other = Message("assistant", (Part(text="no"), Part(image=image.sha256)))
    return Sample(id="toy/a/000001", images=(image,), messages=(user(image, "What is here?"), assistant("Boxes.")),
                  regions=regions, alternatives=(Alternative("rejected", (other,)),), **fields)  # fmt: skip


def _run(sample: Sample, seed: int = 1, **arguments: Any) -> Sample | Drop:
    return Degrade(**{"levels": WORN, **arguments})(sample, StepContext(seed, sample.id, "degrade"))


def _moved(sample: Sample, **arguments: Any) -> Sample:
    """The sample worn with a seed that moves something."""
    for seed in range(50):
        worn = _run(sample, seed, **arguments)
        assert isinstance(worn, Sample)
        if any(name == "perspective" for log in worn.meta["degrade"]["logs"] for name, _ in log):
            return worn
    raise AssertionError


def test_all_that_points_to_the_picture_points_to_the_worn_one_and_is_where_the_log_takes_it() -> None:
    clean = _sample()
    worn = _moved(clean)
    check_sample(worn)
    (image,) = worn.images
    assert image.sha256 != clean.images[0].sha256 and image.decode().shape[:2] == (image.height, image.width)
    assert worn.messages[0].parts[0].image == image.sha256
    assert worn.alternatives[0].messages[0].parts[1].image == image.sha256
    log = [tuple(entry) for entry in worn.meta["degrade"]["logs"][0]]
    for before, after in zip(clean.regions, worn.regions, strict=True):
        assert after.ref == image.sha256 and (after.label, after.text) == (before.label, before.text)
        assert np.allclose(after.quad, move_quads(np.array([before.quad]), log)[0], atol=1e-5)
    assert worn.meta["degrade"]["level"] == 3 and worn.meta["degrade"]["profile"] == "page"
    sample_to_json(worn)


def test_regions_hold_their_boxes_in_the_worn_picture_and_unmoved_ones_would_not() -> None:
    clean = _sample()
    worn = _moved(clean)
    grey = cv2.cvtColor(worn.images[0].decode(), cv2.COLOR_RGB2GRAY)

    def darkness(regions: tuple[Region, ...]) -> list[float]:
        """Share of each quad that is dark."""
        shares = []
        for region in regions:
            mask = np.zeros(grey.shape, np.uint8)
            cv2.fillPoly(mask, [np.round(np.array(region.quad) - 0.5).astype(np.int32)], 1)
            shares.append(float((grey[mask > 0] < 150).mean()))
        return shares

    assert min(darkness(worn.regions)) > 0.93
    assert min(darkness(clean.regions)) < 0.93


def test_level_zero_leaves_the_sample_as_it_is_and_says_so() -> None:
    clean = _sample()
    same = _run(clean, levels=(1, 0, 0, 0))
    assert isinstance(same, Sample)
    assert replace(same, meta={}) == clean
    assert same.meta["degrade"] == {"level": 0, "profile": "page", "logs": [[]]}


def test_the_same_seed_wears_alike_and_weights_are_kept() -> None:
    clean = _sample()
    assert _run(clean, 4) == _run(clean, 4) != _run(clean, 5)
    levels = [_run(clean, s, levels=(1, 1, 0, 0)).meta["degrade"]["level"] for s in range(40)]  # type: ignore[union-attr]
    assert 8 < levels.count(0) < 32 and set(levels) == {0, 1}


def test_nothing_moves_when_places_are_said_in_words() -> None:
    clean = _sample()
    worn = _run(clean, moving=False)
    assert isinstance(worn, Sample) and worn.images[0].size == clean.images[0].size
    assert [r.quad for r in worn.regions] == [r.quad for r in clean.regions]


def test_quads_and_size_in_the_truth_follow_and_other_truth_stays() -> None:
    cells = [{"quad": [list(p) for p in quad_of(b)], "text_quad": None, "text": "a"} for b in BOXES]
    truth = {"image_size": [360, 260], "spec": {"quad": "none", "points": [[1, 2], [3, 4]]}, "cells": cells}
    worn = _moved(_sample(truth=truth))
    assert worn.truth["image_size"] == list(worn.images[0].size)
    assert worn.truth["spec"] == truth["spec"]
    for cell, region in zip(worn.truth["cells"], worn.regions, strict=True):
        assert np.allclose(cell["quad"], region.quad) and cell["text_quad"] is None and cell["text"] == "a"


def _png(im: Pil.Image, form: str = "PNG", **options: Any) -> bytes:
    out = io.BytesIO()
    im.save(out, form, **options)
    return out.getvalue()


@pytest.mark.parametrize("mode", ["L", "P", "I;16"])
def test_a_label_map_moves_with_its_picture_and_keeps_its_labels(mode: str) -> None:
    labels = np.zeros((260, 360), np.uint16 if mode == "I;16" else np.uint8)
    for n, (x0, y0, x1, y1) in enumerate(BOXES, 300 if mode == "I;16" else 3):
        labels[y0:y1, x0:x1] = n
    im = Pil.fromarray(labels)
    if mode == "P":
        im.putpalette([v for n in range(256) for v in (n, 255 - n, 7)])
    mask = trusted_image(_png(im), "image/png", 360, 260)
    scan = encode(np.full((50, 60, 3), 9, np.uint8))
    clean = _sample(extras=(Extra("mask", mask), Extra("clean", scan)))
    clean = clean.having(regions=(*clean.regions, Region(mask.sha256, "in the mask", quad_of(BOXES[0]))))
    worn = _moved(clean)
    check_sample(worn)
    assert worn.extras[1] == clean.extras[1]
    with Pil.open(io.BytesIO(worn.extras[0].image.data)) as opened:
        moved = np.asarray(opened)
        assert opened.mode == mode and (mode != "P" or opened.getpalette() == im.getpalette())
    assert moved.shape == (worn.images[0].height, worn.images[0].width) and set(np.unique(moved)) == set(
        np.unique(labels)
    )
    for n, region in enumerate(worn.regions[:3], 300 if mode == "I;16" else 3):
        mask_area = np.zeros(moved.shape, np.uint8)
        cv2.fillPoly(mask_area, [np.round(np.array(region.quad) - 0.5).astype(np.int32)], 1)
        assert ((moved == n) & (mask_area > 0)).sum() > 0.97 * (moved == n).sum()
    assert worn.regions[3].ref == worn.extras[0].image.sha256 and worn.regions[3].quad == worn.regions[0].quad


def test_several_pictures_are_worn_at_one_level_each_in_its_own_way() -> None:
    pages = [encode(_picture(n)) for n in range(3)]
    clean = _sample(pages[0])
    clean = clean.having(
        images=(*pages, pages[0]), messages=(user(*pages, pages[0], "Which?"), assistant("All.")),
        regions=tuple(Region(p.sha256, str(n), quad_of(BOXES[n])) for n, p in enumerate(pages)),
    )  # fmt: skip
    worn = _run(clean)
    assert isinstance(worn, Sample)
    check_sample(worn)
    assert len({i.sha256 for i in worn.images}) == 3 and worn.images[0] == worn.images[3]
    assert [p.image for p in worn.messages[0].parts[:4]] == [i.sha256 for i in worn.images]
    assert [r.ref for r in worn.regions] == [i.sha256 for i in worn.images[:3]]
    logs = worn.meta["degrade"]["logs"]
    assert len(logs) == 4 and logs[0] == logs[3] != logs[1]


def _foreign(kind: str) -> bytes:
    im = Pil.fromarray(_picture())
    if kind == "alpha":
        im.putalpha(Pil.fromarray(np.tile(np.linspace(0, 255, 360).astype(np.uint8), (260, 1))))
    if kind == "turned":
        exif = Pil.Exif()
        exif[0x0112] = 6
        return _png(im, "JPEG", exif=exif, quality=95)
    if kind == "16 bit":
        return _png(Pil.fromarray(np.asarray(im.convert("L")).astype(np.uint16) * 257))
    return {"cmyk": lambda: _png(im.convert("CMYK"), "JPEG"), "grey": lambda: _png(im.convert("L")),
            "palette": lambda: _png(im.convert("P")), "alpha": lambda: _png(im)}[kind]()  # fmt: skip


@pytest.mark.parametrize("kind", ["alpha", "cmyk", "grey", "palette", "16 bit", "turned"])
def test_pictures_of_any_form_are_worn_as_they_look(kind: str) -> None:
    """Whether a reader made them upright RGB or not, what comes out shows what a viewer shows."""
    data = _foreign(kind)
    raw = trusted_image(
        data,
        "image/jpeg" if data[:2] == b"\xff\xd8" else "image/png",
        *((260, 360) if kind == "turned" else (360, 260)),
    )
    shown = image_from_bytes(data).decode().astype(int)
    worn = _run(_sample(raw), moving=False, levels=(0, 1, 0, 0), profile="chart")
    assert isinstance(worn, Sample)
    assert worn.images[0].size == raw.size == (shown.shape[1], shown.shape[0])
    assert np.abs(worn.images[0].decode().astype(int) - shown).mean() < 25


def _blinking() -> bytes:
    return _png(Pil.new("RGB", (9, 9)), "GIF", save_all=True, append_images=[Pil.new("RGB", (9, 9), "red")])


@pytest.mark.parametrize(("make", "reason"), [
    (lambda: trusted_image(_blinking(), "image/png", 9, 9), "animated_image"),
    (lambda: trusted_image(b"\x89PNG\r\n\x1a\nbroken", "image/png", 9, 9), "corrupt_image"),
    (lambda: trusted_image(b"", "image/png", 9, 9), "empty_image"),
    (lambda: trusted_image(_png(Pil.new("RGB", (9, 9))), "image/png", 90, 9), "image_size_differs"),
])  # fmt: skip
def test_a_picture_that_cannot_be_used_is_a_drop_with_its_reason(make: Callable[[], Image], reason: str) -> None:
    result = _run(_sample(make()))
    assert isinstance(result, Drop) and result.reason == reason and result.detail


def test_what_cannot_be_carried_is_a_drop_and_not_left_behind() -> None:
    two = encode(_picture(1))
    clean = _sample(extras=(Extra("mask", encode(np.zeros((7, 7, 3), np.uint8))),))
    assert _run(clean).reason == "label_map_unplaced"  # type: ignore[union-attr]
    several = _sample(truth={"cells": [{"quad": [[0, 0], [1, 0], [1, 1], [0, 1]]}]})
    assert _run(several.having(images=(*several.images, two))).reason == "truth_places_unclear"  # type: ignore[union-attr]
    odd = trusted_image(_png(Pil.fromarray(np.zeros((260, 360), np.float32)), "TIFF"), "image/png", 360, 260)
    for seed in range(20):
        result = _run(_sample(extras=(Extra("mask", odd),)), seed)
        if isinstance(result, Drop):
            break
    assert isinstance(result, Drop) and result.reason == "label_map_form"


def test_wrong_parameters_are_refused_where_the_step_is_made() -> None:
    with pytest.raises(ValueError, match="profile"):
        Degrade(profile="papyrus")  # type: ignore[arg-type]
    for levels in ((0, 0, 0, 0), (1, -1, 0, 0), (1, 1)):
        with pytest.raises(ValueError, match="levels"):
            Degrade(levels=levels)  # type: ignore[arg-type]


RECIPE = """
from mmrecipes.canvas.encode import encode
from mmrecipes.core.boxes import quad_of
from mmrecipes.core.sample import Region, assistant, user
from mmrecipes.flow.pipeline import Pipeline
from mmrecipes.flow.recipe import RecipeParams
from mmrecipes.flow.step import Seeds, step
from mmrecipes.steps.degrade import Degrade
from skimage import data


class Params(RecipeParams):
    pass


def source(params, inputs):
    return Seeds("own", {"photo": 1.0})


@step(reads=("draft.index",), writes=("images", "messages", "regions"))
def show(sample):
    image = encode(getattr(data, ("astronaut", "coffee", "chelsea")[sample.draft["index"] % 3])()[::2, ::2].copy())
    return sample.having(images=(image,), messages=(user(image, "What is this?"), assistant("A picture.")),
                         regions=(Region(image.sha256, "all", quad_of((10, 10, 90, 80))),), draft={})


def pipeline(params):
    return Pipeline(show, Degrade("photo", (0.2, 0.2, 0.3, 0.3)))
"""


def test_a_recipe_outside_the_package_wears_photographs_with_any_number_of_workers(tmp_path: Path) -> None:
    from datasets import load_dataset

    path = tmp_path / "own.py"
    path.write_text(RECIPE)
    rows = []
    for workers in (1, 2):
        out = tmp_path / str(workers)
        recipe = LoadedRecipe("own", "1", str(path), {"title": "Own"})
        assert execute(RunRequest(recipe, out, 12, {}, {}, 3, workers)).exit_code == 0
        rows.append(list(load_dataset(str(out), split="train", cache_dir=str(tmp_path / "cache" / str(workers)))))
    assert len(rows[0]) == 12
    assert [(r["image_sha256"], r["regions"], r["meta"]) for r in rows[0]] == [
        (r["image_sha256"], r["regions"], r["meta"]) for r in rows[1]]  # fmt: skip
    assert len({r["image_sha256"][0] for r in rows[0]}) >= 10
