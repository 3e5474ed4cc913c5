"""The picture itself, and what is written about it brought to symbols.

A picture that cannot be opened ends its sample here, before anybody is asked about it. Covered: EXIF turns, boxes
in pixels or in parts, which classes are boxed completely, scenes drawn on the spot. Not covered: finding objects.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar, Literal

from mmrecipes.core.boxes import Box, quad_of
from mmrecipes.core.identity import file_sha256
from mmrecipes.core.image import FileRange, Image, ImageError, image_from_file
from mmrecipes.core.sample import Message, Region, Sample, user
from mmrecipes.flow.step import Drop
from mmrecipes.formats.frames import Frame
from mmrecipes.formats.pictures import Picture, PictureError, read_picture
from mmrecipes.recipes.llava.context import pixels_of, symbols_of
from mmrecipes.steps.geometry import place

READS = ("draft.path", "draft.wrong")
ImagePosition = Literal["first", "random"]


def opening_turn(image: Image, question: str, position: ImagePosition, rng: random.Random) -> Message:
    """The first turn of a person: the picture before the question, or by chance after it."""
    after = position == "random" and rng.random() < 0.5
    return user(question, image) if after else user(image, question)


def opened(path: Path, declared: Sequence[Any] | None) -> Picture:
    """The picture upright; without a declared size, coordinates are those of the upright picture. Raises
    `PictureError`."""
    if declared is not None:
        found = read_picture(path, (declared[0], declared[1]))
        return replace(found, image=_left_in_file(found.image, path))
    try:
        image = image_from_file(path)
    except ImageError as e:
        raise PictureError(e.reason, f"{path.name}: {e}") from e
    return Picture(image, image.size, 1)


def known_wrong(sample: Sample) -> Drop | None:
    """What the source has found to be wrong with the row."""
    reason, _, detail = sample.draft["wrong"].partition(": ")
    return Drop(reason, detail) if reason else None


def picture_of(sample: Sample) -> Picture | Drop:
    """The picture that the draft points at, or draws."""
    if scene := sample.draft.get("scene"):
        from mmrecipes.recipes.llava.invented import picture

        image = picture(scene)
        return Picture(image, image.size, 1)
    if wrong := known_wrong(sample):
        return wrong
    path = Path(sample.draft["path"])
    try:
        return opened(path, sample.draft.get("declared"))
    except PictureError as e:
        return Drop(e.reason, str(e))


def _left_in_file(image: Image, path: Path) -> Image:
    """The image without its bytes where the file has the very same ones, so that none wait with a sample for the
    teacher; one that was turned or converted keeps them."""
    if file_sha256(path) != image.sha256:
        return image
    return replace(image, source=FileRange(path.resolve(), 0, path.stat().st_size))


@dataclass(frozen=True, slots=True)
class Look:
    """Opens or draws the picture and brings captions and boxes to symbols in its frame.

    With `exhaustive`, every object of the classes that the input names is taken to be boxed, but for those of which
    an annotation is unusable.
    """

    exhaustive: bool
    reads: ClassVar = READS
    writes: ClassVar = ("images", "regions", "truth", "draft.symbols", "draft.complete", "meta")

    def __call__(self, sample: Sample) -> Sample | Drop:
        if scene := sample.draft.get("scene"):
            return _drawn(sample, scene)
        picture = picture_of(sample)
        if isinstance(picture, Drop):
            return picture
        frame = Frame(picture.declared, picture.orientation, picture.image.size)
        annotations = [_in_pixels(a, picture.declared) for a in sample.draft["annotations"]]
        placed = place(annotations, frame, 0.0, 0.0, "yx")
        boxes = [(one.category, one.box) for one in placed.instances]
        complete = set(sample.draft["classes"]) - placed.incomplete if self.exhaustive and boxes else set()
        truth = {"captions": sample.draft["captions"], "boxes": [{"name": n, "xyxy": list(b)} for n, b in boxes]}
        meta = {**sample.meta, "annotations_dropped": dict(placed.dropped)}
        sample = sample.having(meta=meta, truth=truth)
        return _seen(sample, picture.image, sample.draft["captions"], boxes, complete)


def _in_pixels(annotation: dict[str, Any], size: tuple[int, int]) -> dict[str, Any]:
    if "parts" not in annotation:
        return annotation
    x0, y0, x1, y1 = pixels_of(annotation["parts"], size)
    return {**annotation, "bbox": [x0, y0, x1 - x0, y1 - y0]}


def _seen(
    sample: Sample, image: Image, captions: Sequence[str], boxes: Sequence[tuple[str, Box]], complete: set[str]
) -> Sample:
    symbols = symbols_of(captions, boxes, image.size)
    regions = tuple(Region(image.sha256, name, quad_of(box)) for name, box in boxes)
    return sample.having(images=(image,), regions=regions).drafting(symbols=symbols, complete=complete)


def _drawn(sample: Sample, scene: dict[str, Any]) -> Sample:
    from mmrecipes.recipes.llava.invented import seen_in

    image, captions, boxes, classes = seen_in(scene)
    return _seen(sample, image, captions, boxes, classes)
