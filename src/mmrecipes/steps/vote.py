"""Votes of models that see the picture and the questions, never the reference: a gate before a sample is kept.

Source: Qianfan-VL report (arXiv 2509.18189), section 3.2, agreement of several vision-language models; the report
gives neither number nor quorum. Covered: one model asked several times or several models, all questions of a
conversation in one call, answers on lines with a tag, abstentions, ballots on record, a decision for each question.
Not covered: what is expected (the caller's), weights of models.

A reply without the tag is asked for once more, then it is an abstention. A call that failed is an error of the sample
(it can be tried again), never a vote.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from mmrecipes.core.sample import Sample, user
from mmrecipes.flow.step import Drop, StepContext, step
from mmrecipes.models.call import Call, Malformed, Reply, Sampling
from mmrecipes.models.parsing import whole
from mmrecipes.steps.agreement import Expected, agrees, unfenced
from mmrecipes.steps.reasoning import after_thinking

Outcome = Literal["agreed", "disagreed", "undecided", "skipped"]
TAG = "ANSWER"
UNKNOWN = "UNKNOWN"
"""What a voter writes that cannot tell: an abstention."""
AGAIN = 0.7
"""Temperature of every further draw of one model, which at 0 would say the same again."""
_LINE = re.compile(rf"^[ \t]*\**{TAG}[ \t]*(\d+)\**[ \t]*:\**[ \t]*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Vote:
    """Asks for ballots until every question is decided, at most as many as `votes` or as models are bound, whichever
    is more. `meta.votes` then holds the `outcome`, the `quorum`, the numbers of the `questions` that were asked, and
    `ballots` (model, answers, whether each agrees: true, false or null); whoever comes later decides (see
    `agreed_by_vote`).

    Models take turns; the first draw of a model is at temperature 0, further ones at 0.7. A conversation is asked in
    one call, so that no voter sees the reference of an earlier question. `ask` makes the text of the call. Questions
    of the type `free` are left out; where there are no others, the outcome is `skipped`.
    """

    expected: Callable[[Sample], Sequence[Expected]]
    ask: Callable[[Sequence[str]], str]
    votes: int = 3
    quorum: int = 2
    role: str = "voter"
    max_tokens: int = 4096
    reads: ClassVar = ("images", "messages", "truth", "meta", "language")
    writes: ClassVar = ("meta",)
    name: ClassVar[str] = "vote"

    @property
    def roles(self) -> tuple[str, ...]:
        return (self.role,)

    async def __call__(self, sample: Sample, context: StepContext) -> Sample:
        voted = {k: e for k, e in enumerate(self.expected(sample), 1) if e.type != "free"}
        expected, members = list(voted.values()), context.members(self.role)
        most, ballots = max(self.votes, members), list[dict[str, Any]]()
        outcome: Outcome = "undecided" if voted else "skipped"
        while voted and len(ballots) < most:
            member, draw = len(ballots) % members, len(ballots) // members
            ballots.append(await self._ballot(sample, expected, context, member, draw, len(ballots) + 1))
            left = most - len(ballots)
            outcome, final = decision([b["agrees"] for b in ballots], self.quorum, left)
            if final:
                break
        record = {"outcome": outcome, "quorum": self.quorum, "questions": list(voted), "ballots": ballots}
        marked = {"review": "undecided"} if outcome == "undecided" else {}
        return sample.having(meta={**sample.meta, "votes": record, **marked})

    async def _ballot(
        self, sample: Sample, expected: Sequence[Expected], context: StepContext, member: int, draw: int, number: int
    ) -> dict[str, Any]:
        text = self.ask([e.question for e in expected])
        sampling = Sampling(temperature=AGAIN if draw else 0.0, max_tokens=self.max_tokens)
        call = Call(
            name=f"vote/{number}", messages=(user(*sample.images, text),), images=sample.images, sampling=sampling
        )
        asked = await context.ask(self.role, call, lambda reply: answers(reply, len(expected)), member=member)
        if isinstance(asked, Drop):
            return {"abstains": asked.reason, "detail": asked.detail, "agrees": [None] * len(expected)}
        verdicts = [
            None if s is None else await asyncio.to_thread(agrees, e, s)  # large tables take seconds
            for e, s in zip(expected, asked.value, strict=True)
        ]
        return {"model": asked.model, "answers": asked.value, "agrees": verdicts}


def answers(reply: Reply, count: int) -> list[str | None]:
    """What a voter answers to each of `count` questions: the text behind the last tag with its number, up to the next
    tag; None where there is none or the voter cannot tell. Raises `Malformed` where no question is answered."""
    text = after_thinking(whole(reply))
    tags = list(_LINE.finditer(text))
    found: dict[int, str] = {}
    for tag, following in zip(tags, [*tags[1:], None], strict=False):
        found[int(tag[1])] = unfenced(text[tag.end() : following.start() if following else len(text)])
    if not any(k in found for k in range(1, count + 1)):
        raise Malformed("no_answer_line", f"it has no line that begins with {TAG} 1:")
    said = [found.get(k, "") for k in range(1, count + 1)]
    return [None if not s or s.strip(" .*").upper() == UNKNOWN else s for s in said]


def decision(ballots: Sequence[Sequence[bool | None]], quorum: int, left: int = 0) -> tuple[Outcome, bool]:
    """What the ballots say, and whether ballots still to come (`left`) could change it.

    A question is agreed on when at least `quorum` say so. It is disagreed on when at least `quorum` ballots are valid
    (not None) and too few of them agree; with fewer it is undecided. A sample is as bad as its worst question:
    disagreed, undecided, agreed.
    """
    outcomes: set[str] = set()
    lost = False
    for question in zip(*ballots, strict=True):
        agreeing, valid = question.count(True), sum(vote is not None for vote in question)
        outcomes.add("agreed" if agreeing >= quorum else "disagreed" if valid >= quorum else "undecided")
        lost = lost or (valid >= quorum and agreeing + left < quorum)
    outcome: Outcome = "agreed" if outcomes == {"agreed"} else "disagreed" if "disagreed" in outcomes else "undecided"
    return outcome, lost or outcome == "agreed" or left == 0


@step(reads=("meta",))
def agreed_by_vote(sample: Sample) -> Sample | Drop:
    """Drops what the voters disagree with, and what too few of them could answer: that waits for a person
    (`meta.reviewed` is what one said of it). What nobody could be asked stands on its truth."""
    record: Mapping[str, Any] = sample.meta["votes"]
    outcome: Outcome = record["outcome"]
    if outcome in ("agreed", "skipped") or (outcome == "undecided" and sample.meta.get("reviewed") == "accept"):
        return sample
    return Drop(f"votes_{outcome}", tally(record))


def tally(record: Mapping[str, Any]) -> str:
    """Ballots in words: "question 1: 0 agree, 2 disagree, 1 abstain"."""
    told = []
    verdicts = zip(*(b["agrees"] for b in record["ballots"]), strict=True)
    for number, votes in zip(record["questions"], verdicts, strict=True):
        told.append(
            f"question {number}: {votes.count(True)} agree, {votes.count(False)} disagree, {votes.count(None)} abstain"
        )
    return "; ".join(told)


@step(writes=("meta",))
def no_votes(sample: Sample) -> Sample:
    """Records that nobody voted."""
    return sample.having(meta={**sample.meta, "votes": None})
