"""Rules and pair deduplication over JPEG rows, beside Data-Juicer with the same operators in the same run.

    python benchmarks/peers/setup.py --only data-juicer       (once: an environment of its own)
    python benchmarks/curation.py [--rows N] [--alone]

Makes N rows (default 20,000) of photographs from scikit-image and scikit-learn, cropped, recoloured, 640x480, each with
a question; among them pictures saved again under the same question, the same rows once more, tiny and long pictures,
texts that are too short, too long or repeat themselves. Both tools read the same JSON lines on as many processes as
there are cores: least side, aspect ratio, number of words, repeated 5-grams, duplicates by pHash and text. Data-Juicer
writes JSON lines that name the pictures; mmrecipes writes the dataset with the pictures in it, the ledger and the
report. The rows that each keeps are compared one by one. Machines are noisy: what counts is the ratio.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from multiprocessing import Pool
from pathlib import Path

from PIL import Image as Pil
from PIL import ImageEnhance
from rich.console import Console
from rich.table import Table
from skimage import data
from sklearn.datasets import load_sample_images

from peers.setup import VENVS, python

RECIPE = Path(__file__).parent / "curation_recipe.py"
SIZE = (640, 480)
SUBJECTS = ("animal", "person", "building", "vehicle", "plant", "tool", "flower", "instrument", "boat", "sign", "tree")
QUESTIONS = (
    "How many {}s are there in the picture?", "What colour is the {} on the left?", "Describe the {} in detail.",
    "Is there a {} behind the largest object?", "Where is the {} relative to the centre?",
)  # fmt: skip
KINDS = {"plain": 0.80, "saved_again": 0.08, "twice": 0.06, "tiny": 0.015, "long": 0.015, "short_text": 0.01,
         "long_text": 0.01, "repeated_text": 0.01}  # fmt: skip
DATA_JUICER = """
dataset_path: {rows}
export_path: {out}
np: {processes}
text_keys: text
op_fusion: true
open_tracer: false
process:
  - image_shape_filter: {{min_width: 32, min_height: 32, any_or_all: all}}
  - image_aspect_ratio_filter: {{min_ratio: 0.2, max_ratio: 5.0, any_or_all: all}}
  - words_num_filter: {{min_num: 2, max_num: 400}}
  - word_repetition_filter: {{rep_len: 5, max_ratio: 0.6}}
  - image_deduplicator: {{method: phash, consider_text: true}}
