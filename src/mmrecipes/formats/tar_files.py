"""Tar archives of samples: where the members lie, read in place; and archives of equal bytes for equal samples.

Covered: plain tar (ustar, GNU, PAX), one archive or many, members of one key side by side or not; the headers are
walked with seeks, no content is read, nothing is ever extracted; memory holds 8 bytes per member and per sample.
An archive that was cut short or, among others, cannot be read at all, links, devices, names that leave the archive or
are not UTF-8 are recorded, never followed. Not covered: compressed archives (nothing in them can be read in place),
what the members mean.
"""

from __future__ import annotations

import io
import re
import tarfile
from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import IO, Self

import numpy as np
import numpy.typing as npt
import orjson

from mmrecipes.core.errors import InputError
from mmrecipes.core.image import FileRange, Image, image_from_bytes
from mmrecipes.formats.reader import UNREADABLE_FILE, RowError

NAME = re.compile(r"((?:.*/|)[^.]+)[.]([^/]*)")
"""Key and extension of a member: the name's last part is cut at its first dot, as every loader of WebDatasets does."""
_META = re.compile(r"__[^/]*__($|/)")
_LONGEST_PADDING = 20_480
"""Bytes of zeros that common writers put behind the last member at most."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a sample: its extension in lower case and where its bytes lie."""

    extension: str
    place: FileRange


@dataclass(frozen=True, slots=True)
class _Shard:
    """An archive: its samples are those from `first` on; `cut` when its last sample may lack members, `fault` why
    nothing of it can be read."""

    path: Path
    version: tuple[int, int]
    first: int
    cut: bool
    fault: str = ""


