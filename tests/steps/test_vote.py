"""Claims about ballots, decisions and answers by type, without a model."""

from __future__ import annotations

import itertools
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmrecipes.models.call import Choice, Malformed, Reply, Usage
from mmrecipes.steps.agreement import AnswerType, Expected, agrees
from mmrecipes.steps.vote import answers, decision

BALLOT = (True, False, None)


def reply(text: str) -> Reply:
    return Reply((Choice(text),), "m", Usage(1, 1))


@pytest.mark.parametrize("votes", list(itertools.product(BALLOT, repeat=3)))
def test_two_of_three_decide_and_an_abstention_is_no_agreement(votes: tuple[bool | None, ...]) -> None:
    outcome, final = decision([[v] for v in votes], 2)
    yes, no = sum(v is True for v in votes), sum(v is False for v in votes)
    assert final and outcome == ("agreed" if yes >= 2 else "disagreed" if yes + no >= 2 else "undecided")


@given(st.lists(st.lists(st.sampled_from(BALLOT), min_size=2, max_size=2), min_size=3, max_size=5), st.integers(1, 3))
def test_stopping_early_never_changes_whether_a_sample_is_kept_or_why_not(
    ballots: list[list[bool | None]], quorum: int
) -> None:
    whole = decision(ballots, quorum)[0]
    for asked in range(1, len(ballots)):
        outcome, final = decision(ballots[:asked], quorum, len(ballots) - asked)
        assert not final or outcome == whole


def test_one_bad_question_spoils_a_conversation() -> None:
    assert decision([[True, False], [True, False]], 2) == ("disagreed", True)
    assert decision([[True, None], [True, None]], 2, left=1) == ("undecided", False)


def test_answers_stand_behind_the_last_tag_of_each_number_over_as_many_lines_as_they_need() -> None:
    text = "ANSWER 1: draft\nmore thinking\nANSWER 1: ```html\n<table>\n</table>\n```\n**ANSWER 2:** unknown.\n"
    assert answers(reply(text), 3) == ["<table>\n</table>", None, None]
    assert answers(reply("<think>ANSWER 1: 3\nANSWER 2: 5</think>\nANSWER 1: 4"), 2) == ["4", None]


def test_a_reply_without_an_answer_line_is_no_answer() -> None:
    with pytest.raises(Malformed, match="no_answer_line"):
        answers(reply("The answer is 4."), 1)


TABLE = "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>4</td></tr></table>"
LATEX = "\\begin{tabular}{ll}\na & b \\\\\nc & 4 \\\\\n\\end{tabular}"


