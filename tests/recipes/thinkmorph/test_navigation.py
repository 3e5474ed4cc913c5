"""Navigation traces, found again by a simulator, a tile reader and the path's pixels (see `oracle`)."""

from __future__ import annotations

import itertools
import random
import re
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from mmrecipes.canvas.encode import Format, encode
from mmrecipes.core.sample import Sample
from mmrecipes.flow.step import Drop, StepContext
from mmrecipes.recipes.thinkmorph.navigation import task
from mmrecipes.recipes.thinkmorph.navigation.mazes import NoMaze, make_puzzle
from mmrecipes.recipes.thinkmorph.trace import thought_problem
from mmrecipes.render.mazes import draw
from mmrecipes_tests.recipes.thinkmorph import oracle


def test_pictures_answers_paths_and_thoughts_agree_with_what_the_picture_shows(boards: list[Sample]) -> None:
    assert {s.meta["theme"] for s in boards} == {t.name for t in draw_themes()}
    assert {s.id: p for s in boards if (p := oracle.navigation_problems(s))} == {}


def draw_themes() -> tuple[object, ...]:
    from mmrecipes.render.mazes.themes import TILE_THEMES

    return TILE_THEMES


def with_thought(sample: Sample, change: object) -> Sample:
    told = {**sample.truth["trace"]}
    told = {k: change(v) if k.endswith(("thought_0", "thought_1", "thought")) else v for k, v in told.items()}  # type: ignore[operator]
    return sample.having(truth={**sample.truth, "trace": told})


def with_picture(sample: Sample, pixels: np.ndarray, form: Format = "png") -> Sample:
    return oracle.with_pictures(sample, sample.images[0], encode(pixels, form))


def faulty(sample: Sample) -> dict[str, Sample]:
    """The toy faults of the method's description, each in the same good sample."""
    before, after = oracle.pictures(sample)
    cells, _ = oracle.simulate(sample.truth["trace"]["ground_truth"]["rows"], sample.truth["trace"]["answer"])
    middles = [draw.tile_frame().middle(c) for c in cells]
    corners = [m for i, m in enumerate(middles) if i in (0, len(middles) - 1) or not _straight(middles[i - 1 : i + 2])]
    bare = after.copy()
    r, c = cells[0]
    tile = (slice(r * 64, r * 64 + 30), slice(c * 64, c * 64 + 26))
    bare[tile] = before[tile].mean(axis=(0, 1))
    minus = lambda t: re.sub(r"\((\d+),(\d+)\)", lambda m: f"({int(m[1]) - 1},{int(m[2]) - 1})", t)  # noqa: E731
    swapped = lambda t: re.sub(r"\((\d+),(\d+)\)", r"(\2,\1)", t)  # noqa: E731
    return {
        "rows from 0": with_thought(sample, minus),
        "x and y swapped": with_thought(sample, swapped),
        "path from the goal": with_picture(sample, draw.draw_path(before, middles[::-1])),
        "arrows only at corners": with_picture(sample, draw.draw_path(before, corners)),
        "player removed": with_picture(sample, bare),
        "lossy picture": with_picture(sample, after, "jpeg"),
    }


def _straight(three: list[tuple[float, float]]) -> bool:
    return len({x for x, _ in three}) == 1 or len({y for _, y in three}) == 1


def test_every_toy_fault_is_found(boards: list[Sample]) -> None:
    good = next(s for s in boards if len(s.truth["trace"]["answer"]) > 9 and "H" in str(s.truth) and bent(s))
    assert {name for name, sample in faulty(good).items() if not oracle.navigation_problems(sample)} == set()


def bent(sample: Sample) -> bool:
    answer = sample.truth["trace"]["answer"].split(",")
    return any(a == b for a, b in itertools.pairwise(answer)) and len(set(answer)) > 1


def test_a_third_of_the_boards_forces_a_detour_and_none_is_solved_in_one_move() -> None:
    made = [make_puzzle(random.Random(i), i, "frozen_lake", 0.8, False, 0.03) for i in range(200)]
    bent = sum(p.shortest > abs(p.maze.start[0] - p.goal[0]) + abs(p.maze.start[1] - p.goal[1]) for p in made)
    assert bent >= 0.3 * len(made)
    assert all(p.shortest >= max(2, p.maze.rows - 2) for p in made)
    assert {p.maze.rows for p in made if p.held_out} == {7, 8}
    assert Counter(p.maze.rows for p in made if not p.held_out).keys() == {3, 4, 5, 6}


