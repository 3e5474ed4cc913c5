"""Claims about the companion stages: constraints are checked from the reply, and reasoning ends in the answer."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

import mmrecipes
from mmrecipes.core.sample import Sample
from mmrecipes.flow.step import StepContext
from mmrecipes.recipes.qianfan_vl.recipe import Params
from mmrecipes.recipes.qianfan_vl.verification.answers import expected_answers
from mmrecipes.recipes.qianfan_vl.verification.gates import companions
from mmrecipes.recipes.qianfan_vl.verification.instruction_checks import violations
from mmrecipes.recipes.qianfan_vl.verification.instructions import ComplexInstruction, answer, compose
from mmrecipes.recipes.qianfan_vl.verification.reasoning import LongReasoning
from mmrecipes.recipes.qianfan_vl.verification.records import Records, records_of
from mmrecipes.steps.agreement import agrees
from mmrecipes.steps.reasoning import Thought, parted
from mmrecipes.steps.review import chosen

FIELDS = ("Name", "Cost", "Change (%)")
PRINTED = [(f"Item {k}", f"€{k * 37 % 101 * 100:,}", f"({k}.5)" if k % 3 else f"{k * 1000:,}.5") for k in range(1, 12)]
EUROPEAN = str.maketrans(",.", ".,")
ARABIC = str.maketrans("0123456789,.", "٠١٢٣٤٥٦٧٨٩٬٫")


def records(form: int) -> Records:
    """The same records as English, Chinese, German and Arabic print them."""
    table = (None, None, EUROPEAN, ARABIC)[form]
    rows = [(name, *(t.translate(table) if table else t for t in numbers)) for name, *numbers in PRINTED]
    return Records(
        FIELDS, [dict(zip(FIELDS, row, strict=True)) for row in rows], language=("en", "zh", "de", "ar")[form],
        decimal=("." , ".", ",", "٫")[form],
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(60))
def test_a_composed_answer_keeps_every_constraint_and_every_single_fault_is_named(seed: int) -> None:
    whole = records(seed % 4)
    found = compose(whole, random.Random(seed))
    assert found is not None
    (wanted, prompt, _), rows = found, whole.rows
    reply = answer(whole, wanted)
    assert violations(rows, wanted, reply) == [] and all(f in prompt for f in wanted["fields"])
    assert all(text in prompt for text in (wanted["above"][1], wanted["order"][0], str(wanted["most"])))
    said = json.loads(reply) if wanted["form"] == "json" else [
        dict(zip(wanted["fields"], line.split(" | "), strict=True)) for line in reply.split("\n")
    ]  # fmt: skip

    def written(rows: list[dict[str, str]]) -> str:
        return json.dumps(rows) if wanted["form"] == "json" else "\n".join(" | ".join(r.values()) for r in rows)

    def wrong(said: list[dict[str, str]]) -> str:
        return " ".join(violations(rows, wanted, written(said)))

    assert "quantity" in wrong(said[:-1])
    assert "no row" in wrong([{**said[0], wanted["fields"][0]: "made up"}, *said[1:]])
    if len(said) > 1:
        assert "order" in wrong(said[::-1])
    longer = answer(whole, {**wanted, "most": len(said) + 1})
    assert longer == reply or "quantity" in " ".join(violations(rows, wanted, longer))
    assert violations(rows, wanted, f"Here you are: {reply}")
    over, limit = wanted["above"]
    below = {f: next(r for r in rows if r[over] == limit)[f] for f in wanted["fields"]}
    assert "condition" in wrong([below, *said[1:]])


def test_the_same_records_have_the_same_answer_however_numbers_are_printed() -> None:
    for seed in range(20):
        answers = []
        for form in range(4):
            found = compose(records(form), random.Random(seed))
            assert found is not None
            reply = answer(records(form), {**found[0], "fields": ["Name"]})
            answers.append(reply)
        assert len(set(answers)) == 1


@pytest.mark.parametrize(
    "costs", [["5"] * 6, ["1", "2", "3", "4", "5", "-"], ["900", "950", "1.2k", "1.3k", "1.4k", "2k"]]
)
def test_records_without_an_order_offer_no_instruction(costs: Sequence[str]) -> None:
    rows = [{"Name": f"Item {k}", "Cost": cost} for k, cost in enumerate(costs)]
    assert compose(Records(("Name", "Cost"), rows), random.Random(1)) is None


def instructed(samples: Sequence[Sample]) -> list[Sample]:
    step = ComplexInstruction(1.0)
    made = [step(s, StepContext(7, s.id, step.name)) for s in samples]
    return [s for s in made if isinstance(s, Sample) and s.meta["turn_kind"] == "complex_instruction"]


def test_instructions_over_real_pictures_are_answered_from_what_is_printed_there(samples: list[Sample]) -> None:
    asked = instructed(samples)
    assert {s.task for s in asked} == {"table", "chart", "document"}
    for s in asked:
        reply, wanted = s.messages[1].text, s.truth["instruction"]
        assert violations(s.truth["records"], wanted, reply) == []
        printed = {" ".join(r.text.split()) for r in s.regions if r.label != "word"}
        assert all(" ".join(v.split()) in printed for r in s.truth["records"] for v in r.values()), s.id
        (expected,) = expected_answers(s)
        assert agrees(expected, reply) and agrees(expected, reply[: len(reply) // 2]) is False
        assert agrees(expected, re.sub(r"\w(?=\W*\Z)", lambda m: "7" if m[0] != "7" else "8", reply)) is False
        assert [p.image for p in s.messages[0].parts if p.image] == [image.sha256 for image in s.images]


def test_pictures_in_chinese_are_asked_about_in_chinese_and_german_numbers_are_read_as_german(tmp_path: Path) -> None:
    params = {"tasks": {"table": 2, "chart": 1}, "languages": {"zh": 1, "de": 1}, "complex_instructions": 1.0}
    run = mmrecipes.run("qianfan-vl", out=tmp_path / "r", n=36, workers=1, params=params)
    asked = [s for s in run.samples() if "instruction" in s.truth]
    assert {(s.task, s.language) for s in asked} == {(t, x) for t in ("table", "chart") for x in ("zh", "de")}
    for s in asked:
        prompt, wanted = s.messages[0].text, s.truth["instruction"]
        # bars, slices and points are always named, and nothing is ordered by their names
        assert s.task == "table" or wanted["fields"][0] not in (wanted["above"][0], wanted["order"][0])
        assert ("。" in prompt) is (s.language == "zh") and "{" not in prompt
        assert wanted["decimal"] == ("," if s.language == "de" else ".")
        assert violations(s.truth["records"], wanted, s.messages[1].text) == []


def test_tables_in_documents_are_read_and_asked_about_as_their_language_prints_them(samples: list[Sample]) -> None:
    grouped = 0
    for page in (s for s in samples if s.task == "document" and records_of(s)):
        (table,) = page.truth["tables"]
        cells = [c if c["r"] == 0 else {**c, "text": c["text"].translate(EUROPEAN)} for c in table["cells"]]
        german = page.having(language="de", truth={**page.truth, "tables": [{**table, "cells": cells}]})
        ours, theirs = records_of(page), records_of(german)
        assert ours is not None and theirs is not None and ours.numeric() == theirs.numeric()
        for field in ours.numeric():
            numbers = [ours.number(row, field) for row in ours.rows]
            assert numbers == [theirs.number(row, field) for row in theirs.rows]
            grouped += any("," in row[field] for row in ours.rows)
        for chinese in instructed([page.having(language="zh")]):
            prompt = chinese.messages[0].text
            assert "。" in prompt and "row" not in prompt and "{" not in prompt
    assert grouped


def test_charts_whose_marks_have_to_be_estimated_and_documents_with_several_tables_offer_no_records(
    samples: list[Sample],
) -> None:
    shown = next(s for s in samples if s.task == "chart" and records_of(s))
    summary = json.loads(json.dumps(shown.truth["summary"]))
    summary["panels"][0]["series"][-1]["points"][-1]["label"] = None
    assert records_of(shown.having(truth={**shown.truth, "summary": summary})) is None
    page = next(s for s in samples if s.task == "document" and records_of(s))
    assert records_of(page.having(truth={**page.truth, "tables": page.truth["tables"] * 2})) is None
    cells = [{**c, "cs": 2} if c["r"] == 1 and c["c"] == 0 else c for c in page.truth["tables"][0]["cells"]]
    assert (
        records_of(page.having(truth={**page.truth, "tables": [{**page.truth["tables"][0], "cells": cells}]})) is None
    )


def test_reasoning_is_the_computed_steps_and_the_answer_stands_behind_the_tags(samples: list[Sample]) -> None:
    made = [(s, LongReasoning(1.0)(s)) for s in samples]
    found = [(before, s) for before, s in made if isinstance(s, Sample) and s.meta.get("reasoning") == "engine"]
    assert {s.task for _, s in found} == {"table", "chart", "mathematics"}
    for before, s in found:
        replies, old = ([m.text for m in x.messages if m.role == "assistant"] for x in (s, before))
        styles = s.meta.get("styles", ["steps"])
        for style, reply, steps, expected in zip(styles, replies, old, expected_answers(s), strict=True):
            thought = parted(reply)
            assert isinstance(thought, Thought) is (style == "steps")
            if isinstance(thought, Thought):
                assert agrees(expected, thought.answer) and thought.reasoning == steps.strip() != thought.answer


def test_companion_stages_are_off_unless_asked_for(samples: list[Sample]) -> None:
    params = Params.model_validate({})
    assert not companions(params.complex_instructions, params.long_reasoning, params.solutions).steps
    assert not any(s.meta.get("reasoning") or "instruction" in s.truth for s in samples)


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
