"""Forms of the second band: calculus, linear algebra, probability, quantifiers, mappings, aligned lines."""

from __future__ import annotations

import string

from mmrecipes.render.formulas.form import LETTERS, NUMBER_SETS, Form, number_set, words
from mmrecipes.render.formulas.maker import Maker, statement
from mmrecipes.render.formulas.symbols import ACCENTS, SYMBOLS, of_kind
from mmrecipes.render.formulas.tree import (
    Node,
    add,
    apply,
    chain,
    const,
    eq,
    frac,
    func,
    integral,
    large,
    matrix,
    minus,
    mul,
    num,
    power,
    rel,
    sub,
    var,
)


def _rounding(m: Maker) -> Node:
    a = Node("floor", (m.expr(2),))
    return chain((a, m.letter(), Node("ceil", (m.expr(1),))), (r"\le", "<"))


def _limit(m: Maker) -> Node:
    x = m.letter()
    to = const(m.pick([r"\infty"])) if m.rng.random() < 0.4 or m.wanted == r"\infty" else num(m.rng.randint(0, 3))
    name = m.pick([r"\lim"])
    return eq(Node("extremum", (rel(m.pick([r"\to"]), x, to), frac(m.expr(1), m.expr(1))), name), m.expr(1))


def _optimum(m: Maker) -> Node:
    x = m.letter()
    name = m.pick([r"\max", r"\min", r"\sup", r"\inf"])
    return rel(
        m.rng.choice(("=", r"\le")),
        Node("extremum", (rel(r"\in", x, var(m.rng.choice("ASKD"))), apply(var("f"), x)), name),
        m.expr(1),
    )


def _derivative_quotient(m: Maker) -> Node:
    f, x, h = var(m.rng.choice("fgu")), m.letter(), var("h")
    quotient = frac(minus(apply(f, add(x, h)), apply(f, x)), h)
    m.pick([r"\prime"])
    return eq(Node("prime", (f, x), "1"), Node("extremum", (rel(r"\to", h, num(0)), quotient), r"\lim"))


def _differential_equation(m: Maker) -> Node:
    y, t = var(m.rng.choice("yuxq")), var(m.rng.choice("ts"))
    if m.rng.random() < 0.4 or m.wanted in (r"\dot", r"\ddot"):
        first = Node("accent", (y,), m.pick([r"\ddot", r"\dot"]))
        return eq(add(mul(m.letter(), first), mul(m.letter(), y)), m.expr(1))
    order = str(m.rng.randint(1, 3))
    return eq(add(Node("derivative", (y, t), order), mul(m.letter(), y)), m.expr(1))


def _area(m: Maker) -> Node:
    x = m.letter()
    name = m.pick([r"\int"])
    bounds = (m.atom(), const(r"\infty") if m.rng.random() < 0.3 else m.atom())
    return eq(integral(m.expr(2), x, *bounds, name=name), m.expr(2))


def _power_series(m: Maker) -> Node:
    n, x = var("n"), m.letter()
    body = frac(power(x, n), Node("factorial", (n,))) if m.rng.random() < 0.4 else mul(sub(m.letter(), n), power(x, n))
    return eq(apply(var("f"), x), large(r"\sum", body, eq(n, num(0)), const(r"\infty")))


def _large_operation(m: Maker) -> Node:
    i = var(m.rng.choice("ijk"))
    name = m.pick(
        [t for t in (r"\prod", r"\bigcup", r"\bigcap", r"\bigoplus") if SYMBOLS[t].level <= m.level or t == m.wanted]
    )
    over = var("n") if m.rng.random() < 0.6 else const(r"\infty")
    body = sub(m.letter(), i) if name != r"\prod" else m.expr(1)
    return rel(
        "=" if name == r"\prod" else m.rng.choice(("=", r"\subseteq")),
        large(name, body, eq(i, num(1)), over),
        m.letter(),
    )


def _index_set(m: Maker) -> Node:
    i = var(m.rng.choice("ijk"))
    return eq(large(r"\sum", sub(m.letter(), i), rel(r"\in", i, var("I"))), m.expr(2))


def _entries(m: Maker, rows: int, columns: int) -> tuple[tuple[Node, ...], ...]:
    a = m.letter()
    kind = m.rng.choice(("indexed", "numbers", "mixed"))

    def entry(r: int, c: int) -> Node:
        if kind == "indexed":
            return sub(a, num(f"{r + 1}{c + 1}"))
        if kind == "numbers":
            return num(m.rng.randint(-9, 12))
        return m.expr(1) if m.rng.random() < 0.3 else m.atom()

    return tuple(tuple(entry(r, c) for c in range(columns)) for r in range(rows))


_BRACKETED = ("pmatrix", "pmatrix", "bmatrix", "bmatrix")


def _matrix(m: Maker) -> Node:
    rows, columns = m.rng.randint(2, 4), m.rng.randint(2, 4)
    return eq(var(m.rng.choice("ABCMPQ")), matrix(_entries(m, rows, columns), m.rng.choice(_BRACKETED)))


