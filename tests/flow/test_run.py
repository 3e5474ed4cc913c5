from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest

from mmrecipes.core.errors import PlanError, UsageError, WorldError
from mmrecipes.flow import demand
from mmrecipes.flow.ledger import dropped_samples, errors, life, step_counts
from mmrecipes.flow.plan import read_plan
from mmrecipes.flow.recipe import LoadedRecipe
from mmrecipes.flow.run import RunRequest, execute
from mmrecipes.flow.shards import FULL_SIZE
from mmrecipes.flow.worker import WINDOW
from mmrecipes.store.dataset import read_samples
from mmrecipes_tests.running import digest, request, run


def ids(folder: Path) -> list[str]:
    return [s.id for s in read_samples(folder)]


def test_n_is_exact_although_forty_per_cent_are_dropped_and_independent_of_workers(tmp_path: Path) -> None:
    one, two = run(tmp_path / "one", 500, workers=1), run(tmp_path / "two", 500, workers=2)
    assert (one.accepted, two.accepted, one.short) == (500, 500, False)
    assert len(set(ids(tmp_path / "one"))) == 500
    assert digest(tmp_path / "one") == digest(tmp_path / "two")
    assert one.dropped == pytest.approx(0.4 * one.candidates, rel=0.15)


def test_n_is_split_over_the_strata_by_their_weights(tmp_path: Path) -> None:
    run(tmp_path / "r", 100)
    assert sum("/a/" in i for i in ids(tmp_path / "r")) == 33


def test_growing_equals_running_at_once(tmp_path: Path) -> None:
    run(tmp_path / "grown", 500, workers=2)
    run(tmp_path / "grown", 800, workers=1)
    run(tmp_path / "once", 800, workers=2)
    assert digest(tmp_path / "grown") == digest(tmp_path / "once")


@pytest.mark.parametrize("switch", ["dedup", "dedup_at_the_end"])
def test_growing_behind_a_prefix_stable_global_step_equals_running_at_once(tmp_path: Path, switch: str) -> None:
    run(tmp_path / "grown", 20, **{switch: True})
    run(tmp_path / "grown", 45, workers=2, **{switch: True})
    result = run(tmp_path / "once", 45, **{switch: True})
    assert result.accepted == 45
    assert digest(tmp_path / "grown") == digest(tmp_path / "once")


def test_a_filter_that_ends_the_pipeline_names_for_each_sample_the_one_that_stayed(tmp_path: Path) -> None:
    run(tmp_path, 45, dedup_at_the_end=True)
    kept = {s.id: s.messages[1].text for s in read_samples(tmp_path)}
    lost = [d for d in dropped_samples(tmp_path, limit_per_reason=1000) if d.reason == "seen_before"]
    assert len(lost) > 20
    assert all(kept[d.detail] == d.sample.messages[1].text and d.sample.id not in kept for d in lost)
    assert ("KeepFirst", "drop", "seen_before", lost[0].detail) in [e[1:] for e in life(tmp_path, lost[0].sample.id)]


def test_samples_are_sealed_in_the_order_of_their_rows(tmp_path: Path) -> None:
    run(tmp_path, 200, workers=2)
    assert ids(tmp_path) == sorted(ids(tmp_path))


def test_a_finished_run_is_not_touched_again(tmp_path: Path) -> None:
    first = run(tmp_path / "r", 30)
    before = {p: p.stat().st_mtime_ns for p in (tmp_path / "r").rglob("*.parquet")}
    assert run(tmp_path / "r", 30) == first
    assert before == {p: p.stat().st_mtime_ns for p in (tmp_path / "r").rglob("*.parquet")}


def test_another_seed_gives_other_samples(tmp_path: Path) -> None:
    run(tmp_path / "r0", 30), run(tmp_path / "r1", 30, seed=1)
    texts = [[s.messages[1].text for s in read_samples(tmp_path / r)] for r in ("r0", "r1")]
    assert texts[0] != texts[1]


