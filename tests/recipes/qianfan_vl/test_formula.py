"""The formula task end to end, its wording, and the spec's faults injected and caught."""

from __future__ import annotations

import functools
import json
import random
from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from mmrecipes.core.boxes import box_of
from mmrecipes.core.identity import canonical_json
from mmrecipes.core.sample import Sample, sample_to_json
from mmrecipes.flow.step import Drop, StepContext
from mmrecipes.recipes.qianfan_vl.formula import checks, task
from mmrecipes.recipes.qianfan_vl.formula.questions import PARTS, Question, questions
from mmrecipes.recipes.qianfan_vl.formula.wording import word_question
from mmrecipes.render.degradation import move_quads
from mmrecipes.render.formulas.draw import draw_formula
from mmrecipes.render.formulas.grammar import random_formula
from mmrecipes.render.formulas.layout import latex
from mmrecipes.render.formulas.looks import HANDWRITING, LOOKS, PRINTS
from mmrecipes.render.formulas.notation import layout_of
from mmrecipes.render.formulas.parse import canonical, parse
from mmrecipes.render.formulas.tree import (
    Node,
    add,
    const,
    eq,
    func,
    integral,
    large,
    mul,
    num,
    power,
    rel,
    var,
)

STEPS = ("content", "draw", "augment", "ask", "verify", "finish")


def through(index: int, until: str = "finish", skip: tuple[str, ...] = (), seed: int = 7) -> Sample | Drop:
    """The sample of this index after a step, or the drop."""
    sample = Sample(id=f"qianfan-vl/formula/{index:06d}", draft={"stratum": "formula", "index": index})
    for name in STEPS:
        if name in skip:
            continue
        run: Any = getattr(task, f"formula_{name}")
        result = run(sample) if name == "verify" else run(sample, StepContext(seed, sample.id, name))
        if isinstance(result, Drop):
            return result
        sample = result
        if name == until:
            break
    return sample


@functools.cache
def made(count: int = 20) -> tuple[Sample, ...]:
    return tuple(s for s in map(through, range(count)) if isinstance(s, Sample))


def drafted(kind: str) -> Sample:
    """A sample just before verification that would be kept."""
    for i in range(80):
        if task.turn_kind(i) == kind and isinstance(through(i, "verify"), Sample):
            sample = through(i, "ask")
            assert isinstance(sample, Sample)
            return sample
    raise AssertionError("none")


@pytest.mark.slow
def test_most_formulas_are_kept_in_every_look_and_say_what_they_are() -> None:
    assert len(made()) >= 0.75 * 20
    assert {s.meta["look"] for s in made()} == set(LOOKS)
    for s in made():
        assert s.task == "formula" and s.language == "en" and s.truth_source == "engine" and s.draft == {}
        assert 1 <= s.difficulty <= 10 and len(s.regions) == len(s.truth["tokens"])
        assert s.truth["image_size"] == list(s.images[0].size) == list(s.images[0].decode().shape[1::-1])
        assert canonical(s.truth["latex"]) == canonical(s.truth["surface"]) == s.truth["latex"]
        assert json.loads(canonical_json(sample_to_json(s)))["truth"]["kind"] == "formula"
        width, height = s.images[0].size
        for r in s.regions:
            x0, y0, x1, y1 = box_of(r.quad)
            assert x0 >= -2 and y0 >= -2 and x1 <= width + 2 and y1 <= height + 2


def test_the_same_seed_gives_the_same_bytes_and_another_seed_another_picture() -> None:
    for i in (1, 6):
        a, b, c = through(i), through(i), through(i, seed=8)
        assert isinstance(a, Sample) and isinstance(b, Sample)
        assert canonical_json(sample_to_json(a)) == canonical_json(sample_to_json(b))
        assert isinstance(c, Drop) or c.images[0].sha256 != a.images[0].sha256


@functools.cache
def worded(count: int = 500) -> tuple[Sample, ...]:
    found = (through(i, "ask", skip=("draw", "augment")) for i in range(count))
    return tuple(s for s in found if isinstance(s, Sample))


def test_no_template_makes_up_more_than_3_percent_and_questions_differ() -> None:
    said = [t for s in worded() for t in s.draft["exchange"].turns]
    assert Counter(t.template for t in said).most_common(1)[0][1] <= 0.03 * len(said)
    assert Counter(t.question for t in said).most_common(1)[0][1] <= 0.03 * len(said)
    assert not [t.question for t in said if "{" in t.question and "$" not in t.question]


def test_every_operation_is_asked() -> None:
    ops = Counter(q.op for s in worded() for q in s.draft["exchange"].asked)
    assert len(ops) >= 23 and len(PARTS & set(ops)) >= 10


