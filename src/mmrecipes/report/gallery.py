"""Samples as the page shows them: which ones, and their pictures, regions, turns and truth.

Covered: a deterministic choice over subset, task and difficulty; views made of plain values for the template.
Not covered: reading the dataset (see `gather`), escaping (the template engine).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from mmrecipes.core.image import Image
from mmrecipes.core.sample import Message, Region, Sample
from mmrecipes.report.pictures import LARGE, Album, Shown
from mmrecipes.report.wording import halves, is_markup, pretty

MAX_REGIONS = 600
"""Regions drawn per picture; the page says how many are left out."""

COLOURS = 8
"""Region colours in the style sheet."""

MAX_TAGS = 14
"""Up to so many regions, the enlarged picture names them in place."""

MAX_FIGURES = 8
"""Pictures shown per sample."""


KEPT_PER_STRATUM = 512


@dataclass(slots=True)
class Stratum:
    """Places of samples, thinned evenly when there are too many to keep. `again` holds second and later samples
    of a group that stand next to each other, such as several questions on one picture."""

    first: list[int] = field(default_factory=list)
    again: list[int] = field(default_factory=list)
    strides: list[int] = field(default_factory=lambda: [1, 1])
    seen: list[int] = field(default_factory=lambda: [0, 0])
    group: str = ""

    def add(self, place: int, group: str) -> None:
        repeated = bool(group) and group == self.group
        self.group = group
        kept = self.again if repeated else self.first
        if self.seen[repeated] % self.strides[repeated] == 0:
            kept.append(place)
        self.seen[repeated] += 1
        if len(kept) > KEPT_PER_STRATUM:
            kept[:] = kept[::2]
            self.strides[repeated] *= 2


@dataclass(slots=True)
class Candidates:
    """Samples that could be shown, by (subset, task, difficulty)."""

    strata: dict[tuple[str, str, str], Stratum] = field(default_factory=dict)

    def add(self, place: int, stratum: tuple[str, str, str], group: str) -> None:
        self.strata.setdefault(stratum, Stratum()).add(place, group)

    def choose(self, wanted: int) -> list[int]:
        """Up to `wanted` places: every task of every subset in turn, within it every difficulty in turn, evenly
        spaced within that, and no second sample of a group before every group kept had its turn."""
        tasks: dict[tuple[str, str], list[list[int]]] = {}
        for (subset, task, _), stratum in sorted(self.strata.items()):
            queue = _spread(stratum.first, wanted) + _spread(stratum.again, wanted)
            tasks.setdefault((subset, task), []).append(queue)
        return _in_turn([_in_turn(queues) for queues in tasks.values()])[:wanted]


def _in_turn(queues: list[list[int]]) -> list[int]:
    """The first of every queue, then the second of every queue, and so on."""
    longest = max(map(len, queues), default=0)
    return [queue[turn] for turn in range(longest) for queue in queues if turn < len(queue)]


def _spread(places: list[int], wanted: int) -> list[int]:
    """At most `wanted` of the places, such that every beginning of the result is spread evenly over the list (van der
    Corput's sequence: halves, quarters, eighths)."""
    count, bits = len(places), max(len(places) - 1, 0).bit_length()
    order: dict[int, None] = {}
    for k in range(1 << bits if count else 0):
        turned = int(f"{k:0{bits}b}"[::-1], 2) if bits else 0
        order[turned * count >> bits] = None
        if len(order) == wanted:
            break
    return [places[i] for i in order]


@dataclass(frozen=True, slots=True)
class Text:
    """A text in two halves: shown at once, and behind a click."""

    shown: str
    rest: str
    left_out: int
    length: int
    markup: bool


@dataclass(frozen=True, slots=True)
class PartView:
    """Text, or the number of a figure."""

    text: Text | None
    figure: int | None


@dataclass(frozen=True, slots=True)
class Turn:
    role: str
    parts: tuple[PartView, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """A region to draw: corner points as SVG writes them, colour class, place of its tag in percent."""

    points: str
    label: str
    title: str
    colour: int
    left: str
    top: str


@dataclass(frozen=True, slots=True)
class Figure:
    number: int
    caption: str
    shown: Shown
    width: int
    height: int
    outlines: tuple[Outline, ...]
    labels: tuple[tuple[str, int, int], ...]
    """(label, how many, colour) in order of appearance."""
    left_out: int
    tagged: bool


@dataclass(frozen=True, slots=True)
class SampleView:
    id: str
    task: str
    subset: str
    chips: tuple[str, ...]
    details: tuple[str, ...]
    """Shown only when the sample is enlarged."""
    stand_in: bool
    figures: tuple[Figure, ...]
    more_figures: int
    turns: tuple[Turn, ...]
    alternatives: tuple[tuple[str, tuple[Turn, ...]], ...]
    notes: tuple[tuple[str, str], ...]
    """(title, JSON) of truth, scores, meta and draft, where there are any."""
    parents: tuple[str, ...]
    regions: int
    words: str
    """Lower-case text that the page's search looks at."""


@dataclass(slots=True)
class Colours:
    """Gives every region label a colour, the same on the whole page as far as eight colours go."""

    _known: dict[str, int] = field(default_factory=dict)

    def of(self, labels: Iterable[str]) -> dict[str, int]:
        """Colours for the labels of one sample: different ones while there are any left."""
        given: dict[str, int] = {}
        for label in labels:
            if label in given:
                continue
            wanted = self._known.setdefault(label, len(self._known) % COLOURS)
            free = [c for c in range(COLOURS) if c not in given.values()]
            given[label] = wanted if wanted in free or not free else free[wanted % len(free)]
        return given


def view(sample: Sample, album: Album, colours: Colours, side: int = LARGE) -> SampleView:
    """A sample ready for the template."""
    figures = _figures(sample, album, colours.of(r.label for r in sample.regions), side)
    numbers = {im.sha256: i + 1 for i, im in enumerate(sample.images)}
    turns = _turns(sample.messages, numbers)
    notes = (("Truth", sample.truth), ("Scores", sample.scores), ("Meta", sample.meta), ("Draft", sample.draft))
    return SampleView(
        id=sample.id,
        task=sample.task,
        subset=sample.subset,
        chips=_chips(sample),
        details=tuple(d for d in (sample.language, f"truth: {sample.truth_source}", sample.licence) if d),
        stand_in=sample.stand_in,
        figures=figures,
        more_figures=len(sample.images) + len(sample.extras) - len(figures),
        turns=turns,
        alternatives=tuple((a.verdict, _turns(a.messages, numbers)) for a in sample.alternatives),
        notes=tuple((title, pretty(value)) for title, value in notes if value),
        parents=sample.parents,
        regions=len(sample.regions),
        words=" ".join([sample.id, sample.task, *(m.text for m in sample.messages)]).lower()[:600],
    )


def _chips(sample: Sample) -> tuple[str, ...]:
    level = f"difficulty {sample.difficulty}" if sample.difficulty else ""
    return tuple(c for c in (sample.task or sample.subset, level) if c)


def _turns(messages: Sequence[Message], numbers: dict[str, int]) -> tuple[Turn, ...]:
    def part(text: str | None, image: str | None) -> PartView:
        if text is None:
            return PartView(None, numbers.get(image or "", 0))
        shown, rest, left_out = halves(text)
        return PartView(Text(shown, rest, left_out, len(text), is_markup(text)), None)

    return tuple(Turn(m.role, tuple(part(p.text, p.image) for p in m.parts)) for m in messages)


def _figures(sample: Sample, album: Album, colours: dict[str, int], side: int) -> tuple[Figure, ...]:
    named = [(f"Image {i + 1}" if len(sample.images) > 1 else "", im) for i, im in enumerate(sample.images)]
    named += [(f"{e.name} (not shown to the model)", e.image) for e in sample.extras]
    few = named[:MAX_FIGURES]
    return tuple(_figure(i + 1, c, im, sample.regions, colours, album.show(im, side)) for i, (c, im) in enumerate(few))


def _figure(
    number: int, caption: str, image: Image, regions: Sequence[Region], colours: dict[str, int], shown: Shown
) -> Figure:
    own = [r for r in regions if r.ref == image.sha256]
    counts: dict[str, int] = {}
    for region in own:
        counts[region.label] = counts.get(region.label, 0) + 1
    return Figure(
        number=number,
        caption=caption,
        shown=shown,
        width=image.width,
        height=image.height,
        outlines=tuple(_outline(r, image, colours[r.label]) for r in own[:MAX_REGIONS]),
        labels=tuple((label, count, colours[label]) for label, count in counts.items()),
        left_out=max(0, len(own) - MAX_REGIONS),
        tagged=len(own) <= MAX_TAGS,
    )


def _outline(region: Region, image: Image, colour: int) -> Outline:
    left = min(max(min(x for x, _ in region.quad), 0), image.width) / image.width * 100
    top = min(max(min(y for _, y in region.quad), 0), image.height) / image.height * 100
    return Outline(
        points=" ".join(f"{x:.1f},{y:.1f}" for x, y in region.quad),
        label=region.label,
        title=f"{region.label}: {region.text}" if region.text and region.text != region.label else region.label,
        colour=colour,
        left=f"{left:.2f}",
        top=f"{top:.2f}",
    )
