"""Running recipes and reading their datasets from Python.

Covered: `run` (the same as `mmr run`), `load`, and naming inputs. Not covered: writing recipes (the package exports
what they are made of), trainer formats (see `formats/`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mmrecipes.core.errors import UsageError
from mmrecipes.core.sample import Sample
from mmrecipes.recipes.catalogue import card_folder, did_you_mean
from mmrecipes.recipes.catalogue import load as load_recipe

if TYPE_CHECKING:
    from mmrecipes.flow.recipe import LoadedRecipe
    from mmrecipes.flow.run import Progress

EXAMPLE = "example"
"""As the path of an input: the example that comes with the recipe."""

Inputs = Mapping[str, str | Path]


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run. `wanted` is None when every row of the input was asked for; `short`: fewer samples than
    wanted could be had."""

    folder: Path
    report: Path
    accepted: int
    wanted: int | None
    candidates: int
    dropped: int
    errors: int
    short: bool
    remarks: Sequence[str] = ()
    """What was left out of the inputs or read in a special way."""

    @property
    def exit_code(self) -> int:
        """0 done, 3 finished with errors or short; as `mmr run` exits."""
        return 3 if self.errors or self.short else 0

    def samples(self) -> Iterator[Sample]:
        """The samples, in order; image bytes are read as they come by."""
        return load(self.folder)


def run(
    recipe: str | Path,
    *,
    out: str | Path,
    n: int | None = None,
    params: Mapping[str, Any] | None = None,
    inputs: Inputs | str | Path | None = None,
    seed: int = 0,
    workers: int | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Run:
    """Run a recipe (a slug, or the path of a .py file) into the folder `out` and write its report.

    `n` samples, or by default every row of the input (100 of a recipe without one). `inputs` is a path, or a mapping
    of input names to paths; the path "example" is the recipe's own example. Called again with the same arguments it
    goes on where it stopped; a larger `n` grows the run. Raises `UsageError`, `PlanError` or `InputError` before any
    work, `WorldError` or `Interrupted` when it had to stop.
    """
    from mmrecipes.flow.run import RunRequest, execute

    loaded = load_recipe(recipe)
    named = name_inputs(loaded, inputs)
    result = execute(RunRequest(loaded, Path(out), n, named, dict(params or {}), seed, workers), progress)
    report = report_of(result.folder)
    return Run(
        result.folder, report, result.accepted, result.wanted, result.candidates, result.dropped, result.errors,
        result.short, result.remarks,
    )  # fmt: skip


def load(folder: str | Path) -> Iterator[Sample]:
    """The samples of a run's dataset, in order. Raises `UsageError` when the folder holds none."""
    from mmrecipes.store.dataset import read_samples

    if not (Path(folder) / "data").is_dir():
        raise UsageError(f"{folder} holds no dataset: there is no folder {Path(folder) / 'data'}")
    return iter(read_samples(Path(folder)))


def report_of(folder: Path) -> Path:
    """Write the report of a finished run; its path."""
    from mmrecipes.report.write import write_report

    return write_report(folder)


def name_inputs(recipe: LoadedRecipe, inputs: Inputs | str | Path | None) -> dict[str, Path]:
    """Inputs by name, with `example` resolved. A path without a name is the input `main`, or the only one; `example`
    without a name is every input that has an example. Raises `UsageError` that names what there is."""
    declared: Mapping[str, Mapping[str, Any]] = recipe.card.get("inputs", {})
    if inputs is None:
        return {}
    if isinstance(inputs, (str, Path)):
        inputs = _unnamed(recipe.slug, declared, inputs)
    for name in inputs:
        if name not in declared:
            there = f"its inputs: {', '.join(declared)}" if declared else "it takes no inputs"
            raise UsageError(f"{recipe.slug} has no input {name!r}{did_you_mean(name, declared)}; {there}")
    return {
        name: _example(recipe, name) if str(path) == EXAMPLE else Path(path).expanduser().resolve()
        for name, path in inputs.items()
    }


def _unnamed(slug: str, declared: Mapping[str, Mapping[str, Any]], path: str | Path) -> Inputs:
    if not declared:
        raise UsageError(f"{slug} takes no inputs, but {path} was given")
    if str(path) == EXAMPLE:
        with_example = {name: EXAMPLE for name, about in declared.items() if about.get("example")}
        if not with_example:
            raise UsageError(f"{slug} has no example input; `mmr show {slug}` says what it takes")
        return with_example
    if "main" not in declared and len(declared) > 1:
        raise UsageError(f"{slug} has several inputs: say which one, {' or '.join(f'{n}={path}' for n in declared)}")
    return {"main" if "main" in declared else next(iter(declared)): path}


def _example(recipe: LoadedRecipe, name: str) -> Path:
    example = recipe.card["inputs"][name].get("example")
    if not example:
        raise UsageError(f"the input {name!r} of {recipe.slug} has no example; `mmr show {recipe.slug}` says more")
    return (card_folder(recipe) / example).resolve()
