"""Our own dataset folders as an input: every sample comes back as it was stored."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mmrecipes.core.errors import InputError
from mmrecipes.core.sample import Sample, assistant, user
from mmrecipes.formats.convert import convert
from mmrecipes.formats.export import export_dataset
from mmrecipes.formats.reader import recognised
from mmrecipes.store import dataset as stored
from mmrecipes.store.dataset import read_samples
from mmrecipes_tests.formats.tables import dataset, opened, read, reason_of
from mmrecipes_tests.store.samples import picture, samples

datasets = pytest.importorskip("datasets")
A = picture(1)
PLAIN = Sample(id="a", images=(A,), messages=(user(A, "?"), assistant("x")), truth={"n": 1}, stand_in=True)


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.lists(samples(), min_size=1, max_size=5), st.data())
def test_every_sample_is_read_as_the_store_reads_it_in_any_order(
    tmp_path_factory: pytest.TempPathFactory, items: list[Sample], data: st.DataObject
) -> None:
    folder = dataset(tmp_path_factory.mktemp("d") / "run", items)
    expected = list(read_samples(folder))
    rows = opened(folder)
    assert len(rows) == len(items)
    for index in data.draw(st.lists(st.integers(0, len(items) - 1), max_size=6)) + list(range(len(items))):
        assert rows.sample(index) == expected[index]


def test_a_run_an_export_a_subset_a_file_and_a_saved_copy_are_all_the_same(tmp_path: Path) -> None:
    run = dataset(tmp_path / "run", [PLAIN.having(id=str(i), subset="one", stand_in=False) for i in range(3)])
    (run / "run").mkdir()
    shutil.copy(run / "data/one/train-00000.parquet", run / "run/dropped.parquet")
    expected = list(read_samples(run))
    export_dataset(run, "native", tmp_path / "native")
    copy = datasets.Dataset.from_parquet(str(run / "data/one/*.parquet"), cache_dir=str(tmp_path / "cache"))
    copy.save_to_disk(str(tmp_path / "saved"))
    places = (run, tmp_path / "native", run / "data/one", run / "data/one/train-00000.parquet", tmp_path / "saved")
    for path in places:
        assert recognised(path)[0][0].name == "native"
        assert read(path) == expected, path


def test_a_large_truth_in_a_side_file_and_a_rehearsals_mark_come_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored, "LARGEST_TRUTH", 100)
    large = PLAIN.having(truth={"text": "x" * 200})
    (sample,) = read(dataset(tmp_path / "run", [large]))
    assert sample.truth == large.truth and sample.stand_in
    (side,) = (tmp_path / "run/data/default/truth").iterdir()
    side.unlink()
    assert reason_of(opened(tmp_path / "run"), 0) == "not_native"


def test_a_truth_that_points_outside_its_folder_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret.json").write_text('{"secret": 1}')
    path = dataset(tmp_path / "run", [PLAIN]) / "data/default/train-00000.parquet"
    table = pq.read_table(path)
    for name in ("../../../secret.json", str(tmp_path / "secret.json")):
        truth = pa.array([json.dumps({"$file": name})])
        pq.write_table(table.set_column(table.schema.get_field_index("truth"), "truth", truth), path)
        assert reason_of(opened(tmp_path / "run"), 0) == "not_native"


def test_a_row_that_was_changed_has_a_reason_and_missing_columns_are_named(tmp_path: Path) -> None:
    path = dataset(tmp_path / "run", [PLAIN, PLAIN]) / "data/default/train-00000.parquet"
    table = pq.read_table(path)
    changed = table.set_column(table.schema.get_field_index("meta"), "meta", pa.array(["{", table["meta"][1].as_py()]))
    pq.write_table(changed, path)
    rows = opened(tmp_path / "run")
    assert [reason_of(rows, i) for i in range(2)] == ["not_native", ""]
    pq.write_table(table.drop_columns(["scores"]), path)
    with pytest.raises(InputError, match="lacks columns of a dataset folder: scores"):
        opened(tmp_path / "run")


def test_images_decode_to_the_same_pixels(tmp_path: Path) -> None:
    (sample,) = read(dataset(tmp_path / "run", [PLAIN]))
    assert np.array_equal(sample.images[0].decode(), A.decode())


def test_an_earlier_output_inside_a_folder_of_other_data_is_not_taken_for_the_data(tmp_path: Path) -> None:
    export_dataset(dataset(tmp_path / "run", [PLAIN.having(stand_in=False)]), "native", tmp_path / "mine/old")
    assert not recognised(tmp_path / "mine")
    with pytest.raises(InputError, match=r"old/data/default/train-00000.parquet lies in it; give the path"):
        opened(tmp_path / "mine", reader="native")
    turns = [{"from": "human", "value": "?"}, {"from": "gpt", "value": "x"}]
    (tmp_path / "mine/train.json").write_text(json.dumps([{"id": "a", "conversations": turns}]))
    assert recognised(tmp_path / "mine")[0][0].name == "llava"
    assert recognised(tmp_path / "mine/old")[0][0].name == "native"


def test_what_lies_beside_the_data_of_a_dataset_folder_is_not_read(tmp_path: Path) -> None:
    run = dataset(tmp_path / "mine", [PLAIN])
    shutil.copytree(run / "data", run / "an_export/data")
    shutil.copytree(run / "data", run / "run/data")
    assert recognised(run)[0][0].name == recognised(run / "data")[0][0].name == "native"
    assert [s.id for s in read(run)] == ["a"]


def test_a_dataset_with_a_damaged_file_is_exported_without_it_and_says_so(tmp_path: Path) -> None:
    items = [Sample(id=f"s{i}", subset=name, messages=(user("?"), assistant("x"))) for i, name in enumerate("ab")]
    folder = dataset(tmp_path / "in", items)
    (folder / "data/a/train-00000.parquet").write_bytes(b"PAR1 no")
    done = convert(folder, "llava", tmp_path / "out")
    assert (done.reader, done.report.rows_out, done.report.dropped) == ("native", 1, {"unreadable_file": ["row 0"]})
    assert "a/train-00000.parquet cannot be read as Parquet" in done.remarks[0]
    with pytest.raises(InputError, match="cannot be read as Parquet"):
        convert(folder, "llava", tmp_path / "strict", policy="error")
    with pytest.raises(InputError, match=r"holds damaged data: (?s:.*) or export .*data, of which"):
        export_dataset(folder, "llava", tmp_path / "whole")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in", "out"]