@pytest.mark.parametrize(
    "switches",
    [{}, {"twice": True}, {"dedup": True}, {"merge": True}, {"twice": True, "dedup": True}, {"dedup_at_the_end": True}],
)
def test_every_step_of_the_ledger_balances(tmp_path: Path, switches: dict[str, bool]) -> None:
    result = run(tmp_path / "r", 40, workers=2, raise_every=9, **switches)
    lines = step_counts(tmp_path / "r")
    assert [line.path for line in lines if not line.balances] == []
    assert lines[0].path == "source" and lines[-1].path == "seal"
    assert lines[-1].out == result.accepted == len(ids(tmp_path / "r"))
    for before, after in itertools.pairwise(lines):
        if "/" not in before.path + after.path and "FanOut" not in before.path + after.path:
            assert before.out == after.came_in
    assert sum(line.errors for line in lines) == result.errors == len(errors(tmp_path / "r")) > 0


def test_the_ledger_counts_no_candidate_behind_the_one_that_completed_n(tmp_path: Path) -> None:
    run(tmp_path / "r", 10)
    last = {s: max(int(i.rsplit("/", 1)[1]) for i in ids(tmp_path / "r") if f"/{s}/" in i) for s in "ab"}
    assert step_counts(tmp_path / "r")[0].came_in == last["a"] + last["b"] + 2


def test_siblings_beyond_n_are_counted_at_the_seal(tmp_path: Path) -> None:
    run(tmp_path / "r", 20, twice=True)
    seal = step_counts(tmp_path / "r")[-1]
    assert (seal.out, seal.beyond_n, seal.dropped, seal.reasons) == (20, 2, 0, {}) and seal.balances


def test_a_pipeline_that_ends_in_branches_is_counted_whole_at_the_seal(tmp_path: Path) -> None:
    run(tmp_path / "r", 30, ends_in_a_route=True)
    seal = step_counts(tmp_path / "r")[-1]
    assert (seal.came_in, seal.out, seal.dropped) == (30, 30, 0)


def test_a_merge_takes_all_of_a_group_and_names_them_as_parents(tmp_path: Path) -> None:
    result = run(tmp_path / "r", 60, workers=2, merge=True)
    made = list(read_samples(tmp_path / "r"))
    values = [tuple({m.text for m in s.messages if m.role == "assistant"}) for s in made]
    assert all(len(v) == 1 for v in values) and len(set(values)) == len(values)
    assert all(s.id == f"{s.parents[0]}+{len(s.parents) - 1}" for s in made if len(s.parents) > 1)
    line = next(x for x in step_counts(tmp_path / "r") if x.path == "Merge")
    assert line.came_in == line.merged + line.out + line.dropped
    assert result.candidates == 60


def test_why_an_attempt_failed_and_what_the_source_remarked_is_recorded(tmp_path: Path) -> None:
    result = run(tmp_path / "r", 30, attempts=3)
    line = next(x for x in step_counts(tmp_path / "r") if x.path == "Repeat/try/Draw")
    assert line.failed > 0 and line.failed_reasons == {"unlucky": line.failed} and line.balances
    assert result.remarks == ("nothing to remark",) == tuple(read_plan(tmp_path / "r").remarks)


def test_where_n_counts_candidates_a_run_cannot_grow(tmp_path: Path) -> None:
    run(tmp_path / "r", 20, merge=True)
    for other in (30, 10, None):
        with pytest.raises(
            UsageError, match=r"with --n 20, .*neither larger nor smaller.* give --n 20; for another run"
        ):
            run(tmp_path / "r", other, merge=True)
    run(tmp_path / "all", None, merge=True)
    with pytest.raises(
        UsageError, match=r"without --n \(100 rows\), and this is one with --n 10: .* leave out --n; for"
    ):
        run(tmp_path / "all", 10, merge=True)


