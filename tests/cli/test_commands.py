"""The other commands, errors at the border, and start-up."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import mmrecipes
from mmrecipes.cli import doctor
from mmrecipes.cli.commands import cli
from mmrecipes.recipes import catalogue


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A catalogue of two recipes whose code cannot be imported."""
    for folder, title in (("blue_birds", "Birds"), ("green_frogs", "Frogs")):
        (tmp_path / folder).mkdir()
        card = f'title = "{title}"\nsummary = "{title} in pictures."\ntasks = ["count"]\n'
        (tmp_path / folder / "card.toml").write_text(card)
        (tmp_path / folder / "recipe.py").write_text("raise RuntimeError('imported')")
    monkeypatch.setattr(catalogue, "FOLDER", tmp_path)
    catalogue.entries.cache_clear()
    yield tmp_path
    catalogue.entries.cache_clear()


@pytest.mark.parametrize("name", list(cli.commands))
def test_every_command_explains_itself_with_an_example(mmr, capsys, name):
    assert mmr(name, "--help") == 0
    out = capsys.readouterr().out
    assert re.search(rf"Examples?:\n    mmr {name}\b", out)


def test_list_reads_cards_without_importing_recipes(shelf, mmr, capsys):
    assert mmr("list") == 0
    out = capsys.readouterr().out
    assert "blue-birds" in out and "Frogs in pictures." in out
    assert mmr("list", "--json") == 0
    assert [r["slug"] for r in json.loads(capsys.readouterr().out)] == ["blue-birds", "green-frogs"]


def test_an_unknown_recipe_is_answered_with_the_nearest_names(shelf, mmr, capsys):
    assert mmr("show", "blue-brids") == 2
    assert "did you mean blue-birds?" in capsys.readouterr().err


def test_a_card_that_cannot_be_read_is_named(shelf, mmr, capsys):
    (shelf / "blue_birds" / "card.toml").write_text("title = ")
    assert mmr("list") == 2
    assert "blue_birds/card.toml" in capsys.readouterr().err


def test_show_lists_inputs_and_parameters_with_what_is_allowed(here, mmr, capsys):
    assert mmr("show", "./mine.py") == 0
    out = capsys.readouterr().out
    for said in ("Sums of two numbers", "words", "wording.polite", '"add" | "subtract"', "≥ 1 ≤ 99", "default 50"):
        assert said in out


@pytest.mark.parametrize(("recipe", "rows"), [("finevision", True), ("qianfan-vl", False)])
def test_show_says_where_n_counts_rows(mmr, capsys, recipe, rows):
    assert mmr("show", recipe) == 0
    assert ("--n counts rows of the input" in capsys.readouterr().out) == rows


def test_status_explain_report_and_export_of_a_finished_run(here, mmr, capsys):
    assert mmr("run", "./mine.py", "--out", "data", "--n", 6) == 0
    capsys.readouterr()
    assert mmr("status", "data") == 0
    assert re.search(
        r"finished: mine.*\n  samples  6\n  flow     7 rows = 6 kept \+ 1 dropped\n  dropped  1 sample: unlucky 1\n",
        capsys.readouterr().out,
    )
    assert mmr("explain", "data", "mine/sums/000004") == 0
    assert re.search(r"ask +drop +unlucky: index 4", capsys.readouterr().out)
    Path("data/run/report.html").unlink()
    assert mmr("report", "data") == 0
    assert capsys.readouterr().out.strip() == "data/run/report.html"
    assert mmr("export", "data", "--to", "llava", "--out", "llava") == 0
    assert "6 of 6 samples" in capsys.readouterr().out
    assert mmr("export", "data", "--to", "lava", "--out", "lava") == 2
    assert "llava" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["status", "x"], ["explain", "x", "id"], ["report", "x"],
                                   ["export", "x", "--to", "llava", "--out", "y"]])  # fmt: skip
def test_a_folder_that_is_no_run_is_refused(here, mmr, capsys, words):
    assert mmr(*words) == 2
    err = capsys.readouterr().err
    assert err.startswith("mmr: ") and "x" in err


def test_a_sample_that_is_not_there_is_refused_with_an_id_that_is(here, mmr, capsys):
    assert mmr("run", "./mine.py", "--out", "data", "--n", 2) == 0
    assert mmr("explain", "data", "mine/sums/999999") == 2
    assert "mine/sums/00000" in capsys.readouterr().err


def test_a_new_recipe_runs_and_its_answers_are_what_the_pictures_show(here, mmr, capsys):
    assert mmr("new", "my-method") == 0
    assert mmr("run", "./my_method.py", "--out", "data", "--n", 12) == 0
    colours = {"crimson": (220, 20, 60), "royalblue": (65, 105, 225), "seagreen": (46, 139, 87)}
    for sample in mmrecipes.load("data"):
        import numpy as np
        from skimage.measure import label

        asked = re.search(r"are (\w+)\?", sample.messages[0].text)[1]
        drawn = np.all(sample.images[0].decode() == colours[asked], axis=2)
        assert label(drawn).max() == int(sample.messages[1].text)
    assert mmr("new", "my-method") == 2
    assert "exists already" in capsys.readouterr().err
    assert mmr("new", "../up") == 2


