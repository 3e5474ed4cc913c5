"""Questions and answers in words: one frame per message, drawn at random and recorded by id.

Covered: English and Chinese frames for every task, the demand for the convention's format, sentences around
places where an answer has one (counting, existence, description), and the published bare prompts
(style "base"). Not covered: paraphrase by a model.

A frame's id is task-language-question.demand, so that its share can be counted.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from mmrecipes.core.identity import turn
from mmrecipes.recipes.qwen_vl_grounding import words_en, words_zh
from mmrecipes.recipes.qwen_vl_grounding.conventions import Convention, Grounded, InlineForm, Kind
from mmrecipes.recipes.qwen_vl_grounding.conventions.scales import Numbers
from mmrecipes.recipes.qwen_vl_grounding.spellings import SPELLINGS
from mmrecipes.recipes.qwen_vl_grounding.tasks import Question, Target
from mmrecipes.steps.nouns import counted, listed, plural, shown, with_article
from mmrecipes.steps.spans import with_markers

Language = Literal["en", "zh"]
_WORDS = {"en": words_en, "zh": words_zh}


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A question and its answer. `lead` is what stands before the answer in the question and must be read with
    it (the opened tag of a bare prompt); `phrases` names each target as written; `template` and
    `answer_template` are the frames drawn, the latter empty for an answer without a sentence."""

    question: str
    answer: str
    template: str
    phrases: tuple[str, ...]
    lead: str = ""
    answer_template: str = ""


BARE: dict[str, dict[str, str]] = {
    "qwen_vl": {"grounded_caption": "Generate the caption in English with grounding:", "ocr": "OCR with grounding:"},
    "kosmos2": {"grounded_caption": "<grounding>An image of", "*": "<grounding>"},
    "florence2": {"ocr": "What is the text in the image, with regions?", "*": "Locate the phrases in the caption: "},
    "paligemma": {"*": "detect "},
}
"""Published bare prompts by convention; "*" stands before a phrase to be located. Without one, the bare prompt
is the phrase as the convention marks it, and tasks without a phrase are off."""


def bare_tasks(convention: Convention) -> tuple[str, ...]:
    """The tasks that a convention has a bare prompt for."""
    published = BARE.get(convention.name, {})
    return ("detection", "referring_grounding", *(t for t in ("grounded_caption", "ocr") if t in published))


def language_of(text: str) -> Language:
    """zh for a text with Chinese characters, else en."""
    return "zh" if re.search(r"[\u4e00-\u9fff]", text) else "en"


def language_of_question(
    question: Question, caption: str, slot: int, wanted: Literal["en", "zh", "both"], seed: int
) -> Language:
    """The language a question is put in.

    An answer that repeats free text of the annotation decides. `both` takes turns, but never mixes: an English
    phrase or a category without a Chinese name makes the question English, a Chinese phrase makes it Chinese.
    """
    if question.task == "grounded_caption":
        return language_of(caption)
    said = [t.phrase for t in question.targets if t.phrase and question.task != "ocr"]
    if question.task == "referring_description" and said:
        return language_of(said[0])
    if wanted != "both":
        return wanted
    if said:
        return language_of(" ".join(said))
    named = question.task == "ocr" or all(_chinese(t.category) for t in question.targets)
    return "zh" if named and turn(slot, 2, seed, "language") else "en"


def _chinese(category: str) -> bool:
    return category.replace("_", " ").lower() in words_zh.NAMES or language_of(category) == "zh"


def phrase_of(target: Target, language: Language, rng: random.Random, task: str) -> str:
    """How a target is named: its annotated phrase, the category, or the category with what singles it out."""
    if target.phrase:
        return target.phrase
    nouns = _nouns(target.category, language)
    if task in ("referring_grounding", "pointing"):
        return rng.choice(_WORDS[language].PHRASES[target.attribute]).format(**nouns)
    return nouns["one"]


def _nouns(category: str, language: Language) -> dict[str, str]:
    name = shown(category)
    if language == "en":
        return {"one": name, "many": plural(name), "a": with_article(name), "m": ""}
    zh, measure = words_zh.NAMES.get(category.replace("_", " ").lower(), (name, "个"))
    return {"one": zh, "many": zh, "a": zh, "m": measure}


def _counted(count: int, category: str, language: Language) -> str:
    nouns = _nouns(category, language)
    return counted(count, nouns["one"]) if language == "en" else f"{count}{nouns['m']}{nouns['one']}"


def converse(
    question: Question,
    places: Sequence[tuple[Numbers, ...]],
    kind: Kind,
    caption: str,
    convention: Convention,
    language: Language,
    rng: random.Random,
) -> Dialogue:
    """A question and its answer in sentences; `places` holds the numbers of each target's instances."""
    words = _WORDS[language]
    phrases = tuple(phrase_of(t, language, rng, question.task) for t in question.targets)
    items = [Grounded(p, n) for p, n in zip(phrases, places, strict=True)]
    asks = words.ASKS[question.task]
    ask = rng.choice([i for i, a in enumerate(asks) if kind == "box" or not _about_boxes(a)])
    text = asks[ask].format(**_slots(question, phrases, items, convention, language))
    one = question.task in ("referring_grounding", "pointing")
    described = question.task == "referring_description"
    demands = words.BRIEF if described else words.DEMANDS["one" if one else "many"]
    number = rng.randrange(len(demands))
    demand = demands[number] if described else _demand(demands[number], kind, convention, language)
    text = f"{text}{' ' if language == 'en' and demand else ''}{demand}"
    template = f"{question.task}-{language}-{ask:02d}.{number:02d}"
    answer, frame = _answer(question, items, caption, convention, language, rng)
    return Dialogue(text, answer, template, phrases, answer_template=frame)


