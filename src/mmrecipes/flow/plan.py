"""The plan: what a run will do, decided and checked before any work, and kept in `run/plan.json`.

Covered: parameters, inputs and their hashes, refusing a DIR made with other arguments, checking that what a step
reads is written by someone. Not covered: models (see `roles`).
"""

from __future__ import annotations

import difflib
import functools
import math
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

import orjson
from pydantic import ValidationError

from mmrecipes.core.errors import InputError, PlanError, UsageError
from mmrecipes.core.identity import file_sha256, fingerprint
from mmrecipes.flow.pipeline import Pipeline, children, is_barrier, step_name
from mmrecipes.flow.recipe import LoadedRecipe, RecipeParams
from mmrecipes.flow.step import Source
from mmrecipes.models.binding import bindings_from_json
from mmrecipes.store.files import write_bytes


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that decides the data, and `n`, which may grow. `inputs`: name to {path, sha256, bytes}."""

    recipe: str
    version: str
    location: str
    fingerprint: str
    params: Mapping[str, Any]
    inputs: Mapping[str, Mapping[str, Any]]
    seed: int
    n: int | None
    card: Mapping[str, Any]
    versions: Mapping[str, str]
    remarks: Sequence[str] = ()
    """What the source says about its inputs: rows left out, values read in a special way."""
    models: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    """Role to the settings of the models that fill it; keys are named, never held."""
    settled: Mapping[str, Any] = field(default_factory=dict)
    """What the recipe's probe found out about the models."""
    files: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """What the source reads beyond the inputs (files that an input names), described as these are."""

    def paths(self) -> dict[str, Path]:
        return {name: Path(described["path"]) for name, described in self.inputs.items()}


def read_plan(run_folder: Path) -> Plan:
    """The plan of a run; raises `UsageError` when the folder is not a run."""
    file = run_folder / "run" / "plan.json"
    if not file.is_file():
        raise UsageError(f"{run_folder} is not a run: {file} is missing")
    return Plan(**orjson.loads(file.read_bytes()))


def write_plan(run_folder: Path, plan: Plan) -> None:
    """Written only when it differs from what is there."""
    file, text = run_folder / "run" / "plan.json", orjson.dumps(asdict(plan), option=orjson.OPT_INDENT_2)
    if not file.is_file() or file.read_bytes() != text:
        write_bytes(file, text)


def make_plan(
    recipe: LoadedRecipe, params: Mapping[str, Any], inputs: Mapping[str, Path], seed: int, n: int | None
) -> tuple[Plan, RecipeParams]:
    """Validate parameters and inputs. Raises `UsageError` (parameters, names) or `InputError` (files)."""
    if n is not None and n < 1:
        raise UsageError(f"--n must be at least 1, not {n}")
    valid = validate_params(recipe, params)
    _check_input_names(recipe, inputs)
    described = {name: _describe(f"--input {name}", path) for name, path in sorted(inputs.items())}
    plan = Plan(
        recipe.slug, recipe.version, recipe.location, recipe.fingerprint, valid.model_dump(mode="json"),
        described, seed, n, dict(recipe.card), installed_versions(),
    )  # fmt: skip
    return plan, valid


def validate_params(recipe: LoadedRecipe, params: Mapping[str, Any]) -> RecipeParams:
    """The typed parameters; the error names the key, what is wrong, and the nearest known name."""
    model = recipe.module.Params
    try:
        return model(**params)
    except ValidationError as e:
        lines = []
        for problem in e.errors():
            name = ".".join(str(p) for p in problem["loc"])
            if problem["type"] == "extra_forbidden":
                near = difflib.get_close_matches(name, model.model_fields, 3)
                known = f"did you mean {', '.join(near)}?" if near else f"known: {', '.join(model.model_fields)}"
                lines.append(f"{recipe.slug} has no parameter {name!r}; {known}")
            else:
                why = problem["msg"].removeprefix("Value error, ")
                lines.append(f"parameter {name}: {why} (given: {problem['input']!r})" if name else f"parameters: {why}")
        raise UsageError("\n".join(lines)) from e


def _check_input_names(recipe: LoadedRecipe, inputs: Mapping[str, Path]) -> None:
    declared: Mapping[str, Any] = recipe.card.get("inputs", {})
    for name in inputs:
        if name not in declared:
            known = ", ".join(declared) or "none"
            raise UsageError(f"{recipe.slug} has no input {name!r}; inputs: {known}")
    for name, about in declared.items():
        if about.get("required") and name not in inputs:
            example = f" (try `--input {name}=example`)" if about.get("example") else ""
            raise UsageError(f"{recipe.slug} needs --input {name}=PATH: {about.get('help', '')}{example}")


def files_of(source: Source, inputs: Mapping[str, Path]) -> dict[str, dict[str, Any]]:
    """What a source says it reads (`files`), without the inputs themselves. Raises `InputError`."""
    known = {path.resolve() for path in inputs.values()}
    files: Mapping[str, Path] = getattr(source, "files", {})
    return {name: _describe(name, path) for name, path in sorted(files.items()) if path.resolve() not in known}


def _describe(name: str, path: Path) -> dict[str, Any]:
    """Path, size and hash of an input; a folder is described by the names and sizes of its files."""
    try:
        if path.is_dir():
            files = sorted((_readable(p.relative_to(path)), p.stat().st_size) for p in path.rglob("*") if p.is_file())
            return {"path": str(path), "bytes": sum(s for _, s in files), "sha256": fingerprint(files)}
        return {"path": str(path), "bytes": path.stat().st_size, "sha256": file_sha256(path)}
    except OSError as e:
        raise InputError(f"{name}: cannot read {path}: {e.strerror or e}") from e


