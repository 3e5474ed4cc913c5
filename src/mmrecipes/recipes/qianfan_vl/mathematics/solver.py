"""The solver: asked once about every problem that has an answer, so that a later run can suit its difficulty.

Covered: the question of `meta.solver` (template, move, whether it was solved) and reading it back from a finished run
(input `solved`). A solver decides nothing about the sample it is asked about. Not covered: explanations, mistakes and
transcriptions, which are not solved.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from mmrecipes.core.errors import InputError
from mmrecipes.core.sample import Sample, user
from mmrecipes.flow.step import Drop, StepContext
from mmrecipes.models.call import Call, Sampling
from mmrecipes.recipes.qianfan_vl.verification.answers import expected_answers
from mmrecipes.recipes.qianfan_vl.verification.prompts import ballot
from mmrecipes.render.mathematics.difficulty import NONE, moves
from mmrecipes.steps.agreement import agrees
from mmrecipes.steps.vote import answers
from mmrecipes.store.dataset import read_samples

SOLVED_KINDS = ("solve", "answer", "choice")
INPUT = "solved"


@dataclass(frozen=True, slots=True)
class Solve:
    """Asks the role `solver` for the answer; `meta.solver` says of what template it was, with what move it was made,
    and whether it was solved (a reply without an answer is none)."""

    role: str = "solver"
    max_tokens: int = 4096
    reads: ClassVar = ("images", "messages", "truth", "meta")
    writes: ClassVar = ("meta",)
    name: ClassVar[str] = "solve"

    @property
    def roles(self) -> tuple[str, ...]:
        return (self.role,)

    async def __call__(self, sample: Sample, context: StepContext) -> Sample:
        if sample.meta["turn_kind"] not in SOLVED_KINDS:
            return sample
        expected = expected_answers(sample)[0]
        call = Call(
            name="solve", messages=(user(*sample.images, ballot([expected.question])),), images=sample.images,
            sampling=Sampling(temperature=0.0, max_tokens=self.max_tokens),
        )  # fmt: skip
        asked = await context.ask(self.role, call, lambda reply: answers(reply, 1))
        said = None if isinstance(asked, Drop) else asked.value[0]
        solved = said is not None and await asyncio.to_thread(agrees, expected, said) is True
        record = {"template": sample.truth["template"], "move": sample.meta["move"], "answer": said, "solved": solved}
        return sample.having(meta={**sample.meta, "solver": record})


@functools.lru_cache(maxsize=2)
def moves_from(folder: Path) -> Mapping[str, int]:
    """The moves that the solver's outcomes in a finished run ask for. Raises `InputError` where there are none."""
    found = list(_outcomes(folder))
    if not found:
        raise InputError(f"--input {INPUT}: {folder} holds no problem that a solver was asked about (parameter solver)")
    return moves(found)


def _outcomes(folder: Path) -> Iterator[tuple[str, int, bool]]:
    for sample in read_samples(folder):
        if sample.task == "mathematics" and (record := sample.meta.get("solver")):
            yield record["template"], record["move"], record["solved"]


def moves_of(context: StepContext) -> Mapping[str, int]:
    """The moves of this run: of the input `solved`, else none."""
    return moves_from(context.inputs[INPUT]) if INPUT in context.inputs else NONE
