"""Runs in processes forked from one that has imported everything, so that a start costs a fork.

A run and its workers are processes of their own in a process group of their own, with nothing open but what a started
process would have; they share with started ones all the code but the interpreter's start-up and the imports. Every
fork is made by a process that has no threads: a run forks its workers before it begins, and these wait for the line
that `flow.local` would give to python.
"""

from __future__ import annotations

import fcntl
import gc
import importlib
import json
import os
import signal
import socket
import subprocess
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import IO, Any, Self

IMPORTED = (
    "duckdb", "pyarrow.compute", "mmrecipes.canvas.encode", "mmrecipes.flow.worker", "mmrecipes.flow.service",
    "mmrecipes.models.probe", "mmrecipes_tests.asking", "mmrecipes_tests.running",
)  # fmt: skip


class Forks:
    """A process that forks one run at a time. Use as a context manager."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
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
            _exit_with(lambda: _become_worker(theirs))
        theirs.close()


def _become_worker(from_run: socket.socket) -> None:
    said, descriptors, _, _ = socket.recv_fds(from_run, 1 << 20, 16)
    if not said:
        return  # not needed
    line, env, wanted = json.loads(said)
    high = [fcntl.fcntl(d, fcntl.F_DUPFD, 500) for d in descriptors]  # out of the way of the numbers wanted
    _only_open(high[0], dict(zip(wanted, high[1:], strict=True)))
    os.environ.update(env)
    exec(line, {})  # noqa: S102 - the line that `flow.local` gives to python


class _ForkedWorker:
    """Does for `subprocess.Popen` in `flow.local`."""

    spare: list[_Spare]

    def __init__(
        self, command: Sequence[str], *, pass_fds: Sequence[int], stdin: int, stdout: IO[bytes], stderr: IO[bytes],
        env: Mapping[str, str],
    ) -> None:  # fmt: skip
        assert command[:2] == [sys.executable, "-c"] and stdin == subprocess.DEVNULL and stdout is stderr
        process = self.spare.pop()
        self.pid = process.pid
        self.returncode: int | None = None
        message = json.dumps([command[2], dict(env), list(pass_fds)]).encode()
        socket.send_fds(process.socket, [message], [stdout.fileno(), *pass_fds])
        process.socket.close()

    def wait(self) -> int:
        if self.returncode is None:
            self.returncode = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self.returncode

    def kill(self) -> None:
        if self.returncode is None:
            os.kill(self.pid, signal.SIGKILL)


def _only_open(output: int, others: Mapping[int, int] | None = None) -> None:
    """Leave open: nothing to read, `output` as stdout and stderr, and `others` (number to what is there)."""
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    for number, descriptor in (others or {}).items():
        os.dup2(descriptor, number)
    start = 3
    for number in sorted({*(others or {}), os.sysconf("SC_OPEN_MAX")}):
        os.closerange(start, number)
        start = number + 1


def _exit_with(work: Callable[[], int | None]) -> None:
    code = 70
    try:
        code = work() or 0
    except BaseException:  # noqa: BLE001 - a fork never returns into the code of its parent
        traceback.print_exc()
    finally:
        os._exit(code)


def _run(module: str, name: str, arguments: str, env: Mapping[str, str], workers: int) -> int:
    from mmrecipes.flow import local

    _ForkedWorker.spare = [_Spare() for _ in range(workers)]
    os.environ.update(env)
    setattr(local, "subprocess", SimpleNamespace(Popen=_ForkedWorker, DEVNULL=subprocess.DEVNULL))  # noqa: B010
    return getattr(importlib.import_module(module), name)(arguments)


def _fork(order: list[Any]) -> tuple[int, str]:
    said = os.memfd_create("said")
    child = os.fork()
    if child == 0:
        os.setsid()
        _only_open(said)
        _exit_with(lambda: _run(*order))
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    message = os.pread(said, 100_000, 0).decode()
    os.close(said)
    return code, message


def _serve() -> None:
    sys.path.insert(0, str(Path(__file__).parents[1]))
    import conftest  # noqa: F401 - makes the helper modules importable

    for name in IMPORTED:
        importlib.import_module(name)
    gc.freeze()
    for line in sys.stdin:
        print(json.dumps(_fork(json.loads(line))), flush=True)


if __name__ == "__main__":
    _serve()
