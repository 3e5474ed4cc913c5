"""Word crops by TextRecognitionDataGenerator, per CPU-second: `python trdg_peer.py COUNT PICTURES`.

Runs in its own environment. 64 pixels high, on photographs, with random blur, random skew and sine distortion; no
boxes. Prints count and CPU seconds.
"""

from __future__ import annotations

import random
import sys
import time

from trdg.generators import GeneratorFromStrings  # pyright: ignore[reportMissingImports]


def main() -> None:
    count, pictures = int(sys.argv[1]), sys.argv[2]
    rng = random.Random(0)
    words = ["".join(rng.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(rng.randint(3, 10))) for _ in range(count)]
    made = GeneratorFromStrings(
        words, count=count, size=64, blur=1, random_blur=True, skewing_angle=5, random_skew=True, distorsion_type=1,
        background_type=3, image_dir=pictures, language="en",
    )  # fmt: skip
    next(made)
    began, done = time.process_time(), 0
    for image, _ in made:
        done += image is not None
        if done == count - 1:
            break
    print(done, time.process_time() - began)


if __name__ == "__main__":
    main()
