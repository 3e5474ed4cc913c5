"""Higher levels damage more, measured on pictures laid back by the log: structural similarity and reading errors."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from pathlib import Path

import cv2
import matplotlib
import numpy as np
import pytest
from Levenshtein import distance
from PIL import Image, ImageDraw, ImageFont
from skimage.metrics import structural_similarity

from mmrecipes.canvas.encode import encode
from mmrecipes.render.degradation import ProfileName, degrade
from mmrecipes.render.degradation.geometry import logged

LINES = (
    "The garden has three gates, and 27 apple trees stand along its northern wall.",
    "In 1894 the first stones were laid; the tower was finished eleven years later.",
    "Income rose by 4.7 per cent while the cost of repairs fell to 12,380 crowns.",
    "Visitors may leave bags, coats and umbrellas with the keeper of the house.",
    "Please bring the signed form and a copy of page 6 before Friday at noon.",
    "A letter from the mill says that grain, wool and timber went down the river.",
)
SIZE = (860, 340)


@pytest.fixture(scope="module")
def page() -> np.ndarray:
    face = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSerif.ttf"
    sheet = Image.new("RGB", SIZE, "white")
    draw = ImageDraw.Draw(sheet)
    for n, line in enumerate(LINES):
        draw.text((40, 36 + 46 * n), line, fill="black", font=ImageFont.truetype(str(face), 18))
    return np.asarray(sheet)


def _laid_back(page: np.ndarray, level: int, seed: int, profile: ProfileName = "page") -> np.ndarray:
    """The worn picture, encoded as it says, in the clean one's place (grey)."""
    worn = degrade(page, np.zeros((0, 4, 2)), level, random.Random(seed), profile)
    stored = cv2.cvtColor(encode(worn.pixels, worn.form, worn.quality or 90).decode(), cv2.COLOR_RGB2GRAY)
    geometry = logged(worn.log)
    if geometry is None:
        return np.asarray(stored)
    y, x = np.mgrid[0 : page.shape[0], 0 : page.shape[1]] + 0.5
    at = geometry.forward(np.stack([x, y], axis=-1)).astype(np.float32) - 0.5
    return np.asarray(cv2.remap(stored, at[..., 0].copy(), at[..., 1].copy(), cv2.INTER_CUBIC))


@pytest.mark.parametrize("profile", ["page", "table", "chart", "scene", "screen"])
def test_similarity_falls_from_level_to_level(page: np.ndarray, profile: ProfileName) -> None:
    grey = cv2.cvtColor(page, cv2.COLOR_RGB2GRAY)
    damage = [
        float(np.mean([1 - structural_similarity(grey, _laid_back(page, level, seed, profile)) for seed in range(10)]))
        for level in range(4)
    ]
    assert damage[0] == 0.0 and damage[0] < damage[1] < damage[2] < damage[3] < 0.75, damage


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")
def test_reading_errors_do_not_fall_from_level_to_level_and_text_stays_legible(page: np.ndarray) -> None:
    text, rates = " ".join(LINES), []
    for level in range(4):
        wrong, seeds = 0, 1 if level == 0 else 8
        for seed in range(seeds):
            picture = cv2.imencode(".png", _laid_back(page, level, seed))[1].tobytes()
            command = ["tesseract", "stdin", "stdout", "--psm", "6", "--dpi", "150"]
            single = {**os.environ, "OMP_THREAD_LIMIT": "1"}
            read = subprocess.run(command, input=picture, capture_output=True, check=True, env=single)
            wrong += distance(" ".join(read.stdout.decode().split()), text)
        rates.append(wrong / len(text) / seeds)
    assert rates[0] <= rates[1] <= rates[2] <= rates[3] and rates[0] < rates[3], rates
    assert rates[1] <= 0.02 and rates[3] <= 0.20, rates
