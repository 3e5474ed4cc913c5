"""Calls per second and CPU per call beside a bare aiohttp loop, in one run.

    python benchmarks/models.py [--rows 1500] [--rounds 3]

Against a loopback endpoint with 50 ms latency, at 64 and at 256 in flight: rows of four dependent calls of text, and
single calls that show an image of 200 kB. `client`: admission, limits, retries and the durable answer log, in one
process. `run`: a whole `mmr run` with one or two workers, dataset and all; its rate is from the first call to the last.
The bare loop has no log, no limits, no retries and no dataset. CPU is user and system time of the client's processes;
for a run, less that of a run of few rows.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import itertools
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import numpy as np
import orjson

from mmrecipes.core.image import image_from_file
from mmrecipes.core.sample import user
from mmrecipes.models.binding import Endpoint
from mmrecipes.models.call import Asker, Call, Sampling
from mmrecipes.models.client import Client
from mmrecipes.models.coordinator import Coordinator
from mmrecipes.models.transport import HttpTransport
from mmrecipes.store.answers import AnswerLog

sys.path.insert(0, str(Path(__file__).resolve().parent))
from mock_endpoint import start_mock

CALLS = 4
REPLY = "ok {key} " + "a plain sentence of some length. " * 12
RECIPE = Path(__file__).resolve().parents[1] / "tests" / "flow" / "asking.py"


async def bare(url: str, bodies: list[list[bytes]], in_flight: int) -> int:
    """The floor: rows of dependent calls, `in_flight` of them at once."""
    rows, done = iter(bodies), 0
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def work() -> None:
            nonlocal done
            for row in rows:
                for body in row:
                    headers = {"content-type": "application/json"}
                    async with session.post(f"{url}/chat/completions", data=body, headers=headers) as reply:
                        orjson.loads(await reply.read())
                        done += 1

        await asyncio.gather(*(work() for _ in range(in_flight)))
    return done


def text_bodies(rows: int) -> list[list[bytes]]:
    return [
        [body([{"role": "user", "content": f"row {r:06d} call {c}" + " ok" * 60 * c}]) for c in range(CALLS)]
        for r in range(rows)
    ]


def image_bodies(files: list[Path]) -> list[list[bytes]]:
    def one(file: Path) -> list[bytes]:
        url = "data:image/png;base64," + base64.b64encode(file.read_bytes()).decode()
        content = [{"type": "image_url", "image_url": {"url": url}}, {"type": "text", "text": "What is it?"}]
        return [body([{"role": "user", "content": content}])]

    return [one(file) for file in files]


def body(messages: Any) -> bytes:
    return orjson.dumps({"model": "mock", "messages": messages, "temperature": 0.0, "max_tokens": 200})


def timed(work: Any) -> float:
    """CPU seconds of this process and of the children that ended meanwhile."""
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    before = sum(r.ru_utime + r.ru_stime for r in map(resource.getrusage, who))
    work()
    return sum(r.ru_utime + r.ru_stime for r in map(resource.getrusage, who)) - before


async def client(url: str, calls: list[list[Call]], in_flight: int, log: Path) -> None:
    """The model layer alone: every call is admitted, sent, logged and committed before the next of its row."""
    endpoint = Endpoint(model="mock", url=url, max_in_flight=in_flight)
    answers = AnswerLog.open(log)
    rows = iter(enumerate(calls))
    async with HttpTransport() as transport:
        caller = Client(Coordinator(answers, {endpoint.name: endpoint}), transport)

        async def work() -> None:
            for number, row in rows:
                for call in row:
                    await caller.call(endpoint, call, Asker("teacher", str(number), str(number), 0, {}))

        await asyncio.gather(*(work() for _ in range(in_flight * 2)))
    answers.close()


def text_calls(rows: int) -> list[list[Call]]:
    def one(row: int, number: int) -> Call:
        said = user(f"row {row:06d} call {number}" + " ok" * 60 * number)
        return Call(name=f"chain/{number}", messages=(said,), sampling=Sampling(max_tokens=200))

    return [[one(r, c) for c in range(CALLS)] for r in range(rows)]


def image_calls(files: list[Path]) -> list[list[Call]]:
    images = [image_from_file(file) for file in files]
    return [[Call(name="see", messages=(user(im, "What is it?"),), images=(im,))] for im in images]


def engine(url: str, out: Path, n: int | None, in_flight: int, workers: int, **params: Any) -> None:
    binding = {"kind": "endpoint", "model": "mock", "url": url, "max_in_flight": in_flight}
    arguments = orjson.dumps([str(out), n, {"teacher": [binding]}, {"workers": workers, **params}]).decode()
    subprocess.run([sys.executable, str(RECIPE), arguments], check=True)


@dataclass
class Measured:
    """One line of the table, filled round by round."""

    what: str
    limit: int
    bare: list[float] = field(default_factory=list)
    ours: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    seen: int = 0

    def beside(self, mock: Any, bodies: list[list[bytes]], work: Any, idle: Any = None) -> None:
        """One round: the bare loop, then our work; `idle` does what is to be left out of the CPU time."""
        mock.reset()
        asyncio.run(bare(mock.url, bodies, self.limit))
        self.bare.append(calls_per_second(mock.stats()))
        before = timed(idle) if idle else 0.0
        mock.reset()
        cpu = timed(work) - before
        stats = mock.stats()
        self.ours.append(calls_per_second(stats))
        self.cpu.append(cpu / stats["calls"] * 1e3)
        self.seen = max(self.seen, stats["max_in_flight"])

    def __str__(self) -> str:
        median = statistics.median
        ratio = median(e / b for e, b in zip(self.ours, self.bare, strict=True))
        figures = (
            f"{median(self.bare):,.0f}",
            f"{median(self.ours):,.0f}",
            f"{ratio:.0%}",
            f"{median(self.cpu):.2f} ms",
        )
        return "| " + " | ".join([self.what, str(self.limit), *figures, str(self.seen)]) + " |"


def calls_per_second(stats: dict[str, Any]) -> float:
    """Between the first and the last request that the endpoint saw."""
    return stats["calls"] / max(1e-9, stats["last"] - stats["first"])


def lines(rows: int, rounds: int, folder: Path) -> Iterator[Measured]:
    files = noise_files(folder / "images", rows, 200_000)
    few = noise_files(folder / "few", 8, 200_000)
    work: dict[str, Any]
    for limit in (64, 256):
        texts, pictures = text_bodies(rows), image_bodies(files)
        with start_mock(latency=50, reply=REPLY) as mock:
            for what, kind in itertools.product(
                ("client", "run, 1 worker", "run, 2 workers"), ("text", "image of 200 kB")
            ):
                line = Measured(f"{what}: {kind}", limit)
                for number in range(rounds):
                    place = folder / f"{limit}-{what[-9:]}-{kind}-{number}"
                    bodies = texts if kind == "text" else pictures
                    if what == "client":
                        place.mkdir()
                        calls = text_calls(rows) if kind == "text" else image_calls(files)
                        line.beside(mock, bodies, partial(run_client, mock.url, calls, limit, place / "answers.sqlite"))
                        continue
                    workers = int(what[5])
                    work = {"calls": CALLS} if kind == "text" else {"images": str(files[0].parent)}
                    least = {"calls": CALLS} if kind == "text" else {"images": str(few[0].parent)}
                    n = rows if kind == "text" else None
                    idle = partial(engine, mock.url, place / "few", n and 8, limit, workers, **least)
                    line.beside(mock, bodies, partial(engine, mock.url, place / "all", n, limit, workers, **work), idle)
                yield line


def run_client(*given: Any) -> None:
    asyncio.run(client(*given))


def noise_files(folder: Path, count: int, size: int) -> list[Path]:
    """PNG files of about `size` bytes that do not compress."""
    from mmrecipes.canvas.encode import encode

    folder.mkdir(parents=True, exist_ok=True)
    side = round((size / 3) ** 0.5)
    for number in range(count):
        pixels = np.random.default_rng(number).integers(0, 256, (side, side, 3), np.uint8)
        (folder / f"{number:05d}.png").write_bytes(encode(pixels).data)
    return sorted(folder.iterdir())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1500)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    head = ["what", "limit", "bare loop, calls/s", "ours, calls/s", "ratio", "client CPU per call", "most in flight"]
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n")
    print("| " + " | ".join(head) + " |\n|" + "---|" * len(head))
    with tempfile.TemporaryDirectory() as folder:
        for line in lines(given.rows, given.rounds, Path(folder)):
            print(line, flush=True)


if __name__ == "__main__":
    main()
