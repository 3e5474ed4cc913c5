"""One execution: plan, shards, barriers, seal. Running the same request again goes on where it stopped.

Covered: creating, resuming and growing a run on the local engine. Not covered: the report (see `report/`).
"""

from __future__ import annotations

import contextlib
import fcntl
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from mmrecipes.core.errors import BudgetError, Interrupted, PlanError, UsageError, WorldError
from mmrecipes.flow.barrier import decide
from mmrecipes.flow.demand import Demand, Stratum, wanted_per_stratum, without_n
from mmrecipes.flow.local import LocalEngine
from mmrecipes.flow.messages import Setup, Tally
from mmrecipes.flow.pipeline import Pipeline
from mmrecipes.flow.plan import (
    Plan,
    check_n,
    check_reads,
    check_same,
    check_writable,
    files_of,
    make_plan,
    read_plan,
    write_plan,
)
from mmrecipes.flow.recipe import LoadedRecipe, RecipeParams
from mmrecipes.flow.retry import forget_errors
from mmrecipes.flow.roles import needed_bindings, probe_models
from mmrecipes.flow.seal import Sealed, seal
from mmrecipes.flow.shards import Shard, reasons_of
from mmrecipes.flow.spare import Spare, cores
from mmrecipes.flow.stages import Stage, prefix_stable, stages
from mmrecipes.flow.step import Source
from mmrecipes.models.binding import Bindings, bindings_to_json
from mmrecipes.store.files import remove_temporaries, write_bytes

if TYPE_CHECKING:
    from mmrecipes.flow.service import ModelService
    from mmrecipes.models.coordinator import Account


@dataclass(frozen=True, slots=True)
class RunRequest:
    """What to run and where. `n` None: every row of a finite source, 100 samples of an endless one."""

    recipe: LoadedRecipe
    out: Path
    n: int | None = None
    inputs: Mapping[str, Path] = field(default_factory=dict)
    params: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0
    workers: int | None = None
    models: Bindings = field(default_factory=dict)
    """What fills the recipe's roles."""
    budget: float | None = None
    """The most that the calls of this folder may cost in all, in the currency of the prices."""
    reuse: Path | None = None
    """An older run whose answers are used before a model is asked."""
    retry_errors: bool = False
    """Run shards with recorded errors again."""
    spares: list[Spare] = field(default_factory=list)
    """Processes that become workers before others are started; those taken are taken out."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is; `candidates` (rows) and `kept`, `dropped` and `errors` (samples) count this session, `accepted`
    (samples) the whole run. `account` says how calls and money stand when models are asked."""

    accepted: int
    wanted: int | None
    candidates: int
    kept: int
    dropped: int
    errors: int
    seconds: float
    phase: str
    account: Account | None = None


@dataclass(frozen=True, slots=True)
class RunResult:
    """The outcome of a run; `candidates` counts rows, all else samples. `short`: fewer samples than wanted could be
    had; `remarks`: see `Plan`."""

    folder: Path
    accepted: int
    wanted: int | None
    candidates: int
    dropped: int
    errors: int
    short: bool
    remarks: Sequence[str] = ()
    account: Account | None = None
    """How calls and money stood at the end; None when no model was asked in this session."""
    stopped: str = ""
    """Why the run ended early, with what was complete by then sealed; empty when it did not."""
    unread_files: Sequence[str] = ()
    """Those of the remarks that tell of a file of the input of which nothing can be read."""

    @property
    def exit_code(self) -> int:
        """0 done, 3 finished with errors, short, empty, stopped by the budget or without a file of its input."""
        return 3 if self.errors or self.short or self.stopped or self.unread_files or not self.accepted else 0


SHARDS_IN_FLIGHT = 24
"""Shards a worker holds when its rows wait for something; computing rows are taken one shard at a time, so that the
last shards spread evenly over the workers."""

Watcher = Callable[[Progress], None]


