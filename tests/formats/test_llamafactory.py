"""LLaMA-Factory's data sets: exports read by its own parser, converter and placeholder check, and read back.

What is replaced, because the whole training stack hangs on it and no data passes through it: the packages `peft` and
`torchaudio`, and the `__init__` of `llamafactory.data`. `load_dataset` is the package datasets' own.
"""

from __future__ import annotations

import functools
import json
import types
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmrecipes.core.errors import InputError, UsageError
from mmrecipes.core.sample import Message, Part, Sample, assistant, user
from mmrecipes.formats.export import LossReport, export_dataset
from mmrecipes.formats.llamafactory import layout_of
from mmrecipes.formats.reader import ReadOptions, RowError, Rows, open_source, recognised
from mmrecipes_tests.formats.conversing import LOADED, bare, chats, dataset, records, right_boxes, said
from mmrecipes_tests.formats.stubbing import bare_package, package_folder, stubbed
from mmrecipes_tests.store.samples import picture

A, B = picture(1, (40, 20)), picture(2, (20, 40), "JPEG")


@pytest.fixture(scope="module")
def trainer() -> Any:
    """The package's `parser`, `converter` and `mm_plugin`."""
    folder = package_folder("llamafactory", "llamafactory==0.9.5")
    pytest.importorskip("transformers")
    with stubbed({"peft": {}, "torchaudio": {}}):
        bare_package("llamafactory.data", folder / "data")
        from llamafactory.data import converter, mm_plugin, parser  # pyright: ignore[reportMissingImports]
    return types.SimpleNamespace(parser=parser, converter=converter, mm_plugin=mm_plugin)


Loaded = dict[str, Any]


def loaded(trainer: Any, folder: Path, name: str = "mmrecipes") -> list[Loaded]:
    """The data set's rows as the trainer aligns them, each checked against its images as it does before training."""
    import datasets

    (attr,) = trainer.parser.get_dataset_list([name], str(folder))
    rows = datasets.load_dataset(
        "json", data_files=str(folder / attr.dataset_name), split="train", cache_dir=str(folder.parent / "cache")
    )
    aligned = [converter(trainer, attr, folder)(row) for row in rows]
    plugin = trainer.mm_plugin.BasePlugin(image_token="<image>", video_token=None, audio_token=None)
    for row in aligned:
        if row["_prompt"]:
            plugin._validate_messages(row["_prompt"] + row["_response"][:1], row["_images"] or [], [], [])
    return aligned


def converter(trainer: Any, attr: Any, folder: Path) -> Callable[[dict[str, Any]], Loaded]:
    return trainer.converter.get_dataset_converter(attr.formatting, attr, types.SimpleNamespace(media_dir=str(folder)))


def exported(tmp: Path, items: Iterable[Sample], form: str = "llamafactory", **options: str) -> LossReport:
    return export_dataset(dataset(tmp / "run", items), form, tmp / "out", **options)


def chat(*messages: Message, id: str = "s", **changes: Any) -> Sample:
    return Sample(id=id, images=(A, B), messages=messages, **changes)


def heard(row: Loaded, answer: int = 0) -> list[list[str]]:
    turns = [*row["_prompt"], row["_response"][answer]]
    return ["".join(map(bare, t["content"].split("<image>"))).split() for t in turns]


@LOADED
@given(st.lists(chats(), min_size=1, max_size=6, unique_by=lambda s: s.id))
def test_any_conversation_reaches_the_trainer_and_comes_back_equal(
    trainer: Any, tmp_path_factory: pytest.TempPathFactory, items: list[Sample]
) -> None:
    tmp = tmp_path_factory.mktemp("lf")
    report = exported(tmp, items, policy="degrade")
    assert report.rows_out == len(items) and not report.dropped
    rows = {tuple(map(tuple, heard(r))): r for r in loaded(trainer, tmp / "out")}
    reader, back = open_source(tmp / "out")
    assert reader.name == "llamafactory" and back.remarks == ()
    read = {s.id: s for s in map(back.sample, range(len(back)))}
    for sample in items:
        row = rows[tuple(map(tuple, squeezed(sample)))]
        shown = [p.image for m in sample.messages for p in m.parts if p.image]
        assert [Path(p).stem for p in row["_images"] or []] == shown
        system = [bare(m.text) for m in sample.messages if m.role == "system"]
        assert bare(row["_system"] or "") == "".join(system)
        assert said(read[sample.id].messages) == said(sample.messages)
        assert {im.sha256 for im in read[sample.id].images} == set(shown)


def squeezed(sample: Sample) -> list[list[str]]:
    """As `heard`: the words of each turn, texts side by side a blank apart, images as nothing."""
    turns = []
    for m in sample.messages:
        if m.role != "system":
            text, after = "", False
            for p in m.parts:
                text += (" " * after + bare(p.text)) if p.text is not None else ""
                after = p.text is not None
            turns.append(text.split())
    return turns


