"""Construction steps in words, and the words read back to facts: both from one table (`clauses.toml`).

A clause carries exactly its facts. `describe` covers the stated facts and the strokes of a step with clauses, the more
special first; `read` is the grammar: every sentence must be one of the wordings, and gives back its facts. Strokes
that go without saying (the outline of a named shape, the drawn bisector) are not told apart.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise, permutations
from pathlib import Path
from random import Random
from typing import Any

from mmrecipes.core.errors import UsageError
from mmrecipes.geometry.facts import KINDS, Fact, fact
from mmrecipes.geometry.figure import Step
from mmrecipes.geometry.numbers import Surd, parse_surd

MIN_WORDINGS = 4
NAME = r"[A-Z]\d*'*"
_SLOT = re.compile(r"\{([^{}]*)\}")
_PATTERN = re.compile(r"([a-z_]+)\(([A-Z,]+)\)(?:=(\w+))?")
_NUMBER = r"[0-9√/()+-]+"
_OUTLINED = ("triangle", "quad", "parallelogram", "rectangle", "rhombus", "square", "isosceles_trapezoid",
             "right_trapezoid", "trapezoid", "kite", "regular", "equilateral", "isosceles")  # fmt: skip
MEASURES = ("len", "ang", "radius")

Binding = dict[str, Any]


@dataclass(frozen=True)
class Pattern:
    """`kind(A,B)=value` with letters for points; `value`: empty, `v`, `r` or a number."""

    kind: str
    args: tuple[str, ...]
    value: str

    def made(self, bound: Binding) -> Fact:
        names = [bound[a] for a in self.args]
        if self.kind == "join":
            return _join(*names)
        value = bound.get(self.value) if self.value in ("v", "r") else Surd(int(self.value)) if self.value else None
        return fact(self.kind, *names, value=value)


@dataclass(frozen=True)
class Clause:
    facts: tuple[Pattern, ...]
    wordings: tuple[str, ...]
    draws: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    nouns: tuple[Clause, ...]
    clauses: tuple[Clause, ...]
    atoms: tuple[Clause, ...]
    frames: dict[str, list[str]]
    lists: dict[str, list[str]]


@dataclass(frozen=True)
class Reading:
    """What a text states: `facts`; `joined`: strokes it draws, in so many words or without saying; `outward`: sides on
    which a shape is built."""

    facts: frozenset[Fact]
    joined: frozenset[Fact]
    outward: frozenset[tuple[str, ...]]


class NotRead(ValueError):
    """A sentence is none of the wordings."""


@functools.cache
def table() -> Table:
    """The table that comes with the recipe."""
    return load_table(Path(__file__).with_name("clauses.toml").read_text(encoding="utf-8"))


def load_table(text: str) -> Table:
    """Reads a table. Raises UsageError for a wording that lacks a name or number of its facts, or too few of them."""
    entries = tomllib.loads(text)
    made = Table(
        tuple(_clause(e["facts"], e["phrases"], (), 1) for e in entries["noun"]),
        tuple(_clause(e["facts"], e["wordings"], e.get("draws", ()), MIN_WORDINGS) for e in entries["clause"]),
        tuple(_clause(e["facts"], e["wordings"], (), MIN_WORDINGS) for e in entries["atom"]),
        entries["frames"],
        entries["lists"],
    )
    for wording in (w for frames in made.frames.values() for w in frames):
        if "{noun}" not in wording:
            raise UsageError(f"clauses: {wording!r} lacks {{noun}}")
    return made


def _clause(facts: Sequence[str], wordings: Sequence[str], draws: Sequence[str], least: int) -> Clause:
    patterns = []
    for text in facts:
        match = _PATTERN.fullmatch(text)
        if match is None or (match[1] != "join" and match[1] not in KINDS):
            raise UsageError(f"clauses: {text!r} is not a fact")
        patterns.append(Pattern(match[1], tuple(match[2].split(",")), match[3] or ""))
    needed = {a for p in patterns for a in p.args} | {p.value for p in patterns if p.value in ("v", "r")}
    if len(set(wordings)) < least:
        raise UsageError(f"clauses: {facts[0]} needs {least} different wordings")
    for wording in wordings:
        said = {c for slot in _SLOT.findall(wording) for c in slot}
        if said != needed:
            raise UsageError(f"clauses: {wording!r} names {''.join(sorted(said))}, not {''.join(sorted(needed))}")
    return Clause(tuple(patterns), tuple(wordings), tuple(draws))


# --- telling


def describe(step: Step, facts: Iterable[Fact], rng: Random, *, joins: bool = True) -> str:
    """Sentences that state these of the step's facts, and its strokes unless `joins` is off."""
    known = table()
    pool = list(dict.fromkeys(facts))
    strokes = {_join(*stroke) for stroke in step.drawn} - _outline(pool) if joins else set()
    pool += sorted(strokes)
    sentences = list(_shape(step, pool, rng, joins))
    measures = [f for f in pool if f.kind in MEASURES]
    found: list[str] = []
    for clause in known.clauses:
        while (bound := _match(clause.facts, pool)) is not None:
            _consume(clause, bound, pool)
            found.append(_capital(_fill(rng.choice(clause.wordings), bound)))
    sentences += [*_on_circles(pool, rng), *found]
    measures = [f for f in measures if f in pool]
    if measures:
        atoms = [_atom(f, rng) for f in measures]
        sentences.append(_capital(rng.choice(known.lists["measures"]).replace("{list}", listed(atoms))))
        pool = [f for f in pool if f not in measures]
    if pool:
        raise NotRead(f"no clause for {pool[0]}")
    return " ".join(sentences)


