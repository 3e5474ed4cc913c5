"""Scenes whose truth is known from their pixels, and running the recipe on files."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from mmrecipes.core.sample import Sample
from mmrecipes.flow.interpret import Dropped, Environment, compile_nodes, interpret, run_to_end
from mmrecipes.flow.plan import check_reads
from mmrecipes.recipes.qwen_vl_grounding import recipe

KINDS = ("circle", "square", "triangle", "diamond")
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Outcome:
    kept: list[Sample]
    dropped: list[Dropped]


@dataclass
class World:
    """A COCO file of drawn scenes. `seen` maps a file name to what its pixels show: kind to boxes."""

    path: Path
    seen: dict[str, dict[str, list[Box]]] = field(default_factory=dict)


@pytest.fixture(scope="session")
def run() -> Callable[..., Outcome]:
    """Run the recipe on inputs: `run(main, seed=…, n=…, refs=…, images=…, **params)`."""

    def run_recipe(
        main: Path, seed: int = 7, inputs: Mapping[str, Path] | None = None, n: int | None = None, **params: Any
    ) -> Outcome:
        given = {"main": main, **(inputs or {})}
        valid = recipe.Params(**params)
        source, pipeline = recipe.source(valid, given), recipe.pipeline(valid)
        check_reads(pipeline, source)
        nodes, environment = compile_nodes(pipeline), Environment(seed, given)
        outcome = Outcome([], [])
        for index in range(n or source.size("images") or 0):
            passage = run_to_end(interpret(nodes, source.sample("images", index), environment))
            assert not passage.errors, passage.errors[0].trace
            outcome.kept.extend(passage.kept)
            outcome.dropped.extend(passage.dropped)
        return outcome

    return run_recipe


def _shape(draw: ImageDraw.ImageDraw, kind: str, box: tuple[int, int, int, int], colour: tuple[int, int, int]) -> None:
    x0, y0, x1, y1 = box
    middle, centre = (x0 + x1) // 2, (y0 + y1) // 2
    if kind == "circle":
        draw.ellipse(box, fill=colour)
    elif kind == "square":
        draw.rectangle(box, fill=colour)
    elif kind == "triangle":
        draw.polygon([(middle, y0), (x1, y1), (x0, y1)], fill=colour)
    else:
        draw.polygon([(middle, y0), (x1, centre), (middle, y1), (x0, centre)], fill=colour)


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """60 scenes of up to six shapes; every shape has a colour of its own, so pixels tell its box."""
    folder = tmp_path_factory.mktemp("world")
    made = World(folder / "instances.json")
    rng = random.Random(11)
    images, annotations = [], []
    for number in range(60):
        size = rng.choice([(320, 240), (240, 320), (300, 300)])
        canvas, name = Image.new("RGB", size, "white"), f"{number:03d}.png"
        draw = ImageDraw.Draw(canvas)
        cells = [(x, y) for x in range(4) for y in range(3)]
        rng.shuffle(cells)
        drawn = []
        for index in range(rng.randint(0, 6)):
            kind, (cx, cy) = rng.choice(KINDS[: rng.randint(1, 3)]), cells[index]
            w, h = rng.randint(14, size[0] // 4 - 4), rng.randint(14, size[1] // 3 - 4)
            x = cx * size[0] // 4 + rng.randint(1, size[0] // 4 - w - 1)
            y = cy * size[1] // 3 + rng.randint(1, size[1] // 3 - h - 1)
            colour = (20 + 30 * index, 200 - 30 * index, 10 + 5 * index)
            _shape(draw, kind, (x, y, x + w - 1, y + h - 1), colour)
            drawn.append((kind, colour))
        canvas.save(folder / name)
        images.append({"id": number + 1, "file_name": name, "width": size[0], "height": size[1]})
        pixels = np.asarray(canvas)
        for kind, colour in drawn:
            ys, xs = np.nonzero((pixels == colour).all(axis=2))
            box = (float(xs.min()), float(ys.min()), float(xs.max() + 1), float(ys.max() + 1))
            made.seen.setdefault(name, {}).setdefault(kind, []).append(box)
            annotations.append(
                {"id": len(annotations) + 1, "image_id": number + 1, "category_id": KINDS.index(kind) + 1, "iscrowd": 0,
                 "bbox": [box[0], box[1], box[2] - box[0], box[3] - box[1]], "area": 1}
            )  # fmt: skip
        made.seen.setdefault(name, {})
    rng.shuffle(annotations)
    categories = [{"id": i + 1, "name": k} for i, k in enumerate(KINDS)]
    made.path.write_text(json.dumps({"images": images, "annotations": annotations, "categories": categories}))
    return made


@pytest.fixture(scope="session")
def example() -> Path:
    return Path(recipe.__file__).parent / "example" / "instances.json"
