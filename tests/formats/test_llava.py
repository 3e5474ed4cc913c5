"""LLaVA exports read by LLaVA's own loader (the package llava-torch).

What is replaced of that package, because current transformers cannot import it and no data passes through it: the
module `llava.model` (the network) and `llava.train.llava_trainer` (the trainer class). The tokenizer is byte-level,
with the special tokens of LLaMA's. `LazySupervisedDataset`, `preprocess_multimodal`, `preprocess_v1`,
`tokenizer_image_token` and the collator are the package's own.
"""

from __future__ import annotations

import json
import sys
import types
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image as Pil

from mmrecipes.cli.summary import losses
from mmrecipes.core.errors import InputError, UsageError
from mmrecipes.core.sample import Alternative, Extra, Message, Part, Region, Sample, assistant, user
from mmrecipes.formats.export import LossReport, export_dataset
from mmrecipes.store.dataset import DatasetWriter
from mmrecipes_tests.store.samples import TEXT, picture

IMAGE_TOKEN, IGNORED = -200, -100
BOS, EOS, PAD = 256, 257, 258
A, B = picture(1, (40, 20)), picture(2, (20, 40), "JPEG")


def dataset(folder: Path, items: Iterable[Sample]) -> Path:
    with DatasetWriter(folder, "toy") as writer:
        for sample in items:
            writer.write(sample)
    return folder


def exported(tmp: Path, items: Iterable[Sample], form: str = "llava", **options: str) -> tuple[list[Any], LossReport]:
    report = export_dataset(dataset(tmp / "run", items), form, tmp / "out", **options)
    return json.loads((tmp / "out/llava.json").read_text()), report


def chat(*messages: Message, id: str = "s", **changes: Any) -> Sample:
    return Sample(id=id, images=(A, B), messages=messages, **changes)


class ByteTokenizer:
    """Bytes as tokens, `<s>` first, `</s>` as one token: what preprocess_v1 expects of LLaMA's tokenizer."""

    bos_token_id, eos_token_id, pad_token_id = BOS, EOS, PAD
    model_max_length = 100_000
    legacy = True

    def __call__(self, texts: Any, **_: Any) -> Any:
        import torch

        if isinstance(texts, str):
            return types.SimpleNamespace(input_ids=self._ids(texts))
        (text,) = texts
        return types.SimpleNamespace(input_ids=torch.tensor([self._ids(text)]))

    def _ids(self, text: str) -> list[int]:
        ids = [BOS]
        for i, piece in enumerate(text.split("</s>")):
            ids += [*([EOS] if i else []), *piece.encode()]
        return ids


def decoded(ids: Iterable[int]) -> str:
    return b"".join(b"</s>" if i == EOS else bytes([i]) for i in ids if 0 <= i < 256 or i == EOS).decode()


@pytest.fixture(scope="module")
def loader() -> Any:
    """`llava.train.train` of the package."""
    pytest.importorskip("torch")
    if not any((Path(p) / "llava/train/train.py").exists() for p in sys.path):
        pytest.skip("llava-torch is not installed: pip install --no-deps llava-torch")
    model, trainer = types.ModuleType("llava.model"), types.ModuleType("llava.train.llava_trainer")
    model.LlavaLlamaForCausalLM = object  # type: ignore[attr-defined]
    trainer.LLaVATrainer = object  # type: ignore[attr-defined]
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "llava.model", model)
        patch.setitem(sys.modules, "llava.train.llava_trainer", trainer)
        import llava.train.train as train  # pyright: ignore[reportMissingImports]
        from llava import conversation  # pyright: ignore[reportMissingImports]

        patch.setattr(conversation, "default_conversation", conversation.conv_templates["v1"])
        yield train


def loaded(train: Any, folder: Path, form: str = "pad") -> Any:
    import transformers

    processor = transformers.CLIPImageProcessor(size={"shortest_edge": 28}, crop_size={"height": 28, "width": 28})
    arguments = types.SimpleNamespace(
        image_folder=str(folder),
        image_processor=processor,
        image_aspect_ratio=form,
        is_multimodal=True,
        mm_use_im_start_end=False,
    )
    return train.LazySupervisedDataset(str(folder / "llava.json"), ByteTokenizer(), arguments)


