"""How fast documents are made.

    python benchmarks/documents.py [--quick] [--synthdog CHECKOUT]

Rates are pages per CPU-second of this process: `clean` is typesetting, drawing and the places of all words, cells and
elements; `all` adds content, wear, turns, verification and encoding, i.e. the recipe's own steps without the store.
SynthDoG (English, picture and text, no word boxes, without encoding) runs in the same run where its environment
(`benchmarks/peers/setup.py --only synthtiger`) and a checkout of clovaai/donut are there.
What OCR engines read of them: `ocr_curve.py`.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer documents")
    parser.add_argument("--synthdog", type=Path, metavar="DIR", help="a checkout of clovaai/donut")
    given = parser.parse_args()
    rates(60 if given.quick else 240, given.synthdog)


if __name__ == "__main__":
    main()