@LOADED
@given(st.lists(chats(), min_size=1, max_size=5, unique_by=lambda s: s.id))
def test_pairs_have_an_odd_number_of_turns_before_two_different_answers(
    trainer: Any, tmp_path_factory: pytest.TempPathFactory, items: list[Sample]
) -> None:
    tmp = tmp_path_factory.mktemp("lf")
    report = exported(tmp, items, "llamafactory-preference", policy="degrade")
    wanted = {
        s.id: list(dict.fromkeys(w for a in s.alternatives if (w := a.messages[0].text) != s.messages[-1].text))
        for s in items
    }
    assert report.rows_out == sum(map(len, wanted.values()))
    left_out = {i for ids in report.dropped.values() for i in ids}
    assert left_out == {i for i, worse in wanted.items() if not worse}
    assert report.split["rows"] == sum(len(w) for w in wanted.values() if len(w) > 1)
    if not report.rows_out:
        return
    rows = loaded(trainer, tmp / "out")
    assert all(len(r["_prompt"]) % 2 == 1 and len(r["_response"]) == 2 for r in rows)
    assert all(r["_response"][0] != r["_response"][1] for r in rows)
    _, back = open_source(tmp / "out")
    pairs = sorted((bare(s.messages[-1].text), bare(s.alternatives[0].messages[0].text)) for s in samples_of(back))
    assert pairs == sorted((bare(s.messages[-1].text), bare(worse)) for s in items for worse in wanted[s.id])


def samples_of(rows: Rows) -> list[Sample]:
    return [rows.sample(i) for i in range(len(rows))]


@LOADED
@given(st.lists(records(), min_size=1, max_size=4, unique_by=lambda s: s.id))
def test_records_become_questions_whose_boxes_are_right_to_half_a_unit(
    trainer: Any, tmp_path_factory: pytest.TempPathFactory, items: list[Sample]
) -> None:
    tmp = tmp_path_factory.mktemp("lf")
    report = exported(tmp, items, policy="degrade", boxes="norm1000")
    if not report.rows_out:
        return
    assert "regions" not in report.not_read
    read = {m.id: m for m in samples_of(open_source(tmp / "out")[1])}
    found = sum(
        right_boxes(s, read[s.id].messages, lambda size: ((1000 / size[0], 1000 / size[1]), (0, 0), 1))
        for s in items
        if s.id in read
    )
    assert found == sum(r["content"].count("\n") + 1 for r in answers(loaded(trainer, tmp / "out")))
    with pytest.raises(UsageError, match="there are llava_norm"):
        export_dataset(tmp / "run", "llamafactory", tmp / "x", boxes="cm")


def answers(rows: list[Loaded]) -> list[dict[str, str]]:
    turns = [t for row in rows for t in row["_prompt"] + row["_response"]]
    return [t for t in turns if t["role"] == "assistant"]


def test_many_rows_without_images_before_the_first_with_one_still_load(trainer: Any, tmp_path: Path) -> None:
    """The loader infers types from the first 10 MB: `images` would be a list of nulls for ever."""
    plain = [chat(user("x" * 60_000), assistant(str(i)), id=f"t{i}") for i in range(180)]
    exported(tmp_path, [*plain, chat(user(A, "?"), assistant("yes"), id="seen")])
    assert (tmp_path / "out/mmrecipes.jsonl").stat().st_size > 10 << 20
    rows = loaded(trainer, tmp_path / "out")
    assert [r["_images"] is not None for r in rows] == [True, *[False] * 180]
    assert [r["_response"][0]["content"] for r in rows] == ["yes", *map(str, range(180))]


NAMES = st.none() | st.sampled_from(("a", "b", "messages", "conversations"))
ENTRY = st.fixed_dictionaries(
    {},
    optional={
        "formatting": st.sampled_from(("alpaca", "sharegpt", "openai")),
        "ranking": st.booleans(),
        "columns": st.dictionaries(
            st.sampled_from(("prompt", "query", "response", "history", "messages", "system", "images", "chosen")), NAMES
        ),
        "tags": st.dictionaries(st.sampled_from(("role_tag", "content_tag", "user_tag", "system_tag")), NAMES),
    },
)


