"""The recipe as a whole, through its public entry point."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

import mmrecipes
from mmrecipes.core.errors import InputError, UsageError
from mmrecipes.flow.ledger import step_counts
from mmrecipes.recipes.qianfan_vl.recipe import Params, source


def test_tables_and_charts_come_in_the_shares_asked_for_and_nothing_fails(tmp_path: Path) -> None:
    run = mmrecipes.run("qianfan-vl", out=tmp_path / "r", n=44, params={"tasks": {"table": 1, "chart": 3}}, workers=2)
    assert (run.accepted, run.errors, run.exit_code) == (44, 0, 0)
    samples = list(run.samples())
    assert Counter(s.subset for s in samples) == {"table": 11, "chart": 33}
    assert all(s.images and s.regions and s.truth and s.truth_source == "engine" for s in samples)
    assert len({s.truth["summary"]["type"] for s in samples if s.task == "chart"}) == 22
    assert len({s.meta["theme"] for s in samples if s.task == "table"}) == 11
    assert all(line.balances for line in step_counts(run.folder))


def test_the_same_seed_gives_the_same_pictures_and_another_seed_others(tmp_path: Path) -> None:
    def pictures(name: str, seed: int, workers: int) -> list[str]:
        run = mmrecipes.run("qianfan-vl", out=tmp_path / name, n=12, seed=seed, workers=workers)
        return [s.images[0].sha256 for s in run.samples()]

    first = pictures("a", 0, 1)
    assert first == pictures("b", 0, 2)
    assert not set(first) & set(pictures("c", 1, 1))


def test_what_was_left_out_of_a_users_file_is_said(tmp_path: Path) -> None:
    file = tmp_path / "ragged.csv"
    rows = [f"item {i},{i * 3 % 17 + 1},{i * 7 % 11 + 2}" for i in range(12)]
    file.write_text("\n".join(["name,first,second", *rows[:4], "only,1", *rows[4:]]))
    run = mmrecipes.run("qianfan-vl", out=tmp_path / "r", n=4, inputs={"table": file}, params={"tasks": {"table": 1}})
    assert any("1 of 13 rows left out: ragged" in remark and "6" in remark for remark in run.remarks)
    assert "left out: ragged" in run.report.read_text()


def test_a_script_that_no_font_covers_is_one_refusal_before_any_work(tmp_path: Path) -> None:
    file = tmp_path / "amharic.csv"
    file.write_text("ከተማ,n\nጎንደር,14\nአዳማ,9\nሐረር,2\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"--input table: .*no bundled font sets"):
        mmrecipes.run("qianfan-vl", out=tmp_path / "r", n=4, inputs={"table": file})
    assert not (tmp_path / "r").exists()


def test_an_input_that_would_not_be_used_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("a,b\n1,2\n3,4\n")
    with pytest.raises(InputError, match="would not be used"):
        source(Params(tasks={"chart": 1.0}), {"table": file})


@pytest.mark.parametrize("tasks", [{"novel": 1}, {}, {"table": 0}, {"table": -1, "chart": 2}])
def test_impossible_tasks_are_refused(tmp_path: Path, tasks: dict[str, float]) -> None:
    with pytest.raises(UsageError, match="parameter tasks"):
        mmrecipes.run("qianfan-vl", out=tmp_path / "r", n=4, params={"tasks": tasks})
