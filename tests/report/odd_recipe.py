"""A recipe for the tests of the report: pictures with regions, text alone, hostile text, drops, one error."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import cv2
import numpy as np

from mmrecipes import (
    Drop,
    Pipeline,
    RecipeParams,
    Region,
    Sample,
    Seeds,
    assistant,
    image_from_bytes,
    quad_of,
    step,
    user,
)  # fmt: skip

HOSTILE = '<script>document.title = "owned"</script><img src="http://evil.example/x.png" onerror="x()"> & {{ 7 * 7 }}'
BOX = (40.0, 30.0, 120.0, 90.0)


class Params(RecipeParams):
    keep: bool = True
    note: str = HOSTILE


def source(params: Params, inputs: Mapping[str, Path]) -> Seeds:
    return Seeds("odd", {"boxes": 2.0, "words": 1.0})


def picture(index: int) -> bytes:
    pixels = np.full((160, 240, 3), 255, np.uint8)
    cv2.rectangle(pixels, (40, 30), (119, 89), (30 * (index % 7), 160, 60), -1)
    return cv2.imencode(".png", pixels)[1].tobytes()


@step(reads=("draft.index",), writes=("images", "regions", "messages", "truth", "meta"))
def make(sample: Sample) -> Sample | Drop:
    index = sample.draft["index"]
    image = image_from_bytes(picture(index))
    seen = sample.having(
        images=(image,),
        regions=(Region(image.sha256, "box", quad_of(BOX), HOSTILE),),
        messages=(user(image, f"{HOSTILE} What is number {index}?"), assistant("</div></script>" + "long " * 900)),
    )
    if index % 3 == 2:
        return Drop("every_third", f"index {index} {HOSTILE}")
    if sample.subset == "words":
        seen = seen.having(images=(), regions=(), messages=(user(f"Only words {index}"), assistant("yes")))
    if index == 4 and sample.subset == "boxes":
        raise ValueError(HOSTILE)
    return seen.having(
        truth={"index": index, "text": HOSTILE}, meta={"shape": ["round", "square"][index % 2], "nonce": str(index)},
        difficulty=1 + index % 4,
    )  # fmt: skip


def pipeline(params: Params) -> Pipeline:
    def drop_all(sample: Sample) -> Sample | Drop:
        return sample if params.keep else Drop("nothing_kept")

    return Pipeline(make, drop_all)
