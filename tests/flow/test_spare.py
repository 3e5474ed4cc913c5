"""Spare workers become workers or end; what a run writes does not depend on them."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

import mmrecipes
from mmrecipes.core.errors import UsageError
from mmrecipes.flow.run import Progress, execute
from mmrecipes.flow.spare import Spare, spare_workers
from mmrecipes_tests.running import TOY, digest, request, run

pytestmark = pytest.mark.usefixtures("started_workers")


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("undisturbed") / "r"
    run(folder, 12)
    return digest(folder)


@pytest.fixture
def one_spare() -> Iterator[list[Spare]]:
    with spare_workers(TOY, 1) as spares:
        yield spares


def test_a_spare_becomes_the_first_worker_and_writes_to_the_log_of_the_run(
    tmp_path: Path, one_spare: list[Spare], undisturbed: dict[str, str]
) -> None:
    process = one_spare[0].process
    writes_to: set[Path] = set()

    def watch(progress: Progress) -> None:
        if progress.phase == "sealing":
            writes_to.update(Path(f"/proc/{process.pid}/fd/{n}").readlink() for n in (1, 2))

    result = execute(replace(request(tmp_path / "r", 12), spares=one_spare), watch)
    assert result.exit_code == 0 and one_spare == []
    assert writes_to == {tmp_path / "r" / "run" / "workers.log"}
    assert process.returncode == 0, "it worked to the end"
    assert digest(tmp_path / "r") == undisturbed


@pytest.mark.parametrize("when", ["before it imports", "as it waits"])
def test_a_spare_that_died_is_replaced(
    tmp_path: Path, one_spare: list[Spare], undisturbed: dict[str, str], when: str
) -> None:
    process = one_spare[0].process
    if when == "as it waits":
        _wait_for_it(process.pid)
    process.kill()
    assert execute(replace(request(tmp_path / "r", 12), spares=one_spare)).exit_code == 0
    assert process.returncode == -signal.SIGKILL
    assert digest(tmp_path / "r") == undisturbed


def test_a_refused_plan_leaves_no_spare_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mmrecipes.flow.spare.cores", lambda: 3)
    before = set(psutil.Process().children())
    with pytest.raises(UsageError):
        mmrecipes.run(TOY, out=tmp_path / "r", params={"no_such": 1})
    assert set(psutil.Process().children()) == before
    assert not (tmp_path / "r").exists()


def test_a_spare_ends_with_the_process_that_started_it() -> None:
    with spare_workers(TOY, 1) as spares:
        process = spares[0].process
        _wait_for_it(process.pid)
        spares[0].socket.close()
        assert process.wait(10) == 0


def _wait_for_it(pid: int) -> None:
    """Until it has imported all and sleeps."""
    process, used = psutil.Process(pid), -1.0
    while (now := process.cpu_times().user) != used or process.status() != psutil.STATUS_SLEEPING:
        used = now
        psutil.wait_procs([process], timeout=0.3)
