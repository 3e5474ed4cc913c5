"""`mmr run` and `mmr preview`: results, refusals, exit codes, interruption."""

from __future__ import annotations

import hashlib
import html
import os
import pty
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

import mmrecipes


def content(folder: Path) -> dict[str, str]:
    files = [*(folder / "data").rglob("*.parquet"), folder / "README.md", folder / "run" / "report.html"]
    return {str(f.relative_to(folder)): hashlib.sha256(f.read_bytes()).hexdigest() for f in sorted(files)}


def test_a_run_makes_exactly_n_samples_a_report_and_says_what_to_do_next(here, mmr, capsys):
    assert mmr("run", "./mine.py", "--out", "data", "--n", 10) == 0
    out, err = capsys.readouterr()
    assert len(list(mmrecipes.load("data"))) == 10
    assert (here / "data" / "run" / "report.html").is_file()
    for said in ("10 samples in data", "unlucky 2", "data/run/report.html", 'load_dataset("data")', "mmr export data"):
        assert said in out
    assert "0 of 10 samples" in err and "\x1b" not in err


def test_the_same_command_again_changes_nothing_and_a_larger_n_equals_a_run_at_once(here, mmr):
    assert mmr("run", "./mine.py", "--out", "a", "--n", 10) == 0
    before = content(Path("a"))
    assert mmr("run", "./mine.py", "--out", "a", "--n", 10) == 0
    assert content(Path("a")) == before
    assert mmr("run", "./mine.py", "--out", "a", "--n", 14) == 0
    assert mmr("run", "./mine.py", "--out", "b", "--n", 14, "--workers", 1) == 0
    assert content(Path("a")) == content(Path("b")) != before


def test_parameters_reach_the_recipe_also_nested_ones(here, mmr):
    assert mmr("run", "./mine.py", "--out", "d", "--n", 3, "--set", "wording.polite=true", "--set", "most=1") == 0
    assert {s.messages[0].text for s in mmrecipes.load("d")} == {"Please: what is 1 + 1?"}


def test_the_command_on_the_report_makes_the_same_run_again(here, mmr):
    settings = ("wording.polite=true", "operation=subtract", "most=7")
    words = [w for s in settings for w in ("--set", s)]
    assert mmr("run", "./mine.py", "--out", "a", "--n", 3, "--seed", 9, "--input", "words.txt", *words) == 0
    page = Path("a/run/report.html").read_text(encoding="utf-8")
    shown = re.sub(r"<.*?>", "", re.search(r'<pre class="command">(.*?)</pre>', page)[1])
    command = shlex.split(html.unescape(shown))
    assert command[:2] == ["mmr", "run"]
    assert "sleep" not in " ".join(command)
    assert mmr(*["b" if word == "DIR" else word for word in command[1:]]) == 0
    assert content(Path("a")) == content(Path("b"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--set", "mots=3"], ["mots", "most"]),
        (["--set", "most=200"], ["most", "99", "200"]),
        (["--set", "operation=divide"], ["operation", "'add'", "'subtract'", "divide"]),
        (["--set", "wording.polite=perhaps"], ["wording.polite", "perhaps"]),
        (["--set", "most"], ["KEY=VALUE"]),
        (["--input", "wrods=words.txt"], ["wrods", "words"]),
        (["--input", "words=missing.txt"], ["words", "missing.txt"]),
        (["--n", "0"], ["--n"]),
    ],
)
def test_wrong_usage_names_the_place_and_exits_2_without_a_traceback(here, mmr, capsys, words, said):
    assert mmr("run", "./mine.py", "--out", "data", "--n", 3, *words) == 2
    err = capsys.readouterr().err
    assert all(word in err for word in said)
    assert "Traceback" not in err and not (here / "data").exists()


def test_another_seed_in_the_same_folder_is_refused_and_named(here, mmr, capsys):
    assert mmr("run", "./mine.py", "--out", "data", "--n", 3) == 0
    assert mmr("run", "./mine.py", "--out", "data", "--n", 3, "--seed", 5) == 2
    assert "seed: 0 there, 5 now" in capsys.readouterr().err


