"""Claims about part A on single samples: retries, drops, provenance, the finished conversation."""

from __future__ import annotations

import json
from collections import Counter
from itertools import count

import pytest
from PIL import Image

from mmrecipes.core.errors import InputError
from mmrecipes.core.image import FileRange
from mmrecipes.models.call import Choice
from mmrecipes.recipes.llava import recipe
from mmrecipes.recipes.llava.looking import Look
from mmrecipes.recipes.llava.prompts import IN_DETAIL
from mmrecipes.recipes.llava.standin import STAND_IN_FAULTS

KINDS = ("conversation", "detail", "complex")
PAIR = "Question:\nWhy?\n===\nAnswer:\nSo."


@pytest.mark.parametrize("kind", KINDS)
def test_a_sample_is_a_conversation_about_its_picture_with_its_provenance(scenes, write, kind: str) -> None:
    sample = write(scenes(kind, 1)[0]).kept
    assert sample.draft == {}
    assert [m.role for m in sample.messages] == ["user", "assistant"] * (len(sample.messages) // 2)
    shown = [p.image for m in sample.messages for p in m.parts if p.image]
    assert shown == [sample.images[0].sha256]
    assert sample.messages[0].parts[0].image
    meta = sample.meta
    assert (meta["method"], meta["attempt"], meta["asked_again"]) == ("llava", 1, 0)
    assert meta["teacher"] == "chat:stand-in"
    assert meta["context"] == ("captions" if kind == "conversation" else "captions+boxes")
    assert meta["n_captions"] == 5
    assert len(meta["few_shot"]) == (2 if kind == "conversation" else 3)
    assert set(meta["checks"]) == {"leak", "grounding"} | ({"disclosure"} if kind == "complex" else set())
    assert sample.truth_source == "engine"
    json.dumps([dict(sample.meta), dict(sample.truth), dict(sample.scores)])


def test_dialogues_are_written_from_captions_alone_unless_boxes_are_asked_for(scenes, write) -> None:
    (sample,) = scenes("conversation", 1)
    assert ": [0." not in write(sample).calls[0].call.messages[-1].text
    outcome = write(sample, conversation_context="captions+boxes")
    assert ": [0." in outcome.calls[0].call.messages[-1].text
    assert outcome.kept.meta["context"] == "captions+boxes"


def test_no_pixels_are_ever_sent(scenes, write) -> None:
    for kind in KINDS:
        call = write(scenes(kind, 1)[0]).calls[0].call
        assert call.images == ()
        assert all(p.image is None for m in call.messages for p in m.parts)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [("missing_separator", "unparsable"), ("empty", "unparsable"), ("truncated", "truncated"),
     ("leaked_coordinates", "leak"), ("caption_word", "leak"), ("wrong_count", "ungrounded"),
     ("wrong_side", "ungrounded"), ("disclosing_question", "discloses")],
)  # fmt: skip
def test_every_fault_of_the_teacher_is_caught(scenes, write, fault: str, reason: str) -> None:
    caught = Counter()
    for sample in scenes("complex", 12):
        outcome = write(sample, faults={fault: 1.0})
        clean = write(sample)
        if outcome.calls[0].call.name and answer(outcome) == answer(clean):
            continue  # the scene has nothing for the fault to strike
        caught[outcome.drop.reason if outcome.drop else "kept"] += 1
    assert set(caught) == {reason}
    assert sum(caught.values()) >= 5


def answer(outcome) -> str:
    said = recipe.stand_in(outcome.calls[0])
    return said.text if isinstance(said, Choice) else said


def test_every_fault_that_can_be_set_is_tried_here_or_cut_off_quietly() -> None:
    tried = {"missing_separator", "empty", "truncated", "leaked_coordinates", "caption_word", "wrong_count",
    "wrong_side",
             "disclosing_question"}  # fmt: skip
    assert set(STAND_IN_FAULTS) - tried == {"trailing_question"}


def test_a_trailing_question_is_cut_off_and_counted(scenes, write) -> None:
    (sample,) = scenes("conversation", 1)
    whole, cut = write(sample).kept, write(sample, faults={"trailing_question": 1.0}).kept
    assert [m.text for m in cut.messages] == [m.text for m in whole.messages]
    assert (whole.meta["blocks_cut"], cut.meta["blocks_cut"]) == (0, 1)


