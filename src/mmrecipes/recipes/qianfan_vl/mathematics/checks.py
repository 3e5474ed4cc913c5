"""What is verified about every mathematics sample, from the truth as it is stored.

Covered: every step and the answer by sympy and by numbers, the answer in the original problem, the figure's
measurements, the wrong step where one is shown, options that differ, the text of the sheet against the log of what was
printed, labels that do not collide, legibility. Not covered: OCR, model votes.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from mmrecipes.core.boxes import Box
from mmrecipes.recipes.qianfan_vl.checks import CheckError, check_legibility
from mmrecipes.render.degradation import Worn
from mmrecipes.render.formulas.layout import tokens as tokens_of
from mmrecipes.render.mathematics.figure import Figure
from mmrecipes.render.mathematics.figure_layout import segment_gap
from mmrecipes.render.mathematics.measure import measures_of
from mmrecipes.render.mathematics.oracle import OracleError, check_claim, first_wrong, same_answer
from mmrecipes.render.mathematics.problem import Answer, Claim, Step
from mmrecipes.render.mathematics.sheet import Drawn, Token


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
        _check_given(figure, answer)
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


def _check_given(figure: Figure, answer: Answer) -> None:
    """Labels are what the figure measures, and none of them prints the answer's measure."""
    measure = measures_of(figure)
    for text, value in figure.given.items():
        if abs(measure(text) - float(value)) > 1e-6 * max(1.0, abs(float(value))):
            raise CheckError("figure_differs", f"{text} measures {measure(text)}, not {value}")


def check_text(markdown: str, tokens: Sequence[Token]) -> int:
    """The words and formulas of the transcription are those that were printed, in this order; how many words."""
    tokens = [t for t in tokens if t.block != "figure"]
    printed = [t.text for t in tokens if t.role == "word"]
    pieces = re.split(r"\$\$?(.+?)\$\$?", re.sub(r"^\|(?: ---? ?-?\|| --- \||  \|)+$", "", markdown, flags=re.M))
    words = [w for p in pieces[::2] for w in p.replace("|", " ").split()]
    if words != printed:
        raise CheckError(
            "transcription_differs", f"{Counter(words) - Counter(printed)} {Counter(printed) - Counter(words)}"
        )
    formulas: dict[int, list[str]] = {}
    for t in tokens:
        if t.role == "token":
            formulas.setdefault(t.formula, []).append(t.text)
    written = ["".join(x for x in tokens_of(p) if x not in _STRUCTURE) for p in pieces[1::2]]
    if written != ["".join(f) for f in formulas.values()]:
        raise CheckError("formula_differs", f"{written} {[''.join(f) for f in formulas.values()]}")
    return len(words)


_STRUCTURE = frozenset({"{", "}", "_", "^", "&", r"\\", r"\left", r"\right", r"\end{cases}"})


def check_labels(drawn: Drawn) -> None:
    """Labels of a geometric figure neither meet one another nor its lines."""
    if drawn.figure is None:
        return
    layout, at = drawn.figure
    boxes = _label_boxes([t for t in drawn.tokens if t.block == "figure"])
    for i, a in enumerate(boxes):
        for b in boxes[i + 1 :]:
            if min(a[2], b[2]) > max(a[0], b[0]) and min(a[3], b[3]) > max(a[1], b[1]):
                raise CheckError("labels_collide", f"{a} and {b}")
    k = drawn.scale
    for stroke in layout.strokes:
        if stroke.faint or stroke.width < 1:
            continue
        points = [(at[0] + x * k, at[1] + y * k) for x, y in stroke.points]
        for box in boxes:
            if any(segment_gap(box, p, q) < 0 for p, q in itertools.pairwise(points)):
                raise CheckError("label_on_line", str(box))


def _label_boxes(tokens: Sequence[Token]) -> list[Box]:
    """A box per label: the tokens of one formula together."""
    found: dict[object, Box] = {}
    for i, t in enumerate(tokens):
        key: object = t.formula if t.formula >= 0 else f"word {i}"
        old = found.get(key, t.box)
        found[key] = (min(old[0], t.box[0]), min(old[1], t.box[1]), max(old[2], t.box[2]), max(old[3], t.box[3]))
    return list(found.values())


def letter_heights(drawn: Drawn) -> npt.NDArray[np.float64]:
    """x-height of every token: 0.43 of its smallest glyph's size."""
    sizes: dict[int, float] = {}
    for g in drawn.glyphs:
        sizes[g.id] = min(sizes.get(g.id, 1e9), g.size)
    return np.array([0.43 * sizes.get(t.id, 30.0) for t in drawn.tokens])


SMALLEST = 5.0
"""Pixels: least x-height of a token of mathematics, i.e. of indices and exponents; words need the 8 of all tasks."""


def check_letters(drawn: Drawn, worn: Worn, scale: npt.NDArray[np.float64]) -> tuple[float, float]:
    """Smallest x-height of a word and lowest contrast of anything with a letter or digit (bars and dots are
    thinner than a blur); raises `CheckError` below the limits."""
    heights = letter_heights(drawn) * scale
    count = len(drawn.tokens)
    words = np.array([t.role == "word" for t in drawn.tokens])
    if (heights < SMALLEST).any():
        raise CheckError("text_too_small", f"x-height {heights.min():.1f} px of a token")
    lettered = np.array([any(c.isalnum() for c in t.text) for t in drawn.tokens])
    return check_legibility(worn.pixels, worn.quads[:count][lettered], heights[words & lettered])


def check_reply(truth: Mapping[str, Any], kind: str, reply: str) -> None:
    """The reply says what the truth says: answer, letter, number of the wrong line, the text of the sheet."""
    said = {
        "answer": truth["answer_latex"], "solve": truth["answer_latex"], "transcribe": truth["markdown"],
        "choice": "ABCD"[truth.get("key", 0)], "error": str(truth["mistake"]["step"] + 1) if "mistake" in truth else "",
        "explain": "$$",
    }[kind]  # fmt: skip
    if said not in reply:
        raise CheckError("reply_differs", f"{reply[:80]!r} does not say {said!r}")
