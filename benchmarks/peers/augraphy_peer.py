"""Augraphy's default pipeline on one picture, again and again; runs in its own virtual environment.

    python augraphy_peer.py PAGE.png COUNT

Choices, each the fairest found: the pipeline is made once; every seed is run twice and the second time counts, so that
neither loading nor compiling (numba) is measured; a page it fails on is counted apart. Prints JSON: CPU seconds of each
page, failures, version.
"""

from __future__ import annotations

import json
import random
import sys
import time
import warnings
from importlib import metadata
from typing import Any

warnings.filterwarnings("ignore")

import augraphy  # noqa: E402
import cv2  # noqa: E402
import numpy as np  # noqa: E402


def main() -> None:
    page, count = cv2.imread(sys.argv[1]), int(sys.argv[2])
    cv2.setNumThreads(1)
    pipeline: Any = augraphy.default_augraphy_pipeline()
    seconds, failed = [], []
    for turn in range(2):
        for seed in range(count):
            random.seed(seed)
            np.random.seed(seed)
            began = time.process_time()
            try:
                pipeline(page.copy())
            except Exception as e:  # noqa: BLE001 - what it cannot do is counted, not mended
                if turn:
                    failed.append(f"{type(e).__name__}: {str(e)[:80]}")
                continue
            if turn:
                seconds.append(time.process_time() - began)
    print(json.dumps({"seconds": seconds, "failed": failed, "version": metadata.version("augraphy")}))


if __name__ == "__main__":
    main()
