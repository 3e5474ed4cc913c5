"""Files of a Hugging Face data set in a folder: which ones hold rows, and of which split.

Covered: folders of Parquet files, folders written by `datasets.save_to_disk` (one data set, or one per split), a data
set's cache folder, single files. The split is what the layout says: the key of `dataset_dict.json`, `_split` of
`state.json`, or a name such as `train-00000-of-00004.parquet` or `test/0.parquet`. Not covered: reading rows (see
`parquet_rows`), archives, JSON and CSV.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from mmrecipes.core.errors import InputError

SUFFIXES = (".parquet", ".arrow")
_SPLITS = {
    "train": "train", "training": "train", "validation": "validation", "valid": "validation", "val": "validation",
    "dev": "validation", "test": "test", "testing": "test", "eval": "test",
}  # fmt: skip
_SPLIT = re.compile(rf"(?:^|[/._-])({'|'.join(_SPLITS)})(?=$|[/._-])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TableFile:
    """A file of rows; `name` is its path in the folder without suffix, `split` the split that it belongs to."""

    path: Path
    name: str
    split: str


def table_files(path: Path) -> list[TableFile]:
    """The files of rows at a path, in order. Raises `InputError` when there is none or a saved folder is incomplete."""
    if not path.is_dir():
        return [TableFile(path, path.stem, split_of(path.name))]
    if (path / "dataset_dict.json").is_file():
        splits = [str(s) for s in _json(path / "dataset_dict.json").get("splits") or []]
        if outside := [s for s in splits if Path(s).name != s]:
            raise InputError(f"{path / 'dataset_dict.json'} names the split {outside[0]!r}, which is no folder's name")
        return [file for split in splits for file in _saved(path / split, split, f"{split}/")]
    if (path / "state.json").is_file():
        return _saved(path, "", "")
    names = sorted(p.relative_to(path).as_posix() for p in path.rglob("*") if p.suffix.lower() in SUFFIXES)
    names = [n for n in names if holds_rows(n)]
    wanted = next((s for s in SUFFIXES if any(n.lower().endswith(s) for n in names)), "")
    found = [n for n in names if n.lower().endswith(wanted)]
    if not found:
        raise InputError(f"{path} holds no Parquet or Arrow files")
    return [TableFile(path / n, n.rpartition(".")[0].removeprefix("data/"), split_of(n)) for n in found]


def is_saved(path: Path) -> bool:
    """Whether a folder was written by `datasets.save_to_disk`."""
    return (path / "dataset_dict.json").is_file() or (path / "state.json").is_file()


def holds_rows(name: str) -> bool:
    """Whether a file of this relative path belongs to the data: it is not hidden, not one of a run's own account, not
    what `datasets` keeps of an earlier operation."""
    *folders, last = name.split("/")
    return not any(p.startswith(".") for p in (*folders, last)) and folders[:1] != ["run"] and last[:6] != "cache-"


def split_of(name: str) -> str:
    """The split that a file's relative path names, `train` when it names none."""
    found = _SPLIT.findall(name)
    return _SPLITS[found[-1].lower()] if found else "train"


def _saved(folder: Path, split: str, above: str) -> list[TableFile]:
    state = _json(folder / "state.json")
    names = [str(entry.get("filename")) for entry in state.get("_data_files") or []]
    split = split or str(state.get("_split") or "train")
    for name in names:
        if Path(name).name != name or not (folder / name).is_file():
            raise InputError(f"{folder / 'state.json'} names {name}, which is not in the folder")
    return [TableFile(folder / n, above + Path(n).stem, split) for n in names]


def _json(path: Path) -> Mapping[str, Any]:
    try:
        value = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError) as e:
        raise InputError(f"{path} cannot be read as JSON: {e}") from e
    if not isinstance(value, dict):
        raise InputError(f"{path} holds no object")
    return value
