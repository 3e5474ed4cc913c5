"""Draws expressions: atoms fit for a band, and compounds of bounded depth.

The symbol that has to appear is drawn at the first place where it fits. Covered: arithmetic expressions of every kind
of node that has a value; matrices, sets and statements are put together by `forms`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from mmrecipes.render.formulas.symbols import SYMBOLS
from mmrecipes.render.formulas.tree import (
    Node,
    add,
    apply,
    beside,
    const,
    eq,
    frac,
    func,
    integral,
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

_LATIN = "xyzabcdhkmnpqrstuvw"
_CONSTANTS = (r"\pi", r"\ell", r"\hbar")
_CAPITALS = "ABCDFGHKLMNPQRSTUVWXYZ"
_FUNCTIONS = {
    1: ("sin", "cos", "tan", "log", "ln"),
    2: ("exp", "arcsin", "arctan", "arccos", "sinh", "cosh", "tanh", "cot", "sec", "csc"),
    3: ("arg",),
}

_OF_TWO = (r"\gcd", r"\operatorname{lcm}")

_Weights = dict[str, tuple[int, float]]
_COMPOUNDS: _Weights = {
    "sum": (1, 5),
    "difference": (1, 4),
    "product": (1, 5),
    "fraction": (1, 5),
    "power": (1, 5),
    "root": (1, 3),
    "indexed": (1, 2),
    "absolute": (1, 1),
    "function": (1, 3),
    "times": (1, 2),
    "slashed": (1, 1),
    "value": (1, 2),
    "factorial": (1, 0.7),
    "negative": (1, 1),
    "plus_minus": (1, 0.7),
    "cube_root": (1, 1),
    "series": (2, 1.4),
    "integral": (2, 1.4),
    "binomial": (2, 0.8),
    "floor": (2, 0.7),
    "ceiling": (2, 0.5),
    "accent": (2, 1.2),
    "primed": (2, 0.8),
    "slope": (2, 0.8),
    "both": (2, 1.2),
    "exponential": (2, 1.5),
    "norm": (3, 0.7),
    "rate": (3, 0.8),
    "product_of": (3, 0.7),
    "tensor": (3, 0.8),
    "operator": (3, 0.7),
    "logarithm": (1, 0.8),
}
"""Compound: band from which on, weight."""


class Maker:
    """Draws for one formula. `level` 1..3; `shrink` takes that many levels off every depth."""

    def __init__(self, rng: random.Random, level: int, wanted: str = "", shrink: int = 0) -> None:
        self.rng = rng
        self.level = level
        self.wanted = wanted
        self.shrink = shrink

    # --- atoms

    def pick(self, pool: Sequence[str]) -> str:
        """One of the pool; the wanted symbol where it is in the pool, once."""
        if self.wanted and self.wanted in pool:
            wanted, self.wanted = self.wanted, ""
            return wanted
        return pool[self.rng.randrange(len(pool))]

    def pick_kind(self, kind: str) -> str:
        """A symbol of a class, up to the band."""
        return self.pick(
            [t for t, s in SYMBOLS.items() if s.kind == kind and (s.level <= self.level or t == self.wanted)]
        )

    def letter(self) -> Node:
        """A variable: mostly a small letter, else a capital or Greek one."""
        wanted = SYMBOLS.get(self.wanted)
        if wanted is not None and (wanted.kind in ("letter", "greek") or wanted.tex in _CONSTANTS):
            make = const if wanted.tex in _CONSTANTS else var
            return make(self.pick([wanted.tex]))
        roll = self.rng.random()
        if roll < 0.72:
            return var(self.rng.choice(_LATIN))
        if roll < 0.8:
            return var(self.rng.choice(_CAPITALS))
        return var(self.pick_kind("greek"))

    def letters(self, count: int) -> list[Node]:
        """Different variables."""
        found: list[Node] = []
        while len(found) < count:
            if (letter := self.letter()) not in found:
                found.append(letter)
        return found

    def number(self) -> Node:
        roll = self.rng.random()
        if roll < 0.75:
            return num(self.rng.randint(2, 12))
        if roll < 0.9:
            return num(self.rng.randint(10, 999))
        return num(f"{self.rng.randint(0, 20)}.{self.rng.randint(1, 99)}")

    def atom(self) -> Node:
        roll = self.rng.random()
        if roll < 0.66:
            return self.letter()
        if roll < 0.92:
            return self.number()
        return (
            const(r"\pi")
            if roll < 0.97
            else const(self.pick([r"\pi", "e", r"\ell", r"\hbar"] if self.level > 2 else ["e"]))
        )

    def index(self) -> Node:
        """A subscript: a letter, a number, or two letters."""
        roll = self.rng.random()
        if roll < 0.5:
            return num(self.rng.randint(0, 9))
        if roll < 0.85:
            return var(self.rng.choice("ijkmn"))
        return (
            add(var(self.rng.choice("ikn")), num(1))
            if roll < 0.93
            else beside("indices", *map(var, self.rng.choice(("ij", "jk", "mn"))))
        )

    # --- compounds

    def expr(self, depth: int | None = None) -> Node:
        """A random expression of at most this depth (default: by band)."""
        if depth is None:
            depth = self.rng.choice(((1, 2, 2, 3), (2, 2, 3, 4), (2, 3, 4, 5))[self.level - 1])
        return self._expr(max(0, depth - self.shrink))

    def _expr(self, depth: int) -> Node:
        if depth <= 0 or self.rng.random() < 0.12:
            return self.atom()
        allowed = [(k, w) for k, (level, w) in _COMPOUNDS.items() if level <= self.level]
        kind = self.rng.choices([k for k, _ in allowed], [w for _, w in allowed])[0]
        return _WRITERS[kind](self, depth - 1)

    def applied(self, name: str, argument: Node) -> Node:
        """A named function of an argument; of two letters where it takes two."""
        return func(name, Node("tuple", tuple(self.letters(2))) if name in _OF_TWO else argument)

    def polynomial(self, x: Node, degree: int) -> Node:
        """a x^n + ... with whole coefficients, falling powers."""
        terms: list[Node] = []
        for k in range(degree, -1, -1):
            c = self.rng.randint(-9, 9) or 1
            if terms and self.rng.random() < 0.2:
                continue
            body = x if k == 1 else power(x, num(k)) if k else num(abs(c))
            term = body if k == 0 or abs(c) == 1 else mul(num(abs(c)), body)
            terms.append(neg(term) if c < 0 else term)
        return terms[0] if len(terms) == 1 else add(*terms)

    def simple(self) -> Node:
        """A variable, sometimes with an index or a power."""
        roll = self.rng.random()
        if roll < 0.7:
            return self.letter()
        return sub(self.letter(), self.index()) if roll < 0.85 else power(self.letter(), num(self.rng.randint(2, 4)))


def _sum(m: Maker, d: int) -> Node:
    return add(*(m._expr(d - (i > 0)) for i in range(m.rng.choice((2, 2, 3)))))


def _product(m: Maker, d: int) -> Node:
    factors = [m._expr(d - (i > 0)) for i in range(m.rng.choice((2, 2, 3)))]
    factors.sort(key=lambda f: (f.kind != "num", f.kind in ("func", "large", "integral")))
    return mul(*factors)


def _fraction(m: Maker, d: int) -> Node:
    top = m._expr(d)
    while (bottom := m._expr(d)) == top:
        pass
    return frac(top, bottom)


def _times(m: Maker, d: int) -> Node:
    return mul(m._expr(d), m._expr(d - 1), sign=m.pick([r"\cdot", r"\times"]))


def _power(m: Maker, d: int) -> Node:
    exponent = num(m.rng.randint(2, 9)) if m.rng.random() < 0.6 else m._expr(min(d - 1, 1))
    return power(m.simple() if m.rng.random() < 0.5 else m._expr(d), exponent)


def _function(m: Maker, d: int) -> Node:
    names = [rf"\{n}" for level, group in _FUNCTIONS.items() if level <= m.level for n in group]
    inner = func(m.pick(names), m._expr(d))
    return power(inner, num(2)) if m.rng.random() < 0.2 else inner


def _series(m: Maker, d: int) -> Node:
    i, start = var(m.rng.choice("ijkn")), num(m.rng.randint(0, 2))
    stop = m.rng.choice((const(r"\infty"), var("N"), var("n") if i.name != "n" else var("m")))
    term = mul(sub(m.letter(), i), m._expr(d)) if m.rng.random() < 0.5 else power(m._expr(d), i)
    return large(r"\sum", term, eq(i, start), stop)


def _product_of(m: Maker, d: int) -> Node:
    i = var(m.rng.choice("ijk"))
    return large(r"\prod", sub(m.letter(), i), eq(i, num(1)), var("n"))


def _integral(m: Maker, d: int) -> Node:
    x = var(m.rng.choice("xtuy"))
    body = mul(m._expr(min(d, 2)), x) if m.rng.random() < 0.4 else m._expr(d)
    bounds = () if m.rng.random() < 0.3 else (m.atom(), m.rng.choice((const(r"\infty"), m.atom())))
    return integral(body, x, *bounds)


def _value(m: Maker, d: int) -> Node:
    return apply(var(m.rng.choice("fghFG")), *(m._expr(min(d, 1)) for _ in range(m.rng.choice((1, 1, 2)))))


def _accent(m: Maker, d: int) -> Node:
    return Node(
        "accent", (m.letter(),), m.pick([r"\hat", r"\bar", r"\tilde", r"\vec", r"\dot", r"\ddot", r"\overline"])
    )


def _primed(m: Maker, d: int) -> Node:
    return Node("prime", (var(m.rng.choice("fgyh")), var(m.rng.choice("xt"))), str(m.rng.choice((1, 1, 2))))


def _slope(m: Maker, d: int) -> Node:
    x = var(m.rng.choice("xt"))
    return Node("derivative", (m.rng.choice((var("y"), apply(var("f"), x))), x), str(m.rng.choice((1, 1, 2))))


def _rate(m: Maker, d: int) -> Node:
    variables = tuple(var(m.rng.choice("xyt")) for _ in range(m.rng.choice((1, 2))))
    return Node("partial", (m.letter(), *variables))


def _tensor(m: Maker, d: int) -> Node:
    places = "".join(m.rng.choice("ud") for _ in range(m.rng.choice((2, 3))))
    names = m.rng.sample((r"\mu", r"\nu", r"\alpha", r"\beta", "i", "j", "k"), len(places))
    return Node("tensor", (var(m.rng.choice(("T", "g", "R", r"\Gamma", "F"))), *map(var, names)), places)


def _operator(m: Maker, d: int) -> Node:
    return Node("nabla", (var(m.rng.choice((r"\phi", "u", r"\psi", "f"))),), m.rng.choice(("grad", "laplace")))


def _wrapped(kind: str) -> Callable[[Maker, int], Node]:
    return lambda m, d: Node(kind, (m._expr(d),))


_WRITERS: dict[str, Callable[[Maker, int], Node]] = {
    "sum": _sum,
    "difference": lambda m, d: minus(m._expr(d), m._expr(d - 1)),
    "product": _product,
    "times": _times,
    "fraction": _fraction,
    "slashed": lambda m, d: Node("slash", (m._expr(d - 1), m.atom())),
    "power": _power,
    "root": lambda m, d: sqrt(m._expr(d)),
    "cube_root": lambda m, d: sqrt(m._expr(d), num(m.rng.randint(3, 5))),
    "indexed": lambda m, d: sub(m.letter(), m.index()),
    "absolute": _wrapped("abs"),
    "floor": _wrapped("floor"),
    "ceiling": _wrapped("ceil"),
    "norm": _wrapped("norm"),
    "function": _function,
    "value": _value,
    "factorial": lambda m, d: Node("factorial", (m.letter() if d < 1 else m._expr(min(d, 1)),)),
    "negative": lambda m, d: neg(m._expr(d)),
    "plus_minus": lambda m, d: Node("pm", (m._expr(d), m._expr(d - 1)), m.pick([r"\pm", r"\pm", r"\mp"])),
    "series": _series,
    "product_of": _product_of,
    "integral": _integral,
    "binomial": lambda m, d: Node("binom", (m.atom(), m.atom())),
    "accent": _accent,
    "primed": _primed,
    "slope": _slope,
    "rate": _rate,
    "both": lambda m, d: power(sub(m.letter(), m.index()), m.atom()),
    "exponential": lambda m, d: power(const("e"), m._expr(d)),
    "tensor": _tensor,
    "operator": _operator,
    "logarithm": lambda m, d: func(r"\log", m._expr(d), num(m.rng.randint(2, 10))),
}


def statement(m: Maker, depth: int = 1) -> Node:
    """A relation between two expressions."""
    return rel(m.pick(["=", "=", "<", ">", r"\le", r"\ge", r"\ne"]), m.expr(depth), m.expr(depth))
