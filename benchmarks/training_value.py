"""What word crops are worth to a recogniser: one small network trained on ours, on TRDG's, on SynthTIGER's crops, each
read on held-out crops of all three.

    python benchmarks/peers/setup.py --only trdg; python benchmarks/peers/setup.py --only synthtiger      once
    python benchmarks/training_value.py --synthtiger CHECKOUT [--inputs] [--quick] [--keep DIR] [--write]

The same for all three: the network (CRNN: four convolutions, one bidirectional LSTM, CTC; 36 letters and digits, case
ignored), its start, the number of crops, of steps, the order of batches, and the words: those of SynthTIGER's corpus,
ASCII letters and digits, 2 to 12 of them, a third each small, capital, capitalised; words to be read occur in no crop
that is trained on. The makers run as `benchmarks/scene_text.py` runs them, ours as the recipe's own steps, with what
each ships (fonts, pictures).

The start is one network a seed that has learnt to read plain words: black on white, one font, no maker's. A network
that starts from nothing stays at CTC's blanks for most of the steps that a processor has time for, and of crops hard to
read it then learns whole words by heart. Crops are shown in colour, the colours of each crop whitened; in training
pictures are turned in colour, scaled and moved a little. All that was chosen by what a network learns of TRDG's crops,
read on crops of TRDG held back from training; the crops to be read, any maker's, had no part in it. `--inputs`
measures the part of the colours.

Most of the time is SynthTIGER's crops (0.4 s each). `--keep DIR` keeps crops and networks and goes on from what is
there (`--remake ours` makes ours anew). `--quick` only shows that it runs: its few steps teach the network nothing.
`--write` writes docs/training_value.md. One thread.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import cv2
import Levenshtein
import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from mmrecipes.core.sample import Sample
from mmrecipes.flow.step import Drop, StepContext
from mmrecipes.recipes.qianfan_vl.word import task as word
from mmrecipes.render.degradation import degrade, draw_level
from mmrecipes.render.scene_text.word import draw_word, softened
from peers.scene_peers import MissingPeer, synthtiger, trdg
from recogniser import BATCH, INPUTS, Crops, Recogniser, read, shrunk, train

FONT = ImageFont.load_default(32)
HELD_BACK = 20  # one crop of so many
RESAMPLES = 4000
WORDS_OF_PART = 6000
CORPUS = "resources/corpus/mjsynth.txt"
LABELS = "labels.tsv"
PAGE = Path(__file__).parent.parent / "docs" / "training_value.md"
MAKERS = ("ours", "TRDG", "SynthTIGER")


@dataclass(frozen=True)
class Size:
    """How much is made and trained. Crops to train on are made in parts, each with a seed and words of its own."""

    train: tuple[int, ...]
    test: tuple[int, ...]
    start: int
    steps: int
    seeds: int


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
        pixels, done = softened(crop.pixels, context.rng)
        worn = degrade(pixels, crop.glyph_quads, level, context.rng, "scene")
        made: Any = word.word_verify(sample.drafting(crop=crop, softened=done, worn=worn, level=level))
        if isinstance(made, Drop):
            continue
        image = word.word_finish(made, StepContext(1, sample.id, "finish")).images[0]
        (folder / f"{len(labels)}.jpg").write_bytes(image.data)
        labels.append(f"{len(labels)}.jpg\t{text}\n")
    (folder / LABELS).write_text("".join(labels))


@dataclass(frozen=True)
class Bench:
    """Where crops and networks are kept, what they are made from, how many."""

    keep: Path
    checkout: Path
    size: Size
    inputs: str = "whitened"

    def crops(self, maker: str, use: Literal["train", "test"]) -> Crops:
        """The crops of a maker for "train" or "test"."""
        to_train, to_read = word_lists(self.checkout)
        words, counts = (to_train, self.size.train) if use == "train" else (to_read, self.size.test)
        parts: list[Crops] = []
        for seed, count in enumerate(counts):
            own = words[seed * WORDS_OF_PART : (seed + 1) * WORDS_OF_PART]
            folder = self.keep / f"{maker}-{use}{seed}-{count}"
            if not (folder / LABELS).exists():
                self.make(maker, count, own, seed, folder)
            parts.append(loaded(folder))
        return Crops(torch.cat([p.pictures for p in parts]), tuple(w for p in parts for w in p.words))

    def make(self, maker: str, count: int, words: list[str], seed: int, folder: Path) -> None:
        print(f"making {folder.name}", flush=True)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        if maker == "ours":
            return ours(count, words, folder)
        listed = folder / "words.txt"
        listed.write_text("\n".join(words))
        if maker == "TRDG":
            trdg(count, seed=seed, words=listed, save=folder)
        else:
            synthtiger("words", self.checkout, count, seed=seed, words=listed, save=folder)

    def start(self, seed: int) -> Recogniser:
        """The network that reads plain words."""
        words = word_lists(self.checkout)[0][-sum(self.size.train) :]
        torch.manual_seed(seed)
        return self.kept(
            f"start-seed{seed}", lambda: train(Recogniser(), plain(words), self.inputs, self.size.start, seed)
        )

    def network(self, maker: str, seed: int, held_back: int = 0) -> Recogniser:
        """The start trained on a maker's crops but the last `held_back`."""

        def learnt() -> Recogniser:
            crops = self.crops(maker, "train")
            crops = crops.part(slice(len(crops.words) - held_back))
            return train(self.start(seed), crops, self.inputs, self.size.steps, seed)

        return self.kept(f"{maker}-seed{seed}" + "-held" * bool(held_back), learnt)

    def kept(self, name: str, make: Callable[[], Recogniser]) -> Recogniser:
        saved = self.keep / f"{name}-{self.inputs}-{sum(self.size.train)}-{self.size.steps}.pt"
        if not saved.exists():
            print(f"training {saved.stem}", flush=True)
            torch.save(make().state_dict(), saved)
        network = Recogniser()
        network.load_state_dict(torch.load(saved, weights_only=True))
        return network.eval()

    def reading(self, networks: Sequence[Recogniser], crops: Crops) -> Reading:
        pictures = INPUTS[self.inputs](crops.pictures)
        said = [read(network, pictures) for network in networks]
        right = [[float(a == b) for a, b in zip(s, crops.words, strict=True)] for s in said]
        wrong = [[float(Levenshtein.distance(a, b)) for a, b in zip(s, crops.words, strict=True)] for s in said]
        return Reading(np.array(right), np.array(wrong), sum(map(len, crops.words)))


