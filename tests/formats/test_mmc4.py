"""Claims about MMC4 documents, and what OpenFlamingo's own preprocessing makes of them."""

from __future__ import annotations

import base64
import importlib.util
import json
import sys
import types
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mmrecipes.core.sample import Sample, assistant, user
from mmrecipes.formats.export import LossReport, export_dataset
from mmrecipes_tests.formats.stubbing import package_folder, stubbed
from mmrecipes_tests.formats.tables import dataset, opened, read, reason_of
from mmrecipes_tests.store.samples import TEXT, picture

A, B, C = (picture(i, (70, 70), "PNG") for i in range(3))
NAMES = {"a.png": A, "b.png": B, "c.png": C}


def record(**changes: Any) -> dict[str, Any]:
    """A document in MMC4's own layout: b and c go to the third sentence, a to the first."""
    places, matrix = (0, 2, 2), [[0.3, 0.1, 0.0], [0.1, 0.2, 0.25], [0.0, 0.1, 0.31]]
    infos = [
        {"image_name": n, "raw_url": f"http://x.org/{n}", "matched_text_index": p, "matched_sim": row[p],
         "face_detections": None}
        for n, p, row in zip(NAMES, places, matrix, strict=True)
    ]  # fmt: skip
    value = {"url": "http://x.org/p", "text_list": ["One.", "Two.", "Three."], "image_info": infos,
             "similarity_matrix": matrix, "could_have_url_duplicate": 0}  # fmt: skip
    return {**value, **changes}


def documents(folder: Path, *records: Any, names: Any = NAMES) -> Path:
    (folder / "images").mkdir(parents=True, exist_ok=True)
    for name, image in names.items():
        (folder / "images" / name).write_bytes(image.data)
    path = folder / "docs_shard_0.jsonl"
    path.write_text("".join(f"{json.dumps(r)}\n" for r in records))
    return path


def exported(tmp: Path, items: list[Sample], form: str = "mmc4", **options: str) -> LossReport:
    return export_dataset(dataset(tmp / "run", items), form, tmp / "out", **options)


def rows(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "documents.jsonl").read_text().splitlines()]


# ---- reading


def test_images_stand_before_their_sentence_the_most_similar_first(tmp_path: Path) -> None:
    (sample,) = read(documents(tmp_path, record()))
    assert sample.messages == (assistant(A, "One.", "Two.", C, B, "Three."),)
    assert (sample.kind, sample.id) == ("document", "docs_shard_0/000000")
    assert sample.meta["url"] == "http://x.org/p" and sample.meta["similarity_matrix"][2] == [0.0, 0.1, 0.31]


def test_images_that_are_not_there_drop_the_document_or_are_skipped_as_asked(tmp_path: Path) -> None:
    path = documents(tmp_path, record(), names={"a.png": A, "c.png": C})
    assert reason_of(opened(path), 0) == "missing_image"
    (sample,) = read(path, missing="skip")
    assert sample.messages == (assistant(A, "One.", "Two.", C, "Three."),)
    assert sample.meta["images_skipped"] == 1
    assert sample.meta["similarity_matrix"] == [[0.3, 0.1, 0.0], [0.0, 0.1, 0.31]]
    assert [i["raw_url"] for i in sample.meta["image_info"]] == ["http://x.org/a.png", "http://x.org/c.png"]


def test_a_document_of_which_no_image_is_there_is_dropped(tmp_path: Path) -> None:
    assert reason_of(opened(documents(tmp_path, record(), names={}), missing="skip"), 0) == "no_image"


def changed(**info: Any) -> dict[str, Any]:
    return record(image_info=[{**record()["image_info"][0], **info}], similarity_matrix=None)


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (changed(matched_text_index=3), "bad_text_index"),
        (changed(matched_text_index=None), "bad_text_index"),
        (changed(matched_text_index=-1), "bad_text_index"),
        (changed(image_name="../a.png"), "unsafe_path"),
        (changed(image_name=None), "not_local"),
        (changed(image_base64="%%%"), "not_base64"),
        (changed(image_base64=base64.b64encode(b"no picture").decode()), "corrupt_image"),
        (record(text_list="One."), "no_text_list"),
        (record(image_info=None), "no_image_info"),
        ([1], "not_an_object"),
    ],
)
def test_what_is_wrong_with_one_document_is_its_reason(tmp_path: Path, bad: Any, why: str) -> None:
    found = opened(documents(tmp_path, record(), bad, record()), reader="mmc4")
    assert [reason_of(found, i) for i in range(3)] == ["", why, ""]


