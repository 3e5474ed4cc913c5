"""The mathematics task end to end on real drawings, its wording, and faults injected and caught."""

from __future__ import annotations

import functools
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Any

import cv2
import numpy as np
import pytest

from mmrecipes.core.boxes import Box, box_of
from mmrecipes.core.identity import canonical_json, rng_from
from mmrecipes.core.sample import Sample, sample_to_json
from mmrecipes.flow.step import Drop, StepContext
from mmrecipes.recipes.qianfan_vl.checks import CheckError
from mmrecipes.recipes.qianfan_vl.mathematics import checks, task
from mmrecipes.recipes.qianfan_vl.mathematics.proof import _check_mistake, check_problem
from mmrecipes.recipes.qianfan_vl.mathematics.turns import CYCLE, plan, word
from mmrecipes.render.mathematics.figure import Figure
from mmrecipes.render.mathematics.oracle.judge import same_answer
from mmrecipes.render.mathematics.problem import Answer
from mmrecipes.render.mathematics.sheet import Drawn, Token, draw_sheet, markdown
from mmrecipes.render.mathematics.template import make
from mmrecipes.render.mathematics.templates import TEMPLATES, random_problem

STEPS: tuple[tuple[str, Callable[..., Any]], ...] = (
    ("content", task.mathematics_content), ("draw", task.mathematics_draw), ("augment", task.mathematics_augment),
    ("ask", task.mathematics_ask), ("verify", lambda sample, context: task.mathematics_verify(sample)),
    ("finish", task.mathematics_finish),
)  # fmt: skip


def through(index: int, until: str = "finish", seed: int = 7) -> Sample | Drop:
    sample = Sample(id=f"qianfan-vl/mathematics/{index:06d}", draft={"stratum": "mathematics", "index": index})
    for name, run in STEPS:
        result = run(sample, StepContext(seed, sample.id, name))
        if isinstance(result, Drop):
            return result
        sample = result
        if name == until:
            break
    return sample


@functools.cache
def made(count: int = 48) -> tuple[Sample, ...]:
    return tuple(s for s in (through(i) for i in range(count)) if isinstance(s, Sample))


@functools.cache
def asked(kind: str) -> Sample:
    """A sample of this turn kind just before verification, which it passes."""
    for i in range(120):
        sample = through(i, "ask")
        if isinstance(sample, Sample) and sample.draft["plan"].kind == kind and isinstance(verified(sample), Sample):
            return sample
    raise AssertionError(kind)


def test_most_problems_are_kept_and_all_turn_kinds_looks_and_bands_come() -> None:
    kept = made()
    assert len(kept) >= 0.85 * 48
    assert {s.meta["turn_kind"] for s in kept} == set(CYCLE)
    assert {s.meta["style"]["look"] for s in kept} == {"print", "photo", "hand"}
    assert {s.truth["band"] for s in kept} >= {"middle", "high", "university"}


def test_a_sample_says_what_it_is_and_can_be_stored() -> None:
    for s in made():
        assert s.task == "mathematics" and s.language == "en" and s.truth_source == "engine" and s.draft == {}
        assert s.difficulty == s.truth["level"] and 1 <= s.difficulty <= 10
        assert [m.role for m in s.messages] == ["user", "assistant"]
        assert s.truth["image_size"] == list(s.images[0].size)
        stored = json.loads(canonical_json(sample_to_json(s)))["truth"]
        assert check_problem(stored, _figure(stored))["steps"] >= 2


def _figure(truth: Mapping[str, Any]) -> Figure | None:
    """What is measured in a stored figure."""
    if "figure" not in truth:
        return None
    stored = truth["figure"]
    points = {n: (x, y) for n, (x, y) in stored["points"].items()}
    return Figure(points, circles=tuple((c, r) for c, r in stored["circles"]), given=stored["given"])


