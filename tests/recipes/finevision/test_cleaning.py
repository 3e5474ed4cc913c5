"""Claims about cleaning and grouping: pictures, texts, turns, rows of one picture."""

from __future__ import annotations

import io
import unicodedata
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Pil

from mmrecipes.canvas.encode import encode
from mmrecipes.core.image import Image, image_from_bytes
from mmrecipes.core.sample import Sample, assistant, user
from mmrecipes.flow.pipeline import Pipeline
from mmrecipes.recipes.finevision.conversation import convert
from mmrecipes.recipes.finevision.grouping import CutTurns, joined_rows, picture_key
from mmrecipes.recipes.finevision.picture_cleaning import CleanPictures
from mmrecipes.recipes.finevision.text_cleaning import CleanTexts, tokens
from mmrecipes.recipes.finevision.text_repair import lettered, repaired
from mmrecipes.recipes.finevision.turns import turns_of
from mmrecipes_tests.recipes.finevision.desk import Outcome, picture, record, region, run, talk

# --- pictures ---


def shown(image: Image, max_side: int = 2048, min_side: int = 28, **fields: Any) -> Outcome:
    row = record(messages=(user(image, "What?"), assistant("A box.")), **fields).having(images=(image,))
    return run(Pipeline(convert, CleanPictures(max_side, min_side)), row)


@pytest.mark.parametrize(
    ("size", "expected"),
    [((400, 100), (200, 50)), ((100, 400), (50, 200)), ((200, 200), (200, 200)), ((60, 40), (60, 40))],
)
def test_pictures_are_only_ever_shrunk_and_keep_their_shape(size: Any, expected: Any) -> None:
    row = shown(picture(1, size), max_side=200).only
    assert row.images[0].size == expected
    assert row.meta.get("cleaning", []) == (["resize:200"] if size != expected else [])
    assert [p.image for p in row.messages[0].parts if p.image] == [row.images[0].sha256]


def test_the_regions_of_a_shrunk_picture_shrink_along() -> None:
    image = picture(1, (400, 100))
    row = shown(image, max_side=200, regions=(region("a", 40, 20, 400, 100, ref=image.sha256),)).only
    assert row.regions[0].quad == ((20, 10), (200, 10), (200, 50), (20, 50))
    assert row.regions[0].ref == row.images[0].sha256


def test_a_row_with_a_picture_below_the_least_side_is_dropped() -> None:
    assert shown(picture(1, (27, 300))).why == "small_picture"
    assert shown(picture(1, (28, 300))).only


def test_pictures_are_counted_by_their_pixels_not_by_their_bytes() -> None:
    image = picture(3)
    buffer = io.BytesIO()
    Pil.fromarray(image.decode()).save(buffer, "PNG", compress_level=0)
    again, other = image_from_bytes(buffer.getvalue()), picture(4)
    assert again.sha256 != image.sha256
    digests = [shown(im).only.meta["image_sha"] for im in (image, again, other)]
    assert digests[0] == digests[1] != digests[2]


@pytest.mark.parametrize("mode", ["RGBA", "CMYK", "I;16", "P", "GIF"])
def test_foreign_pictures_become_upright_rgb_and_are_not_blackened(mode: str) -> None:
    grey = np.tile(np.linspace(60, 250, 64), (48, 1))
    pixels = np.dstack([grey] * 3).astype(np.uint8)
    made = Pil.fromarray((grey * 257).astype(np.uint16)) if mode == "I;16" else Pil.fromarray(pixels)
    if mode in ("RGBA", "CMYK"):
        made = made.convert(mode)
    elif mode == "P":
        made = made.quantize(256)
    buffer = io.BytesIO()
    made.save(buffer, {"CMYK": "TIFF", "GIF": "GIF"}.get(mode, "PNG"))
    decoded = shown(image_from_bytes(buffer.getvalue())).only.images[0].decode()
    assert decoded.shape == (48, 64, 3)
    assert np.abs(decoded.astype(int) - pixels).mean() < 12


