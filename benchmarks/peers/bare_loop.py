"""The floor: 64 coroutines, aiohttp and a file. Nothing is resumed; see `common` for the command line.

What a person writes in ten minutes: three attempts per row, `Retry-After` slept by the row that got it, answers written
to a file as they come and flushed at the end, lost rows in a file of their own. Killed, it starts over.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any, TextIO

import aiohttp
import orjson
from common import IN_FLIGHT, Job, arguments, job, prompt, version

ATTEMPTS = 3


def body(task: Job, index: int) -> bytes:
    """The request of one row."""
    content: Any = prompt(index)
    if task.case.startswith("images"):
        image = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{task.encoded(index)}"}}
        content = [{"type": "text", "text": content}, image]
    return orjson.dumps({"model": "mock", "messages": [{"role": "user", "content": content}]})


async def ask(session: aiohttp.ClientSession, task: Job, index: int) -> str | None:
    """A row's answer, or nothing after three attempts."""
    sent = body(task, index)
    for _ in range(ATTEMPTS):
        async with session.post(f"{task.url}/chat/completions", data=sent) as reply:
            if reply.status == 200:
                return orjson.loads(await reply.read())["choices"][0]["message"]["content"]
            await asyncio.sleep(float(reply.headers.get("Retry-After", 0)))
    return None


async def worker(session: aiohttp.ClientSession, task: Job, left: Iterator[int], file: TextIO, lost: list[int]) -> None:
    for index in left:
        answer = await ask(session, task, index)
        if answer is None:
            lost.append(index)
        else:
            file.write(orjson.dumps({"index": index, "answer": answer}).decode() + "\n")


async def run(task: Job) -> list[int]:
    """Ask for all rows; the lost ones are returned."""
    left, lost = iter(range(task.rows)), []
    headers = {"Content-Type": "application/json"}
    connector = aiohttp.TCPConnector(limit=IN_FLIGHT)
    with (task.out / "answers.jsonl").open("w") as file:
        async with aiohttp.ClientSession(connector=connector, headers=headers) as session:
            await asyncio.gather(*(worker(session, task, left, file, lost) for _ in range(IN_FLIGHT)))
    return lost


def main() -> None:
    task = job(arguments().parse_args())
    lost = asyncio.run(run(task))
    (task.out / "lost.txt").write_text("".join(f"{index}\n" for index in lost))
    lines = (task.out / "answers.jsonl").read_bytes().splitlines()
    answers = [orjson.loads(line)["answer"] for line in lines]
    task.report(answers, lost, "lost.txt", package=version("aiohttp"), attempts=ATTEMPTS)


if __name__ == "__main__":
    main()