def _shape(step: Step, pool: list[Fact], rng: Random, whole: bool) -> Iterator[str]:
    """The sentence of a base shape, or of a shape alone when only a part of the facts is told."""
    if step.kind != "substrate" and whole:
        return
    for noun in table().nouns:
        bound = _match(noun.facts, pool)
        if bound is not None:
            _consume(noun, bound, pool)
            phrase = _fill(rng.choice(noun.wordings), bound)
            base = "".join(step.args) if whole else ""
            frame = rng.choice(table().frames["second" if base else "first" if whole else "part"])
            yield _capital(frame.replace("{noun}", phrase).replace("{base}", base))


def _on_circles(pool: list[Fact], rng: Random) -> Iterator[str]:
    """Points that lie on a circle, as far as no clause has said it."""
    by_centre: dict[str, list[str]] = {}
    for f in [f for f in pool if f.kind == "on_circle"]:
        by_centre.setdefault(f.args[1], []).append(f.args[0])
        pool.remove(f)
    for centre, names in by_centre.items():
        wording = rng.choice(table().lists["points"]).replace("{O}", centre).replace("{names}", listed(names))
        yield _numbered(wording, len(names) > 1)


def _numbered(wording: str, many: bool) -> str:
    return re.sub(r"\[([^|\]]*)\|([^\]]*)\]", lambda m: m[2] if many else m[1], wording)


def _atom(known: Fact, rng: Random) -> str:
    for clause in table().atoms:
        bound = _match(clause.facts, [known])
        if bound is not None:
            return _fill(rng.choice(clause.wordings), bound)
    raise NotRead(f"no wording for {known}")