# ---- writing


def test_read_and_written_again_a_record_is_the_same_but_for_the_places_of_its_images(tmp_path: Path) -> None:
    exported(tmp_path, read(documents(tmp_path / "in", record())))
    (row,) = rows(tmp_path / "out")
    names = [i.pop("image_name") for i in row["image_info"]]
    assert [(tmp_path / "out" / n).read_bytes() for n in names] == [A.data, B.data, C.data]
    expected = record(id="docs_shard_0/000000")
    for info in expected["image_info"]:
        del info["image_name"]
    assert row == expected


def test_every_similarity_is_the_matrix_at_its_sentence(tmp_path: Path) -> None:
    exported(tmp_path, read(documents(tmp_path / "in", record())))
    for row in rows(tmp_path / "out"):
        for info, similarities in zip(row["image_info"], row["similarity_matrix"], strict=True):
            assert info["matched_sim"] == similarities[info["matched_text_index"]]


def test_without_a_known_matrix_none_is_invented(tmp_path: Path) -> None:
    exported(tmp_path, [Sample(id="d", kind="document", images=(A,), messages=(assistant("One.", A, "Two."),))])
    (row,) = rows(tmp_path / "out")
    assert "similarity_matrix" not in row and "matched_sim" not in row["image_info"][0]
    assert row["image_info"][0]["matched_text_index"] == 1


def test_a_matrix_that_no_longer_fits_the_sentences_is_left_out(tmp_path: Path) -> None:
    (sample,) = read(documents(tmp_path / "in", record()))
    shorter = sample.having(messages=(assistant(A, "One.", C, B, "Three."),))
    exported(tmp_path, [shorter])
    assert "similarity_matrix" not in rows(tmp_path / "out")[0]


def test_what_is_no_document_is_dropped_or_joined_as_asked(tmp_path: Path) -> None:
    items = [
        Sample(id="chat", images=(A,), messages=(user(A, "q"), assistant("a"))),
        Sample(id="text", messages=(assistant("only"),)),
        Sample(id="image", images=(A,), messages=(assistant(A),)),
        Sample(id="end", images=(A,), messages=(assistant("t", A),)),
        Sample(id="record", images=(A,)),
    ]
    report = exported(tmp_path, items)
    reasons = {id: reason for reason, ids in report.dropped.items() for id in ids}
    assert reasons == {"chat": "turns_joined", "text": "no_image", "image": "no_text", "record": "no_turns",
                       "end": "image_after_the_last_text"}  # fmt: skip
    assert report.rows_out == 0
    report = export_dataset(tmp_path / "run", "mmc4", tmp_path / "out2", policy="degrade")
    assert [r["id"] for r in rows(tmp_path / "out2")] == ["chat", "end"]


PARTS = st.lists(TEXT | st.sampled_from((A, B, C)), max_size=8).map(lambda parts: [*parts, "last"])