def execute(request: RunRequest, progress: Watcher | None = None) -> RunResult:
    """Create the run or go on with it. Raises `UsageError`, `PlanError` or `InputError` before any work,
    `WorldError` when it had to stop, `Interrupted` when the user stopped it.

    A run whose budget is used up ends with what is complete (`RunResult.stopped`); behind a step that needs all samples
    nothing is, and `BudgetError` is raised.
    """
    plan, params = make_plan(request.recipe, request.params, request.inputs, request.seed, request.n)
    source = request.recipe.module.source(params, request.inputs)
    pipeline = request.recipe.module.pipeline(params)
    check_reads(pipeline, source)
    ready = stages(pipeline)
    bindings = needed_bindings(pipeline, request.recipe, request.models, request.budget)
    remarks, files = tuple(getattr(source, "remarks", ())), files_of(source, request.inputs)
    plan = replace(plan, remarks=remarks, files=files, models=bindings_to_json(bindings))
    check_writable(request.out)
    with _locked(request.out), contextlib.ExitStack() as open_models:
        plan = _settle_plan(request, plan, ready, source)
        remove_temporaries(request.out)
        if request.retry_errors:
            forget_errors(request.out)
        sealed = sealed_before(request.out, plan)
        service = None
        if bindings and sealed is None:
            service = open_models.enter_context(_service(request, bindings))
            plan = _probed(request, plan, params, bindings, service)
        write_plan(request.out, plan)
        session = Session(request, plan, source, pipeline, ready, progress or (lambda _: None), service)
        try:
            sealed = sealed or session.run()
        except KeyboardInterrupt:
            raise Interrupted(f"stopped; the same command goes on from here ({request.out / 'run'})") from None
        wanted = session.demand.wanted
        short = wanted is not None and sealed.accepted < wanted
        result = RunResult(
            request.out, sealed.accepted, wanted, sealed.candidates, sealed.dropped, sealed.errors, short, plan.remarks,
            service.account() if service else None, session.stopped, tuple(getattr(source, "unread_files", ())),
        )  # fmt: skip
        session.show("done")
        return result


def _settle_plan(request: RunRequest, plan: Plan, ready: list[Stage], source: Source) -> Plan:
    """The plan, compared with the one that is there and with what that one has settled."""
    if not (request.out / "run" / "plan.json").is_file():
        return plan
    old = read_plan(request.out)
    check_same(old, plan)
    check_n(request.out, old, plan, prefix_stable(ready), without_n(source))
    return replace(plan, settled=old.settled)


def _service(request: RunRequest, bindings: Bindings) -> ModelService:
    from mmrecipes.flow.service import ModelService

    stand_in = getattr(request.recipe.module, "stand_in", None)
    return ModelService(request.out, bindings, stand_in, request.budget, request.reuse)


def _probed(request: RunRequest, plan: Plan, params: RecipeParams, bindings: Bindings, service: ModelService) -> Plan:
    """Every model answers as its role needs it, and the recipe's own probe is content. Raises `PlanError`."""
    remarks = service.run(probe_models(request.recipe.card.get("roles", {}), bindings, service))
    probe = getattr(request.recipe.module, "probe", None)
    settled = plan.settled
    if probe is not None and not settled:
        settled = dict(service.run(probe(params, service.plan_models())))
    return replace(plan, remarks=(*plan.remarks, *remarks), settled=settled)


def sealed_before(folder: Path, plan: Plan) -> Sealed | None:
    """What was sealed, when the run was sealed with this n."""
    mark = folder / "run" / "sealed.json"
    if not mark.is_file() or not (folder / "data").is_dir():
        return None
    old = orjson.loads(mark.read_bytes())
    return Sealed(**old) if old.pop("n") == plan.n else None