def _system(m: Maker) -> Node:
    size = m.rng.randint(2, 3)
    name = m.rng.choice(("pmatrix", "bmatrix"))
    x, b = m.letters(2)
    unknown = matrix(tuple((sub(x, num(i + 1)),) for i in range(size)), name)
    known = matrix(tuple((sub(b, num(i + 1)),) for i in range(size)), name)
    return eq(mul(matrix(_entries(m, size, size), name), unknown), known)


def _determinant(m: Maker) -> Node:
    size = m.rng.randint(2, 3)
    right = m.expr(1)
    if m.rng.random() < 0.5:
        return eq(func(m.pick([r"\det"]), var(m.rng.choice("ABM"))), right)
    return eq(matrix(_entries(m, size, size), "vmatrix"), right)


def _dotted_matrix(m: Maker) -> Node:
    a = m.letter()
    across, down, slant = (Node("dots", (), m.pick([d])) for d in (r"\cdots", r"\vdots", r"\ddots"))
    rows, columns = var("m"), var("n")
    at = lambda r, c: sub(a, Node("row", (r, c)))  # noqa: E731 - local shorthand
    lines = (
        (at(num(1), num(1)), across, at(num(1), columns)),
        (down, slant, down),
        (at(rows, num(1)), across, at(rows, columns)),
    )
    return eq(var(m.rng.choice("AMJH")), matrix(lines, m.rng.choice(("pmatrix", "bmatrix"))))


def _vector(m: Maker) -> Node:
    if m.wanted in ACCENTS:
        return eq(Node("accent", (m.letter(),), m.pick(list(ACCENTS))), m.expr(2))
    bold = of_kind("bold")
    names = [const(m.pick(sorted(bold))), const(m.rng.choice(sorted(bold)))]
    if m.rng.random() < 0.4:
        names = [
            Node("accent", (m.letter(),), m.pick([r"\vec", r"\hat", r"\bar", r"\tilde", r"\overline"])),
            Node("accent", (var("v"),), r"\vec"),
        ]
    return eq(mul(*names, sign=m.rng.choice((r"\cdot", r"\times"))), m.expr(1))


def _statistics(m: Maker) -> Node:
    i, x = var("i"), var(m.rng.choice("xyz"))
    mean = Node("accent", (x,), m.pick([r"\bar"]))
    if m.rng.random() < 0.5:
        return eq(mean, frac(large(r"\sum", sub(x, i), eq(i, num(1)), var("n")), var("n")))
    spread = power(minus(sub(x, i), mean), num(2))
    return eq(
        power(var(m.pick([r"\sigma", "s"])), num(2)),
        mul(frac(num(1), minus(var("n"), num(1))), large(r"\sum", spread, eq(i, num(1)), var("n"))),
    )


def _bayes(m: Maker) -> Node:
    a, b = (var(x) for x in m.rng.sample(list("ABCDEHX"), 2))
    p = m.pick(["P", r"\mathbb{P}"])
    m.pick([r"\mid"])
    prob = lambda *events: Node("prob", events, p)  # noqa: E731 - local shorthand
    return eq(prob(a, b), frac(mul(prob(b, a), prob(a)), prob(b)))


def _expectation(m: Maker) -> Node:
    name = m.pick(["E", r"\mathbb{E}", r"\operatorname{Var}"])
    x = var(m.rng.choice("XYZ"))
    event = add(mul(m.letter(), x), m.letter()) if m.rng.random() < 0.5 else power(x, num(2))
    return eq(Node("prob", (event,), name), m.expr(2))


def _probability(m: Maker) -> Node:
    x = var(m.rng.choice("XYZTN"))
    event = rel(m.rng.choice((r"\le", ">", "=", "<")), x, m.atom())
    given = (rel(r"\ge", x, m.atom()),) if m.rng.random() < 0.4 else ()
    return eq(Node("prob", (event, *given), "P"), m.expr(2))


def _set_builder(m: Maker) -> Node:
    x = m.letter()
    m.pick([r"\mid"])
    condition = rel(m.pick(["<", r"\le", ">", "=", r"\ne"]), m.expr(1), m.expr(1))
    return eq(var(m.rng.choice("ABSUV")), Node("setbuilder", (x, number_set(m), condition)))


def _quantified(m: Maker) -> Node:
    x, y = m.letters(2)
    outer, inner = m.pick([r"\forall", r"\exists"]), m.rng.choice((r"\exists", r"\forall"))
    body = statement(m)
    if m.rng.random() < 0.6:
        body = Node(
            "quantifier", (rel(r"\in", y, number_set(m)) if m.rng.random() < 0.5 else rel(">", y, num(0)), body), inner
        )
    return Node("quantifier", (rel(r"\in", x, number_set(m)), body), outer)


def _conjugate(m: Maker) -> Node:
    z = m.letter()
    bar = Node("accent", (z,), m.pick([r"\overline"]))
    return eq(mul(z, bar), power(Node("abs", (z,)), num(2)))


def _partial_equation(m: Maker) -> Node:
    u, t, x = var(m.rng.choice(("u", r"\phi", r"\psi", "T"))), var("t"), var(m.rng.choice("xr"))
    m.pick([r"\partial"])
    return eq(Node("partial", (u, *[t] * m.rng.randint(1, 2))), mul(m.letter(), Node("partial", (u, x, x))))


