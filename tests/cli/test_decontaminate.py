"""`mmr decontaminate`: files in, a cleaned dataset, a report and the one page that holds benchmark content."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import time
from pathlib import Path

import duckdb
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
    for said in (
        "1 of 3 samples kept in clean",
        "2: image exact 1, text long 1",
        "images+text",
        "clean/run/pairs.html",
    ):
        assert said in out
    card = (here / "clean" / "README.md").read_text()
    assert "mmr decontaminate" in card and f"own={test_set}" in card


def test_only_the_page_of_pairs_holds_benchmark_content_and_says_so(here, mmr, data, test_set):
    assert mmr("decontaminate", data, "--benchmark", f"own={test_set}", "--out", "clean") == 0
    pairs = (here / "clean" / "run" / "pairs.html").read_text()
    assert "This page holds pictures and texts of benchmarks" in pairs
    pictures = re.findall(r'="(data:image[^"]+)"', pairs)
    assert len(pictures) == len(set(pictures)) >= 2 and pairs.count("<use ") + pairs.count("<img ") >= 3
    assert all(f'id="{place}"' in pairs for place in re.findall(r'<use href="#(\w+)"', pairs))
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
    counts = json.loads(capsys.readouterr().out)
    assert counts["dropped"] == {"samples": 2, "tiers": {"image_exact": 1, "text_long": 1}}
    assert counts["benchmarks"]["own"]["tiers"] == {t: {"remove_sample": 1} for t in counts["dropped"]["tiers"]}


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
    (here / "full").mkdir()
    (here / "full" / "file").write_text("x")
    given, asked = f"own={test_set}", ("--benchmark", f"own={test_set}", "--dry-run")
    for words, said in (
        (["--benchmark", "own", "--dry-run"], "write NAME=PATH"),
        (["--benchmark", given, "--benchmark", given, "--dry-run"], "given twice"),
        (["--benchmark", given], "--out DIR"),
        (["--benchmark", given, "--out", "full"], "not empty"),
        (["--benchmark", given, "--out", "data"], "train.json lies inside data"),
        ([*asked, "--images", "other=x"], "no benchmark other"),
        ([*asked, "--images", "own=nosuch"], "--images own=nosuch: nosuch is no folder"),
        ([*asked, "--images", "nosuch"], "--images nosuch: nosuch is no folder"),
        ([*asked, "--read", "colour"], "--read colour: write KEY=VALUE"),
        ([*asked, "--read", "own=colour=red"], "colour"),
        ([*asked, "--embedder", "foo"], "--embedder foo: write MODEL@URL"),
        ([*asked, "--embedder", "foo@bar"], "--embedder foo@bar: write MODEL@URL"),
        (["--benchmark", "own=nowhere.json", "--dry-run"], "does not exist"),
        (["--benchmark", "own=empty.json", "--reader", "own=llava", "--dry-run"], "empty.json"),
    ):
        assert mmr("decontaminate", data, *words) == 2, words
        err = capsys.readouterr().err
        assert said in err and err.count("\n") == 1, (words, err)


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
    assert json.loads(capsys.readouterr().out)["review"]["samples"] == 0
    with Grid() as grid:
        assert mmr("decontaminate", *given, "--embedder", f"grid@{grid.url}/v1") == 0
    assert json.loads(capsys.readouterr().out)["review"] == {"samples": 1, "tiers": {"image_near": 1}}
    assert grid.calls == 2 + 13 and grid.together >= 4


def test_what_an_embedder_answered_is_not_asked_again_and_its_registry_is_refused_without_it(
    here, mmr, capsys, data, test_set
):
    given = (data, "--benchmark", f"own={test_set}", "--registries", "kept")
    with Grid() as grid:
        for out in ("one", "two"):
            assert mmr("decontaminate", *given, "--embedder", f"grid@{grid.url}/v1", "--out", out) == 0
    shared = 1
    assert grid.calls == 2 + 3 - shared
    (registry,) = Path("kept").glob("*.registry")
    assert mmr("decontaminate", data, "--benchmark", f"own={registry}", "--dry-run") == 2
    assert "was made with grid, not none" in capsys.readouterr().err


def test_an_embedder_that_fails_leaves_nothing_in_the_way_and_what_it_answered_is_not_asked_again(
    here, mmr, capsys, data, test_set
):
    given = (data, "--benchmark", f"own={test_set}", "--out", "clean")
    with Grid(enough=3) as grid:
        assert mmr("decontaminate", *given, "--embedder", f"grid@{grid.url}/v1") == 3
        err = capsys.readouterr().err
        assert "the same command goes on" in err and not Path("clean").exists() and grid.answered == 3
        grid.enough = 100
        assert mmr("decontaminate", *given, "--embedder", f"grid@{grid.url}/v1") == 0
        assert grid.answered == 4
    assert Path("clean/run/answers.sqlite").is_file()
    assert sorted(p.name for p in here.iterdir() if p.name.startswith(".")) == []


def test_the_data_and_the_new_folder_may_not_lie_in_each_other(here, mmr, capsys, data, test_set):
    given = ("--benchmark", f"own={test_set}", "--out")
    for out in ("data/clean", "bench/clean"):
        folder = out.partition("/")[0]
        benchmark = f"own={here / 'bench'}" if folder == "bench" else f"own={test_set}"
        assert mmr("decontaminate", here / "data", "--benchmark", benchmark, "--out", out) == 2
        err = capsys.readouterr().err
        assert f"{out} lies inside" in err and err.count("\n") == 1 and not Path(out).exists()
    assert mmr("decontaminate", data, *given, ".") == 2
    assert "lies inside ., which is to be a new folder" in capsys.readouterr().err


def test_rows_that_cannot_be_read_are_named_with_reasons_and_give_exit_code_3(here, mmr, capsys, data, test_set):
    (here / "data" / "train-a.png").write_bytes(b"no picture")
    assert mmr("decontaminate", data, "--benchmark", f"own={test_set}", "--out", "clean") == 3
    out = capsys.readouterr().out
    assert "0 of 3 samples kept in clean; 1 could not be read (exit code 3)" in out
    unread = json.loads((here / "clean/run/unread.jsonl").read_text())
    assert (unread["row"], unread["reason"]) == (0, "corrupt_image") and "train-a.png" in unread["detail"]
    assert f"unread   1, not in the output:\n           row 0 (corrupt_image): {unread['detail']}\n" in out
    page = (here / "clean/run/report.html").read_text()
    assert "1 row could not be read and is not in the output" in page and "corrupt_image" in page


def test_readers_take_options_for_the_data_and_for_each_benchmark(here, mmr, capsys, data, test_set):
    for folder in ("data", "bench"):
        (file,) = (here / folder).glob("*.json")
        columns = {
            "file_name": file.name,
            "formatting": "sharegpt",
            "columns": {"messages": "conversations", "images": "image"},
        }
        info = {"first": columns, "second": {**columns, "file_name": "none.json"}}
        (here / folder / "dataset_info.json").write_text(json.dumps({**info, "third": columns}))
    given = ("decontaminate", here / "data", "--benchmark", f"own={here / 'bench'}", "--dry-run", "--json")
    assert mmr(*given) == 2
    assert "choose one with --read dataset=NAME" in capsys.readouterr().err
    assert mmr(*given, "--read", "dataset=first", "--read", "own=dataset=third") == 0
    counts = json.loads(capsys.readouterr().out)
    assert counts["rows"] == 3 and counts["benchmarks"]["own"]["items"] == 2 and counts["dropped"]["samples"] == 2


def many(folder: Path, count: int) -> Path:
    """Rows that share a few pictures; every fiftieth shows the second of the test set."""
    file = llava(folder, "train", [(f"p{n}", 200 + n, "Describe it.", "x") for n in range(6)])
    noise(2).resize((120, 100)).save(folder / "copy.png")
    rows = []
    for n in range(count):
        image = "copy.png" if n % 50 == 7 else f"train-p{n % 6}.png"
        turns = [
            {"from": "human", "value": f"<image>\nWhat is {n}?"},
            {"from": "gpt", "value": LONG if n == 60 else "x"},
        ]
        rows.append({"id": f"r{n}", "image": image, "conversations": turns})
    file.write_text(json.dumps(rows))
    return file


def test_the_result_is_the_same_for_any_number_of_processes(here, mmr, capsys, test_set):
    data = many(here / "many", 130)
    given = (data, "--benchmark", f"own={test_set}")
    for workers in (1, 3):
        assert mmr("decontaminate", *given, "--workers", workers, "--out", f"clean{workers}") == 0
    one, three = (
        sorted(p.relative_to(f) for p in f.rglob("*") if p.is_file()) for f in (here / "clean1", here / "clean3")
    )
    assert one == three
    for name in (n for n in one if n.name not in ("README.md", "report.html", "pairs.html")):
        assert (here / "clean1" / name).read_bytes() == (here / "clean3" / name).read_bytes(), name
    found = duckdb.sql("SELECT row, tier FROM 'clean3/run/decisions.parquet' ORDER BY row").fetchall()
    assert found == [(7, "image_near"), (57, "image_near"), (60, "text_long"), (107, "image_near")]


def started(spawn, test_set: Path, data: Path, *words: object):
    process = spawn("decontaminate", data, "--benchmark", f"own={test_set}", "--out", "clean", "--workers", 2, *words)
    lines = []
    while not (lines and lines[-1].startswith("looking")):
        lines.append(process.stderr.readline())
        assert lines[-1], "it ended before it said how far it is"
    return process, lines


@pytest.mark.slow
def test_progress_has_rate_and_time_left_and_ctrl_c_ends_in_one_line_with_nothing_left_behind(here, spawn, test_set):
    data = many(here / "many", 6_000)
    before = set(here.rglob("*"))
    process, lines = started(spawn, test_set, data)
    assert re.fullmatch(r"looking: [\d,]+ of 6,000 rows, [\d,.]+/s, \d+ .*left\n", lines[-1]), lines
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130 and out == ""
    rest = [line for line in err.splitlines() if line and not line.startswith("looking")]
    assert rest == ["mmr: stopped"]
    assert set(here.rglob("*")) == before
    until = time.monotonic() + 30
    while running(process.pid) and time.monotonic() < until:  # what counts the shared resources ends a moment later
        time.sleep(0.1)
    assert running(process.pid) == []


def running(group: int) -> list[str]:
    """The processes of a group that have not ended."""
    stats = []
    for file in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            stats.append(file.read_text().rpartition(")")[2].split())
    return [state for state, _, pgrp, *_ in stats if int(pgrp) == group and state not in "ZX"]


@pytest.mark.slow
def test_a_process_that_dies_is_named_and_nothing_is_left_behind(here, spawn, test_set):
    data = many(here / "many", 6_000)
    before = set(here.rglob("*"))
    process, _ = started(spawn, test_set, data)
    children = [int(c) for c in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]
    serving = [c for c in children if b"spawn_main" in Path(f"/proc/{c}/cmdline").read_bytes()]
    os.kill(serving[0], signal.SIGKILL)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 3 and "died (killed by signal 9" in err.splitlines()[-1]
    assert set(here.rglob("*")) == before


@pytest.mark.slow
def test_what_a_killed_one_left_is_removed_by_the_next(here, mmr, spawn, data, test_set):
    process, _ = started(spawn, test_set, many(here / "many", 6_000))
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(60)
    assert list(here.glob(".tmp-*-clean"))
    assert mmr("decontaminate", data, "--benchmark", f"own={test_set}", "--out", "clean") == 0
    assert not list(here.glob(".tmp-*"))


def test_the_pages_list_ids_and_say_how_many_pairs_are_shown(here, mmr, capsys, test_set):
    data = many(here / "many", 350)
    assert mmr("decontaminate", data, "--benchmark", f"own={test_set}", "--out", "clean", "--workers", 1) == 0
    report, pairs = ((here / "clean/run" / name).read_text() for name in ("report.html", "pairs.html"))
    assert "7 of 8 pairs" in pairs and pairs.count('<article class="pair">') == 7
    assert "7 of 8 pairs are shown" in report
    listed = [json.loads(line)["id"] for line in (here / "clean/run/dropped.jsonl").read_text().splitlines()]
    assert len(listed) == 8 and all(f'<th scope="row">{id}</th>' in report.replace("<wbr>", "") for id in listed)
    for said in ("0.92", "64 bits", "13 words", "All 8", "2 of 2 items hit by 8 samples"):
        assert said in report, said
