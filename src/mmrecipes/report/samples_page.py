"""Samples on a page of their own, beside tables of what is known about them: for sources that no run has made.

Covered: the cards of the report, with regions, truth and meta; the same safety as the report's page. Not covered: which
samples (the caller chooses).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mmrecipes.core.sample import Sample
from mmrecipes.report.gallery import Colours, view
from mmrecipes.report.page import filled
from mmrecipes.report.pictures import Album


@dataclass(frozen=True, slots=True)
class Page:
    """What the page says. `tables` maps a heading to (name, value) rows."""

    title: str
    eyebrow: str
    summary: str
    tables: Mapping[str, Sequence[tuple[str, str]]]
    samples: Sequence[Sample]


def render_samples(page: Page) -> str:
    """The page. Equal content gives equal text."""
    album, colours = Album(), Colours()
    return filled("samples.html", p=page, gallery=[view(sample, album, colours) for sample in page.samples])
