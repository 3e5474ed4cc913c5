"""Rows of Parquet and Arrow files: the same in any order, in flat memory, and what is wrong with a file is said."""

from __future__ import annotations

import datetime
import decimal
import json
import random
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmrecipes.core.errors import InputError
from mmrecipes.formats import parquet_rows
from mmrecipes.formats.hf_saved import table_files
from mmrecipes.formats.look import Look
from mmrecipes.formats.parquet_rows import RowTable, as_json, first_types, holds_bytes, is_image
from mmrecipes.formats.reader import open_source, unread_files
from mmrecipes_tests.formats.tables import IMAGE, cell, parquet, reason_of
from mmrecipes_tests.store.samples import picture

datasets = pytest.importorskip("datasets")
ROWS = [{"n": i, "text": f"row {i}", "list": list(range(i % 4))} for i in range(23)]


def stream(path: Path, rows: list[dict[str, Any]], batch: int) -> Path:
    table = pa.Table.from_pylist(rows)
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_stream(file, table.schema) as out:
        for part in table.to_batches(max_chunksize=batch):
            out.write_batch(part)
    return path


@settings(deadline=None, max_examples=30)
@given(
    order=st.lists(st.integers(0, len(ROWS) - 1), max_size=40),
    cuts=st.lists(st.integers(0, len(ROWS)), max_size=3).map(sorted),
    group=st.integers(1, 9),
    batch=st.integers(1, 4),
    arrow=st.booleans(),
)
def test_rows_are_the_same_in_any_order_of_reading_whatever_files_and_groups_they_lie_in(
    tmp_path_factory: pytest.TempPathFactory, order: list[int], cuts: list[int], group: int, batch: int, arrow: bool
) -> None:
    folder = tmp_path_factory.mktemp("rows")
    edges = [0, *cuts, len(ROWS)]
    for number, (low, high) in enumerate(pairwise(edges)):
        part = pa.Table.from_pylist(ROWS[low:high], pa.Table.from_pylist(ROWS).schema)
        if arrow and high > low:
            stream(folder / f"{number}.arrow", part.to_pylist(), group)
        elif not arrow:
            pq.write_table(part, folder / f"{number}.parquet", row_group_size=group)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parquet_rows, "MOST_ROWS", batch)
        table = RowTable(folder)
        assert len(table) == len(ROWS)
        assert [table.row(i) for i in order] == [ROWS[i] for i in order]
        assert [table.row(i) for i in range(len(table))] == ROWS


def test_both_arrow_formats_are_read(tmp_path: Path) -> None:
    stream(tmp_path / "a.arrow", ROWS, 5)
    table = pa.Table.from_pylist(ROWS)
    with pa.OSFile(str(tmp_path / "b.arrow"), "wb") as file, pa.ipc.new_file(file, table.schema) as out:
        out.write_table(table, max_chunksize=4)
    both = RowTable(tmp_path)
    assert [both.row(i) for i in range(46)] == ROWS + ROWS
    assert [both.place(i)[0].name + str(both.place(i)[1]) for i in (0, 22, 23, 45)] == ["a0", "a22", "b0", "b22"]


def test_a_saved_data_set_is_read_by_its_own_list_of_files_and_split(tmp_path: Path) -> None:
    data = datasets.Dataset.from_list(ROWS)
    data.save_to_disk(str(tmp_path / "one"), num_shards=3)
    stream(tmp_path / "one" / "cache-123.arrow", ROWS, 5)
    stream(tmp_path / "one" / "unlisted.arrow", ROWS, 5)
    one = RowTable(tmp_path / "one")
    assert [one.row(i) for i in range(len(one))] == ROWS
    parts = datasets.DatasetDict({"test": data.select(range(3)), "train": data.select([5, 1])})
    parts.save_to_disk(str(tmp_path / "two"))
    two = RowTable(tmp_path / "two")
    assert [(two.row(i)["n"], two.place(i)[0].split) for i in range(5)] == [
        (0, "test"),
        (1, "test"),
        (2, "test"),
        (5, "train"),
        (1, "train"),
    ]


def test_a_saved_data_set_that_lacks_a_file_or_points_elsewhere_is_refused(tmp_path: Path) -> None:
    data = datasets.Dataset.from_list(ROWS)
    data.save_to_disk(str(tmp_path / "one"))
    state = json.loads((tmp_path / "one/state.json").read_text())
    for name in ("gone.arrow", "../one/data-00000-of-00001.arrow", "/etc/passwd"):
        state["_data_files"] = [{"filename": name}]
        (tmp_path / "one/state.json").write_text(json.dumps(state))
        with pytest.raises(InputError, match=r"state\.json names"):
            RowTable(tmp_path / "one")
    (tmp_path / "dataset_dict.json").write_text('{"splits": ["one/../one"]}')
    with pytest.raises(InputError, match="names the split"):
        RowTable(tmp_path)
    (tmp_path / "one/state.json").write_bytes(b"\xff{")
    with pytest.raises(InputError, match="cannot be read as JSON"):
        RowTable(tmp_path / "one")


