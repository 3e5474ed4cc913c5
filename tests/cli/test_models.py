"""Models on the command line: binding, refusals, budgets, rehearsals, estimates, what is told afterwards."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
import termios
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import mmrecipes
from mmrecipes.cli.commands import cli
from mmrecipes.cli.progress import Pace
from mmrecipes.flow.run import Progress
from mmrecipes.models.binding import STAND_IN, Endpoint, ImageLimits, Price, parse_bindings
from mmrecipes_tests.asking import ASKING, start_mock

DOCUMENTED = Path(__file__).parents[2] / "docs" / "models.toml"


@pytest.fixture
def asking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder: it holds asking.py, a recipe with the roles `teacher` and `seer`."""
    (tmp_path / "asking.py").write_text(Path(ASKING).read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DISPLAY", raising=False)
    return tmp_path


@pytest.fixture(scope="module")
def mock() -> Iterator[Any]:
    with start_mock(latency=10) as started:
        yield started


def models_toml(url: str, price: str = "price = { input = 1000, output = 1000 }", extra: str = "") -> str:
    text = f'[models.one]\nmodel = "mock"\nurl = "{url}"\n{price}\n{extra}\n[roles]\nteacher = "one"\n'
    Path("models.toml").write_text(text, encoding="utf-8")
    return "models.toml"


def spent(folder: str) -> float:
    import sqlite3

    with sqlite3.connect(Path(folder) / "run" / "answers.sqlite") as db:
        return db.execute("SELECT total(cost) FROM answers WHERE NOT reused").fetchone()[0]


def test_a_role_named_on_the_command_line_is_asked(asking, mmr, mock, capsys):
    mock.reset()
    assert mmr("run", "./asking.py", "--out", "d", "--n", 12, "--role", f"teacher=mock@{mock.url}") == 0
    assert mock.stats()["calls"] >= 12
    out = capsys.readouterr().out
    assert re.search(r"calls +\d+ answered\n +tokens +[\d,]+ in, [\d,]+ out\n", out) and "cost" not in out
    assert not any(s.stand_in for s in mmrecipes.load("d"))


def test_a_priced_run_tells_its_cost_at_the_end_in_status_and_while_it_goes(asking, mmr, mock, capsys):
    models = models_toml(mock.url)
    assert mmr("run", "./asking.py", "--out", "d", "--n", 12, "--models", models, "--budget", 50) == 0
    out, err = capsys.readouterr()
    told = float(re.search(r"cost +([\d.]+), [\d.]+ per sample", out)[1])
    assert told == pytest.approx(spent("d"), rel=1e-3) and "cost 0 of budget 50" in err
    assert mmr("status", "d") == 0
    assert f"cost     {told:g}" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["--n", 13], ["--n", 13, "--budget", 50]])
def test_calls_for_rows_beyond_n_are_named_with_their_part_of_the_cost(asking, mmr, mock, capsys, words):
    twice = ["--models", models_toml(mock.url), "--set", "twice=true"]
    assert mmr("run", "./asking.py", "--out", "d", *words, *twice) == 0
    summary = capsys.readouterr().out
    assert mmr("status", "d") == 0
    for out in (summary, capsys.readouterr().out):
        assert "  flow     7 rows, split into 14 samples = 13 kept + 1 beyond n\n" in out and "dropped" not in out
        calls = int(re.search(r"calls +(\d+) answered", out)[1])
        beyond, part = re.search(r"beyond n (\d+) of the calls \(([\d.]+) of the cost\) for rows after", out).groups()
        cost = float(re.search(r"cost +([\d.]+)", out)[1])
        assert calls == 7 + int(beyond) and cost == pytest.approx(spent("d"), rel=1e-3)
        assert 0 < float(part) < cost


