"""Claims about triage: what bypasses, that it comes out as it came in, and that heuristics never add reasoning."""

from __future__ import annotations

from typing import Any

import pytest

from mmrecipes.core.boxes import quad_of
from mmrecipes.core.sample import Message, Part, Region, Sample
from mmrecipes.recipes.honeypipe.triage import bypassing
from mmrecipes_tests.recipes.honeypipe.desk import FINE, Desk, desk, enriched, row, texts

ODD = "Read\u200b the cafe\u0301\r\n sign."
"""A text that preparing would change."""


@pytest.mark.parametrize(
    ("meta", "why"),
    [
        ({"task_family": "OCR transcription"}, "family:ocr_transcription"),
        ({"task_family": "grounding"}, "family:grounding"),
        ({"task_family": "detection"}, "family:detection"),
        ({"task_family": "region"}, "family:region"),
        ({"task_family": "counting-with-boxes"}, "family:counting_with_boxes"),
        ({"task_family": "caption"}, "family:caption"),
        ({"domain": "OCR"}, "domain:OCR"),
        ({"domain": "Caption"}, "domain:Caption"),
        ({"task_family": "counting", "domain": "Grounding&Counting"}, ""),
        ({}, ""),
    ],
)
def test_families_and_domains_without_reasoning_bypass(meta: dict[str, str], why: str) -> None:
    assert bypassing(row("How many cats?", "3", **meta)) == why


@pytest.mark.parametrize(
    "answer",
    ["[12, 30, 45, 88]", "At (0.1, 0.25, 0.5, 0.75).", "<box>12 30 45 88</box>",
     "<|box_start|>(1,2),(3,4)<|box_end|>", '{"bbox_2d": [1, 2, 3, 4]}', "<loc0123><loc0456>", "cat <12><34><56><78>"],
)  # fmt: skip
def test_places_in_an_answer_take_a_sample_out_of_enrichment(answer: str) -> None:
    assert bypassing(row("Where is the cat?", answer, reasoning="both")) == "heuristic:location_in_answer"


@pytest.mark.parametrize(
    "answer", ["3", "The bar [see legend] is 12.", "(a) 2019", "Between 1, 2 and 3.", "x < 12 > y"]
)
def test_answers_without_places_stay(answer: str) -> None:
    assert bypassing(row("Where is the cat?", answer)) == ""


@pytest.mark.parametrize(
    "question",
    ["Transcribe the sign.", "Please read out the text in this picture.", "Extract all text.", "提取图中的文字。",
     "Convert the table to HTML.", "Write down the words on the label."],
)  # fmt: skip
def test_requests_to_transcribe_take_a_sample_out_of_enrichment(question: str) -> None:
    assert bypassing(row(question, "STOP")) == "heuristic:transcription"


@pytest.mark.parametrize(
    "answer",
    [
        "<table><tr><td>1</td></tr></table>",
        "\\begin{tabular}{ll}\na & b",
        '["<thead>", "<tr>"]',
        "```html\n<div>a</div>",
    ],
)
def test_answers_in_markup_are_transcriptions_whatever_the_question_says(answer: str) -> None:
    assert bypassing(row("Show the structure.", answer)) == "heuristic:markup_answer"


def test_questions_about_texts_are_no_transcription() -> None:
    assert bypassing(row("Which text is longer, and why?", "The first.")) == ""
    assert bypassing(row("What does the sign tell drivers to do?", "Stop.")) == ""


def test_regions_take_a_sample_out_of_enrichment() -> None:
    sample = row("How many?", "3")
    region = Region(sample.images[0].sha256, "cat", quad_of((1, 2, 3, 4)))
    assert bypassing(sample.having(regions=(region,))) == "heuristic:regions"


def test_no_heuristic_adds_reasoning_to_a_source_that_is_to_be_skipped() -> None:
    sample = row("Prove step by step that a is larger than b.", "It is.", reasoning="skip")
    made = enriched(sample, models=Desk(lambda asked: pytest.fail("a skipped source asks no model"))).kept[0]
    assert made.meta["cot"] == "bypass"


@pytest.mark.parametrize("meta", [{"reasoning": "skip"}, {"domain": "Caption"}, {"task_family": "grounding"}])
def test_what_bypasses_comes_out_byte_for_byte_as_it_went_in(meta: dict[str, Any]) -> None:
    head = (Message("system", (Part(text="Be\r\nbrief."),)),)
    sample = row(ODD, "STOP\u00ad ", "And e\u0301 the colour? Answer with one word.", "Red", head=head, **meta)
    models = desk(filter=FINE)
    made = enriched(sample, models=models).kept[0]
    assert made.messages == sample.messages and made.images == sample.images
    assert made.truth == sample.truth and made.truth_source == "annotated"
    assert {role for role, _ in models.calls} <= {"filter"}


def test_a_skipped_source_makes_no_call_at_all() -> None:
    models = desk()
    assert enriched(row("How many?", "3", reasoning="skip"), models=models).kept and not models.calls


def test_a_bypassing_sample_is_still_filtered_and_cut_to_the_given_words() -> None:
    bad = '{"answerable": true, "related": false, "reason": "no"}'
    models = desk(filter=[bad, FINE])
    sample = row("How many bars?", "3", ODD, "STOP\u00ad", domain="OCR")
    made = enriched(sample, models=models).kept[0]
    assert texts(made) == [ODD, "STOP\u00ad"]


def test_rules_apply_to_skipped_sources_too() -> None:
    sample: Sample = row("How many?", "How many?", reasoning="skip")
    assert enriched(sample, models=desk()).reasons() == {"echo": 1}
