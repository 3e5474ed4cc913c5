"""ImageFolder: read and written as the builder of `datasets` has it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mmrecipes.core.errors import InputError
from mmrecipes.core.sample import Message, Part, Sample, assistant, user
from mmrecipes.formats.export import export_dataset
from mmrecipes.formats.reader import recognised
from mmrecipes_tests.formats.tables import dataset, opened, read, reason_of, said
from mmrecipes_tests.store.samples import TEXT, picture

datasets = pytest.importorskip("datasets")
A, B = picture(1, (40, 20)), picture(2, (20, 40), "JPEG")
HASH = f"#{A.sha256}"


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    datasets.disable_progress_bars()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two pictures, one of them below."""
    (tmp_path / "d/deep").mkdir(parents=True)
    (tmp_path / "d/a.png").write_bytes(A.data)
    (tmp_path / "d/deep/b.jpg").write_bytes(B.data)
    return tmp_path / "d"


def lines(path: Path, *records: Any) -> None:
    path.write_text("".join(f"{json.dumps(r)}\n" for r in records), encoding="utf-8")


RECORDS = [
    {"file_name": "a.png", "question": "What?", "answer": "A dog", "n": 1},
    {"file_name": "deep/b.jpg", "question": "Now?", "answer": "A cat", "n": 2},
]


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet"])
def test_the_three_forms_of_metadata_say_the_same_and_are_read_as_datasets_reads_them(folder: Path, form: str) -> None:
    path = folder / f"metadata.{form}"
    if form == "jsonl":
        lines(path, *RECORDS)
    elif form == "csv":
        rows = [f"{r['file_name']},{r['question']},{r['answer']},{r['n']}" for r in RECORDS]
        path.write_text("\n".join(["file_name,question,answer,n", *rows]), encoding="utf-8")
    else:
        pq.write_table(pa.Table.from_pylist(RECORDS), path)
    assert recognised(folder)[0][0].name == "hf-imagefolder"
    samples = read(folder)
    assert [said(s.messages) for s in samples] == [
        [("user", [HASH, "What?"]), ("assistant", ["A dog"])],
        [("user", [f"#{B.sha256}", "Now?"]), ("assistant", ["A cat"])],
    ]
    assert [(s.id, s.meta, s.split) for s in samples] == [
        ("metadata/000000", {"n": 1}, "train"),
        ("metadata/000001", {"n": 2}, "train"),
    ]
    by_hf = datasets.load_dataset("imagefolder", data_dir=str(folder), split="train")
    assert [r["image"].size for r in by_hf] == [s.images[0].size for s in samples]


def test_metadata_of_splits_are_read_after_each_other_with_names_relative_to_their_own_folder(folder: Path) -> None:
    (folder / "test").mkdir()
    (folder / "test/a.png").write_bytes(B.data)
    (folder / "train").mkdir()
    (folder / "train/a.png").write_bytes(A.data)
    for split in ("train", "test"):
        lines(folder / split / "metadata.jsonl", {"file_name": "a.png", "text": split})
    samples = read(folder)
    assert [(s.split, s.id, s.images[0].sha256, s.messages[1].text) for s in samples] == [
        ("test", "test/metadata/000000", B.sha256, "test"),
        ("train", "train/metadata/000000", A.sha256, "train"),
    ]


def test_lists_of_names_named_columns_and_turns(folder: Path) -> None:
    turns = [{"role": "user", "content": "Which?"}, {"role": "assistant", "content": "Both"}]
    lines(
        folder / "metadata.jsonl",
        {"file_names": ["a.png", "deep/b.jpg"], "messages": turns, "mask_file_name": "a.png"},
        {"file_names": [], "messages": turns, "mask_file_name": None, "late": 5},
    )
    first, second = read(folder)
    assert said(first.messages)[0] == ("user", [HASH, f"#{B.sha256}", "Which?"])
    assert [(e.name, e.image.sha256) for e in first.extras] == [("mask", A.sha256)]
    assert said(second.messages)[0] == ("user", ["Which?"]) and second.meta == {"late": 5}


def test_rows_that_cannot_be_used_have_a_reason(folder: Path) -> None:
    names: list[Any] = ["../d/a.png", "/etc/passwd", "file:///etc/passwd", "gone.png", "C:\\a.png", 7, "", None]
    lines(folder / "metadata.jsonl", *({"file_name": n, "text": "x"} for n in names))
    with (folder / "metadata.jsonl").open("ab") as file:
        file.write(b'{"file_name": "a\xff.png"}\n{"file_name": \n[1]\n')
    rows = opened(folder)
    assert [reason_of(rows, i) for i in range(len(rows))] == [
        "unsafe_path",
        "unsafe_path",
        "not_local",
        "missing_image",
        "unsafe_path",
        "not_an_image",
        "",
        "",
        "not_json",
        "not_json",
        "not_an_object",
    ]


