"""What is kept of a benchmark: digests, hashes and ids, from which neither pictures nor texts can be read back.

Covered: arrays over its items and its distinct pictures, the file they are kept in (`.npz`), coverage. Not covered:
building it from rows (see `building`), looking things up (see `image_match`, `text_match`).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

from mmrecipes.core.errors import InputError
from mmrecipes.core.identity import sha256_hex
from mmrecipes.steps.decontaminate.items import Kind
from mmrecipes.store.files import write_bytes

FORM = 3
"""Number of the file's form: what hashes and words mean is part of it."""
SUFFIX = ".registry"
Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Coverage:
    """What of a benchmark can be recognised. Counts of items, but for `pictures` (distinct ones)."""

    items: int
    with_images: int
    with_text: int
    pictures: int
    unreadable: Mapping[str, int] = field(default_factory=dict)
    """Rows that could not be read, by reason."""

    @property
    def words(self) -> str:
        """`images+text`, `images`, `text`, or `ids`; with what was unreadable."""
        parts = [name for name, count in (("images", self.with_images), ("text", self.with_text)) if count]
        missing = sum(self.unreadable.values())
        lost = f", {missing} rows unreadable" if missing else ""
        some = f" (images of {self.with_images} of {self.items})" if 0 < self.with_images < self.items else ""
        return ("+".join(parts) or "ids") + some + lost


@dataclass(frozen=True)
class Registry:
    """One benchmark. Arrays named `item_…` have an entry per item, `picture_…` one per distinct picture; `…_of` say to
    which item or picture the entries beside them belong."""

    name: str
    kind: Kind
    coverage: Coverage
    remarks: tuple[str, ...]
    embedder: str
    """The model whose vectors `picture_vector` holds; empty when there is none, and no vector."""
    item_id: Sequence[str]
    source_ids: Mapping[str, Sequence[int]]
    arrays: Mapping[str, Array]

    def __getattr__(self, name: str) -> Array:
        try:
            return self.__dict__["arrays"][name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def digest(self) -> str:
        """`sha256:` and 64 hex characters: of everything but the remarks."""
        return f"sha256:{sha256_hex(self._bytes(remarks=False))}"

    def save(self, path: Path) -> None:
        """Write it to a file. Equal registries give equal bytes."""
        write_bytes(path, self._bytes(remarks=True))

    def _bytes(self, remarks: bool) -> bytes:
        about = {
            "form": FORM, "name": self.name, "kind": asdict(self.kind), "coverage": asdict(self.coverage),
            "remarks": list(self.remarks) if remarks else [], "embedder": self.embedder,
            "item_id": list(self.item_id), "source_ids": {k: list(v) for k, v in self.source_ids.items()},
        }  # fmt: skip
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as file:
            file.writestr(_entry("about.json"), orjson.dumps(about, option=orjson.OPT_SORT_KEYS))
            for name in sorted(self.arrays):
                held = io.BytesIO()
                np.save(held, self.arrays[name], allow_pickle=False)
                file.writestr(_entry(f"{name}.npy"), held.getvalue())
        return out.getvalue()


def load_registry(path: Path) -> Registry:
    """Read a registry back. Raises `InputError` when the file is none, or of another form."""
    try:
        with zipfile.ZipFile(path) as file:
            about = orjson.loads(file.read("about.json"))
            if about["form"] != FORM:
                raise InputError(
                    f"{path} is a registry of form {about['form']}, this version reads {FORM}: build it anew"
                )
            arrays = {
                name.removesuffix(".npy"): np.load(io.BytesIO(file.read(name)), allow_pickle=False)
                for name in file.namelist()
                if name.endswith(".npy")
            }
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as e:
        raise InputError(f"{path} is no registry of a benchmark: {e}") from e
    known = {f.name for f in fields(Kind)}
    return Registry(
        name=about["name"],
        kind=Kind(**{k: v for k, v in about["kind"].items() if k in known}),
        coverage=Coverage(**about["coverage"]),
        remarks=tuple(about["remarks"]),
        embedder=about["embedder"],
        item_id=about["item_id"],
        source_ids=about["source_ids"],
        arrays=arrays,
    )


def _entry(name: str) -> zipfile.ZipInfo:
    return zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
