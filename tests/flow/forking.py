"""Runs in processes forked from one that has imported everything, so that a start costs a fork.

A run and its workers are processes of their own in a process group of their own, with nothing open but what a started
process would have; they share with started ones all the code but the interpreter's start-up and the imports. Every
fork is made by a process that has no threads: a run forks its workers before it begins, and these wait for the line
that `flow.local` would give to python.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Self

from mmrecipes_tests.forked_workers import ForkedWorker, exit_with, only_open, run_line

IMPORTED = (
    "duckdb", "pyarrow.compute", "mmrecipes.canvas.encode", "mmrecipes.flow.worker", "mmrecipes.flow.service",
    "mmrecipes.models.probe", "mmrecipes_tests.asking", "mmrecipes_tests.running",
)  # fmt: skip

_START = (
    f"import sys; sys.path.insert(0, {str(Path(__file__).parents[1])!r}); import conftest\n"
    "from mmrecipes_tests.forking import serve; serve()"
)


class Forks:
    """A process that forks one run at a time; `modules` are those that its runs import besides the engine's. Use as a
    context manager."""

    def __init__(self, *modules: str) -> None:
        self.modules = modules

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _START, *self.modules], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def run(
        self, main: Callable[[str], int], arguments: str, env: Mapping[str, str] | None = None, workers: int = 1
    ) -> tuple[int, str]:
        """The exit code of `main(arguments)`, a function of a helper module that executes a run with this many
        workers, negative where a signal killed it; and what it wrote to stderr."""
        order = [main.__module__, main.__name__, arguments, dict(env or {}), workers]
        assert self._process.stdin is not None and self._process.stdout is not None
        print(json.dumps(order), file=self._process.stdin, flush=True)
        code, message = json.loads(self._process.stdout.readline())
        return code, message


class _Spare:
    """A forked process that waits to become a worker."""

    def __init__(self) -> None:
        self.socket, theirs = socket.socketpair()
        self.pid = os.fork()
        if self.pid == 0:
            self.socket.close()
            exit_with(lambda: _become_worker(theirs))
        theirs.close()


def _become_worker(from_run: socket.socket) -> None:
    said, descriptors, _, _ = socket.recv_fds(from_run, 1 << 20, 16)
    if said:  # it is needed
        run_line(*json.loads(said), descriptors)


class _SpareWorker(ForkedWorker):
    """A spare process that is told what to do."""

    spare: list[_Spare]

    def fork(self, line: str, env: Mapping[str, str], wanted: Sequence[int], descriptors: Sequence[int]) -> int:
        process = self.spare.pop()
        socket.send_fds(process.socket, [json.dumps([line, dict(env), list(wanted)]).encode()], descriptors)
        process.socket.close()
        return process.pid


def _run(module: str, name: str, arguments: str, env: Mapping[str, str], workers: int) -> int:
    from mmrecipes.flow import local, spare

    _SpareWorker.spare = [_Spare() for _ in range(workers)]
    os.environ.update(env)
    for starting in (local, spare):
        setattr(starting, "subprocess", SimpleNamespace(Popen=_SpareWorker, DEVNULL=subprocess.DEVNULL))  # noqa: B010
    return getattr(importlib.import_module(module), name)(arguments)


def _fork(order: list[Any]) -> tuple[int, str]:
    said = os.memfd_create("said")
    child = os.fork()
    if child == 0:
        os.setsid()
        only_open(said)
        exit_with(lambda: _run(*order))
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    message = os.pread(said, 100_000, 0).decode()
    os.close(said)
    return code, message


def serve() -> None:
    for name in (*IMPORTED, *sys.argv[1:]):
        importlib.import_module(name)
    gc.freeze()
    for line in sys.stdin:
        print(json.dumps(_fork(json.loads(line))), flush=True)
