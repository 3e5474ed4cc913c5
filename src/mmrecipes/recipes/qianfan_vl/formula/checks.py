"""What is verified about every formula sample, against the LaTeX string and the second engine.

Covered: the target reads back to itself; both engines drew the same; parts and counts are found again in the string by
a scanner that knows only braces; the reply says the answer; boxes lie where the log takes them and hold ink. Not
covered: OCR.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mmrecipes.recipes.qianfan_vl.checks import CheckError
from mmrecipes.recipes.qianfan_vl.formula.questions import Question
from mmrecipes.render.formulas.draw import DrawnFormula
from mmrecipes.render.formulas.match import similarity
from mmrecipes.render.formulas.parse import LatexError, canonical
from mmrecipes.render.formulas.second import SecondEngineError, first_symbols, second_symbols

MIN_AGREEMENT = 0.98
"""Spec: F1 between the engines."""


def check_target(tex: str, surface: str) -> None:
    """The canonical form and the other spelling both read back to the canonical form."""
    for spelling in (tex, surface):
        try:
            again = canonical(spelling)
        except LatexError as e:
            raise CheckError("target_unreadable", f"{spelling}: {e}") from e
        if again != tex:
            raise CheckError("target_differs", f"{spelling} reads back as {again}")


def check_engines(drawn: DrawnFormula, tex: str) -> float:
    """F1 of what both engines drew, at least 0.98."""
    try:
        second = second_symbols(tex, drawn.em)
    except SecondEngineError as e:
        raise CheckError("second_engine_failed", str(e)) from e
    found = similarity(first_symbols(drawn), second)
    if found < MIN_AGREEMENT:
        raise CheckError("engines_disagree", f"F1 {found:.3f}: {tex}")
    return found


def check_question(question: Question, tex: str) -> None:
    """Parts and counts, looked for again in the string."""
    expected = looked_up(question, tex)
    if expected is not None and expected != question.answer:
        raise CheckError("answer_differs", f"{question.op}: {question.answer!r} is stored, {expected!r} is in {tex}")


def looked_up(question: Question, tex: str) -> str | None:
    """The answer by brace scanning; None for operations that the string does not show."""
    op, args = question.op, question.args
    if op in ("numerator", "denominator"):
        return groups(tex, r"\frac", 2)[args["k"] - 1][op == "denominator"]
    if op == "radicand":
        return groups(tex, r"\sqrt", 1)[args["k"] - 1][0]
    if op in ("count fractions", "count roots", "count binomials"):
        command = {"count fractions": r"\frac", "count roots": r"\sqrt", "count binomials": r"\binom"}[op]
        return str(len(re.findall(re.escape(command) + r"(?![A-Za-z])", tex)))
    if op == "count symbol":
        shown = tex if args["symbol"].startswith("\\") else _without_commands(tex)
        return str(len(re.findall(_symbol_pattern(args["symbol"]), shown)))
    if op in ("left", "right"):
        at = _sign_at(tex, args["sign"])
        if at is None:
            return ""
        return tex[: at.start()] if op == "left" else tex[at.end() :].lstrip()
    if op in ("lower", "upper"):
        return bounds(tex, args["tex"]).get("_" if op == "lower" else "^", "")
    if op == "integration variable":
        return question.answer if f"d{question.answer}" in tex else ""
    return None


def groups(tex: str, command: str, count: int) -> list[list[str]]:
    """The brace groups after every occurrence of a command, in order; an optional [..] is skipped."""
    found: list[list[str]] = []
    for hit in re.finditer(re.escape(command) + r"(?![A-Za-z])", tex):
        at, taken = hit.end(), []
        if tex[at : at + 1] == "[":
            at = tex.index("]", at) + 1
        for _ in range(count):
            end = _closing(tex, at)
            taken.append(tex[at + 1 : end])
            at = end + 1
        found.append(taken)
    return found


def bounds(tex: str, command: str) -> dict[str, str]:
    """What stands below ("_") and above ("^") the first occurrence of a command that has either."""
    found: dict[str, str] = {}
    hit = re.search(re.escape(command) + r"(?=[_^]\{)", tex)
    at = hit.end() if hit else len(tex)
    while tex[at : at + 1] in ("_", "^"):
        end = _closing(tex, at + 1)
        found[tex[at]] = tex[at + 2 : end]
        at = end + 1
    return found


def _closing(tex: str, at: int) -> int:
    """The position of the brace that closes the one at `at`; escaped braces do not count."""
    depth = 0
    for m in re.finditer(r"\\.|[{}]", tex[at:]):
        depth += {"{": 1, "}": -1}.get(m[0], 0)
        if depth == 0:
            return at + m.start()
    raise CheckError("target_unreadable", f"braces of {tex} do not match")


def _symbol_pattern(symbol: str) -> str:
    if symbol.startswith("\\"):
        return re.escape(symbol) + r"(?![A-Za-z])"
    return rf"(?<!\\){re.escape(symbol)}"


def _without_commands(tex: str) -> str:
    """Without commands and their words, so that letters are letters."""
    return re.sub(
        r"\\(?:text|operatorname|mathbb|mathcal|mathbf|begin|end)\{[^}]*\}|\\[A-Za-z]+", " ", tex.replace(r"\\", " ")
    )


def _sign_at(tex: str, sign: str) -> re.Match[str] | None:
    """The first occurrence of a sign outside all brackets."""
    for hit in re.finditer(_symbol_pattern(sign), tex):
        before = tex[: hit.start()]
        if len(re.findall(r"[{(\[]|\\l(?:floor|ceil|angle)", before)) == len(
            re.findall(r"[})\]]|\\r(?:floor|ceil|angle)", before)
        ):
            return hit
    return None


def check_reply(question: Question, reply: str) -> None:
    """The reply says the answer: mathematics between dollars, numbers and words as a whole."""
    said = re.escape(question.answer)
    if not re.search(rf"\${said}\$" if question.kind == "math" else rf"(?<!\w){said}(?!\w)", reply):
        raise CheckError("reply_differs", f"{reply!r} does not say {question.answer!r}")


def check_written(reply: str, tex: str) -> None:
    """The reply of a LaTeX turn, out of its delimiters, is the verified target itself."""
    bare = re.sub(r"\A(?:```latex\n|\$\$|\\\[)|(?:\n```|\$\$|\\\])\Z", "", reply)
    if bare != tex:
        raise CheckError("reply_differs", "the reply is not the target that was verified")


def check_all(questions: Sequence[Question], replies: Sequence[str], tex: str) -> None:
    """Every question looked up again, every reply read."""
    for question, reply in zip(questions, replies, strict=True):
        check_question(question, tex)
        check_reply(question, reply)
