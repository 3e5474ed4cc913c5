from __future__ import annotations

import threading
import time
from pathlib import Path

import psutil
import pytest

from mmrecipes_tests.running import spawn


def peak_mb(out: Path, n: int) -> float:
    """Highest proportional memory of the process tree of a run with 300 kB images, in MB."""
    process = spawn(out, n, 1, drop=0.0, image_bytes=300_000)
    peak = 0.0

    def watch() -> None:
        nonlocal peak
        tree = [psutil.Process(process.pid)]
        while process.poll() is None:
            try:
                if len(tree) == 1:  # looking through all processes of the machine costs more than what is measured
                    tree += tree[0].children()
                peak = max(peak, sum(p.memory_full_info().pss for p in tree) / 2**20)
            except psutil.Error:
                continue
            time.sleep(0.05)

    watcher = threading.Thread(target=watch)
    watcher.start()
    assert process.wait(300) == 0
    watcher.join()
    return peak


@pytest.mark.slow
def test_memory_stays_flat_when_the_run_grows_tenfold(tmp_path: Path) -> None:
    few, many = peak_mb(tmp_path / "few", 150), peak_mb(tmp_path / "many", 1500)
    assert many <= 1.15 * few, f"{few:.0f} MB for 150 samples, {many:.0f} MB for 1500"