def test_regions_lie_in_the_picture_and_hold_ink() -> None:
    for s in made()[:20]:
        grey = cv2.cvtColor(np.asarray(s.images[0].decode()), cv2.COLOR_RGB2GRAY)
        width, height = s.images[0].size
        for r in s.regions:
            x0, y0, x1, y1 = box_of(r.quad)
            assert x0 >= -1 and y0 >= -1 and x1 <= width + 1 and y1 <= height + 1
            if r.label == "word" and any(c.isalnum() for c in r.text):
                patch = grey[max(0, int(y0) - 1) : int(y1) + 2, max(0, int(x0) - 1) : int(x1) + 2]
                assert int(patch.max()) - int(patch.min()) > 50, r.text


def test_keys_are_spread_and_options_differ() -> None:
    keys: Counter[int] = Counter()
    for i in range(0, 900):
        problem = random_problem(rng_from("k", i), i)
        p = plan(problem, i, rng_from("p", i))
        if p.kind != "choice" or len(p.options) != 4:
            continue
        keys[p.key] += 1
        if sum(keys.values()) <= 12:
            assert p.options[p.key] == problem.derivation.answer and p.mistakes[p.key] == ""
            assert not any(same_answer(a, b) for k, a in enumerate(p.options) for b in p.options[k + 1 :])
    assert set(keys) == {0, 1, 2, 3} and min(keys.values()) > 0.13 * sum(keys.values())


def test_the_same_seed_gives_the_same_bytes_and_another_seed_another_picture() -> None:
    for i in (0, 5, 11):
        a, b, c = through(i), through(i), through(i, seed=8)
        if isinstance(a, Drop) or isinstance(b, Drop):
            assert type(a) is type(b)
            continue
        assert canonical_json(sample_to_json(a)) == canonical_json(sample_to_json(b))
        assert isinstance(c, Drop) or c.images[0].sha256 != a.images[0].sha256


def test_no_frame_of_words_makes_up_more_than_3_percent() -> None:
    requests: Counter[str] = Counter()
    statements: Counter[str] = Counter()
    questions: Counter[str] = Counter()
    for i in range(1200):
        problem = random_problem(rng_from("w", i), i)
        p = plan(problem, i, rng_from("p", i))
        turn_ = word(problem, p, "text", "{}.", rng_from("t", i))
        requests[turn_.template] += 1
        statements[problem.wording] += 1
        questions[turn_.question] += 1
    for counted in (requests, statements, questions):
        assert max(counted.values()) <= 0.03 * 1200
    assert len(statements) > 500


def test_requests_and_replies_are_clean() -> None:
    for s in made():
        for m in s.messages:
            assert not {"{", "None"} & set(m.text.split()) and (m.role == "assistant" or "  " not in m.text)
            assert m.text.count("$") % 2 == 0


# --- faults


def verified(sample: Sample) -> Sample | Drop:
    return task.mathematics_verify(sample)


def reason(result: Sample | Drop) -> str:
    assert isinstance(result, Drop)
    return result.reason


def test_a_corrupted_answer_is_dropped() -> None:
    sample = asked("solve")
    problem = sample.draft["problem"]
    wrong = next(iter(problem.wrong.values())).answer
    broken = replace(problem, derivation=replace(problem.derivation, answer=wrong))
    assert reason(verified(sample.drafting(problem=broken))) == "answer_wrong"


def test_a_corrupted_step_is_dropped() -> None:
    sample = asked("solve")
    problem = sample.draft["problem"]
    wrong = next(iter(problem.wrong.values()))
    broken = replace(problem, derivation=replace(problem.derivation, steps=wrong.steps))
    assert reason(verified(sample.drafting(problem=broken))) == "step_wrong"


def test_a_mistake_said_to_be_elsewhere_is_dropped() -> None:
    sample = asked("error")
    moved = replace(sample.draft["plan"], wrong_step=sample.draft["plan"].wrong_step + 1)
    assert reason(verified(sample.drafting(plan=moved))) == "mistake_not_found"


def test_a_wrong_key_and_equal_options_are_dropped() -> None:
    sample = asked("choice")
    p = sample.draft["plan"]
    assert reason(verified(sample.drafting(plan=replace(p, key=(p.key + 1) % len(p.options))))) == "key_wrong"
    twice = tuple(p.options[p.key] if k == (p.key + 1) % len(p.options) else o for k, o in enumerate(p.options))
    assert reason(verified(sample.drafting(plan=replace(p, options=twice)))) == "options_alike"


