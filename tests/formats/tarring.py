"""Tar archives that the tests of tar formats write and look into, with `tarfile` alone."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

Member = tuple[str, bytes | str | dict[str, Any] | list[Any]]


def content(value: bytes | str | dict[str, Any] | list[Any]) -> bytes:
    if isinstance(value, bytes):
        return value
    return value.encode() if isinstance(value, str) else json.dumps(value).encode()


def tar(path: Path, members: Iterable[Member | tarfile.TarInfo], **options: Any) -> Path:
    """An archive of these members in order; a header alone is a member without content."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w", **options) as archive:
        for member in members:
            if isinstance(member, tarfile.TarInfo):
                archive.addfile(member)
                continue
            header = tarfile.TarInfo(member[0])
            data = content(member[1])
            header.size = len(data)
            archive.addfile(header, io.BytesIO(data))
    return path


def header(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    """A member that is no file: a link, a device."""
    made = tarfile.TarInfo(name)
    made.type, made.linkname = kind, target
    return made


def members(folder: Path) -> dict[str, list[str]]:
    """The names in every archive below a folder, by its relative path."""
    found = {}
    for path in sorted(folder.rglob("*.tar")):
        with tarfile.open(path) as archive:
            found[path.relative_to(folder).as_posix()] = archive.getnames()
    return found
