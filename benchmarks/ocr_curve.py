"""What OCR engines read of our pictures, clean and at the three levels of wear.

    python benchmarks/ocr_curve.py [--pages 20] [--words 200]

The same pages and word crops are read at every level, as they would be stored. Pages: rapidocr reads a dozen lines of
each first page, cut out of the worn page along their quads (so a line whose quad is wrong is read wrongly); character
error rate with blanks left out. Word crops, of three characters and more, are read whole and compared exactly: plain
(dark on a pale ground), and with all their effects. Tesseract reads clean pages whole: of its words of equal text, the
share whose box agrees with ours (IoU over 0.5); words in pictures have no box of ours.
"""

from __future__ import annotations

import argparse
import csv
import io
import random
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import Levenshtein
import numpy as np
from rich.console import Console
from rich.table import Table

from documents import drawn
from mmrecipes.canvas.encode import encode
from mmrecipes.core.boxes import Box, iou, quad_of, union
from mmrecipes.core.identity import rng_from
from mmrecipes.render.degradation import Worn, degrade
from mmrecipes.render.documents.draw import DrawnDocument
from mmrecipes.render.scene_text.word import draw_word, random_word

FIRST = 500
"""Index of the first document."""
LEVELS = range(4)
LINES = 12
"""Lines that are read of a page, evenly spread over it."""


@dataclass(slots=True)
class Count:
    """Texts read at one level: how many, how many exactly, their characters and the edits that were needed."""

    texts: int = 0
    exact: int = 0
    characters: int = 0
    edits: int = 0

    def add(self, said: str, found: str) -> None:
        self.texts += 1
        self.exact += said == found
        self.characters += len(said)
        self.edits += min(len(said), Levenshtein.distance(said, found))

    def row(self) -> tuple[str, str, str]:
        return str(self.texts), f"{100 * self.edits / self.characters:.2f} %", f"{100 * self.exact / self.texts:.1f} %"


def lines(one: DrawnDocument, page: int) -> Iterator[tuple[str, Box]]:
    """Text and box of every line of a page."""
    found: dict[tuple[int, int], tuple[list[str], Box]] = {}
    for w in one.placed.words:
        if w.page == page:
            words, box = found.get((w.area, w.line), ([], w.box))
            found[w.area, w.line] = ([*words, w.text], union(box, w.box))
    for words, box in found.values():
        yield " ".join(words), box


def normal(text: str) -> str:
    """Without blanks, dashes and quotes of one form."""
    return re.sub(r"\s", "", text.translate(str.maketrans("–—−“”’‘", "---\"\"''")))


def tesseract(pixels: np.ndarray) -> list[tuple[str, Box]]:
    png = cv2.imencode(".png", pixels[:, :, ::-1])[1].tobytes()
    command = ["tesseract", "stdin", "stdout", "--psm", "3", "tsv"]
    out = subprocess.run(command, input=png, capture_output=True, check=True).stdout.decode()
    rows = csv.DictReader(io.StringIO(out), delimiter="\t", quoting=csv.QUOTE_NONE)
    found = [r for r in rows if r["level"] == "5" and r["text"].strip()]
    corners = [tuple(float(r[k]) for k in ("left", "top", "width", "height")) for r in found]
    return [(r["text"], (x, y, x + w, y + h)) for r, (x, y, w, h) in zip(found, corners, strict=True)]


def boxes_agree(one: DrawnDocument, page: int) -> tuple[int, int]:
    """Tesseract's words whose nearest word of ours reads the same, and how many of them have an IoU over 0.5."""
    ours = [(w.text, w.box) for w in one.placed.words if w.page == page]
    centres = np.array([((b[0] + b[2]) / 2, (b[1] + b[3]) / 2) for _, b in ours])
    equal = agree = 0
    for text, box in tesseract(one.pages[page]):
        middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
        nearest, place = ours[int(np.abs(centres - middle).sum(axis=1).argmin())]
        if text == nearest:
            equal += 1
            agree += iou(box, place) > 0.5
    return equal, agree


