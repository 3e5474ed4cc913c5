"""The candidates of each part: which row of the input, as which type.

Part A has one stratum per type. Each type visits the rows in an order of its own, every row at most once, so that a
picture may carry several types but no type twice; without `--n` the shares decide how many rows each type visits.
Covered: all three parts. Not covered: opening pictures.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from mmrecipes.core.errors import InputError
from mmrecipes.core.identity import seed_from
from mmrecipes.core.sample import Sample
from mmrecipes.flow.step import Source
from mmrecipes.formats.pictures import Pictures
from mmrecipes.recipes.llava.mixture_records import check_record
from mmrecipes.recipes.llava.origins import Origin, Row, check_first, folders, located
from mmrecipes.recipes.llava.records import read_records

SLUG = "llava"
_PICTURE = ("draft.index", "draft.path", "draft.wrong", "draft.declared", "draft.captions", "draft.annotations",
            "draft.classes", "draft.scene", "meta", "truth")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Typed:
    """Part A: (picture, type)."""

    origin: Origin
    shares: Mapping[str, float]
    writes: ClassVar[tuple[str, ...]] = _PICTURE

    @property
    def remarks(self) -> tuple[str, ...]:
        return tuple(self.origin.remarks)

    def strata(self) -> Mapping[str, float]:
        return self.shares

    def size(self, stratum: str) -> int | None:
        rows = self.origin.size()
        return None if rows is None else round(rows * self.shares[stratum] / max(self.shares.values()))

    def sample(self, stratum: str, index: int) -> Sample:
        rows = self.origin.size()
        number = index if rows is None else int(_order(stratum, rows)[index])
        return _sample(self.origin.row(number), stratum, index, number)


@lru_cache(maxsize=4)
def _order(kind: str, rows: int) -> npt.NDArray[np.int64]:
    """The rows in a type's own order."""
    return np.random.default_rng(seed_from(SLUG, "order", kind)).permutation(rows)


@dataclass(frozen=True, slots=True)
class Pictured:
    """Part B: one row per picture, with its captions."""

    origin: Origin
    writes: ClassVar[tuple[str, ...]] = _PICTURE

    @property
    def remarks(self) -> tuple[str, ...]:
        return tuple(self.origin.remarks)

    def strata(self) -> Mapping[str, float]:
        return {"captions": 1.0}

    def size(self, stratum: str) -> int | None:
        return self.origin.size()

    def sample(self, stratum: str, index: int) -> Sample:
        return _sample(self.origin.row(index), stratum, index, index)


def _sample(row: Row, stratum: str, index: int, number: int) -> Sample:
    return Sample(
        id=f"{SLUG}/{stratum}/{index:06d}",
        task=stratum,
        group=f"image:{row.name}",
        source=row.source,
        licence=row.licence,
        truth_source=row.truth_source,
        truth=row.truth,
        meta={"file_name": row.name, "row": number},
        draft={"index": index, **row.draft},
    )


@dataclass(frozen=True, slots=True)
class Academic:
    """Part C: one row per record."""

    main: Path
    pictures: Pictures
    remarks: tuple[str, ...] = ()
    writes: ClassVar[tuple[str, ...]] = ("draft.record", "draft.image", "draft.path", "draft.wrong", "draft.declared",
                                         "meta")  # fmt: skip

    def strata(self) -> Mapping[str, float]:
        return {"records": 1.0}

    def size(self, stratum: str) -> int:
        return len(read_records(self.main))

    def sample(self, stratum: str, index: int) -> Sample:
        record: Any = read_records(self.main)[index]
        known: Mapping[str, Any] = record if isinstance(record, dict) else {}
        path, wrong = ("", "") if known.get("kind") == "text_chat" else located(self.pictures, known.get("image"))
        declared = [known.get("width"), known.get("height")]
        name, source = str(known.get("image") or ""), str(known.get("source") or self.main.stem)
        return Sample(
            id=f"{SLUG}/{stratum}/{index:06d}",
            group=f"image:{name}" if name else "",
            source=source,
            licence=str(known.get("licence") or ""),
            truth_source="annotated",
            meta={"file_name": name, "row": index},
            draft={"record": record, "image": name, "path": path, "wrong": wrong,
                   "declared": None if declared == [None, None] else declared},
        )  # fmt: skip


def open_academic(inputs: Mapping[str, Path]) -> Source:
    """Part C's records. Raises `InputError` when they cannot be read."""
    main = inputs.get("main")
    if "captions" in inputs:
        raise InputError("part mixture has no use for --input captions; records go into --input main")
    if main is None:
        from mmrecipes.recipes.llava.invented import Textbook

        return Textbook()
    records = read_records(main)
    check_first(len(records), lambda index: check_record(records[index]))
    return Academic(main, Pictures(folders(main, inputs.get("images"))))
