"""Questions read well, say what they ask, and no frame is worn out."""

from __future__ import annotations

import itertools
import random
import re
from collections import Counter

import pytest

from mmrecipes.recipes.qianfan_vl.table.checks import says
from mmrecipes.recipes.qianfan_vl.table.phrases import CORES, SENTENCES
from mmrecipes.recipes.qianfan_vl.table.turns import CYCLE, STEPS, Targets, ask, structure_turn, turn_kind
from mmrecipes.recipes.qianfan_vl.table.wording import Turn, capital, enumeration, ordinal, word_query
from mmrecipes.render.tables.answers import Answer, Query
from mmrecipes.render.tables.content import random_grid
from mmrecipes.render.tables.from_data import grid_from_columns
from mmrecipes.render.tables.grid import Cell, Column, Grid
from mmrecipes.render.tables.proposals import propose
from mmrecipes.render.tables.queries import OPERATIONS, evaluate
from mmrecipes.render.tables.targets import structure_tokens
from mmrecipes.render.tables.view import view_of
from mmrecipes_tests.render.tables.typed_grids import typed_grid


def _turns(index: int) -> tuple[list[str], list[Turn]]:
    """The operations and turns a sample of this index would make; targets are left empty, they are not worded."""
    rng = random.Random(index)
    grid, kind = random_grid(rng, index), turn_kind(index)
    if kind in ("question", "dialogue"):
        found = ask(view_of(grid), 1 if kind == "question" else rng.randint(2, 4), rng)
        return [q.op for q, _, _ in found], [t for _, _, t in found]
    outside = bool(grid.caption or grid.footnotes)
    return [kind], [structure_turn(kind, Targets("", "", structure_tokens(grid)), outside, rng)]


@pytest.mark.slow
def test_no_sentence_frame_makes_more_than_three_per_cent_of_three_thousand_samples() -> None:
    full: Counter[str] = Counter()
    sentences: Counter[str] = Counter()
    ops: Counter[str] = Counter()
    for index in range(3000):
        names, turns = _turns(index)
        full.update({t.template for t in turns})
        sentences.update({_frame(t.template) for t in turns})
        ops.update(names)
    assert max(full.values()) <= 0.03 * 3000
    assert max(sentences.values()) <= 0.03 * 3000, sentences.most_common(3)
    assert len(sentences) >= 150
    asked = sum(ops[o] for o in OPERATIONS)
    assert all(ops[o] >= 0.015 * asked for o in OPERATIONS), [(o, ops[o]) for o in OPERATIONS]
    assert all(ops[o] <= 0.10 * asked for o in OPERATIONS), [(o, ops[o]) for o in OPERATIONS]


def _frame(template: str) -> str:
    """Operation and core sentence alone: openings, quoting, closings and order words do not count as another frame."""
    op, choices = template.split(":")
    (core,) = [c for c in choices.split(".") if re.fullmatch(r"c\d+", c)]
    return f"{op}:{core}"


def test_every_operation_has_phrases_answers_and_a_length() -> None:
    assert set(CORES) == set(SENTENCES) == set(STEPS) == set(OPERATIONS)
    assert all(len(set(cores)) >= 7 for cores in CORES.values())
    assert all(len(set(sentences)) >= 3 for sentences in SENTENCES.values())


def test_a_round_of_turns_has_every_kind_in_its_share() -> None:
    for start in (0, 20, 60):
        assert Counter(turn_kind(i) for i in range(start, start + 20)) == Counter(CYCLE)


def _worded(seeds: range) -> list[tuple[Grid, Query, Answer, Turn]]:
    found = []
    for seed in seeds:
        grid, rng = typed_grid(seed), random.Random(seed)
        view = view_of(grid)
        for op in OPERATIONS:
            if (query := propose(view, rng, op)) is not None:
                answer = evaluate(view, query)
                style = rng.choice(("short", "sentence", "steps"))
                found.append((grid, query, answer, word_query(view, query, answer, rng, style)))
    return found


def test_every_reply_says_its_answer_in_the_style_it_claims() -> None:
    for _, query, answer, turn in _worded(range(150)):
        assert says(turn.answer, answer, query.op), turn
        if turn.style == "steps":
            assert "\n" in turn.answer, turn
        if turn.style == "sentence":
            assert turn.answer.endswith(".") and " " in turn.answer, turn
        if turn.style == "short" and query.op != "extreme_value":
            assert turn.answer == answer.text, turn


