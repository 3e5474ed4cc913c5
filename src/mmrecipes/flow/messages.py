"""What a run's process and its workers say to each other over their pipe, and the marker in shared memory."""

from __future__ import annotations

import mmap
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mmrecipes.flow.shards import Shard

NOBODY = (-1, -1)
_MARKER = struct.Struct("<qq")


@dataclass(frozen=True, slots=True)
class Setup:
    """What every worker of a run needs to know."""

    location: str
    params: Mapping[str, Any]
    inputs: Mapping[str, Path]
    seed: int
    run: Path
    recipe: str
    models: Mapping[str, Any] = field(default_factory=dict)
    settled: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Task:
    """A shard of a segment to run. `skip`: candidate indices that killed their worker, to be recorded."""

    number: int
    segment: int
    shard: Shard
    skip: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class FileTask:
    """A data file to write: per shard of the last segment, in order, the places of its samples that go in."""

    number: int
    segment: int
    path: Path
    rows: Mapping[str, Sequence[int]]


@dataclass(frozen=True, slots=True)
class Done:
    """A task is done; `accepted`: samples that the shard kept, or the file holds."""

    task: int
    accepted: int


@dataclass(frozen=True, slots=True)
class Cut:
    """A shard some of whose rows the budget no longer covers: nothing of it is committed."""

    task: int


@dataclass(frozen=True, slots=True)
class Tally:
    """What happened since the last one, for the progress display."""

    candidates: int = 0
    accepted: int = 0
    dropped: int = 0
    errors: int = 0
    last_error: str = ""

    def plus(self, later: Tally) -> Tally:
        """Both together; the last error is the later one."""
        return Tally(
            self.candidates + later.candidates,
            self.accepted + later.accepted,
            self.dropped + later.dropped,
            self.errors + later.errors,
            later.last_error or self.last_error,
        )


@dataclass(frozen=True, slots=True)
class Fatal:
    exit_code: int
    message: str


@dataclass(slots=True)
class Marker:
    """Two numbers in shared memory: the task and the candidate index that the step thread is working on."""

    memory: mmap.mmap

    @classmethod
    def on(cls, descriptor: int) -> Marker:
        return cls(mmap.mmap(descriptor, _MARKER.size))

    def set(self, task: int, index: int) -> None:
        _MARKER.pack_into(self.memory, 0, task, index)

    def get(self) -> tuple[int, int]:
        task, index = _MARKER.unpack_from(self.memory, 0)
        return task, index