def plain(words: Sequence[str]) -> Crops:
    """Words in black on white, in Pillow's own font, with margins of up to half their height."""
    rng, drawn = random.Random(0), []
    for text in words:
        left, top, right, bottom = FONT.getbbox(text)
        margins = [rng.uniform(0, 0.5) * (bottom - top) for _ in range(4)]
        size = round(right - left + margins[0] + margins[1]), round(bottom - top + margins[2] + margins[3])
        page = Image.new("RGB", size, "white")
        ImageDraw.Draw(page).text((margins[0] - left, margins[2] - top), text, "black", FONT)
        drawn.append(np.asarray(page))
    return Crops(shrunk(drawn), tuple(text.lower() for text in words))


def loaded(folder: Path) -> Crops:
    rows = [line.split("\t") for line in (folder / LABELS).read_text().splitlines()]
    pictures = [np.asarray(cv2.imread(str(folder / name)), np.uint8) for name, _ in rows]
    return Crops(shrunk(pictures), tuple(text.lower() for _, text in rows))


@dataclass(frozen=True)
class Reading:
    """What networks of several seeds made of the same crops: words read exactly, wrong characters; (seeds, words)."""

    right: NDArray[np.float64]
    wrong: NDArray[np.float64]
    characters: int

    @property
    def words(self) -> float:
        return float(self.right.mean())

    @property
    def cer(self) -> float:
        return float(self.wrong.sum(1).mean()) / self.characters


def interval(per_word: NDArray[np.float64]) -> tuple[float, float]:
    """95 % of the means of as many words drawn again (bootstrap over words; seeds are averaged first)."""
    values = per_word.mean(0)
    drawn = np.random.default_rng(0).integers(len(values), size=(RESAMPLES, len(values)))
    low, high = np.percentile(values[drawn].mean(1), [2.5, 97.5])
    return float(low), float(high)


Matrix = dict[str, dict[str, Reading]]
START = "the start alone"


def measured(bench: Bench) -> Matrix:
    tests = {maker: bench.crops(maker, "test") for maker in MAKERS}
    seeds = range(bench.size.seeds)
    networks = {START: [bench.start(seed) for seed in seeds]}
    networks |= {maker: [bench.network(maker, seed) for seed in seeds] for maker in MAKERS}
    return {name: {test: bench.reading(n, crops) for test, crops in tests.items()} for name, n in networks.items()}


def inputs_measured(bench: Bench) -> dict[str, Reading]:
    """What a network learns of TRDG's crops by what it is shown, read on crops of TRDG held back from training."""
    count = sum(bench.size.train) // HELD_BACK
    held = bench.crops("TRDG", "train").part(slice(-count, None))
    benches = [replace(bench, inputs=name) for name in INPUTS]
    return {b.inputs: b.reading([b.network("TRDG", 0, held_back=count)], held) for b in benches}


def percent(value: float) -> str:
    return f"{100 * value:.1f}"


