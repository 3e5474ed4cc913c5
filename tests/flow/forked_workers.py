"""Workers of runs in the tests' own process, forked from processes that have imported what a worker imports.

Does for `subprocess.Popen` in `flow.local`. A worker is a child of the tests' process, with the descriptors, the
environment and the folder that it was started with and nothing else open; it shares with a started one all the code
but the interpreter's start-up and the imports (half a second). Two such sources take turns, with hash seeds of their
own, so that successive workers see sets in different orders, as started ones do. Runs in processes of their own
(`running.spawn`, the command line) start their workers, and so do tests that use the fixture `started_workers`.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import fcntl
import gc
import importlib
import itertools
import json
import os
import random
import signal
import socket
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

IMPORTED = ("duckdb", "pyarrow.compute", "mmrecipes.canvas.encode", "mmrecipes.flow.worker", "mmrecipes.flow.service")
LEARNED = ("scipy.optimize", "skia", "sympy", "uharfbuzz")
"""Beside our own modules, those that a source imports before its next fork when a worker of its had to."""
PR_SET_CHILD_SUBREAPER = 36
_START = (
    f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
    "from forked_workers import serve; del sys.path[0]; serve({})"
)


class Source:
    """A process that forks workers."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.socket, theirs = socket.socketpair(type=socket.SOCK_SEQPACKET)
        command = [sys.executable, "-c", _START.format(theirs.fileno())]
        self.process = subprocess.Popen(command, pass_fds=[theirs.fileno()], env=env, stdin=subprocess.DEVNULL)
        theirs.close()
        atexit.register(self.end)

    def end(self) -> None:
        self.socket.close()
        self.process.wait()

    def fork(self, order: Sequence[object], descriptors: Sequence[int]) -> int:
        """The process id of a new child of this process that does what is ordered."""
        with _adopting_orphans():
            socket.send_fds(self.socket, [json.dumps(order).encode()], descriptors)
            return int(self.socket.recv(100))


@contextlib.contextmanager
def _adopting_orphans() -> Iterator[None]:
    prctl, none = ctypes.CDLL(None).prctl, ctypes.c_ulong(0)
    prctl(PR_SET_CHILD_SUBREAPER, ctypes.c_ulong(1), none, none, none)
    try:
        yield
    finally:
        prctl(PR_SET_CHILD_SUBREAPER, none, none, none, none)


_sources: list[Source] = []
_count = itertools.count()


class ForkedWorker:
    """What `flow.local` uses of `subprocess.Popen`."""

    def __init__(
        self, command: Sequence[str], *, pass_fds: Sequence[int], stdin: int, stdout: IO[bytes], stderr: IO[bytes],
        env: Mapping[str, str],
    ) -> None:  # fmt: skip
        assert command[:2] == [sys.executable, "-c"] and stdin == subprocess.DEVNULL and stdout is stderr
        self.pid = self.fork(command[2], env, pass_fds, [stdout.fileno(), *pass_fds])
        self.returncode: int | None = None

    def fork(self, line: str, env: Mapping[str, str], wanted: Sequence[int], descriptors: Sequence[int]) -> int:
        while len(_sources) < 2:
            _sources.append(Source(env))
        modules = [name for name in sys.modules if name.startswith("mmrecipes.")]
        order = [modules, str(Path.cwd()), line, dict(env), list(wanted)]
        return _sources[next(_count) % 2].fork(order, descriptors)

    def wait(self) -> int:
        if self.returncode is None:
            self.returncode = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self.returncode

    def kill(self) -> None:
        if self.returncode is None:
            os.kill(self.pid, signal.SIGKILL)


def run_line(line: str, env: Mapping[str, str], wanted: Sequence[int], descriptors: Sequence[int]) -> None:
    """Do what python does when it is started with this line: `descriptors` are its output and what it inherits, under
    the numbers that are wanted; nothing else stays open."""
    high = [fcntl.fcntl(d, fcntl.F_DUPFD, 500) for d in descriptors]  # out of the way of the numbers wanted
    only_open(high[0], dict(zip(wanted, high[1:], strict=True)))
    os.environ.update(env)
    exec(line, {})  # noqa: S102 - the line that `flow.local` gives to python


def only_open(output: int, others: Mapping[int, int] | None = None) -> None:
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


def exit_with(work: Callable[[], int | None]) -> None:
    code = 70
    try:
        code = work() or 0
    except BaseException:  # noqa: BLE001 - a fork never returns into the code of its parent
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(code)


def serve(descriptor: int) -> None:
    orders = socket.socket(fileno=descriptor)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in IMPORTED:
        importlib.import_module(name)
    learned = os.memfd_create("learned")
    while _fork_worker(orders, learned):
        pass


def _fork_worker(orders: socket.socket, learned: int) -> bool:
    said, descriptors, _, _ = socket.recv_fds(orders, 1 << 20, 16)
    if not said:
        return False
    modules, folder, *order = json.loads(said)
    size = os.fstat(learned).st_size
    for name in (*modules, *os.pread(learned, size, 0).decode().split()):
        importlib.import_module(name)
    os.ftruncate(learned, 0)
    gc.freeze()
    told, tell = os.pipe()
    source = os.getpid()
    between = os.fork()  # when it has ended, its child is left to the nearest process that adopts orphans
    if between == 0:
        worker = os.fork()
        if worker == 0:
            exit_with(lambda: _work(folder, order, descriptors, Path(f"/proc/{source}/fd/{learned}")))
        os.write(tell, str(worker).encode())
        os._exit(0)
    os.waitpid(between, 0)
    orders.send(os.read(told, 100))
    for each in (told, tell, *descriptors):
        os.close(each)
    return True


def _work(folder: str, order: list[Any], descriptors: list[int], learned: Path) -> None:
    os.chdir(folder)
    os.environ.clear()
    random.seed()
    importlib.import_module("numpy").random.seed()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    known = set(sys.modules)
    run_line(*order, descriptors)
    new = [n for n in sys.modules if n not in known and (n in LEARNED or n.startswith("mmrecipes."))]
    with learned.open("a") as kept:
        kept.write("".join(f"{name}\n" for name in new))
