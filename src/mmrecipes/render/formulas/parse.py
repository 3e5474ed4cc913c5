"""LaTeX formulas read into layouts: `latex(parse(s))` is the canonical form of any spelling that is covered.

Covered: the symbols of `symbols` and their other spellings, braces or single tokens as arguments, `\\over` and
`\\choose`, primes, scripts in either order, `\\left`/`\\right` with all spellings of brackets or plain ones, spacing
and style commands (dropped), matrices, cases, aligned. Not covered: macros, text mode, unpaired brackets.
"""

from __future__ import annotations

import re

from mmrecipes.render.formulas.layout import (
    Accent,
    Binom,
    Fence,
    Frac,
    Grid,
    Layout,
    Root,
    Row,
    Scripts,
    Space,
    Sym,
    latex,
    row,
)
from mmrecipes.render.formulas.symbols import ACCENTS, ALIASES, BRACKETS, CLOSING, ENVIRONMENTS, SYMBOLS


class LatexError(ValueError):
    """A spelling that is not covered: says what and where."""


_TOKEN = re.compile(
    r"\\(?:text|operatorname\*?|mathbb|mathcal|mathbf|begin|end|mathrm)\s*\{[^{}]*\}|\\not\s*=|\\[A-Za-z]+|\\.|\s+|[^\\]",
    re.DOTALL,
)
_DROPPED = frozenset({
    r"\,", r"\;", r"\:", r"\!", r"\ ", r"\quad", r"\qquad", "~", r"\displaystyle", r"\textstyle", r"\limits",
    r"\nolimits", r"\big", r"\Big", r"\bigl", r"\bigr", r"\thinspace", r"\mathstrut",
})  # fmt: skip
_BRACKET_ALIASES = {
    r"\lbrace": r"\{", r"\rbrace": r"\}", r"\vert": "|", r"\lvert": "|", r"\rvert": "|", r"\Vert": r"\|",
    r"\lVert": r"\|", r"\rVert": r"\|", r"\lbrack": "[", r"\rbrack": "]", "<": r"\langle", ">": r"\rangle",
}  # fmt: skip
_OPENING_BARS = {r"\lvert": r"\rvert", r"\lVert": r"\rVert"}
_BARS = frozenset({"|", r"\|", r"\vert", r"\Vert"})


def parse(tex: str) -> Layout:
    """The layout of a LaTeX formula (without dollar signs). Raises `LatexError`."""
    return _Reader(tex).whole()


def canonical(tex: str) -> str:
    """The canonical form of a LaTeX formula. Raises `LatexError`."""
    return latex(parse(tex))


