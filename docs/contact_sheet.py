"""A contact sheet of a dataset: pictures with their regions and the first question and answer beneath.

python docs/contact_sheet.py DATASET SHEET.png [--count 12] [--columns 4] [--boxes]
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np

import mmrecipes
from mmrecipes.canvas.encode import encode
from mmrecipes.canvas.fonts import face
from mmrecipes.canvas.surface import Surface
from mmrecipes.canvas.text import wrap
from mmrecipes.core.sample import Sample

WIDTH, HEIGHT, CAPTION, GAP = 400, 300, 74, 14
SIZE = 13.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dataset", type=Path)
    parser.add_argument("sheet", type=Path)
    parser.add_argument("--count", type=int, default=12)
    parser.add_argument("--columns", type=int, default=4)
    parser.add_argument("--boxes", action="store_true", help="draw the regions over the pictures")
    options = parser.parse_args()
    samples = chosen(options.dataset, options.count)
    rows = -(-len(samples) // options.columns)
    surface = Surface(GAP + options.columns * (WIDTH + GAP), GAP + rows * (HEIGHT + CAPTION + GAP), "#eceff1")
    for number, sample in enumerate(samples):
        row, column = divmod(number, options.columns)
        draw(surface, sample, GAP + column * (WIDTH + GAP), GAP + row * (HEIGHT + CAPTION + GAP), options.boxes)
    options.sheet.write_bytes(encode(surface.pixels()).data)


def chosen(dataset: Path, count: int) -> list[Sample]:
    """`count` samples evenly over each subset, the subsets in turn."""
    by_subset: dict[str, list[Sample]] = {}
    for sample in mmrecipes.load(dataset):
        by_subset.setdefault(sample.subset, []).append(sample)
    share = -(-count // len(by_subset))
    picked = [[s[i * len(s) // share] for i in range(min(share, len(s)))] for s in by_subset.values()]
    return [s for group in zip(*picked, strict=False) for s in group][:count]


def draw(surface: Surface, sample: Sample, x: int, y: int, boxes: bool) -> None:
    surface.rect((x, y, x + WIDTH, y + HEIGHT + CAPTION), fill="#ffffff", radius=4)
    image = sample.images[0]
    scale = min((WIDTH - 8) / image.width, (HEIGHT - 8) / image.height)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    left, top = x + (WIDTH - size[0]) // 2, y + (HEIGHT - size[1]) // 2
    pixels = cv2.resize(image.decode(), size, interpolation=cv2.INTER_AREA)
    surface._pixels[top : top + size[1], left : left + size[0], :3] = pixels
    if boxes:
        for region in sample.regions:
            corners = [(left + px * scale, top + py * scale) for px, py in region.quad]
            surface.polygon(corners, stroke="#e5393580", width=1.2)
    question = next(m.text for m in sample.messages if m.role == "user")
    answer = next(m.text for m in sample.messages if m.role == "assistant")
    for text, colour, line, bold in ((question, "#546e7a", 0, False), (answer, "#102027", 2, True)):
        fonts = face("DejaVu Sans", bold=bold)
        for k, run in enumerate(wrap(" ".join(short(w) for w in text.split())[:110], fonts, SIZE - 1, WIDTH - 16)[:2]):
            surface.text(run, x + 8, y + HEIGHT + 16 + (line + k) * 15.5, colour)


def short(word: str) -> str:
    """A word that fits into the width of a cell."""
    return word if len(word) <= 40 else word[:39] + "…"


if __name__ == "__main__":
    np.seterr(all="raise")
    main()