@given(
    PARTS.filter(lambda parts: any(not isinstance(p, str) for p in parts)),
    st.sampled_from(("mmc4", "mmc4-openflamingo")),
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_document_that_ends_with_text_comes_back_in_order(tmp_path_factory: Any, parts: Any, form: str) -> None:
    tmp = tmp_path_factory.mktemp("mmc4")
    held = tuple({p.sha256: p for p in parts if not isinstance(p, str)}.values())
    exported(tmp, [Sample(id="d", kind="document", images=held, messages=(assistant(*parts),))], form)
    (back,) = read(tmp / "out" if form == "mmc4-openflamingo" else tmp / "out/documents.jsonl", reader="mmc4")
    assert back.messages == (assistant(*parts),)


# ---- OpenFlamingo

IMAGE, END, EOS = 1000, 1001, 1002
SPECIAL = {"<image>": IMAGE, "<|endofchunk|>": END, "<eos>": EOS}


class ByteTokenizer:
    """Bytes as tokens, OpenFlamingo's special tokens as one each."""

    eos_token = "<eos>"
    additional_special_tokens = list(SPECIAL)  # noqa: RUF012
    additional_special_tokens_ids = list(SPECIAL.values())  # noqa: RUF012

    def __call__(self, text: str, max_length: int, **_: Any) -> Any:
        import re

        import torch

        pieces = re.split("(" + "|".join(map(re.escape, SPECIAL)) + ")", text)
        ids = [i for p in pieces for i in ([SPECIAL[p]] if p in SPECIAL else list(p.encode()))][:max_length]
        ids += [0] * (max_length - len(ids))
        return {"input_ids": torch.tensor([ids]), "attention_mask": torch.tensor([[1] * max_length])}


@pytest.fixture(scope="module")
def flamingo() -> Any:
    """`open_flamingo/train/data.py` of the package; torchvision's flip leaves images as they are."""
    pytest.importorskip("torch")
    folder = package_folder("open_flamingo", "open_flamingo") / "train"
    same = types.SimpleNamespace(RandomHorizontalFlip=lambda p: lambda images: images)
    spec = importlib.util.spec_from_file_location("flamingo_data", folder / "data.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch, stubbed({"torchvision": {"transforms": same}}):
        patch.syspath_prepend(str(folder))
        spec.loader.exec_module(module)
    sys.modules.pop("data_utils", None)
    return module


def preprocessed(flamingo: Any, folder: Path) -> tuple[Any, str]:
    """Images and text of the first document, as OpenFlamingo trains on them."""
    import torch
    import webdataset as wds

    shards = sorted(map(str, folder.glob("train/*.tar")))
    (raw,) = next(iter(wds.WebDataset(shards, shardshuffle=False).to_tuple("json")))
    images, (ids, _) = flamingo.preprocess_interleaved(
        (raw,), ByteTokenizer(), lambda im: torch.from_numpy(np.asarray(im).transpose(2, 0, 1).copy()),
        sim_threshold=0.2, min_num_images=2, max_num_images=5,
    )  # fmt: skip
    back = {v: k.encode() for k, v in SPECIAL.items()}
    return images, b"".join(back.get(i) or bytes([i]) for i in ids[0].tolist() if i).decode()


def test_openflamingo_places_every_image_before_its_sentence(tmp_path: Path, flamingo: Any) -> None:
    sample = Sample(
        id="d", kind="document", images=(A, B), messages=(assistant("One.", A, "Two.", "Three.", B, "Four."),)
    )
    report = exported(tmp_path, [sample], "mmc4-openflamingo")
    images, text = preprocessed(flamingo, tmp_path / "out")
    assert text == "One.<image>Two. Three.<|endofchunk|><image>Four.<|endofchunk|><eos>"
    assert np.array_equal(images[0].numpy().transpose(1, 2, 0), A.decode())
    assert np.array_equal(images[1].numpy().transpose(1, 2, 0), B.decode())
    assert not report.not_read


def test_openflamingo_reads_the_matrix_that_the_document_came_with(tmp_path: Path, flamingo: Any) -> None:
    exported(tmp_path, read(documents(tmp_path / "in", record())), "mmc4-openflamingo")
    _, text = preprocessed(flamingo, tmp_path / "out")
    assert text.startswith("<image>One. Two.<|endofchunk|><image>")


def test_images_that_openflamingo_leaves_out_for_their_size_are_counted(tmp_path: Path, flamingo: Any) -> None:
    small = picture(9, (10, 10))
    sample = Sample(id="d", images=(A, B, small), messages=(assistant(A, "One.", small, "Two.", B, "Three."),))
    report = exported(tmp_path, [sample], "mmc4-openflamingo")
    images, text = preprocessed(flamingo, tmp_path / "out")
    assert report.not_read["images_of_10_kB_or_less"] == 1
    assert text.count("<image>") == 2 and int((images.sum(dim=(1, 2, 3)) > 0).sum()) == 2


def test_a_text_that_openflamingo_takes_for_a_picture_is_dropped_or_broken_up(tmp_path: Path, flamingo: Any) -> None:
    sample = Sample(id="d", images=(A, B), messages=(assistant(A, "an <image>.", B, "<|endofchunk|>"),))
    assert exported(tmp_path, [sample], "mmc4-openflamingo").dropped == {"reserved_token": ["d"]}
    export_dataset(tmp_path / "run", "mmc4-openflamingo", tmp_path / "out2", policy="degrade")
    _, text = preprocessed(flamingo, tmp_path / "out2")
    assert (text.count("<image>"), text.count("<|endofchunk|>")) == (2, 2)
