"""Claims about `mmr export` of foreign data: what it prints, when it says that nothing came of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mmrecipes.formats.convert import convert
from mmrecipes.formats.export import exporters
from mmrecipes.formats.reader import readers
from mmrecipes_tests.cli.conftest import Cli
from mmrecipes_tests.formats.tarring import tar
from mmrecipes_tests.store.samples import picture

A = picture(1, (40, 20), "JPEG")


@pytest.fixture
def shards(tmp_path: Path) -> Path:
    tar(
        tmp_path / "in/0.tar",
        [("1.jpg", A.data), ("1.txt", "a cup"), ("2.jpg", b"broken"), ("2.txt", "x"), ("3.npy", "")],
    )
    return tmp_path / "in"


def test_shards_become_what_a_trainer_reads_and_every_loss_is_printed(
    shards: Path, tmp_path: Path, mmr: Cli, capsys: pytest.CaptureFixture[str]
) -> None:
    assert mmr("export", shards, "--to", "llava", "--out", tmp_path / "out") == 0
    said = capsys.readouterr().out
    assert "read as webdataset" in said and "members `npy` are not read" in said
    assert "1 of 3 samples" in said and "1 corrupt_image, first row 1" in said and "1 no_content, first row 2" in said
    (row,) = json.loads((tmp_path / "out/llava.json").read_text())
    assert row["conversations"][1] == {"from": "gpt", "value": "a cup"}


def test_options_of_reader_and_format_are_passed_on(shards: Path, tmp_path: Path, mmr: Cli) -> None:
    arguments = ("export", shards, "--to", "webdataset", "--reader", "webdataset", "--read", "caption=json[x]")
    assert mmr(*arguments, "--set", "images=any", "--out", tmp_path / "out") == 0
    assert sorted(p.name for p in (tmp_path / "out/train").iterdir()) == ["00000.tar", "sizes.json"]
    assert mmr(*arguments, "--read", "colour=red", "--out", tmp_path / "out2") == 2
    assert mmr(*arguments, "--set", "colour=red", "--out", tmp_path / "out2") == 2


def test_repeated_ids_are_said(tmp_path: Path, mmr: Cli, capsys: pytest.CaptureFixture[str]) -> None:
    turns = [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]
    (tmp_path / "t.jsonl").write_text("\n".join(json.dumps({"id": i, "messages": turns}) for i in "xyx"))
    assert mmr("export", tmp_path / "t.jsonl", "--to", "llava", "--out", tmp_path / "out") == 0
    assert "1 rows have an id that an earlier row has, first x" in capsys.readouterr().out


def test_nothing_written_is_exit_code_3(shards: Path, tmp_path: Path, mmr: Cli) -> None:
    assert mmr("export", shards, "--to", "energon", "--set", "type=text", "--out", tmp_path / "out") == 3


@pytest.mark.parametrize("path", ["nowhere", "in/0.tar/x"])
def test_what_is_not_there_is_said(
    shards: Path, tmp_path: Path, mmr: Cli, capsys: pytest.CaptureFixture[str], path: str
) -> None:
    assert mmr("export", tmp_path / path, "--to", "llava", "--out", tmp_path / "out") == 2
    assert "does not exist" in capsys.readouterr().err


def test_formats_are_listed_and_one_tells_its_options(mmr: Cli, capsys: pytest.CaptureFixture[str]) -> None:
    assert mmr("formats") == 0
    said = capsys.readouterr().out
    assert all(f"  {name} " in said for name in (*readers(), *exporters()))
    assert mmr("formats", "webdataset") == 0
    said = capsys.readouterr().out
    assert "--set per_shard=" in said and "--read caption=" in said and "tested with" in said
    assert mmr("formats", "webdatasets") == 2


def test_every_row_that_is_read_is_told_of(shards: Path, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    convert(shards, "llava", tmp_path / "out", watch=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 3), (2, 3), (3, 3)]
