"""Claims about whole runs through the engine: flow counts to the last row, duplicates, refusals, outages."""

from __future__ import annotations

import json
import signal
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from mmrecipes.core.errors import InputError, PlanError
from mmrecipes.flow.ledger import dropped_samples, errors
from mmrecipes.flow.run import RunRequest, execute
from mmrecipes.models.binding import Endpoint, StandIn
from mmrecipes.recipes.catalogue import load
from mmrecipes.recipes.honeypipe.composition import composition
from mmrecipes.store.dataset import read_samples
from mmrecipes_tests.forking import Forks
from mmrecipes_tests.recipes.honeypipe.fates import POLICY, fate, pool
from mmrecipes_tests.recipes.honeypipe.pooling import (
    as_jpeg,
    drawn,
    honeypipe,
    pair,
    reasons_of,
    steps_of,
    write_pool,
)
from mmrecipes_tests.running import digest, mmr
from mmrecipes_tests.standing_in import serve

FAULTS = {
    "filter_miss": 0.3, "filter_false_alarm": 0.1, "short_wrong": 0.3, "long_wrong": 0.2, "judge_error": 0.15,
    "malformed": 0.2, "cut": 0.05, "empty": 0.05, "think_broken": 0.1, "apart": 0.1,
}  # fmt: skip
EACH = 16
"""Rows of every source."""


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with errors of every kind over the pool in `<run>/..`."""
    folder = tmp_path_factory.mktemp("faulty")
    honeypipe(folder / "r", pool(folder, EACH), faults=FAULTS)
    return folder / "r"


def test_every_row_ends_as_computed_from_the_seeded_errors_and_none_is_lost(faulty: Path) -> None:
    made, dropped = list(read_samples(faulty)), dropped_samples(faulty, 1000)
    for source in POLICY:
        expected = sum((fate(source, i, FAULTS).ends() for i in range(EACH)), Counter[str]())
        kept = Counter(s.meta["cot"] for s in made if s.source == source)
        assert kept + Counter(d.reason for d in dropped if d.sample.source == source) == expected, source
    assert {s.meta["pair_id"] for s in made} | {d.sample.meta["pair_id"] for d in dropped} == {
        f"honeypipe/{source}/{i:06d}" for source in POLICY for i in range(EACH)
    }


def test_the_ledger_balances_at_every_step_and_the_dataset_is_bypass_short_and_long(faulty: Path) -> None:
    steps = steps_of(faulty)
    assert all(line.balances for line in steps.values())
    finished = [line.out for path, line in steps.items() if "/finish_" in path or path.endswith("keep_as_given")]
    assert sum(finished) == len(list(read_samples(faulty)))


def test_every_failed_short_sample_is_in_the_long_queue_once_and_every_reject_has_its_texts(faulty: Path) -> None:
    steps = steps_of(faulty)
    short = next(line for path, line in steps.items() if path.endswith("/short/short_reasoning"))
    verdicts = next(p for p in steps if p.endswith("/short/short_verdict"))
    queued = steps[f"{verdicts}/fail/long_reasoning"].came_in
    assert short.out == steps[f"{verdicts}/pass/finish_short"].came_in + queued and queued > 10
    rejects = [d for d in dropped_samples(faulty, 1000) if d.path.endswith("/long_verified")]
    assert {d.reason for d in rejects} <= {"wrong_conclusion", "malformed", "no_answer", "over_budget"}
    assert len(rejects) > 5
    for reject in rejects:
        failed, last = reject.sample.meta["failed_long"], reject.detail
        assert any(f["reason"] == reject.reason and f["detail"] in last for f in failed) and len(failed) >= 2
        assert all("text" in f for f in failed)


def test_what_a_stand_in_answered_is_marked_and_skipped_sources_asked_nobody(faulty: Path) -> None:
    assert {s.source for s in read_samples(faulty) if not s.stand_in} == {"tags"}
    assert all("known" in s.truth and "told" not in s.truth for s in read_samples(faulty))


def test_the_same_bytes_come_out_with_one_worker_and_with_two(faulty: Path) -> None:
    honeypipe(faulty.parent / "two", faulty.parent / "sources.toml", faults=FAULTS, workers=2)
    assert digest(faulty.parent / "two") == digest(faulty)


# --- duplicates ---

YEAR = "Which year had the lowest output?"


def ends(out: Path) -> list[str]:
    return sorted(s.meta["source_id"] for s in read_samples(out))


def test_a_picture_saved_again_as_jpeg_with_the_same_question_goes_and_other_pairs_stay(tmp_path: Path) -> None:
    a, b = drawn(1), drawn(2)
    rows = [
        pair("first", a, YEAR, "2019"), pair("again", as_jpeg(a), "which year had the LOWEST output", "2019"),
        pair("other-question", a, "Which year had the highest output?", "2012"), pair("other-picture", b, YEAR, "2011"),
    ]  # fmt: skip
    honeypipe(tmp_path / "r", write_pool(tmp_path, {"pool": rows}))
    assert ends(tmp_path / "r") == ["first", "other-picture", "other-question"]


def test_the_source_of_the_higher_priority_survives_whatever_their_order(tmp_path: Path) -> None:
    a = drawn(1)
    low, high = [pair("low", a, YEAR, "2019, as the chart shows")], [pair("high", as_jpeg(a), YEAR, "2019")]
    for order in (("low", "high"), ("high", "low")):
        folder = tmp_path / order[0]
        folder.mkdir()
        registry = write_pool(folder, {n: {"low": low, "high": high}[n] for n in order}, high={"priority": 5})
        honeypipe(folder / "r", registry)
        (made,) = read_samples(folder / "r")
        assert made.meta["source_id"] == "high"


def test_questions_that_stripping_has_made_equal_leave_one_sample_the_verified_one(tmp_path: Path) -> None:
    a = drawn(1)
    plain, brief = pair("plain", a, YEAR, "2019"), pair("brief", a, f"{YEAR} Answer with one word.", "2019")
    registry = write_pool(tmp_path, {"kept": [plain], "made": [brief]}, kept={"reasoning": "skip", "priority": 9})
    honeypipe(tmp_path / "r", registry)
    (made,) = read_samples(tmp_path / "r")
    assert (made.meta["source_id"], made.meta["cot"]) == ("brief", "short")


def test_the_two_samples_of_a_source_for_both_are_no_duplicates_of_each_other(tmp_path: Path) -> None:
    registry = write_pool(tmp_path, {"pool": [pair("a", drawn(1), YEAR, "2019")]}, pool={"reasoning": "both"})
    honeypipe(tmp_path / "r", registry)
    assert sorted(s.meta["cot"] for s in read_samples(tmp_path / "r")) == ["long", "short"]


# --- refusals ---


@pytest.mark.parametrize(
    ("about", "place"),
    [
        ({"domain": "Charts"}, r"source 1 \(pool\), domain: 'Charts'; did you mean 'Chart'"),
        ({"reasoning": "none"}, r"source 1 \(pool\), reasoning: 'none'"),
        ({"reader": "lava"}, r"source 1 \(pool\), reader: 'lava'"),
        ({"familiy": "vqa"}, r"source 1 \(pool\), familiy: unknown key"),
    ],
)
def test_a_wrong_registry_is_refused_before_any_call_with_the_place_named(
    tmp_path: Path, about: dict[str, Any], place: str
) -> None:
    registry = write_pool(tmp_path, {"pool": [pair("a", drawn(1), YEAR, "2019")]}, pool=about)
    nowhere = Endpoint(model="m", url="http://127.0.0.1:9/v1")
    with pytest.raises(InputError, match=place):
        honeypipe(tmp_path / "r", registry, binding=nowhere)


def test_a_role_without_a_model_is_refused_before_any_call(tmp_path: Path) -> None:
    models = dict.fromkeys(("filter", "teacher", "judge"), (StandIn(),))
    with pytest.raises(PlanError, match="none is bound to: reasoner"):
        execute(RunRequest(load("honeypipe"), tmp_path / "r", 2, models=models))


# --- the world ---

OUTAGE = """\
from pathlib import Path
from aiohttp import web
from mmrecipes.recipes.honeypipe.recipe import Params, pipeline, source
from mmrecipes.recipes.honeypipe.recipe import stand_in as willing

