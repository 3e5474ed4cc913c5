"""What the members of a tar sample hold, how a field of them is named, and the JSON member that keeps a whole sample.

Covered: pictures, text, JSON and class numbers; names of fields as Megatron-Energon writes them (`json[answers][0]`,
alternatives separated by commas); `json` members of this project's exports, from which a sample comes back complete
but for its extras. Not covered: arrays, pickles (never opened), audio, video.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from mmrecipes.core.identity import canonical_json
from mmrecipes.core.image import FileRange, Image
from mmrecipes.core.sample import Sample, check_sample, sample_from_json, sample_to_json
from mmrecipes.formats.export import HELD
from mmrecipes.formats.json_lists import NotJson, parsed
from mmrecipes.formats.look import PICTURES
from mmrecipes.formats.reader import RowError
from mmrecipes.formats.tar_files import Member

_TEXTS = frozenset({"txt", "text", "caption", "transcript"})
_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
MISSING: Any = object()
"""What `field` gives when there is no such field."""


def is_picture(extension: str) -> bool:
    return f".{extension.rpartition('.')[2]}" in PICTURES


def is_read(extension: str) -> bool:
    """Whether a member of this extension is read at all."""
    return is_picture(extension) or extension.rpartition(".")[2] in _TEXTS | {"json", "cls"}


def natural(names: Iterable[str]) -> list[str]:
    """Names in the order people expect: `2.jpg` before `10.jpg`."""

    def order(name: str) -> list[tuple[bool, int, str]]:
        return [(not p.isdigit(), int(p) if p.isdigit() else 0, p) for p in re.split(r"([0-9]+)", name)]

    return sorted(names, key=order)


def values_of(members: Sequence[Member], where: str) -> dict[str, Any]:
    """Text, JSON and class numbers of a sample by extension; pictures as the place they lie in.

    Raises `RowError` with reason `not_json`, `not_utf8` or `not_a_number`.
    """
    values: dict[str, Any] = {}
    for member in members:
        if is_picture(member.extension):
            values[member.extension] = member.place
        elif is_read(member.extension):
            values[member.extension] = _decoded(member.extension.rpartition(".")[2], member.place.read(), where)
    return values


def _decoded(kind: str, data: bytes, where: str) -> Any:
    try:
        if kind == "json":
            return parsed(data.removeprefix(b"\xef\xbb\xbf"), Path(where))
        text = data.decode("utf-8-sig")
        return int(text) if kind == "cls" else text
    except NotJson as e:
        raise RowError(NotJson.reason, f"{where}: its json member cannot be read: {e.__cause__}") from e
    except UnicodeDecodeError as e:
        raise RowError("not_utf8", f"{where}: its {kind} member is not UTF-8: {e}") from e
    except ValueError as e:
        raise RowError("not_a_number", f"{where}: its cls member is no whole number: {e}") from e


def field(values: Mapping[str, Any], name: str) -> Any:
    """The first of the fields named, separated by commas, that is there and not null: a member `txt`, or a place in a
    JSON member, `json[answers][0]`; else `MISSING`."""
    for alternative in name.split(","):
        first, *keys = [k.rstrip("]") for k in alternative.strip().split("[")]
        value = values.get(first, MISSING)
        for key in keys:
            value = _inside(value, key)
        if value is not MISSING and value is not None:
            return value
    return MISSING


def _inside(value: Any, key: str) -> Any:
    if isinstance(value, Mapping):
        return value.get(key, MISSING)
    if isinstance(value, list) and key.isdigit() and int(key) < len(value):
        return value[int(key)]
    return MISSING


KEPT = frozenset(HELD) - {"extras"}
"""Fields that a sidecar keeps."""


def sidecar(sample: Sample, images: Mapping[str, Image]) -> dict[str, Any]:
    """The value of the `json` member of a sample whose images are the members of these names.

    Its turns are lists of parts with the keys `type`, `text` and `image`, all text and never null, so that every row
    has the same type; all else stands in `provenance`, JSON in a string.
    """
    names = {im.sha256: name for name, im in images.items()}
    regions = tuple(r for r in sample.regions if r.ref in names)
    held = {im.sha256 for im in sample.images}
    shown_only = [im for im in images.values() if im.sha256 not in held]
    kept = sample.having(images=(*sample.images, *shown_only), extras=(), regions=regions)
    rest = {k: v for k, v in sample_to_json(kept).items() if k not in ("messages", "draft")}
    messages = [
        {"role": m.role, "content": [_content(p.text, names.get(p.image or "", "")) for p in m.parts]}
        for m in sample.messages
    ]
    return {"id": sample.id, "messages": messages, "provenance": canonical_json(rest)}


def _content(text: str | None, image: str) -> dict[str, str]:
    return {"type": "image" if text is None else "text", "text": text or "", "image": image}


def is_sidecar(value: Any) -> bool:
    return isinstance(value, Mapping) and isinstance(value.get("provenance"), str) and "messages" in value


def sample_of_sidecar(value: Mapping[str, Any], images: Mapping[str, Image], where: str) -> Sample:
    """The sample a sidecar keeps; `images` by member name.

    Raises `RowError` with reason `bad_sidecar`, or `image_changed` when a picture is not the one that was exported.
    """
    try:
        rest = orjson.loads(value["provenance"])
        held = {im.sha256: im for im in images.values()}
        if changed := [im["sha256"] for im in rest["images"] if im["sha256"] not in held]:
            raise RowError(
                "image_changed",
                f"{where}: image {changed[0][:12]} is not what was exported, so boxes and sizes may not fit it; remove "
                "the json members to read the pictures anew",
            )
        messages = [{"role": m["role"], "parts": [_part(c, images) for c in m["content"]]} for m in value["messages"]]
        sample = sample_from_json({**rest, "messages": messages, "draft": {}}, held)
        check_sample(sample)
        if not _SAFE.fullmatch(sample.split) or not _SAFE.fullmatch(sample.subset):
            raise ValueError(f"split {sample.split!r} or subset {sample.subset!r} is no plain name")
        return sample
    except RowError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError) as e:
        raise RowError("bad_sidecar", f"{where}: its json member is no sample any more ({e!r})") from e


def _part(content: Mapping[str, str], images: Mapping[str, Image]) -> dict[str, str]:
    return {"image": images[content["image"]].sha256} if content["type"] == "image" else {"text": content["text"]}


def pictures_in(values: Mapping[str, Any]) -> list[str]:
    """The extensions of the pictures, in natural order."""
    return natural(name for name, value in values.items() if isinstance(value, FileRange))
