"""Claims about Megatron-Energon's folders: its own `prepare`, `lint` and loader read what is written here."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from mmrecipes.core.boxes import box_of, quad_of
from mmrecipes.core.errors import InputError, UsageError
from mmrecipes.core.sample import Message, Part, Region, Sample, assistant, user
from mmrecipes.formats.energon import expanded
from mmrecipes.formats.energon_export import kind_of
from mmrecipes.formats.export import LossReport, export_dataset
from mmrecipes_tests.formats.tables import dataset, opened, read, reason_of
from mmrecipes_tests.formats.tarring import members, tar
from mmrecipes_tests.store.samples import picture

A, B = picture(1, (40, 20)), picture(2, (20, 40))
CAPTION = Sample(id="c", images=(A,), messages=(user(A), assistant("a cup")))
VQA = Sample(id="q", images=(A,), messages=(user(A, "What?"), assistant("cup")), truth={"answers": ["mug", "cup"]})
CHOICE = Sample(id="m", images=(A,), truth={"choices": ["cup", "dog"]},
                messages=(user(A, "What?\nA. cup\nB. dog"), assistant("B")))  # fmt: skip
OCR = Sample(id="o", images=(A,), task="ocr", messages=(user(A), assistant("one two")),
             regions=(Region(A.sha256, "word", quad_of((1.0, 2.0, 11.0, 7.5)), "one"),))  # fmt: skip
TEXT = Sample(id="t", messages=(assistant("only words"),))
DOCUMENT = Sample(id="d", kind="document", images=(A, B), messages=(assistant("one", A, "two", B, B, "three"),))
CHAT = Sample(id="x", images=(A,), messages=(user(A, "q"), assistant("a"), user("r"), assistant("b")))
BY_TYPE = {"captioning": CAPTION, "vqa": VQA, "multichoice": CHOICE, "ocr": OCR, "text": TEXT, "interleaved": DOCUMENT}

QUIET = pytest.mark.filterwarnings("ignore:The handler kwarg:FutureWarning", "ignore:'pin_memory':UserWarning")
"""What Energon says about itself and this machine."""


def exported(tmp: Path, items: list[Sample], **options: str) -> LossReport:
    return export_dataset(dataset(tmp / "run", items), "energon", tmp / "out", **options)


@pytest.fixture(scope="module")
def energon() -> Any:
    return pytest.importorskip("megatron.energon", reason="pip install --no-deps megatron-energon, see pyproject")


def command(module: str, *arguments: str) -> str:
    """Run a command of Energon's; its output."""
    import importlib

    from click.testing import CliRunner

    tool = importlib.import_module(f"megatron.energon.tools.{module}")
    done = CliRunner().invoke(tool.command, arguments, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def loaded(energon: Any, folder: Path, split: str = "train") -> list[Any]:
    """The samples of a split as Energon's loader gives them, one at a time."""
    config = energon.WorkerConfig(rank=0, world_size=1, num_workers=0)
    data = energon.get_val_dataset(folder, split_part=split, worker_config=config, batch_size=1)
    return list(energon.get_loader(data))


def pixels(tensor: Any) -> Any:
    return np.rint(np.asarray(tensor).reshape(tensor.shape[-3:]).transpose(1, 2, 0) * 255).astype(np.uint8)


@pytest.mark.slow
@QUIET
@pytest.mark.parametrize("name", BY_TYPE)
def test_energon_indexes_lints_and_loads_every_type(tmp_path: Path, energon: Any, name: str) -> None:
    sample = BY_TYPE[name]
    exported(tmp_path, [sample.having(id=f"{sample.id}{i}") for i in range(3)], per_shard="2")
    command("prepare", "--tar-index-only", "--no-progress", "--num-workers", "1", str(tmp_path / "out"))
    command("lint", str(tmp_path / "out"))
    rows = loaded(energon, tmp_path / "out")
    assert sorted(k for r in rows for k in r.__key__) == ["000000000", "000000001", "000000002"]
    CHECKS[name](rows[0])


def _caption(row: Any) -> None:
    assert row.caption == ["a cup"] and np.array_equal(pixels(row.image), A.decode())


def _vqa(row: Any) -> None:
    assert (row.context, row.answers) == (["What?"], [["cup", "mug"]])


def _choice(row: Any) -> None:
    assert (row.context, row.choices, list(row.correct_choice_idx)) == (["What?"], [["cup", "dog"]], [1])


def _ocr(row: Any) -> None:
    assert (row.text, row.block_text) == (["one two"], [["one"]])
    assert np.allclose(np.asarray(row.block_boxes, float).reshape(-1), [1.0, 2.0, 10.0, 5.5])


def _text(row: Any) -> None:
    assert row.text == ["only words"]


def _sequence(row: Any) -> None:
    (sequence,) = row.sequence
    shown = [p if isinstance(p, str) else pixels(p) for p in sequence]
    assert [s for s in shown if isinstance(s, str)] == ["one", "two", "three"]
    assert all(np.array_equal(shown[i], im.decode()) for i, im in ((1, A), (3, B), (4, B)))


CHECKS = {"captioning": _caption, "vqa": _vqa, "multichoice": _choice, "ocr": _ocr, "text": _text,
          "interleaved": _sequence}  # fmt: skip


@pytest.mark.slow
@QUIET
def test_energon_loads_each_split_from_its_own_shards(tmp_path: Path, energon: Any) -> None:
    items = [CAPTION.having(id=str(i), split=s) for i, s in enumerate(["train", "validation", "train", "test"])]
    exported(tmp_path, items)
    command("prepare", "--tar-index-only", "--no-progress", "--num-workers", "1", str(tmp_path / "out"))
    assert [len(loaded(energon, tmp_path / "out", s)) for s in ("train", "val", "test")] == [2, 1, 1]
    assert [s.split for s in read(tmp_path / "out")] == ["train", "train", "validation", "test"]


@pytest.mark.parametrize("name", BY_TYPE)
def test_the_type_is_what_the_data_is(name: str) -> None:
    assert kind_of(BY_TYPE[name]) == name


def test_a_conversation_of_several_turns_is_crude(tmp_path: Path) -> None:
    assert kind_of(CHAT) == "crude"
    exported(tmp_path, [CHAT])
    assert yaml.safe_load((tmp_path / "out/.nv-meta/dataset.yaml").read_text())["__class__"] == "CrudeWebdataset"


def test_samples_of_another_type_are_dropped_with_their_reason(tmp_path: Path) -> None:
    items = [CAPTION, VQA, DOCUMENT, TEXT, CAPTION.having(id="s", split="holdout")]
    report = exported(tmp_path, items)
    assert report.dropped == {"question": ["q"], "several_images": ["d"], "no_image": ["t"], "unknown_split": ["s"]}
    with pytest.raises(InputError, match="cannot be exported"):
        export_dataset(tmp_path / "run", "energon", tmp_path / "out2", policy="error")


def test_the_type_can_be_chosen_and_a_wrong_name_lists_them(tmp_path: Path) -> None:
    exported(tmp_path, [VQA, CHAT], type="interleaved", policy="degrade")
    assert [s.id for s in read(tmp_path / "out")] == ["q", "x"]
    with pytest.raises(UsageError, match="captioning, vqa"):
        export_dataset(tmp_path / "run", "energon", tmp_path / "out2", type="vqua")


@pytest.mark.parametrize("sample", [*BY_TYPE.values(), CHAT], ids=[*BY_TYPE, "crude"])
def test_what_is_written_comes_back_whole(tmp_path: Path, sample: Sample) -> None:
    exported(tmp_path, [sample])
    (back,) = read(tmp_path / "out")
    hashes = tuple(im.sha256 for im in sample.images)
    assert back.having(images=tuple(im.sha256 for im in back.images)) == sample.having(images=hashes)


def test_keys_are_unique_over_splits_and_info_counts_every_shard(tmp_path: Path) -> None:
    exported(tmp_path, [CAPTION.having(id=str(i), split=("train", "test")[i % 2]) for i in range(5)], per_shard="2")
    keys = [n.partition(".")[0] for names in members(tmp_path / "out").values() for n in names if n.endswith(".json")]
    assert sorted(keys) == [f"{i:09d}" for i in range(5)]
    info = json.loads((tmp_path / "out/.nv-meta/.info.json").read_text())
    assert info["shard_counts"] == {"train/00000.tar": 2, "train/00001.tar": 1, "test/00000.tar": 2}


# ---- reading what others wrote


def foreign(folder: Path, kind: str, fields: dict[str, str], value: Any, **config: Any) -> Path:
    tar(folder / "a_0.tar", [("k.jpg", A.data), ("k.json", value)])
    described = {"sample_type": {"__module__": "megatron.energon", "__class__": kind}, "field_map": fields, **config}
    split = {"split_parts": {"train": ["a_{0..0}.tar"], "val": [], "test": []}, "exclude": []}
    for name, content in (("dataset", described), ("split", split)):
        (folder / ".nv-meta").mkdir(exist_ok=True)
        (folder / f".nv-meta/{name}.yaml").write_text(yaml.safe_dump(content))
    return folder


asked = functools.partial(
    foreign, kind="VQASample", fields={"image": "jpg", "context": "json[q]", "answers": "json[a]"}
)


def test_a_field_map_says_where_question_and_answers_are(tmp_path: Path) -> None:
    (sample,) = read(asked(tmp_path, value={"q": "What?", "a": ["cup", "mug", "mug"]}))
    assert (sample.id, sample.split, sample.messages) == ("k", "train", (user(A, "What?"), assistant("mug")))
    assert sample.truth == {"answers": ["cup", "mug", "mug"]}


def test_the_answer_of_most_weight_is_the_answer(tmp_path: Path) -> None:
    fields = {"image": "jpg", "context": "json[q]", "answers": "json[a]", "answer_weights": "json[w]"}
    value = {"q": "What?", "a": ["cup", "mug"], "w": [0.9, 0.1]}
    assert read(foreign(tmp_path, "VQASample", fields, value))[0].messages[1] == assistant("cup")
    assert reason_of(opened(foreign(tmp_path, "VQASample", fields, {**value, "w": [1]})), 0) == "bad_weights"


def test_questions_without_answers_are_questions(tmp_path: Path) -> None:
    fields = {"image": "jpg", "context": "json[q]"}
    assert read(foreign(tmp_path, "VQASample", fields, {"q": "What?"}))[0].messages == (user(A, "What?"),)


def test_choices_become_lettered_lines_and_the_answer_a_letter(tmp_path: Path) -> None:
    fields = {"image": "jpg", "context": "json[q]", "choices": "json[c]", "correct_choice_idx": "json[i]"}
    (sample,) = read(foreign(tmp_path, "MultiChoiceVQASample", fields, {"q": "What?", "c": ["cup", "dog"], "i": 1}))
    assert sample.messages == (user(A, "What?\nA. cup\nB. dog"), assistant("B"))
    assert reason_of(opened(foreign(tmp_path, "MultiChoiceVQASample", fields, {"q": "?", "c": ["x"], "i": 3})), 0)


def test_boxes_of_ocr_are_regions(tmp_path: Path) -> None:
    fields = {"image": "jpg", "text": "json[t]", "words_boxes": "json[b]", "words_text": "json[w]"}
    value = {"t": "one two", "b": [[1, 2, 10, 5], [12, 2, 8, 5, 0.9]], "w": ["one", "two"]}
    (sample,) = read(foreign(tmp_path, "OCRSample", fields, value))
    assert [(r.label, r.text, box_of(r.quad)) for r in sample.regions] == [
        ("word", "one", (1, 2, 11, 7)), ("word", "two", (12, 2, 20, 7)),
    ]  # fmt: skip
    assert reason_of(opened(foreign(tmp_path, "OCRSample", fields, {**value, "w": ["one"]})), 0) == "bad_boxes"


def test_the_older_way_of_naming_the_type_is_read_too(tmp_path: Path) -> None:
    folder = asked(tmp_path, value={"q": "What?", "a": ["cup"]})
    old = {"__module__": "megatron.energon", "__class__": "VQAWebdataset",
           "field_map": {"image": "jpg", "context": "json[q]", "answers": "json[a]"}}  # fmt: skip
    (folder / ".nv-meta/dataset.yaml").write_text(yaml.safe_dump(old))
    assert read(folder)[0].messages == (user(A, "What?"), assistant("cup"))


def test_code_of_a_sample_loader_is_never_run_and_that_is_said(tmp_path: Path) -> None:
    folder = asked(tmp_path, value={"question": "q", "answer": "a"}, sample_loader="sample_loader.py:sample_loader")
    (folder / ".nv-meta/dataset.yaml").write_text(yaml.safe_dump({
        "sample_type": {"__module__": "megatron.energon", "__class__": "InterleavedSample"},
        "sample_loader": "sample_loader.py:sample_loader", "part_filter": "sample_loader.py:part_filter",
    }))  # fmt: skip
    (folder / ".nv-meta/sample_loader.py").write_text("raise SystemExit('code of a data set was run')")
    rows = opened(folder)
    assert rows.sample(0).messages == (user(A, "q"), assistant("a"))
    assert any("is not run" in r for r in rows.remarks)


def test_excluded_shards_are_left_out_and_shards_outside_refused(tmp_path: Path) -> None:
    folder = asked(tmp_path / "in", value={"q": "What?", "a": ["cup"]})
    tar(folder / "a_1.tar", [("z.jpg", B.data), ("z.json", {"q": "Who?", "a": ["me"]})])
    split = folder / ".nv-meta/split.yaml"
    split.write_text(yaml.safe_dump({"split_parts": {"val": ["a_{0,1}.tar"]}, "exclude": ["a_0.tar"]}))
    assert [(s.id, s.split) for s in read(folder)] == [("z", "validation")]
    split.write_text(yaml.safe_dump({"split_parts": {"train": ["../x.tar"]}, "exclude": []}))
    with pytest.raises(InputError, match="outside"):
        opened(folder)


@pytest.mark.parametrize("text", ["[1, 2]", "a: [", "\x00"])
def test_a_broken_dataset_yaml_is_named(tmp_path: Path, text: str) -> None:
    folder = asked(tmp_path, value={"q": "What?", "a": ["cup"]})
    (folder / ".nv-meta/dataset.yaml").write_text(text)
    with pytest.raises(InputError, match=r"dataset\.yaml"):
        opened(folder)


@pytest.mark.parametrize(
    "pattern", ["a.tar", "{000..012}.tar", "{a,b}/{1..3}.tar", "x{,y}.tar", "{8..11}.tar", "s_{099..101}.tar"]
)
def test_patterns_expand_as_in_the_shell(pattern: str) -> None:
    braceexpand = pytest.importorskip("braceexpand").braceexpand
    assert expanded(pattern) == list(braceexpand(pattern))


def test_an_endless_pattern_is_refused() -> None:
    with pytest.raises(InputError, match="more than"):
        expanded("{0..99999999}.tar")


def test_text_of_a_picture_in_between_is_kept_in_order(tmp_path: Path) -> None:
    parts = (Part(text="a"), Part(image=A.sha256), Part(text="b"))
    exported(tmp_path, [VQA.having(messages=(Message("user", parts), assistant("c")))], type="vqa")
    assert read(tmp_path / "out")[0].messages[0].parts == parts