def listed(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def ratio_text(value: Surd) -> str:
    q = value.fraction
    return f"{q.numerator} : {q.denominator}"


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def _fill(wording: str, bound: Binding) -> str:
    def slot(match: re.Match[str]) -> str:
        if match[1] == "v":
            return str(bound["v"])
        if match[1] == "r":
            return ratio_text(bound["r"])
        return "".join(bound[a] for a in match[1])

    return _SLOT.sub(slot, wording)


def _join(a: str, b: str) -> Fact:
    return Fact("join", (a, b) if a <= b else (b, a))


def _outline(facts: Iterable[Fact]) -> set[Fact]:
    return {_join(a, b) for f in facts if f.kind in _OUTLINED for a, b in pairwise([*f.args, f.args[0]])}


def _consume(clause: Clause, bound: Binding, pool: list[Fact]) -> None:
    for pattern in clause.facts:
        pool.remove(pattern.made(bound))
    for drawn in clause.draws:
        stroke = _join(bound[drawn[0]], bound[drawn[1]])
        if stroke in pool:
            pool.remove(stroke)


def _match(patterns: Sequence[Pattern], pool: Sequence[Fact], bound: Binding | None = None) -> Binding | None:
    """A binding under which every pattern is a fact of the pool, each another."""
    bound = bound or {}
    if not patterns:
        return bound
    first, rest = patterns[0], patterns[1:]
    for i, known in enumerate(pool):
        if known.kind != first.kind or len(known.args) != len(first.args):
            continue
        for names, value in _readings(known):
            extended = _extended(first, names, value, bound)
            if extended is not None:
                found = _match(rest, [*pool[:i], *pool[i + 1 :]], extended)
                if found is not None:
                    return found
    return None


def _extended(pattern: Pattern, names: Sequence[str], value: Surd | None, bound: Binding) -> Binding | None:
    if pattern.value.isdigit() and value != int(pattern.value):
        return None
    new = dict(bound)
    if pattern.value in ("v", "r"):
        new[pattern.value] = value
    for letter, name in zip(pattern.args, names, strict=True):
        if new.setdefault(letter, name) != name:
            return None
    return new


@functools.lru_cache(maxsize=4096)
def _readings(known: Fact) -> tuple[tuple[tuple[str, ...], Surd | None], ...]:
    """The orders of the names that say the same, with the value that goes with each; the canonical one first."""
    if known.kind == "join":
        return (known.args, None), (known.args[::-1], None)
    orders: Iterable[tuple[int, ...]]
    n = len(known.args)
    if n <= 4:
        orders = permutations(range(n))
    elif known.kind == "congruent":
        orders = [(*p, *(i + 3 for i in p)) for p in permutations(range(3))]
        orders += [order[3:] + order[:3] for order in orders]
    else:
        orders = [tuple(range(n))]
    found = []
    for order in orders:
        names = tuple(known.args[i] for i in order)
        for value in dict.fromkeys((known.value, known.value and known.value.inverse())):
            if fact(known.kind, *names, value=value) == known:
                found.append((names, value))
                break
    return tuple(found)


# --- reading


def read(text: str) -> Reading:
    """What the sentences state. Raises NotRead for one that is none of the wordings."""
    facts: set[Fact] = set()
    joined: set[Fact] = set()
    outward: set[tuple[str, ...]] = set()
    for sentence in re.split(r"(?<=\.) ", text.strip()) if text else ():
        found, strokes, side = _read_sentence(sentence)
        facts |= found
        joined |= strokes
        outward |= side
    return Reading(frozenset(facts), frozenset(joined | _outline(facts)), frozenset(outward))


_Read = tuple[set[Fact], set[Fact], set[tuple[str, ...]]]


def _read_sentence(sentence: str) -> _Read:
    for reader in (_read_clause, _read_shape, _read_points, _read_measures):
        for form in (sentence, sentence[0].lower() + sentence[1:]):
            found = reader(form)
            if found is not None:
                return found
    raise NotRead(f"{sentence!r} is none of the wordings")


@functools.cache
def _expressions(part: str) -> list[tuple[re.Pattern[str], Clause]]:
    return [(_expression(w), c) for c in getattr(table(), part) for w in c.wordings]


def _expression(wording: str, **others: str) -> re.Pattern[str]:
    seen: set[str] = set()

    def slot(text: str) -> str:
        if text in others:
            return others[text]
        if text == "v":
            return f"(?P<v>{_NUMBER})"
        if text == "r":
            return r"(?P<m>\d+) : (?P<n>\d+)"
        parts = []
        for letter in text:
            parts.append(f"(?P={letter})" if letter in seen else f"(?P<{letter}>{NAME})")
            seen.add(letter)
        return "".join(parts)

    pieces = _SLOT.split(wording)
    return re.compile("".join(slot(p) if i % 2 else re.escape(p) for i, p in enumerate(pieces)))


def _bound(match: re.Match[str]) -> Binding:
    bound: Binding = dict(match.groupdict())
    if bound.get("v") is not None:
        bound["v"] = parse_surd(bound["v"])
    if "m" in bound:
        bound["r"] = Surd(Fraction(int(bound["m"]), int(bound["n"])))
    return bound


def _read_clause(sentence: str) -> _Read | None:
    for expression, clause in _expressions("clauses"):
        match = expression.fullmatch(sentence)
        if match:
            bound = _bound(match)
            made = {p.made(bound) for p in clause.facts}
            strokes = {f for f in made if f.kind == "join"}
            drawn = {_join(bound[d[0]], bound[d[1]]) for d in clause.draws}
            return made - strokes, strokes | drawn, set()
    return None


@functools.cache
def _frames() -> list[re.Pattern[str]]:
    others = {"noun": "(?P<noun>.+)", "base": f"(?P<first>{NAME})(?P<second>{NAME})"}
    return [_expression(w, **others) for part in table().frames for w in table().frames[part]]


def _read_shape(sentence: str) -> _Read | None:
    for frame in _frames():
        match = frame.fullmatch(sentence)
        if match is None:
            continue
        for expression, clause in _expressions("nouns"):
            noun = expression.fullmatch(match["noun"])
            if noun:
                bound = _bound(noun)
                side = {(match["first"], match["second"])} if "first" in match.groupdict() else set()
                return {p.made(bound) for p in clause.facts}, set(), side
    return None


@functools.cache
def _point_lists() -> list[re.Pattern[str]]:
    names = f"(?P<names>{NAME}(?:(?:, | and ){NAME})*)"
    return [_expression(_numbered(w, many), names=names) for w in table().lists["points"] for many in (False, True)]


def _read_points(sentence: str) -> _Read | None:
    for expression in _point_lists():
        match = expression.fullmatch(sentence)
        if match:
            return {fact("on_circle", n, match["O"]) for n in re.split(", | and ", match["names"])}, set(), set()
    return None


def _read_measures(sentence: str) -> _Read | None:
    for wording in table().lists["measures"]:
        match = re.fullmatch(re.escape(wording).replace(r"\{list\}", "(.+)"), sentence)
        if match is None:
            continue
        facts = [_read_atom(part) for part in re.split(", | and ", match[1])]
        if all(facts):
            return {f for f in facts if f is not None}, set(), set()
    return None


def _read_atom(text: str) -> Fact | None:
    for expression, clause in _expressions("atoms"):
        match = expression.fullmatch(text) or expression.fullmatch(text[0].lower() + text[1:])
        if match:
            return clause.facts[0].made(_bound(match))
    return None
