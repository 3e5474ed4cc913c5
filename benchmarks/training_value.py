"""What word crops are worth to a recogniser: one small network trained on ours, on TRDG's, on SynthTIGER's crops, each
read on held-out crops of all three.

    python benchmarks/peers/setup.py --only trdg; python benchmarks/peers/setup.py --only synthtiger      once
    python benchmarks/training_value.py --synthtiger CHECKOUT [--quick] [--crops DIR] [--write]

The same for all three: the network (CRNN: four convolutions, one bidirectional LSTM, CTC; 36 letters and digits, case
ignored), its first weights, the number of crops, of steps, the order of batches, and the words: those of SynthTIGER's
corpus, ASCII letters and digits, 2 to 12 of them, a third each small, capital, capitalised; held-out words occur in no
training crop. The makers run as `benchmarks/scene_text.py` runs them, ours as the recipe's own steps, with what each
ships (fonts, pictures). Crops are grey, stretched to 32 x 96. No augmentation in training, which would hide what a
maker's own variety is worth. Torch on one thread, the three networks side by side. Most of the time is
SynthTIGER's crops, which `--crops DIR` keeps and finds again (`--remake ours` makes ours anew). `--quick` only shows
that it runs: its 60 steps teach the network nothing. `--write` writes docs/training_value.md.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import Levenshtein
import numpy as np
import torch
from torch import Tensor, nn

from mmrecipes.core.sample import Sample
from mmrecipes.flow.step import Drop, StepContext
from mmrecipes.recipes.qianfan_vl.word import task as word
from mmrecipes.render.degradation import degrade, draw_level
from mmrecipes.render.scene_text.word import draw_word, softened
from peers.scene_peers import MissingPeer, synthtiger, trdg

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
HIGH, WIDE, BATCH = 32, 96, 32
LEARNING = 2e-3
CORPUS = "resources/corpus/mjsynth.txt"
LABELS = "labels.tsv"
PAGE = Path(__file__).parent.parent / "docs" / "training_value.md"
MAKERS = ("ours", "TRDG", "SynthTIGER")


@dataclass(frozen=True)
class Crops:
    """Grey pictures (N, 1, 32, 96) in 0..1 and their words in small letters."""

    pictures: Tensor
    words: tuple[str, ...]


@dataclass(frozen=True)
class Size:
    """How much is made and trained."""

    train: int
    test: int
    steps: int


def word_lists(checkout: Path) -> tuple[list[str], list[str]]:
    """Words to train on and words to be read, no word in both."""
    known = set((checkout / CORPUS).read_text().split())
    words = sorted(w for w in known if w.isascii() and w.isalnum() and 2 <= len(w) <= 12)
    rng = random.Random(0)
    rng.shuffle(words)
    words = [rng.choice((str.lower, str.upper, str.capitalize))(w) for w in words]
    return words[: len(words) // 2], words[len(words) // 2 :]


def ours(count: int, words: Sequence[str], folder: Path) -> None:
    """Crops by the recipe's steps, of given words."""
    labels: list[str] = []
    for k, text in enumerate(words):
        if len(labels) == count:
            break
        sample = Sample(
            id=f"value/{folder.name}/{k}", subset="word", task="word", draft={"index": k, "stratum": "word"}
        )
        context = StepContext(1, sample.id, "draw")
        crop = draw_word(text, "en", context.rng)
        if crop is None:
            continue
        level = draw_level(context.rng)
        worn = degrade(softened(crop.pixels, context.rng), crop.glyph_quads, level, context.rng, "scene")
        made: Any = word.word_verify(sample.drafting(crop=crop, worn=worn, level=level))
        if isinstance(made, Drop):
            continue
        image = word.word_finish(made, StepContext(1, sample.id, "finish")).images[0]
        (folder / f"{len(labels)}.jpg").write_bytes(image.data)
        labels.append(f"{len(labels)}.jpg\t{text}\n")
    (folder / LABELS).write_text("".join(labels))


