"""Runs of the toy recipe in processes forked from one that has imported everything, so that a start costs a fork.

A run and its workers are processes of their own in a process group of their own, with nothing open but what a started
process would have; they share with started ones all the code but the interpreter's start-up and the imports. The
forking process starts no thread and decides nothing.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import IO, Any, Self


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
        self, out: Path, n: int, workers: int, env: Mapping[str, str] | None = None, **params: Any
    ) -> tuple[int, str]:
        """The exit code of a run, negative where a signal killed it, and what it wrote to stderr."""
        order = {"out": str(out), "n": n, "workers": workers, "params": params, "env": dict(env or {})}
        assert self._process.stdin is not None and self._process.stdout is not None
        print(json.dumps(order), file=self._process.stdin, flush=True)
        code, message = json.loads(self._process.stdout.readline())
        return code, message


class _ForkedWorker:
    """Does for `subprocess.Popen` in `flow.local`: runs the same code in a fork of the run's process."""

    def __init__(
        self, command: Sequence[str], *, pass_fds: Sequence[int], stdin: int, stdout: IO[bytes], stderr: IO[bytes],
        env: Mapping[str, str],
    ) -> None:  # fmt: skip
        assert command[:2] == [sys.executable, "-c"] and stdin == subprocess.DEVNULL and stdout is stderr
        self.returncode: int | None = None
        self.pid = os.fork()
        if self.pid == 0:
            _only_open(stdout.fileno(), pass_fds)
            os.environ.update(env)
            _exit_with(lambda: exec(command[2], {}))  # noqa: S102 - the line that `flow.local` gives to python

    def wait(self) -> int:
        if self.returncode is None:
            self.returncode = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self.returncode

    def kill(self) -> None:
        if self.returncode is None:
            os.kill(self.pid, 9)


def _only_open(output: int, others: Sequence[int] = ()) -> None:
    """Leave open: nothing to read, `output` as stdout and stderr, and `others`."""
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    start = 3
    for descriptor in sorted({*others, os.sysconf("SC_OPEN_MAX")}):
        os.closerange(start, descriptor)
        start = descriptor + 1


def _exit_with(work: Any) -> None:
    code = 70
    try:
        code = work() or 0
    finally:
        if code == 70:
            import traceback

            traceback.print_exc()
        os._exit(code)


def _run(order: Mapping[str, Any]) -> int:
    from mmrecipes.core.errors import MmrError
    from mmrecipes.flow import local
    from mmrecipes_tests.running import run

    os.environ.update(order["env"])
    setattr(local, "subprocess", SimpleNamespace(Popen=_ForkedWorker, DEVNULL=subprocess.DEVNULL))  # noqa: B010
    try:
        return run(Path(order["out"]), order["n"], order["workers"], **order["params"]).exit_code
    except MmrError as e:
        print(e, file=sys.stderr, flush=True)
        return e.exit_code


def _fork(order: Mapping[str, Any]) -> tuple[int, str]:
    said = os.memfd_create("said")
    child = os.fork()
    if child == 0:
        os.setsid()
        _only_open(said)
        _exit_with(lambda: _run(order))
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    message = os.pread(said, 100_000, 0).decode()
    os.close(said)
    return code, message


def _serve() -> None:
    import gc

    sys.path.insert(0, str(Path(__file__).parents[1]))
    import duckdb  # noqa: F401
    import pyarrow.compute  # noqa: F401

    import conftest  # noqa: F401 - makes the helper modules importable
    from mmrecipes_tests.running import request

    _ = request(Path(), 1).recipe.module
    gc.freeze()
    for line in sys.stdin:
        print(json.dumps(_fork(json.loads(line))), flush=True)


if __name__ == "__main__":
    _serve()
