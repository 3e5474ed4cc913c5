"""What plan time finds out about an endpoint, and how it says what to do."""

from __future__ import annotations

import asyncio
import io
import socket
from typing import Any

import pytest
from PIL import Image as Pil

from mmrecipes.core.errors import CallError, PlanError
from mmrecipes.models.call import Call, Choice, Malformed, Reply, Usage
from mmrecipes.models.probe import probe_endpoint
from mmrecipes.models.replies import read_reply
from mmrecipes.models.request import request_of
from mmrecipes.models.transport import HttpTransport
from mmrecipes_tests.models.raw_server import Answer, Asked, RawServer, http, reply_with, said, serving

LISTED = {"object": "list", "data": [{"id": "m", "object": "model"}, {"id": "m-large"}]}


def replying(text: str = "Red.", finish: str = "stop", stand_in: bool = False) -> Reply:
    return Reply((Choice(text, finish),), "m", Usage(1, 1), stand_in=stand_in)


def probed(
    answer: Answer | bytes, sees_images: bool = False, reply: Reply | Exception | None = None, **settings: Any
) -> tuple[list[str], RawServer, list[Call]]:
    """Remarks, what the server saw, what was asked. `reply` is how the vision question ends."""
    calls: list[Call] = []

    async def ask(call: Call) -> Reply:
        calls.append(call)
        if isinstance(reply, Exception):
            raise reply
        return reply or replying()

    async def exchange() -> tuple[list[str], RawServer, list[Call]]:
        async with serving(reply_with(answer) if isinstance(answer, bytes) else answer) as server:
            endpoint = server.endpoint(**settings)
            async with HttpTransport() as transport:
                remarks = await probe_endpoint(transport, endpoint, role="teacher", sees_images=sees_images, ask=ask)
            return remarks, server, calls

    return asyncio.run(exchange())


def refusal(*arguments: Any, **settings: Any) -> str:
    with pytest.raises(PlanError) as caught:
        probed(*arguments, **settings)
    message = str(caught.value)
    assert message.startswith("role teacher: ") and "@http://127.0.0.1:" in message and "\n" not in message
    return message


def test_a_model_that_is_listed_is_fine_and_nothing_is_asked() -> None:
    remarks, server, calls = probed(http(LISTED))
    assert remarks == [] and calls == []
    assert [(a.method, a.path) for a in server.asked] == [("GET", "/v1/models")]


@pytest.mark.parametrize(
    "body",
    [
        {"data": [{"id": "models/m"}]},
        {"models": [{"name": "m", "model": "m"}]},
        [{"id": "m"}, "x", {"id": 7}],
    ],
)
def test_lists_in_other_forms_are_read(body: Any) -> None:
    assert probed(http(body))[0] == []


def test_no_server_names_role_place_and_remedy() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
        message = refusal(http(LISTED), url=url)
    assert message == (
        f"role teacher: m@{url}: nothing answers there (connection refused); "
        "start the server or correct the URL in --role/--models"
    )


def test_a_redirect_is_refused_with_both_hosts() -> None:
    message = refusal(http(b"", 301, location="https://elsewhere.example/v1/models"))
    assert "elsewhere.example" in message and "127.0.0.1" in message


