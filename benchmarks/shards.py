"""Memory and speed of reading a large WebDataset and writing it again as one (`mmr export`).

    python benchmarks/shards.py [--sizes 1,10] [--folder DIR]

Makes shards of so many GB: crops of photographs that come with scikit-image and scikit-learn, scaled, mirrored, made
lighter or darker and given grain, so that every picture differs, with a caption and a JSON member each. `mmr export`
then reads and re-exports them in a process of its own, every picture decoded once to check it; the memory is the
resident set of that process and its children, looked at 20 times per second. Needs three times the size as free disk;
what is made is removed.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import psutil
from rich.console import Console
from rich.table import Table

PER_SHARD = 1_000
LIMIT_MB = 500
Pixels = npt.NDArray[np.uint8]


def photographs() -> list[Pixels]:
    """Colour photographs that need no download, (H, W, 3)."""
    from skimage import data
    from sklearn.datasets import load_sample_images

    own = [data.astronaut(), data.chelsea(), data.coffee(), data.rocket(), data.stereo_motorcycle()[0]]
    return [np.ascontiguousarray(im) for im in [*own, *load_sample_images().images]]


GRAIN = np.random.default_rng(1).normal(0, 7, (1200, 1200, 3)).astype(np.int16)
"""The noise of a sensor: scaled photographs have none left, and would be smaller files than real ones."""


def variation(photograph: Pixels, rng: random.Random) -> bytes:
    """JPEG bytes of a crop, scaled to sides of 500 to 1,100 pixels."""
    height, width = photograph.shape[:2]
    h, w = rng.randint(height // 2, height), rng.randint(width // 2, width)
    y, x = rng.randint(0, height - h), rng.randint(0, width - w)
    crop = photograph[y : y + h, x : x + w]
    scaled = cv2.resize(crop, (rng.randint(500, 1100), rng.randint(500, 1100)), interpolation=cv2.INTER_LINEAR)
    mirrored = cv2.flip(scaled, 1) if rng.random() < 0.5 else scaled
    lit = cv2.convertScaleAbs(mirrored, alpha=rng.uniform(0.7, 1.2), beta=rng.uniform(-20, 20))
    top, left = rng.randint(0, 1200 - lit.shape[0]), rng.randint(0, 1200 - lit.shape[1])
    grain = GRAIN[top : top + lit.shape[0], left : left + lit.shape[1]]
    done, encoded = cv2.imencode(".jpg", cv2.add(lit, grain, dtype=cv2.CV_8U), [cv2.IMWRITE_JPEG_QUALITY, 95])
    assert done
    return encoded.tobytes()


def make(folder: Path, size: float) -> int:
    """Shards of `size` GB; returns how many samples they hold."""
    folder.mkdir(parents=True)
    pool, rng = photographs(), random.Random(1)
    written, rows = 0, 0
    while written < size * 1e9:
        with tarfile.open(folder / f"{rows // PER_SHARD:05d}.tar", "w", format=tarfile.USTAR_FORMAT) as tar:
            for _ in range(PER_SHARD):
                number = rng.randrange(len(pool))
                picture = variation(pool[number], rng)
                about = {"number": rows, "photograph": number}
                members = {"jpg": picture, "txt": f"photograph {rows}".encode(), "json": json.dumps(about).encode()}
                for extension, content in members.items():
                    header = tarfile.TarInfo(f"{rows:09d}.{extension}")
                    header.size = len(content)
                    tar.addfile(header, io.BytesIO(content))
                rows += 1
                written += len(picture)
    return rows


@dataclass(slots=True)
class Measured:
    """Seconds a command took and the most memory its process tree held at once, in MB."""

    seconds: float
    peak_mb: float


def measured(command: list[str]) -> Measured:
    """Run a command to its end. Raises `CalledProcessError` when it fails."""
    began = time.perf_counter()
    process = subprocess.Popen(command)
    peak = 0
    done = threading.Event()

    def watch() -> None:
        nonlocal peak
        parent = psutil.Process(process.pid)
        while not done.wait(0.05):
            try:
                tree = [parent, *parent.children(recursive=True)]
                peak = max(peak, sum(p.memory_info().rss for p in tree))
            except psutil.NoSuchProcess:
                continue

    watcher = threading.Thread(target=watch)
    watcher.start()
    code = process.wait()
    done.set()
    watcher.join()
    if code:
        raise subprocess.CalledProcessError(code, command)
    return Measured(time.perf_counter() - began, peak / 1e6)


def line(folder: Path, size: float) -> dict[str, Any]:
    """Make, convert, compare the counts, remove."""
    with tempfile.TemporaryDirectory(dir=folder, prefix="webdataset-") as home:
        began = time.perf_counter()
        rows = make(Path(home) / "made", size)
        making = time.perf_counter() - began
        command = [sys.executable, "-m", "mmrecipes.cli.main", "export", f"{home}/made"]
        found = measured([*command, "--reader", "webdataset", "--to", "webdataset", "--out", f"{home}/again"])
        sizes = json.loads((Path(home) / "again/train/sizes.json").read_text())
        assert sum(sizes.values()) == rows, f"{sum(sizes.values())} of {rows} samples came out"
        read = sum(p.stat().st_size for p in (Path(home) / "made").iterdir())
    return {"size": read / 1e9, "rows": rows, "making": making, "seconds": found.seconds, "peak": found.peak_mb}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", default="1,10", help="GB, separated by commas")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    chosen = parser.parse_args()
    table = Table("GB", "samples", "made in", "seconds", "rows/s", "MB/s", "peak memory", title="mmr export")
    peaks = []
    for size in map(float, chosen.sizes.split(",")):
        found = line(chosen.folder, size)
        peaks.append(found["peak"])
        seconds = found["seconds"]
        table.add_row(
            f"{found['size']:.1f}", f"{found['rows']:,}", f"{found['making']:.0f} s", f"{seconds:.0f}",
            f"{found['rows'] / seconds:,.0f}", f"{found['size'] * 1e3 / seconds:,.0f}", f"{found['peak']:,.0f} MB",
        )  # fmt: skip
    Console().print(table)
    grown = f", {max(peaks) / min(peaks):.2f}x between the sizes" if len(peaks) > 1 else ""
    print(f"peak {max(peaks):,.0f} MB of {LIMIT_MB} allowed{grown}")
    sys.exit(max(peaks) > LIMIT_MB)


if __name__ == "__main__":
    main()
