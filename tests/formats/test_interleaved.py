"""Claims about OBELICS and OmniCorpus documents: order is kept, nothing is invented, nothing missing is hidden."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mmrecipes.core.errors import UsageError
from mmrecipes.core.sample import Sample, assistant, user
from mmrecipes.formats.export import LossReport, export_dataset
from mmrecipes.formats.reader import recognised
from mmrecipes_tests.formats.tables import IMAGE, STRINGS, cell, dataset, opened, parquet, read, reason_of
from mmrecipes_tests.store.samples import TEXT, picture

A, B = picture(1, (40, 20)), picture(2, (20, 40), "JPEG")
PAGE = {"url": "https://x.org/p", "warc_filename": "w"}
ABOUT = [None, {"src": "https://x.org/a.png", "alt_text": "a"}, None]


def exported(tmp: Path, items: list[Sample], form: str, **options: str) -> LossReport:
    return export_dataset(dataset(tmp / "run", items), form, tmp / "out", **options)


def lines(path: Path, *records: Any) -> Path:
    (path.parent / "images").mkdir(parents=True, exist_ok=True)
    (path.parent / "images/a.png").write_bytes(A.data)
    path.write_text("".join(f"{json.dumps(r)}\n" for r in records))
    return path


def obelics(**changes: Any) -> dict[str, Any]:
    return {"texts": ["one", None, "two"], "images": [None, "a.png", None], "metadata": json.dumps(ABOUT),
            "general_metadata": json.dumps(PAGE), **changes}  # fmt: skip


def omnicorpus(*stream: Any, **changes: Any) -> dict[str, Any]:
    elements = [{"type": "header", "level": 1, "text": "one"}, {"type": "image", "src": "a.png", "w": 40}, *stream]
    return {"id": "d1", "url": "u", "lang": "en", "stream": elements, "tier": "200M", **changes}


# ---- OBELICS


def test_parallel_lists_become_parts_in_order_with_what_is_known_about_them(tmp_path: Path) -> None:
    (sample,) = read(lines(tmp_path / "docs.jsonl", obelics()))
    assert sample.messages == (assistant("one", A, "two"),)
    assert (sample.kind, sample.meta) == ("document", {"metadata": ABOUT, "general_metadata": PAGE})


def test_embedded_images_are_read_from_parquet(tmp_path: Path) -> None:
    rows = [{"texts": ["one", None], "images": [None, cell(B)], "metadata": "[null, {}]"}]
    path = parquet(tmp_path / "x.parquet", rows, texts=STRINGS, images=pa.list_(IMAGE))
    assert recognised(path)[0][0].name == "obelics"
    assert read(path)[0].messages == (assistant("one", B),)


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (obelics(texts=["one", "x", "two"]), "not_one_of_two"),
        (obelics(texts=["one", None, None]), "not_one_of_two"),
        (obelics(texts=["one", None]), "not_parallel"),
        (obelics(texts=None), "not_parallel"),
        (obelics(metadata="[broken"), "not_json"),
        (obelics(images=[None, "https://x.org/a.png", None]), "not_local"),
        (obelics(images=[None, "b.png", None]), "missing_image"),
        (obelics(images=[None, "../a.png", None]), "unsafe_path"),
        (obelics(texts=[], images=[]), "empty_document"),
    ],
)
def test_what_is_wrong_with_one_document_is_its_reason(tmp_path: Path, bad: Any, why: str) -> None:
    rows = opened(lines(tmp_path / "docs.jsonl", obelics(), bad, obelics()))
    assert [reason_of(rows, i) for i in range(3)] == ["", why, ""]


def test_a_url_says_that_it_has_to_be_downloaded_first(tmp_path: Path) -> None:
    rows = opened(lines(tmp_path / "docs.jsonl", obelics(images=[None, "https://x.org/a.png", None])))
    with pytest.raises(Exception, match="download it first"):
        rows.sample(0)


def test_images_that_are_not_there_can_be_skipped(tmp_path: Path) -> None:
    two = obelics(texts=["one", None, None], images=[None, "a.png", "https://x.org/b.png"])
    path = lines(tmp_path / "docs.jsonl", two, obelics(images=[None, "gone.png", None]))
    rows = opened(path, missing="skip")
    assert rows.sample(0).messages == (assistant("one", A),) and rows.sample(0).meta["images_skipped"] == 1
    assert reason_of(rows, 1) == "no_image"
    with pytest.raises(UsageError, match="drop or skip"):
        opened(path, missing="ignore")


def test_load_dataset_opens_what_is_written_with_images_decoded_and_nulls_between(tmp_path: Path) -> None:
    load = pytest.importorskip("datasets").load_dataset
    document = Sample(id="d", images=(A, B), messages=(assistant("one", A, B, "two"),))
    exported(tmp_path, [document, Sample(id="t", messages=(assistant("only"),))], "obelics")
    rows = load(str(tmp_path / "out"), cache_dir=str(tmp_path / "cache"), split="train")
    assert rows["texts"][0] == ["one", None, None, "two"] and rows["texts"][1] == ["only"]
    images = rows[0]["images"]
    assert [im is None for im in images] == [True, False, False, True]
    assert np.array_equal(np.asarray(images[1].convert("RGB")), A.decode())


def test_metadata_are_json_in_strings_and_never_both_or_neither_is_null(tmp_path: Path) -> None:
    exported(tmp_path, [*read(lines(tmp_path / "in/docs.jsonl", obelics())),
                        Sample(id="own", images=(B,), messages=(assistant(B, "x"),))], "obelics")  # fmt: skip
    rows = pq.read_table(tmp_path / "out/data/train-00000.parquet").to_pylist()
    for row in rows:
        assert all((t is None) != (im is None) for t, im in zip(row["texts"], row["images"], strict=True))
        assert [m is None for m in json.loads(row["metadata"])] == [im is None for im in row["images"]]
    assert json.loads(rows[0]["metadata"]) == ABOUT and json.loads(rows[0]["general_metadata"]) == PAGE
    assert json.loads(rows[1]["metadata"])[0]["original_height"] == B.height


# ---- OmniCorpus


def test_elements_become_parts_and_what_else_they_say_is_kept(tmp_path: Path) -> None:
    (sample,) = read(lines(tmp_path / "docs.jsonl", omnicorpus({"type": "table", "text": "<table>"})))
    assert sample.messages == (assistant("one", A, "<table>"),)
    assert (sample.id, sample.language, sample.meta["tier"]) == ("d1", "en", "200M")
    assert sample.meta["stream"] == [
        {"type": "header", "level": 1}, {"type": "image", "src": "a.png", "w": 40}, {"type": "table"},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (omnicorpus({"type": "video", "src": "v.mp4"}), "unsupported_element"),
        (omnicorpus({"type": "text"}), "no_text"),
        (omnicorpus({"type": "image", "src": "https://x.org/b.png"}), "not_local"),
        (omnicorpus({"type": "image"}), "no_image"),
        (omnicorpus(stream="x"), "no_stream"),
        (omnicorpus(stream=[]), "empty_document"),
    ],
)
def test_what_is_wrong_with_one_stream_is_its_reason(tmp_path: Path, bad: Any, why: str) -> None:
    rows = opened(lines(tmp_path / "docs.jsonl", omnicorpus(), bad, omnicorpus()))
    assert [reason_of(rows, i) for i in range(3)] == ["", why, ""]


def test_read_and_written_again_a_stream_is_the_same_but_for_where_its_images_lie(tmp_path: Path) -> None:
    stream = omnicorpus({"type": "quote", "text": "two", "by": "me"})
    exported(tmp_path, read(lines(tmp_path / "in/docs.jsonl", stream)), "omnicorpus")
    (row,) = (json.loads(line) for line in (tmp_path / "out/documents.jsonl").read_text().splitlines())
    image = row["stream"][1]
    assert (tmp_path / "out" / image.pop("path")).read_bytes() == A.data
    assert image == {"type": "image", "src": "a.png", "w": 40, "h": 20, "sha256": A.sha256}
    assert row["stream"][::2] == stream["stream"][::2] and (row["url"], row["lang"]) == ("u", "en")


# ---- both

PARTS = st.lists(TEXT | st.sampled_from((A, B)), min_size=1, max_size=8)


@given(PARTS, st.sampled_from((("obelics", "data"), ("omnicorpus", "documents.jsonl"))))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_document_comes_back_in_order(tmp_path_factory: Any, parts: Any, form: tuple[str, str]) -> None:
    tmp = tmp_path_factory.mktemp("document")
    held = tuple({p.sha256: p for p in parts if not isinstance(p, str)}.values())
    exported(tmp, [Sample(id="d", kind="document", images=held, messages=(assistant(*parts),))], form[0])
    (back,) = read(tmp / "out" / form[1], reader=form[0])
    assert (back.id, back.kind, back.messages) == ("d", "document", (assistant(*parts),))


@pytest.mark.parametrize("form", ["obelics", "omnicorpus"])
def test_a_conversation_loses_its_turns_and_only_when_asked(tmp_path: Path, form: str) -> None:
    chat = Sample(id="chat", images=(A,), messages=(user(A, "q"), assistant("a")))
    report = exported(tmp_path, [chat, Sample(id="record", images=(A,))], form)
    assert report.dropped == {"turns_joined": ["chat"], "no_turns": ["record"]}
    report = export_dataset(tmp_path / "run", form, tmp_path / "out2", policy="degrade")
    assert (report.rows_out, report.degraded["turns_joined"]) == (1, 1)
