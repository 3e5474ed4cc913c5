"""A step that wears the pictures of any recipe and moves with them all that says where something is.

Covered: every picture of a sample at one level; messages and alternatives show the worn pictures; regions, label maps
among the extras, and the quads and `image_size` in `truth` follow. Transparent, CMYK, 16-bit and turned (EXIF) pictures
are made upright RGB first. Not covered: coordinates in texts, and places that `truth` states otherwise than as quads:
recipes with such use `moving=False`, or `move_quads` with the log in `meta`.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from mmrecipes.canvas.encode import encode
from mmrecipes.core.boxes import Quad
from mmrecipes.core.image import Image, ImageError, image_from_bytes, trusted_image
from mmrecipes.core.sample import Extra, Message, Part, Region, Sample
from mmrecipes.flow.step import Drop, StepContext
from mmrecipes.render.degradation import LEVELS, PROFILES, ProfileName, Worn, degrade, draw_level, move_quads
from mmrecipes.render.degradation.geometry import logged
from mmrecipes.render.degradation.warp import move_labels
from mmrecipes.render.degradation.wear import Log


class _Refused(ValueError):
    """A sample that cannot be worn whole; `reason` is the drop's code."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Degrade:
    """Wears pictures at a level drawn with the weights `levels` (clean, 1, 2, 3).

    `label_maps` names extras whose pixels are labels: each belongs to the picture of its size and moves with it by
    nearest neighbour; other extras stay as they are (a clean version is one). `meta.degrade` holds level, profile and,
    for each picture in order, the log. Drops a sample with the reason of `ImageError` where a picture cannot be used,
    else `image_size_differs`, `label_map_unplaced`, `label_map_form` or `truth_places_unclear` (quads in the truth of a
    sample with several pictures).
    """

    profile: ProfileName = "page"
    levels: tuple[float, float, float, float] = LEVELS
    moving: bool = True
    label_maps: tuple[str, ...] = ("mask",)
    reads: ClassVar[tuple[str, ...]] = ("images",)
    writes: ClassVar[tuple[str, ...]] = ("images", "messages", "alternatives", "regions", "extras", "truth", "meta")
    name: ClassVar[str] = "degrade"

    def __post_init__(self) -> None:
        if self.profile not in PROFILES:
            raise ValueError(f"profile must be one of {', '.join(PROFILES)}, not {self.profile}")
        if len(self.levels) != 4 or min(self.levels) < 0 or sum(self.levels) <= 0:
            raise ValueError("levels must be four weights, none negative, not all zero")

    def __call__(self, sample: Sample, context: StepContext) -> Sample | Drop:
        rng = context.rng
        level = draw_level(rng, self.levels)
        if level == 0:
            return sample.having(meta={**sample.meta, "degrade": self._said(0, [[] for _ in sample.images])})
        try:
            worn: dict[str, Worn] = {}
            for image in sample.images:
                if image.sha256 not in worn:
                    pixels, quads = _upright(image), _quads_on(sample, image)
                    worn[image.sha256] = degrade(pixels, quads, level, rng, self.profile, moving=self.moving)
            return _with(sample, worn, self.label_maps, self._said(level, [worn[i.sha256].log for i in sample.images]))
        except (ImageError, _Refused) as e:
            return Drop(e.reason, str(e))

    def _said(self, level: int, logs: list[Log]) -> dict[str, Any]:
        return {"level": level, "profile": self.profile, "logs": [[list(entry) for entry in log] for log in logs]}


def _upright(image: Image) -> np.ndarray:
    upright = image_from_bytes(image.same_data())
    if upright.size != image.size:
        raise _Refused("image_size_differs", f"stated {image.size}, found {upright.size}")
    return upright.decode()


def _quads_on(sample: Sample, image: Image) -> np.ndarray:
    return np.array([r.quad for r in sample.regions if r.ref == image.sha256], np.float64).reshape(-1, 4, 2)


