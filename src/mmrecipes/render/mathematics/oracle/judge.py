"""The verdicts: which step is the first wrong one, whether an answer is right in the problem as posed.

Covered: `first_wrong`, `step_holds`, `check_claim`, `same_answer`, each by both methods. Not covered: whether a step is
a good idea.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable, Sequence

from mmrecipes.render.mathematics.oracle import numeric, statements, symbolic
from mmrecipes.render.mathematics.oracle.reading import OracleError, tree
from mmrecipes.render.mathematics.problem import Answer, Claim, Relation, Step

Method = Callable[[str, str], bool]
Measure = Callable[[str], float]

METHODS: dict[Relation, tuple[Method, Method]] = {
    "equal": (symbolic.equal, numeric.equal),
    "equivalent": (symbolic.equivalent, statements.equivalent),
    "rows": (symbolic.same_rows, statements.same_rows),
}


def first_wrong(steps: Sequence[Step]) -> int | None:
    """Index of the first step whose two sides do not agree by both methods, None when all do."""
    wrong = (i for i, s in enumerate(steps) if not step_holds(s.before, s.after, s.relation))
    return next(wrong, None)


@functools.lru_cache(maxsize=4096)
def step_holds(before: str, after: str, relation: Relation) -> bool:
    """Whether both methods call the two sides equal, equivalent or of the same row space.

    Raises `OracleError` where the methods disagree: then one of them is wrong.
    """
    first, second = (method(before, after) for method in METHODS[relation])
    if first != second:
        raise OracleError(f"the methods disagree about {before} -> {after}: {(first, second)}")
    return first


def check_claim(claim: Claim, answer: Answer, measures: Measure | None = None) -> None:
    """Raises `OracleError` unless the claim holds for the answer by both methods. `measures` maps a measuring
    expression to a float (the figure's)."""
    if claim.kind == "measured":
        _check_measured(claim, answer, measures)
    elif claim.kind == "solves":
        statement = _membership(answer.value, claim.unknown)
        if not step_holds(claim.text, statement, "equivalent"):
            raise OracleError(f"{answer.value} is not the set of solutions of {claim.text}")
    else:
        if claim.value and claim.value != answer.value:
            raise OracleError(f"the answer should be {claim.value!r}, not {answer.value!r}")
        for text in _substituted(claim.text, answer):
            left, right = text.split("==")
            if not step_holds(left.strip(), right.strip(), "equal"):
                raise OracleError(f"the answer {answer.value} does not fulfil {claim.text}")


def _check_measured(claim: Claim, answer: Answer, measures: Measure | None) -> None:
    if measures is None:
        raise OracleError(f"there is no figure in which to measure {claim.text}")
    expected = float(symbolic.expression(claim.value or answer.value))
    found = measures(claim.text)
    if abs(found - expected) > 1e-6 * max(1.0, abs(expected)):
        raise OracleError(f"{claim.text} measures {found} in the figure, not {expected}")


def _substituted(text: str, answer: Answer) -> list[str]:
    """The claim with the answer in place; once per element of a set."""
    node = tree(answer.value) if answer.kind != "word" else None
    if isinstance(node, ast.Set):
        return [text.replace("ANSWER", f"({ast.unparse(e)})") for e in node.elts]
    if isinstance(node, ast.Tuple):
        for i, e in enumerate(node.elts):
            text = text.replace(f"ANSWER_{i}", f"({ast.unparse(e)})")
    return [text.replace("ANSWER", f"({answer.value})")]


def _membership(value: str, unknown: str) -> str:
    """A set or interval as a statement about the unknown."""
    node = tree(value)
    if isinstance(node, ast.Set):
        return " or ".join(f"{unknown} == {ast.unparse(e)}" for e in node.elts)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Union":
        return " or ".join(_membership(ast.unparse(a), unknown) for a in node.args)
    if isinstance(node, ast.Call):
        low, high = (ast.unparse(a) for a in node.args[:2])
        opens = [bool(getattr(a, "value", False)) for a in node.args[2:4]] + [False] * (4 - len(node.args))
        parts = [f"{low} {'<' if opens[0] else '<='} {unknown}"] if low != "-oo" else []
        parts += [f"{unknown} {'<' if opens[1] else '<='} {high}"] if high != "oo" else []
        return " and ".join(parts) if len(parts) == 1 else f"({' and '.join(parts)})"
    return f"{unknown} == {value}"


def same_answer(a: Answer, b: Answer) -> bool:
    """Whether two answers mean the same: equal values, sets or regions; words letter by letter."""
    if "word" in (a.kind, b.kind):
        return a.value == b.value
    regions = [isinstance(tree(v.value), ast.Set) or v.kind == "interval" for v in (a, b)]
    if any(regions):
        return step_holds(_membership(a.value, "x"), _membership(b.value, "x"), "equivalent")
    return step_holds(a.value, b.value, "equal")
