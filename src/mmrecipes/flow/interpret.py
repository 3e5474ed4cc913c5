"""Runs one sample through a pipeline and says what happened at every step.

Covered: steps, `Route`, `Attempt`, `Repeat`, `FanOut`, child ids, drops, exceptions as errors of the one
sample they hit. The interpreter is a coroutine that suspends only for async steps, so that whoever drives it
(see `worker`) decides which thread runs what. Not covered: global steps and merges (see `barrier`).
"""

from __future__ import annotations

import inspect
import traceback
import types
from collections.abc import Awaitable, Callable, Coroutine, Generator, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from mmrecipes.core.errors import CallError, WorldError
from mmrecipes.core.sample import Sample
from mmrecipes.flow.asking import CallRecord, Conversation, Models
from mmrecipes.flow.pipeline import Attempt, FanOut, Pipeline, Repeat, Route, children, step_name
from mmrecipes.flow.step import Drop, StepContext


class Event(NamedTuple):
    """What one step did with one sample. `outcome`: out, split (detail = how many), drop, failed (inside an
    `Attempt` or `Repeat` that did not end there), error, merged."""

    id: str
    path: str
    outcome: str
    reason: str = ""
    detail: str = ""


class Dropped(NamedTuple):
    sample: Sample
    path: str
    reason: str
    detail: str


class Failure(NamedTuple):
    """An error: the world failed this sample (an exception in a step, a dying worker)."""

    id: str
    path: str
    kind: str
    message: str
    trace: str


