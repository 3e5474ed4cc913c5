from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmrecipes.core.errors import InputError
from mmrecipes.core.image import ImageError
from mmrecipes.core.sample import Sample, shown_images
from mmrecipes.formats.export import export_dataset
from mmrecipes.formats.pictures import PictureError
from mmrecipes.formats.reader import ReadOptions, RowError, Rows, open_source, recognised
from mmrecipes_tests.formats.conversing import LOADED, chats, dataset, records, right_boxes, said
from mmrecipes_tests.store.samples import picture

A, B = picture(1, (40, 20)), picture(2, (20, 40))


def row(*turns: str, **more: Any) -> dict[str, Any]:
    """Turns as "h:text" and "g:text"."""
    roles = {"h": "human", "g": "gpt", "s": "system"}
    return {"conversations": [{"from": roles.get(t[0], t[0]), "value": t[2:]} for t in turns], **more}


def opened(folder: Path, rows: Sequence[Any], name: str = "data.json") -> Rows:
    (folder / "a.png").write_bytes(A.data)
    (folder / "b.png").write_bytes(B.data)
    (folder / name).write_text(json.dumps(list(rows)))
    return open_source(folder / name, "llava")[1]


def test_one_image_several_images_and_none_are_read(tmp_path: Path) -> None:
    rows = opened(
        tmp_path,
        [
            row("h:<image>\nWhat?", "g:That.", "h:And?", "g:This.", image="a.png", id=7, source_set="x"),
            row(
                "h:<image>\n<image>\nDiffer?", "g:Yes.", "h:<image>\nAgain", "g:No.", image=["a.png", "b.png", "a.png"]
            ),
            row("s:Short.", "h:2 + 2?", "g:4"),
        ],
    )
    one, several, none = (rows.sample(i) for i in range(3))
    assert (one.id, one.meta, one.truth_source) == ("7", {"source_set": "x"}, "annotated")
    assert said(one.messages)[0] == ("user", [f"image:{A.sha256}", "What?"])
    assert several.id == "data/000001" and [im.sha256 for im in several.images] == [A.sha256, B.sha256]
    assert [im.sha256 for im in shown_images(several)] == [A.sha256, B.sha256, A.sha256]
    assert said(none.messages)[0] == ("system", ["Short."]) and none.images == ()
    assert rows.remarks == () and rows.columns == ("conversations", "image", "id", "source_set")


TRAINER_READS = {
    "a placeholder anywhere in a turn": row("h:What <image> is it?", "g:That.", image="a.png"),
    "several in one turn": row("h:<image> a <image> b", "g:That.", image="a.png"),
    "a leading answer": row("g:Hello", "h:<image>\nWhat?", "g:That.", image="a.png"),
}


@pytest.mark.parametrize("name", TRAINER_READS)
def test_what_the_trainer_moves_or_skips_is_read_as_it_does_and_remarked(tmp_path: Path, name: str) -> None:
    rows = opened(tmp_path, [TRAINER_READS[name]])
    sample = rows.sample(0)
    assert sample.messages[0].role == "user" and sample.messages[0].parts[0].image == A.sha256
    assert len(shown_images(sample)) == 1
    assert len(rows.remarks) == 1 and "as the trainer does" in rows.remarks[0]


UNUSABLE = {
    "placeholder_mismatch": [
        row("h:What?", "g:That.", image="a.png"),
        row("h:<image>What?", "g:That."),
        row("h:<image>a", "g:b", "h:<image>c", "g:d", image="a.png"),
        row("h:<image>a", "g:b", image=["a.png", "b.png"]),
    ],
    "turns_do_not_alternate": [row("h:a", "h:b", "g:c")],
    "does_not_start_with_the_user": [row("g:a", "g:b", "h:c")],
    "unknown_role": [row("x:a", "g:b"), row("h:a", "s:b")],
    "no_turns": [{"image": "a.png"}, {"conversations": [], "id": "e"}],
    "bad_turns": [{"conversations": ["a"]}],
    "no_text": [{"conversations": [{"from": "human"}]}],
    "video": [row("h:a", "g:b", video="v.mp4")],
    "not_an_object": [[1], "x", None],
    "not_an_image": [row("h:<image>a", "g:b", image=[None])],
}


@pytest.mark.parametrize("reason", UNUSABLE)
def test_rows_that_would_be_trained_wrongly_cannot_be_used(tmp_path: Path, reason: str) -> None:
    good = row("h:<image>\nWhat?", "g:That.", image="a.png")
    rows = opened(tmp_path, [good, *UNUSABLE[reason]])
    assert rows.sample(0).images
    for index in range(1, len(rows)):
        with pytest.raises(RowError) as found:
            rows.sample(index)
        assert found.value.reason == reason
    assert rows.remarks == (f"{len(rows) - 1} of {len(rows)} rows cannot be used: {reason}",)


