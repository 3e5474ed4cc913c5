"""The table steps make samples that are what they say; injected faults are caught by verification."""

from __future__ import annotations

import inspect
import itertools
import json
import random
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from mmrecipes.canvas.fonts import uncovered
from mmrecipes.core.sample import Sample, sample_to_json, shown_images
from mmrecipes.flow.step import Drop, Seeds, StepContext
from mmrecipes.recipes.qianfan_vl.table import task as table
from mmrecipes.recipes.qianfan_vl.table.turns import Targets, difficulty, turn_kind
from mmrecipes.recipes.qianfan_vl.user_tables import undrawable_column
from mmrecipes.render.degradation import Worn
from mmrecipes.render.tables.answers import Answer, Query
from mmrecipes.render.tables.content import grid_difficulty
from mmrecipes.render.tables.grid import Grid
from mmrecipes.render.tables.queries import evaluate
from mmrecipes.render.tables.read_targets import read_html, read_latex, read_tokens
from mmrecipes.render.tables.themes import themes

STEPS: tuple[Callable[..., Any], ...] = (
    table.TableContent(), table.table_draw, table.table_augment, table.table_ask, table.table_verify,
    table.table_finish,
)  # fmt: skip


def _run(index: int, steps: tuple[Callable[..., Any], ...] = STEPS, *, seed: int = 7,
         inputs: Mapping[str, Path] | None = None, start: Sample | None = None) -> Sample | Drop:  # fmt: skip
    sample = start or Seeds("qianfan-vl", {"table": 1.0}).sample("table", index)
    for one in steps:
        context = StepContext(seed, sample.id, getattr(one, "__name__", "table_content"), 0, inputs or {})
        result = one(sample, context) if len(inspect.signature(one).parameters) == 2 else one(sample)
        if isinstance(result, Drop):
            return result
        sample = result
    return sample


def _kept(count: int, *, seed: int = 7) -> list[Sample]:
    found = (_run(i, seed=seed) for i in itertools.count())
    return list(itertools.islice((s for s in found if isinstance(s, Sample)), count))


@pytest.fixture(scope="module")
def samples() -> list[Sample]:
    return _kept(60)


def _checkable(index: int) -> Sample:
    """A sample just before verification."""
    for at in itertools.count(index):
        before = _run(at, STEPS[:4])
        if isinstance(before, Sample) and isinstance(_run(at, STEPS[4:], start=before), Sample):
            return before
    raise AssertionError


def _verdict(sample: Sample) -> str:
    result = table.table_verify(sample)
    return result.reason if isinstance(result, Drop) else "kept"


# --- what a finished sample holds