def _readable(path: Path) -> str:
    """The path as text, also where its bytes are no UTF-8."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


PACKAGES = ("mmrecipes", "numpy", "pillow", "opencv-python-headless", "skia-python", "uharfbuzz", "matplotlib",
            "typst", "pypdfium2", "pyarrow")  # fmt: skip
"""What bytes depend on: the same seed gives the same bytes with the same versions of these."""


@functools.cache
def installed_versions() -> dict[str, str]:
    """Python and the packages that decide bytes."""
    return {"python": platform.python_version(), **{name: metadata.version(name) for name in PACKAGES}}


_IDENTITY = ("recipe", "version", "fingerprint", "params", "inputs", "files", "models", "seed", "versions")


def _identities(models: Mapping[str, Any]) -> dict[str, Any]:
    """What of the models decides data: their place, limits and prices may change."""
    return {role: [b.identity for b in many] for role, many in bindings_from_json(models).items()}


def check_same(old: Plan, new: Plan) -> None:
    """Refuse to go on in a folder made with other arguments; inputs may move, and for `n` see `check_n`."""
    differences: list[str] = []
    for name in _IDENTITY:
        before, now = getattr(old, name), getattr(new, name)
        if name in ("inputs", "files"):
            before, now = ({k: v["sha256"] for k, v in d.items()} for d in (before, now))
        if name == "models":
            before, now = (_identities(value) for value in (before, now))
        if isinstance(before, Mapping) and isinstance(now, Mapping):
            differences += [
                f"{name}.{k}: {before.get(k, '(none)')!r} there, {now.get(k, '(none)')!r} now"
                for k in sorted({*before, *now})
                if before.get(k) != now.get(k)
            ]
        elif before != now:
            differences.append(f"{name}: {before!r} there, {now!r} now")
    if differences:
        raise UsageError(
            "this folder holds a run with other arguments; choose another --out"
            + (", and --reuse this folder so that no answer is paid twice" if old.models else "")
            + ".\n  "
            + "\n  ".join(differences)
        )


def check_n(folder: Path, old: Plan, new: Plan, may_grow: bool, unasked: float) -> None:
    """Refuse another `n` than the folder's run was started with, unless the run grows by it. `unasked` is how much a
    run without `n` takes: all there is (infinity), or so many."""
    before = unasked if old.n is None else old.n
    if old.n == new.n or (may_grow and new.n is not None and new.n >= before):
        return
    every = "every row of the input" if math.isinf(unasked) else f"{unasked:.0f} {'samples' if may_grow else 'rows'}"
    there, now = (f"without --n ({every})" if n is None else f"with --n {n}" for n in (old.n, new.n))
    if not may_grow:
        why = f"{new.recipe} decides over all rows at once, so that a run can become neither larger nor smaller"
    elif new.n is None:
        why = "a run goes on with its --n or with a larger one"
    else:
        why = "it would become smaller, and a run may only grow"
    more = " or more" if may_grow and not math.isinf(before) else ""
    same = f"give --n {before:.0f}{more}" if old.n is not None or more else "leave out --n"
    reuse = f", with --reuse {folder} so that no answer is paid twice" if old.models else ""
    raise UsageError(
        f"{folder} holds a run that was started {there}, and this is one {now}: {why}. To go on with it, {same}; for "
        f"another run choose another --out{reuse}"
    )


def check_writable(folder: Path) -> None:
    """Refuse an output folder that cannot be written or holds something else."""
    if folder.exists() and not folder.is_dir():
        raise PlanError(f"--out {folder} is a file; name a folder")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / "run" / "plan.json").is_file():
        unfinished = {p.name for p in folder.iterdir()} <= {"run"}
        if not unfinished:
            raise PlanError(f"--out {folder} is not empty and holds no run; name a new folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as e:
        raise PlanError(f"--out {folder} cannot be made: {e.strerror or e}; name a folder you may write to") from e
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PlanError(f"--out {folder}: no permission to write there")


ALWAYS_THERE = frozenset(
    {"id", "kind", "subset", "split", "group", "task", "language", "source", "licence", "truth_source", "difficulty"}
)


def check_reads(pipeline: Pipeline, source: Source) -> None:
    """Raise `PlanError` when a step reads what nobody before it writes. A step without declarations ends the
    check on its path: it may write anything."""
    written = {*ALWAYS_THERE, *getattr(source, "writes", ())}
    if not hasattr(source, "writes"):
        written.add("*")
    _check_reads(pipeline, written, "")


def _check_reads(pipeline: Pipeline, written: set[str], prefix: str) -> set[str]:
    for item in pipeline.steps:
        path = prefix + step_name(item)
        if isinstance(item, Pipeline):
            written = _check_reads(item, written, prefix)
        elif inner := children(item):
            ends = [_check_reads(p, set(written), f"{path}/{name}/") for name, p in inner]
            written = set.intersection(*ends) if len(ends) > 1 else ends[0]
        elif is_barrier(item) or not hasattr(item, "reads"):
            written = {*written, "*"}
        else:
            missing = [r for r in item.reads if not _is_written(r, written)]
            if missing:
                raise PlanError(f"step {path} reads {', '.join(missing)}, which no step before it writes")
            written = {*written, *item.writes}
    return written


def _is_written(name: str, written: set[str]) -> bool:
    return "*" in written or any(w == name or w.startswith(f"{name}.") or name.startswith(f"{w}.") for w in written)
