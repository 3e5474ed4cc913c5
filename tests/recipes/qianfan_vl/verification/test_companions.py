"""Claims about the companion stages: constraints are checked from the reply, and reasoning ends in the answer."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path

import pytest

import mmrecipes
from mmrecipes.core.sample import Sample
from mmrecipes.recipes.qianfan_vl.verification.answers import expected_answers
from mmrecipes.recipes.qianfan_vl.verification.instruction_checks import violations
from mmrecipes.recipes.qianfan_vl.verification.instructions import answer, compose
from mmrecipes.steps.agreement import agrees
from mmrecipes.steps.reasoning import Thought, parted
from mmrecipes.steps.review import chosen

FIELDS = ("Name", "Cost", "Change (%)")
ROWS = [
    dict(zip(FIELDS, (f"Item {k}", f"€{k * 37 % 101 * 100:,}", f"({k}.5)" if k % 3 else f"{k}.5"), strict=True))
    for k in range(1, 12)
]


@pytest.mark.parametrize("seed", range(60))
def test_a_composed_answer_keeps_every_constraint_and_every_single_fault_is_named(seed: int) -> None:
    found = compose(FIELDS, ROWS, random.Random(seed))
    assert found is not None
    wanted, prompt, _ = found
    reply = answer(ROWS, wanted)
    assert violations(ROWS, wanted, reply) == [] and all(f in prompt for f in wanted["fields"])
    said = json.loads(reply) if wanted["form"] == "json" else [
        dict(zip(wanted["fields"], line.split(" | "), strict=True)) for line in reply.split("\n")
    ]  # fmt: skip

    def written(rows: list[dict[str, str]]) -> str:
        return json.dumps(rows) if wanted["form"] == "json" else "\n".join(" | ".join(r.values()) for r in rows)

    def wrong(rows: list[dict[str, str]]) -> str:
        return " ".join(violations(ROWS, wanted, written(rows)))

    assert "quantity" in wrong(said[:-1])
    assert "no row" in wrong([{**said[0], wanted["fields"][0]: "made up"}, *said[1:]])
    if len(said) > 1:
        assert "order" in wrong(said[::-1])
    assert violations(ROWS, wanted, f"Here you are: {reply}")
    over, limit = wanted["above"]
    below = {f: next(r for r in ROWS if r[over] == limit)[f] for f in wanted["fields"]}
    assert "condition" in wrong([below, *said[1:]])


def test_records_without_an_order_offer_no_instruction() -> None:
    same = [{"Name": f"Item {k}", "Cost": "5"} for k in range(6)]
    assert compose(("Name", "Cost"), same, random.Random(1)) is None


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> list[Sample]:
    params = {"tasks": {"table": 5, "mathematics": 1}, "complex_instructions": 0.5, "long_reasoning": 1.0}
    run = mmrecipes.run("qianfan-vl", out=tmp_path_factory.mktemp("c") / "r", n=96, workers=1, params=params)
    assert run.errors == 0
    return list(run.samples())


def test_instructions_over_real_tables_are_answered_from_the_stored_records(made: list[Sample]) -> None:
    asked = [s for s in made if s.meta["turn_kind"] == "complex_instruction"]
    assert asked
    for s in asked:
        assert violations(s.truth["records"], s.truth["instruction"], s.messages[1].text) == []
        texts = {c["text"] for c in s.truth["cells"]}
        assert all(v in texts for r in s.truth["records"] for v in r.values())


def test_reasoning_is_the_computed_steps_and_the_answer_stands_behind_the_tags(made: list[Sample]) -> None:
    found = [s for s in made if s.meta.get("reasoning") == "engine"]
    assert {s.task for s in found} == {"table", "mathematics"}
    for s in found:
        replies, styles = [m.text for m in s.messages if m.role == "assistant"], s.meta.get("styles", ["steps"])
        for style, reply, expected in zip(styles, replies, expected_answers(s), strict=True):
            thought = parted(reply)
            assert isinstance(thought, Thought) is (style == "steps")
            if isinstance(thought, Thought):
                assert agrees(expected, thought.answer) and thought.reasoning != thought.answer


def test_companion_stages_are_off_unless_asked_for(tmp_path: Path) -> None:
    run = mmrecipes.run("qianfan-vl", out=tmp_path / "r", n=4, workers=1, params={"tasks": {"table": 1.0}})
    assert not any(s.meta.get("reasoning") or "instruction" in s.truth for s in run.samples())


@pytest.mark.parametrize(
    ("share", "expected"),
    [(0.02, 20), (0.1, 100), (0.3, 300), (0.4, 400), (0.5, 500), (0.7, 700), (0.9, 900), (0.0, 0), (1.0, 1000)],
)
def test_the_share_for_review_is_exact_per_stratum_and_a_function_of_the_index(share: float, expected: int) -> None:
    for stratum in ("table", "chart"):
        assert sum(chosen(stratum, i, share, "review") for i in range(1000)) == expected
    if share == 0.1:
        blocks = Counter(i // 10 for i in range(1000) if chosen("table", i, share, "review"))
        assert set(blocks.values()) == {1}