@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("data/train-00000-of-00004.parquet", "train"),
        ("data/test/0.parquet", "test"),
        ("x/val.parquet", "validation"),
        ("dev-1.parquet", "validation"),
        ("latest.parquet", "train"),
        ("training_set_test.parquet", "test"),
    ],
)
def test_the_split_is_what_the_name_says(tmp_path: Path, name: str, split: str) -> None:
    parquet(tmp_path / name, ROWS)
    (found,) = table_files(tmp_path)
    assert found.split == split
    assert found.name == name.removesuffix(".parquet").removeprefix("data/")


def test_a_runs_own_account_and_hidden_files_are_no_rows(tmp_path: Path) -> None:
    for name in ("data/a.parquet", "run/ledger.parquet", ".cache/b.parquet"):
        parquet(tmp_path / name, ROWS)
    assert [f.name for f in table_files(tmp_path)] == ["a"]
    (tmp_path / "docs").mkdir()
    stream(tmp_path / "docs/cache-123.arrow", ROWS, 5)
    with pytest.raises(InputError, match="holds no Parquet or Arrow files"):
        RowTable(tmp_path / "docs")


def test_a_column_that_some_files_lack_is_none_there_and_said(tmp_path: Path) -> None:
    parquet(tmp_path / "a.parquet", [{"q": "1"}])
    parquet(tmp_path / "b.parquet", [{"q": "2", "extra": 5}])
    parquet(tmp_path / "c.parquet", [{"extra": 6}])
    table = RowTable(tmp_path)
    assert [table.row(i) for i in range(3)] == [
        {"q": "1", "extra": None},
        {"q": "2", "extra": 5},
        {"q": None, "extra": 6},
    ]
    assert table.remarks == (
        "column extra is missing from 1 of 3 files, first a.parquet",
        "column q is missing from 1 of 3 files, first c.parquet",
    )


def test_only_wanted_columns_are_read(tmp_path: Path) -> None:
    parquet(tmp_path / "a.parquet", ROWS)
    stream(tmp_path / "b.arrow", ROWS, 4)
    for path in (tmp_path / "a.parquet", tmp_path / "b.arrow"):
        assert RowTable(path, wanted=lambda c: c == "n").row(7) == {"n": 7}


@pytest.mark.parametrize("damaged", ["0.parquet", "b.parquet"])
def test_a_folder_with_a_file_that_cannot_be_read_is_recognised_and_that_file_is_one_bad_row(
    tmp_path: Path, damaged: str
) -> None:
    rows = [{"image": cell(picture(1)), "question": "q", "answer": "x"}]
    types = {"image": IMAGE}
    for name in ("a.parquet", "c.parquet"):
        parquet(tmp_path / name, rows, **types)
    (tmp_path / damaged).write_bytes(b"PAR1 but not really")
    chosen, found = open_source(tmp_path)
    assert chosen.name == "hf" and len(found) == 3
    bad = 0 if damaged == "0.parquet" else 1
    assert [reason_of(found, i) for i in range(3)] == ["unreadable_file" if i == bad else "" for i in range(3)]
    with pytest.raises(InputError, match=rf"{damaged} cannot be read as Parquet"):
        found.sample(bad)
    (remark,) = found.remarks
    assert damaged in remark and "one row stands for all of its rows" in remark
    assert unread_files(found) == (remark,)


def test_a_file_that_is_no_parquet_is_named(tmp_path: Path) -> None:
    (tmp_path / "b.parquet").write_bytes(b"PAR1 but not really")
    with pytest.raises(InputError, match=r"b\.parquet cannot be read as Parquet.*fetch or write it again"):
        RowTable(tmp_path)
    (tmp_path / "c.arrow").write_bytes(b"ARROW1 no")
    with pytest.raises(InputError, match=r"c\.arrow cannot be read as Arrow"):
        RowTable(tmp_path / "c.arrow")
    assert first_types(Look(tmp_path / "b.parquet")) == {}
    pq.write_table(pa.Table.from_pylist([], pa.schema([("n", pa.int64())])), tmp_path / "none.parquet")
    with pytest.raises(InputError, match="holds no rows"):
        RowTable(tmp_path / "none.parquet")