def test_questions_are_found_again_by_a_scanner_that_knows_only_braces() -> None:
    checked = 0
    for i in range(250):
        f = random_formula(i, random.Random(i))
        for q in questions(f.node, f.layout):
            found = checks.looked_up(q, latex(f.layout))
            assert found is None or found == q.answer, (q, latex(f.layout))
            checked += found is not None
    assert checked > 700


def asked_of(tex: str, op: str, **args: Any) -> str:
    layout = parse(tex)
    node = random_formula(0, random.Random(0)).node
    return next(q.answer for q in questions(node, layout) if q.op == op and args.items() <= q.args.items())


def test_answers_worked_out_by_hand() -> None:
    tex = r"\sum_{k=1}^{n}\frac{\frac{a}{b}+x^{3}}{\sqrt[4]{c_{i}}}"
    assert asked_of(tex, "numerator", k=1) == r"\frac{a}{b}+x^{3}" and asked_of(tex, "denominator", k=2) == "b"
    assert asked_of(tex, "exponent", base="x") == "3" and asked_of(tex, "subscript", base="c") == "i"
    assert asked_of(tex, "lower") == "k=1" and asked_of(tex, "upper") == "n"
    assert asked_of(tex, "root order") == "4" and asked_of(tex, "count fractions") == "2"
    matrix = r"\begin{pmatrix}1&2&3\\4&5&6\end{pmatrix}"
    assert asked_of(matrix, "entry", row=2, column=3) == "6" and asked_of(matrix, "shape") == "2 × 3"


def test_an_ordinal_is_named_only_among_several() -> None:
    one = word_question(Question("numerator", "a", "math", {"k": 1, "of": 1}), random.Random(1)).question
    third = word_question(Question("numerator", "a", "math", {"k": 3, "of": 4}), random.Random(1)).question
    assert "first" not in one and "third fraction" in third


def answers(node: Node, op: str) -> list[str]:
    return [q.answer for q in questions(node, layout_of(node)) if q.op == op]


A, B, C, D, R, T, U, X = map(var, "ABCDRTUX")
DOTS = Node("dots", (), r"\cdots")


def test_terms_are_counted_as_they_are_printed() -> None:
    assert answers(eq(add(add(A, B), C), D), "terms") == ["3"]
    assert answers(eq(add(A, add(B, C)), D), "terms") == ["2"]
    assert answers(eq(add(A, DOTS, B), D), "terms") == answers(eq(add(Node("pm", (A, B), r"\pm"), C), D), "terms") == []
    assert answers(rel(r"\to", add(mul(num(2), Node("text", (), "H")), B), C), "terms") == []


def test_different_letters_are_counted_only_where_it_is_clear_what_a_letter_is() -> None:
    assert answers(eq(A, mul(num(2), const(r"\pi"), R)), "different letters") == ["3"]
    assert answers(eq(A, func(r"\sin", B)), "different letters") == []
    assert answers(eq(A, integral(B, X)), "different letters") == []
    assert answers(rel(r"\in", add(A, B), Node("set", (), r"\mathbb{R}")), "different letters") == []


def test_no_upper_index_and_no_order_of_a_derivative_is_called_an_exponent() -> None:
    assert answers(eq(power(X, num(3)), A), "exponent") == ["3"]
    assert answers(eq(Node("tensor", (T, A, B), "ud"), C), "exponent") == []
    assert answers(eq(Node("derivative", (U, X), "2"), C), "exponent") == []
    assert answers(eq(Node("partial", (U, X, X)), C), "exponent") == []


def test_the_order_of_a_derivative_is_asked_only_where_all_derivatives_are_written_out() -> None:
    first = Node("partial", (U, X))
    assert answers(eq(first, A), "derivative order") == ["1"]
    assert answers(eq(first, Node("nabla", (U,), "laplace")), "derivative order") == []
    assert answers(eq(first, Node("accent", (U,), r"\ddot")), "derivative order") == []


def test_bounds_are_asked_of_the_only_sign_of_its_kind() -> None:
    one = large(r"\sum", A, eq(B, num(1)), C)
    assert answers(eq(one, D), "lower") == ["B=1"]
    assert answers(eq(one, large(r"\sum", D)), "lower") == []


# --- faults


def reason(sample: Sample) -> str:
    result = task.formula_verify(sample)
    assert isinstance(result, Drop)
    return result.reason


def test_two_engines_that_disagree_drop_the_sample() -> None:
    sample = drafted("latex")
    other = r"x+y=z\le w"
    turns = (replace(sample.draft["exchange"].turns[0], answer=other),)
    said = replace(sample.draft["exchange"], turns=turns)
    assert reason(sample.drafting(latex=other, surface=other, exchange=said)) == "engines_disagree"