@pytest.mark.parametrize(
    ("kind", "broken"),
    [
        ("answer", lambda reply: "fortunately"),
        ("answer", lambda reply: reply.replace("=", "=1").replace("$", "$1", 1)),
        ("solve", lambda reply: reply.rsplit("\n\n", 1)[0]),
        ("choice", lambda reply: re.sub(r"\b[A-D]\b", lambda m: "BCDA"["ABCD".index(m[0])], reply)),
        ("choice", lambda reply: f"{reply} Or A, B, C or D."),
        ("error", lambda reply: f"In 99 steps: {reply}"),
        ("explain", lambda reply: f"{reply.rsplit(' ', 1)[0]} 99999$$"),
        ("transcribe", lambda reply: f"Here it is: {reply}"),
    ],
)
def test_a_reply_that_does_not_say_what_is_true_is_dropped(kind: str, broken: Callable[[str], str]) -> None:
    sample = asked(kind)
    said = sample.draft["turn"]
    assert reason(verified(sample.drafting(turn=replace(said, answer=broken(said.answer))))) == "reply_differs"


def test_a_figure_that_gives_what_is_asked_for_or_another_measure_is_refused() -> None:
    problem = make(TEMPLATES["pythagoras"], 3, random.Random(1))
    figure = problem.figure
    assert figure is not None
    asked_ = next(c.text for c in problem.claims if c.kind == "measured" and not c.value)
    truth = json.loads(canonical_json({
        "steps": [asdict(s) for s in problem.derivation.steps], "answer": asdict(problem.derivation.answer),
        "claims": [asdict(c) for c in problem.claims],
    }))  # fmt: skip
    check_problem(truth, figure)
    one = next(iter(figure.given))
    for given, code in (({**figure.given, asked_: problem.derivation.answer.value}, "answer_printed"),
                        ({**figure.given, one: "1"}, "figure_differs")):  # fmt: skip
        with pytest.raises(CheckError) as caught:
            check_problem(truth, replace(figure, given=given))
        assert caught.value.reason == code


def test_one_changed_word_of_a_transcription_is_noticed() -> None:
    sample = asked("transcribe")
    text, drawn = markdown(sample.draft["sheet"], sample.draft["look"]), sample.draft["drawn"]
    assert checks.check_text(text, drawn.tokens) > 3
    word_ = next(t.text for t in drawn.tokens if t.role == "word" and len(t.text) > 2)
    for broken in (
        text.replace(word_, word_ + "s", 1),
        f"{text} more",
        text.replace("$", "$1", 1) if "$" in text else f"{text} x",
    ):
        try:
            checks.check_text(broken, drawn.tokens)
        except CheckError:
            continue
        raise AssertionError(broken)


def test_words_in_another_order_are_noticed() -> None:
    sample = asked("transcribe")
    text, tokens = markdown(sample.draft["sheet"], sample.draft["look"]), list(sample.draft["drawn"].tokens)
    words = [i for i, t in enumerate(tokens) if t.role == "word" and t.block != "figure"]
    first, second = next((i, j) for i in words for j in words if tokens[i].text != tokens[j].text)
    tokens[first], tokens[second] = tokens[second], tokens[first]
    with pytest.raises(CheckError) as caught:
        checks.check_text(text, tokens)
    assert caught.value.reason == "transcription_differs"


@functools.cache
def with_figure() -> Drawn:
    """The clean sheet of a triangle with its labels, which passes."""
    problem = make(TEMPLATES["pythagoras"], 3, random.Random(1))
    sheet = task._sheet(problem, plan(problem, 0, rng_from(1)), rng_from("s", 1))
    drawn = draw_sheet(sheet, task._look("print", rng_from("l", 1)))
    checks.check_labels(drawn)
    return drawn


def moved(drawn: Drawn, dx: float, dy: float, label: int) -> Drawn:
    """The sheet with one label of its figure elsewhere."""
    formulas = list(dict.fromkeys(t.formula for t in drawn.tokens if t.block == "figure"))

    def at(t: Token) -> Token:
        x0, y0, x1, y1 = t.box
        mine = t.block == "figure" and t.formula == formulas[label]
        return replace(t, box=(x0 + dx, y0 + dy, x1 + dx, y1 + dy)) if mine else t

    return replace(drawn, tokens=tuple(map(at, drawn.tokens)))


