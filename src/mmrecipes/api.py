"""Running recipes and reading their datasets from Python.

Covered: `run` and `estimate` (the same as the commands), `load`, naming inputs and models. Not covered: writing
recipes (the package exports what they are made of), trainer formats (see `formats/`).
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mmrecipes.core.errors import UsageError, WorldError
from mmrecipes.core.sample import Sample
from mmrecipes.recipes.catalogue import card_folder, did_you_mean
from mmrecipes.recipes.catalogue import load as load_recipe

if TYPE_CHECKING:
    from mmrecipes.flow.estimate import Estimate
    from mmrecipes.flow.recipe import LoadedRecipe
    from mmrecipes.flow.run import Progress, RunRequest
    from mmrecipes.models.binding import Bindings
    from mmrecipes.models.coordinator import Account
    from mmrecipes.store.answers import Totals

EXAMPLE = "example"
"""As the path of an input: the example that comes with the recipe."""

Inputs = Mapping[str, str | Path]
Roles = Mapping[str, str | Sequence[str]]
"""Role to `MODEL@URL`, or to several."""

STOPPED = "stopped.txt"
"""In the run's folder: why a run had to stop, until it goes on."""


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run. `candidates` counts rows of the source, all else samples, of which steps may make several of one
    row. `wanted` is None when every row of the input was asked for; `short`: fewer samples than wanted could be had."""

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
    account: Account | None = None
    """How calls and money stood at the end; None when no model was asked this time."""
    stopped: str = ""
    """Why the run ended early, with what was complete by then in the dataset: the budget is used up."""
    unread_files: Sequence[str] = ()
    """Those of the remarks that tell of a file of the inputs of which nothing can be read."""

    @property
    def spent(self) -> float:
        """What the calls of this folder cost, over all sessions, in the currency of the prices."""
        totals = totals_of(self.folder)
        return totals.cost + totals.open_cost if totals else 0.0

    @property
    def exit_code(self) -> int:
        """0 done, 3 finished with errors, short or stopped, or without a file that could not be read; as `mmr run`
        exits."""
        return 3 if self.errors or self.short or self.stopped or self.unread_files or not self.accepted else 0

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
    models: str | Path | None = None,
    roles: Roles | None = None,
    budget: float | None = None,
    reuse: str | Path | None = None,
    retry_errors: bool = False,
    progress: Callable[[Progress], None] | None = None,
) -> Run:
    """Run a recipe (a slug, or the path of a .py file) into the folder `out` and write its report.

    `n` samples, or by default every row of the input (100 of a recipe without one). `inputs` is a path, or a mapping
    of input names to paths; the path "example" is the recipe's own example. `models` is the path of a TOML file or
    "stand-in", with rates of faults "stand-in:kind=0.1"; `roles` names models one by one. `budget` bounds what the
    calls of the folder may cost in all; answers of the older run `reuse` are not paid again.

    Called again with the same arguments it goes on where it stopped; a larger `n` grows the run. Raises `UsageError`,
    `PlanError` or `InputError` before any work, `WorldError` or `Interrupted` when it had to stop. At the end of the
    budget the run ends with what is complete (`Run.stopped`); behind a step that needs all samples nothing is, and
    `BudgetError` is raised.
    """
    from mmrecipes.flow.spare import spare_workers

    note = Path(out) / "run" / STOPPED
    with spare_workers(load_recipe(recipe).location, _spare_ones(Path(out), workers)) as spares:
        request = make_request(
            recipe, out=out, n=n, params=params, inputs=inputs, seed=seed, workers=workers, models=models, roles=roles,
            budget=budget, reuse=reuse, retry_errors=retry_errors,
        )  # fmt: skip
        from mmrecipes.flow.run import execute

        try:
            result = execute(replace(request, spares=spares), _going_on(note, progress))
        except WorldError as e:
            _note(note, str(e))
            raise
    if result.stopped:
        _note(note, result.stopped)
    report = report_of(result.folder)
    return Run(
        result.folder, report, result.accepted, result.wanted, result.candidates, result.dropped, result.errors,
        result.short, result.remarks, result.account, result.stopped, result.unread_files,
    )  # fmt: skip


def _spare_ones(out: Path, workers: int | None) -> int:
    """How many workers are started before it is known what they do: the command needs a core itself, and a run that is
    complete needs no worker."""
    from mmrecipes.flow.spare import cores

    return 0 if (out / "run" / "sealed.json").is_file() else min(workers or cores(), cores() - 1)


def estimate(
    recipe: str | Path,
    *,
    n: int | None = None,
    k: int = 16,
    params: Mapping[str, Any] | None = None,
    inputs: Inputs | str | Path | None = None,
    seed: int = 0,
    workers: int | None = None,
    models: str | Path | None = None,
    roles: Roles | None = None,
    budget: float | None = None,
    reuse: str | Path | None = None,
    free: bool = False,
    keep: str | Path | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Estimate:
    """What a run over `n` samples will ask and cost, from a rehearsal on `k` of them.

    The models are asked, and paid, for these k; `keep` is a folder that holds their answers afterwards, to be named
    as `reuse` by the run. With `free` the recipe's stand-in answers in their place, at their prices. `budget` bounds
    the rehearsal itself. Other arguments are those of `run`. Raises what `run` raises.
    """
    import tempfile

    from mmrecipes.flow.rehearsal import rehearse

    with tempfile.TemporaryDirectory(prefix="mmr-estimate-") as folder:
        request = make_request(
            recipe, out=Path(keep) if keep else Path(folder) / "run", n=n, params=params, inputs=inputs, seed=seed,
            workers=workers, models=models, roles=roles, budget=budget, reuse=reuse,
        )  # fmt: skip
        return rehearse(request, k, free, progress)


def make_request(
    recipe: str | Path,
    *,
    out: str | Path,
    n: int | None,
    params: Mapping[str, Any] | None,
    inputs: Inputs | str | Path | None,
    seed: int,
    workers: int | None,
    models: str | Path | None,
    roles: Roles | None,
    budget: float | None,
    reuse: str | Path | None,
    retry_errors: bool = False,
) -> RunRequest:
    """The arguments of `run` in the form the engine takes. Raises `UsageError`."""
    from mmrecipes.flow.run import RunRequest

    loaded = load_recipe(recipe)
    if budget is not None and not 0 <= budget < math.inf:
        raise UsageError(f"a budget is an amount of money, 0 or more, not {budget}")
    return RunRequest(
        loaded, Path(out), n, name_inputs(loaded, inputs), dict(params or {}), seed, workers,
        bind_models(loaded, models, roles), budget, _reused(reuse, Path(out)), retry_errors,
    )  # fmt: skip


def bind_models(recipe: LoadedRecipe, models: str | Path | None, roles: Roles | None) -> Bindings:
    """What fills the recipe's roles. Raises `UsageError`, also when the recipe has none."""
    from mmrecipes.models.binding import parse_bindings

    declared = recipe.card.get("roles", {})
    if not declared and (models is not None or roles):
        raise UsageError(f"{recipe.slug} asks no models; leave out --models and --role")
    named = {role: [one] if isinstance(one, str) else one for role, one in (roles or {}).items()}
    bound = [f"{role}={target}" for role, targets in named.items() for target in targets]
    return parse_bindings(declared, bound, None if models is None else str(models))