"""


@dataclass(frozen=True)
class Outcome:
    kept: frozenset[str]
    wall: float
    cpu: float


def photograph(rng: random.Random, sources: list[Pil.Image]) -> Pil.Image:
    """A part of a photograph with its own colours, at the usual size."""
    picture = rng.choice(sources)
    share = rng.uniform(0.35, 0.95)
    width, height = round(picture.width * share), round(picture.height * share)
    x, y = rng.randint(0, picture.width - width), rng.randint(0, picture.height - height)
    part = picture.crop((x, y, x + width, y + height)).resize(SIZE, Pil.Resampling.BICUBIC)
    return ImageEnhance.Brightness(ImageEnhance.Contrast(part).enhance(rng.uniform(0.7, 1.3))).enhance(
        rng.uniform(0.8, 1.2)
    )


def make_rows(job: tuple[int, int, Path]) -> list[dict[str, object]]:
    """Rows `start` to `stop`; duplicates are of rows in the same stretch."""
    start, stop, folder = job
    sources = [
        Pil.fromarray(p)
        for p in (
            *load_sample_images().images,
            data.astronaut(),
            data.chelsea(),
            data.coffee(),
            data.rocket(),
            data.retina(),
            data.hubble_deep_field(),
        )
    ]
    plain: list[tuple[Pil.Image, dict[str, object]]] = []
    made = []
    for index in range(start, stop):
        rng = random.Random(index)
        kind = rng.choices(list(KINDS), list(KINDS.values()))[0] if len(plain) > 2 else "plain"
        picture, text = photograph(rng, sources), rng.choice(QUESTIONS).format(rng.choice(SUBJECTS))
        path, quality = folder / f"{index:06d}.jpg", rng.choice([88, 92, 95])
        if kind in ("saved_again", "twice"):
            picture, original = rng.choice(plain[-40:])
            text, quality = str(original["text"]), 85
        picture = {"tiny": picture.resize((24, 18)), "long": picture.resize((1200, 160))}.get(kind, picture)
        text = {
            "short_text": "Why?",
            "long_text": " ".join(f"{text} {i}" for i in range(80)),
            "repeated_text": " ".join([text] * 20),
        }.get(kind, text)
        if kind == "twice":
            shutil.copyfile(original["images"][0], path)
        else:
            picture.save(path, "JPEG", quality=quality)
        row: dict[str, object] = {
            "id": f"{index:06d}",
            "text": text,
            "images": [str(path)],
            "answer": "two",
            "kind": kind,
        }
        made.append(row)
        if kind == "plain":
            plain = [*plain[-40:], (picture, row)]
    return made


def make_input(folder: Path, rows: int) -> Path:
    (folder / "pictures").mkdir()
    jobs = [(i, min(rows, i + 500), folder / "pictures") for i in range(0, rows, 500)]
    with Pool(len(os.sched_getaffinity(0))) as pool, (folder / "rows.jsonl").open("w") as out:
        for made in pool.imap(make_rows, jobs):
            out.writelines(json.dumps(row) + "\n" for row in made)
    return folder / "rows.jsonl"


def timed(command: list[str], log: Path) -> tuple[float, float]:
    """Wall seconds and CPU seconds of a command with all it starts."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    with log.open("w") as out:
        code = subprocess.run(command, stdout=out, stderr=subprocess.STDOUT, check=False).returncode
    if code:
        raise SystemExit(f"{' '.join(command)} ended with {code}:\n{log.read_text()[-3000:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.perf_counter() - began, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def ours(folder: Path, rows: Path, max_hamming: int) -> Outcome:
    import pyarrow.parquet as pq

    out = folder / f"ours-{max_hamming}"
    command = [sys.executable, "-m", "mmrecipes.cli.main", "run", str(RECIPE), "--out", str(out)]
    settings = ["--set", f"rows={json.dumps(str(rows))}", "--set", f"max_hamming={max_hamming}"]
    wall, cpu = timed([*command, *settings], folder / "ours.log")
    files = (out / "data").rglob("*.parquet")
    kept = frozenset(name for f in files for name in pq.read_table(f, columns=["id"])["id"].to_pylist())
    shutil.rmtree(out)
    return Outcome(kept, wall, cpu)


def data_juicer(folder: Path, rows: Path, venvs: Path) -> Outcome:
    out, config = folder / "peer" / "kept.jsonl", folder / "data_juicer.yaml"
    cores = len(os.sched_getaffinity(0))
    config.write_text(DATA_JUICER.format(rows=rows, out=out, processes=cores))
    program = python(venvs / "data-juicer").parent / "dj-process"
    wall, cpu = timed([str(program), "--config", str(config)], folder / "peer.log")
    return Outcome(frozenset(json.loads(line)["id"] for line in out.read_text().splitlines()), wall, cpu)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--venvs", type=Path, default=VENVS, help="folder of the environments (default: %(default)s)")
    parser.add_argument("--alone", action="store_true", help="without Data-Juicer")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = make_input(Path(folder), given.rows)
        kinds = {r["id"]: r["kind"] for r in map(json.loads, rows.read_text().splitlines())}
        found = {"mmrecipes": ours(Path(folder), rows, 0), "mmrecipes, 2 bits": ours(Path(folder), rows, 2)}
        if not given.alone:
            found["Data-Juicer"] = data_juicer(Path(folder), rows, given.venvs)
        show(found, kinds)


def show(found: dict[str, Outcome], kinds: dict[str, str]) -> None:
    table = Table("", "rows/s", "CPU ms a row", "kept", *KINDS, title=f"{len(kinds):,} rows of JPEG and text; kept of")
    for name, one in found.items():
        by_kind = Counter(kinds[i] for i in one.kept)
        shares = [f"{by_kind[k]}/{sum(v == k for v in kinds.values())}" for k in KINDS]
        speed, cost = f"{len(kinds) / one.wall:.0f}", f"{one.cpu / len(kinds) * 1e3:.2f}"
        table.add_row(name, speed, cost, str(len(one.kept)), *shares)
    Console(width=160).print(table)
    if peer := found.get("Data-Juicer"):
        for name in ("mmrecipes", "mmrecipes, 2 bits"):
            mine = found[name]
            only = [Counter(kinds[i] for i in a.kept - b.kept) for a, b in ((mine, peer), (peer, mine))]
            print(f"{name}: {peer.wall / mine.wall:.1f} times the rows/s, {peer.cpu / mine.cpu:.1f} times less CPU; "
                  f"{len(mine.kept ^ peer.kept)} rows decided differently: kept here only {dict(only[0])}, "
                  f"there only {dict(only[1])}")  # fmt: skip


if __name__ == "__main__":
    main()
