"""How steps are composed: `Pipeline` is a list; `Route`, `Attempt`, `Repeat` and `FanOut` hold pipelines.

A pipeline is cut into segments at global steps and merges, which need all samples at once. Composites may not
hold global steps: rounds over all samples are unrolled at the top level.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, runtime_checkable

from mmrecipes.core.errors import PlanError
from mmrecipes.core.sample import Sample
from mmrecipes.flow.step import Drop, Step

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, slots=True, init=False)
class Pipeline:
    """Steps in order. An empty pipeline passes every sample through."""

    steps: tuple[Any, ...]

    def __init__(self, *steps: Item) -> None:
        object.__setattr__(self, "steps", steps)


@dataclass(frozen=True, slots=True)
class Route:
    """Sends a sample down the branch that `key(sample)` names; an unknown name is an error of that sample. `name` is
    what ledger and report call it."""

    key: Callable[[Sample], str]
    branches: Mapping[str, Pipeline]
    name: str = "Route"


@dataclass(frozen=True, slots=True, init=False)
class Attempt:
    """Tries the steps; when they drop the sample, the original goes through `otherwise` instead.

    A failed attempt is counted as such, not as a drop. Without `otherwise` the attempt's own drop stands.
    """

    steps: Pipeline
    otherwise: Pipeline | None

    def __init__(self, *steps: Item, otherwise: Pipeline | None = None) -> None:
        object.__setattr__(self, "steps", Pipeline(*steps))
        object.__setattr__(self, "otherwise", otherwise)


@dataclass(frozen=True, slots=True, init=False)
class Repeat:
    """Rejection sampling: runs the steps on the original sample up to `times` times, each with other random
    numbers, until they keep it. The last drop stands when every try was dropped."""

    steps: Pipeline
    times: int

    def __init__(self, *steps: Item, times: int) -> None:
        if times < 1:
            raise ValueError("times must be at least 1")
        object.__setattr__(self, "steps", Pipeline(*steps))
        object.__setattr__(self, "times", times)


@dataclass(frozen=True, slots=True, init=False)
class FanOut:
    """Sends the sample through every branch; what they keep are siblings with ids `parent.0`, `parent.1`… Branches that
    are given by keyword have that name in ledger and report, others their number."""

    branches: Mapping[str, Pipeline]

    def __init__(self, *branches: Pipeline, **named: Pipeline) -> None:
        object.__setattr__(self, "branches", {**{str(i): b for i, b in enumerate(branches)}, **named})


@runtime_checkable
class GlobalStep(Protocol):
    """Sees declared key columns of all samples in DuckDB and decides per sample.

    Large columns that only a few samples need may be named in an attribute `kept_back` (a set of key names): they are
    not in the table `samples`, but in the view `kept_back(ordinal, <those keys>)`, which reads them from disk.
    """

    @property
    def prefix_stable(self) -> bool:
        """Adding later samples never changes the decision on earlier ones (keep-first, caps), so that exact counts
        and growing stay possible."""
        ...

    def keys(self) -> Mapping[str, Callable[[Sample], Any]]:
        """Column name to a function that takes a value (str, int, float, bool or None) from a sample."""
        ...

    def decide(self, db: duckdb.DuckDBPyConnection) -> str:
        """SQL over the table `samples(ordinal BIGINT, id VARCHAR, <keys>)` that selects `id`, `reason` (NULL keeps),
        `detail` (or NULL) and `added` (a JSON object put into the sample's draft, or NULL) for every sample to drop or
        to add to; samples not selected are kept unchanged. It may select `ordinal` as well, which saves looking for it
        by the id. Tables that it makes in `db` end with the decision."""
        ...


@dataclass(frozen=True, slots=True)
class Merge:
    """All samples of one group in, at most one out; the members become its parents.

    `key` names the group of a sample; `combine` sees the members in order; `name` is what ledger and report call it.
    """

    key: Callable[[Sample], str]
    combine: Callable[[tuple[Sample, ...]], Sample | Drop]
    name: str = "Merge"
    prefix_stable: bool = field(default=False, init=False)


Item: TypeAlias = "Step | Pipeline | Route | Attempt | Repeat | FanOut | GlobalStep | Merge"


def step_name(node: Any) -> str:
    """The name a step has in the ledger: function or class name."""
    named = inspect.isfunction(node) or inspect.ismethod(node)
    return str(node.__name__ if named else getattr(node, "name", None) or type(node).__name__)


def is_barrier(node: Any) -> bool:
    """True for nodes that need all samples: global steps and merges."""
    return isinstance(node, (Merge, GlobalStep)) and not inspect.isclass(node)


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a pipeline that is a pure function of a shard, and the barrier (if any) that opens it."""

    number: int
    opens_with: GlobalStep | Merge | None
    steps: Pipeline
    first_position: int


def segments(pipeline: Pipeline) -> list[Segment]:
    """Cut the pipeline at its barriers. Raises `PlanError` for a barrier inside a composite."""
    flat = _flatten(pipeline)
    cuts: list[Segment] = []
    barrier: Any = None
    steps: list[Any] = []
    start = 0
    for position, node in enumerate(flat):
        if is_barrier(node):
            cuts.append(Segment(len(cuts), barrier, Pipeline(*steps), start))
            barrier, steps, start = node, [], position + 1
        else:
            for inner in _inside(node):
                if is_barrier(inner):
                    raise PlanError(f"{step_name(inner)} needs all samples: it cannot stand inside {step_name(node)}")
            steps.append(node)
    cuts.append(Segment(len(cuts), barrier, Pipeline(*steps), start))
    return cuts


def _flatten(pipeline: Pipeline) -> list[Any]:
    """Pipelines directly inside pipelines are read as part of the list."""
    flat: list[Any] = []
    for node in pipeline.steps:
        flat.extend(_flatten(node) if isinstance(node, Pipeline) else [node])
    return flat


def children(node: Any) -> list[tuple[str, Pipeline]]:
    """The named pipelines a composite holds."""
    if isinstance(node, Route):
        return list(node.branches.items())
    if isinstance(node, Attempt):
        tried = [("try", node.steps)]
        return tried if node.otherwise is None else [*tried, ("otherwise", node.otherwise)]
    if isinstance(node, Repeat):
        return [("try", node.steps)]
    if isinstance(node, FanOut):
        return list(node.branches.items())
    return []


def _inside(node: Any) -> Iterator[Any]:
    for _, pipeline in children(node):
        for inner in _flatten(pipeline):
            yield inner
            yield from _inside(inner)