class _Reader:
    def __init__(self, tex: str) -> None:
        self.tokens = [t for t in _TOKEN.findall(tex) if not t.isspace() and t not in _DROPPED]
        if sum(map(len, _TOKEN.findall(tex))) != len(tex):
            raise LatexError("a backslash stands at the end")
        self.at = 0

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        token = self.peek()
        if not token:
            raise LatexError("the formula ends in the middle")
        self.at += 1
        return token

    def expect(self, token: str) -> None:
        if (found := self.take()) != token:
            raise LatexError(f"{token} expected before {found!r} (token {self.at})")

    def whole(self) -> Layout:
        found = self.row(frozenset({""}))
        if self.at < len(self.tokens):
            raise LatexError(f"{self.peek()!r} closes nothing (token {self.at + 1})")
        return found

    def row(self, stops: frozenset[str]) -> Layout:
        """Items up to one of `stops`, which is left; \\over and \\choose split the whole row."""
        items: list[Layout] = []
        while (token := self.peek()) not in stops:
            if not token:
                raise LatexError(f"{' or '.join(sorted(stops))} is missing")
            if token in (r"\over", r"\choose"):
                self.take()
                below = self.row(stops)
                return (Frac if token == r"\over" else Binom)(row(*items), below)
            items.append(self.scripted())
        return row(*items)

    def scripted(self) -> Layout:
        base = Row() if self.peek() in ("_", "^", "'") else self.atom()
        sub: Layout | None = None
        sup: Layout | None = None
        while self.peek() in ("_", "^", "'"):
            mark = self.take()
            if mark == "'":
                sup = Sym(r"\prime") if sup is None else row(sup, Sym(r"\prime"))
            elif mark == "_":
                if sub is not None:
                    raise LatexError(f"double subscript (token {self.at})")
                sub = self.argument()
            else:
                if sup is not None and not _all_primes(sup):
                    raise LatexError(f"double superscript (token {self.at})")
                sup = self.argument() if sup is None else row(sup, self.argument())
        return base if sub is None and sup is None else Scripts(base, sub, sup)

    def argument(self) -> Layout:
        """What a command takes: a group, or one token (a single digit of a number)."""
        token = self.peek()
        if token == "{":
            return self.group()
        if token.isdigit():
            return Sym(self.take())
        return self.atom()

    def group(self) -> Layout:
        self.expect("{")
        found = self.row(frozenset({"}"}))
        self.expect("}")
        return found

    def atom(self) -> Layout:
        token = self.take()
        if token == "{":
            self.at -= 1
            return self.group()
        if token.isdigit() or (token == "." and self.peek().isdigit()):
            return Sym(self.number(token))
        if token in (r"\frac", r"\dfrac", r"\tfrac", r"\cfrac"):
            return Frac(self.argument(), self.argument())
        if token in (r"\binom", r"\dbinom", r"\tbinom"):
            return Binom(self.argument(), self.argument())
        if token == r"\sqrt":
            return self.root()
        if token in ACCENTS or token in (r"\widehat", r"\widetilde", r"\overrightarrow"):
            wide = {r"\widehat": r"\hat", r"\widetilde": r"\tilde", r"\overrightarrow": r"\vec"}
            return Accent(wide.get(token, token), self.argument())
        if token == r"\left":
            return self.stretched()
        if token.startswith(r"\begin"):
            return self.grid(_name(token))
        return self.bracketed(token) or self.symbol(token)

    def number(self, first: str) -> str:
        digits = [first]
        while (token := self.peek()).isdigit() or (token == "." and "." not in digits and self._digit_after()):
            digits.append(self.take())
        return "".join(digits)

    def _digit_after(self) -> bool:
        return self.at + 1 < len(self.tokens) and self.tokens[self.at + 1].isdigit()

    def root(self) -> Layout:
        if self.peek() != "[":
            return Root(self.argument())
        self.take()
        index = self.row(frozenset({"]"}))
        self.expect("]")
        return Root(self.argument(), index)

    def stretched(self) -> Layout:
        left = self.bracket()
        body = self.row(frozenset({r"\right"}))
        self.expect(r"\right")
        return _fence(left, body, self.bracket())

    def bracket(self) -> str:
        token = self.take()
        name = _BRACKET_ALIASES.get(token, token)
        if name not in BRACKETS and name not in CLOSING and name != ".":
            raise LatexError(f"{token!r} is no bracket (token {self.at})")
        return name

    def bracketed(self, token: str) -> Layout | None:
        """A pair of brackets without \\left; None when the token opens none."""
        name = _BRACKET_ALIASES.get(token, token) if token.startswith("\\") else token
        if token in _BARS:
            stops = frozenset({token})
        elif token in _OPENING_BARS:
            stops = frozenset({_OPENING_BARS[token]})
        elif name in BRACKETS:
            stops = frozenset({")", "]"}) if name in "([" else _spellings(BRACKETS[name][0])
        else:
            return None
        body = self.row(stops)
        right = self.take()
        return Fence(name, body, _BRACKET_ALIASES.get(right, right))

    def grid(self, name: str) -> Layout:
        end = rf"\end{{{name}}}"
        if name == "array" and self.peek() == "{":
            self.group()
        name = {"array": "matrix", "align": "aligned", "align*": "aligned", "split": "aligned"}.get(name, name)
        if name not in ENVIRONMENTS:
            raise LatexError(f"environment {name!r} is not known")
        rows: list[tuple[Layout, ...]] = []
        cells: list[Layout] = []
        stops = frozenset({"&", r"\\", end})
        while True:
            cells.append(self.row(stops))
            token = self.take()
            if token == "&":
                continue
            rows.append(tuple(cells))
            cells = []
            if token != r"\\":
                return Grid(name, tuple(rows))

    def symbol(self, token: str) -> Layout:
        if token.startswith((r"\text", r"\operatorname", r"\math")) and token.endswith("}"):
            return _named(token)
        name = ALIASES.get(re.sub(r"\s", "", token), token)
        if name not in SYMBOLS:
            raise LatexError(f"{token!r} is not known (token {self.at})")
        return Sym(name)


def _fence(left: str, body: Layout, right: str) -> Layout:
    """A bracketed matrix is the environment of that bracket; one big brace at the left of a grid is cases."""
    if isinstance(body, Grid) and body.name == "matrix":
        for name, (opening, closing) in ENVIRONMENTS.items():
            if opening and closing and (left.lstrip("\\"), right.lstrip("\\")) == (opening, closing):
                return Grid(name, body.rows)
        if (left, right) == (r"\{", "."):
            return Grid("cases", body.rows)
    if "." in (left, right):
        raise LatexError("a bracket without its partner")
    return Fence(left, body, right)


def _named(token: str) -> Layout:
    command, argument = token[: token.index("{")].strip(), token[token.index("{") + 1 : -1]
    if command == r"\text":
        return Sym(rf"\text{{{argument}}}")
    if command == r"\mathrm" and argument == "d":
        return Sym("d")
    command = r"\operatorname" if command in (r"\operatorname*", r"\mathrm") else command
    short = rf"\{argument}"
    if command == r"\operatorname" and short in SYMBOLS and SYMBOLS[short].kind == "function":
        return Sym(short)
    name = rf"{command}{{{argument}}}"
    if name not in SYMBOLS:
        raise LatexError(f"{name} is not known")
    return Sym(name)


def _name(token: str) -> str:
    return token[token.index("{") + 1 : -1]


def _spellings(closing: str) -> frozenset[str]:
    return frozenset({closing, *(k for k, v in _BRACKET_ALIASES.items() if v == closing and k.startswith("\\"))})


def _all_primes(layout: Layout) -> bool:
    items = layout.items if isinstance(layout, Row) else (layout,)
    return all(item == Sym(r"\prime") for item in items if not isinstance(item, Space))
