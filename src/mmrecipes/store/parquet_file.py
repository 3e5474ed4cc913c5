"""A writer of Parquet whose file is complete only when it was closed.

Covered: a file that is thrown away unfinished. Not covered: what is written, and how (see `dataset`).
"""

from __future__ import annotations

import pyarrow.parquet as pq


class FileWriter(pq.ParquetWriter):
    """As `ParquetWriter`, but collected without `close` it writes nothing: pyarrow's would write the end of the file
    then, and what stopped it before (a full disk) would be printed once more as a traceback."""

    def __del__(self) -> None:
        self.is_open = False
