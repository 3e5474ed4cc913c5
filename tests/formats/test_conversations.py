from __future__ import annotations

import pytest
from hypothesis import given

from mmrecipes.core.sample import Alternative, Message, Part, Sample, assistant, user
from mmrecipes.formats.conversations import (
    Capability,
    placed_text,
    rejected_texts,
    with_one_system_turn,
    without_system_turns,
)
from mmrecipes.formats.pieces import pieces_of
from mmrecipes_tests.formats.conversing import chats, records
from mmrecipes_tests.store.samples import picture

A, B = picture(1), picture(2)


@given(chats())
def test_pieces_hold_every_turn_once_in_order_and_show_an_image_only_from_their_first_user_turn(sample: Sample) -> None:
    pieces = pieces_of(sample)
    system = [m for m in sample.messages if m.role == "system"]
    turns = [m for p in pieces for m in p.messages[len(system) :]]
    assert turns == [m for m in sample.messages if m.role != "system"]
    assert all(list(p.messages[: len(system)]) == system for p in pieces)
    for piece in pieces[1:]:
        assert any(p.image for p in piece.messages[len(system)].parts)
    for piece in pieces:
        later = piece.messages[len(system) + 1 :]
        assert not any(p.image for m in later for p in m.parts)
        if len(pieces) > 1:
            assert {im.sha256 for im in piece.images} == {p.image for m in piece.messages for p in m.parts if p.image}
    assert [p.alternatives for p in pieces[:-1]] == [()] * (len(pieces) - 1)
    assert pieces[-1].alternatives == sample.alternatives


@given(records())
def test_a_record_is_cut_by_picture_and_loses_no_region(record: Sample) -> None:
    pieces = pieces_of(record)
    assert sorted(r.ref for p in pieces for r in p.regions) == sorted(r.ref for r in record.regions)
    assert len(pieces) == max(1, len({r.ref for r in record.regions}))


def test_what_is_whole_stays_as_it_is() -> None:
    whole = Sample(id="s", images=(A,), messages=(user(A, "?"), assistant("x"), user("!"), assistant("y")))
    assert pieces_of(whole) == (whole,)


def test_an_answer_that_shows_an_image_starts_no_piece() -> None:
    drawn = Sample(id="s", images=(A, B), messages=(user(A, "?"), assistant(B), user(B, "!"), assistant("y")))
    assert [len(p.messages) for p in pieces_of(drawn)] == [2, 2]


def test_images_stand_in_the_text_where_they_are_shown() -> None:
    message = user("a", A, "b", "c", B, B)
    assert placed_text(message) == "a<image>b c<image><image>"
    assert placed_text(user("x <image> y", A)) == "x <\u200bimage> y<image>"


def test_system_turns_are_joined_or_folded_into_the_first_text() -> None:
    system = [Message("system", (Part(text=t),)) for t in ("S", "T")]
    sample = Sample(id="s", messages=(*system, user(A, "Q"), assistant("x")))
    assert [m.text for m in with_one_system_turn(sample)] == ["S\nT", "Q", "x"]
    assert [m.text for m in without_system_turns(sample)] == ["S\nT\nQ", "x"]
    only_image = sample.having(messages=(*system, user(A), assistant("x")))
    assert without_system_turns(only_image)[0].parts == (Part(image=A.sha256), Part(text="S\nT"))


def test_a_format_says_what_it_cannot_hold() -> None:
    one = Capability(several_images=False, system_turn=False)
    two = Sample(id="s", images=(A, B), messages=(user(A, B), assistant("x")))
    assert one.losses(two) == (["several_images"], []) and Capability().losses(two) == ([], [])
    again = two.having(messages=(user(A, A), assistant("x")))
    assert one.losses(again) == ([], ["image_shown_again"])
    system = again.having(messages=(Message("system", (Part(text="S <bbox>"),)), user("a"), assistant("x")))
    assert one.losses(system) == ([], ["system_turn", "reserved_token"])
    assert Capability().losses(system) == ([], ["reserved_token"])


ANSWER = assistant("good")


@pytest.mark.parametrize(
    ("alternatives", "texts", "problem"),
    [
        ((), (), "no_rejected_answer"),
        ((Alternative("preferred", (assistant("best"),)),), (), "no_rejected_answer"),
        ((Alternative("rejected", (ANSWER,)),), (), "rejected_equals_chosen"),
        ((Alternative("rejected", (assistant(A),)),), (), "answer_is_not_one_text"),
        ((Alternative("rejected", (assistant("a"), user("b"))),), (), "answer_is_not_one_text"),
        ((Alternative("negative", (assistant("bad"),)), Alternative("rejected", (ANSWER,))), ("bad",), ""),
        ((Alternative("x", (assistant("bad"),)), Alternative("y", (assistant("worse"),))), ("bad", "worse"), ""),
    ],
)
def test_answers_worse_than_the_last_make_pairs_when_they_differ(
    alternatives: tuple[Alternative, ...], texts: tuple[str, ...], problem: str
) -> None:
    sample = Sample(id="s", images=(A,), messages=(user("?"), ANSWER), alternatives=alternatives)
    assert rejected_texts(sample) == (texts, problem)
