"""Hostile and odd replies over real sockets: each becomes a reply, a named refusal or a cut, and never a guess."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmrecipes.core.sample import user
from mmrecipes.models.call import Call, Choice, Reply
from mmrecipes.models.parsing import json_value, whole
from mmrecipes.models.replies import BadReply, error_message, read_reply
from mmrecipes.models.response import Response
from mmrecipes_tests.models.raw_server import http, met, said

CALL = Call(name="ask", messages=(user("Say something."),))
RAW = Call(name="raw", kind="completion", text="Once")
WORST = (1000, 2000)


def read(answer: bytes, call: Call = CALL) -> Reply:
    response, _ = met(answer)
    assert isinstance(response, Response) and response.status == 200
    return read_reply(call, response.body, WORST)


def refusal(answer: bytes, call: Call = CALL) -> BadReply:
    with pytest.raises(BadReply) as caught:
        read(answer, call)
    assert len(caught.value.message) <= 300 and caught.value.message.isprintable()
    return caught.value


def choice(text: Any = "a cat", index: Any = 0, finish: Any = "stop", **message: Any) -> dict[str, Any]:
    return {"index": index, "finish_reason": finish, "message": {"role": "assistant", "content": text, **message}}


# --- replies that are in order --------------------------------------------------------------------------------------


def test_a_plain_reply() -> None:
    reply = read(http(said()))
    assert (reply.text, reply.finish, reply.model, reply.stand_in) == ("a cat", "stop", "m-1", False)
    assert (reply.usage.tokens_in, reply.usage.tokens_out, reply.usage.known) == (7, 3, True)


def test_json_in_a_fence_arrives_as_it_is_and_can_be_read() -> None:
    assert json_value(read(http(said('Sure!\n```json\n{"a": [1]}\n```'))).text) == {"a": [1]}


def test_a_wrong_content_type_does_not_matter() -> None:
    assert read(http(said(), content_type="text/html; charset=latin-1")).text == "a cat"


def test_a_packed_reply_is_unpacked() -> None:
    packed = gzip.compress(json.dumps(said("ä" * 5000)).encode())
    assert read(http(packed, content_encoding="gzip")).text == "ä" * 5000


def test_a_reply_cut_off_by_the_token_limit_says_so() -> None:
    reply = read(http(said(choices=[choice("half a sen", finish="length")])))
    assert reply.truncated and reply.text == "half a sen"
    spent_on_reasoning = read(http(said(choices=[choice(None, finish="length", reasoning_content="Hmm")])))
    assert spent_on_reasoning.truncated and spent_on_reasoning.text == ""


def test_a_refusal_is_kept_and_is_no_text() -> None:
    reply = read(http(said(choices=[choice(None, refusal="I will not.")])))
    assert reply.choices == (Choice("", refusal="I will not."),)
    filtered = read(http(said(choices=[choice(None, finish="content_filter")])))
    for each, why in ((reply, "I will not"), (filtered, "content filter")):
        with pytest.raises(ValueError, match=f"refused: .*{why}"):
            whole(each)


def test_parts_are_joined_and_reasoning_is_left_out() -> None:
    parts = [{"type": "thinking", "thinking": []}, {"type": "text", "text": "a "}, {"type": "text", "text": "cat"}]
    assert read(http(said(choices=[choice(parts, reasoning_content="?")]))).text == "a cat"


def test_a_text_beside_a_tool_call_is_a_text() -> None:
    assert read(http(said(choices=[choice("a cat", finish="tool_calls", tool_calls=[{}])]))).text == "a cat"


def test_several_replies_are_put_in_order() -> None:
    choices = [choice("second", 1), choice("third", 2), choice("first", 0)]
    reply = read(http(said(choices=choices)), CALL.having(n=3))
    assert [c.text for c in reply.choices] == ["first", "second", "third"]


def counted(tokens_in: Any, tokens_out: Any) -> dict[str, Any]:
    return {"prompt_tokens": tokens_in, "completion_tokens": tokens_out}


NO_USAGE = [
    None, [], {}, {"prompt_tokens": 1}, counted(-1, 1), counted("1", 1), counted(0, 3), counted(True, 1),
    counted(1.5, 1), counted(1, float("nan")), counted(1, float("inf")), counted(10**30, 1), counted(1, None),
]  # fmt: skip


@pytest.mark.parametrize("usage", NO_USAGE)
def test_usage_that_is_missing_or_nonsense_counts_as_the_worst(usage: Any) -> None:
    reply = read(http(said(usage=usage)))
    assert (reply.usage.tokens_in, reply.usage.tokens_out, reply.usage.known) == (*WORST, False)
    assert reply.text == "a cat"


def completed(text: str) -> dict[str, Any]:
    return {"choices": [{"index": 0, "text": text, "finish_reason": "stop"}], "usage": counted(2, 1)}


def sglang(reason: Any) -> dict[str, Any]:
    return {"text": "upon", "meta_info": {"finish_reason": reason, **counted(2, 1)}}


def llama(**end: Any) -> dict[str, Any]:
    return {"content": "upon", "tokens_evaluated": 2, "tokens_predicted": 1, **end}


NATIVE = [
    (completed("upon"), "stop"),
    (completed(""), "stop"),
    (sglang({"type": "length", "length": 5}), "length"),
    (sglang({"type": "stop", "matched": 2}), "stop"),
    (llama(stop_type="limit"), "length"),
    (llama(stop_type="eos"), "stop"),
    (llama(stop_type="word", stopping_word="x"), "stop"),
    (llama(stopped_limit=True), "length"),
]


@pytest.mark.parametrize(("value", "finish"), NATIVE)
def test_completions_of_three_servers(value: Any, finish: str) -> None:
    reply = read(http(value), RAW)
    assert reply.text in ("upon", "") and reply.finish == finish
    assert reply.usage.known and reply.usage.tokens_in == 2


def test_several_native_completions_share_their_prompt() -> None:
    one = {"text": "a", "meta_info": {"finish_reason": None, "prompt_tokens": 5, "completion_tokens": 2}}
    reply = read(http([one, one | {"text": "b"}]), RAW.having(n=2))
    assert [c.text for c in reply.choices] == ["a", "b"]
    assert (reply.usage.tokens_in, reply.usage.tokens_out) == (5, 4)


def embedded(*vectors: Any, order: tuple[int, ...] = ()) -> bytes:
    data = [{"index": i, "embedding": v} for i, v in zip(order or range(len(vectors)), vectors, strict=True)]
    return http({"data": data, "model": "e", "usage": {"prompt_tokens": 4, "total_tokens": 4}})


def test_embeddings_are_put_in_order() -> None:
    call = Call(name="e", kind="embedding", texts=("a", "b"))
    reply = read(embedded([3, 4.5], [1.0, 2.0], order=(1, 0)), call)
    assert reply.vectors == ((1.0, 2.0), (3.0, 4.5))
    assert (reply.usage.tokens_in, reply.usage.tokens_out, reply.usage.known) == (4, 0, True)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (embedded([1.0]), "wrong_count"),
        (embedded([1.0], [1.0], order=(0, 0)), "duplicate_choices"),
        (embedded([1.0], [1.0], order=(0, 7)), "duplicate_choices"),
        (embedded([1.0], [1.0, 2.0]), "wrong_shape"),
        (embedded([1.0], [float("nan")]), "wrong_shape"),
        (http('{"data": [{"embedding": [1e999]}, {"embedding": [1.0]}]}'), "wrong_shape"),
        (http('{"data": [{"embedding": [1e301]}, {"embedding": [1.0]}]}'), "wrong_shape"),
        (embedded([1.0], ["1"]), "wrong_shape"),
        (embedded([], []), "wrong_shape"),
        (embedded([1.0], "AACAPw=="), "wrong_shape"),
        (http({"data": None}), "wrong_shape"),
    ],
)
def test_embeddings_that_are_not_numbers_in_their_number(body: bytes, kind: str) -> None:
    assert refusal(body, Call(name="e", kind="embedding", texts=("a", "b"))).kind == kind


# --- replies with status 200 that are none --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (http(b""), "empty_body"),
        (http(b"  \n"), "empty_body"),
        (http("Internal error, sorry\x1b[31m"), "not_json"),
        (http(json.dumps(said())[:-20]), "not_json"),
        (http('{"choices": [' + "[" * 100_000), "not_json"),
        (http("<html><title>Sign in</title></html>", content_type="text/html"), "html"),
        (http(json.dumps(said("caf_"), ensure_ascii=False).encode().replace(b"_", b"\xe9")), "invalid_utf8"),
        (http(json.dumps(said("_")).replace("_", "\\ud83d")), "invalid_utf8"),
        (http(b"null"), "wrong_shape"),
        (http(b"[]"), "wrong_shape"),
        (http(b'"a cat"'), "wrong_shape"),
        (http({"error": {"message": "model is\noverloaded", "code": 503}}), "server_error"),
        (http({"id": "c"}), "no_choices"),
        (http(said(choices=[])), "no_choices"),
        (http(said(choices=-(10**30))), "no_choices"),
        (http(said(choices={"0": choice()})), "no_choices"),
        (http(said(choices=["a cat"])), "wrong_shape"),
        (http(said(choices=[{"index": 0}])), "wrong_shape"),
        (http(said(choices=[choice(index="0")])), "wrong_shape"),
        (http(said(choices=[choice(index=[0])])), "wrong_shape"),
        (http(said(choices=[choice(7)])), "wrong_shape"),
        (http(said(choices=[choice([{"type": "image_url", "image_url": {"url": "x"}}])])), "wrong_shape"),
        (http(said(choices=[choice([{"type": ["text"], "text": 7}])])), "wrong_shape"),
        (http(said(choices=[choice("no", refusal=True)])), "wrong_shape"),
        (http(said(choices=[choice(), choice("a dog")])), "duplicate_choices"),
        (http(said(choices=[choice(), choice("a dog", 1)])), "wrong_count"),
        (http(said(choices=[choice(None, finish="tool_calls", tool_calls=[{"id": "t"}])])), "tool_call"),
        (http(said(choices=[choice("half", finish="abort")])), "broken_off"),
    ],
)
def test_what_is_no_reply_is_refused_by_name(body: bytes, kind: str) -> None:
    assert refusal(body).kind == kind


@pytest.mark.parametrize("content", ["", None, []])
def test_an_empty_text_is_a_reply_that_recipes_have_to_judge(content: Any) -> None:
    reply = read_reply(CALL, json.dumps(said(content)).encode(), WORST)
    assert (reply.text, reply.finish) == ("", "stop")


def test_fewer_replies_than_asked_for_are_refused() -> None:
    with pytest.raises(BadReply, match="3 replies were asked for, 1 came"):
        read_reply(CALL.having(n=3), json.dumps(said()).encode(), WORST)


NAMES = [
    "choices", "index", "message", "content", "text", "type", "usage", "prompt_tokens", "completion_tokens", "data",
    "embedding", "meta_info", "finish_reason", "stop_type", "refusal", "tool_calls", "detail", "error",
]  # fmt: skip
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5),
    max_leaves=25,
)
PLACES: list[tuple[Any, ...]] = [
    (), ("choices",), ("choices", 0), ("choices", 0, "index"), ("choices", 0, "finish_reason"), ("usage",), ("model",),
    ("choices", 0, "message"), ("choices", 0, "message", "content"), ("choices", 0, "message", "refusal"), ("error",),
    ("usage", "prompt_tokens"), ("data",), ("data", 0, "embedding"), ("data", 0, "index"), ("meta_info",),
]  # fmt: skip


@settings(max_examples=400)
@given(ANY_JSON, st.sampled_from(PLACES), st.sampled_from(["chat", "completion", "embedding"]))
def test_whatever_json_comes_it_is_a_reply_or_a_bad_reply(odd: Any, place: tuple[Any, ...], kind: Any) -> None:
    value: Any = said(data=[{"index": 0, "embedding": [1.0]}], text="a", meta_info={})
    if place:
        inner = value
        for step in place[:-1]:
            inner = inner[step]
        inner[place[-1]] = odd
    body = json.dumps(value if place else odd).encode()
    error_message(Response(500, {}, body, 0.1))
    try:
        reply = read_reply(Call(name="x", kind=kind, texts=("t",)), body, WORST)
    except BadReply:
        return
    assert all(isinstance(c.text, str) and isinstance(c.finish, str) for c in reply.choices)
    assert reply.usage.tokens_in > 0 and reply.usage.tokens_out >= 0


# --- what a server says about an error ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"error": {"message": "The model `x`\ndoes not exist", "type": "NotFound"}}, "The model `x` does not exist"),
        ({"error": "out of memory"}, "out of memory"),
        ({"object": "error", "message": "too long", "code": 400}, "too long"),
        ({"detail": "Not Found"}, "Not Found"),
        ({"detail": [{"loc": ["body", "n"], "msg": "must be 1"}, {"msg": "x is missing"}]}, "must be 1; x is missing"),
        ({"errors": [{"message": "bad token"}]}, "bad token"),
        ([{"error": {"message": "quota"}}], "quota"),
        ("<!doctype html><html><head><title>502 Bad\nGateway</title></head>hi", "502 Bad Gateway"),
        ("<html><body><h1>Down</h1> for now</body>", "Down for now"),
        ("upstream\x00 \x1b[31mreset\u202e", "upstream [31mreset"),
        (b"\xff\xfe bytes", "\ufffd\ufffd bytes"),
        ("", ""),
        ({"odd": 1}, '{"odd": 1}'),
    ],
)
def test_the_servers_own_words_on_one_line(body: Any, words: str) -> None:
    response, _ = met(http(body, 500))
    assert isinstance(response, Response)
    assert error_message(response) == words


def test_long_words_are_cut() -> None:
    said_at_length = error_message(Response(500, {}, json.dumps({"error": {"message": "no " * 9000}}).encode(), 0.1))
    assert len(said_at_length) == 300 and said_at_length.endswith("…")