def engine() -> Any:
    from rapidocr import RapidOCR

    return RapidOCR(params={"Global.log_level": "error", "EngineConfig.onnxruntime.intra_op_num_threads": 1})


def read(reader: Any, pixels: np.ndarray) -> str:
    """One line, without its blanks."""
    found = reader(np.ascontiguousarray(pixels[..., ::-1]), use_det=False, use_cls=False, use_rec=True)
    return normal("".join(found.txts or ()))


def stored(worn: Worn) -> np.ndarray:
    """The pixels after the codec."""
    return encode(worn.pixels, worn.form, worn.quality or 90).decode()


def cut(pixels: np.ndarray, quad: np.ndarray) -> np.ndarray:
    """A line set upright, with a quarter of its height around it."""
    width, height = (max(2.0, float(np.linalg.norm(quad[k] - quad[0]))) for k in (1, 3))
    pad = max(3.0, height * 0.25)
    box = np.array([[pad, pad], [pad + width, pad], [pad + width, pad + height], [pad, pad + height]], np.float32)
    h = cv2.getPerspectiveTransform(quad.astype(np.float32), box)
    size = (round(width + 2 * pad), round(height + 2 * pad))
    return np.asarray(cv2.warpPerspective(pixels, h, size, borderMode=cv2.BORDER_REPLICATE), np.uint8)


def pages(count: int) -> Iterator[tuple[int, DrawnDocument]]:
    """So many documents, all kinds in turn, of which the first pages are read."""
    made, index = 0, FIRST
    while made < count:
        one = drawn(index)
        if one is not None:
            yield index, one
            made += 1
        index += 1


def read_pages(reader: Any, count: int) -> list[Count]:
    counts = [Count() for _ in LEVELS]
    for index, one in pages(count):
        printed = [(normal(text), box) for text, box in lines(one, 0) if normal(text)]
        texts, boxes = zip(*printed[:: -(-len(printed) // LINES)], strict=True)
        quads = np.array([quad_of(box) for box in boxes], np.float64)
        for level in LEVELS:
            worn = degrade(one.pages[0], quads, level, rng_from("ocr curve", index, level), "page")
            pixels = stored(worn)
            for text, quad in zip(texts, worn.quads, strict=True):
                counts[level].add(text, read(reader, cut(pixels, quad)))
    return counts


def read_words(reader: Any, count: int, *, clean: bool) -> list[Count]:
    counts = [Count() for _ in LEVELS]
    rng, made = random.Random(3), 0
    while made < count:
        crop = draw_word(random_word("en", rng), "en", rng, clean=clean)
        if crop is None or len(crop.text) < 3:
            continue
        for level in LEVELS:
            worn = degrade(crop.pixels, crop.glyph_quads, level, rng_from("ocr curve", made, level), "scene")
            counts[level].add(normal(crop.text), read(reader, stored(worn)))
        made += 1
    return counts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=20)
    parser.add_argument("--words", type=int, default=200)
    given = parser.parse_args()
    cv2.setNumThreads(1)
    reader = engine()
    for what, counts in (
        ("plain word crops", read_words(reader, given.words, clean=True)),
        ("word crops with all effects", read_words(reader, given.words, clean=False)),
        ("lines of pages", read_pages(reader, given.pages)),
    ):
        table = Table("level", "texts", "character error rate", "exact", title=f"rapidocr, {what}")
        for level, one in enumerate(counts):
            table.add_row(str(level), *one.row())
        Console(width=100).print(table)
    found = [boxes_agree(one, 0) for _, one in pages(given.pages)]
    equal, agree = (sum(column) for column in zip(*found, strict=True))
    print(f"tesseract, {given.pages} clean pages: of {equal} words of equal text {100 * agree / equal:.2f} % agree "
          "(IoU over 0.5)")  # fmt: skip


if __name__ == "__main__":
    main()
