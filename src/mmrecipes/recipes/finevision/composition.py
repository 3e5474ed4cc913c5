"""What a finished run holds, a line per subset: the card of the data.

`python -m mmrecipes.recipes.finevision.composition RUN` prints it as a table in Markdown.

Covered: pictures (told apart by their pixels), samples, turns, tokens (estimated, see `text_cleaning.tokens`),
categories, means of the ratings that were given, shares of duplicates and of rows with a benchmark's picture, licences.
Not covered: what was dropped: the run's report has it.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from mmrecipes.core.sample import Sample
from mmrecipes.recipes.finevision.rating import AXES
from mmrecipes.recipes.finevision.text_cleaning import tokens
from mmrecipes.recipes.finevision.turns import turns_of
from mmrecipes.store.dataset import read_samples


@dataclass(slots=True)
class Line:
    """The counts of a subset, or of all of them."""

    pictures: set[str] = field(default_factory=set)
    samples: int = 0
    turns: int = 0
    question_tokens: int = 0
    answer_tokens: int = 0
    categories: Counter[str] = field(default_factory=Counter)
    licences: Counter[str] = field(default_factory=Counter)
    rated: Counter[str] = field(default_factory=Counter)
    rating_sums: Counter[str] = field(default_factory=Counter)
    duplicates: int = 0
    compared: int = 0
    leaks: Counter[str] = field(default_factory=Counter)
    """Rows per benchmark that have a picture of it, settled; `""` counts rows with any."""

    def add(self, sample: Sample) -> None:
        """Count a finished sample."""
        turns = turns_of(sample)
        self.pictures.update(sample.meta["image_sha"])
        self.samples += 1
        self.turns += len(turns)
        self.question_tokens += sum(tokens(turn.user) for turn in turns)
        self.answer_tokens += sum(tokens(turn.assistant) for turn in turns)
        self.categories[sample.meta.get("category", "")] += 1
        self.licences[sample.licence] += 1
        self.duplicates += sample.meta["dup_of"] is not None
        for axis in AXES:
            given = [r for r in sample.scores[f"{axis}_ratings"] if r is not None]
            self.rated[axis] += len(given)
            self.rating_sums[axis] += sum(given)
        if "leak" in sample.meta:
            self.compared += 1
            found = {one["benchmark"] for one in sample.meta["leak"] if one["settled"]}
            self.leaks.update(found | ({""} if found else set()))

    def mean(self, axis: str) -> float | None:
        """The mean of the ratings on an axis; None when none was given."""
        return self.rating_sums[axis] / self.rated[axis] if self.rated[axis] else None

    @property
    def leaked(self) -> float | None:
        """The share of rows with a benchmark's picture; None where no benchmark was given."""
        return self.leaks[""] / self.compared if self.compared else None


def composition(samples: Iterable[Sample]) -> dict[str, Line]:
    """The lines by subset, in order, and last one for everything, under `""`."""
    lines: dict[str, Line] = {}
    whole = Line()
    for sample in samples:
        for line in (lines.setdefault(sample.subset, Line()), whole):
            line.add(sample)
    return {**dict(sorted(lines.items())), "": whole}


COLUMNS = (
    "subset", "category", "images", "samples", "turns", "question tokens", "answer tokens", *AXES, "duplicates",
    "leaked", "licence",
)  # fmt: skip


def as_markdown(lines: dict[str, Line]) -> Iterator[str]:
    """The table, line by line."""
    yield f"| {' | '.join(c.replace('_', ' ') for c in COLUMNS)} |"
    yield f"|{' --- |' * len(COLUMNS)}"
    for name, line in lines.items():
        yield f"| {' | '.join(_cells(name or '**all**', line))} |"


def _cells(name: str, line: Line) -> list[str]:
    means = [_or_dash(line.mean(axis), ".2f") for axis in AXES]
    counts = (len(line.pictures), line.samples, line.turns, line.question_tokens, line.answer_tokens)
    duplicated = line.duplicates / line.samples if line.samples else None
    shares = [_or_dash(duplicated, ".2%"), _or_dash(line.leaked, ".2%")]
    return [name, _named(line.categories), *(f"{n:,}" for n in counts), *means, *shares, _named(line.licences)]


_MOST = 4


def _or_dash(value: float | None, form: str) -> str:
    return "-" if value is None else format(value, form)


def _named(counted: Counter[str]) -> str:
    """The values, most frequent first."""
    shown = ", ".join(value.replace("|", "/") or "-" for value, _ in counted.most_common(_MOST))
    return shown if len(counted) <= _MOST else f"{shown}, …"


def main(runs: list[str]) -> None:
    for run in runs:
        print(*as_markdown(composition(read_samples(Path(run)))), sep="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