@given(ENTRY)
def test_a_layout_says_what_the_trainer_s_parser_says_also_where_a_block_nulls_the_defaults(
    trainer: Any, entry: dict[str, Any]
) -> None:
    attr = trainer.parser.DatasetAttr("file", dataset_name="x")
    attr.join(entry)
    needed = attr.prompt if attr.formatting == "alpaca" else attr.messages
    untagged = attr.formatting != "alpaca" and not (attr.role_tag and attr.content_tag)
    if needed is None or untagged:
        with pytest.raises(InputError, match="does not list"):
            layout_of(entry, "here")
        return
    layout = layout_of(entry, "here")
    assert (layout.formatting, layout.ranking) == (attr.formatting, attr.ranking)
    for names in (layout.columns, layout.tags):
        assert names == {k: getattr(attr, k) for k in names}


def written(folder: Path, rows: Sequence[Any], **entry: Any) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "a.png").write_bytes(A.data)
    (folder / "data.json").write_text(json.dumps(rows))
    (folder / "dataset_info.json").write_text(json.dumps({"mine": {"file_name": "data.json", **entry}}))
    return folder


def sharegpt(*turns: str, **more: Any) -> dict[str, Any]:
    roles = {"h": "human", "g": "gpt", "s": "system", "o": "observation"}
    return {"conversations": [{"from": roles.get(t[0], t[0]), "value": t[2:]} for t in turns], **more}


SHAREGPT = [
    sharegpt("h:<image>What?", "g:That.", images=["a.png"]),
    sharegpt("s:Be brief.", "h:Hi", "g:Ho", images=[]),
    sharegpt("h:Hi", images=[]),
    sharegpt("g:Hi", "h:Ho", images=[]),
    sharegpt("h:Hi", "h:Ho", images=[]),
    sharegpt("h:Hi", "g:Ho", "h:more", images=[]),
    sharegpt("h:Hi <image>", "g:Ho", images=[]),
    sharegpt("h:Hi", "g:Ho", images=["a.png"]),
    sharegpt("h:a<image>b<image> c", "g:d", images=["a.png", "a.png"]),
]


def test_rows_that_the_trainer_empties_or_stops_at_cannot_be_used_and_all_others_can(
    trainer: Any, tmp_path: Path
) -> None:
    columns = {"messages": "conversations", "images": "images"}
    folder = written(tmp_path / "d", SHAREGPT, formatting="sharegpt", columns=columns)
    (attr,) = trainer.parser.get_dataset_list(["mine"], str(folder))
    plugin = trainer.mm_plugin.BasePlugin(image_token="<image>", video_token=None, audio_token=None)
    _, rows = open_source(folder)
    reasons = []
    for index, record in enumerate(SHAREGPT):
        aligned = converter(trainer, attr, folder)(record)
        try:
            turns = aligned["_prompt"] + aligned["_response"]
            plugin._validate_messages(turns, aligned["_images"] or [], [], [])
            usable = bool(turns)
        except ValueError:
            usable = False
        try:
            rows.sample(index)
            reasons.append("")
        except RowError as e:
            reasons.append(e.reason)
        assert usable == (not reasons[-1]), record
    assert reasons == [
        "", "", "wrong_turn_count", "turns_do_not_alternate", "turns_do_not_alternate", "wrong_turn_count",
        "placeholder_mismatch", "placeholder_mismatch", "",
    ]  # fmt: skip
    assert any("6 of 9 rows" not in r and "cannot be used" in r for r in rows.remarks)
    kept = rows.sample(8).messages[0].parts
    assert kept == (Part(text="a"), Part(image=A.sha256), Part(text="b"), Part(image=A.sha256), Part(text=" c"))


ALPACA = [
    {"instruction": "Add.", "input": "1 2", "output": "3", "system": "You count.", "history": [["hi", "ho"]]},
    {"instruction": "<image>Name it.", "input": "", "output": "cup", "images": ["a.png"]},
    {"instruction": "", "input": "only input", "output": "ok"},
]


def test_alpaca_rows_read_as_the_trainer_converts_them(trainer: Any, tmp_path: Path) -> None:
    columns = {
        "prompt": "instruction", "query": "input", "response": "output", "system": "system", "history": "history",
        "images": "images",
    }  # fmt: skip
    full = [{"system": None, "history": None, "images": None, **row} for row in ALPACA]
    folder = written(tmp_path / "d", full, columns=columns)
    (attr,) = trainer.parser.get_dataset_list(["mine"], str(folder))
    _, rows = open_source(folder)
    for index, record in enumerate(full):
        aligned = converter(trainer, attr, folder)(record)
        sample = rows.sample(index)
        turns = [m for m in sample.messages if m.role != "system"]
        assert [(m.role, m.text) for m in turns] == [
            (t["role"], t["content"].removeprefix("<image>")) for t in aligned["_prompt"] + aligned["_response"]
        ]
        assert [m.text for m in sample.messages if m.role == "system"] == (
            [aligned["_system"]] * bool(record["system"])
        )
        assert [im.sha256 for im in sample.images] == [A.sha256] * len(aligned["_images"] or [])
    (tmp_path / "bare.json").write_text(json.dumps(ALPACA))
    reader, found = open_source(tmp_path / "bare.json")
    assert reader.name == "llamafactory" and found.sample(0).messages[-1].text == "3"