def test_an_unreadable_reply_is_asked_again_with_what_was_wrong(scenes, write) -> None:
    replies = iter(["just words", PAIR])
    outcome = write(scenes("complex", 1)[0], answering=lambda asked: next(replies))
    assert outcome.kept.meta["asked_again"] == 1
    assert outcome.kept.meta["attempt"] == 1
    assert "three equals signs" in outcome.calls[1].call.messages[-1].text


def test_a_reply_that_fails_a_check_is_written_afresh_and_the_last_reason_stands(scenes, write) -> None:
    numbers = count()
    outcome = write(
        scenes("complex", 1)[0], answering=lambda asked: f"{PAIR} By the caption." if next(numbers) < 2 else PAIR
    )
    assert outcome.kept.meta["attempt"] == 3
    assert [c.attempt for c in outcome.calls] == [0, 1, 2]
    assert len({len(c.call.messages) for c in outcome.calls}) == 1
    never = write(scenes("complex", 1)[0], answering=lambda asked: f"{PAIR} By the caption.", max_attempts=2)
    assert (never.drop.reason, len(never.calls)) == ("leak", 2)


def test_a_greedy_teacher_is_asked_once_since_it_would_repeat_itself(scenes, write) -> None:
    outcome = write(scenes("complex", 1)[0], answering=lambda a: f"{PAIR} By the caption.", temperature=0)
    assert (outcome.drop.reason, len(outcome.calls)) == ("leak", 1)


def test_requests_for_descriptions_take_turns(scenes, write) -> None:
    asked = Counter(write(s).kept.messages[0].text for s in scenes("detail", len(IN_DETAIL)))
    assert set(asked.values()) == {1}


def test_the_picture_stands_first_or_at_random(scenes, write) -> None:
    first = [
        write(s, image_position="random").kept.messages[0].parts[0].image is not None for s in scenes("detail", 24)
    ]
    assert 4 < sum(first) < 20


def test_a_picture_without_captions_and_boxes_is_not_asked_about(records, write) -> None:
    source = recipe.source(recipe.Params(), records([{"image": "a.png", "captions": ["  "], "boxes": []}]))
    for kind in KINDS:
        outcome = write(source.sample(kind, 0))
        assert (outcome.drop.reason, outcome.calls) == ("no_context", [])


def test_a_huge_caption_is_not_paid_for(records, write) -> None:
    source = recipe.source(recipe.Params(), records([{"image": "a.png", "captions": ["word " * 100_000]}]))
    outcome = write(source.sample("conversation", 0))
    assert (outcome.drop.reason, outcome.calls) == ("huge_context", [])


def test_half_characters_never_reach_the_teacher_or_the_dataset(records, write) -> None:
    box = '{"name": "\\ud83d", "xyxy": [0, 0, 9, 9]}'
    row = f'{{"image": "a.png", "captions": ["\\ud83d half", "A dog."], "boxes": [{box}]}}'
    inputs = records([{"image": "a.png", "captions": ["A."]}, row])
    sample = recipe.source(recipe.Params(shares={"detail": 1.0}), inputs)
    for i in range(2):
        json.dumps(write(sample.sample("detail", i)).calls[0].call.messages[-1].text.encode().decode())


def test_boxes_alone_serve_descriptions_but_not_dialogues(records, write) -> None:
    rows = records([{"image": "a.png", "boxes": [{"name": "dog", "xyxy": [10, 10, 60, 60]}]}])
    source = recipe.source(recipe.Params(), rows)
    assert write(source.sample("conversation", 0)).drop.reason == "no_context"
    assert write(source.sample("detail", 0)).kept.meta["context"] == "boxes"
    captions = recipe.source(recipe.Params(), records([{"image": "a.png", "caption": "Two dogs."}]))
    assert write(captions.sample("complex", 0)).kept.meta["checks"]["grounding"] == "not_checked"


