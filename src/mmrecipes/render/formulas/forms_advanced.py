"""Forms of the third band: tensors, structures, operators, logic of proofs, transforms."""

from __future__ import annotations

from mmrecipes.render.formulas.form import LETTERS, Form, number_set
from mmrecipes.render.formulas.maker import Maker
from mmrecipes.render.formulas.symbols import of_kind
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

BOLD_FIELDS = frozenset(rf"\mathbf{{{k}}}" for k in "FEAB")


def _tensor_equation(m: Maker) -> Node:
    mu, nu, lam = (
        var(m.pick([r"\mu", r"\alpha", r"\rho"])),
        var(m.pick([r"\nu", r"\beta", r"\sigma"])),
        var(m.pick([r"\lambda", r"\kappa"])),
    )
    left = Node("tensor", (var(m.pick(["G", "R", "T"])), mu, nu), "dd")
    contracted = Node("tensor", (var("R"), lam, mu, lam, nu), "uddd")
    right = add(contracted, mul(m.letter(), Node("tensor", (var("g"), mu, nu), "dd")))
    return eq(left, right)


def _christoffel(m: Maker) -> Node:
    lam, mu, nu = (var(x) for x in m.rng.sample((r"\lambda", r"\mu", r"\nu", r"\rho", r"\sigma"), 3))
    g = lambda a, b: Node("tensor", (var("g"), a, b), "dd")  # noqa: E731 - local shorthand
    inner = minus(Node("partial", (g(lam, mu), sub(var("x"), nu))), Node("partial", (g(mu, nu), sub(var("x"), lam))))
    return eq(Node("tensor", (var(m.pick([r"\Gamma"])), lam, mu, nu), "udd"), mul(frac(num(1), num(2)), inner))


def _algebra(m: Maker) -> Node:
    a, b = (var(x) for x in m.rng.sample(list("VWUMNGH"), 2))
    joined = Node("binary", (a, b), m.pick([r"\oplus", r"\otimes", r"\star", r"\circ", r"\cap"]))
    return rel(m.pick(["=", r"\cong", r"\simeq"]), joined, var(m.rng.choice("XYZ")))


_STRUCTURAL = frozenset({
    r"\dim", r"\ker", r"\deg", r"\gcd",
    *(rf"\operatorname{{{n}}}" for n in ("rank", "tr", "Hom", "Aut", "span", "sgn", "Re", "Im", "diag", "lcm")),
})  # fmt: skip


def _structure(m: Maker) -> Node:
    v = var(m.pick(["V", "W", "G", "M"]))
    names = sorted(_STRUCTURAL)
    left = add(m.applied(m.pick(names), v), m.applied(m.rng.choice(names), var("T")))
    return eq(left, m.applied(m.rng.choice(names), v) if m.rng.random() < 0.5 else m.expr(1))


def _surface_integral(m: Maker) -> Node:
    first, second = m.pick([r"\oint", r"\iint"]), m.rng.choice((r"\iint", r"\oint"))
    field = const(m.pick(sorted(BOLD_FIELDS)))
    return eq(integral(mul(field, const(r"\mathbf{u}"), sign=r"\cdot"), var("s"), var("C"), name=first),
              integral(apply(var("f"), var("x")), var("S"), var("D"), name=second))  # fmt: skip


def _operator_equation(m: Maker) -> Node:
    h = (
        Node("accent", (var("H"),), m.pick([r"\hat"]))
        if m.rng.random() < 0.4
        else const(m.pick([rf"\mathcal{{{k}}}" for k in "HLFO"]))
    )
    psi = var(m.pick([r"\psi", r"\Psi", r"\varphi"]))
    hbar = mul(const("i"), const(m.pick([r"\hbar"])), Node("partial", (psi, var("t"))))
    return eq(mul(h, psi), hbar if m.rng.random() < 0.6 else m.expr(2))


