"""The columns of a dataset file, and a sample as a row and back.

Covered: the Arrow schema with the `huggingface` metadata that makes `datasets.load_dataset` decode the images, how
each column is encoded, samples to rows and rows to samples. Not covered: files (see `dataset`), exports (see
`formats/`). Not kept: `draft`, and corners of regions beyond single precision (1/4000 of a pixel at 4,000 pixels).

`images` are in the order of the message parts, one shown twice standing twice; a sample without messages has all
its images there. Images that no message shows (those of alternatives) are extras with an empty name. A sample read
back has its images in that order, each once.
"""

from __future__ import annotations

import functools
import io
import math
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from mmrecipes.core.boxes import Quad
from mmrecipes.core.errors import InputError
from mmrecipes.core.identity import canonical_json
from mmrecipes.core.image import Image
from mmrecipes.core.sample import Alternative, Extra, Message, Part, Region, Sample, shown_images
from mmrecipes.store.columns import table_of

SIDE_FILE = "$file"
"""A truth that lies in a file of its own is `{"$file": name}`, the name relative to the data file's folder."""
_SIDE_NAME = re.compile(r"truth/[0-9a-f]{64}\.json")

_MEDIA_TYPES = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp"}
IMAGE = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
"""What `datasets` takes for an image."""
_PART = pa.struct([("type", pa.string()), ("text", pa.string()), ("ref", pa.string())])
_MESSAGES = pa.list_(pa.struct([("role", pa.string()), ("content", pa.list_(_PART))]))
_REGION = pa.struct(
    [("ref", pa.string()), ("label", pa.string()), ("text", pa.string()), ("quad", pa.list_(pa.float32()))]
)
_COLUMNS: list[tuple[str, pa.DataType]] = [
    *((name, pa.string()) for name in ("id", "subset", "split", "group", "kind", "recipe", "task", "language")),
    *((name, pa.string()) for name in ("source", "licence", "truth_source")),
    ("difficulty", pa.int8()),
    ("stand_in", pa.bool_()),
    ("images", pa.list_(IMAGE)),
    ("messages", _MESSAGES),
    ("alternatives", pa.list_(pa.struct([("verdict", pa.string()), ("messages", _MESSAGES)]))),
    ("extras", pa.list_(pa.struct([("name", pa.string()), ("image", IMAGE)]))),
    ("regions", pa.list_(_REGION)),
    ("image_sha256", pa.list_(pa.string())),
    ("parents", pa.list_(pa.string())),
    *((name, pa.string()) for name in ("truth", "scores", "meta")),
]
_SCALARS = (
    "id", "subset", "split", "group", "kind", "task", "language", "source", "licence", "truth_source", "difficulty",
    "stand_in",
)  # fmt: skip


def _feature(kind: pa.DataType) -> dict[str, Any]:
    """An Arrow type as a `datasets` feature."""
    if kind == IMAGE:
        return {"_type": "Image"}
    if isinstance(kind, pa.ListType):
        return {"feature": _feature(kind.value_type), "_type": "List"}
    if isinstance(kind, pa.StructType):
        return {field.name: _feature(field.type) for field in kind}
    return {"dtype": str(kind), "_type": "Value"}


def features_of(schema: pa.Schema) -> dict[str, Any]:
    """The columns as `datasets` features; struct{bytes, path} is an image."""
    return {field.name: _feature(field.type) for field in schema}


def with_features(schema: pa.Schema) -> pa.Schema:
    """The schema with the metadata that makes `datasets` decode its images. The order of keys there matters:
    `datasets` ignores a feature whose fields stand otherwise."""
    return schema.with_metadata({"huggingface": orjson.dumps({"info": {"features": features_of(schema)}})})


SCHEMA = with_features(pa.schema(_COLUMNS))
FEATURES: dict[str, Any] = features_of(SCHEMA)


@functools.cache
def encodings() -> tuple[dict[str, str], list[str]]:
    """Compression per leaf column (none for image bytes, zstd for the rest) and the columns with a dictionary."""
    empty = io.BytesIO()
    pq.write_table(table_of([], SCHEMA), empty)
    leaves = pq.ParquetFile(empty).schema
    paths = [leaves.column(i).path for i in range(len(leaves))]
    compression = {p: "NONE" if p.endswith(".bytes") else "ZSTD" for p in paths}
    return compression, [p for p in paths if not p.endswith((".quad.list.element", "difficulty", "stand_in"))]


def row_of(sample: Sample, recipe: str) -> dict[str, Any]:
    """The sample as a row. Raises `InputError` naming the sample when it cannot be kept as it is: text that is not
    Unicode, a region with a corner that is no number, a part, region or extra whose image or name is missing."""
    try:
        row = _row(sample, recipe)
        _all_text(sample).encode()
    except UnicodeEncodeError as e:
        raise InputError(f"sample {sample.id!r} has text that is not Unicode: {e.object[e.start : e.end]!r}") from e
    except KeyError as e:
        raise InputError(f"sample {sample.id!r} shows an image that it does not hold: {e.args[0]}") from e
    except TypeError as e:
        raise InputError(f"sample {sample.id!r} has a truth, score or meta value that is not JSON: {e}") from e
    return row


