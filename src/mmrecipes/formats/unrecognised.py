"""Why no reader takes a path, and what to do about it, in one sentence.

Covered: folders, empty, compressed, damaged and cut files, text that is not UTF-8, JSON that is cut, misnamed or has
other keys than the readers know, tables with other columns. Not covered: faults behind the beginning of a file, which
its reader names.
"""

from __future__ import annotations

import json
import tarfile
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from mmrecipes.formats.look import HEAD, JSON_SUFFIXES, PICTURES, Look, first_records
from mmrecipes.formats.usual import two_readings

_COMPRESSED = {
    b"\x1f\x8b": "gzip", b"PK": "zip", b"BZh": "bzip2", b"\xfd7zXZ": "xz", b"\x28\xb5\x2f\xfd": "zstd", b"7z\xbc": "7z",
}  # fmt: skip
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_KEYS: Mapping[str, frozenset[str]] = {
    "json": frozenset({"image", "question", "answer"}),
    "llava": frozenset({"image", "conversations"}),
    "qwen-finetune": frozenset({"image", "conversations"}),
    "ms-swift": frozenset({"messages", "images"}),
    "llamafactory": frozenset({"instruction", "output", "images"}),
    "coco": frozenset({"images", "annotations"}),
    "mmc4": frozenset({"text_list", "image_info"}),
    "obelics": frozenset({"texts", "images"}),
    "pubtabnet": frozenset({"filename", "html"}),
}
"""What readers of JSON look for in a record."""
_FORMATS = "see `mmr formats` for what is read"


def why_unread(look: Look) -> str:
    """What is wrong with a path that no reader recognises, with the remedy."""
    if look.is_folder:
        return _folder(look)
    with look.path.open("rb") as file:
        head = file.read(HEAD)
    if not head:
        return "it is empty; write or fetch it again"
    packed = next((name for magic, name in _COMPRESSED.items() if head.startswith(magic)), "")
    if packed:
        return f"it is compressed ({packed}); unpack it first and give the path of what comes out"
    suffix = look.path.suffix.lower()
    if suffix in PICTURES:
        return "it is one picture; give the path of its folder"
    if head.startswith(b"%PDF"):
        return "it is a PDF, which no reader reads; turn its pages into pictures and give the path of their folder"
    if suffix == ".parquet" or head.startswith(b"PAR1"):
        return _tried(lambda: _columns(pq.read_schema(look.path).names), "Parquet")
    if suffix == ".tar":
        return _tried(lambda: _members(look), "tar")
    return _text(look, head, suffix in JSON_SUFFIXES)


def named_files(names: Iterable[str]) -> str:
    """The first names of several, and how many more there are."""
    every = list(names)
    return f"{', '.join(every[:3])}{f' and {len(every) - 3:,} more' if len(every) > 3 else ''}"


def _folder(look: Look) -> str:
    if not look.names:
        return "the folder holds no files that are not hidden; give the path of the data"
    if look.data_files:
        return (
            f"no reader takes the folder, which holds {named_files(look.data_files)}; give the path of one of them, "
            "with --images FOLDER where its pictures lie elsewhere, or --reader image-folder for pictures alone"
        )
    return f"the folder holds {named_files(look.names)}, which no reader reads; {_FORMATS}"


def _tried(read: Callable[[], str], kind: str) -> str:
    try:
        return read()
    except (OSError, pa.ArrowException, tarfile.TarError) as e:
        said = " ".join(str(e).split()).rstrip(".")
        return f"it is a damaged or cut {kind} file ({said[:160]}); fetch it again"


def _columns(names: Iterable[str]) -> str:
    return (
        f"its columns are {named_files(names)}; say what they mean with --reader hf and, for example, "
        "--read question=COLUMN --read answer=COLUMN"
    )


def _members(look: Look) -> str:
    with tarfile.open(look.path) as tar:
        names = [m.name for m in islice(tar, 20)]
    if not names:
        return "it is a tar archive without files; fetch it again"
    return f"it is a tar archive of {named_files(names)}, none of them KEY.EXTENSION with a picture or text; unpack it"


def _text(look: Look, head: bytes, is_json: bool) -> str:
    if head.startswith(_UTF16):
        return "it is UTF-16, not UTF-8; convert it with `iconv -f UTF-16 -t UTF-8`"
    if b"\0" in head:
        return f"it is damaged or no text (a zero at byte {head.index(0):,}); fetch it again, or {_FORMATS}"
    try:
        text = head.decode("utf-8-sig")
    except UnicodeDecodeError as e:
        if e.start < len(head) - 4:
            return f"it is not UTF-8 at byte {e.start:,}; convert it with `iconv -t UTF-8`, or {_FORMATS}"
        text = head[: e.start].decode("utf-8-sig")
    if not is_json and not text.lstrip().startswith(("{", "[")):
        return f"it is plain text or a table whose columns no reader knows; {_FORMATS}"
    records = list(islice(first_records(look.path), 5))
    if not records:
        return _no_records(text, len(head) == HEAD)
    if not is_json:
        return f"it holds JSON, but its name does not end in {', '.join(JSON_SUFFIXES)}; rename it"
    return _keys(records)


def _no_records(text: str, more: bool) -> str:
    if "".join(text.split()) in ("[]", ""):
        return "it holds no records; write or fetch it again"
    try:
        json.loads(text)
    except json.JSONDecodeError as e:
        if more:
            return (
                f"its first record is longer than {HEAD:,} bytes or no JSON; name its reader with --reader, {_FORMATS}"
            )
        ends = "ends early" if e.pos >= len(text.rstrip()) or e.msg.startswith("Unterminated") else "is no JSON"
        return f"it {ends}: {e.msg} at line {e.lineno}, column {e.colno}; write or fetch it again"
    return f"it holds no records that can be read; {_FORMATS}"


def _keys(records: list[Any]) -> str:
    record = next((r for r in records if isinstance(r, dict)), None)
    if record is None:
        return f"its records are no objects but {type(records[0]).__name__}; each must be an object with keys"
    lists = [k for k, v in record.items() if isinstance(v, list) and v and all(isinstance(r, dict) for r in v)]
    if len(records) == 1 and len(lists) == 1:
        return f"it is one object whose records are in {lists[0]!r}; save that list alone as a JSON array"
    several = two_readings(record)
    if several and len(record.keys() & _KEYS["json"]) > 1:
        role, *keys = several
        return f"{' and '.join(map(repr, keys))} may each be the {role}; say which with --reader json --read {role}=KEY"
    shared = {name: len(keys & record.keys()) for name, keys in _KEYS.items()}
    most = max(shared.values())
    near = [name for name, count in shared.items() if count == most > 0][:3] or ["llava", "ms-swift"]
    wanted = "; ".join(f"{name} needs {' and '.join(sorted(_KEYS[name]))}" for name in near)
    return f"its records have the keys {', '.join(map(str, list(record)[:8]))}; {wanted}; rename them, or {_FORMATS}"
