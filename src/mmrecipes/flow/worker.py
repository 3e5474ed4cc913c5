"""The worker process: one event loop for awaiting, one step thread for computing, whole shards in, folders out.

Beside them one thread commits finished shards, so that no row waits for the disk. The step thread drives the
interpreter row by row. A row that meets an async step is parked, the loop awaits it,
and the thread takes the next row, also of the next shard: a window of rows in flight across shards. The row the
thread is working on stands in shared memory, so that a death can be laid at its door. When the pipe to the
parent closes, the process ends at once. Covered: running shards. Not covered: which shard runs where (`local`).
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import queue
import signal
import threading
import time
import traceback
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any

from mmrecipes.core.errors import BudgetError, InputError, MmrError
from mmrecipes.core.sample import Sample
from mmrecipes.flow.asking import Models
from mmrecipes.flow.barrier import entering, filter_shard
from mmrecipes.flow.interpret import (
    Dropped,
    Environment,
    Event,
    Failure,
    Passage,
    Suspended,
    interpret,
)
from mmrecipes.flow.memory import keep_freed_memory, rare_collections
from mmrecipes.flow.messages import NOBODY, Cut, Done, Fatal, FileTask, Marker, Setup, Tally, Task
from mmrecipes.flow.recipe import load_module
from mmrecipes.flow.seal import write_file
from mmrecipes.flow.shards import ShardWriter, new_shard
from mmrecipes.flow.stages import stages
from mmrecipes.flow.step import Source
from mmrecipes.models.call import row_order

WINDOW = 640
"""Rows in flight in one worker, over all its shards: more than an endpoint is usually asked at once, since some rows
are always between two calls."""
IMAGE_BYTES = 64_000_000
"""No further row is started while rows that wait hold more encoded image bytes than this."""


@dataclass(slots=True)
class ShardJob:
    """A shard being run. Rows may finish in any order; they are written in candidate order."""

    task: Task
    writer: ShardWriter
    committing: contextlib.ExitStack
    rows: Iterator[tuple[int, Passage]]
    started: int = 0
    exhausted: bool = False
    finished: dict[int, tuple[int, Passage]] = field(default_factory=dict)
    written: int = 0
    ended: int = 0
    """Rows that are complete, or that the budget no longer covers."""
    cut: bool = False


@dataclass(slots=True)
class RowJob:
    """A candidate on its way through the segment; `entered` holds what the source or barrier recorded."""

    job: ShardJob
    number: int
    """Counts the rows that this worker has started."""
    position: int
    index: int
    entered: Passage
    waiting: list[Sample]
    coroutine: Coroutine[Any, Any, Passage] | None = None


@dataclass(frozen=True, slots=True)
class Committed:
    """A shard's folder is in its place, or `error` says why not."""

    job: ShardJob
    error: BaseException | None