def made_by(maker: str, part: str, count: int, words: list[str], crops: Path, checkout: Path) -> Crops:
    """The crops of a maker, from `crops` where it holds them already."""
    folder = crops / f"{maker}-{part}-{count}"
    if not (folder / LABELS).exists():
        print(f"making {count} crops: {maker}, {part}", flush=True)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        list_file = crops / f"{part}.txt"
        list_file.write_text("\n".join(words))
        if maker == "ours":
            ours(count, words, folder)
        elif maker == "TRDG":
            trdg(count, words=list_file, save=folder)
        else:
            synthtiger("words", checkout, count, words=list_file, save=folder)
    return loaded(folder)


def loaded(folder: Path) -> Crops:
    rows = [line.split("\t") for line in (folder / LABELS).read_text().splitlines()]
    grey = [cv2.imread(str(folder / name), cv2.IMREAD_GRAYSCALE) for name, _ in rows]
    small = [cv2.resize(g, (WIDE, HIGH), interpolation=cv2.INTER_AREA) for g in grey if g is not None]
    pictures = torch.from_numpy(np.stack(small)[:, None].astype(np.float32) / 255)
    return Crops(pictures, tuple(text.lower() for _, text in rows))


class Recogniser(nn.Module):
    """CRNN (Shi et al. 2015, arXiv 1507.05717), small: (N, 1, 32, 96) to log-probabilities (24, N, 37). What the
    convolutions see is also said directly, beside the LSTM: without that CTC stays at blanks for thousands of steps."""

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for before, after, pool in ((1, 24, (2, 2)), (24, 48, (2, 2)), (48, 64, (2, 1)), (64, 96, (2, 1))):
            layers += [nn.Conv2d(before, after, 3, padding=1, bias=False), nn.BatchNorm2d(after), nn.ReLU(True),
                       nn.MaxPool2d(pool)]  # fmt: skip
        self.see = nn.Sequential(*layers)
        self.join = nn.Sequential(nn.Conv1d(192, 128, 3, padding=1, bias=False), nn.BatchNorm1d(128), nn.ReLU(True))
        self.read = nn.LSTM(128, 64, bidirectional=True)
        self.say, self.say_seen = nn.Linear(128, len(LETTERS) + 1), nn.Linear(128, len(LETTERS) + 1)

    def forward(self, pictures: Tensor) -> Tensor:
        seen = self.join(self.see((pictures - 0.5) * 4).flatten(1, 2)).permute(2, 0, 1)
        return (self.say(self.read(seen)[0]) + self.say_seen(seen)).log_softmax(-1)


