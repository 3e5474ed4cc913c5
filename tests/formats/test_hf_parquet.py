"""Tables whatever their columns are called: what is taken for what, and that it can be changed."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from mmrecipes.core.errors import UsageError
from mmrecipes.formats.hf_parquet import hf_shape
from mmrecipes.formats.reader import recognised
from mmrecipes_tests.formats.tables import IMAGE, STRINGS, cell, opened, parquet, read, reason_of, said
from mmrecipes_tests.store.samples import picture

A, B, C = picture(1, (40, 20)), picture(2, (20, 40), "JPEG"), picture(3)
HASH = f"#{A.sha256}"


def one(tmp_path: Path, row: dict[str, Any], types: dict[str, pa.DataType] | None = None, **settings: str) -> Any:
    (sample,) = read(parquet(tmp_path / "t.parquet", [row], **(types or {})), "hf", **settings)
    return sample


def test_a_question_with_its_answer(tmp_path: Path) -> None:
    row = {
        "image": cell(A),
        "question": "What?",
        "answer": "A dog",
        "id": 7,
        "license": "CC0",
        "when": datetime.date(2024, 5, 1),
        "nothing": None,
    }
    sample = one(tmp_path, row, {"image": IMAGE, "nothing": pa.string()})
    assert said(sample.messages) == [("user", [HASH, "What?"]), ("assistant", ["A dog"])]
    assert (sample.id, sample.licence, sample.truth) == ("7", "CC0", {"answer": "A dog"})
    assert sample.meta == {"when": "2024-05-01"} and sample.truth_source == "annotated"


@pytest.mark.parametrize(
    ("answer", "letter"), [(1, "B"), ("B", "B"), ("(b).", "B"), ("two", "B"), ("one", "A"), (0, "A")]
)
def test_choices_are_lettered_and_the_answer_is_the_letter(tmp_path: Path, answer: Any, letter: str) -> None:
    sample = one(tmp_path, {"image": cell(A), "question": "How many?", "choices": ["one", "two"], "answer": answer})
    assert said(sample.messages) == [("user", [HASH, "How many?\nA. one\nB. two"]), ("assistant", [letter])]
    assert sample.truth == {"choices": ["one", "two"], "answer": answer}


@pytest.mark.parametrize("answer", [2, -1, "C", "three", "", None])
def test_an_answer_that_is_no_choice_cannot_be_used(tmp_path: Path, answer: Any) -> None:
    row = {"image": cell(A), "question": "How many?", "choices": ["one", "two"], "answer": answer}
    types = {} if answer is not None else {"answer": pa.string()}
    assert reason_of(opened(parquet(tmp_path / "t.parquet", [row], **types)), 0) == "bad_choice"


def test_of_several_answers_the_most_frequent_is_said_and_all_are_kept(tmp_path: Path) -> None:
    sample = one(tmp_path, {"image": cell(A), "question": "Q", "answers": ["a", "b", "b", "a"]})
    assert sample.messages[1].text == "a" and sample.truth == {"answers": ["a", "b", "b", "a"]}
    votes = [
        {"answer": "x", "confidence": "no"},
        {"answer": "y", "confidence": "yes"},
        {"answer": "y", "confidence": ""},
    ]
    sample = one(tmp_path, {"image": cell(A), "question": "Q", "answers": votes})
    assert sample.messages[1].text == "y" and sample.truth == {"answers": votes}


def test_a_caption_answers_its_image_without_an_invented_request(tmp_path: Path) -> None:
    sample = one(tmp_path, {"image": cell(A), "text": "A dog runs."})
    assert said(sample.messages) == [("user", [HASH]), ("assistant", ["A dog runs."])]
    sample = one(tmp_path, {"image": cell(A), "captions": ["One.", "Two."]})
    assert sample.messages[1].text == "One." and sample.truth == {"captions": ["One.", "Two."]}


def test_conversations_with_placeholders_and_as_json_text(tmp_path: Path) -> None:
    turns = [{"from": "human", "value": "First <image> then\n<image>"}, {"from": "gpt", "value": "ok"}]
    row = {"image": [cell(A), cell(B)], "conversations": turns, "data_source": "x"}
    expected = [("user", ["First ", HASH, " then\n", f"#{B.sha256}"]), ("assistant", ["ok"])]
    assert said(one(tmp_path, row).messages) == expected
    text = '[{"from": "human", "value": "First <image> then\\n<image>"}, {"from": "gpt", "value": "ok"}]'
    sample = one(tmp_path, {**row, "conversations": text})
    assert said(sample.messages) == expected and sample.meta == {"data_source": "x"}


def test_images_alone_are_records(tmp_path: Path) -> None:
    sample = one(tmp_path, {"photo": cell(A), "label": 3})
    assert (sample.kind, sample.messages, sample.images, sample.meta) == ("record", (), (A,), {"label": 3})


def test_numbered_columns_are_one_list_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    row = {"image_10": cell(C), "image_2": None, "image_1": cell(A), "question": "Q", "answer": "x"}
    sample = one(tmp_path, row, {c: IMAGE for c in row if c.startswith("image")})
    assert said(sample.messages)[0] == ("user", [HASH, f"#{C.sha256}", "Q"])


@pytest.mark.parametrize("spelt", ["['red', 'blue']", '["red", "blue"]', " ['red', \"blue\"]\n"])
def test_choices_may_be_a_text_that_spells_a_list(tmp_path: Path, spelt: str) -> None:
    sample = one(tmp_path, {"image": cell(A), "question": "Which?", "options": spelt, "answer": "B"})
    assert said(sample.messages) == [("user", [HASH, "Which?\nA. red\nB. blue"]), ("assistant", ["B"])]
    assert sample.truth["choices"] == ["red", "blue"] and sample.meta == {}


@pytest.mark.parametrize("text", ["red or blue", "[red, blue]", "[['a'], 'b']", "[" * 5000, "__import__('os')"])
def test_choices_that_spell_no_list_are_kept_in_meta(tmp_path: Path, text: str) -> None:
    path = parquet(tmp_path / "t.parquet", [{"image": cell(A), "question": "Q", "options": text, "answer": "B"}])
    rows = opened(path, "hf")
    assert said(rows.sample(0).messages) == [("user", [HASH, "Q"]), ("assistant", ["B"])]
    assert rows.sample(0).meta == {"options": text} and "meta where the text is no list" in rows.becomes["options"]  # type: ignore[attr-defined]


def test_marks_are_the_places_of_numbered_images_in_question_and_choices(tmp_path: Path) -> None:
    row = {"image_1": cell(A), "image_2": cell(B), "image_3": cell(C), "image_4": None, "answer": "A"}
    images = {f"image_{n}": IMAGE for n in range(1, 5)}
    marked = {**row, "question": "Is <image 2> or\n<image 1>?", "options": "['<image 2>', 'no']"}
    b, c = f"#{B.sha256}", f"#{C.sha256}"
    expected = [c, "Is ", b, " or\n", HASH, "?\nA. ", b, "\nB. no"]
    assert said(one(tmp_path, marked, images).messages)[0] == ("user", expected)
    path = parquet(tmp_path / "u.parquet", [{**row, "question": "Is <image 4> it?"}], **images)
    assert reason_of(opened(path, "hf"), 0) == "placeholder_mismatch"


@pytest.mark.parametrize("column", ["image_path", "file_name", "screenshot"])
def test_a_column_whose_cells_name_picture_files_holds_the_images(tmp_path: Path, column: str) -> None:
    (tmp_path / "im").mkdir()
    (tmp_path / "im/a.JPG").write_bytes(A.data)
    shown = {"id": "a.jpg", "web": "http://x/a.jpg", column: "im/a.JPG"}
    (image,) = one(tmp_path, {**shown, "question": "Q", "answer": "x"}).images
    assert image.sha256 == A.sha256
    sample = one(tmp_path, {**shown, "caption": "A dog."})
    assert said(sample.messages) == [("user", [HASH]), ("assistant", ["A dog."])]
    assert sample.meta == {"web": "http://x/a.jpg"} and recognised(tmp_path / "t.parquet")[0][0].name == "hf"


def test_what_no_column_is_known_for_is_a_remark_with_the_remedy(tmp_path: Path) -> None:
    (text,) = opened(parquet(tmp_path / "t.parquet", [{"question": "Q", "answer": "x"}]), "hf").remarks
    (image,) = opened(parquet(tmp_path / "i.parquet", [{"image": cell(A), "said": "x"}]), "hf").remarks
    assert "--read image=COLUMN" in text and "--read question=COLUMN" in image


def test_a_second_column_of_images_becomes_extras_and_other_bytes_are_named(tmp_path: Path) -> None:
    row = {"image": cell(A), "question": "Q", "answer": "x", "mask": cell(B), "raw": b"\0"}
    rows = opened(parquet(tmp_path / "t.parquet", [row]), "hf")
    (extra,) = rows.sample(0).extras
    assert (extra.name, extra.image) == ("mask", B)
    assert rows.sample(0).meta == {}
    assert rows.remarks == ("column raw holds bytes and is left out",)


def test_raw_bytes_and_an_image_shown_twice(tmp_path: Path) -> None:
    sample = one(tmp_path, {"image": [A.data, A.data], "question": "Same <image><image>?", "answer": "yes"})
    assert sample.images == (A,)
    assert said(sample.messages)[0] == ("user", ["Same ", HASH, HASH, "?"])


def test_columns_can_be_named_and_a_wrong_name_is_refused_with_what_there_is(tmp_path: Path) -> None:
    row = {
        "image": cell(A),
        "photo": cell(B),
        "question": "no",
        "prompt_text": "yes?",
        "gold": "right",
        "answer": "wrong",
    }
    sample = one(tmp_path, row, image="photo", question="prompt_text", answer="gold")
    assert said(sample.messages) == [("user", [f"#{B.sha256}", "yes?"]), ("assistant", ["right"])]
    assert sample.meta == {"question": "no", "answer": "wrong"} and sample.extras[0].name == "image"
    with pytest.raises(UsageError, match="no column nope; columns are image, photo"):
        one(tmp_path, row, question="nope")
    with pytest.raises(UsageError, match="reader hf has no option ask"):
        one(tmp_path, row, ask="question")
    sample = one(tmp_path, {**row, "caption": "c"}, caption="caption")
    assert said(sample.messages) == [("user", [HASH]), ("assistant", ["c"])]


def test_text_without_images_is_no_caption_and_no_columns_is_an_error_with_the_remedy(tmp_path: Path) -> None:
    path = parquet(tmp_path / "t.parquet", [{"text": "a", "n": 1}])
    assert recognised(path) == []
    with pytest.raises(UsageError, match=r"columns are text, n\. Name them, for example question=COLUMN"):
        opened(path, "hf")
    assert hf_shape({"image_id": pa.int64(), "image": pa.int64(), "text": pa.string()}, {}) is None
    sample = one(tmp_path, {"question": "2 + 2?", "answer": 4})
    assert said(sample.messages) == [("user", ["2 + 2?"]), ("assistant", ["4"])]


def test_rows_that_cannot_be_used_have_a_reason(tmp_path: Path) -> None:
    turns = pa.list_(pa.struct([("from", pa.string()), ("value", pa.string())]))
    shown = {"from": "human", "value": "<image> q"}
    cells: list[tuple[Any, list[Any]]] = [
        (cell(A), [shown, {"from": "narrator", "value": "x"}]),
        (cell(A), [{"from": "human", "value": "<image><image>"}]),
        (None, [shown]),
        (cell(A), []),
        (cell(A), [{"from": "human", "value": None}]),
        (cell(A), [{"from": "gpt", "value": "no user"}]),
    ]
    rows = [{"image": image, "conversations": said} for image, said in cells]
    table = opened(parquet(tmp_path / "t.parquet", rows, image=IMAGE, conversations=turns))
    assert [reason_of(table, i) for i in range(len(rows))] == [
        "unknown_role",
        "placeholder_mismatch",
        "placeholder_mismatch",
        "no_turns",
        "bad_turns",
        "no_user_turn",
    ]
    pairs = [
        {"image": cell(A), "question": q, "answer": a} for q, a in (("", "x"), (None, "x"), ("q", None), ("q", " "))
    ]
    table = opened(parquet(tmp_path / "p.parquet", pairs))
    assert [reason_of(table, i) for i in range(4)] == ["no_question", "no_question", "no_answer", "no_answer"]
    lists = [{"image": cell(A), "question": "q", "answers": a} for a in ([], ["", None])]
    table = opened(parquet(tmp_path / "l.parquet", lists, answers=STRINGS))
    assert [reason_of(table, i) for i in range(2)] == ["no_answer"] * 2


def test_a_row_of_fifty_megabytes_of_text_is_a_row(tmp_path: Path) -> None:
    long = "x" * 50_000_000
    rows = [{"question": "short", "answer": "a"}, {"question": long, "answer": "b"}]
    assert [len(s.messages[0].text) for s in read(parquet(tmp_path / "t.parquet", rows))] == [5, len(long)]
