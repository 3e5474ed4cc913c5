"""Errors are retriable: taking back the shards in which the world failed, so that they run again.

What the shards' other rows asked of models is in the answer log and costs nothing the second time. Later segments saw
only what came through, so they run again as well. Not covered: deciding when (the user does).
"""

from __future__ import annotations

import shutil
from pathlib import Path

from mmrecipes.store.files import operation


def forget_errors(folder: Path) -> int:
    """Remove committed shards with errors, and everything that was made from that segment on. Returns how many shards
    had errors."""
    segments = sorted((folder / "run" / "segments").glob("[0-9]*"))
    found = [sorted(file.parent for file in s.glob("[!.]*/errors.parquet")) for s in segments]
    first = next((i for i, shards in enumerate(found) if shards), None)
    if first is None:
        return 0
    mark = folder / "run" / "sealed.json"
    operation("remove", mark)
    mark.unlink(missing_ok=True)
    for later in reversed(segments[first + 1 :]):
        operation("remove", later)
        shutil.rmtree(later)
    for shard in found[first]:
        operation("remove", shard)
        shutil.rmtree(shard)
    return len(found[first])
