"""TRL's SFT trainer takes one real step on the dataset folder as it is, with a tiny random model built here."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from mmrecipes.core.sample import Sample, assistant, user
from mmrecipes.formats.export import export_dataset
from mmrecipes.store.card import write_card
from mmrecipes.store.dataset import DatasetWriter
from mmrecipes_tests.store.samples import picture

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
