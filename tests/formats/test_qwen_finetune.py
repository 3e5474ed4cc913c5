"""Qwen-VL finetune data, read by the trainer's rules and read back.

The trainer's code is in no package. Its rules are stated again here (`built`), as its documentation and source say
them; where `QWEN_VL_FINETUNE` names a checkout's folder `qwen-vl-finetune`, its own `_build_messages` is used and
compared with that statement.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmrecipes.core.errors import InputError, UsageError
from mmrecipes.core.sample import Message, Part, Sample, assistant, user
from mmrecipes.formats.export import LossReport, export_dataset
from mmrecipes.formats.reader import RowError, Rows, open_source, recognised
from mmrecipes_tests.formats.conversing import LOADED, bare, chats, dataset, records, right_boxes, said
from mmrecipes_tests.formats.stubbing import stubbed
from mmrecipes_tests.store.samples import picture

A, B = picture(1, (40, 20)), picture(2, (20, 40), "JPEG")
Turn = tuple[str, list[str]]


def built(item: dict[str, Any], base: Path) -> list[Turn]:
    """Role and contents of each turn, images as paths. Raises `ValueError` when pictures and placeholders differ."""
    given = item.get("image") or []
    waiting = [given] if isinstance(given, str) else list(given)
    turns: list[Turn] = []
    for turn in item["conversations"]:
        if turn["from"] != "human":
            turns.append(("assistant", [turn["value"]]))
            continue
        contents: list[str] = []
        for number, text in enumerate(turn["value"].split("<image>")):
            if number:
                if not waiting:
                    raise ValueError("more placeholders than pictures")
                contents.append(str((base / waiting.pop(0)).resolve()))
            if text.strip():
                contents.append(text.strip())
        turns.append(("user", contents))
    if waiting:
        raise ValueError("more pictures than placeholders")
    return turns


@pytest.fixture(scope="module")
def own() -> Callable[[dict[str, Any], Path], list[Turn]]:
    """The trainer's own function, in the same form."""
    folder = os.environ.get("QWEN_VL_FINETUNE")
    if not folder:
        pytest.skip("QWEN_VL_FINETUNE does not name the folder qwen-vl-finetune of a checkout")
    sys.path.insert(0, folder)
    try:
        with stubbed({"torchvision": {}, "torchcodec": {}}):
            from qwenvl.data.data_processor import _build_messages  # pyright: ignore[reportMissingImports]
    finally:
        sys.path.remove(folder)

    def turns(item: dict[str, Any], base: Path) -> list[Turn]:
        messages = _build_messages(item, base)
        return [(m["role"], [p.get("text", p.get("image")) for p in m["content"]]) for m in messages]

    return turns


def exported(tmp: Path, items: Sequence[Sample], **options: str) -> tuple[list[dict[str, Any]], LossReport]:
    report = export_dataset(dataset(tmp / "run", items), "qwen-finetune", tmp / "out", **options)
    return [json.loads(line) for line in (tmp / "out/annotations.jsonl").open(encoding="utf-8")], report


def samples_of(rows: Rows) -> dict[str, Sample]:
    return {s.id: s for s in (rows.sample(i) for i in range(len(rows)))}


@LOADED
@given(st.lists(chats(), min_size=1, max_size=6, unique_by=lambda s: s.id))
def test_any_conversation_uses_up_its_pictures_and_comes_back_equal(
    tmp_path_factory: pytest.TempPathFactory, items: list[Sample]
) -> None:
    tmp = tmp_path_factory.mktemp("qwen")
    rows, report = exported(tmp, items, policy="degrade")
    assert [r["id"] for r in rows] == [s.id for s in items] and not report.dropped
    reader, back = open_source(tmp / "out")
    assert reader.name == "qwen-finetune" and back.remarks == ()
    read = samples_of(back)
    for row, sample in zip(rows, items, strict=True):
        turns = built(row, tmp / "out")
        assert [role for role, _ in turns] == [m.role for m in sample.messages if m.role != "system"]
        shown = [p.image for m in sample.messages for p in m.parts if p.image]
        assert [Path(c).stem for _, contents in turns for c in contents if c.startswith(str(tmp))] == shown
        wanted = said(sample.messages)
        if wanted[0][0] == "system":
            assert read[sample.id].messages[0].role == "user"
            assert (
                wanted[0][1][0].split()
                == " ".join(m.text for m in read[sample.id].messages)
                .replace("\u200b", "")
                .split()[: len(wanted[0][1][0].split())]
            )
        else:
            assert said(read[sample.id].messages) == wanted