def test_at_the_end_of_the_budget_the_run_says_so_also_later_and_a_higher_one_goes_on(asking, mmr, mock, capsys):
    words = ["run", "./asking.py", "--out", "d", "--n", 60, "--models", models_toml(mock.url)]
    assert mmr(*words, "--budget", 3) == 3
    out = capsys.readouterr().out
    assert re.search(r"stopped  the budget of 3.* is used up.*higher --budget", out) and "input held no more" not in out
    assert 0 < spent("d") <= 3
    assert mmr("status", "d") == 0
    assert re.search(r"^stopped: .*because  the budget of 3.* is used up", capsys.readouterr().out, re.S)
    assert mmr(*words, "--budget", 100) == 0
    capsys.readouterr()
    assert mmr("status", "d") == 0
    out = capsys.readouterr().out
    assert out.startswith("finished") and "budget" not in out


def test_a_changed_recipe_reuses_the_answers_of_an_older_run(asking, mmr, mock, capsys):
    models = models_toml(mock.url)
    assert mmr("run", "./asking.py", "--out", "old", "--n", 24, "--models", models) == 0
    mock.reset()
    words = ["--n", 10, "--models", models, "--set", "drop_every=4", "--reuse", "old"]
    assert mmr("run", "./asking.py", "--out", "new", *words) == 0
    assert mock.stats()["calls"] == 0
    assert re.search(r"calls +\d+ reused\n", capsys.readouterr().out)


def test_errors_are_tried_again_on_demand(asking, mmr, capsys):
    with start_mock(latency=5, poison=0.05) as poisoned:
        words = ["run", "./asking.py", "--out", "d", "--n", 20, "--role", f"teacher=mock@{poisoned.url}"]
        assert mmr(*words) == 3
        port = int(poisoned.url.split(":")[2].split("/")[0])
    with start_mock(latency=5, port=port):
        assert mmr(*words) == 3
        assert mmr(*words, "--retry-errors") == 0


def wrong_usage() -> list[tuple[list[str], list[str]]]:
    role = "teacher=m@http://localhost:9/v1"
    return [
        ([], ["none is bound to: teacher (answers)", "--role teacher=MODEL@URL", "--models stand-in"]),
        (["--role", "taecher=m@http://localhost:9/v1"], ["no role 'taecher'", "did you mean 'teacher'"]),
        (["--role", "teacher"], ["--role teacher", "ROLE=MODEL@URL", "http://localhost:8000/v1"]),
        (["--role", "teacher=m@http://me:secret@localhost:9/v1"], ["--role teacher", "NAME_OF_VARIABLE"]),
        (["--role", "teacher=m@https://far.example/v1"], ["m@https://far.example/v1", "OPENAI_API_KEY", "export"]),
        (["--role", role], ["role teacher", "m@http://localhost:9/v1", "start the server or correct the URL"]),
        (["--role", role, "--budget", "5"], ["role teacher", "has no price", "models.toml"]),
        (["--role", role, "--budget", "-1"], ["budget", "0 or more", "-1"]),
        (["--role", role, "--budget", "nan"], ["budget", "nan"]),
        (["--role", role, "--budget", "much"], ["--budget", "much"]),
        (["--models", "missing.toml"], ["missing.toml", "No such file"]),
        (["--models", "broken.toml"], ["broken.toml", "not valid TOML"]),
        (["--models", "typo.toml"], ["typo.toml", "[models.one]", "modle"]),
        (["--models", "keyless.toml"], ["NO_SUCH_VARIABLE", "export"]),
        (["--models", "elsewhere.toml"], ["role teacher", "'two'", "one"]),
        (["--models", "stand-in:malfromed=0.1"], ["no fault 'malfromed'", "malformed"]),
        (["--models", "stand-in:malformed=2"], ["between 0 and 1"]),
        (["--models", "stand-in", "--reuse", "nowhere"], ["nowhere is not a run"]),
        (["--models", "stand-in", "--reuse", "plain"], ["plain", "holds no answers"]),
    ]