# --- texts ---


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("cafe\u0301", "café"), ("a\x00b\x07c", "abc"), ("cafÃ© for â‚¬5 â€œnowâ€\x9d", "café for €5 “now”"),
        ("ÃƒÂ©", "é"), ("two   blanks \nline", "two blanks\nline"), ("a\n\n\n\nb", "a\n\nb"),
        ("What?????", "What?"), ("wait......", "wait..."), ("so...", "so..."), ("<image>\nWhat?", "What?"),
        ("<|im_start|>Hi<|im_end|>", "Hi"), ("[INST] Hi [/INST]", "Hi"), ("See <image 2>.", "See image 2."),
        ("<im<image>age>Hi", "Hi"), ("1.  A\n2.  B", "1. A\n2. B"), ("  - a\n    - b", "- a\n    - b"),
        ("👩‍👩‍👧 漢字 かな 한국어 ไทย", "👩‍👩‍👧 漢字 かな 한국어 ไทย"), ("SÃO Â já", "SÃO Â já"),
        ("a <b>c</b> <tag>", "a <b>c</b> <tag>"),
        ("x[::-1] a::b 1,000 --- 2..3", "x[::-1] a::b 1,000 --- 2..3"),
        ("```py\nif x:   # <image>\n    y = '!!!!'\n```", "```py\nif x:   # <image>\n    y = '!!!!'\n```"),
    ],
)  # fmt: skip
def test_a_text_is_repaired_and_what_is_meant_stays(text: str, clean: str) -> None:
    assert repaired(text) == clean


PIECES = st.sampled_from(
    ["<image>", "<im", "age>", "  ", "\n\n\n", "!!!", "....", "Ã", "©", "â€", "œ", "€", "```", "[INST]", "(A) x\n",
     "B) y\n", "\x00", "e\u0301", "👩‍👧", "漢", "1.  A", "\u00a0\u00a0", "Â", "</s>", "<image 1>", "ðŸ", "\r\n", "??",
     "<|end|>"]
)  # fmt: skip
MESSY = st.lists(PIECES | st.text(max_size=4), max_size=14).map("".join)


@settings(max_examples=400)
@given(MESSY, st.booleans())
def test_repairing_twice_changes_nothing_more(text: str, keep_form: bool) -> None:
    once = repaired(text, keep_form)
    assert repaired(once, keep_form) == once


@settings(max_examples=300)
@given(MESSY, MESSY, st.booleans())
def test_cleaning_a_clean_row_changes_nothing(asked: str, said: str, verbatim: bool) -> None:
    clean = CleanTexts(8192, "drop")
    row = record(images=0, messages=(user(asked), assistant(said))).drafting(verbatim=verbatim)
    once = clean(row)
    if isinstance(once, Sample):
        again = clean(once)
        assert isinstance(again, Sample)
        assert again.messages == once.messages and again.meta == once.meta


@settings(max_examples=200)
@given(st.text(st.characters(categories=["L", "N"], exclude_characters="ÂÃâð"), max_size=40))
def test_letters_and_digits_of_every_script_survive(text: str) -> None:
    assert repaired(text) == unicodedata.normalize("NFC", text)


def test_options_are_written_one_way_in_questions_and_answers() -> None:
    asked = "Which one?\n(A) a cat\n(B) a dog\n(C) an owl"
    row = run(Pipeline(CleanTexts(8192, "drop")), talk(asked, "(B)", "And now?\nA) up\nB) down", "B) down")).only
    assert turns_of(row) == [
        ("Which one?\nA. a cat\nB. a dog\nC. an owl", "B"), ("And now?\nA. up\nB. down", "B. down"),
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["A: Hello\nB: Hello yourself", "(a) one\n(b) two", "(B) x\n(A) y", "(A) only one"])
def test_what_is_no_list_of_options_is_left_alone(text: str) -> None:
    assert lettered(text) == text


def cleaned(*texts: str, tokens: int = 8192, over_long: Any = "drop", **fields: Any) -> Outcome:
    return run(Pipeline(CleanTexts(tokens, over_long)), talk(*texts, **fields))


def test_turns_that_teach_nothing_go_and_the_picture_stays_with_the_others() -> None:
    texts = ["<image>", "A box.", "What is it?", "what is it", "Colour?", "Red.", "Colour?", "Red.", "Size?", " "]
    row = cleaned(*texts).only
    assert turns_of(row) == [("Colour?", "Red.")]
    assert [p.image for p in row.messages[0].parts if p.image] == [picture(0).sha256]
    assert row.meta["cleaning"] == ["echo_turn:1", "empty_turn:2", "repaired_text:1", "repeated_turn:1"]