def test_metadata_that_cannot_be_read_or_names_no_pictures_is_refused(folder: Path) -> None:
    (folder / "metadata.csv").write_bytes(b"file_name,text\na.png,\xff\xfe\n")
    with pytest.raises(InputError, match=r"metadata\.csv: column text is not UTF-8"):
        opened(folder, "hf-imagefolder")
    (folder / "metadata.csv").write_text("name,text\na.png,x\n")
    with pytest.raises(InputError, match="file_name, file_names or <x>_file_name is needed"):
        opened(folder, "hf-imagefolder")
    (folder / "metadata.csv").unlink()
    with pytest.raises(InputError, match=r"holds none of metadata\.jsonl"):
        opened(folder, "hf-imagefolder")
    assert "hf-imagefolder" not in [r.name for r, _ in recognised(folder)]


WORDS = TEXT.filter(lambda t: t.strip() and "<" not in t)


@st.composite
def conversations(draw: st.DrawFn) -> Sample:
    images = [picture(draw(st.integers(0, 9)), form=draw(st.sampled_from(("PNG", "JPEG")))) for _ in range(3)]
    parts = st.lists(WORDS | st.sampled_from(images), min_size=1, max_size=3)
    roles = st.sampled_from(("user", "assistant", "system"))

    def message(role: Any, of: list[Any]) -> Message:
        return Message(role, tuple(Part(text=p) if isinstance(p, str) else Part(image=p.sha256) for p in of))

    messages = draw(st.lists(st.builds(message, roles, parts), min_size=1, max_size=3))
    shown = dict.fromkeys(p.image for m in messages for p in m.parts if p.image)
    held = {im.sha256: im for im in images}
    return Sample(
        id=draw(st.text("abc/0", min_size=1, max_size=5)),
        split=draw(st.sampled_from(("train", "test"))),
        language=draw(TEXT),
        source=draw(TEXT),
        licence=draw(TEXT),
        images=tuple(held[h] for h in shown),
        messages=tuple(messages),
    )


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(conversations(), min_size=1, max_size=4))
def test_written_and_read_again_nothing_is_lost(
    tmp_path_factory: pytest.TempPathFactory, samples: list[Sample]
) -> None:
    tmp = tmp_path_factory.mktemp("trip")
    export_dataset(dataset(tmp / "run", samples), "hf-imagefolder", tmp / "out", policy="error")
    by_split = [s for split in ("test", "train") for s in samples if s.split == split]
    for before, after in zip(by_split, read(tmp / "out"), strict=True):
        assert said(after.messages) == said(before.messages)
        same = ("id", "split", "source", "licence", "language")
        assert {n: getattr(after, n) for n in same} == {n: getattr(before, n) for n in same}
        assert [im.data for im in after.images] == [im.data for im in before.images]


def test_datasets_and_trl_open_what_is_written(tmp_path: Path) -> None:
    run = dataset(
        tmp_path / "run",
        [
            Sample(id="one", images=(A,), messages=(user("Look", A), assistant("A dog"))),
            Sample(id="two", images=(A, B), messages=(user(B, A, "?"), assistant("x"))),
            Sample(id="text", messages=(user("2 + 2?"), assistant("4"))),
            Sample(id="held out", split="test", images=(B,), messages=(user(B, "?"), assistant("y"))),
        ],
    )
    report = export_dataset(run, "hf-imagefolder", tmp_path / "out")
    found = datasets.load_dataset("imagefolder", data_dir=str(tmp_path / "out"))
    sizes = {r["id"]: [im.size for im in r["images"]] for part in found.values() for r in part}
    assert sizes == {"one": [A.size], "two": [B.size, A.size], "text": [], "held out": [B.size]}
    assert {k: len(v) for k, v in found.items()} == {"train": 3, "test": 1}
    assert report.placeholders == 4
    data_utils = pytest.importorskip("trl.data_utils")
    for row in found["train"]:
        filled = data_utils.prepare_multimodal_messages(row["messages"], row["images"])
        shown = [c["image"].size for m in filled for c in m["content"] if c["type"] == "image"]
        assert shown == sizes[row["id"]]