@pytest.mark.parametrize(("words", "said"), wrong_usage())
def test_a_mistake_is_one_message_exits_2_and_does_not_stand_in_the_way(asking, mmr, capsys, monkeypatch, words, said):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    model = '[models.one]\nmodel = "m"\nurl = "http://localhost:9/v1"\n'
    Path("broken.toml").write_text("[models.one\n")
    Path("typo.toml").write_text(model.replace("model =", "modle ="))
    Path("keyless.toml").write_text(f'{model}key = "NO_SUCH_VARIABLE"\n[roles]\nteacher = "one"\n')
    Path("elsewhere.toml").write_text(f'{model}[roles]\nteacher = "two"\n')
    (asking / "plain" / "run").mkdir(parents=True)
    (asking / "plain" / "run" / "plan.json").write_text(json.dumps(PLAN))
    assert mmr("run", "./asking.py", "--out", "data", "--n", 3, *words) == 2
    err = capsys.readouterr().err
    assert all(word in err for word in said), err
    assert "Traceback" not in err and "secret" not in err
    assert mmr("run", "./asking.py", "--out", "data", "--n", 3, "--models", STAND_IN) == 0


PLAN = {
    **dict.fromkeys(("recipe", "version", "location", "fingerprint"), "x"),
    **{"params": {}, "inputs": {}, "seed": 0, "n": 1, "card": {}, "versions": {}},
}


def test_models_for_a_recipe_that_asks_none_are_refused(here, mmr, capsys):
    assert mmr("run", "./mine.py", "--out", "d", "--n", 3, "--models", STAND_IN) == 2
    assert "asks no models" in capsys.readouterr().err


def test_preview_takes_the_stand_in_when_no_model_is_named_and_says_so(asking, mmr, capsys, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(asking))
    assert mmr("preview", "./asking.py", "--n", 3) == 0
    out, err = capsys.readouterr()
    assert "no model given for the role teacher: the recipe's stand-in answers" in err
    assert "a rehearsal, not data" in Path(out.split(": ")[-1].strip()).read_text(encoding="utf-8")


def test_a_rehearsal_is_told_apart_and_exported_only_when_asked_for(asking, mmr, capsys):
    assert mmr("run", "./asking.py", "--out", "d", "--n", 5, "--models", "stand-in:malformed=0.5") == 0
    out = capsys.readouterr().out
    assert "by the stand-in" in out and "a rehearsal" in out and "mmr export" not in out
    assert mmr("export", "d", "--to", "llava", "--out", "x") == 2
    assert "5 samples hold answers of a stand-in" in capsys.readouterr().err
    assert mmr("export", "d", "--to", "llava", "--out", "x", "--allow-stand-in") == 0
    assert "5 samples are a rehearsal's" in capsys.readouterr().out


def test_show_names_roles_faults_and_commands_that_work_as_they_stand(asking, mmr, capsys, monkeypatch):
    assert mmr("show", "./asking.py") == 0
    out = capsys.readouterr().out
    for said in ("teacher  answers", "vision-chat; only with some parameters", "unusable   malformed, also when"):
        assert said in out
    commands = [line.split()[1:] for line in out.partition("\ntry\n")[2].splitlines()]
    assert [c[0] for c in commands] == ["preview", "run", "estimate"]
    monkeypatch.setattr("tempfile.tempdir", str(asking))
    for command in commands:
        assert mmr(*command) == 0


def test_an_estimate_is_a_table_with_cost_time_and_how_to_keep_its_answers(asking, mmr, mock, capsys):
    words = ["--n", 400, "--models", models_toml(mock.url), "--set", "calls=2", "--keep", "kept", "--budget", 5]
    assert mmr("estimate", "./asking.py", *words) == 0
    out = capsys.readouterr().out
    assert re.search(r"^400 samples of asking from 4\d\d rows", out)
    assert re.search(r"Ask#2 +chain/N +teacher +1\.\d\d +4\d\d +0 +[\d,]+ +[\d,]+ +0 +[\d.]+\n", out)
    assert re.search(r"cost     [\d.]+, [\d.]+ per sample", out) and "5 is not enough: about" in out
    assert re.search(r"time     .* at the rate seen, [\d.,]+ calls/s", out)
    assert "--reuse kept" in out and (asking / "kept" / "run" / "answers.sqlite").is_file()


