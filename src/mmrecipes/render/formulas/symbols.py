"""The symbols formulas are made of: LaTeX name, character, class and spoken name.

Covered: letters, Greek, constants, relations, operations, named functions, large operators, arrows, dots, number sets.
`tex` is the canonical spelling; other spellings of the same symbol are in `ALIASES`. Not covered: rarer alphabets.
"""

from __future__ import annotations

import string
from dataclasses import dataclass
from typing import Literal

SymbolClass = Literal[
    "letter", "greek", "constant", "relation", "binary", "function", "large", "arrow", "dots", "set", "ordinary",
    "script", "bold",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Symbol:
    """`char` is what is drawn (several for a named function); `level` 1 school, 2 college, 3 advanced."""

    tex: str
    char: str
    kind: SymbolClass
    name: str
    level: int


def _rows(kind: SymbolClass, table: str) -> list[Symbol]:
    """Rows `tex char level name`, one a line; the name may hold blanks."""
    parsed = (line.split(maxsplit=3) for line in table.strip().splitlines())
    return [Symbol(tex, char, kind, name, int(level)) for tex, char, level, name in parsed]


_GREEK = r"""
\alpha α 1 alpha
\beta β 1 beta
\gamma γ 1 gamma
\delta δ 1 delta
\epsilon ϵ 2 epsilon
\varepsilon ε 2 epsilon
\zeta ζ 3 zeta
\eta η 2 eta
\theta θ 1 theta
\vartheta ϑ 3 theta
\iota ι 3 iota
\kappa κ 3 kappa
\lambda λ 1 lambda
\mu μ 2 mu
\nu ν 2 nu
\xi ξ 2 xi
\rho ρ 2 rho
\varrho ϱ 3 rho
\sigma σ 2 sigma
\tau τ 2 tau
\upsilon υ 3 upsilon
\phi ϕ 1 phi
\varphi φ 2 phi
\chi χ 2 chi
\psi ψ 2 psi
\omega ω 1 omega
\Gamma Γ 2 capital gamma
\Delta Δ 1 capital delta
\Theta Θ 3 capital theta
\Lambda Λ 3 capital lambda
\Xi Ξ 3 capital xi
\Sigma Σ 2 capital sigma
\Phi Φ 2 capital phi
\Psi Ψ 3 capital psi
\Omega Ω 2 capital omega
"""
_RELATIONS = r"""
= = 1 equals
< < 1 is less than
> > 1 is greater than
\le ≤ 1 is at most
\ge ≥ 1 is at least
\ne ≠ 1 is not equal to
\approx ≈ 1 is approximately
\equiv ≡ 2 is identical to
\sim ∼ 2 is similar to
\simeq ≃ 3 is equivalent to
\cong ≅ 2 is congruent to
\propto ∝ 2 is proportional to
\ll ≪ 2 is much less than
\gg ≫ 2 is much greater than
\in ∈ 1 is an element of
\notin ∉ 1 is not an element of
\subset ⊂ 1 is a subset of
\subseteq ⊆ 1 is a subset of or equal to
\supset ⊃ 2 is a superset of
\supseteq ⊇ 2 is a superset of or equal to
\mid ∣ 2 such that
\parallel ∥ 1 is parallel to
\perp ⊥ 1 is perpendicular to
\prec ≺ 3 precedes
\succ ≻ 3 succeeds
\vdash ⊢ 3 proves
\models ⊧ 3 models
"""
_BINARY = r"""
+ + 1 plus
- − 1 minus
\pm ± 1 plus or minus
\mp ∓ 2 minus or plus
\cdot ⋅ 1 times
\times × 1 times
\div ÷ 1 divided by
/ / 1 divided by
\cup ∪ 1 union
\cap ∩ 1 intersection
\setminus ∖ 2 set difference
\circ ∘ 2 composition
\land ∧ 1 and
\lor ∨ 1 or
\oplus ⊕ 3 direct sum
\otimes ⊗ 3 tensor product
\star ⋆ 3 star product
"""
_LARGE = r"""
\sum ∑ 1 sum
\prod ∏ 2 product
\int ∫ 2 integral
\iint ∬ 3 double integral
\oint ∮ 3 contour integral
\bigcup ⋃ 2 union
\bigcap ⋂ 2 intersection
\bigoplus ⨁ 3 direct sum
"""
_ARROWS = r"""
\to → 1 tends to
\Rightarrow ⇒ 1 implies
\Leftrightarrow ⇔ 1 if and only if
\mapsto ↦ 2 maps to
\leftarrow ← 2 left arrow
\rightleftharpoons ⇌ 2 is in equilibrium with
"""
_ORDINARY = r"""
\infty ∞ 1 infinity
\partial ∂ 2 partial derivative
\nabla ∇ 2 gradient
\forall ∀ 2 for all
\exists ∃ 2 there exists
\neg ¬ 2 not
\emptyset ∅ 1 empty set
\hbar ℏ 3 reduced Planck constant
\ell ℓ 2 script l
\aleph ℵ 3 aleph
\angle ∠ 1 angle
\prime ′ 1 prime
\dagger † 3 adjoint
, , 1 comma
; ; 2 semicolon
: : 2 colon
! ! 1 factorial
\% % 1 percent
"""
_DOTS = r"""
\ldots … 1 and so on
\cdots ⋯ 1 and so on
\vdots ⋮ 2 and so on downwards
\ddots ⋱ 2 and so on diagonally
"""
FUNCTIONS = ("sin", "cos", "tan", "cot", "sec", "csc", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "log",
             "ln", "exp", "det", "dim", "ker", "gcd", "deg", "arg", "lim", "max", "min", "sup", "inf")  # fmt: skip
"""Functions with a LaTeX command of their own."""
NAMED = ("rank", "tr", "Var", "Cov", "sgn", "lcm", "diag", "span", "Re", "Im", "div", "curl", "Hom", "Aut", "erf")
"""Functions written with \\operatorname."""
LIMITS = frozenset(rf"\{name}" for name in ("lim", "max", "min", "sup", "inf"))
"""Functions whose subscript stands below in display style."""
_FUNCTION_LEVELS = {"sin": 1, "cos": 1, "tan": 1, "log": 1, "gcd": 1, "max": 1, "min": 1, "lcm": 1,
                    "ker": 3, "sup": 3, "inf": 3, "Hom": 3, "Aut": 3, "span": 3,
                    "curl": 3, "div": 3, "erf": 3}  # fmt: skip
_SETS = {"N": "natural numbers", "Z": "integers", "Q": "rational numbers", "R": "real numbers",
         "C": "complex numbers", "P": "probability", "E": "expectation", "F": "field"}  # fmt: skip
_DOUBLE = dict(zip("NZQRCPEF", "ℕℤℚℝℂℙ𝔼𝔽", strict=True))
_CALLIGRAPHIC = dict(zip("LFHO", "ℒℱℋ𝒪", strict=True))
_BOLD = dict(zip("uvwxyFABE", "𝐮𝐯𝐰𝐱𝐲𝐅𝐀𝐁𝐄", strict=True))

SYMBOLS: dict[str, Symbol] = {
    s.tex: s
    for s in (
        *(Symbol(x, x, "letter", x if x.islower() else f"capital {x}", 1) for x in string.ascii_letters),
        *_rows("greek", _GREEK),
        Symbol(r"\pi", "π", "constant", "pi", 1),
        *_rows("relation", _RELATIONS), *_rows("binary", _BINARY), *_rows("large", _LARGE), *_rows("arrow", _ARROWS),
        *_rows("ordinary", _ORDINARY), *_rows("dots", _DOTS),
        *(Symbol(rf"\{f}", f, "function", f, _FUNCTION_LEVELS.get(f, 2)) for f in FUNCTIONS),
        *(Symbol(rf"\operatorname{{{f}}}", f, "function", f, _FUNCTION_LEVELS.get(f, 2)) for f in NAMED),
        *(Symbol(rf"\mathbb{{{k}}}", _DOUBLE[k], "set", name, 3 if k in "EF" else 2) for k, name in _SETS.items()),
        *(Symbol(rf"\mathcal{{{k}}}", char, "script", f"calligraphic {k}", 3) for k, char in _CALLIGRAPHIC.items()),
        *(Symbol(rf"\mathbf{{{k}}}", char, "bold", f"bold {k}", 2) for k, char in _BOLD.items()),
    )
}  # fmt: skip
"""By canonical spelling."""


def of_kind(*kinds: SymbolClass) -> frozenset[str]:
    """Symbols of these classes."""
    return frozenset(t for t, s in SYMBOLS.items() if s.kind in kinds)


ALIASES: dict[str, str] = {
    r"\leq": r"\le", r"\geq": r"\ge", r"\neq": r"\ne", r"\not=": r"\ne", r"\lt": "<", r"\gt": ">",
    r"\rightarrow": r"\to", r"\gets": r"\leftarrow", r"\implies": r"\Rightarrow", r"\iff": r"\Leftrightarrow",
    r"\wedge": r"\land", r"\vee": r"\lor", r"\lnot": r"\neg", r"\dots": r"\ldots", r"\dotsc": r"\ldots",
    r"\dotsb": r"\cdots", r"\varnothing": r"\emptyset", r"\backslash": r"\setminus",
    r"\smallsetminus": r"\setminus", r"\colon": ":", r"\Longrightarrow": r"\Rightarrow", r"\longrightarrow": r"\to",
    r"\Longleftrightarrow": r"\Leftrightarrow",
}  # fmt: skip
"""Other spellings of the same symbol."""

ACCENTS: dict[str, tuple[str, str]] = {
    r"\hat": ("hat", "estimated quantity"),
    r"\bar": ("macron", "averaged quantity"),
    r"\tilde": ("tilde", "modified quantity"),
    r"\vec": ("arrow", "vector"),
    r"\dot": ("dot", "function of time"),
    r"\ddot": ("dot.double", "function of time"),
    r"\overline": ("", "conjugated quantity"),
}
"""LaTeX accent: typst's name for it (empty for a line of its own function), and what a letter below it usually is."""

BRACKETS: dict[str, tuple[str, str]] = {
    "(": (")", "("), "[": ("]", "["), r"\{": (r"\}", "{"), r"\langle": (r"\rangle", "⟨"), r"\lfloor": (r"\rfloor", "⌊"),
    r"\lceil": (r"\rceil", "⌈"), "|": ("|", "|"), r"\|": (r"\|", "‖"),
}  # fmt: skip
"""Opening bracket: the closing one and the character of the opening one."""
CLOSING: dict[str, str] = {
    ")": ")", "]": "]", r"\}": "}", r"\rangle": "⟩", r"\rfloor": "⌋", r"\rceil": "⌉", "|": "|", r"\|": "‖"
}  # fmt: skip
"""Closing bracket: its character."""
ENVIRONMENTS: dict[str, tuple[str, str]] = {
    "matrix": ("", ""), "pmatrix": ("(", ")"), "bmatrix": ("[", "]"), "vmatrix": ("|", "|"), "Bmatrix": ("{", "}"),
    "cases": ("{", ""), "aligned": ("", ""),
}  # fmt: skip
"""Grids: the characters of their brackets."""
