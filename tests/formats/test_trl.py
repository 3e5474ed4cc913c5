"""TRL's SFT trainer takes one real step on the dataset folder as it is, with a tiny random model built here; its DPO
collator reads exported preference pairs. What TRL reads is read back."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mmrecipes.core.sample import Alternative, Message, Part, Sample, assistant, user
from mmrecipes.formats.export import export_dataset
from mmrecipes.store.card import write_card
from mmrecipes.store.dataset import DatasetWriter
from mmrecipes_tests.formats.tables import IMAGE, cell, dataset, opened, parquet, read, reason_of, said
from mmrecipes_tests.store.samples import TEXT, picture

datasets = pytest.importorskip("datasets")
torch = pytest.importorskip("torch")
trl = pytest.importorskip("trl", reason="the training extra is not installed")
transformers = pytest.importorskip("transformers")

SIDE, PATCH = 28, 7
PER_IMAGE = (SIDE // PATCH) ** 2
TEMPLATE = (
    "{% for m in messages %}[{{ m['role'] }}]"
    "{% for c in m['content'] %}{% if c['type'] == 'image' %}<image>{% else %}{{ c['text'] }}{% endif %}{% endfor %}"
    "</s>{% endfor %}"
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A dataset with one image, none, two, and one shown twice, in one file."""
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    datasets.disable_progress_bars()
    a, b = picture(1, (40, 20)), picture(2, (20, 40))
    items = [
        Sample(id="s/0", images=(a,), messages=(user(a, "What?"), assistant("A."))),
        Sample(id="s/1", messages=(user("2 + 2?"), assistant("4"))),
        Sample(id="s/2", images=(a, b), messages=(user("Compare", a, "and", b), assistant("Same."))),
        Sample(id="s/3", images=(b,), messages=(user(b, "and"), assistant("yes"), user("again", b), assistant("no"))),
    ]
    with DatasetWriter(tmp_path / "run", "toy") as writer:
        for sample in items:
            writer.write(sample)
    write_card(tmp_path / "run", card={"title": "T"}, params={}, counts=writer.counts, seed=0, version="1")
    (tmp_path / "run" / "run").mkdir()
    return tmp_path / "run"


