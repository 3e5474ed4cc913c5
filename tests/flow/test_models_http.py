"""The engine against an endpoint over real sockets: faults, kills, budgets, keys."""

from __future__ import annotations

import itertools
import os
import random
import re
import signal
import time
from pathlib import Path

import pytest

from mmrecipes.core.errors import PlanError, UsageError
from mmrecipes.flow.ledger import errors, step_counts
from mmrecipes.store.answers import AnswerReader, answers_file
from mmrecipes.store.dataset import read_samples
from mmrecipes_tests.asking import main, mocked, order, run, spawn, start_mock
from mmrecipes_tests.forking import Forks
from mmrecipes_tests.running import digest

PROBES = 1
"""Calls that the plan makes to see whether the endpoint takes images."""


def test_a_poison_row_costs_three_calls_is_named_with_its_reason_and_delays_nobody(tmp_path: Path) -> None:
    with start_mock(latency=10, poison=0.05) as mock:
        result = run(tmp_path / "r", 95, mocked(mock.url))
        asked = mock.stats()["per_key"]
    found = errors(tmp_path / "r")
    rows = {f"{int(e.id.rsplit('/', 1)[1]):06d}" for e in found}
    assert {(e.path, e.kind) for e in found} == {("Ask", "http_500")}
    assert "a fault of the mock (after 3 attempts)" in found[0].message
    assert {asked[r] for r in rows} == {3} and max(asked.values()) == 3
    assert result.accepted == 95 and result.exit_code == 3
    assert all(int(r) % 20 == 7 for r in rows) and len(rows) == 5


def test_transient_errors_cost_seconds_and_lose_nobody_silently(tmp_path: Path) -> None:
    with start_mock(latency=50) as mock:
        began = time.monotonic()
        run(tmp_path / "calm", 400, mocked(mock.url))
        calm = time.monotonic() - began
    with start_mock(latency=50, error=0.1, busy=0.05) as mock:
        began = time.monotonic()
        result = run(tmp_path / "r", 400, mocked(mock.url))
        assert time.monotonic() - began < calm + 6
        statuses = mock.stats()["statuses"]
    assert statuses["429"] > 5 and statuses["500"] > 15
    assert result.accepted == 400 and result.errors == len(errors(tmp_path / "r"))
    assert result.candidates == result.accepted + result.errors
    assert all(e.kind == "http_500" and "after 3 attempts" in e.message for e in errors(tmp_path / "r"))


@pytest.mark.parametrize("workers", [1, 2])
def test_what_is_in_flight_never_exceeds_the_limit_over_all_workers(tmp_path: Path, workers: int) -> None:
    with start_mock(latency=20) as mock:
        run(tmp_path / "r", 300, mocked(mock.url, max_in_flight=24), workers=workers)
        assert 20 <= mock.stats()["max_in_flight"] <= 24


@pytest.mark.slow
def test_after_kills_at_random_moments_at_most_what_was_in_flight_is_asked_again(tmp_path: Path) -> None:
    with start_mock(latency=50) as mock:
        endpoint = mocked(mock.url, max_in_flight=32)
        run(tmp_path / "once", 600, endpoint, calls=3, workers=2)
        mock.reset()
        kills = 0
        rng = random.Random(5)
        while kills < 4:
            process = spawn(tmp_path / "r", 600, endpoint, calls=3, workers=2)
            time.sleep(1.5 + rng.random())
            if process.poll() is not None:
                break
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            kills += 1
        assert kills >= 2
        run(tmp_path / "r", 600, endpoint, calls=3, workers=2)
        stats = mock.stats()
    assert stats["calls"] - stats["unique"] <= kills * 32
    assert digest(tmp_path / "r") == digest(tmp_path / "once")


@pytest.mark.slow
def test_killed_at_any_third_file_operation_it_ends_with_the_same_bytes_and_pays_twice_for_nothing_but_calls_in_flight(
    tmp_path: Path,
) -> None:
    with start_mock(latency=2) as mock, Forks() as forks:
        endpoint = mocked(mock.url, max_in_flight=8)
        run(tmp_path / "once", 12, endpoint, calls=2)
        for k in itertools.count(1, 3):
            mock.reset()
            out, counter = tmp_path / f"r{k}", tmp_path / f"count{k}"
            arguments = order(out, 12, endpoint, calls=2)
            code, message = forks.run(main, arguments, {"MMR_TEST_FILE_OPERATION": f"kill:{k}:{counter}"})
            if code == 0:
                break
            assert code == -signal.SIGKILL, message
            code, message = forks.run(main, arguments)
            assert code == 0, message
            stats = mock.stats()
            assert stats["calls"] - stats["unique"] <= 8
            assert digest(out) == digest(tmp_path / "once")
    assert k > 30


def test_a_run_that_is_stopped_waits_for_what_is_in_flight_and_goes_on(tmp_path: Path) -> None:
    with start_mock(latency=300) as mock:
        endpoint = mocked(mock.url, max_in_flight=32)
        process = spawn(tmp_path / "r", 300, endpoint)
        while mock.stats()["calls"] < 60:
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 130
        run(tmp_path / "r", 300, endpoint)
        stats = mock.stats()
    assert stats["calls"] == stats["unique"]


PRICE = {"input": 1000.0, "output": 1000.0}


