"""Samples of a rehearsal are refused by exports unless they are asked for, and the dataset says what they are."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
import yaml

from mmrecipes.core.errors import UsageError
from mmrecipes.core.sample import Sample, assistant, user
from mmrecipes.formats.export import export_dataset
from mmrecipes.store.card import recounted_card, write_card
from mmrecipes.store.dataset import DatasetWriter, stand_in_samples


@pytest.fixture
def make(tmp_path: Path):
    def write(marked: set[int]) -> Path:
        folder = tmp_path / f"run{len(marked)}"
        with DatasetWriter(folder, "toy", rows_per_file=4) as writer:
            for i in range(10):
                messages = (user(f"What is {i}?"), assistant(str(i)))
                writer.write(Sample(id=f"toy/{i}", messages=messages, stand_in=i in marked))
        write_card(folder, card={"title": "Toy"}, params={}, counts=writer.counts, seed=0, version="1")
        return folder

    return write


def test_a_dataset_of_models_is_exported_and_its_card_speaks_of_no_rehearsal(make, tmp_path: Path) -> None:
    folder = make(set())
    assert stand_in_samples(folder) == (0, "")
    assert export_dataset(folder, "llava", tmp_path / "out").stand_in == 0
    assert "A rehearsal" not in (folder / "README.md").read_text()


def test_stand_in_samples_are_refused_with_how_many_the_first_and_the_remedy(make, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"3 samples hold.*first toy/5:.*--role or --models.*--allow-stand-in"):
        export_dataset(make({5, 6, 9}), "llava", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_they_are_exported_when_allowed_and_the_manifest_counts_them(make, tmp_path: Path) -> None:
    report = export_dataset(make({5, 6, 9}), "llava", tmp_path / "out", allow_stand_in=True)
    assert (report.rows_out, report.stand_in) == (10, 3)
    assert orjson.loads((tmp_path / "out" / "manifest.json").read_bytes())["report"]["stand_in"] == 3


def test_the_card_says_so_before_anything_else_and_in_its_tags(make) -> None:
    text = (make({0}) / "README.md").read_text()
    front, body = text.split("---\n")[1:3]
    assert "stand-in" in yaml.safe_load(front)["tags"]
    assert body.split("\n\n")[1].startswith("> [!CAUTION]\n> **A rehearsal, not training data.**")
    assert recounted_card(text, {"default/train": 10}) == text
