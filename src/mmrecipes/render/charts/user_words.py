"""What a chart of a user's columns says beside the user's own words, in the language whose faces set the file.

Covered: English (for all files that bundled fonts set) and the languages of other scripts; templates are lines of
`user_words.toml`. Not covered: which language a file is in (see `canvas.scripts.language_of_texts`).
"""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True, slots=True)
class UserWords:
    """Templates with numbered places for the user's headings and counts, and names of our own axes."""

    mean: str
    highest: str
    lowest: str
    by: str
    by_two: str
    both: str
    measures: str
    against: str
    some: str
    window: str
    distribution: str
    count: str
    value: str
    mean_value: str
    mean_values: str
    totals: tuple[str, ...]


@functools.cache
def user_words(language: str) -> UserWords:
    """The words of a language. Raises `KeyError` for one that bundled fonts set: such charts are in English."""
    source = resources.files("mmrecipes.render.charts").joinpath("user_words.toml").read_text(encoding="utf-8")
    entry = tomllib.loads(source)[language]
    return UserWords(**{**entry, "totals": tuple(entry["totals"])})
