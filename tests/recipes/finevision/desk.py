"""Runs pieces of the recipe in this process with the engine's own interpreter and client, answered by a function; rows
to run them on; whole runs over sources on disk."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from mmrecipes.canvas.encode import encode
from mmrecipes.core.image import Image
from mmrecipes.core.sample import Region, Sample, assistant, user
from mmrecipes.flow.asking import Models
from mmrecipes.flow.interpret import Environment, compile_nodes, interpret
from mmrecipes.flow.ledger import step_counts
from mmrecipes.flow.pipeline import Pipeline
from mmrecipes.flow.run import RunRequest, RunResult, execute
from mmrecipes.models.binding import StandIn
from mmrecipes.models.call import Call
from mmrecipes.models.standin import StandInCall
from mmrecipes.recipes.catalogue import load
from mmrecipes.recipes.finevision import recipe
from mmrecipes.recipes.finevision.conversation import convert
from mmrecipes.recipes.finevision.picture_cleaning import CleanPictures
from mmrecipes.recipes.finevision.rating import AXES
from mmrecipes.recipes.finevision.turns import Turn, turns_of
from mmrecipes_tests.driving import client, drive

ROLES = ("text_rater", "image_rater", "mapper")


@dataclass
class Outcome:
    """What came of rows: kept, dropped as (reason, detail), errors."""

    kept: list[Sample] = field(default_factory=list)
    dropped: list[tuple[str, str]] = field(default_factory=list)
    errors: list[Any] = field(default_factory=list)

    @property
    def only(self) -> Sample:
        assert not self.errors, self.errors
        assert not self.dropped, self.dropped
        (kept,) = self.kept
        return kept

    @property
    def why(self) -> str:
        assert not self.errors, self.errors
        ((reason, _),) = self.dropped
        return reason


@dataclass
class Desk:
    """Models answered by `answering`; `calls` are those that were made, in order."""

    answering: Callable[[StandInCall], Any] = recipe.stand_in
    calls: list[tuple[str, Call]] = field(default_factory=list)

    def _answer(self, asked: StandInCall) -> Any:
        self.calls.append((asked.role, asked.call))
        return self.answering(asked)

    def models(self) -> Models:
        return Models(dict.fromkeys(ROLES, (StandIn(),)), client(self._answer))

    def named(self, axis: str) -> list[Call]:
        return [call for _, call in self.calls if call.name == f"judge/{axis}"]


def score(value: Any) -> str:
    return json.dumps({"reason": "because", "score": value})


def run(steps: Pipeline, *samples: Sample, models: Desk | None = None, seed: int = 7) -> Outcome:
    """What becomes of samples in a part of the pipeline without global steps."""
    environment, outcome = Environment(seed, {}, (models or Desk()).models()), Outcome()
    nodes = compile_nodes(steps)

    async def everything() -> None:
        for sample in samples:
            passage = await drive(interpret(nodes, sample, environment))
            outcome.kept.extend(passage.kept)
            outcome.dropped.extend((d.reason, d.detail) for d in passage.dropped)
            outcome.errors.extend(passage.errors)

    asyncio.run(everything())
    return outcome


def picture(seed: int = 0, size: tuple[int, int] = (200, 100)) -> Image:
    """A picture with some structure, different for every seed."""
    rng = np.random.default_rng(seed)
    pixels = np.full((size[1], size[0], 3), 230, np.uint8)
    for _ in range(7):
        x, y = rng.integers(0, size[0] - 20), rng.integers(0, size[1] - 20)
        pixels[y : y + rng.integers(10, 60), x : x + rng.integers(10, 60)] = rng.integers(0, 200, 3)
    return encode(pixels)


def record(annotation: Mapping[str, Any] | None = None, *, images: int = 1, **fields: Any) -> Sample:
    """A row as it comes out of the pool, with what its source declares."""
    made = {"images": tuple(picture(i) for i in range(images)), "meta": {}, **fields}
    return Sample(
        id="finevision/pool/000000", source="pool", truth_source="annotated",
        draft={"annotation": dict(annotation or {})}, **made,
    )  # fmt: skip


def converted(sample: Sample, seed: int = 7) -> Outcome:
    return run(Pipeline(convert), sample, seed=seed)


def turns(annotation: Mapping[str, Any], seed: int = 7, **fields: Any) -> list[Turn]:
    """The turns that a row with this annotation becomes."""
    return turns_of(converted(record(annotation, **fields), seed).only)


def answers(annotation: Mapping[str, Any], **fields: Any) -> list[str]:
    return [turn.assistant for turn in turns(annotation, **fields)]


def talk(*texts: str, images: int = 1, **fields: Any) -> Sample:
    """A row of questions and answers in turn, ready to be cleaned: converted, its pictures counted."""
    shown = [picture(i) for i in range(images)]
    said = [(user if i % 2 == 0 else assistant)(*(shown if i == 0 else ()), t) for i, t in enumerate(texts)]
    row = record(images=images, messages=tuple(said), **fields)
    return run(Pipeline(convert, CleanPictures(2048, 1)), row).only


def rated(sample: Sample, **given: Sequence[int | None]) -> Sample:
    """The sample with these ratings per axis; 5 throughout on the others."""
    count = len(turns_of(sample))
    scores = {axis: list(given.get(axis, [5] * count)) for axis in AXES}
    return sample.scored(
        **{f"{a}_ratings": r for a, r in scores.items()},
        **{f"{a}_min": min((v for v in r if v is not None), default=None) for a, r in scores.items()},
    )


def region(label: str, x0: float, y0: float, x1: float, y1: float, text: str = "", ref: str = "") -> Region:
    return Region(ref or picture(0).sha256, label, ((x0, y0), (x1, y0), (x1, y1), (x0, y1)), text)


def finevision(out: Path, main: Path | None = None, n: int | None = None, **options: Any) -> RunResult:
    """A whole run; `faults` go to the stand-in, `benchmarks` to the input, what is left are parameters."""
    models = dict.fromkeys(ROLES, (StandIn(faults=options.pop("faults", {})),))
    inputs = {"main": main, "benchmarks": options.pop("benchmarks", None)}
    given = {name: path for name, path in inputs.items() if path is not None}
    workers = options.pop("workers", 1)
    return execute(RunRequest(load("finevision"), out, n, given, options, workers=workers, models=models))


def reasons_of(out: Path) -> dict[str, int]:
    """Drops by reason over all steps."""
    counted: Counter[str] = Counter()
    for line in step_counts(out):
        counted.update(line.reasons)
    return dict(counted)


def write_sources(folder: Path, **sources: Mapping[str, Any]) -> Path:
    """A `sources.toml` with JSON lines that lie beside it: `rows` of each source, other keys as they are."""
    blocks: list[str] = []
    for name, about in sources.items():
        keys = {k: v for k, v in about.items() if k not in ("rows", "annotation")}
        if "rows" in about:
            (folder / name).mkdir(exist_ok=True)
            lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in about["rows"])
            (folder / name / "metadata.jsonl").write_text(lines, encoding="utf-8")
        blocks.append("[[source]]")
        blocks += [f"{k} = {json.dumps(v)}" for k, v in {"name": name, "path": name, **keys}.items()]
        if "annotation" in about:
            blocks += ["[source.annotation]", *(f"{k} = {json.dumps(v)}" for k, v in about["annotation"].items())]
        blocks.append("")
    (folder / "sources.toml").write_text("\n".join(blocks), encoding="utf-8")
    return folder / "sources.toml"


def save(image: Image, path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(image.data)
    return path.name
