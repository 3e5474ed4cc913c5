"""The local engine: worker processes with a pipe each, and what happens when one dies.

A dead worker's shards are handed out again; the row it was working on is known, and a row that kills its worker
twice is recorded as an error and skipped. Covered: starting, feeding, supervising and stopping workers on one
machine. Not covered: which shards are wanted (`run`), other machines.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, Pipe, wait
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mmrecipes.core.errors import MmrError, WorldError
from mmrecipes.flow.messages import NOBODY, Cut, Done, Fatal, FileTask, Marker, Setup, Tally, Task
from mmrecipes.flow.shards import Shard
from mmrecipes.flow.spare import ONE_THREAD, Spare

if TYPE_CHECKING:
    from mmrecipes.flow.service import ModelService

DEATHS_PER_ROW = 2
DEATHS_OF_NOBODY = 3
ERROR_WINDOW, ERROR_SHARE = 200, 0.5
"""The run stops when more than this share of the last candidates (at least a quarter of the window) failed."""

NextShard = Callable[[], tuple[int, Shard] | None]
"""The next (segment, shard) to run, or None when nothing is wanted for now."""
NextTask = Callable[[int], "Task | FileTask | None"]
"""The next task, with this number, or None."""


@dataclass(slots=True)
class WorkerProcess:
    process: subprocess.Popen[bytes]
    pipe: Connection
    marker: Marker
    held: dict[int, Task | FileTask] = field(default_factory=dict)


@dataclass(slots=True)
class LocalEngine:
    """Runs shards on `workers` processes and writes data files. Use as a context manager; workers start at once and are
    reused over all calls."""

    setup: Setup
    workers: int
    log: Path
    on_tally: Callable[[Tally], None]
    shards_per_worker: int = 1
    service: ModelService | None = None
    spares: list[Spare] = field(default_factory=list)
    """Processes that become workers before others are started."""
    _alive: list[WorkerProcess] = field(default_factory=list)
    _again: deque[Task | FileTask] = field(default_factory=deque)
    _number: int = 0
    _deaths: Counter[tuple[int, str, int]] = field(default_factory=Counter)
    _idle_deaths: int = 0
    _recent: deque[tuple[int, int]] = field(default_factory=deque)

    def __enter__(self) -> LocalEngine:
        self._alive = [self._start() for _ in range(self.workers)]
        return self

    def __exit__(self, *exc: object) -> None:
        clean = exc[0] is None
        if not clean and self.service is not None:
            self.service.drain()
        for worker in self._alive:
            if clean:
                worker.pipe.send(None)
            else:
                worker.process.kill()
        for worker in self._alive:
            worker.process.wait()
            worker.pipe.close()

    def run(self, next_shard: NextShard, on_done: Callable[[int, Shard, int], None]) -> None:
        """Run shards until none is wanted and none is in flight; `on_done(segment, shard, accepted)`. When the budget
        is used up, shards whose rows are answered are still committed before `BudgetError` is raised."""

        def next_task(number: int) -> Task | None:
            wanted = next_shard()
            return Task(number, *wanted) if wanted is not None else None

        while True:
            used_up = self.service.used_up() if self.service is not None else None
            if used_up is None:
                self._feed(next_task, self.shards_per_worker)
            if not self._wait(on_done):
                if used_up is not None:
                    raise used_up
                return

    def write(self, files: Iterable[FileTask]) -> None:
        """Write these data files."""
        left = iter(files)

        def next_task(number: int) -> FileTask | None:
            file = next(left, None)
            return replace(file, number=number) if file is not None else None

        self._feed(next_task, 1)
        while self._wait(lambda *_: None):
            self._feed(next_task, 1)

    def _wait(self, on_done: Callable[[int, Shard, int], None]) -> bool:
        """Hear what workers have to say; False where none has anything to do."""
        if not any(w.held for w in self._alive):
            return False
        ready: list[Any] = wait([w.pipe for w in self._alive], timeout=1.0)
        for worker in [w for w in self._alive if w.pipe in ready]:
            self._listen(worker, on_done)
        return True

    def _feed(self, next_task: NextTask, held: int) -> None:
        for worker in sorted(self._alive, key=lambda w: len(w.held)):
            while len(worker.held) < held:
                task = self._next_task(next_task)
                if task is None:
                    return
                worker.held[task.number] = task
                try:
                    worker.pipe.send(task)
                except (BrokenPipeError, ConnectionResetError):
                    break  # it died; its pipe reports so in the next round and the task is handed out again

    def _next_task(self, next_task: NextTask) -> Task | FileTask | None:
        if self._again:
            return self._again.popleft()
        self._number += 1
        return next_task(self._number)

    def _listen(self, worker: WorkerProcess, on_done: Callable[[int, Shard, int], None]) -> None:
        try:
            message = worker.pipe.recv()
        except (EOFError, ConnectionResetError):
            self._bury(worker)
            return
        if isinstance(message, Tally):
            self._watch_errors(message)
            self.on_tally(message)
        elif isinstance(message, Done):
            task = worker.held.pop(message.task)
            self._idle_deaths = 0
            if isinstance(task, Task):
                on_done(task.segment, task.shard, message.accepted)
        elif isinstance(message, Cut):
            del worker.held[message.task]
        elif isinstance(message, Fatal):
            error = WorldError if message.exit_code == 3 else MmrError
            raise error(message.message)

    def _bury(self, worker: WorkerProcess) -> None:
        """A worker died: blame the row it worked on, hand its shards out again, start another."""
        worker.process.wait()
        task_number, index = worker.marker.get()
        for task in worker.held.values():
            if isinstance(task, Task) and task.number == task_number:
                task = self._blamed(task, index)
            self._again.append(task)
        if (task_number, index) == NOBODY or task_number not in worker.held:
            self._idle_deaths += 1
        if self._idle_deaths >= DEATHS_OF_NOBODY:
            raise WorldError(
                f"workers die while working on no row ({_how(worker.process.returncode)}, {self._idle_deaths} times); "
                f"see {self.log}. The same command goes on from here."
            )
        self._alive[self._alive.index(worker)] = self._start()

    def _blamed(self, task: Task, index: int) -> Task:
        key = (task.segment, task.shard.name, index)
        self._deaths[key] += 1
        return replace(task, skip=task.skip | {index}) if self._deaths[key] >= DEATHS_PER_ROW else task

    def _watch_errors(self, tally: Tally) -> None:
        """Stop when a sliding window says that the world is broken."""
        self._recent.append((tally.accepted + tally.dropped + tally.errors, tally.errors))
        while sum(c for c, _ in self._recent) - self._recent[0][0] >= ERROR_WINDOW:
            self._recent.popleft()
        seen, failed = (sum(column) for column in zip(*self._recent, strict=True))
        if seen >= ERROR_WINDOW // 4 and failed > ERROR_SHARE * seen:
            raise WorldError(
                f"stopped: {failed} of the last {seen} samples ended in an error. The last one: {tally.last_error}. "
                f"Mend the cause and run the same command again, with --retry-errors to try failed ones once more."
            )

    def _start(self) -> WorkerProcess:
        ours, theirs = Pipe()
        descriptor = os.memfd_create("mmrecipes-row") if hasattr(os, "memfd_create") else _temporary_descriptor()
        os.ftruncate(descriptor, 16)
        marker = Marker.on(descriptor)
        marker.set(*NOBODY)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        channel = self.service.connect() if self.service is not None else None
        handed = (theirs.fileno(), descriptor, *((channel.fileno(),) if channel else ()))
        with self.log.open("ab") as log:
            process = self._of_a_spare(log.fileno(), handed) or subprocess.Popen(
                [sys.executable, "-c", _START.format(*handed[:2], channel.fileno() if channel else -1)],
                pass_fds=handed, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env={**os.environ, **ONE_THREAD},
            )  # fmt: skip
        theirs.close()
        os.close(descriptor)
        if channel is not None:
            channel.close()
        ours.send(self.setup)
        return WorkerProcess(process, ours, marker)

    def _of_a_spare(self, log: int, handed: tuple[int, ...]) -> subprocess.Popen[bytes] | None:
        while self.spares:
            spare = self.spares.pop()
            if spare.becomes_worker(log, handed):
                return spare.process
        return None


_START = "from mmrecipes.flow.worker import main; main({}, {}, {})"


def _temporary_descriptor() -> int:
    import tempfile

    descriptor, name = tempfile.mkstemp()
    Path(name).unlink()
    return descriptor


def _how(code: int | None) -> str:
    if code is not None and code < 0:
        return f"killed by {signal.Signals(-code).name}"
    return f"exit code {code}"