def test_a_row_without_any_turn_left_is_dropped_and_says_why() -> None:
    outcome = cleaned("Hm?", "hm", "", "Yes.")
    assert outcome.why == "no_turns" and outcome.dropped[0][1] == "echo_turn 1, empty_turn 1"


def test_a_turn_that_is_too_long_is_dropped_or_its_answer_cut() -> None:
    long = "word " * 400
    assert turns_of(cleaned("Tell.", long, "Colour?", "Red.", tokens=100).only) == [("Colour?", "Red.")]
    kept = turns_of(cleaned("Tell.", long, tokens=100, over_long="cut").only)[0]
    assert long.startswith(kept.assistant) and kept.assistant.endswith("word")
    assert 98 <= tokens(kept.user) + tokens(kept.assistant) <= 100
    assert cleaned(long, "Yes.", tokens=100, over_long="cut").why == "no_turns"


def test_tokens_are_a_quarter_of_the_characters_and_one_each_without_blanks() -> None:
    assert (tokens(""), tokens("abcd" * 10), tokens("漢字漢字"), tokens("漢字 abcd")) == (0, 10, 4, 4)


BODY = "\\begin{tabular}{ll}\n  a   &  b \\\\\n\n\n\n\\end{tabular}"


@pytest.mark.parametrize(
    ("annotation", "columns", "answer"),
    [
        ({"kind": "markup", "language": "latex", "block": "plain"}, {"target": BODY}, BODY),
        ({"kind": "text"}, {"text": ["Soup ........ 4.50", "OPEN!!!"]}, "Soup ........ 4.50\nOPEN!!!"),
        ({"kind": "key_values"}, {"values": {"Code": "(A)   ???"}}, "(A)   ???"),
    ],
)
def test_answers_that_are_data_are_not_tidied(annotation: Any, columns: Any, answer: str) -> None:
    steps = Pipeline(convert, CleanPictures(2048, 28), CleanTexts(8192, "drop"))
    assert turns_of(run(steps, record(annotation, meta=columns)).only)[0].assistant == answer


# --- grouping ---


def placed(number: int, *texts: str, **fields: Any) -> Sample:
    return talk(*texts, **fields).having(id=f"finevision/pool/{number:06d}")


def test_rows_of_one_picture_share_a_key_and_talks_sources_and_texts_do_not() -> None:
    a, b = placed(0, "A?", "1"), placed(1, "B?", "2")
    assert picture_key(a) == picture_key(b)
    apart = [placed(2, "A?", "1", "B?", "2"), a.having(source="other"), placed(3, "A?", "1", images=0),
             placed(4, "A?", "1", images=2)]  # fmt: skip
    assert len({picture_key(s) for s in (a, *apart)}) == 5


def test_joined_rows_are_one_row_with_the_turns_of_all_in_order() -> None:
    members = (placed(0, "A?", "1"), placed(1, "B?", "2").having(regions=(region("x", 0, 0, 9, 9),)))
    row = joined_rows(members)
    assert isinstance(row, Sample) and turns_of(row) == [("A?", "1"), ("B?", "2")]
    assert row.meta["rows"] == [m.id for m in members] and len(row.images) == len(row.regions) == 1


def test_a_row_of_too_many_turns_is_cut_and_every_piece_has_the_picture() -> None:
    texts = [t for i in range(7) for t in (f"Q{i}?", f"{i}")]
    outcome = run(Pipeline(CutTurns(3)), talk(*texts))
    assert [len(turns_of(row)) for row in outcome.kept] == [3, 3, 1]
    assert [t for row in outcome.kept for t in turns_of(row)] == turns_of(talk(*texts))
    assert all(row.messages[0].parts[0].image for row in outcome.kept)


def test_equal_pixels_in_another_shape_are_another_picture() -> None:
    flat = np.zeros((40, 60, 3), np.uint8)
    wide, high = encode(flat), encode(flat.transpose(1, 0, 2).copy())
    assert shown(wide).only.meta["image_sha"] != shown(high).only.meta["image_sha"]
