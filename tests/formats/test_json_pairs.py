"""Claims about JSON rows of a picture with question and answer, or a caption."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmrecipes.core.errors import InputError, UsageError
from mmrecipes.core.sample import assistant, user
from mmrecipes.formats.convert import convert
from mmrecipes.formats.inspection import inspect
from mmrecipes.formats.reader import recognised
from mmrecipes_tests.formats.tables import opened, read, reason_of
from mmrecipes_tests.store.samples import picture

A, B = picture(1, (40, 20), "JPEG"), picture(2, (20, 40))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "images").mkdir()
    (tmp_path / "images/a.jpg").write_bytes(A.data)
    (tmp_path / "b.png").write_bytes(B.data)
    return tmp_path


def written(file: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    lines = "\n".join(map(json.dumps, rows)) if file.suffix != ".json" else json.dumps(rows)
    file.write_text(lines, encoding="utf-8")
    return file


@pytest.mark.parametrize("name", ["t.json", "t.jsonl", "t.ndjson"])
@pytest.mark.parametrize("image", ["image", "img", "image_path", "img_path", "images"])
@pytest.mark.parametrize(
    ("question", "answer"),
    [("question", "answer"), ("query", "response"), ("prompt", "output"), ("Question", "Label")],
)
def test_the_usual_names_of_keys_are_known(home: Path, name: str, image: str, question: str, answer: str) -> None:
    rows = [
        {image: p, question: q, answer: a, "n": 1} for p, q, a in (("a.jpg", "q1", "x"), ("b.png", "<image>\nq2", "y"))
    ]
    path = written(home / name, rows)
    assert recognised(path)[0][0].name == "json"
    first, second = read(path)
    assert (first.id, first.messages, first.meta) == ("t/000000", (user(A, "q1"), assistant("x")), {"n": 1})
    assert second.messages == (user(B, "q2"), assistant("y")) and second.truth == {"answer": "y"}
    assert inspect(path).columns == {
        image: "images", question: "messages: the question", answer: "messages: the answer; truth", "n": "meta",
    }  # fmt: skip


def test_captions_choices_several_answers_and_pictures_in_data_urls_are_read(home: Path) -> None:
    (captioned,) = read(written(home / "c.json", [{"image": "a.jpg", "caption": "a cup"}]))
    assert captioned.messages == (user(A), assistant("a cup"))
    url = "data:image/png;base64," + base64.b64encode(B.data).decode()
    row = {"image": [url, "a.jpg"], "question": "which?", "options": ["cup", "mug"], "answer": "mug"}
    (chosen,) = read(written(home / "d.json", [row]))
    assert chosen.messages == (user(B, A, "which?\nA. cup\nB. mug"), assistant("B"))
    (voted,) = read(written(home / "e.json", [{"image": "a.jpg", "question": "?", "answers": ["1", "2", "2"]}]))
    assert voted.messages[1] == assistant("2") and voted.truth == {"answers": ["1", "2", "2"]}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"image": "no.jpg"}, "missing_image"),
        ({"image": "../a.jpg"}, "unsafe_path"),
        ({"image": "/etc/passwd"}, "unsafe_path"),
        ({"image": "http://x/a.jpg"}, "not_local"),
        ({"image": "data:image/png;base64,@@"}, "corrupt_image"),
        ({"image": "empty.png"}, "empty_image"),
        ({"image": 7}, "not_an_image"),
        ({"image": ["a.jpg", None]}, "null_image"),
        ({"question": ""}, "no_question"),
        ({"question": 7}, "no_question"),
        ({"answer": None}, "no_answer"),
        ({"answer": float("nan")}, "no_answer"),
        ({"question": None}, "no_question"),
    ],
)
def test_a_row_that_cannot_be_used_says_why_and_the_others_are_read(
    home: Path, row: dict[str, Any], reason: str
) -> None:
    (home / "empty.png").touch()
    good = {"image": "a.jpg", "question": "q", "answer": "x"}
    rows = opened(written(home / "t.jsonl", [good, {**good, **row}, good]), "json")
    assert [reason_of(rows, i) for i in range(3)] == ["", reason, ""]


def test_lines_that_are_no_objects_are_row_errors(home: Path) -> None:
    good = json.dumps({"image": "a.jpg", "question": "q", "answer": "x"})
    (home / "t.jsonl").write_text(f"\ufeff{good}\n[1]\n{{oops\n\n{good}", encoding="utf-8")
    rows = opened(home / "t.jsonl")
    assert [reason_of(rows, i) for i in range(len(rows))] == ["", "not_an_object", "not_json", ""]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            {"image": "a.jpg", "question": "q", "prompt": "p", "answer": "x"},
            "'question' and 'prompt' may each be the question",
        ),
        ({"image": "a.jpg", "question": "q", "answer": "x", "label": 1}, "'answer' and 'label' may each be the answer"),
        ({"image": "a.jpg", "label": 1}, "have the keys image, label; json needs"),
        ({"question": "q", "answer": "x"}, "have the keys question, answer; json needs answer and image"),
    ],
)
def test_what_has_two_readings_or_none_is_not_guessed(home: Path, row: dict[str, Any], said: str) -> None:
    path = written(home / "t.json", [row])
    with pytest.raises(InputError, match=said):
        opened(path)


def test_options_say_which_key_is_meant(home: Path) -> None:
    path = written(home / "t.json", [{"image": "a.jpg", "question": "q", "prompt": "p", "answer": "x"}])
    (sample,) = read(path, "json", question="prompt")
    assert sample.messages == (user(A, "p"), assistant("x")) and sample.meta == {"question": "q"}
    with pytest.raises(UsageError, match="no column nothing"):
        opened(path, "json", question="nothing")


def test_pictures_that_are_nowhere_are_one_error_with_the_remedy(home: Path) -> None:
    path = written(home / "t.json", [{"image": "elsewhere/a.jpg", "question": "q", "answer": "x"}])
    with pytest.raises(InputError, match=r"(?s)none of the pictures of .*give --images FOLDER"):
        opened(path)
    (home / "far/elsewhere").mkdir(parents=True)
    (home / "far/elsewhere/a.jpg").write_bytes(A.data)
    assert read(path, images=home / "far")[0].images[0].sha256 == A.sha256
    absolute = written(home / "u.json", [{"image": str(home / "far/elsewhere/a.jpg"), "question": "q", "answer": "x"}])
    assert read(absolute, images=home / "far")[0].images[0].sha256 == A.sha256


@given(st.lists(st.tuples(st.sampled_from(["a.jpg", "b.png"]), st.text(min_size=1), st.text(min_size=1)), min_size=1))
def test_every_row_becomes_its_picture_question_and_answer(
    tmp_path_factory: pytest.TempPathFactory, items: list[tuple[str, str, str]]
) -> None:
    home = tmp_path_factory.mktemp("pairs")
    for name, image in (("a.jpg", A), ("b.png", B)):
        (home / name).write_bytes(image.data)
    rows = opened(
        written(home / "t.jsonl", [dict(zip(("image", "question", "answer"), i, strict=True)) for i in items])
    )
    for index, (name, question, answer) in enumerate(items):
        if not question.strip() or not answer.strip():
            assert reason_of(rows, index) == ("no_question" if not question.strip() else "no_answer")
            continue
        assert rows.sample(index).messages == (user({"a.jpg": A, "b.png": B}[name], question), assistant(answer))


def test_they_become_what_a_trainer_reads(home: Path) -> None:
    path = written(home / "t.json", [{"image": "a.jpg", "question": "q", "answer": "x"}])
    assert convert(path, "llava", home / "out").report.rows_out == 1
    (row,) = json.loads((home / "out/llava.json").read_text())
    assert row["conversations"][0]["value"] == "<image>\nq"
