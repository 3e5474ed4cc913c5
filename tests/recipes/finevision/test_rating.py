"""Claims about ratings and the filter: one per turn and axis, what each rater sees, None where nothing is known."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmrecipes.core.sample import Alternative, Sample, assistant, user
from mmrecipes.flow.pipeline import Pipeline
from mmrecipes.models.standin import StandInCall
from mmrecipes.recipes.finevision.filtering import FilterTurns, Thresholds
from mmrecipes.recipes.finevision.prompts import RUBRICS
from mmrecipes.recipes.finevision.rating import AXES, Rate, least, ratings_of, with_ratings
from mmrecipes.recipes.finevision.turns import turns_of
from mmrecipes_tests.recipes.finevision.desk import Desk, Outcome, picture, rated, run, score, talk

ALL = Pipeline(*(Rate(axis) for axis in AXES))
THREE = ("How many?", "Three.", "What colour?", "Red.", "Why?", "Nobody knows.")


def block(text: str, label: str) -> str:
    found = re.search(rf"<({label}-[0-9a-f]{{12}})>\n(.*?)\n</\1>", text, re.DOTALL)
    return found[2] if found else ""


def rate(sample: Sample, answering: Any) -> tuple[Sample, Desk]:
    desk = Desk(answering)
    return run(ALL, sample, models=desk).only, desk


# --- what raters see ---


def test_only_the_rater_of_correspondence_sees_the_picture() -> None:
    _, desk = rate(talk(*THREE), lambda asked: score(5))
    assert {role for role, call in desk.calls if call.images} == {"image_rater"}
    for axis in ("relevance", "formatting", "visual_dependency"):
        calls = desk.named(axis)
        assert len(calls) == 3 and not any(call.images for call in calls)
        assert not any(p.image for call in calls for m in call.messages for p in m.parts)
    seeing = desk.named("image_correspondence")
    assert len(seeing) == 3 and all([im.sha256 for im in call.images] == [picture(0).sha256] for call in seeing)
    assert all(call.sampling.temperature == 0 for _, call in desk.calls)


def test_correspondence_has_up_to_two_turns_before_and_the_other_axes_have_none() -> None:
    texts = [t for i in range(4) for t in (f"Question {i}?", f"Answer {i}.")]
    _, desk = rate(talk(*texts), lambda asked: score(5))
    words = ["\n".join(m.text for m in call.messages) for call in desk.named("image_correspondence")]
    named = [sorted(set(re.findall(r"Question (\d)\?", w))) for w in words]
    assert named == [["0"], ["0", "1"], ["0", "1", "2"], ["1", "2", "3"]]
    assert all(block(w, "question") == f"Question {i}?" for i, w in enumerate(words))
    for axis in ("relevance", "formatting", "visual_dependency"):
        words = ["\n".join(m.text for m in call.messages) for call in desk.named(axis)]
        assert [re.findall(r"Question (\d)\?", w) for w in words] == [[str(i)] for i in range(4)]


def test_a_row_without_pictures_is_not_sent_where_pictures_count() -> None:
    row, desk = rate(talk(*THREE, images=0), lambda asked: score(4))
    assert {call.name for _, call in desk.calls} == {"judge/relevance", "judge/formatting"}
    for axis in ("visual_dependency", "image_correspondence"):
        assert row.scores[f"{axis}_ratings"] == [None, None, None] and row.scores[f"{axis}_min"] is None


def test_the_axes_are_asked_apart_and_kept_apart() -> None:
    given = {"relevance": 1, "formatting": 2, "visual_dependency": 3, "image_correspondence": 4}
    row, _ = rate(talk(*THREE), lambda asked: score(given[asked.call.name.partition("/")[2]]))
    assert {axis: ratings_of(row, axis) for axis in AXES} == {axis: [value] * 3 for axis, value in given.items()}


def test_every_rubric_anchors_five_levels_of_its_own() -> None:
    anchors = [re.findall(r"^(\d): (.+)$", RUBRICS[axis].question, re.MULTILINE) for axis in AXES]
    assert all([level for level, _ in one] == list("12345") for one in anchors)
    assert len({text for one in anchors for _, text in one}) == 20


def test_every_turn_has_its_own_rating_and_the_least_one_is_the_rows() -> None:
    given = {"How many?": 5, "What colour?": 2, "Why?": 4}
    row, _ = rate(talk(*THREE), lambda asked: score(given[block(asked.call.messages[0].text, "question")]))
    for axis in AXES:
        assert row.scores[f"{axis}_ratings"] == [5, 2, 4] and row.scores[f"{axis}_min"] == 2
    assert row.meta["rating_reasons"] == {axis: ["because"] * 3 for axis in AXES}
    assert set(row.meta["raters"]) == set(AXES)


# --- what a rating is ---


@pytest.mark.parametrize(
    "bad",
    ["four", "{}", score(7), score(0), score(4.5), score("high"), score(True), '{"score": 4', score(None)],
)
def test_a_malformed_rating_is_asked_for_once_more_and_then_is_none(bad: str) -> None:
    def answer(asked: StandInCall) -> str:
        return bad if block(asked.call.messages[0].text, "question") == "What colour?" else score(4)

    row, desk = rate(talk(*THREE), answer)
    for axis in AXES:
        assert row.scores[f"{axis}_ratings"] == [4, None, 4] and row.scores[f"{axis}_min"] == 4
        assert len(desk.named(axis)) == 4


def test_a_retry_that_is_well_formed_counts() -> None:
    row, _ = rate(talk(*THREE), lambda asked: score(3) if len(asked.call.messages) > 1 else "well")
    assert all(ratings_of(row, axis) == [3, 3, 3] for axis in AXES)


def test_a_row_on_which_nothing_was_rated_has_no_least_rating_and_is_kept() -> None:
    row, _ = rate(talk(*THREE), lambda asked: "no")
    assert all(row.scores[f"{axis}_min"] is None for axis in AXES)
    assert row.meta["raters"] == {}


def test_the_least_rating_ignores_none() -> None:
    assert (least([5, None, 2]), least([None, None]), least([])) == (2, None, None)


@pytest.mark.parametrize("ratings", [[5], [5, 5, 5, 5], [5, 0, 5], [5, 6, 5]])
def test_ratings_that_are_not_one_per_turn_in_range_are_refused(ratings: Any) -> None:
    with pytest.raises(ValueError, match="relevance"):
        with_ratings(talk(*THREE), "relevance", ratings)


# --- the filter ---


def filtered(sample: Sample, **thresholds: Any) -> Outcome:
    return run(Pipeline(FilterTurns(Thresholds(**thresholds))), sample)


def test_a_low_turn_goes_alone_and_the_picture_order_and_lengths_stay() -> None:
    row = filtered(rated(talk(*THREE), relevance=[2, 5, 4], formatting=[3, 1, None]), relevance=3).only
    assert turns_of(row) == turns_of(talk(*THREE))[1:]
    assert row.scores["relevance_ratings"] == [5, 4] and row.scores["relevance_min"] == 4
    assert row.scores["formatting_ratings"] == [1, None] and row.scores["formatting_min"] == 1
    assert [p.image for p in row.messages[0].parts if p.image] == [picture(0).sha256]
    assert row.meta["filtered_turns"] == {"relevance": 1}


def test_a_turn_without_a_rating_stays_unless_strict() -> None:
    row = rated(talk(*THREE), image_correspondence=[None, 5, None])
    assert len(turns_of(filtered(row, image_correspondence=5).only)) == 3
    assert turns_of(filtered(row, strict=True).only) == [("What colour?", "Red.")]


def test_strict_asks_of_a_text_only_row_what_it_can_have() -> None:
    row = rated(talk(*THREE, images=0), visual_dependency=[None] * 3, image_correspondence=[None] * 3)
    assert len(turns_of(filtered(row, strict=True, visual_dependency=5).only)) == 3


def test_a_row_without_turns_left_is_dropped_with_the_axes_that_did_it() -> None:
    outcome = filtered(
        rated(talk("A?", "B", "C?", "D"), relevance=[1, 5], formatting=[5, 2]), relevance=2, formatting=3
    )
    assert outcome.why == "no_turns_left" and outcome.dropped[0][1] == "relevance 1, formatting 1"


def test_rejected_answers_leave_with_the_turn_they_belong_to() -> None:
    row = rated(talk(*THREE), relevance=[5, 5, 1])
    row = row.having(alternatives=(Alternative("rejected", (user("Why?"), assistant("No."))),))
    assert filtered(row, relevance=2).only.alternatives == ()
    assert len(filtered(row, relevance=1, formatting=2).only.alternatives) == 1


RATING = st.none() | st.integers(1, 5)


@given(st.lists(st.tuples(RATING, RATING, RATING, RATING), min_size=1, max_size=6), st.integers(1, 5), st.booleans())
def test_filtering_is_a_choice_of_turns_and_one_is_the_identity(given_: Any, limit: int, strict: bool) -> None:
    texts = [t for i in range(len(given_)) for t in (f"Q{i}?", f"A{i}")]
    row = rated(_TALKS.setdefault(len(given_), talk(*texts)), **{a: [g[k] for g in given_] for k, a in enumerate(AXES)})
    result = FilterTurns(Thresholds(relevance=limit, image_correspondence=limit, strict=strict))(row)
    assert (AXES[0], AXES[3]) == ("relevance", "image_correspondence")
    expected = [
        i for i, one in enumerate(given_)
        if all(r is not None or not strict for r in one)
        and all(one[k] is None or one[k] >= limit for k in (0, 3))
    ]  # fmt: skip
    if not expected:
        assert not isinstance(result, Sample)
        return
    assert isinstance(result, Sample)
    assert turns_of(result) == [(f"Q{i}?", f"A{i}") for i in expected]
    for k, axis in enumerate(AXES):
        assert ratings_of(result, axis) == [given_[i][k] for i in expected]
    if limit == 1 and not strict:
        assert result is row
    assert json.dumps(dict(result.scores))


_TALKS: dict[int, Sample] = {}
