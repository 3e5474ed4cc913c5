"""How a step asks the models that fill its recipe's roles, and what is recorded of it.

Covered: one sample's calls, re-asking for a usable reply, the identity of random draws, marks of stand-ins. Not
covered: sending, limits, the answer log (see `models/`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from mmrecipes.core.errors import PlanError
from mmrecipes.flow.step import Drop
from mmrecipes.models.binding import Binding, Bindings
from mmrecipes.models.call import Asker, Call, Malformed, Reply

if TYPE_CHECKING:
    from mmrecipes.models.client import Answered, Client

T = TypeVar("T")


class CallRecord(NamedTuple):
    """One answer used for a sample. `key` finds it in the answer log; `reasked`: it answers a complaint about the
    form of the reply before."""

    id: str
    path: str
    role: str
    name: str
    model: str
    key: str
    tokens_in: int
    tokens_out: int
    images: int
    cost: float
    reasked: bool
    stand_in: bool


@dataclass(frozen=True, slots=True)
class Asked(Generic[T]):
    """A usable reply: what `parse` made of it, the reply, the model, and how often it had to be re-asked."""

    value: T
    reply: Reply
    model: str
    reasked: int


@dataclass(frozen=True, slots=True)
class Models:
    """The models of a run, as one process sees them. `settled` is what the recipe's probe found out."""

    bindings: Bindings
    client: Client
    settled: Mapping[str, Any] = field(default_factory=dict)

    def binding(self, role: str, member: int = 0) -> Binding:
        """What fills a role. Raises `PlanError` when nothing does."""
        bound = self.bindings.get(role, ())
        if member >= len(bound):
            raise PlanError(f"no model is bound to role {role!r}; give --role {role}=MODEL@URL or --models FILE")
        return bound[member]


@dataclass(slots=True)
class Conversation:
    """The calls that one step makes for one sample; `records` are in the order of the answers."""

    models: Models
    sample: str
    path: str
    attempt: int
    truth: Mapping[str, Any]
    records: list[CallRecord] = field(default_factory=list)

    async def call(self, role: str, call: Call, member: int = 0, reasked: bool = False) -> Answered:
        """Ask once. Raises `CallError` when the call failed for good."""
        binding = self.models.binding(role, member)
        draw = f"{self.sample}\x1f{call.name}\x1f{self.attempt}\x1f{member}"
        asker = Asker(role, self.sample, draw, self.attempt, self.truth)
        answered = await self.models.client.call(binding, call, asker)
        self.records.append(self._record(answered, role, call.name, reasked))
        return answered

    def _record(self, answered: Answered, role: str, name: str, reasked: bool) -> CallRecord:
        a = answered.answer
        used = (a.model, a.key.hex(), a.tokens_in, a.tokens_out, a.images, a.cost)
        return CallRecord(self.sample, self.path, role, name, *used, reasked, answered.reply.stand_in)

    async def ask(
        self, role: str, call: Call, parse: Callable[[Reply], T], retries: int, member: int
    ) -> Asked[T] | Drop:
        """Ask until `parse` accepts the reply, at most `retries` times more."""
        number = 0
        while True:
            answered = await self.call(role, call, member, reasked=number > 0)
            try:
                return Asked(parse(answered.reply), answered.reply, answered.answer.model, number)
            except Malformed as problem:
                if number == retries:
                    return Drop(problem.reason, problem.why)
                number += 1
                if call.kind == "chat":
                    call = call.asked_again(answered.reply.text, problem.why)
                else:
                    call = call.having(name=f"{call.name}+")
