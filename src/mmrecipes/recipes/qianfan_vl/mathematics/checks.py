"""What is verified about every mathematics sample beside its proof (see `proof`).

Covered: the text of the sheet against the log of what was printed, labels that do not collide, legibility, and that the
reply says what the stored truth says. Not covered: OCR, model votes.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from mmrecipes.core.boxes import Box, area, intersection, union
from mmrecipes.recipes.qianfan_vl.checks import CheckError, check_legibility
from mmrecipes.render.degradation import Worn
from mmrecipes.render.formulas.layout import tokens as tokens_of
from mmrecipes.render.mathematics.figure_layout import segment_gap
from mmrecipes.render.mathematics.notation import latex
from mmrecipes.render.mathematics.sheet import LETTERS, Drawn, Token


def check_text(markdown: str, tokens: Sequence[Token]) -> int:
    """The words and formulas of the transcription are those that were printed, in this order; how many words."""
    tokens = [t for t in tokens if t.block != "figure"]
    printed = [t.text for t in tokens if t.role == "word"]
    pieces = re.split(r"\$\$?(.+?)\$\$?", re.sub(r"^\|(?: --- \||  \|)+$", "", markdown, flags=re.M))
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
            if area(intersection(a, b)) > 0:
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
        found[key] = union(found.get(key, t.box), t.box)
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
    """The reply says what the truth says: the answer as the last thing, the letter, the number of the wrong line before
    any other number, the explained formula, the text of the sheet."""
    last = reply.rsplit("\n\n", 1)[-1]
    match kind:
        case "transcribe":
            said, right = truth["markdown"], reply == truth["markdown"]
        case "choice":
            said = LETTERS[truth["key"]]
            right = re.findall(rf"\b[{LETTERS}]\b", last) == [said]
        case "error":
            said = str(truth["mistake"]["step"] + 1)
            right = re.findall(r"\d+", reply)[:1] == [said]
        case "explain":
            said = latex(truth["steps"][truth["explained"]]["after"])
            right = last.endswith(f" {said}$$")
        case _:
            said = truth["answer_latex"]
            right = any(f == said or f.endswith(f"={said}") for f in last.split("$")[1::2])
            if truth["answer"]["kind"] == "word":
                right = said in last
    if not right:
        raise CheckError("reply_differs", f"{reply[:80]!r} does not say {said!r}")
