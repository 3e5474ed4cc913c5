"""Takes single samples through part A with the recipe's own stand-in; writes inputs. Scenes are drawn once per process:
most tests here are about texts."""

from __future__ import annotations

import asyncio
import functools
import inspect
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from mmrecipes.core.sample import Sample
from mmrecipes.flow.pipeline import Pipeline, Repeat
from mmrecipes.flow.step import Drop
from mmrecipes.recipes.llava import invented, recipe
from mmrecipes_tests.recipes.llava.harness import Answering, Context, Outcome


@pytest.fixture(autouse=True, scope="session")
def scenes_drawn_once() -> None:
    seen_in = invented.seen_in
    drawn = functools.lru_cache(maxsize=200)(lambda text: seen_in(json.loads(text)))
    invented.seen_in = lambda value: drawn(json.dumps(value))


@pytest.fixture(scope="session")
def write() -> Callable[..., Outcome]:
    """Take one sample through part A: `write(sample, answering=…, faults=…, **params)`."""

    def take(sample: Sample, answering: Answering = recipe.stand_in, faults: Any = None, **params: Any) -> Outcome:
        outcome = Outcome()

        def through(steps: Pipeline, one: Sample, attempt: int) -> Sample | Drop:
            result: Any = one
            for item in steps.steps:
                if isinstance(item, Repeat):
                    before, result = result, None
                    for number in range(item.times):
                        result = through(item.steps, before, number)
                        if isinstance(result, Sample):
                            break
                else:
                    context = Context(result, answering, faults or {}, outcome.calls, attempt)
                    wants = len(inspect.signature(item).parameters) == 2
                    result = item(result, context) if wants else item(result)
                    result = asyncio.run(result) if inspect.iscoroutine(result) else result
                if isinstance(result, Drop):
                    return result
            return result

        end = through(recipe.pipeline(recipe.Params(**params)), sample, 0)
        outcome.kept, outcome.drop = (end, None) if isinstance(end, Sample) else (None, end)
        return outcome

    return take


@pytest.fixture(scope="session")
def scenes() -> Callable[..., list[Sample]]:
    """The first samples of a type about invented scenes."""

    def first(kind: str, n: int, start: int = 0) -> list[Sample]:
        source = recipe.source(recipe.Params(), {})
        return [source.sample(kind, i) for i in range(start, start + n)]

    return first


@pytest.fixture
def records(tmp_path: Path) -> Callable[..., dict[str, Path]]:
    """Write records as JSON lines, and grey pictures for the names they use; returns the inputs."""

    def written(rows: list[Any], size: tuple[int, int] = (200, 100)) -> dict[str, Path]:
        for row in rows:
            name = row.get("image") if isinstance(row, dict) else None
            if isinstance(name, str) and name.endswith((".png", ".jpg")) and not (tmp_path / name).exists():
                Image.new("RGB", size, "grey").save(tmp_path / name)
        path = tmp_path / "records.jsonl"
        path.write_text("\n".join(r if isinstance(r, str) else json.dumps(r) for r in rows) + "\n")
        return {"main": path}

    return written
