"""Whatever kills a run, the same command goes on and the files are those of an undisturbed run."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import orjson
import psutil
import pytest

from mmrecipes.flow.run import Progress, execute
from mmrecipes_tests.forking import Forks
from mmrecipes_tests.running import digest, main, request, run, spawn

pytestmark = pytest.mark.usefixtures("started_workers")

SMALL = 5
"""Samples of the run that is killed at every file operation: two strata, two segments, a few shards."""


def killed_at(forks: Forks, folder: Path, k: int, workers: int) -> dict[str, str]:
    """Kill a small run at its k-th file operation, run it again, and hash what is there."""
    out = folder / f"k{k}"
    order = orjson.dumps([str(out), SMALL, workers, {"dedup": True}]).decode()
    hook = {"MMR_TEST_FILE_OPERATION": f"kill:{k}:{folder / f'c{k}'}"}
    code, message = forks.run(main, order, hook, workers)
    assert code == -signal.SIGKILL or (code == 0 and workers == 2), f"operation {k} ended with {code}: {message}"
    code, message = forks.run(main, order, workers=workers)
    assert code == 0, f"after a kill at operation {k}: {message}"
    assert not list(out.rglob(".tmp-*"))
    return digest(out)


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_a_kill_at_every_file_operation_leaves_the_files_of_an_undisturbed_run(tmp_path: Path, workers: int) -> None:
    """Every kill hits a run that begins with nothing, and one complete run follows it, so that a fault of a single
    place between two operations shows, whatever a third run would mend: a file committed before it is whole, a
    leftover taken for a result, a step back that is not made good, a count or a random number that depends on what
    was done before the kill. With two workers the order of operations varies from run to run, so that no list of k
    hits every place: every other k. The processes are forked (see `forking`): what goes wrong in starting up again,
    before the first file is touched, is left to the tests below, which start theirs."""
    counter = tmp_path / "count"
    whole = spawn(tmp_path / "whole", SMALL, workers, {"MMR_TEST_FILE_OPERATION": f"kill:0:{counter}"}, dedup=True)
    assert whole.wait(60) == 0
    count, expected = counter.stat().st_size, digest(tmp_path / "whole")
    assert count > 50

    def kill_at_each_of(ks: range) -> None:
        with Forks() as forks:
            for k in ks:
                assert killed_at(forks, tmp_path, k, workers) == expected, f"after a kill at operation {k} of {count}"

    with ThreadPoolExecutor(2) as two_at_a_time:
        list(two_at_a_time.map(kill_at_each_of, (range(k, count + 1, 2 * workers) for k in (1, 1 + workers))))


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_kills_at_random_moments_of_a_larger_run_change_nothing(tmp_path: Path, workers: int) -> None:
    run(tmp_path / "whole", 300, workers, sleep=0.004, dedup=False)
    whole, rng = digest(tmp_path / "whole"), random.Random(workers)
    kills = 0
    for _ in range(5):
        process = spawn(tmp_path / "r", 300, workers, sleep=0.004, dedup=False)
        try:
            process.wait(0.6 + rng.random() * 0.8)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            kills += 1
    run(tmp_path / "r", 300, workers, sleep=0.004, dedup=False)
    assert kills >= 2
    assert digest(tmp_path / "r") == whole


def _workers(process: subprocess.Popen[str]) -> list[psutil.Process]:
    for _ in range(200):
        if children := psutil.Process(process.pid).children():
            return children
        time.sleep(0.02)
    raise AssertionError("no worker started")


def test_a_worker_killed_alone_is_replaced(tmp_path: Path) -> None:
    run(tmp_path / "whole", 120, 2, sleep=0.01)
    process = spawn(tmp_path / "r", 120, 2, sleep=0.01)
    workers = _workers(process)
    time.sleep(0.8)
    workers[0].kill()
    assert process.wait(60) == 0
    assert digest(tmp_path / "r") == digest(tmp_path / "whole")


@pytest.mark.parametrize("workers", [1, 2])
def test_a_worker_killed_as_the_seal_begins_is_replaced(tmp_path: Path, workers: int) -> None:
    """Two strata of which each has files of its own."""
    run(tmp_path / "whole", 40)
    killed: list[psutil.Process] = []

    def watch(progress: Progress) -> None:
        if progress.phase == "sealing":
            killed.append(next(c for c in psutil.Process().children() if "mmrecipes.flow.worker" in c.cmdline()[-1]))
            killed[0].kill()

    execute(request(tmp_path / "r", 40, workers), watch)
    assert len(killed) == 1
    assert digest(tmp_path / "r") == digest(tmp_path / "whole")


def test_workers_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    process = spawn(tmp_path / "r", 300, 2, sleep=0.05)
    workers = _workers(process)
    time.sleep(0.7)
    process.kill()
    process.wait()
    _, alive = psutil.wait_procs(workers, timeout=5)
    assert alive == []


def test_ctrl_c_ends_with_130_and_the_same_command_goes_on(tmp_path: Path) -> None:
    process = spawn(tmp_path / "r", 150, 2, sleep=0.02)
    _workers(process)
    until = time.monotonic() + 30
    while not list((tmp_path / "r").glob("run/segments/00/[!.]*")) and time.monotonic() < until:
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)
    _, message = process.communicate(timeout=10)
    assert process.returncode == 130
    assert "the same command goes on" in message and "Traceback" not in message
    committed = {
        p: p.stat().st_mtime_ns for p in (tmp_path / "r/run/segments/00").iterdir() if not p.name.startswith(".")
    }
    assert committed
    run(tmp_path / "r", 150, 2, sleep=0.02)
    run(tmp_path / "whole", 150, 2, sleep=0.02)
    assert digest(tmp_path / "r") == digest(tmp_path / "whole")
    assert all(p.stat().st_mtime_ns == when for p, when in committed.items())


@pytest.mark.parametrize("k", [3, 9, 20, 60])
def test_a_full_disk_stops_with_a_remedy_and_the_same_command_goes_on(tmp_path: Path, k: int) -> None:
    counter = tmp_path / "count"
    process = spawn(tmp_path / "r", 30, 1, {"MMR_TEST_FILE_OPERATION": f"fail:{k}:{counter}"})
    _, message = process.communicate(timeout=60)
    assert process.returncode == 3
    assert "the disk is full: free some space and run the same command again" in message
    assert "Traceback" not in message
    run(tmp_path / "r", 30)
    run(tmp_path / "whole", 30)
    assert digest(tmp_path / "r") == digest(tmp_path / "whole")


def test_a_really_full_disk(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", disk], capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"cannot mount a small disk: {mounted.stderr.strip()}")
    try:
        process = spawn(disk / "r", 3000, 1, drop=0.0)
        _, message = process.communicate(timeout=60)
        assert process.returncode == 3 and "the disk is full" in message
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


def test_two_processes_on_one_folder_are_refused(tmp_path: Path) -> None:
    process = spawn(tmp_path / "r", 300, 1, sleep=0.02)
    _workers(process)
    time.sleep(0.3)
    second = spawn(tmp_path / "r", 300, 1, sleep=0.02)
    _, message = second.communicate(timeout=30)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert second.returncode == 2 and "another process is working on" in message


def test_an_output_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    process = spawn(tmp_path / "file", 3)
    _, message = process.communicate(timeout=30)
    assert process.returncode == 2 and "is a file" in message
    process = spawn(Path("/proc/nowhere"), 3)
    _, message = process.communicate(timeout=30)
    assert process.returncode in (2, 3) and "/proc/nowhere" in message and "Traceback" not in message
