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
from mmrecipes.recipes.qwen_vl_grounding.tasks import Question, Target
from mmrecipes.steps.nouns import counted, listed, plural, shown, with_article
from mmrecipes.steps.spans import with_markers

Language = Literal["en", "zh"]
_WORDS = {"en": words_en, "zh": words_zh}


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A question and its answer. `lead` is what stands before the answer in the question and must be read with
    it (the opened tag of a bare prompt); `phrases` names each target as written."""

    question: str
    answer: str
    template: str
    phrases: tuple[str, ...]
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Spelling:
    """How a convention's format is described in a demand: the form per kind, and the unit in both languages."""

    forms: dict[Kind, str]
    en: str
    zh: str


def _tagged(opened: str, closed: str, quad: tuple[str, str]) -> dict[Kind, str]:
    corners = "(x1,y1),(x2,y2),(x3,y3),(x4,y4)"
    return {
        "box": f"{opened}(x1,y1),(x2,y2){closed}",
        "point": f"{opened}(x,y){closed}",
        "quad": f"{quad[0]}{corners}{quad[1]}",
    }


_JSON: dict[Kind, str] = {
    "box": '{"bbox_2d": [x1, y1, x2, y2], "label": name}',
    "point": '{"point_2d": [x, y], "label": name}',
}
SPELLINGS = {
    "list_float": Spelling(
        {"box": "<box>x1,y1,x2,y2</box>", "point": "<box>x,y</box>"}, "fractions of width and height", "宽高的比例"
    ),
    "qwen_vl": Spelling(_tagged("<box>", "</box>", ("<quad>", "</quad>")), "integers from 0 to 999", "0到999的整数"),
    "qwen2_vl": Spelling(
        _tagged("<|box_start|>", "<|box_end|>", ("<|quad_start|>", "<|quad_end|>")),
        "integers from 0 to 1000",
        "0到1000的整数",
    ),
    "qwen25_vl": Spelling(_JSON, "pixels of the resized image", "缩放后图像的像素"),
    "qwen3_vl": Spelling(_JSON, "integers from 0 to 1000", "0到1000的整数"),
    "kosmos2": Spelling(
        {
            "box": "<object><patch_index_AAAA><patch_index_BBBB></object>",
            "point": "<object><patch_index_AAAA></object>",
        },
        "cells of a 32 x 32 grid",
        "32x32网格的单元",
    ),
    "shikra": Spelling(
        {"box": "[x1,y1,x2,y2]", "point": "[x,y]"}, "fractions of the padded square image", "补成正方形后的比例"
    ),
    "florence2": Spelling(
        {
            "box": "name<loc_x1><loc_y1><loc_x2><loc_y2>",
            "point": "name<loc_x><loc_y>",
            "quad": "text<loc_x1><loc_y1><loc_x2><loc_y2><loc_x3><loc_y3><loc_x4><loc_y4>",
        },
        "bins from 0 to 999",
        "0到999的区间编号",
    ),
    "paligemma": Spelling(
        {"box": "<locY1><locX1><locY2><locX2> name", "point": "<locY><locX> name"},
        "bins from 0 to 1023",
        "0到1023的区间编号",
    ),
    "molmo_point": Spelling(
        {"point": '<point x="X" y="Y" alt="name">name</point>'}, "percent of width and height", "宽高的百分比"
    ),
}
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


def language_at(slot: int, wanted: Literal["en", "zh", "both"], seed: int) -> Language:
    """The language of a slot; both take turns."""
    if wanted == "both":
        return "zh" if turn(slot, 2, seed, "language") else "en"
    return wanted


def annotated_answer(question: Question, caption: str) -> str:
    """Free text of the annotation that the answer repeats, if any: the question is then put in its language."""
    if question.task == "grounded_caption":
        return caption
    return question.targets[0].phrase if question.task == "referring_description" else ""


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
    answer = _answer(question, items, caption, convention, language, rng)
    return Dialogue(text, answer, template, phrases)


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
) -> str:
    words, target = _WORDS[language], question.targets[0]
    count = len(target.members)
    nouns = _nouns(target.category, language)
    nouns |= {"counted": _counted(count, target.category, language), "is": "is" if count == 1 else "are"}
    if question.task == "referring_description":
        return items[0].phrase if target.phrase else _sentence(rng.choice(words.DESCRIBED), nouns)
    if not count:
        bank = words.NO if question.task == "existence" else words.NOTHING
        return _sentence(rng.choice(bank), nouns)
    if question.task == "grounded_caption":
        return caption_answer(question, items, caption, convention)
    block = convention.form.write(items)
    if question.task in ("existence", "counting"):
        said = _sentence(rng.choice(words.YES if question.task == "existence" else words.COUNT), nouns)
        return f"{said}{joint(convention, language)}{block}"
    return block


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
