"""The segments of a pipeline, ready to run: steps with unique paths, and the key columns their barriers need."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mmrecipes.flow.barrier import barrier_keys, barrier_path
from mmrecipes.flow.interpret import Node, compile_nodes, unique_path
from mmrecipes.flow.pipeline import GlobalStep, Pipeline, Segment, segments
from mmrecipes.flow.shards import KeyFunction


@dataclass(frozen=True, slots=True)
class Stage:
    """A segment ready to run."""

    segment: Segment
    entry: str
    nodes: tuple[Node, ...]
    keys: Mapping[str, KeyFunction]

    @property
    def awaits(self) -> bool:
        """True when some step is async: rows then wait, and a worker should hold several shards."""
        return any(_is_async(node) for node in self.nodes)

    @property
    def only_filters(self) -> bool:
        """A global step with nothing behind it: samples need not be taken apart to be kept or dropped."""
        return isinstance(self.segment.opens_with, GlobalStep) and not self.nodes and not self.keys


def _is_async(node: Node) -> bool:
    step = node.item if inspect.isroutine(node.item) else type(node.item).__call__
    inner = (n for branch in node.branches.values() for n in branch)
    return any(map(_is_async, inner)) if node.branches else inspect.iscoroutinefunction(step)


def prefix_stable(ready: Sequence[Stage]) -> bool:
    """Whether what becomes of a row depends on the rows before it alone: `n` then counts samples, and a run can grow.
    Otherwise `n` counts rows of the source."""
    return all(s.segment.opens_with is None or s.segment.opens_with.prefix_stable for s in ready)


def stages(pipeline: Pipeline) -> list[Stage]:
    """The segments of a pipeline with step paths that are unique over all of them."""
    taken = {"source"}
    ready: list[Stage] = []
    cuts = segments(pipeline)
    for segment, following in zip(cuts, [*cuts[1:], None], strict=True):
        entry = "source" if segment.opens_with is None else unique_path(barrier_path(segment), taken)
        nodes = compile_nodes(segment.steps, "", taken)
        ready.append(Stage(segment, entry, nodes, barrier_keys(following)))
    return ready
