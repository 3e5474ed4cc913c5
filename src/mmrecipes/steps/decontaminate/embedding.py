"""A copy-detection embedder behind an endpoint: pictures to vectors of length 1.

Every answer is logged in the folder it is given, so that nothing is paid twice; after an error what is in flight is
still waited for. Covered: OpenAI-compatible embeddings
endpoints that take a picture as a chat message (vLLM's form), several pictures in flight. Not covered: local models.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from mmrecipes.core.errors import InputError, PlanError
from mmrecipes.core.image import Image
from mmrecipes.core.sample import user
from mmrecipes.flow.service import ModelService
from mmrecipes.models.binding import Endpoint, parse_bindings
from mmrecipes.models.call import Call
from mmrecipes.steps.decontaminate.reading import Vector

ROLE = "embedder"
_ROLES = {ROLE: {"kind": "embedder", "help": "a copy-detection model"}}


class EndpointEmbedder:
    """Use as a context manager. `target` is MODEL@URL; `folder` holds the answer log."""

    def __init__(self, target: str, folder: Path) -> None:
        if not re.fullmatch(r"[^@]+@https?://.+", target):
            raise PlanError(
                f"--embedder {target}: write MODEL@URL, for example --embedder sscd@http://localhost:8000/v1"
            )
        bindings = parse_bindings(_ROLES, [f"{ROLE}={target}"], None)
        bound = bindings[ROLE][0]
        assert isinstance(bound, Endpoint)
        self.name = bound.model
        self._service = ModelService(folder, bindings, None)

    def __call__(self, images: Sequence[Image]) -> list[Vector]:
        """One vector per picture; they are asked for at the same time. Raises `CallError`, and `InputError` when the
        vectors have no length."""
        return self._service.run(self._embedded(images))

    async def _embedded(self, images: Sequence[Image]) -> list[Vector]:
        return await asyncio.gather(*(self._one(image) for image in images))

    async def _one(self, image: Image) -> Vector:
        call = Call(name="copy_detection", kind="embedding", messages=(user(image),), images=(image,))
        reply = await self._service.plan_models().call(ROLE, call)
        vector = np.array(reply.vectors[0], np.float32)
        norm = float(np.linalg.norm(vector))
        if norm == 0:
            raise InputError(f"{self.name} gives a vector of zeros for a picture: it is no embedder of pictures")
        return (vector / norm).astype(np.float32)

    def __enter__(self) -> Self:
        self._service.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if error is not None:
            self._service.drain()
        self._service.__exit__(kind, error, at)
