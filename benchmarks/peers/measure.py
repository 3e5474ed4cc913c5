"""Run a participant as a process of its own and measure it from outside: time, CPU, memory, disk, requests."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from common import CASES, RESULT

sys.path.append(str(Path(__file__).resolve().parents[1]))  # the endpoint lies one folder up
from mock_endpoint import Mock, start_mock

LATENCY = 50.0  # milliseconds
POLL = 0.02
MEMORY_EVERY = 0.1
LOG = "log.txt"
QUIET = {
    "TELEMETRY_ENABLED": "false",  # curator
    "CURATOR_VIEWER": "0",
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    "NEMO_TELEMETRY_ENABLED": "false",  # DataDesigner
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
    "OPENAI_API_KEY": "unused",
}
NOT_PASSED_ON = ("http_proxy", "https_proxy", "all_proxy", "pythonpath")


class Failed(Exception):
    """A participant ended without a result; the text says how."""


@dataclass(frozen=True)
class Participant:
    """Who is measured: a script beside this file and the environment that it runs in."""

    name: str
    script: str
    venv: str | None = None  # None: the interpreter of this process
    arguments: tuple[str, ...] = ()
    cases: tuple[str, ...] = CASES

    def command(self, venvs: Path) -> list[str]:
        interpreter = Path(sys.executable) if self.venv is None else venvs / self.venv / "bin" / "python"
        if not interpreter.exists():
            raise Failed(f"no environment {interpreter}: run setup.py")
        return [str(interpreter), str(Path(__file__).with_name(self.script)), *self.arguments]


@dataclass
class Outcome:
    """One run of a participant, seen from outside."""

    wall: float = 0.0  # seconds from start to end
    ended: float = 0.0  # seconds of the epoch
    cpu: float = 0.0  # user and system seconds of the process and all children it waited for
    peak_mb: float = 0.0  # highest sum of the tree's proportional set sizes; sampled where asked for
    disk_mb: float = 0.0  # all it left behind, its own input table and caches included
    finished: bool = True  # False: killed, by plan or at the time limit
    stats: dict[str, Any] = field(default_factory=dict)  # of the endpoint, afterwards
    result: dict[str, Any] = field(default_factory=dict)  # what it reported

    @property
    def working(self) -> float:
        """Seconds from its first request to its end, so without its start-up."""
        return self.ended - self.stats["first"]


@dataclass(frozen=True)
class Order:
    """What is to be run."""

    case: str
    rows: int
    out: Path
    images: Path | None = None
    limit: float = 300.0  # seconds
    memory: bool = False  # sample the memory of the tree
    kill_at: int | None = None  # kill it when the endpoint has counted this many requests


def endpoint(lifetime: float, **faults: float) -> AbstractContextManager[Mock]:
    """A mock endpoint that lives as long as the block, and so many seconds at most."""
    return start_mock(latency=LATENCY, lifetime=lifetime, **faults)


def run(participant: Participant, venvs: Path, mock: Mock, order: Order) -> Outcome:
    """Run it to its end, its limit or the kill."""
    command = [*participant.command(venvs), "--rows", str(order.rows), "--url", mock.url, "--case", order.case,
               "--out", str(order.out)]  # fmt: skip
    if order.images is not None:
        command += ["--images", str(order.images)]
    order.out.mkdir(parents=True, exist_ok=True)
    log = order.out.with_name(f"{order.out.name}-{LOG}")
    with log.open("ab") as sink:
        began = time.perf_counter()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=sink, stderr=sink,
                                   env=environment(order.out), start_new_session=True)  # fmt: skip
        try:
            outcome = _watch(process, mock, order, began)
        finally:
            if process.returncode is None:  # this driver was interrupted
                os.killpg(process.pid, signal.SIGKILL)
    outcome.stats = settled(mock)
    files = (path for path in order.out.rglob("*") if path.is_file() and path.name != RESULT)
    outcome.disk_mb = sum(path.lstat().st_size for path in files) / 2**20
    report = order.out / RESULT
    if report.exists():
        outcome.result = json.loads(report.read_text())
    elif outcome.finished:
        raise Failed(last_line(log))
    return outcome


def _watch(process: subprocess.Popen[bytes], mock: Mock, order: Order, began: float) -> Outcome:
    """Wait for the process with its resources; sample memory, kill when it is time."""
    outcome, sampled = Outcome(), 0.0
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        outcome.wall = time.perf_counter() - began
        if pid:
            outcome.ended = time.time()
            process.returncode = os.waitstatus_to_exitcode(status)
            outcome.cpu = usage.ru_utime + usage.ru_stime
            return outcome
        due = order.kill_at is not None and mock.stats()["calls"] >= order.kill_at
        if outcome.finished and (due or outcome.wall > order.limit):
            os.killpg(process.pid, signal.SIGKILL)
            outcome.finished = False
        if order.memory and outcome.wall - sampled > MEMORY_EVERY:
            outcome.peak_mb, sampled = max(outcome.peak_mb, tree_mb(process.pid)), outcome.wall
        time.sleep(POLL)


def environment(home: Path) -> dict[str, str]:
    """Telemetry off, no proxy, and a home of its own, so that caches are counted and nothing is found from before."""
    kept = {name: value for name, value in os.environ.items() if name.lower() not in NOT_PASSED_ON}
    return kept | QUIET | {"HOME": str(home / "home"), "XDG_CACHE_HOME": str(home / "home" / ".cache")}


def tree_mb(pid: int) -> float:
    """Proportional set size of a process and its children, in MB; resident size where the system has no other."""
    total = 0
    try:
        root = psutil.Process(pid)
        for process in (root, *root.children(recursive=True)):
            memory = process.memory_full_info()
            total += getattr(memory, "pss", memory.rss)
    except psutil.Error:
        pass
    return total / 2**20


def settled(mock: Mock) -> dict[str, Any]:
    """The endpoint's counts when nothing is in flight any more."""
    while (stats := mock.stats())["in_flight"]:
        time.sleep(POLL)
    return stats


def last_line(log: Path) -> str:
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
    return lines[-1].strip()[:200] if lines else "no output"