def images_under_symmetry(rows: list[str]) -> set[str]:
    grid = np.array([list(r) for r in rows])
    return {"/".join("".join(r) for r in np.rot90(g, k)) for g in (grid, grid.T) for k in range(4)}


def test_no_board_repeats_another_turned_or_mirrored_in_either_split(boards: list[Sample]) -> None:
    assert {s.split for s in boards} == {"train", "test"}
    seen: set[str] = set()
    for sample in boards:
        rows = sample.truth["trace"]["ground_truth"]["rows"]
        assert "/".join(rows) not in seen
        seen |= images_under_symmetry(rows)


def test_the_first_thought_keeps_the_answer_back_and_the_others_state_it(boards: list[Sample]) -> None:
    for s in boards:
        told = s.truth["trace"]
        assert told["answer"] not in told["resoning_thought_0"]
        assert told["answer"] in told["resoning_thought_1"] and told["answer"] in told["full_text_only_thought"]
        assert not re.search(r"red|arrow|drawn|highlight", told["full_text_only_thought"])
        assert 300 <= len(told["resoning_thought_0"]) <= 1450
    bare = [re.sub(r"\d+", "", s.truth["trace"][k]) for k in ("resoning_thought_0",) for s in boards]
    assert len(set(bare)) >= 0.95 * len(bare)


def test_variants_hold_what_they_say(variants: list[Sample]) -> None:
    assert {s.meta["kind"] for s in variants} == {"wall_maze", "two_ends", "yes_no", "start_text"}
    for s in variants:
        told, (before, after) = oracle.trace(s), oracle.pictures(s)
        rows = told["ground_truth"]["rows"]
        if s.meta["kind"] == "wall_maze":
            count = len(rows) // 2
            shown = oracle.read_walls(before, count)
            assert [re.sub("[SG]", " ", line) for line in rows] == shown
            cells = [tuple(c) for c in told["provenance"]["manipulation"]["cells"]]
            assert oracle.path_problems(before, after, cells, (before.shape[0] - 32) // count, 16) == []
            continue
        path = told["ground_truth"].get("path")
        if path:
            assert (told["answer"] == "No") == any(rows[r][c] == "H" for r, c in path)
            assert (before != after).any()
        else:
            assert oracle.navigation_problems(s) == []
        if s.meta["kind"] == "start_text":
            assert "\n".join(rows) in told["question"]


def test_a_density_at_which_nothing_can_be_solved_is_a_counted_drop() -> None:
    content = task.NavigationContent((("frozen_lake", 1.0),), 0.001, True, 0.0)
    found = content(Sample(id="x", draft={"index": 3}), StepContext(1, "x", "content"))
    assert isinstance(found, Drop) and found.reason == "unsolvable" and "0.001" in found.detail
    with pytest.raises(NoMaze):
        make_puzzle(random.Random(0), 0, "frozen_lake", 0.001, True, 0.0)


def good_trace() -> tuple[task.Trace, tuple[str, ...]]:
    sample = Sample(id="x", task="navigation", draft={"index": 1})
    for step in (task.NavigationContent((("frozen_lake", 1.0),), 0.8, False, 0.0), task.navigation_draw,
                 task.NavigationThink("lose")):  # fmt: skip
        made = step(sample, StepContext(1, "x", "s")) if step is not task.navigation_draw else step(sample)
        assert isinstance(made, Sample)
        sample = made
    return sample.draft["trace"], sample.draft["secret"]


def test_thoughts_that_say_too_much_or_too_little_are_refused() -> None:
    trace, secret = good_trace()
    first, second = trace.thoughts
    assert thought_problem(trace, secret) is None
    wrong = {
        "answer_in_first_thought": replace(trace, thoughts=(f"{first} So {trace.answer}.", second)),
        "answer_missing_in_second_thought": replace(trace, thoughts=(first, second.replace(trace.answer, "it"))),
        "text_only_thought_speaks_of_drawing": replace(trace, text_only=f"{trace.text_only} See the red path."),
        "thought_speaks_of_a_solution": replace(trace, thoughts=(f"{first} As shown in the solution.", second)),
        "thoughts_repeat": replace(trace, thoughts=(first, f"{first} {trace.answer}")),
    }
    for reason, bad in wrong.items():
        problem = thought_problem(bad, secret)
        assert problem is not None and problem[0] == reason