def test_a_run_without_n_is_not_cut_to_a_smaller_one_and_one_with_n_is_not_grown_unasked(tmp_path: Path) -> None:
    run(tmp_path / "r", None)
    before = digest(tmp_path / "r")
    with pytest.raises(
        UsageError, match=r"without --n \(100 samples\), .* with --n 10: .*smaller.* give --n 100 or more;"
    ):
        run(tmp_path / "r", 10)
    assert digest(tmp_path / "r") == before and read_plan(tmp_path / "r").n is None
    assert run(tmp_path / "r", 110).accepted == 110
    with pytest.raises(UsageError, match=r"with --n 110, .* without --n .* a larger one.* give --n 110 or more"):
        run(tmp_path / "r", None)


def test_async_rows_wait_together_across_shards_and_the_result_is_the_same(tmp_path: Path) -> None:
    run(tmp_path / "now", 150)
    run(tmp_path / "waiting", 150, wait=0.1)
    assert ids(tmp_path / "now") == ids(tmp_path / "waiting")
    together = max(s.scores["together"] for s in read_samples(tmp_path / "waiting"))
    assert FULL_SIZE < together <= WINDOW


def test_a_row_that_raises_is_a_named_error_and_everything_else_is_there(tmp_path: Path) -> None:
    result = run(tmp_path / "r", 60, raise_every=10)
    found = errors(tmp_path / "r")
    assert result.exit_code == 3 and result.accepted == 60
    assert {e.kind for e in found} == {"RuntimeError"} and {e.path for e in found} == {"Trouble"}
    assert all(int(e.id.rsplit("/", 1)[1]) % 10 == 9 for e in found)


def test_the_run_stops_when_the_world_is_broken(tmp_path: Path) -> None:
    with pytest.raises(WorldError, match=r"stopped: \d+ of the last \d+ samples ended in an error.*no luck"):
        run(tmp_path / "r", 500, raise_every=1, drop=0.0, dedup=True, sleep=0.0)


def test_a_share_of_errors_among_the_samples_of_every_row_does_not_stop_the_run(tmp_path: Path) -> None:
    result = run(tmp_path / "r", 400, one_of_eight_fails=True)
    assert result.accepted == 400 and result.errors >= 57


def test_a_sample_that_cannot_be_stored_is_an_error_of_its_own(tmp_path: Path) -> None:
    run(tmp_path / "r", 30, drop=0.0, unstorable_at=3)
    assert [(e.id, e.path) for e in errors(tmp_path / "r")] == [("toy/a/000003", "store"), ("toy/b/000003", "store")]


def test_a_picture_whose_file_is_gone_when_it_is_stored_is_an_error_of_its_own(tmp_path: Path) -> None:
    assert run(tmp_path, 30, drop=0.0, picture_gone_at=3).errors == 2  # one in each stratum
    found = errors(tmp_path)
    assert {(e.path, e.kind) for e in found} == {("store", "InputError")}
    assert all("cannot read /gone/picture.png: No such file" in e.message for e in found)


def test_a_row_that_kills_its_worker_is_recorded_and_skipped(tmp_path: Path) -> None:
    result = run(tmp_path / "r", 60, workers=2, kill_at=5, drop=0.0)
    assert [(e.id, e.kind) for e in errors(tmp_path / "r")] == [("toy/b/000005", "WorkerDeath")]
    assert result.accepted == 60 and result.exit_code == 3
    expected = {f"toy/a/{i:06d}" for i in range(20)} | {f"toy/b/{i:06d}" for i in range(41) if i != 5}
    assert set(ids(tmp_path / "r")) == expected


def test_workers_that_die_before_any_row_stop_the_run_with_a_reason(tmp_path: Path) -> None:
    with pytest.raises(WorldError, match=r"workers die while working on no row \(exit code 7"):
        run(tmp_path / "r", 10, exit_before_row=True)


