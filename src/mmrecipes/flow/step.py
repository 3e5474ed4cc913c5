"""What a step is: one sample in; a sample, several samples, or a `Drop` out.

A step is a plain function or a small frozen dataclass with `__call__`; it takes `(sample)` or
`(sample, context)` and may be `async`. It declares what it reads and writes so that the plan can check, before
any work, that every value read is written by someone, and the `roles` whose models it asks. Randomness comes from
`context.rng` only.
"""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar

from mmrecipes.core.errors import PlanError
from mmrecipes.core.identity import rng_from
from mmrecipes.core.sample import Sample

if TYPE_CHECKING:
    from mmrecipes.flow.asking import Asked, Conversation
    from mmrecipes.models.call import Call, Reply


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Drop:
    """The recipe's decision not to keep a sample. `reason` is a short snake_case code that is counted."""

    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class StepContext:
    """What a step may know besides its sample.

    `rng` is seeded from (run seed, sample id, step path, attempt): the same wherever and whenever it runs.
    """

    run_seed: int
    sample_id: str
    path: str
    attempt: int = 0
    inputs: Mapping[str, Path] = field(default_factory=dict)
    conversation: Conversation | None = None

    @property
    def settled(self) -> Mapping[str, Any]:
        """What the recipe's `probe` found out in the plan."""
        return self.conversation.models.settled if self.conversation else {}

    def members(self, role: str) -> int:
        """How many models are bound to a role."""
        return len(self._asks(role).models.bindings.get(role, ()))

    async def ask(
        self, role: str, call: Call, parse: Callable[[Reply], T], *, retries: int = 1, member: int = 0
    ) -> Asked[T] | Drop:
        """Ask a role's model until `parse` accepts the reply.

        `parse` raises `Malformed`; the model is then told what was wrong, at most `retries` times, after which the
        sample is to be dropped with that reason. Raises `CallError` when a call failed for good: the engine records
        an error.
        """
        return await self._asks(role).ask(role, call, parse, retries, member)

    async def call(self, role: str, call: Call, *, member: int = 0) -> Reply:
        """Ask a role's model once. Raises `CallError`."""
        return (await self._asks(role).call(role, call, member)).reply

    def _asks(self, role: str) -> Conversation:
        if self.conversation is None:
            raise PlanError(f"step {self.path} asks role {role!r}, but no model is bound")
        return self.conversation

    @property
    def rng(self) -> random.Random:
        """A fresh generator at its start; draw it once per step."""
        return rng_from(self.run_seed, self.sample_id, self.path, self.attempt)


StepResult = Sample | Iterable[Sample] | Drop
Step = Callable[..., StepResult | Awaitable[StepResult]]
"""`(Sample) -> StepResult` or `(Sample, StepContext) -> StepResult`, sync or async."""

F = TypeVar("F", bound=Callable[..., Any])


def step(*, reads: tuple[str, ...] = (), writes: tuple[str, ...] = (), roles: tuple[str, ...] = ()) -> Callable[[F], F]:
    """Declare what a function step reads and writes: field names (`images`) or `draft.name`, `scores.name`; and the
    roles it asks."""

    def declare(function: F) -> F:
        function.reads = reads  # type: ignore[attr-defined]
        function.writes = writes  # type: ignore[attr-defined]
        function.roles = roles  # type: ignore[attr-defined]
        return function

    return declare


class Source(Protocol):
    """Where candidates come from. Row `index` of a stratum is always the same sample.

    A finite source (a reader) has a size per stratum; an endless one (seeds) returns None. A source may say in
    `writes` what its samples hold; without it, what its steps read is not checked; and in `remarks` (lines of text)
    what it left out of its inputs or read in a special way, which is shown and recorded; and in `unread_files` those of
    the remarks that tell of a file that gave not one row because it cannot be read; and in `files` (name to path) what
    it reads that its inputs name: a run is not gone on with when one of these has changed; and in `yields` how many
    samples the recipe makes of one row, at best, so that not more rows are begun than are wanted. It is made once per
    process.
    """

    def strata(self) -> Mapping[str, float]:
        """Names of the strata and their weights; `--n` is split among them by largest remainder."""
        ...

    def size(self, stratum: str) -> int | None:
        """Rows in the stratum, or None when endless."""
        ...

    def sample(self, stratum: str, index: int) -> Sample:
        """The candidate at `index`; raise `InputError` when this row cannot be read."""
        ...


@dataclass(frozen=True, slots=True)
class Seeds:
    """An endless source: sample `index` of a stratum is a bare id with `draft.index` and `draft.stratum`. `yields`: how
    many samples the recipe makes of one, at best, so that not more are begun than are wanted."""

    recipe: str
    weights: Mapping[str, float]
    remarks: tuple[str, ...] = ()
    yields: int = 1
    writes: ClassVar[tuple[str, ...]] = ("draft.stratum", "draft.index")

    def strata(self) -> Mapping[str, float]:
        return self.weights

    def size(self, stratum: str) -> int | None:
        return None

    def sample(self, stratum: str, index: int) -> Sample:
        draft = {"stratum": stratum, "index": index}
        return Sample(id=f"{self.recipe}/{stratum}/{index:06d}", subset=stratum, task=stratum, draft=draft)
