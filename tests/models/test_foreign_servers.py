"""Two servers not written here, with models of random weights: what is sent is understood, what they reply is read.

llama.cpp's own server and Hugging Face's `transformers serve`; both come with the extra `servers`. What such models say
is noise; what counts is its form.
"""

from __future__ import annotations

import asyncio
import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from mmrecipes.core.errors import PlanError
from mmrecipes.core.sample import assistant, user
from mmrecipes.models.binding import Endpoint, ImageLimits
from mmrecipes.models.call import Call, Reply, Sampling
from mmrecipes.models.parsing import json_value
from mmrecipes.models.probe import _picture, probe_endpoint
from mmrecipes.models.replies import BadReply, error_message, read_reply
from mmrecipes.models.request import request_of
from mmrecipes.models.response import Response
from mmrecipes.models.transport import HttpTransport

pytestmark = pytest.mark.slow
HERE = Path(__file__).parent
KEY = "sk-tiny-0123456789"
MARKER = "<__media__>"
UNKNOWN = (-1, -1)
PICTURE = _picture()
GREEDY = Sampling(max_tokens=12)
DRAWN = Sampling(max_tokens=12, temperature=1.0, top_p=0.9, seed=7)
CHAT = Call(name="chat", messages=(user("Hello"), assistant("Hi."), user("What is a cat?")), sampling=GREEDY)
LOOK = Call(name="look", messages=(user(PICTURE, "What is this?"),), images=(PICTURE,), sampling=GREEDY)
RAW = Call(name="raw", kind="completion", text="Once upon a time", sampling=GREEDY)


@contextmanager
def running(script: str, *arguments: Any, needs: tuple[str, ...]) -> Iterator[str]:
    """A server in a process of its own, which ends when its standard input does: at the latest with this process."""
    if missing := [name for name in needs if importlib.util.find_spec(name) is None]:
        pytest.fail(f"{', '.join(missing)}: not installed; these tests need the extra `servers`")
    quiet = {"HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1", "LLAMA_MEDIA_MARKER": MARKER, "LLAMA_KEY": KEY}
    command = [sys.executable, str(HERE / script), *map(str, arguments)]
    log = Path(arguments[0]) / "log"
    with (
        log.open("w") as errors,
        subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env={**os.environ, **quiet},
        ) as process,
    ):
        assert process.stdin and process.stdout
        try:
            address = next((line.strip() for line in process.stdout if line.startswith("http")), "")
            assert address, f"{script} did not start:\n{log.read_text()[-2000:]}"
            yield address
        finally:
            process.stdin.close()
            process.wait(20)