@pytest.mark.parametrize(
    ("name", "reason"), [("../a.png", "unsafe_path"), ("c.png", "missing_image"), ("data.json", "corrupt_image")]
)
def test_a_row_whose_picture_is_bad_is_one_named_error(tmp_path: Path, name: str, reason: str) -> None:
    good = row("h:<image>\nWhat?", "g:That.", image="a.png")
    rows = opened(tmp_path, [good, {**good, "image": name}])
    with pytest.raises((PictureError, ImageError)) as found:
        rows.sample(1)
    assert found.value.reason == reason  # type: ignore[union-attr]


def test_pictures_are_found_where_one_says_and_their_absence_is_said_at_once(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    (tmp_path / "far/c.png").write_bytes(A.data)
    data = tmp_path / "data.json"
    data.write_text(json.dumps([row("h:<image>\nWhat?", "g:That.", image="c.png")]))
    with pytest.raises(InputError, match=r"none of the pictures .* was found"):
        open_source(data)
    _, rows = open_source(data, options=ReadOptions(tmp_path / "far"))
    assert rows.sample(0).images[0].sha256 == A.sha256
    data.write_text(json.dumps([row("h:<image>\nWhat?", "g:That.", image=str(tmp_path / "far/c.png"))]))
    assert open_source(data, options=ReadOptions(tmp_path / "far"))[1].sample(0).images


def test_json_lines_are_refused_by_name_and_recognised_as_another_format(tmp_path: Path) -> None:
    lines = tmp_path / "data.jsonl"
    lines.write_text(json.dumps(row("h:a", "g:b")) + "\n")
    assert [r.name for r, _ in recognised(lines)][:1] == ["qwen-finetune"]
    hidden = tmp_path / "data.json"
    hidden.write_text(lines.read_text())
    with pytest.raises(InputError, match="no JSON array"):
        open_source(hidden, "llava")


@pytest.mark.parametrize(("form", "most"), [("llava", 1), ("llava-next-interleave", 4)])
@LOADED
@given(data=st.data())
def test_an_export_comes_back_equal(
    tmp_path_factory: pytest.TempPathFactory, form: str, most: int, data: st.DataObject
) -> None:
    items = data.draw(st.lists(chats(most), min_size=1, max_size=5, unique_by=lambda s: s.id))
    tmp = tmp_path_factory.mktemp("llava")
    plain = [s.having(messages=tuple(m for m in s.messages if m.role != "system")) for s in items]
    report = export_dataset(dataset(tmp / "run", plain), form, tmp / "out", policy="degrade")
    reader, back = open_source(tmp / "out")
    assert reader.name == "llava" and report.rows_out == len(back) == len(items)
    for sample, read in zip(plain, (back.sample(i) for i in range(len(back))), strict=True):
        assert read.id == sample.id
        assert [_front_if_alone(t) for t in said(read.messages)] == [_front_if_alone(t) for t in said(sample.messages)]


def _front_if_alone(turn: tuple[str, list[str]]) -> tuple[str, list[str]]:
    """The declared loss: the only image of a turn moves to its front, and the texts around it join."""
    role, pieces = turn
    images = [p for p in pieces if p.startswith("image:")]
    if len(images) != 1:
        return role, [" ".join(p.split()) for p in pieces]
    return role, [*images, " ".join(" ".join(p for p in pieces if p not in images).split())]


SCALES = {
    "llava_norm": lambda size: ((1 / size[0], 1 / size[1]), (0, 0), 0.001),
    "norm1000": lambda size: ((1000 / size[0], 1000 / size[1]), (0, 0), 1),
    "abs": lambda _: ((1, 1), (0, 0), 1),
}


@pytest.mark.parametrize("profile", SCALES)
@LOADED
@given(items=st.lists(records(), min_size=1, max_size=4, unique_by=lambda s: s.id))
def test_records_come_back_as_questions_with_every_box_right(
    tmp_path_factory: pytest.TempPathFactory, profile: str, items: list[Sample]
) -> None:
    tmp = tmp_path_factory.mktemp("llava")
    report = export_dataset(
        dataset(tmp / "run", items), "llava-next-interleave", tmp / "out", policy="degrade", boxes=profile
    )
    if not report.rows_out:
        return
    _, back = open_source(tmp / "out")
    read = {s.id: s for s in (back.sample(i) for i in range(len(back)))}
    assert sum(right_boxes(s, read[s.id].messages, SCALES[profile]) for s in items if s.id in read) >= len(read)
    assert "regions" not in report.not_read
