"""`mmr inspect`: what is printed, the page, and errors at the border."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mmrecipes.core.sample import Region, Sample, assistant, user
from mmrecipes_tests.formats.tables import IMAGE, STRINGS, cell, dataset, parquet
from mmrecipes_tests.store.samples import picture

A, B = picture(1, (40, 20)), picture(2, (20, 60), "JPEG")


def row(**changes: Any) -> dict[str, Any]:
    return {"image": cell(A), "question": "How many?", "choices": ["one", "two"], "answer": 1, "n": 5, **changes}


@pytest.fixture
def table(tmp_path: Path) -> Path:
    rows = [row(), row(image={"bytes": b"no", "path": None}), row(image=None, question="Why?"), row(image=cell(B))]
    return parquet(tmp_path / "t.parquet", rows, image=IMAGE, choices=STRINGS)


def test_it_says_what_it_is_why_and_what_is_wrong_with_it(mmr, capsys, table):
    assert mmr("inspect", table) == 0
    out = capsys.readouterr().out
    assert "reader   hf: columns image, question, answer, choices\n" in out
    assert "rows     4\n" in out and "checked  every row; 3 can be used\n" in out
    assert re.search(r"cannot be used\n  corrupt_image  1 \(25\.0 %\), first row 1: ", out)
    assert re.search(r"\n  answer    messages: the answer; truth\n  n         meta: number\n", out)
    assert re.search(r"\n  width           20 to 40, median 30\n", out)
    assert re.search(r"\n  format          png 1, jpeg 1\n", out)
    sample = "t/000000\n  image 1: 40x20 png\n  user: [image 1] How many?\n    A. one\n    B. two\n  assistant: B\n"
    assert sample + '  meta: {"n": 5}\n' in out
    assert "t/000002\n  user: Why?\n" in out


def test_the_number_of_samples_and_json(mmr, capsys, table):
    assert mmr("inspect", table, "--samples", 0, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["reader"], found["rows"], found["usable"], found["samples"]) == ("hf", 4, 3, [])
    assert mmr("inspect", table, "--samples", 1) == 0
    assert len(re.findall(r"^t/0", capsys.readouterr().out, re.MULTILINE)) == 1


def test_reader_and_columns_can_be_named(mmr, capsys, tmp_path):
    path = parquet(tmp_path / "t.parquet", [{"image": cell(A), "asked": "Q?", "gold": "yes", "text": "no"}])
    assert mmr("inspect", path, "--reader", "hf", "--read", "question=asked", "--read", "answer=gold") == 0
    out = capsys.readouterr().out
    assert "user: [image 1] Q?\n  assistant: yes\n" in out and "  text   meta: text\n" in out


def test_pictures_elsewhere_are_found_with_images(mmr, capsys, tmp_path):
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures/a.png").write_bytes(A.data)
    path = parquet(tmp_path / "t.parquet", [{"image": "a.png", "caption": "A dog"}])
    assert mmr("inspect", path) == 3
    assert "missing_image  1 (100.0 %)" in capsys.readouterr().out
    assert mmr("inspect", path, "--images", tmp_path / "pictures") == 0
    assert "user: [image 1]\n  assistant: A dog\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nowhere"], "nowhere does not exist"),
        (["t.parquet", "--reader", "nope"], "no reader 'nope'; see `mmr formats`"),
        (["t.parquet", "--read", "question=nope"], "there is no column nope; columns are image, question"),
        (["t.parquet", "--read", "nope"], "write KEY=VALUE"),
        (["t.parquet", "--read", "colour=red"], "reader hf has no option colour; its options: image"),
        (["t.parquet", "--images", "nope"], "--images nope is no folder"),
        (["t.parquet", "--page", "t.parquet"], "t.parquet exists; choose another --page"),
        (["notes.txt"], "no reader recognises it"),
        (["broken.parquet", "--reader", "hf"], "broken.parquet cannot be read as Parquet"),
        (["t.parquet", "--reader", "native"], "lacks columns of a dataset folder: id, subset"),
        (["t.parquet", "--reader", "finevision"], "has no column texts"),
        (["t.parquet", "--reader", "trl"], "has none of: messages"),
    ],
)
def test_errors_say_what_and_where_without_a_traceback(mmr, capsys, table, monkeypatch, words, said):
    monkeypatch.chdir(table.parent)
    Path("notes.txt").write_text("hello")
    Path("broken.parquet").write_bytes(b"PAR1")
    assert mmr("inspect", *words) == 2
    out, err = capsys.readouterr()
    assert said in err and "Traceback" not in err and not out


def test_what_a_terminal_would_obey_is_shown_and_not_sent(mmr, capsys, tmp_path):
    rows = [{"image": cell(A), "question": "a\x1b[31mred\x07\u202eback", "answer": "x" * 1000, "\x1b[2Jname": 1}]
    assert mmr("inspect", parquet(tmp_path / "t.parquet", rows)) == 0
    out = capsys.readouterr().out
    assert not re.search("[\x00-\x09\x0b-\x1f\u202e]", out)
    assert r"a\x1b[31mred\x07\u202eback" in out and r"\x1b[2Jname" in out
    assert f"assistant: {'x' * 400} … (600 more characters)" in out


def test_the_page_holds_the_samples_with_their_pictures_and_hostile_text_as_text(mmr, capsys, tmp_path):
    hostile = "<script>alert(1)</script>"
    region = Region(A.sha256, "a cup", ((1, 1), (9, 1), (9, 9), (1, 9)))
    samples = [Sample(id=f"s/{i}", images=(A,), messages=(user(A, hostile), assistant("x"))) for i in range(12)]
    run = dataset(tmp_path / "run", [s.having(regions=(region,)) for s in samples])
    assert mmr("inspect", run, "--page", tmp_path / "page.html") == 0
    assert f"page     {tmp_path / 'page.html'}" in capsys.readouterr().out
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert page.count('<article class="sample"') == 10 and page.count('src="data:image/png;base64,') == 10
    assert hostile not in page and "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert page.count("<polygon") == 10 and "Columns" in page and "script-src 'sha256-" in page


def test_equal_sources_give_equal_pages(mmr, table):
    for name in ("one.html", "two.html"):
        assert mmr("inspect", table, "--page", table.parent / name) == 0
    assert (table.parent / "one.html").read_bytes() == (table.parent / "two.html").read_bytes()


def test_help_does_not_import_what_reading_needs():
    heavy = "{'pyarrow', 'numpy', 'PIL', 'jinja2'}"
    code = f"import sys, mmrecipes.cli.inspect_command; print({heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize("form", ["rows.jsonl", "rows.json", "rows.parquet"])
def test_rows_of_keys_that_no_reader_knows_are_shown_as_they_are_with_what_can_read_them(mmr, capsys, tmp_path, form):
    rows = [
        {"uid": f"r{i}", "goal": "tap", "taps": "[[1, 2]]", "boxes": [[1, 2, 3, 4]], "sure": 0.5 if i % 2 else None}
        for i in range(12)
    ]
    path = tmp_path / form
    if form == "rows.parquet":
        parquet(path, rows)
    else:
        path.write_text("\n".join(map(json.dumps, rows)) if form.endswith("l") else json.dumps(rows))
    assert mmr("inspect", path) == 3
    out = capsys.readouterr().out
    assert "\n  reader   none: its " in out and "--read question=KEY" in out and "mmr run finevision" in out
    assert "\n  rows     12\n  checked  every row; 12 can be read, kept as they are below\n" in out
    types = {"uid": "text", "goal": "text", "taps": "JSON as text", "boxes": "list of lists", "sure": "number 6"}
    for name, said in types.items():
        assert re.search(rf"\n  {name} +meta: {said}\n", out)
    assert len(re.findall(r"^rows/0", out, re.MULTILINE)) == 10
    assert mmr("inspect", path, "--json", "--samples", 0) == 3
    assert json.loads(capsys.readouterr().out)["recognised"] is False
    assert mmr("inspect", path, "--reader", "rows") == 0
    assert mmr("inspect", path, "--reader", "rows", "--read", "question=uid", "--read", "answer=goal") == 0
    assert "user: r0\n  assistant: tap\n" in capsys.readouterr().out


def test_an_object_that_holds_its_rows_in_a_key_is_still_refused_with_the_remedy(mmr, capsys, tmp_path):
    (tmp_path / "a.json").write_text('{"data": [{"colour": "red"}]}')
    assert mmr("inspect", tmp_path / "a.json") == 2
    assert "records are in 'data'; save that list alone" in capsys.readouterr().err
