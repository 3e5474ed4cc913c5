"""An embedder behind a loopback endpoint, in vLLM's form: the colours of a 4x4 grid as a vector."""

from __future__ import annotations

import base64
import io
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

import numpy as np
from PIL import Image as Pil

ANSWER_TIME = 0.05
"""Seconds that an answer takes, so that calls sent together are seen together."""


class Grid:
    """Use as a context manager. Crops and turns change a vector, encoding does not; below `/zero` all vectors are zero.
    `calls` counts requests, `answered` those with a vector, `together` the most that were open at once. Of those after
    the first `enough` none is answered."""

    def __init__(self, enough: int = 1_000_000) -> None:
        self.enough = enough
        self.calls = self.answered = self.together = self._open = 0
        self._lock = threading.Lock()
        grid = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                grid.answer(self)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        body = json.loads(request.rfile.read(int(request.headers["Content-Length"])))
        with self._lock:
            self.calls, self._open = self.calls + 1, self._open + 1
            self.together = max(self.together, self._open)
        time.sleep(ANSWER_TIME)
        with self._lock:
            self._open -= 1
            refused = self.answered >= self.enough
            self.answered += not refused
        if refused:
            request.send_response(400)
            request.end_headers()
            return
        (part,) = body["messages"][0]["content"]
        data = base64.b64decode(part["image_url"]["url"].partition(",")[2])
        pixels = np.asarray(Pil.open(io.BytesIO(data)).convert("RGB").resize((4, 4)), float) - 128
        vector = [0.0] * 48 if request.path.startswith("/zero") else pixels.ravel().tolist()
        reply = {"model": "grid", "data": [{"index": 0, "embedding": vector}], "usage": {"prompt_tokens": 1}}
        request.send_response(200)
        request.end_headers()
        request.wfile.write(json.dumps(reply).encode())

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