def test_bytes_of_a_picture_stay_in_their_file_unless_it_had_to_be_turned(records, tmp_path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (40, 20), "grey").save(tmp_path / "turned.jpg", exif=exif)
    source = recipe.source(
        recipe.Params(part="captions"), records([{"image": n, "caption": "A."} for n in ("a.png", "turned.jpg")])
    )
    plain, turned = (Look(True)(source.sample("captions", i)).images[0] for i in range(2))
    assert isinstance(plain.source, FileRange)
    assert plain.data == (tmp_path / "a.png").read_bytes()
    assert isinstance(turned.source, bytes)
    assert turned.size == (20, 40)


@pytest.mark.parametrize(("name", "data", "reason"), [("broken.dat", b"\x89PNG no", "corrupt_image"),
                                                      ("empty.dat", b"", "empty_image"),
                                                      ("gone.dat", None, "missing_image"),
                                                      ("../up.dat", None, "unsafe_path")])  # fmt: skip
def test_a_picture_that_cannot_be_opened_ends_before_the_call(records, write, tmp_path, name, data, reason) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    source = recipe.source(recipe.Params(), records([{"image": name, "captions": ["Two dogs on a rug."]}]))
    outcome = write(source.sample("conversation", 0))
    assert (outcome.drop.reason, outcome.calls) == (reason, [])


def test_pixels_that_are_said_to_be_normalised_stop_the_run_before_it_begins(records) -> None:
    box = {"name": "dog", "xyxy": [10, 10, 60, 60], "normalised": True}
    with pytest.raises(InputError, match="in pixels"):
        recipe.source(recipe.Params(), records([{"image": "a.png", "captions": ["x"], "boxes": [box]}]))


def test_parts_that_are_said_to_be_pixels_stop_the_run_before_it_begins(records) -> None:
    box = {"name": "dog", "xyxy": [0.1, 0.25, 0.5, 1]}
    with pytest.raises(InputError, match=r"record 0.*normalised"):
        recipe.source(recipe.Params(), records([{"image": "a.png", "captions": ["x"], "boxes": [box]}]))
    one_pixel = {"name": "dog", "xyxy": [0, 0, 1, 1]}
    assert recipe.source(recipe.Params(), records([{"image": "a.png", "boxes": [one_pixel]}])).origin.size() == 1


def test_normalised_boxes_and_pixels_give_the_same_context(records, write) -> None:
    pixel = {"name": "dog", "xyxy": [20, 10, 100, 60]}
    parts = {"name": "dog", "xyxy": [0.1, 0.1, 0.5, 0.6], "normalised": True}
    source = recipe.source(
        recipe.Params(), records([{"image": f"{i}.png", "boxes": [b]} for i, b in enumerate((pixel, parts))])
    )
    asked = {write(source.sample("detail", i)).calls[0].call.messages[-1].text for i in range(2)}
    rows = [source.origin.row(i) for i in range(2)]
    assert rows[0].draft["annotations"] != rows[1].draft["annotations"]
    assert asked == {"dog: [0.100, 0.100, 0.500, 0.600]"}


def test_grounding_is_checked_only_where_boxes_are_exhaustive(records, write) -> None:
    rows = records([{"image": "a.png", "boxes": [{"name": "dog", "xyxy": [10, 10, 60, 60]}]}])
    source = recipe.source(recipe.Params(), rows)
    lie = lambda asked: "There are five dogs in the picture."  # noqa: E731
    assert write(source.sample("detail", 0), answering=lie).drop.reason == "ungrounded"
    kept = write(source.sample("detail", 0), answering=lie, exhaustive=False).kept
    assert kept.meta["checks"]["grounding"] == "not_checked"


def test_a_class_with_an_unusable_box_is_not_counted(records, write) -> None:
    boxes = [{"name": "dog", "xyxy": [10, 10, 60, 60]}, {"name": "dog", "xyxy": [300, 10, 400, 60]},
             {"name": "cat", "xyxy": [80, 10, 90, 60]}]  # fmt: skip
    source = recipe.source(recipe.Params(), records([{"image": "a.png", "boxes": boxes}]))
    kept = write(source.sample("detail", 0), answering=lambda a: "There are five dogs.").kept
    assert kept.meta["annotations_dropped"] == {"outside_image": 1}
    assert write(source.sample("detail", 0), answering=lambda a: "There are five cats.").drop.reason == "ungrounded"
