"""Claims that hold for every export: what a kill or a full disk leaves, what is said of ids and of what is not read."""

from __future__ import annotations

import gc
import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Pil

from mmrecipes.core.errors import InputError, WorldError
from mmrecipes.core.sample import Alternative, Extra, Message, Part, Region, Sample, assistant, user
from mmrecipes.formats import repeats
from mmrecipes.formats.convert import convert
from mmrecipes.formats.export import LossReport, export_dataset, exporters
from mmrecipes_tests.formats.tables import dataset
from mmrecipes_tests.store.samples import picture

A, B = picture(1, (40, 20)), picture(2, (20, 40))
QUAD = ((1.0, 1.0), (9.0, 1.0), (9.0, 9.0), (1.0, 9.0))
SPOKEN = Sample(
    id="s",
    images=(A,),
    messages=(user(A, "what?"), assistant("a cup")),
    alternatives=(Alternative("rejected", (assistant("a mug"),)),),
    extras=(Extra("mask", B),),
    regions=(Region(A.sha256, "cup", QUAD),),
    source="web",
    licence="CC0",
    meta={"seen": 1},
)
TEXT_PAIR = SPOKEN.having(images=(), messages=(user("what?"), assistant("a cup")), regions=())
EVERY = sorted(exporters())
OPTIONS: dict[str, dict[str, Any]] = {"openai-batch": {"model": "m"}}


def fitting(form: str) -> Sample:
    """A sample that the format holds, with every field that a trainer may not read."""
    if form == "openai-preference":
        return TEXT_PAIR
    if form in ("edit-triplets", "magicbrush"):
        after = picture(7, A.size)
        turns = (user(A, "paint it red"), Message("assistant", (Part(image=after.sha256),)))
        return SPOKEN.having(images=(A, after), messages=turns, extras=())
    if form == "pubtabnet":
        cells = [{"r": 0, "c": 0, "tokens": ["x"], "bbox": [1, 1, 9, 9]}]
        tokens = ["<tbody>", "<tr>", "<td>", "</td>", "</tr>", "</tbody>"]
        return SPOKEN.having(truth={"kind": "table", "tokens": tokens, "cells": cells})
    if form == "thinkmorph":
        return SPOKEN.having(messages=(user(A, "what?"), assistant("<think>red</think><answer>a cup</answer>")))
    if form == "refcoco":
        return SPOKEN.having(truth={"expressions": ["the cup"]}, task="referring")
    return SPOKEN