def asked_roles(recipe: str | Path, params: Mapping[str, Any] | None = None) -> list[str]:
    """The roles whose models a recipe asks with these parameters. Raises `UsageError` for wrong ones."""
    from mmrecipes.flow.plan import validate_params
    from mmrecipes.flow.roles import used_roles

    loaded = load_recipe(recipe)
    return list(used_roles(loaded.module.pipeline(validate_params(loaded, params or {}))))


def counts_rows(recipe: str | Path, params: Mapping[str, Any] | None = None) -> bool:
    """Whether `n` counts rows of the input and not accepted samples: the recipe decides over all rows at once, so that
    a run of it cannot grow. Raises `UsageError` for wrong parameters."""
    from mmrecipes.flow.plan import validate_params
    from mmrecipes.flow.stages import prefix_stable, stages

    loaded = load_recipe(recipe)
    return not prefix_stable(stages(loaded.module.pipeline(validate_params(loaded, params or {}))))


def _reused(folder: str | Path | None, out: Path) -> Path | None:
    """An older run with answers. Raises `UsageError` when it is none."""
    if folder is None:
        return None
    from mmrecipes.flow.plan import read_plan
    from mmrecipes.store.answers import answers_file

    old = Path(folder).expanduser()
    read_plan(old)
    if not answers_file(old).is_file():
        raise UsageError(f"--reuse {old}: that run holds no answers of models; there is nothing to reuse")
    if old.resolve() == out.resolve():
        raise UsageError(f"--reuse {old} is --out itself, whose answers are used anyway; leave out --reuse")
    return old


def _note(note: Path, why: str) -> None:
    """Keep the reason for `mmr status`; on a full disk there is none."""
    with contextlib.suppress(OSError):
        note.write_text(why, encoding="utf-8")


def _going_on(note: Path, progress: Callable[[Progress], None] | None) -> Callable[[Progress], None]:
    """`progress`, and the note of an earlier stop goes away once there is any."""

    def tell(p: Progress) -> None:
        if p.phase != "done":
            note.unlink(missing_ok=True)
        if progress is not None:
            progress(p)

    return tell


def load(folder: str | Path) -> Iterator[Sample]:
    """The samples of a run's dataset, in order. Raises `UsageError` when the folder holds none."""
    from mmrecipes.store.dataset import read_samples

    if not (Path(folder) / "data").is_dir():
        raise UsageError(f"{folder} holds no dataset: there is no folder {Path(folder) / 'data'}")
    return iter(read_samples(Path(folder)))


def totals_of(folder: Path) -> Totals | None:
    """The sums of a run's answer log, also while it is written; None when it has none."""
    from mmrecipes.store.answers import answers_file, read_only

    if not answers_file(folder).is_file():
        return None
    with read_only(answers_file(folder)) as log:
        return log.totals()


def report_of(folder: Path) -> Path:
    """Write the report of a finished run, and the review queue where samples wait for people; the report's path."""
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
