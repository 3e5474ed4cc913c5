"""JSON lines for services, checked with models of the published format and the types of the `openai` package."""

from __future__ import annotations

import base64
import io
import json
import random
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image as Pil
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, field_validator, model_validator

from mmrecipes.core.errors import UsageError
from mmrecipes.core.image import image_from_bytes
from mmrecipes.core.sample import Alternative, Message, Part, Sample, assistant, user
from mmrecipes.formats import vendor
from mmrecipes.formats.export import LossReport, export_dataset
from mmrecipes_tests.formats.tables import dataset
from mmrecipes_tests.store.samples import TEXT, picture

A, B = picture(1, (40, 20)), picture(2, (20, 40), "JPEG")
SYSTEM = Message("system", (Part(text="Be brief."),))


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Url(Strict):
    url: str
    detail: Literal["auto", "low", "high"] = "auto"

    @field_validator("url")
    @classmethod
    def is_a_small_picture(cls, url: str) -> str:
        kind, _, data = url.partition(";base64,")
        decoded = base64.b64decode(data, validate=True)
        assert len(decoded) <= 10 * 1024 * 1024
        with Pil.open(io.BytesIO(decoded)) as im:
            assert kind == f"data:{Pil.MIME[im.format or '']}" and im.format in ("PNG", "JPEG", "WEBP")
        return url


class TextPart(Strict):
    type: Literal["text"]
    text: str


class ImagePart(Strict):
    type: Literal["image_url"]
    image_url: Url


class Turn(Strict):
    role: Literal["system", "user", "assistant"]
    content: str | list[TextPart | ImagePart]

    @property
    def images(self) -> list[ImagePart]:
        return [] if isinstance(self.content, str) else [p for p in self.content if isinstance(p, ImagePart)]

    @model_validator(mode="after")
    def shows_images_to_the_model_only(self) -> Turn:
        assert self.role == "user" or not self.images
        return self


class Chat(Strict):
    messages: list[Turn] = Field(min_length=2)

    @model_validator(mode="after")
    def is_an_example(self) -> Chat:
        assert sum(len(m.images) for m in self.messages) <= 10
        assert self.messages[-1].role == "assistant"
        return self


class Answer(Strict):
    role: Literal["assistant"]
    content: str


class Prompt(Strict):
    messages: list[Turn] = Field(min_length=1)


class Preference(Strict):
    input: Prompt
    preferred_output: list[Answer] = Field(min_length=1)
    non_preferred_output: list[Answer] = Field(min_length=1)


def exported(tmp: Path, form: str, *samples: Sample, **options: str) -> LossReport:
    return export_dataset(dataset(tmp / "run", samples), form, tmp / "out", **options)


def lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


@st.composite
def chats(draw: st.DrawFn) -> Sample:
    forms = st.sampled_from(("PNG", "JPEG", "WEBP"))
    images = [picture(draw(st.integers(0, 9)), form=draw(forms)) for _ in range(draw(st.integers(0, 3)))]
    words = TEXT.filter(lambda t: t.strip())
    asked = st.lists(words | st.sampled_from(images) if images else words, min_size=1, max_size=4)
    messages = [SYSTEM] if draw(st.booleans()) else []
    for _ in range(draw(st.integers(1, 3))):
        messages += [user(*draw(asked)), assistant(draw(words))]
    return Sample(id=draw(TEXT), images=tuple({i.sha256: i for i in images}.values()), messages=tuple(messages))


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(chats(), min_size=1, max_size=4))
def test_every_line_is_what_is_published_and_says_what_the_sample_says(
    tmp_path_factory: pytest.TempPathFactory, samples: list[Sample]
) -> None:
    tmp = tmp_path_factory.mktemp("chat")
    report = exported(tmp, "openai-chat", *samples)
    found = [Chat.model_validate(value) for value in lines(tmp / "out/train.jsonl")]
    kept = [s for s in samples if sum(p.image is not None for m in s.messages for p in m.parts) <= 10]
    assert report.rows_out == len(kept)
    for sample, chat in zip(kept, found, strict=True):
        assert [m.role for m in chat.messages] == [m.role for m in sample.messages]
        for before, after in zip(sample.messages, chat.messages, strict=True):
            parts = [TextPart(type="text", text=after.content)] if isinstance(after.content, str) else after.content
            data = [
                p.text if isinstance(p, TextPart) else base64.b64decode(p.image_url.url.partition(",")[2])
                for p in parts
            ]
            assert data == [p.text if p.image is None else sample.image(p.image).data for p in before.parts]


