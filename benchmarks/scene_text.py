"""How fast scenes and word crops are made, next to TextRecognitionDataGenerator and SynthTIGER, per CPU-second.

    python benchmarks/scene_text.py [--quick] [--synthtiger CHECKOUT]

`all` is the recipe's own steps without the store: drawing, boxes, camera, turns, verification, encoding. The peers run
in turns with ours, each in an environment of its own (`benchmarks/peers/setup.py --only trdg`, `--only synthtiger`),
with boxes, without encoding; SynthTIGER takes its template, fonts and corpus from a checkout of clovaai/synthtiger. A
peer that is not there is named and left out.
What an OCR engine reads of the crops: `ocr_curve.py`.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import cv2
from rich.console import Console
from rich.table import Table

from mmrecipes.core.sample import Sample
from mmrecipes.flow.step import Drop, StepContext
from mmrecipes.recipes.qianfan_vl.scene import task as scene
from mmrecipes.recipes.qianfan_vl.word import task as word
from mmrecipes.render.scene_text.word import draw_word, random_word
from peers.scene_peers import MissingPeer, PeerRun, synthtiger, trdg

SCENE = (scene.SceneDraw(), scene.scene_photograph, scene.scene_truth, scene.scene_ask, scene.scene_verify,
         scene.scene_finish)  # fmt: skip
WORD = (word.WordDraw(), word.word_verify, word.word_finish)
WHAT = ("draw", "all")
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer samples")
    parser.add_argument("--synthtiger", type=Path, metavar="DIR", help="a checkout of clovaai/synthtiger")
    given = parser.parse_args()
    cv2.setNumThreads(1)
    n = 10 if given.quick else 40
    spent: dict[str, float] = {}
    made: dict[str, int] = {}
    missing: set[str] = set()

    def add(name: str, done: int, seconds: float) -> None:
        spent[name], made[name] = spent.get(name, 0.0) + seconds, made.get(name, 0) + done

    def timed(name: str, work: Callable[[], int]) -> None:
        began = time.process_time()
        done = work()
        add(name, done, time.process_time() - began)

    def peer(name: str, run: Callable[[], PeerRun]) -> None:
        try:
            made_by = run()
        except MissingPeer as e:
            missing.add(str(e))
        else:
            add(name, made_by.made, made_by.seconds)

    for k in range(12):
        all_in(k, "scene", SCENE)
    drawn_words(0, 100)
    for turn in range(3):
        base = 100 + turn * n
        timed("scenes of 1024 px, all", lambda b=base: sum(all_in(b + k, "scene", SCENE) for k in range(n)))
        timed("word crops, draw", lambda b=base: drawn_words(b * 20, n * 10))
        timed("word crops, all", lambda b=base: sum(all_in(b * 20 + k, "word", WORD) for k in range(n * 10)))
        peer("TRDG word crops, boxes", lambda: trdg(n * 5))
        peer("SynthTIGER word crops, boxes", lambda: synthtiger("words", given.synthtiger, n))
    table = Table("what", "made", "per CPU-second", title="scene text")
    for name, seconds in spent.items():
        table.add_row(name, str(made[name]), f"{made[name] / seconds:.1f}")
    Console(width=100).print(table)
    for name in (name for name in spent if "boxes" in name):
        ours = [spent[name] / made[name] * made[f"word crops, {what}"] / spent[f"word crops, {what}"] for what in WHAT]
        print(f"{name.split()[0]}: {ours[0]:.1f} times as fast drawn, {ours[1]:.1f} times with everything")
    print(*sorted(missing), sep="\n")


if __name__ == "__main__":
    main()
