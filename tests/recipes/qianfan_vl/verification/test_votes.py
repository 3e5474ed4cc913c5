"""Claims about votes over whole runs: what is kept, dropped, undecided or an error follows from the seeded faults."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from pathlib import Path
from typing import Any, get_args

import cv2
import numpy as np
import pytest

import mmrecipes
from mmrecipes.core.errors import CallError, InputError, PlanError, UsageError
from mmrecipes.core.sample import Sample, assistant, content_mark, user
from mmrecipes.flow.asking import Models
from mmrecipes.flow.interpret import Environment, Passage, compile_nodes, interpret
from mmrecipes.flow.ledger import dropped_samples, step_counts
from mmrecipes.flow.step import Drop
from mmrecipes.models.binding import StandIn
from mmrecipes.models.call import Call, Choice
from mmrecipes.models.standin import StandInCall
from mmrecipes.recipes.qianfan_vl.recipe import TASKS
from mmrecipes.recipes.qianfan_vl.verification.answers import ANSWERS, expected_answers, state_answers
from mmrecipes.recipes.qianfan_vl.verification.gates import verification
from mmrecipes.recipes.qianfan_vl.verification.printed import PRINTED, printed_texts
from mmrecipes.recipes.qianfan_vl.verification.standin import another, reference_wrong, stand_in
from mmrecipes.steps.agreement import EMPTY, AnswerType, Expected, agrees
from mmrecipes.steps.ocr_engines import installed
from mmrecipes.steps.ocr_vote import OcrVote
from mmrecipes_tests.driving import client, drive

FAULTS = {"reference_wrong": 0.15, "voter_unsure": 0.3, "voter_formless": 0.1, "voter_wrong": 0.15, "voter_empty": 0.1}
SPEC = "stand-in:" + ",".join(f"{k}={v}" for k, v in FAULTS.items())
PARAMS = {"votes": 3, "tasks": {"table": 1, "formula": 1, "word": 1}}
N = 24


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> mmrecipes.Run:
    out = tmp_path_factory.mktemp("votes") / "r"
    return mmrecipes.run("qianfan-vl", out=out, n=N, workers=1, params=PARAMS, models=SPEC)


def voted_on(sample: Sample) -> list[Expected]:
    return [e for e in expected_answers(sample) if e.type != "free"]


def fate(sample: Sample) -> str:
    """What becomes of a sample by the seeded faults alone: full ballots, none skipped."""
    if not voted_on(sample):
        return "kept"
    wrong = {False: "differs", None: "abstains"}[agrees(first := voted_on(sample)[0], another(first.to_json()))]
    votes: list[str] = []
    for number in (1, 2, 3):
        asked = StandInCall(
            "voter", Call(name=f"vote/{number}", messages=(user("?"),)), sample.truth, sample.id, 0, FAULTS
        )
        if asked.strikes("voter_empty") or asked.strikes("voter_formless") or asked.strikes("voter_unsure"):
            votes.append("abstains")
        else:
            votes.append(wrong if reference_wrong(asked) or asked.strikes("voter_wrong") else "agrees")
    ballots = Counter(votes)
    if ballots["agrees"] >= 2:
        return "kept"
    return "votes_disagreed" if ballots["agrees"] + ballots["differs"] >= 2 else "votes_undecided"


def test_every_sample_ends_as_the_seeded_faults_say_and_none_is_lost(faulty: mmrecipes.Run) -> None:
    kept = list(faulty.samples())
    dropped = [d for d in dropped_samples(faulty.folder, 1000) if d.path == "agreed_by_vote"]
    assert Counter(s.task for s in kept) == dict.fromkeys(PARAMS["tasks"], N // 3) and faulty.errors == 0
    assert {fate(s) for s in kept} == {"kept"}
    # with one question and with several, the first one being the one that is answered wrongly
    assert {(d.reason, d.reason == fate(d.sample)) for d in dropped} == {
        ("votes_disagreed", True), ("votes_undecided", True),
    }  # fmt: skip
    assert all(line.balances for line in step_counts(faulty.folder))


def test_votes_are_on_record_also_of_what_is_dropped(faulty: mmrecipes.Run) -> None:
    dropped = [d.sample for d in dropped_samples(faulty.folder, 1000) if d.path == "agreed_by_vote"]
    for s in (*faulty.samples(), *dropped):
        record, types = s.meta["votes"], [a["type"] for a in s.truth["answers"]]
        assert len(types) == len([m for m in s.messages if m.role == "user"])
        assert record["questions"] == [k for k, form in enumerate(types, 1) if form != "free"]
        if not record["questions"]:
            assert record["outcome"] == "skipped" and not record["ballots"] and not s.stand_in
            continue
        assert 2 <= len(record["ballots"]) <= 3 and s.stand_in
        assert all("abstains" in b or b["model"] == "stand-in" for b in record["ballots"])


def test_undecided_samples_are_in_the_review_queue_and_not_in_the_dataset(faulty: mmrecipes.Run) -> None:
    queue = [json.loads(line) for line in (faulty.folder / "run/review/queue.jsonl").read_text().splitlines()]
    undecided = {d.sample.id for d in dropped_samples(faulty.folder, 1000) if d.reason == "votes_undecided"}
    assert undecided and {e["id"] for e in queue if e["why"] == "undecided"} == undecided
    assert not undecided & {s.id for s in faulty.samples()}
    assert all((faulty.folder / "run/review" / image).is_file() for e in queue for image in e["images"])


def test_a_persons_verdict_on_an_undecided_sample_is_the_last_word(faulty: mmrecipes.Run, tmp_path: Path) -> None:
    queue = [json.loads(line) for line in (faulty.folder / "run/review/queue.jsonl").read_text().splitlines()]
    accepted, rejected = [e for e in queue if e["why"] == "undecided"][:2]
    refused = next(s for s in faulty.samples())
    lines = [
        {**accepted, "verdict": "accept"},
        {**rejected, "verdict": "reject"},
        {"id": refused.id, "content": content_mark(refused), "verdict": "reject"},
    ]
    file = tmp_path / "verdicts.jsonl"
    file.write_text("\n".join(map(json.dumps, lines)))
    run = mmrecipes.run(
        "qianfan-vl", out=tmp_path / "r", n=N, workers=1, params=PARAMS, models=SPEC, inputs={"verdicts": file}
    )
    made = {s.id: s for s in run.samples()}
    assert made[accepted["id"]].meta["reviewed"] == "accept" and refused.id not in made and len(made) == N
    asked = {json.loads(line)["id"] for line in (run.folder / "run/review/queue.jsonl").read_text().splitlines()}
    assert not asked & {line["id"] for line in lines}, "nobody is asked twice"


def test_a_verdict_in_another_form_is_refused_before_any_work(tmp_path: Path) -> None:
    file = tmp_path / "v.jsonl"
    file.write_text('{"id": "a", "content": "b", "verdict": "maybe"}\n')
    with pytest.raises(InputError, match=r"line 1: the verdict is 'maybe'"):
        mmrecipes.run("qianfan-vl", out=tmp_path / "r", n=4, inputs={"verdicts": file})


def test_without_votes_no_model_is_needed_and_the_skip_is_on_record(plain: mmrecipes.Run) -> None:
    assert plain.errors == 0
    assert all(s.meta["votes"] is None and not s.stand_in and s.meta["tries"] >= 1 for s in plain.samples())
    assert {s.truth_source for s in plain.samples()} == {"engine"}


def test_votes_without_a_voter_and_quorums_out_of_reach_are_refused_before_any_work(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="none is bound to: voter"):
        mmrecipes.run("qianfan-vl", out=tmp_path / "r", n=4, params={"votes": 3})
    with pytest.raises(UsageError, match="never make a quorum"):
        mmrecipes.run("qianfan-vl", out=tmp_path / "r", n=4, params={"votes": 1})


# --- one sample at a desk ---


def vote(
    sample: Sample,
    answering: Any = stand_in,
    members: int = 1,
    votes: int = 3,
    faults: dict[str, float] | None = None,
) -> Passage:
    models = Models({"voter": tuple(StandIn(faults=faults or {}) for _ in range(members))}, client(answering))
    return asyncio.run(drive(interpret(compile_nodes(verification(votes, 2, 0.0)), sample, Environment(7, {}, models))))


def spoil(sample: Sample, truth: dict[str, Any]) -> bool:
    """Make the reference of the first question another one; False for kinds of turns that are left to others."""
    kind, queries = sample.meta["turn_kind"], truth.get("queries") or [{}]
    match sample.task, kind:
        case "table" | "chart", _ if queries[0] and expected_answers(sample)[0].value is not None:
            answer, name = (queries[0]["answer"], "value") if sample.task == "table" else (queries[0], "answer")
            answer[name] += abs(answer[name]) + 3 * answer["tolerance"] + 97
        case "formula", "latex":
            truth["latex"] += "+7"
        case "formula", "part" if voted_on(sample)[0].type == "latex":
            queries[0]["answer"] += "+7"
        case "document", "markdown" | "outline":
            truth[kind] = " ".join(sorted(truth[kind].split()))
        case "document", "extract":
            truth["fields"][min(truth["fields"])] += " not"
        case "document", "question":
            queries[0]["answer"] = queries[0]["answer"] + 3 if isinstance(queries[0]["answer"], int) else "Nobody"
        case "mathematics", "choice":
            truth["key"] = (truth["key"] + 1) % len(truth["options"])
        case "mathematics", "error":
            truth["mistake"]["step"] += 1
        case "mathematics", "answer" | "solve" if truth["answer"]["kind"] in ("integer", "rational"):
            truth["answer"]["value"] += "7"
        case "scene", "read_all":
            truth["signs"][0]["lines"] = ["Something else that is written here, and more of it"]
        case "scene", "locate":
            (word,) = [
                w for s in truth["signs"] for w in s["words"] if w["text"].startswith(queries[0]["args"]["word"])
            ]
            word["quad"] = [[x + 90, y + 90] for x, y in word["quad"]]
        case "word", _:
            truth["text"] += "x"
        case _:
            return False
    return True


def test_a_deliberately_wrong_reference_is_dropped_by_two_of_three(samples: list[Sample]) -> None:
    tried: set[tuple[str, str]] = set()
    for right in samples:
        truth = json.loads(json.dumps(dict(right.truth)))
        if spoil(right, truth):
            tried.add((right.task, right.meta["turn_kind"]))
            seen = state_answers(right).truth
            answering = lambda asked, seen=seen: stand_in(StandInCall(asked.role, asked.call, seen, ""))  # noqa: E731
            passage = vote(right.having(truth=truth), answering)
            assert [d.reason for d in passage.dropped] == ["votes_disagreed"] and not passage.kept, right.id
            assert len(passage.calls) == 2
    assert {task for task, _ in tried} == set(TASKS) and len(tried) > 14


def test_samples_of_every_task_end_as_the_seeded_faults_say(samples: list[Sample]) -> None:
    seen: set[tuple[str, str]] = set()
    for sample in samples[::2]:
        passage = vote(sample, faults=FAULTS)
        found = passage.dropped[0].reason if passage.dropped else "kept"
        assert found == fate(state_answers(sample)) and bool(passage.kept) is (found == "kept"), sample.id
        seen.add((sample.task, found))
    assert {task for task, found in seen if found == "kept"} == set(TASKS)
    assert {found for _, found in seen} == {"kept", "votes_disagreed", "votes_undecided"}


def test_voters_who_see_what_is_true_keep_every_sample_of_every_task(samples: list[Sample]) -> None:
    for sample in samples:
        passage = vote(sample)
        assert passage.kept and len(passage.calls) == (2 if voted_on(sample) else 0), sample.id


def test_one_agreement_and_two_abstentions_do_not_keep_a_sample(samples: list[Sample]) -> None:
    def once(asked: StandInCall) -> str | Choice:
        return stand_in(asked) if asked.call.name == "vote/2" else "ANSWER 1: UNKNOWN"

    passage = vote(samples[0], once)
    assert not passage.kept and [d.reason for d in passage.dropped] == ["votes_undecided"]
    assert passage.dropped[0].sample.meta["review"] == "undecided"


def test_no_voter_sees_a_reference(samples: list[Sample]) -> None:
    for sample in samples:
        asked: list[StandInCall] = []
        marked = sample.having(
            messages=tuple(assistant("REFERENCE") if m.role == "assistant" else m for m in sample.messages)
        )
        vote(marked, lambda call, asked=asked: asked.append(call) or "ANSWER 1: UNKNOWN")
        assert bool(asked) == bool(voted_on(marked))
        for call in asked:
            text = "\n".join(m.text for m in call.call.messages)
            assert all(e.question in text for e in voted_on(marked))
            assert [m.role for m in call.call.messages] == ["user"] and "REFERENCE" not in text
            assert call.call.images == sample.images


def test_one_model_is_drawn_again_with_another_temperature_and_several_take_turns(samples: list[Sample]) -> None:
    for members, temperatures in ((1, [0.0, 0.7, 0.7]), (2, [0.0, 0.0, 0.7]), (4, [0.0] * 4)):
        asked: list[float] = []
        vote(samples[0], lambda c, asked=asked: asked.append(c.call.sampling.temperature) or "ANSWER 1: UNKNOWN",
             members)  # fmt: skip
        assert asked == temperatures


WRITTEN = ("html", "latex_table", "tokens", "data", "fields", "latex", "set", "box", "roles")
"""Types of answers that a reply gives in the very form that is asked for."""


def test_every_reference_agrees_with_itself_in_every_form_that_the_tasks_ask_for(samples: list[Sample]) -> None:
    assert set(ANSWERS) == set(TASKS)
    seen: set[AnswerType] = set()
    for sample in samples:
        replies = [m.text for m in sample.messages if m.role == "assistant"]
        for expected, reply in zip(expected_answers(sample), replies, strict=True):
            seen.add(expected.type)
            if expected.type != "free":
                assert agrees(expected, expected.text or EMPTY) is True, (sample.id, expected)
                assert agrees(expected, reply) in ((True,) if expected.type in WRITTEN else (True, None)), (
                    sample.id,
                    expected,
                    reply,
                )
    assert seen == set(get_args(AnswerType))


def test_amounts_in_documents_count_as_their_language_prints_them(samples: list[Sample]) -> None:
    seen = 0
    for sample in (s for s in samples if s.task == "document" and s.truth["queries"]):
        queries = json.loads(json.dumps(sample.truth["queries"]))
        for query in queries:
            if isinstance(query["answer"], str):
                query["answer"] = query["answer"].translate(str.maketrans(",.", ".,"))
        german = sample.having(language="de", truth={**sample.truth, "queries": queries})
        for known, local in zip(expected_answers(sample), expected_answers(german), strict=True):
            assert (known.type, known.value) == (local.type, local.value)
            seen += known.text != local.text and known.value is not None
            assert agrees(local, local.text) is True
    assert seen


def test_a_wrong_answer_agrees_with_no_reference(samples: list[Sample]) -> None:
    by_task: dict[str, list[Expected]] = {}
    for sample in samples:
        by_task.setdefault(sample.task, []).extend(voted_on(sample))
    for expected in (e for many in by_task.values() for e in many):
        verdict = agrees(expected, another(expected.to_json()))
        assert verdict is (None if expected.type == "expression" and verdict is None else False), expected
    for task in ("formula", "mathematics", "scene"):  # what answers one question answers no other
        same = [(a, b) for a in by_task[task] for b in by_task[task] if a.type == b.type and a.text != b.text]
        assert not [
            (a, b) for a, b in same if a.type in ("latex", "expression", "transcription", "box") and agrees(a, b.text)
        ]


def test_what_is_printed_stands_in_the_first_picture(samples: list[Sample]) -> None:
    assert set(PRINTED) == set(TASKS)
    for sample in samples:
        texts = printed_texts(sample)
        by_hand = sample.task == "mathematics" and sample.meta["style"]["look"] == "hand"
        assert bool(texts) == (sample.task != "formula" and not by_hand), sample.id
        assert all(text for _, text in texts), sample.id
        quads, edge = [quad for quad, _ in texts], 2
        if sample.task == "word":  # the least rectangle around tilted letters that are all in the crop may stick out
            (quad,) = quads
            quads, edge = [r.quad for r in sample.regions if r.label == "glyph"], 0
            letters = np.array(quads, np.float32).reshape(-1, 2)
            (width, height) = cv2.minAreaRect(letters)[1]
            assert cv2.contourArea(np.array(quad, np.float32)) <= width * height + 1, sample.id
            assert all(cv2.pointPolygonTest(np.array(quad, np.float32), p, True) > -0.1 for p in letters.tolist())
        width, height = sample.images[0].size
        assert all(-edge <= x <= width + edge and -edge <= y <= height + edge for q in quads for x, y in q), sample.id


@pytest.mark.skipif("tesseract" not in installed(), reason="apt install tesseract-ocr")
@pytest.mark.parametrize("task", ["document", "mathematics", "word"])
def test_an_engine_reads_what_is_printed_on_clean_pictures_and_not_what_is_not(
    samples: list[Sample], task: str
) -> None:
    ocr = OcrVote(("tesseract",), printed_texts)
    clean = [s for s in samples if s.task == task and not s.meta["augment_level"] and printed_texts(s)]
    found = [ocr(sample) for sample in clean[:4]]
    kept = [s for s in found if isinstance(s, Sample)]
    assert all(s.meta["checks"]["ocr"]["read"] >= 1 for s in kept)
    # an engine does not know every single word in ornamental letters
    assert kept and (len(kept) == len(found) or (task == "word" and len(kept) >= 2 * len(found) / 3)), found
    wrong = OcrVote(("tesseract",), lambda s: [(quad, text[::-1] + "q") for quad, text in printed_texts(s)])
    assert isinstance(wrong(clean[0]), Drop)


def test_a_model_that_is_down_leaves_errors_that_can_be_tried_again_and_keeps_nothing(samples: list[Sample]) -> None:
    def down(asked: StandInCall) -> str:
        raise CallError("http_503", "down", 503)

    for sample in samples[:3]:
        passage = vote(sample, down)
        assert not passage.kept and not passage.dropped and [e.kind for e in passage.errors] == ["http_503"]
