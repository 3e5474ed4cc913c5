from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmrecipes.core.errors import InputError, UsageError
from mmrecipes.flow.recipe import LoadedRecipe
from mmrecipes.flow.run import RunRequest, execute
from mmrecipes.formats.reader import RowError
from mmrecipes.steps.pool import SourceSpec, open_pool, read_sources
from mmrecipes.store.dataset import read_samples
from mmrecipes_tests.store.samples import picture

DOMAINS = ("General", "Chart", "OCR")


def llava(folder: Path, rows: int, name: str = "data.json") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    image = picture(1)
    (folder / "a.png").write_bytes(image.data)
    turns = [{"from": "human", "value": "<image>\nWhat?"}, {"from": "gpt", "value": "That."}]
    made = [{"id": f"own{i}", "image": "a.png", "domain": "mine", "conversations": turns} for i in range(rows)]
    (folder / name).write_text(json.dumps(made))
    return folder / name


def sources(folder: Path, text: str) -> Path:
    file = folder / "sources.toml"
    file.write_text(text)
    return file


TWO = """
[[source]]
name = "charts"
path = "charts/data.json"
domain = "Chart"
task_family = "vqa"
reasoning = "both"
answer_kind = "factual"
priority = 3
licence = "CC-BY-4.0"
category = "bars"
subset = "charts"

[[source]]
name = "rest"
path = "rest"
reader = "llava"
"""


@pytest.fixture
def two(tmp_path: Path) -> Path:
    llava(tmp_path / "charts", 3)
    llava(tmp_path / "rest", 5)
    return sources(tmp_path, TWO)


def test_every_source_is_a_stratum_as_heavy_as_its_rows(two: Path) -> None:
    pool = open_pool("mine", two, DOMAINS)
    assert pool.strata() == {"charts": 3.0, "rest": 5.0}
    assert [pool.size(name) for name in pool.strata()] == [3, 5]
    assert pool.remarks == ()


def test_a_row_is_renamed_and_says_where_it_comes_from(two: Path) -> None:
    row = open_pool("mine", two, DOMAINS).sample("charts", 2)
    assert (row.id, row.source, row.licence, row.subset) == ("mine/charts/000002", "charts", "CC-BY-4.0", "charts")
    assert row.meta == {
        "domain": "Chart", "task_family": "vqa", "reasoning": "both", "answer_kind": "factual", "priority": 3,
        "category": "bars", "source_id": "own2", "row_domain": "mine",
    }  # fmt: skip
    assert row.images and row.messages[1].text == "That."
    plain = open_pool("mine", two, DOMAINS).sample("rest", 0)
    assert (plain.meta["reasoning"], plain.meta["answer_kind"], plain.meta["domain"]) == ("short", "auto", "")


def test_any_path_a_reader_recognises_is_a_pool_of_one(tmp_path: Path) -> None:
    pool = open_pool("mine", llava(tmp_path / "x", 2, "my data.json"))
    assert pool.strata() == {"my-data": 2.0}
    assert pool.sample("my-data", 1).meta["source_id"] == "own1"
    with pytest.raises(InputError, match="does not exist"):
        open_pool("mine", tmp_path / "nothing")


WRONG = """
sources = 3
[[source]]
name = "a"
path = "missing.json"
domian = "Chart"
domain = "chart"
[[source]]
name = "b c"
priority = "high"
reasoning = "longs"
[[source]]
name = "q"
path = "x"
images = "no"
reader = "lava"
[[source]]
name = "q"
path = "x"
reader = "llamafactory"
options = {datasett = "y"}
[[source]]
path = 3
"""


def test_every_mistake_of_the_file_is_named_at_once(tmp_path: Path) -> None:
    llava(tmp_path / "x", 1)
    with pytest.raises(InputError) as found:
        read_sources(sources(tmp_path, WRONG), DOMAINS)
    lines = [line.strip() for line in str(found.value).splitlines()[1:]]
    for words in (
        "unknown key 'sources'",
        "source 1 (a), domian: unknown key; did you mean 'domain'?",
        "source 1 (a), domain: 'chart'; did you mean 'Chart'?",
        "source 1 (a), path: ",
        "source 2 (b c), name: 'b c'",
        "source 2 (b c), path: is missing",
        "source 2 (b c), priority: ",
        "source 2 (b c), reasoning: 'longs'; did you mean 'long'?",
        "source 3 (q), images: ",
        "source 3 (q), reader: 'lava'; did you mean 'llava'?",
        "source 4 (q), name: an earlier source is called 'q' too",
        "source 4 (q), options.datasett: unknown; did you mean 'dataset'?",
        "source 5, name: is missing",
        "source 5, path: ",
    ):
        assert sum(line.startswith(words) for line in lines) == 1, (words, lines)
    assert len(lines) == 14


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[source]\n", "is not TOML"),
        ("", "names no source"),
        ("source = 3", "names no source"),
        ("source = [3]", "source 1, is no table"),
    ],
)
def test_a_file_that_is_no_list_of_sources_is_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_sources(sources(tmp_path, text))