def test_a_budget_is_never_exceeded_and_a_higher_one_goes_on(tmp_path: Path) -> None:
    with start_mock(latency=20) as mock:
        endpoint = mocked(mock.url, price=PRICE, max_in_flight=16)
        full = run(tmp_path / "full", 120, endpoint, workers=2)
        assert full.account is not None and full.account.spent > 0
        budget = full.account.spent / 2
        stopped = run(tmp_path / "r", 120, endpoint, workers=2, budget=budget)
        assert re.search(r"the budget of .* is used up: .* spent, and the next call may cost", stopped.stopped)
        assert stopped.exit_code == 3 and 0.2 * 120 < stopped.accepted < 0.6 * 120
        assert len(list(read_samples(tmp_path / "r"))) == stopped.accepted
        lines = step_counts(tmp_path / "r")
        assert lines[0].pending > 0 and all(line.balances for line in lines)
        log = AnswerReader(answers_file(tmp_path / "r"))
        spent = log.totals().cost
        log.close()
        assert 0.3 * budget < spent <= budget
        mock.reset()
        more = run(tmp_path / "r", 120, endpoint, workers=2, budget=full.account.spent * 3)
        assert mock.stats()["calls"] == mock.stats()["unique"]
    assert more.account is not None and more.account.spent == pytest.approx(full.account.spent)
    assert digest(tmp_path / "r") == digest(tmp_path / "full")


def test_a_budget_holds_over_a_kill_because_calls_in_flight_count_in_full(tmp_path: Path) -> None:
    with start_mock(latency=200) as mock:
        endpoint = mocked(mock.url, price=PRICE, max_in_flight=16)
        process = spawn(tmp_path / "r", 120, endpoint, budget=1000.0)
        while mock.stats()["calls"] < 40:
            assert process.poll() is None
            time.sleep(0.02)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        log = AnswerReader(answers_file(tmp_path / "r"))
        totals = log.totals()
        log.close()
        sent = mock.stats()["calls"]
        assert totals.calls + totals.open_calls >= sent and totals.open_cost > 0


def test_an_unpriced_endpoint_under_a_budget_is_refused_in_the_plan(tmp_path: Path) -> None:
    with start_mock() as mock:
        with pytest.raises(PlanError, match=r"role teacher: mock@http.* has no price"):
            run(tmp_path / "r", 5, mocked(mock.url), budget=1.0)
        assert mock.stats()["calls"] == 0


def test_a_changed_filter_re_asks_nothing_of_an_older_run(tmp_path: Path) -> None:
    with start_mock(latency=5) as mock:
        run(tmp_path / "old", 80, mocked(mock.url), temperature=0.9)
        mock.reset()
        with pytest.raises(UsageError, match=r"other arguments.*--reuse this folder"):
            run(tmp_path / "old", 60, mocked(mock.url), temperature=0.9, drop_every=5)
        result = run(tmp_path / "new", 60, mocked(mock.url), temperature=0.9, drop_every=5, reuse=tmp_path / "old")
        assert mock.stats()["calls"] == 0
    assert result.accepted == 60 and result.account is not None and result.account.spent == 0


def test_errors_are_tried_again_when_asked_for_and_everything_else_stays(tmp_path: Path) -> None:
    with start_mock(latency=5, poison=0.05) as mock:
        first = run(tmp_path / "r", 60, mocked(mock.url))
        url = mock.url
    port = url.split(":")[2].split("/")[0]
    with start_mock(latency=5, port=int(port)) as mock:
        assert run(tmp_path / "r", 60, mocked(mock.url)).errors == first.errors > 0
        assert mock.stats()["calls"] == 0
        again = run(tmp_path / "r", 60, mocked(mock.url), retry_errors=True)
        assert first.account is not None and mock.stats()["calls"] == first.account.failed // 3
        run(tmp_path / "whole", 60, mocked(mock.url))
    assert again.errors == 0 and again.accepted == 60
    assert [s.id for s in read_samples(tmp_path / "r")] == [s.id for s in read_samples(tmp_path / "whole")]


def test_the_key_is_nowhere_in_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = "sk-very-secret-0123456789"
    monkeypatch.setenv("MOCK_KEY", secret)
    with start_mock(latency=5, poison=0.05) as mock:
        run(tmp_path / "r", 60, mocked(mock.url, key="MOCK_KEY"))
    files = [f for f in tmp_path.rglob("*") if f.is_file()]
    assert len(files) > 10
    assert [f for f in files if secret.encode() in f.read_bytes()] == []


def test_the_card_names_the_model_and_not_its_place(tmp_path: Path) -> None:
    with start_mock(latency=5) as mock:
        run(tmp_path / "r", 8, mocked(mock.url, revision="7"))
    card = (tmp_path / "r" / "README.md").read_text()
    assert "--role teacher=mock@URL" in card and '"revision":"7"' in card and "127.0.0.1" not in card


def test_usage_per_step_is_in_the_ledger(tmp_path: Path) -> None:
    with start_mock(latency=5) as mock:
        result = run(tmp_path / "r", 40, mocked(mock.url, price=PRICE), calls=2)
    lines = {x.path: x for x in step_counts(tmp_path / "r") if x.usage}
    assert set(lines) == {"Ask", "Ask#2"}
    assert lines["Ask"].usage["chain/N"].calls == 40
    assert (tmp_path / "r" / "run" / "workers.log").read_text() == ""
    cost = sum(u.cost for x in lines.values() for u in x.usage.values())
    assert result.account is not None and 0 < cost <= result.account.spent
