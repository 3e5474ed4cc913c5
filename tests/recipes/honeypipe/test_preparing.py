"""Claims about preparing: whatever turns come, user and assistant take turns afterwards and no picture is lost."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from mmrecipes.core.sample import Message, Part, Sample, assistant, user
from mmrecipes.flow.step import Drop
from mmrecipes.recipes.honeypipe.preparing import prepare
from mmrecipes.recipes.honeypipe.turns import exchanges, keeping
from mmrecipes_tests.recipes.honeypipe.desk import picture, row, texts


def prepared(sample: Sample) -> Sample:
    result = prepare(sample)
    assert isinstance(result, Sample), result
    return result


def reason(sample: Sample) -> str:
    result = prepare(sample)
    assert isinstance(result, Drop)
    return result.reason


def talk(*turns: tuple[str, str]) -> Sample:
    return row().having(images=(), messages=tuple(Message(role, (Part(text=text),)) for role, text in turns))  # type: ignore[arg-type]


def test_neighbouring_turns_of_one_speaker_become_one() -> None:
    made = prepared(talk(("user", "What?"), ("user", "And where?"), ("assistant", "A cat."), ("assistant", "Left.")))
    assert texts(made) == ["What?\n\nAnd where?", "A cat.\n\nLeft."]
    assert made.meta["repaired"] == ["merged_turns"]


def test_an_exchange_without_question_or_answer_is_left_out_and_its_picture_moves_on() -> None:
    image = picture()
    sample = row().having(
        images=(image,), messages=(user(image, "What is it?"), assistant("  "), user("What colour?"), assistant("Red."))
    )
    made = prepared(sample)
    assert texts(made) == ["What colour?", "Red."]
    assert [p.image for p in made.messages[0].parts] == [image.sha256, None]
    assert made.meta["repaired"] == ["empty_turns"]


def test_an_answer_before_the_first_question_and_a_question_after_the_last_answer_go() -> None:
    made = prepared(talk(("assistant", "Hello!"), ("user", "What?"), ("assistant", "A cat."), ("user", "Thanks")))
    assert texts(made) == ["What?", "A cat."]


def test_pictures_that_no_turn_shows_come_before_the_first_question() -> None:
    image, other = picture(10), picture(200)
    made = prepared(row().having(images=(image, other), messages=(user(other, "What?"), assistant("A cat."))))
    assert [p.image for p in made.messages[0].parts] == [image.sha256, other.sha256, None]
    assert made.meta["repaired"] == ["unshown_images"]


def test_texts_are_normalised_and_the_given_ones_kept() -> None:
    written = "Wie groß ist das Cafe\u0301\u200b?\r\nSag es."
    made = prepared(row(written, "5 m"))
    assert texts(made)[0] == "Wie groß ist das Café?\nSag es."
    assert made.draft["given"][0]["parts"][1]["text"] == written
    assert made.language == "de"


def test_what_is_no_conversation_is_dropped_with_its_reason() -> None:
    assert reason(talk(("user", "What?"))) == "no_exchange"
    assert reason(talk(("tool", "{}"), ("user", "What?"), ("assistant", "A cat."))) == "unsupported_role"
    image = picture()
    assert reason(row().having(images=(image,), messages=(user("Draw"), assistant(image)))) == "image_in_answer"


def test_a_clean_row_is_not_repaired() -> None:
    made = prepared(
        row("What is it?", "A cat.", "Where?", "Left.", head=(Message("system", (Part(text="Be kind."),)),))
    )
    assert "repaired" not in made.meta and made.meta["pair_id"] == made.id
    assert [m.role for m in made.messages] == ["system", "user", "assistant", "user", "assistant"]


PICTURES = [picture(20 * i) for i in range(3)]
TURN = st.tuples(
    st.sampled_from(["user", "assistant", "user", "assistant", "system"]),
    st.lists(st.one_of(st.sampled_from(["", " ", "What?", "A cat."]), st.sampled_from(PICTURES)), max_size=3),
)


@settings(max_examples=200)
@given(st.lists(TURN, max_size=7))
def test_any_turns_are_made_to_alternate_or_dropped_and_every_picture_stays(turns: list) -> None:
    messages = tuple((user if r == "user" else assistant)(*parts) for r, parts in turns if r != "system")
    result = prepare(row().having(images=tuple(PICTURES), messages=messages))
    if isinstance(result, Drop):
        assert result.reason in ("no_exchange", "image_in_answer")
        return
    assert all(one.question.text.strip() or one.question.parts for one in exchanges(result))
    shown = [p.image for m in result.messages for p in m.parts if p.image]
    assert {im.sha256 for im in PICTURES} == set(shown)
    assert len(result.draft["given"]) == len(result.messages)


@given(st.lists(st.booleans(), min_size=1, max_size=6))
def test_leaving_turns_out_keeps_the_pictures_that_a_later_turn_may_be_about(kept: list[bool]) -> None:
    parts = [x for i in range(len(kept)) for x in (f"Question {i}?", f"Answer {i}.")]
    many = exchanges(prepared(row(*parts)))
    numbers = [i for i, keep in enumerate(kept) if keep]
    left = keeping(many, numbers)
    assert [one.answer.text for one in left] == [f"Answer {i}." for i in numbers]
    if left:
        assert left[0].question.parts[0].image == many[0].question.parts[0].image