@given(st.dictionaries(st.sampled_from([*SourceSpec.model_fields, "x"]), st.integers() | st.text() | st.booleans()))
def test_whatever_the_table_says_the_answer_is_sources_or_mistakes(
    tmp_path_factory: pytest.TempPathFactory, table: dict[str, object]
) -> None:
    file = tmp_path_factory.mktemp("pool") / "sources.toml"
    lines = [f"{k} = {json.dumps(v) if isinstance(v, str) else str(v).lower()}" for k, v in table.items()]
    file.write_text("[[source]]\n" + "\n".join(lines), encoding="utf-8", errors="replace")
    try:
        assert len(read_sources(file)) == 1
    except InputError as e:
        assert str(file) in str(e)


def test_sources_that_cannot_be_opened_are_all_named_before_any_work(two: Path) -> None:
    (two.parent / "charts/data.json").write_text("[]")
    (two.parent / "rest/data.json").write_text('{"a": 1}')
    with pytest.raises(InputError, match=r"(?s)source charts: .*source rest: "):
        open_pool("mine", two, DOMAINS).strata()


def test_a_row_that_cannot_be_read_raises_its_reason(two: Path) -> None:
    rows = json.loads((two.parent / "rest/data.json").read_text())
    rows[1]["conversations"][0]["value"] = "no placeholder"
    (two.parent / "rest/data.json").write_text(json.dumps(rows))
    pool = open_pool("mine", two, DOMAINS)
    assert pool.remarks == ("rest: 1 of 5 rows cannot be used: placeholder_mismatch",)
    with pytest.raises(RowError) as found:
        pool.sample("rest", 1)
    assert found.value.reason == "placeholder_mismatch"


RECIPE = """
from mmrecipes.flow.pipeline import Pipeline
from mmrecipes.flow.recipe import RecipeParams
from mmrecipes.flow.step import step
from mmrecipes.steps.pool import open_pool

class Params(RecipeParams):
    pass

def source(params, inputs):
    return open_pool("pooled", inputs["main"])

@step(reads=("messages", "meta.domain"))
def keep(sample):
    return sample

def pipeline(params):
    return Pipeline(keep)
"""


def test_a_run_drops_bad_rows_by_name_and_does_not_go_on_when_a_named_file_has_changed(two: Path) -> None:
    folder = two.parent
    (folder / "recipe.py").write_text(RECIPE)
    rows = json.loads((folder / "rest/data.json").read_text())
    rows[1]["image"] = "../a.png"
    (folder / "rest/data.json").write_text(json.dumps(rows))
    recipe = LoadedRecipe("pooled", "1", str(folder / "recipe.py"), {"inputs": {"main": {"required": True}}})
    request = RunRequest(recipe, folder / "out", None, {"main": two}, {}, 0, 1)
    result = execute(request)
    assert (result.accepted, result.dropped) == (7, 1)
    assert execute(request).accepted == 7
    kept = [s.id for s in read_samples(folder / "out")]
    assert "pooled/rest/000001" not in kept and "pooled/charts/000002" in kept
    rows[0]["conversations"][1]["value"] = "Changed."
    (folder / "rest/data.json").write_text(json.dumps(rows))
    with pytest.raises(UsageError, match=r"files\.rest"):
        execute(request)


def test_a_row_that_cannot_be_written_is_an_error_with_its_reason_and_its_own_source_is_kept(tmp_path: Path) -> None:
    def row(said: str) -> dict[str, object]:
        turns = [{"from": "human", "value": "q"}, {"from": "gpt", "value": said}]
        return {"source": "web", "conversations": turns}

    (tmp_path / "a.json").write_text(json.dumps([row("fine"), row("cut \ud83d")]))
    pool = open_pool("toy", tmp_path / "a.json")
    sample = pool.sample("a", 0)
    assert (sample.source, sample.meta["row_source"]) == ("a", "web")
    with pytest.raises(RowError, match="half a surrogate pair") as found:
        pool.sample("a", 1)
    assert found.value.reason == "bad_text"
