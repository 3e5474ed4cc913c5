"""The theorem table: read from `table/*.toml`, checked when loaded.

One entry is a theorem: its name (the table's key), `statement` in words, `given` and `then` as patterns of `language`,
and three or more `wordings` for one step of a proof. In a wording `{ABC}` stands for the points bound to A, B and C,
and `{conclusion}` for what follows. An entry with `definition = true` spells out what a word means; it makes a step,
but adds nothing to the depth of a proof. Different letters stand for different points, unless the theorem speaks of
congruent or similar triangles or says `coincident = true`. Entries of `reckoning.toml` have no patterns: they word what
the engine itself does (putting equals for equals, values of special angles); there `{premises}` stands for what is
used. The first premise starts a match: it should be one that few points satisfy. Where two theorems give the same at
the same depth, the earlier one in the table is taken.

To add a theorem, add an entry: nothing else needs to change.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mmrecipes.geometry.deduction.language import SEEN, Equation, Pattern, Relation, TableError, parse_pattern

MIN_WORDINGS = 3
SUBJECTS = ("definitions", "polygons", "circles", "quadrilaterals", "angles", "triangles", "congruence",
            "similarity", "areas", "trigonometry", "reckoning")  # fmt: skip
"""The files of the table, the more special first."""
_FIELDS = {"statement", "given", "then", "wordings", "definition", "coincident"}
_SLOT = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Theorem:
    """`subject`: the name of the file it stands in. `variables`: points, and lines in small letters."""

    name: str
    subject: str
    statement: str
    given: tuple[Pattern, ...]
    then: tuple[Pattern, ...]
    wordings: tuple[str, ...]
    definition: bool = False
    coincident: bool = False

    @property
    def variables(self) -> frozenset[str]:
        return variables(self.given)


def variables(patterns: Iterable[Pattern]) -> frozenset[str]:
    """The letters that occur."""
    found: set[str] = set()
    for pattern in patterns:
        if isinstance(pattern, Relation):
            found.update(pattern.args)
        else:
            found.update(name for term in pattern.terms for name in term.args)
    return frozenset(found)


@functools.cache
def theorems() -> dict[str, Theorem]:
    """The table that comes with the package, by name, in the order of `SUBJECTS`."""
    return load_theorems(Path(__file__).parent / "table" / f"{subject}.toml" for subject in SUBJECTS)


def load_theorems(files: Iterable[Path]) -> dict[str, Theorem]:
    """Reads tables. Raises TableError naming file, theorem and fault."""
    table: dict[str, Theorem] = {}
    for file in files:
        try:
            entries = tomllib.loads(file.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise TableError(f"{file.name}: {error}") from error
        for name, entry in entries.items():
            try:
                if name in table:
                    raise TableError(f"the name is taken in {table[name].subject}")
                table[name] = _theorem(name, file.stem, entry)
            except TableError as error:
                raise TableError(f"{file.name}: {name}: {error}") from error
    return table


def _theorem(name: str, subject: str, entry: dict[str, Any]) -> Theorem:
    if unknown := entry.keys() - _FIELDS:
        raise TableError(f"unknown field {sorted(unknown)[0]!r}")
    theorem = Theorem(
        name,
        subject,
        entry.get("statement", ""),
        tuple(parse_pattern(text) for text in entry.get("given", ())),
        tuple(parse_pattern(text) for text in entry.get("then", ())),
        tuple(entry.get("wordings", ())),
        entry.get("definition", False),
        entry.get("coincident", False),
    )
    if not theorem.statement:
        raise TableError("no statement")
    if subject != "reckoning":
        _check_patterns(theorem)
    _check_wordings(theorem)
    return theorem


def _check_patterns(theorem: Theorem) -> None:
    if not theorem.given or not theorem.then:
        raise TableError("`given` and `then` need a pattern each")
    bound = variables(p for p in theorem.given if isinstance(p, Relation))
    if loose := variables((*theorem.given, *theorem.then)) - bound:
        raise TableError(f"{sorted(loose)[0]} is bound by no relation of `given`")
    for pattern in theorem.then:
        if isinstance(pattern, Relation) and pattern.kind in SEEN:
            raise TableError(f"{pattern.kind} is seen in the drawing, never concluded")
    first = theorem.given[0]
    if isinstance(first, Equation):
        raise TableError("the first pattern of `given` must be a relation")


def _check_wordings(theorem: Theorem) -> None:
    if len(set(theorem.wordings)) < MIN_WORDINGS:
        raise TableError(f"{MIN_WORDINGS} different wordings are needed")
    points = {name for name in theorem.variables if name.isupper()}
    lines = {name for name in theorem.variables if name.islower()}
    for wording in theorem.wordings:
        slots = _SLOT.findall(wording)
        if "conclusion" not in slots:
            raise TableError(f"{wording!r} has no slot {{conclusion}}")
        for slot in slots:
            if slot == "conclusion" or (slot == "premises" and theorem.subject == "reckoning"):
                continue
            if not slot or not (set(slot) <= points or slot in lines):
                raise TableError(f"{wording!r}: {{{slot}}} names no variable of the theorem")
