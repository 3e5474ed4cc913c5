"""ms-swift's data sets: exports read by its own preprocessor (strict), inputs and template, and read back.

What is replaced, because no data passes through it: the packages `modelscope` (a logger and a cache folder are all
that is asked of it), `peft` and `json_repair`, and the `__init__` of `swift.template` and `swift.dataset`, which
would import every model. Of the template no tokenizer is needed: texts are cut at
its own special tokens and put together by its own `_pre_tokenize`.
"""

from __future__ import annotations

import json
import logging
import types
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Pil

from mmrecipes.core.errors import InputError, UsageError
from mmrecipes.core.image import ImageError
from mmrecipes.core.sample import Alternative, Part, Region, Sample, assistant, user
from mmrecipes.formats.export import LossReport, export_dataset
from mmrecipes.formats.pictures import PictureError
from mmrecipes.formats.reader import RowError, Rows, open_source, recognised
from mmrecipes_tests.formats.conversing import LOADED, bare, chats, dataset, records, said
from mmrecipes_tests.formats.stubbing import bare_package, package_folder, stubbed
from mmrecipes_tests.store.samples import picture

A, B = picture(1, (40, 20)), picture(2, (20, 40), "JPEG")
BETWEEN = "| between two turns |"


@pytest.fixture(scope="module")
def trainer(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The package's preprocessor, inputs and template."""
    folder = package_folder("swift", "ms-swift==4.6.0")
    utils = pytest.importorskip("transformers.utils")
    utils.is_peft_available()  # remembered: the stand-in below must not be found
    pytest.importorskip("trl")
    cache, log = tmp_path_factory.mktemp("swift"), logging.getLogger("modelscope of the tests")
    log.addHandler(logging.NullHandler())
    modelscope = {
        "utils.logger.get_logger": lambda *_, **__: log,
        "hub.utils.utils.get_cache_dir": lambda *_: str(cache),
    }
    with stubbed({"modelscope": modelscope, "peft": {}, "json_repair": {}}):
        template = bare_package("swift.template", folder / "template")
        bare_package("swift.dataset", folder / "dataset")
        import swift.utils.torch_utils  # pyright: ignore[reportMissingImports]
        from swift.template import base, template_inputs  # pyright: ignore[reportMissingImports]
        from swift.template import utils as parts

        template.__dict__.update(
            history_to_messages=parts.history_to_messages, MaxLengthError=base.MaxLengthError, Template=base.Template
        )
        import swift.dataset.utils  # noqa: F401  # pyright: ignore[reportMissingImports]
        from swift.dataset.preprocessor import core  # pyright: ignore[reportMissingImports]
    return types.SimpleNamespace(core=core, inputs=template_inputs, base=base)


def preprocessed(trainer: Any, folder: Path) -> list[dict[str, Any]]:
    """The rows of an export as the trainer keeps them; in strict mode a bad one raises."""
    import datasets

    rows = datasets.load_dataset(
        "json", data_files=str(folder / "train.jsonl"), split="train", cache_dir=str(folder.parent / "cache")
    )
    kept = trainer.core.AutoPreprocessor()(rows, load_from_cache_file=False, strict=True)
    return trainer.core.RowPreprocessor.remove_useless_columns(kept).to_list()


def template(trainer: Any) -> Any:
    made = object.__new__(trainer.base.Template)
    made.mode, made.template_backend, made.task_type, made.norm_bbox = "train", "swift", "causal_lm", "norm1000"
    return made


def heard(trainer: Any, row: dict[str, Any], folder: Path) -> list[tuple[str, str]]:
    """Role and final text of each turn; an image is `<image>`, its picture checked to be the next in order."""
    # A row without media in a column of such comes back from Arrow with null in their place.
    given = {k: v for k, v in row.items() if v is not None}
    inputs = trainer.inputs.TemplateInputs.from_dict(given).chosen
    inputs.images = [Pil.open(folder / image["path"]) for image in inputs.images]
    before = [m["content"] for m in inputs.messages]
    if inputs.is_multimodal:
        trainer.base.Template._add_default_tags(inputs)
    assert [m["content"] for m in inputs.messages] == before, "a placeholder was missing"
    if inputs.images and inputs.objects:
        trainer.base.Template._get_height_width(inputs)
    own, turns = template(trainer), [("system", inputs.system)] if inputs.system is not None else []
    turns += [(m["role"], m["content"]) for m in inputs.messages]
    pieces: list[str] = []
    for _, text in turns:
        pieces += own._split_special_tokens([text], [1.0])[0] + [BETWEEN]
    said_by, _ = own._pre_tokenize(pieces, [1.0] * len(pieces), inputs)
    assert inputs.image_idx == len(inputs.images)
    return list(zip([role for role, _ in turns], "".join(said_by).split(BETWEEN)[:-1], strict=True))


def exported(tmp: Path, items: Sequence[Sample], form: str = "ms-swift", **options: str) -> LossReport:
    return export_dataset(dataset(tmp / "run", items), form, tmp / "out", **options)


def samples_of(rows: Rows) -> dict[str, Sample]:
    return {s.id: s for s in (rows.sample(i) for i in range(len(rows)))}


@pytest.mark.slow
@LOADED
@given(st.lists(chats(), min_size=1, max_size=6, unique_by=lambda s: s.id))
def test_any_conversation_reaches_the_trainer_and_comes_back_equal(
    trainer: Any, tmp_path_factory: pytest.TempPathFactory, items: list[Sample]
) -> None:
    tmp = tmp_path_factory.mktemp("swift")
    report = exported(tmp, items, policy="degrade")
    assert report.rows_out == len(items) and not report.dropped
    rows = preprocessed(trainer, tmp / "out")
    assert len(rows) == len(items)
    reader, back = open_source(tmp / "out")
    assert reader.name == "ms-swift" and back.remarks == ()
    read = samples_of(back)
    order = [json.loads(line)["id"] for line in (tmp / "out/train.jsonl").open()]
    by_id = {s.id: s for s in items}
    for name, row in zip(order, rows, strict=True):
        sample = by_id[name]
        shown = [p.image for m in sample.messages for p in m.parts if p.image]
        assert [Path(im["path"]).stem for im in row["images"] or []] == shown
        assert said(read[name].messages) == said(sample.messages)
        turns = heard(trainer, row, tmp / "out")
        assert [role for role, _ in turns] == [m.role for m in sample.messages]
        for (_, text), message in zip(turns, sample.messages, strict=True):
            assert text.count("<image>") == sum(p.image is not None for p in message.parts)
            words = [w for p in text.split("<image>") for w in bare(p).split()]
            assert "".join(words) == "".join("".join(bare(p.text or "").split()) for p in message.parts)


@pytest.mark.slow
@LOADED
@given(st.lists(chats(), min_size=1, max_size=5, unique_by=lambda s: s.id))
def test_rejected_responses_differ_from_the_answer_in_every_row(
    trainer: Any, tmp_path_factory: pytest.TempPathFactory, items: list[Sample]
) -> None:
    tmp = tmp_path_factory.mktemp("swift")
    report = exported(tmp, items, "ms-swift-preference", policy="degrade")
    pairs = sum(
        len({a.messages[0].text for a in s.alternatives} - {s.messages[-1].text}) for s in items
    )  # fmt: skip
    assert report.rows_out == pairs
    if not pairs:
        return
    rows = preprocessed(trainer, tmp / "out")
    assert len(rows) == pairs and all(r["rejected_response"] != r["messages"][-1]["content"] for r in rows)
    both = [trainer.inputs.TemplateInputs.from_dict({k: v for k, v in r.items() if v is not None}) for r in rows]
    assert all(i.chosen.messages[:-1] == i.rejected.messages[:-1] for i in both)
    back = samples_of(open_source(tmp / "out")[1])
    assert all(len(s.alternatives) == 1 for s in back.values()) and len(back) == pairs


@pytest.mark.slow
@LOADED
@given(st.lists(records(), min_size=1, max_size=4, unique_by=lambda s: s.id))
def test_objects_reach_the_trainer_as_boxes_in_thousandths_and_come_back_to_the_pixel(
    trainer: Any, tmp_path_factory: pytest.TempPathFactory, items: list[Sample]
) -> None:
    tmp = tmp_path_factory.mktemp("swift")
    report = exported(tmp, items, policy="degrade", boxes="objects")
    if not report.rows_out:
        return
    read = samples_of(open_source(tmp / "out")[1])
    lines = [json.loads(line) for line in (tmp / "out/train.jsonl").open()]
    by_id = {s.id: s for s in items}
    for line, row in zip(lines, preprocessed(trainer, tmp / "out"), strict=True):
        record = by_id[line["id"]]
        sizes = {im.sha256: im.size for im in record.images}
        clipped = {(r.ref, bare(r.label), _clipped(r, sizes[r.ref])) for r in record.regions}
        back = read[record.id]
        assert {(r.ref, bare(r.label), (*r.quad[0], *r.quad[2])) for r in back.regions} <= clipped
        text = "\n".join(text for role, text in heard(trainer, row, tmp / "out") if role == "assistant")
        boxes = [t.split(")")[0].split(",") for t in text.replace("),(", ",").split("(")[1:]]
        assert len(boxes) == len(back.regions) > 0
        for values, region in zip(boxes, back.regions, strict=True):
            (width, height), (a, b, c, d) = sizes[region.ref], map(int, values)
            exact = [v / s * 1000 for v, s in zip((*region.quad[0], *region.quad[2]), (width, height) * 2, strict=True)]
            assert a < c and b < d and max(abs(u - v) for u, v in zip(exact, (a, b, c, d), strict=True)) <= 0.5


def _clipped(region: Region, size: tuple[int, int]) -> tuple[float, ...]:
    (x0, y0), (x1, y1) = region.quad[0], region.quad[2]
    return (max(x0, 0.0), max(y0, 0.0), min(x1, float(size[0])), min(y1, float(size[1])))


def test_text_rows_rows_with_images_and_rows_with_objects_load_from_one_file_in_any_order(
    trainer: Any, tmp_path: Path
) -> None:
    """The loader infers types from the first 10 MB, which hold neither an image nor an object."""
    quad = ((1.0, 2.0), (30.0, 2.0), (30.0, 10.0), (1.0, 10.0))
    record = Sample(id="r", kind="record", images=(A,), regions=(Region(A.sha256, "cup", quad),))
    plain = [Sample(id=f"t{i}", messages=(user("x" * 60_000), assistant("y"))) for i in range(180)]
    shown = Sample(id="i", images=(B,), messages=(user(B, "?"), assistant("z")))
    exported(tmp_path, [*plain, shown, record], boxes="objects")
    assert (tmp_path / "out/train.jsonl").stat().st_size > 10 << 20
    rows = preprocessed(trainer, tmp_path / "out")
    assert len(rows) == 182 and [bool(r["objects"]) for r in rows].count(True) == 1
    assert heard(trainer, rows[0], tmp_path / "out") == [
        ("user", "<image>Locate in the image: cup"),
        ("assistant", "cup[(25,100),(750,500)]"),
    ]


ROWS: dict[str, Any] = {
    "": {"messages": [{"role": "user", "content": "<image>Q"}, {"role": "assistant", "content": "A"}]},
    "unknown_role": {"messages": [{"role": "human", "content": "Q"}]},
    "tool_turn": {"messages": [{"role": "user", "content": "Q"}, {"role": "tool", "content": "A"}]},
    "no_text": {"messages": [{"role": "user", "content": None}]},
    "no_turns": {"messages": []},
    "placeholder_mismatch": {"messages": [{"role": "user", "content": "<image><image>Q"}]},
    "rejected_equals_chosen": {
        "messages": [{"role": "user", "content": "<image>Q"}, {"role": "assistant", "content": "A"}],
        "rejected_response": "A",
    },
    "no_bbox": {"messages": [{"role": "user", "content": "<image>Q"}], "objects": {"ref": ["a"]}},
    "bad_bbox": {"messages": [{"role": "user", "content": "<image>Q"}], "objects": {"bbox": [[1, 2, 3]]}},
    "nan_box": {"messages": [{"role": "user", "content": "<image>Q"}], "objects": {"bbox": [[1, 2, 3, float("nan")]]}},
    "bad_image_id": {
        "messages": [{"role": "user", "content": "<image>Q"}],
        "objects": {"bbox": [[1, 2, 3, 4]], "image_id": [1]},
    },
}


def opened(folder: Path, rows: Sequence[Any], name: str = "train.jsonl") -> Rows:
    (folder / "a.png").write_bytes(A.data)
    (folder / name).write_text("\n".join(map(json.dumps, rows)))
    return open_source(folder / name, "ms-swift")[1]


def test_rows_that_the_trainer_deletes_or_reads_wrongly_cannot_be_used(tmp_path: Path) -> None:
    rows = opened(tmp_path, [{"images": ["a.png"], **row} for row in ROWS.values()])
    reasons = []
    for index in range(len(rows)):
        try:
            rows.sample(index)
            reasons.append("")
        except RowError as e:
            reasons.append(e.reason)
    assert reasons == list(ROWS)
    assert {line.rpartition(": ")[2] for line in rows.remarks} == set(ROWS) - {""}


def test_the_preprocessor_refuses_the_same_rejected_response(trainer: Any, tmp_path: Path) -> None:
    import datasets

    row = {"messages": ROWS[""]["messages"], "rejected_response": "A"}
    with pytest.raises(ValueError, match="rejected_response"):
        trainer.core.AutoPreprocessor()(datasets.Dataset.from_list([row]), load_from_cache_file=False, strict=True)
    same = Sample(
        id="s", messages=(user("Q"), assistant("A")), alternatives=(Alternative("rejected", (assistant("A"),)),)
    )
    report = exported(tmp_path, [same], "ms-swift-preference")
    assert report.dropped == {"rejected_equals_chosen": ["s"]}


def test_missing_placeholders_stand_where_the_trainer_puts_them(trainer: Any, tmp_path: Path) -> None:
    messages = [{"role": r, "content": c} for r, c in (("system", "S"), ("user", "Q"), ("assistant", "A"))]
    rows = opened(tmp_path, [{"messages": messages, "images": ["a.png", "a.png"]}])
    sample = rows.sample(0)
    inputs = trainer.inputs.StdTemplateInputs.from_dict({"messages": messages, "images": ["a.png", "a.png"]})
    trainer.base.Template._add_default_tags(inputs)
    assert inputs.messages[0]["content"] == "<image><image>Q"
    assert sample.messages[1].parts == (Part(image=A.sha256), Part(image=A.sha256), Part(text="Q"))
    assert rows.remarks == ("1 of 1 rows: missing <image> put before the first turn, as the trainer does",)


def test_names_and_boxes_fill_their_tokens_in_order_and_become_regions(tmp_path: Path) -> None:
    messages = [
        {"role": "user", "content": "<image>Where is the <ref-object>?"},
        {"role": "assistant", "content": "<bbox> and <bbox>, not <bbox>"},
    ]
    real = {"ref": ["cup", "mug"], "bbox": [[10, 5, 20, 10], [40, 20, 0, 0]]}
    norm = {"ref": ["cup", "mug"], "bbox": [[0.25, 0.25, 0.5, 0.5], [0.5, 0.5]], "bbox_type": "norm1"}
    rows = opened(tmp_path, [{"messages": messages, "images": ["a.png"], "objects": o} for o in (real, norm)])
    first, second = rows.sample(0), rows.sample(1)
    assert first.messages[0].text == "Where is the cup?"
    assert first.messages[1].text == "[250, 250, 500, 500] and [0, 0, 1000, 1000], not <bbox>"
    assert [(r.label, r.quad[0], r.quad[2]) for r in first.regions] == [
        ("cup", (10, 5), (20, 10)), ("mug", (0, 0), (40, 20)),
    ]  # fmt: skip
    assert second.messages[1].text == "[250, 250, 500, 500] and [500, 500], not <bbox>"
    assert [(r.quad[0], r.quad[2]) for r in second.regions] == [((10, 5), (20, 10))]
    assert any("swapped corners" in line for line in rows.remarks)


@pytest.mark.parametrize("refs", [["cup", "mug"], []])
def test_names_and_boxes_in_a_conversation_become_tokens_again_or_are_counted(tmp_path: Path, refs: list[str]) -> None:
    name = "<ref-object>" if refs else "it"
    messages = [
        {"role": "user", "content": f"<image><image>\nWhere is {name}?"},
        {"role": "assistant", "content": f"<bbox> \nand {name} at <bbox> at last"},
    ]
    objects = {"ref": refs, "bbox": [[10.5, 5, 20, 10], [0, 0, 3, 1]], "bbox_type": "real", "image_id": [1, 0]}
    rows = [{"id": "a", "messages": messages, "images": ["a.png"] * 2, "objects": objects}]
    (read,) = samples_of(opened(tmp_path, rows)).values()
    report = exported(tmp_path, [read], boxes="objects")
    (row,) = map(json.loads, (tmp_path / "out/train.jsonl").read_text().splitlines())
    assert row["messages"][1] == messages[1] and row["messages"][0]["content"] == f"<image><image>Where is {name}?"
    assert row["objects"] == objects | {"image_id": [0, 0]}
    assert not report.degraded and not report.not_read
    (tmp_path / "plain").mkdir()
    report = exported(tmp_path / "plain", [read])
    assert report.degraded == {"grounding_written_out": 1} and report.not_read == {"regions": 1}
    moved = read.having(regions=read.regions[::-1])
    (tmp_path / "moved").mkdir()
    assert exported(tmp_path / "moved", [moved], boxes="objects").not_read == {"regions": 1}


def test_white_space_around_pictures_comes_back_as_it_was(tmp_path: Path) -> None:
    said = "Compare A: <image> and B: <image> now.\n\nDetail <image>"
    messages = [{"role": "user", "content": said}, {"role": "assistant", "content": "  ok \n"}]
    read = samples_of(opened(tmp_path, [{"id": "a", "messages": messages, "images": ["a.png"] * 3}]))
    exported(tmp_path, list(read.values()))
    (row,) = map(json.loads, (tmp_path / "out/train.jsonl").read_text().splitlines())
    assert row["messages"] == messages


def test_boxes_in_a_picture_that_is_stored_turned_cannot_be_used(tmp_path: Path) -> None:
    messages = [{"role": "user", "content": "<image>Q"}, {"role": "assistant", "content": "<bbox>"}]
    row = {"messages": messages, "images": ["t.jpg"], "objects": {"bbox": [[1, 2, 3, 4]]}}
    exif = Pil.Exif()
    exif[0x0112] = 6
    Pil.new("RGB", (8, 6)).save(tmp_path / "t.jpg", exif=exif)
    rows = opened(tmp_path, [row, {**row, "objects": None}])
    with pytest.raises(PictureError) as found:
        rows.sample(0)
    assert found.value.reason == "ambiguous_orientation"
    assert rows.sample(1).images[0].size == (6, 8)


def test_pictures_come_as_paths_objects_or_data_urls(tmp_path: Path) -> None:
    import base64

    url = "data:image/png;base64," + base64.b64encode(A.data).decode()
    messages = ROWS[""]["messages"]
    pictures = ["a.png", ["a.png"], [{"path": "a.png", "bytes": None}], [url], str(tmp_path / "a.png")]
    rows = opened(tmp_path, [{"messages": messages, "images": p} for p in pictures])
    assert [rows.sample(i).images[0].sha256 for i in range(5)] == [A.sha256] * 5


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("../a.png", "unsafe_path"),
        ("/etc/passwd", "unsafe_path"),
        ("b.png", "missing_image"),
        ("http://x/y.png", "not_local"),
        ("data:image/png;base64,@@", "corrupt_image"),
        ("broken.png", "corrupt_image"),
        ("empty.png", "empty_image"),
        ("moving.gif", "animated_image"),
    ],
)
def test_a_bad_picture_is_one_named_error_of_its_row(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "broken.png").write_bytes(A.data[:40])
    (tmp_path / "empty.png").touch()
    Pil.new("L", (4, 4)).save(tmp_path / "moving.gif", save_all=True, append_images=[Pil.new("L", (4, 4), 9)])
    good = {"messages": ROWS[""]["messages"], "images": ["a.png"]}
    rows = opened(tmp_path, [good, {**good, "images": [name]}])
    assert rows.sample(0).images
    with pytest.raises((PictureError, ImageError)) as found:
        rows.sample(1)
    assert found.value.reason == reason  # type: ignore[union-attr]


