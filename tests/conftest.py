"""Helper modules beside the tests are importable as `mmrecipes_tests.*`; property tests assert no times.

Bytecode is kept whatever the environment says: else every process that a test starts compiles all it imports, which
takes longer than the import (3.7 s of CPU and not 1.5 s for a worker of qianfan-vl).
"""

from __future__ import annotations

import os
import subprocess
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import settings

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

package = types.ModuleType("mmrecipes_tests")
package.__path__ = [str(Path(__file__).parent / "flow"), str(Path(__file__).parent)]
sys.modules.setdefault("mmrecipes_tests", package)

settings.register_profile("untimed", deadline=None, max_examples=40)
settings.load_profile("untimed")


@pytest.fixture(scope="session", autouse=True)
def forked_workers() -> Iterator[None]:
    """Runs in the tests' own process fork their workers (see `flow/forked_workers.py`)."""
    with pytest.MonkeyPatch.context() as patch:
        if sys.platform == "linux":
            from mmrecipes.flow import local, spare
            from mmrecipes_tests.forked_workers import ForkedWorker

            for starting in (local, spare):
                patch.setattr(starting, "subprocess", SimpleNamespace(Popen=ForkedWorker, DEVNULL=subprocess.DEVNULL))
        yield


@pytest.fixture
def started_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every worker is started, as it is for users."""
    from mmrecipes.flow import local, spare

    for starting in (local, spare):
        monkeypatch.setattr(starting, "subprocess", subprocess)
