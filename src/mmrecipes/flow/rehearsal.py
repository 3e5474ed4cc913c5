"""A rehearsal: a run of a few samples, and what it did, read from its folder.

Its candidates are the first ones of the run itself, not a random choice. Covered: calls per prompt, cost per
candidate, answers that several samples share (counted once), calls of the plan itself, roles without a price, how fast
models answered. Not covered: scaling it (see `estimate`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from mmrecipes.core.errors import UsageError, WorldError
from mmrecipes.flow.demand import Stratum, wanted_per_stratum
from mmrecipes.flow.estimate import ONCE, Estimate, Part, PromptUse, Rehearsal, Speed, busy_seconds, forecast
from mmrecipes.flow.ledger import step_counts
from mmrecipes.flow.plan import read_plan
from mmrecipes.flow.run import Progress, RunRequest, execute
from mmrecipes.flow.shards import read_columns
from mmrecipes.flow.stages import prefix_stable, stages
from mmrecipes.models.binding import Bindings, Endpoint, StandIn, bindings_from_json
from mmrecipes.store.answers import Answer, answers_file, read_only

PATIENCE = 20
"""A rehearsal ends when it has looked at so many candidates per sample wanted."""


def rehearse(
    request: RunRequest, k: int, free: bool = False, progress: Callable[[Progress], None] | None = None
) -> Estimate:
    """Run `k` samples into the request's folder and scale up to its `n`. Raises what a run raises, and `WorldError`
    when next to nothing is accepted."""
    if k < 2:
        raise UsageError("--k must be at least 2: the spread is measured between samples")
    if free and not any(isinstance(b, Endpoint) for many in request.models.values() for b in many):
        raise UsageError("--free puts the stand-in in the place of models, but none is bound: give --role or --models")
    few = k if request.n is None else min(k, request.n)
    models = _free(request.models) if free else request.models
    result = execute(replace(request, n=few, models=models), _patient(few, progress))
    if not result.accepted:
        why = result.stopped or f"none of {result.candidates} rows gave a sample that was accepted"
        raise WorldError(f"nothing can be estimated: {why}")
    measured = replace(measure(request.out), free=free, stopped=result.stopped)
    return forecast(measured, _strata(request), recipe=request.recipe.slug, n=request.n)


def _free(bindings: Bindings) -> Bindings:
    """The stand-in in every endpoint's place, at its price."""
    return {
        role: tuple(StandIn(price=b.price) if isinstance(b, Endpoint) else b for b in many)
        for role, many in bindings.items()
    }


def _patient(k: int, progress: Callable[[Progress], None] | None) -> Callable[[Progress], None]:
    """`progress`, and an end when nearly nothing is accepted: a rehearsal must not cost like a run."""

    def tell(p: Progress) -> None:
        if progress is not None:
            progress(p)
        if p.candidates > PATIENCE * k and p.accepted < k:
            raise WorldError(
                f"stopped after {p.candidates} rows, of which {p.accepted} samples were accepted: fewer than one in "
                f"{PATIENCE}. Nothing is estimated; `mmr preview` shows what is dropped and why"
            )

    return tell


def _strata(request: RunRequest) -> list[Stratum]:
    """How the run itself will split its `n`."""
    module = request.recipe.module
    params = module.Params(**request.params)
    stable = prefix_stable(stages(module.pipeline(params)))
    return wanted_per_stratum(module.source(params, request.inputs), request.n, stable)


def measure(folder: Path) -> Rehearsal:
    """What a finished rehearsal asked and kept."""
    bindings = bindings_from_json(read_plan(folder).models)
    log = _answers(folder)
    asked = [a for a in log if not a.reused]
    speeds, busy = _speeds(asked, bindings)
    return Rehearsal(
        _parts(folder, bindings), tuple(_plan_prompts(log, bindings)), speeds, busy,
        sum(line.errors for line in step_counts(folder)), len(asked), len(log) - len(asked),
        sum(a.cost for a in asked),
        stand_in=any(isinstance(b, StandIn) or b.stand_in for many in bindings.values() for b in many),
    )  # fmt: skip


