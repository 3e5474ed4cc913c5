"""Claims about votes over whole runs: what is kept, dropped, undecided or an error follows from the seeded faults."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import mmrecipes
from mmrecipes.core.errors import CallError, InputError, PlanError, UsageError
from mmrecipes.core.sample import Sample, assistant, content_mark, user
from mmrecipes.flow.asking import Models
from mmrecipes.flow.interpret import Environment, Passage, compile_nodes, interpret
from mmrecipes.flow.ledger import dropped_samples, errors, step_counts
from mmrecipes.models.binding import StandIn
from mmrecipes.models.call import Call
from mmrecipes.models.client import Client
from mmrecipes.models.standin import StandInCall
from mmrecipes.recipes.qianfan_vl.verification.answers import expected_answers, state_answers
from mmrecipes.recipes.qianfan_vl.verification.gates import verification
from mmrecipes.recipes.qianfan_vl.verification.standin import reference_wrong, stand_in
from mmrecipes.steps.agreement import agrees
from mmrecipes_tests.recipes.honeypipe.desk import Open, drive

FAULTS = {"reference_wrong": 0.15, "voter_unsure": 0.3, "voter_formless": 0.1, "voter_wrong": 0.15, "voter_empty": 0.1}
SPEC = "stand-in:" + ",".join(f"{k}={v}" for k, v in FAULTS.items())


DRAWN = {"tasks": {"table": 1.0, "chart": 1.0}}


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> mmrecipes.Run:
    out = tmp_path_factory.mktemp("votes") / "r"
    return mmrecipes.run("qianfan-vl", out=out, n=14, workers=1, params={"votes": 3}, models=SPEC)


def fate(sample: Sample) -> str:
    """What becomes of a sample by the seeded faults alone: full ballots, none skipped."""
    votes: list[str] = []
    for number in (1, 2, 3):
        asked = StandInCall(
            "voter", Call(name=f"vote/{number}", messages=(user("?"),)), sample.truth, sample.id, 0, FAULTS
        )
        if asked.strikes("voter_empty") or asked.strikes("voter_formless") or asked.strikes("voter_unsure"):
            votes.append("abstains")
        else:
            votes.append("differs" if reference_wrong(asked) or asked.strikes("voter_wrong") else "agrees")
    ballots = Counter(votes)
    if ballots["agrees"] >= 2:
        return "kept"
    return "votes_disagreed" if ballots["agrees"] + ballots["differs"] >= 2 else "votes_undecided"


def test_every_sample_ends_as_the_seeded_faults_say_and_none_is_lost(faulty: mmrecipes.Run) -> None:
    kept = list(faulty.samples())
    dropped = [d for d in dropped_samples(faulty.folder, 1000) if d.path == "agreed_by_vote"]
    assert len(kept) == 14 and faulty.errors == 0
    assert {fate(s) for s in kept} == {"kept"}
    # with one question and with several, the first one being the one that is answered wrongly
    assert {(d.reason, d.reason == fate(d.sample)) for d in dropped} == {
        ("votes_disagreed", True), ("votes_undecided", True),
    }  # fmt: skip
    assert all(line.balances for line in step_counts(faulty.folder))


def test_votes_are_on_record_also_of_what_is_dropped(faulty: mmrecipes.Run) -> None:
    dropped = [d.sample for d in dropped_samples(faulty.folder, 1000) if d.path == "agreed_by_vote"]
    for s in (*faulty.samples(), *dropped):
        ballots = s.meta["votes"]["ballots"]
        assert 2 <= len(ballots) <= 3 and s.stand_in
        assert all("abstains" in b or b["model"] == "stand-in" for b in ballots)
        assert len(s.truth["answers"]) == len([m for m in s.messages if m.role == "user"])


def test_undecided_samples_are_in_the_review_queue_and_not_in_the_dataset(faulty: mmrecipes.Run) -> None:
    queue = [json.loads(line) for line in (faulty.folder / "run/review/queue.jsonl").read_text().splitlines()]
    undecided = {d.sample.id for d in dropped_samples(faulty.folder, 1000) if d.reason == "votes_undecided"}
    assert undecided and {e["id"] for e in queue if e["why"] == "undecided"} == undecided
    assert not undecided & {s.id for s in faulty.samples()}
    assert all((faulty.folder / "run/review" / image).is_file() for e in queue for image in e["images"])


def test_a_persons_verdict_on_an_undecided_sample_is_the_last_word(faulty: mmrecipes.Run, tmp_path: Path) -> None:
    queue = [json.loads(line) for line in (faulty.folder / "run/review/queue.jsonl").read_text().splitlines()]
    accepted = next(e for e in queue if e["why"] == "undecided")
    refused = next(s for s in faulty.samples())
    lines = [
        {**accepted, "verdict": "accept"},
        {"id": refused.id, "content": content_mark(refused), "verdict": "reject"},
    ]
    file = tmp_path / "verdicts.jsonl"
    file.write_text("\n".join(map(json.dumps, lines)))
    run = mmrecipes.run(
        "qianfan-vl", out=tmp_path / "r", n=14, workers=1, params={"votes": 3}, models=SPEC, inputs={"verdicts": file}
    )
    made = {s.id: s for s in run.samples()}
    assert made[accepted["id"]].meta["reviewed"] == "accept" and refused.id not in made and len(made) == 14


def test_a_verdict_in_another_form_is_refused_before_any_work(tmp_path: Path) -> None:
    file = tmp_path / "v.jsonl"
    file.write_text('{"id": "a", "content": "b", "verdict": "maybe"}\n')
    with pytest.raises(InputError, match=r"line 1: the verdict is 'maybe'"):
        mmrecipes.run("qianfan-vl", out=tmp_path / "r", n=4, inputs={"verdicts": file})


def test_without_votes_no_model_is_needed_and_the_skip_is_on_record(tmp_path: Path) -> None:
    run = mmrecipes.run("qianfan-vl", out=tmp_path / "r", n=6, workers=1)
    assert all(s.meta["votes"] is None and not s.stand_in and s.meta["tries"] >= 1 for s in run.samples())
    assert {s.truth_source for s in run.samples()} == {"engine"}


def test_votes_without_a_voter_and_quorums_out_of_reach_are_refused_before_any_work(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="none is bound to: voter"):
        mmrecipes.run("qianfan-vl", out=tmp_path / "r", n=4, params={"votes": 3})
    with pytest.raises(UsageError, match="never make a quorum"):
        mmrecipes.run("qianfan-vl", out=tmp_path / "r", n=4, params={"votes": 1})


# --- one sample at a desk ---


def vote(sample: Sample, answering: Any = stand_in, members: int = 1, votes: int = 3) -> Passage:
    client = Client(Open(), None, answering)  # type: ignore[arg-type]
    models = Models({"voter": tuple(StandIn() for _ in range(members))}, client)
    return asyncio.run(drive(interpret(compile_nodes(verification(votes, 2, 0.0)), sample, Environment(7, {}, models))))


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> list[Sample]:
    run = mmrecipes.run("qianfan-vl", out=tmp_path_factory.mktemp("plain") / "r", n=30, workers=1, params=DRAWN)
    return list(run.samples())


def spoilt(sample: Sample) -> Sample:
    """The reference of the first question is another number."""
    queries = json.loads(json.dumps(sample.truth["queries"]))
    answer = queries[0]["answer"] if sample.task == "table" else queries[0]
    value = "value" if sample.task == "table" else "answer"
    answer[value] += abs(answer[value]) + 3 * answer["tolerance"] + 97
    return sample.having(truth={**sample.truth, "queries": queries})


def numeric(sample: Sample) -> bool:
    return bool(sample.truth["queries"]) and expected_answers(sample)[0].value is not None


def test_a_deliberately_wrong_reference_is_dropped_by_two_of_three(samples: list[Sample]) -> None:
    tried = [s for s in samples if numeric(s)]
    assert {s.task for s in tried} == {"table", "chart"}
    for right in tried:
        seen = state_answers(right).truth
        passage = vote(spoilt(right), lambda asked, seen=seen: stand_in(StandInCall(asked.role, asked.call, seen, "")))
        assert [d.reason for d in passage.dropped] == ["votes_disagreed"] and not passage.kept
        assert len(passage.calls) == 2
        assert vote(right).kept


def test_one_agreement_and_two_abstentions_do_not_keep_a_sample(samples: list[Sample]) -> None:
    def once(asked: StandInCall) -> str:
        return stand_in(asked) if asked.call.name == "vote/2" else "ANSWER 1: UNKNOWN"

    passage = vote(samples[0], once)
    assert not passage.kept and [d.reason for d in passage.dropped] == ["votes_undecided"]
    assert passage.dropped[0].sample.meta["review"] == "undecided"


def test_no_voter_sees_a_reference(samples: list[Sample]) -> None:
    for sample in samples:
        asked: list[StandInCall] = []
        vote(sample, lambda call, asked=asked: asked.append(call) or stand_in(call))
        marked = sample.having(
            messages=tuple(assistant("REFERENCE") if m.role == "assistant" else m for m in sample.messages)
        )
        for call in asked:
            text = "\n".join(m.text for m in call.call.messages)
            assert all(m.text in text for m in marked.messages if m.role == "user")
            assert [m.role for m in call.call.messages] == ["user"] and "REFERENCE" not in text
            assert call.call.images == sample.images


def test_one_model_is_drawn_again_with_another_temperature_and_several_take_turns(samples: list[Sample]) -> None:
    for members, temperatures in ((1, [0.0, 0.7, 0.7]), (2, [0.0, 0.0, 0.7]), (4, [0.0] * 4)):
        asked: list[float] = []
        vote(samples[0], lambda c, asked=asked: asked.append(c.call.sampling.temperature) or "ANSWER 1: UNKNOWN",
             members)  # fmt: skip
        assert asked == temperatures


def test_every_reference_agrees_with_itself_in_every_form_that_the_tasks_ask_for(samples: list[Sample]) -> None:
    types = Counter(e.type for s in samples for e in expected_answers(s))
    assert {"number", "value", "html", "latex_table", "data"} <= set(types)
    for sample in samples:
        replies = [m.text for m in sample.messages if m.role == "assistant"]
        for expected, reply in zip(expected_answers(sample), replies, strict=True):
            assert agrees(expected, expected.text) is True, (sample.id, expected)
            if not sample.truth["queries"]:
                assert agrees(expected, reply) is True


def test_a_model_that_is_down_leaves_errors_that_can_be_tried_again_and_keeps_nothing(tmp_path: Path) -> None:
    def down(asked: StandInCall) -> str:
        raise CallError("http_503", "down", 503)

    run = mmrecipes.run("qianfan-vl", out=tmp_path / "plain", n=2, workers=1, params={"tasks": {"table": 1}})
    for sample in run.samples():
        passage = vote(sample, down)
        assert not passage.kept and not passage.dropped and [e.kind for e in passage.errors] == ["http_503"]
    assert not errors(run.folder)
