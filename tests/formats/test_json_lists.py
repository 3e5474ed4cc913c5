"""Claims about lists of a JSON file that stay on disk. Oracle: the standard library's parser on the whole file."""

from __future__ import annotations

import json
import os
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmrecipes.core.errors import InputError
from mmrecipes.formats import json_lists
from mmrecipes.formats.json_lists import ListOnDisk, open_lists, open_records

texts = st.text(alphabet='ab\\"[]{},: \n\té☕\u2028/', max_size=8)
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts
values = st.recursive(scalars, lambda v: st.lists(v, max_size=4) | st.dictionaries(texts, v, max_size=3), max_leaves=12)
objects = st.dictionaries(texts, values, max_size=5)


def whole(path: Path) -> Any:
    value = open_lists(path)
    if not isinstance(value, dict):
        return value
    return {k: list(v) if isinstance(v, ListOnDisk) else v for k, v in value.items()}


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("json") / "a.json"


@pytest.mark.parametrize("number", [2**63, 2**64, -(2**63) - 1, 10**30, -(10**30)])
def test_whole_numbers_that_need_more_than_64_bits_are_exact(path: Path, number: int) -> None:
    path.write_text(json.dumps({"outside": number, "inside": [{"id": number}]}))
    assert whole(path) == {"outside": number, "inside": [{"id": number}]}


@given(objects, st.booleans(), st.sampled_from([None, 1]), st.integers(1, 30))
def test_lists_on_disk_are_what_a_parser_of_the_whole_file_reads_wherever_blocks_end(
    path: Path, value: dict[str, Any], ascii_only: bool, indent: int | None, block: int
) -> None:
    path.write_text(json.dumps(value, ensure_ascii=ascii_only, indent=indent), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_lists, "BLOCK", block)
        read = whole(path)
    assert read == value
    assert [k for k, v in open_lists(path).items() if isinstance(v, ListOnDisk)] == [
        k for k, v in value.items() if isinstance(v, list)
    ]


@given(objects, st.data())
def test_a_damaged_file_is_refused_exactly_when_a_parser_of_the_whole_file_refuses_it(
    path: Path, value: dict[str, Any], data: st.DataObject
) -> None:
    text = json.dumps(value)
    at = data.draw(st.integers(0, len(text)))
    text = text[:at] + data.draw(st.sampled_from(["", *'[]{},:"1\\'])) + text[at + data.draw(st.integers(0, 2)) :]
    path.write_text(text)
    try:
        expected = json.loads(text)
    except json.JSONDecodeError:
        with pytest.raises(InputError):
            whole(path)
        return
    if isinstance(expected, dict):
        assert whole(path) == expected
    else:
        assert not isinstance(open_lists(path), dict)


def test_a_file_that_changes_after_it_was_opened_is_refused_not_misread(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"a": [1, 22, 333]}')
    opened = open_lists(path)["a"]
    assert list(opened) == [1, 22, 333]
    path.write_text('{"b": [1, 22, 333]}')
    os.utime(path, ns=(1, 1))
    with pytest.raises(InputError, match="was changed"):
        opened[1]


@pytest.mark.parametrize("index", [-1, 3])
def test_an_index_outside_the_list_is_refused(tmp_path: Path, index: int) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"a": [1, 22, 333]}')
    with pytest.raises(IndexError):
        open_lists(path)["a"][index]


def test_memory_does_not_grow_with_the_size_of_the_elements(tmp_path: Path) -> None:
    peaks = []
    for length in (100, 1000):
        path = tmp_path / f"{length}.json"
        path.write_text(json.dumps({"a": [{"numbers": [1.25] * length} for _ in range(3000)]}))
        tracemalloc.start()
        opened = open_lists(path)["a"]
        assert sum(len(e["numbers"]) for e in opened) == 3000 * length
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert path.stat().st_size > 15_000_000
    assert peaks[1] < 1.5 * peaks[0] + 8 * json_lists.BLOCK


@given(st.lists(values, max_size=6), st.booleans(), st.integers(1, 30))
def test_records_of_an_array_are_what_json_reads(path: Path, records: list[Any], marked: bool, block: int) -> None:
    mark = "\ufeff" if marked else ""
    path.write_text(f"{mark} [{' ,'.join(map(json.dumps, records))} ]\n", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_lists, "BLOCK", block)
        assert list(open_records(path)) == records


@given(st.lists(values, min_size=1, max_size=6), st.booleans())
def test_records_of_json_lines_are_what_json_reads(path: Path, records: list[Any], marked: bool) -> None:
    lines = path.with_suffix(".jsonl")
    mark = "\ufeff" if marked else ""
    lines.write_text(mark + "".join(f"{json.dumps(r)} \r\n\n" for r in records), encoding="utf-8")
    assert list(open_records(lines)) == records


@pytest.mark.parametrize("text", ['{"a": []}', "[1] [2]", "[1", "1", "[1]x", "]["])
def test_what_is_no_array_of_records_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(text)
    with pytest.raises(InputError):
        list(open_records(path))


def test_a_faulty_line_is_named_when_it_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"a": 1}\n\n{"a": \n{"a": 3}')
    records = open_records(path)
    assert (len(records), records[0], records[2]) == (3, {"a": 1}, {"a": 3})
    with pytest.raises(InputError, match="record 2"):
        records[1]


@pytest.mark.parametrize("cut", [1, 3, 9])
def test_an_array_that_ends_early_says_where(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "a.json"
    text = json.dumps([{"a": [1, 2]}, {"b": [3, 4]}])[:-cut]
    path.write_text(text)
    with pytest.raises(InputError, match=f"ends early, at byte {len(text)} inside record 2"):
        open_records(path)
