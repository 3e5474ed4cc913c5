"""Scores of model output against hand-made replies."""

from __future__ import annotations

import pytest

from mmrecipes.recipes.thinkmorph.scoring import boxed_moves, option_letter, score_box, score_moves, walk_board

BOARD = ["SFH", "HFF", "FFG"]
WALLS = ["+-+-+", "|S| |", "+ + +", "|  G|", "+-+-+"]


@pytest.mark.parametrize(
    ("reply", "moves"),
    [
        (r"so \boxed{R,D,D,R}", "RDDR"), (r"\boxed{R, D, D, R}", "RDDR"), (r"\boxed{RDDR}", "RDDR"),
        (r"\boxed{U} no, \boxed{right, down}", "RD"), (r"\boxed{\text{D, R}}", "DR"), (r"\boxed{R→D}", "RD"),
        (r"\boxed{}", None), (r"\boxed{R,D", None), ("R,D,D,R", None), (r"\boxed{R,X}", None),
        (r"\boxed{R} then \boxed{D", None),
    ],
)  # fmt: skip
def test_moves_are_read_from_the_last_box_or_not_at_all(reply: str, moves: str | None) -> None:
    assert boxed_moves(reply) == (None if moves is None else list(moves))


@pytest.mark.parametrize(
    ("moves", "ended"),
    [("RDRD", "goal"), ("RDDR", "goal"), ("RR", "hole"), ("U", "edge"), ("RD", "short"), ("RDUDDR", "goal")],
)
def test_a_walk_ends_where_it_must(moves: str, ended: str) -> None:
    assert walk_board(BOARD, list(moves)).ended == ended
    assert score_moves(rf"\boxed{{{moves}}}", BOARD) == (ended == "goal")


def test_a_longer_way_fails_only_where_the_shortest_is_asked() -> None:
    assert score_moves(r"\boxed{RDUDDR}", BOARD) and not score_moves(r"\boxed{RDUDDR}", BOARD, shortest=4)


def test_walls_stop_a_walk() -> None:
    assert walk_board(WALLS, ["R"]).ended == "wall"
    assert walk_board(WALLS, ["D", "R"]).ended == "goal" and walk_board(WALLS, ["D", "R"]).cell == (1, 1)
    assert walk_board(WALLS, ["D", "D"]).ended == "edge"


@pytest.mark.parametrize(
    ("reply", "letter"),
    [("B", "B"), ("(c)", "C"), (r"It is \boxed{D}", "D"), ("<answer>A. red</answer>", "A"), ("The answer is (B).", "B"),
     ("A or B", None), ("(A) and (B)", None), ("A cat sits there", None), ("", None), (r"\boxed{E}", None)],
)  # fmt: skip
def test_an_option_is_read_only_where_one_is_named(reply: str, letter: str | None) -> None:
    assert option_letter(reply) == letter


def test_boxes_score_by_their_overlap() -> None:
    assert score_box((0, 0, 10, 10), (0, 0, 10, 9)) and not score_box((0, 0, 10, 10), (8, 8, 20, 20))
