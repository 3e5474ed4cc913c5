"""A recipe's stand-in behind a real OpenAI-compatible server on loopback: the client, its parsing and its limits are
then the real ones, and the answers are known.

`with serve("mmrecipes.recipes.llava.recipe", {"empty": 0.1}) as url:` is bound with `stand_in=True`.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import orjson
from aiohttp import web

from mmrecipes.flow.recipe import load_module
from mmrecipes.models.standin import Answering, call_from_body, completion_body

LIFETIME = 600.0


@contextmanager
def serve(location: str, faults: Mapping[str, float] | None = None) -> Iterator[str]:
    """Run the server in a process of its own; it ends with its standard input."""
    command = [sys.executable, __file__, location, orjson.dumps(dict(faults or {})).decode()]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None and process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.stdin.close()


def application(answering: Answering, faults: Mapping[str, float]) -> web.Application:
    async def answer(request: web.Request) -> web.Response:
        body: dict[str, Any] = orjson.loads(await request.read())
        asked = call_from_body(request.path, body, faults)
        said = await asyncio.to_thread(answering, asked)
        return web.json_response(body=orjson.dumps(completion_body(asked.call, said)))

    async def models(request: web.Request) -> web.Response:
        return web.json_response({"object": "list", "data": [{"id": "stand-in", "object": "model"}]})

    app = web.Application(client_max_size=64_000_000)
    app.router.add_get("/v1/models", models)
    for path in ("chat/completions", "completions", "embeddings"):
        app.router.add_post(f"/v1/{path}", answer)
    return app


async def main(location: str, faults: Mapping[str, float]) -> None:
    runner = web.AppRunner(application(load_module(location).stand_in, faults))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    assert site._server is not None
    port = site._server.sockets[0].getsockname()[1]  # type: ignore[attr-defined]
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(0, lambda: os.read(0, 4096) or ended.set())
    loop.call_later(LIFETIME, ended.set)
    print(f"http://127.0.0.1:{port}/v1", flush=True)
    await ended.wait()
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], orjson.loads(sys.argv[2])))
