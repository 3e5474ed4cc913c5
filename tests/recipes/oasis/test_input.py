"""Claims about the input: one image per record, found, checked, and left on disk where that is possible."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image as Pil

from mmrecipes.core.errors import InputError
from mmrecipes.core.image import FileRange, image_from_file
from mmrecipes.core.sample import Sample, user
from mmrecipes.flow.step import Source
from mmrecipes.recipes.oasis import recipe
from mmrecipes.recipes.oasis.input import MinSide, open_image, perceptual_hash
from mmrecipes.store.dataset import DatasetWriter
from mmrecipes_tests.recipes.oasis.desk import Desk, bare, picture, run, step


def photo(path: Path, size: tuple[int, int] = (60, 40), shade: int = 120, **options: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(shade)
    pixels = rng.integers(0, 255, (6, 9, 3), dtype=np.uint8)
    Pil.fromarray(pixels).resize(size, Pil.Resampling.BICUBIC).save(path, **options)
    return path


def source_of(path: Path, **inputs: Path) -> Source:
    return recipe.source(recipe.Params(), {"main": path, **inputs})


def opened(source: Source, index: int) -> Any:
    """The sample after the image was opened, or the reason why not."""
    try:
        sample = source.sample("images", index)
    except InputError as e:
        return getattr(e, "reason", "unreadable_row")
    outcome = step(open_image, sample, Desk())
    return outcome.kept[0] if outcome.kept else outcome.dropped[0][1]


def test_a_folder_is_read_recursively_in_order_and_its_first_level_names_the_domain(tmp_path: Path) -> None:
    for name in ("b.png", "charts/2.jpg", "charts/deep/1.webp", "a.JPG", ".hidden/x.png", "charts/.y.png"):
        photo(tmp_path / name, shade=len(name))
    (tmp_path / "notes.txt").write_text("no picture")
    source = source_of(tmp_path)
    samples = [source.sample("images", i) for i in range(source.size("images") or 0)]
    assert [s.meta["record"] for s in samples] == ["a.JPG", "b.png", "charts/2.jpg", "charts/deep/1.webp"]
    assert [s.meta.get("domain") for s in samples] == [None, None, "charts", "charts"]
    assert [s.id for s in samples[:2]] == ["oasis/images/000000", "oasis/images/000001"]


def test_every_kind_of_source_says_how_many_samples_a_picture_gives(tmp_path: Path) -> None:
    photo(tmp_path / "folder" / "a.png")
    (tmp_path / "list.json").write_text('[{"image": "folder/a.png"}]')
    cell = {"bytes": (tmp_path / "folder" / "a.png").read_bytes(), "path": None}
    pq.write_table(pa.table({"image": [cell]}), tmp_path / "rows.parquet")
    for main in ({"main": tmp_path / name} for name in ("folder", "list.json", "rows.parquet")):
        assert getattr(recipe.source(recipe.Params(n_per_image=5), main), "yields", 1) == 5
    assert getattr(recipe.source(recipe.Params(n_per_image=5), {}), "yields", 1) == 5


def test_a_file_that_can_be_used_as_it_is_stays_on_disk(tmp_path: Path) -> None:
    path = photo(tmp_path / "a.jpg")
    image = image_from_file(path)
    assert image.source == FileRange(path.resolve(), 0, path.stat().st_size)
    assert (image.data, image.size) == (path.read_bytes(), (60, 40))
    assert isinstance(opened(source_of(tmp_path), 0).images[0].source, FileRange)


def test_a_picture_that_must_be_changed_is_carried_as_bytes(tmp_path: Path) -> None:
    turned = Pil.new("RGB", (60, 40), "red")
    exif = Pil.Exif()
    exif[0x0112] = 6
    turned.save(tmp_path / "turned.jpg", exif=exif)
    image = image_from_file(tmp_path / "turned.jpg")
    assert image.size == (40, 60) and isinstance(image.source, bytes)
    photo(tmp_path / "old.bmp")
    assert image_from_file(tmp_path / "old.bmp").media_type == "image/png"


def test_unreadable_animated_and_small_images_are_dropped_with_a_reason(tmp_path: Path) -> None:
    whole = photo(tmp_path / "whole.png").read_bytes()
    (tmp_path / "cut.png").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "empty.png").write_bytes(b"")
    (tmp_path / "text.png").write_text("not a picture")
    frames = [Pil.new("RGB", (60, 40), c) for c in ("red", "blue")]
    frames[0].save(tmp_path / "moving.gif", save_all=True, append_images=frames[1:])
    reasons = {}
    source = source_of(tmp_path)
    for index in range(source.size("images") or 0):
        got = opened(source, index)
        reasons[source.sample("images", index).meta["record"]] = got if isinstance(got, str) else ""
    assert reasons == {
        "cut.png": "corrupt_image", "empty.png": "empty_image", "moving.gif": "animated_image",
        "text.png": "corrupt_image", "whole.png": "",
    }  # fmt: skip


@pytest.mark.parametrize(("size", "kept"), [((28, 28), True), ((27, 400), False), ((400, 27), False)])
def test_an_image_with_a_side_under_28_pixels_is_dropped(size: tuple[int, int], kept: bool) -> None:
    sample = bare().having(images=(picture(size=size),))
    outcome = step(MinSide(28), sample, Desk())
    assert bool(outcome.kept) == kept
    assert kept or outcome.reasons() == {"too_small": 1}


RECORDS: list[Any] = [
    {"image": "a.jpg", "domain": "street", "id": "one"},
    {"images": ["b.jpg"]},
    {"image": {"path": "a.jpg"}},
    {"images": ["a.jpg", "b.jpg"]},
    {"images": []},
    {"text": "no image"},
    {"image": "missing.jpg"},
    {"image": "../a.jpg"},
    {"image": "https://example.org/a.jpg"},
    {"image": 7},
    "a.jpg",
]
EXPECTED = [
    "", "", "", "several_images", "no_image", "no_image", "missing_image", "unsafe_path", "not_local", "no_image",
]  # fmt: skip


@pytest.mark.parametrize("form", ["list", "object", "lines"])
def test_records_with_one_image_are_used_and_all_others_refused_with_a_reason(tmp_path: Path, form: str) -> None:
    photo(tmp_path / "a.jpg"), photo(tmp_path / "b.jpg", shade=3)
    records = RECORDS[:-1]
    file = tmp_path / ("records.jsonl" if form == "lines" else "records.json")
    value: Any = records if form == "list" else {"data": records}
    file.write_text("\n".join(map(json.dumps, records)) if form == "lines" else json.dumps(value))
    source = source_of(file)
    got = [opened(source, i) for i in range(source.size("images") or 0)]
    assert [g if isinstance(g, str) else "" for g in got] == EXPECTED
    assert got[0].meta == {"domain": "street", "record": "one"}
    (remark,) = getattr(source, "remarks", ())
    assert remark.startswith("7 of 10 records cannot be used; the first: several_images")


def test_a_line_that_is_not_json_is_one_bad_record(tmp_path: Path) -> None:
    photo(tmp_path / "a.jpg")
    (tmp_path / "r.jsonl").write_text('{"image": "a.jpg"}\n\n{"image": \n"a.jpg"\n')
    source = source_of(tmp_path / "r.jsonl")
    assert source.size("images") == 3
    assert opened(source, 1) == "not_json" and isinstance(opened(source, 0), Sample)


def test_a_byte_order_mark_before_a_list_is_no_fault(tmp_path: Path) -> None:
    photo(tmp_path / "a.jpg")
    for name, text in (("r.json", '[{"image": "a.jpg"}]'), ("r.jsonl", '{"image": "a.jpg"}\n')):
        (tmp_path / name).write_bytes(b"\xef\xbb\xbf" + text.encode())
        assert isinstance(opened(source_of(tmp_path / name), 0), Sample)


def test_text_that_is_not_utf8_is_refused_or_one_bad_line(tmp_path: Path) -> None:
    photo(tmp_path / "a.jpg")
    bad = '{"image": "a.jpg", "domain": "caf\xe9"}'.encode("latin-1")
    (tmp_path / "r.json").write_bytes(b"[" + bad + b"]")
    with pytest.raises(InputError, match="cannot be read as JSON"):
        source_of(tmp_path / "r.json")
    (tmp_path / "r.jsonl").write_bytes(bad + b'\n{"image": "a.jpg"}\n')
    source = source_of(tmp_path / "r.jsonl")
    assert opened(source, 0) == "not_json" and isinstance(opened(source, 1), Sample)


def test_a_file_name_that_is_not_utf8_is_one_bad_row(tmp_path: Path) -> None:
    data = photo(tmp_path / "a.jpg").read_bytes()
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/b\xff.jpg")).write_bytes(data)
    source = source_of(tmp_path)
    assert source.size("images") == 2
    assert isinstance(opened(source, 0), Sample) and opened(source, 1) == "bad_file_name"


def test_pictures_may_lie_in_another_folder_or_be_named_in_full(tmp_path: Path) -> None:
    path = photo(tmp_path / "pictures" / "a.jpg")
    (tmp_path / "r.json").write_text(json.dumps([{"image": "a.jpg"}, {"image": str(path)}]))
    source = source_of(tmp_path / "r.json", images=tmp_path / "pictures")
    assert all(isinstance(opened(source, i), Sample) for i in (0, 1))


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("r.json", "[]", "holds no records"),
        ("r.json", "{}", "no list of records"),
        ("r.json", "[", "cannot be read as JSON"),
        ("r.json", '[{"image": "gone.jpg"}]', "no record of .* can be used; the first: missing_image"),
        ("r.txt", "a.jpg", r"no folder, \.json"),
    ],
)
def test_an_input_of_which_nothing_can_be_used_is_refused_before_any_work(
    tmp_path: Path, name: str, content: str, why: str
) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(InputError, match=why):
        source_of(tmp_path / name)


def test_a_folder_without_pictures_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no pictures"):
        source_of(tmp_path)


def encoded(shade: int) -> bytes:
    out = io.BytesIO()
    Pil.new("RGB", (40, 40), (shade, 0, 0)).save(out, "PNG")
    return out.getvalue()


def test_a_dataset_of_this_project_is_an_input_and_rows_with_two_images_are_refused(tmp_path: Path) -> None:
    one, two = picture(10), picture(200)
    with DatasetWriter(tmp_path, "toy") as writer:
        for i, images in enumerate(((one,), (two,), (one, two))):
            writer.write(
                Sample(id=f"toy/{i}", images=images, messages=(user(*images, "?"),), source="x", licence="CC0")
            )
    source = source_of(tmp_path)
    assert source.size("images") == 3
    got = [opened(source, i) for i in range(3)]
    assert [g.images[0].sha256 for g in got[:2]] == [one.sha256, two.sha256]
    assert (got[0].source, got[0].licence, got[0].meta["record"]) == ("x", "CC0", "toy/0")
    assert got[2] == "several_images"


def test_parquet_files_with_a_column_image_are_read_in_any_order(tmp_path: Path) -> None:
    for number in range(2):
        rows = [{"bytes": encoded(10 * i + number), "path": None} for i in range(10)]
        table = pa.table({"image": [*rows[:9], None], "domain": ["d"] * 10})
        pq.write_table(table, tmp_path / f"part-{number}.parquet", row_group_size=4)
    source = source_of(tmp_path)
    assert source.size("images") == 20
    for index in (0, 1, 7, 3, 18, 18, 11, 0, 12):
        sample = opened(source, index)
        assert sample.images[0].data == encoded(10 * (index % 10) + index // 10)
        assert sample.meta["domain"] == "d"
    assert opened(source, 9) == opened(source, 19) == "no_image"


def test_parquet_without_images_is_refused(tmp_path: Path) -> None:
    pq.write_table(pa.table({"text": ["a"]}), tmp_path / "t.parquet")
    with pytest.raises(InputError, match="no column image or images"):
        source_of(tmp_path / "t.parquet")


def test_without_an_input_scenes_are_invented_and_their_truth_is_known() -> None:
    source = recipe.source(recipe.Params(), {})
    assert (dict(source.strata()), source.size("scenes")) == ({"scenes": 1.0}, None)
    first, again, other = run(3), run(3), run(3, seed=8)
    shas = [s.images[0].sha256 for s in first.kept]
    assert len(set(shas)) == 3
    assert shas == [s.images[0].sha256 for s in again.kept] != [s.images[0].sha256 for s in other.kept]
    assert all(s.truth["scene"]["objects"] for s in first.kept)


def test_a_users_own_images_go_the_whole_way_with_a_stand_in_that_knows_nothing(tmp_path: Path) -> None:
    for i in range(12):
        photo(tmp_path / f"{i}.jpg", shade=i)
    faults = dict.fromkeys(("caption", "garbled", "unanswerable", "ambiguous", "own_answer", "several_questions"), 0.12)
    outcome = run(12, Desk(faults=faults), inputs={"main": tmp_path})
    assert len(outcome.kept) + len(outcome.dropped) == 12 and len(outcome.kept) > 3
    assert not outcome.errors
    assert all(s.truth == {} and isinstance(s.images[0].source, FileRange) for s in outcome.kept)
    assert len({s.messages[0].text for s in outcome.kept}) > 3


def test_equal_looks_have_equal_hashes_and_different_ones_have_not(tmp_path: Path) -> None:
    def look(path: Path) -> str:
        sample = bare().having(images=(image_from_file(path),))
        return step(perceptual_hash, sample, Desk()).kept[0].draft["phash"]

    original = look(photo(tmp_path / "a.png", (360, 240)))
    assert look(photo(tmp_path / "a.jpg", (360, 240), quality=70)) == original
    assert look(photo(tmp_path / "b.png", (360, 240), shade=5)) != original
    assert len(original) == 64
