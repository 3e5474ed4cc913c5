"""Claims about the leak and disclosure gates and about counting overlaps."""

from __future__ import annotations

from statistics import mean

import pytest

from mmrecipes.recipes.llava.gates import disclosed, leak, overlap


@pytest.mark.parametrize(
    "text",
    ["at [0.125, 0.25, 0.5, 0.75].", "near (0.1,0.2,0.3,0.4)", "[ .1, .2, .3, 1 ]", "(1, 0.25, 0.5, 0.75)",
     "as the caption says", "the Captions agree", "its bounding box is wide", "two bounding-boxes",
     "by its coordinates",
     "at (0.45, 0.30)", "according to the notes", "as mentioned in the description", "the descriptions mention rain",
     "though I cannot see the image", "I can't actually view the picture", "as an AI I only read",
     "in the provided description", "the given text says", "captioned so"],
)  # fmt: skip
def test_what_only_a_reader_of_the_notes_would_write_is_a_leak(text: str) -> None:
    assert leak(f"The dog is there, {text}")


@pytest.mark.parametrize(
    "text",
    ["the captain looks out", "a boxer is bound for the ring", "in 1999, 2000, 2001, 2002", "players (1, 2, 3, 4)",
     "coordinated outfits", "a description of the town", "they provided food", "between 0.5 and 0.75",
     "(0.5 m, 0.75 m)", "the notes of the song", "as an aid",
     "a note says hello", ""],
)  # fmt: skip
def test_ordinary_words_and_numbers_are_none(text: str) -> None:
    assert leak(text) == ""


def test_a_naive_search_for_the_letters_would_reject_a_captain() -> None:
    assert "capt" in "the captain" and leak("the captain") == ""


def test_classes_in_a_question_are_counted_once_with_plurals_and_synonyms() -> None:
    classes = ["dog", "couch", "traffic light", "person"]
    assert disclosed("Why do the dogs and the dog lie on a sofa?", classes) == ["dog", "couch"]
    assert disclosed("What might happen to somebody here?", classes) == []
    assert disclosed("Is the dog house near the traffic lights?", classes) == ["traffic light"]


def test_overlap_is_the_part_of_content_words_that_captions_have() -> None:
    assert overlap("What is the red dog doing?", ["A red dog sleeps."]) == pytest.approx(2 / 3)
    assert overlap("", ["A dog."]) == 0.0


def test_complex_questions_share_fewer_words_with_captions_than_questions_of_dialogues(scenes, write) -> None:
    shares = {
        kind: mean(write(s).kept.scores["caption_overlap"] for s in scenes(kind, 30)) for kind in ("conversation",
        "complex")
    }  # fmt: skip
    assert shares["complex"] < shares["conversation"] - 0.1
