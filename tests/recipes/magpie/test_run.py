"""Claims about whole runs through the engine: counts to the last draw, rerun, order of the filters, a real server."""

from __future__ import annotations

import json
import signal
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from mmrecipes.core.errors import PlanError
from mmrecipes.flow.ledger import step_counts
from mmrecipes.flow.plan import read_plan
from mmrecipes.flow.run import RunRequest, RunResult, execute
from mmrecipes.models.binding import Endpoint, StandIn
from mmrecipes.models.call import Call
from mmrecipes.models.standin import StandInCall
from mmrecipes.recipes.catalogue import load
from mmrecipes.recipes.magpie import recipe
from mmrecipes.recipes.magpie.standin import DRAW_FAULTS, stand_in
from mmrecipes.steps.chat_families import TEXT_FAMILIES
from mmrecipes.store.answers import answers_file, read_only
from mmrecipes.store.dataset import read_samples
from mmrecipes_tests.forking import Forks
from mmrecipes_tests.running import digest, mmr
from mmrecipes_tests.standing_in import serve

ROLES = ("hook", "tagger", "reward", "responder")
FAULTS = {
    "empty_turn": 0.08, "trailing_colon": 0.08, "poor": 0.1, "repeated": 0.06, "nearly_repeated": 0.06,
    "role_word": 0.1, "cut": 0.06, "non_english": 0.05, "malformed": 0.15, "bad_answer": 0.12,
}  # fmt: skip
DRAWS, CALLS = 15, 12


def magpie(
    out: Path, n: int, faults: dict[str, float] | None = None, roles: tuple[str, ...] = ROLES, **options: Any
) -> RunResult:
    models = dict.fromkeys(roles, (StandIn(faults=faults or {}),))
    workers = options.pop("workers", 1)
    return execute(RunRequest(load("magpie"), out, n, {}, options, workers=workers, models=models))


def strikes(kind: str, name: str, call: str, turns: int) -> bool:
    asked = Call(name=call, messages=(None,) * turns)  # type: ignore[arg-type]
    return StandInCall("", asked, {}, name, faults=FAULTS).strikes(kind)


def fails_twice(name: str, call: str, turns: int) -> bool:
    return strikes("malformed", name, call, turns) and strikes("malformed", name, call, turns + 2)


def triples(text: str) -> set[str]:
    said = "".join(c if c.isalnum() or c in "%/" else " " for c in text.lower().replace("'", "")).split()
    return {" ".join(said[i : i + 3]) for i in range(max(1, len(said) - 2))}


def fates() -> tuple[Counter[str], list[str]]:
    """What must become of every draw, from the seeded strikes and the texts of the stand-in, by brute force; and the
    ids that stay."""
    params = recipe.Params(draws=DRAWS)
    call = recipe.ways(params, TEXT_FAMILIES["chatml"])[0].call("hook", n=DRAWS)
    ended, stayed, texts = Counter[str](), [], []
    for index in range(CALLS):
        seed = f"magpie/general/{index:06d}"
        said = stand_in(StandInCall("hook", call, {}, seed, faults=FAULTS))
        assert isinstance(said, list)
        for number, choice in enumerate(said):
            fault = next((k for k in DRAW_FAULTS if strikes(k, seed, f"hook/{number}", 0)), "")
            end = fate(fault, choice.text.partition("assistant\n\n")[0], f"{seed}.{number}", texts)
            ended[end] += 1
            stayed += [f"{seed}.{number}"] * (end == "kept")
    return ended, stayed


def fate(fault: str, text: str, name: str, earlier: list[set[str]]) -> str:
    rule = {"empty_turn": "empty_turn", "cut": "cut_turn", "trailing_colon": "trailing_colon"}
    if fault in rule:
        return rule[fault]
    own = triples(text)
    if any(len(own & other) / len(own | other) >= 0.8 for other in earlier):
        return "near_duplicate"
    earlier.append(own)
    if fails_twice(name, "tag", 1):
        return "malformed_tag"
    if fault == "poor":
        return "low_quality"
    bad = strikes("bad_answer", name, "answer", 1)
    if fails_twice(name, "reward", 2):
        return "malformed_reward"
    return "low_reward" if bad else "kept"


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, RunResult]:
    """A run with every fault, of which the 40 longest stay."""
    folder = tmp_path_factory.mktemp("faulty") / "r"
    return folder, magpie(folder, CALLS, FAULTS, draws=DRAWS, reward=True, keep_longest=40)


def test_every_draw_ends_as_computed_from_the_seeded_faults_and_nothing_is_lost(faulty: tuple[Path, RunResult]) -> None:
    folder, result = faulty
    expected, stayed = fates()
    steps = {s.path.rsplit("/", 1)[-1]: s for s in step_counts(folder)}
    assert all(s.balances for s in steps.values())
    assert result.errors == 0
    drew = steps["Draw"]
    assert drew.came_in == CALLS == drew.usage["hook"].calls
    assert steps["drop_empty_turn"].came_in == CALLS * DRAWS == expected.total()
    for name, reason in (
        ("drop_empty_turn", "empty_turn"), ("drop_cut_turn", "cut_turn"), ("drop_trailing_colon", "trailing_colon"),
        ("NearAnEarlierOne", "near_duplicate"), ("drop_poor_instruction", "low_quality"),
    ):  # fmt: skip
        assert steps[name].reasons == {reason: expected[reason]}, name
        assert expected[reason] > 0
    assert sum(steps["Tag"].reasons.values()) == expected["malformed_tag"] > 0
    reward = Counter(steps["Reward"].reasons)
    assert reward.pop("low_reward") == expected["low_reward"]
    assert reward.total() == expected["malformed_reward"]
    assert steps["KeepLongest"].came_in == expected["kept"] == len(stayed) > 40
    assert steps["KeepLongest"].reasons == {"not_among_the_longest": expected["kept"] - 40}
    assert result.accepted == 40


