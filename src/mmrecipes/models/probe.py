"""Plan time: does what fills a role answer, know the model, accept the key and take images?

Covered: one GET of the list of models and, where a recipe shows images, one question about a picture drawn here.
Not covered: how well a model does what it is asked; limits that show only under load.
"""

from __future__ import annotations

import difflib
import io
from collections.abc import Awaitable, Callable
from typing import Any

import orjson

from mmrecipes.core.errors import CallError, PlanError
from mmrecipes.core.image import Image, trusted_image
from mmrecipes.core.sample import user
from mmrecipes.models.binding import Endpoint
from mmrecipes.models.call import Call, Malformed, Reply, Sampling
from mmrecipes.models.parsing import one_line
from mmrecipes.models.replies import error_message
from mmrecipes.models.response import Response
from mmrecipes.models.transport import HttpTransport, SendError

SIDE = 56
"""Side of the picture: two patches of every common vision model."""

QUESTION = "Which colour is the disc in this picture? Answer with one word."
MOST_TOKENS = 16
_REFUSED_KEY = (401, 403)
_NO_SUCH_ROUTE = (404, 405, 501)
_REMEDIES = {
    "connection_refused": "start the server or correct the URL in --role/--models",
    "refused_redirect": "write the URL it points to, if you trust that host",
    "tls": "correct the URL, or install the authority that signed its certificate",
}


async def probe_endpoint(
    transport: HttpTransport,
    endpoint: Endpoint,
    *,
    role: str,
    sees_images: bool,
    ask: Callable[[Call], Awaitable[Reply]],
) -> list[str]:
    """Remarks for the user. Raises `PlanError` that names role, endpoint and remedy when the role cannot be filled."""
    where = f"role {role}: {endpoint.name}"
    if sees_images and not endpoint.vision:
        raise PlanError(f"{where}: is declared without vision, but the recipe shows it images; bind a vision model")
    try:
        response = await transport.get(endpoint, "models")
    except SendError as e:
        remedy = _REMEDIES.get(e.kind, "is the server up, and the URL in --role/--models right?")
        raise PlanError(f"{where}: {e.message}; {remedy}") from None
    remarks = _judge_list(response, endpoint, where)
    if sees_images and endpoint.raw_prompt:
        return [*remarks, await _raw_remark(transport, endpoint, where)]
    if sees_images:
        remarks += await _judge_vision(endpoint, where, ask)
    return remarks


async def _raw_remark(transport: HttpTransport, endpoint: Endpoint, where: str) -> str:
    """llama.cpp marks images in raw prompts by a text of its own, since 2026 another one for every server."""
    remark = f"{where}: is asked with raw prompts; whether it takes images shows at the first call"
    if endpoint.raw_prompt != "llama.cpp":
        return remark
    try:
        marker = _value((await transport.get(endpoint, "/props")).body)["media_marker"]
    except (SendError, TypeError, KeyError, IndexError):
        marker = None  # an older server, which knows one marker only
    if not isinstance(marker, str):
        return remark
    marker = one_line(marker, 80)
    return f"{remark}; images are marked {marker!r} there, as LLAMA_MEDIA_MARKER said when it was started"


def _judge_list(response: Response, endpoint: Endpoint, where: str) -> list[str]:
    status, said = response.status, error_message(response)
    if status in _REFUSED_KEY:
        raise PlanError(f"{where}: {_key_refused(endpoint, status)} ({said})")
    if status in _NO_SUCH_ROUTE:
        return [f"{where}: does not list its models (HTTP {status}), so the model's name is not checked"]
    if status == 429:
        return [f"{where}: is busy (HTTP 429), so the model's name is not checked"]
    if status != 200:
        raise PlanError(f"{where}: is not ready (HTTP {status}: {said}); wait until GET /models answers, or mend it")
    names = _names(response.body)
    if names is None:
        raise PlanError(f"{where}: what answers there is no model API ({said}); the URL usually ends in /v1")
    if not names:
        return [f"{where}: lists no models, so the model's name is not checked"]
    if endpoint.model not in names:
        near = difflib.get_close_matches(endpoint.model, names, 3, 0.4) or sorted(names)[:5]
        shown = ", ".join(one_line(name, 80) for name in near)
        raise PlanError(f"{where}: has no model {endpoint.model!r}; it has {len(names)}: {shown}")
    return []


def _key_refused(endpoint: Endpoint, status: int) -> str:
    if endpoint.key is None:
        return (
            f"asks for a key (HTTP {status}), and none is given; name the environment variable that holds it in "
            'models.toml: key = "NAME_OF_VARIABLE"'
        )
    return f"refuses the key in the environment variable {endpoint.key} (HTTP {status}); set it to a valid key"


def _names(body: bytes) -> list[str] | None:
    """The models listed, in OpenAI's or Ollama's form; None when this is no list of models."""
    value = _value(body)
    items = value.get("data", value.get("models")) if isinstance(value, dict) else value
    if not isinstance(items, list):
        return None
    found = [item.get(field) for item in items if isinstance(item, dict) for field in ("id", "name", "model")]
    names = [name for name in found if isinstance(name, str)]
    return names + [name.removeprefix("models/") for name in names if name.startswith("models/")]


def _value(body: bytes) -> Any:
    """JSON, or an empty object when it is none."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}


async def _judge_vision(endpoint: Endpoint, where: str, ask: Callable[[Call], Awaitable[Reply]]) -> list[str]:
    picture = _picture()
    call = Call(
        name="probe/vision",
        messages=(user(picture, QUESTION),),
        images=(picture,),
        sampling=Sampling(max_tokens=MOST_TOKENS),
    )
    try:
        reply = await ask(call)
    except CallError as e:
        if e.status in _REFUSED_KEY:
            raise PlanError(f"{where}: {_key_refused(endpoint, e.status)} ({e})") from e
        remedy = "bind a vision model" if 400 <= e.status < 500 else "is the server healthy?"
        raise PlanError(f"{where}: did not take a picture of {SIDE}x{SIDE} pixels ({e}); {remedy}") from e
    except Malformed as e:
        return [f"{where}: took a picture, but said nothing usable about it ({e.why})"]
    if reply.stand_in or reply.truncated or "red" in reply.text.lower():
        return []
    said = one_line(reply.text, 60)
    return [f"{where}: called a red disc {said!r}: does it see? Some servers drop images without a word"]


def _picture() -> Image:
    from PIL import Image as Pil
    from PIL import ImageDraw

    canvas, out = Pil.new("RGB", (SIDE, SIDE), "white"), io.BytesIO()
    ImageDraw.Draw(canvas).ellipse((8, 8, SIDE - 8, SIDE - 8), fill=(220, 20, 20))
    canvas.save(out, "PNG")
    return trusted_image(out.getvalue(), "image/png", SIDE, SIDE)
