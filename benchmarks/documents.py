"""How fast documents are made, and what OCR engines read of them.

    python benchmarks/documents.py [--quick] [--ocr] [--synthdog CHECKOUT]

Rates are pages per CPU-second of this process: `clean` is typesetting, drawing and the places of all words, cells and
elements; `all` adds content, wear, turns, verification and encoding, i.e. the recipe's own steps without the store.
SynthDoG (English, picture and text, no word boxes, without encoding) runs in the same run where its environment
(`benchmarks/peers/setup.py --only synthtiger`) and a checkout of clovaai/donut are there.
`--ocr` reads about 20 clean pages: rapidocr line by line (character error rate, blanks left out), and tesseract whole
pages (share of its words of equal text whose box agrees with ours, IoU over 0.5); pictures' words have no box of ours.
"""

from __future__ import annotations

import argparse
import csv
import io
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from rich.console import Console
from rich.table import Table

from mmrecipes.core.boxes import Box, iou, union
from mmrecipes.core.identity import rng_from
from mmrecipes.core.sample import Sample
from mmrecipes.flow.step import Drop, StepContext
from mmrecipes.recipes.qianfan_vl.document import task as steps
from mmrecipes.render.documents.content import random_document
from mmrecipes.render.documents.draw import DrawnDocument, draw_document, fitted
from mmrecipes.render.documents.geometry import LayoutRefusal
from mmrecipes.render.documents.looks import look_for
from peers.scene_peers import MissingPeer, synthtiger


def drawn(index: int) -> DrawnDocument | None:
    """The clean document at an index."""
    rng = rng_from("benchmark", index)
    document = random_document(rng, index)
    look = look_for(document, rng)
    try:
        return draw_document(fitted(document, look), look, rng)
    except LayoutRefusal:
        return None


def all_in(index: int) -> tuple[int, int]:
    """Pages and pixels of the recipe's sample at an index; none when it was dropped."""
    sample = Sample(
        id=f"bench/{index:06d}", subset="document", task="document", draft={"index": index, "stratum": "document"}
    )
    chain: tuple[Callable[..., Any], ...] = (
        steps.DocumentContent(), steps.document_draw, steps.document_augment, steps.document_ask, steps.document_verify,
        steps.document_finish,
    )  # fmt: skip
    for n, step in enumerate(chain):
        arguments: Any = (sample,) if step is steps.document_verify else (sample, StepContext(1, sample.id, str(n)))
        made = step(*arguments)
        if isinstance(made, Drop):
            return 0, 0
        sample = made
    return len(sample.images), sum(i.width * i.height for i in sample.images)


def rates(count: int, checkout: Path | None) -> None:
    drawn(0)  # fonts and imports
    all_in(0)
    began, pages, pixels = time.process_time(), 0, 0
    for index in range(count):
        if one := drawn(index):
            pages += len(one.pages)
            pixels += sum(p.shape[0] * p.shape[1] for p in one.pages)
    clean = time.process_time() - began
    began, made, area = time.process_time(), 0, 0
    for index in range(count):
        n, size = all_in(index)
        made, area = made + n, area + size
    spent = time.process_time() - began
    rows = [("clean, all boxes", pages, pixels, clean), ("all", made, area, spent)]
    missing = ""
    try:
        peer = synthtiger("documents", checkout, max(5, count // 12))
    except MissingPeer as e:
        missing = str(e)
    else:
        rows.append(("SynthDoG, no word boxes", peer.made, peer.pixels, peer.seconds))
    table = Table(
        "what", "pages per CPU-second", "megapixels per page", "at 880x900 pixels", title=f"{count} documents"
    )
    for name, n, size, seconds in rows:
        table.add_row(name, f"{n / seconds:.2f}", f"{size / n / 1e6:.2f}", f"{size / (880 * 900) / seconds:.1f}")
    Console(width=100).print(table)
    if missing:
        print(missing)
    else:
        (_, _, theirs, their_s) = rows[2]
        print(f"SynthDoG: {area / spent / (theirs / their_s):.1f} times as fast at equal pixels, with everything")


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


def rapid(engine: Any, pixels: np.ndarray, box: Box) -> str:
    x0, y0, x1, y1 = box
    pad = max(3, int((y1 - y0) * 0.25))
    crop = pixels[max(0, int(y0) - pad) : int(y1) + pad + 1, max(0, int(x0) - pad) : int(x1) + pad + 1, ::-1]
    return "".join(engine(np.ascontiguousarray(crop), use_det=False, use_cls=False, use_rec=True).txts or ())


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


def ocr(count: int) -> None:
    import Levenshtein
    import rapidocr

    engine = rapidocr.RapidOCR(params={"Global.log_level": "error", "EngineConfig.onnxruntime.intra_op_num_threads": 1})
    wrong = read = equal = agree = pages = 0
    for index in range(500, 500 + 3 * count):
        one = drawn(index)
        if one is None or pages == count:
            continue
        pages += 1
        for text, box in lines(one, 0):
            said, found = normal(text), normal(rapid(engine, one.pages[0], box))
            wrong, read = wrong + Levenshtein.distance(said, found), read + len(said)
        a, b = boxes_agree(one, 0)
        equal, agree = equal + a, agree + b
    print(
        f"{pages} clean pages: rapidocr CER {100 * wrong / read:.2f} % of {read} characters; "
        f"tesseract: {equal} words of equal text, {100 * agree / equal:.2f} % with IoU > 0.5"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer documents")
    parser.add_argument("--ocr", action="store_true", help="read clean pages")
    parser.add_argument("--synthdog", type=Path, metavar="DIR", help="a checkout of clovaai/donut")
    given = parser.parse_args()
    rates(60 if given.quick else 240, given.synthdog)
    if given.ocr:
        ocr(8 if given.quick else 20)


if __name__ == "__main__":
    main()
