"""Pools on disk and whole runs over them."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image as Pil

from mmrecipes.canvas.encode import encode
from mmrecipes.core.image import Image, image_from_bytes
from mmrecipes.core.sample import Sample, assistant, user
from mmrecipes.flow.ledger import StepCount, step_counts
from mmrecipes.flow.run import RunRequest, RunResult, execute
from mmrecipes.models.binding import Binding, StandIn
from mmrecipes.recipes.catalogue import load
from mmrecipes.store.dataset import DatasetWriter
from mmrecipes_tests.recipes.honeypipe.desk import ROLES


def write_pool(folder: Path, sources: Mapping[str, Sequence[Sample]], **about: Mapping[str, Any]) -> Path:
    """A `sources.toml` with one native dataset per source; `about` holds further keys of a source by its name."""
    lines: list[str] = []
    for name, samples in sources.items():
        with DatasetWriter(folder / name, "rows") as writer:
            for sample in samples:
                writer.write(sample)
        keys = {"name": name, "path": name, "reader": "native", "domain": "General", **about.get(name, {})}
        lines += ["[[source]]", *(f"{k} = {v!r}".replace("True", "true") for k, v in keys.items()), ""]
    file = folder / "sources.toml"
    file.write_text("\n".join(lines))
    return file


def honeypipe(
    out: Path, inputs: Path | None = None, n: int | None = None, binding: Binding | None = None, **options: Any
) -> RunResult:
    """A whole run; `faults` go to the stand-in, what is left are parameters."""
    bound = binding or StandIn(faults=options.pop("faults", {}))
    known = {k: options.pop(k) for k in ("retry_errors", "seed") if k in options}
    workers = options.pop("workers", 1)
    main = {"main": inputs} if inputs is not None else {}
    models = dict.fromkeys(ROLES, (bound,))
    return execute(RunRequest(load("honeypipe"), out, n, main, options, workers=workers, models=models, **known))


def steps_of(out: Path) -> dict[str, StepCount]:
    return {line.path: line for line in step_counts(out)}


def reasons_of(out: Path) -> dict[str, int]:
    """Drops by reason over all steps."""
    counted: dict[str, int] = {}
    for line in step_counts(out):
        for reason, count in line.reasons.items():
            counted[reason] = counted.get(reason, 0) + count
    return counted


def drawn(seed: int, size: tuple[int, int] = (160, 120)) -> Image:
    """A picture with some structure, different for every seed."""
    rng = np.random.default_rng(seed)
    pixels = np.full((size[1], size[0], 3), 230, np.uint8)
    for _ in range(7):
        x, y = rng.integers(0, size[0] - 30), rng.integers(0, size[1] - 30)
        w, h = rng.integers(15, 60, 2)
        pixels[y : y + h, x : x + w] = rng.integers(0, 200, 3)
    return encode(pixels)


def as_jpeg(image: Image, quality: int = 85) -> Image:
    """The same picture saved as JPEG."""
    buffer = io.BytesIO()
    Pil.fromarray(image.decode()).save(buffer, "JPEG", quality=quality)
    return image_from_bytes(buffer.getvalue())


def pair(name: str, image: Image | None, question: str, answer: str, **fields: Any) -> Sample:
    parts = (image, question) if image else (question,)
    return Sample(
        id=name, truth_source="annotated", images=(image,) if image else (),
        messages=(user(*parts), assistant(answer)), **fields,
    )  # fmt: skip