def test_a_free_estimate_is_labelled_and_one_of_a_stand_in_has_no_price(asking, mmr, mock, capsys):
    mock.reset()
    words = ["estimate", "./asking.py", "--n", 100]
    assert mmr(*words, "--models", models_toml(mock.url), "--free") == 0
    out = capsys.readouterr().out
    assert "no model was asked" in out and re.search(r"cost     [\d.]+", out) and mock.stats()["calls"] == 0
    assert mmr(*words, "--models", STAND_IN) == 0
    assert "cost     no price" in capsys.readouterr().out
    assert mmr(*words, "--free") == 2
    assert "--free puts the stand-in in the place of models" in capsys.readouterr().err
    assert mmr(*words, "--free", "--keep", "k") == 2


def test_an_estimate_as_json_has_the_same_numbers(asking, mmr, mock, capsys):
    words = ["--n", 100, "--models", models_toml(mock.url), "--budget", 9, "--json"]
    assert mmr("estimate", "./asking.py", *words) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["cost"] == pytest.approx(sum(p["cost"] for p in told["prompts"]))
    assert (told["accepted"], told["budget"]) == (100, 9.0) and told["low"] <= told["cost"] <= told["high"]
    assert told["rehearsal"]["asked"] >= 16


@pytest.mark.parametrize("settings", [["calls=3"], ["calls=3", "drop_every=4"], ["calls=1"]])
def test_the_cost_to_come_is_told_right_once_a_fifth_is_there(asking, settings):
    told: list[tuple[int, float | None]] = []
    pace = Pace()

    def watch(p: Progress) -> None:
        pace.add(p)
        told.append((p.accepted, pace.projected(p)))

    with start_mock(latency=50) as slow:
        models = models_toml(slow.url, extra="max_in_flight = 32")
        params = {k: int(v) for k, v in (x.split("=") for x in settings)}
        done = mmrecipes.run("./asking.py", out="d", n=400, models=models, params=params, progress=watch)
    early = [cost for accepted, cost in told if 80 <= accepted < 400 and cost is not None]
    assert len(early) > 3
    assert max(abs(cost / done.spent - 1) for cost in early) < 0.25


@pytest.mark.parametrize("columns", [60, 80, 140])
def test_the_live_line_never_wraps(asking, mock, columns):
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, columns))
    words = ["run", "./asking.py", "--out", "d", "--n", "200", "--models", models_toml(mock.url), "--budget", "9999"]
    env = {**os.environ, "TERM": "xterm"}
    env.pop("COLUMNS", None)
    process = subprocess.Popen(
        [sys.executable, "-m", "mmrecipes.cli.main", *words], stdout=subprocess.DEVNULL, stderr=theirs, env=env
    )
    os.close(theirs)
    seen = b""
    while piece := _read(ours):
        seen += piece
    assert process.wait(60) == 0
    lines = [x.rstrip() for x in re.split(r"[\r\n]", re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", seen.decode()))]
    told = [x for x in lines if "samples" in x]
    assert told and max(map(len, lines)) <= columns
    whole = r"(samples|dropped|errors|/s|left|calls|in flight|in all|budget 9,999)$"
    assert all(re.search(whole, x) for x in told)
    assert columns < 80 or any("cost" in x for x in told)


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 4096)
    except OSError:
        return b""


def test_the_documented_models_file_is_valid_and_shows_every_setting():
    text = DOCUMENTED.read_text(encoding="utf-8")
    roles = {role: {} for role in tomllib.loads(text)["roles"]}
    bound = parse_bindings(roles, [], str(DOCUMENTED))
    assert set(bound) == set(roles) and len(bound["voter"]) == 2 and bound["captioner"][0].name == STAND_IN
    large = tomllib.loads(text)["models"]["large"]
    assert set(large) == set(Endpoint.model_fields)
    assert set(large["price"]) == set(Price.model_fields) and set(large["image"]) == set(ImageLimits.model_fields)


def test_the_help_names_the_documented_file_and_every_option_of_models():
    for command in ("run", "preview", "estimate"):
        text = " ".join(cli.commands[command].get_help(cli.make_context("mmr", [command])).split())
        assert "docs/models.toml" in text and "--role" in text and "stand-in" in text