def label_boxes(drawn: Drawn) -> list[Box]:
    return checks._label_boxes([t for t in drawn.tokens if t.block == "figure"])


def test_a_label_on_another_label_is_noticed() -> None:
    drawn = with_figure()
    first, second, *_ = label_boxes(drawn)
    with pytest.raises(CheckError) as caught:
        checks.check_labels(moved(drawn, second[0] - first[0] + 1, second[1] - first[1] + 1, 0))
    assert caught.value.reason == "labels_collide"


def test_a_label_on_a_line_is_noticed() -> None:
    drawn = with_figure()
    assert drawn.figure is not None
    layout, (left, top, *_) = drawn.figure
    (x0, y0), (x1, y1), *_ = next(s.points for s in layout.strokes if s.width >= 1 and not s.faint)
    a0, b0, a1, b1 = label_boxes(drawn)[0]
    found = set()
    for share in (0.2, 0.3, 0.4, 0.6, 0.7, 0.8):
        x, y = (left + drawn.scale * (x0 + share * (x1 - x0)), top + drawn.scale * (y0 + share * (y1 - y0)))
        try:
            checks.check_labels(moved(drawn, x - (a0 + a1) / 2, y - (b0 + b1) / 2, 0))
        except CheckError as e:
            found.add(e.reason)
    assert "label_on_line" in found and len(found) <= 2


def test_an_exponent_too_small_to_read_drops_the_sample() -> None:
    sample = asked("solve")
    drawn = sample.draft["drawn"]
    index = next(t.id for t in drawn.tokens if t.role == "token")
    glyphs = tuple(replace(g, size=9.0) if g.id == index else g for g in drawn.glyphs)
    assert reason(verified(sample.drafting(drawn=replace(drawn, glyphs=glyphs)))) == "text_too_small"


def test_pixels_that_move_without_their_boxes_drop_the_sample() -> None:
    sample = asked("solve")
    worn = sample.draft["worn"]
    assert reason(verified(sample.drafting(worn=replace(worn, quads=worn.quads + 3.0)))) == "quads_differ"


def test_a_second_mistake_behind_the_first_drops_the_sample() -> None:
    for k in range(400):
        problem = random_problem(rng_from("second", k), k)
        for slip, wrong in problem.wrong.items():
            first = next(i for i, (a, b) in enumerate(zip(wrong.steps, problem.derivation.steps, strict=False))
                         if (a.before, a.after) != (b.before, b.after))  # fmt: skip
            if first + 1 < len(wrong.steps) and wrong.steps[-1].relation == "equal":
                steps = [asdict(s) for s in wrong.steps]
                truth = {"mistake": {"name": slip, "step": first, "steps": steps}}
                _check_mistake(truth)
                steps[-1]["after"] += " + 1"
                with pytest.raises(CheckError) as caught:
                    _check_mistake(truth)
                assert caught.value.reason == "second_mistake"
                return
    raise AssertionError("no such problem")


def test_figures_print_neither_the_answer_nor_labels_that_collide() -> None:
    seen = 0
    for i in range(400):
        problem = random_problem(rng_from("f", i), i)
        figure = problem.figure
        if figure is None or figure.kind != "geometry":
            continue
        seen += 1
        asked_ = [c.text for c in problem.claims if c.kind == "measured" and not c.value]
        assert not set(asked_) & set(figure.given), (problem.template, asked_)
        answer: Answer = problem.derivation.answer
        for (m, n), label in figure.lengths.items():
            if f"length({m}, {n})" in asked_ or f"length({n}, {m})" in asked_:
                assert label == "$x$" or answer.value not in label
        sheet, look = (
            task._sheet(problem, plan(problem, 0, rng_from(1)), rng_from("s", i)),
            task._look("print", rng_from("l", i)),
        )
        checks.check_labels(draw_sheet(sheet, look))
    assert seen >= 20
