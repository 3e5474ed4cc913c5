"""The dataset card: front matter that opens the folder, and how the data was made."""

from __future__ import annotations

import shlex
from pathlib import Path

import yaml

from mmrecipes.store.card import recounted_card, write_card

COUNTS = {"table/train": 1200, "chart/train": 3, "chart/test": 2, "none/train": 0}
CARD = {
    "slug": "toy",
    "title": 'Tables: "quoted" & more',
    "summary": "Draws tables.",
    "paper": {"title": "A paper", "authors": "A. Author", "year": 2025, "arxiv": "2501.00001"},
    "claims": ["every answer is computed"],
}


def written(folder: Path, **changes: object) -> str:
    options = {"card": CARD, "params": {"theme": "a b", "sides": [1, 2]}, "counts": COUNTS, "seed": 3, "version": "2"}
    write_card(folder, **{**options, **changes})  # type: ignore[arg-type]
    return (folder / "README.md").read_text()


def front(text: str) -> dict[str, object]:
    return yaml.safe_load(text.split("---\n")[1])


def test_the_front_matter_has_one_configuration_over_all_and_one_per_subset(tmp_path: Path) -> None:
    text = written(tmp_path)
    matter = front(text)
    assert matter["pretty_name"] == CARD["title"]
    configurations = {c["config_name"]: c for c in matter["configs"]}  # type: ignore[index,attr-defined]
    assert list(configurations) == ["default", "chart", "table"]
    assert configurations["default"]["default"] is True
    assert configurations["chart"]["data_files"] == [
        {"split": "train", "path": "data/chart/train-*.parquet"},
        {"split": "test", "path": "data/chart/test-*.parquet"},
    ]


def test_the_command_can_be_pasted_into_a_shell(tmp_path: Path) -> None:
    text = written(tmp_path)
    command = text.split("```sh\n")[1].split("```")[0]
    assert shlex.split(command.replace("\\\n", " ")) == [
        *("mmr", "run", "toy", "--n", "1205", "--seed", "3", "--set", "theme=a b", "--set", "sides=[1, 2]"),
        *("--out", "DIR"),
    ]


def test_the_card_names_paper_claims_counts_and_the_rehearsal_mark(tmp_path: Path) -> None:
    text = written(tmp_path)
    for wanted in ("https://arxiv.org/abs/2501.00001", "every answer is computed", "| table | train | 1,200 |"):
        assert wanted in text
    assert "stand_in" in text and "none" not in text.split("## Columns")[0]


def test_a_card_is_recounted_and_otherwise_unchanged(tmp_path: Path) -> None:
    text = written(tmp_path)
    assert recounted_card(text, COUNTS) == text
    less = recounted_card(text, {"table/train": 7})
    assert less == written(tmp_path, counts={"table/train": 7}).replace("--n 7", "--n 1205")


def test_without_samples_and_without_a_recipe_there_is_still_a_card(tmp_path: Path) -> None:
    text = written(tmp_path, card={}, counts={}, params={})
    assert "configs" not in front(text) and "no sample was accepted" in text.lower()
