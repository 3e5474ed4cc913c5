"""The report of a run that asked models: its table, its models, its command."""

from __future__ import annotations

import html
import re
import shlex
from pathlib import Path

import pytest

import mmrecipes
from mmrecipes.flow.ledger import step_counts
from mmrecipes.flow.plan import read_plan
from mmrecipes.flow.spent import read_spent
from mmrecipes.report.models import model_options, model_table
from mmrecipes.report.wording import amount, number
from mmrecipes.store.answers import answers_file, read_only
from mmrecipes_tests.asking import ASKING, start_mock

PRICED = """
[models.one]
model = "mock"
url = "{url}"
revision = "<script>alert(1)</script>"
key = "MOCK_KEY"
price = {{ input = 1000, output = 2000 }}
[roles]
teacher = "one"
"""
SECRET = "sk-very-secret-0123456789"


@pytest.fixture(scope="module")
def done(tmp_path_factory) -> mmrecipes.Run:
    folder = tmp_path_factory.mktemp("models")
    with start_mock(latency=5) as mock, pytest.MonkeyPatch.context() as patch:
        patch.setenv("MOCK_KEY", SECRET)
        (folder / "models.toml").write_text(PRICED.format(url=mock.url))
        return mmrecipes.run(
            ASKING, out=folder / "r", n=30, params={"calls": 2, "drop_every": 5}, models=folder / "models.toml"
        )


def words_of(page: str) -> str:
    page = re.sub(r"<(script|style)>.*?</\1>", " ", page, flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_every_prompt_has_a_row_and_the_total_is_their_sum(done):
    steps = [s for s in step_counts(done.folder) if s.usage]
    assert [s.path for s in steps] == ["Ask", "Ask#2"]
    section = words_of(re.search(r'<section id="models">.*?</section>', done.report.read_text(), re.S)[0])
    every = [u for s in steps for u in s.usage.values()]
    for u in every:
        said = (
            f"{number(u.calls)} – {number(u.tokens_in)} {number(u.tokens_out)} {amount(u.cost)} {amount(u.cost / 30)}"
        )
        assert said in section
    cost = sum(u.cost for u in every)
    assert re.search(
        rf"total {sum(u.calls for u in every)} .*{re.escape(amount(cost))} {re.escape(amount(cost / 30))}", section
    )


def test_the_cost_is_that_of_all_calls_and_those_beyond_n_are_named(done):
    text = words_of(done.report.read_text())
    with read_only(answers_file(done.folder)) as log:
        paid = log.totals()
    assert f"cost {amount(paid.cost)} {amount(paid.cost / 30)} per sample" in text
    used = sum(u.calls for s in step_counts(done.folder) for u in s.usage.values())
    beyond = paid.calls - used
    assert beyond > 0 and f"model calls {paid.calls} {beyond} beyond n" in text
    tokens = rf"– {number(paid.tokens_in)} {number(paid.tokens_out)} {re.escape(amount(paid.cost))}"
    assert re.search(
        rf"dropped on the way to them {used} .*a larger --n uses them {beyond} .*all {paid.calls} {tokens}", text
    )


def test_models_are_named_with_place_and_price_and_no_secret(done):
    page = done.report.read_text()
    text = words_of(page)
    assert re.search(r"teacher mock 127\.0\.0\.1:\d+/v1 revision <script>alert\(1\)</script>", text)
    assert "price 1,000 in, 2,000 out per million tokens" in text
    assert SECRET not in page and page.count("<script>") == 1


def test_the_command_binds_the_models_again(done, tmp_path):
    assert "--models models.toml" in shlex.join(model_options(read_plan(done.folder)))
    with start_mock(latency=5) as mock:
        role = f"mock@{mock.url}"
        mmrecipes.run(ASKING, out=tmp_path / "named", n=4, roles={"teacher": role})
        assert model_options(read_plan(tmp_path / "named")) == ["--role", f"teacher={role}"]
    faults = "stand-in:malformed=0.25"
    mmrecipes.run(ASKING, out=tmp_path / "rehearsed", n=4, models=faults)
    assert model_options(read_plan(tmp_path / "rehearsed")) == ["--models", faults]


def test_a_rehearsal_has_no_cost_and_says_what_it_is(tmp_path):
    run = mmrecipes.run(ASKING, out=tmp_path / "r", n=10, models="stand-in:malformed=0.5")
    table = model_table(read_plan(run.folder), step_counts(run.folder), read_spent(run.folder), run.accepted)
    assert table is not None and not table.priced and table.weighed == "tokens" and table.models[0].stand_in
    text = words_of(run.report.read_text())
    assert "the recipe answered itself faults: malformed 0.5" in text and "a rehearsal, not data" in text
    assert "per sample" not in text


def test_a_run_that_asked_nobody_has_no_such_section(tmp_path):
    recipe = Path(__file__).with_name("odd_recipe.py")
    page = mmrecipes.run(recipe, out=tmp_path / "r", n=3).report.read_text()
    assert 'id="models"' not in page and "#models" not in page and "model calls" not in page


def test_a_run_that_its_budget_ended_says_what_is_not_done(done, tmp_path):
    with start_mock(latency=5) as mock, pytest.MonkeyPatch.context() as patch:
        patch.setenv("MOCK_KEY", SECRET)
        (tmp_path / "models.toml").write_text(PRICED.format(url=mock.url))
        run = mmrecipes.run(ASKING, out=tmp_path / "r", n=300, models=tmp_path / "models.toml", budget=9)
    assert run.stopped and run.exit_code == 3
    text = words_of(run.report.read_text())
    assert re.search(r"This run is short: \d+ of 300 samples; \d+ rows were begun and are not done", text)
