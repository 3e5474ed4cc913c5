"""The first pass over a dataset: every row looked at, in this process or by several.

Covered: results in the order of the rows whatever the number of processes; vectors of an embedder, which this process
asks for while the others look; Ctrl-C, which the others leave to this process; a process that dies. Not covered:
finding the row that killed it (the rows it held are named).
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
import traceback
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from mmrecipes.core.errors import InputError, MmrError, WorldError
from mmrecipes.formats.reader import Rows
from mmrecipes.steps.decontaminate.benchmark import Benchmark
from mmrecipes.steps.decontaminate.check import Checker
from mmrecipes.steps.decontaminate.evidence import Finding, Policy, acted_on
from mmrecipes.steps.decontaminate.reading import Embed, Source, Vector, all_images, read_row
from mmrecipes.steps.decontaminate.registry import load_registry

AT_ONCE = 32
"""Rows that are handed out, and whose pictures an embedder is asked about, together."""
_AHEAD = 2
_ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "OPENCV_FOR_THREADS_NUM")


@dataclass(frozen=True, slots=True)
class Task:
    """The rows from `start` to `stop` (exclusive), and what an embedder says of their pictures, by hash."""

    start: int
    stop: int
    vectors: Mapping[str, Vector] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found about a row. `id` is None of one that could not be read: `detail` says what was wrong with it."""

    row: int
    id: str | None
    parents: tuple[str, ...]
    finding: Finding
    detail: str = ""


def tasks_of(rows: Rows, embed: Embed | None) -> Iterator[Task]:
    """All rows in order."""
    for start in range(0, len(rows), AT_ONCE):
        stop = min(len(rows), start + AT_ONCE)
        if embed is None:
            yield Task(start, stop)
            continue
        samples = [s for index in range(start, stop) if (s := read_row(rows, index).sample) is not None]
        held = {im.sha256: im for s in samples for im in all_images(s)}
        yield Task(start, stop, dict(zip(held, embed(list(held.values())), strict=True)))


def look(rows: Rows, checker: Checker, task: Task) -> list[Looked]:
    """Look at the rows of a task."""
    return [_looked(rows, checker, index, task.vectors) for index in range(task.start, task.stop)]


def _looked(rows: Rows, checker: Checker, index: int, vectors: Mapping[str, Vector]) -> Looked:
    row = replace(read_row(rows, index), vectors=vectors)
    finding = checker.check(row)
    if row.sample is None:
        return Looked(index, None, (), finding, row.detail)
    if finding.action == "remove_turn" and acted_on(row.sample, finding) is None:
        finding = replace(finding, action="remove_sample")
    return Looked(index, row.sample.id, row.sample.parents, finding)


@dataclass(frozen=True, slots=True)
class Setup:
    """What a process needs to look at rows: the data, each benchmark's registry (a file) and rows, the policy."""

    data: Source
    benchmarks: tuple[tuple[Path, Source | None], ...]
    policy: Policy


def setup_of(data: Source, benchmarks: Iterable[Benchmark], policy: Policy, folder: Path) -> Setup:
    """The setup, with registries saved in `folder`."""
    saved: list[tuple[Path, Source | None]] = []
    for number, benchmark in enumerate(benchmarks):
        file = folder / f"{number}.registry"
        benchmark.registry.save(file)
        saved.append((file, benchmark.source))
    return Setup(data, tuple(saved), policy)


@dataclass
class _Worker:
    process: Any
    pipe: Connection
    held: deque[Task] = field(default_factory=deque)


class Lookers:
    """Processes that look at rows. Use as a context manager; they end with it."""

    def __init__(self, setup: Setup, number: int) -> None:
        self._setup, self._number = setup, number
        self._workers: list[_Worker] = []

    def __enter__(self) -> Self:
        context = multiprocessing.get_context("spawn")
        with _quiet_children():
            for _ in range(self._number):
                ours, theirs = context.Pipe()
                process = context.Process(target=_serve, args=(self._setup, theirs), daemon=True)
                process.start()
                theirs.close()
                self._workers.append(_Worker(process, ours))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for worker in self._workers:
            worker.process.kill()
            worker.process.join()
            worker.pipe.close()

    def look(self, tasks: Iterator[Task]) -> Iterator[list[Looked]]:
        """What is found, task by task in their order. Raises `InputError`, `WorldError` when a process dies."""
        order: deque[int] = deque()
        done: dict[int, list[Looked]] = {}
        while True:
            self._feed(tasks, order)
            if not order:
                return
            while order and order[0] in done:
                yield done.pop(order.popleft())
                self._feed(tasks, order)
            if order:
                done |= self._received()

    def _feed(self, tasks: Iterator[Task], order: deque[int]) -> None:
        """Give every process something to do, the idle ones first."""
        while True:
            worker = min(self._workers, key=lambda w: len(w.held))
            if len(worker.held) >= _AHEAD or (task := next(tasks, None)) is None:
                return
            worker.held.append(task)
            order.append(task.start)
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it died: the next answer says so
                worker.pipe.send(task)

    def _received(self) -> dict[int, list[Looked]]:
        ready: list[Any] = wait([w.pipe for w in self._workers if w.held])
        found: dict[int, list[Looked]] = {}
        for worker in (w for w in self._workers if w.pipe in ready):
            task = worker.held.popleft()
            try:
                answer = worker.pipe.recv()
            except (EOFError, ConnectionResetError) as e:
                raise _died(worker, task) from e
            if isinstance(answer, _Failed):
                raise answer.error()
            found[task.start] = answer
        return found


@dataclass(frozen=True, slots=True)
class _Failed:
    """An error on its way to this process. `exit_code` is 0 of one that nobody expected."""

    exit_code: int
    text: str

    def error(self) -> Exception:
        if not self.exit_code:
            return RuntimeError(self.text)
        return WorldError(self.text) if self.exit_code == WorldError.exit_code else InputError(self.text)


def _died(worker: _Worker, task: Task) -> WorldError:
    worker.process.join()
    code = worker.process.exitcode
    why = f"killed by signal {-code}, perhaps for want of memory" if code < 0 else f"exit code {code}"
    return WorldError(
        f"a process that looked at rows {task.start} to {task.stop - 1} died ({why}); nothing was written. Fewer "
        "--workers need less memory"
    )


def _serve(setup: Setup, pipe: Connection) -> None:
    """The life of a process: answer tasks until the pipe is closed."""
    import cv2

    cv2.setNumThreads(1)
    try:
        rows = setup.data.open()[1]
        opened = [Benchmark(load_registry(f), s.open()[1] if s else None, s) for f, s in setup.benchmarks]
        checker = Checker(opened, setup.policy)
        while True:
            pipe.send(look(rows, checker, pipe.recv()))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return
    except MmrError as e:
        pipe.send(_Failed(e.exit_code, str(e)))
    except Exception:  # noqa: BLE001 - it is raised again in the process that asked
        pipe.send(_Failed(0, traceback.format_exc()))


@contextlib.contextmanager
def _quiet_children() -> Iterator[None]:
    """Processes started within it ignore Ctrl-C and compute on one thread."""
    before = {name: os.environ.get(name) for name in _ONE_THREAD}
    in_main = threading.current_thread() is threading.main_thread()
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN) if in_main else None
    os.environ |= dict.fromkeys(_ONE_THREAD, "1")
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
        if in_main:
            signal.signal(signal.SIGINT, handler)
