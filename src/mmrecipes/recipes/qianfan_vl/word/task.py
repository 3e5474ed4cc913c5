"""The word task step by step: crops of one word, 64 pixels high, for training recognisers; a task of its own beside
scenes. Chinese, Japanese and Korean words run downwards in a share of crops (`direction` ttb in `meta`): those are 64
pixels wide.

Source: Qianfan-VL report (arXiv 2509.18189), section 3.2, natural-scene OCR; effect families of SynthTIGER. Covered:
words of all languages that there are fonts for. The label is the word exactly as drawn.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import ClassVar

from mmrecipes.canvas.encode import encode
from mmrecipes.core.boxes import Quad
from mmrecipes.core.identity import seed_from
from mmrecipes.core.sample import Region, Sample, assistant, user
from mmrecipes.flow.step import Drop, StepContext, step
from mmrecipes.recipes.qianfan_vl import lettering_checks as letters
from mmrecipes.recipes.qianfan_vl.checks import CheckError, check_x_height
from mmrecipes.recipes.qianfan_vl.languages import language_at
from mmrecipes.recipes.qianfan_vl.word import phrases, phrases_zh
from mmrecipes.render.degradation import Worn, degrade, draw_level
from mmrecipes.render.scene_text.word import WordCrop, draw_word, may_run_downwards, random_word, softened

VERTICAL_SHARE = 0.25
"""Of the words that may run downwards."""


@dataclass(frozen=True, slots=True)
class WordDraw:
    """A crop of a random word in the language of the index (`languages`: their shares), and the camera's marks."""

    languages: tuple[tuple[str, float], ...] = (("en", 1.0),)
    reads: ClassVar[tuple[str, ...]] = ("draft.index",)
    writes: ClassVar[tuple[str, ...]] = ("draft.crop", "draft.softened", "draft.worn", "draft.level")
    name: ClassVar[str] = "word_draw"

    def __call__(self, sample: Sample, context: StepContext) -> Sample | Drop:
        rng = context.rng
        language = language_at(sample.draft["index"], self.languages, "word")
        text = random_word(language, rng)
        downwards = may_run_downwards(text) and rng.random() < VERTICAL_SHARE
        crop = draw_word(text, language, rng, vertical=downwards)
        if crop is None:
            return Drop("word_too_long", text)
        level = draw_level(rng)
        pixels, done = softened(crop.pixels, rng)
        worn = degrade(pixels, crop.glyph_quads, level, rng, "scene")
        return sample.drafting(crop=crop, softened=done, worn=worn, level=level)


@step(reads=("draft.crop", "draft.worn"), writes=("draft.checks",))
def word_verify(sample: Sample) -> Sample | Drop:
    """Quads cover the letters, the rectified crop shows the clean word, it stands upright and is large enough."""
    crop: WordCrop = sample.draft["crop"]
    border = letters.border(crop.look, crop.lettering)
    try:
        coverage = letters.coverage(crop.before, crop.pixels, (0, 0), crop.glyph_quads, border)
        letters.upright(crop.quad)
        check_x_height(crop.x_height)
        correlation = letters.as_drawn(sample.draft["worn"].pixels, crop.h, crop.lettering)
    except CheckError as e:
        return Drop(e.reason, str(e))
    found = {"coverage": round(coverage, 4), "correlation": round(correlation, 3), "ocr": "not_run"}
    return sample.drafting(checks=found)


def question(language: str, rng: random.Random) -> tuple[str, str]:
    """What is asked about a crop (in Chinese about a Chinese one), and the template it was worded with."""
    bank = phrases_zh if language == "zh" else phrases
    o, c, e = rng.randrange(len(bank.OPENINGS)), rng.randrange(len(bank.CORES)), rng.randrange(len(bank.CLOSINGS))
    asked = f"{bank.OPENINGS[o]}{bank.CORES[c]}{bank.JOINT}{bank.CLOSINGS[e]}".strip()
    return asked, f"{bank.PREFIX}word/o{o}.c{c}.e{e}"


@step(
    reads=("draft.crop", "draft.softened", "draft.worn", "draft.level", "draft.checks"),
    writes=("images", "messages", "regions", "truth", "scores", "meta", "difficulty", "language", "task", "group"),
)
def word_finish(sample: Sample, context: StepContext) -> Sample:
    """The sample as it is stored: the crop, one turn, a region for the word and one per glyph."""
    draft = sample.draft
    crop: WordCrop = draft["crop"]
    worn: Worn = draft["worn"]
    image = encode(worn.pixels, "jpeg", worn.quality or 95)
    asked, template = question(crop.language, context.rng)
    quad, quads = crop.quad.round(2).tolist(), crop.glyph_quads.round(2).tolist()
    glyphs = [{"text": t, "quad": q} for t, q in zip(crop.glyph_texts, quads, strict=True)]
    regions = [Region(image.sha256, "word", _quad(quad), crop.text)]
    regions += [Region(image.sha256, "glyph", _quad(g["quad"]), g["text"]) for g in glyphs]
    face, look = crop.lettering.face, crop.look
    return sample.having(
        images=(image,),
        messages=(user(image, asked), assistant(crop.text)),
        regions=tuple(regions),
        truth={
            "kind": "word",
            "text": crop.text,
            "language": crop.language,
            "quad": quad,
            "glyphs": glyphs,
            "behind": crop.behind,
            "image_size": [image.width, image.height],
        },
        scores={name: draft["checks"][name] for name in ("coverage", "correlation")},
        meta={
            "pipeline": "word",
            "turn_kind": "recognise",
            "templates": [template],
            "font": f"{face.family} {face.style}",
            "curved": crop.lettering.curved,
            "direction": crop.lettering.direction,
            "effects": [name for name in ("border", "shadow", "extrusion", "texture") if getattr(look, name)],
            "augment_level": draft["level"],
            "augment": [[name, values] for name, values in (*draft["softened"], *worn.log)],
            "checks": draft["checks"],
            "seed": seed_from(context.run_seed, sample.id),
        },
        difficulty=1 + draft["level"] + crop.lettering.curved + bool(crop.behind),
        language=crop.language,
        task="word",
        group=sample.id,
        truth_source="engine",
        source="drawn",
        draft={},
    )


def _quad(points: list[list[float]]) -> Quad:
    a, b, c, d = ((x, y) for x, y in points)
    return (a, b, c, d)