def test_one_symbol_that_the_engines_draw_differently_drops_the_sample() -> None:
    drawn = draw_formula(parse(r"x=\frac{-b\pm\sqrt{b^{2}-4ac}}{2a}"))
    assert checks.check_engines(drawn, r"x=\frac{-b\pm\sqrt{b^{2}-4ac}}{2a}") == 1.0
    with pytest.raises(checks.CheckError) as caught:
        checks.check_engines(drawn, r"x=\frac{-b\pm\sqrt{b^{2}-4bc}}{2a}")
    assert caught.value.reason == "engines_disagree"


def test_a_question_answered_wrongly_drops_the_sample() -> None:
    sample = drafted("part")
    said = sample.draft["exchange"]
    reply = replace(said.turns[0], answer="It is $q^{99}$.")
    assert reason(sample.drafting(exchange=replace(said, turns=(reply,)))) == "reply_differs"
    wrong = replace(said.asked[0], answer="q^{99}")
    assert reason(sample.drafting(exchange=replace(said, turns=(reply,), asked=(wrong,)))) == "answer_differs"


def test_a_target_that_is_not_canonical_or_not_the_reply_drops_the_sample() -> None:
    sample = drafted("latex")
    assert reason(sample.drafting(surface=sample.draft["latex"] + "+q")) == "target_differs"
    assert reason(sample.drafting(surface=r"\frac{")) == "target_unreadable"
    said = sample.draft["exchange"]
    turns = (replace(said.turns[0], answer=said.turns[0].answer + "+q"),)
    assert reason(sample.drafting(exchange=replace(said, turns=turns))) == "reply_differs"


def test_a_wrong_answer_drops_the_sample() -> None:
    with pytest.raises(checks.CheckError, match="is stored"):
        checks.check_question(Question("numerator", "b", "math", {"k": 1, "of": 1}), r"\frac{a}{b}")
    with pytest.raises(checks.CheckError, match="is stored"):
        checks.check_question(Question("lower", "n", "math", {"sign": "sum", "tex": r"\sum"}), r"\sum_{k=1}^{n}k")
    for kind, answer, reply in (
        ("math", "a^{2}", "It is $b$."),
        ("math", "2", "The entry in row 2, column 3 is $5$."),
        ("number", "2", "The number of lines is 12."),
        ("word", "sum", "The left side as a whole is a summary."),
    ):
        with pytest.raises(checks.CheckError, match="does not say"):
            checks.check_reply(Question("entry", answer, kind), reply)


def test_pixels_that_move_without_their_boxes_drop_the_sample() -> None:
    sample = drafted("latex")
    worn = sample.draft["worn"]
    assert reason(sample.drafting(worn=replace(worn, quads=worn.quads + 3.0))) == "quads_differ"


def test_a_faded_picture_drops_the_sample() -> None:
    sample = drafted("latex")
    worn = sample.draft["worn"]
    assert reason(sample.drafting(worn=replace(worn, pixels=np.full_like(worn.pixels, 250)))) == "low_contrast"


def test_a_script_too_small_to_read_drops_the_sample() -> None:
    sample = drafted("latex")
    looking, worn = sample.draft["looking"], sample.draft["worn"]
    tokens = looking.drawn.tokens
    small = replace(looking.drawn, tokens=(*tokens[:-1], replace(tokens[-1], x_height=6.0)))
    assert reason(sample.drafting(looking=replace(looking, drawn=small))) == "text_too_small"
    shrunk = ("perspective", {"h": np.diag([0.3, 0.3, 1.0]).ravel().tolist(), "size": [400, 200]})
    log = [*worn.log, shrunk]
    worn = replace(worn, log=log, quads=move_quads(looking.quads, log))
    assert reason(sample.drafting(worn=worn)) == "text_too_small"


def test_formulas_that_no_pen_can_write_get_a_printed_look() -> None:
    plain, blackboard = parse(r"x\in A"), parse(r"x\in\mathbb{Q}")
    assert Counter(task.look(i, plain) for i in range(40)) == dict.fromkeys(LOOKS, 10)
    assert {task.look(i, blackboard) for i in range(40)} == set(PRINTS)
    index = next(i for i in range(40) if task.look(i, plain) == HANDWRITING)
    sample = through(index, "content")
    assert isinstance(sample, Sample)
    sample = sample.drafting(formula=replace(sample.draft["formula"], layout=blackboard))
    drawn = task.formula_draw(sample, StepContext(7, sample.id, "draw"))
    assert isinstance(drawn, Sample) and drawn.draft["looking"].look in PRINTS
