"""The proof of a mathematics sample, from the truth as it is stored: the part of its verification that needs sympy.

Covered: every step and the answer by sympy and by numbers, the answer in the original problem, the figure's
measurements, the wrong step where one is shown, options that differ. Not covered: the picture and the words (see
`checks`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mmrecipes.recipes.qianfan_vl.checks import CheckError
from mmrecipes.render.mathematics.figure import Figure
from mmrecipes.render.mathematics.measure import measures_of
from mmrecipes.render.mathematics.oracle.judge import check_claim, first_wrong, same_answer
from mmrecipes.render.mathematics.oracle.reading import OracleError
from mmrecipes.render.mathematics.problem import Answer, Claim, Step


def check_problem(truth: Mapping[str, Any], figure: Figure | None) -> dict[str, Any]:
    """Steps, answer, options and the seeded mistake, from the stored truth; what was found."""
    answer = Answer(**truth["answer"])
    claims = [Claim(**c) for c in truth["claims"]]
    try:
        if (k := first_wrong(_steps(truth["steps"]))) is not None:
            raise CheckError("step_wrong", f"step {k + 1}: {truth['steps'][k]}")
        for claim in claims:
            check_claim(claim, answer, measures_of(figure) if figure else None)
        _check_options(truth, answer)
        _check_mistake(truth)
    except OracleError as e:
        raise CheckError("answer_wrong", str(e)) from e
    if figure:
        _check_given(figure, claims)
    return {"steps": len(truth["steps"]), "claims": len(claims), "methods": ["symbolic", "numeric"]}


def _steps(stored: Sequence[Mapping[str, Any]]) -> list[Step]:
    return [Step(**s) for s in stored]


def _check_options(truth: Mapping[str, Any], answer: Answer) -> None:
    options = [Answer(**o["answer"]) for o in truth.get("options", ())]
    if not options:
        return
    if not same_answer(options[truth["key"]], answer):
        raise CheckError("key_wrong", str(truth["key"]))
    for i, a in enumerate(options):
        for b in options[i + 1 :]:
            if same_answer(a, b):
                raise CheckError("options_alike", f"{a.value} and {b.value}")


def _check_mistake(truth: Mapping[str, Any]) -> None:
    """The oracle finds the seeded mistake at the index that is said, and no other behind it."""
    if "mistake" not in truth:
        return
    said, steps = truth["mistake"]["step"], _steps(truth["mistake"]["steps"])
    found = first_wrong(steps)
    if found != said:
        raise CheckError("mistake_not_found", f"said to be in step {said}, found in {found}")
    if (more := first_wrong(steps[said + 1 :])) is not None:
        raise CheckError("second_mistake", f"step {said + more + 1}")


def _check_given(figure: Figure, claims: Sequence[Claim]) -> None:
    """Labels are what the figure measures, and none of them gives what is asked for."""
    measure = measures_of(figure)
    for text, value in figure.given.items():
        if abs(measure(text) - float(value)) > 1e-6 * max(1.0, abs(float(value))):
            raise CheckError("figure_differs", f"{text} measures {measure(text)}, not {value}")
    asked = {c.text for c in claims if c.kind == "measured" and not c.value}
    if printed := asked & set(figure.given):
        raise CheckError("answer_printed", f"the figure gives {', '.join(sorted(printed))}")