def test_text_that_is_not_utf_8_is_an_error_of_its_row(tmp_path: Path) -> None:
    good = json.dumps({"messages": ROWS[""]["messages"], "images": ["a.png"]}).encode()
    (tmp_path / "a.png").write_bytes(A.data)
    (tmp_path / "t.jsonl").write_bytes(good + b"\n" + good.replace(b"Q", b"\xff") + b"\n")
    rows = open_source(tmp_path / "t.jsonl")[1]
    assert rows.sample(0).messages[0].text == "Q"
    with pytest.raises(InputError, match="not JSON") as found:
        rows.sample(1)
    assert found.value.reason == "not_json"  # type: ignore[attr-defined]
    assert rows.remarks == ("1 of 2 rows cannot be used: not_json",)


def test_it_is_recognised_by_texts_as_contents(tmp_path: Path) -> None:
    opened(tmp_path, [{"messages": ROWS[""]["messages"], "images": ["a.png"]}])
    assert recognised(tmp_path / "train.jsonl")[0][0].name == "ms-swift"
    parts = [{"role": "user", "content": [{"type": "text", "text": "Q"}]}]
    (tmp_path / "v.jsonl").write_text(json.dumps({"messages": parts}))
    assert "ms-swift" not in [reader.name for reader, _ in recognised(tmp_path / "v.jsonl")]


def test_a_wrong_box_option_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="boxes=objects"):
        exported(tmp_path, [Sample(id="s", messages=(user("Q"), assistant("A")))], boxes="norm1000")
