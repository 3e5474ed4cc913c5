from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from mmrecipes.core.errors import PlanError
from mmrecipes.core.image import FileRange, Image, trusted_image
from mmrecipes.core.sample import assistant, user
from mmrecipes.models.binding import Endpoint, ImageLimits
from mmrecipes.models.call import Call, Sampling
from mmrecipes.models.request import key_of, request_of

PICTURE = trusted_image(b"not really a picture", "image/png", 10, 10)


def endpoint(**settings: Any) -> Endpoint:
    return Endpoint.model_validate({"model": "m", "url": "http://h/v1", **settings})


def call(**fields: Any) -> Call:
    given = {"name": "p", "messages": (user("before", PICTURE, "after"),), "images": (PICTURE,), **fields}
    return Call(**given)


def test_images_stand_between_the_texts_where_the_message_shows_them_and_are_logged_by_hash_only() -> None:
    request = request_of(endpoint(), call())
    (message,) = request.body["messages"]
    assert [p["type"] for p in message["content"]] == ["text", "image_url", "text"]
    logged = orjson.loads(request.logged)
    assert logged["messages"][0]["content"][1]["image_url"]["url"] == {"$image": PICTURE.sha256}
    assert b"really" not in request.logged


def test_the_key_depends_on_everything_that_decides_the_answer() -> None:
    def keyed(made: Call, draw: str = "", **settings: Any) -> bytes:
        place = endpoint(**settings)
        return key_of(place, request_of(place, made), draw)

    other = Image("f" * 64, "image/png", 10, 10, b"x")
    keys = [
        keyed(call()), keyed(call(), draw="sample 1"), keyed(call(), model="m2"), keyed(call(), revision="2"),
        keyed(call(), extra={"top_k": 3}), keyed(call(), sampling={"temperature": 0.5}),
        keyed(call(sampling=Sampling(temperature=0.7))), keyed(call(sampling=Sampling(max_tokens=3))),
        keyed(call(messages=(user("before", PICTURE, "later"),))), keyed(call(n=2)), keyed(call(logprobs=1)),
        keyed(call(messages=(user("before", other, "after"),), images=(other,))),
        keyed(call(), image=ImageLimits(max_side=100)), keyed(call(extra={"chat_template": "t"})),
    ]  # fmt: skip
    assert len(set(keys)) == len(keys)


def test_the_key_does_not_depend_on_place_price_limits_or_where_the_image_lies(tmp_path: Path) -> None:
    (tmp_path / "p").write_bytes(PICTURE.data)
    lazy = Image(PICTURE.sha256, "image/png", 10, 10, FileRange(tmp_path / "p", 0, len(PICTURE.data)))
    one, two = endpoint(), endpoint(url="http://elsewhere/v1", max_in_flight=2, price={"input": 3}, timeout=5)
    assert key_of(one, request_of(one, call()), "d") == key_of(two, request_of(two, call(images=(lazy,))), "d")


@pytest.mark.parametrize(
    ("form", "path", "field"),
    [("sglang", "/generate", "text"), ("llama.cpp", "/completion", "prompt"), ("completions", "completions", "prompt")],
)
def test_a_raw_prompt_with_an_image_goes_out_in_the_servers_own_form(form: str, path: str, field: str) -> None:
    raw = Call(
        name="hook", kind="completion", text="<start>", images=(PICTURE,), sampling=Sampling(1.0, 64, min_tokens=5)
    )
    request = request_of(endpoint(raw_prompt=form), raw)
    assert request.path == path and field in request.body
    assert PICTURE.sha256 in request.logged.decode()


def test_sglang_gets_penalties_and_seed_among_its_sampling_parameters() -> None:
    sampling = Sampling(1.0, 64, min_tokens=5, seed=3)
    raw = Call(name="h", kind="completion", text="x", sampling=sampling, extra={"repetition_penalty": 1.1, "other": 1})
    body = request_of(endpoint(raw_prompt="sglang"), raw).body
    assert body["sampling_params"] == {
        "temperature": 1.0, "max_new_tokens": 64, "min_new_tokens": 5, "sampling_seed": 3, "repetition_penalty": 1.1,
    }  # fmt: skip
    assert body["other"] == 1 and "repetition_penalty" not in body


def test_a_raw_prompt_with_an_image_is_refused_where_no_form_is_known() -> None:
    with pytest.raises(PlanError, match="raw_prompt"):
        request_of(endpoint(), Call(name="hook", kind="completion", text="x", images=(PICTURE,)))


def test_an_image_for_an_endpoint_without_vision_is_refused() -> None:
    with pytest.raises(PlanError, match="without vision"):
        request_of(endpoint(vision=False), call())


def test_a_schema_is_sent_only_where_the_server_offers_structured_output() -> None:
    asked = call(schema={"type": "object"})
    assert "response_format" not in request_of(endpoint(), asked).body
    assert request_of(endpoint(structured="json_object"), asked).body["response_format"] == {"type": "json_object"}
    sent = request_of(endpoint(structured="json_schema"), asked).body["response_format"]
    assert sent["json_schema"]["schema"] == {"type": "object"}


def test_a_complaint_shows_the_reply_and_what_was_wrong_with_it() -> None:
    again = call().asked_again("garbled", "it has no `Answer:`")
    assert again.messages[1] == assistant("garbled") and "it has no `Answer:`" in again.messages[2].text
    place = endpoint()
    assert key_of(place, request_of(place, again), "") != key_of(place, request_of(place, call()), "")


def test_embeddings_keep_the_order_of_the_texts() -> None:
    request = request_of(endpoint(), Call(name="e", kind="embedding", texts=("b", "a")))
    assert request.path == "embeddings" and request.body["input"] == ["b", "a"]