@pytest.fixture(scope="module")
def llama(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    needs = ("xllamacpp", "gguf")
    with running("llama_server.py", tmp_path_factory.mktemp("llama"), "chat", needs=needs) as address:
        yield Endpoint(model="tiny", url=f"{address}/v1", key="TINY_KEY", timeout=60)


@pytest.fixture(scope="module")
def hugging_face(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    folder = tmp_path_factory.mktemp("hugging_face")
    needs = ("torch", "transformers", "fastapi", "uvicorn", "openai")
    with running("transformers_server.py", folder, needs=needs) as address:
        yield Endpoint(model=str(folder), url=f"{address}/v1", timeout=60)


@pytest.fixture(params=["llama", "hugging_face"])
def either(request: pytest.FixtureRequest) -> Endpoint:
    return request.getfixturevalue(request.param)


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINY_KEY", KEY)
    monkeypatch.setenv("WRONG_KEY", "sk-wrong-0123456789")


def sent(endpoint: Endpoint, call: Call) -> Response:
    async def exchange() -> Response:
        async with HttpTransport() as transport:
            return await transport.send(endpoint, request_of(endpoint, call))

    return asyncio.run(exchange())


def asked(endpoint: Endpoint, call: Call) -> Reply:
    response = sent(endpoint, call)
    assert response.status == 200, error_message(response)
    reply = read_reply(call, response.body, UNKNOWN)
    assert reply.usage.known and reply.usage.tokens_in > 0
    return reply


def having(endpoint: Endpoint, **settings: Any) -> Endpoint:
    return endpoint.model_copy(update=settings)


def probed(endpoint: Endpoint, sees_images: bool) -> list[str]:
    async def exchange() -> list[str]:
        async with HttpTransport() as transport:

            async def ask(call: Call) -> Reply:
                return read_reply(call, (await transport.send(endpoint, request_of(endpoint, call))).body, UNKNOWN)

            return await probe_endpoint(transport, endpoint, role="teacher", sees_images=sees_images, ask=ask)

    return asyncio.run(exchange())


# --- both -----------------------------------------------------------------------------------------------------------


def test_a_chat_is_answered_and_cut_at_max_tokens(either: Endpoint) -> None:
    reply = asked(either, CHAT)
    assert reply.text and reply.truncated and reply.usage.tokens_out == 12
    assert asked(either, CHAT) == reply, "greedy sampling repeats itself"
    longer = asked(either, CHAT.having(sampling=Sampling(max_tokens=20)))
    assert longer.usage.tokens_out == 20


def test_an_image_is_seen(either: Endpoint) -> None:
    reply, unseen = asked(either, LOOK), asked(either, LOOK.having(messages=(user("What is this?"),), images=()))
    assert reply.text and reply.usage.images == 1
    assert reply.usage.tokens_in > unseen.usage.tokens_in, "the picture counts for tokens"


@pytest.mark.parametrize("limits", [ImageLimits(types=("image/jpeg",)), ImageLimits(max_side=28)])
def test_a_converted_image_is_taken(either: Endpoint, limits: ImageLimits) -> None:
    assert asked(having(either, image=limits), LOOK).text


def test_a_raw_prompt_is_completed(either: Endpoint) -> None:
    reply = asked(either, RAW)
    assert reply.text and reply.truncated and reply.usage.tokens_out == 12


def test_sampled_replies_are_taken(either: Endpoint) -> None:
    assert asked(either, CHAT.having(sampling=DRAWN)).usage.tokens_out <= 12


def test_the_probe_finds_the_model_and_that_it_takes_pictures(either: Endpoint) -> None:
    assert [remark for remark in probed(either, True) if "does it see" not in remark] == []
    with pytest.raises(PlanError, match="has no model 'tinny'; it has 1: "):
        probed(having(either, model="tinny"), False)


# --- llama.cpp ------------------------------------------------------------------------------------------------------


def test_llama_gives_as_many_replies_as_asked_for(llama: Endpoint) -> None:
    reply = asked(llama, CHAT.having(n=3, sampling=DRAWN))
    assert len({c.text for c in reply.choices}) > 1 and len(reply.choices) == 3


@pytest.mark.parametrize("call", [CHAT, RAW])
@pytest.mark.parametrize("form", ["", "llama.cpp"])
def test_llama_stops_where_told(llama: Endpoint, call: Call, form: Any) -> None:
    endpoint = having(llama, raw_prompt=form)
    at_length = call.having(sampling=Sampling(max_tokens=80))
    text = asked(endpoint, at_length).text
    stop = next(c for c in text[1:] if c.isascii() and c.isprintable() and c != text[0])
    reply = asked(endpoint, call.having(sampling=Sampling(max_tokens=80, stop=(stop,))))
    assert reply.text == text[: text.index(stop)] and reply.finish == "stop"


def test_llamas_native_route_takes_raw_prompts_with_images(llama: Endpoint) -> None:
    endpoint = having(llama, raw_prompt="llama.cpp")
    reply = asked(endpoint, RAW.having(text=f"{MARKER}A picture of", images=(PICTURE,)))
    assert reply.text and reply.truncated and reply.usage.tokens_in > asked(endpoint, RAW).usage.tokens_in
    several = asked(endpoint, RAW.having(n=2, sampling=DRAWN))
    assert len(several.choices) == 2 and several.usage.tokens_out == 24


def test_the_probe_tells_how_llama_marks_images(llama: Endpoint) -> None:
    (remark,) = probed(having(llama, raw_prompt="llama.cpp"), True)
    assert f"marked '{MARKER}'" in remark


def test_llama_keeps_to_a_schema_and_gives_logprobs(llama: Endpoint) -> None:
    schema = {"type": "object", "properties": {"size": {"enum": [1, 2]}}, "required": ["size"]}
    call = CHAT.having(schema=schema, sampling=Sampling(max_tokens=60))
    assert json_value(asked(having(llama, structured="json_schema"), call).text)["size"] in (1, 2)
    assert len(asked(llama, CHAT.having(logprobs=2)).choices[0].logprobs["content"]) == 12


def test_llama_refuses_a_wrong_key_and_what_it_cannot_do_in_words(llama: Endpoint) -> None:
    wrong = sent(having(llama, key="WRONG_KEY"), CHAT)
    assert (wrong.status, error_message(wrong)) == (401, "Invalid API Key")
    many = sent(llama, CHAT.having(n=99))
    assert many.status == 400 and "99" in error_message(many)
    unable = sent(llama, Call(name="e", kind="embedding", texts=("a",)))
    assert unable.status == 501 and "does not support embeddings" in error_message(unable)


def test_llama_embeds(tmp_path: Path) -> None:
    with running("llama_server.py", tmp_path, "embed", needs=("xllamacpp", "gguf")) as address:
        endpoint = Endpoint(model="tiny", url=f"{address}/v1", key="TINY_KEY")
        reply = asked(endpoint, Call(name="e", kind="embedding", texts=("a cat", "a dog", "a cat")))
    first, second, third = reply.vectors
    assert len(first) == 32 and first == pytest.approx(third, abs=1e-4) and first != pytest.approx(second, abs=1e-2)
    assert reply.usage.tokens_out == 0


# --- transformers ---------------------------------------------------------------------------------------------------


def test_transformers_names_a_wrong_model(hugging_face: Endpoint) -> None:
    response = sent(having(hugging_face, model="nope"), CHAT)
    assert response.status == 400 and "nope" in error_message(response)


def test_a_server_that_ignores_n_is_noticed(hugging_face: Endpoint) -> None:
    with pytest.raises(BadReply, match="3 replies were asked for, 1 came"):
        asked(hugging_face, CHAT.having(n=3, sampling=DRAWN))


def test_a_route_that_is_not_there_is_an_error_in_words(hugging_face: Endpoint) -> None:
    response = sent(having(hugging_face, raw_prompt="llama.cpp"), RAW)
    assert (response.status, error_message(response)) == (404, "Not Found")
