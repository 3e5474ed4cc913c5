"""Runs the asking recipe in-process or in a process group of its own, against stand-ins or a mock endpoint."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson

from mmrecipes.flow.recipe import LoadedRecipe, load_module
from mmrecipes.flow.run import RunRequest, RunResult, execute
from mmrecipes.models.binding import Binding, Endpoint, bindings_from_json, bindings_to_json

ASKING = str(Path(__file__).parent / "asking_recipe.py")
ROLES = ("teacher", "seer")
OF_THE_RUN = ("budget", "reuse", "retry_errors", "seed")


def _mock_module() -> Any:
    file = Path(__file__).parents[2] / "benchmarks" / "mock_endpoint.py"
    spec = importlib.util.spec_from_file_location("mock_endpoint", file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["mock_endpoint"] = module
    spec.loader.exec_module(module)
    return module


REPLY = "ok {key} " + "lorem ipsum " * 20


def start_mock(**options: Any) -> Any:
    """A mock endpoint whose replies the recipe can use."""
    return _mock_module().start_mock(**{"reply": REPLY, **options})


def mocked(url: str, **settings: Any) -> Endpoint:
    return Endpoint.model_validate({"model": "mock", "url": url, **settings})


def request(out: Path, n: int | None, binding: Binding, *, workers: int = 1, **options: Any) -> RunRequest:
    models = dict.fromkeys(ROLES, (binding,))
    known = {k: options.pop(k) for k in OF_THE_RUN if k in options}
    recipe = LoadedRecipe("asking", "1", ASKING, load_module(ASKING).CARD)
    return RunRequest(recipe, out, n, {}, options, workers=workers, models=models, **known)


def run(out: Path, n: int | None, binding: Binding, **options: Any) -> RunResult:
    return execute(request(out, n, binding, **options))


def spawn(
    out: Path, n: int | None, binding: Binding, env: dict[str, str] | None = None, **options: Any
) -> subprocess.Popen[str]:
    """The same run in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, __file__, order(out, n, binding, **options)], start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env={**os.environ, **(env or {})},
    )  # fmt: skip


def order(out: Path, n: int | None, binding: Binding, **options: Any) -> str:
    """The arguments of `run`, for `main`."""
    return orjson.dumps([str(out), n, bindings_to_json({"teacher": (binding,)}), options]).decode()


def main(arguments: str) -> int:
    from mmrecipes.core.errors import MmrError

    out, n, models, options = orjson.loads(arguments)
    try:
        return run(Path(out), n, bindings_from_json(models)["teacher"][0], **options).exit_code
    except MmrError as e:
        print(e, file=sys.stderr, flush=True)
        return e.exit_code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
