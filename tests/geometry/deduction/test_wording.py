"""Proofs in words, and tables that cannot be worded."""

from __future__ import annotations

import ast
import math
import re
from pathlib import Path

import pytest

from mmrecipes.geometry.deduction import Deduction, TableError, deduce, load_theorems, prove, say, tell, theorems
from mmrecipes.geometry.deduction.wording import tell_step
from mmrecipes.geometry.facts import KINDS, fact, parse_fact
from mmrecipes.geometry.numbers import Surd
from mmrecipes.geometry.substrates import lay_substrate
from mmrecipes_tests.geometry.deduction.figures import median_and_foot

GOOD = {
    "statement": '"x"',
    "given": '["triangle(A,B,C)"]',
    "then": '["ang(A,B,C) + ang(B,C,A) + ang(C,A,B) = 180"]',
    "wordings": '["{ABC}: {conclusion}", "{conclusion} in {ABC}", "so {conclusion}"]',
}


def table(tmp_path: Path, name: str = "mine", **changed: str) -> Path:
    file = tmp_path / f"{name}.toml"
    file.write_text("[t]\n" + "".join(f"{k} = {v}\n" for k, v in (GOOD | changed).items() if v))
    return file


def test_a_sound_table_loads(tmp_path: Path):
    assert list(load_theorems([table(tmp_path)])) == ["t"]


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("wordings", '["{ABC} {conclusion}", "{conclusion}"]', "3 different wordings"),
        ("wordings", '["{conclusion}", "{conclusion}", "{conclusion}"]', "3 different wordings"),
        ("wordings", '["{conclusion} a", "{conclusion} b", "no slot"]', "no slot {conclusion}"),
        ("wordings", '["{conclusion} a", "{conclusion} b", "{ABD} {conclusion}"]', "{ABD} names no variable"),
        ("wordings", '["{conclusion} a", "{conclusion} b", "{premises} {conclusion}"]', "{premises} names no variable"),
        ("statement", '""', "no statement"),
        ("given", "[]", "need a pattern"),
        ("given", '["triangle(A,B)"]', "does not take 2"),
        ("given", '["tringle(A,B,C)"]', "unknown relation 'tringle'"),
        ("given", '["triangle(a,b,c)"]', "capital letters"),
        ("given", '["ang(A,B,C) = 90", "triangle(A,B,C)"]', "first pattern"),
        ("then", '["len(A,D) = len(A,B)"]', "D is bound by no relation"),
        ("then", '["triangle(A,B,C)"]', "never concluded"),
        ("then", '["len(A,B) = ang(A,B,C)"]', "do not mix"),
        ("then", '["ang(A,B,C)^2 = 90"]', "must be linear"),
        ("then", '["len(A,B,C) = 3"]', "wrong number of points"),
        ("then", '["width(A,B) = 3"]', "unknown magnitude 'width'"),
        ("then", '["len(A,B) = len(B,C) = 3"]', "two sides"),
        ("then", '["len(A,B) = 1/(len(B,C) + 1)"]', "divisor"),
        ("then", '["len(A,B) = (len(B,C)"]', "not a pattern"),
        ("proof", '"none"', "unknown field 'proof'"),
    ],
)
def test_a_faulty_entry_is_named_with_its_fault(tmp_path: Path, field: str, value: str, message: str):
    with pytest.raises(TableError, match=r"mine.toml: t: .*" + re.escape(message)):
        load_theorems([table(tmp_path, **{field: value})])


def test_a_name_taken_twice_is_an_error(tmp_path: Path):
    with pytest.raises(TableError, match="taken in mine"):
        load_theorems([table(tmp_path), table(tmp_path, "other")])


def test_every_kind_of_fact_can_be_said():
    for kind, form in KINDS.items():
        names = "ABCDEFGHIJKL"[: form.arity[0]]
        for value in (
            (1, parse_fact("len(A,B)=3/2").value, parse_fact("len(A,B)=2+√3").value) if form.valued else (None,)
        ):
            text = say(fact(kind, *names, value=value))
            assert "{" not in text and "None" not in text and all(n in text for n in names)


def test_every_theorem_has_three_wordings_that_differ():
    for theorem in theorems().values():
        assert len(set(theorem.wordings)) >= 3
    everything = [w for t in theorems().values() for w in t.wordings]
    assert len(set(everything)) > 0.9 * len(everything)


def test_each_wording_of_each_step_is_filled_and_its_arithmetic_is_right(found: list[Deduction]):
    worked = 0
    trapezoid = lay_substrate("right_trapezoid", {"ab": Surd(9), "cd": Surd(5), "ad": Surd(3)})
    for d in (*found, deduce(trapezoid)):
        for n, known in enumerate(d.facts):
            for i in range(3) if known.status == "derived" else ():
                text = tell_step(d, n, lambda _, i=i: i)
                assert not re.search(r"[{}]|None", text), text
                assert text[0].isupper() or text[0] in "∠△" or text[:3] in ("cos", "sin", "tan"), text
                for sum_, value in re.findall(r"= ([\d√·/+\- ()²⁴°]+) = ([\d√/()+\-]+)", text):
                    worked += 1
                    assert math.isclose(number(sum_), number(value), rel_tol=1e-9), text
    assert worked > 200


def number(text: str) -> float:
    """Plain arithmetic as it is printed; a number and the root after it belong together."""
    text = text.replace("°", "").replace("²", "**2").replace("⁴", "**4").replace("·", "*").replace(" ", "")
    text = re.sub(r"(\d+)√(\d+)", r"(\1*√\2)", text)
    return value_of(ast.parse(re.sub(r"√(\d+)", r"(\1**0.5)", text), mode="eval").body)


def value_of(node: ast.expr) -> float:
    operations = {ast.Add: float.__add__, ast.Sub: float.__sub__, ast.Mult: float.__mul__, ast.Div: float.__truediv__,
                  ast.Pow: float.__pow__}  # fmt: skip
    match node:
        case ast.Constant(value=int() | float() as value):
            return float(value)
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -value_of(inner)
        case ast.BinOp(left=left, op=op, right=right):
            return operations[type(op)](value_of(left), value_of(right))
    raise ValueError(f"not plain arithmetic: {ast.unparse(node)}")


def test_the_example_is_told_step_by_step():
    d = deduce(median_and_foot())
    text = " ".join(tell(d, prove(d, parse_fact("len(D,E)=4")), lambda n: 0))
    assert text.endswith("so ED is half of CB: DE = 8/2 = 4.") or "DE = 8/2 = 4" in text
    text = tell(d, prove(d, parse_fact("len(A,B)=10")), lambda n: 0)
    assert text == ["By the Pythagorean theorem in right triangle ABC, AB² = 6² + 8², so AB = 10."]