def _parts(folder: Path, bindings: Bindings) -> dict[str, Part]:
    """Every stratum's calls and outcomes; an answer that serves several samples counts once."""
    segments = sorted((folder / "run" / "segments").glob("[0-9]*"))
    kept = _by_stratum(segments[-1], "samples", ["index"])
    called = [_by_stratum(segment, "calls") for segment in segments]
    seen: set[str] = set()
    parts: dict[str, Part] = {}
    for stratum, events in _by_stratum(segments[0], "events", ["index"]).items():
        calls = {c["key"]: c for tables in called for c in tables.get(stratum, ()) if c["key"] not in seen}
        seen.update(calls)
        samples = Counter(row["index"] for row in kept.get(stratum, ()))
        cost = dict.fromkeys(sorted({row["index"] for row in events}), 0.0)
        for call in calls.values():
            cost[call["index"]] = cost.get(call["index"], 0.0) + call["cost"]
        outcomes = tuple((paid, samples[index]) for index, paid in cost.items())
        parts[stratum] = Part(tuple(_step_prompts(folder, list(calls.values()), bindings)), outcomes)
    return parts


def _by_stratum(segment: Path, table: str, columns: list[str] | None = None) -> dict[str, list[dict[str, Any]]]:
    """Rows of a table of every committed shard, also of those behind the last sample wanted: they were paid all the
    same."""
    found: dict[str, list[dict[str, Any]]] = {}
    for file in sorted(segment.glob(f"[!.]*/{table}.parquet")):
        found.setdefault(file.parent.name.rpartition("-")[0], []).extend(read_columns(file, columns).to_pylist())
    return found


def _step_prompts(folder: Path, calls: list[dict[str, Any]], bindings: Bindings) -> Iterator[PromptUse]:
    """In the order of the pipeline; numbers in a prompt's name stand for one prompt."""
    order = {line.path: i for i, line in enumerate(step_counts(folder))}
    groups: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for row in calls:
        groups.setdefault((row["path"], row["role"], re.sub(r"\d+", "N", row["name"])), []).append(row)
    for (path, role, name), several in sorted(groups.items(), key=lambda item: order.get(item[0][0], len(order))):
        yield _used(path, role, name, several, _priced(bindings, role))


def _used(path: str, role: str, name: str, calls: list[dict[str, Any]], priced: bool) -> PromptUse:
    def total(column: str) -> float:
        return sum(call[column] for call in calls)

    return PromptUse(
        path, role, name, len(calls), total("reasked"), total("tokens_in"), total("tokens_out"), total("images"),
        total("cost") if priced else None,
    )  # fmt: skip


def _plan_prompts(log: list[Answer], bindings: Bindings) -> Iterator[PromptUse]:
    """The plan's own calls: probes."""
    for answer in log:
        if answer.sample == "probe" or answer.sample.startswith("probe/"):
            cost = answer.cost if _priced(bindings, answer.role) else None
            tokens = (answer.tokens_in, answer.tokens_out)
            yield PromptUse(ONCE, answer.role, answer.name, 1, 0, *tokens, answer.images, cost)


def _priced(bindings: Bindings, role: str) -> bool:
    return all(b.price is not None for b in bindings.get(role, ()))


def _speeds(asked: list[Answer], bindings: Bindings) -> tuple[tuple[Speed, ...], float]:
    """How fast every endpoint answered, and the time in which there was something to answer."""
    endpoints = {b.name: b for many in bindings.values() for b in many if isinstance(b, Endpoint)}
    timed = [a for a in asked if a.endpoint in endpoints and a.seconds > 0]
    speeds: list[Speed] = []
    for name, endpoint in endpoints.items():
        seconds = [a.seconds for a in timed if a.endpoint == name]
        if seconds:
            mean = sum(seconds) / len(seconds)
            speeds.append(Speed(name, len(seconds), mean, endpoint.max_in_flight, endpoint.calls_per_minute))
    return tuple(speeds), busy_seconds([(a.at - a.seconds, a.at) for a in timed])


def _answers(folder: Path) -> list[Answer]:
    if not answers_file(folder).is_file():
        return []
    with read_only(answers_file(folder)) as log:
        return [replace(a, request=b"", response=b"") for a in log.iterate()]