def said(row: dict[str, Any]) -> list[str]:
    """The texts that the loss is computed on, as the loader masked them."""
    ids = [i for i in row["labels"].tolist() if i != IGNORED]
    assert ids[-1] == EOS
    return [t.removeprefix(" ") for t in decoded(ids).split("</s>")[:-1]]


def test_the_loader_finds_one_image_token_the_right_image_and_the_answers(loader: Any, tmp_path: Path) -> None:
    rows, report = exported(
        tmp_path,
        [
            chat(user(A, "What is it?"), assistant("A dog."), user("And now?"), assistant("A cat."), id="s/0"),
            chat(user("2 + 2?"), assistant("4"), id="s/1"),
            chat(user("Look: ", B), assistant("Seen."), id="s/2"),
        ],
    )
    assert [("image" in r) for r in rows] == [True, False, True]
    assert rows[0]["conversations"][0] == {"from": "human", "value": "<image>\nWhat is it?"}
    data = loaded(loader, tmp_path / "out")
    assert [(r["input_ids"] == IMAGE_TOKEN).sum().item() for r in data] == [1, 0, 1]
    assert [said(r) for r in data] == [["A dog.", "A cat."], ["4"], ["Seen."]]
    assert "USER: " + "\nWhat is it? ASSISTANT: A dog." in decoded(data[0]["input_ids"].tolist())
    assert data.modality_lengths[1] < 0 < data.modality_lengths[0]
    for row, image in ((0, A), (2, B)):
        seen = np.asarray(Pil.open(tmp_path / "out" / rows[row]["image"]).convert("RGB"))
        assert np.array_equal(seen, image.decode())
    batch = loader.DataCollatorForSupervisedDataset(tokenizer=ByteTokenizer())([data[i] for i in range(3)])
    assert batch["images"].shape == (3, 3, 28, 28) and not batch["images"][1].any()
    assert (report.rows_in, report.rows_out, report.images, report.placeholders) == (3, 3, 2, 2)
    assert report.degraded == {"image_moved_to_front": 1}


TRAPS = st.sampled_from(
    ("<image>", "</s>", " ASSISTANT: ", "ASSISTANT: x", "[INST] ", "<|im_end|>", "<bbox>", "<im_patch>")
)
WORDS = st.lists(TEXT | TRAPS, min_size=1, max_size=3).map("".join).filter(lambda t: t.strip())


@st.composite
def conversations(draw: st.DrawFn) -> Sample:
    images = [picture(draw(st.integers(0, 9))) for _ in range(draw(st.integers(0, 3)))]
    turns: list[Message] = []
    if draw(st.booleans()):
        turns.append(Message("system", (Part(text=draw(WORDS)),)))
    for _ in range(draw(st.integers(1, 3))):
        parts = [Part(text=draw(WORDS)), *(Part(image=im.sha256) for im in images if draw(st.booleans()))]
        turns += [user_turn(draw(st.permutations(parts))), assistant(draw(WORDS))]
    return Sample(id=draw(TEXT), images=tuple(dict.fromkeys(images)), messages=tuple(turns))


def user_turn(parts: Iterable[Part]) -> Message:
    return Message("user", tuple(parts))


def bare(text: str) -> str:
    return text.replace("\u200b", "")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(conversations(), min_size=1, max_size=4))
def test_any_conversation_that_is_kept_reaches_the_loss_unharmed(
    loader: Any, tmp_path_factory: pytest.TempPathFactory, items: list[Sample]
) -> None:
    tmp = tmp_path_factory.mktemp("llava")
    rows, report = exported(tmp, items, policy="degrade")
    shown = [{p.image for m in s.messages for p in m.parts if p.image} for s in items]
    kept = [(s, len(images)) for s, images in zip(items, shown, strict=True) if len(images) < 2]
    assert report.rows_out == len(rows) == len(kept)
    assert report.dropped.get("several_images", []) == [s.id for s, n in zip(items, shown, strict=True) if len(n) > 1]
    data = loaded(loader, tmp / "out")
    for (sample, images), row in zip(kept, data, strict=True):
        assert (row["input_ids"] == IMAGE_TOKEN).sum() == images
        answers = [m.text for m in sample.messages if m.role == "assistant"]
        assert [bare(t) for t in said(row)] == [bare(a) for a in answers]
        prompt = bare(decoded(row["input_ids"].tolist()))
        for message in sample.messages:
            for part in message.parts:
                assert part.text is None or bare(part.text).strip() in prompt


