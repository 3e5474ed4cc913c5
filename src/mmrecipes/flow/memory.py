"""How a process that handles many images and samples should treat its memory.

Covered: glibc's habit of returning freed image buffers to the kernel, Python's full garbage collections over
objects that live as long as the process. Not covered: limits.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
from collections.abc import Iterator

import pyarrow as pa


def keep_freed_memory() -> None:
    """On glibc, do not give every decoded image back to the kernel (it costs half the CPU of decode-heavy work);
    Arrow takes its memory from the same place, so that one limit holds for all."""
    pa.set_memory_pool(pa.system_memory_pool())
    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL("libc.so.6")
        libc.mallopt(-1, 64 << 20)  # M_TRIM_THRESHOLD
        libc.mallopt(-3, 32 << 20)  # M_MMAP_THRESHOLD


@contextlib.contextmanager
def rare_collections() -> Iterator[None]:
    """Within the block, cyclic garbage is looked for rarely and never among what exists already: samples are trees
    of small objects that reference counting frees (reading table samples: 4.0 ms with the defaults, 1.3 ms so)."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(20_000, 10, 20)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