def _row(sample: Sample, recipe: str) -> dict[str, Any]:
    shown = shown_images(sample) if sample.messages else list(sample.images)
    seen = {im.sha256 for im in shown}
    extras = [_extra(sample, e) for e in sample.extras]
    for image in sample.images:
        if image.sha256 not in seen:
            seen.add(image.sha256)
            extras.append({"name": "", "image": _stored(image)})
    for message in (m for a in sample.alternatives for m in a.messages):
        for part in message.parts:
            if part.image is not None:
                sample.image(part.image)
    return {
        **{name: getattr(sample, name) for name in _SCALARS},
        "recipe": recipe,
        "difficulty": _difficulty(sample),
        "images": [_stored(im) for im in shown],
        "messages": [_message(m) for m in sample.messages],
        "alternatives": [
            {"verdict": a.verdict, "messages": [_message(m) for m in a.messages]} for a in sample.alternatives
        ],
        "extras": extras,
        "regions": [_region(sample, r) for r in sample.regions],
        "image_sha256": [im.sha256 for im in shown],
        "parents": list(sample.parents),
        "truth": canonical_json(dict(sample.truth)),
        "scores": canonical_json(dict(sample.scores)),
        "meta": canonical_json(dict(sample.meta)),
    }


def samples_of(table: pa.Table, folder: Path | None = None) -> Iterator[Sample]:
    """The samples in a table with all the columns. `folder`, the data file's own, is needed to read a truth that
    lies in a side file; without it such a truth is `{"$file": name}`."""
    for row in table.to_pylist():
        yield _sample(row, folder)


def _sample(row: Mapping[str, Any], folder: Path | None) -> Sample:
    images = {im.sha256: im for im in map(_image, row["images"], row["image_sha256"])}
    extras: list[Extra] = []
    for extra in row["extras"]:
        image = _image(extra["image"])
        if extra["name"]:
            extras.append(Extra(extra["name"], image))
        else:
            images[image.sha256] = image
    return Sample(
        **{name: row[name] for name in _SCALARS},
        images=tuple(images.values()),
        messages=tuple(map(_message_of, row["messages"])),
        alternatives=tuple(
            Alternative(a["verdict"], tuple(map(_message_of, a["messages"]))) for a in row["alternatives"]
        ),
        extras=tuple(extras),
        regions=tuple(Region(r["ref"], r["label"], _quad(r["quad"]), r["text"]) for r in row["regions"]),
        parents=tuple(row["parents"]),
        truth=_truth(orjson.loads(row["truth"]), folder),
        scores=orjson.loads(row["scores"]),
        meta=orjson.loads(row["meta"]),
    )


def _truth(truth: dict[str, Any], folder: Path | None) -> dict[str, Any]:
    if folder is None or list(truth) != [SIDE_FILE]:
        return truth
    if not _SIDE_NAME.fullmatch(str(truth[SIDE_FILE])):
        raise InputError(
            f"a truth in {folder} lies in {str(truth[SIDE_FILE])[:80]!r}, which is no side file of its own"
        )
    return orjson.loads((folder / truth[SIDE_FILE]).read_bytes())


def _stored(image: Image) -> dict[str, Any]:
    return {"bytes": image.data, "path": f"{image.sha256}.{image.suffix}"}


def _image(stored: Mapping[str, Any], sha256: str = "") -> Image:
    from PIL import Image as Pil

    name, _, suffix = stored["path"].rpartition(".")
    with Pil.open(io.BytesIO(stored["bytes"])) as im:
        return Image(sha256 or name, _MEDIA_TYPES[suffix], im.width, im.height, stored["bytes"])


def _extra(sample: Sample, extra: Extra) -> dict[str, Any]:
    if not extra.name:
        raise InputError(f"sample {sample.id!r} has an extra image without a name")
    return {"name": extra.name, "image": _stored(extra.image)}


def _difficulty(sample: Sample) -> int:
    if not 0 <= sample.difficulty <= 10:
        raise InputError(f"sample {sample.id!r} has difficulty {sample.difficulty}; it is 1 to 10, or 0 for none")
    return sample.difficulty


def _message(message: Message) -> dict[str, Any]:
    parts = [{"type": "image" if p.text is None else "text", "text": p.text, "ref": p.image} for p in message.parts]
    return {"role": message.role, "content": parts}


def _message_of(value: Mapping[str, Any]) -> Message:
    return Message(value["role"], tuple(Part(p["text"], p["ref"]) for p in value["content"]))


def _region(sample: Sample, region: Region) -> dict[str, Any]:
    corners = [float(v) for point in region.quad for v in point]
    if len(corners) != 8 or not all(map(math.isfinite, corners)):
        raise InputError(f"sample {sample.id!r} has a region {region.label!r} with corners {region.quad}")
    sample.image(region.ref)
    return {"ref": region.ref, "label": region.label, "text": region.text, "quad": corners}


def _quad(corners: list[float]) -> Quad:
    ax, ay, bx, by, cx, cy, dx, dy = corners
    return ((ax, ay), (bx, by), (cx, cy), (dx, dy))


def _all_text(sample: Sample) -> str:
    """Every string of the sample outside its JSON values, to be checked at once."""
    texts = [str(getattr(sample, name)) for name in _SCALARS]
    texts += [e.name for e in sample.extras] + [t for r in sample.regions for t in (r.label, r.text)]
    messages = [*sample.messages, *(m for a in sample.alternatives for m in a.messages)]
    texts += [p.text for m in messages for p in m.parts if p.text is not None]
    return "".join([*texts, *sample.parents, *(m.role for m in messages), *(a.verdict for a in sample.alternatives)])
