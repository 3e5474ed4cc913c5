"""Worker processes that are started before it is known what they will do.

A command and its workers import the same for a second; a spare worker does so while the command does. It becomes a
worker when the engine hands it what a worker is started with. Covered: starting, handing over, ending those that
nobody needed. Not covered: what workers do (`worker`). Imports next to nothing, so that spare workers start at once.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

_THREAD_POOLS = ("OMP", "OPENBLAS", "MKL", "RAYON")
ONE_THREAD = {**{f"{name}_NUM_THREADS": "1" for name in _THREAD_POOLS}, "OPENCV_FOR_THREADS_NUM": "1"}
"""What stands in the environment of every worker."""


def cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(slots=True)
class Spare:
    """A process that has begun to import a recipe."""

    process: subprocess.Popen[bytes]
    socket: socket.socket

    def becomes_worker(self, log: int, descriptors: Sequence[int]) -> bool:
        """Hand it its log and the descriptors of `worker.main`; False when it has died."""
        with self.socket:
            try:
                socket.send_fds(self.socket, [b"!"], [log, *descriptors])
            except OSError:
                self.end()
                return False
        return True

    def end(self) -> None:
        self.socket.close()
        self.process.kill()
        self.process.wait()


@contextlib.contextmanager
def spare_workers(location: str, count: int) -> Iterator[list[Spare]]:
    """So many spare workers for a recipe, which they import when it is one of the package. Who takes one out of the
    list ends it; the others end with the context."""
    spares: list[Spare] = []
    try:
        for _ in range(count):
            spares.append(_started(location))
        yield spares
    finally:
        for spare in spares:
            spare.end()


def _started(location: str) -> Spare:
    ours, theirs = socket.socketpair()
    with theirs, Path(os.devnull).open("ab") as nothing:
        process = subprocess.Popen(
            [sys.executable, "-c", _START.format(theirs.fileno(), location)], pass_fds=(theirs.fileno(),),
            stdin=subprocess.DEVNULL, stdout=nothing, stderr=nothing, env={**os.environ, **ONE_THREAD},
        )  # fmt: skip
    return Spare(process, ours)


_START = "from mmrecipes.flow.spare import main; main({}, {!r})"


def main(descriptor: int, location: str) -> None:
    """Import what a worker of this recipe does, then be one when told so."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    from mmrecipes.flow import worker
    from mmrecipes.flow.recipe import load_module

    if not location.endswith(".py"):
        load_module(location)
    with socket.socket(fileno=descriptor) as orders:
        said, descriptors, _, _ = socket.recv_fds(orders, 1, 4)
    if not said:
        return
    log, pipe, marker, *channel = descriptors
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.close(log)
    worker.main(pipe, marker, channel[0] if channel else -1)
