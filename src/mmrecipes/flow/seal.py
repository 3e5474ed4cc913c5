"""Sealing: exactly the first n accepted samples, by index, become the dataset folder, in one swap.

A pure function of the committed shards and n, so it can be repeated after a crash and after growing.
"""

from __future__ import annotations

import itertools
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mmrecipes.core.identity import canonical_json
from mmrecipes.core.sample import Sample
from mmrecipes.flow.demand import Demand
from mmrecipes.flow.ledger import Extent, StepCount, count_steps, write_ledger
from mmrecipes.flow.memory import rare_collections
from mmrecipes.flow.plan import Plan
from mmrecipes.flow.shards import read_samples, with_bytes
from mmrecipes.flow.spent import write_spent
from mmrecipes.flow.stages import Stage
from mmrecipes.models.binding import Binding, Endpoint, bindings_from_json
from mmrecipes.store.card import write_card
from mmrecipes.store.dataset import DatasetWriter
from mmrecipes.store.files import TEMPORARY, operation


@dataclass(frozen=True, slots=True)
class Sealed:
    """What was sealed: accepted samples, candidates looked at (rows of the source), dropped samples, errors."""

    accepted: int
    candidates: int
    dropped: int
    errors: int


def seal(folder: Path, plan: Plan, demand: Demand, stages: list[Stage], pending: int = 0) -> Sealed:
    """Write `data/`, `README.md` and `run/ledger.json`. `pending` candidates were begun and are not done."""
    run = folder / "run"
    fresh = folder / f"{TEMPORARY}seal"
    shutil.rmtree(fresh, ignore_errors=True)
    with rare_collections(), DatasetWriter(fresh, plan.recipe) as writer:
        for sample in _first_n(run, demand):
            writer.write(with_bytes(sample).having(draft={}))
    counts = writer.counts
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


def _first_n(run: Path, demand: Demand) -> Iterator[Sample]:
    last = demand.segments - 1
    for stratum in demand.strata:
        kept = (sample for shard in stratum.shards for _, sample in read_samples(run, last, shard.name))
        yield from itertools.islice(kept, stratum.wanted)


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
