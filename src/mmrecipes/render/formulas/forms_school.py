"""Forms of the first band: equations, inequalities, functions, sums, sets, logic."""

from __future__ import annotations

from mmrecipes.render.formulas.form import LETTERS, NUMBER_SETS, Form, number_set, words
from mmrecipes.render.formulas.maker import Maker, statement
from mmrecipes.render.formulas.symbols import LIMITS, SYMBOLS, of_kind
from mmrecipes.render.formulas.tree import (
    Node,
    add,
    apply,
    beside,
    chain,
    const,
    eq,
    frac,
    func,
    large,
    minus,
    mul,
    neg,
    num,
    power,
    rel,
    sqrt,
    sub,
    var,
)

_ANYTHING = LETTERS | {r"\pi", r"\ell", "="}
_COMPARING = frozenset({"=", "<", ">", r"\le", r"\ge", r"\ne", r"\approx", r"\equiv", r"\sim", r"\simeq", r"\cong",
                        r"\propto", r"\ll", r"\gg"})  # fmt: skip
_SET_RELATIONS = frozenset({r"\subset", r"\subseteq", r"\supset", r"\supseteq"})


def _point(m: Maker) -> Node:
    a, b = m.rng.sample(list("ABCPQ"), 2)
    separator = m.pick([";", ","])
    inside = (
        Node("tuple", (m.atom(), m.atom()))
        if separator == ","
        else Node("paren", (Node("binary", (m.atom(), m.atom()), ";"),))
    )
    return eq(var(a), inside) if separator == "," else eq(beside("segment", var(a), var(b)), inside)


def _expression(m: Maker) -> Node:
    return m.expr()


def _equation(m: Maker) -> Node:
    return eq(m.expr(), m.expr())


def _comparison(m: Maker) -> Node:
    signs = [s for s in sorted(_COMPARING) if SYMBOLS[s].level <= m.level or s == m.wanted]
    return rel(m.pick(signs), m.expr(), m.expr())


def _linear(m: Maker) -> Node:
    x = m.letter()
    return eq(m.polynomial(x, 1), m.polynomial(x, 1) if m.rng.random() < 0.5 else m.number())


def _quadratic_formula(m: Maker) -> Node:
    x, a, b, c = m.letters(4)
    root = sqrt(minus(power(b, num(2)), mul(num(4), a, c)))
    return eq(x, frac(Node("pm", (neg(b), root), m.pick([r"\pm"])), mul(num(2), a)))


def _polynomial_equation(m: Maker) -> Node:
    return eq(m.polynomial(m.letter(), m.rng.randint(2, 4)), num(0))


def _definition(m: Maker) -> Node:
    x = m.letter()
    f = var(m.rng.choice("fghpqFGP"))
    return eq(apply(f, x), m.expr() if m.rng.random() < 0.6 else m.polynomial(x, m.rng.randint(2, 4)))


def _chain(m: Maker) -> Node:
    count = m.rng.choice((3, 3, 4))
    signs = m.rng.choice((("=",), ("=",), ("<", r"\le"), ("=", r"\approx"), ("=", r"\le")))
    return chain(tuple(m.expr() for _ in range(count)), tuple(m.rng.choice(signs) for _ in range(count - 1)))


def _double_inequality(m: Maker) -> Node:
    signs = tuple(m.pick(["<", r"\le"]) for _ in range(2))
    low, high = sorted(m.rng.sample(range(-20, 60), 2))
    return chain((num(low), m.letter(), num(high)), signs)


def _operation(m: Maker) -> Node:
    sign = m.pick(["+", "-", r"\pm", r"\mp", r"\cdot", r"\times", r"\div", "/"])
    a, b = m.expr(1), m.expr(1)
    if sign == "/":
        return eq(Node("slash", (m.letter(), m.letter())), m.expr(2))
    left = Node("pm", (a, b), sign) if sign in (r"\pm", r"\mp") else minus(a, b) if sign == "-" else (
        add(a, b) if sign == "+" else mul(a, b, sign=sign))  # fmt: skip
    return eq(left, m.expr(2))


def _proportion(m: Maker) -> Node:
    a, b, c, d = (m.letter() for _ in range(4))
    return eq(Node("binary", (a, b), m.pick([":"])), Node("binary", (c, d), ":"))