def _adjoint(m: Maker) -> Node:
    a = var(m.rng.choice("ABUT"))
    return eq(mul(power(a, const(m.pick([r"\dagger"]))), a), var("I"))


def _cardinal(m: Maker) -> Node:
    size = Node("abs", (number_set(m),))
    return chain(
        (sub(const(m.pick([r"\aleph"])), num(0)), size, power(num(2), sub(const(r"\aleph"), num(0)))),
        (m.rng.choice(("=", r"\le")), "<"),
    )


def _order(m: Maker) -> Node:
    x, y = m.letters(2)
    left = rel(m.pick([r"\prec", r"\succ"]), x, y)
    return rel(r"\Rightarrow", left, Node("not", (rel(r"\prec", y, x),)))


def _derivation(m: Maker) -> Node:
    gamma = var(m.pick([r"\Gamma", r"\Delta", "M", r"\Sigma"]))
    claim = Node("quantifier", (var("x"), apply(var("P"), var("x"))), m.rng.choice((r"\forall", r"\exists")))
    return rel(m.pick([r"\vdash", r"\models"]), gamma, claim)


def _special_function(m: Maker) -> Node:
    z, t = m.letter(), var("t")
    body = mul(power(t, minus(z, num(1))), power(const("e"), neg(t)))
    return eq(apply(var(m.pick([r"\Gamma", r"\zeta", "B"])), z), integral(body, t, num(0), const(m.pick([r"\infty"]))))


def _transform(m: Maker) -> Node:
    f, w, x = var(m.rng.choice("fg")), var(m.pick([r"\xi", r"\omega", "k"])), var("x")
    kernel = power(const("e"), mul(neg(num(2)), const(r"\pi"), const("i"), x, w)) if m.rng.random() < 0.5 else (
        power(const("e"), neg(mul(const("i"), w, x))))  # fmt: skip
    left = apply(Node("accent", (f,), m.pick([r"\hat"])), w)
    return eq(left, integral(mul(apply(f, x), kernel), x, neg(const(r"\infty")), const(r"\infty")))


def _wave(m: Maker) -> Node:
    return eq(
        minus(
            Node("partial", (var("u"), var("t"), var("t"))),
            mul(power(var("c"), num(2)), Node("nabla", (var("u"),), "laplace")),
        ),
        m.expr(1),
    )


def _error_function(m: Maker) -> Node:
    x, t = m.letter(), var("t")
    right = mul(frac(num(2), sqrt(const(r"\pi"))), integral(power(const("e"), neg(power(t, num(2)))), t, num(0), x))
    return eq(func(m.pick([r"\operatorname{erf}"]), x), right)


ADVANCED: tuple[Form, ...] = (
    Form("tensor equation", 3, _tensor_equation, frozenset({r"\mu", r"\nu", r"\kappa"})),
    Form("connection", 3, _christoffel, frozenset({r"\Gamma"})),
    Form("algebra", 3, _algebra, frozenset({r"\oplus", r"\otimes", r"\star", r"\simeq", r"\cong"})),
    Form("structure", 3, _structure, _STRUCTURAL),
    Form("surface integral", 3, _surface_integral, frozenset({r"\oint", r"\iint"}) | BOLD_FIELDS),
    Form("operator equation", 3, _operator_equation, frozenset({r"\hbar"}) | of_kind("script")),
    Form("adjoint", 3, _adjoint, frozenset({r"\dagger"})),
    Form("cardinal", 3, _cardinal, frozenset({r"\aleph"})),
    Form("order", 3, _order, frozenset({r"\prec", r"\succ"})),
    Form("derivation", 3, _derivation, frozenset({r"\vdash", r"\models"})),
    Form("special function", 3, _special_function, frozenset({r"\zeta", r"\Gamma"})),
    Form("transform", 3, _transform, frozenset({r"\xi", r"\omega"})),
    Form("wave", 3, _wave, LETTERS),
    Form("error function", 3, _error_function, frozenset({r"\operatorname{erf}"})),
)