def test_no_kept_instruction_breaks_a_rule(faulty: tuple[Path, RunResult]) -> None:
    made = list(read_samples(faulty[0]))
    assert len(made) == 40 and {s.id for s in made} <= set(fates()[1])
    for sample in made:
        text = sample.messages[0].text
        assert not text.endswith(":") and "assistant" not in text and "\n" not in text
        assert sample.meta["tag_quality"] in ("good", "excellent") and sample.scores["reward"] > -10
        assert sample.stand_in and sample.truth_source == "model"


def test_exactly_n_come_out_and_the_same_run_twice_and_with_two_workers_has_the_same_bytes(tmp_path: Path) -> None:
    one = magpie(tmp_path / "one", 25, FAULTS, draws=6)
    magpie(tmp_path / "two", 25, FAULTS, draws=6, workers=2)
    assert one.accepted == 25
    assert digest(tmp_path / "one") == digest(tmp_path / "two")
    texts = [s.messages[0].text for s in read_samples(tmp_path / "one")]
    assert len(set(texts)) == 25


def test_not_many_more_are_drawn_and_paid_than_are_wanted(tmp_path: Path) -> None:
    result = magpie(tmp_path / "r", 100, draws=20)
    assert result.account is not None
    assert result.account.answered <= 1 + 15 + 2 * 15 * 20


def test_filters_stand_from_cheap_to_dear() -> None:
    given = recipe.Params(reward=True, keep_longest=5)
    names = [getattr(s, "__name__", type(s).__name__) for s in recipe.pipeline(given).steps]
    assert names == [
        "Draw", "drop_empty_turn", "drop_cut_turn", "drop_trailing_colon", "NearAnEarlierOne", "Tag",
        "drop_poor_instruction", "Answer", "Reward", "KeepLongest", "finish",
    ]  # fmt: skip


def test_tasks_come_in_their_shares(tmp_path: Path) -> None:
    magpie(tmp_path / "r", 24, draws=4, tasks={"general": 1, "math": 2, "translation": 1})
    made = list(read_samples(tmp_path / "r"))
    assert Counter(s.subset for s in made) == {"general": 6, "math": 12, "translation": 6}
    assert all(any(c.isdigit() for c in s.messages[0].text) for s in made if s.subset == "math")


def test_models_that_are_not_asked_are_not_needed(tmp_path: Path) -> None:
    plain = magpie(tmp_path / "plain", 3, roles=("hook",), tags=False, draws=2)
    assert plain.accepted == 3
    for params, role in (({}, "tagger"), ({"tags": False, "reward": True}, "reward"),
                         ({"tags": False, "answered_by": "responder"}, "responder")):  # fmt: skip
        with pytest.raises(PlanError, match=f"none is bound to: {role}"):
            magpie(tmp_path / role, 3, roles=("hook",), draws=2, **params)


@pytest.mark.slow
def test_over_a_real_server_the_samples_are_the_same_as_in_process(tmp_path: Path) -> None:
    given = {"draws": 3, "reward": True, "chat_template": "llama-3"}
    with serve("mmrecipes.recipes.magpie.recipe") as url:
        models = dict.fromkeys(ROLES, (Endpoint(model="stand-in", url=url, stand_in=True),))
        for name, mode in (("raw", "auto"), ("chat", "chat_template_override")):
            asked = {**given, "hook_mode": mode}
            execute(RunRequest(load("magpie"), tmp_path / name, 4, {}, asked, workers=1, models=models))
    magpie(tmp_path / "inside", 4, **given)
    raw, chat, inside = (
        [(s.id, s.messages, s.scores) for s in read_samples(tmp_path / name)] for name in ("raw", "chat", "inside")
    )
    assert raw == inside and len(raw) == len(chat) == 4
    modes = [read_plan(tmp_path / name).settled["hook"]["mode"] for name in ("raw", "chat")]
    assert modes == ["completion_raw", "chat_template_override"]


@pytest.mark.slow
def test_a_run_killed_behind_its_draws_asks_for_no_more_of_them_when_it_goes_on(tmp_path: Path) -> None:
    command = ["run", "magpie", "--models", "stand-in", "--n", "40", "--workers", "1", "--out"]
    with Forks("mmrecipes.cli.commands", "mmrecipes.recipes.magpie.recipe", "mmrecipes.report.write") as forks:
        operations = {"MMR_TEST_FILE_OPERATION": f"kill:0:{tmp_path / 'count'}"}
        assert forks.run(mmr, json.dumps([*command, str(tmp_path / "once")]), operations)[0] == 0
        count, asked = (tmp_path / "count").stat().st_size, answered(tmp_path / "once")
        for k in (count // 3, count // 2, count * 3 // 4):
            out = tmp_path / f"r{k}"
            operations = {"MMR_TEST_FILE_OPERATION": f"kill:{k}:{tmp_path / f'count{k}'}"}
            assert forks.run(mmr, json.dumps([*command, str(out)]), operations)[0] == -signal.SIGKILL
            assert forks.run(mmr, json.dumps([*command, str(out)]))[0] == 0
            assert digest(out) == digest(tmp_path / "once")
            assert answered(out) == asked


def answered(out: Path) -> int:
    with read_only(answers_file(out)) as log:
        return log.totals().stand_in
