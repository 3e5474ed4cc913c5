"""Claims about ratings by rule: right where texts tell, None where they do not, and no model is needed."""

from __future__ import annotations

from pathlib import Path

import pytest

from mmrecipes.flow.pipeline import Pipeline
from mmrecipes.flow.run import RunRequest, execute
from mmrecipes.recipes.catalogue import load
from mmrecipes.recipes.finevision.rating import AXES
from mmrecipes.recipes.finevision.rule_rating import RateByRule, formatting, relevance, visual_dependency
from mmrecipes.recipes.finevision.turns import Turn
from mmrecipes.store.dataset import read_samples
from mmrecipes_tests.recipes.finevision.desk import run, talk

OPTIONS = "Which is it?\nA. a cat\nB. a dog"


@pytest.mark.parametrize(
    ("question", "answer", "rating"),
    [
        ("How many dogs are there?", "Three.", 5), ("How many dogs are there?", "3 dogs", 5),
        ("How many dogs are there?", "They are brown.", 2), ("How many dogs are there?", "None.", 5),
        ("Is it red?", "Yes, it is.", 5), ("Is it red?", "Red.", None),
        ("Is it red or blue?", "Red.", None), (OPTIONS, "B", 5), (OPTIONS, "B. a dog", 5), (OPTIONS, "a cat", 5),
        (OPTIONS, "A horse.", None), ("Describe it.", "I'm sorry, but I cannot help with that.", 1),
        ("Describe it.", "A red boat.", None),
    ],
)  # fmt: skip
def test_an_answer_is_relevant_when_it_is_of_the_kind_that_is_wanted(question: str, answer: str, rating: int) -> None:
    assert relevance(Turn(question, answer)) == rating


@pytest.mark.parametrize(
    ("question", "answer", "rating"),
    [
        ("What?", "A boat (red).", 5), ("What?", "A boat (red.", 4), ("What?", "```py\nx = [1\n", 3),
        ("Steps?", "1) wash 2) dry", 5), ("Which?\nA. cat\nB. Cat", "A", 4),
        ("What?", "a red boat lies here " * 9, 4),
    ],
)  # fmt: skip
def test_formatting_loses_a_level_for_every_fault(question: str, answer: str, rating: int) -> None:
    assert formatting(Turn(question, answer)) == rating


@pytest.mark.parametrize(
    ("question", "answer", "rating"),
    [
        ("What colour is the red ball?", "Red.", 1), ("Is the ball red?", "No.", 3), ("What is it?", "A ball.", None),
        ("Is it a ball or a cube?", "A cube.", None), (OPTIONS, "a cat", None),
    ],
)  # fmt: skip
def test_a_picture_is_not_needed_where_the_question_gives_the_answer(question: str, answer: str, rating: int) -> None:
    assert visual_dependency(Turn(question, answer)) == rating


def test_a_row_rated_by_rule_says_so_and_has_one_rating_per_turn() -> None:
    row = run(Pipeline(RateByRule()), talk("How many?", "3", "Why?", "Nobody knows.")).only
    assert row.meta["raters"] == {"relevance": "rule", "formatting": "rule"}
    assert row.scores["relevance_ratings"] == [5, None] and row.scores["relevance_min"] == 5
    assert row.scores["image_correspondence_ratings"] == [None, None]
    alone = run(Pipeline(RateByRule()), talk("Is 3 more than 2?", "Yes.", images=0)).only
    assert alone.scores["visual_dependency_ratings"] == [None]


def test_a_run_with_rules_asks_no_model_and_is_no_rehearsal(tmp_path: Path) -> None:
    execute(RunRequest(load("finevision"), tmp_path / "r", 6, {}, {"raters": "rule"}))
    made = list(read_samples(tmp_path / "r"))
    assert made and not any(s.stand_in for s in made)
    assert all(set(s.meta["provenance"]["raters"].values()) <= {"rule"} for s in made)
    assert all(len(s.scores[f"{axis}_ratings"]) == len(s.messages) // 2 for s in made for axis in AXES)
