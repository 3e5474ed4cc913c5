"""How fast the answer log takes and gives answers, and how large it gets.

    python benchmarks/answers.py [--n 50000] [--folder DIR]

Answers have a request of 5 kB (a prompt that repeats, with something of the sample in it) and a response of 1.7 kB.
Keys and words are random, so that neither the index nor compression has it easy. What an fsync costs depends on
`--folder`; the time of one is printed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table

from mmrecipes.store.answers import Answer, AnswerLog

IN_FLIGHT = 256
RNG = random.Random(1)
WORDS = ["".join(RNG.choices("abcdefghijklmnopqrstuvwxyz", k=RNG.randint(2, 9))) for _ in range(4000)]
PROMPT = " ".join(RNG.choices(WORDS, k=730))


def answers(n: int) -> Iterator[Answer]:
    """n answers of different samples to one prompt."""
    for i in range(n):
        sample = f"benchmark/page/{i:06d}"
        asked = {"role": "user", "content": f"{PROMPT} {' '.join(RNG.choices(WORDS, k=40))}"}
        request = json.dumps({"max_tokens": 512, "messages": [asked], "model": "qwen/qwen2.5-vl-72b"})
        said = {"role": "assistant", "content": " ".join(RNG.choices(WORDS, k=230))}
        usage = {"prompt_tokens": 1400, "completion_tokens": 410}
        response = json.dumps({"id": f"c-{i}", "choices": [{"index": 0, "message": said}], "usage": usage})
        yield Answer(RNG.randbytes(16), "qwen/qwen2.5-vl-72b", "https://host.example/v1", "teacher", "conversation",
                     sample, request.encode(), response.encode(), 1400, 410, 1, 0.001, 1.5, time.time())  # fmt: skip


async def write(log: AnswerLog, made: list[Answer], intents: bool) -> float:
    """Seconds to put all of them with 256 at a time, each with an intent before if so asked."""
    waiting = iter(made)

    async def one_after_the_other() -> None:
        for answer in waiting:
            if intents:
                await log.intend(answer.key, 0.01)
            await log.put(answer)

    began = time.perf_counter()
    await asyncio.gather(*(one_after_the_other() for _ in range(IN_FLIGHT)))
    return time.perf_counter() - began


def read(log: AnswerLog, keys: list[bytes]) -> float:
    """Seconds to get these keys, in random order."""
    RNG.shuffle(keys)
    began = time.perf_counter()
    for key in keys:
        assert log.get(key) is not None
    return time.perf_counter() - began


def sync_seconds(folder: Path) -> float:
    """Seconds of one fsync of 4 kB, mean of 100."""
    with (folder / "sync").open("wb") as f:
        began = time.perf_counter()
        for _ in range(100):
            f.write(bytes(4096))
            f.flush()
            os.fsync(f.fileno())
    return (time.perf_counter() - began) / 100


def measure(folder: Path, n: int, intents: bool) -> list[str]:
    made = list(answers(n))
    raw = sum(len(a.request) + len(a.response) for a in made)
    with AnswerLog.open(folder / f"answers-{intents}.sqlite") as log:
        wall = asyncio.run(write(log, made, intents))
        commits = log.commits
        reading = read(log, [a.key for a in made][:20_000])
        began = time.perf_counter()
        assert log.totals().calls == n
        adding = time.perf_counter() - began
    size = log.path.stat().st_size
    return [
        "with intents" if intents else "answers only", f"{n / wall:,.0f}", f"{commits / wall:,.0f}",
        f"{n / commits * (2 if intents else 1):.0f}", f"{min(n, 20_000) / reading:,.0f}", f"{size / n / 1000:.2f} kB",
        f"{raw / n / 1000:.2f} kB", f"{size / raw:.2f}", f"{adding * 1000:.0f} ms",
    ]  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, default=50_000)
    parser.add_argument("--folder", type=Path, help="where the log is written, by default the temporary folder")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        table = Table("log", "answers/s", "commits/s", "per commit", "reads/s", "size each", "raw each", "size / raw",
                      "totals", title=f"{given.n:,} answers, {IN_FLIGHT} in flight; "
                      f"an fsync takes {sync_seconds(Path(folder)) * 1000:.2f} ms")  # fmt: skip
        for intents in (False, True):
            table.add_row(*measure(Path(folder), given.n, intents))
        Console(width=120).print(table)


if __name__ == "__main__":
    main()