@dataclass(slots=True)
class Passage:
    """The outcome of one candidate: samples kept, drops, errors, and the events in order."""

    kept: list[Sample] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    errors: list[Failure] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    calls: list[CallRecord] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Node:
    """A step or composite with its place in the pipeline. `path` names it in ledger, seeds and errors."""

    path: str
    item: Any
    wants_context: bool = False
    branches: Mapping[str, tuple[Node, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Environment:
    """What is the same for all samples of a run."""

    run_seed: int
    inputs: Mapping[str, Path] = field(default_factory=dict)
    models: Models | None = None


def compile_nodes(pipeline: Pipeline, prefix: str = "", taken: set[str] | None = None) -> tuple[Node, ...]:
    """Give every step its path: names joined by `/`, with `#2` for the second of the same name."""
    taken = set() if taken is None else taken
    nodes: list[Node] = []
    for item in pipeline.steps:
        if isinstance(item, Pipeline):
            nodes.extend(compile_nodes(item, prefix, taken))
            continue
        path = unique_path(prefix + step_name(item), taken)
        branches = {name: compile_nodes(p, f"{path}/{name}/") for name, p in children(item)}
        nodes.append(Node(path, item, not branches and _takes_context(item), branches))
    return tuple(nodes)


def unique_path(path: str, taken: set[str]) -> str:
    """`path`, or `path#2`, `path#3`… if it is taken; the result is added to `taken`."""
    candidate, number = path, 1
    while candidate in taken:
        number += 1
        candidate = f"{path}#{number}"
    taken.add(candidate)
    return candidate


def _takes_context(item: Callable[..., Any]) -> bool:
    count = sum(
        p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) and p.default is p.empty
        for p in inspect.signature(item).parameters.values()
    )
    if count not in (1, 2):
        raise TypeError(f"step {step_name(item)} must take (sample) or (sample, context)")
    return count == 2


async def interpret(nodes: tuple[Node, ...], sample: Sample, environment: Environment) -> Passage:
    """Run one sample through the nodes."""
    passage = Passage()
    passage.kept = await _through(nodes, sample, environment, 0, passage)
    return passage


async def _through(
    nodes: tuple[Node, ...], sample: Sample, environment: Environment, attempt: int, passage: Passage
) -> list[Sample]:
    alive = [sample]
    for node in nodes:
        kept: list[Sample] = []
        for one in alive:
            run = _COMPOSITES.get(type(node.item), _leaf)
            kept.extend(await run(node, one, environment, attempt, passage))
        alive = kept
        if not alive:
            break
    return alive


async def _leaf(node: Node, sample: Sample, environment: Environment, attempt: int, passage: Passage) -> list[Sample]:
    conversation = _conversation(node, sample, environment, attempt)
    try:
        if node.wants_context:
            context = StepContext(environment.run_seed, sample.id, node.path, attempt, environment.inputs, conversation)
            result = node.item(sample, context)
        else:
            result = node.item(sample)
        if isinstance(result, Awaitable):
            result = await _suspend(result, sample)
        if conversation is not None and conversation.records:
            result = _marked(result, conversation.records)
        return _record(node, sample, result, passage)
    except WorldError:
        raise
    except (Exception, SystemExit, KeyboardInterrupt) as e:  # noqa: BLE001 - whatever a step raises is its sample's error
        kind = e.kind if isinstance(e, CallError) else type(e).__name__
        trace = "" if isinstance(e, CallError) else "".join(traceback.format_exception(e))[-4000:]
        passage.errors.append(Failure(sample.id, node.path, kind, str(e)[:1000], trace))
        passage.events.append(Event(sample.id, node.path, "error", kind, str(e)[:300]))
        return []
    finally:
        if conversation is not None:
            passage.calls.extend(conversation.records)


def _conversation(node: Node, sample: Sample, environment: Environment, attempt: int) -> Conversation | None:
    if environment.models is None or not node.wants_context:
        return None
    return Conversation(environment.models, sample.id, node.path, attempt, sample.truth)


def _marked(result: Any, records: list[CallRecord]) -> Any:
    """What was made with the answers of a stand-in says so."""
    if not any(r.stand_in for r in records) or isinstance(result, Drop):
        return result
    if isinstance(result, Sample):
        return result.having(stand_in=True)
    return [one.having(stand_in=True) if isinstance(one, Sample) else one for one in result]


def _record(node: Node, sample: Sample, result: Any, passage: Passage) -> list[Sample]:
    if isinstance(result, Drop):
        passage.dropped.append(Dropped(sample, node.path, result.reason, result.detail))
        passage.events.append(Event(sample.id, node.path, "drop", result.reason, result.detail))
        return []
    if isinstance(result, Sample):
        if result.id != sample.id:
            raise ValueError(f"a step may not change the id ({sample.id} became {result.id}); return a list to split")
        passage.events.append(Event(sample.id, node.path, "out"))
        return [result]
    if not isinstance(result, Iterable):
        raise TypeError(f"the step returned {type(result).__name__}; it must return a Sample, a list of them, or Drop")
    kept = [_child(sample, one, k) for k, one in enumerate(result)]
    if not kept:
        return _record(node, sample, Drop("no_samples", "the step returned an empty list"), passage)
    passage.events.append(Event(sample.id, node.path, "split", "", str(len(kept))))
    return kept


def _child(parent: Sample, one: Sample, number: int) -> Sample:
    if not isinstance(one, Sample):
        raise TypeError(f"a step returned {type(one).__name__}; it must return Sample, a list of them, or Drop")
    return one.having(id=f"{parent.id}.{number}", parents=(parent.id,), group=one.group or parent.id)


async def _route(node: Node, sample: Sample, environment: Environment, attempt: int, passage: Passage) -> list[Sample]:
    name = node.item.key(sample)
    if name not in node.branches:
        message = f"no branch {name!r}; there are: {', '.join(node.branches)}"
        passage.errors.append(Failure(sample.id, node.path, "UnknownBranch", message, ""))
        passage.events.append(Event(sample.id, node.path, "error", "UnknownBranch", message))
        return []
    passage.events.append(Event(sample.id, node.path, "out", "", name))
    return await _through(node.branches[name], sample, environment, attempt, passage)


async def _attempt(
    node: Node, sample: Sample, environment: Environment, attempt: int, passage: Passage
) -> list[Sample]:
    tried = Passage()
    tried.kept = await _through(node.branches["try"], sample, environment, attempt, tried)
    if tried.kept or tried.errors or not isinstance(node.item, Attempt) or node.item.otherwise is None:
        _take_over(tried, passage)
        return tried.kept
    passage.events.extend(_as_failed(tried.events))
    passage.calls.extend(tried.calls)
    return await _through(node.branches["otherwise"], sample, environment, attempt, passage)


async def _repeat(node: Node, sample: Sample, environment: Environment, attempt: int, passage: Passage) -> list[Sample]:
    tries: int = node.item.times
    for number in range(tries):
        tried = Passage()
        tried.kept = await _through(node.branches["try"], sample, environment, attempt * tries + number, tried)
        if tried.kept or tried.errors or number == tries - 1:
            _take_over(tried, passage)
            return tried.kept
        passage.events.extend(_as_failed(tried.events))
        passage.calls.extend(tried.calls)
    raise AssertionError("unreachable: the last try always returns")


async def _fan_out(
    node: Node, sample: Sample, environment: Environment, attempt: int, passage: Passage
) -> list[Sample]:
    passage.events.append(Event(sample.id, node.path, "split", "", str(len(node.branches))))
    kept: list[Sample] = []
    for number, branch in enumerate(node.branches.values()):
        child = _child(sample, sample, number)
        kept.extend(await _through(branch, child, environment, attempt, passage))
    return kept


_COMPOSITES = {Route: _route, Attempt: _attempt, Repeat: _repeat, FanOut: _fan_out}


def _take_over(tried: Passage, passage: Passage) -> None:
    passage.dropped.extend(tried.dropped)
    passage.errors.extend(tried.errors)
    passage.events.extend(tried.events)
    passage.calls.extend(tried.calls)


def _as_failed(events: list[Event]) -> list[Event]:
    """Events of a branch that did not end there: its drops are failed attempts."""
    return [e._replace(outcome="failed") if e.outcome == "drop" else e for e in events]


class Suspended(NamedTuple):
    """What the driver gets when a sample has to wait for something."""

    awaitable: Awaitable[Any]
    sample: Sample


@types.coroutine
def _suspend(awaitable: Awaitable[Any], sample: Sample) -> Generator[Suspended, Any, Any]:
    """Hand an awaitable to the driver; it sends the result back or throws the exception in."""
    return (yield Suspended(awaitable, sample))


def run_to_end(coroutine: Coroutine[Any, Any, Passage]) -> Passage:
    """Drive a pipeline that has only sync steps; raises `TypeError` if it meets an async one."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        return done.value
    coroutine.close()
    raise TypeError("an async step needs the worker's event loop")