def stand_in(asked):
    down = Path({flag!r}).exists() and asked.role == "teacher" and int(asked.sample.rsplit("/", 1)[1]) % 2
    if down:
        raise web.HTTPInternalServerError(text="down")
    return willing(asked)
"""


def test_an_outage_in_the_middle_neither_keeps_nor_drops_a_row_and_the_resumed_run_completes(tmp_path: Path) -> None:
    rows = [pair(f"row-{i}", drawn(i), f"How many boxes are in picture {i}?", str(i)) for i in range(6)]
    registry, flag, module = write_pool(tmp_path, {"pool": rows}), tmp_path / "down", tmp_path / "outage.py"
    module.write_text(OUTAGE.format(flag=str(flag)))
    flag.touch()
    with serve(str(module)) as url:
        binding = Endpoint(model="stand-in", url=url, stand_in=True)
        result = honeypipe(tmp_path / "r", registry, binding=binding)
        assert (result.accepted, result.dropped, result.errors) == (3, 0, 3) and result.exit_code == 3
        assert {e.kind for e in errors(tmp_path / "r")} == {"http_500"}
        flag.unlink()
        result = honeypipe(tmp_path / "r", registry, binding=binding, retry_errors=True)
    assert (result.accepted, result.dropped, result.errors) == (6, 0, 0)
    honeypipe(tmp_path / "calm", registry)
    assert [(s.id, s.messages) for s in read_samples(tmp_path / "r")] == [
        (s.id, s.messages) for s in read_samples(tmp_path / "calm")
    ]


@pytest.mark.slow
def test_killed_at_any_of_several_file_operations_it_ends_with_the_same_bytes(tmp_path: Path) -> None:
    registry = pool(tmp_path, 2)
    command = ["run", "honeypipe", "--input", str(registry), "--models", "stand-in:short_wrong=0.5,long_wrong=0.3",
               "--workers", "1", "--out"]  # fmt: skip
    with Forks("mmrecipes.cli.commands", "mmrecipes.recipes.honeypipe.recipe", "mmrecipes.report.write") as forks:
        forks.run(mmr, json.dumps([*command, str(tmp_path / "once")]))
        for k in (5, 15, 25):
            out = tmp_path / f"r{k}"
            env = {"MMR_TEST_FILE_OPERATION": f"kill:{k}:{tmp_path / f'count{k}'}"}
            code, message = forks.run(mmr, json.dumps([*command, str(out)]), env)
            assert code == -signal.SIGKILL, message
            forks.run(mmr, json.dumps([*command, str(out)]))
            assert digest(out) == digest(tmp_path / "once")


# --- the report ---


def test_the_composition_counts_rows_before_and_after_by_domain_and_source(tmp_path: Path) -> None:
    rows = [pair(f"row-{i}", drawn(i), f"How many boxes are in picture {i}?", str(i)) for i in range(8)]
    registry = write_pool(
        tmp_path, {"charts": rows[:5], "seen": [*rows[5:7], pair("echo", drawn(9), "Say cheese", "Say cheese")]},
        charts={"domain": "Chart", "reasoning": "both"}, seen={"domain": "OCR"},
    )  # fmt: skip
    honeypipe(tmp_path / "r", registry)
    told = composition(tmp_path / "r")
    assert (told["rows"], told["kept_rows"], told["samples"]) == (8, 7, 12)
    assert told["cot"] == {"short": 5, "long": 5, "bypass": 2}
    assert told["domains"]["OCR"] | {"published_share": 4.9} == {
        "before": 3, "after": 2, "before_share": 37.5, "after_share": 28.6, "kept": 66.7, "published_share": 4.9,
    }  # fmt: skip
    assert told["rejects"] == {"seen": {"echo": 1}}
    assert reasons_of(tmp_path / "r") == {"echo": 1}