def _percent(m: Maker) -> Node:
    return eq(frac(m.expr(1), m.expr(1)), beside("percentage", m.number(), const(m.pick([r"\%"]))))


def _trigonometric(m: Maker) -> Node:
    angle = var(m.pick([r"\theta", r"\alpha", r"\phi", "x"]))
    names = [rf"\{n}" for n in ("sin", "cos", "tan", "cot", "sec", "csc")]
    return eq(add(power(func(m.pick(names), angle), num(2)), func(m.pick(names), angle)), m.expr(2))


def _function_value(m: Maker) -> Node:
    plain = [
        t
        for t, s in SYMBOLS.items()
        if s.kind == "function" and t not in LIMITS and (s.level <= m.level or t == m.wanted)
    ]
    return eq(m.applied(m.pick(plain), m.letter() if m.rng.random() < 0.5 else m.expr(1)), m.expr(2))


def _logarithm(m: Maker) -> Node:
    base, (x, y) = m.atom(), m.letters(2)
    return eq(func(r"\log", mul(x, y), base), add(func(r"\log", x, base), func(r"\log", y, base)))


def _geometry(m: Maker) -> Node:
    a, b, c, d = m.rng.sample(list("ABCDEFGHPQRS"), 4)
    sign = m.pick([r"\parallel", r"\perp", r"\cong", r"\sim"])
    return rel(sign, beside("segment", var(a), var(b)), beside("segment", var(c), var(d)))


def _angle(m: Maker) -> Node:
    a, b, c = m.rng.sample(list("ABCDEFPQRXYZ"), 3)
    angle = beside("angle", const(m.pick([r"\angle"])), var(a), var(b), var(c))
    return eq(angle, m.letter() if m.rng.random() < 0.5 else m.expr(1))


def _root_identity(m: Maker) -> Node:
    return eq(sqrt(m.expr(2), num(m.rng.randint(3, 7)) if m.rng.random() < 0.5 else None), m.expr(2))


def _arithmetic_series(m: Maker) -> Node:
    k = var(m.rng.choice("ikj"))
    return eq(large(m.pick([r"\sum"]), m.polynomial(k, m.rng.randint(1, 3)), eq(k, num(1)), var("n")), m.expr(2))


def _spelled_sum(m: Maker) -> Node:
    a = m.letter()
    dots = Node("dots", (), m.pick([r"\cdots"]))
    return eq(add(sub(a, num(1)), sub(a, num(2)), dots, sub(a, var("n"))), m.expr(2))


def _listing(m: Maker) -> Node:
    a = m.letter()
    dots = Node("dots", (), m.pick([r"\ldots"]))
    terms = (sub(a, num(1)), sub(a, num(2)), dots, sub(a, var("n")))
    return rel(r"\in", Node("tuple", terms), power(number_set(m), var("n")))


def _cases(m: Maker) -> Node:
    x = m.letter()
    bounds = sorted(m.rng.sample(range(-5, 10), 2))
    lines = [Node("case", (m.expr(2), rel(m.rng.choice(("<", r"\le")), x, num(bounds[0])))),
             Node("case", (m.expr(2), chain((num(bounds[0]), x, num(bounds[1])), (r"\le", "<")))),
             Node("case", (m.expr(1), words("otherwise")))]  # fmt: skip
    chosen = lines if m.rng.random() < 0.4 else [lines[0], lines[2]]
    return eq(apply(var(m.rng.choice("fghuH")), x), Node("cases", tuple(chosen)))


def _set_relation(m: Maker) -> Node:
    a, b, c = (var(x) for x in m.rng.sample(list("ABCSTUXY"), 3))
    joined = Node("binary", (a, b), m.pick([r"\cup", r"\cap", r"\setminus"]))
    return rel(m.pick(["=", r"\subset", r"\subseteq", r"\supset", r"\supseteq"]), joined, c)


def _membership(m: Maker) -> Node:
    if m.rng.random() < 0.4 and m.wanted not in of_kind("set"):
        ends = sorted(m.rng.sample(range(-9, 20), 2))
        where = Node("interval", (num(ends[0]), num(ends[1])), m.rng.choice(("[]", "()", "[)", "(]")))
    else:
        where = number_set(m)
    return rel(m.pick([r"\in", r"\notin"]), m.letter() if m.rng.random() < 0.6 else m.expr(1), where)