@pytest.mark.parametrize("status", [401, 403])
def test_a_missing_or_wrong_key_names_the_variable_and_never_the_key(
    status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEACHER_KEY", "sk-wrong-key-123")

    async def answer(asked: Asked, writer: Any) -> None:
        echo = asked.headers.get("authorization", "no key")
        writer.write(http({"error": {"message": f"invalid: {echo}"}}, status))

    missing = refusal(answer)
    assert "asks for a key" in missing and 'key = "NAME_OF_VARIABLE"' in missing
    wrong = refusal(answer, key="TEACHER_KEY")
    assert "TEACHER_KEY" in wrong and "sk-wrong" not in wrong and "invalid: Bearer ***" in wrong
    monkeypatch.delenv("TEACHER_KEY")
    with pytest.raises(PlanError, match="TEACHER_KEY is not set"):
        probed(answer, key="TEACHER_KEY")


def test_an_unknown_model_lists_near_names() -> None:
    message = refusal(http({"data": [{"id": "qwen2.5-vl-7b"}, {"id": "whisper"}]}), model="qwen2.5-vl-72b")
    assert "has no model 'qwen2.5-vl-72b'; it has 2: qwen2.5-vl-7b" in message and "whisper" not in message
    many = refusal(http({"data": [{"id": f"other-{n}\x1b[31m"} for n in range(40)]}), model="z")
    assert "it has 40: " in many and many.isprintable() and len(many) < 400


@pytest.mark.parametrize("status", [404, 405, 501, 429])
def test_a_server_that_does_not_list_its_models_is_a_remark(status: int) -> None:
    remarks = probed(http({"detail": "Not Found"}, status))[0]
    assert len(remarks) == 1 and f"HTTP {status}" in remarks[0] and "not checked" in remarks[0]


def test_an_empty_list_is_a_remark() -> None:
    assert "lists no models" in probed(http({"data": []}))[0][0]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (http("<html><title>Welcome</title></html>"), "no model API (Welcome); the URL usually ends in /v1"),
        (http({"status": "ok"}), "no model API"),
        (http({"error": {"message": "Loading model"}}, 503), "not ready (HTTP 503: Loading model)"),
        (http(b"", 500), "not ready (HTTP 500"),
    ],
)
def test_what_is_no_api_or_not_ready_is_refused(body: bytes, words: str) -> None:
    assert words in refusal(body)


def test_a_silent_server_is_refused_in_time() -> None:
    async def answer(asked: Asked, writer: Any) -> None:
        await asyncio.sleep(30)

    assert "no whole reply within 0.3 s" in refusal(answer, timeout=0.3)


def test_vision_is_asked_once_about_a_small_picture() -> None:
    remarks, _, (call,) = probed(http(LISTED), True)
    assert remarks == []
    assert call.sampling.max_tokens <= 16 and not call.sampling.random and call.name == "probe/vision"
    (picture,) = call.images
    drawn = Pil.open(io.BytesIO(picture.data)).convert("RGB")
    assert drawn.size == picture.size == (56, 56)
    assert drawn.getpixel((28, 28)) == (220, 20, 20) and drawn.getpixel((1, 1)) == (255, 255, 255)


def test_a_model_declared_without_vision_is_refused_before_anything_is_sent() -> None:
    assert "without vision" in refusal(http(LISTED), True, vision=False)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            CallError("http_400", "HTTP 400: not a multimodal model", 400),
            "not a multimodal model); bind a vision model",
        ),
        (CallError("http_500", "HTTP 500: boom", 500), "boom); is the server healthy?"),
        (CallError("timeout", "no whole reply within 9 s"), "is the server healthy?"),
        (CallError("http_401", "HTTP 401: no", 401), "asks for a key (HTTP 401)"),
    ],
)
def test_an_endpoint_that_does_not_take_the_picture_is_refused(error: CallError, words: str) -> None:
    assert words in refusal(http(LISTED), True, error)


def test_an_odd_answer_about_the_picture_is_a_remark() -> None:
    assert "called a red disc 'I cannot see images': does it see?" in probed(
        http(LISTED), True, replying("I cannot see images")
    )[0][0]  # fmt: skip
    assert "nothing usable" in probed(http(LISTED), True, Malformed("empty", "it has no text"))[0][0]
    for quiet in (replying("anything", stand_in=True), replying("", "length")):
        assert probed(http(LISTED), True, quiet)[0] == []


def test_an_endpoint_of_raw_prompts_is_not_asked() -> None:
    remarks, _, calls = probed(http(LISTED), True, raw_prompt="sglang")
    assert calls == [] and "raw prompts" in remarks[0]


def test_the_question_can_really_be_sent() -> None:
    async def answer(asked: Asked, writer: Any) -> None:
        writer.write(http(LISTED if asked.method == "GET" else said("It is red")))

    async def exchange() -> tuple[list[str], RawServer]:
        async with serving(answer) as server, HttpTransport() as transport:
            endpoint = server.endpoint()

            async def ask(call: Call) -> Reply:
                return read_reply(call, (await transport.send(endpoint, request_of(endpoint, call))).body, (1, 1))

            return await probe_endpoint(transport, endpoint, role="teacher", sees_images=True, ask=ask), server

    remarks, server = asyncio.run(exchange())
    assert remarks == []
    parts = server.asked[1].json["messages"][0]["content"]
    assert parts[0]["image_url"]["url"].startswith("data:image/png;base64,")
