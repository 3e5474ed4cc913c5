"""Questions about a formula and their answers, computed from its layout and its tree.

Covered: reading one part (a numerator, an exponent, a bound, an entry), counting, sides and signs, what is bound, the
outermost operation. An answer is LaTeX ("math"), a number ("number") or a word ("word"). Places are counted in reading
order, from 1. Not covered: evaluating or transforming the formula.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mmrecipes.render.formulas.concepts import dotted
from mmrecipes.render.formulas.layout import Binom, Frac, Grid, Layout, Root, Row, Scripts, Sym, latex, walk
from mmrecipes.render.formulas.semantics import operation_tree
from mmrecipes.render.formulas.symbols import SYMBOLS, of_kind
from mmrecipes.render.formulas.tree import Node


@dataclass(frozen=True, slots=True)
class Question:
    """`op` with arguments, and its answer as text; `kind` says what the text is."""

    op: str
    answer: str
    kind: str
    args: Mapping[str, Any] = field(default_factory=dict)


PARTS = frozenset({"numerator", "denominator", "exponent", "subscript", "radicand", "lower", "upper", "entry", "left",
                   "right", "case"})  # fmt: skip
"""Operations that read one part; the others ask for the structure."""
_LETTERS = ("letter", "greek", "constant")
_COMMON = frozenset({"left", "right", "relation", "different letters", "outermost", "count symbol"})
"""Operations that most formulas allow: drawn less often where there are others."""
MAX_PART = 90
"""Characters of LaTeX that a part may have."""


def questions(node: Node, layout: Layout) -> list[Question]:
    """Every question that this formula allows."""
    parts = list(walk(layout))
    found = [q for rule in (_fractions, _roots, _bounds, _grids, _counts) for q in rule(parts)]
    found += [*_scripts(node, parts), *_letters(node, parts), *_sides(node, layout), *_meaning(node)]
    return [q for q in found if q.answer and len(q.answer) <= MAX_PART]


def ask(node: Node, layout: Layout, part: bool, rng: random.Random) -> Question | None:
    """A question of one of the two families, its operation drawn first; None where there is none."""
    allowed = [q for q in questions(node, layout) if (q.op in PARTS) == part]
    if not allowed:
        return None
    ops = sorted({q.op for q in allowed})
    op = rng.choices(ops, [1 if o in _COMMON else 6 for o in ops])[0]
    return rng.choice([q for q in allowed if q.op == op])


def _numbered(op: str, answers: list[str], kind: str = "math") -> list[Question]:
    return [Question(op, a, kind, {"k": i, "of": len(answers)}) for i, a in enumerate(answers, 1)]


def _fractions(parts: list[Layout]) -> list[Question]:
    fractions = [p for p in parts if isinstance(p, Frac)]
    return [*_numbered("numerator", [latex(f.top) for f in fractions]),
            *_numbered("denominator", [latex(f.bottom) for f in fractions])]  # fmt: skip


def _roots(parts: list[Layout]) -> list[Question]:
    roots = [p for p in parts if isinstance(p, Root)]
    orders = [latex(r.index) if r.index is not None else "2" for r in roots]
    numbers = [o for o in orders if o.isdigit()]
    return [*_numbered("radicand", [latex(r.body) for r in roots]),
            *(_numbered("root order", orders, "number") if len(numbers) == len(orders) else [])]  # fmt: skip


def _scripts(node: Node, parts: list[Layout]) -> list[Question]:
    """Exponents and subscripts of bases that have exactly one."""
    found: list[Question] = []
    scripts = [p for p in parts if isinstance(p, Scripts) and _is_plain(p.base)]
    for op in ("exponent", "subscript"):
        marks = [(latex(s.base), s.sup if op == "exponent" else s.sub) for s in scripts]
        marked = [(base, latex(m)) for base, m in marks if m is not None]
        barred = _never_raised(node) if op == "exponent" else frozenset[str]()
        for base, answer in marked:
            no_power = base in barred or r"\prime" in answer or r"\dagger" in answer
            if [b for b, _ in marked].count(base) == 1 and not no_power:
                found.append(Question(op, answer, "math", {"base": base}))
    return found


def _never_raised(node: Node) -> frozenset[str]:
    """Letters whose superscript is no exponent: tensors, and the d and the variables of derivatives."""
    found: set[str] = set()
    for n in node.walk():
        if n.kind == "tensor":
            found.add(n.args[0].name)
        elif n.kind in ("derivative", "partial"):
            found |= {"d", *(v.name for v in n.args[1:])}
    return frozenset(found)


def _is_plain(base: Layout) -> bool:
    """A letter or number: what has an exponent rather than bounds."""
    if not isinstance(base, Sym):
        return False
    known = SYMBOLS.get(base.tex)
    return base.tex[0].isdigit() or (known is not None and known.kind in _LETTERS)


_SIGNS = {r"\sum": "sum", r"\prod": "product", r"\int": "integral", r"\iint": "double integral",
          r"\oint": "contour integral", r"\bigcup": "union", r"\bigcap": "intersection"}  # fmt: skip


def _bounds(parts: list[Layout]) -> list[Question]:
    found: list[Question] = []
    for tex, name in _SIGNS.items():
        signs = [p for p in parts if isinstance(p, Scripts) and p.base == Sym(tex)]
        if len(signs) != 1 or parts.count(Sym(tex)) != 1:
            continue
        if signs[0].sub is not None:
            found.append(Question("lower", latex(signs[0].sub), "math", {"sign": name, "tex": tex}))
        if signs[0].sup is not None:
            found.append(Question("upper", latex(signs[0].sup), "math", {"sign": name, "tex": tex}))
    return found


def _grids(parts: list[Layout]) -> list[Question]:
    """Entries and shape of the matrix, if there is exactly one; cases likewise."""
    found: list[Question] = []
    grids = [p for p in parts if isinstance(p, Grid)]
    if len(grids) != 1 or grids[0].name == "aligned":
        lines = [p for p in grids if p.name == "aligned"]
        return [Question("lines", str(len(lines[0].rows)), "number")] if lines else []
    rows = grids[0].rows
    if grids[0].name == "cases":
        found.append(Question("cases", str(len(rows)), "number"))
        for k, (value, _) in enumerate(rows, 1):
            found.append(Question("case", latex(value), "math", {"k": k, "of": len(rows)}))
        return found
    found.append(Question("shape", f"{len(rows)} × {len(rows[0])}", "word"))
    for r, cells in enumerate(rows, 1):
        for c, cell in enumerate(cells, 1):
            found.append(Question("entry", latex(cell), "math", {"row": r, "column": c}))
    return found


def _counts(parts: list[Layout]) -> list[Question]:
    found: list[Question] = []
    for op, kind in (("count fractions", Frac), ("count roots", Root), ("count binomials", Binom)):
        count = sum(isinstance(p, kind) for p in parts)
        if count:
            found.append(Question(op, str(count), "number"))
    letters = _letters_of(parts)
    for letter in dict.fromkeys(letters):
        if letters.count(letter) > 1:
            found.append(Question("count symbol", str(letters.count(letter)), "number", {"symbol": letter}))
    return found


def _letters_of(parts: list[Layout]) -> list[str]:
    return [p.tex for p in parts if isinstance(p, Sym) and p.tex in SYMBOLS and SYMBOLS[p.tex].kind in _LETTERS]


_LETTERED = of_kind("function", "set", "script", "bold") | {r"\ell", r"\hbar", r"\aleph"}


def _letters(node: Node, parts: list[Layout]) -> list[Question]:
    """How many different letters there are, where nobody can doubt what a letter is: no words, names of functions, d of
    an integral or derivative, letters of other alphabets."""
    doubtful = any(isinstance(p, Sym) and (p.tex in _LETTERED or p.tex.startswith(r"\text")) for p in parts)
    letters = _letters_of(parts)
    if doubtful or len(letters) < 2 or any(n.kind in ("integral", "derivative") for n in node.walk()):
        return []
    return [Question("different letters", str(len(set(letters))), "number")]


def _sides(node: Node, layout: Layout) -> list[Question]:
    """Both sides of a single relation at the top, and its sign."""
    if node.kind != "relation" or not isinstance(layout, Row):
        return []
    signs = [i for i, item in enumerate(layout.items) if item == Sym(node.name)]
    if len(signs) != 1:
        return []
    at = signs[0]
    left, right = (latex(Row(part)) for part in (layout.items[:at], layout.items[at + 1 :]))
    return [Question("left", left, "math", {"sign": node.name}), Question("right", right, "math", {"sign": node.name}),
            Question("relation", SYMBOLS[node.name].name, "word", {"sign": node.name})]  # fmt: skip


def _meaning(node: Node) -> list[Question]:
    """What only the tree says."""
    found: list[Question] = []
    integrals = [n for n in node.walk() if n.kind == "integral"]
    if len(integrals) == 1:
        found.append(Question("integration variable", integrals[0].args[1].name, "math"))
    orders = [int(n.name or 1) for n in node.walk() if n.kind in ("derivative", "prime")]
    orders += [len(n.args) - 1 for n in node.walk() if n.kind == "partial"]
    if orders and not dotted(node) and not any(n.kind == "nabla" for n in node.walk()):
        found.append(Question("derivative order", str(max(orders)), "number"))
    for side, name in zip(node.args, ("left", "right"), strict=False) if node.kind == "relation" else ():
        if any(n.kind == "text" for n in side.walk()):
            continue
        if side.kind == "add" and (count := _terms(side)):
            found.append(Question("terms", str(count), "number", {"side": name}))
        tree = operation_tree(side)
        if isinstance(tree, dict) and side.kind in _OUTERMOST:
            found.append(Question("outermost", tree["op"], "word", {"side": name}))
    return found


def _terms(node: Node) -> int:
    """Terms that a sum shows, those of a sum in its first place (which has no brackets) among them; 0 where dots or a
    double sign leave the number open."""
    if node.kind in ("dots", "pm"):
        return 0
    counts = [_terms(node.args[0]), *(t.kind != "dots" for t in node.args[1:])] if node.kind == "add" else [1]
    return sum(counts) if all(counts) else 0


_OUTERMOST = frozenset({"add", "mul", "frac", "pow", "root", "abs", "matrix", "integral", "binom", "norm"})