@LOADED
@given(st.lists(chats(), min_size=1, max_size=4, unique_by=lambda s: s.id))
def test_the_rules_stated_here_are_those_of_the_trainer_s_code(
    own: Callable[[dict[str, Any], Path], list[Turn]], tmp_path_factory: pytest.TempPathFactory, items: list[Sample]
) -> None:
    tmp = tmp_path_factory.mktemp("qwen")
    for row in exported(tmp, items, policy="degrade")[0]:
        assert own(row, tmp / "out") == built(row, tmp / "out")
    for wrong in WRONG_COUNTS:
        with pytest.raises(ValueError, match="image"):
            own(wrong, tmp)


def row(*turns: tuple[str, str], **more: Any) -> dict[str, Any]:
    return {"conversations": [{"from": role, "value": text} for role, text in turns], **more}


WRONG_COUNTS = (
    row(("human", "<image>Q"), ("gpt", "A")),
    row(("human", "Q"), ("gpt", "A"), image="a.png"),
    row(("human", "Q"), ("gpt", "<image>A"), image="a.png"),
    row(("human", "<image>Q"), ("gpt", "A"), image=["a.png", "a.png"]),
)


def test_a_wrong_number_of_placeholders_cannot_be_used_as_the_trainer_cannot(tmp_path: Path) -> None:
    rows = opened(tmp_path, WRONG_COUNTS)
    for index, wrong in enumerate(WRONG_COUNTS):
        with pytest.raises(ValueError, match="more"):
            built(wrong, tmp_path)
        with pytest.raises(RowError) as found:
            rows.sample(index)
        assert found.value.reason == "placeholder_mismatch"


def opened(folder: Path, rows: Sequence[Any], name: str = "rows.jsonl") -> Rows:
    (folder / "a.png").write_bytes(A.data)
    text = json.dumps(list(rows)) if name.endswith(".json") else "\n".join(map(json.dumps, rows))
    (folder / name).write_text(text)
    return open_source(folder / name, "qwen-finetune")[1]


GOOD = row(("human", "<image>\nQ"), ("gpt", "A <image>"), image="a.png", id="x", extra=[1])


def test_an_array_and_lines_read_the_same_and_lines_are_recognised_as_this_format(tmp_path: Path) -> None:
    array, lines = opened(tmp_path, [GOOD], "a.json").sample(0), opened(tmp_path, [GOOD], "l.jsonl").sample(0)
    assert array == lines and lines.meta == {"extra": [1]} and lines.id == "x"
    assert said(lines.messages) == [("user", [f"image:{A.sha256}", "Q"]), ("assistant", ["A <image>"])]
    assert recognised(tmp_path / "l.jsonl")[0][0].name == "qwen-finetune"
    assert [r.name for r, _ in recognised(tmp_path / "a.json")][:2] == ["llava", "qwen-finetune"]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (row(("human", "Q"), ("gpt", "A"), video="v.mp4"), "video"),
        (row(("system", "S"), ("human", "Q"), ("gpt", "A")), "system_turn"),
        (row(("human", "Q"), ("human", "Q"), ("gpt", "A")), "turns_do_not_alternate"),
        (row(("gpt", "A"), ("human", "Q")), "does_not_start_with_the_user"),
        ([GOOD, GOOD], "not_an_object"),
        ({"conversations": []}, "no_turns"),
        ({"conversations": "Q"}, "bad_turns"),
        (row(("human", 3), ("gpt", "A")), "no_text"),  # type: ignore[arg-type]
        (row(("human", "<image>Q"), ("gpt", "A"), image=3), "not_an_image"),
    ],
)
def test_a_bad_row_is_one_named_error(tmp_path: Path, bad: Any, reason: str) -> None:
    rows = opened(tmp_path, [GOOD, bad])
    assert rows.sample(0).images
    with pytest.raises(RowError) as found:
        rows.sample(1)
    assert found.value.reason == reason
    assert rows.remarks == (f"1 of 2 rows cannot be used: {reason}",)


