"""Helpers of the flow's tests: run the toy recipe in-process or in a process of its own."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson

from mmrecipes.core.errors import MmrError
from mmrecipes.flow.recipe import LoadedRecipe
from mmrecipes.flow.run import RunRequest, RunResult, execute

TOY = str(Path(__file__).parent / "toy_recipe.py")


def request(out: Path, n: int | None, workers: int = 1, seed: int = 0, **params: Any) -> RunRequest:
    return RunRequest(LoadedRecipe("toy", "1", TOY, {"title": "Toy"}), out, n, {}, params, seed, workers)


def run(out: Path, n: int | None, workers: int = 1, seed: int = 0, **params: Any) -> RunResult:
    return execute(request(out, n, workers, seed, **params))


def main(arguments: str) -> int:
    """A run whose `request` has these arguments (JSON), as a command would end it; see `forking`."""
    out, n, workers, params = orjson.loads(arguments)
    try:
        return run(Path(out), n, workers, **params).exit_code
    except MmrError as e:
        print(e, file=sys.stderr, flush=True)
        return e.exit_code


def mmr(arguments: str) -> int:
    """The command line with these arguments (a JSON list); see `forking`."""
    from mmrecipes.cli.commands import run_command

    return run_command(orjson.loads(arguments))


def spawn(
    out: Path, n: int, workers: int = 1, env: dict[str, str] | None = None, **params: Any
) -> subprocess.Popen[str]:
    """The same run in a process group of its own, through the public entry point of the flow."""
    code = (
        "import sys; from pathlib import Path; from mmrecipes.core.errors import MmrError\n"
        "from mmrecipes.flow.recipe import LoadedRecipe; from mmrecipes.flow.run import RunRequest, execute\n"
        f"recipe = LoadedRecipe('toy', '1', {TOY!r}, {{'title': 'Toy'}})\n"
        "try:\n"
        f"    result = execute(RunRequest(recipe, Path({str(out)!r}), {n}, {{}}, {params!r}, 0, {workers}))\n"
        "except MmrError as e:\n"
        "    print(e, file=sys.stderr); sys.exit(e.exit_code)\n"
        "sys.exit(result.exit_code)\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", code], start_new_session=True, env={**os.environ, **(env or {})},
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def digest(folder: Path) -> dict[str, str]:
    """Hashes of every file that must not depend on timing: the dataset, the card, the ledger."""
    files = [*sorted((folder / "data").rglob("*")), folder / "README.md", folder / "run" / "ledger.json"]
    return {str(f.relative_to(folder)): hashlib.sha256(f.read_bytes()).hexdigest() for f in files if f.is_file()}