class Session:
    """One process's work on a run."""

    def __init__(
        self, request: RunRequest, plan: Plan, source: Source, pipeline: Pipeline, ready: list[Stage], watch: Watcher,
        service: ModelService | None,
    ) -> None:  # fmt: skip
        self.plan, self.pipeline, self.stages, self.watch, self.service = plan, pipeline, ready, watch, service
        self.folder, self.run_folder = request.out, request.out / "run"
        self.workers = max(1, request.workers or cores())
        self.spares = request.spares
        self.setup = Setup(
            request.recipe.location, plan.params, request.inputs, plan.seed, self.run_folder.resolve(), plan.recipe,
            plan.models, plan.settled,
        )  # fmt: skip
        stable = prefix_stable(ready)
        self.awaits = any(stage.awaits for stage in ready)
        strata: list[Stratum] = wanted_per_stratum(source, plan.n, stable, self.awaits)
        if not strata:
            raise PlanError(f"{plan.recipe} has nothing to run: every stratum has weight 0")
        self.demand = Demand(self.run_folder, strata, len(ready), stable, paid=service is not None)
        self.began, self.tally = time.monotonic(), Tally()
        self.stopped = ""

    def run(self) -> Sealed:
        """Run what is missing, then seal. When the budget ends before, what is complete is sealed, where the pipeline
        can be cut off anywhere; the error is kept in `stopped`."""
        log = self.run_folder / "workers.log"
        held = SHARDS_IN_FLIGHT if self.awaits else 1
        with LocalEngine(self.setup, self.workers, log, self._on_tally, held, self.service, self.spares) as engine:
            try:
                self._run_waves(engine)
            except BudgetError as e:
                if len(self.stages) > 1:
                    raise
                return self._seal_so_far(engine, str(e))
            self.show("sealing")
            sealed = seal(self.folder, self.plan, self.demand, self.stages, engine)
        write_bytes(self.run_folder / "sealed.json", orjson.dumps({"n": self.plan.n, **asdict(sealed)}))
        return sealed

    def _seal_so_far(self, engine: LocalEngine, why: str) -> Sealed:
        self.stopped = why
        (self.run_folder / "sealed.json").unlink(missing_ok=True)
        self.show("sealing")
        complete, pending = self.demand.committed(), self.demand.candidates_pending()
        return seal(self.folder, self.plan, complete, self.stages, engine, pending)

    def _run_waves(self, engine: LocalEngine) -> None:
        while True:
            self.demand.start_wave()
            for stage in self.stages:
                number = stage.segment.number
                if number > 0:
                    self.show(stage.entry)
                    decide(self.run_folder, stage.segment, self.demand.shards())
                    self.demand.start_segment(number)
                self.show(f"segment {number + 1}/{len(self.stages)}")
                engine.run(self.demand.next_shard, self._on_done)
                self._check_fruit()
            if self.demand.satisfied():
                return

    def _check_fruit(self) -> None:
        """Raise `WorldError` when models are paid for a stratum of which nothing comes through."""
        for stratum in self.demand.fruitless():
            looked = stratum.shards[-1].stop
            why = reasons_of(self.run_folder, [s.name for s in stratum.shards])
            raise WorldError(
                f"stopped: none of the first {looked} rows of {stratum.name!r} came through "
                f"({', '.join(f'{reason} {n}' for reason, n in why.most_common(3)) or 'errors only'}), and every "
                f"further one would be paid. `mmr answers {self.folder}` shows what the models said; the same command "
                "tries as many more."
            )

    def _on_done(self, segment: int, shard: Shard, accepted: int) -> None:
        self.demand.done(segment, shard, accepted)
        self.show(f"segment {segment + 1}/{len(self.stages)}")

    def _on_tally(self, tally: Tally) -> None:
        self.tally = self.tally.plus(tally)
        self.show(f"segment {self.demand.segment + 1}/{len(self.stages)}")

    def show(self, phase: str) -> None:
        """Tell the watcher how far the run is."""
        counts = (s.accepted(self.demand.segment) for s in self.demand.strata)
        accepted = sum(counts)
        wanted = self.demand.wanted
        self.watch(
            Progress(
                accepted if wanted is None else min(accepted, wanted),
                wanted,
                self.tally.candidates,
                self.tally.accepted,
                self.tally.dropped,
                self.tally.errors,
                time.monotonic() - self.began,
                phase,
                self.service.account() if self.service else None,
            )
        )


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One process per run folder; the lock goes away with the process, however it ends."""
    (folder / "run").mkdir(exist_ok=True)
    with (folder / "run" / "lock").open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UsageError(f"another process is working on {folder}; wait for it or stop it") from None
        yield
