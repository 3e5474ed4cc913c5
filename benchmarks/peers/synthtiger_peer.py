"""Word crops by SynthTIGER or documents by SynthDoG, per CPU-second; runs in its own virtual environment.

    python synthtiger_peer.py words CHECKOUT COUNT [--seed N] [--words FILE --save FOLDER]
    python synthtiger_peer.py documents CHECKOUT COUNT

CHECKOUT is a checkout of the peer's project, which holds what its wheel lacks: template, configuration, fonts, corpora,
pictures. SynthTIGER runs its horizontal configuration, SynthDoG its English one, both as they are, except that corpora
the checkout lacks are left out (and named on stderr). A sample the template fails on is tried again, as the peer's own
command does, and its time counts. Measured is `generate`: picture, masks and boxes, without encoding.

`--words` takes the words, one a line, in their order in the place of the corpora (words behind others use some up);
`--save` writes the crops as JPEG of the quality the template drew, and `labels.tsv` beside them. Prints JSON: count,
CPU seconds, pixels, failures.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

import cv2
import synthtiger  # pyright: ignore[reportMissingImports]
from PIL import Image

PARTS = {
    "words": (".", "examples/synthtiger/template.py", "SynthTiger", "examples/synthtiger/config_horizontal.yaml"),
    "documents": ("synthdog", "template.py", "SynthDoG", "config_en.yaml"),
}
WARMED = 3


def present(config: Any) -> Any:
    """The configuration without the files that are not there; their weights go too."""
    if isinstance(config, list):
        return [present(c) for c in config]
    if not isinstance(config, dict):
        return config
    kept = {key: present(value) for key, value in config.items()}
    if paths := kept.get("paths"):
        there = [k for k, path in enumerate(paths) if Path(path).exists()]
        for k in set(range(len(paths))) - set(there):
            print(f"left out, not in the checkout: {paths[k]}", file=sys.stderr)
        kept["paths"] = [paths[k] for k in there]
        kept["weights"] = [kept["weights"][k] for k in there]
    return kept


class Words:
    """Stands in for the corpora: these words in their order, each as it stands, over and over."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = itertools.cycle(words)

    def sample(self) -> str:
        return next(self.words)

    def data(self, word: str) -> str:
        return word


class Maker:
    """The template, made once."""

    def __init__(self, kind: str, checkout: Path, words: Path | None, seed: int) -> None:
        folder, script, name, configuration = PARTS[kind]
        os.chdir(checkout / folder)
        config = present(synthtiger.read_config(configuration))
        synthtiger.set_global_random_seed(seed)
        self.template = synthtiger.read_template(script, name, config)
        if words:
            self.template.corpus = Words(words.read_text().split())
        self.failed = 0

    def make(self) -> dict[str, Any]:
        while True:
            try:
                return self.template.generate()
            except Exception as e:
                self.failed += 1
                if self.failed > 1000:
                    raise RuntimeError("the template fails all the time") from e


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=PARTS)
    parser.add_argument("checkout", type=Path)
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--words", type=Path)
    parser.add_argument("--save", type=Path)
    given = parser.parse_args()
    cv2.setNumThreads(1)
    save = given.save.resolve() if given.save else None
    maker = Maker(given.kind, given.checkout.resolve(), given.words.resolve() if given.words else None, given.seed)
    for _ in range(WARMED):
        maker.make()
    maker.failed, pixels, labels = 0, 0, []
    began = time.process_time()
    for k in range(given.count):
        made = maker.make()
        height, width = made["image"].shape[:2]
        pixels += height * width
        if save:
            Image.fromarray(made["image"][..., :3].astype("uint8")).save(save / f"{k}.jpg", quality=made["quality"])
            labels.append(f"{k}.jpg\t{made['label']}\n")
    seconds = time.process_time() - began
    if save:
        (save / "labels.tsv").write_text("".join(labels))
    print(json.dumps({"made": given.count, "seconds": seconds, "pixels": pixels, "failed": maker.failed}))


if __name__ == "__main__":
    main()
