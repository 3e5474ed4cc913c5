"""Claims about reading the JSON lines of fine-tuning services."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mmrecipes.core.errors import InputError
from mmrecipes.core.sample import Alternative, Message, Part, Sample, assistant, user
from mmrecipes.formats.convert import convert
from mmrecipes.formats.export import export_dataset
from mmrecipes.formats.inspection import inspect
from mmrecipes.formats.reader import recognised
from mmrecipes_tests.formats.conversing import chats
from mmrecipes_tests.formats.tables import dataset, opened, read, reason_of
from mmrecipes_tests.store.samples import picture

A, B = picture(1, (40, 20)), picture(2, (20, 40), "JPEG")
URL = f"data:image/png;base64,{base64.b64encode(A.data).decode()}"
SEEN = {"type": "image_url", "image_url": {"url": URL, "detail": "low"}}
ASKED = {"role": "user", "content": [SEEN, {"type": "text", "text": "what is <image>?"}]}
ANSWER = {"role": "assistant", "content": "a cup"}


def lines(path: Path, *rows: Any) -> Path:
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def test_a_chat_is_read_with_its_pictures_and_its_literal_text(tmp_path: Path) -> None:
    system = {"role": "developer", "content": "Be brief."}
    path = lines(tmp_path / "t.jsonl", {"messages": [system, ASKED, ANSWER], "weight": 2})
    assert [r.name for r, _ in recognised(path)] == ["openai-chat"]
    (sample,) = read(path)
    said = (Message("system", (Part(text="Be brief."),)), user(A, "what is <image>?"), assistant("a cup"))
    assert (sample.messages, sample.images, sample.meta) == (said, (A,), {"weight": 2})
    assert inspect(path).columns == {"messages": "messages: turns, images", "weight": "meta"}


def test_pictures_in_files_are_found_beside_and_below_a_given_folder(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p/a.jpg").write_bytes(B.data)
    part = {"type": "image_url", "image_url": "a.jpg"}
    path = lines(tmp_path / "t.jsonl", {"messages": [{"role": "user", "content": [part]}, ANSWER]})
    assert reason_of(opened(path), 0) == "missing_image"
    assert read(path, images=tmp_path / "p")[0].images[0].sha256 == B.sha256


def test_a_first_line_of_many_megabytes_is_recognised(tmp_path: Path) -> None:
    long = {"type": "text", "text": "x" * (3 << 20)}
    path = lines(tmp_path / "t.jsonl", {"messages": [{"role": "user", "content": [SEEN, long]}, ANSWER]})
    assert recognised(path)[0][0].name == "openai-chat" and len(read(path)[0].messages[0].text) == 3 << 20


def test_rows_with_images_beside_the_messages_are_not_taken(tmp_path: Path) -> None:
    path = lines(tmp_path / "t.jsonl", {"messages": [ASKED, ANSWER], "images": ["a.png"]})
    assert "openai-chat" not in [r.name for r, _ in recognised(path)]


@pytest.mark.parametrize(
    ("turns", "reason"),
    [
        ([], "no_turns"),
        (None, "no_turns"),
        ("hello", "bad_turns"),
        ([ASKED, {"role": "assistant", "content": None}], "no_text"),
        ([ASKED, {"role": "assistant", "content": []}], "no_text"),
        ([ASKED, {"role": "assistant", "content": None, "tool_calls": [{}]}], "tool_call"),
        ([{"role": "tool", "content": "x"}], "tool_call"),
        ([{"role": "judge", "content": "x"}], "unknown_role"),
        ([{"role": "user", "content": [{"type": "input_audio"}]}], "unsupported_part"),
        ([{"role": "user", "content": [{"type": "text", "text": None}]}], "unsupported_part"),
        ([{"role": "user", "content": [{"type": "image_url", "image_url": {}}]}], "no_image"),
        ([{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "http://x/a"}}]}], "not_local"),
        ([{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "../a.png"}}]}], "unsafe_path"),
        ([{"role": "user", "content": [{"type": "image_url", "image_url": {"url": URL[:99]}}]}], "corrupt_image"),
    ],
)
def test_a_row_that_cannot_be_used_says_why(tmp_path: Path, turns: Any, reason: str) -> None:
    good = {"messages": [ASKED, ANSWER]}
    rows = opened(lines(tmp_path / "t.jsonl", good, {"messages": turns}, good))
    assert [reason_of(rows, i) for i in range(3)] == ["", reason, ""]


def test_a_preference_pair_is_read_and_two_equal_answers_are_none(tmp_path: Path) -> None:
    worse = [{"role": "assistant", "content": "a mug"}]
    row = {"input": {"messages": [{"role": "user", "content": "?"}]}, "preferred_output": [ANSWER]}
    path = lines(
        tmp_path / "t.jsonl", {**row, "non_preferred_output": worse}, {**row, "non_preferred_output": [ANSWER]}
    )
    rows = opened(path)
    sample = rows.sample(0)
    assert sample.messages == (user("?"), assistant("a cup"))
    assert sample.alternatives == (Alternative("rejected", (assistant("a mug"),)),)
    assert reason_of(rows, 1) == "rejected_equals_chosen"


def test_a_batch_of_requests_is_not_read(tmp_path: Path) -> None:
    path = lines(
        tmp_path / "t.jsonl", {"custom_id": "1", "method": "POST", "url": "/v1", "body": {"messages": [ASKED]}}
    )
    with pytest.raises(InputError, match="keys custom_id, method, url, body"):
        opened(path)


@settings(max_examples=20, suppress_health_check=list(HealthCheck))
@given(items=st.lists(chats(most_images=3), min_size=1, max_size=3))
def test_what_is_exported_comes_back_word_for_word_and_byte_for_byte(
    tmp_path_factory: pytest.TempPathFactory, items: list[Sample]
) -> None:
    tmp = tmp_path_factory.mktemp("round")
    source = dataset(tmp / "in", items)
    report = export_dataset(source, "openai-chat", tmp / "out")
    if not report.rows_out:
        return
    kept = [s for s in items if s.id not in report.dropped.get("empty_turn", [])]
    back = read(tmp / "out/train.jsonl", "openai-chat")
    assert [s.messages for s in back] == [s.messages for s in kept]
    shown = [{p.image for m in s.messages for p in m.parts if p.image} for s in kept]
    assert [{im.sha256 for im in s.images} for s in back] == shown


@settings(max_examples=20, suppress_health_check=list(HealthCheck))
@given(item=chats(most_images=1))
def test_so_do_preference_pairs(tmp_path_factory: pytest.TempPathFactory, item: Sample) -> None:
    tmp = tmp_path_factory.mktemp("round")
    if not export_dataset(dataset(tmp / "in", [item]), "openai-preference", tmp / "out").rows_out:
        return
    last = item.messages[-1:]
    worse = [a.messages for a in item.alternatives if a.messages != last]
    back = read(tmp / "out")
    assert [(s.messages, s.alternatives[0].messages) for s in back] == [(item.messages, w) for w in worse]


def test_the_folder_of_an_export_is_read_and_becomes_another_format(tmp_path: Path) -> None:
    source = dataset(tmp_path / "in", [Sample(id="s", images=(A,), messages=(user(A, "?"), assistant("x")))])
    export_dataset(source, "openai-chat", tmp_path / "out")
    done = convert(tmp_path / "out", "llava", tmp_path / "llava")
    assert (done.reader, done.report.rows_out) == ("openai-chat", 1)