def test_the_interleaved_profile_has_as_many_placeholders_as_images_in_order(loader: Any, tmp_path: Path) -> None:
    sample = chat(user("First", A, "then", B, "differ how?"), assistant("Much."), user("Again", A), assistant("Yes."))
    rows, report = exported(tmp_path, [sample], "llava-next-interleave")
    (row,) = rows
    assert row["conversations"][0]["value"] == "First <image> then <image> differ how?"
    assert row["conversations"][2]["value"] == "<image>\nAgain"
    shown = [Pil.open(tmp_path / "out" / p).size for p in row["image"]]
    assert shown == [A.size, B.size, A.size]
    tokens = loader.preprocess_v1([row["conversations"]], ByteTokenizer(), has_image=True)
    assert (tokens["input_ids"] == IMAGE_TOKEN).sum() == 3 == report.placeholders
    assert said({"labels": tokens["labels"][0]}) == ["Much.", "Yes."]


def test_llava_collapses_several_placeholders_which_is_why_one_image_is_the_limit(loader: Any, tmp_path: Path) -> None:
    source = [{"from": "human", "value": "a <image> b <image>"}]
    arguments = types.SimpleNamespace(is_multimodal=True, mm_use_im_start_end=False)
    assert loader.preprocess_multimodal([source], arguments)[0][0]["value"].count("<image>") == 1
    rows, report = exported(tmp_path, [chat(user(A, B, "?"), assistant("x"), id="two")])
    assert rows == [] and report.dropped == {"several_images": ["two"]}


LOSSY = {
    "reserved_token": chat(user(A, "what does <image> mean?"), assistant("x"), id="bad"),
    "system_turn": chat(Message("system", (Part(text="Be brief."),)), user(A, "?"), assistant("x"), id="bad"),
    "image_shown_again": chat(user(A, "?"), assistant("x"), user(A, "!"), assistant("y"), id="bad"),
}
IMPOSSIBLE = {
    "no_turns": Sample(id="bad", images=(A,)),
    "does_not_start_with_the_user": chat(assistant("hello"), user("?"), assistant("x"), id="bad"),
    "turns_do_not_alternate": chat(user("a"), user("b"), assistant("x"), id="bad"),
    "ends_without_an_answer": chat(user("a"), id="bad"),
    "empty_turn": chat(user("a"), assistant(" "), id="bad"),
    "image_outside_a_user_turn": chat(user("draw"), assistant(A), id="bad"),
    "several_images": chat(user(A, B), assistant("x"), id="bad"),
}
GOOD = chat(user(A, "?"), assistant("fine"), id="good")


@pytest.mark.parametrize("reason", [*LOSSY, *IMPOSSIBLE])
def test_what_does_not_fit_is_left_out_by_name_or_stops_the_export(tmp_path: Path, reason: str) -> None:
    bad = {**LOSSY, **IMPOSSIBLE}[reason]
    rows, report = exported(tmp_path, [bad, GOOD])
    assert [r["id"] for r in rows] == ["good"]
    assert report.dropped == {reason: ["bad"]} and (report.rows_in, report.rows_out) == (2, 1)
    with pytest.raises(InputError, match=f"'bad'.*{reason}"):
        export_dataset(tmp_path / "run", "llava", tmp_path / "strict", policy="error")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out", "run"]


@pytest.mark.parametrize("reason", LOSSY)
def test_degrading_keeps_what_can_be_kept_and_counts_it(loader: Any, tmp_path: Path, reason: str) -> None:
    rows, report = exported(tmp_path, [LOSSY[reason]], policy="degrade")
    assert report.degraded == {reason: 1} and not report.dropped
    (row,) = loaded(loader, tmp_path / "out")
    assert (row["input_ids"] == IMAGE_TOKEN).sum() == 1
    text = bare(decoded(row["input_ids"].tolist()))
    wanted = {"reserved_token": "what does <image> mean?", "system_turn": "Be brief.\n?", "image_shown_again": "!"}
    assert wanted[reason] in text
    assert rows[0]["conversations"][0]["value"].startswith("<image>\n")