def _with(sample: Sample, worn: Mapping[str, Worn], label_maps: tuple[str, ...], said: dict[str, Any]) -> Sample:
    """The sample with everything that pointed to the clean pictures pointing to the worn ones."""
    logs = {sha256: w.log for sha256, w in worn.items()}
    images = {sha256: encode(w.pixels, w.form, w.quality or 90) for sha256, w in worn.items()}
    extras, maps = [], {}
    for extra in sample.extras:
        if extra.name in label_maps:
            log = _log_of_size(sample, extra, logs)
            moved = maps[extra.image.sha256] = _moved_labels(extra.image, log)
            logs.setdefault(extra.image.sha256, log)
            extra = replace(extra, image=moved)
        extras.append(extra)
    held = {sha256: image.sha256 for sha256, image in {**maps, **images}.items()}
    return sample.having(
        images=tuple(images[i.sha256] for i in sample.images),
        extras=tuple(extras),
        messages=tuple(_showing(m, held) for m in sample.messages),
        alternatives=tuple(
            replace(a, messages=tuple(_showing(m, held) for m in a.messages)) for a in sample.alternatives
        ),
        regions=tuple(_moved(r, held, logs) for r in sample.regions),
        truth=_moved_truth(sample, logs, images),
        meta={**sample.meta, "degrade": said},
    )


def _showing(message: Message, held: Mapping[str, str]) -> Message:
    return replace(message, parts=tuple(p if p.image is None else Part(image=held.get(p.image, p.image))
                                        for p in message.parts))  # fmt: skip


def _moved(region: Region, held: Mapping[str, str], logs: Mapping[str, Log]) -> Region:
    if region.ref not in held:
        return region
    return replace(region, ref=held[region.ref], quad=_moved_quad(region.quad, logs[region.ref]))


def _moved_quad(quad: Any, log: Log) -> Quad:
    a, b, c, d = ((x, y) for x, y in move_quads(np.array([quad], np.float64), log)[0].tolist())
    return (a, b, c, d)


def _log_of_size(sample: Sample, extra: Extra, logs: Mapping[str, Log]) -> Log:
    """The log of the one picture that a label map is about."""
    about = {i.sha256 for i in sample.images if i.size == extra.image.size}
    if len(about) != 1:
        raise _Refused("label_map_unplaced", f"{extra.name} of {extra.image.size} fits {len(about)} pictures")
    return logs[about.pop()]


_LABEL_FORMS = {"1": "L", "L": "L", "P": "P", "I;16": "I;16", "RGB": "RGB", "RGBA": "RGBA"}


def _moved_labels(image: Image, log: Log) -> Image:
    """A label map through a log's geometry; a palette and 16-bit labels are kept."""
    from PIL import Image as Pil

    geometry = logged(log)
    if geometry is None:
        return image
    with Pil.open(io.BytesIO(image.same_data())) as im:
        if im.mode not in _LABEL_FORMS:
            raise _Refused("label_map_form", f"a label map of mode {im.mode}")
        labels = np.asarray(im if im.mode != "1" else im.convert("L"))
        moved = Pil.fromarray(move_labels(labels, geometry))
        if im.mode == "P":
            moved.putpalette(im.getpalette() or [])
    out = io.BytesIO()
    moved.save(out, "PNG")
    return trusted_image(out.getvalue(), "image/png", *moved.size)


def _moved_truth(sample: Sample, logs: Mapping[str, Log], images: Mapping[str, Image]) -> Mapping[str, Any]:
    """The truth with what stands under keys that end in `quad` and under `image_size` as it is in the worn picture."""
    if not _states_places(sample.truth):
        return sample.truth
    if len({i.sha256 for i in sample.images}) != 1:
        raise _Refused("truth_places_unclear", "the truth holds quads and the sample several pictures")
    (image,) = {i.sha256: i for i in sample.images}.values()
    return _walked(sample.truth, logs[image.sha256], list(images[image.sha256].size))


def _walked(value: Any, log: Log, size: list[int]) -> Any:
    if isinstance(value, Mapping):
        return {k: size if k == "image_size" and v else
                [list(p) for p in _moved_quad(v, log)] if _is_quad(k, v) else _walked(v, log, size)
                for k, v in value.items()}  # fmt: skip
    return [_walked(v, log, size) for v in value] if isinstance(value, (list, tuple)) else value


def _states_places(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(k == "image_size" or _is_quad(k, v) or _states_places(v) for k, v in value.items())
    return isinstance(value, (list, tuple)) and any(map(_states_places, value))


def _is_quad(key: str, value: Any) -> bool:
    if not key.endswith("quad") or not isinstance(value, (list, tuple)) or len(value) != 4:
        return False
    return all(isinstance(p, (list, tuple)) and len(p) == 2 for p in value)
