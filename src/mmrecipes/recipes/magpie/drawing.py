"""Drawing user's turns out of nothing, and the rules that need no model.

Covered: `draws` turns per call, one prefix per task, role words that servers leave behind when they strip special
tokens, turns that are empty, cut off or only announce something. Not covered: duplicates (see `recipe`), quality.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, ClassVar

from mmrecipes.core.sample import Sample, user
from mmrecipes.flow.step import Drop, StepContext, step
from mmrecipes.models.call import Call, Reply
from mmrecipes.recipes.magpie.prompts import PLAY_THE_USER
from mmrecipes.steps.hook import SEED_WORDS, HookSettings, Way, checked, provenance, settle, settled_way, turn_of
from mmrecipes.steps.hook_probe import ProbeModels, Verdict, verdict_on
from mmrecipes.steps.prefix import Prefix

ROLE_STOPS = ("\nassistant", "\nuser", "assistant\n\n", "Assistant:", "Human:")
"""Where a server that strips special tokens shows that another turn has begun."""
PROBE_DRAWS = 4

_ROLE = re.compile(
    r"(?:^|\n)[ \t]*(?:(?:assistant|user|human)[ \t]*(?::|(?=\n)|$)|(?:model|system)[ \t]*(?:(?=\n)|$))"
    r"|(?<=[?!。？！])(?:assistant|user|human|system|model)\s*(?::|(?=\n)|$)"
    r"|(?<=\.)(?:assistant|human)\s*(?::|(?=\n)|$)",
    re.IGNORECASE,
)


def before_any_role(text: str) -> str:
    """The text up to the first role word in the place of a role: on a line of its own, before a colon at the beginning
    of a line, or stuck to the end of a sentence. Words within a sentence ("a fair user") stay."""
    found = _ROLE.search(text)
    return (text[: found.start()] if found else text).strip()


@dataclass(frozen=True, slots=True)
class Draw:
    """Draws `draws` turns in one call, each a sample of its own; a single one keeps the seed's sample. The turn is the
    one message for now, so that a dropped sample shows it."""

    settings: HookSettings
    draws: int
    systems: Mapping[str, str]
    roles: ClassVar = ("hook",)
    reads: ClassVar = ("draft.stratum", "draft.index")
    writes: ClassVar = ("messages", "meta", "draft.turn", "draft.instruction", "draft.place")

    async def __call__(self, sample: Sample, context: StepContext) -> Sample | list[Sample]:
        task = sample.draft["stratum"]
        way = task_way(context.settled, self.settings, task, self.systems[task])
        seed_text = context.rng.choice(SEED_WORDS) if way.mode == "continue_final_message" else ""
        call = checked(way.call("hook", None, seed_text, self.draws), way)
        reply = await context.call("hook", call)
        made = [self._turn(sample, (way, call, reply), number, seed_text) for number in range(self.draws)]
        return made[0] if self.draws == 1 else made

    def _turn(self, sample: Sample, asked: tuple[Way, Call, Reply], number: int, seed_text: str) -> Sample:
        way, call, reply = asked
        text = reply.choices[number].text
        turn = before_any_role(turn_of(text, way.prefix, seed_text))
        hook = {**provenance(call, way, reply, number, seed_text), "draw": number, "draws": self.draws}
        meta = {**sample.meta, "hook": hook, "hook_mode": way.mode, "raw_generation": text}
        place = sample.draft["index"] * self.draws + number
        made = sample.having(messages=(user(turn),) if turn else (), meta=meta)
        return made.drafting(turn=turn, instruction=turn, place=place)


def settle_tasks(way: Way, template: str, refused: Mapping[str, str], prefixes: Mapping[str, Prefix]) -> dict[str, Any]:
    """What the probe hands to the run: the way, and the prefix of every task."""
    return {**settle(way, template, refused), "prefixes": {task: asdict(p) for task, p in prefixes.items()}}


def task_way(settled: Mapping[str, Any], settings: HookSettings, task: str, system: str) -> Way:
    """The way that the probe settled, with the prefix of a task. Raises `PlanError` when nothing was settled."""
    way = settled_way(settled, settings, PLAY_THE_USER)
    return for_task(way, Prefix(**settled["prefixes"][task]), system)


def for_task(way: Way, prefix: Prefix, system: str) -> Way:
    """The way with this prefix; its draws stop where the reply would begin."""
    stop = (prefix.assistant, *way.settings.stop)
    return replace(way, prefix=prefix, system=system, settings=replace(way.settings, stop=stop))


async def trial(models: ProbeModels, way: Way) -> Verdict:
    """Four turns in one call: are they a user's, and different?"""
    seed = SEED_WORDS[0] if way.mode == "continue_final_message" else ""
    reply = await models.call("hook", way.call(f"probe/{way.mode}", None, seed, PROBE_DRAWS))
    # without the seed word, which would make every output look like a question
    turns = [turn_of(choice.text, way.prefix) for choice in reply.choices]
    if len(set(turns)) == 1 and turns[0]:
        return Verdict(f"{PROBE_DRAWS} draws are all the same ({turns[0][:60]!r}): the temperature is ignored")
    return verdict_on(turns)


@step(reads=("meta",))
def drop_cut_turn(sample: Sample) -> Sample | Drop:
    """A turn that ran into the longest length is no whole instruction."""
    return Drop("cut_turn", sample.messages[0].text[-80:]) if sample.meta["hook"]["truncated"] else sample


@step(reads=("draft.instruction",))
def drop_trailing_colon(sample: Sample) -> Sample | Drop:
    """An instruction that ends with a colon announces material that never came."""
    instruction: str = sample.draft["instruction"]
    return Drop("trailing_colon", instruction[-80:]) if instruction.endswith((":", "：")) else sample