def test_the_same_dataset_gives_the_same_bytes_and_a_manifest_of_every_file(tmp_path: Path) -> None:
    from mmrecipes.core.identity import file_sha256

    region = Region(A.sha256, "x", ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)))
    full = GOOD.having(
        regions=(region,),
        extras=(Extra("mask", B),),
        alternatives=(Alternative("no", (assistant("z"),)),),
        id="../../up",
    )
    _, report = exported(tmp_path, [full, GOOD])
    export_dataset(tmp_path / "run", "llava", tmp_path / "twin")
    trees = [
        {p.relative_to(t).as_posix(): p for p in t.rglob("*") if p.is_file()}
        for t in (tmp_path / "out", tmp_path / "twin")
    ]
    assert {k: p.read_bytes() for k, p in trees[0].items()} == {k: p.read_bytes() for k, p in trees[1].items()}
    manifest = json.loads((tmp_path / "out/manifest.json").read_text())
    on_disk = {k: {"bytes": p.stat().st_size, "sha256": file_sha256(p)} for k, p in trees[0].items()}
    assert manifest["files"] == {k: v for k, v in on_disk.items() if k != "manifest.json"}
    assert f"images/{A.sha256[:2]}/{A.sha256}.png" in manifest["files"] and len(trees[0]) == 4
    assert manifest["report"] == report.to_json()
    assert (report.images, report.image_bytes) == (1, len(A.data))
    assert report.not_read == {"alternatives": 1, "extras": 1, "regions": 1}
    beside = [json.loads(line) for line in (tmp_path / "out/provenance.jsonl").read_text().splitlines()]
    assert [b["id"] for b in beside] == ["../../up", "good"]
    assert beside[0]["regions"][0]["label"] == "x" and beside[0]["truth_source"] == "engine"


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from mmrecipes.core.errors import WorldError

    dataset(tmp_path / "run", [GOOD])
    for k in range(1, 9):
        monkeypatch.setenv("MMR_TEST_FILE_OPERATION", f"fail:{k}:{tmp_path / f'counter{k}'}")
        with pytest.raises(WorldError, match="disk is full"):
            export_dataset(tmp_path / "run", "llava", tmp_path / f"out{k}")
        assert not [p for p in tmp_path.iterdir() if p.is_dir() and p.name != "run"]


def test_wrong_requests_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    dataset(tmp_path / "run", [GOOD])
    (tmp_path / "full").mkdir()
    (tmp_path / "full/file").touch()
    for arguments, options, words in (
        ((tmp_path / "run", "lava", tmp_path / "out"), {}, "llava, llava-next-interleave"),
        ((tmp_path / "run", "llava", tmp_path / "out"), {"policy": "maybe"}, "error, drop, degrade"),
        ((tmp_path / "run", "llava", tmp_path / "out"), {"colour": "red"}, "no option colour"),
        ((tmp_path / "run", "llava", tmp_path / "full"), {}, "not an empty folder"),
    ):
        with pytest.raises(UsageError, match=words):
            export_dataset(*arguments, **options)
    with pytest.raises(InputError, match="holds no data"):
        export_dataset(tmp_path / "full", "llava", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_placeholder_is_read_back_where_the_loader_moves_it(loader: Any, tmp_path: Path) -> None:
    from mmrecipes.formats.reader import open_source

    (tmp_path / "a.png").write_bytes(A.data)
    arguments = types.SimpleNamespace(is_multimodal=True, mm_use_im_start_end=False)
    for text in ("What <image> is it?", "<image> a <image> b", "Q\n<image>", "<image>\nQ"):
        turns = [{"from": "human", "value": text}, {"from": "gpt", "value": "x"}]
        (tmp_path / "data.json").write_text(json.dumps([{"image": "a.png", "conversations": turns}]))
        moved = loader.preprocess_multimodal([[dict(t) for t in turns]], arguments)[0][0]["value"]
        image, said_after = open_source(tmp_path / "data.json")[1].sample(0).messages[0].parts
        assert image.image == A.sha256 and moved == f"<image>\n{said_after.text}"


MANY = chat(
    user(A, "What is it?"), assistant("A dog."), user("Sure?"), assistant("Yes."), user(B, "And this?"),
    assistant("A cat."), user(A, "And again?"), assistant("The dog."), id="many",
    alternatives=(Alternative("rejected", (assistant("A bird."),)),), group="g",
    regions=(Region(B.sha256, "cat", ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))),),
)  # fmt: skip


