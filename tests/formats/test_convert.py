"""Claims about converting without a run: what others wrote becomes a dataset folder and comes back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mmrecipes.core.errors import InputError, UsageError
from mmrecipes.core.sample import assistant, user
from mmrecipes.formats.convert import convert
from mmrecipes.formats.inspection import inspect
from mmrecipes.store.dataset import read_samples
from mmrecipes_tests.formats.tables import read
from mmrecipes_tests.formats.tarring import tar
from mmrecipes_tests.store.samples import picture

A, B = picture(1, (40, 20), "JPEG"), picture(2, (20, 40))


def shards(folder: Path) -> Path:
    tar(folder / "0.tar", [("a.jpg", A.data), ("a.txt", "a cup"), ("b.png", B.data), ("b.txt", "a mug")])
    return folder


def test_shards_become_a_dataset_folder_that_load_dataset_opens(tmp_path: Path) -> None:
    load = pytest.importorskip("datasets").load_dataset
    convert(shards(tmp_path / "in"), "native", tmp_path / "out")
    assert [s.messages for s in read_samples(tmp_path / "out")] == [
        (user(A), assistant("a cup")),
        (user(B), assistant("a mug")),
    ]
    rows = load(str(tmp_path / "out"), cache_dir=str(tmp_path / "cache"))["train"]
    assert rows["id"] == ["a", "b"] and rows[0]["images"][0].size == A.size


def test_a_dataset_folder_and_shards_convert_into_each_other(tmp_path: Path) -> None:
    convert(shards(tmp_path / "in"), "native", tmp_path / "native")
    convert(tmp_path / "native", "webdataset", tmp_path / "again")
    first, second = ([s.having(images=len(s.images)) for s in read(tmp_path / n)] for n in ("in", "again"))
    assert first == second


def test_the_reader_and_its_remarks_are_told(tmp_path: Path) -> None:
    folder = shards(tmp_path / "in")
    tar(folder / "1.tar", [("a.jpg", B.data), ("a.txt", "again")])
    done = convert(folder, "webdataset", tmp_path / "out")
    assert done.reader == "webdataset" and any("several shards" in r for r in done.remarks)


def test_what_cannot_be_opened_or_written_leaves_nothing_behind(tmp_path: Path) -> None:
    folder = shards(tmp_path / "in")
    for path, form, reader in ((tmp_path / "no", "llava", "auto"), (folder, "lava", "auto"), (folder, "llava", "tars")):
        with pytest.raises((InputError, UsageError)):
            convert(path, form, tmp_path / "out", reader=reader)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in"]


def test_a_row_with_half_a_surrogate_pair_is_left_out_with_its_reason_wherever_it_stands(tmp_path: Path) -> None:
    def row(id: str, said: str, **more: object) -> dict[str, object]:
        turns = [{"from": "human", "value": "q"}, {"from": "gpt", "value": said}]
        return {"id": id, "conversations": turns, **more}

    half = "cut \ud83d"
    rows = [row("ok", "fine \U0001f600"), row("bad", half), row("worse", "x", notes=[{half: 1}]), row(half, "x")]
    (tmp_path / "t.json").write_text(json.dumps(rows))
    done = convert(tmp_path / "t.json", "llava", tmp_path / "out")
    assert done.report.rows_out == 1 and done.report.dropped == {"bad_text": ["row 1", "row 2", "row 3"]}
    found = inspect(tmp_path / "t.json")
    assert [(p.reason, p.count, p.first_row) for p in found.problems] == [("bad_text", 3, 1)]


def test_a_folder_inside_the_source_is_refused(tmp_path: Path) -> None:
    folder = shards(tmp_path / "in")
    for out in (folder, folder / "a" / "b", tmp_path / "x" / ".." / "in" / "out"):
        with pytest.raises(UsageError, match="would become a part of it"):
            convert(folder, "webdataset", out)
    assert sorted(p.name for p in folder.iterdir()) == ["0.tar"]


def test_what_rows_say_about_themselves_is_kept_and_what_no_trainer_reads_of_it_is_counted(tmp_path: Path) -> None:
    turns = [{"role": "user", "content": "<image>q"}, {"role": "assistant", "content": "a"}]
    (tmp_path / "a.jpg").write_bytes(A.data)
    row = {"id": "x", "messages": turns, "images": ["a.jpg"], "source": "web", "license": "CC0", "score": 3}
    unusable = {"messages": [], "other": 1}
    (tmp_path / "t.jsonl").write_text("\n".join(map(json.dumps, (row, unusable))))
    found = inspect(tmp_path / "t.jsonl")
    assert found.columns == {
        "id": "id", "messages": "messages: turns", "images": "images", "source": "source", "license": "licence",
        "score": "meta", "other": "not read",
    }  # fmt: skip
    (sample,) = found.samples
    assert (sample.source, sample.licence, sample.meta) == ("web", "CC0", {"score": 3})
    for form in ("llava", "ms-swift", "llamafactory", "clip"):
        report = convert(tmp_path / "t.jsonl", form, tmp_path / form, policy="degrade").report
        assert report.not_read == {"source": 1, "licence": 1, "meta": 1}, form
        beside = json.loads((tmp_path / form / "provenance.jsonl").read_text())
        assert (beside["source"], beside["licence"], beside["meta"]) == ("web", "CC0", {"score": 3})


def test_a_line_that_is_no_json_is_left_out_with_its_reason(tmp_path: Path) -> None:
    turns = [{"from": "human", "value": "q"}, {"from": "gpt", "value": "a"}]
    (tmp_path / "t.jsonl").write_text(f"{json.dumps({'conversations': turns})}\n{{oops\n")
    report = convert(tmp_path / "t.jsonl", "llava", tmp_path / "out").report
    assert report.rows_out == 1 and report.dropped == {"not_json": ["row 1"]}
    with pytest.raises(InputError, match=r"row 1 cannot be read: .* is not JSON in record 2"):
        convert(tmp_path / "t.jsonl", "llava", tmp_path / "strict", policy="error")
