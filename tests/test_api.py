"""The package as people import it."""

from __future__ import annotations

from pathlib import Path

import pytest

import mmrecipes
from mmrecipes.api import name_inputs
from mmrecipes.flow.recipe import LoadedRecipe
from mmrecipes_tests.asking import ASKING, start_mock

RECIPE = """
from mmrecipes import Pipeline, RecipeParams, Seeds, assistant, user
class Params(RecipeParams):
    word: str = "yes"
def source(params, inputs):
    return Seeds("mine", {"words": 1.0})
def pipeline(params):
    def say(sample):
        return sample.having(messages=(user("Say it."), assistant(params.word)))
    return Pipeline(say)
"""


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    path = tmp_path / "mine.py"
    path.write_text(RECIPE)
    return path


def test_run_makes_a_dataset_and_its_samples_can_be_read(mine, tmp_path):
    seen = []
    done = mmrecipes.run(mine, out=tmp_path / "out", n=5, params={"word": "no"}, workers=1, progress=seen.append)
    assert (done.accepted, done.wanted, done.errors, done.short, done.exit_code) == (5, 5, 0, False, 0)
    assert [s.messages[-1].text for s in done.samples()] == ["no"] * 5
    assert list(mmrecipes.load(str(done.folder))) == list(done.samples())
    assert done.report.is_file() and seen[-1].phase == "done"


def test_load_refuses_a_folder_without_data_at_once(tmp_path):
    with pytest.raises(mmrecipes.MmrError, match="no dataset"):
        mmrecipes.load(tmp_path)


def test_wrong_parameters_raise_before_any_work(mine, tmp_path):
    with pytest.raises(mmrecipes.MmrError, match=r"wrod.*word"):
        mmrecipes.run(mine, out=tmp_path / "out", n=5, params={"wrod": "no"})
    assert not (tmp_path / "out").exists()


def test_models_are_named_by_role_and_what_they_cost_is_known_afterwards(tmp_path):
    with start_mock(latency=5) as mock:
        (tmp_path / "models.toml").write_text(
            f'[models.one]\nmodel = "mock"\nurl = "{mock.url}"\nprice = {{ input = 1000 }}\n[roles]\nteacher = "one"\n'
        )
        done = mmrecipes.run(ASKING, out=tmp_path / "a", n=6, models=tmp_path / "models.toml", budget=50)
        assert done.account is not None and done.spent == pytest.approx(done.account.spent) and done.spent > 0
        again = mmrecipes.run(ASKING, out=tmp_path / "a", n=6, models=tmp_path / "models.toml")
        assert again.account is None and again.spent == pytest.approx(done.spent)
        mmrecipes.run(ASKING, out=tmp_path / "b", n=3, roles={"teacher": [f"mock@{mock.url}"]}, reuse=tmp_path / "a")
    assert [s.stand_in for s in mmrecipes.load(tmp_path / "b")] == [False] * 3


def test_an_estimate_leaves_nothing_behind_unless_it_is_to_be_kept(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    told = mmrecipes.estimate(ASKING, n=50, k=4, models="stand-in")
    assert told.accepted == 50 and list(tmp_path.iterdir()) == []
    mmrecipes.estimate(ASKING, n=50, k=4, models="stand-in", keep=tmp_path / "kept")
    assert (tmp_path / "kept" / "run" / "answers.sqlite").is_file()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"budget": float("nan")}, "not nan"),
        ({"budget": -0.5}, "not -0.5"),
        ({"budget": float("inf")}, "not inf"),
        ({"reuse": "nowhere"}, "is not a run"),
        ({"roles": {"nobody": "m@http://localhost:9/v1"}}, "no role 'nobody'"),
    ],
)
def test_wrong_arguments_for_models_raise_before_any_work(tmp_path, options, said):
    with pytest.raises(mmrecipes.MmrError, match=said):
        mmrecipes.run(ASKING, out=tmp_path / "out", n=3, **{"models": "stand-in", **options})
    assert not (tmp_path / "out").exists()


def test_a_run_is_not_reused_for_itself(tmp_path):
    mmrecipes.run(ASKING, out=tmp_path / "a", n=3, models="stand-in")
    with pytest.raises(mmrecipes.MmrError, match="leave out --reuse"):
        mmrecipes.run(ASKING, out=tmp_path / "a", n=5, models="stand-in", reuse=tmp_path / "a")


def test_every_name_the_package_offers_is_there():
    for name in dir(mmrecipes):
        assert getattr(mmrecipes, name) is not None
    with pytest.raises(AttributeError, match="nonsense"):
        mmrecipes.nonsense  # noqa: B018


def recipe(tmp_path: Path, **inputs: dict[str, object]) -> LoadedRecipe:
    return LoadedRecipe("mine", "1", str(tmp_path / "mine.py"), {"title": "Mine", "inputs": inputs})


def test_an_input_without_a_name_is_main_or_the_only_one(tmp_path):
    a = tmp_path / "a.csv"
    assert name_inputs(recipe(tmp_path, main={}, other={}), a) == {"main": a}
    assert name_inputs(recipe(tmp_path, table={}), str(a)) == {"table": a}
    with pytest.raises(mmrecipes.MmrError, match=r"table=.* or chart="):
        name_inputs(recipe(tmp_path, table={}, chart={}), a)
    with pytest.raises(mmrecipes.MmrError, match="takes no inputs"):
        name_inputs(recipe(tmp_path), a)


def test_example_stands_for_the_files_beside_the_card(tmp_path):
    both = recipe(tmp_path, main={"example": "ex/a.json"}, other={"example": "ex/b"}, third={})
    assert name_inputs(both, "example") == {"main": tmp_path / "ex/a.json", "other": tmp_path / "ex/b"}
    assert name_inputs(both, {"other": "example"}) == {"other": tmp_path / "ex/b"}
    with pytest.raises(mmrecipes.MmrError, match="no example"):
        name_inputs(both, {"third": "example"})
    with pytest.raises(mmrecipes.MmrError, match=r"no input 'mian' .did you mean main"):
        name_inputs(both, {"mian": "x"})
