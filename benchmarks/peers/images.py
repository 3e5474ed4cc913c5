"""The images of the image cases: seeded, noisy, as large as a photograph kept without loss."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

SIDE = 1024
LEVELS = 10  # of noise in each channel; sets the size of the file, about 1.85 MB


def make_images(folder: Path, count: int) -> Path:
    """Write 000000.png, 000001.png, ... unless they are there."""
    folder.mkdir(parents=True, exist_ok=True)
    across = np.linspace(0, 255 - LEVELS, SIDE)
    for index in range(count):
        path = folder / f"{index:06d}.png"
        if not path.exists():
            rng = np.random.default_rng(index)
            tilt = rng.random(3) * across[:, None]  # one slope per channel, the same along a line of pixels
            pixels = tilt[:, None, :] + rng.integers(0, LEVELS, (SIDE, SIDE, 3))
            Image.fromarray(pixels.astype(np.uint8)).save(path, compress_level=1)
    return folder
