"""Claims about the stand-in: what its faults do, that it reads whose turn it is, that it is not monotonous."""

from __future__ import annotations

import re
from collections import Counter
from random import Random

import pytest

from mmrecipes.core.sample import user
from mmrecipes.models.call import Call
from mmrecipes.models.standin import StandInCall
from mmrecipes.recipes.magpie import recipe
from mmrecipes.recipes.magpie import standin_words as w
from mmrecipes.recipes.magpie.prompts import SYSTEMS
from mmrecipes.recipes.magpie.standin import DRAW_FAULTS, sound_instruction, stand_in
from mmrecipes.steps.chat_families import TEXT_FAMILIES
from mmrecipes.steps.hook_probe import sounds_like_assistant
from mmrecipes.steps.languages import language_of


def turns(fault: str = "", family: str = "chatml", task: str = "general", n: int = 40) -> list[str]:
    call = recipe.ways(recipe.Params(tasks={task: 1}), TEXT_FAMILIES[family])[0].call("hook", n=n)
    said = stand_in(StandInCall("hook", call, {}, "s", faults={fault: 1.0} if fault else {}))
    assert isinstance(said, list)
    return [choice.text for choice in said]


@pytest.mark.parametrize("family", TEXT_FAMILIES)
def test_behind_the_prefix_of_every_family_a_user_speaks_and_behind_the_full_template_an_assistant(family: str) -> None:
    assert not any(map(sounds_like_assistant, turns(family=family)))
    way = recipe.ways(recipe.Params(), TEXT_FAMILIES[family])[0]
    full = way.call("hook", n=20).having(text=way.prefix.text + way.prefix.after)
    said = stand_in(StandInCall("hook", full, {}, "s"))
    assert isinstance(said, list) and all(sounds_like_assistant(c.text) for c in said)


@pytest.mark.parametrize("task", SYSTEMS)
def test_the_system_prompt_decides_what_is_asked(task: str) -> None:
    marks = {"math": r"\d+.*\d+.*\?", "code": "|".join(map(re.escape, w.LANGUAGES)), "translation": "|".join(w.TONGUES)}
    assert all(re.search(marks.get(task, "."), text) for text in turns(task=task))


@pytest.mark.parametrize("fault", DRAW_FAULTS)
def test_every_fault_is_what_it_says(fault: str) -> None:
    checks = {
        "assistant_turn": sounds_like_assistant, "empty_turn": lambda t: not t, "poor": lambda t: t in w.POOR,
        "trailing_colon": lambda t: t.endswith(":"), "repeated": lambda t: t == w.REPEATED,
        "nearly_repeated": lambda t: t.startswith(w.NEARLY[:40]), "role_word": lambda t: "assistant\n\n" in t,
        "cut": bool, "non_english": lambda t: language_of(t) in ("de", "fr", "es"),
    }  # fmt: skip
    assert all(map(checks[fault], turns(fault)))


def test_no_frame_makes_up_much_of_what_is_asked() -> None:
    texts = [sound_instruction("general", Random(n)) for n in range(2000)]
    assert len(set(texts)) > 1900
    assert Counter(texts).most_common(1)[0][1] <= 4
    assert {language_of(t) for t in texts} <= {"en", ""}


def test_a_sum_is_answered_as_it_is() -> None:
    for number in range(100):
        asked = sound_instruction("math", Random(number))
        a, b, c, d = map(int, re.findall(r"\d+", asked))
        said = stand_in(StandInCall("hook", Call(name="answer", messages=(user(asked),)), {}, "s"))
        assert isinstance(said, str) and said.endswith(f" {a * b + c * d}.")