def test_splitting_makes_one_row_of_each_image_with_the_turns_that_follow_it(loader: Any, tmp_path: Path) -> None:
    rows, report = exported(tmp_path, [MANY, GOOD], policy="split")
    assert [r["id"] for r in rows] == ["many.1", "many.2", "many.3", "good"]
    data = loaded(loader, tmp_path / "out")
    assert [said(r) for r in data] == [["A dog.", "Yes."], ["A cat."], ["The dog."], ["fine"]]
    assert [(r["input_ids"] == IMAGE_TOKEN).sum().item() for r in data] == [1, 1, 1, 1]
    assert (report.rows_in, report.rows_out, report.split) == (2, 4, {"samples": 1, "rows": 3})
    told = losses(report, tmp_path / "out")
    assert told[0].startswith("4 rows of 2 samples") and "  split     1 samples into 3 rows" in told
    beside = [json.loads(line) for line in (tmp_path / "out/provenance.jsonl").read_text().splitlines()]
    assert [b["id"] for b in beside] == [r["id"] for r in rows]
    assert [b["parents"] for b in beside] == [["many"]] * 3 + [[]] and beside[0]["group"] == "g"
    assert [len(b["regions"]) for b in beside] == [0, 1, 0, 0]
    assert [len(b["alternatives"]) for b in beside] == [0, 0, 1, 0]


def test_what_cannot_be_split_is_left_out_whole_with_its_reason(tmp_path: Path) -> None:
    both = chat(user(A, "one"), assistant("x"), user(A, B, "two"), assistant("y"), id="both")
    document = Sample(id="doc", kind="document", images=(A, B), messages=(assistant(A, "a", B),))
    rows, report = exported(tmp_path, [both, document, GOOD], policy="split")
    assert [r["id"] for r in rows] == ["good"] and not report.split
    assert report.dropped == {"several_images": ["both"], "does_not_start_with_the_user": ["doc"]}


def test_a_record_of_two_images_is_split_into_questions_about_each(tmp_path: Path) -> None:
    quad = ((2.0, 2.0), (18.0, 2.0), (18.0, 18.0), (2.0, 18.0))
    regions = (Region(A.sha256, "cup", quad), Region(B.sha256, "mug", quad), Region(B.sha256, "mug", quad))
    record = Sample(id="r", kind="record", images=(A, B), regions=regions)
    rows, report = exported(tmp_path, [record], policy="split", boxes="llava_norm_pad")
    assert [r["id"] for r in rows] == ["r.1", "r.2"] and report.split == {"samples": 1, "rows": 2}
    assert [r["conversations"][0]["value"] for r in rows] == [
        "<image>\nLocate in the image: cup", "<image>\nLocate in the image: mug",
    ]  # fmt: skip
    assert rows[0]["conversations"][1]["value"] == "[0.050, 0.300, 0.450, 0.700]"
    assert rows[1]["conversations"][1]["value"] == "\n".join(["[0.300, 0.050, 0.700, 0.450]"] * 2)
    assert not report.not_read and not report.dropped


def test_boxes_that_are_lost_are_lost_by_name(tmp_path: Path) -> None:
    tiny = Region(A.sha256, "dot", ((1.0, 1.0), (1.01, 1.0), (1.01, 1.01), (1.0, 1.01)))
    turned = Region(A.sha256, "cup", ((9.0, 2.0), (18.0, 9.0), (9.0, 18.0), (2.0, 9.0)))
    only = Sample(id="only", kind="record", images=(A,), regions=(tiny,))
    mixed = Sample(id="mixed", kind="record", images=(A,), regions=(tiny, turned))
    _, report = exported(tmp_path, [only, mixed], boxes="abs")
    assert report.dropped == {"no_turns": ["only"], "box_left_out": ["mixed"]}
    report = export_dataset(tmp_path / "run", "llava", tmp_path / "less", policy="degrade", boxes="abs")
    assert report.degraded == {"box_left_out": 1, "quad_as_box": 1} and report.rows_out == 1
    assert export_dataset(tmp_path / "run", "llava", tmp_path / "none").dropped == {"no_turns": ["only", "mixed"]}
