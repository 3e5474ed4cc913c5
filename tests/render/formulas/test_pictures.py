"""Claims about drawn formulas: token boxes, the agreement of two engines, looks and handwriting."""

from __future__ import annotations

import random

import numpy as np
import pytest

from mmrecipes.core.boxes import quad_of
from mmrecipes.core.errors import FontError
from mmrecipes.render.formulas.alphabet import character
from mmrecipes.render.formulas.draw import DrawnFormula, draw_formula
from mmrecipes.render.formulas.grammar import random_formula
from mmrecipes.render.formulas.hand import can_write, carried
from mmrecipes.render.formulas.layout import Sym, latex
from mmrecipes.render.formulas.looks import HANDWRITING, LOOKS, PRINTS, dress
from mmrecipes.render.formulas.match import similarity
from mmrecipes.render.formulas.parse import parse
from mmrecipes.render.formulas.second import (
    SecondEngineError,
    SymbolBox,
    first_symbols,
    rows_measured_where_needed,
    second_symbols,
)
from mmrecipes.render.formulas.strokes import strokes
from mmrecipes.render.formulas.symbols import SYMBOLS

QUADRATIC = r"x=\frac{-b\pm\sqrt{b^{2}-4ac}}{2a}"
TALL = r"A=\begin{pmatrix}a&b\\c&d\\e&f\\g&h\\i&j\end{pmatrix}"


def ink_left(drawn: DrawnFormula) -> float:
    """The share of ink outside all token boxes (one pixel around each is inside)."""
    ink = drawn.pixels.min(axis=2) < 128
    outside = ink.copy()
    for t in drawn.tokens:
        x0, y0, x1, y1 = t.box
        outside[max(0, int(y0) - 1) : int(y1) + 2, max(0, int(x0) - 1) : int(x1) + 2] = False
    return float(outside.sum() / ink.sum())


@pytest.mark.parametrize(
    "tex", [QUADRATIC, TALL, r"\sqrt[3]{\frac{\frac{1}{2}}{\frac{3}{4}}}", r"\overline{z}\hat{x}\binom{n}{k}"]
)
def test_token_boxes_hold_all_ink_and_each_holds_some(tex: str) -> None:
    drawn = draw_formula(parse(tex))
    assert ink_left(drawn) < 0.01
    for t in drawn.tokens:
        x0, y0, x1, y1 = t.box
        assert (drawn.pixels[int(y0) : int(y1) + 2, int(x0) : int(x1) + 2].min(axis=2) < 160).any(), t


def test_boxes_hold_the_ink_of_random_formulas() -> None:
    for i in range(25):
        assert ink_left(draw_formula(random_formula(i, random.Random(i)).layout)) < 0.01


@pytest.mark.slow
def test_two_engines_agree_on_nearly_all_formulas() -> None:
    agree = []
    for i in range(30):
        layout = random_formula(i, random.Random(i)).layout
        try:
            second = second_symbols(latex(layout))
        except SecondEngineError:
            second = []
        agree.append(similarity(first_symbols(draw_formula(layout)), second) >= 0.98)
    assert sum(agree) >= 27


WRONG = [
    (QUADRATIC, QUADRATIC.replace("4ac", "4bc")), (QUADRATIC, QUADRATIC.replace(r"\pm", "+")),
    (QUADRATIC, r"x=\frac{2a}{-b\pm\sqrt{b^{2}-4ac}}"), ("a+b=c", "a+b"), (r"\int_{0}^{1}xdx", r"\int_{1}^{0}xdx"),
    (r"x^{2}+y^{2}+z^{2}=r^{2}", r"x^{2}+y^{2}+z^{3}=r^{2}"),
    (r"x\in\mathbb{Q}", r"x\in\mathbf{Q}"), (r"\mathbf{u}+v=0", "u+v=0"), (r"\mathcal{L}f=g", "Lf=g"),
    (r"\ell+1", "l+1"),
]  # fmt: skip


@pytest.mark.parametrize(("drawn", "said"), WRONG)
def test_another_formula_than_the_one_drawn_is_noticed(drawn: str, said: str) -> None:
    symbols = first_symbols(draw_formula(parse(drawn)))
    assert similarity(symbols, second_symbols(drawn)) == 1.0
    assert similarity(symbols, second_symbols(said)) < 0.98