def test_a_sample_shows_one_image_once_and_alternates_turns(samples: list[Sample]) -> None:
    for s in samples:
        assert len(s.images) == 1 and shown_images(s) == list(s.images)
        assert [m.role for m in s.messages] == ["user", "assistant"] * (len(s.messages) // 2)
        assert s.messages[0].parts[0].image == s.images[0].sha256
        assert all(m.text.strip() for m in s.messages)
        assert s.group == s.id and s.draft == {} and s.truth_source == "engine" and s.language == "en"
        json.dumps(sample_to_json(s))


def test_the_picture_has_the_stated_size_and_every_region_lies_inside(samples: list[Sample]) -> None:
    for s in samples:
        height, width = s.images[0].decode().shape[:2]
        assert [width, height] == s.truth["image_size"] == [s.images[0].width, s.images[0].height]
        for region in s.regions:
            assert all(-0.02 <= x <= width + 0.02 and -0.02 <= y <= height + 0.02 for x, y in region.quad)
        assert len(s.regions) == len(s.truth["cells"])


def test_every_text_quad_holds_ink_and_the_rest_of_its_cell_row_margin_does_not(samples: list[Sample]) -> None:
    """Where a text is said to be, the picture is not flat; a cell without text is flat in its middle."""
    texts = 0
    for s in samples:
        grey = cv2.cvtColor(s.images[0].decode(), cv2.COLOR_RGB2GRAY)
        for cell in s.truth["cells"]:
            if cell["text_quad"] is None:
                assert cell["text"] == "" and not cell.get("mark")
                continue
            inside = _inside(grey, cell["text_quad"], 1.0)
            assert int(inside.max()) - int(inside.min()) > 50, (s.id, cell["text"])
            texts += 1
    assert texts > 2000


def _inside(grey: np.ndarray, quad: Any, margin: float) -> np.ndarray:
    points = np.array(quad)
    (x0, y0), (x1, y1) = np.floor(points.min(axis=0) - margin), np.ceil(points.max(axis=0) + margin)
    return grey[max(0, int(y0)) : int(y1) + 1, max(0, int(x0)) : int(x1) + 1]


def test_text_quads_lie_in_their_cells(samples: list[Sample]) -> None:
    for s in samples:
        for cell in s.truth["cells"]:
            if cell["text_quad"] is not None:
                hull = np.array(cell["quad"], np.float32)
                for point in cell["text_quad"]:
                    assert cv2.pointPolygonTest(hull, point, True) >= -2.0, (s.id, cell)


def test_structure_replies_read_back_to_the_stored_cells(samples: list[Sample]) -> None:
    seen = set()
    for s in samples:
        kind, reply = s.meta["turn_kind"], re.sub(r"^```\w+\n|\n```$", "", s.messages[1].text)
        if kind in ("question", "dialogue"):
            continue
        seen.add(kind)
        read = {"html": read_html, "skeleton": read_html, "latex": read_latex,
                "tokens": lambda text: read_tokens(json.loads(text))}[kind](reply)  # fmt: skip
        stored = [(c["r"], c["c"], c["rs"], c["cs"]) for c in s.truth["cells"]]
        assert [(p.row, p.col, p.rows, p.cols) for p in read.spans] == stored
        if kind in ("html", "latex"):
            assert [(p.text, p.mark) for p in read.spans] == [(c["text"], c.get("mark", "")) for c in s.truth["cells"]]
    assert seen == {"html", "latex", "tokens", "skeleton"}


def test_stored_queries_hold_their_executable_form(samples: list[Sample]) -> None:
    asked = 0
    for s in samples:
        for query, message in zip(s.truth["queries"], s.messages[1::2], strict=bool(s.truth["queries"])):
            assert set(query) == {"op", "args", "answer"} and set(query["answer"]) == {
                "text",
                "value",
                "kind",
                "tolerance",
            }
            json.dumps(query)
            assert message.text
            asked += 1
    assert asked > 30


def test_a_dropped_sample_can_be_recorded() -> None:
    """The draft of a drop is stored as far as it is plain JSON: nothing in it may look plain and not be."""
    for index in range(12):
        before = _run(index, STEPS[:4])
        assert isinstance(before, Sample)
        plain = {k: v for k, v in before.draft.items() if isinstance(v, (str, int, float, bool, list, tuple, dict))}
        json.dumps(plain)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_another_picture() -> None:
    first, again, other = _kept(6), _kept(6), _kept(6, seed=8)
    assert [sample_to_json(s) for s in first] == [sample_to_json(s) for s in again]
    assert not {s.images[0].sha256 for s in first} & {s.images[0].sha256 for s in other}


def test_difficulty_follows_structure_and_operation_and_nothing_else(samples: list[Sample]) -> None:
    for s in samples:
        assert 1 <= s.difficulty <= 10
    read, reckon = Query("lookup", {}), Query("sum", {})
    few = Answer("1", Decimal(1), "integer", operands=(("a", "1"),) * 3)
    many = Answer("1", Decimal(1), "integer", operands=(("a", "1"),) * 15)
    assert difficulty("question", 1, [(read, few)]) < difficulty("question", 1, [(reckon, few)])
    assert difficulty("question", 1, [(reckon, few)]) < difficulty("question", 1, [(reckon, many)])
    assert difficulty("question", 1, [(reckon, many)]) < difficulty("question", 5, [(reckon, many)])
    assert [difficulty("html", n, []) for n in range(1, 6)] == [2, 4, 6, 8, 10]
    before = _run(3, STEPS[:4])
    assert isinstance(before, Sample)
    other = _run(3, STEPS[1:4], seed=99, start=_run(3, STEPS[:1]))  # type: ignore[arg-type]
    assert isinstance(other, Sample) and grid_difficulty(before.draft["grid"]) == grid_difficulty(other.draft["grid"])


def test_every_theme_is_used_before_any_comes_again() -> None:
    count = len(themes())
    used = [_run(i, STEPS[:1]) for i in range(count)]
    names = {s.draft["theme"].name for s in used if isinstance(s, Sample)}
    assert count >= 50 and len(names) == count


def test_a_cut_of_the_users_file_keeps_its_values(tmp_path: Path) -> None:
    path = tmp_path / "towns.csv"
    rows = [["Town", "Region", "Visitors", "Mean stay", "Open"]]
    rng = random.Random(4)
    rows += [[f"Town {i:02d}", rng.choice(("North", "South")), str(rng.randint(10, 9000)), f"{rng.uniform(1, 9):.1f}",
              rng.choice(("true", "false"))] for i in range(60)]  # fmt: skip
    path.write_text("\n".join(",".join(r) for r in rows))
    kept = [_run(i, inputs={"table": path}) for i in range(12)]
    made = [s for s in kept if isinstance(s, Sample)]
    assert len(made) >= 9
    given = {r[0]: r for r in rows[1:]}
    compared = 0
    for s in made:
        texts = {(c["r"], c["c"]): c["text"] for c in s.truth["cells"]}
        heads = {c["c"]: c["text"] for c in s.truth["cells"] if c["r"] < s.truth["spec"]["header_rows"]}
        (names,) = [c for c, h in heads.items() if h == "Town"]
        for (r, c), text in texts.items():
            if heads.get(c) == "Visitors" and texts.get((r, names)) in given:
                assert int(re.sub(r"\D", "", text)) == int(given[texts[r, names]][2])
                compared += 1
    assert compared > 50


# --- injected faults


def test_a_wrong_span_in_the_html_is_caught() -> None:
    before = _checkable(0)
    targets: Targets = before.draft["targets"]
    wrong = targets.html.replace("<td>", '<td colspan="2">', 1)
    assert _verdict(before.drafting(targets=replace(targets, html=wrong))) in ("target_unreadable", "html_differs")
    grown = targets.html.replace("</tr></tbody>", "<td></td></tr></tbody>", 1)
    assert _verdict(before.drafting(targets=replace(targets, html=grown))) == "target_unreadable"
    assert _verdict(before) == "kept"


def test_a_swapped_cell_text_in_html_or_latex_is_caught() -> None:
    before = _checkable(2)
    targets: Targets = before.draft["targets"]
    texts = [c.text for c in before.draft["grid"].cells if re.fullmatch(r"[A-Za-z]{4,}", c.text)]
    a = texts[0]
    assert (
        _verdict(before.drafting(targets=replace(targets, html=targets.html.replace(a, a + "x", 1)))) == "html_differs"
    )
    assert (
        _verdict(before.drafting(targets=replace(targets, latex=targets.latex.replace(a, a + "x", 1))))
        == "latex_differs"
    )
    tokens = [*targets.tokens[:-2], "<tr>", "</tr>", *targets.tokens[-2:]]
    assert _verdict(before.drafting(targets=replace(targets, tokens=tokens))) in ("tokens_differ", "target_unreadable")


def test_unescaped_text_in_latex_is_caught() -> None:
    for index in range(200):
        before = _run(index, STEPS[:4])
        if isinstance(before, Sample) and "\\%" in before.draft["targets"].latex and _verdict(before) == "kept":
            targets: Targets = before.draft["targets"]
            wrong = replace(targets, latex=targets.latex.replace("\\%", "%"))
            assert _verdict(before.drafting(targets=wrong)) == "target_unreadable"
            return
    raise AssertionError("no table with a per cent sign")


def test_cells_that_overlap_or_leave_a_hole_are_caught() -> None:
    before = _checkable(0)
    grid: Grid = before.draft["grid"]
    assert _verdict(before.drafting(grid=replace(grid, cells=grid.cells[:-1]))) == "grid_not_covered"
    assert _verdict(before.drafting(grid=replace(grid, cells=(*grid.cells, grid.cells[0])))) == "grid_not_covered"


def test_a_number_printed_wrongly_is_caught() -> None:
    before = _checkable(0)
    grid: Grid = before.draft["grid"]
    at = next(i for i, c in enumerate(grid.cells)
              if c.role == "body" and isinstance(c.value, (int, float)) and not isinstance(c.value, bool)
              and grid.columns[c.col].kind in ("integer", "decimal"))  # fmt: skip
    cell = replace(grid.cells[at], value=(grid.cells[at].value or 0) + 1)  # type: ignore[operator]
    wrong = replace(grid, cells=(*grid.cells[:at], cell, *grid.cells[at + 1 :]))
    assert _verdict(before.drafting(grid=wrong)) == "number_misprinted"


def _saying(before: Sample, **changes: Any) -> Sample:
    return before.drafting(exchange=replace(before.draft["exchange"], **changes))


def _asked(index: int = 0) -> Sample:
    return next(s for s in map(_checkable, range(index, 200)) if s.draft["exchange"].asked)


def test_an_answer_that_was_not_computed_from_the_grid_is_caught() -> None:
    before = _asked()
    (query, answer), *rest = before.draft["exchange"].asked
    invented = replace(answer, text="4711", value=Decimal(4711), kind="integer")
    assert _verdict(_saying(before, asked=((query, invented), *rest))) == "answer_differs"
    turns = before.draft["exchange"].turns
    said = replace(turns[0], answer="I would say 4711.")
    assert _verdict(_saying(before, turns=(said, *turns[1:]))) == "reply_differs"


def test_a_question_with_two_answers_is_caught() -> None:
    before = _asked()
    (_, answer), *rest = before.draft["exchange"].asked
    ambiguous = Query("lookup", {"row": "no such row", "column": ["none"]})
    assert _verdict(_saying(before, asked=((ambiguous, answer), *rest))) == "query_ambiguous"


def test_a_structure_reply_that_is_not_the_target_is_caught() -> None:
    before = next(s for s in map(_checkable, range(200)) if s.draft["exchange"].kind in ("html", "latex"))
    (only,) = before.draft["exchange"].turns
    assert _verdict(_saying(before, turns=(replace(only, answer=only.answer.replace("a", "b", 1)),))) == "reply_differs"


def test_labels_of_another_grid_are_caught_by_answers_and_targets() -> None:
    """Labels that do not belong to the picture's grid: targets of one sample beside the grid of another."""
    one, other = _checkable(0), _checkable(40)
    assert _verdict(one.drafting(targets=other.draft["targets"])) != "kept"


def test_wear_applied_to_the_pixels_only_is_caught() -> None:
    caught = tried = 0
    for index in range(400):
        if tried == 4:
            break
        before = _run(index, STEPS[:4])
        if isinstance(before, Drop) or not any(n == "perspective" for n, _ in before.draft["worn"].log):
            continue
        worn: Worn = before.draft["worn"]
        stale = replace(worn, quads=table._quads(before.draft["drawn"]))
        unlogged = replace(stale, log=[entry for entry in worn.log if entry[0] != "perspective"])
        tried += 1
        caught += _verdict(before.drafting(worn=stale)) == "quads_differ"
        assert _verdict(before.drafting(worn=unlogged)) in ("low_contrast", "kept")
    assert tried == 4 and caught == 4


def test_text_too_small_or_too_faint_is_caught() -> None:
    before = _checkable(0)
    drawn, worn = before.draft["drawn"], before.draft["worn"]
    assert _verdict(before.drafting(drawn=replace(drawn, x_height=5.0))) == "text_too_small"
    faint = replace(worn, pixels=(worn.pixels // 8 + 200).astype(np.uint8))
    assert _verdict(before.drafting(worn=faint)) == "low_contrast"


def test_answers_come_from_the_grid_that_is_drawn() -> None:
    """Re-run of the stored executable form on the stored grid, outside the pipeline."""
    for index in range(30):
        before = _run(index, STEPS[:4])
        if isinstance(before, Sample) and turn_kind(index) in ("question", "dialogue"):
            for query, answer in before.draft["exchange"].asked:
                assert evaluate(before.draft["grid"], query) == answer


@pytest.mark.parametrize(
    ("text", "place", "missing"),
    [
        ("ከተማ,n\na,1\nb,2\n", "the header of column 1", "ማተከ"),
        ("n,city\n1,ጎንደር\n2,አዳማ\n", "2 of 2 cells judged in column 2 ('city')", "ማር"),
        ("n,name\n1,አዳማ\n2,b\n", "column 2 ('name')", "ማ"),
    ],
)
def test_a_script_without_a_font_is_refused_once_with_column_and_characters(
    tmp_path: Path, text: str, place: str, missing: str
) -> None:
    path = tmp_path / "t.csv"
    path.write_text(text)
    problem = undrawable_column(path)
    assert problem is not None and place in problem and missing in problem


def test_a_rare_odd_cell_costs_its_windows_not_the_file(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("n,city,m\n" + "".join(f"{i},{'東京' if i == 9 else f'Town {i}'},{i}\n" for i in range(100)))
    assert undrawable_column(path) is None
    made = [_run(i, STEPS[:1], inputs={"table": path}) for i in range(60)]
    grids = [s.draft["grid"] for s in made if isinstance(s, Sample)]
    assert any("city" in {c.name for c in g.columns} for g in grids)
    assert not any(uncovered([c.text for c in g.cells]) for g in grids)
