"""What a run's answers were asked for: every one in its log has a purpose, and the sums are those of the log."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import mmrecipes
from mmrecipes.flow.ledger import step_counts
from mmrecipes.flow.spent import BEYOND_N, COUNTED, PROBES, UNFINISHED, read_spent
from mmrecipes.models.binding import StandIn
from mmrecipes.store.answers import Tally, answers_file, read_only
from mmrecipes_tests.asking import mocked, run, start_mock
from mmrecipes_tests.running import run as run_toy

PRICE = {"input": 1000, "output": 1000}


def agrees_with_the_log(folder: Path) -> bool:
    with read_only(answers_file(folder)) as log:
        totals = log.totals()
    sums = {f.name: sum(getattr(t, f.name) for t in read_spent(folder).values()) for f in fields(Tally)}
    return all(getattr(totals, name) == pytest.approx(total) for name, total in sums.items())


def used(folder: Path) -> int:
    return sum(u.calls for line in step_counts(folder) for u in line.usage.values())


def test_calls_for_rows_beyond_n_are_accounted_for_and_a_larger_n_uses_them(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    with start_mock(latency=5) as mock:
        endpoint = mocked(mock.url, price=PRICE)
        run(folder, 13, endpoint, workers=2, calls=2, twice=True)
        spent = read_spent(folder)
        assert set(spent) == {COUNTED, BEYOND_N} and agrees_with_the_log(folder)
        assert spent[COUNTED].calls == used(folder) == 14 and spent[BEYOND_N].cost > 0
        run(folder, 13 + spent[BEYOND_N].calls // 2, endpoint, workers=2, calls=2, twice=True)
    grown = read_spent(folder)
    assert grown[COUNTED].calls == used(folder) > spent[COUNTED].calls and agrees_with_the_log(folder)


def test_what_the_budget_cut_off_and_what_the_plan_asked_are_purposes_of_their_own(tmp_path: Path) -> None:
    with start_mock(latency=5) as mock:
        full = run(tmp_path / "full", 60, mocked(mock.url, price=PRICE), calls=2)
        assert full.account is not None
        half = full.account.spent / 2
        stopped = run(tmp_path / "r", 60, mocked(mock.url, price=PRICE), calls=2, budget=half)
    spent = read_spent(tmp_path / "r")
    assert stopped.stopped and agrees_with_the_log(tmp_path / "r") and spent[UNFINISHED].calls > 0
    committed = list((tmp_path / "r").rglob("calls.parquet"))
    stored = {key for f in committed for key in pq.read_table(f)["key"].to_pylist()}
    assert spent[COUNTED].calls + spent.get(BEYOND_N, Tally(*[0] * 8)).calls == len(stored)


def test_probes_are_named_as_such(tmp_path: Path) -> None:
    done = mmrecipes.run("oasis", out=tmp_path / "r", n=2, models="stand-in", workers=1)
    assert read_spent(done.folder)[PROBES].stand_in > 0 and agrees_with_the_log(done.folder)


def test_a_run_without_models_has_no_such_account(tmp_path: Path) -> None:
    run_toy(tmp_path / "r", 4)
    assert read_spent(tmp_path / "r") == {} and not (tmp_path / "r" / "run" / "spent.json").exists()


def test_the_sums_of_a_stand_ins_answers_are_counted_as_its_own(tmp_path: Path) -> None:
    run(tmp_path / "r", 9, StandIn())
    assert read_spent(tmp_path / "r")[COUNTED].stand_in == 9 and agrees_with_the_log(tmp_path / "r")
