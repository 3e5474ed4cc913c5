"""Claims about PubTabNet tables in and out, scored with PubTabNet's own metric (table-recognition-metric, the released
TEDS with its parser passed by name, on lxml and apted)."""

from __future__ import annotations

import html
import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mmrecipes
from mmrecipes.core.boxes import box_of, quad_of
from mmrecipes.core.sample import Sample
from mmrecipes.formats import pubtabnet
from mmrecipes.formats.export import Export, export_dataset
from mmrecipes.formats.reader import open_source
from mmrecipes.render.tables.content import random_grid
from mmrecipes.render.tables.grid import Grid
from mmrecipes.render.tables.targets import cell_text as grid_cell_text
from mmrecipes.render.tables.targets import html as grid_html
from mmrecipes.render.tables.targets import structure_tokens
from mmrecipes.store.dataset import DatasetWriter, read_samples
from mmrecipes_tests.store.samples import picture

SIZE = (60, 40)
TOKENS = ["<thead>", "<tr>", "<td", ' colspan="2"', ">", "</td>", "</tr>", "</thead>",
          "<tbody>", "<tr>", "<td>", "</td>", "<td>", "</td>", "</tr>", "</tbody>"]  # fmt: skip
CELLS = [
    {"tokens": ["<b>", "A", "&", "B", "</b>"], "bbox": [2, 3, 50, 12]},
    {"tokens": []},
    {"tokens": ["1", "<sup>", "a", "</sup>"], "bbox": [30, 20, 41, 29]},
]


def record(**changes: Any) -> dict[str, Any]:
    table = {"structure": {"tokens": TOKENS}, "cells": CELLS}
    return {"filename": "t.png", "split": "val", "imgid": 7, "html": table, **changes}


def folder(tmp: Path, *records: Any) -> Path:
    (tmp / "val").mkdir(parents=True, exist_ok=True)
    (tmp / "val/t.png").write_bytes(picture(1, SIZE).data)
    path = tmp / "PubTabNet_2.0.0.jsonl"
    path.write_text("".join(json.dumps(r) + "\n" for r in records))
    return path


@pytest.fixture(scope="module")
def teds() -> Any:
    return pytest.importorskip("table_recognition_metric").TEDS()


def wrapped(table: str) -> str:
    return f"<html><body>{table}</body></html>"


def as_readers_build_it(record: dict[str, Any]) -> str:
    """The HTML of a record, by the rule of the project: each cell's tokens before its `</td>`, characters escaped."""
    tokens, cells = list(record["html"]["structure"]["tokens"]), record["html"]["cells"]
    ends = [i for i, t in enumerate(tokens) if t == "</td>"]
    for at, cell in reversed(list(zip(ends, cells, strict=True))):
        tokens[at:at] = [html.escape(t, quote=False) if len(t) == 1 else t for t in cell["tokens"]]
    return f"<table>{''.join(tokens)}</table>"


def test_a_record_is_a_picture_and_its_table_as_html_with_a_region_per_box(tmp_path: Path) -> None:
    reader, rows = open_source(folder(tmp_path, record(note="x")))
    assert reader.name == "pubtabnet"
    sample = rows.sample(0)
    assert (sample.id, sample.split, sample.task) == ("val/7", "val", "table")
    assert sample.messages[1].text == (
        '<table><thead><tr><td colspan="2"><b>A&amp;B</b></td></tr></thead>'
        "<tbody><tr><td></td><td>1<sup>a</sup></td></tr></tbody></table>"
    )
    assert [(r.text, box_of(r.quad)) for r in sample.regions] == [("A&B", (2, 3, 50, 12)), ("1a", (30, 20, 41, 29))]
    assert sample.meta == {"filename": "t.png", "imgid": 7, "note": "x"}


def test_the_key_that_the_readme_prints_is_read_too(tmp_path: Path) -> None:
    table = {"structure": {"tokens": TOKENS}, "cell": CELLS}
    _, rows = open_source(folder(tmp_path, record(), record(html=table)))
    assert rows.sample(0).messages == rows.sample(1).messages


