"""The trial of a way to ask the hook's server about images: two that tell whether it sees, four that tell who speaks.

Covered: servers that ignore the image; verdicts on four turns (see `steps/hook_probe`). Not covered: whether the turns
are good; only whether they are a user's.
"""

from __future__ import annotations

import functools
from dataclasses import replace

import numpy as np

from mmrecipes.canvas.encode import encode
from mmrecipes.core.identity import rng_from
from mmrecipes.core.image import Image
from mmrecipes.core.sample import user
from mmrecipes.models.call import Call, Sampling
from mmrecipes.recipes.oasis.scenes import draw_scene
from mmrecipes.steps.hook import SEED_WORDS, Way, turn_of
from mmrecipes.steps.hook_probe import ProbeModels, Verdict, verdict_on

IMAGES = 4


@functools.cache
def probe_images() -> tuple[Image, ...]:
    """Four invented scenes, always the same."""
    return tuple(draw_scene(rng_from("oasis", "probe", n).getrandbits(32))[0] for n in range(IMAGES))


async def trial(models: ProbeModels, way: Way) -> Verdict:
    """Ask in this way about what only a seeing model answers differently, then for four turns."""
    answers = {(await models.call("hook", call)).text.strip().lower() for call in sight_calls(way)}
    if len(answers) == 1 and "" not in answers:
        same = " ".join(answers.pop().split())[:60]
        return Verdict(f"different images get the same answer ({same!r}): images do not reach the model")
    turns = []
    for number, image in enumerate(probe_images()):
        seed = SEED_WORDS[number] if way.mode == "continue_final_message" else ""
        said = await models.call("hook", way.call(f"probe/{way.mode}/{number}", image, seed))
        # without the seed word, which would make every output look like a question
        turns.append(turn_of(said.text, way.prefix))
    return verdict_on(turns)


COLOUR = "What is the main colour of this picture? Answer with one word."


def sight_calls(way: Way) -> list[Call]:
    """Calls that a model which sees answers differently: a red and a blue picture, asked in the same form as the hook.
    A server that shows no text to its model gets the greedy turns about four scenes compared."""
    if way.mode == "server_template":
        asked = [way.call(f"probe/sees/{number}", image) for number, image in enumerate(probe_images())]
        return [call.having(sampling=replace(call.sampling, temperature=0.0)) for call in asked]
    calls = []
    for name, colour in (("red", (214, 40, 40)), ("blue", (36, 60, 200))):
        image = encode(np.full((224, 224, 3), colour, np.uint8))
        call = Call(name=f"probe/sees/{name}", images=(image,), sampling=Sampling(max_tokens=16))
        if way.mode == "completion_raw":
            bos = {"add_special_tokens": False} if way.prefix.bos else {}
            text = f"{way.prefix.text}{COLOUR}{way.prefix.after}"
            call = call.having(name=f"probe/sees_raw/{name}", kind="completion", text=text, extra=bos)
        else:
            call = call.having(messages=(user(image, COLOUR),))
        calls.append(call)
    return calls
