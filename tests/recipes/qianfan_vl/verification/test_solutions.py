"""Claims about solutions drawn from a reasoner: what is kept, what is on record, what it cost, and what it is told."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

from mmrecipes.core.errors import PlanError, UsageError
from mmrecipes.core.sample import Sample, assistant, user
from mmrecipes.flow.asking import Models
from mmrecipes.flow.interpret import Environment, compile_nodes, interpret
from mmrecipes.flow.ledger import DroppedSample, dropped_samples, errors, step_counts
from mmrecipes.flow.run import RunRequest, execute
from mmrecipes.models.binding import Endpoint, StandIn
from mmrecipes.models.call import Call, Choice, Reply, Usage
from mmrecipes.models.standin import StandInCall
from mmrecipes.recipes.catalogue import load
from mmrecipes.recipes.qianfan_vl.verification.answers import expected_answers
from mmrecipes.recipes.qianfan_vl.verification.gates import companions
from mmrecipes.recipes.qianfan_vl.verification.solutions import solution, solved
from mmrecipes.recipes.qianfan_vl.verification.standin import another, reference_wrong, stand_in
from mmrecipes.steps.agreement import Expected, agrees
from mmrecipes.steps.reasoning import Thought, parted
from mmrecipes.steps.rules import Finding
from mmrecipes.store.dataset import read_samples
from mmrecipes_tests.driving import client, drive
from mmrecipes_tests.standing_in import serve

FAULTS = {"reference_wrong": 0.1, "reasoner_wrong": 0.25, "reasoner_formless": 0.2, "reasoner_cut": 0.15}
PARAMS = {"tasks": {"table": 5, "mathematics": 1}, "long_reasoning": 1.0, "solutions": 3}
N = 48


class Made(NamedTuple):
    folder: Path
    kept: list[Sample]
    dropped: list[DroppedSample]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A run with a reasoner behind loopback that has every fault."""
    out = tmp_path_factory.mktemp("c2") / "r"
    with serve("mmrecipes.recipes.qianfan_vl.recipe", FAULTS) as url:
        reasoner = Endpoint(model="stand-in", url=url, stand_in=True)
        run = execute(RunRequest(load("qianfan-vl"), out, N, {}, PARAMS, workers=1, models={"reasoner": (reasoner,)}))
    assert run.errors == 0 and not errors(out)
    dropped = [d for d in dropped_samples(out, 1000) if d.path == "solved"]
    return Made(out, list(read_samples(out)), dropped)


def draws_of(sample: Sample) -> dict[int, list[str]]:
    """By turn, what became of its draws, in order."""
    found: dict[int, list[str]] = {}
    for draw in sample.meta.get("solutions", ()):
        assert draw["draw"] == len(found.setdefault(draw["turn"], [])) + 1
        found[draw["turn"]].append(draw["outcome"])
    return found


def fate(sample: Sample, turn: int, draws: int = 3) -> list[str]:
    """What becomes of the draws for a turn by the seeded faults alone."""
    expected = expected_answers(sample)[turn - 1]
    wrong = {False: "wrong_conclusion", None: "unreadable"}[agrees(expected, another(expected.to_json()))]
    found: list[str] = []
    while len(found) < draws and "agrees" not in found:
        messages = tuple(user("?") for _ in range(2 * turn - 1))
        call = Call(name=f"reasoning/{turn}/{len(found) + 1}", messages=messages)
        asked = StandInCall("reasoner", call, sample.truth, sample.id, 0, FAULTS)
        if asked.strikes("reasoner_cut"):
            found.append("truncated")
        elif asked.strikes("reasoner_formless"):
            found.append("no_think_block")
        else:
            found.append(wrong if reference_wrong(asked) or asked.strikes("reasoner_wrong") else "agrees")
    return found


def test_every_draw_ends_as_the_seeded_faults_say_and_none_is_drawn_after_one_that_passed(made: Made) -> None:
    seen: Counter[str] = Counter()
    for sample in (*made.kept, *(d.sample for d in made.dropped)):
        for turn, outcomes in draws_of(sample).items():
            assert outcomes == fate(sample, turn), sample.id
            seen.update(outcomes)
    assert {"agrees", "wrong_conclusion", "no_think_block", "truncated"} <= set(seen)


def test_what_is_kept_ends_in_the_known_answer_behind_one_think_block(made: Made) -> None:
    reasoned = [s for s in made.kept if "solutions" in s.meta]
    assert {s.task for s in reasoned} == {"table", "mathematics"} and len(made.kept) == N
    for sample in reasoned:
        assert sample.meta["reasoning"] == "model" and sample.stand_in
        replies = [m.text for m in sample.messages if m.role == "assistant"]
        for turn, (reply, expected) in enumerate(zip(replies, expected_answers(sample), strict=True), 1):
            thought = parted(reply)
            assert isinstance(thought, Thought) is (turn in draws_of(sample)), sample.id
            if isinstance(thought, Thought):
                assert draws_of(sample)[turn][-1] == "agrees" and agrees(expected, thought.answer)