def test_questions_name_the_row_and_the_column_they_are_about() -> None:
    for _, query, _, turn in _worded(range(150)):
        if isinstance(query.args.get("row"), str):
            assert query.args["row"] in turn.question, turn
        for name in ("column", "minuend", "subtrahend", "ask", "where", "header"):
            if isinstance(query.args.get(name), list):
                assert query.args[name][-1] in turn.question, turn
        for name in ("equals", "than", "text", "section"):
            if name in query.args:
                assert query.args[name] in turn.question, turn


def test_questions_are_clean_sentences() -> None:
    for _, _, _, turn in _worded(range(150)):
        for text in (turn.question, turn.answer):
            assert not re.search(r"[{}]|  | [,.?]|\?\?|\.\.|,,|\(\)|None", text.replace('"–"', "")), text
        assert turn.question[0].isupper() or turn.question[0] in "\"“'", turn.question
        assert re.search(r"[.?)\"”]$", turn.question), turn.question


def test_a_rounded_answer_is_announced_in_the_question() -> None:
    seen = 0
    for _, _, answer, turn in _worded(range(150)):
        if answer.rounded:
            assert f"{answer.decimals} decimal place" in turn.question, turn
            seen += 1
    assert seen > 20


def test_where_totals_stand_below_ranges_say_that_they_are_left_out() -> None:
    seen = 0
    for grid, query, _, turn in _worded(range(150)):
        if view_of(grid).total_rows and query.op in ("sum", "mean", "extreme", "count", "rank", "kth", "spread"):
            assert "total row" in turn.question, turn
            seen += 1
    assert seen > 50


def test_a_row_known_by_its_number_only_is_asked_for_with_the_way_to_count() -> None:
    cells = [Cell(0, c, 1, 1, t, t, "header") for c, t in enumerate(("Depth", "Flow"))]
    cells += [Cell(r, c, 1, 1, str(10 * r + c), 10 * r + c, "body") for r in range(1, 8) for c in (0, 1)]
    view = view_of(Grid(8, 2, 1, 0, (Column("Depth", "integer"), Column("Flow", "integer")), tuple(cells)))
    for op in ("extreme", "kth", "find_row", "extreme_value"):
        for seed in range(10):
            rng = random.Random(seed)
            query = propose(view, rng, op)
            assert query is not None
            turn = word_query(view, query, evaluate(view, query), rng, "short")
            assert re.search(r"below the header|under the header", turn.question), turn


def test_a_name_that_ends_in_a_full_stop_does_not_double_it() -> None:
    cells = [Cell(0, c, 1, 1, t, t, "header") for c, t in enumerate(("Firm", "Flow"))]
    for r, name in enumerate(("Acme Corp.", "Bolt Ltd.", "Crane Inc."), 1):
        cells += [Cell(r, 0, 1, 1, name, name, "row_header"), Cell(r, 1, 1, 1, str(r), r, "body")]
    view = view_of(Grid(4, 2, 1, 1, (Column("Firm", "name"), Column("Flow", "integer")), tuple(cells)))
    for seed in range(60):
        rng = random.Random(seed)
        for op in ("lookup", "extreme", "compare"):
            query = propose(view, rng, op)
            if query is not None:
                turn = word_query(view, query, evaluate(view, query), rng, rng.choice(("short", "sentence", "steps")))
                assert ".." not in turn.question + turn.answer, turn


def test_the_same_seed_gives_the_same_words() -> None:
    assert [t for *_, t in _worded(range(5))] == [t for *_, t in _worded(range(5))]


def test_small_words() -> None:
    assert [ordinal(n) for n in (1, 2, 3, 11, 12, 13, 21, 22, 111)] == [
        "first", "second", "third", "eleventh", "twelfth", "13th", "21st", "22nd", "111th",
    ]  # fmt: skip
    assert enumeration(["a"]) == "a" and enumeration(["a", "b", "c"]) == "a, b and c"
    assert capital("the row") == "The row" and capital("iPhone sales") == "iPhone sales"


def test_rows_without_names_are_called_by_their_number_once() -> None:
    rows = [[i * 37 % 11, i * 53 % 29 + 0.5, i * 17 % 23] for i in range(9)]
    grid = grid_from_columns(["visits", "width", "depth"], ["integer", "number", "integer"], rows, random.Random(2))
    view, said = view_of(grid), []
    for op, style in itertools.product(("lookup_at_extreme", "extreme", "compare", "find_row"), ("sentence", "steps")):
        for seed in range(60):
            rng = random.Random(seed)
            if query := propose(view, rng, op):
                turn = word_query(view, query, evaluate(view, query), rng, style)
                said += [turn.question, turn.answer]
    assert len(said) > 300
    assert not [text for text in said if re.search(r"\brow (of |is |for )?(the )?row\b", text)]
