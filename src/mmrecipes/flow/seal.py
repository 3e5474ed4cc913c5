"""Sealing: exactly the first n accepted samples, by index, become the dataset folder, in one swap.

A pure function of the committed shards and n, so it can be repeated after a crash and after growing. The workers write
the data files, each a fixed range of the samples of its subset and split.
"""

from __future__ import annotations

import itertools
import shlex
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mmrecipes.core.identity import canonical_json
from mmrecipes.flow.demand import Demand
from mmrecipes.flow.ledger import Extent, StepCount, count_steps, write_ledger
from mmrecipes.flow.messages import FileTask
from mmrecipes.flow.plan import Plan
from mmrecipes.flow.shards import read_columns, restore, segments_folder
from mmrecipes.flow.spent import write_spent
from mmrecipes.flow.stages import Stage
from mmrecipes.models.binding import Binding, Endpoint, bindings_from_json
from mmrecipes.store.card import write_card
from mmrecipes.store.dataset import ROWS_PER_FILE, DataFile, data_file
from mmrecipes.store.files import TEMPORARY, operation

if TYPE_CHECKING:
    from mmrecipes.flow.local import LocalEngine


@dataclass(frozen=True, slots=True)
class Sealed:
    """What was sealed: accepted samples, candidates looked at (rows of the source), dropped samples, errors."""

    accepted: int
    candidates: int
    dropped: int
    errors: int


def seal(
    folder: Path, plan: Plan, demand: Demand, stages: list[Stage], engine: LocalEngine, pending: int = 0
) -> Sealed:
    """Write `data/`, `README.md` and `run/ledger.json`. `pending` candidates were begun and are not done."""
    run = folder / "run"
    fresh = folder / f"{TEMPORARY}seal"
    shutil.rmtree(fresh, ignore_errors=True)
    counts, files = _data_files(run, demand, fresh.absolute())
    engine.write(files)
    write_card(
        fresh,
        card={**plan.card, "slug": plan.recipe},
        params=plan.params,
        counts=counts,
        seed=plan.seed,
        version=plan.version,
        words=_words(plan),
        models=_models(plan),
    )
    _swap(fresh, folder)
    accepted = sum(counts.values())
    extent = _extent(demand)
    lines, reached = count_steps(run, stages, extent)
    lines[0].came_in += pending
    lines[0].pending = pending
    lines.append(StepCount("seal", came_in=reached, out=accepted, beyond_n=reached - accepted))
    write_ledger(run, lines, extent, demand.wanted)
    write_spent(folder, extent)
    return Sealed(accepted, lines[0].came_in - pending, sum(x.dropped for x in lines), sum(x.errors for x in lines))


def _words(plan: Plan) -> list[str]:
    """Inputs (by file name) and roles as words of the command."""
    inputs = [f"--input {shlex.quote(name + '=' + path.name)}" for name, path in plan.paths().items()]
    roles = [f"--role {shlex.quote(f'{role}={_named(b)}')}" for role, b in _bound(plan)]
    return [*inputs, *roles]


def _models(plan: Plan) -> list[str]:
    """A line on each model: role, name, and the settings that decide its answers."""
    return [f"`{role}`: `{_named(b)}`, settings `{canonical_json(b.identity)}`" for role, b in _bound(plan)]


def _named(binding: Binding) -> str:
    """The model without its place, which decides nothing and is nobody else's business."""
    return f"{binding.model}@URL" if isinstance(binding, Endpoint) else binding.name


def _bound(plan: Plan) -> list[tuple[str, Binding]]:
    return [(role, b) for role, many in bindings_from_json(plan.models).items() for b in many]


def _extent(demand: Demand) -> Extent:
    """The shards and candidates up to the one that completed n in its stratum."""
    last = demand.cutoffs()
    counting = [s for s in demand.shards() if (stop := last[s.stratum]) is None or s.start <= stop]
    return Extent(counting, last)


def _data_files(run: Path, demand: Demand, fresh: Path) -> tuple[Counter[str], list[FileTask]]:
    """Samples per `subset/split`, and the files that hold them. Raises `InputError` for names that cannot be kept."""
    counts: Counter[str] = Counter()
    files: dict[Path, dict[str, list[int]]] = {}
    for shard, place, sample_id, subset, split in _first_n(run, demand):
        path = data_file(fresh, sample_id, subset, split, counts[f"{subset}/{split}"] // ROWS_PER_FILE)
        files.setdefault(path, {}).setdefault(shard, []).append(place)
        counts[f"{subset}/{split}"] += 1
    return counts, [FileTask(0, demand.segments - 1, path, rows) for path, rows in files.items()]


def _first_n(run: Path, demand: Demand) -> Iterator[tuple[str, int, str, str, str]]:
    """(shard, place in it, id, subset, split) of the samples to seal."""
    for stratum in demand.strata:
        kept = (row for shard in stratum.shards for row in _named_rows(run, demand.segments - 1, shard.name))
        yield from itertools.islice(kept, stratum.wanted)


def _named_rows(run: Path, segment: int, shard: str) -> Iterator[tuple[str, int, str, str, str]]:
    names = read_columns(segments_folder(run, segment) / shard / "samples.parquet", ["id", "subset", "split"])
    for place, row in enumerate(zip(*(c.to_pylist() for c in names.columns), strict=True)):
        yield shard, place, *row


def write_file(run: Path, task: FileTask, recipe: str) -> int:
    """Write a data file; how many samples it holds. Raises `InputError` for content that cannot be kept."""
    with DataFile(task.path, recipe) as file:
        for shard, places in task.rows.items():
            rows = read_columns(segments_folder(run, task.segment) / shard / "samples.parquet", ["sample", "media"])
            samples, media = (rows[name].to_pylist() for name in ("sample", "media"))
            for place in places:
                file.add(restore(run, samples[place], media[place]))
    return sum(map(len, task.rows.values()))


def _swap(fresh: Path, folder: Path) -> None:
    """Put the fresh `data/` and README.md in place of the old ones. `data/` is missing for a moment; a run that
    dies then is sealed again."""
    old = folder / f"{TEMPORARY}old"
    shutil.rmtree(old, ignore_errors=True)
    if (folder / "data").exists():
        operation("rename", old)
        (folder / "data").rename(old)
    if (fresh / "data").exists():
        operation("rename", folder / "data")
        (fresh / "data").rename(folder / "data")
    operation("rename", folder / "README.md")
    (fresh / "README.md").rename(folder / "README.md")
    shutil.rmtree(fresh)
    shutil.rmtree(old, ignore_errors=True)
