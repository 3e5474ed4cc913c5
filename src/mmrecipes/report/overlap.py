"""The pages of a dataset's overlap with benchmarks: counts, and pairs side by side.

Covered: one HTML file each that works from disk, every value escaped, a policy that lets nothing load or run. A page
with pairs holds pictures and texts of benchmarks and says so; one without holds none. Not covered: finding the overlap
(see `steps/decontaminate`).
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

import jinja2

from mmrecipes.report.content import Headline
from mmrecipes.report.pictures import Shown
from mmrecipes.report.wording import number

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class BenchmarkRow:
    """One benchmark: what it is made of, what was hit, what was done. `tiers` are (name, samples)."""

    name: str
    items: int
    items_hit: int
    samples: int
    tiers: tuple[tuple[str, int], ...]
    removed: int
    review: int
    coverage: str
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Side:
    """One half of a pair: whose it is, its picture with its size in pixels, what is said: (speaker, text, whether this
    is the turn that was found)."""

    title: str
    picture: Shown | None
    size: tuple[int, int]
    said: tuple[tuple[str, str, bool], ...]
    more_pictures: int = 0


@dataclass(frozen=True, slots=True)
class PairView:
    """A sample beside the item that it repeats. `why` is a sentence, `measures` are (name, value)."""

    sample: str
    benchmark: str
    item: str
    tier: str
    action: str
    settled: bool
    why: str
    measures: tuple[tuple[str, str], ...]
    ours: Side
    theirs: Side


@dataclass(frozen=True, slots=True)
class Overlap:
    """A whole page."""

    title: str
    command: str
    headlines: tuple[Headline, ...]
    benchmarks: tuple[BenchmarkRow, ...]
    notes: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    pairs: tuple[PairView, ...] = ()
    pairs_file: str = ""
    """Where the pairs are, on a page without them."""


def render_overlap(page: Overlap) -> str:
    """The page. Equal content gives equal text."""
    return _template().render(c=page, style=_style())


@functools.cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["number"] = number
    return environment.get_template("overlap.html")


@functools.cache
def _style() -> str:
    return "".join((FOLDER / name).read_text(encoding="utf-8") for name in ("style.css", "overlap.css"))