def exported(tmp: Path, form: str, *samples: Sample, policy: str = "degrade") -> LossReport:
    source = dataset(tmp / "in", samples)
    return export_dataset(source, form, tmp / "out", policy=policy, **OPTIONS.get(form, {}))


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """The operating system refuses to write files that are larger, as it does on a full disk."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@pytest.mark.parametrize("form", EVERY)
def test_a_file_that_cannot_be_written_is_one_error_and_nothing_is_left_or_said_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    later: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda found: later.append(found.exc_value))
    source = dataset(tmp_path / "in", [fitting(form)])
    with files_of_at_most(4), pytest.raises(WorldError, match=r"cannot write .*File too large"):
        export_dataset(source, form, tmp_path / "out", policy="degrade", **OPTIONS.get(form, {}))
    gc.collect()
    assert not later and sorted(p.name for p in tmp_path.iterdir()) == ["in"]


def test_what_a_killed_export_left_is_removed_by_the_next_one_to_the_same_place(tmp_path: Path) -> None:
    source = dataset(tmp_path / "in", [SPOKEN])
    code = "import sys; from pathlib import Path; from mmrecipes.formats.export import export_dataset as e; "
    code += "e(Path(sys.argv[1]), 'llava', Path(sys.argv[2]))"
    env = {**os.environ, "MMR_TEST_FILE_OPERATION": f"kill:4:{tmp_path / 'counter'}"}
    arguments = [sys.executable, "-c", code, str(source), str(tmp_path / "out")]
    killed = subprocess.Popen(arguments, env=env, start_new_session=True)
    assert killed.wait(60) == -9
    left = tmp_path / f".tmp-{killed.pid}-out"
    assert left.is_dir()
    others = [tmp_path / f".tmp-{killed.pid}-other", tmp_path / f".tmp-{os.getppid()}-out", tmp_path / ".tmp-x-out"]
    for other in others:
        other.mkdir()
    (tmp_path / f".tmp-{os.getpid()}-out").mkdir()
    export_dataset(source, "llava", tmp_path / "out")
    kept = {p.name for p in tmp_path.iterdir()}
    assert kept == {"in", "out", "counter", *(p.name for p in others)}


@pytest.mark.parametrize("form", sorted(set(EVERY) - {"openai-batch", "refcoco"}))
def test_every_format_says_which_ids_are_repeated_and_what_it_does_not_read(tmp_path: Path, form: str) -> None:
    report = exported(tmp_path, form, fitting(form), fitting(form), fitting(form).having(id="t"))
    written = json.loads((tmp_path / "out/manifest.json").read_text())["report"]
    assert (report.repeated_ids, report.repeated_id) == (1, "s")
    assert (written["repeated_ids"], written["repeated_id"]) == (1, "s")
    held = {"native", "webdataset", "energon", "hf-imagefolder", "finevision", "lmms-eval"}
    wanted = {"meta": 3} if form in held - {"native", "webdataset", "energon"} else {}
    wanted = wanted if form in held else {"licence": 3, "meta": 3, "source": 3}
    assert wanted.items() <= report.not_read.items() and written["not_read"] == dict(report.not_read)


def test_a_service_that_joins_by_id_is_given_none_twice(tmp_path: Path) -> None:
    report = exported(tmp_path, "openai-batch", SPOKEN, SPOKEN, policy="drop")
    assert (report.rows_out, report.dropped, report.repeated_ids) == (1, {"repeated_id": ["s"]}, 0)
    with pytest.raises(InputError, match="sample 's' cannot be exported: repeated_id"):
        export_dataset(tmp_path / "in", "openai-batch", tmp_path / "strict", policy="error", model="m")


@given(texts=st.lists(st.text(max_size=2)), recent=st.integers(1, 4))
def test_a_text_was_seen_exactly_when_it_was_asked_for_before(texts: list[str], recent: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(repeats, "RECENT", recent)
        found = repeats.Repeats()
        assert [found.seen(t) for t in texts] == [t in texts[:i] for i, t in enumerate(texts)]


def test_rows_made_of_one_sample_are_no_repetition(tmp_path: Path) -> None:
    turns = (user(A, "a?"), assistant("b"), user(B, "c?"), assistant("d"))
    source = dataset(tmp_path / "in", [SPOKEN.having(images=(A, B), messages=turns)])
    assert not convert(source, "llava", tmp_path / "out", policy="split").report.repeated_ids


def hostile(folder: Path) -> Path:
    """Questions about pictures, of which six can be used: one of them is to be turned, three are not RGB."""
    folder.mkdir()
    plain = Pil.effect_noise((40, 20), 90).convert("RGB")
    turned = Pil.Exif()
    turned[0x0112] = 6
    deep = Pil.fromarray(np.arange(800, dtype=np.uint16).reshape(20, 40) * 80)
    for name, image, more in (
        ("plain.png", plain, {}),
        ("exif.jpg", plain, {"exif": turned}),
        ("cmyk.jpg", plain.convert("CMYK"), {}),
        ("palette.png", plain.convert("P"), {}),
        ("deep.png", deep, {}),
        ("grey.png", plain.convert("LA"), {}),
        ("moving.gif", plain, {"save_all": True, "append_images": [plain.rotate(180)]}),
    ):
        image.save(folder / name, **more)
    (folder / "empty.png").touch()
    (folder / "cut.jpg").write_bytes((folder / "exif.jpg").read_bytes()[:300])
    names = [*sorted(p.name for p in folder.iterdir()), "missing.png", "../up.png"]
    rows = [
        {"id": n, "image": n, "question": "q" * 1_000_000 if n == "plain.png" else "q", "answer": "a"} for n in names
    ]
    lines = [json.dumps({**row, "score": float("nan")}) for row in rows]
    (folder / "t.jsonl").write_text("\n".join(["\ufeff" + lines[0], *lines[1:], "{oops"]), encoding="utf-8")
    return folder / "t.jsonl"


BAD = {
    "animated_image": 1, "corrupt_image": 1, "empty_image": 1, "missing_image": 1, "unsafe_path": 1, "not_json": 1,
}  # fmt: skip


@pytest.mark.slow
def test_hostile_pictures_and_lines_go_to_no_format_and_each_is_accounted_for(tmp_path: Path) -> None:
    source = hostile(tmp_path / "in")
    for form in EVERY:
        report = convert(source, form, tmp_path / form, policy="degrade", **OPTIONS.get(form, {})).report
        dropped = {reason: len(rows) for reason, rows in report.dropped.items()}
        assert report.rows_in == 12 and BAD.items() <= dropped.items(), form
        assert report.rows_out + sum(dropped.values()) == 12, form
    written = [Pil.open(p) for p in (tmp_path / "llava/images").rglob("*.*")]
    assert sorted(im.size for im in written) == [(20, 40), *[(40, 20)] * 5]
    assert {im.mode for im in written} == {"RGB"} and not any(im.getexif().get(0x0112) for im in written)