def test_a_system_turn_is_lost_unless_it_may_be_folded_into_the_question(tmp_path: Path) -> None:
    sample = Sample(
        id="s", images=(A,), messages=(Message("system", (Part(text="Short."),)), user(A, "Q"), assistant("A"))
    )
    assert exported(tmp_path, [sample])[1].dropped == {"system_turn": ["s"]}
    report = export_dataset(tmp_path / "run", "qwen-finetune", tmp_path / "folded", policy="degrade")
    assert report.degraded == {"system_turn": 1}
    (line,) = (tmp_path / "folded/annotations.jsonl").read_text().splitlines()
    assert json.loads(line)["conversations"][0]["value"] == "<image>Short.\nQ"


def test_boxes_are_in_pixels_of_the_picture_as_the_processor_resizes_it(tmp_path: Path) -> None:
    processing = pytest.importorskip("transformers.models.qwen2_vl.image_processing_pil_qwen2_vl")
    from mmrecipes.core.sample import Region

    image = picture(5, (90, 50))
    quad = ((10.0, 5.0), (88.0, 5.0), (88.0, 49.0), (10.0, 49.0))
    record = Sample(id="r", kind="record", images=(image,), regions=(Region(image.sha256, "cup", quad),))
    limits = {"min_pixels": "12544", "max_pixels": "451584"}
    rows, _ = exported(tmp_path, [record], boxes="qwen2.5-vl", **limits)
    height, width = processing.smart_resize(50, 90, 28, 12544, 451584)
    answer = json.loads(rows[0]["conversations"][1]["value"])
    exact = [10 / 90 * width, 5 / 50 * height, 88 / 90 * width, 49 / 50 * height]
    assert (width, height) != (90, 50) and max(abs(a - b) for a, b in zip(answer, exact, strict=True)) <= 0.5
    for wrong in ({"boxes": "abs", "min_pixels": "1"}, {"boxes": "qwen2.5-vl", "max_pixels": "-1"}, {"boxes": "no"}):
        with pytest.raises(UsageError, match=r"boxes|pixels"):
            export_dataset(tmp_path / "run", "qwen-finetune", tmp_path / "x", **wrong)


@LOADED
@given(st.lists(records(), min_size=1, max_size=4, unique_by=lambda s: s.id))
def test_records_read_back_with_every_box_right(tmp_path_factory: pytest.TempPathFactory, items: list[Sample]) -> None:
    tmp = tmp_path_factory.mktemp("qwen")
    rows, report = exported(tmp, items, policy="degrade", boxes="abs")
    if not rows:
        return
    read = samples_of(open_source(tmp / "out")[1])
    count = sum(
        right_boxes(s, read[s.id].messages, lambda _: ((1, 1), (0, 0), 1)) for s in items if s.id in read
    )  # fmt: skip
    lost = {s.id for s in items} - {*read}
    assert lost == {i for ids in report.dropped.values() for i in ids} and count >= len(read)


def test_a_folder_without_such_a_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is no JSON file, nor a folder"):
        open_source(tmp_path, "qwen-finetune")


def test_a_literal_placeholder_in_an_answer_is_broken_when_degraded_and_read_as_text(tmp_path: Path) -> None:
    rows, report = exported(
        tmp_path, [Sample(id="s", images=(A,), messages=(user(A, "Q"), assistant("<image>")))], policy="degrade"
    )
    assert report.placeholders == 1 and report.degraded == {"reserved_token": 1}
    assert bare(rows[0]["conversations"][1]["value"]) == "<image>"