def _nabla(m: Maker) -> Node:
    m.pick([r"\nabla"])
    kind = m.rng.choice(("grad", "div", "curl", "laplace"))
    operand = (
        const(m.pick([rf"\mathbf{{{k}}}" for k in "FABEuvw"]))
        if kind in ("div", "curl")
        else var(m.rng.choice((r"\phi", "u")))
    )
    return eq(Node("nabla", (operand,), kind), m.expr(1))


def _norm_inequality(m: Maker) -> Node:
    u, v = m.letters(2)
    inner = Node("inner", (u, v))
    return rel(r"\le", Node("abs", (inner,)), mul(Node("norm", (u,)), Node("norm", (v,))))


def _mapping(m: Maker) -> Node:
    f = var(m.pick(["f", "g", r"\phi", r"\varphi", r"\psi", "T"]))
    m.pick([":"])
    m.pick([r"\to"])
    if m.wanted == r"\mapsto" or m.rng.random() < 0.3:
        return rel(m.pick([r"\mapsto"]), m.letter(), m.expr(2))
    return Node("map", (f, number_set(m), number_set(m)))


def _composition(m: Maker) -> Node:
    f, g, x = var(m.rng.choice("fF")), var(m.rng.choice("gG")), m.letter()
    composed = Node("paren", (Node("binary", (f, g), m.pick([r"\circ"])),))
    return eq(apply(composed, x), apply(f, apply(g, x)))


_SUBSTANCES = ("A", "B", "AB", "H", "OH", "NH", "CO", "NO", "Fe", "Cl")


def _equilibrium(m: Maker) -> Node:
    a, b, c = (words(s) for s in m.rng.sample(_SUBSTANCES, 3))
    return rel(
        m.pick([r"\rightleftharpoons", r"\to", r"\leftarrow"]), add(mul(num(2), a), b), mul(num(m.rng.randint(2, 4)), c)
    )


def _aligned(m: Maker) -> Node:
    if m.rng.random() < 0.5:
        return Node(
            "aligned", (chain(tuple(m.expr(2) for _ in range(3)), ("=", m.rng.choice(("=", r"\le", r"\approx")))),)
        )
    x, y = m.letters(2)
    lines = (eq(add(mul(m.number(), x), y), m.number()), eq(minus(x, mul(m.number(), y)), m.number()))
    return Node("aligned", lines if m.rng.random() < 0.6 else (*lines, eq(m.expr(1), m.expr(2))))


COLLEGE: tuple[Form, ...] = (
    Form("rounding", 2, _rounding, LETTERS),
    Form("limit", 2, _limit, frozenset({r"\lim", r"\to", r"\infty"})),
    Form("optimum", 2, _optimum, frozenset({r"\max", r"\min", r"\sup", r"\inf"})),
    Form("difference quotient", 2, _derivative_quotient, frozenset({r"\prime"})),
    Form("differential equation", 2, _differential_equation, frozenset({r"\dot", r"\ddot"})),
    Form("integral", 2, _area, frozenset({r"\int"})),
    Form("power series", 2, _power_series, frozenset({r"\sum", r"\infty"})),
    Form("large operation", 2, _large_operation, frozenset({r"\prod", r"\bigcup", r"\bigcap", r"\bigoplus"})),
    Form("sum over a set", 2, _index_set, frozenset({r"\sum"})),
    Form("matrix", 2, _matrix, frozenset(string.ascii_uppercase)),
    Form("linear system", 2, _system, LETTERS),
    Form("determinant", 2, _determinant, frozenset({r"\det"})),
    Form("matrix with dots", 2, _dotted_matrix, frozenset({r"\vdots", r"\ddots", r"\cdots"})),
    Form("vector", 2, _vector, of_kind("bold") | frozenset(ACCENTS)),
    Form("statistics", 2, _statistics, frozenset({r"\bar", r"\sigma"})),
    Form("conditional probability", 2, _bayes, frozenset({r"\mathbb{P}", r"\mid"})),
    Form("expectation", 2, _expectation, frozenset({r"\mathbb{E}", r"\operatorname{Var}"})),
    Form("probability", 2, _probability, LETTERS),
    Form("set builder", 2, _set_builder, frozenset({r"\mid", *NUMBER_SETS})),
    Form("quantified", 2, _quantified, frozenset({r"\forall", r"\exists", *NUMBER_SETS})),
    Form("conjugate", 2, _conjugate, frozenset({r"\overline"})),
    Form("partial equation", 2, _partial_equation, frozenset({r"\partial"})),
    Form("vector field", 2, _nabla, frozenset({r"\nabla"})),
    Form("norm inequality", 2, _norm_inequality, LETTERS),
    Form("mapping", 2, _mapping, frozenset({r"\mapsto", r"\to", ":"})),
    Form("composition", 2, _composition, frozenset({r"\circ"})),
    Form("equilibrium", 2, _equilibrium, frozenset({r"\rightleftharpoons", r"\leftarrow", r"\to"})),
    Form("aligned", 2, _aligned, LETTERS),
)
