"""FineVision's rows: read as they are published, written so that `datasets` opens them, equal after a round trip."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mmrecipes.core.sample import Message, Part, Sample, assistant, shown_images, user
from mmrecipes.formats.export import export_dataset
from mmrecipes.formats.finevision import SCHEMA, SCORES
from mmrecipes_tests.formats.tables import IMAGE, cell, dataset, opened, parquet, read, reason_of, said
from mmrecipes_tests.store.samples import TEXT, picture

datasets = pytest.importorskip("datasets")
A, B = picture(1, (40, 20)), picture(2, (20, 40), "JPEG")
TURNS = pa.list_(pa.struct([("user", pa.string()), ("assistant", pa.string())]))
ROW = {
    "images": [cell(A), cell(B)],
    "texts": [{"user": "How many?", "assistant": "Four."}, {"user": "Sure?", "assistant": "Yes."}],
    "source": "roofqa",
    "relevance_ratings": [5, None],
    "relevance_min": 5,
    "meta": {"id": "roofqa-001", "category": "General VQA"},
}
TYPES = {"images": pa.list_(IMAGE), "texts": TURNS, "relevance_ratings": pa.list_(pa.int64())}


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    datasets.disable_progress_bars()


def test_a_published_row_becomes_turns_scores_and_meta(tmp_path: Path) -> None:
    text_only = {**ROW, "images": None, "relevance_ratings": None, "relevance_min": None}
    parquet(tmp_path / "train-00000-of-00001.parquet", [ROW, text_only, {**ROW, "images": []}], **TYPES)
    first, second, third = read(tmp_path)
    assert said(first.messages) == [
        ("user", [f"#{A.sha256}", f"#{B.sha256}", "How many?"]),
        ("assistant", ["Four."]),
        ("user", ["Sure?"]),
        ("assistant", ["Yes."]),
    ]
    assert first.images == (A, B)
    assert first.scores == {"relevance_ratings": [5, None], "relevance_min": 5}
    assert (first.source, first.split, first.truth_source) == ("roofqa", "train", "annotated")
    assert first.meta == {"meta": {"id": "roofqa-001", "category": "General VQA"}}
    assert first.id == "train-00000-of-00001/000000"
    assert said(second.messages)[0] == ("user", ["How many?"]) == said(third.messages)[0]
    assert second.scores == {} and second.images == third.images == ()


def test_rows_that_cannot_be_used_have_a_reason(tmp_path: Path) -> None:
    rows = [
        {**ROW, "texts": []},
        {**ROW, "texts": None},
        {**ROW, "texts": [{"user": "q", "assistant": None}]},
        {**ROW, "images": [cell(A), None]},
        {**ROW, "images": [{"bytes": b"no image", "path": None}]},
        {**ROW, "images": [{"bytes": None, "path": "../x.png"}]},
        {**ROW, "images": [{"bytes": None, "path": "https://x.org/a.png"}]},
        {**ROW, "images": [{"bytes": None, "path": "gone.png"}]},
    ]
    rows = opened(parquet(tmp_path / "a.parquet", rows, **TYPES))
    assert [reason_of(rows, i) for i in range(len(rows))] == [
        "no_turns",
        "no_turns",
        "bad_turns",
        "null_image",
        "corrupt_image",
        "unsafe_path",
        "not_local",
        "missing_image",
    ]


def test_a_picture_named_by_path_is_found_beside_the_file_or_in_the_folder_given(tmp_path: Path) -> None:
    rows = [{**ROW, "images": [{"bytes": None, "path": "a.png"}]}]
    (tmp_path / "here/images").mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "here/images/a.png").write_bytes(A.data)
    (tmp_path / "elsewhere/a.png").write_bytes(B.data)
    path = parquet(tmp_path / "here/a.parquet", rows, **TYPES)
    assert [s.images[0].sha256 for s in read(path)] == [A.sha256]
    assert [s.images[0].sha256 for s in read(path, images=tmp_path / "elsewhere")] == [B.sha256]


SCORE = st.none() | st.integers(1, 5)
PLAIN = TEXT.filter(lambda t: t.strip())


@st.composite
def conversations(draw: st.DrawFn) -> Sample:
    """What the format holds without loss: images first, user and assistant in turn."""
    images = [picture(draw(st.integers(0, 9))) for _ in range(draw(st.integers(0, 3)))]
    messages = [user(*images, draw(PLAIN)), assistant(draw(PLAIN))]
    for _ in range(draw(st.integers(0, 2))):
        messages += [user(draw(PLAIN)), assistant(draw(PLAIN))]
    ratings = st.none() | st.lists(SCORE, min_size=1, max_size=3)
    scores = {name: draw(ratings if name.endswith("ratings") else SCORE) for name in SCORES}
    return Sample(
        id=draw(st.text("abc/0", min_size=1, max_size=5)),
        split=draw(st.sampled_from(("train", "test"))),
        source=draw(TEXT),
        images=tuple({im.sha256: im for im in images}.values()),
        messages=tuple(messages),
        scores={k: v for k, v in scores.items() if v is not None},
    )


@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(conversations(), min_size=1, max_size=4))
def test_written_and_read_again_nothing_is_lost(
    tmp_path_factory: pytest.TempPathFactory, samples: list[Sample]
) -> None:
    tmp = tmp_path_factory.mktemp("trip")
    samples.sort(key=lambda s: s.split)
    report = export_dataset(dataset(tmp / "run", samples), "finevision", tmp / "out", policy="error")
    again = read(tmp / "out")
    by_split = [s for split in ("test", "train") for s in samples if s.split == split]
    for before, after in zip(by_split, again, strict=True):
        assert said(after.messages) == said(before.messages)
        same = ("id", "split", "source", "scores", "images")
        assert {n: getattr(after, n) for n in same} == {n: getattr(before, n) for n in same}
    assert report.rows_out == len(samples)
    assert report.images == len({im.sha256 for s in samples for im in shown_images(s)})


def test_datasets_opens_the_splits_with_decoded_images_and_types_do_not_depend_on_the_order(tmp_path: Path) -> None:
    rows = [
        Sample(id="text", messages=(user("2 + 2?"), assistant("4"))),
        Sample(id="pic", images=(A,), messages=(user(A, "?"), assistant("x")), scores={"relevance_ratings": [3]}),
        Sample(id="other", split="test", images=(B,), messages=(user(B, "?"), assistant("y"))),
    ]
    for name, order in (("one", rows), ("two", rows[::-1])):
        export_dataset(dataset(tmp_path / f"run-{name}", order), "finevision", tmp_path / name)
        found = datasets.load_dataset(str(tmp_path / name))
        assert {k: len(v) for k, v in found.items()} == {"train": 2, "test": 1}
        assert {r["id"]: [im.size for im in r["images"]] for r in found["train"]} == {"text": [], "pic": [A.size]}
        assert found["train"].features["images"] == datasets.List(datasets.Image())
    schemas = [pq.read_schema(tmp_path / name / "data/train-00000.parquet") for name in ("one", "two")]
    assert schemas[0].equals(schemas[1], check_metadata=True) and schemas[0].names == SCHEMA.names


def test_what_the_format_cannot_hold_is_left_out_or_degraded_and_counted(tmp_path: Path) -> None:
    system = Message("system", (Part(text="Be brief."),))
    run = dataset(
        tmp_path / "run",
        [
            Sample(id="late", images=(A,), messages=(user("Look: ", A), assistant("ok"))),
            Sample(id="system", messages=(system, user("Hi"), assistant("Hello"))),
            Sample(id="token", messages=(user("what is <image>?"), assistant("a tag"))),
            Sample(id="drawn", images=(A,), messages=(user("Draw"), assistant(A))),
            Sample(id="open", messages=(user("Hi"),)),
        ],
    )
    assert export_dataset(run, "finevision", tmp_path / "strict").dropped == {
        "image_moved_to_front": ["late"],
        "system_turn": ["system"],
        "reserved_token": ["token"],
        "image_outside_a_user_turn": ["drawn"],
        "ends_without_an_answer": ["open"],
    }
    assert pq.read_table(tmp_path / "strict/data/train-00000.parquet").num_rows == 0
    report = export_dataset(run, "finevision", tmp_path / "kept", policy="degrade")
    assert report.degraded == {"image_moved_to_front": 1, "system_turn": 1, "reserved_token": 1}
    late, system_turn, token = read(tmp_path / "kept")
    assert said(late.messages)[0] == ("user", [f"#{A.sha256}", "Look: "])
    assert system_turn.messages[0].text == "Be brief.\nHi"
    assert token.messages[0].text == "what is <\u200bimage>?"