class TarSamples:
    """The samples of some archives, in order: members of one key are a sample.

    `extensions` counts members by extension, `repeats` says whether a key occurs in more than one archive. Made once
    per process: it keeps one archive open.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        """Raises `InputError` for an archive that is compressed, when none of them can be read, and when there is no
        sample at all."""
        self.remarks: list[str] = []
        self.extensions: Counter[str] = Counter()
        self._shards: list[_Shard] = []
        offsets, starts, keys = [], [], []
        members = samples = 0
        for path in paths:
            fault = ""
            try:
                found, begins, hashes, cut = self._scan(path)
            except _UnreadableArchive as e:
                fault = f"{e}; one row stands for all of its samples"
                self.remarks.append(fault)
                if len(self.unread_files) + 1 == len(paths):
                    raise
                found, begins, hashes, cut = *_ONE_MEMBER, np.array([hash(str(path))], np.int64), False
            self._shards.append(_Shard(path.resolve(), _version(path), samples, cut, fault))
            offsets.append(found)
            starts.append(begins + members)
            keys.append(hashes)
            members += len(found)
            samples += len(begins)
        if samples == len(self.unread_files):
            raise InputError(f"{', '.join(map(str, paths[:3])) or 'no archive'}: no members named KEY.EXTENSION")
        self._offsets = np.concatenate(offsets)
        self._starts = np.append(np.concatenate(starts), members)
        every = np.concatenate(keys)
        self.repeats = len(np.unique(every)) < len(every)
        self._firsts = [s.first for s in self._shards]
        self._open: tuple[int, tarfile.TarFile] | None = None

    def __len__(self) -> int:
        return len(self._starts) - 1

    @property
    def unread_files(self) -> tuple[str, ...]:
        """As of `formats.reader.unread_files`."""
        return tuple(s.fault for s in self._shards if s.fault)

    def shard(self, index: int) -> Path:
        """The archive that a sample lies in."""
        return self._shards[self._number(index)].path

    def read(self, index: int) -> tuple[str, list[Member]]:
        """Key and members of a sample, in the order in which they lie in the archive.

        Raises `RowError` with reason `unreadable_file`, `truncated_shard`, `link_member`, `device_member`,
        `odd_member`, `unsafe_name`, `bad_member_name`, `mixed_keys` or `repeated_member`, `InputError` when the
        archive was changed meanwhile.
        """
        number = self._number(index)
        shard = self._shards[number]
        if shard.fault:
            raise RowError(UNREADABLE_FILE, shard.fault)
        headers = [self._header(number, int(at)) for at in self._offsets[self._starts[index] : self._starts[index + 1]]]
        key = _split(headers[0].name)[0]
        where = f"{shard.path.name}: {headers[0].name.encode('utf-8', 'backslashreplace').decode()}"
        last = self._firsts[number + 1] if number + 1 < len(self._firsts) else len(self)
        if shard.cut and index == last - 1:
            raise RowError("truncated_shard", f"{where}: the archive is cut short here, members may be missing")
        for header in headers:
            if reason := _problem(header):
                raise RowError(reason, f"{where}: {_PROBLEMS[reason]}")
        if any(_split(h.name)[0] != key for h in headers):
            raise RowError("mixed_keys", f"{where}: two keys cannot be told apart")
        members = [
            Member(_split(h.name)[1].lower(), FileRange(shard.path, h.offset_data, h.size)) for h in headers
        ]  # fmt: skip
        repeated = [e for e, n in Counter(m.extension for m in members).items() if n > 1]
        if repeated:
            raise RowError("repeated_member", f"{where}: {repeated[0]} occurs twice under this key")
        return key, members

    def _number(self, index: int) -> int:
        if not 0 <= index < len(self):
            raise IndexError(index)
        return bisect_right(self._firsts, index) - 1

    def _header(self, number: int, offset: int) -> tarfile.TarInfo:
        if self._open is None or self._open[0] != number:
            self.close()
            shard = self._shards[number]
            if _version(shard.path) != shard.version:
                raise InputError(f"{shard.path} was changed while it was being read: start again")
            self._open = (number, tarfile.open(shard.path, "r:"))  # noqa: SIM115  (stays open for the next samples)
        tar = self._open[1]
        assert tar.fileobj is not None
        tar.fileobj.seek(offset)
        return tarfile.TarInfo.fromtarfile(tar)

    def close(self) -> None:
        """Close the archive that is open; the next read opens one again."""
        if self._open is not None:
            self._open[1].close()
            self._open = None

    def __del__(self) -> None:
        if hasattr(self, "_open"):
            self.close()

    def _scan(self, path: Path) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64], bool]:
        """Offsets of member headers ordered by sample, the first member of each sample, hashes of the samples' keys,
        and whether the archive is cut short."""
        offsets, hashes = array("q"), array("q")
        nameless = 0
        walk = _Walk(path)
        for member in walk:
            key, extension = _split(member.name)
            if not key:
                nameless += 1
                continue
            offsets.append(member.offset)
            hashes.append(hash(key))
            self.extensions[extension.lower()] += 1
        if nameless:
            self.remarks.append(f"{path.name}: {nameless:,} members have no KEY.EXTENSION name and are left out")
        if walk.fault:
            self.remarks.append(f"{path.name}: {walk.fault}")
        at, keys = np.frombuffer(offsets, np.int64), np.frombuffer(hashes, np.int64)
        order, begins = _grouped(keys)
        if order is not None:
            self.remarks.append(f"{path.name}: members of one key are apart; loaders of WebDatasets would split them")
            at, keys = at[order], keys[order]
        return at, begins, keys[begins], walk.cut


class _UnreadableArchive(InputError):
    """Nothing of an archive can be read."""


_ONE_MEMBER = (np.zeros(1, np.int64), np.zeros(1, np.int64))
"""Offsets and beginnings of an archive with one sample of one member."""


class _Walk:
    """The files of an archive by their headers. Afterwards `fault` says what was wrong with it, and `cut` whether it
    ends too early."""

    def __init__(self, path: Path) -> None:
        self.path, self.fault, self.cut = path, "", False

    def __iter__(self) -> Iterator[tarfile.TarInfo]:
        try:
            with tarfile.open(self.path, "r:") as tar:
                yield from self._files(tar)
        except tarfile.TarError as e:
            if FileRange(self.path, 0, min(2, self.path.stat().st_size)).read() == b"\x1f\x8b":
                raise InputError(
                    f"{self.path} is compressed, so that nothing in it can be read in place; run `gunzip` on it"
                ) from e
            raise _UnreadableArchive(f"{self.path} cannot be read as a tar archive: {e}; fetch it again") from e
        except OSError as e:
            raise _UnreadableArchive(f"{self.path} cannot be read: {e.strerror or e}") from e

    def _files(self, tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
        try:
            while (member := tar.next()) is not None:
                _forget_members(tar)
                if not member.isdir() and not _META.match(member.name):
                    yield member
        except tarfile.ReadError as e:
            if not tar.offset:
                raise
            self.cut, self.fault = True, f"cut short at byte {tar.offset:,} ({e})"
            return
        self._end(tar)

    def _end(self, tar: tarfile.TarFile) -> None:
        """`tarfile` takes anything that is no header for the end: look whether it is the end mark."""
        size = self.path.stat().st_size
        mark = FileRange(self.path, tar.offset, min(tarfile.BLOCKSIZE, max(0, size - tar.offset))).read()
        if mark != bytes(tarfile.BLOCKSIZE):
            self.cut = True
            self.fault = f"{'broken' if mark else 'cut short'} at byte {tar.offset:,}, without an end mark"
        elif size - tar.offset > _LONGEST_PADDING:
            self.fault = f"{size - tar.offset:,} bytes behind its end mark are not read"


def _grouped(keys: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64] | None, npt.NDArray[np.int64]]:
    """The order that brings members of one key together (None when they are) and where each sample then begins."""
    begins = _begins(keys)
    _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    if len(first) == len(begins):
        return None, begins
    order = np.argsort(first[inverse], kind="stable")
    return order, _begins(keys[order])


def _begins(keys: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    return np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]]) if len(keys) else np.zeros(0, np.int64)


def _split(name: str) -> tuple[str, str]:
    found = NAME.fullmatch(name)
    return (found[1], found[2]) if found else ("", "")


def _forget_members(tar: tarfile.TarFile) -> None:
    """`tarfile` keeps every header it has seen in this list, which nothing here asks for again."""
    tar.members.clear()  # pyright: ignore[reportAttributeAccessIssue]


def _version(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_mtime_ns, found.st_size


_PROBLEMS = {
    "link_member": "a link, which is never followed",
    "device_member": "a device or pipe, which is never opened",
    "odd_member": "sparse or of an unknown type",
    "unsafe_name": "a name that leaves the archive",
    "bad_member_name": "a name that is not UTF-8",
}


def _problem(member: tarfile.TarInfo) -> str:
    if member.issym() or member.islnk():
        return "link_member"
    if member.isdev():
        return "device_member"
    if not member.isreg() or member.issparse():
        return "odd_member"
    if PurePosixPath(member.name).is_absolute() or ".." in PurePosixPath(member.name).parts:
        return "unsafe_name"
    return "" if member.name.isascii() or _is_utf8(member.name) else "bad_member_name"


def _is_utf8(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:  # a byte that could not be decoded stands as a lone surrogate
        return False
    return True


def image_at(place: FileRange) -> Image:
    """The image that lies there, checked like `image_from_bytes`; its bytes stay in the file where they can be used as
    they are."""
    data = place.read()
    image = image_from_bytes(data)
    return replace(image, source=place) if image.source is data else image


def tar_paths(path: Path) -> list[Path]:
    """The archive, or all archives below a folder by their relative paths."""
    if not path.is_dir():
        return [path]
    found = (p for p in path.rglob("*") if p.name.lower().endswith((".tar", ".tar.gz", ".tgz")) and p.is_file())
    visible = (p for p in found if not any(part.startswith(".") for part in p.relative_to(path).parts))
    return sorted(visible, key=lambda p: p.relative_to(path).as_posix())


class ShardWriter:
    """Writes samples to `<folder>/00000.tar` and so on, so many to each; equal samples give equal bytes.

    `new_file` opens a file by its relative path. `sizes` maps the names of shards to their samples; on a clean exit it
    is written beside them as `sizes.json`.
    """

    def __init__(self, new_file: Callable[[str], AbstractContextManager[IO[bytes]]], folder: str, most: int) -> None:
        """Raises `InputError` for a folder whose name is more than letters, digits, `_` and `-`."""
        if not re.fullmatch(r"[\w-]+", folder, re.ASCII):
            raise InputError(f"{folder!r} cannot name a folder of shards; use letters, digits, _ and -")
        self.folder, self.sizes = folder, dict[str, int]()
        self._new_file, self._most = new_file, most
        self._file: AbstractContextManager[IO[bytes]] | None = None
        self._tar: tarfile.TarFile | None = None

    def add(self, key: str, members: Mapping[str, bytes]) -> None:
        """Add a sample; `members` maps extensions to contents."""
        if self._tar is None or self.sizes[self._name] >= self._most:
            self._close()
            self._file = self._new_file(f"{self.folder}/{len(self.sizes):05d}.tar")
            self._tar = tarfile.open(fileobj=self._file.__enter__(), mode="w", format=tarfile.USTAR_FORMAT)  # noqa: SIM115
            self.sizes[f"{len(self.sizes):05d}.tar"] = 0
        for extension, data in members.items():
            header = tarfile.TarInfo(f"{key}.{extension}")
            header.size = len(data)
            self._tar.addfile(header, io.BytesIO(data))
            _forget_members(self._tar)
        self.sizes[self._name] += 1

    @property
    def _name(self) -> str:
        return f"{len(self.sizes) - 1:05d}.tar"

    def _close(self) -> None:
        if self._tar is not None and self._file is not None:
            self._tar.close()
            self._file.__exit__(None, None, None)
        self._tar = self._file = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is not None:
            if self._file is not None:
                self._file.__exit__(kind, error, at)
            return
        self._close()
        with self._new_file(f"{self.folder}/sizes.json") as file:
            file.write(orjson.dumps(self.sizes, option=orjson.OPT_INDENT_2))