@pytest.mark.parametrize(
    ("kind", "about", "right", "wrong", "unreadable"),
    [
        ("number", {"text": "1,234", "value": 1234.0}, "1234 kg", "1,235", "I cannot tell."),
        ("number", {"text": "12", "value": 12.0, "tolerance": 0.5}, "about 12.4", "12.6", ""),
        ("number", {"text": "1,200,000", "value": 1.2e6}, "1.2 million", "1.3 million", ""),
        ("number", {"text": "-3", "value": -3.0}, "−3", "3", ""),
        ("value", {"text": "Pump V-312"}, "pump V‑312", "Pump V-313", ""),
        ("value", {"text": "yes"}, "Yes.", "No", ""),
        ("set", {"text": "", "items": ("A, x", "b")}, "b and a, X", "b, A, x and d", ""),
        ("set", {"text": "", "items": ("north", "northeast")}, "northeast; north", "northeast", ""),
        ("html", {"text": TABLE}, TABLE, "<table><tr><td>a</td></tr></table>", "no table"),
        ("latex_table", {"text": LATEX}, LATEX, LATEX.replace("c & 4", "d & 5"), "no table"),
        ("tokens", {"text": '["<tr>", "<td>"]'}, '["<tr>","<td>"]', '["<td>"]', "<tr>"),
        ("data", {"text": "|a|1.0|b|2.0|", "tolerance": 0.1}, "a: 1.05, b: 2", "a: 1.3, b: 2", "?"),
        ("data", {"text": "a 1 " * 30, "exact": True}, "a, 1; " * 30, "a 1 " * 29 + "a 2", "?"),
        ("data", {"text": "a 1 " * 30}, "a 1 " * 29 + "a 2", "a 1 " * 26, "?"),
        ("transcription", {"text": "Dear Sir or Madam, thank you"}, "dear Sir or Madam,  thank you", "Dear Sir", ""),
        (
            "transcription",
            {"text": '[{"text": "Dear Sir", "box": [1, 2]}]'},
            '[{"box": [9, 9], "text": "Dear Sir"}]',
            '[{"text": "Dear Madam"}]',
            "Dear Sir",
        ),
        (
            "transcription",
            {"text": "Ferry quay 9, gates open"},
            "The sign reads:\nFerry quay 9,\ngates open",
            "The sign reads:\nFerry quay",
            "",
        ),
        ("latex", {"text": r"\frac{1}{x}\le 2"}, r"$\dfrac1x \leq 2$", r"\frac{1}{y}\leq 2", r"\frac{1"),
        ("latex", {"text": "x^{2}"}, r"Above the bar of $\frac{x^2}{y}$ stands $x^2$.", "$y$", "a square"),
        ("expression", {"text": "$x = 2\\sqrt{3}$"}, r"$2\sqrt 3$", "", r"\sqrt{12}"),
        ("expression", {"text": r"$(1, -2)$"}, r"(1,-2)", "(1, 2)", "one and minus two"),
        (
            "expression",
            {"text": r"$\{-1, 2\}$", "items": ("$-1$", "$2$")},
            "$x = 2$ or $x = -1$",
            "x = 2 or x = 1",
            "none",
        ),
        ("number", {"text": r"$x = \frac{3}{4}$", "value": 0.75}, "x = 3/4", "4/3", ""),
        ("choice", {"text": "B", "items": ("$4$", "$5$", "$6$")}, "(B) 5", "C", "B or C"),
        ("line", {"text": "3"}, "Step 3: it should read $x = 12$", "line 4", "the last one"),
        ("box", {"text": "[10, 20, 110, 60]"}, "“Exit 12” is at [14, 22, 108, 63]", "[110, 20, 210, 60]", "[10, 20]"),
        ("fields", {"text": '{"Name": "Ann Lee", "Born": ""}'}, "- name: Ann Lee\n- born:", '{"Name": "Ann Lee"}', "?"),
        ("fields", {"text": '{"Paid": "12 March 2024"}'}, '{"paid:": "2024-03-12"}', '{"Paid": "13 March 2024"}', "?"),
        (
            "roles",
            {"text": "$k$: index of summation\n$n$: bound"},
            "$n$ is the upper bound\n$k$: summation index",
            "$k$: summation index",
            "$k$: counter\n$n$: bound",
        ),
        ("value", {"text": ""}, '""', "Ann", ""),
        ("value", {"text": "Ann"}, "the name given is Ann.", '""', "Ann is the author and Lee the editor"),
        ("free", {"text": "It is a sum."}, "", "", "It is a sum."),
    ],
)
def test_answers_are_compared_by_their_type(
    kind: AnswerType, about: dict[str, object], right: str, wrong: str, unreadable: str
) -> None:
    expected = Expected(kind, "What?", **about)  # type: ignore[arg-type]
    assert agrees(expected, unreadable) is None
    assert agrees(expected, right) is (True if right else None) and agrees(expected, wrong) is (
        False if wrong else None
    )


@pytest.mark.parametrize("kind", get_args(AnswerType))
@given(said=st.text(alphabet=st.sampled_from("$\\{}[]()<>&^_=:;,.|`'\"-+ \n09ax!€²ß中"), max_size=60))
def test_anything_may_be_said_and_is_judged(kind: AnswerType, said: str) -> None:
    texts = {"html": TABLE, "latex_table": LATEX, "tokens": '["<td>"]', "line": "3", "box": "[1, 2, 3, 4]",
             "fields": '{"a": "b"}', "roles": "$x$: variable", "latex": "x", "expression": "$x$"}  # fmt: skip
    assert agrees(Expected(kind, "What?", texts.get(kind, "a"), 1.0, items=("a",)), said) in (True, False, None)


@pytest.mark.parametrize(
    ("kind", "known", "said"),
    [
        ("html", TABLE, '<table><tr><td colspan="9999999999">a</td></tr></table>'),
        ("html", TABLE, '<table><tr><td rowspan="two">a</td></tr></table>'),
        ("html", TABLE, "<![two a]><table></table>"),
        ("latex_table", LATEX, "\\begin{tabular}{l}\n\\multicolumn{999999999}{l}{a} \\\\\n\\end{tabular}"),
        ("latex", "x", "{" * 5000 + "x" + "}" * 5000),
        ("tokens", '["a"]', "[" * 100_000),
        ("transcription", '["a"]', "[" * 100_000),
    ],
)
def test_what_cannot_be_read_or_would_take_for_ever_is_an_abstention(kind: AnswerType, known: str, said: str) -> None:
    assert agrees(Expected(kind, "What?", known), said) is None
