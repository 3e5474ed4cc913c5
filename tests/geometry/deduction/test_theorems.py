"""Every theorem of the table: true in a figure that shares no code with the engine, fires there, and needs what it
asks for."""

from __future__ import annotations

from collections.abc import Mapping

from mmrecipes.geometry.deduction import Deduction, Theorem, deduce, theorems
from mmrecipes.geometry.deduction.language import Pattern, Relation
from mmrecipes.geometry.facts import Fact, fact
from mmrecipes_tests.geometry.deduction import numeric
from mmrecipes_tests.geometry.deduction.sketch import DRAWN, free_term, names, sketch, stated, upper, valued

MODELS = numeric.models()
PROPER = [t for t in theorems().values() if t.given]


def concluded(found: Deduction, theorem: Theorem, pattern: Pattern) -> bool:
    """Whether the theorem gave a fact that states the conclusion, or what it says of one of its magnitudes."""
    by = [known.fact for known in found.facts if known.theorem == theorem.name]
    if isinstance(pattern, Relation):
        at = upper(MODELS[theorem.name])
        return any(same(fact(pattern.kind, *names(pattern)), f, at) for f in by)
    parts = {frozenset(term.args) for term in pattern.terms}
    return any(frozenset(f.args) in parts if f.kind not in PAIRS else covers(f, parts) for f in by)


def same(wanted: Fact, got: Fact, at: Mapping[str, complex]) -> bool:
    """A line or a ray may be named by any of its points."""
    if wanted.kind != got.kind:
        return False
    if wanted.kind in ("para", "perp"):
        first, second = {along(wanted.args[:2], at), along(wanted.args[2:], at)}, {got.args[:2], got.args[2:]}
        return first == {along(pair, at) for pair in second}
    if wanted.kind == "tangent":
        return got.args[0] == wanted.args[0] and along(got.args[:2], at) == along(wanted.args[:2], at)
    return got.args[2] == wanted.args[2] if wanted.kind == "bisects" else wanted == got


def along(pair: tuple[str, ...], at: Mapping[str, complex]) -> frozenset[str]:
    """All points on the line through two."""
    a, b = (at[n] for n in pair)
    return frozenset(n for n, z in at.items() if n in pair or abs(numeric.cross(b - a, z - a)) < 1e-9)


PAIRS = ("len_eq", "len_ratio", "ang_eq", "ang_ratio", "ang_sum", "area_ratio")


def covers(got: Fact, parts: set[frozenset[str]]) -> bool:
    """A relation between two magnitudes of the equation, radii being named by any point of the circle."""
    half = len(got.args) // 2
    first, second = frozenset(got.args[:half]), frozenset(got.args[half:])
    return any(p in parts or any(len(q) == 1 and q <= p for q in parts) for p in (first, second))


def values(pattern: Pattern, place: Mapping[str, complex]) -> list[Fact]:
    """Values for all magnitudes of an equation but one."""
    if isinstance(pattern, Relation):
        return []
    at = dict(place) | upper(place)
    return [valued(term, at) for i, term in enumerate(pattern.terms) if i != free_term(pattern)]


def fires(theorem: Theorem, pattern: Pattern, extra: list[Fact], without: Pattern | None = None) -> bool:
    figure = sketch(theorem, MODELS[theorem.name], extra, without)
    return concluded(deduce(figure, {theorem.name: theorem}), theorem, pattern)


def test_the_table_has_the_theorems_that_were_promised():
    assert sum(not t.definition for t in PROPER) >= 110
    assert set(MODELS) == {t.name for t in PROPER}, "a theorem without a figure: no start led to its premises"


def test_every_conclusion_is_true_where_the_premises_are():
    for theorem in PROPER:
        at = MODELS[theorem.name]
        for premise in theorem.given:
            assert max(map(abs, numeric.misses(premise, at)), default=0) < 1e-9, (theorem.name, premise)
            assert numeric.looks_right(premise, at), (theorem.name, premise)
        for conclusion in theorem.then:
            assert max(map(abs, numeric.misses(conclusion, at)), default=0) < 1e-9, (theorem.name, conclusion)


def test_every_theorem_gives_each_of_its_conclusions_in_its_figure():
    for theorem in PROPER:
        for conclusion in theorem.then:
            extra = values(conclusion, MODELS[theorem.name])
            fired = fires(theorem, conclusion, []) or (extra and fires(theorem, conclusion, extra))
            assert fired, (theorem.name, conclusion)


def test_no_theorem_concludes_without_any_one_of_its_premises():
    checked, idle = 0, []
    for theorem in PROPER:
        for premise in theorem.given:
            seen = isinstance(premise, Relation) and premise.kind in DRAWN
            if not seen and not stated(premise, dict(MODELS[theorem.name]) | upper(MODELS[theorem.name])):
                continue
            checked += 1
            if fires(theorem, theorem.then[0], values(theorem.then[0], MODELS[theorem.name]), premise):
                idle.append((theorem.name, premise))
    assert not idle
    assert checked > 400