def processor() -> Any:
    """A byte-level tokenizer and an image processor, from nothing."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    plain = Tokenizer(models.BPE(vocab={c: i for i, c in enumerate(alphabet)}, merges=[]))
    plain.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    plain.decoder = decoders.ByteLevel()
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=plain,
        pad_token="<pad>",
        eos_token="</s>",
        additional_special_tokens=["<image>"],
        extra_special_tokens={"image_token": "<image>"},
    )
    crop = {"height": SIDE, "width": SIDE}
    return transformers.LlavaProcessor(
        image_processor=transformers.CLIPImageProcessor(size={"shortest_edge": SIDE}, crop_size=crop),
        tokenizer=tokenizer,
        patch_size=PATCH,
        vision_feature_select_strategy="default",
        num_additional_image_tokens=1,
        chat_template=TEMPLATE,
    )


def tiny_model(processing: Any) -> Any:
    tokenizer = processing.tokenizer
    text = transformers.LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        num_key_value_heads=2,
        pad_token_id=tokenizer.pad_token_id,
        eos_token_id=tokenizer.eos_token_id,
        bos_token_id=None,
    )
    vision = transformers.CLIPVisionConfig(
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        image_size=SIDE,
        patch_size=PATCH,
        projection_dim=16,
    )
    image_token = tokenizer.convert_tokens_to_ids("<image>")
    config = transformers.LlavaConfig(vision_config=vision, text_config=text, image_token_index=image_token)
    torch.manual_seed(0)
    return transformers.LlavaForConditionalGeneration(config)


def test_prepare_multimodal_messages_fills_every_placeholder_with_its_image(folder: Path) -> None:
    from trl.data_utils import prepare_multimodal_messages

    for row in datasets.load_dataset(str(folder), split="train"):
        filled = prepare_multimodal_messages(row["messages"], row["images"])
        shown = [c["image"] for m in filled for c in m["content"] if c["type"] == "image"]
        assert [im.size for im in shown] == [im.size for im in row["images"]]
        assert len(shown) == len(row["image_sha256"])


def test_a_key_named_image_in_the_parts_would_hide_the_placeholders(folder: Path) -> None:
    from trl.data_utils import prepare_multimodal_messages

    row = datasets.load_dataset(str(folder), split="train")[0]
    for message in row["messages"]:
        for part in message["content"]:
            part["image"] = None
    with pytest.raises(ValueError, match="does not match"):
        prepare_multimodal_messages(row["messages"], row["images"])


@pytest.mark.slow
@pytest.mark.parametrize("exported", [False, True], ids=["the run's folder", "the native export"])
def test_one_step_of_sft_reads_the_folder_and_changes_the_weights(folder: Path, tmp_path: Path, exported: bool) -> None:
    if exported:
        export_dataset(folder, "native", tmp_path / "out")
        folder = tmp_path / "out"
    rows = datasets.load_dataset(str(folder), split="train")
    processing = processor()
    model = tiny_model(processing)
    before = {k: v.clone() for k, v in model.state_dict().items()}
    arguments = trl.SFTConfig(
        output_dir=str(tmp_path / "trained"),
        max_steps=1,
        per_device_train_batch_size=len(rows),
        learning_rate=0.01,
        lr_scheduler_type="constant",
        max_length=None,
        report_to="none",
        use_cpu=True,
        bf16=False,
        save_strategy="no",
        dataloader_pin_memory=False,
    )
    trainer = trl.SFTTrainer(model=model, args=arguments, train_dataset=rows, processing_class=processing)
    batch = next(iter(trainer.get_train_dataloader()))
    image_token = processing.tokenizer.convert_tokens_to_ids("<image>")
    per_row = sorted((batch["input_ids"] == image_token).sum(1).tolist())
    assert per_row == [0, PER_IMAGE, 2 * PER_IMAGE, 2 * PER_IMAGE]
    assert batch["pixel_values"].shape == (5, 3, SIDE, SIDE)
    outcome = trainer.train()
    assert math.isfinite(outcome.training_loss) and outcome.training_loss > 0
    after = model.state_dict()
    changed = {k for k in before if not torch.equal(before[k], after[k])}
    assert any("vision" in k for k in changed) and any("language" in k for k in changed)
    assert sum(v.numel() for v in after.values()) < 60_000


def test_a_literal_placeholder_in_text_breaks_the_processor_and_not_after_the_export(
    folder: Path, tmp_path: Path
) -> None:
    from trl.data_utils import prepare_multimodal_messages

    image = picture(1)
    trap = Sample(id="t", images=(image,), messages=(user(image, "what is <image>?"), assistant("A tag.")))
    with DatasetWriter(tmp_path / "trap", "toy") as writer:
        writer.write(trap)
    write_card(tmp_path / "trap", card={}, params={}, counts=writer.counts, seed=0, version="1")
    export_dataset(tmp_path / "trap", "native", tmp_path / "out", policy="degrade")
    processing = processor()

    def image_tokens(path: Path) -> int:
        row = datasets.load_dataset(str(path), split="train")[0]
        messages = prepare_multimodal_messages(row["messages"], row["images"])
        ids = processing.apply_chat_template(messages, tokenize=True, return_dict=True)["input_ids"]
        return sum(i == processing.tokenizer.convert_tokens_to_ids("<image>") for i in ids[0])

    assert image_tokens(tmp_path / "out") == PER_IMAGE
    with pytest.raises(ValueError, match="2 <image> tokens and 1 image"):
        image_tokens(tmp_path / "trap")


A, B = picture(1, (40, 20)), picture(2, (20, 40), "JPEG")
HASH = f"#{A.sha256}"


def pair(id: str, *messages: Message, rejected: tuple[Message, ...], verdict: str = "rejected") -> Sample:
    return Sample(id=id, images=(A, B), messages=messages, alternatives=(Alternative(verdict, rejected),))


PAIRS = [
    pair("pic", user(A, "What is it?"), assistant("A dog."), rejected=(assistant("A cat."),)),
    pair("text", user("2 + 2?"), assistant("4"), rejected=(assistant("5"),)),
    pair("two", user(B, "and", A), assistant("Same."), user("Sure?"), assistant("Yes"), rejected=(assistant("No"),)),
]


def test_the_dpo_collator_reads_pairs_with_and_without_images(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from trl.trainer.dpo_trainer import DataCollatorForVisionPreference

    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    report = export_dataset(dataset(tmp_path / "run", PAIRS), "trl-preference", tmp_path / "out", policy="error")
    rows = datasets.load_dataset(str(tmp_path / "out"), split="train")
    processing = processor()
    batch = DataCollatorForVisionPreference(processing)([dict(r) for r in rows])
    image_token = processing.tokenizer.convert_tokens_to_ids("<image>")
    per_row = (batch["input_ids"] == image_token).sum(1).tolist()
    assert per_row == [PER_IMAGE, 0, 2 * PER_IMAGE] * 2
    assert batch["pixel_values"].shape == (2 * 3, 3, SIDE, SIDE)
    answers = [
        processing.tokenizer.decode([i for i, m in zip(ids, mask, strict=True) if m], skip_special_tokens=True)
        for ids, mask in zip(batch["input_ids"].tolist(), batch["completion_mask"].tolist(), strict=True)
    ]
    said = [a.strip().removeprefix("[assistant]") for a in answers]
    assert said == ["A dog.", "4", "Yes", "A cat.", "5", "No"]
    assert (report.rows_out, report.images, report.placeholders) == (3, 2, 3)


def test_no_part_of_a_pair_has_a_key_named_image_and_types_do_not_depend_on_the_order(tmp_path: Path) -> None:
    schemas = []
    for name, order in (("one", PAIRS), ("two", PAIRS[::-1])):
        export_dataset(dataset(tmp_path / f"run-{name}", order), "trl-preference", tmp_path / name)
        table = pq.read_table(tmp_path / name / "data/train-00000.parquet")
        schemas.append(table.schema)
        rows = table.to_pylist()
        parts = [p for r in rows for c in ("prompt", "chosen", "rejected") for m in r[c] for p in m["content"]]
        assert {tuple(p) for p in parts} == {("type", "text")}
        assert [len(r["images"]) for r in rows if r["id"] == "text"] == [0]
    assert schemas[0].equals(schemas[1], check_metadata=True)


WORDS = TEXT.filter(lambda t: t.strip() and "<" not in t)


@st.composite
def preferences(draw: st.DrawFn) -> Sample:
    images = [picture(draw(st.integers(0, 9))) for _ in range(draw(st.integers(0, 3)))]
    parts = st.lists(WORDS | st.sampled_from(images) if images else WORDS, min_size=1, max_size=3)
    messages = [Message("system", (Part(text=draw(WORDS)),))] if draw(st.booleans()) else []
    for _ in range(draw(st.integers(1, 2))):
        messages += [user(*draw(parts)), assistant(draw(WORDS))]
    answer = messages[-1].text
    rejected = (assistant(draw(WORDS.filter(lambda t: t != answer))),)
    shown = {p.image for m in messages for p in m.parts}
    return Sample(
        id=draw(st.text("abc/0", min_size=1, max_size=5)),
        images=tuple({im.sha256: im for im in images if im.sha256 in shown}.values()),
        messages=tuple(messages),
        alternatives=(Alternative("rejected", rejected),),
    )


@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(preferences(), min_size=1, max_size=4))
def test_pairs_written_and_read_again_are_the_same(
    tmp_path_factory: pytest.TempPathFactory, samples: list[Sample]
) -> None:
    tmp = tmp_path_factory.mktemp("trip")
    export_dataset(dataset(tmp / "run", samples), "trl-preference", tmp / "out", policy="error")
    for before, after in zip(samples, read(tmp / "out"), strict=True):
        assert said(after.messages) == said(before.messages)
        assert after.alternatives == before.alternatives
        assert (after.id, set(after.images)) == (before.id, set(before.images))


def test_what_is_no_pair_is_left_out_and_several_rejected_answers_are_several_rows(tmp_path: Path) -> None:
    asked, right, wrong = user(A, "?"), assistant("yes"), assistant("no")
    several = pair("several", asked, right, rejected=(wrong,))
    prompted = Alternative("negative", (asked, assistant("maybe")))
    run = dataset(
        tmp_path / "run",
        [
            Sample(id="none", images=(A,), messages=(asked, right)),
            pair("best", asked, right, rejected=(wrong,), verdict="preferred"),
            pair("same", asked, right, rejected=(right,)),
            pair("drawn", asked, right, rejected=(assistant(B),)),
            pair("asks", asked, right, rejected=(user("no"),)),
            pair("token", asked, right, rejected=(assistant("<image>"),)),
            several.having(alternatives=(*several.alternatives, prompted)),
        ],
    )
    report = export_dataset(run, "trl-preference", tmp_path / "out")
    assert report.dropped == {
        "no_rejected_answer": ["none", "best"],
        "rejected_equals_chosen": ["same"],
        "image_outside_the_prompt": ["drawn"],
        "rejected_is_no_answer": ["asks"],
        "reserved_token": ["token"],
    }
    kept = read(tmp_path / "out")
    assert [(s.id, said(s.messages)) for s in kept] == [
        ("several", [("user", [HASH, "?"]), ("assistant", ["yes"])]),
        ("several.2", [("user", [HASH, "?"]), ("assistant", ["yes"])]),
    ]
    assert [said(s.alternatives[0].messages) for s in kept] == [[("assistant", ["no"])], [("assistant", ["maybe"])]]


def test_texts_without_image_parts_have_their_images_first_as_trl_puts_them(tmp_path: Path) -> None:
    from trl.data_utils import prepare_multimodal_messages

    turns = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Which?"}]
    turns += [{"role": "assistant", "content": "Both."}, {"role": "user", "content": "Sure?"}]
    (sample,) = read(parquet(tmp_path / "a.parquet", [{"messages": turns, "images": [cell(A), cell(B)]}]))
    by_trl = prepare_multimodal_messages(turns, [A.sha256, B.sha256])
    assert said(sample.messages) == [
        (m["role"], [f"#{c['image']}" if c["type"] == "image" else c["text"] for c in m["content"]]) for m in by_trl
    ]


def test_what_the_native_folder_holds_is_read_by_the_reader_of_trl_too(folder: Path) -> None:
    native, by_trl = read(folder, "native"), read(folder, "trl")
    assert [said(s.messages) for s in by_trl] == [said(s.messages) for s in native]
    assert [s.images for s in by_trl] == [s.images for s in native]


def test_prompts_with_completions_and_pairs_of_plain_texts(tmp_path: Path) -> None:
    row = {"prompt": "What is <image>?", "completion": "A dog.", "image": cell(A), "label": True}
    (sample,) = read(parquet(tmp_path / "a.parquet", [row]))
    assert said(sample.messages) == [("user", ["What is ", HASH, "?"]), ("assistant", ["A dog."])]
    assert sample.meta == {"label": True}
    row = {"prompt": "What?", "chosen": "A dog.", "rejected": "A cat.", "images": [cell(A)]}
    (sample,) = read(parquet(tmp_path / "b.parquet", [row]))
    assert said(sample.messages) == [("user", [HASH, "What?"]), ("assistant", ["A dog."])]
    assert said(sample.alternatives[0].messages) == [("assistant", ["A cat."])]
    turns = [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "a"}]
    row = {"chosen": turns, "rejected": [*turns[:1], {"role": "assistant", "content": "b"}], "images": [cell(A)]}
    (sample,) = read(parquet(tmp_path / "c.parquet", [row]))
    assert said(sample.messages) == [("user", [HASH, "Q"]), ("assistant", ["a"])]
    assert said(sample.alternatives[0].messages) == [("assistant", ["b"])]


def test_rows_that_trl_would_not_take_have_a_reason(tmp_path: Path) -> None:
    part = pa.struct([("type", pa.string()), ("text", pa.string())])
    calls = pa.list_(pa.struct([("name", pa.string())]))
    turn = pa.struct([("role", pa.string()), ("content", pa.list_(part)), ("tool_calls", calls)])
    image, text = {"type": "image"}, {"type": "text", "text": "x"}
    cases = {
        "placeholder_mismatch": [{"role": "user", "content": [text]}],
        "unsupported_part": [{"role": "user", "content": [image, {"type": "video"}]}],
        "unknown_role": [{"role": "critic", "content": [image]}],
        "tool_call": [{"role": "user", "content": [image]}, {"role": "assistant", "tool_calls": [{"name": "f"}]}],
        "bad_turns": [{"role": "user", "content": [image]}, {"role": "assistant", "content": None}],
        "no_turns": [],
    }
    rows = [{"messages": turns, "image": cell(A)} for turns in cases.values()]
    table = opened(parquet(tmp_path / "a.parquet", rows, messages=pa.list_(turn), image=IMAGE))
    assert [reason_of(table, i) for i in range(len(rows))] == list(cases)
    rows = [{"chosen": "a", "rejected": "b"}, {"chosen": "", "rejected": None}]
    table = opened(parquet(tmp_path / "b.parquet", rows))
    assert reason_of(table, 0) == "no_prompt"