def table(matrix: Mapping[str, Mapping[str, Reading]]) -> str:
    lines = ["| trained on | " + " | ".join(f"read on {m}" for m in MAKERS) + " |", "|---" * (len(MAKERS) + 1) + "|"]
    for maker, row in matrix.items():
        cells: list[str] = []
        for test in MAKERS:
            low, high = interval(row[test].right)
            cells.append(
                f"{percent(row[test].words)} % ({percent(low)} to {percent(high)}), CER {percent(row[test].cer)} %"
            )
        lines.append(f"| {maker} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def verdict(matrix: Mapping[str, Mapping[str, Reading]]) -> str:
    """The claim, peer by peer: read on one peer's crops, ours against the other peer, word by word."""
    said: list[str] = []
    for other, test in (("TRDG", "SynthTIGER"), ("SynthTIGER", "TRDG")):
        mine, theirs = matrix["ours"][test], matrix[other][test]
        low, high = interval(mine.right - theirs.right)
        how = "beats" if low > 0 else "loses to" if high < 0 else "cannot be told from"
        said.append(
            f"- Read on {test}: ours ({percent(mine.words)} %) {how} {other} ({percent(theirs.words)} %); difference "
            f"{percent(low)} to {percent(high)} points."
        )
    return "\n".join(said)


def by_seed(matrix: Mapping[str, Mapping[str, Reading]]) -> str:
    """Words read exactly, network by network."""
    lines = ["| words, % | " + " | ".join(f"read on {m}" for m in MAKERS) + " |", "|---" * (len(MAKERS) + 1) + "|"]
    for maker, row in matrix.items():
        cells = [" / ".join(percent(float(share)) for share in row[test].right.mean(1)) for test in MAKERS]
        lines.append(f"| {maker} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def why(shown: Mapping[str, Reading], train: int) -> str:
    held = train // HELD_BACK
    lines = [f"""
## Why the colours are whitened

TRDG writes letters of any colour on photographs: in grey, many differ from the ground by nothing. Whitened, the colours
of a ground shrink and letters of another colour stand out. One network each on {train - held:,} of TRDG's training
crops, read on the {held} others:

| shown in | words | CER |
|---|---|---|"""]  # fmt: skip
    for name, got in shown.items():
        low, high = interval(got.right)
        lines.append(f"| {name} | {percent(got.words)} % ({percent(low)} to {percent(high)}) | {percent(got.cer)} % |")
    return "\n".join(lines) + "\n"


def page(matrix: Matrix, shown: Mapping[str, Reading], size: Size, command: str) -> str:
    train, test = sum(size.train), sum(size.test)
    return f"""# What the word crops are worth in training

One small recogniser, which has learnt to read plain black words, trained on {train:,} crops of one maker and read on
{test:,} of each; {size.steps:,} steps of {BATCH}, {size.seeds} networks each. Words read exactly (case ignored) with
95 % intervals (bootstrap over the words; the networks are averaged), and character error rate. Conditions: the
docstring of `benchmarks/training_value.py`.

{table(matrix)}

{verdict(matrix)}

The intervals say how well the words read stand for others, not how much networks differ. Network by network:

{by_seed(matrix)}

SynthTIGER runs with the three fonts of its checkout, TRDG with the fonts and photographs of its wheel. Our crops were
made richer once, when some of the peers' test crops had been looked at; for this page they were not changed.
{why(shown, train) if shown else ""}
    {command}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--synthtiger", type=Path, required=True, metavar="DIR", help="a checkout of SynthTIGER")
    parser.add_argument("--inputs", action="store_true", help="measure what whitening the colours is worth, too")
    parser.add_argument("--quick", action="store_true", help="a try: few crops, few steps")
    parser.add_argument(
        "--keep", type=Path, metavar="DIR", help="folder in which crops and networks are kept and found"
    )
    parser.add_argument("--remake", choices=MAKERS, action="append", default=[], help="make this one's crops anew")
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.name}")
    given = parser.parse_args()
    size = Size((20, 20), (20,), 20, 20, 1) if given.quick else Size((2000, 2000), (400,), 400, 1000, 2)
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory() as spare:
        bench = Bench(given.keep or Path(spare), given.synthtiger, size)
        for maker in given.remake:
            for found in bench.keep.glob(f"{maker}-*"):
                shutil.rmtree(found) if found.is_dir() else found.unlink()
        try:
            matrix, shown = measured(bench), inputs_measured(bench) if given.inputs else {}
        except (MissingPeer, FileNotFoundError) as e:
            sys.exit(str(e))
    print(table(matrix), verdict(matrix), by_seed(matrix), sep="\n\n")
    if shown:
        print(why(shown, sum(size.train)))
    if given.write:
        command = "python benchmarks/training_value.py --synthtiger CHECKOUT " + "--inputs " * given.inputs + "--write"
        PAGE.write_text(page(matrix, shown, size, command))


if __name__ == "__main__":
    main()
