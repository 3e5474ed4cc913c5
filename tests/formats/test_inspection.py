"""What is found in a source before anything is done with it, against what was put there."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from mmrecipes.core.errors import InputError
from mmrecipes.core.sample import Sample, assistant, user
from mmrecipes.formats import inspection
from mmrecipes.formats.inspection import Problem, Spread, inspect
from mmrecipes.formats.reader import Reader, ReadOptions, RowError
from mmrecipes_tests.formats.tables import IMAGE, STRINGS, cell, dataset, parquet
from mmrecipes_tests.store.samples import picture

A, B = picture(1, (40, 20)), picture(2, (20, 60), "JPEG")
BROKEN = {"bytes": b"no", "path": None}


def row(**changes: Any) -> dict[str, Any]:
    return {"id": "x", "image": cell(A), "question": "How many?", "choices": ["a", "b"], "answer": 1, "n": 5, **changes}


def test_counts_columns_and_problems_are_what_was_put_there(tmp_path: Path) -> None:
    rows = [
        row(id="0"),
        row(id="1", image=cell(B)),
        row(id="2", image=BROKEN),
        row(id="3", answer=7),
        row(id="4", image=BROKEN),
        row(id="0", image=None, question="Why?"),
    ]
    path = parquet(tmp_path / "t.parquet", rows, image=IMAGE, choices=STRINGS)
    found = inspect(path)
    assert (found.reader, found.rows, found.checked, found.usable, found.repeated_ids) == ("hf", 6, 6, 3, 1)
    assert found.why == "columns image, question, answer, choices"
    assert [(p.reason, p.count, p.first_row) for p in found.problems] == [("corrupt_image", 2, 2), ("bad_choice", 1, 3)]
    assert found.problems[1] == Problem("bad_choice", 1, 3, "the answer 7 is none of 2 choices")
    assert found.columns == {
        "id": "id",
        "image": "images",
        "question": "messages: the question",
        "choices": "messages: lettered below the question; truth",
        "answer": "messages: the answer; truth",
        "n": "meta",
    }
    assert found.counts["format"] == {"png": 1, "jpeg": 1}
    assert found.counts["turns"] == {"user assistant": 3}
    assert found.spreads["width"] == Spread(20, 30, 40) and found.spreads["height"] == Spread(20, 40, 60)
    assert found.spreads["images per row"] == Spread(0, 1, 1)
    assert found.spreads["characters of assistant"] == Spread(1, 1, 1)
    assert [s.id for s in found.samples] == ["0", "1", "0"]


def test_of_a_large_source_an_even_part_is_checked_at_no_fixed_distance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inspection, "CHECKED", 50)
    rows = [row(id=str(i), answer=9 if i % 10 == 0 else 0) for i in range(1000)]
    path = parquet(tmp_path / "t.parquet", rows, group=100)
    part, again, whole = inspect(path, samples=5), inspect(path, samples=5), inspect(path, every_row=True)
    assert (part.rows, part.checked) == (1000, 50) and part == again
    assert 0 < part.problems[0].count < 20, "a fixed distance of 20 rows would hit all or none"
    assert whole.checked == 1000 and whole.problems[0].count == 100
    places = [int(s.id) for s in part.samples]
    assert len(places) == 5 and [i * 5 // 1000 for i in places] == [0, 1, 2, 3, 4]


def test_other_readers_that_recognise_the_path_are_named_with_their_reasons(tmp_path: Path) -> None:
    run = dataset(tmp_path / "run", [Sample(id="a", images=(A,), messages=(user(A, "?"), assistant("x")))])
    found = inspect(run)
    assert found.reader == "native" and found.why == "a dataset folder of mmrecipes"
    assert found.others["trl"] == "columns messages"
    by_name = inspect(run, "trl")
    assert by_name.reader == "trl" and "native" in by_name.others and "trl" not in by_name.others


def test_the_whole_finding_is_json(tmp_path: Path) -> None:
    found = inspect(parquet(tmp_path / "t.parquet", [row()]))
    value = json.loads(json.dumps(found.to_json()))
    assert value["samples"][0]["images"] == [{"sha256": A.sha256, "media_type": "image/png", "width": 40, "height": 20}]
    assert value["path"] == str(tmp_path / "t.parquet") and value["problems"] == []


@dataclass
class Silent:
    """Rows that say nothing about their columns."""

    columns: Sequence[str] = ("a", "b")
    remarks: Sequence[str] = ("a remark",)
    wrong: dict[int, InputError] = field(default_factory=dict)

    def __len__(self) -> int:
        return 3

    def sample(self, index: int) -> Sample:
        if index in self.wrong:
            raise self.wrong[index]
        return Sample(id=str(index), meta={"b": 1})


@pytest.mark.parametrize(
    ("wrong", "columns"),
    [
        ({0: RowError("bad", "no good"), 1: InputError("disk trouble")}, {"a": "read", "b": "meta"}),
        (dict.fromkeys(range(3), RowError("bad", "no good")), dict.fromkeys("ab", "nothing in the rows checked")),
    ],
)
def test_what_becomes_of_columns_is_told_from_samples_where_the_reader_does_not_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: dict[int, InputError], columns: dict[str, str]
) -> None:
    silent = Reader("silent", "", lambda look: "", lambda path, options: Silent(wrong=wrong))
    monkeypatch.setattr(inspection, "open_source", lambda path, reader, options: (silent, silent.open(path, options)))
    found = inspect(tmp_path, "silent", ReadOptions())
    assert found.columns == columns and found.why == "named, not recognised" and found.remarks == ("a remark",)
    reasons = {p.reason: p.count for p in found.problems}
    assert reasons == ({"bad": 1, "unreadable_row": 1} if len(wrong) == 2 else {"bad": 3})
