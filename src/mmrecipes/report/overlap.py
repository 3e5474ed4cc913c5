"""The pages of a dataset's overlap with benchmarks: counts, and pairs side by side.

Covered: one HTML file each that works from disk, every value escaped, a policy that lets nothing load or run. A page
with pairs holds pictures and texts of benchmarks and says so; one without holds none. Not covered: finding the overlap
(see `steps/decontaminate`).
"""

from __future__ import annotations

import functools
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from mmrecipes.report.content import Headline
from mmrecipes.report.page import environment
from mmrecipes.report.pictures import Shown

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class BenchmarkRow:
    """One benchmark: what it is made of, what of it could be compared, what was hit. `tiers` are (tier, ((action,
    samples), …)); `with_images` and `with_text` count items, `pictures` distinct ones; `unreadable` says which of its
    rows are no items; `at_hand` is false where only hashes were given."""

    name: str
    registry: str
    items: int
    items_hit: int
    samples: int
    tiers: tuple[tuple[str, tuple[tuple[str, int], ...]], ...]
    with_images: int
    with_text: int
    pictures: int
    unreadable: str = ""
    at_hand: bool = True
    remarks: tuple[str, ...] = ()

    def count(self, tier: str, action: str) -> int:
        """Samples of a tier of which this is done."""
        return dict(dict(self.tiers).get(tier, ())).get(action, 0)


@dataclass(frozen=True, slots=True)
class Listed:
    """The first of a list of samples: (id, tier, benchmark, item), and how many there are."""

    rows: tuple[tuple[str, str, str, str], ...] = ()
    in_all: int = 0


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
    """A whole page: with `pairs` the page of pairs. `actions` are the columns of the table, `unread` (row, reason,
    detail) and `unchecked` (ids) the first of lists."""

    title: str
    command: str
    headlines: tuple[Headline, ...]
    benchmarks: tuple[BenchmarkRow, ...]
    actions: tuple[str, ...] = ("dropped", "for review")
    method: tuple[tuple[str, str], ...] = ()
    dropped: Listed = Listed()
    review: Listed = Listed()
    unread: tuple[tuple[int, str, str], ...] = ()
    unread_in_all: int = 0
    unchecked: tuple[str, ...] = ()
    unchecked_in_all: int = 0
    notes: tuple[str, ...] = ()
    pairs: tuple[PairView, ...] = ()
    pairs_file: str = ""
    """Where the pairs are, on a page without them."""
    pairs_shown: int = 0
    pairs_in_all: int = 0


def render_overlap(page: Overlap) -> str:
    """The page. Equal content gives equal text."""
    return environment().get_template("overlap.html").render(c=page, style=_style(), album=_album(page))


def _album(page: Overlap) -> dict[str, int]:
    """The pictures of the page that stand in it several times, each with its number: they are kept once."""
    shown = [s.picture.uri for p in page.pairs for s in (p.ours, p.theirs) if s.picture and s.picture.uri]
    return {uri: place for place, (uri, times) in enumerate(Counter(shown).items()) if times > 1}


@functools.cache
def _style() -> str:
    return "".join((FOLDER / name).read_text(encoding="utf-8") for name in ("style.css", "overlap.css"))