def test_errors_and_short_runs_exit_3_and_say_so(here, mmr, capsys):
    assert mmr("run", "./mine.py", "--out", "e", "--n", 6, "--set", "raise_at=2") == 3
    assert "errors   1" in capsys.readouterr().out
    assert mmr("run", "./mine.py", "--out", "s", "--n", 1, "--set", "drop=true") == 3
    assert "0 of 1 wanted" in capsys.readouterr().out


def test_a_file_that_is_no_recipe_is_refused_with_its_fault(here, mmr, capsys):
    Path("broken.py").write_text("import no_such_module_anywhere")
    assert mmr("run", "./broken.py", "--out", "data") == 2
    assert "no_such_module_anywhere" in capsys.readouterr().err
    Path("empty.py").write_text("x = 1")
    assert mmr("run", "./empty.py", "--out", "data") == 2
    assert "does not define" in capsys.readouterr().err
    assert mmr("run", "./missing.py", "--out", "data") == 2
    assert "mmr new" in capsys.readouterr().err


def test_preview_shows_a_page_and_keeps_nothing_else(here, mmr, capsys, monkeypatch):
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    (here / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(here / "temporary"))
    assert mmr("preview", "./mine.py", "--n", 4) == 0
    (page,) = (here / "temporary").iterdir()
    assert str(page) in capsys.readouterr().out
    assert "4 of 4" in page.read_text(encoding="utf-8")
    assert sorted(p.name for p in here.iterdir() if p.name != "__pycache__") == ["mine.py", "temporary", "words.txt"]


def test_exit_codes_of_real_processes(here, spawn):
    ends = {}
    for name, words in {
        "done": ["run", "./mine.py", "--out", "a", "--n", "3"],
        "usage": ["run", "./mine.py", "--out", "b", "--nonsense"],
        "parameter": ["run", "./mine.py", "--out", "b", "--set", "most=0"],
        "errors": ["run", "./mine.py", "--out", "c", "--n", "3", "--set", "raise_at=0"],
    }.items():
        process = spawn(*words)
        _, err = process.communicate(timeout=60)
        ends[name] = process.returncode
        assert "Traceback" not in err
    assert ends == {"done": 0, "usage": 2, "parameter": 2, "errors": 3}


def test_ctrl_c_exits_130_and_the_same_command_goes_on(here, spawn, mmr, capsys):
    words = ["run", "./mine.py", "--out", "data", "--n", "40", "--set", "sleep=0.02", "--workers", "1"]
    process = spawn(*words)
    deadline = time.monotonic() + 30
    while not list(Path("data/run/segments").glob("*/sums-*")) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert mmr("status", "data") == 0
    assert capsys.readouterr().out.startswith("running: mine")
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "same command" in err and "Traceback" not in err
    assert mmr("status", "data") == 0
    assert capsys.readouterr().out.startswith("stopped: mine")
    assert mmr(*words) == 0
    assert mmr("run", "./mine.py", "--out", "whole", "--n", 40, "--set", "sleep=0.02") == 0
    assert content(Path("data")) == content(Path("whole"))


def test_on_a_terminal_progress_is_live_and_elsewhere_it_is_lines(here):
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "mmrecipes.cli.main", "run", "./mine.py", "--out", "d", "--n", "40",
               "--set", "sleep=0.02"]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=theirs, env={**os.environ, "TERM": "xterm"})
    os.close(theirs)
    seen = b""
    while True:
        try:
            piece = os.read(ours, 4096)
        except OSError:
            break
        if not piece:
            break
        seen += piece
    assert process.wait(30) == 0
    assert b"\x1b[" in seen and b"of 40 samples" in seen and b"dropped" in seen


def test_a_background_job_that_ignores_ctrl_c_is_ended_by_sigterm_and_goes_on(here, mmr):
    words = ["run", "./mine.py", "--out", "data", "--n", "40", "--set", "sleep=0.02", "--workers", "1"]
    script = f"trap '' INT; exec {shlex.quote(sys.executable)} -m mmrecipes.cli.main {shlex.join(words)}"
    process = subprocess.Popen(["sh", "-c", script], stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 30
    while not list(Path("data/run/segments").glob("*/sums-*")) and time.monotonic() < deadline:
        time.sleep(0.02)
    process.terminate()
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130 and "same command" in err
    assert mmr(*words) == 0