def test_a_sample_that_no_draw_solves_is_dropped_with_a_name_and_its_failed_texts(made: Made) -> None:
    assert {d.reason for d in made.dropped} == {"solutions_disagreed", "solutions_unusable"}
    for reason, sample in ((d.reason, d.sample) for d in made.dropped):
        unsolved = [outcomes for outcomes in draws_of(sample).values() if "agrees" not in outcomes]
        assert unsolved and all(len(outcomes) == 3 for outcomes in unsolved)
        assert ("wrong_conclusion" in unsolved[0]) is (reason == "solutions_disagreed")
        assert all("text" in d for d in sample.meta["solutions"] if d["outcome"] != "agrees")
    assert all(line.balances for line in step_counts(made.folder))


def test_every_draw_is_a_paid_call_in_the_ledger(made: Made) -> None:
    line = next(line for line in step_counts(made.folder) if line.path == "sampled_reasoning")
    recorded = sum(len(s.meta.get("solutions", ())) for s in (*made.kept, *(d.sample for d in made.dropped)))
    usage = line.usage["reasoning/N/N"]
    assert usage.calls == recorded and usage.reasked == 0 and usage.tokens_out > 20 * recorded > usage.images > 0


def test_a_reasoner_sees_pictures_questions_and_earlier_replies_without_their_thinking(samples: list[Sample]) -> None:
    turns: Counter[int] = Counter()
    for sample in (s for s in samples if s.meta["turn_kind"] == "question" and s.task in ("table", "chart")):
        seen: list[Call] = []
        marked = sample.having(meta={**sample.meta, "styles": ["steps"] * len(sample.meta["styles"])}, messages=tuple(
            assistant(f"REPLY {k // 2}") if m.role == "assistant" else m for k, m in enumerate(sample.messages)
        ))  # fmt: skip
        models = Models({"reasoner": (StandIn(),)}, client(lambda c, seen=seen: seen.append(c.call) or stand_in(c)))
        nodes = compile_nodes(companions(0.0, 1.0, 3))
        passage = asyncio.run(drive(interpret(nodes, marked, Environment(7, {}, models))))
        assert len(passage.kept) == 1 and len(passage.calls) == len(seen)
        for call in seen:
            turn = int(call.name.split("/")[1])
            turns[turn] += 1
            assert [m.role for m in call.messages] == ["user", "assistant"] * (turn - 1) + ["user"]
            assert (
                call.messages[-1].text.startswith(sample.messages[2 * turn - 2].text) and call.images == sample.images
            )
            told = "".join(m.text for m in call.messages[:-1])
            assert "<think>" not in told and f"REPLY {turn - 1}" not in told and call.sampling.random
    assert len(turns) > 1


NUMBER = Expected("number", "How many?", "12", 12.0)


@pytest.mark.parametrize(
    ("choice", "reason"),
    [
        (Choice("<think>a</think>It is 12."), ""), (Choice("12", reasoning="Count them."), ""),
        (Choice("<think>a</think>13"), "wrong_conclusion"), (Choice("<think>12</think>13"), "wrong_conclusion"),
        (Choice("<think>a</think>12 or 13"), "unreadable"), (Choice("12"), "no_think_block"),
        (Choice("<think>a</think>12", finish="length"), "truncated"), (Choice("", refusal="no"), "refused"),
        (Choice("<think>a</think>12<|im_end|>"), "malformed"),
        (Choice(f"<think>{'so it goes on and on ' * 9}</think>12"), "malformed"),
    ],
)  # fmt: skip
def test_a_solution_counts_only_in_form_and_with_the_known_conclusion(choice: Choice, reason: str) -> None:
    found = solution(Reply((choice,), "m", Usage(1, 1)), NUMBER)
    assert (found.reason if isinstance(found, Finding) else "") == reason
    if not reason:
        assert isinstance(found, str) and isinstance(parted(found), Thought)


def test_one_unsolved_turn_drops_a_conversation_and_a_sample_without_draws_passes() -> None:
    sample = Sample(id="x/table/000000", messages=(user("a"), assistant("b")))
    assert solved(sample) is sample
    one = [{"turn": 1, "outcome": "no_think_block"}, {"turn": 1, "outcome": "agrees"}]
    assert isinstance(solved(sample.having(meta={"solutions": one})), Sample)
    found = solved(sample.having(meta={"solutions": [*one, {"turn": 2, "outcome": "truncated"}]}))
    assert not isinstance(found, Sample) and found.reason == "solutions_unusable" and "1 truncated" in found.detail


def test_solutions_without_a_reasoner_or_without_a_share_are_refused_before_any_work(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="none is bound to: reasoner"):
        execute(RunRequest(load("qianfan-vl"), tmp_path / "a", 4, {}, PARAMS, workers=1))
    with pytest.raises(UsageError, match="long_reasoning, which is 0"):
        execute(RunRequest(load("qianfan-vl"), tmp_path / "b", 4, {}, {"solutions": 3}, workers=1))
