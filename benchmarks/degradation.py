"""How fast pages are degraded, beside Augraphy's default pipeline on the same page.

    python benchmarks/peers/setup.py --only augraphy     # once
    python benchmarks/degradation.py [--quick] [--without-peer]

The page is A4 at 150 dpi (1240x1754) with about 600 words. Ours carries a quad per word and ends with the encoded JPEG;
the peer carries none and ends with pixels. CPU seconds of all threads; the two take turns.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import skia
from rich.console import Console
from rich.table import Table

from mmrecipes.canvas.encode import encode
from mmrecipes.canvas.fonts import face, families
from mmrecipes.render.degradation import PROFILES, degrade
from peers.setup import VENVS, python

SIZE = (1240, 1754)
PEER = Path(__file__).parent / "peers" / "augraphy_peer.py"


def page() -> tuple[np.ndarray, np.ndarray]:
    """A page of words with a coloured heading and a ruled table; pixels and a quad per word."""
    rng = random.Random(1)
    surface = skia.Surface(*SIZE)
    with surface as canvas:
        canvas.clear(skia.ColorWHITE)
        canvas.drawRect(skia.Rect(120, 110, 1120, 170), skia.Paint(Color=skia.Color(30, 80, 140)))
        font = skia.Font(face(families()[0]).typeface, 22)
        quads, x, y = [], 120.0, 220.0
        while y < SIZE[1] - 130:
            word = "".join(rng.choice("aeinorstlmdu") for _ in range(rng.randint(2, 10)))
            width = font.measureText(word)
            if x + width > SIZE[0] - 120:
                x, y = 120.0, y + 33
                continue
            canvas.drawString(word, x, y, font, skia.Paint(Color=skia.ColorBLACK, AntiAlias=True))
            quads.append([[x, y - 18], [x + width, y - 18], [x + width, y + 6], [x, y + 6]])
            x += width + 8
    pixels = np.ascontiguousarray(surface.toarray(colorType=skia.kRGBA_8888_ColorType)[:, :, :3])
    return pixels, np.array(quads)


def ours(pixels: np.ndarray, quads: np.ndarray, level: int, profile: Any, seeds: range) -> float:
    """CPU seconds for one page, encoded."""
    began = time.process_time()
    for seed in seeds:
        worn = degrade(pixels, quads, level, random.Random(seed), profile)
        encode(worn.pixels, worn.form, worn.quality or 90)
    return (time.process_time() - began) / len(seeds)


def peer(folder: Path, count: int) -> dict[str, Any]:
    """What the peer says about so many pages."""
    command = [str(python(VENVS / "augraphy")), str(PEER), str(folder / "page.png"), str(count)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=folder)
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    cv2.setNumThreads(1)
    quick = "--quick" in sys.argv
    pages, rounds, peers = (8, 1, 4) if quick else (24, 3, 10)
    pixels, quads = page()
    for profile in PROFILES:  # tiles are drawn once per process
        ours(pixels, quads, 3, profile, range(6))
    spent: dict[tuple[str, int], list[float]] = {(p, level): [] for p in PROFILES for level in (1, 2, 3)}
    theirs: list[float] = []
    failed, version = 0, ""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        cv2.imwrite(str(folder / "page.png"), cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))
        for turn in range(rounds):
            for (profile, level), seconds in spent.items():
                seconds.append(ours(pixels, quads, level, profile, range(turn * pages, (turn + 1) * pages)))
            if "--without-peer" not in sys.argv:
                told = peer(folder, peers)
                theirs += told["seconds"]
                failed, version = failed + len(told["failed"]), told["version"]
    mean = float(np.mean(theirs)) if theirs else 0.0
    table = Table("pages", "level 1", "level 2", "level 3", "mean", "against Augraphy",
                  title=f"A4 at 150 dpi, {len(quads)} words, pages per CPU-second")  # fmt: skip
    for profile in PROFILES:
        each = [float(np.mean(spent[profile, level])) for level in (1, 2, 3)]
        times = f"{mean / float(np.mean(each)):.0f} x" if mean else "-"
        table.add_row(profile, *(f"{1 / s:.1f}" for s in each), f"{1 / float(np.mean(each)):.1f}", times)
    if theirs:
        table.add_row(f"Augraphy {version}, default ({failed} failed)", "", "", "", f"{1 / mean:.2f}", "1 x")
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
