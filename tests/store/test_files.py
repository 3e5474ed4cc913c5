from __future__ import annotations

from pathlib import Path

import pytest

from mmrecipes.core.errors import WorldError
from mmrecipes.store.files import new_file, new_folder, remove_temporaries, write_bytes


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), new_file(tmp_path / "a" / "x") as temporary:
        temporary.write_text("half")
        raise RuntimeError("crash")
    assert list((tmp_path / "a").iterdir()) == []
    write_bytes(tmp_path / "a" / "x", b"whole")
    assert [p.name for p in (tmp_path / "a").iterdir()] == ["x"]


def test_a_folder_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), new_folder(tmp_path / "f") as temporary:
        (temporary / "one").write_text("1")
        raise RuntimeError("crash")
    assert list(tmp_path.iterdir()) == []
    with new_folder(tmp_path / "f") as temporary:
        (temporary / "one").write_text("1")
        assert not (tmp_path / "f").exists()
    assert (tmp_path / "f" / "one").read_text() == "1"


def test_leftovers_of_a_crash_are_removed_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / ".tmp-1-x").write_text("left")
    (tmp_path / ".tmp-2-f").mkdir()
    (tmp_path / ".tmp-2-f" / "inner").write_text("left")
    (tmp_path / "deep" / "kept.tmp").write_text("kept")
    remove_temporaries(tmp_path)
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["deep", "kept.tmp"]


def test_a_failing_disk_is_explained_with_a_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MMR_TEST_FILE_OPERATION", f"fail:3:{tmp_path / 'count'}")
    with pytest.raises(WorldError, match=r"cannot write .*/x: the disk is full: free some space"):
        write_bytes(tmp_path / "d" / "x", b"data")
    assert list((tmp_path / "d").iterdir()) == []