def trained(crops: Crops, steps: int) -> Recogniser:
    """The network after `steps` batches; same start and same order for all crops of one number."""
    torch.manual_seed(0)
    network = Recogniser()
    learner = torch.optim.AdamW(network.parameters(), lr=LEARNING, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(learner, LEARNING, total_steps=steps, pct_start=0.1)
    codes = [torch.tensor([LETTERS.index(c) + 1 for c in w]) for w in crops.words]
    order = torch.cat([torch.randperm(len(codes)) for _ in range(1 + steps * BATCH // len(codes))])
    for step in range(steps):
        chosen = order[step * BATCH : (step + 1) * BATCH]
        said = network(crops.pictures[chosen])
        target = [codes[k] for k in chosen.tolist()]
        long = torch.tensor([len(t) for t in target])
        loss = nn.functional.ctc_loss(
            said, torch.cat(target), torch.full((len(target),), len(said)), long, zero_infinity=True
        )
        learner.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        learner.step()
        schedule.step()
        if step % 100 == 99:
            print(f"  step {step + 1}: loss {loss.item():.3f}", flush=True)
    return network.eval()


@torch.no_grad()
def read(network: Recogniser, pictures: Tensor) -> list[str]:
    """Best path: repeats merged, blanks left out."""
    best = torch.cat([network(part).argmax(-1).T for part in pictures.split(128)]).tolist()
    return ["".join(LETTERS[c - 1] for c, was in zip(row, [0, *row], strict=False) if c and c != was) for row in best]


def score(network: Recogniser, crops: Crops) -> tuple[float, float]:
    """Share of words read exactly, and wrong characters per character."""
    said = read(network, crops.pictures)
    right = sum(a == b for a, b in zip(said, crops.words, strict=True))
    wrong = sum(Levenshtein.distance(a, b) for a, b in zip(said, crops.words, strict=True))
    return right / len(said), wrong / sum(map(len, crops.words))


Matrix = dict[str, dict[str, tuple[float, float]]]


def row_of(maker: str, train: Crops, tests: Mapping[str, Crops], steps: int) -> dict[str, tuple[float, float]]:
    """One network on one core."""
    torch.set_num_threads(1)
    print(f"training on {maker}", flush=True)
    network = trained(train, steps)
    return {name: score(network, crops) for name, crops in tests.items()}


def measured(get: Callable[[str, str], Crops], steps: int) -> Matrix:
    tests = {maker: get(maker, "test") for maker in MAKERS}
    train = {maker: get(maker, "train") for maker in MAKERS}
    with ProcessPoolExecutor(len(MAKERS), multiprocessing.get_context("spawn")) as pool:
        rows = {maker: pool.submit(row_of, maker, train[maker], tests, steps) for maker in MAKERS}
        return {maker: row.result() for maker, row in rows.items()}


def markdown(matrix: Matrix) -> str:
    lines = ["| trained on | " + " | ".join(f"read on {m}" for m in MAKERS) + " |", "|---" * (len(MAKERS) + 1) + "|"]
    for maker, row in matrix.items():
        cells = [f"{100 * row[m][0]:.1f} % words, CER {100 * row[m][1]:.1f} %" for m in MAKERS]
        lines.append(f"| {maker} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def verdict(matrix: Matrix, tests: int) -> str:
    """The claim, peer by peer: read on one peer's crops, ours against the other peer; a difference within two standard
    errors is none."""
    said: list[str] = []
    for other, read_on in (("TRDG", "SynthTIGER"), ("SynthTIGER", "TRDG")):
        mine, theirs = matrix["ours"][read_on][0], matrix[other][read_on][0]
        error = ((mine * (1 - mine) + theirs * (1 - theirs)) / tests) ** 0.5
        how = "beats" if mine - theirs > 2 * error else "loses to" if theirs - mine > 2 * error else "is no better than"
        said.append(f"Read on {read_on}: ours ({100 * mine:.1f} %) {how} {other} ({100 * theirs:.1f} %).")
    return "\n".join(said)


def page(matrix: Matrix, size: Size, command: str) -> str:
    return f"""# What the word crops are worth in training

{size.train:,} crops to train on and {size.test:,} to read of each maker, {size.steps:,} steps of {BATCH}; words read
exactly (case ignored) and character error rate. Conditions: the docstring of `benchmarks/training_value.py`.

{markdown(matrix)}

{verdict(matrix, size.test)}

One network, one seed: with {size.test} crops the share of words is good to some {100 * 0.5 * 2 / size.test**0.5:.0f}
points (two standard errors). SynthTIGER runs with the three fonts of its checkout, TRDG with the fonts of its wheel.
TRDG's crops have letters of any colour on photographs; in grey many keep little contrast, and {size.train:,} of them
teach this network to read none. Our crops were made richer after some of the peers' test crops had been looked at.

    {command}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--synthtiger", type=Path, required=True, metavar="DIR", help="a checkout of SynthTIGER")
    parser.add_argument("--quick", action="store_true", help="a try: few crops, few steps")
    parser.add_argument("--crops", type=Path, help="folder in which crops are kept and found again")
    parser.add_argument("--remake", choices=MAKERS, action="append", default=[], help="make this one's crops anew")
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.name}")
    given = parser.parse_args()
    size = Size(300, 100, 60) if given.quick else Size(2000, 400, 1500)
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory() as spare:
        crops = given.crops or Path(spare)
        for maker in given.remake:
            for folder in crops.glob(f"{maker}-*"):
                shutil.rmtree(folder)
        try:
            words: dict[str, list[str]] = dict(zip(("train", "test"), word_lists(given.synthtiger), strict=True))
            counts: dict[str, int] = {"train": size.train, "test": size.test}
            matrix = measured(lambda m, p: made_by(m, p, counts[p], words[p], crops, given.synthtiger), size.steps)
        except (MissingPeer, FileNotFoundError) as e:
            sys.exit(str(e))
    print(markdown(matrix), verdict(matrix, size.test), sep="\n\n")
    if given.write:
        PAGE.write_text(page(matrix, size, "python benchmarks/training_value.py --synthtiger CHECKOUT --write"))


if __name__ == "__main__":
    main()