BROKEN: list[tuple[Any, str]] = [
    ([1, 2], "no_table"),
    (record(html={"cells": CELLS}), "no_table"),
    (record(html={"structure": {"tokens": TOKENS}, "cells": CELLS[:2]}), "cells_and_structure_differ"),
    (record(html={"structure": {"tokens": TOKENS}, "cells": [*CELLS, CELLS[0]]}), "cells_and_structure_differ"),
    (record(html={"structure": {"tokens": ["<th>", "</th>"]}, "cells": []}), "no_table"),
    (record(html={"structure": {"tokens": ["<script>", *TOKENS]}, "cells": CELLS}), "unknown_token"),
    (record(html={"structure": {"tokens": TOKENS}, "cells": [*CELLS[:2], {"tokens": [1]}]}), "broken_cell"),
    (record(html={"structure": {"tokens": TOKENS}, "cells": [*CELLS[:2], {"tokens": [], "bbox": [5, 5, 5, 9]}]}),
     "bad_bbox"),
    (record(html={"structure": {"tokens": TOKENS}, "cells": [*CELLS[:2], {"tokens": [], "bbox": [0, 0, None, 9]}]}),
     "bad_bbox"),
    (record(filename=None), "no_file_name"),
    (record(filename="../t.png"), "unsafe_path"),
    (record(filename="gone.png"), "missing_image"),
]  # fmt: skip


@pytest.mark.parametrize(("broken", "reason"), BROKEN)
def test_a_broken_record_has_its_reason_and_the_others_are_read(tmp_path: Path, broken: Any, reason: str) -> None:
    _, rows = open_source(folder(tmp_path, record(), broken))
    assert rows.sample(0).id == "val/7"
    with pytest.raises(Exception) as e:
        rows.sample(1)
    assert getattr(e.value, "reason", "") == reason


def written(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "PubTabNet.jsonl").read_text().splitlines()]


@pytest.mark.slow
def test_tables_of_qianfan_vl_score_1_with_the_metric_and_boxes_stand_at_texts(tmp_path: Path, teds: Any) -> None:
    mmrecipes.run("qianfan-vl", out=tmp_path / "run", n=6, params={"tasks": {"table": 1, "chart": 1}}, workers=1)
    report = export_dataset(tmp_path / "run", "pubtabnet", tmp_path / "out")
    tables = [s for s in read_samples(tmp_path / "run") if s.task == "table"]
    assert (report.rows_out, len(report.dropped["no_table"])) == (len(tables), 6 - len(tables))
    records = written(tmp_path / "out")
    for sample, found in zip(tables, records, strict=True):
        assert teds(wrapped(as_readers_build_it(found)), wrapped(sample.truth["html"])) == 1
        assert (tmp_path / "out" / found["split"] / found["filename"]).read_bytes() == sample.images[0].data
        for cell, truth in zip(found["html"]["cells"], sample.truth["cells"], strict=True):
            assert "".join(t for t in cell["tokens"] if len(t) == 1) == truth["text"] + truth.get("mark", "")
            assert ("bbox" in cell) == bool(truth["text_quad"])
            if "bbox" in cell:
                wanted = box_of(truth["text_quad"])
                assert all(abs(a - b) <= 0.5 for a, b in zip(cell["bbox"], wanted, strict=True))
    assert sum("bbox" in c for r in records for c in r["html"]["cells"]) > 20
    assert [r["imgid"] for r in records] == list(range(len(tables)))


def as_stored(grid: Grid) -> Sample:
    """A sample of a grid with the truth that the table task stores, without places."""
    cells = [
        {
            "r": c.row,
            "c": c.col,
            "rs": c.rows,
            "cs": c.cols,
            "text": grid_cell_text(c),
            "mark": c.footnote,
            "text_quad": None,
        }
        for c in grid.cells
    ]
    truth = {"kind": "table", "html": grid_html(grid), "tokens": structure_tokens(grid), "cells": cells}
    return Sample(id="t", split="train", images=(picture(1, SIZE),), truth=truth)


def test_invented_tables_of_all_kinds_score_1_on_their_own_truth_and_a_lost_character_less(teds: Any) -> None:
    grids = [random_grid(random.Random(i), i) for i in range(60)]
    spans = 0
    for i, grid in enumerate([g for g in grids if len(g.cells) <= 30][:5]):
        sample = as_stored(grid)
        record = pubtabnet._record(sample, "t.png", i)
        spans += any("span" in t for t in record["html"]["structure"]["tokens"])
        assert teds(wrapped(as_readers_build_it(record)), wrapped(sample.truth["html"])) == 1
        filled = next(c for c in record["html"]["cells"] if c["tokens"])
        filled["tokens"] = filled["tokens"][1:]
        assert teds(wrapped(as_readers_build_it(record)), wrapped(sample.truth["html"])) < 1
    assert spans > 0


