"""`mmr decontaminate`: files in, a cleaned dataset, a report and the one page that holds benchmark content."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image as Pil

import mmrecipes
from mmrecipes_tests.steps.decontaminate.embeddings import Grid
from mmrecipes_tests.steps.decontaminate.making import noise

LONG = "Which of the two lanterns that hang above the granite staircase throws the longer shadow at dusk in winter"


def llava(folder: Path, name: str, rows: list[tuple[str, int, str, str]]) -> Path:
    """(id, number of the picture, question, answer) as LLaVA JSON with its pictures."""
    folder.mkdir(exist_ok=True)
    records = []
    for id, number, question, answer in rows:
        noise(number).save(folder / f"{name}-{id}.png")
        turns = [{"from": "human", "value": f"<image>\n{question}"}, {"from": "gpt", "value": answer}]
        records.append({"id": id, "image": f"{name}-{id}.png", "conversations": turns})
    (folder / f"{name}.json").write_text(json.dumps(records))
    return folder / f"{name}.json"


@pytest.fixture
def data(here):
    return llava(
        here / "data", "train", [("a", 1, "Describe it.", "x"), ("b", 2, "Describe <it>.", "x"), ("c", 3, LONG, "x")]
    )


@pytest.fixture
def test_set(here):
    return llava(here / "bench", "test", [("q1", 2, "What <b>is</b> it?", "a thing"), ("q2", 9, LONG, "the left one")])


def test_a_dataset_is_cleaned_and_the_result_said(here, mmr, capsys, data, test_set):
    assert mmr("decontaminate", data, "--benchmark", f"own={test_set}", "--out", "clean") == 0
    out, _ = capsys.readouterr()
    assert [s.id for s in mmrecipes.load("clean")] == ["a"]
    for said in ("1 of 3 samples kept in clean", "image exact 1", "text long 1", "images+text", "clean/run/pairs.html"):
        assert said in out
    card = (here / "clean" / "README.md").read_text()
    assert "mmr decontaminate" in card and f"own={test_set}" in card


def test_only_the_page_of_pairs_holds_benchmark_content_and_says_so(here, mmr, data, test_set):
    assert mmr("decontaminate", data, "--benchmark", f"own={test_set}", "--out", "clean") == 0
    pairs = (here / "clean" / "run" / "pairs.html").read_text()
    assert "This page holds pictures and texts of benchmarks" in pairs and pairs.count("data:image") >= 3
    assert "the left one" in pairs and "What &lt;b&gt;is&lt;/b&gt; it?" in pairs and "<b>is</b>" not in pairs
    others = [p for p in (here / "clean").rglob("*") if p.is_file() and p.name != "pairs.html"]
    assert not [p for p in others if b"the left one" in p.read_bytes() or b"data:image" in p.read_bytes()]
    assert 'href="pairs.html"' in (here / "clean" / "run" / "report.html").read_text()


def test_without_pairs_no_file_holds_any(here, mmr, capsys, data, test_set):
    assert mmr("decontaminate", data, "--benchmark", f"own={test_set}", "--out", "clean", "--no-pairs") == 0
    assert not (here / "clean" / "run" / "pairs.html").exists()
    assert "pairs.html" not in (here / "clean" / "run" / "report.html").read_text()
    assert "pairs.html" not in capsys.readouterr().out
    assert not [p for p in (here / "clean").rglob("*") if p.is_file() and b"the left one" in p.read_bytes()]


def test_a_dry_run_writes_nothing_and_prints_json(here, mmr, capsys, data, test_set):
    before = set(here.rglob("*"))
    assert mmr("decontaminate", data, "--benchmark", f"own={test_set}", "--dry-run", "--json") == 0
    assert set(here.rglob("*")) == before
    assert json.loads(capsys.readouterr().out)["benchmarks"]["own"]["removed"] == 2


def test_a_registry_of_an_earlier_run_serves_as_benchmark(here, mmr, capsys, data, test_set):
    assert mmr("decontaminate", data, "--benchmark", f"own={test_set}", "--out", "clean") == 0
    registry = here / "clean" / "run" / "own.registry"
    assert mmr("decontaminate", data, "--benchmark", f"own={registry}", "--out", "again") == 0
    assert "only its registry is at hand" in capsys.readouterr().out
    assert [s.id for s in mmrecipes.load("again")] == ["a"]


def test_registries_are_kept_and_used_while_the_data_is_unchanged(here, mmr, data, test_set):
    for _ in range(2):
        assert mmr("decontaminate", data, "--benchmark", f"own={test_set}", "--dry-run", "--registries", "kept") == 0
        assert len(list(Path("kept").iterdir())) == 1
    llava(here / "bench", "test", [("q1", 2, "What is it now?", "a thing")])
    assert mmr("decontaminate", data, "--benchmark", f"own={test_set}", "--dry-run", "--registries", "kept") == 0
    assert len(list(Path("kept").iterdir())) == 2


def test_texts_alone(here, mmr, data, test_set):
    assert mmr("decontaminate", data, "--benchmark", f"own={test_set}", "--out", "clean", "--text-only") == 0
    assert [s.id for s in mmrecipes.load("clean")] == ["a", "b"]


def test_wrong_words_are_named(here, mmr, capsys, data, test_set):
    (here / "empty.json").write_text("[]")
    given = f"own={test_set}"
    for words, said in (
        (["--benchmark", "own", "--dry-run"], "write NAME=PATH"),
        (["--benchmark", given, "--benchmark", given, "--dry-run"], "given twice"),
        (["--benchmark", given], "--out DIR"),
        (["--benchmark", given, "--out", "data"], "not empty"),
        (["--benchmark", given, "--dry-run", "--images", "other=x"], "no benchmark other"),
        (["--benchmark", "own=nowhere.json", "--dry-run"], "does not exist"),
        (["--benchmark", "own=empty.json", "--reader", "own=llava", "--dry-run"], "empty.json"),
    ):
        assert mmr("decontaminate", data, *words) == 2, words
        assert said in capsys.readouterr().err


def test_nothing_left_is_exit_code_3(here, mmr, test_set):
    assert mmr("decontaminate", test_set, "--benchmark", f"own={test_set}", "--out", "clean") == 3


def test_a_name_that_says_training_split_is_remarked(here, mmr, capsys, data):
    bench = llava(here / "b", "own-train", [("q", 50, "Is it?", "x")])
    assert mmr("decontaminate", data, "--benchmark", f"own={bench}", "--dry-run") == 0
    assert "called a training split" in capsys.readouterr().out


def test_an_embedder_finds_what_hashes_do_not_and_is_asked_about_several_pictures_at_once(here, mmr, capsys, test_set):
    rows = [(f"n{n}", 100 + n, "Describe it.", "x") for n in range(12)]
    data = llava(here / "data", "train", [("blend", 2, "Describe it.", "x"), *rows])
    Pil.blend(noise(2), noise(52), 0.28).save(here / "data" / "train-blend.png")
    given = (data, "--benchmark", f"own={test_set}", "--dry-run", "--json")
    assert mmr("decontaminate", *given) == 0
    assert json.loads(capsys.readouterr().out)["review"] == 0
    with Grid() as grid:
        assert mmr("decontaminate", *given, "--embedder", f"grid@{grid.url}/v1") == 0
    assert json.loads(capsys.readouterr().out)["review"] == 1
    assert grid.calls == 2 + 13 and grid.together >= 4


def test_what_an_embedder_answered_is_not_asked_again_and_its_registry_is_refused_without_it(
    here, mmr, capsys, data, test_set
):
    given = (data, "--benchmark", f"own={test_set}", "--registries", "kept")
    with Grid() as grid:
        for out in ("one", "two"):
            assert mmr("decontaminate", *given, "--embedder", f"grid@{grid.url}/v1", "--out", out) == 0
    shared = 1
    assert grid.calls == (2 + 3 - shared) + 3
    (registry,) = Path("kept").iterdir()
    assert mmr("decontaminate", data, "--benchmark", f"own={registry}", "--dry-run") == 2
    assert "was made with grid, not none" in capsys.readouterr().err
