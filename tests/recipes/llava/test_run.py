"""Claims about whole runs: what is kept, dropped and asked again is what the set faults say it must be."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from mmrecipes.core.errors import PlanError
from mmrecipes.core.identity import largest_remainder
from mmrecipes.core.sample import user
from mmrecipes.flow.run import RunRequest, RunResult, execute
from mmrecipes.models.binding import Endpoint, StandIn
from mmrecipes.models.call import Call
from mmrecipes.models.standin import StandInCall
from mmrecipes.recipes.catalogue import load
from mmrecipes.recipes.llava import recipe
from mmrecipes.recipes.llava.shots import SHOTS
from mmrecipes.store.dataset import read_samples
from mmrecipes_tests.recipes.llava.harness import coco
from mmrecipes_tests.running import digest
from mmrecipes_tests.standing_in import serve

FAULTS = {
    "missing_separator": 0.25, "empty": 0.1, "leaked_coordinates": 0.2, "caption_word": 0.1, "trailing_question": 0.5,
    "disclosing_question": 0.4,
}  # fmt: skip


def run(
    out: Path, n: int | None, faults: Mapping[str, float] | None = None, workers: int = 1, **params: Any
) -> RunResult:
    models = {"teacher": (StandIn(faults=dict(faults or {})),)}
    return execute(RunRequest(load("llava"), out, n, {}, params, 0, workers, models=models))


def ledger(out: Path) -> dict[str, dict[str, Any]]:
    return {s["path"]: s for s in json.loads((out / "run" / "ledger.json").read_text())["steps"]}


class Expected:
    """What must happen, from the seeded faults alone: no parser, no gate, no engine."""

    def __init__(self, faults: Mapping[str, float], attempts: int) -> None:
        self.faults, self.attempts = faults, attempts
        self.kept: Counter[str] = Counter()
        self.dropped: Counter[str] = Counter()
        self.calls: Counter[str] = Counter()
        self.reasked: Counter[str] = Counter()
        self.cut = 0

    def struck(self, fault: str, kind: str, index: int, attempt: int, asked: int) -> bool:
        messages = (user("x"),) * (2 + 2 * len(SHOTS[kind]) + 2 * asked)
        call = Call(name=kind, messages=messages)
        return StandInCall("teacher", call, {}, f"llava/{kind}/{index:06d}", attempt, self.faults).strikes(fault)

    def candidate(self, kind: str, index: int) -> None:
        reason = ""
        for attempt in range(self.attempts):
            reason = self.attempt(kind, index, attempt)
            if not reason:
                self.kept[kind] += 1
                return
        self.dropped[reason] += 1

    def attempt(self, kind: str, index: int, attempt: int) -> str:
        """Empty, or why it failed."""
        for asked in (0, 1):
            self.calls[kind] += 1
            self.reasked[kind] += asked
            struck = {f for f in self.faults if self.struck(f, kind, index, attempt, asked)}
            if not struck & {"missing_separator", "empty"}:
                if struck & {"leaked_coordinates", "caption_word"}:
                    return "leak"
                if kind == "complex" and "disclosing_question" in struck and self.several(index):
                    return "discloses"
                self.cut += kind == "conversation" and "trailing_question" in struck
                return ""
        return "unparsable"

    @staticmethod
    def several(index: int) -> bool:
        """Whether the scene shows at least two classes, without which a question can give nothing away."""
        from mmrecipes.world.facts import Facts
        from mmrecipes.world.scene import Scene

        row = recipe.source(recipe.Params(), {}).sample("complex", index)
        return len({o.category for o in Facts(Scene.from_json(row.truth["scene"])).shown}) > 1


def test_kept_dropped_and_asked_again_are_exactly_what_the_faults_say(tmp_path: Path) -> None:
    n, out = 20, tmp_path / "out"
    faults = {**FAULTS, "leaked_coordinates": 0.4, "caption_word": 0.3, "disclosing_question": 0.8}
    result = run(out, n, faults)
    expected = Expected(faults, attempts=3)
    wanted = largest_remainder(n, recipe.SHARES)
    for kind in recipe.SHARES:
        index = 0
        while expected.kept[kind] < wanted[kind]:
            expected.candidate(kind, index)
            index += 1
    samples = list(read_samples(out))
    steps = ledger(out)
    asked = steps["Repeat/try/AskTeacher"]["usage"]
    assert (result.accepted, result.errors) == (n, 0)
    assert Counter(s.task for s in samples) == expected.kept == wanted
    assert result.dropped == expected.dropped.total()
    assert sum((Counter(s["reasons"]) for s in steps.values()), Counter()) == expected.dropped
    assert {k: v["calls"] for k, v in asked.items()} == expected.calls
    assert {k: v["reasked"] for k, v in asked.items()} == expected.reasked
    assert sum(s.meta["blocks_cut"] for s in samples) == expected.cut
    assert all(s.stand_in for s in samples)
    assert min(expected.dropped[reason] for reason in ("leak", "discloses", "unparsable")) > 1, "all must occur"


def test_without_faults_nothing_is_dropped_and_every_answer_is_grounded(tmp_path: Path) -> None:
    result = run(tmp_path / "out", 60)
    assert (result.accepted, result.dropped, result.errors) == (60, 0, 0)
    samples = list(read_samples(tmp_path / "out"))
    assert all(s.meta["checks"]["grounding"] == "pass" and s.meta["attempt"] == 1 for s in samples)
    assert [s.id for s in samples] == [f"llava/{k}/{i:06d}" for k, n in (("conversation", 22), ("detail", 9),
    ("complex", 29))
                                       for i in range(n)]  # fmt: skip


def test_two_workers_write_the_same_bytes_as_one(tmp_path: Path) -> None:
    for workers in (1, 2):
        run(tmp_path / str(workers), 16, FAULTS, workers)
    assert digest(tmp_path / "1") == digest(tmp_path / "2")


def test_a_user_s_own_pictures_go_through_a_real_server_as_in_process(tmp_path: Path) -> None:
    inputs = coco(tmp_path, 12)
    with serve("mmrecipes.recipes.llava.recipe", FAULTS) as url:
        endpoint = Endpoint(model="stand-in", url=url, stand_in=True)
        for out, binding in (("http", endpoint), ("here", StandIn(faults=FAULTS))):
            models = {"teacher": (binding,)}
            result = execute(RunRequest(load("llava"), tmp_path / out, None, inputs, {}, 0, 1, models=models))
            assert result.errors == 0
    sent, here = (list(read_samples(tmp_path / out)) for out in ("http", "here"))
    assert [(s.id, s.messages, s.truth) for s in sent] == [(s.id, s.messages, s.truth) for s in here]
    assert len(sent) > 10
    for sample in sent:
        assert sample.truth_source == "annotated"
        assert sample.images[0].data == (tmp_path / sample.meta["file_name"]).read_bytes()
        assert sample.meta["checks"]["grounding"] == "pass"


def test_a_teacher_is_demanded_by_part_instruct_alone(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="teacher"):
        execute(RunRequest(load("llava"), tmp_path / "a", 4, {}, {}, 0, 1))
    for part in ("captions", "mixture"):
        assert execute(RunRequest(load("llava"), tmp_path / part, 12, {}, {"part": part}, 0, 1)).errors == 0


def test_a_balanced_subset_keeps_captions_word_for_word(tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = execute(RunRequest(load("llava"), out, 16, {}, {"part": "captions", "min_freq": 8, "cap": 8}, 0, 1))
    samples = list(read_samples(out))
    assert result.dropped > 0
    assert result.accepted == len(samples)
    frequencies = [s.meta["concept_frequency"] for s in samples]
    assert min(frequencies) >= 8
    for s in samples:
        assert s.meta["concept"] in s.messages[1].text.lower()
        assert [m.role for m in s.messages] == ["user", "assistant"]
        assert len(s.images) == 1
    assert set(ledger(out)["ConceptBalance"]["reasons"]) <= {"rare_concepts", "frequent_concepts"}
