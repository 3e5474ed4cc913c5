"""One of several files cannot be read at all: every command says so and ends with exit code 3; the rest is read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mmrecipes.recipes.finevision.sources import open_sources
from mmrecipes_tests.cli.conftest import Cli
from mmrecipes_tests.formats.tables import IMAGE, cell, parquet
from mmrecipes_tests.formats.tarring import tar
from mmrecipes_tests.store.samples import picture


def rows(first: int) -> list[dict[str, object]]:
    asked = "What does the picture show in its middle, and which colours are around it?"
    return [
        {"image": cell(picture(i, (64, 64))), "question": asked, "answer": f"It shows number {i} and some colours."}
        for i in range(first, first + 3)
    ]


@pytest.fixture(params=["parquet", "tar"])
def parts(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Two files of three rows; the one between them is garbage."""
    folder = tmp_path / "parts"
    folder.mkdir()
    for number in (0, 2):
        if request.param == "parquet":
            parquet(folder / f"{number}.parquet", rows(number * 10), image=IMAGE)
        else:
            pairs = [(f"{number}{i}", picture(number * 10 + i, (64, 64), "JPEG").data) for i in range(3)]
            members = [m for key, data in pairs for m in ((f"{key}.jpg", data), (f"{key}.txt", f"a caption of {key}"))]
            tar(folder / f"{number}.tar", members)
    (folder / f"1.{request.param}").write_bytes(b"no such thing " * 100)
    return folder


def test_inspect_names_it_first_and_exits_3(parts: Path, mmr: Cli, capsys: pytest.CaptureFixture[str]) -> None:
    assert mmr("inspect", parts) == 3
    out = capsys.readouterr().out
    assert f"7\n  checked  every row; 6 can be used\n  unread   {parts}/1." in out and "unreadable_file  1 (" in out
    assert mmr("inspect", parts, "--json") == 3
    assert "/1." in json.loads(capsys.readouterr().out)["unread_files"][0]


def test_export_writes_the_rest_and_exits_3(
    parts: Path, tmp_path: Path, mmr: Cli, capsys: pytest.CaptureFixture[str]
) -> None:
    assert mmr("export", parts, "--to", "llava", "--out", tmp_path / "out") == 3
    out = capsys.readouterr().out
    assert f"\n  unread   {parts}/1." in out and "\n6 of 7 samples" in out and "1 unreadable_file, first row 3" in out
    assert len(json.loads((tmp_path / "out/llava.json").read_text())) == 6


def test_decontaminate_names_it_in_the_data_and_in_a_benchmark(
    parts: Path, tmp_path: Path, mmr: Cli, capsys: pytest.CaptureFixture[str]
) -> None:
    other = parquet(tmp_path / "other.parquet", rows(50), image=IMAGE)
    for data, benchmark, name in ((parts, other, str(parts)), (other, parts, "own")):
        assert mmr("decontaminate", data, "--benchmark", f"own={benchmark}", "--dry-run") == 3
        out = capsys.readouterr().out
        assert f"\n  unread   {name}: {parts}/1." in out and out.count("(exit code 3)") == 1
    assert "1 row of own: no sample was compared with it" in out


@pytest.mark.parametrize("parts", ["parquet"], indirect=True)
def test_a_run_makes_samples_of_the_rest_and_exits_3_every_time(
    parts: Path, tmp_path: Path, mmr: Cli, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("run", "honeypipe", "--input", parts, "--models", "stand-in", "--workers", 1, "--out", tmp_path / "out")
    for _ in range(2):
        assert mmr(*words) == 3
        out = capsys.readouterr().out
        assert out.startswith(f"6 samples in {tmp_path / 'out'}\n  unread   parts: {parts}/1.parquet cannot be read")
        assert out.count("cannot be read") == 1


@pytest.mark.parametrize("parts", ["parquet"], indirect=True)
def test_finevision_tells_sources_without_a_row_from_those_it_does_not_understand(parts: Path) -> None:
    parquet(parts / "strange.parquet", [{"image": cell(picture(1)), "colour": "red"}], image=IMAGE)
    tables = [f'[[source]]\nname = "{p.stem}"\npath = "{p.name}"\n' for p in sorted(parts.iterdir())]
    (parts / "sources.toml").write_text("\n".join(tables).replace('"0"', '"zero"'))
    pool = open_sources("finevision", parts / "sources.toml")
    (unread,) = pool.unread_files
    assert unread.startswith(f"1 is left out: {parts}/1.parquet") and unread in pool.remarks
    assert any(line.startswith("strange is left out: its rows have no questions") for line in pool.remarks)


def test_no_archive_that_can_be_read_is_refused(tmp_path: Path, mmr: Cli, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("0.tar", "1.tar"):
        (tmp_path / name).write_bytes(b"no such thing " * 100)
    assert mmr("inspect", tmp_path, "--reader", "webdataset") == 2
    assert "1.tar cannot be read as a tar archive" in capsys.readouterr().err