def _empty(m: Maker) -> Node:
    a, b = m.rng.sample(list("ABCEFS"), 2)
    return eq(Node("binary", (var(a), var(b)), r"\cap"), const(m.pick([r"\emptyset"])))


def _finite_set(m: Maker) -> Node:
    elements = tuple(num(v) for v in sorted(m.rng.sample(range(-9, 30), m.rng.randint(2, 5))))
    return eq(var(m.rng.choice("ABCST")), Node("setlist", elements))


def _logic(m: Maker) -> Node:
    p, q = (var(x) for x in m.rng.sample(list("pqrsPQ"), 2))
    left = Node(
        "binary",
        (p, Node("not", (q,)) if m.rng.random() < 0.5 or m.wanted == r"\neg" else q),
        m.pick([r"\land", r"\lor"]),
    )
    if m.wanted == r"\neg":
        m.wanted = ""
    return rel(m.pick([r"\Rightarrow", r"\Leftrightarrow"]), left, var(m.rng.choice("rst")))


def _implication(m: Maker) -> Node:
    return rel(m.pick([r"\Rightarrow", r"\Leftrightarrow"]), statement(m), statement(m))


def _choose(m: Maker) -> Node:
    n, k = m.letters(2)
    fact = lambda e: Node("factorial", (e,))  # noqa: E731 - local shorthand
    return eq(Node("binom", (n, k)), frac(fact(n), mul(fact(k), fact(minus(n, k)))))


def _absolute(m: Maker) -> Node:
    return rel(m.pick(["<", r"\le", ">", "="]), Node("abs", (m.expr(2),)), m.expr(1))


SCHOOL: tuple[Form, ...] = (
    Form("equation", 1, _equation, _ANYTHING),
    Form("comparison", 1, _comparison, _COMPARING | LETTERS),
    Form("expression", 1, _expression, LETTERS),
    Form("linear", 1, _linear, LETTERS),
    Form("quadratic formula", 1, _quadratic_formula, LETTERS | {r"\pm"}),
    Form("polynomial equation", 1, _polynomial_equation, LETTERS),
    Form("definition", 1, _definition, LETTERS),
    Form("chain", 1, _chain, LETTERS),
    Form("double inequality", 1, _double_inequality, LETTERS | {"<", r"\le"}),
    Form("operation", 1, _operation, frozenset({"+", "-", r"\pm", r"\mp", r"\cdot", r"\times", r"\div", "/"})),
    Form("proportion", 1, _proportion, frozenset({":"})),
    Form("percentage", 1, _percent, frozenset({r"\%"})),
    Form("trigonometric", 1, _trigonometric, frozenset({rf"\{n}" for n in ("sin", "cos", "tan", "cot", "sec", "csc")})),
    Form("function value", 1, _function_value, of_kind("function") - LIMITS),
    Form("logarithm", 1, _logarithm, frozenset({r"\log"})),
    Form("lines", 1, _geometry, frozenset({r"\parallel", r"\perp", r"\cong", r"\sim"})),
    Form("angle", 1, _angle, frozenset({r"\angle"})),
    Form("root", 1, _root_identity, LETTERS),
    Form("sum", 1, _arithmetic_series, frozenset({r"\sum"})),
    Form("spelled sum", 1, _spelled_sum, frozenset({r"\cdots"})),
    Form("listing", 1, _listing, frozenset({r"\ldots"})),
    Form("cases", 1, _cases, LETTERS),
    Form("set relation", 1, _set_relation, _SET_RELATIONS | {r"\cup", r"\cap", r"\setminus"}),
    Form("membership", 1, _membership, frozenset({r"\in", r"\notin", *NUMBER_SETS})),
    Form("empty set", 1, _empty, frozenset({r"\emptyset"})),
    Form("finite set", 1, _finite_set, frozenset({","})),
    Form("logic", 1, _logic, frozenset({r"\land", r"\lor", r"\neg", r"\Rightarrow", r"\Leftrightarrow"})),
    Form("implication", 1, _implication, frozenset({r"\Rightarrow", r"\Leftrightarrow"})),
    Form("combinations", 1, _choose, frozenset({"!"})),
    Form("absolute value", 1, _absolute, frozenset({"<", ">"})),
    Form("point", 1, _point, frozenset({";", ","})),
)