def test_the_metric_scores_a_bare_table_0_and_loses_the_text_of_th(teds: Any) -> None:
    """Why tables are to be wrapped, and why every cell is written as `td`."""
    table, other = "<table><tr><td>1</td></tr></table>", "<table><tr><td>2</td></tr></table>"
    assert (teds(table, table), teds(wrapped(table), wrapped(table))) == (0, 1)
    assert teds(wrapped(table), wrapped(other)) < 1
    first, second = (t.replace("td>", "th>") for t in (table, other))
    assert teds(wrapped(first), wrapped(second)) == 1


def test_a_narrow_text_keeps_a_box_of_one_pixel_an_empty_cell_none_and_cells_stand_in_reading_order(
    tmp_path: Path,
) -> None:
    image = picture(1, SIZE)
    narrow = {"r": 0, "c": 0, "text": "i", "text_quad": quad_of((5.1, 5.0, 5.3, 9.0))}
    empty = {"r": 0, "c": 1, "text": "", "text_quad": quad_of((9, 5, 12, 9))}
    truth = {"kind": "table", "tokens": ["<tr>", *["<td>", "</td>"] * 2, "</tr>"], "cells": [empty, narrow]}
    with DatasetWriter(tmp_path / "in", "toy") as writer:
        writer.write(Sample(id="a", images=(image,), truth=truth))
    export_dataset(tmp_path / "in", "pubtabnet", tmp_path / "out")
    assert written(tmp_path / "out")[0]["html"]["cells"] == [{"tokens": ["i"], "bbox": [5, 5, 6, 9]}, {"tokens": []}]


def test_cells_that_do_not_fit_the_structure_are_never_written(tmp_path: Path) -> None:
    image = picture(1, SIZE)
    truth = {"kind": "table", "tokens": TOKENS, "cells": CELLS[:2]}
    with DatasetWriter(tmp_path / "in", "toy") as writer:
        writer.write(Sample(id="a", images=(image,), truth=truth))
        writer.write(Sample(id="b", truth={**truth, "cells": CELLS}))
    report = export_dataset(tmp_path / "in", "pubtabnet", tmp_path / "out")
    assert report.dropped == {"cells_and_structure_differ": ["a"], "no_image": ["b"]}
    assert written(tmp_path / "out") == []


CHARACTERS = st.text("aZ9 <>&é杯\"'", max_size=5).map(list)
STYLED = CHARACTERS.map(lambda t: ["<i>", *t, "</i>"] if t else t)
CORNERS = st.tuples(st.integers(0, 30), st.integers(0, 20), st.integers(1, 20), st.integers(1, 15))


@st.composite
def tables(draw: st.DrawFn) -> dict[str, Any]:
    tokens, cells = ["<tbody>"], []
    for _ in range(draw(st.integers(1, 3))):
        tokens.append("<tr>")
        for _ in range(draw(st.integers(1, 3))):
            span = draw(st.sampled_from(("", ' rowspan="2"', ' colspan="3"')))
            tokens += ["<td", span, ">", "</td>"] if span else ["<td>", "</td>"]
            content = draw(CHARACTERS | STYLED)
            x, y, w, h = draw(CORNERS)
            cells.append({"tokens": content, **({"bbox": [x, y, x + w, y + h]} if content else {})})
        tokens.append("</tr>")
    return {"structure": {"tokens": [*tokens, "</tbody>"]}, "cells": cells}


@settings(max_examples=25)
@given(given_tables=st.lists(tables(), min_size=1, max_size=3))
def test_what_is_read_exported_and_read_again_is_equal(tmp_path_factory: Any, given_tables: list[Any]) -> None:
    tmp = tmp_path_factory.mktemp("round")
    _, rows = open_source(folder(tmp / "in", *(record(html=t, imgid=i) for i, t in enumerate(given_tables))))
    (tmp / "out").mkdir()
    pubtabnet.write(Export(tmp, tmp / "out", "error", {}, map(rows.sample, range(len(rows)))))
    assert [r["html"] for r in written(tmp / "out")] == given_tables
    _, again = open_source(tmp / "out")
    for i in range(len(rows)):
        before, after = rows.sample(i), again.sample(i)
        assert (after.messages, after.regions, after.truth) == (before.messages, before.regions, before.truth)