def test_an_answer_that_people_disliked_is_never_read_as_an_answer(tmp_path: Path) -> None:
    rows = [sharegpt("h:Hi", "g:Good", tag=True), sharegpt("h:Hi", "g:Bad", tag=False)]
    columns = {"messages": "conversations", "kto_tag": "tag"}
    _, found = open_source(written(tmp_path / "d", rows, formatting="sharegpt", columns=columns))
    good, bad = samples_of(found)
    assert [m.text for m in good.messages] == ["Hi", "Good"] and not good.alternatives and good.meta["tag"] is True
    assert [m.text for m in bad.messages] == ["Hi"]
    assert [a.messages for a in bad.alternatives] == [(assistant("Bad"),)]


def test_openai_formatting_uses_its_own_names(tmp_path: Path) -> None:
    rows = [{"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Ho"}], "extra": 1}]
    tags = {"role_tag": "role", "content_tag": "content", "user_tag": "user", "assistant_tag": "assistant"}
    folder = written(tmp_path / "d", rows, formatting="openai", columns={"messages": "messages"}, tags=tags)
    sample = open_source(folder)[1].sample(0)
    assert said(sample.messages) == [("user", ["Hi"]), ("assistant", ["Ho"])] and sample.meta == {"extra": 1}


def test_a_folder_its_info_and_its_data_file_are_all_recognised_as_this_format(tmp_path: Path) -> None:
    folder = written(tmp_path / "d", SHAREGPT[:2], formatting="sharegpt")
    for path in (folder, folder / "dataset_info.json", folder / "data.json"):
        assert recognised(path)[0][0].name == "llamafactory"
        assert "mine" in recognised(path)[0][1]
    (folder / "other.json").write_text(json.dumps(SHAREGPT))
    assert recognised(folder / "other.json")[0][0].name == "llava"


def test_of_several_data_sets_one_must_be_named(tmp_path: Path) -> None:
    folder = written(tmp_path / "d", SHAREGPT[:2], formatting="sharegpt")
    info = json.loads((folder / "dataset_info.json").read_text())
    (folder / "dataset_info.json").write_text(json.dumps({**info, "two": {**info["mine"]}, "far": {"hf_hub_url": "x"}}))
    with pytest.raises(InputError, match="mine, two: choose one with --read dataset=NAME"):
        open_source(folder)
    assert len(open_source(folder, options=ReadOptions(settings={"dataset": "two"}))[1]) == 2
    with pytest.raises(UsageError, match="no local data set 'far'"):
        open_source(folder, options=ReadOptions(settings={"dataset": "far"}))


@functools.cache
def _bad() -> dict[str, Sample]:
    return {
        "no_turns": Sample(id="bad", images=(A,)),
        "does_not_start_with_the_user": chat(assistant("hello"), user("?"), assistant("x"), id="bad"),
        "turns_do_not_alternate": chat(user("a"), user("b"), assistant("x"), id="bad"),
        "ends_without_an_answer": chat(user("a"), id="bad"),
        "image_outside_a_user_turn": chat(user("draw"), assistant(A), id="bad"),
        "reserved_token": chat(user(A, "what is <image>?"), assistant("x"), id="bad"),
        "several_system_turns": chat(*[Message("system", (Part(text="a"),))] * 2, user("?"), assistant("x"), id="bad"),
    }


@pytest.mark.parametrize("reason", _bad())
def test_what_does_not_fit_is_left_out_by_name_or_stops_the_export_and_leaves_nothing(
    tmp_path: Path, reason: str
) -> None:
    report = exported(tmp_path, [_bad()[reason], chat(user(A, "?"), assistant("fine"), id="good")])
    assert report.dropped == {reason: ["bad"]} and report.rows_out == 1
    with pytest.raises(InputError, match=f"'bad'.*{reason}"):
        export_dataset(tmp_path / "run", "llamafactory", tmp_path / "strict", policy="error")
    assert not (tmp_path / "strict").exists()


def test_a_literal_placeholder_survives_as_text_when_degraded(trainer: Any, tmp_path: Path) -> None:
    report = exported(tmp_path, [chat(user(A, "what is <image>?"), assistant("a <|im_end|>"))], policy="degrade")
    assert report.degraded == {"reserved_token": 1} and report.placeholders == 1
    (row,) = loaded(trainer, tmp_path / "out")
    assert bare(row["_prompt"][0]["content"]) == "<image>what is <image>?"
    back = open_source(tmp_path / "out")[1].sample(0)
    assert bare(back.messages[0].parts[1].text or "") == "what is <image>?"