def test_too_few_candidates_end_with_k_of_n(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demand, "CANDIDATES_PER_SAMPLE", 5)
    result = run(tmp_path / "s", 200, dedup=True)
    assert result.short and result.exit_code == 3 and result.accepted == 80 and result.wanted == 200


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"seed": 2}, "seed: 0 there, 2 now"),
        ({"drop": 0.5}, r"params\.drop: 0\.4 there, 0\.5 now"),
        ({"n": 20}, r"started with --n 30, and this is one with --n 20: .*only grow.* give --n 30 or more"),
    ],
)
def test_other_arguments_on_the_same_folder_are_refused_and_named(
    tmp_path: Path, change: dict[str, object], named: str
) -> None:
    run(tmp_path / "r", 30)
    with pytest.raises(UsageError, match=named):
        run(tmp_path / "r", **{"n": 30, **change})  # type: ignore[arg-type]


def test_changed_recipe_code_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    text = Path(request(tmp_path, 1).recipe.location).read_text()
    file.write_text(text)
    execute(RunRequest(LoadedRecipe("toy", "1", str(file)), tmp_path / "r", 5))
    file.write_text(text + "\n# changed\n")
    with pytest.raises(UsageError, match="fingerprint"):
        execute(RunRequest(LoadedRecipe("toy", "1", str(file)), tmp_path / "r", 5))


def test_a_folder_with_something_else_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("precious")
    with pytest.raises(PlanError, match="is not empty and holds no run"):
        run(tmp_path, 5)
    assert (tmp_path / "thesis.txt").read_text() == "precious"


def test_unknown_and_wrong_parameters_are_named_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no parameter 'dedupe'; did you mean dedup"):
        run(tmp_path / "r", 5, dedupe=True)
    with pytest.raises(UsageError, match="parameter drop:"):
        run(tmp_path / "r", 5, drop="many")
    assert not (tmp_path / "r").exists()


def test_the_life_of_a_sample_is_told_from_source_to_end(tmp_path: Path) -> None:
    run(tmp_path / "r", 30, twice=True, dedup=True)
    name = ids(tmp_path / "r")[0]
    told = [(e.id, e.path, e.outcome) for e in life(tmp_path / "r", name)]
    parent = name.rsplit(".", 1)[0]
    assert told[:3] == [(parent, "source", "out"), (parent, "Draw", "out"), (parent, "Trouble", "out")]
    assert (name, "finish", "out") in told and told[-1][1:] == ("seal", "out")
    dropped = dropped_samples(tmp_path / "r")[0]
    assert life(tmp_path / "r", dropped.sample.id)[-1].reason == dropped.reason
    with pytest.raises(UsageError, match=re.escape("no sample 'toy/a/999999'")):
        life(tmp_path / "r", "toy/a/999999")


def test_the_life_of_a_sample_beyond_n_says_so(tmp_path: Path) -> None:
    run(tmp_path / "r", 21, twice=True, drop=0.0)
    names = {
        "toy/b/000006.1": "out",
        "toy/a/000003.0": "out",
        "toy/a/000003.1": "beyond n",
        "toy/b/000007.0": "beyond n",
    }
    kept = set(ids(tmp_path / "r"))
    for name, end in names.items():
        told = life(tmp_path / "r", name)
        assert (told[-1].id, told[-1].path, told[-1].outcome, name in kept) == (name, "seal", end, end == "out")
    assert [(e.id, e.outcome) for e in life(tmp_path / "r", "toy/a/000003") if e.path == "seal"] == [
        ("toy/a/000003.0", "out"), ("toy/a/000003.1", "beyond n")
    ]  # fmt: skip


def test_images_shared_by_samples_of_a_shard_are_stored_once_and_arrive_whole(tmp_path: Path) -> None:
    run(tmp_path / "r", 60, drop=0.0, dedup=False)
    for sample in read_samples(tmp_path / "r"):
        assert (sample.images[0].decode() == 20 * (int(sample.id[-6:]) % 10)).all()
    media = (tmp_path / "r/run/segments/00/b-000004/media.bin").read_bytes()
    assert media.count(b"\x89PNG") == 10