def noise(megabytes: int) -> Any:
    side = int((megabytes * 1024 * 1024 / 3) ** 0.5) + 1
    out = io.BytesIO()
    Pil.frombytes("RGB", (side, side), random.Random(0).randbytes(side * side * 3)).save(out, "PNG", compress_level=0)
    return image_from_bytes(out.getvalue())


def test_what_is_over_the_limits_is_left_out_with_its_reason(tmp_path: Path) -> None:
    many = [picture(i) for i in range(11)]
    large = noise(20)
    report = exported(
        tmp_path,
        "openai-chat",
        Sample(id="ten", images=tuple(many[:10]), messages=(user(*many[:10]), assistant("x"))),
        Sample(id="eleven", images=tuple(many), messages=(user(*many), assistant("x"))),
        Sample(id="large", images=(large,), messages=(user(large), assistant("x"))),
        Sample(id="drawn", images=(A,), messages=(user("Draw"), assistant(A))),
        Sample(id="open", messages=(user("Hi"),)),
    )
    assert report.dropped == {
        "too_many_images": ["eleven"],
        "image_over_10_mb": ["large"],
        "image_outside_a_user_turn": ["drawn"],
        "ends_without_an_answer": ["open"],
    }
    assert len(Chat.model_validate(lines(tmp_path / "out/train.jsonl")[0]).messages[0].images) == 10
    assert json.loads((tmp_path / "out/provenance.jsonl").read_text())["id"] == "ten"


def test_pairs_are_text_only_and_a_line_per_rejected_answer(tmp_path: Path) -> None:
    no, never = (Alternative("rejected", (assistant(t),)) for t in ("no", "never"))
    asked = (SYSTEM, user("Ready?"), assistant("yes"))
    report = exported(
        tmp_path,
        "openai-preference",
        Sample(id="two", messages=asked, alternatives=(no, never), split="test"),
        Sample(id="none", messages=asked),
        Sample(id="shown", images=(A,), messages=(user(A, "?"), assistant("x")), alternatives=(no,)),
        Sample(id="asks", messages=asked, alternatives=(Alternative("rejected", (user("?"),)),)),
    )
    found = [Preference.model_validate(value) for value in lines(tmp_path / "out/test.jsonl")]
    assert [(p.preferred_output[0].content, p.non_preferred_output[0].content) for p in found] == [
        ("yes", "no"),
        ("yes", "never"),
    ]
    assert [m.role for m in found[0].input.messages] == ["system", "user"]
    assert report.dropped == {
        "no_rejected_answer": ["none"],
        "preference_is_text_only": ["shown"],
        "rejected_is_no_answer": ["asks"],
    }


def test_batch_requests_ask_for_the_last_answer_and_are_joined_by_id(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vendor, "MOST_REQUESTS", 2)
    turns = (user(A, "What?"), assistant("A dog."), user("Sure?"), assistant("Yes."))
    items = [Sample(id=f"r/{i}", images=(A,), messages=turns) for i in range(5)]
    exported(tmp_path, "openai-batch", *items, model="some-model")
    files = sorted((tmp_path / "out").glob("requests-*.jsonl"))
    requests = [r for f in files for r in lines(f)]
    assert [len(lines(f)) for f in files] == [2, 2, 1]
    assert [r["custom_id"] for r in requests] == [s.id for s in items]
    assert {(r["method"], r["url"], r["body"]["model"]) for r in requests} == {
        ("POST", "/v1/chat/completions", "some-model")
    }
    assert [m["role"] for m in requests[0]["body"]["messages"]] == ["user", "assistant", "user"]
    params = pytest.importorskip("openai.types.chat.completion_create_params")
    checked = TypeAdapter(params.CompletionCreateParamsNonStreaming).validate_python(requests[0]["body"])
    assert [m["role"] for m in checked["messages"]] == ["user", "assistant", "user"]


def test_a_batch_file_stays_under_its_limit_of_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vendor, "MOST_FILE_BYTES", 3000)
    items = [Sample(id=str(i), messages=(user("x" * 700), assistant("y"))) for i in range(7)]
    exported(tmp_path, "openai-batch", *items, model="m")
    sizes = [f.stat().st_size for f in sorted((tmp_path / "out").glob("requests-*.jsonl"))]
    assert max(sizes) <= 3000 and len(sizes) == 3


def test_a_batch_needs_a_model(tmp_path: Path) -> None:
    one = Sample(id="same", messages=(user("x"), assistant("y")))
    with pytest.raises(UsageError, match="--set model=NAME"):
        exported(tmp_path / "a", "openai-batch", one)
    assert not (tmp_path / "a/out").exists()
