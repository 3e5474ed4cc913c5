"""The package as people import it."""

from __future__ import annotations

from pathlib import Path

import pytest

import mmrecipes
from mmrecipes.api import name_inputs
from mmrecipes.flow.recipe import LoadedRecipe

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
