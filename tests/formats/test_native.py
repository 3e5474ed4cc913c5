"""The native export: the data as they are, without the run, and without what a trainer stumbles over."""

from __future__ import annotations

from pathlib import Path

import pytest

from mmrecipes.core.errors import InputError
from mmrecipes.core.sample import Message, Part, Sample, assistant, user
from mmrecipes.formats.export import RESERVED, export_dataset, exporters
from mmrecipes.store.card import write_card
from mmrecipes.store.dataset import DatasetWriter, read_samples
from mmrecipes_tests.store.samples import picture

datasets = pytest.importorskip("datasets")
A = picture(1)
GOOD = Sample(id="good", images=(A,), messages=(user(A, "?"), assistant("x")))
BARE = Sample(id="bare", subset="text", messages=(user("2 + 2?"), assistant("4")))
RECORD = Sample(id="record", subset="only-records", split="test", images=(A,))
LITERAL = GOOD.having(id="literal", messages=(user(A, "what does <image> or <|im_end|> mean?"), assistant("x")))
TOOL = GOOD.having(id="tool", messages=(*GOOD.messages, Message("tool", (Part(image=A.sha256),))))


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    datasets.disable_progress_bars()


def dataset(folder: Path, *items: Sample) -> Path:
    with DatasetWriter(folder, "toy") as writer:
        for sample in items:
            writer.write(sample)
    card = {"title": "Toy: a | b", "slug": "toy", "summary": "Says it.", "tasks": ["x"]}
    write_card(folder, card=card, params={"k": "v w"}, counts=writer.counts, seed=7, version="1")
    (folder / "run").mkdir()
    (folder / "run" / "ledger.json").write_text("{}")
    return folder


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_the_formats_are_found_in_their_modules() -> None:
    assert {"native", "llava", "llava-next-interleave"} <= set(exporters())


def test_data_and_card_are_the_same_bytes_without_the_run(tmp_path: Path) -> None:
    source = files(dataset(tmp_path / "d", GOOD, BARE))
    report = export_dataset(tmp_path / "d", "native", tmp_path / "out")
    made = files(tmp_path / "out")
    del source["run/ledger.json"], made["manifest.json"]
    assert made == source
    assert (report.rows_in, report.rows_out, report.images, report.placeholders) == (2, 2, 1, 1)
    rows = datasets.load_dataset(str(tmp_path / "out"), split="train")
    assert {r["id"]: len(r["images"]) for r in rows} == {"good": 1, "bare": 0}


def test_rows_a_trainer_stumbles_over_are_left_out_and_the_folder_still_opens(tmp_path: Path) -> None:
    dataset(tmp_path / "d", GOOD, RECORD, LITERAL, TOOL)
    report = export_dataset(tmp_path / "d", "native", tmp_path / "out")
    assert report.dropped == {
        "no_turns": ["record"],
        "reserved_token": ["literal"],
        "image_in_a_tool_turn": ["tool"],
    }
    opened = datasets.load_dataset(str(tmp_path / "out"))
    assert {k: [r["id"] for r in v] for k, v in opened.items()} == {"train": ["good"]}
    assert datasets.get_dataset_config_names(str(tmp_path / "out")) == ["default", "default-subset"]
    card = (tmp_path / "out/README.md").read_text()
    assert "| default | train | 1 |" in card and "only-records" not in card and "Says it." in card
    assert "'k=v w'" in card


def test_degrading_breaks_the_token_with_a_zero_width_space(tmp_path: Path) -> None:
    dataset(tmp_path / "d", LITERAL)
    report = export_dataset(tmp_path / "d", "native", tmp_path / "out", policy="degrade")
    (sample,) = read_samples(tmp_path / "out")
    assert sample.messages[0].text == "what does <\u200bimage> or <\u200b|im_end|> mean?"
    assert report.degraded == {"reserved_token": 1}


def test_the_strict_policy_stops_with_the_id_and_leaves_nothing(tmp_path: Path) -> None:
    dataset(tmp_path / "d", GOOD, LITERAL)
    with pytest.raises(InputError, match=r"'literal'.*reserved_token"):
        export_dataset(tmp_path / "d", "native", tmp_path / "out", policy="error")
    assert [p.name for p in tmp_path.iterdir() if p.name != "cache"] == ["d"]


def test_grounding_tags_are_answers_and_not_reserved() -> None:
    tagged = "<|object_ref_start|>a cup<|object_ref_end|><|box_start|>(1,2),(3,4)<|box_end|>"
    assert not RESERVED.search(tagged)
    assert RESERVED.search("<|im_start|>") and RESERVED.search("<|image_pad|>") and RESERVED.search("<|box_starts|>")