def _about_boxes(ask: str) -> bool:
    return "box" in ask.lower() or "框" in ask


def _slots(
    question: Question, phrases: Sequence[str], items: Sequence[Grounded], convention: Convention, language: Language
) -> dict[str, str]:
    first = question.targets[0]
    slots = _nouns(first.category, language)
    if first.phrase:
        slots |= {"one": f'match for "{first.phrase}"', "many": f'matches for "{first.phrase}"'}
        slots["a"] = f'a match for "{first.phrase}"'
        if language == "zh":
            slots |= dict.fromkeys(("one", "many", "a"), f"“{first.phrase}”")
    names = [_nouns(t.category, language)["many"] for t in question.targets]
    slots["list"] = listed(names) if language == "en" else "、".join(names)
    slots["either"] = listed(names, "or")
    slots["ref"] = convention.form.name(phrases[0])
    if question.task == "referring_description":
        slots["place"] = convention.form.place(items[0].places[0])
    return slots


def _demand(demand: str, kind: Kind, convention: Convention, language: Language) -> str:
    spelling, (noun, nouns) = SPELLINGS[convention.name], _WORDS[language].NOUNS[kind]
    unit = spelling.en if language == "en" else spelling.zh
    return demand.format(noun=noun, nouns=nouns, form=spelling.forms[kind], range=unit)


def _answer(
    question: Question,
    items: Sequence[Grounded],
    caption: str,
    convention: Convention,
    language: Language,
    rng: random.Random,
) -> tuple[str, str]:
    """The answer and the id of its sentence's frame ("" without a sentence)."""
    target = question.targets[0]
    if question.task == "grounded_caption":
        return caption_answer(question, items, caption, convention), ""
    if question.task == "referring_description" and target.phrase:
        return items[0].phrase, ""
    bank = _bank(question)
    block = convention.form.write(items) if target.members and bank != "DESCRIBED" else ""
    if not bank:
        return block, ""
    frames: Sequence[str] = getattr(_WORDS[language], bank)
    number, count = rng.randrange(len(frames)), len(target.members)
    nouns = _nouns(target.category, language)
    nouns |= {"counted": _counted(count, target.category, language), "is": "is" if count == 1 else "are"}
    said = _sentence(frames[number], nouns)
    return said + (joint(convention, language) + block if block else ""), f"{bank.lower()}-{language}-{number:03d}"


def _bank(question: Question) -> str:
    """The frames of the sentence that the answer has, if it has one."""
    if question.task == "referring_description":
        return "DESCRIBED"
    if not question.targets[0].members:
        return "NO" if question.task == "existence" else "NOTHING"
    return {"existence": "YES", "counting": "COUNT"}.get(question.task, "")


def _sentence(frame: str, nouns: dict[str, str]) -> str:
    return re.sub(r"(?:^|\. )[a-z]", lambda found: found[0].upper(), frame.format(**nouns))


def joint(convention: Convention, language: Language) -> str:
    """What stands between a sentence and the places after it: a new line where no tag marks the phrase."""
    if convention.name not in ("qwen_vl", "qwen2_vl", "kosmos2"):
        return "\n"
    return " " if language == "en" else ""


def caption_answer(question: Question, items: Sequence[Grounded], caption: str, convention: Convention) -> str:
    """The caption with markers around its phrases, or, where places cannot stand in text, the list after it."""
    if not isinstance(convention.form, InlineForm):
        return f"{caption}\n{convention.form.write(items)}"
    markers = [(start, end, *convention.form.around(items[i])) for start, end, i in question.spans]
    return with_markers(caption, markers)


def bare(
    question: Question, places: Sequence[tuple[Numbers, ...]], caption: str, convention: Convention, rng: random.Random
) -> Dialogue:
    """The bare prompt of a convention and what the model writes after it."""
    published = BARE.get(convention.name, {})
    phrases = tuple(phrase_of(t, "en", rng, question.task) for t in question.targets)
    items = [Grounded(p, n) for p, n in zip(phrases, places, strict=True)]
    template = f"{question.task}-base-00"
    if question.task == "grounded_caption":
        answer = caption_answer(question, items, caption, convention)
        return Dialogue(published[question.task], answer, template, phrases)
    block = convention.form.write(items)
    if question.task == "ocr":
        return Dialogue(published[question.task], block, template, phrases)
    lead = convention.form.opening(phrases[0])
    asked = published.get("*", "") + (lead or convention.form.name(phrases[0]))
    return Dialogue(asked, block.removeprefix(lead), template, phrases, lead)
