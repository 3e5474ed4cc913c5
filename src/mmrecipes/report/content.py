"""What the page says, as plain values: filled by `gather`, laid out by `page`."""

from __future__ import annotations

from dataclasses import dataclass, field

from mmrecipes.report.gallery import SampleView


@dataclass(frozen=True, slots=True)
class Headline:
    """A headline number: what is counted, the count, a remark."""

    label: str
    value: str
    note: str = ""
    tone: str = ""
    """'' or 'drop' or 'error': how it is coloured."""


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step of the funnel. Widths are percent of the largest step."""

    path: str
    branch: str
    """The branch of the composite it stands in, or empty."""
    name: str
    depth: int
    numbers: tuple[tuple[str, str, str], ...]
    """(style class, name, count) of what came in, was added, and left in each way."""
    bars: tuple[tuple[str, str], ...]
    """(what, width in percent) stacked from the left: out, merged, failed, drop, error, pending."""
    reasons: tuple[tuple[str, str, str], ...]
    """(reason, count, share of what came in), largest first."""


@dataclass(frozen=True, slots=True)
class Composition:
    """How the samples divide by one property; `before`: rows also say what came in."""

    name: str
    rows: tuple[ShareRow, ...]
    others: str = ""
    before: bool = False


@dataclass(frozen=True, slots=True)
class ShareRow:
    """Samples with one value: count, share, bar in percent of the largest; then the same before any were dropped."""

    value: str
    count: str
    share: str
    width: str
    came: str = ""
    came_share: str = ""
    came_width: str = "0"


@dataclass(frozen=True, slots=True)
class DropGroup:
    """Samples that one step dropped for one reason, with a few examples and the details given."""

    path: str
    reason: str
    count: str
    examples: tuple[tuple[SampleView, str], ...]


@dataclass(frozen=True, slots=True)
class ErrorRow:
    id: str
    path: str
    kind: str
    message: str
    trace: str


@dataclass(frozen=True, slots=True)
class ModelRow:
    """What filled one or several roles: model, place, settings that matter."""

    roles: str
    model: str
    place: str
    settings: str
    stand_in: bool


@dataclass(frozen=True, slots=True)
class UsageRow:
    """What one prompt of one step took; `each` is the cost per sample, `width` the bar in percent of the largest."""

    branch: str
    step: str
    prompt: str
    calls: str
    reasked: str
    tokens_in: str
    tokens_out: str
    images: str
    cost: str
    each: str
    width: str


@dataclass(frozen=True, slots=True)
class PaidRow:
    """Answers in the log that were asked for one purpose; `reused` ones were paid by another run."""

    purpose: str
    calls: str
    reused: str
    tokens_in: str
    tokens_out: str
    images: str
    cost: str


@dataclass(frozen=True, slots=True)
class ModelTable:
    """The models of a run; bars weigh `weighed`, columns for images and cost only where there are any. `paid`: all
    answers in the log by what they were for."""

    models: tuple[ModelRow, ...]
    rows: tuple[UsageRow, ...]
    total: UsageRow
    paid: tuple[PaidRow, ...]
    weighed: str
    images: bool
    priced: bool
    unpriced: str


@dataclass(frozen=True, slots=True)
class Content:
    """The whole page."""

    title: str
    recipe: str
    summary: str = ""
    paper: str = ""
    command: str = ""
    state: str = ""
    """A sentence when the run is short or has errors, else empty."""
    headlines: tuple[Headline, ...] = ()
    gallery: tuple[SampleView, ...] = ()
    total: int = 0
    tasks: tuple[str, ...] = ()
    balance: str = ""
    """Where the samples went, over all steps."""
    steps: tuple[StepRow, ...] = ()
    kinds: tuple[tuple[str, str], ...] = ()
    """(what, name) of the bars that occur, for the legend."""
    models: ModelTable | None = None
    compositions: tuple[Composition, ...] = ()
    same: tuple[tuple[str, str], ...] = ()
    """(property, value) that all samples share."""
    drops: tuple[DropGroup, ...] = ()
    drops_left_out: int = 0
    errors: tuple[ErrorRow, ...] = ()
    errors_left_out: int = 0
    facts: tuple[tuple[str, str], ...] = ()
    parameters: tuple[tuple[str, str], ...] = ()
    inputs: tuple[tuple[str, str, str, str], ...] = ()
    """(name, file, size, SHA-256)."""
    versions: tuple[tuple[str, str], ...] = field(default=())
