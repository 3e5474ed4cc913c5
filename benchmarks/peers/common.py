"""What every participant shares: its command line, its prompts, what it hands back. Standard library only.

    python <participant>.py --rows 2000 --url http://127.0.0.1:8000/v1 --case throughput --out DIR [--images DIR]

A participant asks the endpoint once per row, with at most `IN_FLIGHT` requests at a time, keeps everything it writes
under DIR, goes on from what it finds there when it is started again, and ends with `Job.report`. The prompts and the
images are the same for all. An adapter runs in its participant's own virtual environment, hence no imports from here.
"""

from __future__ import annotations

import argparse
import base64
import importlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

IN_FLIGHT = 64
RESULT = "result.json"
ANSWER_START = "answer "
QUESTION = (
    "Write one plain sentence about the item with this number, as it could stand in the catalogue of a small museum. "
    "Name its material, its colour, the room it stands in and who gave it. Do not repeat the number, do not add a "
    "title, do not use lists. Answer with the sentence alone."
)
CASES = ("throughput", "kill", "poison", "transient", "images", "images-inline")


@dataclass(frozen=True)
class Job:
    """One run of a participant."""

    rows: int
    url: str
    case: str
    out: Path
    images: Path | None = None

    @property
    def inline(self) -> bool:
        """Whether images are handed to the participant as base64 instead of as paths."""
        return self.case == "images-inline"

    def image(self, index: int) -> str:
        """Path of a row's image."""
        assert self.images is not None, "the image cases need --images"
        return str((self.images / f"{index:06d}.png").resolve())

    def encoded(self, index: int) -> str:
        return base64.b64encode(Path(self.image(index)).read_bytes()).decode()

    def report(self, answers: Iterable[Any], lost: Iterable[int], where: str, **settings: Any) -> None:
        """Write what came out: `answers` of the rows in its output, and the rows it names as lost, and where."""
        made = list(answers)
        answered = sum(isinstance(answer, str) and answer.startswith(ANSWER_START) for answer in made)
        result = {
            "rows": len(made), "answered": answered, "lost_named": sorted(lost), "lost_where": where,
            "settings": settings,
        }  # fmt: skip
        (self.out / RESULT).write_text(json.dumps(result, indent=1))


def prompt(index: int) -> str:
    """A row's prompt; the endpoint knows the row by the number."""
    return f"row {index:06d}: {QUESTION}"


def version(package: str) -> str:
    return f"{package} {metadata.version(package)}"


def tokenizer_offline() -> None:
    """Let `tiktoken` work without its download: an encoding made in place, one token per byte.

    Two peers count tokens with it, one before the first request and one at the end, and both fetch its table from the
    internet. The count changes nothing that is measured (rate limits are set out of reach); the work of counting stays.
    """
    tiktoken: Any = importlib.import_module("tiktoken")
    ranks = {bytes([value]): value for value in range(256)}
    encoding = tiktoken.Encoding("bytes", pat_str=r"\S+|\s+", mergeable_ranks=ranks, special_tokens={})
    tiktoken.get_encoding = lambda name: encoding


def arguments() -> argparse.ArgumentParser:
    """The command line of every participant."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, required=True)
    parser.add_argument("--url", required=True, help="base address of the endpoint, ending in /v1")
    parser.add_argument("--case", choices=CASES, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--images", type=Path, help="folder with 000000.png, ... for the image cases")
    return parser


def job(given: argparse.Namespace) -> Job:
    """The job on the command line; its folder is made."""
    asked = Job(given.rows, given.url, given.case, given.out, given.images)
    asked.out.mkdir(parents=True, exist_ok=True)
    return asked
