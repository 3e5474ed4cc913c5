"""Claims about inputs: which rows, in which form, as which type; and what bad inputs do."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from mmrecipes.core.errors import InputError
from mmrecipes.flow.demand import wanted_per_stratum
from mmrecipes.flow.plan import check_reads
from mmrecipes.recipes.llava import recipe
from mmrecipes.recipes.llava.records import ARRAY_BYTES, are_records, read_records
from mmrecipes_tests.recipes.llava.harness import coco

PARAMS = recipe.Params()


@pytest.mark.parametrize("part", ["instruct", "captions", "mixture"])
def test_what_the_steps_read_is_written_with_every_kind_of_input(part: str, records, tmp_path: Path) -> None:
    params = recipe.Params(part=part)
    given = [{}, records([{"image": "a.png", "caption": "A dog.", "kind": "vqa", "question": "x", "answer": "y"}])]
    if part != "mixture":
        given += [coco(tmp_path), {"captions": tmp_path / "captions.json"}]
    for inputs in given:
        check_reads(recipe.pipeline(params), recipe.source(params, inputs))


def test_captions_and_boxes_of_a_coco_image_come_together_in_file_order(tmp_path: Path, write) -> None:
    source = recipe.source(PARAMS, coco(tmp_path))
    by_name = {}
    for i in range(source.size("complex") or 0):
        sample = source.sample("complex", i)
        by_name[sample.meta["file_name"]] = (sample, write(sample))
    sample, outcome = by_name["2.jpg"]
    assert outcome.calls[0].call.messages[-1].text.split("\n") == [
        *(f"Sentence {k} of 2." for k in (4, 3, 2, 1, 0)), "", "dog: [0.000, 0.100, 0.075, 0.600]",
        "cat: [0.100, 0.100, 0.175, 0.600]", "dog: [0.200, 0.100, 0.275, 0.600]",
    ]  # fmt: skip
    assert (sample.licence, sample.source, sample.group) == ("CC BY", "toy", "image:2.jpg")
    crowded = by_name["0.jpg"][1].calls[0].call.messages[-1].text
    assert crowded.count("dog") == 2 and "cat" not in crowded


def test_a_class_with_a_crowd_is_not_counted(tmp_path: Path, write) -> None:
    source = recipe.source(PARAMS, coco(tmp_path))
    (sample,) = [s for s in rows(source, "complex") if s.meta["file_name"] == "0.jpg"]
    said = "Question:\nWhy?\n===\nAnswer:\n{}"
    assert write(sample, answering=lambda a: said.format("There are nine cats.")).kept
    assert write(sample, answering=lambda a: said.format("There are nine dogs.")).drop.reason == "ungrounded"


def test_no_picture_carries_a_type_twice_and_pictures_share_types(tmp_path: Path) -> None:
    source = recipe.source(PARAMS, coco(tmp_path, 40))
    assert {k: source.size(k) for k in source.strata()} == {"conversation": 31, "detail": 12, "complex": 40}
    seen = Counter((s.task, s.group) for k in source.strata() for s in rows(source, k))
    assert set(seen.values()) == {1}
    assert max(Counter(group for _, group in seen).values()) > 1
    assert [s.group for s in rows(source, "detail")] == [s.group for s in rows(source, "detail")]
    assert [s.group for s in rows(source, "detail")] != [s.group for s in rows(source, "conversation")][:12]


def rows(source: Any, stratum: str) -> list[Any]:
    return [source.sample(stratum, i) for i in range(source.size(stratum))]


def test_shares_of_types_are_exact_under_n() -> None:
    wanted = wanted_per_stratum(recipe.source(PARAMS, {}), 1000, True)
    assert {s.name: s.wanted for s in wanted} == {"conversation": 370, "detail": 145, "complex": 485}
    only = recipe.source(recipe.Params(shares={"detail": 1.0}), {})
    assert dict(only.strata()) == {"detail": 1.0}


@pytest.mark.parametrize("shares", [{}, {"poem": 1}, {"detail": -1}, {"detail": 0}])
def test_shares_must_make_sense(shares: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"type|shares"):
        recipe.Params(shares=shares)


@pytest.mark.parametrize(
    ("data", "said"),
    [(b"", "empty"), (b"[]", "no records"), (b"[{", "not JSON"), (b"\xff\xfe[1]", "cannot|not"), (b"{}", "not a COCO"),
     (b'{"images": 3, "annotations": [], "categories": []}', "not a list"), (b"nonsense", "not JSON|not a COCO")],
)  # fmt: skip
def test_files_that_are_neither_coco_nor_records_are_refused(data: bytes, said: str, tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    file.write_bytes(data)
    with pytest.raises(InputError, match=said):
        recipe.source(PARAMS, {"main": file})


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.json"):
        recipe.source(PARAMS, {"main": tmp_path / "gone.json"})
    with pytest.raises(InputError, match="images"):
        recipe.source(PARAMS, {"images": tmp_path})


@pytest.mark.parametrize("part", ["instruct", "captions", "mixture"])
def test_a_line_that_is_not_json_or_not_utf8_is_an_error_of_its_row_alone(part: str, tmp_path: Path) -> None:
    Image.new("RGB", (20, 10)).save(tmp_path / "a.png")
    good = b'{"image": "a.png", "caption": "A dog."}\n'
    file = tmp_path / "x.jsonl"
    file.write_bytes(good * 2 + b'{"image": "a.png", "caption": "\xff\xfe"}\n{broken\n\n' + good)
    source = recipe.source(recipe.Params(part=part, shares={"complex": 1.0}), {"main": file})
    (stratum,) = source.strata()
    assert source.size(stratum) == 5
    failed = 0
    for i in range(5):
        try:
            source.sample(stratum, i)
        except InputError as e:
            failed += 1
            assert re.search(r"in record [23]:", str(e))
    assert failed == 2


@pytest.mark.parametrize(
    "row",
    [3, None, "text", [1], {}, {"image": 7}, {"image": "a.png", "captions": 3}, {"image": "a.png",
    "captions": [1, None]},
     {"image": "a.png", "caption": "A dog.", "boxes": "many"}, {"image": "a.png", "caption": "A.", "boxes": [1]},
     {"image": "a.png", "caption": "A dog.", "width": "wide", "height": 3}, {"image": "a.png", "caption": "A",
     "width": 9},
     {"image": "a.png", "caption": "A dog.", "width": 9, "height": 9}],
)  # fmt: skip
def test_records_of_wrong_types_are_drops_with_a_reason(row: Any, tmp_path: Path, write) -> None:
    Image.new("RGB", (20, 10)).save(tmp_path / "a.png")
    (tmp_path / "x.jsonl").write_text(json.dumps(row) + "\n")
    for part in ("instruct", "captions"):
        source = recipe.source(recipe.Params(part=part, shares={"complex": 1.0}), {"main": tmp_path / "x.jsonl"})
        (stratum,) = source.strata()
        sample = source.sample(stratum, 0)
        if part == "instruct":
            outcome = write(sample)
            assert outcome.drop is not None and outcome.calls == []
            assert outcome.drop.reason in {"bad_record", "no_context", "no_image_size", "size_mismatch"}


@pytest.mark.parametrize("box", [{"xyxy": [0, 0, 5, 5]}, {"name": "", "xyxy": [0, 0, 5, 5]}, {"name": "dog"},
                                 {"name": "dog", "xyxy": [1, 2, 3]}, {"name": "dog", "xyxy": ["a", 0, 1, 1]},
                                 {"name": "dog", "xyxy": [9, 0, 1, 1]}, {"name": "dog", "xyxy": [0, 0, True, 1]},
                                 {"name": "dog", "xyxy": [float("nan"), 0, 1, 1]}])  # fmt: skip
def test_a_box_that_cannot_be_used_is_counted_and_left_out(box: Any, records, write) -> None:
    source = recipe.source(PARAMS, records([{"image": "a.png", "caption": "A dog.", "boxes": [box]}]))
    kept = write(source.sample("complex", 0), answering=lambda a: "Question:\nWhy?\n===\nAnswer:\nSo.").kept
    assert kept.meta["n_boxes"] == 0
    assert sum(kept.meta["annotations_dropped"].values()) == 1


def test_records_are_told_from_coco_and_read_one_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines, array, odd = tmp_path / "a.jsonl", tmp_path / "b.json", tmp_path / "c.json"
    lines.write_text('{"image": "1"}\n\n  \n{"image": "2"}')
    array.write_text('\ufeff [{"image": "1"}, {"image": "2"}]')
    odd.write_text('{"image": "1"}\n{"image": "2"}\n')
    assert all(map(are_records, (lines, array, odd)))
    assert not are_records(coco(tmp_path)["main"])
    for file in (lines, array, odd):
        assert [r["image"] for r in read_records(file)] == ["1", "2"]
    monkeypatch.setattr("mmrecipes.recipes.llava.records.ARRAY_BYTES", 10)
    array.write_text(array.read_text() + "\n")
    with pytest.raises(InputError, match="JSON lines"):
        read_records(array)
    assert ARRAY_BYTES == 256 << 20


def test_invented_scenes_need_no_input_and_repeat_exactly(write) -> None:
    first, second = (recipe.source(PARAMS, {}).sample("complex", 3) for _ in range(2))
    assert first == second
    assert write(first).kept == write(second).kept
    assert first.truth_source == "engine"
    assert set(first.truth) == {"scene"}