class StepThread:
    """Runs everything that computes, one row at a time."""

    def __init__(
        self, setup: Setup, pipe: Connection, marker: Marker, channel: int, loop: asyncio.AbstractEventLoop
    ) -> None:
        self.setup, self.pipe, self.marker, self.channel, self.loop = setup, pipe, marker, channel, loop
        self.inbox: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.jobs: list[ShardJob] = []
        self.commits = ThreadPoolExecutor(1, "commits")
        self.started, self.in_flight, self.image_bytes = 0, 0, 0
        self.tally, self.last_error, self.told = Tally(), "", time.monotonic()

    def run(self) -> None:
        try:
            self._prepare()
            with rare_collections():
                self._serve()
            self._close_models()
            self.loop.call_soon_threadsafe(self.loop.stop)
        except MmrError as e:
            self._fatal(e.exit_code, str(e))
        except BaseException as e:  # noqa: BLE001 - whatever it is, the parent must hear of it
            self._fatal(1, f"{type(e).__name__}: {e}\n{traceback.format_exc()}")

    def _serve(self) -> None:
        while True:
            room = self.in_flight < WINDOW and self.image_bytes < IMAGE_BYTES
            if room and self.inbox.empty() and self._start_row():
                continue
            message = self.inbox.get()
            if message is None:
                return
            self._handle(message)

    def _prepare(self) -> None:
        module = load_module(self.setup.location)
        params = module.Params(**self.setup.params)
        self.source: Source = module.source(params, self.setup.inputs)
        self.stages = stages(module.pipeline(params))
        self.environment = Environment(self.setup.seed, self.setup.inputs, self._models(module))

    def _models(self, module: Any) -> Models | None:
        if not self.setup.models:
            return None
        from mmrecipes.flow.service import worker_models

        opening = worker_models(self.setup.models, self.setup.settled, self.channel, getattr(module, "stand_in", None))
        return asyncio.run_coroutine_threadsafe(opening, self.loop).result()

    def _close_models(self) -> None:
        if self.environment.models is not None:
            closing = self.environment.models.client.transport.__aexit__(None, None, None)
            asyncio.run_coroutine_threadsafe(closing, self.loop).result()

    def _handle(self, message: Any) -> None:
        if isinstance(message, Task):
            self._open(message)
            return
        if isinstance(message, FileTask):
            self.pipe.send(Done(message.number, write_file(self.setup.run, message, self.setup.recipe)))
            return
        if isinstance(message, Committed):
            self._committed(message)
            return
        row, awaited, sample = message
        self.image_bytes -= _bytes_held(sample)
        error = awaited.exception()
        self._advance(row, None if error else awaited.result(), error)

    def _open(self, task: Task) -> None:
        stage = self.stages[task.segment]
        if stage.only_filters:
            kept = filter_shard(self.setup.run, task.segment, task.shard, stage.entry)
            self.pipe.send(Done(task.number, kept))
            return
        committing = contextlib.ExitStack()
        writer = committing.enter_context(new_shard(self.setup.run, task.segment, task.shard, stage.keys))
        rows = self._candidates(task) if task.segment == 0 else entering(
            self.setup.run, stage.segment, task.shard, stage.entry
        )  # fmt: skip
        self.jobs.append(ShardJob(task, writer, committing, rows))

    def _candidates(self, task: Task) -> Iterator[tuple[int, Passage]]:
        shard = task.shard
        for index in range(shard.start, shard.stop):
            name = f"{self.setup.recipe}/{shard.stratum}/{index:06d}"
            self.marker.set(task.number, index)
            if index in task.skip:
                yield index, _died(name, "source")
                continue
            yield index, self._candidate(shard.stratum, index, name)

    def _candidate(self, stratum: str, index: int, name: str) -> Passage:
        try:
            sample = self.source.sample(stratum, index)
        except InputError as e:
            reason = getattr(e, "reason", "unreadable_row")
            dropped = Dropped(Sample(id=name, task=stratum), "source", reason, str(e))
            return Passage(dropped=[dropped], events=[Event(name, "source", "drop", reason, str(e))])
        except Exception as e:  # noqa: BLE001 - one unreadable row never stops the run
            failure = Failure(name, "source", type(e).__name__, str(e), traceback.format_exc()[-4000:])
            return Passage(errors=[failure], events=[Event(name, "source", "error", type(e).__name__, str(e))])
        return Passage(kept=[sample], events=[Event(sample.id, "source", "out")])

    def _start_row(self) -> bool:
        """Start the next row of the first shard that has one; False when there is nothing to start."""
        for job in self.jobs:
            if job.exhausted:
                continue
            entry = next(job.rows, None)
            if entry is None:
                job.exhausted = True
                self._finish_if_complete(job)
                return True
            index, entered = entry
            waiting, entered.kept = entered.kept, []
            if index in job.task.skip:
                entry_path = self.stages[job.task.segment].entry
                entered, waiting = _joined(entered, [_died(s.id, entry_path) for s in waiting]), []
            row = RowJob(job, self.started, job.started, index, entered, waiting)
            self.started += 1
            job.started += 1
            self.in_flight += 1
            self._advance(row, None, None)
            return True
        return False

    def _advance(self, row: RowJob, value: Any, error: BaseException | None) -> None:
        """Drive the row until it is done or meets something to await."""
        self.marker.set(row.job.task.number, row.index)
        nodes = self.stages[row.job.task.segment].nodes
        while True:
            if row.coroutine is None:
                if not row.waiting:
                    break
                row.coroutine = interpret(nodes, row.waiting.pop(0), self.environment)
            try:
                awaited = row.coroutine.throw(error) if error is not None else row.coroutine.send(value)
            except StopIteration as done:
                row.entered = _joined(row.entered, [done.value])
                row.coroutine, value, error = None, None, None
                continue
            except BudgetError:
                row.job.cut = row.job.exhausted = True
                break
            self.image_bytes += _bytes_held(awaited.sample)
            self.loop.call_soon_threadsafe(self._await, row, awaited)
            self.marker.set(*NOBODY)
            return
        self.marker.set(*NOBODY)
        self._complete(row)

    def _await(self, row: RowJob, suspended: Suspended) -> None:
        """On the loop: await, then give the row back to the step thread."""
        row_order.set(row.number)
        task = asyncio.ensure_future(suspended.awaitable)
        task.add_done_callback(lambda done: self.inbox.put((row, done, suspended.sample)))

    def _complete(self, row: RowJob) -> None:
        job = row.job
        self.in_flight -= 1
        job.ended += 1
        if not job.cut:
            job.finished[row.position] = (row.index, row.entered)
        while job.written in job.finished:
            index, passage = job.finished.pop(job.written)
            self._write(job, index, passage)
            job.written += 1
        self._finish_if_complete(job)

    def _write(self, job: ShardJob, index: int, passage: Passage) -> None:
        try:
            job.writer.add(index, passage)
        except (TypeError, ValueError, InputError) as e:
            names = [s.id for s in passage.kept] or [d.sample.id for d in passage.dropped]
            failures = [Failure(n, "store", type(e).__name__, f"cannot be stored: {e}", "") for n in names]
            events = [Event(n, "store", "error", type(e).__name__, str(e)) for n in names]
            passage = Passage(errors=[*passage.errors, *failures], events=[*passage.events, *events])
            job.writer.add(index, passage)
        for error in passage.errors:
            self.last_error = f"{error.id} at {error.path}: {error.kind}: {error.message}"
        kept, dropped, failed = len(passage.kept), len(passage.dropped), len(passage.errors)
        self.tally = self.tally.plus(Tally(1, kept, dropped, failed, self.last_error))
        if time.monotonic() - self.told > 0.2:
            self._tell()

    def _tell(self) -> None:
        self.pipe.send(self.tally)
        self.tally, self.told = Tally(), time.monotonic()

    def _finish_if_complete(self, job: ShardJob) -> None:
        if not job.exhausted or job.ended < job.started:
            return
        self.jobs.remove(job)
        if job.cut:
            job.committing.__exit__(BudgetError, BudgetError(), None)
            self.pipe.send(Cut(job.task.number))
            return
        committing = self.commits.submit(job.committing.close)
        committing.add_done_callback(lambda done: self.inbox.put(Committed(job, done.exception())))

    def _committed(self, committed: Committed) -> None:
        if committed.error is not None:
            raise committed.error
        self._tell()
        self.pipe.send(Done(committed.job.task.number, len(committed.job.writer.samples)))

    def _fatal(self, exit_code: int, message: str) -> None:
        for job in self.jobs:
            job.committing.__exit__(RuntimeError, RuntimeError(message), None)
        self.pipe.send(Fatal(exit_code, message))


