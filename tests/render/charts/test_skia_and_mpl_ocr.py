"""An OCR engine reads the tick labels of clean pictures as the summary prints them."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from mmrecipes.core.boxes import box_of
from mmrecipes.render.charts import mpl_draw, skia_draw
from mmrecipes.render.charts.content import random_chart
from mmrecipes.render.charts.drawn import Drawn, LayoutRefusal, TextBox
from mmrecipes.render.charts.style import style_for

rapidocr = pytest.importorskip("rapidocr", reason="the OCR extra is not installed")
QUICK = {
    "Global.log_level": "critical",
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "Rec.rec_img_shape": [3, 48, 64],
}
"""Labels are short: lines are padded to 64 pixels only, not to 320; threads that wait for each other cost more."""


@pytest.fixture(scope="module")
def read() -> Callable[[np.ndarray], str]:
    engine: Any = rapidocr.RapidOCR(params=QUICK)

    def text_in(crop: np.ndarray) -> str:
        found = engine(crop[:, :, ::-1], use_det=False, use_cls=False, use_rec=True)
        return found.txts[0] if found.txts else ""

    return text_in


def upright_ticks(picture: Drawn) -> list[TextBox]:
    """Unturned labels of one line with at least two letters or digits (a single one is no fair crop)."""
    lines = [t for t in picture.texts if t.role == "tick" and t.quad[0][1] == t.quad[1][1]]
    return [t for t in lines if len(t.text) > 1 and t.quad[3][1] - t.quad[0][1] < 24]


def enlarged(picture: Drawn, t: TextBox) -> np.ndarray:
    """The label cut out with a margin of its own background, three times as large."""
    import cv2

    x0, y0, x1, y1 = (round(v) for v in box_of(t.quad))
    crop = picture.pixels[max(0, y0 - 2) : y1 + 2, max(0, x0 - 2) : x1 + 2]
    ground = np.median(crop.reshape(-1, 3), axis=0).tolist()
    crop = cv2.copyMakeBorder(crop, 4, 4, 8, 8, cv2.BORDER_CONSTANT, value=ground)
    return cv2.resize(crop, None, fx=3, fy=3, interpolation=cv2.INTER_CUBIC)


def plain(text: str) -> str:
    """Without blanks, and with the dashes, points and letters that look alike written alike."""
    for a, b in (("–", "-"), ("—", "-"), ("−", "-"), ("：", ":"), ("，", ","), ("％", "%")):
        text = text.replace(a, b)
    return text.replace(" ", "").lower().replace("o", "0").replace("l", "1").replace("i", "1")


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["skia", "matplotlib"])
def test_ocr_reads_ninety_nine_percent_of_tick_labels(engine: str, read: Callable[[np.ndarray], str]) -> None:
    draw = skia_draw.draw if engine == "skia" else mpl_draw.draw
    right, wrong, index = 0, [], 0
    while index < 15:
        rng = random.Random(index + 40)
        chart = random_chart(rng, index)
        index += 1
        try:
            picture = draw(chart, style_for(chart, index, rng))
        except LayoutRefusal:
            continue
        for t in upright_ticks(picture):
            found = read(enlarged(picture, t))
            if plain(found) == plain(t.text):
                right += 1
            else:
                wrong.append((t.text, found))
    assert right >= 120
    assert right / (right + len(wrong)) >= 0.99, wrong
