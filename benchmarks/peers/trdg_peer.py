"""Word crops by TextRecognitionDataGenerator, per CPU-second; runs in its own virtual environment.

    python trdg_peer.py COUNT [--seed N] [--words FILE --save FOLDER]

64 pixels high, on the photographs and in the fonts of its wheel, colours over the whole range, random blur, random skew
and sine distortion; boxes of the characters from its masks. Words on which it gives no picture (ink too close to the
ground) are left out, their time counts. `--save` writes the crops as JPEG, as its command does, and `labels.tsv` beside
them. Prints JSON: count, CPU seconds.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import random
import time
from pathlib import Path

import numpy as np
import trdg  # pyright: ignore[reportMissingImports]
from trdg.generators import GeneratorFromStrings  # pyright: ignore[reportMissingImports]
from trdg.utils import mask_to_bboxes  # pyright: ignore[reportMissingImports]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--words", type=Path)
    parser.add_argument("--save", type=Path)
    given = parser.parse_args()
    random.seed(given.seed)
    np.random.seed(given.seed)
    rng = random.Random(0)
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = ["".join(rng.choice(letters) for _ in range(rng.randint(3, 10))) for _ in range(given.count)]
    if given.words:
        words = given.words.read_text().split()
    made = GeneratorFromStrings(
        words, size=64, blur=1, random_blur=True, skewing_angle=5, random_skew=True, distorsion_type=1,
        background_type=3, language="en", text_color="#000000,#FFFFFF", output_mask=True,
        image_dir=str(Path(str(trdg.__file__)).parent / "images"),
    )  # fmt: skip
    random.shuffle(made.fonts)
    next(made)
    done, labels, began = 0, [], time.process_time()
    while done < given.count:
        with contextlib.redirect_stdout(io.StringIO()):  # it prints what it leaves out
            pictures, word = next(made)
        if pictures is None:
            continue
        image, mask = pictures
        mask_to_bboxes(mask)
        if given.save:
            image.save(given.save / f"{done}.jpg")
            labels.append(f"{done}.jpg\t{word}\n")
        done += 1
    seconds = time.process_time() - began
    if given.save:
        (given.save / "labels.tsv").write_text("".join(labels))
    print(json.dumps({"made": done, "seconds": seconds}))


if __name__ == "__main__":
    main()