def _bytes_held(sample: Sample) -> int:
    """Encoded image bytes that a waiting sample keeps in memory."""
    return sum(len(im.source) for im in sample.images if isinstance(im.source, bytes))


def _died(name: str, path: str) -> Passage:
    message = "its worker died twice while working on it (killed, out of memory, or a crash in native code)"
    failure = Failure(name, path, "WorkerDeath", message, "")
    return Passage(errors=[failure], events=[Event(name, path, "error", "WorkerDeath", message)])


def _joined(first: Passage, others: list[Passage]) -> Passage:
    every = [first, *others]
    return Passage(
        [s for p in every for s in p.kept],
        [d for p in every for d in p.dropped],
        [e for p in every for e in p.errors],
        [e for p in every for e in p.events],
        [c for p in every for c in p.calls],
    )


def main(pipe_descriptor: int, marker_descriptor: int, channel_descriptor: int) -> None:
    """Serve shards until the parent says stop or goes away. The channel leads to the coordinator of model calls; -1
    when no model is bound."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    keep_freed_memory()
    pipe = Connection(pipe_descriptor)
    loop = asyncio.new_event_loop()
    steps = StepThread(pipe.recv(), pipe, Marker.on(marker_descriptor), channel_descriptor, loop)
    thread = threading.Thread(target=steps.run, name="steps")

    def on_message() -> None:
        try:
            message = pipe.recv()
        except (EOFError, OSError):
            os._exit(1)
        steps.inbox.put(message)  # None ends the step thread, and that the loop: it may still be opening the models

    loop.add_reader(pipe.fileno(), on_message)
    thread.start()
    loop.run_forever()
    thread.join()
    gc.freeze()  # all is committed; looking for garbage among the modules on exit takes 0.2 s
