"""How fast scenes and word crops are made, next to TextRecognitionDataGenerator, per CPU-second.

    python benchmarks/scene_text.py [--quick] [--ocr N]

`all` is the recipe's own steps without the store: drawing, boxes, camera, turns, verification, encoding. The peer runs
in turns with ours, in an environment of its own (`benchmarks/peers/setup.py --only trdg`), and gives no boxes;
without it its row is left out. SynthTIGER is not run: its wheel lacks the template, fonts and corpora its configuration
names.
`--ocr N` also reads N clean crops with rapidocr and prints the share read exactly.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from rich.console import Console
from rich.table import Table

from mmrecipes.core.sample import Sample
from mmrecipes.flow.step import Drop, StepContext
from mmrecipes.recipes.qianfan_vl.scene import task as scene
from mmrecipes.recipes.qianfan_vl.word import task as word
from mmrecipes.render.scene_text.places import PLACES
from mmrecipes.render.scene_text.word import draw_word, random_word
from peers.setup import VENVS, python

PEER = VENVS / "trdg"
SCENE = (scene.SceneDraw(), scene.scene_photograph, scene.scene_truth, scene.scene_ask, scene.scene_verify,
         scene.scene_finish)  # fmt: skip
WORD = (word.WordDraw(), word.word_verify, word.word_finish)
WITHOUT_CONTEXT = (scene.scene_truth, scene.scene_verify, word.word_verify)


def all_in(index: int, kind: str, steps: Sequence[Callable[..., Any]]) -> bool:
    """The recipe's steps for one candidate; whether a sample came out."""
    sample = Sample(id=f"bench/{kind}/{index:06d}", subset=kind, task=kind, draft={"index": index, "stratum": kind})
    for n, step in enumerate(steps):
        made = step(sample) if step in WITHOUT_CONTEXT else step(sample, StepContext(1, sample.id, str(n)))
        if isinstance(made, Drop):
            return False
        sample = made
    return True


def drawn_words(start: int, count: int) -> int:
    """Crops drawn, with their quads."""
    done = 0
    for k in range(start, start + count):
        rng = random.Random(k)
        done += draw_word(random_word("en", rng), "en", rng) is not None
    return done


def trdg(count: int, pictures: Path) -> tuple[int, float]:
    run = subprocess.run(
        [str(python(PEER)), str(Path(__file__).parent / "peers" / "trdg_peer.py"), str(count), str(pictures)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    done, seconds = run.stdout.split()[-2:]
    return int(done), float(seconds)


def read_exactly(count: int) -> float:
    """Share of clean crops that rapidocr reads exactly, of words of three characters and more."""
    from rapidocr import RapidOCR

    engine = RapidOCR(params={"Global.log_level": "error"})
    rng, right, total = random.Random(3), 0, 0
    while total < count:
        crop = draw_word(random_word("en", rng), "en", rng, clean=True)
        if crop is None or len(crop.text) < 3:
            continue
        result: Any = engine(np.ascontiguousarray(crop.pixels[..., ::-1]), use_det=False, use_cls=False)
        right += (result.txts or ("",))[0].strip() == crop.text
        total += 1
    return right / total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer samples")
    parser.add_argument("--ocr", type=int, default=0, metavar="N", help="clean crops to read with rapidocr")
    given = parser.parse_args()
    cv2.setNumThreads(1)
    n = 10 if given.quick else 40
    spent: dict[str, float] = {}
    made: dict[str, int] = {}

    def add(name: str, done: int, seconds: float) -> None:
        spent[name], made[name] = spent.get(name, 0.0) + seconds, made.get(name, 0) + done

    def timed(name: str, work: Callable[[], int]) -> None:
        began = time.process_time()
        done = work()
        add(name, done, time.process_time() - began)

    with tempfile.TemporaryDirectory() as folder:
        place = PLACES["facade"](random.Random(0), (1024, 768))
        cv2.imwrite(f"{folder}/place.jpg", place.stage.draw(place.backdrop)[0][..., ::-1])
        for k in range(12):
            all_in(k, "scene", SCENE)
        drawn_words(0, 100)
        for turn in range(3):
            base = 100 + turn * n
            timed("scenes of 1024 px, all", lambda b=base: sum(all_in(b + k, "scene", SCENE) for k in range(n)))
            timed("word crops, draw", lambda b=base: drawn_words(b * 20, n * 10))
            timed("word crops, all", lambda b=base: sum(all_in(b * 20 + k, "word", WORD) for k in range(n * 10)))
            if PEER.exists():
                add("TRDG word crops, no boxes", *trdg(n * 5, Path(folder)))
    table = Table("what", "made", "per CPU-second", title="scene text")
    for name, seconds in spent.items():
        table.add_row(name, str(made[name]), f"{made[name] / seconds:.1f}")
    Console(width=100).print(table)
    if given.ocr:
        print(f"rapidocr reads {read_exactly(given.ocr):.1%} of {given.ocr} clean word crops exactly")


if __name__ == "__main__":
    main()