def test_the_part_of_a_new_recipe_that_asks_a_model_runs_when_it_is_uncommented(here, mmr):
    assert mmr("new", "my-method") == 0
    text = Path("my_method.py").read_text(encoding="utf-8").replace("ask_how_many,\n", "ask_how_many, rephrase,\n")
    before, mark, asking = text.partition("# from mmrecipes.models.call")
    Path("my_method.py").write_text(before + re.sub(r"^# ?", "", mark + asking, flags=re.M), encoding="utf-8")
    assert mmr("run", "./my_method.py", "--out", "data", "--n", 4, "--models", "stand-in") == 0
    for sample in mmrecipes.load("data"):
        assert sample.stand_in and sample.messages[0].text == f"How many {sample.truth['asked']} discs are there?"


def test_doctor_names_what_is_missing_and_how_to_get_it(mmr, capsys, monkeypatch):
    assert mmr("doctor") == 0
    capsys.readouterr()
    wanted = ["no-such-package>=1.2", "numpy>=999", "other-missing>=3; extra == 'ocr'"]
    monkeypatch.setattr("importlib.metadata.requires", lambda _: wanted)
    monkeypatch.setattr("shutil.which", lambda _: None)
    assert mmr("doctor") == 3
    out = capsys.readouterr().out
    for said in ("pip install 'no-such-package>=1.2'", "older than 999", "pip install 'mmrecipes[ocr]'",
                 "apt install tesseract-ocr"):  # fmt: skip
        assert said in out


def test_doctor_reads_every_form_in_which_requirements_are_written(monkeypatch):
    wanted = ["click>=8.1", "rich (>=13)", "x[y]>=1 ; extra == 'e'", 'bare; extra == "e"', "plain"]
    monkeypatch.setattr("importlib.metadata.requires", lambda _: wanted)
    expected = [("click", ">=8.1", ""), ("rich", ">=13", ""), ("x", ">=1", "e"), ("bare", "", "e"), ("plain", "", "")]
    assert list(doctor._requirements()) == expected


def test_a_fault_of_the_program_is_told_in_two_lines_with_the_traceback_in_a_file(mmr, capsys, monkeypatch):
    monkeypatch.setattr(catalogue, "entries", lambda: 1 / 0)
    assert mmr("list") == 1
    err = capsys.readouterr().err
    assert "ZeroDivisionError" in err and "Traceback" not in err
    file = Path(re.search(r"details are in (\S+)", err)[1])
    assert "Traceback" in file.read_text()
    file.unlink()


def test_a_closed_pipe_is_no_fault():
    program = f"{sys.executable} -m mmrecipes.cli.main --help | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", program], capture_output=True, text=True, check=True)
    assert "Traceback" not in done.stderr and "fault" not in done.stderr


def test_help_and_import_load_nothing_heavy():
    code = (
        "import sys; from mmrecipes.cli.commands import run_command; import mmrecipes; run_command(['--help']);"
        "heavy = {'pydantic', 'rich', 'duckdb', 'pyarrow', 'numpy', 'PIL', 'jinja2', 'orjson', 'skia', 'matplotlib'};"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("module", ["mmrecipes.cli.commands", "click", "mmrecipes.cli.doctor", "mmrecipes.recipes"])
def test_ctrl_c_while_modules_are_imported_is_told_in_one_line(module):
    code = (
        "import os, signal, sys, time\n"
        "class PressedAt:\n"
        "    def find_spec(self, name, *_):\n"
        f"        if name == {module!r}: os.kill(os.getpid(), signal.SIGINT); time.sleep(10)\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "sys.meta_path.insert(0, PressedAt())\n"
        "from mmrecipes.cli.main import main\n"
        "sys.argv[1:] = ['list']\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr.strip()) == (130, "", "mmr: stopped")


def test_ctrl_c_that_a_module_in_c_made_an_import_error_is_no_fault(mmr, capsys, monkeypatch):
    def interrupted():
        raise ImportError("initialization failed") from KeyboardInterrupt()

    monkeypatch.setattr(catalogue, "entries", interrupted)
    assert mmr("list") == 130
    assert capsys.readouterr().err.strip() == "mmr: stopped"


def test_what_is_imported_before_ctrl_c_is_answered_is_next_to_nothing():
    code = "import sys; before = set(sys.modules); import mmrecipes.cli.main; print(*set(sys.modules) - before)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) == {"__future__", "mmrecipes", "mmrecipes.cli", "mmrecipes.cli.main"}