def test_similarity_of_shifted_scaled_and_missing_symbols() -> None:
    left = [SymbolBox(c, (30.0 * i, 0.0, 30.0 * i + 20, 25.0)) for i, c in enumerate("abcdefgh")]
    moved = [SymbolBox(s.char, (7 + 1.4 * s.box[0], 9.0, 7 + 1.4 * s.box[2], 44.0)) for s in left]
    assert similarity(left, moved) == 1.0
    assert similarity(left, moved[:-2]) == pytest.approx(2 * 6 / 14)
    assert similarity(left, [SymbolBox("z", s.box) for s in left]) == 0.0
    assert similarity([], []) == 1.0 and similarity(left, []) == 0.0


def test_what_the_second_engine_cannot_set_is_said() -> None:
    with pytest.raises(SecondEngineError):
        second_symbols(r"\begin{pmatrix}1\end{pmatrix}^{-1}")


def test_rows_measured_where_needed_are_drawn_as_the_second_engine_draws_them(monkeypatch: pytest.MonkeyPatch) -> None:
    from ziamath.nodes import mnode, mrow

    made = [QUADRATIC, TALL, *(latex(random_formula(i, random.Random(i)).layout) for i in range(60))]
    registered: dict[str, type] = mnode._node_classes  # pyright: ignore[reportPrivateUsage]
    quick = [second_symbols(tex) for tex in made]
    assert registered["mrow"] is rows_measured_where_needed()
    monkeypatch.setitem(registered, "mrow", mrow.Mrow)
    assert quick == [second_symbols(tex) for tex in made]


@pytest.mark.parametrize("look", LOOKS)
def test_in_every_look_quads_hold_the_ink(look: str) -> None:
    held = total = 0
    layouts = [random_formula(7 * i, random.Random(i)).layout for i in range(9)]
    for i, layout in enumerate([x for x in layouts if can_write(x)][:6]):
        made = dress(layout, look, random.Random(i))
        grey = made.pixels.astype(np.int16).mean(axis=2)
        ink = np.abs(grey - np.median(grey)) > 70
        inside = np.zeros_like(ink)
        for q in made.quads:
            (x0, y0), (x1, y1) = q.min(axis=0) - 1.5, q.max(axis=0) + 1.5
            inside[max(0, int(y0)) : int(np.ceil(y1)), max(0, int(x0)) : int(np.ceil(x1))] = True
        held, total = held + (ink & inside).sum(), total + ink.sum()
    assert total > 500 and held / total >= 0.95


def test_handwriting_differs_with_the_seed_and_repeats_with_it() -> None:
    layout = parse(QUADRATIC)
    a, b, c = (dress(layout, "handwriting", random.Random(s)) for s in (1, 1, 2))
    assert np.array_equal(a.pixels, b.pixels) and np.array_equal(a.quads, b.quads)
    assert a.pixels.shape != c.pixels.shape or not np.array_equal(a.pixels, c.pixels)


def test_points_go_where_the_field_takes_the_ink() -> None:
    field = np.zeros((60, 80, 2), np.float32)
    field[:, :, 0], field[:, :, 1] = -5, 3
    moved = carried(np.array([quad_of((20, 20, 30, 30))], np.float64), field)
    assert np.allclose(moved, [quad_of((25, 17, 35, 27))], atol=0.01)


def test_no_two_symbols_that_a_pen_writes_are_written_alike() -> None:
    written: dict[object, list[str]] = {}
    for tex, symbol in SYMBOLS.items():
        if can_write(Sym(tex)) and len(symbol.char) == 1:
            char = character(symbol.char)
            written.setdefault(strokes(char) or char, []).append(tex)
    alike = {tuple(sorted(group)) for group in written.values() if len(group) > 1}
    larger_or_lower = {(r"\bigcup", r"\cup"), (r"\bigcap", r"\cap"), (r"\bigoplus", r"\oplus"), (r"\cdots", r"\ldots")}
    assert alike == larger_or_lower


@pytest.mark.parametrize("tex", [r"x\in\mathbb{Q}", r"\mathbf{u}=0", r"\mathcal{L}f"])
def test_a_letter_that_no_hand_writes_is_refused_not_written_as_another(tex: str) -> None:
    assert not can_write(parse(tex))
    with pytest.raises(FontError):
        dress(parse(tex), HANDWRITING, random.Random(1))


@pytest.mark.parametrize("look", PRINTS)
def test_the_smallest_script_is_high_enough_to_read(look: str) -> None:
    for seed in range(5):
        made = dress(parse("e^{x^{x}}"), look, random.Random(seed))
        high, low = (np.ptp(q[:, 1]) for q in made.quads[1:])
        assert high > low >= 8
