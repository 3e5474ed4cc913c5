"""What a killed command leaves beside its output: removed by the next one that writes to the same place.

Covered: temporary folders of `store.files.new_folder` for one output, made by processes of this machine that live no
longer. Not covered: those of a process that lives (it may still be writing), and of other outputs; a folder shared by
several machines, on which two export to the same place at once.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from mmrecipes.store.files import TEMPORARY, operation


def remove_leftovers(out: Path) -> None:
    """Remove the unfinished folders of dead processes for the output `out`."""
    for folder in [*_unfinished(out)]:
        operation("remove", folder)
        shutil.rmtree(folder)


def _unfinished(out: Path) -> Iterator[Path]:
    if not out.parent.is_dir():
        return
    for found in out.parent.iterdir():
        process, dash, name = found.name.removeprefix(TEMPORARY).partition("-")
        temporary = found.name.startswith(TEMPORARY) and bool(dash) and process.isdecimal()
        if temporary and name == out.name and found.is_dir() and not _lives(int(process)):
            yield found


def _lives(process: int) -> bool:
    """Whether another process of this number is there. This one's own number on a folder is that of an earlier
    process: it has not begun yet."""
    if process == os.getpid():
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