def test_rows_behind_damaged_bytes_have_a_reason_and_the_others_are_read(tmp_path: Path) -> None:
    rng = random.Random(0)
    rows = [{"data": rng.randbytes(4000)} for _ in range(12)]
    pq.write_table(
        pa.Table.from_pylist(rows), tmp_path / "a.parquet", row_group_size=4, compression="zstd", use_dictionary=False
    )
    data = bytearray((tmp_path / "a.parquet").read_bytes())
    middle = data.index(rows[5]["data"][:64])
    data[middle - 9000 : middle - 4000] = bytes(5000)
    (tmp_path / "a.parquet").write_bytes(data)
    table = RowTable(tmp_path / "a.parquet")

    class AsRows:
        def sample(self, index: int) -> Any:
            return table.row(index)

    reasons = [reason_of(AsRows(), i) for i in range(12)]  # type: ignore[arg-type]
    assert set(reasons[4:8]) == {"corrupt_file"} and not any(reasons[:4] + reasons[8:])
    assert table.row(11) == rows[11] and table.row(0) == rows[0]


def test_text_that_is_not_utf8_spoils_its_own_row_only(tmp_path: Path) -> None:
    texts = pa.array([b"good", b"\xff\xfe", b"fine"], pa.binary()).view(pa.string())
    pq.write_table(pa.table({"t": texts}), tmp_path / "a.parquet")
    table = RowTable(tmp_path / "a.parquet")
    assert (table.row(0), table.row(2)) == ({"t": "good"}, {"t": "fine"})
    with pytest.raises(InputError, match="not UTF-8") as wrong:
        table.row(1)
    assert wrong.value.reason == "not_utf8"  # type: ignore[attr-defined]


def test_a_file_that_goes_away_is_no_fault_of_the_row(tmp_path: Path) -> None:
    parquet(tmp_path / "a.parquet", ROWS)
    parquet(tmp_path / "b.parquet", ROWS)
    table = RowTable(tmp_path)
    table.row(0)
    (tmp_path / "b.parquet").unlink()
    with pytest.raises(InputError, match="is gone") as wrong:
        table.row(30)
    assert not hasattr(wrong.value, "reason")


def test_class_labels_are_read_by_name(tmp_path: Path) -> None:
    label = datasets.ClassLabel(names=["cat", "dog"])
    features = datasets.Features({"n": datasets.Value("int64"), "kind": label})
    data = datasets.Dataset.from_list([{"n": 1, "kind": 1}, {"n": 0, "kind": -1}, {"n": 5, "kind": None}], features)
    data.to_parquet(str(tmp_path / "a.parquet"))
    data.save_to_disk(str(tmp_path / "saved"))
    for path in (tmp_path / "a.parquet", tmp_path / "saved"):
        table = RowTable(path)
        assert [table.row(i) for i in range(3)] == [
            {"n": 1, "kind": "dog"},
            {"n": 0, "kind": None},
            {"n": 5, "kind": None},
        ]


MEASURE = """
import sys, pyarrow as pa
from pathlib import Path
from mmrecipes.formats.look import Look
from mmrecipes.formats.parquet_rows import RowTable
table = RowTable(Path(sys.argv[1]))
before = pa.default_memory_pool().max_memory()
total = sum(len(table.row(i)["image"]["bytes"]) for i in range(len(table)))
print(total, pa.default_memory_pool().max_memory())
"""


def test_memory_stays_at_a_few_rows_however_large_the_row_group(tmp_path: Path) -> None:
    rng, size, count = random.Random(0), 200_000, 400
    schema = pa.schema([("image", IMAGE)])
    rows = [{"image": {"bytes": rng.randbytes(size), "path": "x"}} for _ in range(count)]
    options: dict[str, Any] = {"write_batch_size": 1, "use_dictionary": False, "compression": "none"}
    with pq.ParquetWriter(tmp_path / "a.parquet", schema, **options) as out:
        out.write_table(pa.Table.from_pylist(rows, schema), row_group_size=count)
    command = [sys.executable, "-c", MEASURE, str(tmp_path / "a.parquet")]
    total, most = map(int, subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())
    assert total == size * count
    assert most < 24 << 20 < total // 3


def test_values_become_json_and_bytes_and_images_are_known_by_type() -> None:
    value = {
        "when": datetime.datetime(2024, 5, 1, 12),
        "day": datetime.date(2024, 5, 1),
        "price": decimal.Decimal("1.10"),
        "nan": float("nan"),
        "pairs": [("a", 1)],
    }
    assert as_json(value) == {
        "when": "2024-05-01T12:00:00",
        "day": "2024-05-01",
        "price": "1.10",
        "nan": None,
        "pairs": [["a", 1]],
    }
    assert is_image(IMAGE) and is_image(pa.list_(IMAGE)) and not is_image(pa.struct([("bytes", pa.string())]))
    assert holds_bytes(pa.map_(pa.string(), pa.list_(pa.large_binary()))) and not holds_bytes(pa.list_(pa.string()))
